#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lib.sh - what every selftest sources first
#
# A test script draws its topology, lists its cases in ALL_TESTS, makes the
# topology in setup() and ends with run_tests.  A case is a function; the first
# command in it that fails ends it, and fails the script.  Where packets or
# sockets are looked at, the cases are Python: run_python NAME runs
# py/NAME.py, which prints the KTAP instead of run_tests.
#
# Everything happens in network namespaces with random names, the gateway's
# too.  "gw" is the gateway; NS[gw] is the name of its namespace.

set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
VPNGWCTL=${VPNGWCTL:-vpngwctl}
export VPNGWCTL LC_ALL=C.UTF-8

run=$(printf '%04x%04x' $RANDOM $RANDOM)
tmp=$(mktemp -d)
export VPNGW_TMP=$tmp
declare -A NS=()
loaded_here='' gc_thresh3='' planned=() reported=0 failures=0

# How many seconds something may take that should happen at once: kernels
# that check everything are slow.
patience=15
[ ! -e /proc/lockdep ] || patience=60
export VPNGW_PATIENCE=$patience

# Python leaves its compiled files in the guest, and nowhere else.
if [ -n "${VPNGW_GUEST:-}" ]; then
	export PYTHONPYCACHEPREFIX=/tmp/pycache
else
	export PYTHONDONTWRITEBYTECODE=1
fi

skip_all()
{
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	planned=()
	exit 4
}

