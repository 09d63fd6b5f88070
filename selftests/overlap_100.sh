#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One hundred VPNs in VRFs, one server. See bed_overlap in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_overlap 100 vrf
}

setup_or_die
run_python overlap_100
