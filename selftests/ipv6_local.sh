#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Servers on the gateway itself, of both versions, which hosts of both versions
# reach: in an ext of the main table and in one with a VRF of its own. What the
# gateway sends back is converted on its way out.
#
#   10.0.0.2 fd00::2 -- a0 [vrf a]\           see bed_taps_both in lib.sh
#                                    gw -- s0 [main]
#   10.0.0.2 fd00::2 -- b0 [vrf b]/  \
#                                     e0 [vrf e], ext media
#
# In each VPN these are the gateway:
#
#   10.0.0.110 is 47.0.0.1     10.0.0.116 is 2001:db8:47::1   in carrier
#   fd00::114  is 47.0.0.1     fd00::110  is 2001:db8:47::1
#   10.0.0.120 is 48.0.0.1     10.0.0.126 is 2001:db8:48::1   in media
#   fd00::124  is 48.0.0.1     fd00::120  is 2001:db8:48::1
#
# Port 9 of the hosts in a is at .210 and ::210 in carrier, .211 and ::211 with
# IPv6 hosts. What is embedded in 2001:db8:64::/96 is all of IPv4.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local vpn

	bed_taps_both
	# The stack gives what it sends itself labels as it likes.
	in_ns gw bash -c 'echo 0 > /proc/sys/net/ipv6/auto_flowlabels'
	{
		echo "link add name e type vrf table 1003"
		echo "link set dev e up"
		tap e0 48.0.0.1/24 e
		echo "addr add 2001:db8:48::1/64 dev e0 nodad"
		neighbours e0 48.0.0.10 2001:db8:48::10
	} | ip_in gw
	{
		echo "ext add media vrf e"
		echo "interface add e ext media"
		echo "pool add media4 ext media address 48.0.0.200"
		echo "pool add media6 ext media address 2001:db8:48::200"
		for vpn in a b; do
			cat <<-END
				alias add $vpn 10.0.0.110 to 47.0.0.1 ext carrier
				alias add $vpn 10.0.0.116 to 2001:db8:47::1 ext carrier
				alias add $vpn fd00::110 to 2001:db8:47::1 ext carrier
				alias add $vpn fd00::114 to 47.0.0.1 ext carrier
				alias add $vpn 10.0.0.120 to 48.0.0.1 ext media
				alias add $vpn 10.0.0.126 to 2001:db8:48::1 ext media
				alias add $vpn fd00::120 to 2001:db8:48::1 ext media
				alias add $vpn fd00::124 to 48.0.0.1 ext media
				alias add $vpn 2001:db8:64::/96 to 0.0.0.0/0 ext carrier
			END
		done
		cat <<-END
			mapping add a proto udp inside 10.0.0.2:9 outside 47.0.0.210:9 ext carrier
			mapping add a proto udp inside 10.0.0.2:9 outside [2001:db8:47::210]:9 ext carrier
			mapping add a proto udp inside [fd00::2]:9 outside 47.0.0.211:9 ext carrier
			mapping add a proto udp inside [fd00::2]:9 outside [2001:db8:47::211]:9 ext carrier
		END
	} | config
}

setup_or_die
run_python ipv6_local
