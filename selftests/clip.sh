#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Classical IP over ATM (RFC 2225) as the port of a VPN. Its devices are of use in the
# initial namespace only, which therefore is the gateway's; the routers at the far
# ends are VRFs of it.
#
#                     router of blue               gw
#   blue   10.0.0.2 -- r-blue [cblue] k-blue ==== t-blue [vrf blue] \
#                                         circuits                   s0 ---- srv
#   green  10.0.0.2 -- r-green [cgreen] k-green == t-green          /
#
# See bed_ports in lib.sh for the rest.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

[ -n "${VPNGW_GUEST:-}" ] || skip_all "takes the initial namespace, and so a guest"
modprobe -q clip || skip_all "this kernel has no clip"
# Where it is built in, its devices stay for ever.
grep -q '^clip ' /proc/modules || skip_all "clip is no module, its devices cannot be removed"

settings=(ipv6/conf/{all,default}/disable_ipv6 ipv4/{ip_forward,icmp_ratelimit}
	  ipv4/conf/{all,default}/{rp_filter,send_redirects,forwarding})
declare -A saved
for name in "${settings[@]}"; do
	saved[$name]=$(< "/proc/sys/net/$name")
done

# shellcheck disable=SC2317 # called by a trap
restore()
{
	local dev

	cleanup
	for dev in u0 s0 blue cblue cgreen; do
		ip link del "$dev" 2>/dev/null
	done
	for name in "${settings[@]}"; do
		echo "${saved[$name]}" > "/proc/sys/net/$name"
	done
}
trap restore EXIT

setup()
{
	NS[gw]=vpngw-$run-gw
	ip netns attach "${NS[gw]}" $$
	bed_ports
}

setup_or_die
run_python clip
