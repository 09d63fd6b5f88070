#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# flow show, count, del and flush with filters, and monitor; and that what any
# command shows in JSON is JSON.
#
#   10.0.0.2 .3 -- a0 [vrf a]\
#                             gw -- s0 -- 47.0.0.10 .11     see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b]/

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python flow_tool
