#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Three VPNs with the same addresses share a web server and a SIP server, as a
# transcript to read.  Not a test, but fails when something is not as it says.
#
# "make demo" runs it.

# The guest gets no PATH from outside.
VPNGWCTL=${VPNGWCTL:-$(cd "$(dirname "$0")/.." && pwd)/build/bin/vpngwctl}

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

vpns=(blue green red)
server=47.0.0.1
wrong=0
# The first start of a program takes long in an emulated guest.
patience=60

# Also after a failure, and whatever is gone already.
trap 'set +eE; trap - ERR; cleanup' EXIT
set -eE
trap 'failed_at "$BASH_COMMAND"' ERR

heading()
{
	echo
	echo "== $*"
}

wrong()
{
	echo "WRONG: $*"
	wrong=$((wrong + 1))
}

prompt()
{
	local name=$1
	shift

	echo "$name# $*"
}

# show NAME COMMAND...: run it in that namespace; what it says goes to $out too.
show()
{
	local name=$1 status=0
	shift

	prompt "$name" "$@"
	if [ "$1" = vpngwctl ]; then
		shift
		set -- "$VPNGWCTL" "$@"
	fi
	out=$(in_ns "$name" "$@" 2>&1 </dev/null) || status=$?
	[ -z "$out" ] || echo "$out"
	[ "$status" -eq 0 ] || wrong "status $status"
}

# --- what there is ------------------------------------------------------------

draw()
{
	cat <<-'END'
	Three VPNs, each with the addresses 10.0.0.0/24 and a host 10.0.0.2.  In each,
	the server 47.0.0.1 appears as 10.0.0.100.

	  blue   10.0.0.2 ------- g-blue [vrf blue]    \
	  green  10.0.0.2 ------- g-green [vrf green]   gw  g-srv ---- srv 47.0.0.1
	  red    10.0.0.2 -VLAN-- g-red.7 [no VRF]     /          nginx, a SIP server
	END
}

topology()
{
	local v

	ns gw srv "${vpns[@]}"
	veth gw g-blue blue eth0 gw g-green green eth0 \
	     gw g-red red eth0 gw g-srv srv eth0
	ip_in gw <<-END
		link add blue type vrf table 1001
		link add green type vrf table 1002
		route add table 1001 unreachable default metric 4278198272
		route add table 1002 unreachable default metric 4278198272
		link set blue up
		link set green up
		link set g-blue master blue
		link set g-green master green
		link add g-red.7 link g-red type vlan id 7
		addr add 10.0.0.1/24 dev g-blue
		addr add 10.0.0.1/24 dev g-green
		addr add 10.0.0.1/24 dev g-red.7
		addr add 47.0.0.254/24 dev g-srv
		link set g-blue up
		link set g-green up
		link set g-red up
		link set g-red.7 up
		link set g-srv up
	END
	for v in blue green; do
		ip_in $v <<-END
			addr add 10.0.0.2/24 dev eth0
			link set eth0 up
		END
	done
	ip_in red <<-END
		link add eth0.7 link eth0 type vlan id 7
		addr add 10.0.0.2/24 dev eth0.7
		link set eth0 up
		link set eth0.7 up
	END
	ip_in srv <<-END
		addr add $server/24 dev eth0
		link set eth0 up
	END
	wait_for links_up gw srv "${vpns[@]}"
}

# serve NAME NS COMMAND...: start it there, without a shell between.
serve()
{
	start "$1" nsenter --net="/run/netns/${NS[$2]}" "${@:3}"
}

# Both servers log a line a request: ADDRESS:PORT METHOD USER-AGENT.
servers()
{
	local v

	cat > "$tmp/nginx.conf" <<-END
		daemon off;
		master_process off;
		pid $tmp/nginx.pid;
		error_log $tmp/error.log;
		events { worker_connections 64; }
		http {
			log_format who '\$remote_addr:\$remote_port \$request_method \$http_user_agent';
			access_log $tmp/web.log who;
			client_body_temp_path $tmp/body;
			proxy_temp_path $tmp/body;
			fastcgi_temp_path $tmp/body;
			uwsgi_temp_path $tmp/body;
			scgi_temp_path $tmp/body;
			server {
				listen $server:80;
				return 200 "This is nginx at $server. You are \$remote_addr:\$remote_port to me.\n";
			}
		}
	END
	serve nginx srv nginx -e "$tmp/error.log" -c "$tmp/nginx.conf"
	serve sip srv /usr/bin/python3 -S "$here/demo/sip_server.py" \
		"$server" 5060 "$tmp/sip.log"
	for v in "${vpns[@]}"; do
		serve "answer-$v" "$v" socat -t 30 TCP-LISTEN:7000,reuseaddr,fork \
			"SYSTEM:echo This is 10.0.0.2 in $v. You are \$SOCAT_PEERADDR to me."
	done
	wait_for test -s "$tmp/nginx.pid"
	wait_for test -e "$tmp/sip.log"
	for v in "${vpns[@]}"; do
		wait_for listens "$v"
	done
}

