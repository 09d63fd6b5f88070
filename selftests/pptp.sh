#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PPTP (RFC 2637): GRE of the calls that a control connection names, by call id.
#
#   10.0.0.2 .3 -- a0 [vrf a]\
#                             gw -- s0 -- 47.0.0.10 .11 .12     see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b]/

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python pptp
