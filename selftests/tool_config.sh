#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every object made, changed, shown and deleted, in text and in JSON; and the
# mistakes people make, each of which is refused with a sentence and changes nothing.
#
#   gw: vrf blue (v-blue), vrf green (v-green), v-red, v-ext, spare

ALL_TESTS="
	vpn
	vpn_limits_and_policies
	ext
	interface
	interface_mss
	pool
	pool_ports
	pool_changes
	alias
	mapping
	setting
	help
	usage_is_status_2
	unknown_objects_are_refused
	what_exists_is_refused
	ids_in_use_are_refused
	vrfs_that_are_none_are_refused
	bound_interfaces_are_refused
	pools_that_overlap_are_refused
	aliases_that_overlap_are_refused
	alias_inside_another_is_allowed
	mappings_that_clash_are_refused
	values_out_of_range_are_refused
	ip_versions_that_do_not_fit_are_refused
	what_is_in_use_is_not_deleted
	vpn_takes_along_what_is_its_own
	names
	abbreviations
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	ns gw
	ip_in gw <<-END
		link add blue type vrf table 1001
		link add green type vrf table 1002
		link add v-blue type dummy
		link add v-green type dummy
		link add v-red type dummy
		link add v-ext type dummy
		link add spare type dummy
		link set v-blue master blue
		link set v-green master green
	END
	base
}

# What every case begins with.
base()
{
	vctl flush
	config <<-END
		vpn add blue vrf blue
		vpn add red id 7
		ext add carrier
		interface add blue vpn blue
		interface add v-ext ext carrier
		pool add out ext carrier address 47.0.0.200-47.0.0.203 ports 1024-65535
		alias add blue 10.0.0.100 to 47.0.0.10
		alias add blue 10.0.1.0/24 to 47.0.1.0/24
		alias add blue 10.0.0.101:80 to 47.0.0.11:8080 proto tcp
		mapping add blue proto udp inside 10.0.0.2:53 outside 47.0.0.210:53
	END
}

config_id()
{
	vctl -j set show | sed 's/^{"config_id":\([0-9]*\),.*/\1/'
}

