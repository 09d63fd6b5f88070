#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is refused, and what ends, where IPv6 takes part: limits, pools, policies,
# routes, strict VPNs, objects that go, timers.
#
#   10.0.0.2 fd00::2 .3 ::3 -- a0 [vrf a]\          s0 -- 47.0.0.10, 2001:db8:47::10
#                                         gw
#   10.0.0.2 fd00::2 .3 ::3 -- b0 [vrf b]/          u0, ext other -- 2001:db8:99::2
#
# see bed_taps_both in lib.sh. To a, fd00::110 is a server of other, whose pool has
# two ports; fd00::111 one of an ext without a pool; to fd00::112 routes are
# prohibited, to fd00::113 there are none. fd00::f00 is the server under its own name.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps_both
	ip_in gw <<-END
		route add prohibit 2001:db8:66::/48
		route add unreachable default metric 4278198272 vrf a
		route add unreachable ::/0 metric 4278198272 vrf a
	END
	config <<-END
		ext add other
		ext add empty
		interface add u0 ext other
		pool add small ext other address 2001:db8:99::200 ports 2000-2001
		alias add a fd00::110 to 2001:db8:99::2 ext other
		alias add a fd00::111 to 2001:db8:47::12 ext empty
		alias add a fd00::112 to 2001:db8:66::9 ext carrier
		alias add a fd00::113 to 2001:db8:77::9 ext carrier
		alias add a 2001:db8:47::12 to 2001:db8:47::12 ext carrier
		mapping add b proto any inside fd00::3 outside 2001:db8:47::221 ext carrier
	END
}

setup_or_die
run_python ipv6_rules
