#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments, in any order, and of two VPNs with the same id at once.
#
#   10.0.0.2 -- a0 [vrf a]\
#                          gw -- s0 -- 47.0.0.10        see bed_taps in lib.sh
#   10.0.0.2 -- b0 [vrf b]/
#  192.0.2.2 -- u0, bound to nothing

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python fragments
