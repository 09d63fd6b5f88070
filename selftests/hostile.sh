#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Malformed and hostile packets of every kind, from the VPNs and from the ext.
#
#   10.0.0.2 to .5 -- a0 [vrf a]\
#                                gw -- s0 -- 47.0.0.10 .11   see bed_taps in lib.sh
#   10.0.0.2 to .5 -- b0 [vrf b]/       u0, bound to nothing
#
# Each VRF ends in an unreachable route, as it should.  10.0.1.0/28 is 47.0.1.0/28,
# behind the router .254; 10.0.0.3 is 47.0.0.220 in a and .221 in b, whatever the
# protocol; pool addresses are 47.0.0.200 and .201.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	{
		echo "route add unreachable default metric 4278198272 table 1001"
		echo "route add unreachable default metric 4278198272 table 1002"
		echo "route add 47.0.1.0/28 via 47.0.0.254"
		neighbours a0 10.0.0.4 10.0.0.5 10.0.0.100 10.0.0.101
		neighbours b0 10.0.0.4 10.0.0.5 10.0.0.100 10.0.0.101
		neighbours s0 47.0.0.200 47.0.0.201 47.0.0.220 47.0.0.221
	} | ip_in gw
	config <<-END
		pool del out
		pool add out ext carrier address 47.0.0.200-47.0.0.201
		alias add a 10.0.1.0/28 to 47.0.1.0/28
		alias add b 10.0.1.0/28 to 47.0.1.0/28
		mapping add a proto any inside 10.0.0.3 outside 47.0.0.220
		mapping add b proto any inside 10.0.0.3 outside 47.0.0.221
	END
	# What is never whole is kept no longer than that, and what has no neighbour
	# is dropped at once.
	in_ns gw sysctl -qw net.ipv4.ipfrag_time=2 \
		net.ipv4.neigh.{a0,b0,s0,u0}.mcast_solicit=0
}

setup_or_die
run_python hostile
