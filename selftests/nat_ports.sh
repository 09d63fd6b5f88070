#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which outside ports are given out, by the rules of RFC 6056.
#
#   10.0.0.2 .3 ... -- a0 [vrf a]\
#                                 gw -- s0 -- 47.0.0.10 .12    see bed_taps in lib.sh
#   10.0.0.2 .3 ... -- b0 [vrf b]/
#
# Aliases with a pool of their own: 10.0.0.104 a thousand ports, 10.0.0.105 two
# addresses with four ports each.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local address

	bed_taps
	# Those who get no port are told so.
	for address in 10.0.0.{4..39}; do
		neighbours a0 "$address"
	done | ip_in gw
	config <<-END
		pool add thousand ext carrier address 47.0.0.201 ports 2000-2999
		alias add a 10.0.0.104 to 47.0.0.12 pool thousand
		pool add pair ext carrier address 47.0.0.202-47.0.0.203 ports 3000-3003
		alias add a 10.0.0.105 to 47.0.0.12 pool pair
	END
}

setup_or_die
run_python nat_ports
