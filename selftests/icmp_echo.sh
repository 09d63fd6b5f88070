#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP queries in two VPNs with the same addresses and ids, and from the server.
#
#   10.0.0.2 -- a0 [vrf a]\
#                          gw -- s0 -- 47.0.0.10 .11        see bed_taps in lib.sh
#   10.0.0.2 -- b0 [vrf b]/

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python icmp_echo
