#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is forwarded is right to the last byte: UDP, TCP and ICMP of all lengths,
# with every checksum, in both directions.
#
#   10.0.0.2 -- a0 [vrf a] -- gw -- s0 -- 47.0.0.10        see bed_taps in lib.sh

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python checksums
