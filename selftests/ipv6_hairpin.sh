#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hairpin where IPv6 takes part: VPN hosts that are meant by the outside endpoints
# of their mappings, with each of the three, the sender, the ext's endpoint and the
# host that is meant, of either version.
#
#   10.0.0.2 fd00::2 .3 ::3 -- a0 [vrf a]\                see bed_taps_both
#                                         gw -- s0        in lib.sh
#   10.0.0.2 fd00::2 .3 ::3 -- b0 [vrf b]/
#
# Outside, hosts of b are 47.0.0.211 (10.0.0.2), 47.0.0.212 (fd00::3),
# 2001:db8:47::211 (fd00::2) and 2001:db8:47::212 (10.0.0.3); fd00::3 of a is
# 2001:db8:47::210. Where versions differ, to a they are fd00::211, fd00::212,
# 10.0.0.211 and 10.0.0.212. Who sends appears as 47.0.0.200 or 2001:db8:47::200,
# which 64:ff9b::/96 and 10.0.0.200 stand for in b.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps_both
	# What goes to the ext where it is not hairpin is not asked for first.
	neighbours s0 47.0.0.211 47.0.0.212 2001:db8:47::211 2001:db8:47::212 |
		ip_in gw
	config <<-END
		mapping add a proto any inside fd00::3 outside 2001:db8:47::210
		mapping add b proto any inside 10.0.0.2 outside 47.0.0.211
		mapping add b proto any inside fd00::3 outside 47.0.0.212
		mapping add b proto any inside fd00::2 outside 2001:db8:47::211
		mapping add b proto any inside 10.0.0.3 outside 2001:db8:47::212
		alias add a fd00::211 to 47.0.0.211
		alias add a fd00::212 to 47.0.0.212
		alias add a 10.0.0.211 to 2001:db8:47::211
		alias add a 10.0.0.212 to 2001:db8:47::212
		alias add b 10.0.0.200 to 2001:db8:47::200
		vpn set a hairpin on
		vpn set b hairpin on
	END
}

setup_or_die
run_python ipv6_hairpin
