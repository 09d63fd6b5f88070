#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whatever the devices put off, merge or leave to others, what is sent arrives
# byte for byte: every combination of offloads, on real hosts' sockets.
#
#   blue   10.0.0.2 ---- [vrf blue]     \
#   red    10.0.0.2 ---- VLAN 7, bare    gw ---- srv 47.0.0.10
#
# see bed_hosts in lib.sh

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_hosts
	start iperf3 nsenter --net="/run/netns/${NS[srv]}" \
		iperf3 --forceflush -s
	wait_for grep -q listening "$tmp/iperf3"
}

setup_or_die
run_python offloads
