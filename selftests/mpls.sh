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
		route add 10.2.0.0/24 encap mpls 1300 via inet 192.0.2.2 dev u0
	END
}

setup_or_die
run_python mpls
