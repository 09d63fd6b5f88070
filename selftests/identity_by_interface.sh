#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A packet belongs to the VPN of the interface that it came in by: a VRF as a
# whole, a member of it bound by itself, a plain interface, a VLAN.
#
#   10.0.0.2 -- m0 [vrf m]      vpn master, by its VRF \
#   10.0.2.2 -- m2 [vrf m]      vpn master, too         \
#   10.0.0.2 -- k0 [vrf m]      vpn member, by itself    \
#   10.0.0.2 -- p0              vpn plain                 gw -- s0 -- 47.0.0.10
#   10.0.0.2 -- t0.5 (VLAN)     vpn five                 /
#   10.0.0.2 -- t0.6 (VLAN)     vpn six                 /
#  192.0.2.2 -- u0              bound to nothing       /

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local dev

	ns gw
	[ -e /dev/net/tun ] || modprobe tun
	{
		echo "link add name m type vrf table 1001"
		echo "link set dev m up"
		tap m0 10.0.0.1/24 m
		tap m2 10.0.2.1/24 m
		tap k0 10.0.0.1/24 m
		tap p0 10.0.0.1/24
		tap t0 10.9.9.1/24
		tap s0 47.0.0.1/24
		tap u0 192.0.2.1/24
		for vlan in 5 6; do
			echo "link add t0.$vlan link t0 type vlan id $vlan"
			echo "addr add 10.0.0.1/24 dev t0.$vlan"
			echo "link set t0.$vlan up"
		done
		for dev in m0 k0 p0 t0.5 t0.6; do
			neighbours $dev 10.0.0.2 10.0.0.7
		done
		neighbours m2 10.0.2.2
		neighbours s0 47.0.0.10 47.0.0.200
		neighbours u0 192.0.2.2
	} | ip_in gw
	config <<-END
		vpn add master vrf m
		vpn add member
		vpn add plain
		vpn add five
		vpn add six
		ext add carrier
		interface add m vpn master
		interface add k0 vpn member
		interface add p0 vpn plain
		interface add t0.5 vpn five
		interface add t0.6 vpn six
		interface add s0 ext carrier
		pool add out ext carrier address 47.0.0.200
		alias add master 10.0.0.100 to 47.0.0.10
		alias add member 10.0.0.100 to 47.0.0.10
		alias add plain 10.0.0.100 to 47.0.0.10
		alias add five 10.0.0.100 to 47.0.0.10
		alias add six 10.0.0.100 to 47.0.0.10
		mapping add plain proto any inside 10.0.0.7 outside 47.0.0.220
	END
}

setup_or_die
run_python identity_by_interface
