#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnels over IP of each kind as the port of a VPN. See bed_ports in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_ports_both
}

setup_or_die
run_python tunnels
