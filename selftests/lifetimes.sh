#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What goes away under live flows: interfaces, VRFs, namespaces, the module; what is
# renamed or moved; what comes back with an old ifindex.
#
#   10.0.0.2 -- a0 [vrf a]\
#                          gw -- s0 -- 47.0.0.10 .11        see bed_taps in lib.sh
#   10.0.0.2 -- b0 [vrf b]/
#               p0 vpn p, bound by itself; t0.5 vpn t, a VLAN
#               m0 vpn m [vrf m], bound by itself

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	ns other
	{
		echo "link add name m type vrf table 1003"
		echo "link set dev m up"
		tap p0 10.0.0.1/24
		tap m0 10.0.0.1/24 m
		tap t0 10.9.9.1/24
		echo "link add t0.5 link t0 type vlan id 5"
		echo "addr add 10.0.0.1/24 dev t0.5"
		echo "link set dev t0.5 up"
		neighbours p0 10.0.0.2
		neighbours m0 10.0.0.2
		neighbours t0.5 10.0.0.2
	} | ip_in gw
	config <<-END
		vpn add p
		vpn add t
		vpn add m vrf m
		interface add p0 vpn p
		interface add t0.5 vpn t
		interface add m0 vpn m
		alias add p 10.0.0.100 to 47.0.0.10
		alias add t 10.0.0.100 to 47.0.0.10
		alias add m 10.0.0.100 to 47.0.0.10
	END
}

setup_or_die
run_python lifetimes
