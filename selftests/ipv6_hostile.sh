#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Malformed and hostile packets of IPv6, and such as are converted, from the VPNs
# and from the ext. As hostile.sh, which does so with IPv4 and reckons with every
# byte; here each packet that crosses is held against what the RFCs let it be.
#
#   10.0.0.2 fd00::2 -- a0 [vrf a]\
#                                   gw -- s0   see bed_taps_both in lib.sh
#   10.0.0.2 fd00::2 -- b0 [vrf b]/         u0, bound to nothing
#
# fd00:3::/48 is 2001:db8:a3::/48 of a, address by address.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps_both
	{
		echo "route add unreachable default metric 4278198272 table 1001"
		echo "route add unreachable default metric 4278198272 table 1002"
		echo "route add unreachable ::/0 metric 4278198272 table 1001"
		echo "route add unreachable ::/0 metric 4278198272 table 1002"
		echo "route add fd00:3::/48 via fd00::fe table 1001"
	} | ip_in gw
	config <<-END
		mapping add a proto any inside fd00:3::/48 outside 2001:db8:a3::/48
	END
	# shellcheck disable=SC2016 # expands there
	in_ns gw bash -c '
		echo 2 > /proc/sys/net/ipv4/ipfrag_time
		for dev in a0 b0 s0 u0; do
			echo 0 > /proc/sys/net/ipv6/neigh/$dev/mcast_solicit
			echo 0 > /proc/sys/net/ipv4/neigh/$dev/mcast_solicit
		done'
}

setup_or_die
run_python ipv6_hostile
