#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# explain tells the truth: it is asked about a packet, changes nothing, and then the
# packet is sent. What becomes of it has to be what was told.
#
#   10.0.0.2 .3 -- a0 [vrf a]\                          see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b]  gw -- s0 -- 47.0.0.10 .11 .12, router .254
#     10.1.0.2 -- c0         /  \
#                                u0, bound to nothing -- 192.0.2.2
#
# c is a bare VPN. In the VRF of a, 10.0.7.0/24 and 192.0.2.0/24 have routes; the
# router has 47.0.4.0/22. 203.0.113.0/24 is prohibited.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	{
		tap c0 10.1.0.1/24
		neighbours c0 10.1.0.2
		neighbours b0 10.0.0.110 10.0.0.111 10.0.0.115
		echo "route add prohibit 203.0.113.0/24"
		echo "route add 47.0.4.0/22 via 47.0.0.254"
		echo "route add 192.0.2.0/24 dev u0 vrf a"
		echo "route add 10.0.7.0/24 via 10.0.0.254 vrf a"
	} | ip_in gw
	config <<-END
		vpn add c
		interface add c0 vpn c
		ext add empty
		pool add small ext carrier address 47.0.0.201 ports 2000-2001
		pool add wide ext carrier address 47.0.0.230-47.0.0.237 vpn b
		pool add own ext carrier address 47.0.0.1 ports 3000-3003 vpn c
		pool add blocks ext carrier address 47.0.0.240 ports 4096-4127 block-size 16 block-owner host
		pool add fixed ext carrier address 47.0.0.241-47.0.0.242 block-size 8192 deterministic 10.0.0.0/30
		alias add a 10.0.0.103 to 47.0.0.10 ext carrier
		alias add a 10.0.0.104:80 to 47.0.0.11:8080 proto tcp ext carrier
		alias add a 10.0.0.110 to 47.0.0.11 ext carrier pool small
		alias add a 10.0.0.111 to 47.0.0.12 ext empty
		alias add a 10.0.0.112 to 203.0.113.9 ext carrier
		alias add a 10.0.0.113 to 198.51.100.9 ext carrier
		alias add a 10.0.0.114 to 47.0.0.11 ext carrier pool blocks
		alias add a 10.0.0.115 to 47.0.0.11 ext carrier pool fixed
		alias add a 10.0.0.116 to 47.0.0.1 ext carrier
		alias add a 10.0.4.0/22 to 47.0.4.0/22 ext carrier
		alias add a 47.0.0.12 to 47.0.0.12 ext carrier
		alias add c 10.1.0.100 to 47.0.0.10 ext carrier
		mapping add a proto any inside 10.0.0.3 outside 47.0.0.220 ext carrier
		mapping add b proto any inside 10.0.0.3 outside 47.0.0.221 ext carrier
		set quarantine 0
		mapping add a proto udp inside 10.0.0.2:9 outside 47.0.0.210:9 ext carrier
	END
}

setup_or_die
run_python explain
