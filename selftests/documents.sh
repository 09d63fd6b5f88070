#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What README and the manual page say can be typed, and works.
#
#   blue   10.0.0.2 ---- eth1 \
#                              gw eth0 ---- srv 47.0.0.1
#   green  10.0.0.2 ---- eth2 /

ALL_TESTS="
	readme_opens_with_the_two_commands
	readme_layout_is_the_tree
	readme_gateway_in_ten_lines
	readme_then
	readme_check_tells_what_is_missing
	manual_examples_are_understood
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# Where the documents are: beside us, or in the tree that a kernel's copy of us
# came from.
tree=${TREE:-$here/..}
manual=$tree/tools/man/vpngwctl.8

setup()
{
	local v

	[ -e "$tree/README" ] || skip_all "no README in $tree"
	ns gw blue green srv
	veth gw eth1 blue eth0 gw eth2 green eth0 gw eth0 srv eth0
	ip_in gw <<-END
		addr add 10.0.0.1/24 dev eth1
		addr add 10.0.0.1/24 dev eth2
		addr add 47.0.0.254/24 dev eth0
		link set eth0 up
		link set eth1 up
		link set eth2 up
	END
	for v in blue green; do
		ip_in $v <<-END
			addr add 10.0.0.2/24 dev eth0
			link set eth0 up
		END
	done
	ip_in srv <<-END
		addr add 47.0.0.1/24 dev eth0
		link set eth0 up
	END
	wait_for links_up gw blue green srv
}

# block TITLE [NUMBER]: the indented lines of that section of README, the first
# block or another one.
block()
{
	awk -v title="$1" -v number="${2:-1}" '
	/^(---|===)/ { inside = last == title; n = 0; open = 0 }
	inside && /^    / { if (!open) { n++; open = 1 } if (n == number) print substr($0, 5) }
	!/^    / { open = 0 }
	{ last = $0 }' "$tree/README"
}

readme_opens_with_the_two_commands()
{
	eq "$(sed -n '/^    /{s/^ *//; s/ *#.*//; p}' "$tree/README" | head -n 2)" \
		$'make demo\nmake check'
}

readme_layout_is_the_tree()
{
	local name rest

	[ "$(block Layout | wc -l)" -gt 4 ]
	while read -r name rest; do
		[[ $name != */ ]] || [ -d "$tree/$name" ]
	done <<< "$(block Layout)"
}

readme_gateway_in_ten_lines()
{
	local lines

	lines=$(block "A gateway in ten lines")
	eq "$(wc -l <<< "$lines")" 10
	in_ns gw bash -ex <<< "$lines"
	in_ns blue ping -q -c 1 -W 5 10.0.0.100
	# "The same for green": what names blue.
	in_ns gw bash -ex <<< "$(grep blue <<< "$lines" |
		sed 's/blue/green/g; s/eth1/eth2/; s/table 10/table 20/')"
	in_ns green ping -q -c 1 -W 5 10.0.0.100
}

readme_then()
{
	local line

	in_ns blue ping -q -c 1 -W 5 10.0.0.100
	while read -r line; do
		line=${line%%#*}
		line=${line/\/etc\/vpngw/$tmp/vpngw}
		# Whose address that is no document can know.
		[[ $line != *identify* ]] || continue
		# There is something to mend.
		[[ $line != *check* ]] || continue
		in_ns gw bash -ex <<< "$line"
	done <<< "$(block "A gateway in ten lines" 2)"
	has "$(< "$tmp/vpngw")" 'alias add green 10.0.0.100'
	vctl flush
	vctl apply "$tmp/vpngw"
	in_ns green ping -q -c 1 -W 5 10.0.0.100
}

# The VRFs of the ten lines fall through to the main table.
readme_check_tells_what_is_missing()
{
	local command status=0

	command=$(block "A gateway in ten lines" 2 | sed -n 's/ *#.*//; /check/p')
	# shellcheck disable=SC2086 # words
	in_ns gw $command > "$tmp/check" || status=$?
	eq "$status" 1
	eq "$(sed -n 's/^\(vpn [a-z]*: [a-z-]*\):.*/\1/p; /^[^ v]/p' "$tmp/check")" \
		$'vpn blue: no-default-route\nvpn green: no-default-route'
	in_ns gw bash -ex <<< "$(grep '^ ' "$tmp/check")"
	# shellcheck disable=SC2086 # words
	eq "$(in_ns gw $command)" ""
	in_ns green ping -q -c 1 -W 5 10.0.0.100
}

# Whether the objects exist is not the manual's business, but 2 is bad usage.
manual_examples_are_understood()
{
	local line status number=0

	while read -r line; do
		line=${line//\/etc\/vpngw/$tmp/example}
		[[ $line != *monitor* ]] || line="timeout -s INT 1 $line"
		status=0
		in_ns gw bash -c "$line" > "$tmp/out" 2>&1 || status=$?
		case $status in
		0 | 1 | 124) ;;
		*) sed 's/^/# /' "$tmp/out"; eq "$status" "0 or 1" "$line" ;;
		esac
		number=$((number + 1))
	done <<< "$(sed -n 's/^\.Dl \(vpngwctl .*\)/\1/p' "$manual")"
	[ "$number" -gt 30 ]
}

run_tests
