# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# bash completion for vpngwctl(8)

# The first word of each line that a show command prints.
_vpngwctl_names()
{
	"${_vpngwctl_tool[@]}" "$@" 2>/dev/null | cut -d ' ' -f 1 | sort -u
}

_vpngwctl_devices()
{
	local netns=()

	[[ -z $_vpngwctl_netns ]] || netns=(-n "$_vpngwctl_netns")
	ip "${netns[@]}" -br link 2>/dev/null | sed 's/[@ ].*//'
}

# What may stand after a named argument; fails where that is not known.
_vpngwctl_value()
{
	case $1 in
	vpn) _vpngwctl_names vpn show ;;
	ext) _vpngwctl_names ext show ;;
	pool) _vpngwctl_names pool show ;;
	vrf) _vpngwctl_devices ;;
	proto) echo tcp udp icmp sctp dccp udplite gre esp ah any ;;
	strict | hairpin | parity | contiguity | tcp-pickup) echo on off ;;
	filtering) echo address-dependent endpoint-independent ;;
	block-owner) echo host vpn ;;
	mss) echo pmtu off ;;
	id | table | max-flows | max-flows-per-host | max-half-open | \
		max-mappings | max-mappings-per-host | new-flow-rate | \
		block-size | deterministic | address | ports | to | \
		inside | outside | server | peer) ;;
	*) return 1 ;;
	esac
}

# What may stand after an object, a command and n more words.
_vpngwctl_args()
{
	local object=$1 command=$2 n=$3
	local timeouts="udp-unreplied udp icmp tcp-init tcp-established
		tcp-closing tcp-reset other"
	local limits="max-flows max-flows-per-host max-half-open max-mappings
		max-mappings-per-host new-flow-rate strict hairpin filtering"

	case $object.$command.$n in
	vpn.set.0 | vpn.del*.0 | vpn.show.0 | alias.*.0 | mapping.add.0 | \
		mapping.del*.0)
		_vpngwctl_names vpn show
		;;
	ext.set.0 | ext.del*.0 | ext.show.0) _vpngwctl_names ext show ;;
	pool.del*.0 | pool.set.0 | pool.drain.0) _vpngwctl_names pool show ;;
	pool.set.1 | pool.drain.1) echo address ;;
	pool.drain.3) echo on off ;;
	pool.set.* | pool.drain.*) ;;
	pool.show.0) _vpngwctl_names pool show; echo ext ;;
	pool.show.*) ;;
	interface.add.0) _vpngwctl_devices ;;
	interface.del*.0 | interface.set.0) _vpngwctl_names interface show ;;
	interface.set.1) echo mss ;;
	interface.show.0) _vpngwctl_names interface show; echo vpn ext ;;
	*.add.0 | vpn.del*.* | vpn.show.* | ext.del*.* | ext.show.*) ;;
	vpn.add.*) echo id vrf table "$limits" ;;
	vpn.set.*) echo vrf "$limits" ;;
	ext.set.*) echo vrf ;;
	ext.add.*) echo id vrf table ;;
	interface.add.1) echo vpn ext ;;
	interface.add.3) echo mss ;;
	pool.add.*) echo ext address ports vpn parity contiguity block-size \
		block-owner deterministic ;;
	alias.add.1 | alias.del*.1) ;;
	alias.add.*) echo to proto ext pool ;;
	alias.del*.*) echo proto ;;
	mapping.add.* | mapping.del*.*) echo proto inside outside ext ;;
	mapping.show.*) echo vpn proto inside outside ext static ;;
	flow.*) echo vpn proto inside outside server ;;
	set.timeout.*[02468]) echo "$timeouts" ;;
	set.timeout.* | set.show.*) ;;
	set.max-*.0) echo auto ;;
	set.tcp-pickup.0) echo on off ;;
	set.*.*[13579]) _vpngwctl_settings ;;
	esac
}

_vpngwctl_settings()
{
	echo quarantine quarantine-share max-flows max-mappings max-half-open \
		tcp-pickup icmp-code
}

_vpngwctl_commands()
{
	case $1 in
	vpn | ext | interface) echo add set del show help ;;
	pool) echo add set drain del show help ;;
	alias | mapping) echo add del show help ;;
	flow) echo show count del flush help ;;
	set) echo timeout show help; _vpngwctl_settings ;;
	identify) echo tcp udp icmp sctp dccp udplite gre esp ah help ;;
	explain) _vpngwctl_devices; echo help ;;
	stats) echo vpn ext help ;;
	check) echo help ;;
	monitor) echo config flow limit help ;;
	esac
}

_vpngwctl()
{
	local cur prev words cword i object command n reply
	local _vpngwctl_tool=(vpngwctl) _vpngwctl_netns=
	local options="-json -pretty -details -netns -batch -force -Version -help"

	# Addresses have colons, which are not to split words.
	_get_comp_words_by_ref -n : cur prev words cword
	COMPREPLY=()

	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		-n | -netns | --netns)
			((++i < cword)) || break
			_vpngwctl_netns=${words[i]}
			_vpngwctl_tool+=(-n "$_vpngwctl_netns")
			;;
		-b | -batch | --batch) ((++i)) ;;
		-*) ;;
		*) break ;;
		esac
	done

	case $prev in
	-n | -netns | --netns)
		reply=$(ip netns list 2>/dev/null | cut -d ' ' -f 1)
		mapfile -t COMPREPLY < <(compgen -W "$reply" -- "$cur")
		return
		;;
	-b | -batch | --batch | apply)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	esac

	object=${words[i]}
	command=${words[i + 1]}
	n=$((cword - i - 2))
	if ((i >= cword)) && [[ $cur == -* ]]; then
		reply=$options
	elif ((i >= cword)); then
		reply="vpn ext interface pool alias mapping flow identify
			explain stats check monitor set save apply flush help"
	elif ((n < 0)); then
		reply=$(_vpngwctl_commands "$object")
	else
		case $object in
		identify) ((n == 0)) || reply=$(_vpngwctl_value "$prev") ||
			reply="peer ext" ;;
		stats) reply=$(_vpngwctl_value "$prev") || reply="vpn ext" ;;
		explain) ((n)) || reply=$(_vpngwctl_value proto) ;;
		monitor) reply="config flow limit" ;;
		check | save | apply | flush) ;;
		*)
			# "vpn", "ext" and so on name an argument only after
			# the words that have their fixed place.
			if ((n > 0)); then
				reply=$(_vpngwctl_value "$prev") ||
					reply=$(_vpngwctl_args "$object" "$command" "$n")
			else
				reply=$(_vpngwctl_args "$object" "$command" "$n")
			fi
			;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$reply" -- "$cur")
	if declare -F __ltrim_colon_completions >/dev/null; then
		__ltrim_colon_completions "$cur"
	fi
}

complete -F _vpngwctl vpngwctl
