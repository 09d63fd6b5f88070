#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One hundred VPNs, each with a host 10.0.0.2 that speaks from the same port to
# the same alias, one server.
#
#   hosts                                   gw
#   10.0.0.2 eth0.1   \                    / vlans.1   [vrf v1]   \
#   ...                | one cable, 100 VLANs  ...             |-- srv 47.0.0.10
#   10.0.0.2 eth0.100 /                    \ vlans.100 [vrf v100] /
#
# The hosts are sockets bound to a VLAN interface each, in one namespace.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

number=100

setup()
{
	local i

	ns gw hosts srv
	veth gw vlans hosts eth0 gw s srv eth0
	{
		echo "link set vlans up"
		echo "link set s up"
		echo "addr add 47.0.0.1/24 dev s"
		for ((i = 1; i <= number; i++)); do
			echo "link add v$i type vrf table $((1000 + i))"
			echo "link set v$i up"
			echo "link add vlans.$i link vlans type vlan id $i"
			echo "link set vlans.$i master v$i"
			echo "addr add 10.0.0.1/24 dev vlans.$i"
			echo "link set vlans.$i up"
		done
	} | ip_in gw
	{
		echo "link set eth0 up"
		for ((i = 1; i <= number; i++)); do
			echo "link add eth0.$i link eth0 type vlan id $i"
			echo "addr add 10.0.0.2/24 dev eth0.$i"
			echo "link set eth0.$i up"
		done
	} | ip_in hosts
	ip_in srv <<-END
		addr add 47.0.0.10/24 dev eth0
		link set eth0 up
	END
	{
		echo "ext add carrier"
		echo "interface add s ext carrier"
		echo "pool add out ext carrier address 47.0.0.200"
		for ((i = 1; i <= number; i++)); do
			echo "vpn add vpn$i vrf v$i"
			echo "interface add v$i vpn vpn$i"
			echo "alias add vpn$i 10.0.0.100 to 47.0.0.10"
		done
	} | config
	wait_for links_up gw hosts srv
}

setup_or_die
run_python overlap_100
