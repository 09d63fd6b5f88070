#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module can be unloaded at any time, and everything be deleted and made again,
# while packets pass.
#
#   blue   10.0.0.2 ---- [vrf blue]  \
#   green  10.0.0.2 ---- [vrf green]  gw ---- srv 47.0.0.10
#   red    10.0.0.2 ---- VLAN, bare  /
#
# see bed_hosts in lib.sh. Each host is fd00::2, too, and the server 2001:db8:47::10, to
# them fd00::100; fd00::104 is 47.0.0.10. py/traffic.py sends all the time, and looks
# for names of other VPNs.

# Whether the kernel hands packets to programs at all.
can_queue()
{
	modprobe -q nfnetlink_queue && modprobe -q nft_queue
}

ALL_TESTS="
	traffic_passes
	objects_come_and_go_under_traffic
	interfaces_come_and_go_under_traffic
	unload_and_load_under_traffic
	unload_under_traffic_with_a_listener
	$(can_queue && echo unload_with_packets_in_a_queue)
	no_name_was_seen_in_another_vpn
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local v

	bed_hosts
	ns6 gw blue green red srv
	in_ns gw sysctl -qw net.ipv6.conf.g-{blue,green}.keep_addr_on_down=1
	ip_in gw <<-END
		addr add fd00::1/64 dev g-blue nodad
		addr add fd00::1/64 dev g-green nodad
		addr add fd00::1/64 dev g-red.7 nodad
		addr add 2001:db8:47::1/64 dev g-srv nodad
	END
	for v in blue green red; do
		ip_in $v <<-END
			addr add fd00::2/64 dev $([ $v = red ] && echo eth0.7 || echo eth0) nodad
			route add default via fd00::1
		END
		cat <<-END
			alias add $v fd00::100 to 2001:db8:47::10
			alias add $v fd00::104 to 47.0.0.10
		END
	done > "$tmp/aliases"
	ip_in srv <<-END
		addr add 2001:db8:47::10/64 dev eth0 nodad
	END
	{
		echo "pool add out6 ext carrier address 2001:db8:47::200-2001:db8:47::203"
		cat "$tmp/aliases"
	} | config
	# QEMU without KVM may run into a breakpoint that the kernel has taken away
	# again (see selftests/vm/run). So hooks stay in use, and the kernel does not
	# patch what all packets pass when ours go.
	in_ns gw nft '
		table inet stays {
			chain a { type filter hook prerouting priority 300; }
			chain b { type filter hook forward priority 300; }
			chain c { type filter hook output priority 300; }
		}
		table arp stays {
			chain a { type filter hook input priority 300; }
		}'
	vctl save > "$tmp/config"
	start_python traffic
	wait_for test -s "$tmp/answers"
}

answers()
{
	cat "$tmp/answers"
}

# Every VPN gets another ten answers from every alias.
answers_grow()
{
	local before

	before=$(answers)
	wait_for more_than $((before + 10))
}

more_than()
{
	[ "$(answers)" -gt "$1" ]
}

traffic_passes()
{
	answers_grow
	[ "$(vctl flow count)" -gt 3 ]
}

objects_come_and_go_under_traffic()
{
	local round

	for round in 1 2 3 4 5; do
		config <<-END
			alias del blue 10.0.0.100
			vpn del green
			flow flush
			interface del g-srv
			alias add blue 10.0.0.100 to 47.0.0.11
			alias del blue 10.0.0.100
			alias add blue 10.0.0.100 to 47.0.0.10
			vpn add green vrf green
			alias add green 10.0.0.100 to 47.0.0.10
			alias add green fd00::100 to 2001:db8:47::10
			alias add green fd00::104 to 47.0.0.10
			alias del blue fd00::100
			alias add blue fd00::100 to 2001:db8:47::10
			interface add green vpn green
			interface add g-srv ext carrier
			set timeout udp $((round * 10)) udp-unreplied 1
			vpn set red max-flows $round
			vpn set red max-flows 0
		END
	done
	answers_grow
	vctl flush
	vctl -b "$tmp/config"
	answers_grow
}

# Never both in one VRF: then both hosts would rightly be one.
interfaces_come_and_go_under_traffic()
{
	local round

	for round in 1 2 3; do
		ip_in gw <<-END
			link set g-blue nomaster
			link set g-green nomaster
			link set g-green master blue
			link set g-green nomaster
			link set g-blue master green
			link set g-blue nomaster
			link set g-green master green
			link set g-blue master blue
			link del g-red.7
			link add g-red.7 link g-red type vlan id 7
			addr add 10.0.0.1/24 dev g-red.7
			addr add fd00::1/64 dev g-red.7 nodad
			link set g-red.7 up
		END
		vctl interface add g-red.7 vpn red
	done
	answers_grow
}

load_again()
{
	if [ -n "${VPNGW_KO:-}" ]; then
		insmod "$VPNGW_KO"
	else
		modprobe vpngw
	fi
	vctl -b "$tmp/config"
}

unload_and_load_under_traffic()
{
	local round

	for round in 1 2 3; do
		rmmod vpngw
		[ ! -d /sys/module/vpngw ]
		load_again
		[ "$round" -eq 2 ] || answers_grow
	done
}

# An open event socket does not hold the module, and is told.
unload_under_traffic_with_a_listener()
{
	local status=0

	start monitor "$VPNGWCTL" -n "${NS[gw]}" -d monitor
	wait_for grep -q ready "$tmp/monitor"
	wait_for grep -q flow-new "$tmp/monitor"
	rmmod vpngw
	load_again
	answers_grow
	kill "$(< "$tmp/monitor.pid")" 2>/dev/null || status=$?
	[ "$status" -le 1 ]
}

# Translated packets that wait for a program would go on by a function of
# the module.
unload_with_packets_in_a_queue()
{
	start_python nfqueue
	wait_for grep -q bound "$tmp/nfqueue"
	in_ns gw nft 'table ip hold {
		chain forward {
			type filter hook forward priority 0
			queue num 7
		}
	}'
	wait_for grep -q 'held 20' "$tmp/nfqueue"
	rmmod vpngw
	kill -USR1 "$(< "$tmp/nfqueue.pid")"
	wait_for grep -q accepted "$tmp/nfqueue"
	# Not while packets are held: 6.1 takes that for a bug of its own.
	wait "$(< "$tmp/nfqueue.pid")"
	in_ns gw nft delete table ip hold
	load_again
	answers_grow
}

no_name_was_seen_in_another_vpn()
{
	sed 's/^/# /' "$tmp/traffic"
	stop traffic
	wait_for grep -q "^red fd00::104 " "$tmp/traffic"
	[ "$(grep -c ' [1-9][0-9]*$' "$tmp/traffic")" -eq 9 ]
	[ "$(wc -l < "$tmp/traffic")" -eq 9 ]
}

run_tests
