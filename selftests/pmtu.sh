#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Path MTU discovery through the gateway (RFC 1191, RFC 5382 REQ-9), both ways,
# with routers on the path that the other side has no address for; and traceroute.
#
#   host 10.1.0.2 --- rin .1, 10.0.0.2 --- g-blue [vrf blue] gw
#                                                  47.0.0.1 g-srv --- 47.0.0.254
#                                                   srv 47.0.1.10 --- .1, rout
#
# Each router has an MTU of 1280 for what is beyond it, and nobody else knows.
# 10.0.0.100 is 47.0.1.10; hosts appear outside as 47.0.0.200.

ALL_TESTS="
	to_the_server_over_a_narrow_link
	to_the_host_over_a_narrow_link
	over_a_narrow_route_of_the_gateway
	traceroute_shows_each_hop
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local name

	ns gw host rin rout srv
	veth host eth0 rin lan0 rin wan0 gw g-blue gw g-srv rout wan0 rout lan0 srv eth0
	for name in rin rout; do
		in_ns "$name" bash -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
	done
	ip_in gw <<-END
		link add blue type vrf table 1001
		link set blue up
		link set g-blue master blue
		addr add 10.0.0.1/24 dev g-blue
		addr add 47.0.0.1/24 dev g-srv
		link set g-blue up
		link set g-srv up
		route add 10.1.0.0/24 via 10.0.0.2 vrf blue
		route add 47.0.1.0/24 via 47.0.0.254
	END
	ip_in host <<-END
		addr add 10.1.0.2/24 dev eth0
		link set eth0 up
		route add default via 10.1.0.1
	END
	ip_in rin <<-END
		addr add 10.1.0.1/24 dev lan0
		addr add 10.0.0.2/24 dev wan0
		link set lan0 up
		link set wan0 up
		route add default via 10.0.0.1
		route add 10.1.0.2/32 dev lan0 mtu 1280
	END
	ip_in rout <<-END
		addr add 47.0.0.254/24 dev wan0
		addr add 47.0.1.1/24 dev lan0
		link set wan0 up
		link set lan0 up
		route add 47.0.1.10/32 dev lan0 mtu 1280
	END
	ip_in srv <<-END
		addr add 47.0.1.10/24 dev eth0
		link set eth0 up
		route add default via 47.0.1.1
	END
	wait_for links_up gw host rin rout srv
	config <<-END
		vpn add blue vrf blue
		ext add carrier
		interface add blue vpn blue
		interface add g-srv ext carrier
		pool add out ext carrier address 47.0.0.200
		alias add blue 10.0.0.100 to 47.0.1.10
	END
	head -c 10000000 /dev/urandom > "$tmp/sent"
}

listens()
{
	in_ns srv ss -Hltn "sport = :$1" | grep -q LISTEN
}

# arrived: the file is there, whole.
arrived()
{
	cmp -s "$tmp/sent" "$tmp/seen"
}

upload()
{
	start server in_ns srv socat -u "TCP-LISTEN:$1,reuseaddr" "CREATE:$tmp/seen"
	wait_for listens "$1"
	in_ns host socat -u "OPEN:$tmp/sent" "TCP:10.0.0.100:$1"
	wait_for arrived
	rm "$tmp/seen"
}

download()
{
	start server in_ns srv socat -u "OPEN:$tmp/sent" "TCP-LISTEN:$1,reuseaddr"
	wait_for listens "$1"
	in_ns host socat -u "TCP:10.0.0.100:$1" "CREATE:$tmp/seen"
	arrived
	rm "$tmp/seen"
}

# Forget what was learnt of paths.  A host that knows of a narrow one asks for
# small segments, and then the server has nothing to learn.
forget()
{
	ip -n "${NS[host]}" route flush cache
	ip -n "${NS[srv]}" route flush cache
	hasnt "$(ip -n "${NS[host]}" route get 10.0.0.100)" mtu
	hasnt "$(ip -n "${NS[srv]}" route get 47.0.0.200)" mtu
}

learnt()
{
	has "$(ip -n "${NS[$1]}" route get "$2")" 'mtu 1280'
}

to_the_server_over_a_narrow_link()
{
	forget
	upload 9001
	learnt host 10.0.0.100
}

to_the_host_over_a_narrow_link()
{
	forget
	download 9002
	learnt srv 47.0.0.200
}

over_a_narrow_route_of_the_gateway()
{
	ip_in rin <<< "route del 10.1.0.2/32 dev lan0"
	ip_in rout <<< "route del 47.0.1.10/32 dev lan0"
	ip_in gw <<-END
		route change 47.0.1.0/24 via 47.0.0.254 mtu 1280
		route change 10.1.0.0/24 via 10.0.0.2 vrf blue mtu 1280
	END
	forget
	upload 9003
	learnt host 10.0.0.100
	forget
	download 9004
	learnt srv 47.0.0.200
}

# RFC 5508 REQ-4 and REQ-9: a router without an address in the VPN answers as
# the gateway, the server as its alias.
traceroute_shows_each_hop()
{
	local out

	out=$(in_ns host traceroute -n -q 1 -w "$patience" -m 6 10.0.0.100)
	eq "$(awk 'NR > 1 { print $2 }' <<< "$out" | tr '\n' ' ')" \
		"10.1.0.1 10.0.0.1 10.0.0.1 10.0.0.100 " "hops"
}

run_tests
