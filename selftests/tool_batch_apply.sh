#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Many commands at once: -batch, save, apply (all or nothing) and flush.
#
#   gw: vrf blue, v-ext, spare

ALL_TESTS="
	batch_runs_every_line
	batch_stops_at_the_first_error
	batch_goes_on_with_force
	batch_reads_comments_and_quotes
	batch_from_a_file
	save_and_apply_come_round
	save_and_batch_come_round
	odd_names_come_round
	every_option_comes_round
	apply_changes_options_in_place
	apply_changes_pools_in_place
	apply_refuses_nonsense_of_pools
	flush_deletes_everything
	apply_changes_only_what_differs
	apply_is_all_or_nothing
	apply_refuses_nonsense
	apply_keeps_flows_of_what_stays
	thousand_objects
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	ns gw
	ip_in gw <<-END
		link add blue type vrf table 1001
		link add v-blue type dummy
		link add v-ext type dummy
		link add spare type dummy
	END
	cat > "$tmp/all" <<-END
		ext add carrier id 2
		ext add lab id 1 table 300
		vpn add blue id 9 vrf blue max-flows 1000
		vpn add red id 3 max-mappings-per-host 7
		pool add out ext carrier address 47.0.0.200/30,48.0.0.0/24 ports 2000-60000
		pool add mine ext lab address 49.0.0.1 ports 1024-65535 vpn red
		alias add blue 10.0.0.100 to 47.0.0.10 ext carrier pool out
		alias add blue 10.0.0.101:80 to 47.0.0.11:8080 proto tcp ext carrier
		alias add red 0.0.0.0/0 to 0.0.0.0/0 ext lab
		mapping add red proto any inside 10.0.0.2 outside 47.0.0.220 ext carrier
		mapping add blue proto icmp inside 10.0.0.2:7 outside 47.0.0.221:8 ext carrier
		interface add blue vpn blue
		interface add v-ext ext carrier
		set timeout udp 77 tcp-init 78
	END
}

# The configuration is that of file $1, whatever the order.
configured()
{
	vctl save > "$tmp/seen"
	diff <(sort "$1") <(sort "$tmp/seen") > "$tmp/diff" || {
		sed 's/^/# /' "$tmp/diff"
		return 1
	}
}

batch_runs_every_line()
{
	vctl flush
	vctl -b - < "$tmp/all"
	configured "$tmp/all"
}

batch_stops_at_the_first_error()
{
	local status=0

	vctl flush
	printf '%s\n' 'vpn add one' 'vpn add one' 'vpn add two' |
		vctl -b - 2> "$tmp/err" || status=$?
	eq "$status" 1 "status"
	has "$(< "$tmp/err")" '^-:2: .*one'
	eq "$(wc -l < "$tmp/err")" 1 "lines of errors"
	eq "$(vctl save)" 'vpn add one id 1' "configuration"
}

batch_goes_on_with_force()
{
	local status=0

	vctl flush
	printf '%s\n' 'vpn add one' 'vpn add one' 'frobnicate' 'vpn add two' |
		vctl -force -b - 2> "$tmp/err" || status=$?
	eq "$status" 1 "status"
	eq "$(cut -d : -f 2 "$tmp/err" | tr '\n' ' ')" '2 3 ' "lines with errors"
	eq "$(vctl save)" $'vpn add one id 1\nvpn add two id 2' "configuration"
}

batch_reads_comments_and_quotes()
{
	vctl flush
	vctl -b - <<-'END'
		# a comment

		   vpn  add	"one" id 5   # another
		vpn add 'two' id 6
	END
	eq "$(vctl save)" $'vpn add one id 5\nvpn add two id 6' "configuration"
	fails 1 vctl -b <(echo 'vpn add "three')
	has "$err" ':1: '
}

batch_from_a_file()
{
	local status=0

	vctl flush
	vctl -b "$tmp/all"
	configured "$tmp/all"
	fails 1 vctl -b "$tmp/no-such-file"
	has "$err" 'no-such-file'
}

save_and_apply_come_round()
{
	vctl flush
	vctl apply "$tmp/all"
	configured "$tmp/all"
	vctl save > "$tmp/saved"
	vctl flush
	vctl apply - < "$tmp/saved"
	eq "$(vctl save)" "$(< "$tmp/saved")" "configuration"
}