# On standard input, a line each: a pattern, a colon and a command that is to be
# refused with a sentence that matches.  Nothing may have changed.
refused()
{
	local pattern command number status=0 before patterns=() commands=() said
	local at

	shopt -s nocasematch
	while IFS=: read -r pattern command; do
		patterns+=("$pattern")
		commands+=("${command# }")
	done
	before=$(config_id)
	printf '%s\n' "${commands[@]}" | vctl -force -b - > "$tmp/out" 2> "$tmp/err" ||
		status=$?
	eq "$status" 1 "status of the batch"
	eq "$(< "$tmp/out")" "" "output of refused commands"
	mapfile -t said < "$tmp/err"
	eq "${#said[@]}" "${#commands[@]}" "lines of errors" || {
		sed 's/^/# /' "$tmp/err"
		return 1
	}
	for number in "${!commands[@]}"; do
		at="-:$((number + 1)): "
		err=${said[number]#"$at"}
		[[ ${said[number]} = "$at"* && $err =~ ${patterns[number]} ]] || {
			echo "# ${commands[number]}"
			echo "# said: '${said[number]}', not: '${patterns[number]}'"
			return 1
		}
	done
	eq "$(config_id)" "$before" "configuration id"
}

vpn()
{
	vctl vpn add green id 3 vrf green max-flows 1000 max-mappings-per-host 50
	eq "$(vctl -j vpn show green)" '[{"name":"green","id":3,"vrf":"green","table":1002,"max_flows":1000,"max_mappings_per_host":50,"max_mappings":0,"max_flows_per_host":0,"max_half_open":0,"new_flow_rate":0,"strict":false,"hairpin":false,"filtering":"address-dependent","interfaces":0,"aliases":0,"mappings":0,"flows":0,"half_open":0}]'
	eq "$(vctl vpn show green)" 'green id 3 vrf green max-flows 1000 max-mappings-per-host 50 interfaces 0 aliases 0 mappings 0 flows 0 half-open 0'
	vctl vpn set green max-flows 2000
	has "$(vctl vpn show green)" 'max-flows 2000 max-mappings-per-host 50 '
	vctl vpn set green max-flows 0 max-mappings-per-host 5
	hasnt "$(vctl vpn show green)" 'max-flows'
	vctl vpn add table table 300
	eq "$(vctl -j vpn show table | sed 's/,"max.*//')" '[{"name":"table","id":2,"vrf":null,"table":300'
	eq "$(vctl vpn show blue)" 'blue id 1 vrf blue interfaces 1 aliases 3 mappings 1 flows 0 half-open 0'
	eq "$(vctl vpn show red)" 'red id 7 interfaces 0 aliases 0 mappings 0 flows 0 half-open 0'
	eq "$(vctl vpn show | cut -d ' ' -f 1 | sort | tr '\n' ' ')" 'blue green red table '
	vctl vpn del green
	fails 1 vctl vpn show green
	has "$err" 'green'
	vctl vpn del table
	base
}

vpn_limits_and_policies()
{
	local options='max-flows 1 max-mappings-per-host 2 max-mappings 3 max-flows-per-host 4 max-half-open 5 new-flow-rate 1000000 strict on hairpin on filtering endpoint-independent'

	# shellcheck disable=SC2086 # words
	vctl vpn add new $options
	has "$(vctl vpn show new)" "^new id 2 $options interfaces "
	eq "$(vctl -j vpn show new | jq -c '.[] | [.max_mappings, .max_flows_per_host, .max_half_open, .new_flow_rate, .strict, .hairpin, .filtering, .half_open]')" \
		'[3,4,5,1000000,true,true,"endpoint-independent",0]'
	# only what is said is changed
	vctl vpn set new hairpin off new-flow-rate 7
	has "$(vctl vpn show new)" "^new id 2 ${options% new-flow-rate*} new-flow-rate 7 strict on filtering endpoint-independent interfaces "
	vctl vpn set new strict off filtering address-dependent max-mappings 0 \
		max-flows-per-host 0 max-half-open 0 new-flow-rate 0
	has "$(vctl vpn show new)" '^new id 2 max-flows 1 max-mappings-per-host 2 interfaces '
	base
}

ext()
{
	vctl ext add lab id 9 vrf green
	eq "$(vctl -j ext show lab)" '[{"name":"lab","id":9,"vrf":"green","table":1002,"interfaces":0,"pools":0,"mappings":0,"flows":0}]'
	eq "$(vctl ext show lab)" 'lab id 9 vrf green interfaces 0 pools 0 mappings 0 flows 0'
	eq "$(vctl ext show carrier)" 'carrier id 1 interfaces 1 pools 1 mappings 1 flows 0'
	vctl ext add table table 300
	has "$(vctl ext show)" '^table id 2 table 300 '
	vctl ext del lab
	vctl ext del table
	fails 1 vctl ext show lab
	eq "$(vctl -j ext show)" "[$(vctl -j ext show carrier | tr -d '[]')]"
}

interface()
{
	local index

	index=$(ip -n "${NS[gw]}" -o link show v-red)
	index=${index%%:*}
	vctl interface add v-red vpn red
	eq "$(vctl -j interface show v-red)" '[{"interface":"v-red","vpn":"red","vpn_id":7,"ext":null,"mss":null,"ifindex":'"$index"',"vrf_master":false}]'
	eq "$(vctl interface show v-red)" 'v-red vpn red'
	eq "$(vctl interface show v-ext)" 'v-ext ext carrier'
	eq "$(vctl interface show blue)" 'blue vpn blue (vrf)'
	# a member by itself, beside its VRF
	vctl interface add v-blue vpn red
	eq "$(vctl interface show vpn red | sort)" $'v-blue vpn red\nv-red vpn red'
	eq "$(vctl interface show ext carrier)" 'v-ext ext carrier'
	vctl interface del v-red
	fails 1 vctl interface show v-red
	base
}

interface_mss()
{
	vctl interface add v-red vpn red mss 1400
	eq "$(vctl interface show v-red)" 'v-red vpn red mss 1400'
	eq "$(vctl -j interface show v-red | jq -c '.[].mss')" 1400
	vctl interface set v-red mss pmtu
	eq "$(vctl interface show v-red)" 'v-red vpn red mss pmtu'
	eq "$(vctl -j interface show v-red | jq -c '.[].mss')" '"pmtu"'
	vctl interface set v-red mss off
	eq "$(vctl interface show v-red)" 'v-red vpn red'
	eq "$(vctl -j interface show v-red | jq -c '.[].mss')" null
	vctl interface set blue mss pmtu
	eq "$(vctl interface show blue)" 'blue vpn blue mss pmtu (vrf)'
	base
}

pool()
{
	vctl pool add mixed ext carrier address 48.0.0.1,48.0.1.0/30,48.0.2.5-48.0.2.9 ports 2000-2999 vpn blue
	eq "$(vctl -j pool show mixed)" '[{"name":"mixed","ext":"carrier","ranges":[{"first":"48.0.0.1","last":"48.0.0.1","draining":false},{"first":"48.0.1.0","last":"48.0.1.3","draining":false},{"first":"48.0.2.5","last":"48.0.2.9","draining":false}],"port_lo":2000,"port_hi":2999,"vpn":"blue","parity":false,"contiguity":false,"block_size":0,"block_owner":null,"deterministic":null,"addresses":10,"mappings":0,"held":0,"draining_mappings":0,"blocks":0}]'
	eq "$(vctl pool show mixed)" 'mixed ext carrier address 48.0.0.1,48.0.1.0/30,48.0.2.5-48.0.2.9 ports 2000-2999 vpn blue addresses 10 mappings 0'
	# the same address with other ports is another pool's
	vctl pool add more ext carrier address 48.0.0.1 ports 3000-3999
	vctl pool add large ext carrier address 50.0.0.0/16
	has "$(vctl pool show large)" 'address 50\.0\.0\.0/16 .*addresses 65536 '
	eq "$(vctl pool show ext carrier | wc -l)" 4 "pools of the ext"
	vctl pool del mixed
	vctl pool del more
	vctl pool del large
	fails 1 vctl pool show mixed
	eq "$(vctl -j pool show)" '[{"name":"out","ext":"carrier","ranges":[{"first":"47.0.0.200","last":"47.0.0.203","draining":false}],"port_lo":1024,"port_hi":65535,"vpn":null,"parity":false,"contiguity":false,"block_size":0,"block_owner":null,"deterministic":null,"addresses":4,"mappings":0,"held":0,"draining_mappings":0,"blocks":0}]'
}

pool_ports()
{
	vctl pool add pairs ext carrier address 48.0.0.1 contiguity on
	has "$(vctl pool show pairs)" ' ports 1-65535 contiguity on addresses 1 '
	eq "$(vctl -j pool show pairs | jq -c '.[] | [.parity, .contiguity]')" '[true,true]'
	vctl pool add even ext carrier address 48.0.0.2 parity on contiguity off
	has "$(vctl pool show even)" ' ports 1-65535 parity on addresses 1 '
	vctl pool add blocks ext carrier address 48.0.0.3 block-size 512 block-owner vpn
	has "$(vctl pool show blocks)" ' block-size 512 block-owner vpn addresses 1 mappings 0 blocks 0$'
	eq "$(vctl -j pool show blocks | jq -c '.[] | [.block_size, .block_owner, .deterministic, .blocks]')" \
		'[512,"vpn",null,0]'
	vctl pool add fixed ext carrier address 48.0.1.0/24 block-size 256 block-owner host deterministic 10.0.0.0/24
	has "$(vctl pool show fixed)" ' block-size 256 deterministic 10\.0\.0\.0/24 addresses 256 '
	eq "$(vctl -j pool show fixed | jq -c '.[] | [.block_size, .block_owner, .deterministic]')" \
		'[256,"host",{"addr":"10.0.0.0","port":null,"prefix_len":24}]'
	base
}

pool_changes()
{
	vctl pool set out address 47.0.0.200/30,48.0.0.1
	has "$(vctl pool show out)" ' address 47\.0\.0\.200/30,48\.0\.0\.1 .* addresses 5 mappings 0$'
	vctl pool drain out address 47.0.0.202-47.0.0.203,48.0.0.1
	has "$(vctl pool show out)" ' addresses 5 mappings 0 draining 47\.0\.0\.202/31,48\.0\.0\.1 draining-mappings 0$'
	eq "$(vctl -j pool show out | jq -c '[.[].ranges[] | select(.draining) | .first]')" '["47.0.0.202","48.0.0.1"]'
	vctl pool drain out address 48.0.0.1 off
	has "$(vctl pool show out)" ' draining 47\.0\.0\.202/31 draining-mappings 0$'
	# what is drained may go
	vctl pool set out address 47.0.0.200/31
	has "$(vctl pool show out)" ' address 47\.0\.0\.200/31 .* addresses 2 mappings 0$'
	vctl pool drain out address 47.0.0.200 on
	refused <<-END
		nothing: pool drain nothing address 47.0.0.200
		47\.0\.0\.199|out: pool drain out address 47.0.0.199
		nothing: pool set nothing address 48.0.0.1
		65536: pool set out address 47.0.0.200/31,50.0.0.0/15
	END
	base
}

alias()
{
	vctl alias add blue 10.0.0.102 to 47.0.0.12 proto udp ext carrier pool out
	eq "$(vctl -j alias show blue | jq -c '.[] | select(.inside.addr == "10.0.0.102")')" \
		'{"vpn":"blue","vpn_id":1,"inside":{"addr":"10.0.0.102","port":null,"prefix_len":32},"server":{"addr":"47.0.0.12","port":null,"prefix_len":32},"proto":"udp","ext":"carrier","pool":"out"}'
	eq "$(vctl alias show blue | sort)" "$(sort <<-END
		blue 10.0.0.100 to 47.0.0.10 ext carrier
		blue 10.0.1.0/24 to 47.0.1.0/24 ext carrier
		blue 10.0.0.101:80 to 47.0.0.11:8080 proto tcp ext carrier
		blue 10.0.0.102 to 47.0.0.12 proto udp ext carrier pool out
	END
	)"
	# the same in another VPN
	vctl alias add red 10.0.0.100 to 47.0.0.10
	eq "$(vctl alias show red)" 'red 10.0.0.100 to 47.0.0.10 ext carrier'
	vctl alias del red 10.0.0.100
	vctl alias del blue 10.0.0.102 proto udp
	vctl alias del blue 10.0.0.101:80 proto tcp
	vctl alias del blue 10.0.1.0/24
	eq "$(vctl alias show)" 'blue 10.0.0.100 to 47.0.0.10 ext carrier'
	# onto itself
	vctl alias add red 0.0.0.0/0 to 0.0.0.0/0
	vctl alias add red 47.0.0.10 to 47.0.0.10
	has "$(vctl alias show red)" '^red 0\.0\.0\.0/0 to 0\.0\.0\.0/0 '
	base
}