# Report the next planned case.
report()
{
	reported=$((reported + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $reported ${planned[reported - 1]//_/ }"
	else
		failures=$((failures + 1))
		echo "not ok $reported ${planned[reported - 1]//_/ }"
	fi
}

# Seconds after which a case says how long it took.
long=10

cleanup()
{
	local pid name

	while [ "$reported" -lt "${#planned[@]}" ]; do
		report 1
	done
	if [ -e "$tmp/pids" ]; then
		while read -r pid; do
			kill -KILL "$pid" 2>/dev/null
		done < "$tmp/pids"
		# What these have started in turn, and has a terminal of its own.
		for name in "${NS[@]}"; do
			for pid in $(ip netns pids "$name"); do
				kill -KILL "$pid"
			done
		done 2>/dev/null
	fi
	wait 2>/dev/null
	for name in "${NS[@]}"; do
		ip netns del "$name" 2>/dev/null
	done
	[ -z "$gc_thresh3" ] || echo "$gc_thresh3" > /proc/sys/net/ipv4/neigh/default/gc_thresh3
	[ -z "$loaded_here" ] || rmmod vpngw
	rm -rf "$tmp"
}

load_module()
{
	[ ! -d /sys/module/vpngw ] || return 0
	if [ -n "${VPNGW_KO:-}" ]; then
		insmod "$VPNGW_KO"
	else
		modprobe -q vpngw
	fi || skip_all "the module vpngw cannot be loaded"
	loaded_here=1
}

# --- cases ------------------------------------------------------------------

# Say where a case failed.
failed_at()
{
	local level

	trap - ERR
	echo "# failed: $1"
	for ((level = 1; level < ${#FUNCNAME[@]} - 1; level++)); do
		echo "#   ${FUNCNAME[level]}, ${BASH_SOURCE[level]##*/} line ${BASH_LINENO[level - 1]}"
	done
}

# In a subshell with set -e: a failing command ends it.
run_case()
{
	set -eE
	trap 'failed_at "$BASH_COMMAND"' ERR
	"$@"
}

run_setup()
{
	set -eE
	trap 'failed_at "$BASH_COMMAND"' ERR
	setup
	set +eE
	trap - ERR
}

run_tests()
{
	local fn began

	# shellcheck disable=SC2206,SC2153 # a list of words, of the script's
	planned=($ALL_TESTS)
	echo "TAP version 13"
	echo "1..${#planned[@]}"
	run_setup
	for fn in "${planned[@]}"; do
		began=$SECONDS
		(run_case "$fn")
		report $?
		[ $((SECONDS - began)) -le "$long" ] ||
			echo "# that took $((SECONDS - began)) s"
	done
	[ "$failures" -eq 0 ]
	exit
}

# What Python programs need to know of the namespaces.
export_ns()
{
	local name

	VPNGW_NS=
	for name in "${!NS[@]}"; do
		VPNGW_NS+="$name=${NS[$name]} "
	done
	export VPNGW_NS
}

# Run the cases in py/NAME.py, in the gateway's namespace.
run_python()
{
	export_ns
	in_ns gw /usr/bin/python3 -S "$here/py/$1.py"
	exit
}

# Run py/NAME.py in the background; stop NAME ends it.
start_python()
{
	export_ns
	start "$1" nsenter --net="/run/netns/${NS[gw]}" \
		/usr/bin/python3 -S "$here/py/$1.py"
}

# A script whose cases are Python: setup must work.
setup_or_die()
{
	run_setup
}

# eq SEEN EXPECTED [WHAT]
eq()
{
	[ "$1" = "$2" ] && return
	echo "# ${3:-value}: '$1' instead of '$2'"
	return 1
}

# has TEXT REGEX
has()
{
	grep -qE -- "$2" <<< "$1" && return
	echo "# no '$2' in:"
	while IFS= read -r line; do
		echo "#   $line"
	done <<< "$1"
	return 1
}

hasnt()
{
	grep -qE -- "$2" <<< "$1" || return 0
	echo "# '$2' in:"
	while IFS= read -r line; do
		echo "#   $line"
	done <<< "$1"
	return 1
}

# Wait until a command succeeds.
wait_for()
{
	local end=$((SECONDS + patience))

	until "$@" >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "# waited $patience s in vain for: $*"
			return 1
		fi
		sleep 0.1
	done
}

# start NAME COMMAND...: in the background, until the script ends or stop
# NAME; what it says is in $tmp/NAME.
start()
{
	local name=$1
	shift

	"$@" > "$tmp/$name" 2>&1 </dev/null &
	echo $! >> "$tmp/pids"
	echo $! > "$tmp/$name.pid"
}

stop()
{
	kill "$(< "$tmp/$1.pid")"
	wait "$(< "$tmp/$1.pid")" 2>/dev/null || :
}

# --- namespaces -------------------------------------------------------------

# ns NAME...: make namespaces, if they are not there.  No IPv6, so that nothing
# is sent unasked.
ns()
{
	local name batch=''

	for name in "$@"; do
		[ -z "${NS[$name]:-}" ] || continue
		NS[$name]=vpngw-$run-$name
		batch+="netns add ${NS[$name]}"$'\n'
	done
	ip -batch - <<< "$batch"
	for name in "$@"; do
		# shellcheck disable=SC2016 # expands there
		in_ns "$name" bash -c '
			cd /proc/sys/net
			if [ -e ipv6/conf ]; then
				echo 1 > ipv6/conf/all/disable_ipv6
				echo 1 > ipv6/conf/default/disable_ipv6
			fi
			echo 0 > ipv4/conf/all/rp_filter
			echo 0 > ipv4/conf/default/rp_filter
			echo 0 > ipv4/conf/all/send_redirects
			echo 0 > ipv4/conf/default/send_redirects
			echo 0 > ipv4/icmp_ratelimit
			[ "$1" != gw ] || echo 1 > ipv4/ip_forward
			[ "$1" = gw ] || echo 0 > ipv4/ip_forward
			ip link set lo up' - "$name"
	done
}

# ns6 NAME...: IPv6 in these namespaces, on what links they have and are going to
# have. Addresses are there at once, and no router is asked for.
ns6()
{
	local name

	for name in "$@"; do
		# shellcheck disable=SC2016 # expands there
		in_ns "$name" bash -c '
			cd /proc/sys/net/ipv6 || exit
			for of in conf/*; do
				echo 0 > $of/accept_dad
				echo 0 > $of/accept_ra
				echo 0 > $of/accept_redirects
				echo 0 > $of/router_solicitations
			done
			echo 0 > conf/default/disable_ipv6
			echo 0 > conf/all/disable_ipv6
			echo 0 > icmp/ratelimit
			[ "$1" != gw ] || echo 1 > conf/all/forwarding' - "$name"
	done
}

in_ns()
{
	local name=$1
	shift

	nsenter --net="/run/netns/${NS[$name]}" "$@"
}

# ip_in NAME: commands for ip on standard input.
ip_in()
{
	ip -n "${NS[$1]}" -batch -
}

# The MAC address of device $2 in namespace $1 is made from both names, so that
# tests can know it: 02, then a hash.
mac()
{
	local hash

	hash=$(cksum <<< "$1/$2")
	hash=$(printf '%010x' "$((${hash%% *}))")
	echo "02:${hash:0:2}:${hash:2:2}:${hash:4:2}:${hash:6:2}:${hash:8:2}"
}

# veth NS DEV NS DEV [...]: cables.
veth()
{
	local batch=''

	while [ $# -gt 0 ]; do
		batch+="link add $2 netns ${NS[$1]} type veth peer name $4 netns ${NS[$3]}"$'\n'
		shift 4
	done
	ip -batch - <<< "$batch"
}

# Every link of these namespaces that is meant to be up has a carrier.
links_up()
{
	local name out

	for name in "$@"; do
		out=$(ip -n "${NS[$name]}" -o link show up) || return
		! grep -qE 'NO-CARRIER|state (DOWN|LOWERLAYERDOWN)' <<< "$out" || return
	done
}

# --- the gateway ------------------------------------------------------------

vctl()
{
	"$VPNGWCTL" -n "${NS[gw]}" "$@"
}

# Commands for vpngwctl on standard input, one process for all.
config()
{
	vctl -b -
}

# fails STATUS COMMAND...: it fails with that status and with one sentence,
# which goes to $err.
fails()
{
	local want=$1 status=0 out
	shift

	out=$("$@" 2>"$tmp/err" </dev/null) || status=$?
	err=$(< "$tmp/err")
	eq "$status" "$want" "status of $*" || { echo "# it said: $err"; return 1; }
	eq "$out" "" "standard output of $*" || return
	[ -n "$err" ] || { echo "# $* fails without a word"; return 1; }
}

# Packets dropped for a reason: drops REASON [vpn V | ext E]
drops()
{
	local reason=$1
	shift

	vctl -j stats "$@" | jq -e --arg r "$reason" \
		'.drops[] | select(.name == $r) | .packets'
}

# --- topologies -------------------------------------------------------------

# Three VPNs with the same addresses and real hosts: blue and green are VRFs,
# red is a bare VLAN interface in the main table.
#
#   blue   10.0.0.2 eth0 ---- g-blue [vrf blue]   \
#   green  10.0.0.2 eth0 ---- g-green [vrf green]  gw  g-srv ---- eth0 srv
#   red    10.0.0.2 eth0.7 -- g-red.7             /               47.0.0.10, .11
#
# gw has 10.0.0.1 in each, and 47.0.0.1.  10.0.0.100 is 47.0.0.10, 10.0.0.101 is
# 47.0.0.11; hosts appear outside as 47.0.0.200 to 47.0.0.203.
bed_hosts()
{
	local v

	ns gw blue green red srv
	veth gw g-blue blue eth0 gw g-green green eth0 \
	     gw g-red red eth0 gw g-srv srv eth0
	ip_in gw <<-END
		link add blue type vrf table 1001
		link add green type vrf table 1002
		link set blue up
		link set green up
		link set g-blue master blue
		link set g-green master green
		link add g-red.7 link g-red type vlan id 7
		addr add 10.0.0.1/24 dev g-blue
		addr add 10.0.0.1/24 dev g-green
		addr add 10.0.0.1/24 dev g-red.7
		addr add 47.0.0.1/24 dev g-srv
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
			route add default via 10.0.0.1
		END
	done
	ip_in red <<-END
		link add eth0.7 link eth0 type vlan id 7
		addr add 10.0.0.2/24 dev eth0.7
		link set eth0 up
		link set eth0.7 up
		route add default via 10.0.0.1
	END
	ip_in srv <<-END
		addr add 47.0.0.10/24 dev eth0
		addr add 47.0.0.11/24 dev eth0
		link set eth0 up
	END
	wait_for links_up gw blue green red srv
	config <<-END
		vpn add blue vrf blue
		vpn add green vrf green
		vpn add red
		ext add carrier
		interface add blue vpn blue
		interface add green vpn green
		interface add g-red.7 vpn red
		interface add g-srv ext carrier
		pool add out ext carrier address 47.0.0.200-47.0.0.203
		alias add blue 10.0.0.100 to 47.0.0.10
		alias add blue 10.0.0.101 to 47.0.0.11
		alias add green 10.0.0.100 to 47.0.0.10
		alias add green 10.0.0.101 to 47.0.0.11
		alias add red 10.0.0.100 to 47.0.0.10
		alias add red 10.0.0.101 to 47.0.0.11
	END
}

# tap DEV ADDRESS/LEN [VRF]: lines for ip_in gw that make a tap, which the
# Python side opens.  Its neighbours are never asked for: the far end of
# each tap has one MAC address, 02:00:00:00:00:99, whoever it is.
tap()
{
	echo "tuntap add dev $1 mode tap"
	echo "link set $1 address $(mac gw "$1")"
	[ -z "${3:-}" ] || echo "link set $1 master $3"
	echo "addr add $2 dev $1"
	echo "link set $1 up"
}

# Neighbours of a tap: neighbours DEV ADDRESS...
neighbours()
{
	local dev=$1 address
	shift

	for address in "$@"; do
		echo "neigh add $address lladdr 02:00:00:00:00:99 dev $dev nud permanent"
	done
}

# Two VPNs with the same addresses and no hosts but the test itself, which
# holds the other end of each interface, and sees every frame.
#
#   10.0.0.2 .3 -- a0 [vrf a]\
#                              gw -- s0 -- 47.0.0.10 .11, router .254
#   10.0.0.2 .3 -- b0 [vrf b]/
#
# Also u0, 192.0.2.1/24, bound to nothing.  gw has 10.0.0.1 in each VPN, and
# 47.0.0.1.  10.0.0.100 is 47.0.0.10, 10.0.0.101 is 47.0.0.11; hosts appear
# outside as 47.0.0.200.  10.0.0.254 is a router in each VPN.
bed_taps()
{
	ns gw
	[ -e /dev/net/tun ] || modprobe tun
	{
		echo "link add name a type vrf table 1001"
		echo "link add name b type vrf table 1002"
		echo "link set dev a up"
		echo "link set dev b up"
		tap a0 10.0.0.1/24 a
		tap b0 10.0.0.1/24 b
		tap s0 47.0.0.1/24
		tap u0 192.0.2.1/24
		neighbours a0 10.0.0.2 10.0.0.3 10.0.0.254
		neighbours b0 10.0.0.2 10.0.0.3 10.0.0.254
		neighbours s0 47.0.0.10 47.0.0.11 47.0.0.12 47.0.0.254
		neighbours u0 192.0.2.2
	} | ip_in gw
	config <<-END
		vpn add a vrf a
		vpn add b vrf b
		ext add carrier
		interface add a vpn a
		interface add b vpn b
		interface add s0 ext carrier
		pool add out ext carrier address 47.0.0.200
		alias add a 10.0.0.100 to 47.0.0.10
		alias add a 10.0.0.101 to 47.0.0.11
		alias add b 10.0.0.100 to 47.0.0.10
		alias add b 10.0.0.101 to 47.0.0.11
	END
}

# A VPN and an ext with a router on each side, so that the gateway is neither
# the first nor the last on the way.
#
#   host ------- r1 ------- gw [vrf blue] ------- r2 ------- srv
#   10.1.0.2    .1|            |                   |.1       47.1.0.10
#       10.0.0.254|    10.0.0.1|47.0.0.1           |47.0.0.254
#
# Every device is named for what is at its other end.  In the VPN, 10.0.0.100 is
# 47.1.0.10.  The host appears outside as 47.0.0.200 to 47.0.0.203.
bed_routers()
{
	ns gw host r1 r2 srv
	veth host r1 r1 host r1 gw gw r1 gw r2 r2 gw r2 srv srv r2
	ip_in host <<-END
		addr add 10.1.0.2/24 dev r1
		link set r1 up
		route add default via 10.1.0.1 advmss 1460
	END
	ip_in r1 <<-END
		addr add 10.1.0.1/24 dev host
		addr add 10.0.0.254/24 dev gw
		link set host up
		link set gw up
		route add default via 10.0.0.1
	END
	ip_in gw <<-END
		link add blue type vrf table 1001
		link set blue up
		link set r1 master blue
		addr add 10.0.0.1/24 dev r1
		addr add 47.0.0.1/24 dev r2
		link set r1 up
		link set r2 up
		route add 10.1.0.0/24 via 10.0.0.254 vrf blue
		route add 47.1.0.0/24 via 47.0.0.254
	END
	ip_in r2 <<-END
		addr add 47.0.0.254/24 dev gw
		addr add 47.1.0.1/24 dev srv
		link set gw up
		link set srv up
	END
	ip_in srv <<-END
		addr add 47.1.0.10/24 dev r2
		link set r2 up
		route add default via 47.1.0.1 advmss 1460
	END
	in_ns r1 bash -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
	in_ns r2 bash -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
	wait_for links_up gw host r1 r2 srv
	config <<-END
		vpn add blue vrf blue
		ext add carrier
		interface add blue vpn blue
		interface add r2 ext carrier
		pool add out ext carrier address 47.0.0.200-47.0.0.203
		alias add blue 10.0.0.100 to 47.1.0.10
	END
}

# Two VPNs over one cable, from one peer, with the same addresses: only the port
# tells them apart. py/port.py makes the two ports of a kind, and takes them away.
#
#   blue   10.0.0.2 t0 ==\                             /== t-blue [vrf blue]
#                         peer eth0 ---------- u0 gw ==                      s0 ---- srv
#   green  10.0.0.2 t0 ==/  192.0.2.2, .3    192.0.2.1 \== t-green
#
# 10.0.0.1 is gw in both, 10.0.0.100 is srv, 47.0.0.10. Hosts appear outside as
# 47.0.0.200, their ports 4000 as 4001 and 4002 of 47.0.0.210.
bed_ports()
{
	ns gw peer blue green srv
	veth gw u0 peer eth0 gw s0 srv eth0
	ip_in gw <<-END
		link add blue type vrf table 1001
		link set blue up
		route add vrf blue unreachable default metric 4278198272
		addr add 192.0.2.1/24 dev u0
		addr add 47.0.0.1/24 dev s0
		link set u0 up
		link set s0 up
	END
	ip_in peer <<-END
		addr add 192.0.2.2/24 dev eth0
		addr add 192.0.2.3/24 dev eth0
		link set eth0 up
	END
	ip_in srv <<-END
		addr add 47.0.0.10/24 dev eth0
		link set eth0 up
	END
	wait_for links_up gw peer srv
	config <<-END
		vpn add blue vrf blue
		vpn add green
		ext add carrier
		interface add s0 ext carrier
		pool add out ext carrier address 47.0.0.200
		alias add blue 10.0.0.100 to 47.0.0.10
		alias add green 10.0.0.100 to 47.0.0.10
		mapping add blue proto udp inside 10.0.0.2:4000 outside 47.0.0.210:4001
		mapping add blue proto tcp inside 10.0.0.2:4000 outside 47.0.0.210:4001
		mapping add green proto udp inside 10.0.0.2:4000 outside 47.0.0.210:4002
		mapping add green proto tcp inside 10.0.0.2:4000 outside 47.0.0.210:4002
	END
}

# bed_ports, of both versions: in each VPN
#
#   10.0.0.106 is 2001:db8:47::10  fd00::100 is 2001:db8:47::10  fd00::104 is 47.0.0.10
#
# and hosts appear as 2001:db8:47::200, too.
bed_ports_both()
{
	local vpn

	bed_ports
	ns6 gw peer blue green srv
	ip_in gw <<-END
		addr add 2001:db8:47::1/64 dev s0 nodad
		route add vrf blue unreachable ::/0 metric 4278198272
	END
	ip_in srv <<-END
		addr add 2001:db8:47::10/64 dev eth0 nodad
	END
	{
		echo "pool add out6 ext carrier address 2001:db8:47::200"
		for vpn in blue green; do
			echo "alias add $vpn fd00::100 to 2001:db8:47::10"
			echo "alias add $vpn fd00::104 to 47.0.0.10"
			echo "alias add $vpn 10.0.0.106 to 2001:db8:47::10"
		done
	} | config
}

# Two VPNs with the same addresses of both versions, and real hosts: blue is a VRF,
# red a bare VLAN interface in the main table.
#
#   blue  10.0.0.2 fd00::2 eth0 ---- g-blue [vrf blue] \
#                                                       gw  g-srv ---- eth0 srv
#   red   10.0.0.2 fd00::2 eth0.7 -- g-red.7           /    47.0.0.10, 2001:db8:47::10
#
# gw has 10.0.0.1 and fd00::1 in each, 47.0.0.1 and 2001:db8:47::1. In each VPN
#
#   10.0.0.100 is 47.0.0.10    fd00::100 is 2001:db8:47::10
#   10.0.0.106 is 2001:db8:47::10  fd00::104 is 47.0.0.10
#
# and 64:ff9b::/96 is all of IPv4. Hosts appear as 47.0.0.200 to 47.0.0.203, and as
# 2001:db8:47::200 to 2001:db8:47::203.
bed_hosts_both()
{
	local v dev

	ns gw blue red srv
	ns6 gw blue red srv
	veth gw g-blue blue eth0 gw g-red red eth0 gw g-srv srv eth0
	ip_in gw <<-END
		link add blue type vrf table 1001
		link set blue up
		link set g-blue master blue
		link add g-red.7 link g-red type vlan id 7
		addr add 10.0.0.1/24 dev g-blue
		addr add 10.0.0.1/24 dev g-red.7
		addr add fd00::1/64 dev g-blue nodad
		addr add fd00::1/64 dev g-red.7 nodad
		addr add 47.0.0.1/24 dev g-srv
		addr add 2001:db8:47::1/64 dev g-srv nodad
		link set g-blue up
		link set g-red up
		link set g-red.7 up
		link set g-srv up
	END
	for v in blue red; do
		dev=eth0
		if [ $v = red ]; then
			dev=eth0.7
			ip -n "${NS[red]}" link add eth0.7 link eth0 type vlan id 7
			ip -n "${NS[red]}" link set eth0 up
		fi
		ip_in $v <<-END
			addr add 10.0.0.2/24 dev $dev
			addr add fd00::2/64 dev $dev nodad
			link set $dev up
			route add default via 10.0.0.1
			route add default via fd00::1
		END
	done
	ip_in srv <<-END
		addr add 47.0.0.10/24 dev eth0
		addr add 2001:db8:47::10/64 dev eth0 nodad
		link set eth0 up
	END
	wait_for links_up gw blue red srv
	{
		echo "ext add carrier"
		echo "vpn add blue vrf blue"
		echo "vpn add red"
		echo "interface add blue vpn blue"
		echo "interface add g-red.7 vpn red"
		echo "interface add g-srv ext carrier"
		echo "pool add p4 ext carrier address 47.0.0.200-47.0.0.203"
		echo "pool add p6 ext carrier address 2001:db8:47::200-2001:db8:47::203"
		aliases_both blue
		aliases_both red
	} | config
}

# aliases_both VPN: lines for config, the four cases and the prefix
aliases_both()
{
	cat <<-END
		alias add $1 10.0.0.100 to 47.0.0.10
		alias add $1 10.0.0.106 to 2001:db8:47::10
		alias add $1 fd00::100 to 2001:db8:47::10
		alias add $1 fd00::104 to 47.0.0.10
		alias add $1 64:ff9b::/96 to 0.0.0.0/0
	END
}

# As bed_taps, of both versions, with the aliases of bed_hosts_both:
#
#   10.0.0.2 fd00::2 .3 ::3, router .254 ::fe -- a0 [vrf a]\
#                                                           gw -- s0
#   the same --------------------------------- b0 [vrf b]/
#
# s0 has 47.0.0.10 and 2001:db8:47::10, .12 and ::12 that have no alias but the
# prefix, and a router .254 and ::fe. u0 is bound to nothing: 2001:db8:99::1/64.
# Pools: 47.0.0.200, 2001:db8:47::200.
bed_taps_both()
{
	local dev

	ns gw
	ns6 gw
	[ -e /dev/net/tun ] || modprobe tun
	{
		echo "link add name a type vrf table 1001"
		echo "link add name b type vrf table 1002"
		echo "link set dev a up"
		echo "link set dev b up"
		tap a0 10.0.0.1/24 a
		tap b0 10.0.0.1/24 b
		tap s0 47.0.0.1/24
		tap u0 192.0.2.1/24
		for dev in a0 b0; do
			echo "addr add fd00::1/64 dev $dev nodad"
			neighbours $dev 10.0.0.2 10.0.0.3 10.0.0.254 \
				fd00::2 fd00::3 fd00::fe fe80::99
		done
		echo "addr add 2001:db8:47::1/64 dev s0 nodad"
		echo "addr add 2001:db8:99::1/64 dev u0 nodad"
		neighbours s0 47.0.0.10 47.0.0.12 47.0.0.254 2001:db8:47::10 \
			2001:db8:47::12 2001:db8:47::fe fe80::99
		neighbours u0 192.0.2.2 2001:db8:99::2
	} | ip_in gw
	{
		echo "vpn add a vrf a"
		echo "vpn add b vrf b"
		echo "ext add carrier"
		echo "interface add a vpn a"
		echo "interface add b vpn b"
		echo "interface add s0 ext carrier"
		echo "pool add p4 ext carrier address 47.0.0.200"
		echo "pool add p6 ext carrier address 2001:db8:47::200"
		aliases_both a
		aliases_both b
	} | config
}

# bed_routers, of both versions: host and srv are fd01::2 and 2001:db8:1::10, and
#
#   10.0.0.100 is 47.1.0.10     fd00::100 is 2001:db8:1::10
#   10.0.0.106 is 2001:db8:1::10  fd00::104 is 47.1.0.10
#
# the host appears as 47.0.0.200 to .203, and as 2001:db8:47::200 to ::203.
bed_routers_both()
{
	bed_routers
	ns6 gw host r1 r2 srv
	ip_in host <<-END
		addr add fd01::2/64 dev r1 nodad
		route add default via fd01::1 advmss 1440
	END
	ip_in r1 <<-END
		addr add fd01::1/64 dev host nodad
		addr add fd00::fe/64 dev gw nodad
		route add default via fd00::1
	END
	ip_in gw <<-END
		addr add fd00::1/64 dev r1 nodad
		addr add 2001:db8:47::1/64 dev r2 nodad
		route add fd01::/64 via fd00::fe vrf blue
		route add 2001:db8:1::/64 via 2001:db8:47::fe
	END
	ip_in r2 <<-END
		addr add 2001:db8:47::fe/64 dev gw nodad
		addr add 2001:db8:1::1/64 dev srv nodad
	END
	ip_in srv <<-END
		addr add 2001:db8:1::10/64 dev r2 nodad
		route add default via 2001:db8:1::1 advmss 1440
	END
	in_ns r1 bash -c 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'
	in_ns r2 bash -c 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'
	config <<-END
		pool add p6 ext carrier address 2001:db8:47::200-2001:db8:47::203
		alias add blue fd00::100 to 2001:db8:1::10
		alias add blue fd00::104 to 47.1.0.10
		alias add blue 10.0.0.106 to 2001:db8:1::10
	END
}

# NUMBER VPNs, each with a host 10.0.0.2 that speaks from the same port to the same
# alias, and one server: bed_overlap NUMBER [vrf].
#
#   hosts                              gw
#   10.0.0.2 eth0.1   \                / vlans.1 [vrf v1] \
#   10.0.0.2 eth0.2    | one cable,    | vlans.2 [vrf v2]  |-- srv 47.0.0.10
#   ...               /  NUMBER VLANs  \ ...              /
#
# With vrf each VPN has a VRF, without all are in the main table. The hosts are
# sockets bound to a VLAN interface each, in one namespace.
bed_overlap()
{
	local i vrf=${2:-} port=vlans. limit

	[ -z "$vrf" ] || port=v
	export VPNGW_NUMBER=$1
	# A neighbour for each VPN on either side, and all namespaces share one table.
	limit=/proc/sys/net/ipv4/neigh/default/gc_thresh3
	if [ "$1" -gt 200 ]; then
		[ -w $limit ] || skip_all "cannot make room for $1 neighbours here"
		gc_thresh3=$(< $limit)
		echo $((4 * $1)) > $limit
	fi
	ns gw hosts srv
	veth gw vlans hosts eth0 gw s srv eth0
	{
		echo "link set vlans up"
		echo "link set s up"
		echo "addr add 47.0.0.1/24 dev s"
		for ((i = 1; i <= $1; i++)); do
			echo "link add link vlans name vlans.$i type vlan id $i"
			if [ -n "$vrf" ]; then
				echo "link add v$i type vrf table $((1000 + i))"
				echo "link set v$i up"
				echo "link set vlans.$i master v$i"
			fi
			echo "addr add 10.0.0.1/24 dev vlans.$i"
			echo "link set vlans.$i up"
		done
	} | ip_in gw
	{
		echo "link set eth0 up"
		for ((i = 1; i <= $1; i++)); do
			echo "link add link eth0 name eth0.$i type vlan id $i"
			echo "addr add 10.0.0.2/24 dev eth0.$i"
			echo "link set eth0.$i up"
		done
	} | ip_in hosts
	ip_in srv <<-END
		addr add 47.0.0.10/24 dev eth0
		link set eth0 up
	END
	{
		echo "ext add carrier"
		echo "interface add s ext carrier"
		echo "pool add out ext carrier address 47.0.0.200"
		for ((i = 1; i <= $1; i++)); do
			echo "vpn add vpn$i ${vrf:+vrf v$i}"
			echo "interface add ${port}$i vpn vpn$i"
			echo "alias add vpn$i 10.0.0.100 to 47.0.0.10"
		done
	} | config
	wait_for links_up gw hosts srv
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
load_module