save_and_batch_come_round()
{
	vctl save > "$tmp/saved"
	vctl flush
	vctl -b "$tmp/saved"
	eq "$(vctl save)" "$(< "$tmp/saved")" "configuration"
}

# Of devices, which may have quotes of both kinds.
odd_names_come_round()
{
	local dev

	for dev in "a'b" 'a"b' "v'\"'\\" '#5'; do
		ip -n "${NS[gw]}" link add name "$dev" type dummy
		vctl flush
		vctl vpn add red
		vctl interface add "$dev" vpn red
		vctl save > "$tmp/saved"
		vctl flush
		vctl apply "$tmp/saved"
		eq "$(vctl -j interface show | jq -r '.[].interface')" "$dev" device
		eq "$(vctl save)" "$(< "$tmp/saved")" saved
		ip -n "${NS[gw]}" link del dev "$dev"
	done
}

# What differs from its default; and what does not, not.
options()
{
	cat <<-END
		set timeout udp 77
		set quarantine 0 quarantine-share 20 max-flows 100000 max-mappings 0 max-half-open 5000 tcp-pickup on icmp-code 0
		ext add carrier id 1
		vpn add blue id 1 max-flows 1 max-mappings-per-host 2 max-mappings 3 max-flows-per-host 4 max-half-open 5 new-flow-rate 6 strict on hairpin on filtering endpoint-independent
		vpn add red id 2
		pool add out ext carrier address 47.0.0.200/30 ports 1-65535
		pool drain out address 47.0.0.202
		pool add pairs ext carrier address 48.0.0.1 ports 1-65535 parity on
		pool add more ext carrier address 48.0.0.2 ports 1-65535 contiguity on
		pool add blocks ext carrier address 48.0.0.3 ports 1-65535 block-size 512 block-owner vpn
		pool add fixed ext carrier address 48.0.1.0/24 ports 1-65535 block-size 256 deterministic 10.0.0.0/24
		interface add spare vpn red mss pmtu
		interface add v-ext ext carrier mss 1400
	END
}

every_option_comes_round()
{
	local before

	options > "$tmp/options"
	vctl flush
	vctl apply "$tmp/options"
	eq "$(vctl save)" "$(< "$tmp/options")" "configuration after apply"
	before=$(config_id)
	vctl apply "$tmp/options"
	eq "$(config_id)" "$before" "configuration id after applying the same"
	vctl flush
	vctl -b "$tmp/options"
	eq "$(vctl save)" "$(< "$tmp/options")" "configuration after batch"
	# what is not said is the default again
	vctl apply - <<-END
		ext add carrier id 1
		vpn add blue id 1
	END
	eq "$(vctl save)" $'ext add carrier id 1\nvpn add blue id 1' "configuration"
}

apply_changes_options_in_place()
{
	vctl flush
	vctl apply - <<-END
		ext add carrier
		vpn add red strict on
		interface add v-ext ext carrier
		interface add spare vpn red mss 1300
	END
	start monitor "$VPNGWCTL" -n "${NS[gw]}" -d monitor config
	wait_for grep -q ready "$tmp/monitor"
	vctl apply - <<-END
		ext add carrier
		vpn add red hairpin on new-flow-rate 5
		interface add v-ext ext carrier mss pmtu
		interface add spare vpn red
		set quarantine 5 max-flows 9
	END
	vctl vpn add last
	wait_for grep -q 'vpn-new last' "$tmp/monitor"
	stop monitor
	eq "$(grep -v ready "$tmp/monitor" | cut -d ' ' -f 1,2 | sort | tr '\n' ' ')" \
		"interface-new spare interface-new v-ext vpn-new last vpn-new red " "events"
	eq "$(vctl save)" "$(cat <<-END
		set quarantine 5 max-flows 9
		ext add carrier id 1
		vpn add red id 1 new-flow-rate 5 hairpin on
		vpn add last id 2
		interface add spare vpn red
		interface add v-ext ext carrier mss pmtu
	END
	)" "configuration"
	# undone when a later step is refused
	vctl save > "$tmp/before"
	{
		sed -e 's/hairpin on/strict on/' -e 's/mss pmtu/mss 1234/' "$tmp/before"
		echo 'mapping add red proto udp inside 10.0.0.1:1 outside 224.0.0.1:1'
	} > "$tmp/bad"
	fails 1 vctl apply "$tmp/bad"
	eq "$(vctl save)" "$(< "$tmp/before")" "configuration after a refusal"
}