mapping()
{
	vctl mapping add red proto any inside 10.0.0.2 outside 47.0.0.220 ext carrier
	eq "$(vctl -j mapping show vpn red)" '[{"vpn":"red","vpn_id":7,"proto":"any","inside":{"addr":"10.0.0.2","port":null},"outside":{"addr":"47.0.0.220","port":null},"ext":"carrier","pool":null,"static":true,"flows":0}]'
	eq "$(vctl mapping show vpn red)" 'red proto any inside 10.0.0.2 outside 47.0.0.220 ext carrier static flows 0'
	eq "$(vctl mapping show vpn blue)" 'blue proto udp inside 10.0.0.2:53 outside 47.0.0.210:53 ext carrier static flows 0'
	vctl mapping add red proto icmp inside 10.0.0.3 outside 47.0.0.221
	vctl mapping add red proto icmp inside 10.0.0.4:9 outside 47.0.0.222:9
	vctl mapping add red proto gre inside 10.0.0.5 outside 47.0.0.223
	vctl mapping add red proto tcp inside 10.0.0.2:80 outside 47.0.0.210:80
	vctl mapping add red proto tcp inside 10.0.0.2:81 outside 47.0.0.210:81
	eq "$(vctl mapping show proto icmp | wc -l)" 2 "mappings of ICMP"
	eq "$(vctl mapping show inside 10.0.0.2 | wc -l)" 4 "mappings of an address"
	eq "$(vctl mapping show outside 47.0.0.210:80)" \
		'red proto tcp inside 10.0.0.2:80 outside 47.0.0.210:80 ext carrier static flows 0'
	vctl mapping del red proto tcp inside 10.0.0.2:80
	vctl mapping del red proto tcp outside 47.0.0.210:81
	vctl mapping del red proto any inside 10.0.0.2 outside 47.0.0.220
	eq "$(vctl mapping show vpn red | wc -l)" 3 "mappings left"
	base
}

