#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Virtual circuits of wide area networks as the port of a VPN, over cables that
# modules of ours make (kmod/). See bed_ports in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_ports_both
}

setup_or_die
run_python wan
