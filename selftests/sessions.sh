#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PPP and L2TP of each kind as the port of a VPN. See bed_ports in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

command -v pppd > /dev/null || skip_all "pppd is not installed"

setup()
{
	bed_ports_both
}

setup_or_die
run_python sessions
