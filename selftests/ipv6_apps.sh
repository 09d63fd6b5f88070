#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Real programs, one end of which has IPv6 only and the other IPv4 only.
#
#   host ------- r1 ------- gw [vrf blue] ------- r2 ------- srv
#   10.1.0.2     10.0.0.254   10.0.0.1  47.0.0.1    47.0.0.254  47.1.0.10
#   fd01::2      fd00::fe     fd00::1   2001:db8:47::1   ::fe   2001:db8:1::10
#
# see bed_routers_both in lib.sh.  From the server the host is 47.0.0.221 by its IPv6
# address, and 2001:db8:47::221 by its IPv4 address.

ALL_TESTS="
	curl_6_of_a_server_with_ipv4
	curl_4_of_a_server_with_ipv6
	curl_of_the_same_version
	curl_6_by_the_prefix
	server_saw_addresses_of_its_own_version
	large_pages_arrive_whole
	posted_data_arrives_whole
	refused_port_says_so
	sip_calls_of_every_case
	sip_calls_over_tcp
	ping_across
	ping_too_big_is_told_the_mtu
	traceroute_from_the_vpn
	traceroute_by_the_prefix
	traceroute_from_the_server
	ssh_session_survives
	nothing_was_dropped_but_for_ttl_and_mtu
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# serve NAME NS COMMAND...: start it there, without a shell between.
serve()
{
	start "$1" nsenter --net="/run/netns/${NS[$2]}" "${@:3}"
}

setup()
{
	bed_routers_both
	config <<-END
		alias add blue 64:ff9b::/96 to 0.0.0.0/0
		mapping add blue proto any inside fd01::2 outside 47.0.0.221
		mapping add blue proto any inside 10.1.0.2 outside 2001:db8:47::221
	END
	web
	ssh_server
	serve uas4 srv sipp -sn uas -i 47.1.0.10 -p 5060 -nostdin
	serve uas6 srv sipp -sn uas -i 2001:db8:1::10 -p 5060 -nostdin
	serve uas4t srv sipp -sn uas -i 47.1.0.10 -p 5062 -t t1 -nostdin
	serve uas6t srv sipp -sn uas -i 2001:db8:1::10 -p 5062 -t t1 -nostdin
	wait_for listens 5060 2 -uln
	wait_for listens 5062 2 -tln
}

# listens PORT NUMBER OPTION: so many sockets of the server do
listens()
{
	[ "$(in_ns srv ss -H "$3" "sport = :$1" | wc -l)" -ge "$2" ]
}

# --- web ----------------------------------------------------------------------

web()
{
	local family

	mkdir -p "$tmp/www4" "$tmp/www6" "$tmp/body"
	chmod 755 "$tmp" "$tmp/www4" "$tmp/www6"
	chmod 777 "$tmp/body"
	for family in 4 6; do
		echo "the page over IPv$family" > "$tmp/www$family/page"
		head -c 3000000 /dev/urandom > "$tmp/www$family/large"
	done
	cat > "$tmp/nginx.conf" <<-END
		daemon off;
		worker_processes 1;
		pid $tmp/nginx.pid;
		error_log $tmp/error.log;
		events { worker_connections 64; }
		http {
			log_format tuple '\$remote_addr \$request_uri \$status';
			access_log $tmp/access.log tuple;
			client_body_temp_path $tmp/body;
			proxy_temp_path $tmp/body;
			fastcgi_temp_path $tmp/body;
			uwsgi_temp_path $tmp/body;
			scgi_temp_path $tmp/body;
			client_max_body_size 8m;
			client_body_in_file_only on;
			server {
				listen 47.1.0.10:80;
				root $tmp/www4;
				location /up/ { dav_methods PUT; create_full_put_path on; root $tmp/body; }
			}
			server {
				listen [2001:db8:1::10]:80 ipv6only=on;
				root $tmp/www6;
				location /up/ { dav_methods PUT; create_full_put_path on; root $tmp/body; }
			}
		}
	END
	serve nginx srv nginx -e "$tmp/error.log" -c "$tmp/nginx.conf"
	wait_for test -s "$tmp/nginx.pid"
	wait_for in_ns srv curl -sf -o /dev/null http://47.1.0.10/page
	wait_for in_ns srv curl -sf -o /dev/null 'http://[2001:db8:1::10]/page'
	: > "$tmp/access.log"
}

get()
{
	in_ns host curl -sS --max-time $((patience * 2)) "$@"
}

# page OPTION ALIAS FAMILY: what is at that alias
page()
{
	eq "$(get "$1" "http://$2/page" -w ' %{http_code} %{remote_ip}')" \
		"the page over IPv$3"$'\n'" 200 $(tr -d '[]' <<< "$2")" "page at $2"
}

curl_6_of_a_server_with_ipv4()
{
	page -6 '[fd00::104]' 4
}

curl_4_of_a_server_with_ipv6()
{
	page -4 10.0.0.106 6
}

