#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The other side's route: VPNs by VRF, by table and by interface, exts in the main
# table, in a VRF and in a table of their own; no route is leaked.
#
#   10.0.0.2 -- a0 [vrf a]      vpn by-vrf   \    / ext main   s0 -- 47.0.0.10
#   10.0.0.2 -- t0, table 300   vpn by-table  gw --  ext vrf   e0 [vrf e] -- 48.0.0.10
#   10.0.0.2 -- p0              vpn bare     /    \ ext table  l0, table 400 -- 49.0.0.10
#  192.0.2.2 -- u0, bound to nothing
#
# A router .254 is on every interface; behind those of the VPNs are 192.168.50.0/24,
# .51 and .52, behind those of the exts 47.0.9.0/24, 48.0.9.0/24, 49.0.9.0/24.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local vpn

	ns gw
	[ -e /dev/net/tun ] || modprobe tun
	{
		echo "link add name a type vrf table 1001"
		echo "link add name e type vrf table 1002"
		echo "link set dev a up"
		echo "link set dev e up"
		tap a0 10.0.0.1/24 a
		tap t0 10.0.0.1/24
		tap p0 10.0.0.1/24
		tap s0 47.0.0.1/24
		tap e0 48.0.0.1/24 e
		tap l0 49.0.0.1/24
		tap u0 192.0.2.1/24
		for dev in a0 t0 p0; do
			neighbours $dev 10.0.0.2 10.0.0.254
		done
		neighbours s0 47.0.0.10 47.0.0.254
		neighbours e0 48.0.0.10 48.0.0.254
		neighbours l0 49.0.0.10 49.0.0.254
		neighbours u0 192.0.2.2 192.0.2.254
		# what these two need is in their tables only
		echo "route del 10.0.0.0/24 dev t0"
		echo "route del 49.0.0.0/24 dev l0"
		echo "route add 10.0.0.0/24 dev t0 table 300"
		echo "route add 49.0.0.0/24 dev l0 table 400"
		echo "route add 192.168.50.0/24 via 10.0.0.254 vrf a"
		echo "route add 192.168.51.0/24 via 10.0.0.254 dev t0 table 300"
		echo "route add 192.168.52.0/24 via 10.0.0.254 dev p0"
		echo "route add 192.168.60.0/24 dev lo vrf a"
		echo "route add 47.0.9.0/24 via 47.0.0.254"
		echo "route add 48.0.9.0/24 via 48.0.0.254 vrf e"
		echo "route add 49.0.9.0/24 via 49.0.0.254 dev l0 table 400"
		echo "route add unreachable 203.0.114.0/24"
		echo "route add blackhole 203.0.115.0/24"
		echo "route add prohibit 203.0.116.0/24"
	} | ip_in gw
	{
		cat <<-END
			vpn add by-vrf vrf a
			vpn add by-table table 300
			vpn add bare
			ext add main
			ext add vrf vrf e
			ext add table table 400
			interface add a0 vpn by-vrf
			interface add t0 vpn by-table
			interface add p0 vpn bare
			interface add s0 ext main
			interface add e ext vrf
			interface add l0 ext table
			pool add main ext main address 47.0.0.200
			pool add vrf ext vrf address 48.0.0.200
			pool add table ext table address 49.0.0.200
			mapping add by-vrf proto udp inside 10.0.0.2:9 outside 47.0.0.210:9 ext main
		END
		for vpn in by-vrf by-table bare; do
			cat <<-END
				alias add $vpn 10.0.0.100 to 47.0.0.10 ext main
				alias add $vpn 10.0.0.101 to 48.0.0.10 ext vrf
				alias add $vpn 10.0.0.102 to 49.0.0.10 ext table
				alias add $vpn 10.0.9.47 to 47.0.9.9 ext main
				alias add $vpn 10.0.9.48 to 48.0.9.9 ext vrf
				alias add $vpn 10.0.9.49 to 49.0.9.9 ext table
				alias add $vpn 10.0.0.110 to 203.0.113.9 ext main
				alias add $vpn 10.0.0.111 to 203.0.114.9 ext main
				alias add $vpn 10.0.0.112 to 203.0.115.9 ext main
				alias add $vpn 10.0.0.113 to 203.0.116.9 ext main
				alias add $vpn 10.0.0.114 to 47.0.0.1 ext main
			END
		done
	} | config
}

setup_or_die
run_python routing
