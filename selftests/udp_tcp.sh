#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# UDP and TCP between hosts and servers, in VPNs with the same addresses: either
# side starts, each sees the other under its own view's address.
#
#   blue   10.0.0.2 ---- [vrf blue]  \                  10.0.0.100 = 47.0.0.10
#   green  10.0.0.2 ---- [vrf green]  gw ---- srv       10.0.0.101 = 47.0.0.11
#   red    10.0.0.2 ---- VLAN, bare  /
#
# see bed_hosts in lib.sh

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_hosts
	config <<-END
		mapping add blue proto udp inside 10.0.0.2:4000 outside 47.0.0.210:4000
		mapping add green proto udp inside 10.0.0.2:4000 outside 47.0.0.210:4001
		mapping add red proto udp inside 10.0.0.2:4000 outside 47.0.0.210:4002
		mapping add blue proto tcp inside 10.0.0.2:22 outside 47.0.0.210:2200
		mapping add green proto tcp inside 10.0.0.2:22 outside 47.0.0.210:2201
		mapping add red proto tcp inside 10.0.0.2:22 outside 47.0.0.210:2202
	END
}

setup_or_die
run_python udp_tcp
