#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SCTP, DCCP and UDP-Lite between the kernel's own stacks, in VPNs with the same
# addresses; SCTP by the programs of lksctp-tools, too.
#
#   blue   10.0.0.2 ---- [vrf blue]  \                  10.0.0.100 = 47.0.0.10
#   green  10.0.0.2 ---- [vrf green]  gw ---- srv
#   red    10.0.0.2 ---- VLAN, bare  /
#
# see bed_hosts in lib.sh

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	# Built in, or under a name that nothing loads by itself.
	modprobe -aq sctp dccp_ipv4
	bed_hosts
	config <<-END
		mapping add blue proto sctp inside 10.0.0.2:9 outside 47.0.0.210:9001
		mapping add green proto sctp inside 10.0.0.2:9 outside 47.0.0.210:9002
		mapping add red proto sctp inside 10.0.0.2:9 outside 47.0.0.210:9003
	END
}

setup_or_die
run_python stacks
