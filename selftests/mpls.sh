#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MPLS (RFC 3031) popped into VRFs, as BGP/MPLS VPNs (RFC 4364) have it: packets of
# both VPNs come over one core link, which is bound to nothing, with a label each, and
# appear on the VRF only; answers leave over the core link with the far end's labels.
#
#   10.0.0.2 \  label 100 -> [vrf a]\
#             core u0                gw -- s0 -- 47.0.0.10
#   10.0.0.2 /  label 200 -> [vrf b]/
#             labels 1100, 1200 <-
#
# The test holds the other end of u0 and s0. See bed_taps in lib.sh for the rest.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	modprobe mpls_router
	# Labels can be pushed where the kernel has CONFIG_MPLS_IPTUNNEL. Without, there
	# are fewer cases.
	VPNGW_MPLS_ENCAP=no
	! modprobe -q mpls_iptunnel || VPNGW_MPLS_ENCAP=yes
	export VPNGW_MPLS_ENCAP
	bed_taps
	ns6 gw
	ip_in gw <<-END
		addr add 2001:db8:47::1/64 dev s0 nodad
		neigh replace 2001:db8:47::10 lladdr 02:00:00:00:00:99 dev s0 nud permanent
		addr add 2001:db8:99::1/64 dev u0 nodad
		neigh replace 2001:db8:99::2 lladdr 02:00:00:00:00:99 dev u0 nud permanent
		addr add fd00::1/64 dev a0 nodad
		addr add fd00::1/64 dev b0 nodad
	END
	config <<-END
		pool add out6 ext carrier address 2001:db8:47::200
		alias add a fd00::100 to 2001:db8:47::10
		alias add b fd00::100 to 2001:db8:47::10
		alias add a fd00::104 to 47.0.0.10
		alias add b fd00::104 to 47.0.0.10
	END
	in_ns gw bash -c '
		echo 10000 > /proc/sys/net/mpls/platform_labels
		echo 1 > /proc/sys/net/mpls/conf/u0/input'
	ip -n "${NS[gw]}" -f mpls -batch - <<-END
		route add 100 dev a
		route add 200 dev b
	END
	[ "$VPNGW_MPLS_ENCAP" = no ] || ip_in gw <<-END
		route add vrf a 10.1.0.0/24 encap mpls 1100 via inet 192.0.2.2 dev u0
		route add vrf b 10.1.0.0/24 encap mpls 1200 via inet 192.0.2.2 dev u0
		route add vrf a fd00:1::/64 encap mpls 1100 via 2001:db8:99::2 dev u0
		route add vrf b fd00:1::/64 encap mpls 1200 via 2001:db8:99::2 dev u0
		route add 10.2.0.0/24 encap mpls 1300 via inet 192.0.2.2 dev u0
	END
}

setup_or_die
run_python mpls
