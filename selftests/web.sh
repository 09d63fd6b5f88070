#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The patent's Fig. 5: clients in VPNs with the same addresses fetch a page from
# a server outside that each of them sees inside its VPN.
#
#   blue   10.0.0.2, curl ---- [vrf blue]  \
#   green  10.0.0.2, curl ---- [vrf green]  gw ---- srv 47.0.0.10, nginx
#   red    10.0.0.2, curl ---- VLAN, bare  /
#
# see bed_hosts in lib.sh

ALL_TESTS="
	get_from_each_vpn
	server_saw_an_outside_tuple_of_each
	identity_of_each_tuple
	same_port_in_all_vpns_at_once
	large_page_arrives_whole
	posted_data_arrives_whole
	refused_port_says_so
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

vpns=(blue green red)

setup()
{
	bed_hosts
	mkdir "$tmp/www" "$tmp/body"
	chmod 755 "$tmp" "$tmp/www"
	chmod 777 "$tmp/body"
	for vpn in "${vpns[@]}"; do
		echo "the page of $vpn" > "$tmp/www/$vpn"
	done
	head -c 3000000 /dev/urandom > "$tmp/www/large"
	cat > "$tmp/nginx.conf" <<-END
		daemon off;
		worker_processes 1;
		pid $tmp/nginx.pid;
		error_log $tmp/error.log;
		events { worker_connections 64; }
		http {
			log_format tuple '\$remote_addr:\$remote_port \$request_uri \$status';
			access_log $tmp/access.log tuple;
			client_body_temp_path $tmp/body;
			proxy_temp_path $tmp/body;
			fastcgi_temp_path $tmp/body;
			uwsgi_temp_path $tmp/body;
			scgi_temp_path $tmp/body;
			client_max_body_size 8m;
			server {
				listen 47.0.0.10:80;
				root $tmp/www;
				location /post {
					client_body_in_file_only on;
					proxy_method GET;
					proxy_pass_request_body off;
					proxy_set_header Content-Length "";
					proxy_pass http://47.0.0.10/blue;
				}
			}
		}
	END
	start nginx in_ns srv nginx -e "$tmp/error.log" -c "$tmp/nginx.conf"
	wait_for test -s "$tmp/nginx.pid"
	wait_for in_ns srv curl -sf -o /dev/null http://47.0.0.10/blue
	: > "$tmp/access.log"
}

# What curl in VPN $1 gets.
get()
{
	local vpn=$1
	shift

	in_ns "$vpn" curl -sS --max-time "$patience" "$@"
}

get_from_each_vpn()
{
	local vpn

	for vpn in "${vpns[@]}"; do
		eq "$(get "$vpn" "http://10.0.0.100/$vpn" -w ' %{http_code} %{remote_ip}')" \
			"the page of $vpn"$'\n'" 200 10.0.0.100" "page in $vpn"
	done
}

server_saw_an_outside_tuple_of_each()
{
	local vpn log

	log=$(< "$tmp/access.log")
	for vpn in "${vpns[@]}"; do
		has "$log" "^47\.0\.0\.20[0-3]:[0-9]+ /$vpn 200$"
	done
	hasnt "$log" '^10\.'
}

identity_of_each_tuple()
{
	local tuple uri status whose

	while read -r tuple uri status; do
		whose=$(vctl -j identify tcp "$tuple")
		eq "$(jq -r .vpn <<< "$whose")" "${uri#/}" "vpn of $tuple, $status"
		eq "$(jq -r '.inside.addr, .alias.addr, .alias.port' <<< "$whose" |
			tr '\n' ' ')" "10.0.0.2 10.0.0.100 80 " "of $tuple"
	done < "$tmp/access.log"
	eq "$(wc -l < "$tmp/access.log")" 3 "requests logged"
}

same_port_in_all_vpns_at_once()
{
	local vpn pids=()

	for vpn in "${vpns[@]}"; do
		get "$vpn" --local-port 5000 "http://10.0.0.100/$vpn" \
			> "$tmp/got-$vpn" &
		pids+=($!)
	done
	wait "${pids[0]}"
	wait "${pids[1]}"
	wait "${pids[2]}"
	for vpn in "${vpns[@]}"; do
		eq "$(< "$tmp/got-$vpn")" "the page of $vpn" "page in $vpn"
	done
	eq "$(vctl flow count proto tcp inside 10.0.0.2:5000)" 3 "flows"
}

large_page_arrives_whole()
{
	get blue -o "$tmp/large" http://10.0.0.100/large
	cmp "$tmp/large" "$tmp/www/large"
}

posted_data_arrives_whole()
{
	local stored

	rm -f "$tmp"/body/*
	eq "$(get green --data-binary "@$tmp/www/large" http://10.0.0.100/post)" \
		"the page of blue" "answer to a POST"
	stored=("$tmp"/body/*)
	cmp "${stored[0]}" "$tmp/www/large"
}

# The server's RST comes through.
refused_port_says_so()
{
	local status=0

	get red http://10.0.0.100:81/ 2> "$tmp/refused" || status=$?
	eq "$status" 7 "status of curl"
	has "$(< "$tmp/refused")" 'refused|connect'
}

run_tests
