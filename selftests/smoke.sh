#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module loads, its family is there, and it unloads again.

ALL_TESTS="
	family_is_there
	tool_answers
	unloads_and_loads
	without_module_tool_says_so
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	ns gw
}

family_is_there()
{
	local out

	out=$(genl ctrl get name vpngw)
	has "$out" 'Name: vpngw'
	has "$out" 'Version: 0x1'
	has "$out" 'config'
	has "$out" 'flow'
}

tool_answers()
{
	eq "$(vctl -j vpn show)" "[]"
	eq "$(vctl -j ext show)" "[]"
	eq "$(vctl -j flow show)" "[]"
	eq "$(vctl vpn show)" ""
}

# Unloading takes the configuration along.
unloads_and_loads()
{
	local args=()

	vctl vpn add blue
	rmmod vpngw
	[ ! -e /sys/module/vpngw ]
	[ -z "${VPNGW_KO:-}" ] || args=(insmod "$VPNGW_KO")
	[ -n "${VPNGW_KO:-}" ] || args=(modprobe vpngw)
	"${args[@]}"
	eq "$(vctl -j vpn show)" "[]"
}

without_module_tool_says_so()
{
	rmmod vpngw
	fails 3 vctl vpn show
	has "$err" 'module'
	fails 3 vctl vpn add blue
	fails 3 vctl check
	[ -z "${VPNGW_KO:-}" ] || insmod "$VPNGW_KO"
	[ -n "${VPNGW_KO:-}" ] || modprobe vpngw
	vctl vpn show
}

run_tests