pool_is()
{
	eq "$(vctl save | grep '^pool')" "$1" "pools"
}

# It grows, shrinks by what was drained, and drains: never deleted.
apply_changes_pools_in_place()
{
	vctl flush
	printf '%s\n' 'ext add carrier' 'pool add out ext carrier address 47.0.0.200' > "$tmp/pool"
	vctl apply "$tmp/pool"
	start monitor "$VPNGWCTL" -n "${NS[gw]}" -d monitor config
	wait_for grep -q ready "$tmp/monitor"
	sed 's/47.*/47.0.0.200-47.0.0.203/' "$tmp/pool" > "$tmp/more"
	vctl apply "$tmp/more"
	pool_is 'pool add out ext carrier address 47.0.0.200/30 ports 1-65535'
	echo 'pool drain out address 47.0.0.203' >> "$tmp/more"
	vctl apply "$tmp/more"
	has "$(vctl save)" '^pool drain out address 47\.0\.0\.203$'
	vctl pool drain out address 47.0.0.201
	vctl apply "$tmp/more"
	has "$(vctl save)" '^pool drain out address 47\.0\.0\.203$'
	# the other way, and refused: all as before
	{
		sed -e 's/203$/204/' -e '/drain/d' "$tmp/more"
		echo 'vpn add twin id 5'
		echo 'vpn add other id 5'
	} > "$tmp/bad"
	vctl save > "$tmp/before"
	fails 1 vctl apply "$tmp/bad"
	eq "$(vctl save | grep drain)" "$(grep drain "$tmp/before")" "drained"
	sed 's/47.*/47.0.0.200-47.0.0.202/' "$tmp/pool" > "$tmp/less"
	vctl apply "$tmp/less"
	has "$(vctl pool show out)" ' addresses 3 mappings 0$'
	vctl vpn add last
	wait_for grep -q 'vpn-new last' "$tmp/monitor"
	stop monitor
	hasnt "$(< "$tmp/monitor")" 'pool-del'
}

apply_refuses_nonsense_of_pools()
{
	local line before

	vctl flush
	vctl apply "$tmp/all"
	before=$(config_id)
	for line in 'pool drain nothing address 47.0.0.200' \
		    'pool drain out address 47.0.0.199' \
		    'pool drain out address 47.0.0.200 off' \
		    'pool set out address 47.0.0.200' \
		    'interface set v-ext mss 5' 'vpn set red strict on' \
		    'set show' 'set max-flows -1'; do
		{
			cat "$tmp/all"
			echo "$line"
		} > "$tmp/bad"
		fails 1 vctl apply "$tmp/bad"
		has "$err" "bad:$(wc -l < "$tmp/bad"): "
		eq "$(config_id)" "$before" "configuration id"
	done
}

flush_deletes_everything()
{
	local object

	vctl flush
	eq "$(vctl save)" "" "configuration"
	for object in vpn ext interface pool alias mapping flow; do
		eq "$(vctl -j "$object" show)" "[]" "$object"
	done
	vctl flush
}

config_id()
{
	vctl -j set show | sed 's/^{"config_id":\([0-9]*\),.*/\1/'
}

apply_changes_only_what_differs()
{
	local before

	vctl apply "$tmp/all"
	before=$(config_id)
	vctl apply "$tmp/all"
	eq "$(config_id)" "$before" "configuration id after applying the same"
	sed -e 's/47\.0\.0\.11:8080/47.0.0.11:8081/' -e '/^mapping add blue/d' \
	    -e 's/max-flows 1000/max-flows 2000/' -e 's/udp 77/udp 79/' \
	    "$tmp/all" > "$tmp/other"
	echo 'interface add spare vpn red' >> "$tmp/other"
	start monitor "$VPNGWCTL" -n "${NS[gw]}" -d monitor config
	wait_for grep -q ready "$tmp/monitor"
	vctl apply "$tmp/other"
	configured "$tmp/other"
	vctl vpn add last
	wait_for grep -q 'vpn-new last' "$tmp/monitor"
	stop monitor
	vctl vpn del last
	eq "$(grep -v ready "$tmp/monitor" | cut -d ' ' -f 1,2 | sort | tr '\n' ' ')" \
		"alias-del blue alias-new blue interface-new spare mapping-del blue vpn-new blue vpn-new last " \
		"events"
	vctl apply "$tmp/all"
	configured "$tmp/all"
}

