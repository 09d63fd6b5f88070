#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Interfaces of every kind as the port of a VPN. Both VPNs come over one cable,
# from one peer, and use the same addresses: only the port tells them apart.
#
#   blue   10.0.0.2 t0 ==\                             /== t-blue [vrf blue]
#                         peer eth0 ---------- u0 gw ==                      s0 ---- srv
#   green  10.0.0.2 t0 ==/  192.0.2.2, .3    192.0.2.1 \== t-green
#
# 10.0.0.1 is gw in both, 10.0.0.100 is srv, 47.0.0.10. Hosts appear outside as
# 47.0.0.200. py/ports.py makes the two ports of a kind, and takes them away.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	ns gw peer blue green srv
	veth gw u0 peer eth0 gw s0 srv eth0
	ip_in gw <<-END
		link add blue type vrf table 1001
		link set blue up
		route add vrf blue unreachable default metric 4278198272
		addr add 192.0.2.1/24 dev u0
		addr add 47.0.0.1/24 dev s0
		link set u0 up
		link set s0 up
	END
	ip_in peer <<-END
		addr add 192.0.2.2/24 dev eth0
		addr add 192.0.2.3/24 dev eth0
		link set eth0 up
	END
	ip_in srv <<-END
		addr add 47.0.0.10/24 dev eth0
		link set eth0 up
	END
	wait_for links_up gw peer srv
	config <<-END
		vpn add blue vrf blue
		vpn add green
		ext add carrier
		interface add s0 ext carrier
		pool add out ext carrier address 47.0.0.200
		alias add blue 10.0.0.100 to 47.0.0.10
		alias add green 10.0.0.100 to 47.0.0.10
		mapping add blue proto udp inside 10.0.0.2:4000 outside 47.0.0.210:4001
		mapping add green proto udp inside 10.0.0.2:4000 outside 47.0.0.210:4002
	END
}

setup_or_die
run_python ports
