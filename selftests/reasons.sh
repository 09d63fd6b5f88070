#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each reason to drop that the interface's description knows is provoked here, so
# that a new one without a test fails.
#
#   10.0.0.2 .3 -- a0 [vrf a]\
#                             gw -- s0 -- 47.0.0.10 .11     see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b]/      u0, ext other -- 192.0.2.2

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	ip_in gw <<-END
		route add prohibit 203.0.113.0/24
	END
	config <<-END
		ext add other
		ext add empty
		interface add u0 ext other
		pool add small ext other address 192.0.2.200 ports 2000-2001
		alias add a 10.0.0.103 to 47.0.0.10 ext carrier
		alias add a 10.0.0.110 to 192.0.2.2 ext other
		alias add a 10.0.0.111 to 47.0.0.12 ext empty
		alias add a 10.0.0.112 to 203.0.113.9 ext carrier
		alias add a 10.0.0.113 to 198.51.100.9 ext carrier
		alias add a 47.0.0.12 to 47.0.0.12 ext carrier
		mapping add a proto any inside 10.0.0.3 outside 47.0.0.220 ext carrier
		mapping add b proto any inside 10.0.0.3 outside 47.0.0.221 ext carrier
	END
}

setup_or_die
run_python reasons
