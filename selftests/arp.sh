#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ARP for aliases in the VPNs, and for pool and static addresses in the ext.
#
#   10.0.0.2 -- a0 [vrf a]         \
#   10.0.0.2 -- b0 [vrf b]          gw -- s0 -- 47.0.0.10    see bed_taps in lib.sh
#   10.0.0.2 -- t0.5 (VLAN), vpn c /
#  192.0.2.2 -- u0, and t0.6, bound to nothing

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	{
		tap t0 10.9.9.1/24
		for vlan in 5 6; do
			echo "link add t0.$vlan link t0 type vlan id $vlan"
			echo "addr add 10.0.0.1/24 dev t0.$vlan"
			echo "link set t0.$vlan up"
		done
	} | ip_in gw
	config <<-END
		vpn add c
		interface add t0.5 vpn c
		pool add range ext carrier address 47.0.0.201-47.0.0.203
		pool add prefix ext carrier address 47.0.0.208/30
		alias add a 10.0.0.102:80 to 47.0.0.11:8080
		alias add a 10.0.0.128/26 to 47.0.0.128/26
		alias add b 198.51.100.0/24 to 198.51.100.0/24
		alias add c 10.0.0.100 to 47.0.0.10
		mapping add a proto any inside 10.0.0.2 outside 47.0.0.220
		mapping add a proto udp inside 10.0.0.3:53 outside 47.0.0.221:53
	END
}

setup_or_die
run_python arp
