#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What RFC 5508 asks of ICMP, beyond icmp_echo and icmp_errors.
#
#   10.0.0.2 .3, router .254 -- a0 [vrf a]\
#                                          gw -- s0 -- 47.0.0.10 .11, router .254
#   10.0.0.2 .3, router .254 -- b0 [vrf b]/
#
# see bed_taps in lib.sh.  The router of VPN a is 47.0.0.221 outside.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	config <<-END
		mapping add a proto any inside 10.0.0.254 outside 47.0.0.221
		mapping add a proto any inside 10.0.0.3 outside 47.0.0.220
	END
}

setup_or_die
run_python nat_icmp
