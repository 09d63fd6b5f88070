#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What RFC 4787 asks of UDP, and RFC 6888 of pools.
#
#   10.0.0.2 .3 -- a0 [vrf a]\         s0 -- 47.0.0.10 .11 .12, router .254
#                             gw
#   10.0.0.2 .3 -- b0 [vrf b]/         e0 [vrf e] -- 10.0.0.2, 10.0.0.1
#
# see bed_taps in lib.sh.  The second ext, twin, has the very addresses of the
# VPNs: a host's and the gateway's.
#
# Aliases with a pool of their own: .104 many addresses, .105 all ports, .106 and
# .107 twenty ports.  47.0.0.254 is known in VPN a only.  VPN b has a source-only
# alias of 198.51.100.0/24.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	{
		echo "link add name e type vrf table 1003"
		echo "link set dev e up"
		tap e0 10.0.0.77/24 e
		neighbours e0 10.0.0.1 10.0.0.2
		echo "route add default via 47.0.0.254"
	} | ip_in gw
	config <<-END
		ext add twin vrf e
		interface add e ext twin
		pool add twins ext twin address 10.0.0.200
		alias add a 10.0.0.110 to 10.0.0.2 ext twin
		alias add a 10.0.0.111 to 10.0.0.1 ext twin
		pool add many ext carrier address 47.0.0.201,47.0.0.207-47.0.0.209,47.0.1.3
		alias add a 10.0.0.104 to 47.0.0.12 ext carrier pool many
		alias add b 10.0.0.104 to 47.0.0.12 ext carrier pool many
		pool add low ext carrier address 47.0.0.210 ports 1-65535
		alias add a 10.0.0.105 to 47.0.0.12 ext carrier pool low
		pool add tiny ext carrier address 47.0.0.211 ports 2000-2019
		alias add a 10.0.0.106 to 47.0.0.10 ext carrier pool tiny
		alias add a 10.0.0.107 to 47.0.0.11 ext carrier pool tiny
		alias add a 10.0.0.108 to 47.0.0.254 ext carrier
		alias add b 198.51.100.0/24 to 198.51.100.0/24 ext carrier
	END
}

setup_or_die
run_python nat_udp
