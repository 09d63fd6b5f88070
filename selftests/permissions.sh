#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Nothing changes and nothing is revealed without CAP_NET_ADMIN, and a network
# namespace sees only its own configuration.
#
#   gw, other: two gateways with objects of the same names

ALL_TESTS="
	root_may
	user_may_nothing
	root_without_the_capability_may_nothing
	user_namespace_may_nothing
	user_namespace_with_its_own_network_may_nothing
	capability_is_enough
	nothing_was_changed
	namespaces_have_their_own_objects
	namespaces_hear_their_own_events
	device_of_another_namespace_cannot_be_bound
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local name

	ns gw other
	for name in gw other; do
		ip_in $name <<-END
			link add v0 type veth peer name v1
			link add s0 type veth peer name s1
			link add spare-$name type dummy
		END
		"$VPNGWCTL" -n "${NS[$name]}" -b - <<-END
			vpn add blue
			ext add carrier
			interface add v0 vpn blue
			interface add s0 ext carrier
			pool add out ext carrier address 47.0.0.200
			alias add blue 10.0.0.100 to 47.0.0.10
			mapping add blue proto udp inside 10.0.0.2:5 outside 47.0.0.201:5
		END
	done
	# every user may come here
	chmod 755 "$tmp"
	cp "$(command -v "$VPNGWCTL")" "$tmp/tool"
	# One of everything that there is to ask and to do.
	cat > "$tmp/everything" <<-END
		vpn show
		vpn show blue
		ext show
		ext show carrier
		interface show
		interface show v0
		pool show
		pool show out
		alias show
		alias show blue
		mapping show
		mapping show vpn blue
		flow show
		flow count
		identify udp 47.0.0.201:5
		explain v0 udp 10.0.0.2:5 10.0.0.100:7
		stats
		stats vpn blue
		check
		set show
		save
		vpn add evil
		vpn set blue max-flows 1
		vpn del blue
		ext add evil
		ext del carrier
		interface add v1 vpn blue
		interface del v0
		pool add evil ext carrier address 47.0.0.202
		pool del out
		alias add blue 10.0.0.101 to 47.0.0.11
		alias del blue 10.0.0.100
		mapping add blue proto udp inside 10.0.0.2:6 outside 47.0.0.201:6
		mapping del blue proto udp inside 10.0.0.2:5
		flow del vpn blue
		flow flush
		set timeout udp 1
		flush
	END
	vctl save > "$tmp/before"
}

# nothing COMMAND...: run that way, the tool is refused everything, for want of
# permission, and shows nothing.
nothing()
{
	local out number line

	number=$(wc -l < "$tmp/everything")
	out=$(in_ns gw "$@" "$tmp/tool" -force -b - < "$tmp/everything" 2> "$tmp/refusals") && return 1
	eq "$out" "" "what is revealed"
	eq "$(grep -cE '^-:[0-9]+: .*(CAP_NET_ADMIN|not permitted|there is no device)' "$tmp/refusals")" \
		"$number" "commands refused" || { sed 's/^/# /' "$tmp/refusals"; return 1; }
	# a command by itself
	for line in "vpn show" "vpn add evil" "monitor" "monitor flow"; do
		# Who is root of a network of its own may listen there, where
		# nothing can be configured.
		[[ "$* $line" != *--net\ monitor* ]] || continue
		# shellcheck disable=SC2086 # words
		fails 1 in_ns gw "$@" "$tmp/tool" $line
		has "$err" 'CAP_NET_ADMIN|not permitted'
	done
}

root_may()
{
	has "$(in_ns gw "$tmp/tool" vpn show)" '^blue '
}

user_may_nothing()
{
	nothing setpriv --reuid=65534 --regid=65534 --clear-groups
}

root_without_the_capability_may_nothing()
{
	nothing setpriv --bounding-set=-net_admin --inh-caps=-net_admin
}

# Root there is root of nothing that the network namespace belongs to.
user_namespace_may_nothing()
{
	nothing unshare --user --map-root-user
}

# A container's root with a network of its own: the module does not take it as an
# administrator.
user_namespace_with_its_own_network_may_nothing()
{
	nothing unshare --user --map-root-user --net
}

capability_is_enough()
{
	local out

	out=$(in_ns gw setpriv --reuid=65534 --regid=65534 --clear-groups \
		--inh-caps=+net_admin --ambient-caps=+net_admin "$tmp/tool" vpn show)
	has "$out" '^blue '
}

nothing_was_changed()
{
	eq "$(vctl save)" "$(< "$tmp/before")" "configuration"
}

namespaces_have_their_own_objects()
{
	local before

	before=$(vctl save)
	"$VPNGWCTL" -n "${NS[other]}" -b - <<-END
		vpn add only-there
		set timeout udp 77
		alias add only-there 10.0.0.200 to 47.0.0.10
	END
	eq "$(vctl save)" "$before" "configuration here"
	fails 1 vctl vpn show only-there
	has "$("$VPNGWCTL" -n "${NS[other]}" vpn show)" '^only-there '
	"$VPNGWCTL" -n "${NS[other]}" flush
	eq "$("$VPNGWCTL" -n "${NS[other]}" -j vpn show)" "[]" "vpns there"
	eq "$(vctl save)" "$before" "configuration here"
}

namespaces_hear_their_own_events()
{
	start monitor "$VPNGWCTL" -n "${NS[gw]}" -d monitor config
	wait_for grep -q ready "$tmp/monitor"
	"$VPNGWCTL" -n "${NS[other]}" vpn add there
	vctl vpn add here
	wait_for grep -q 'vpn-new here' "$tmp/monitor"
	hasnt "$(< "$tmp/monitor")" 'there'
	stop monitor
}

# Its index may be that of another device here, or of none.
device_of_another_namespace_cannot_be_bound()
{
	fails 1 vctl interface add spare-other vpn blue
	has "$err" 'spare-other'
	vctl interface add spare-gw vpn blue
}

run_tests
