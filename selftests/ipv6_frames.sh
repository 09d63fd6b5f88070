#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# IPv6 seen from the link: who is answered for by neighbour discovery, which
# sources are refused, what is left alone; and each case byte for byte.
#
#   10.0.0.2 fd00::2 -- a0 [vrf a]\          s0 -- 47.0.0.10, 2001:db8:47::10
#                         a1 [vrf a] gw
#   10.0.0.2 fd00::2 -- b0 [vrf b]/          u0 -- unbound
#
# see bed_taps_both in lib.sh. a1 is another network of VPN a, fd00:9::/64. In VPN a
# fd00::1:0/112 is 2001:db8:48::/112, and [fd00::102]:80 is a port of a server.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps_both
	{
		tap a1 10.0.9.1/24 a
		echo "addr add fd00:9::1/64 dev a1 nodad"
		neighbours a1 fd00:9::2
	} | ip_in gw
	# Nobody is told late that there is none
	in_ns gw sysctl -qw net.ipv6.neigh.s0.mcast_solicit=300 \
		net.ipv6.neigh.u0.mcast_solicit=300
	config <<-END
		alias add a fd00::1:0/112 to 2001:db8:48::/112
		alias add a [fd00::102]:80 to [2001:db8:47::10]:8080 proto tcp
		alias add b ::/0 to ::/0
		pool add more ext carrier address 2001:db8:47::300/126
		mapping add a proto udp inside [fd00::3]:53 outside [2001:db8:47::220]:53
	END
}

setup_or_die
run_python ipv6_frames
