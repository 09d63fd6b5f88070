#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What else a gateway does: other traffic is tracked, masqueraded, sent to a server
# inside, put into a flowtable and bridged, by rules that would also match what vpngw
# translates. Neither disturbs the other.
#
#   10.0.0.2 -- a0 [vrf a]                   \        / s0 -- 47.0.0.10
#   10.0.0.2 -- b0 [vrf b]                    \      /
#   10.0.0.2 -- c0 \                           gw ==    x0 \
#                   bridge br-c, vpn c        /      \       bridge br-x, ext other -- 48.0.0.10
#               c1 /                         /        \ x1 /
#  192.0.2.2 -- u0, LAN, bound to nothing --/          w0, WAN -- 198.51.100.2
#
# See bed_taps in lib.sh for a, b and s0.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps
	VPNGW_BRIDGE_NF=no
	! modprobe -q br_netfilter || VPNGW_BRIDGE_NF=yes
	VPNGW_QUEUE=no
	! { modprobe -q nfnetlink_queue && modprobe -q nft_queue; } ||
		VPNGW_QUEUE=yes
	export VPNGW_BRIDGE_NF VPNGW_QUEUE
	{
		tap w0 198.51.100.1/24
		neighbours w0 198.51.100.2
		for bridge in c x; do
			echo "link add br-$bridge address $(mac gw br-$bridge) type bridge"
			for port in 0 1; do
				echo "tuntap add dev $bridge$port mode tap"
				echo "link set $bridge$port address $(mac gw $bridge$port) master br-$bridge"
				echo "link set $bridge$port up"
			done
			echo "link set br-$bridge up"
		done
		echo "addr add 10.0.0.1/24 dev br-c"
		echo "addr add 48.0.0.1/24 dev br-x"
		neighbours br-c 10.0.0.2
		neighbours br-x 48.0.0.10
	} | ip_in gw
	config <<-END
		vpn add c
		ext add other
		interface add br-c vpn c
		interface add br-x ext other
		pool add other ext other address 48.0.0.200
		alias add c 10.0.0.100 to 47.0.0.10 ext carrier
		alias add c 10.0.0.101 to 48.0.0.10 ext other
		mapping add a proto udp inside 10.0.0.2:4000 outside 47.0.0.210:4000 ext carrier
	END
	in_ns gw nft -f - <<-END
	table ip nat {
		chain prerouting {
			type nat hook prerouting priority dstnat;
			iifname "w0" tcp dport 8080 dnat to 192.0.2.2:80
			# what would catch vpngw's
			ip daddr { 10.0.0.100, 10.0.0.101, 47.0.0.200, 47.0.0.210, 48.0.0.200 } dnat to 192.0.2.2
		}
		chain postrouting {
			type nat hook postrouting priority srcnat;
			oifname "w0" masquerade
			oifname { "s0", "br-x", "a0", "b0", "br-c" } masquerade
		}
	}
	table ip filter {
		flowtable fast {
			hook ingress priority 0; devices = { u0, w0, a0, b0, s0, br-c, br-x }
		}
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state invalid counter drop
			ct state established counter name "offloaded" flow add @fast
			ct state established,related,new counter accept
			ct state untracked counter name "ours" accept
		}
		counter ours { }
		counter offloaded { }
	}
	END
}

setup_or_die
run_python coexist
