#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The TCP states of a flow, packet by packet.
#
#   10.0.0.2 -- a0 [vrf a] -- gw -- s0 -- 47.0.0.10        see bed_taps in lib.sh

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
}

setup_or_die
run_python tcp_states
