#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Static mappings, address-only and with port: either side may start.
#
#   10.0.0.2 .3 -- a0 [vrf a]\
#                             gw -- s0 -- 47.0.0.10 .11     see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b]/

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	config <<-END
		alias add a 10.0.0.100:80 to 47.0.0.11:8080 proto tcp
		mapping add a proto any inside 10.0.0.2 outside 47.0.0.220
		mapping add b proto any inside 10.0.0.2 outside 47.0.0.221
		mapping add a proto udp inside 10.0.0.3:53 outside 47.0.0.222:2000
		mapping add b proto udp inside 10.0.0.3:53 outside 47.0.0.223:2000
		mapping add a proto tcp inside 10.0.0.3:22 outside 47.0.0.222:2000
		mapping add b proto tcp inside 10.0.0.3:22 outside 47.0.0.223:2000
	END
}

setup_or_die
run_python static_mapping
