// SPDX-License-Identifier: GPL-2.0
/* Why packets are dropped, and what to do about it. */
#include "reason.h"

#include <assert.h>
#include <stdio.h>

#include "vpngwctl.h"

/**
 * struct reason - why packets are dropped
 * @name: short name
 * @sentence: what it means and what to do
 */
struct reason {
	const char *name;
	const char *sentence;
};

static const struct reason reasons[] = {
	[VPNGW_REASON_MALFORMED] = {
		"malformed",
		"the packet is too short, its lengths contradict each other, or it leaves a checksum to be made where none is; look at the sender, or at a link that damages packets",
	},
	[VPNGW_REASON_CHECKSUM] = {
		"checksum",
		"an ICMP message or the header it quotes has a bad checksum, or UDP on its way to IPv6 has none and can be given none; look for a link or an offload that damages packets",
	},
	[VPNGW_REASON_FRAGMENT] = {
		"fragment",
		"fragments did not make a whole packet in time; look for loss before the gateway, or raise net.ipv4.ipfrag_high_thresh; those of IPv6 need nf_defrag_ipv6 loaded before vpngw",
	},
	[VPNGW_REASON_IP_OPTIONS] = {
		"ip-options",
		"the packet has a source route, a routing header with segments left or IP options that do not parse; such packets are never forwarded",
	},
	[VPNGW_REASON_PROTOCOL] = {
		"protocol",
		"the protocol has no ports, so that a pool cannot carry it; add a mapping of the host's whole address; GRE of PPTP needs to have its control connection pass here",
	},
	[VPNGW_REASON_ICMP_TYPE] = {
		"icmp-type",
		"the ICMP message is neither a query nor an error about a flow, or has no counterpart in the other IP version; nothing need be done",
	},
	[VPNGW_REASON_ICMP_NO_FLOW] = {
		"icmp-no-flow",
		"an ICMP error quotes a packet of no flow: it came too late or is forged; nothing need be done",
	},
	[VPNGW_REASON_NO_STATE] = {
		"no-state",
		"the packet belongs to no flow and cannot start one, as TCP without SYN; hosts will start anew, and longer timeouts make it rarer",
	},
	[VPNGW_REASON_NO_POOL] = {
		"no-pool",
		"no pool of the ext with the server's IP version may be used by this VPN; add one with \"pool add\"",
	},
	[VPNGW_REASON_POOL_EXHAUSTED] = {
		"pool-exhausted",
		"every outside port of the host's pool address is taken; add addresses or ports to the pools, or limit hosts with max-mappings-per-host",
	},
	[VPNGW_REASON_MAX_FLOWS] = {
		"max-flows",
		"the VPN has as many flows as it may; raise it with \"vpn set VPN max-flows N\"",
	},
	[VPNGW_REASON_MAX_MAPPINGS] = {
		"max-mappings",
		"the host has as many mappings as it may; raise it with \"vpn set VPN max-mappings-per-host N\", or look what the host does",
	},
	[VPNGW_REASON_NO_MEMORY] = {
		"no-memory",
		"there was no memory for a new flow; add memory or limit flows with max-flows",
	},
	[VPNGW_REASON_CLASH] = {
		"clash",
		"two sessions would have had the same addresses and ports outside; see \"mapping show\" for mappings that exclude each other; of PPTP calls it was the call id, so give each VPN a pool of its own",
	},
	[VPNGW_REASON_NO_MAPPING] = {
		"no-mapping",
		"an outside packet came to a pool address and port that no host has; a server that VPN hosts offer needs \"mapping add\"",
	},
	[VPNGW_REASON_NO_ALIAS] = {
		"no-alias",
		"an outside host without an address in the VPN sent to one of its hosts, or an address in a prefix stands for none on the other side; let it in with \"alias add\"",
	},
	[VPNGW_REASON_FILTERED] = {
		"filtered",
		"an outside host sent to a VPN host that had not sent to it; a server that VPN hosts offer needs an alias for its clients",
	},
	[VPNGW_REASON_RP_FILTER] = {
		"rp-filter",
		"the source address is not reachable by the interface the packet came in by; mend the routes of the VRF, or set rp_filter to 2 or 0",
	},
	[VPNGW_REASON_FORWARDING_OFF] = {
		"forwarding-off",
		"forwarding is off on the interface the packet came in by; sysctl net.ipv4.conf.DEV.forwarding=1",
	},
	[VPNGW_REASON_NO_ROUTE] = {
		"no-route",
		"there is no route to the destination on the other side; add one to the table of the VRF, or to the main table",
	},
	[VPNGW_REASON_VRF_GONE] = {
		"vrf-gone",
		"the VRF of the vpn or ext was deleted; make it anew, then vpngwctl vpn set NAME vrf DEV (or ext set)",
	},
	[VPNGW_REASON_TTL] = {
		"ttl",
		"the TTL expired here: a traceroute, or a routing loop",
	},
	[VPNGW_REASON_MTU] = {
		"mtu",
		"the packet does not fit and may not be fragmented; the sender was told, and if it keeps on, something drops its ICMP",
	},
	[VPNGW_REASON_POLICY] = {
		"policy",
		"the route or an IPsec policy on the other side forbids it; see \"ip route get\" and \"ip xfrm policy\"",
	},
	[VPNGW_REASON_SPOOFED] = {
		"spoofed",
		"the source address is broadcast, multicast, loopback, zero, the gateway's own, an alias or an outside address; look who sends it",
	},
	[VPNGW_REASON_CROSSING] = {
		"crossing",
		"no alias translates it, and plain routing leads into another VPN, or between a VPN and an external network; add an alias, or mend the routes",
	},
	[VPNGW_REASON_MAX_VPN_MAPPINGS] = {
		"max-vpn-mappings",
		"the VPN has as many mappings as it may; raise it with \"vpn set VPN max-mappings N\"",
	},
	[VPNGW_REASON_MAX_HOST_FLOWS] = {
		"max-host-flows",
		"the host has as many flows as it may; raise it with \"vpn set VPN max-flows-per-host N\", or look what the host does",
	},
	[VPNGW_REASON_MAX_HALF_OPEN] = {
		"max-half-open",
		"too many of the VPN's flows are still unanswered: a host scans, or a server is down; else raise it with \"vpn set VPN max-half-open N\" or \"set max-half-open N\"",
	},
	[VPNGW_REASON_NEW_FLOW_RATE] = {
		"new-flow-rate",
		"the VPN starts flows faster than it may; raise it with \"vpn set VPN new-flow-rate N\", or look what its hosts do",
	},
	[VPNGW_REASON_TABLE_FULL] = {
		"table-full",
		"the VPN has its share of what all VPNs may have together; limit the largest with \"vpn set VPN max-flows N\", or raise \"set max-flows N\" and \"set max-mappings N\"",
	},
	[VPNGW_REASON_STRICT] = {
		"strict",
		"a strict VPN sent to something that is neither its own nor behind an alias; add an alias, or allow it with \"vpn set VPN strict off\"",
	},
	[VPNGW_REASON_HAIRPIN] = {
		"hairpin",
		"a VPN host sent to the outside address of a VPN host, and not both VPNs have hairpin; allow it with \"vpn set VPN hairpin on\" for each",
	},
};

#define REASONS		(VPNGW_REASON_HAIRPIN + 1)

/* A new reason in the ABI needs its sentence here. */
static_assert(ARRAY_SIZE(reasons) == REASONS, "a reason lacks its sentence");

/**
 * reason_name - short name of a reason
 * @reason: the reason
 * @number: where to write one that is newer than this tool
 */
const char *reason_name(uint32_t reason, char number[REASON_NAME_SIZE])
{
	if (reason < ARRAY_SIZE(reasons))
		return reasons[reason].name;
	snprintf(number, REASON_NAME_SIZE, "reason-%u", reason);
	return number;
}

/**
 * reason_sentence - what a reason means and what to do
 * @reason: the reason
 */
const char *reason_sentence(uint32_t reason)
{
	if (reason < ARRAY_SIZE(reasons))
		return reasons[reason].sentence;
	return "the module is newer than this tool";
}
