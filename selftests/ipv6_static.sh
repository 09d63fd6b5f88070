#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Static mappings of either version: by address, by address and port, by prefix.
#
#   10.0.0.2 fd00::2 .3 ::3 -- a0 [vrf a]\          s0 -- 47.0.0.10, 2001:db8:47::10
#                                         gw
#   10.0.0.2 fd00::2 .3 ::3 -- b0 [vrf b]/
#
# see bed_taps_both in lib.sh.  In VPN a, each host has an address of each version
# outside, 47.0.1.x and 2001:db8:48::x; those of VPN b are 47.0.2.x and
# 2001:db8:49::x.  Behind the router fd00::fe of both VPNs are prefixes, which have
# prefixes outside (RFC 6296); their hosts know the servers as what they are.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# statics VPN IPV4-PREFIX IPV6-PREFIX NPT-PREFIX
statics()
{
	cat <<-END
		mapping add $1 proto any inside fd00::2 outside $2.1
		mapping add $1 proto any inside fd00::2 outside $3::1
		mapping add $1 proto any inside 10.0.0.2 outside $2.2
		mapping add $1 proto any inside 10.0.0.2 outside $3::2
		mapping add $1 inside [fd00::3]:53 outside $2.3:2053 proto udp
		mapping add $1 inside [fd00::3]:53 outside [$3::3]:2053 proto udp
		mapping add $1 inside [fd00::3]:22 outside $2.3:2022 proto tcp
		mapping add $1 inside [fd00::3]:22 outside [$3::3]:2022 proto tcp
		mapping add $1 inside [fd00::3]:7 outside $2.3:2007 proto icmp
		mapping add $1 inside [fd00::3]:7 outside [$3::3]:2007 proto icmp
		mapping add $1 inside 10.0.0.3:53 outside $2.4:2053 proto udp
		mapping add $1 inside 10.0.0.3:53 outside [$3::4]:2053 proto udp
		mapping add $1 inside 10.0.0.3:22 outside $2.4:2022 proto tcp
		mapping add $1 inside 10.0.0.3:22 outside [$3::4]:2022 proto tcp
		mapping add $1 inside 10.0.0.3:7 outside $2.4:2007 proto icmp
		mapping add $1 inside 10.0.0.3:7 outside [$3::4]:2007 proto icmp
		mapping add $1 proto any inside fd00:1::/48 outside 2001:db8:${4}1::/48
		mapping add $1 proto any inside fd00:2:0:1200::/56 outside 2001:db8:${4}2:3400::/56
		mapping add $1 proto any inside fd00:3:0:5::/64 outside 2001:db8:${4}3:7::/64
		alias add $1 ::/0 to ::/0
	END
}

setup()
{
	bed_taps_both
	ip_in gw <<-END
		route add fd00:1::/48 via fd00::fe vrf a
		route add fd00:2::/48 via fd00::fe vrf a
		route add fd00:3::/48 via fd00::fe vrf a
		route add fd00:1::/48 via fd00::fe vrf b
		route add fd00:2::/48 via fd00::fe vrf b
		route add fd00:3::/48 via fd00::fe vrf b
	END
	{
		statics a 47.0.1 2001:db8:48 a
		statics b 47.0.2 2001:db8:49 b
	} | config
}

setup_or_die
run_python ipv6_static
