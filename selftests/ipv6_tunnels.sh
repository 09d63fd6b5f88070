#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# IPv6 hosts behind ports of several kinds: VLAN, GRE, WireGuard; and an IPv6
# tunnel. See bed_ports in lib.sh; hosts are fd00::2, too, gw fd00::1 in both VPNs,
# and
#
#   fd00::100 is srv, 2001:db8:47::10    fd00::104 is srv, 47.0.0.10
#   10.0.0.106 is 2001:db8:47::10
#
# blue has a VRF, green has none.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_ports_both
	ip_in gw <<-END
		addr add 2001:db8:192::1/64 dev u0 nodad
	END
	ip_in peer <<-END
		addr add 2001:db8:192::2/64 dev eth0 nodad
	END
}

setup_or_die
run_python ipv6_tunnels