# Whatever the kernel refuses half way, what was there comes back.
apply_is_all_or_nothing()
{
	local line before

	vctl apply "$tmp/all"
	for line in 'interface add no-such vpn red' \
		    'pool add clash ext carrier address 47.0.0.202' \
		    'mapping add red proto any inside 10.0.0.9 outside 47.0.0.220' \
		    'vpn add twin id 9' \
		    'alias add red 10.0.0.0/24 to 47.0.0.1/24 ext lab'; do
		{
			grep -v -e '^alias add red' -e '^mapping add blue' "$tmp/all"
			echo 'vpn add new'
			echo "$line"
		} > "$tmp/bad"
		fails 1 vctl apply "$tmp/bad"
		configured "$tmp/all"
	done
}

apply_refuses_nonsense()
{
	local line status

	for line in 'frobnicate' 'vpn del blue' 'vpn add' 'flow flush' 'vpn add blue' \
		    'alias add nobody 10.0.0.1 to 47.0.0.1 ext carrier'; do
		cp "$tmp/all" "$tmp/bad"
		echo "$line" >> "$tmp/bad"
		status=0
		vctl apply "$tmp/bad" > "$tmp/out" 2> "$tmp/err" || status=$?
		[ "$status" -eq 1 ] || [ "$status" -eq 2 ]
		[ -s "$tmp/err" ]
		configured "$tmp/all"
	done
	fails 1 vctl apply "$tmp/no-such-file"
}

apply_keeps_flows_of_what_stays()
{
	local out

	ip_in gw <<-END
		link add q0 type veth peer name q1
		addr add 10.0.0.1/24 dev q0
		link set q0 up
		link set q1 up
		addr add 47.0.0.1/24 dev spare
		link set spare up
		neigh add 47.0.0.10 lladdr 02:00:00:00:00:99 dev spare
	END
	vctl flush
	cat > "$tmp/one" <<-END
		ext add carrier
		vpn add red
		pool add out ext carrier address 47.0.0.200
		alias add red 10.0.0.100 to 47.0.0.10
		mapping add red proto udp inside 10.0.0.2:5 outside 47.0.0.210:5
		interface add q0 vpn red
	END
	vctl apply "$tmp/one"
	# a frame from nowhere is enough to make a flow
	in_ns gw /usr/bin/python3 -S - "$here/py" <<-'END'
		import socket, sys
		sys.path.insert(0, sys.argv[1])
		import packet
		with open("/proc/self/net/dev", encoding="ascii") as file:
		    assert "q1" in file.read()
		sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		sock.bind(("q1", 0))
		with open("/proc/sys/net/ipv4/conf/q0/forwarding", encoding="ascii") as file:
		    assert file.read() == "1\n"
		import fcntl, struct
		mac = fcntl.ioctl(sock, 0x8927, struct.pack("256s", b"q0"))[18:24]
		sock.send(mac + bytes(6) + b"\x08\0" +
		          packet.udp("10.0.0.2", 5, "10.0.0.100", 7, b"x"))
	END
	wait_for flows_are 1
	{
		cat "$tmp/one"
		echo 'alias add red 10.0.0.101 to 47.0.0.11'
		echo 'set timeout udp 400'
	} > "$tmp/two"
	vctl apply "$tmp/two"
	flows_are 1
	grep -v 'alias add red 10.0.0.100' "$tmp/two" > "$tmp/three"
	vctl apply "$tmp/three"
	flows_are 0
}

flows_are()
{
	[ "$(vctl flow count)" -eq "$1" ]
}

# In one process each way.
thousand_objects()
{
	local i

	vctl flush
	{
		echo 'ext add carrier'
		for ((i = 1; i <= 500; i++)); do
			echo "vpn add vpn$i"
			echo "alias add vpn$i 10.0.0.100 to 47.0.0.10"
		done
	} > "$tmp/many"
	vctl -b "$tmp/many"
	eq "$(vctl -j vpn show | tr '{' '\n' | grep -c '"name":"vpn')" 500 "vpns"
	eq "$(vctl alias show | sort -u | wc -l)" 500 "aliases"
	vctl save > "$tmp/saved"
	eq "$(wc -l < "$tmp/saved")" 1001 "lines of the configuration"
	vctl flush
	vctl apply "$tmp/saved"
	eq "$(vctl save)" "$(< "$tmp/saved")" "configuration"
	vctl flush
}

run_tests
