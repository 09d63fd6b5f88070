#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How much a VPN, a host and all VPNs may have, and that one at its limit takes
# nothing from another (RFC 6888 REQ-4, REQ-5, REQ-11).
#
#   10.0.0.2 .3 -- a0 [vrf a] \
#                               gw -- s0 -- 47.0.0.10 .11      see bed_taps in lib.sh
#   10.0.0.2 .3 -- b0 [vrf b] /

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python limits
