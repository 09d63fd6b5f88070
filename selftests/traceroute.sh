#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# traceroute through the gateway shows the path in the view of who asks.
#
#   host ------- r1 ------- gw [vrf blue] ------- r2 ------- srv
#   10.1.0.2     10.1.0.1   10.0.0.1 47.0.0.1     47.1.0.1   47.1.0.10
#
# see bed_routers in lib.sh; the host is 47.0.0.220 outside.

ALL_TESTS="
	udp_from_the_vpn
	icmp_from_the_vpn
	tcp_from_the_vpn
	router_beyond_is_its_alias
	router_beyond_is_in_an_alias_of_its_network
	udp_from_the_server
	icmp_from_the_server
	tcp_from_the_server
	udp_to_a_dynamic_mapping
	nothing_is_dropped_but_for_ttl
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_routers
}

# trace NAME OPTION... TARGET: the addresses of the hops, and what the last one
# is marked with
trace()
{
	local name=$1
	shift

	in_ns "$name" traceroute -n -q 1 -w "$patience" -m 8 "$@" |
		awk 'NR > 1 { out = out $2 " "; mark = $5 }
		     END { print out mark }'
}

# A router of the ext has no address in the VPN: the gateway stands for it.
from_the_vpn()
{
	eq "$(trace host "$@" 10.0.0.100)" \
		"10.1.0.1 10.0.0.1 10.0.0.1 10.0.0.100 " "hops of $*"
}

udp_from_the_vpn()
{
	from_the_vpn -U
	from_the_vpn
}

icmp_from_the_vpn()
{
	from_the_vpn -I
}

# Nobody listens there: RST.
tcp_from_the_vpn()
{
	from_the_vpn -T -p 80
}

router_beyond_is_its_alias()
{
	local mode

	vctl alias add blue 10.0.0.103 to 47.0.0.254
	for mode in "" -I "-T -p 80"; do
		# shellcheck disable=SC2086 # words
		eq "$(trace host $mode 10.0.0.100)" \
			"10.1.0.1 10.0.0.1 10.0.0.103 10.0.0.100 " "hops of $mode"
	done
	vctl alias del blue 10.0.0.103
}

router_beyond_is_in_an_alias_of_its_network()
{
	vctl alias add blue 10.47.0.0/24 to 47.0.0.0/24
	eq "$(trace host -I 10.0.0.100)" \
		"10.1.0.1 10.0.0.1 10.47.0.254 10.0.0.100 " "hops"
	vctl alias del blue 10.47.0.0/24
}

# A router of the VPN is nobody outside: what stands for the host stands for it.
from_the_server()
{
	vctl mapping add blue proto any inside 10.1.0.2 outside 47.0.0.220
	eq "$(trace srv "$@" 47.0.0.220)" \
		"47.1.0.1 47.0.0.1 47.0.0.220 47.0.0.220 " "hops of $*"
	vctl mapping del blue proto any inside 10.1.0.2
}

udp_from_the_server()
{
	from_the_server
}

icmp_from_the_server()
{
	from_the_server -I
}

tcp_from_the_server()
{
	from_the_server -T -p 80
}

# An operator who looks for the host behind an outside tuple.
udp_to_a_dynamic_mapping()
{
	local outside

	in_ns host bash -c 'exec 3<>/dev/udp/10.0.0.100/53; echo >&3'
	outside=$(vctl -j flow show proto udp server 47.1.0.10:53 |
		jq -r '.[0].outside | .src + " " + (.sport | tostring)')
	eq "$(trace srv -U -p "${outside#* }" "${outside% *}")" \
		"47.1.0.1 47.0.0.1 ${outside% *} ${outside% *} " "hops"
}

nothing_is_dropped_but_for_ttl()
{
	eq "$(vctl -j stats | jq -r '.drops[] | select(.packets > 0) | .name')" \
		ttl "reasons of drops"
	has "$(drops ttl)" '^[1-9]'
}

run_tests
