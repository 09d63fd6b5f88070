#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SCTP, DCCP and UDP-Lite, which have ports, and what has none.
#
#   10.0.0.2 .3 -- a0 [vrf a]\
#                             gw -- s0 -- 47.0.0.10 .11 .12     see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b]/

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	ip_in gw <<-END
		$(neighbours a0 10.0.0.105)
	END
}

setup_or_die
run_python other_protocols
