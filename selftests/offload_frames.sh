#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Buffers of every kind, byte for byte: checksums that are not yet there,
# packets that are still to be segmented, VLAN tags, headers in fragments, and
# buffers that somebody else still reads.
#
#   10.0.0.2 -- a0 [vrf a] --- gw -- s0 -- 47.0.0.10       see bed_taps in lib.sh
#   10.0.0.2 == u0, VXLAN c0, and VLANs u0.7, u0.7.9: each a VPN
#              a0's packets are mirrored to m0

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local table=2000 dev

	bed_taps
	{
		echo "link add c0 address 02:00:00:00:00:05 type vxlan id 5 \
			local 192.0.2.1 remote 192.0.2.2 dstport 4789 udpcsum"
		echo "link add u0.7 link u0 type vlan id 7"
		echo "link add u0.7.9 link u0.7 type vlan id 9"
		tap m0 198.51.100.1/24
		for dev in c0 u0.7 u0.7.9; do
			echo "link add name v-$dev type vrf table $((++table))"
			echo "link set v-$dev up"
			echo "link set $dev master v-$dev"
			echo "addr add 10.0.0.1/24 dev $dev"
			echo "link set $dev up"
			neighbours $dev 10.0.0.2
		done
	} | ip_in gw
	for dev in c0 u0.7 u0.7.9; do
		echo "vpn add $dev vrf v-$dev"
		echo "interface add v-$dev vpn $dev"
		echo "alias add $dev 10.0.0.100 to 47.0.0.10"
	done | config
	tc -n "${NS[gw]}" qdisc add dev a0 clsact
	tc -n "${NS[gw]}" filter add dev a0 ingress matchall \
		action mirred egress mirror dev m0
}

setup_or_die
run_python offload_frames
