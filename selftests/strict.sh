#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What may not go where: out of a strict VPN, with a source that only the gateway
# gives, from an ext to inside addresses; and who outside may send to a host.
#
#   10.0.0.2 .3 -- a0 [vrf a]\                          see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b]  gw -- s0 -- 47.0.0.10 .11 .12, router .254
#     10.1.0.2 -- c0         /  \
#                                u0, bound to nothing -- 192.0.2.2
#
# c is a bare VPN. The VRF of a has routes to u0 and to c, which nobody stops
# unless a is strict. 10.0.4.0/22 is 47.0.4.0/22, but 10.0.7.0/24 is in the VPN.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	{
		tap c0 10.1.0.1/24
		neighbours c0 10.1.0.2
		echo "route add 192.0.2.0/24 dev u0 vrf a"
		echo "route add 10.1.0.0/24 dev c0 vrf a"
		echo "route add 10.0.7.0/24 via 10.0.0.254 vrf a"
		echo "route add 192.0.2.0/24 dev u0 vrf b"
	} | ip_in gw
	config <<-END
		vpn add c
		interface add c0 vpn c
		alias add a 10.0.4.0/22 to 47.0.4.0/22
		alias add a 47.0.0.0/24 to 47.0.0.0/24
		mapping add a proto udp inside 10.0.0.2:9 outside 47.0.0.210:9
	END
}

setup_or_die
run_python strict
