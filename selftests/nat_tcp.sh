#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What RFC 5382 and RFC 7857 section 2 ask of TCP, beyond the states that
# tcp_states walks through.
#
#   10.0.0.2 .3 -- a0 [vrf a]\
#                             gw -- s0 -- 47.0.0.10 .11     see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b]/            router .254 -- the world
#
# For VPN b there is a source-only alias of all the world besides.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	ip_in gw <<< "route add default via 47.0.0.254"
	config <<-END
		alias add b 0.0.0.0/0 to 0.0.0.0/0
		mapping add a proto tcp inside 10.0.0.3:22 outside 47.0.0.220:22 ext carrier
	END
}

setup_or_die
run_python nat_tcp