setting()
{
	eq "$(vctl -j set show | sed 's/"config_id":[0-9]*,//')" '{"timeout":{"udp_unreplied":120,"udp":300,"icmp":60,"tcp_init":240,"tcp_established":7440,"tcp_closing":240,"tcp_reset":240,"other":300},"quarantine":120,"quarantine_share":50,"max_flows":null,"max_mappings":null,"max_half_open":null,"tcp_pickup":false,"icmp_code":13}'
	vctl set timeout udp 100 tcp-init 30
	vctl set timeout other 1 tcp-established 2147483
	has "$(vctl set show)" 'udp-unreplied 120 udp 100 icmp 60 tcp-init 30 tcp-established 2147483 tcp-closing 240 tcp-reset 240 other 1'
	eq "$(vctl set show | tail -n 1)" 'set quarantine 120 quarantine-share 50 max-flows auto max-mappings auto max-half-open auto tcp-pickup off icmp-code 13'
	vctl set quarantine 0 quarantine-share 100 max-flows 1000 max-mappings 0
	vctl set max-half-open 4294967294 tcp-pickup on icmp-code 15
	eq "$(vctl set | tail -n 1)" 'set quarantine 0 quarantine-share 100 max-flows 1000 max-mappings 0 max-half-open 4294967294 tcp-pickup on icmp-code 15'
	eq "$(vctl -j set | jq -c '[.quarantine, .quarantine_share, .max_flows, .max_mappings, .max_half_open, .tcp_pickup, .icmp_code]')" \
		'[0,100,1000,0,4294967294,true,15]'
	vctl set max-flows auto
	has "$(vctl set show)" ' max-flows auto max-mappings 0 '
	vctl flush
	eq "$(vctl set show | tail -n 1)" 'set quarantine 120 quarantine-share 50 max-flows auto max-mappings auto max-half-open auto tcp-pickup off icmp-code 13'
	has "$(vctl set show)" 'udp-unreplied 120 udp 300 icmp 60 tcp-init 240 tcp-established 7440 tcp-closing 240 tcp-reset 240 other 300'
	base
}

