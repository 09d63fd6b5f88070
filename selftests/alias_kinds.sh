#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Aliases by address, by address and port, by prefix, onto themselves; the most
# specific wins, in both directions.
#
#   10.0.0.2 -- a0 [vrf a]\
#                          gw -- s0 -- 47.0.0.10 .11 .12
#   10.0.0.2 -- b0 [vrf b]/            router .254 -- 47.0.1.0/24, 47.0.2.0/24,
#                                                     198.51.100.0/24 ...
# see bed_taps in lib.sh

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	{
		echo "route add default via 47.0.0.254"
		echo "route add 172.16.0.0/16 via 10.0.0.254 vrf b"
		neighbours a0 10.0.0.102 10.0.0.103
	} | ip_in gw
	config <<-END
		pool add second ext carrier address 47.0.0.205
		alias add a 10.0.0.100:80 to 47.0.0.11:8080 proto tcp
		alias add a 10.0.0.102:53 to 47.0.0.12:5353
		alias add a 10.0.1.0/24 to 47.0.1.0/24
		alias add a 10.0.1.128/25 to 47.0.2.0/25
		alias add a 10.0.1.7 to 47.0.0.12
		alias add a 10.0.0.103 to 47.0.0.10
		alias add a 10.0.0.104 to 47.0.0.12 pool second
		alias add b 0.0.0.0/0 to 0.0.0.0/0
	END
}

setup_or_die
run_python alias_kinds