curl_of_the_same_version()
{
	page -4 10.0.0.100 4
	page -6 '[fd00::100]' 6
}

curl_6_by_the_prefix()
{
	page -6 '[64:ff9b::2f01:a]' 4
	# as a program finds it that knows the prefix
	eq "$(get --resolve 'server:80:[64:ff9b::2f01:a]' http://server/page)" \
		"the page over IPv4" "page by name"
}

# Those of 4-6 and 6-4 have addresses of their own.
server_saw_addresses_of_its_own_version()
{
	local log

	log=$(sort -u "$tmp/access.log")
	has "$log" '^47\.0\.0\.221 /page 200$'
	has "$log" '^2001:db8:47::221 /page 200$'
	has "$log" '^47\.0\.0\.20[0-3] /page 200$'
	has "$log" '^2001:db8:47::20[0-3] /page 200$'
	hasnt "$log" '^(10\.|fd|64:)'
}

large_pages_arrive_whole()
{
	get -4 -o "$tmp/got" http://10.0.0.106/large
	cmp "$tmp/got" "$tmp/www6/large"
	get -6 -o "$tmp/got" 'http://[fd00::104]/large'
	cmp "$tmp/got" "$tmp/www4/large"
	get -6 -o "$tmp/got" 'http://[fd00::100]/large'
	cmp "$tmp/got" "$tmp/www6/large"
}

posted_data_arrives_whole()
{
	get -T "$tmp/www4/large" http://10.0.0.106/up/from4
	cmp "$tmp/body/up/from4" "$tmp/www4/large"
	get -T "$tmp/www6/large" 'http://[fd00::104]/up/from6'
	cmp "$tmp/body/up/from6" "$tmp/www6/large"
}

# The server's RST comes through.
refused_port_says_so()
{
	local at status

	for at in 10.0.0.106 '[fd00::104]'; do
		status=0
		get "http://$at:81/" 2> "$tmp/refused" || status=$?
		eq "$status" 7 "status of curl"
		has "$(< "$tmp/refused")" 'refused|connect'
	done
}

# --- SIP ----------------------------------------------------------------------

# call TARGET LOCAL OPTION...: three calls, with sipp at both ends
call()
{
	local status=0

	TERM=linux in_ns host sipp -sn uac "$1" -i "$2" -p 5070 -m 3 -l 1 \
		-nostdin -timeout $((2 * patience)) -timeout_error "${@:3}" \
		-trace_err -error_file "$tmp/sipp.err" \
		> "$tmp/sipp" 2>&1 </dev/null || status=$?
	[ "$status" -eq 0 ] || cat "$tmp/sipp.err" || :
	eq "$status" 0 "status of sipp to $1"
}

sip_calls_of_every_case()
{
	call '[fd00::104]:5060' fd01::2
	call 10.0.0.106:5060 10.1.0.2
	call '[fd00::100]:5060' fd01::2
	call 10.0.0.100:5060 10.1.0.2
}

sip_calls_over_tcp()
{
	call '[fd00::104]:5062' fd01::2 -t t1
	call 10.0.0.106:5062 10.1.0.2 -t t1
}

# --- ping, traceroute ---------------------------------------------------------

ping_across()
{
	in_ns host ping -6 -n -c 3 -i 0.2 -w "$patience" fd00::104 > "$tmp/ping"
	has "$(< "$tmp/ping")" ' 0% packet loss'
	has "$(< "$tmp/ping")" 'bytes from fd00::104: icmp_seq=3 ttl=61'
	in_ns host ping -4 -n -c 3 -i 0.2 -w "$patience" 10.0.0.106 > "$tmp/ping"
	has "$(< "$tmp/ping")" 'bytes from 10.0.0.106: icmp_seq=3 ttl=61'
	in_ns srv ping -4 -n -c 3 -i 0.2 -w "$patience" 47.0.0.221 > "$tmp/ping"
	has "$(< "$tmp/ping")" 'bytes from 47.0.0.221: icmp_seq=3 ttl=61'
	in_ns srv ping -6 -n -c 3 -i 0.2 -w "$patience" 2001:db8:47::221 > "$tmp/ping"
	has "$(< "$tmp/ping")" 'bytes from 2001:db8:47::221: icmp_seq=3 ttl=61'
}

# narrow MTU: the link to the server's router
narrow()
{
	ip -n "${NS[gw]}" link set r2 mtu "$1"
	ip -n "${NS[r2]}" link set gw mtu "$1"
	forget
}

# forget: what path MTUs were learnt before
forget()
{
	local name

	for name in host srv; do
		ip -n "${NS[$name]}" -6 route flush cache
		ip -n "${NS[$name]}" -4 route flush cache
	done
}