help()
{
	local object

	for object in vpn ext interface pool alias mapping flow identify explain \
		      stats check monitor set save apply flush; do
		has "$(vctl "$object" help)" "^Usage: vpngwctl .*$object"
	done
	has "$(vctl help)" '^Usage: vpngwctl'
	has "$(vctl -V)" '^vpngwctl'
}

# Each by itself, as the batch has a status of its own.
usage_is_status_2()
{
	fails 2 vctl frobnicate
	fails 2 vctl vpn frobnicate
	fails 2 vctl vpn add
	fails 2 vctl vpn add new id
	fails 2 vctl vpn add new id x
	fails 2 vctl alias add blue 10.0.0.7
	fails 2 vctl pool add new ext carrier address 47.0.0.300
	fails 2 vctl -frobnicate vpn show
	fails 2 vctl
	fails 2 vctl identify udp
	fails 2 vctl interface set v-ext
	fails 2 vctl interface set v-ext vpn red
	fails 2 vctl pool set out
	fails 2 vctl pool drain out
	fails 2 vctl pool drain out address
	fails 2 vctl set quarantine
	fails 2 vctl monitor frobnicate
	fails 1 vctl vpn add blue
	fails 1 vctl vpn del nobody
}

unknown_objects_are_refused()
{
	refused <<-END
		nobody: vpn del nobody
		nobody: vpn set nobody max-flows 1
		nobody: vpn show nobody
		nowhere: ext del nowhere
		nowhere: ext show nowhere
		nobody: interface add spare vpn nobody
		nowhere: interface add spare ext nowhere
		no-such: interface add no-such vpn red
		no-such: interface del no-such
		spare|bound|such: interface del spare
		spare|bound|such: interface show spare
		nowhere: pool add new ext nowhere address 48.0.0.1
		nobody: pool add new ext carrier address 48.0.0.1 vpn nobody
		no-pool: pool del no-pool
		no-pool: pool show no-pool
		nobody: alias add nobody 10.0.0.7 to 47.0.0.7
		nowhere: alias add red 10.0.0.7 to 47.0.0.7 ext nowhere
		no-pool: alias add red 10.0.0.7 to 47.0.0.7 pool no-pool
		no such alias|10\\.0\\.0\\.7: alias del red 10.0.0.7
		no such alias|10\\.0\\.0\\.100: alias del blue 10.0.0.100 proto tcp
		nobody: alias show nobody
		nobody: alias del nobody 10.0.0.100
		nobody: mapping add nobody proto udp inside 10.0.0.7:1 outside 47.0.0.7:1
		nowhere: mapping add red proto udp inside 10.0.0.7:1 outside 47.0.0.7:1 ext nowhere
		mapping: mapping del red proto udp inside 10.0.0.2:53
		mapping: mapping del blue proto tcp inside 10.0.0.2:53
		nobody: mapping show vpn nobody
		nobody: stats vpn nobody
		nowhere: stats ext nowhere
		nobody: flow show vpn nobody
		[a-z]: identify udp 47.0.0.210:54
		[a-z]: identify udp 47.0.0.10:53
		nowhere: identify udp 47.0.0.210:53 ext nowhere
	END
}

