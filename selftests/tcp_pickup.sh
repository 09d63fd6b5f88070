#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP connections whose beginning the gateway has not seen.
#
#   10.0.0.2 -- a0 [vrf a]\
#                          gw -- s0 -- 47.0.0.10        see bed_taps in lib.sh
#   10.0.0.2 -- b0 [vrf b]/

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	config <<-END
		mapping add a proto tcp inside 10.0.0.2:22 outside 47.0.0.201:2222 ext carrier
	END
}

setup_or_die
run_python tcp_pickup
