#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What TCP connections announce as their MSS, lowered where an interface says so.
#
#   10.0.0.2 -- a0 [vrf a]\
#                          gw -- s0 -- 47.0.0.10        see bed_taps in lib.sh
#   10.0.0.2 -- b0 [vrf b]/

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python mss