# By the gateway, in the version of who asks; a header grows or shrinks by 20.
ping_too_big_is_told_the_mtu()
{
	narrow 1400
	in_ns host ping -6 -n -M 'do' -c 2 -i 0.2 -w 5 -s 1400 fd00::104 > "$tmp/ping" 2>&1 || :
	has "$(< "$tmp/ping")" 'Packet too big: mtu=1420|[Mm]essage too long.* mtu[:=] ?1420'
	in_ns host ping -4 -n -M 'do' -c 2 -i 0.2 -w 5 -s 1400 10.0.0.106 > "$tmp/ping" 2>&1 || :
	has "$(< "$tmp/ping")" 'mtu ?[:=] ?1380'
	# what fits passes: 1420 and 1380 bytes in all
	forget
	in_ns host ping -6 -n -M 'do' -c 1 -w "$patience" -s 1372 fd00::104 > "$tmp/ping"
	in_ns host ping -4 -n -M 'do' -c 1 -w "$patience" -s 1352 10.0.0.106 > "$tmp/ping"
	narrow 1500
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

# A router of the ext has no address in the VPN: the gateway stands for it; but
# those of IPv4 have one there, by the prefix.
traceroute_from_the_vpn()
{
	local mode

	for mode in -U -I "-T -p 83"; do
		# shellcheck disable=SC2086 # words
		eq "$(trace host $mode 10.0.0.106)" \
			"10.1.0.1 10.0.0.1 10.0.0.1 10.0.0.106 " "hops of $mode"
		# shellcheck disable=SC2086 # words
		eq "$(trace host -6 $mode fd00::100)" \
			"fd01::1 fd00::1 fd00::1 fd00::100 " "hops of $mode"
	done
}

traceroute_by_the_prefix()
{
	local mode

	for mode in -U -I "-T -p 83"; do
		# shellcheck disable=SC2086 # words
		eq "$(trace host -6 $mode fd00::104)" \
			"fd01::1 fd00::1 64:ff9b::2f00:fe fd00::104 " "hops of $mode"
	done
}

# A router of the VPN is nobody outside: what stands for the host stands for it.
traceroute_from_the_server()
{
	local mode

	for mode in -U -I "-T -p 83"; do
		# shellcheck disable=SC2086 # words
		eq "$(trace srv $mode 47.0.0.221)" \
			"47.1.0.1 47.0.0.1 47.0.0.221 47.0.0.221 " "hops of $mode"
		# shellcheck disable=SC2086 # words
		eq "$(trace srv -6 $mode 2001:db8:47::221)" \
			"2001:db8:1::1 2001:db8:47::1 2001:db8:47::221 2001:db8:47::221 " \
			"hops of $mode"
	done
}

# --- ssh ----------------------------------------------------------------------

ssh_server()
{
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/hostkey"
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/key"
	cat > "$tmp/sshd_config" <<-END
		ListenAddress 47.1.0.10
		ListenAddress [2001:db8:1::10]
		HostKey $tmp/hostkey
		AuthorizedKeysFile $tmp/key.pub
		StrictModes no
		UsePAM no
		PasswordAuthentication no
		PermitRootLogin prohibit-password
		PidFile none
	END
	serve sshd srv "$(command -v sshd || echo /usr/sbin/sshd)" -D -e -f "$tmp/sshd_config"
	wait_for listens 22 2 -tln
}

# Somebody types, a key at a time, for ten seconds.
keystrokes()
{
	local n text i pause

	# read instead of sleep, which would be a process for each key
	exec {pause}<> <(:)
	for n in 1 2 3 4 5 6 7 8 9 10; do
		text="echo key \$(($n * 7))"
		for ((i = 0; i < ${#text}; i++)); do
			printf '%s' "${text:i:1}"
			read -rt 0.06 -u "$pause" || :
		done
		printf '\n'
	done
	printf 'exit\n'
	sleep 1
}

# session ALIAS: what the terminal showed goes to $tmp/session-ALIAS
session()
{
	keystrokes | in_ns host ssh -tt -F none -i "$tmp/key" -o BatchMode=yes \
		-o ConnectTimeout=$((patience * 2)) -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile="$tmp/known-$1" "root@$1" \
		'PS1= exec sh' > "$tmp/session-$1" 2>&1
}

ssh_session_survives()
{
	local at pids=() n began=$SECONDS

	for at in fd00::104 10.0.0.106; do
		session "$at" &
		pids+=($!)
	done
	wait "${pids[0]}" || { cat "$tmp/session-fd00::104" "$tmp/sshd"; return 1; }
	wait "${pids[1]}" || { cat "$tmp/session-10.0.0.106" "$tmp/sshd"; return 1; }
	[ $((SECONDS - began)) -ge 10 ]
	for at in fd00::104 10.0.0.106; do
		for n in 7 14 21 28 35 42 49 56 63 70; do
			# an echoed line has the sum, not its result
			has "$(tr -d '\r' < "$tmp/session-$at")" "key $n\$"
		done
	done
}

nothing_was_dropped_but_for_ttl_and_mtu()
{
	local reason

	for reason in $(vctl -j stats | jq -r '.drops[] | select(.packets > 0) | .name'); do
		has "$reason" '^(ttl|mtu)$'
	done
}

run_tests
