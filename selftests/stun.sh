#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an independent program finds out about this NAT: coturn's client and server
# for NAT behaviour discovery (RFC 5780), in two VPNs with the same address at the
# same time.
#
#   blue   10.0.0.2 eth0 ---- g-blue [vrf blue]   \
#   green  10.0.0.2 eth0 ---- g-green [vrf green]  gw  g-srv ---- eth0 srv
#                                                 /     47.0.0.10, .11, turnserver
# see bed_hosts in lib.sh
#
# A server tells its client addresses, and nothing here translates them.  So there
# are two: the one at port 3478 knows itself by its aliases; the one at port 4478
# by its own addresses, which only source-only aliases lead to.

ALL_TESTS="
	mapping_is_endpoint_independent_by_alias
	filtering_lets_in_all_that_have_an_alias
	mapping_is_endpoint_independent_for_tcp
	mapping_is_the_same_for_fragments
	mapping_lives_as_long_as_its_timeout
	mapping_is_endpoint_independent_source_only
	filtering_is_by_address_source_only
	two_vpns_were_never_taken_for_one
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

vpns=(blue green)

# turn PORT [ARGUMENT...]: a server on both addresses, at PORT and the next.
turn()
{
	local port=$1
	shift

	start "turn$port" in_ns srv turnserver -n --no-cli --stun-only --no-tls \
		--no-dtls --no-auth --relay-threads 1 --userdb "$tmp/turn$port.db" \
		--pidfile "$tmp/turn$port.pidfile" --log-file stdout --simple-log \
		--listening-port "$port" --alt-listening-port "$((port + 1))" \
		--listening-ip 47.0.0.10 --listening-ip 47.0.0.11 "$@"
}

listens()
{
	[ "$(in_ns srv ss -Hln "$1" "sport >= :$2 and sport <= :$(($2 + 1))" |
		grep -o '47\.0\.0\.1[01]:[0-9]*' | sort -u | wc -l)" -eq 4 ]
}

setup()
{
	local vpn port

	bed_hosts
	for vpn in "${vpns[@]}"; do
		echo "alias add $vpn 47.0.0.0/24 to 47.0.0.0/24"
	done | config
	turn 3478 -X 10.0.0.100/47.0.0.10 -X 10.0.0.101/47.0.0.11
	turn 4478
	# They have much to set up in a slow guest.
	for port in 3478 4478; do
		patience=100 wait_for listens -u "$port"
	done
	wait_for listens -t 3478
	begin 5000 -m 10.0.0.100
	begin 5001 -f 10.0.0.100
	begin 5002 -m -P 10.0.0.100
}

# begin PORT ARGUMENT...: in each VPN a client at that port, which mostly waits.
begin()
{
	local port=$1 vpn
	shift

	for vpn in "${vpns[@]}"; do
		(
			in_ns "$vpn" turnutils_natdiscovery -L 10.0.0.2 -l "$port" "$@" \
				> "$tmp/found-$port-$vpn" 2>&1
			: > "$tmp/ended-$port-$vpn"
		) &
	done
}

ended()
{
	[ -e "$tmp/ended-$1-blue" ] && [ -e "$tmp/ended-$1-green" ]
}

# discover PORT ARGUMENT...: begin, and wait for both.
discover()
{
	begin "$@"
	patience=200 wait_for ended "$1"
}

# found PORT RESULT: that of each VPN's client.
found()
{
	local vpn said

	patience=200 wait_for ended "$1"
	for vpn in "${vpns[@]}"; do
		said=$(< "$tmp/found-$1-$vpn")
		has "$said" "^$2\$"
		eq "$(grep -E '^(NAT with|No NAT)' <<< "$said")" "$2" "result"
		hasnt "$said" 'ALG detected'
		has "$said" 'No ALG'
		grep -o 'reflexive addr: .*' <<< "$said" | sed "s/^/$vpn /" >> "$tmp/reflexive"
	done
}

# RFC 5780 section 4.3, RFC 4787 REQ-1
mapping_is_endpoint_independent_by_alias()
{
	found 5000 'NAT with Endpoint Independent Mapping!'
}

# RFC 5780 section 4.4, RFC 4787 REQ-8: the other server is known there, too.
filtering_lets_in_all_that_have_an_alias()
{
	found 5001 'NAT with Endpoint Independent Filtering!'
}

# RFC 5382 REQ-1: all four endpoints see the same.
mapping_is_endpoint_independent_for_tcp()
{
	local vpn seen

	for vpn in "${vpns[@]}"; do
		seen=$(in_ns "$vpn" /usr/bin/python3 -S "$here/py/stun_tcp.py" 5100 \
			10.0.0.100 3478 10.0.0.100 3479 10.0.0.101 3478 10.0.0.101 3479)
		eq "$(wc -l <<< "$seen")" 4 "answers"
		eq "$(sort -u <<< "$seen" | wc -l)" 1 "outside endpoints of $vpn"
		has "$seen" '^47\.0\.0\.20[0-3] [0-9]+$'
	done
}

# RFC 5780 section 3.5: requests that are padded to more than the MTU.
mapping_is_the_same_for_fragments()
{
	found 5002 'NAT with Endpoint Independent Mapping!'
}

# RFC 5780 section 4.6: another port of the host asks for an answer to the first
# one, which is there as long as the mapping.
mapping_lives_as_long_as_its_timeout()
{
	vctl set timeout udp 4 udp-unreplied 4
	discover 5003 -t -T 1 10.0.0.100
	hasnt "$(cat "$tmp"/found-5003-*)" 'timeout'
	discover 5004 -t -T 6 10.0.0.100
	eq "$(cat "$tmp"/found-5004-* | grep -c 'timeout')" 2 "timeouts"
	vctl set timeout udp 300 udp-unreplied 120
}

# From here on the servers' addresses have no other alias.
mapping_is_endpoint_independent_source_only()
{
	local vpn

	for vpn in "${vpns[@]}"; do
		echo "alias del $vpn 10.0.0.100"
		echo "alias del $vpn 10.0.0.101"
	done | config
	begin 5005 -m -p 4478 47.0.0.10
	begin 5006 -f -p 4478 47.0.0.10
	found 5005 'NAT with Endpoint Independent Mapping!'
}

# RFC 4787 REQ-8; RFC 6888 REQ-7
filtering_is_by_address_source_only()
{
	found 5006 'NAT with Address Dependent Filtering!'
}

# Each had endpoints of its own in all of this.
two_vpns_were_never_taken_for_one()
{
	eq "$(cut -d' ' -f1 "$tmp/reflexive" | sort -u | wc -l)" 2 "VPNs"
	eq "$(sort -u "$tmp/reflexive" | cut -d' ' -f2- | sort | uniq -d)" "" \
		"endpoints of both"
}

run_tests
