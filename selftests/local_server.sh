#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Servers on the gateway itself, in an ext of the main table and in one with a VRF
# of its own; and a pool whose address is the gateway's own.
#
#   10.0.0.2 .3 -- a0 [vrf a]\                          see bed_taps in lib.sh
#                              gw -- s0 -- 47.0.0.10 .11 .12
#   10.0.0.2 .3 -- b0 [vrf b]/  \
#                                e0 [vrf e], ext media -- 48.0.0.10
#
# In each VPN 10.0.0.110 is 47.0.0.1, 10.0.0.120 is 48.0.0.1: the gateway. Hosts
# of a appear in media as 48.0.0.200. Hosts of b appear outside as 47.0.0.1
# itself, with the ports 20000 to 20015, of which none is held back: cases need all.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	{
		echo "link add name e type vrf table 1003"
		echo "link set dev e up"
		tap e0 48.0.0.1/24 e
		neighbours e0 48.0.0.10
	} | ip_in gw
	config <<-END
		set quarantine 0
		ext add media vrf e
		interface add e ext media
		pool add media ext media address 48.0.0.200
		pool add own ext carrier address 47.0.0.1 ports 20000-20015 vpn b
		alias add a 10.0.0.110 to 47.0.0.1 ext carrier
		alias add b 10.0.0.110 to 47.0.0.1 ext carrier
		alias add a 10.0.0.120 to 48.0.0.1 ext media
		alias add b 10.0.0.120 to 48.0.0.1 ext media
		mapping add a proto udp inside 10.0.0.2:9 outside 47.0.0.210:9 ext carrier
		mapping add a proto udp inside 10.0.0.3:9 outside 48.0.0.210:9 ext media
	END
}

setup_or_die
run_python local_server
