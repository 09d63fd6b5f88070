#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The patent's Fig. 4: a call between two line gateways of a VPN, set up by a call
# server outside, in two VPNs with the same addresses at once.
#
#   blue-a   10.0.0.2 ---- [vrf blue]  \
#   blue-b   10.0.1.2 ---- [vrf blue]   \                     10.0.0.100 =
#                                        gw ---- srv 47.0.0.10, call server
#   green-a  10.0.0.2 ---- [vrf green]  /
#   green-b  10.0.1.2 ---- [vrf green] /
#
# The gateway is also the router between a and b, and must leave what they say to
# each other as it is.  b has a static mapping, as the call server speaks first.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local vpn n=0

	ns gw blue-a blue-b green-a green-b srv
	veth gw blue-a blue-a eth0 gw blue-b blue-b eth0 \
	     gw green-a green-a eth0 gw green-b green-b eth0 gw srv srv eth0
	for vpn in blue green; do
		n=$((n + 1))
		ip_in gw <<-END
			link add $vpn type vrf table $((1000 + n))
			link set $vpn up
			link set $vpn-a master $vpn
			link set $vpn-b master $vpn
			addr add 10.0.0.1/24 dev $vpn-a
			addr add 10.0.1.1/24 dev $vpn-b
			link set $vpn-a up
			link set $vpn-b up
		END
		ip_in $vpn-a <<-END
			addr add 10.0.0.2/24 dev eth0
			link set eth0 up
			route add default via 10.0.0.1
		END
		ip_in $vpn-b <<-END
			addr add 10.0.1.2/24 dev eth0
			link set eth0 up
			route add default via 10.0.1.1
		END
	done
	ip_in gw <<-END
		addr add 47.0.0.1/24 dev srv
		link set srv up
	END
	ip_in srv <<-END
		addr add 47.0.0.10/24 dev eth0
		link set eth0 up
	END
	wait_for links_up gw blue-a blue-b green-a green-b srv
	config <<-END
		vpn add blue vrf blue
		vpn add green vrf green
		ext add carrier
		interface add blue vpn blue
		interface add green vpn green
		interface add srv ext carrier
		pool add out ext carrier address 47.0.0.200
		alias add blue 10.0.0.100 to 47.0.0.10
		alias add green 10.0.0.100 to 47.0.0.10
		mapping add blue proto udp inside 10.0.1.2:2427 outside 47.0.0.211:2427
		mapping add green proto udp inside 10.0.1.2:2427 outside 47.0.0.212:2427
	END
}

setup_or_die
run_python mgcp_call
