#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Interfaces of each kind as the port of a VPN: Ethernet, what is made of it, and
# what a program makes. See bed_ports in lib.sh.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	[ -e /dev/net/tun ] || modprobe tun
	bed_ports_both
}

setup_or_die
run_python ports
