#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is counted, and every reason to drop that no other test needs.
#
#   10.0.0.2 .3 -- a0 [vrf a]\
#                             gw -- s0 -- 47.0.0.10 .11     see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b]/      u0, ext poor -- 192.0.2.2

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	config <<-END
		ext add poor
		ext add empty
		pool add small ext poor address 48.0.0.200 ports 2000-2003
		alias add a 10.0.0.110 to 192.0.2.2 ext poor
		alias add b 10.0.0.110 to 192.0.2.2 ext poor
		interface add u0 ext poor
		alias add a 10.0.0.111 to 47.0.0.12 ext empty
	END
}

setup_or_die
run_python stats
