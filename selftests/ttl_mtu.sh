#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The gateway is a router: it counts the TTL down, keeps to the MTU, and tells the
# sender in that one's own view.
#
#   10.0.0.2 -- a0 [vrf a] -- gw -- s0 -- 47.0.0.10        see bed_taps in lib.sh

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python ttl_mtu