what_exists_is_refused()
{
	refused <<-END
		blue: vpn add blue
		blue: vpn add blue id 99 vrf green
		carrier: ext add carrier
		out: pool add out ext carrier address 48.0.0.1
		10\\.0\\.0\\.100: alias add blue 10.0.0.100 to 47.0.0.10
		clash|exist|10\\.0\\.0\\.2: mapping add blue proto udp inside 10.0.0.2:53 outside 47.0.0.210:53
	END
	# names of vpns and exts are apart
	vctl vpn add carrier
	vctl ext add blue
	base
}

ids_in_use_are_refused()
{
	refused <<-END
		id 7: vpn add new id 7
		id 1: ext add new id 1
		.: vpn add new id 0
		.: vpn add new id 4294967296
	END
	# the lowest that is free
	vctl vpn add new
	has "$(vctl vpn show new)" '^new id 2 '
	vctl ext add new id 7
	base
}

vrfs_that_are_none_are_refused()
{
	refused <<-END
		no-such: vpn add new vrf no-such
		v-red.*not a VRF: vpn add new vrf v-red
		v-blue.*not a VRF: vpn add new vrf v-blue
		v-ext.*not a VRF: ext add new vrf v-ext
		no-such: ext add new vrf no-such
		table.*exclude|not both: vpn add new vrf blue table 1001
		table: vpn add new table 0
		table|kernel: vpn add new table 255
	END
}

bound_interfaces_are_refused()
{
	refused <<-END
		blue|bound: interface add blue vpn red
		blue|bound: interface add blue vpn blue
		bound|carrier: interface add v-ext vpn red
		bound|carrier: interface add v-ext ext carrier
		vpn.*ext|one: interface add spare
		vpn.*ext|one|exclude: interface add spare vpn red ext carrier
	END
}

pools_that_overlap_are_refused()
{
	refused <<-END
		out: pool add new ext carrier address 47.0.0.200
		out: pool add new ext carrier address 47.0.0.203-47.0.0.209
		out: pool add new ext carrier address 47.0.0.0/24
		out: pool add new ext carrier address 48.0.0.1,47.0.0.201
		out: pool add new ext carrier address 47.0.0.201 ports 2000-3000
		out: pool add new ext carrier address 47.0.0.201 ports 1-1024
		overlap|twice: pool add new ext carrier address 48.0.0.1,48.0.0.1
		overlap|twice: pool add new ext carrier address 48.0.0.1-48.0.0.9,48.0.0.5
		ext: pool add new address 48.0.0.1
		address: pool add new ext carrier
	END
	# beside the mapping's port, below the other pool's, in another ext
	vctl pool add beside ext carrier address 47.0.0.210
	vctl pool add below ext carrier address 47.0.0.200 ports 1-1023
	vctl ext add lab
	vctl pool add lab ext lab address 47.0.0.200-47.0.0.203
	base
}

aliases_that_overlap_are_refused()
{
	refused <<-END
		10\\.0\\.0\\.100: alias add blue 10.0.0.100 to 47.0.0.99
		10\\.0\\.1\\.0/24: alias add blue 10.0.1.0/24 to 47.0.9.0/24
		10\\.0\\.0\\.101: alias add blue 10.0.0.101:80 to 47.0.0.9:80 proto tcp
	END
}

alias_inside_another_is_allowed()
{
	config <<-END
		alias add blue 10.0.1.7 to 47.0.0.7
		alias add blue 10.0.1.128/25 to 47.0.2.0/25
		alias add blue 10.0.0.0/8 to 47.0.0.0/8
		alias add blue 10.0.0.100:80 to 47.0.0.12:80
		alias add blue 10.0.0.100:80 to 47.0.0.13:80 proto tcp
		alias add blue 10.0.0.100 to 47.0.0.14 proto udp
		alias add blue 10.0.0.101 to 47.0.0.10
	END
	eq "$(vctl alias show blue | wc -l)" 10 "aliases"
	# any order, and each is deleted by itself
	vctl alias del blue 10.0.0.100:80
	has "$(vctl alias show blue)" '10\.0\.0\.100:80 to 47\.0\.0\.13:80 proto tcp'
	hasnt "$(vctl alias show blue)" '47\.0\.0\.12'
	base
}

