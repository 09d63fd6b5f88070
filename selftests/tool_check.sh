#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vpngwctl check: each problem is provoked and told, by itself; the command that it
# prints is typed, and mends it.
#
#                      10.0.0.1/24 fd00::1/64 a0 [vrf a] \
#                  vpn red       10.1.0.1/24 r0          gw  s0 47.0.0.1/24 2001:db8:47::1/64 ext carrier
#                  bound to nothing          u0         /    e0 [vrf e] 48.0.0.1/24 ext lab
#
# vpn a is the VRF a; red is in the main table; ext lab is the VRF e.  All are dummies:
# no packet flows.  The IPv6 addresses are there in cases that are about IPv6.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	ns gw
	ip_in gw <<-END
		link add name a up type vrf table 1001
		link add name e up type vrf table 1002
		link add name a0 up master a type dummy
		link add name e0 up master e type dummy
		link add name r0 up type dummy
		link add name s0 up type dummy
		link add name u0 up type dummy
	END
	ns6 gw
}

setup_or_die
run_python tool_check
