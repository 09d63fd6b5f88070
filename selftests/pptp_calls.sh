#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PPTP with real software: clients in VPNs with the same addresses, one server, and
# one outside address for all of them.
#
#   blue   10.0.0.2, pptp ---- [vrf blue]  \
#   green  10.0.0.2, pptp ---- [vrf green]  gw ---- srv 47.0.0.10, pptpd
#   red    10.0.0.2, pptp ---- VLAN, bare  /
#
# see bed_hosts in lib.sh

ALL_TESTS="
	call_from_each_vpn
	data_both_ways_at_once
	identity_of_each_call
	call_that_ends
"

# A client, with the sockets that it keeps for each server to itself.
if [ "${1:-}" = --client ]; then
	mkdir -p /run/pptp
	mount -t tmpfs none /run/pptp
	echo $$ > "$VPNGW_TMP/client-$2.pid"
	exec pppd nodetach noauth noccp noipv6 nodefaultroute ifname "ppp-$2" \
		pty "pptp 10.0.0.100 --nolaunchpppd"
fi

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

vpns=(blue green red)

setup()
{
	local vpn

	bed_hosts
	modprobe -a ppp_generic ppp_async 2>/dev/null
	# One address for all, so that only the ids of calls tell them apart.
	config <<-END
		pool drain out address 47.0.0.201-47.0.0.203
	END
	# pppd opens more than it needs; what it finds in /etc is not meant.
	cat > "$tmp/pptpd.conf" <<-END
		option $tmp/options
		listen 47.0.0.10
		localip 192.168.9.1
		remoteip 192.168.9.2-20
	END
	cat > "$tmp/options" <<-END
		noauth
		noccp
		noipv6
		nodefaultroute
		mtu 1400
		mru 1400
	END
	start pptpd in_ns srv pptpd -f -c "$tmp/pptpd.conf" -p "$tmp/pptpd.pid"
	wait_for listening
	for vpn in "${vpns[@]}"; do
		start "ppp-$vpn" in_ns "$vpn" unshare --mount \
			"${BASH_SOURCE[0]}" --client "$vpn"
	done
}

listening()
{
	in_ns srv ss -Hltn 'sport = 1723' | grep -q .
}

# The address that the server has given the client in VPN $1.
address_of()
{
	in_ns "$1" ip -j addr show dev "ppp-$1" |
		jq -er '.[0].addr_info[] | select(.family == "inet").local'
}

call_from_each_vpn()
{
	# pppd waits 3 s before it says anything again.
	local vpn patience=$((patience * 4))

	for vpn in "${vpns[@]}"; do
		wait_for address_of "$vpn" ||
			{ sed 's/^/# /' "$tmp/ppp-$vpn"; return 1; }
	done
	eq "$(for vpn in "${vpns[@]}"; do address_of "$vpn"; done | sort -u |
		wc -l)" 3 "addresses given"
}

# The server gets the name of a VPN from the address that it has given a host
# there, and no other.
data_both_ways_at_once()
{
	local vpn pids=() pid

	for vpn in "${vpns[@]}"; do
		start "echo-$vpn" in_ns "$vpn" socat -T "$patience" \
			"udp-listen:7,bind=$(address_of "$vpn"),fork" \
			"system:read line; echo \$line of $vpn"
	done
	for vpn in "${vpns[@]}"; do
		wait_for echoes "$vpn"
		in_ns "$vpn" ping -q -c 20 -i 0.05 -s 1000 -W "$patience" \
			-I "ppp-$vpn" 192.168.9.1 > "$tmp/ping-$vpn" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	for vpn in "${vpns[@]}"; do
		has "$(< "$tmp/ping-$vpn")" " 20 received"
	done
}

echoes()
{
	eq "$(in_ns srv timeout 2 socat -t 1 - "udp:$(address_of "$1"):7" \
		<<< "hello")" "hello of $1" "echo"
}

identity_of_each_call()
{
	local vpn id

	for vpn in "${vpns[@]}"; do
		id=$(vctl -j flow show vpn "$vpn" proto gre |
			jq '[.[].inside.sport] | max')
		eq "$(vctl -j identify gre "47.0.0.200:$id" peer 47.0.0.10 |
			jq -r .vpn)" "$vpn" "vpn of call $id"
	done
}

no_calls_of()
{
	[ "$(vctl flow count vpn "$1" proto gre)" -eq 0 ]
}

call_that_ends()
{
	kill "$(< "$tmp/client-blue.pid")"
	wait_for no_calls_of blue
	in_ns green ping -q -c 1 -W "$patience" -I ppp-green 192.168.9.1 > /dev/null
}

run_tests