mappings_that_clash_are_refused()
{
	vctl mapping add red proto any inside 10.0.0.9 outside 47.0.0.220
	refused <<-END
		.: mapping add blue proto udp inside 10.0.0.2:53 outside 47.0.0.211:53
		.: mapping add red proto udp inside 10.0.0.2:53 outside 47.0.0.210:53
		.: mapping add red proto any inside 10.0.0.9 outside 47.0.0.221
		.: mapping add blue proto any inside 10.0.0.9 outside 47.0.0.220
	END
	base
}

values_out_of_range_are_refused()
{
	refused <<-END
		.: pool add new ext carrier address 48.0.0.1 ports 3000-2000
		.: pool add new ext carrier address 48.0.0.1 ports 0-2000
		.: pool add new ext carrier address 48.0.0.1 ports 1-65536
		.: pool add new ext carrier address 48.0.0.9-48.0.0.1
		65536: pool add new ext carrier address 48.0.0.0/15
		.: pool add new ext carrier address 48.0.0.1/24
		.: pool add new ext carrier address 0.0.0.0
		.: pool add new ext carrier address 224.0.0.1
		.: pool add new ext carrier address 127.0.0.1
		.: alias add red 10.0.0.1/24 to 47.0.0.0/24
		.: alias add red 10.0.0.0/24 to 47.0.0.1/24
		.: alias add red 10.0.0.0/24 to 47.0.0.0/25
		.: alias add red 10.0.0.0/33 to 47.0.0.0/33
		.: alias add red 10.0.0.7:80 to 47.0.0.7
		.: alias add red 10.0.0.7 to 47.0.0.7:80
		.: alias add red 10.0.0.7:0 to 47.0.0.7:0
		.: alias add red 10.0.0.7:80 to 47.0.0.7:80 proto gre
		.: alias add red 10.0.0.7:80 to 47.0.0.7:80 proto icmp
		.: alias add red 224.0.0.1 to 47.0.0.7
		.: alias add red 10.0.0.7 to 255.255.255.255
		.: alias add red 127.0.0.1 to 47.0.0.7
		.: mapping add red proto udp inside 10.0.0.7:1 outside 47.0.0.7
		.: mapping add red proto udp inside 10.0.0.7 outside 47.0.0.7:1
		.: mapping add red proto any inside 10.0.0.7:1 outside 47.0.0.7:1
		.: mapping add red proto gre inside 10.0.0.7:1 outside 47.0.0.7:1
		.: mapping add red proto udp inside 10.0.0.7:0 outside 47.0.0.7:0
		.: mapping add red proto udp inside 10.0.0.7:1 outside 224.0.0.7:1
		.: mapping add red proto frob inside 10.0.0.7 outside 47.0.0.7
		.: mapping add red proto 256 inside 10.0.0.7 outside 47.0.0.7
		.: mapping add red inside 10.0.0.7 outside 47.0.0.7
		.: mapping add red proto udp inside 10.0.0.7:1
		.: vpn add new max-flows -1
		.: vpn set red
		.: vpn set red id 8
		.: set timeout udp 0
		.: set timeout udp 2147484
		.: set timeout udp
		.: set timeout frob 5
		4294967295: vpn add new max-mappings 4294967296
		1000000: vpn set red new-flow-rate 1000001
		on nor off: vpn set red strict yes
		on nor off: vpn set red hairpin 1
		filtering: vpn set red filtering port-dependent
		twice: vpn set red strict on strict off
		needs a value: vpn set red strict
		65534: interface add spare vpn red mss 65535
		pmtu: interface set v-ext mss -1
		spare|bound: interface set spare mss 1400
		power of two: pool add new ext carrier address 48.0.0.1 block-size 100
		power of two: pool add new ext carrier address 48.0.0.1 block-size 131072
		block-size: pool add new ext carrier address 48.0.0.1 block-owner vpn
		block-size: pool add new ext carrier address 48.0.0.1 deterministic 10.0.0.0/24
		prefix: pool add new ext carrier address 48.0.0.1 block-size 64 deterministic 10.0.0.1
		owner: pool add new ext carrier address 48.0.0.1 block-size 64 block-owner me
		parity: pool add new ext carrier address 48.0.0.1 parity off contiguity on
		on nor off: pool add new ext carrier address 48.0.0.1 parity even
		on nor off: pool drain out address 47.0.0.200 maybe
		too much: pool drain out address 47.0.0.200 on off
		2147483: set quarantine 2147484
		100: set quarantine-share 101
		auto: set max-flows 4294967295
		auto: set max-mappings many
		on nor off: set tcp-pickup 1
		15: set icmp-code 16
		twice: set icmp-code 1 icmp-code 2
		udp: set udp 5
		quarantine-share: set quarantine-share 5 quarantine-share
		.: identify any 47.0.0.210:53
		.: interface add blue/../v-red vpn red
	END
}

