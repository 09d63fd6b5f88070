#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Path MTU discovery from one version to the other, wherever the narrow link is,
# and large segments through the conversion.
#
#   host -1- r1 -2- gw [vrf blue] -3- r2 -4- srv
#
# see bed_routers_both in lib.sh.  One of the four links has an MTU of 1280.  From the
# server the host is 47.0.0.221 by its IPv6 address, 2001:db8:47::221 by its IPv4
# address.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_routers_both
	config <<-END
		mapping add blue proto any inside fd01::2 outside 47.0.0.221
		mapping add blue proto any inside 10.1.0.2 outside 2001:db8:47::221
	END
	start iperf3 nsenter --net="/run/netns/${NS[srv]}" iperf3 --forceflush -s
	wait_for grep -q listening "$tmp/iperf3"
}

setup_or_die
run_python ipv6_mtu
