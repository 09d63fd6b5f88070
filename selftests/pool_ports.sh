#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which outside address and port a mapping gets: paired addresses, classes,
# parity and pairs (RFC 4787), quarantine and blocks (RFC 6888), computed blocks
# (RFC 7422), draining and changing a pool in use.
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
run_python pool_ports
