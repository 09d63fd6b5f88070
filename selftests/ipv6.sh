#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The four cases at once, in two VPNs with the same addresses, between real
# sockets: hosts and servers may each have IPv4 or IPv6, and either side starts.
#
#   blue  10.0.0.2 fd00::2 ---- [vrf blue]   \       10.0.0.100 = 47.0.0.10
#                                             gw --- fd00::100 = 2001:db8:47::10
#   red   10.0.0.2 fd00::2 ---- VLAN, bare   /       fd00::104 = 47.0.0.10
#                                                    10.0.0.106 = 2001:db8:47::10
#
# see bed_hosts_both in lib.sh. Static mappings: port 4000 (UDP), 22 (TCP) and
# query 77 of the hosts, in each case, at an outside port for each VPN.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	local vpn n=0

	bed_hosts_both
	for vpn in blue red; do
		cat <<-END
			mapping add $vpn proto udp inside 10.0.0.2:4000 outside 47.0.0.210:$((4000 + n))
			mapping add $vpn proto tcp inside 10.0.0.2:22 outside 47.0.0.210:$((2200 + n))
			mapping add $vpn proto icmp inside 10.0.0.2:77 outside 47.0.0.210:$((770 + n))
			mapping add $vpn proto udp inside [fd00::2]:4000 outside 47.0.0.211:$((4000 + n))
			mapping add $vpn proto tcp inside [fd00::2]:22 outside 47.0.0.211:$((2200 + n))
			mapping add $vpn proto icmp inside [fd00::2]:77 outside 47.0.0.211:$((770 + n))
			mapping add $vpn proto udp inside 10.0.0.2:4000 outside [2001:db8:47::210]:$((4000 + n))
			mapping add $vpn proto tcp inside 10.0.0.2:22 outside [2001:db8:47::210]:$((2200 + n))
			mapping add $vpn proto icmp inside 10.0.0.2:77 outside [2001:db8:47::210]:$((770 + n))
			mapping add $vpn proto udp inside [fd00::2]:4000 outside [2001:db8:47::211]:$((4000 + n))
			mapping add $vpn proto tcp inside [fd00::2]:22 outside [2001:db8:47::211]:$((2200 + n))
			mapping add $vpn proto icmp inside [fd00::2]:77 outside [2001:db8:47::211]:$((770 + n))
		END
		n=$((n + 1))
	done | config
}

setup_or_die
run_python ipv6
