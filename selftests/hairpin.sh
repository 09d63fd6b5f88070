#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hairpin: VPN hosts that are meant by the outside endpoints of their mappings.
#
#   10.0.0.2 .3 -- a0 [vrf a]\                          see bed_taps in lib.sh
#                              gw -- s0 -- 47.0.0.10
#   10.0.0.2 .3 -- b0 [vrf b]/  \
#                                c0 [vrf c] -- 10.0.0.2, no hairpin
#
# Hosts appear outside as 47.0.0.200. 10.0.0.3 of a is 47.0.0.210, and 10.0.0.2 of
# b is 47.0.0.211, with all ports and queries; 10.0.0.2 of c has udp 9 as
# 47.0.0.212. To a, 47.0.0.211 is also 10.0.0.111.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	{
		echo "link add name c type vrf table 1003"
		echo "link set dev c up"
		tap c0 10.0.0.1/24 c
		neighbours c0 10.0.0.2
	} | ip_in gw
	config <<-END
		vpn add c vrf c
		interface add c vpn c
		mapping add a proto any inside 10.0.0.3 outside 47.0.0.210
		mapping add b proto any inside 10.0.0.2 outside 47.0.0.211
		mapping add c proto udp inside 10.0.0.2:9 outside 47.0.0.212:9
		alias add a 10.0.0.111 to 47.0.0.211
		vpn set a hairpin on
		vpn set b hairpin on
	END
}

setup_or_die
run_python hairpin