ip_versions_that_do_not_fit_are_refused()
{
	config <<-END
		pool add six ext carrier address 2001:db8::100
	END
	refused <<-END
		version: alias add red 2001:db8::1 to 47.0.0.7 pool six
		version: alias add red 10.0.0.7 to 2001:db8::1 pool out
		version: pool add new ext carrier address 47.0.0.230,2001:db8::1
		version: pool set six address 47.0.0.230
		unicast: pool add new ext carrier address ff02::1
		unicast: pool add new ext carrier address fe80::1
		unicast: alias add red fe80::1 to 2001:db8::1
		unicast: alias add red 2001:db8::1 to ::1
		upside: pool add new ext carrier address 2001:db8::2-2001:db8::1
		IPv4-mapped: alias add red ::ffff:10.0.0.7 to 2001:db8::1
		same length: alias add red fd00::/64 to 2001:db8::/96
		RFC 6052: alias add red fd00::/65 to 0.0.0.0/0
		64 to 71: alias add red 2001:db8:0:0:100::/96 to 0.0.0.0/0
		one IP version: mapping add red proto any inside fd00::/96 outside 10.0.0.0/0
		same length: mapping add red proto any inside fd00::/64 outside 2001:db8:7::/96
		every protocol: mapping add red proto udp inside fd00::/64 outside 2001:db8:7::/64
		pool six: mapping add red proto any inside fd00::/64 outside 2001:db8::/64
	END
	vctl pool del six
}

# The ext is not obvious when there are two.
what_is_in_use_is_not_deleted()
{
	refused <<-END
		carrier: ext del carrier
	END
	vctl interface del v-ext
	vctl mapping del blue proto udp inside 10.0.0.2:53
	refused <<-END
		carrier: ext del carrier
	END
	vctl pool del out
	refused <<-END
		carrier.*alias: ext del carrier
	END
	vctl flush
	config <<-END
		vpn add blue
		ext add carrier
		ext add lab
		pool add mine ext carrier address 47.0.0.200 vpn blue
		pool add named ext carrier address 47.0.0.201
		alias add blue 10.0.0.100 to 47.0.0.10 ext carrier pool named
	END
	refused <<-END
		blue.*pool: vpn del blue
		named: pool del named
		ext: alias add blue 10.0.0.7 to 47.0.0.7
		ext: mapping add blue proto any inside 10.0.0.7 outside 47.0.0.7
		named.*lab|pool.*ext: alias add blue 10.0.0.7 to 47.0.0.7 ext lab pool named
	END
	vctl alias del blue 10.0.0.100
	vctl pool del named
	vctl pool del mine
	vctl vpn del blue
	vctl ext del carrier
	vctl ext del lab
	base
}

vpn_takes_along_what_is_its_own()
{
	vctl vpn del blue
	eq "$(vctl -j alias show)" "[]" "aliases"
	eq "$(vctl -j mapping show)" "[]" "mappings"
	eq "$(vctl interface show)" "v-ext ext carrier" "interfaces"
	# all can be made again
	config <<-END
		vpn add blue vrf blue
		interface add blue vpn blue
		alias add blue 10.0.0.100 to 47.0.0.10
		mapping add blue proto udp inside 10.0.0.2:53 outside 47.0.0.210:53
	END
	base
}

names()
{
	local long=a123456789b123456789c1234567890

	vctl vpn add "$long"
	has "$(vctl vpn show "$long")" "^$long "
	refused <<-END
		.: vpn add ${long}x
		.: vpn add "with space"
		.: vpn add ""
		.: ext add new,line
		.: pool add a{b ext carrier address 48.0.0.1
	END
	vctl vpn add acme-1.site_2:x@y+z/w
	has "$(vctl -j vpn show acme-1.site_2:x@y+z/w)" '"name":"acme-1.site_2:x@y\+z/w"'
	base
}

abbreviations()
{
	fails 2 vctl vpn add new m 5
	has "$err" 'max-flows'
	vctl vpn a new id 42
	eq "$(vctl v sh new)" "$(vctl vpn show new)" "shortened"
	eq "$(vctl vpn list new)" "$(vctl vpn show new)" "another word"
	vctl int add spare vpn new
	vctl vpn d new
	fails 2 vctl s show
	has "$err" 'stats|set|save'
	base
}

run_tests