listens()
{
	[ -n "$(in_ns "$1" ss -Hltn "sport = :7000")" ]
}

# --- what is shown ------------------------------------------------------------

configure()
{
	local line

	show gw ip -br -4 addr
	while read -r line; do
		# shellcheck disable=SC2086 # words
		show gw vpngwctl $line
	done <<-END
		vpn add blue vrf blue
		vpn add green vrf green
		vpn add red
		interface add blue vpn blue
		interface add green vpn green
		interface add g-red.7 vpn red
		ext add carrier
		interface add g-srv ext carrier
		pool add out ext carrier address 47.0.0.200-47.0.0.210
		alias add blue 10.0.0.100 to $server
		alias add green 10.0.0.100 to $server
		alias add red 10.0.0.100 to $server
		mapping add green proto tcp inside 10.0.0.2:7000 outside 47.0.0.220:7000
	END
	[ "$wrong" -eq 0 ] || exit 1
}

web()
{
	local v

	for v in "${vpns[@]}"; do
		show "$v" curl -sS -A "$v" http://10.0.0.100/
		[[ $out =~ ^"This is nginx at $server. You are 47.0.0.2"[01][0-9]:[0-9]+" to me."$ ]] ||
			wrong "not the page"
	done
}

# sip VPN SCENARIO: sipp fails unless the server answers as the scenario says.  It
# writes a line a message: time, direction, Call-ID, CSeq, first line.
sip()
{
	local vpn=$1 scenario=$2 status=0

	prompt "$vpn" "sipp 10.0.0.100 -sf demo/$scenario.xml -p 5060 -s $vpn -m 1"
	TERM=linux in_ns "$vpn" sipp 10.0.0.100:5060 \
		-sf "$here/demo/$scenario.xml" -i 10.0.0.2 -p 5060 -s "$vpn" -m 1 \
		-nostdin -timeout "$((2 * patience))" -timeout_error \
		-trace_shortmsg -shortmessage_file "$tmp/$vpn-$scenario" \
		-trace_err -error_file "$tmp/$vpn-$scenario.err" \
		> "$tmp/sipp" 2>&1 </dev/null || status=$?
	awk -F '\t' '{ print ($4 == "S" ? "  -> " : "  <- ") $NF }' "$tmp/$vpn-$scenario"
	if [ "$status" -ne 0 ]; then
		wrong "status $status of sipp"
		cat "$tmp/$vpn-$scenario.err" || :
	fi
}

from_the_server()
{
	show srv socat -t 30 - TCP:47.0.0.220:7000
	[ "$out" = "This is 10.0.0.2 in green. You are 10.0.0.100 to me." ] ||
		wrong "not green's answer"
}

# identify_each PROTO PORT LOG: ask about each tuple in a server's log.
identify_each()
{
	local tuple agent asked=''

	while read -r tuple agent; do
		show gw vpngwctl identify "$1" "$tuple" peer "$server:$2"
		if [ "${out%% *}" = "$agent" ]; then
			echo "  right: the client said it was in $agent"
		else
			wrong "the client said it was in $agent"
		fi
		asked+="$agent "
	done < <(awk '{ print $1, $3 }' "$3" | sort -k 2 | uniq)
	[ "$asked" = "blue green red " ] ||
		wrong "in the server's log: $asked; and not blue green red"
}

logged()
{
	[ "$(wc -l < "$1")" -ge "$2" ]
}

draw
topology
servers

heading "Configure the gateway"
configure
heading "Fetch a page in each VPN"
web
heading "Register a telephone in each VPN, all from 10.0.0.2:5060"
for vpn in "${vpns[@]}"; do
	sip "$vpn" register
done
heading "Make a call in each VPN, all from 10.0.0.2:5060"
for vpn in "${vpns[@]}"; do
	sip "$vpn" call
done
heading "The server calls 10.0.0.2 in green, which has been given an outside address"
from_the_server
heading "What the gateway translates"
show gw vpngwctl flow show
heading "What the web server logged: outside address, method, User-Agent"
wait_for logged "$tmp/web.log" 3
prompt srv "cat web.log"
cat "$tmp/web.log"
heading "Which VPN was it?"
identify_each tcp 80 "$tmp/web.log"
heading "What the SIP server logged: outside address, method, User-Agent"
wait_for logged "$tmp/sip.log" 12
prompt srv "cat sip.log"
cat "$tmp/sip.log"
heading "Which VPN was it?"
identify_each udp 5060 "$tmp/sip.log"

echo
if [ "$wrong" -ne 0 ]; then
	echo "$wrong of this went wrong."
	exit 1
fi
echo "All as it should be: each outside tuple led back to the right VPN."
