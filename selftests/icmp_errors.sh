#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP errors about flows, from the far end and from routers on the path, in both
# directions: both quoted addresses and ports in the receiver's own view.
#
#   10.0.0.2, router .254 -- a0 [vrf a]\
#                                       gw -- s0 -- 47.0.0.10, router .254
#   10.0.0.2, router .254 -- b0 [vrf b]/
#
# see bed_taps in lib.sh

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python icmp_errors
