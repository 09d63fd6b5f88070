#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One thousand VPNs without VRFs, one server. See bed_overlap in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

number=1000
# A kernel that checks everything takes 0.1 s to delete a device, and deletes all of a
# namespace under one lock: then who waits for that counts as hung.
[ ! -e /proc/lockdep ] || number=300

setup()
{
	bed_overlap "$number"
}

setup_or_die
run_python overlap_100
