#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What README and the manual page say can be typed, and works.
#
#   blue   10.0.0.2 fd00::2 ---- eth1 \
#                                      gw eth0 ---- srv 47.0.0.1 2001:db8:47::1
#   green  10.0.0.2 fd00::2 ---- eth2 /

ALL_TESTS="
	readme_opens_with_the_two_commands
	readme_layout_is_the_tree
	readme_gateway_in_ten_lines
	readme_then
	readme_check_tells_what_is_missing
	readme_four_cases
	manual_four_cases
	manual_examples_work
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

# IPv6 addresses beside those of IPv4, as README has them.
add_ipv6()
{
	local v

	ns6 gw blue green srv
	for v in blue green; do
		ip -n "${NS[$v]}" addr replace fd00::2/64 dev eth0 nodad
	done
	ip_in gw <<-END
		addr replace fd00::1/64 dev eth1 nodad
		addr replace fd00::1/64 dev eth2 nodad
		addr replace 2001:db8:47::254/64 dev eth0 nodad
	END
	ip -n "${NS[srv]}" addr replace 2001:db8:47::1/64 dev eth0 nodad
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

# four_cases NAME: that host reaches the server by each
four_cases()
{
	local alias

	for alias in 10.0.0.104 fd00::106 fd00::104 10.0.0.106; do
		in_ns "$1" ping -n -q -c 1 -W 5 "$alias"
	done
}

# After the ten lines; and what check says then is mended by what it says.
readme_four_cases()
{
	local lines status=0

	add_ipv6
	in_ns gw bash -c 'echo 0 > /proc/sys/net/ipv6/conf/all/forwarding'
	lines=$(block "IPv6, and from one version to the other")
	in_ns gw bash -ex <<< "$lines"
	four_cases blue
	in_ns gw bash -ex <<< "$(grep blue <<< "$lines" | sed 's/blue/green/g')"
	four_cases green
	has "$(vctl flow show vpn blue inside fd00::2)" '47\.0\.0\.1'
	vctl check > "$tmp/check" || status=$?
	eq "$status" 1
	eq "$(sed -n 's/^\(vpn [a-z]*: [a-z-]*\):.*/\1/p; /^[^ v]/p' "$tmp/check")" \
		$'vpn blue: no-default-route\nvpn green: no-default-route'
	in_ns gw bash -ex <<< "$(grep '^ ' "$tmp/check")"
	eq "$(vctl check)" ""
	four_cases green
}

# The batch of the manual's EXAMPLES; of 64:ff9b::/96 servers with global addresses
# only, of another prefix all.
manual_four_cases()
{
	vctl flush
	add_ipv6
	ip -n "${NS[gw]}" link set eth1 nomaster
	add_ipv6
	awk '/^\.Sh EXAMPLES/ { here = 1 }
	     here && /^\.Bd/ { lines = ""; open = 1; next }
	     here && /^\.Ed/ { open = 0; if (lines ~ /ff9b/) printf "%s", lines }
	     open { lines = lines $0 "\n" }' "$manual" > "$tmp/four"
	[ -s "$tmp/four" ]
	in_ns gw bash -ex "$tmp/four"
	four_cases blue
	in_ns blue ip route replace default via fd00::1
	in_ns blue ping -n -q -c 1 -W 5 64:ff9b::47.0.0.1
	in_ns blue ping -n -q -c 1 -W 5 fd00:64::47.0.0.1
	ip -n "${NS[srv]}" addr add 10.9.9.9/32 dev eth0
	ip -n "${NS[gw]}" route add 10.9.9.9 via 47.0.0.1
	in_ns blue ping -n -q -c 1 -W 5 fd00:64::10.9.9.9
	! in_ns blue ping -n -q -c 1 -W 1 64:ff9b::10.9.9.9 || return 1
	has "$(vctl stats)" '[1-9] no-alias'
	vctl flush
}

# What the manual's examples take for granted; none of them names another pool.
manual_base()
{
	cat <<-END
		ext add carrier
		vpn add blue id 1 vrf vrf-blue
		vpn add green vrf vrf-green
		vpn add red
		interface add vrf-blue vpn blue
		interface add eth1.30 vpn red
		interface add eth0 ext carrier
		pool add p1 ext carrier address 47.1.0.0/24,47.1.1.1-47.1.1.9
		alias add blue 10.0.0.101:80 to 47.0.0.2:8080 proto tcp
		mapping add blue proto tcp inside 10.0.0.2:22 outside 47.1.0.5:2222
		set timeout udp 300
	END
}

# manual_before COMMAND...: what is to be there before this example.
manual_before()
{
	case "$2 ${3:-}" in
	"vpn add" | "ext add" | "apply "*) ;;
	"ext del") echo "ext add $4" ;;
	"interface add" | "pool add" | "alias add" | "mapping add")
		manual_base | grep -v "^$2 add $4 " ;;
	"ext set") echo "ext add $4 vrf $6" ;;
	*) manual_base ;;
	esac
}

manual_examples_work()
{
	local line status expected number=0
	local -a words

	ip_in gw <<-END
		link add vrf-blue type vrf table 1001
		link add vrf-green type vrf table 1002
		link add vrf-carrier type vrf table 1003
		link add link eth1 eth1.30 type vlan id 30
	END
	while read -r line; do
		line=${line//\/etc\/vpngw/$tmp/example}
		read -ra words <<< "$line"
		[ "${words[1]}" != -j ] || words=("${words[0]}" "${words[@]:2}")
		vctl flush
		vctl apply - <<< "$(manual_before "${words[@]}")"
		expected=0
		# What it is for: the VRF was made anew.
		[ "${words[*]:1:2}" != "ext set" ] || ip_in gw <<-END
			link del vrf-carrier
			link add vrf-carrier type vrf table 1003
		END
		case ${words[*]:1:2} in
		monitor*) line="timeout -s INT 1 $line"; expected=124 ;;
		# There is no such flow, and there is something to mend.
		identify* | "flow del" | check*) expected=1 ;;
		esac
		status=0
		in_ns gw bash -o pipefail -c "$line" > "$tmp/out" 2>&1 || status=$?
		[ "$status" -eq "$expected" ] || sed 's/^/# /' "$tmp/out"
		eq "$status" "$expected" "$line"
		number=$((number + 1))
	done <<< "$(sed -n 's/^\.Dl \(vpngwctl .*\)/\1/p' "$manual")"
	[ "$number" -gt 30 ]
}

run_tests
