// SPDX-License-Identifier: GPL-2.0
/*
 * The slow path: every packet that comes in by a bound device, before
 * defragmentation and conntrack see it.
 */
#include "hook.h"

#include <linux/bottom_half.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_arp.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>

#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "addr.h"
#include "error.h"
#include "flow.h"
#include "forward.h"
#include "fragment.h"
#include "icmp.h"
#include "iface.h"
#include "local.h"
#include "mapping.h"
#include "mss.h"
#include "neigh.h"
#include "plain.h"
#include "pptp.h"
#include "realm.h"
#include "rewrite.h"
#include "route.h"
#include "session.h"
#include "stats.h"
#include "tuple.h"

/* Before defragmentation (-400) and conntrack (-200). */
#define VPNGW_HOOK_PRIORITY	(-450)

static unsigned int vpngw_hook_drop(struct vpngw_realm *realm,
				    struct sk_buff *skb, int reason)
{
	vpngw_stats_drop(realm->stats, reason);
	kfree_skb(skb);
	return NF_STOLEN;
}

/* What the sender is told of a drop, in its own view; RFC 5508 REQ-8 with the
 * code that is set, as it and RFC 6888 REQ-11 name different ones.
 */
static void vpngw_hook_tell(struct vpngw_realm *realm,
			    const struct net_device *dev,
			    const struct sk_buff *skb, int reason)
{
	enum vpngw_icmp_tell tell;

	switch (reason) {
	case VPNGW_REASON_NO_ROUTE:
		tell = VPNGW_ICMP_NO_ROUTE;
		break;
	case VPNGW_REASON_POLICY:
	case VPNGW_REASON_CROSSING:
	case VPNGW_REASON_STRICT:
	case VPNGW_REASON_HAIRPIN:
		tell = VPNGW_ICMP_FILTERED;
		break;
	case VPNGW_REASON_NO_POOL:
	case VPNGW_REASON_POOL_EXHAUSTED:
	case VPNGW_REASON_MAX_FLOWS:
	case VPNGW_REASON_MAX_MAPPINGS:
	case VPNGW_REASON_MAX_VPN_MAPPINGS:
	case VPNGW_REASON_MAX_HOST_FLOWS:
	case VPNGW_REASON_MAX_HALF_OPEN:
	case VPNGW_REASON_NEW_FLOW_RATE:
	case VPNGW_REASON_TABLE_FULL:
		tell = VPNGW_ICMP_NO_RESOURCES;
		break;
	case VPNGW_REASON_TTL:
		tell = VPNGW_ICMP_TTL;
		break;
	case VPNGW_REASON_PROTOCOL:
		/* RFC 6146 section 3.4; between IPv4 hosts nobody asks for it. */
		if (skb->protocol != htons(ETH_P_IPV6))
			return;
		tell = VPNGW_ICMP_PROTOCOL;
		break;
	case VPNGW_REASON_IP_OPTIONS:
		tell = VPNGW_ICMP_SOURCE_ROUTE;
		break;
	default:
		return;
	}
	vpngw_icmp_error(realm, dev, skb, tell, 0);
}

/* The packet of one VPN host for another, which meet in an ext: it is translated
 * once, by the flows of both.
 */
static int vpngw_hook_turn(const struct vpngw_iface *iface,
			   struct vpngw_flow *flow, struct sk_buff *skb,
			   struct vpngw_packet *p,
			   const struct vpngw_tuple *outside)
{
	struct vpngw_realm *ext = flow->mapping->ext;
	struct vpngw_packet turned = *p;
	unsigned int len = skb->len;
	struct dst_entry *dst;
	struct vpngw_flow *peer;
	struct vpngw_tuple to;
	int reason;

	reason = VPNGW_REASON_HAIRPIN;
	if (!READ_ONCE(iface->realm->policy.hairpin))
		return reason;
	vpngw_tuple_copy(&turned.tuple, outside);
	peer = vpngw_flow_find(ext, outside);
	if (!peer)
		peer = vpngw_session_turn(ext, skb, &turned, &reason);
	if (!peer) {
		/* What is filtered on the way in has gone out, and lets the
		 * other's packets in.
		 */
		if (reason == VPNGW_REASON_FILTERED)
			vpngw_flow_update(flow, iface, VPNGW_SIDE_INSIDE, p,
					  len);
		return reason;
	}
	reason = VPNGW_REASON_HAIRPIN;
	if (!READ_ONCE(peer->mapping->vpn->policy.hairpin))
		return reason;
	vpngw_tuple_reverse(&to, &peer->dir[VPNGW_SIDE_INSIDE].tuple);
	dst = vpngw_forward_route(peer, VPNGW_SIDE_OUTSIDE, skb, &to,
				  &peer->route[VPNGW_SIDE_OUTSIDE], &reason);
	if (!dst)
		return reason;
	reason = vpngw_forward_check_route(iface->realm, skb, dst);
	if (reason != VPNGW_OK)
		goto err_put_route;
	reason = VPNGW_REASON_NO_MEMORY;
	if ((p->tcp_flags & TCPHDR_SYN) && vpngw_mss_clamp(iface, skb, p, dst))
		goto err_put_route;
	reason = vpngw_forward_translate(skb, p, &to);
	if (reason != VPNGW_OK)
		goto err_put_route;

	vpngw_flow_update(flow, iface, VPNGW_SIDE_INSIDE, p, len);
	vpngw_flow_update(peer, iface, VPNGW_SIDE_OUTSIDE, &turned, len);
	vpngw_forward_count(flow, VPNGW_SIDE_INSIDE, len);
	vpngw_forward_count(peer, VPNGW_SIDE_OUTSIDE, len);
	vpngw_forward_send(peer, skb, dst);
	return VPNGW_OK;

err_put_route:
	dst_release(dst);
	return reason;
}

static __always_inline int
vpngw_hook_may_translate(const struct vpngw_iface *iface,
			 const struct vpngw_flow *flow,
			 const struct sk_buff *skb)
{
	struct vpngw_realm *realm = iface->realm;

	if (unlikely(vpngw_forward_ttl(skb) <= 1))
		return VPNGW_REASON_TTL;
	/* Both its ends are VPN hosts: none of it ever comes from an ext. */
	if (realm->side == VPNGW_SIDE_OUTSIDE &&
	    unlikely(vpngw_flow_is_hairpin(flow)))
		return VPNGW_REASON_SPOOFED;
	/* A flow moves to another device only with a source that belongs
	 * there.
	 */
	if (realm->side == VPNGW_SIDE_INSIDE &&
	    unlikely(READ_ONCE(flow->iface_uid) != iface->uid))
		return vpngw_route_check_source(&realm->route, skb);
	return VPNGW_OK;
}

/**
 * vpngw_hook_check_flow - may a packet of a flow be translated?
 * @iface: the device that it came in by
 * @flow: its flow
 * @skb: the packet
 *
 * Context: RCU read section.
 * Return: VPNGW_OK or the &enum vpngw_reason why not.
 */
int vpngw_hook_check_flow(const struct vpngw_iface *iface,
			  const struct vpngw_flow *flow,
			  const struct sk_buff *skb)
{
	return vpngw_hook_may_translate(iface, flow, skb);
}

static int vpngw_hook_translate(const struct vpngw_iface *iface,
				struct vpngw_flow *flow, struct sk_buff *skb,
				struct vpngw_packet *p, bool first)
{
	struct vpngw_realm *realm = iface->realm;
	enum vpngw_side side = realm->side;
	unsigned int len = skb->len;
	struct dst_entry *dst;
	struct vpngw_tuple to;
	int reason;

	reason = vpngw_hook_may_translate(iface, flow, skb);
	if (unlikely(reason != VPNGW_OK))
		return reason;
	if (!vpngw_forward_is_allowed(skb))
		return VPNGW_REASON_POLICY;
	if (unlikely(vpngw_pptp_is_control(flow))) {
		reason = vpngw_pptp_watch(iface, flow, skb, p);
		if (reason != VPNGW_OK)
			return reason;
	}
	vpngw_tuple_reverse(&to, &flow->dir[!side].tuple);
	if (unlikely(vpngw_flow_is_hairpin(flow)) && side == VPNGW_SIDE_INSIDE)
		return vpngw_hook_turn(iface, flow, skb, p, &to);
	/* Many flows have but one packet: not worth keeping a route for. */
	dst = vpngw_forward_route(flow, side, skb, &to,
				  first ? NULL : &flow->route[side], &reason);
	if (unlikely(!dst))
		return reason;
	reason = vpngw_forward_check_route(realm, skb, dst);
	if (unlikely(reason != VPNGW_OK))
		goto err_put_route;
	reason = VPNGW_REASON_NO_MEMORY;
	if (unlikely(p->tcp_flags & TCPHDR_SYN) &&
	    vpngw_mss_clamp(iface, skb, p, dst))
		goto err_put_route;
	reason = vpngw_forward_translate(skb, p, &to);
	if (unlikely(reason != VPNGW_OK))
		goto err_put_route;

	vpngw_flow_update(flow, iface, side, p, len);
	vpngw_forward_count(flow, side, len);
	vpngw_forward_send(flow, skb, dst);
	return VPNGW_OK;

err_put_route:
	dst_release(dst);
	return reason;
}

static int vpngw_hook_translate_own(const struct vpngw_iface *own,
				    const struct net_device *out,
				    struct vpngw_flow *flow,
				    struct sk_buff *skb,
				    struct vpngw_packet *p)
{
	enum vpngw_side side = VPNGW_SIDE_OUTSIDE;
	u8 family = p->tuple.family;
	unsigned int len = skb->len;
	struct dst_entry *dst;
	struct vpngw_tuple to;
	int reason;
	u32 mtu;

	if (unlikely(vpngw_pptp_is_control(flow))) {
		reason = vpngw_pptp_watch(own, flow, skb, p);
		if (reason != VPNGW_OK)
			return reason;
	}
	vpngw_tuple_reverse(&to, &flow->dir[!side].tuple);
	dst = vpngw_forward_route(flow, side, skb, &to, &flow->route[side],
				  &reason);
	if (!dst)
		return reason;
	mtu = vpngw_forward_mtu(skb, dst, dst_mtu(dst));
	reason = VPNGW_REASON_MTU;
	if (vpngw_forward_too_big(skb, mtu)) {
		/* The socket learns it like that of any other host. */
		vpngw_icmp_error(own->realm, out, skb, VPNGW_ICMP_TOO_BIG, mtu);
		goto err_put_route;
	}
	reason = VPNGW_REASON_NO_MEMORY;
	if ((p->tcp_flags & TCPHDR_SYN) && vpngw_mss_clamp(own, skb, p, dst))
		goto err_put_route;
	reason = vpngw_forward_translate(skb, p, &to);
	if (reason != VPNGW_OK)
		goto err_put_route;

	vpngw_flow_update(flow, own, side, p, len);
	vpngw_forward_count(flow, side, len);
	return vpngw_forward_on(own, flow, skb, dst, family != to.family);

err_put_route:
	dst_release(dst);
	return reason;
}

static int vpngw_hook_ours(struct vpngw_iface *iface, struct sk_buff *skb,
			   struct vpngw_packet *p)
{
	struct vpngw_flow *flow;
	int reason;

	reason = vpngw_tuple_read(skb, p);
	if (unlikely(reason != VPNGW_OK))
		return vpngw_session_stray(iface, skb, p, reason);
	if (p->icmp_error)
		return vpngw_error_translate(iface, skb, p);
	flow = vpngw_flow_find_packet(iface->realm, &p->tuple);
	if (likely(flow))
		return vpngw_hook_translate(iface, flow, skb, p, false);
	flow = vpngw_session_start(iface, skb, p, &reason);
	if (!flow)
		return reason;
	return vpngw_hook_translate(iface, flow, skb, p, true);
}

static int vpngw_hook_packet(struct vpngw_iface *iface, struct sk_buff *skb)
{
	struct vpngw_packet p;
	int reason;

	reason = vpngw_hook_ours(iface, skb, &p);
	if (reason == VPNGW_PASS)
		return vpngw_plain_check_source(iface, skb, &p.tuple);
	return reason;
}

/* Frames that a bridge only shows to the IP hooks, on their way to others. */
static bool vpngw_hook_is_bridged(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	const struct nf_bridge_info *info = nf_bridge_info_get(skb);

	return info && info->pkt_otherhost;
#else
	return false;
#endif
}

/* Whether it was seen before, when it came in by the VRF's member. */
static bool vpngw_hook_is_second(const struct sk_buff *skb, u8 pf)
{
	return pf == NFPROTO_IPV4 ? IPCB(skb)->flags & IPSKB_L3SLAVE :
				    IP6CB(skb)->flags & IP6SKB_L3SLAVE;
}

/* What stays on a link is nobody's to translate. */
static bool vpngw_hook_is_of_link(const struct sk_buff *skb, u8 pf)
{
	return pf == NFPROTO_IPV6 &&
	       ipv6_addr_type(&ipv6_hdr(skb)->daddr) &
	       (IPV6_ADDR_LINKLOCAL | IPV6_ADDR_MULTICAST);
}

static unsigned int vpngw_hook_incoming(struct sk_buff *skb,
					const struct nf_hook_state *state)
{
	struct vpngw_net *vn = vpngw_net_get(state->net);
	struct vpngw_iface *iface;
	struct vpngw_realm *realm;
	int reason, err;

	if (vpngw_hook_is_second(skb, state->pf))
		return NF_ACCEPT;
	iface = vpngw_iface_lookup(vn, state->in->ifindex);
	if (!iface || vpngw_hook_is_bridged(skb))
		return NF_ACCEPT;
	if (state->pf == NFPROTO_IPV6 && vpngw_neigh_ns_in(iface, skb))
		return NF_STOLEN;
	if (skb->pkt_type != PACKET_HOST ||
	    vpngw_hook_is_of_link(skb, state->pf))
		return NF_ACCEPT;
	realm = iface->realm;

	if (unlikely(vpngw_fragment_is(skb))) {
		err = vpngw_fragment_gather(realm, skb);
		if (err && err != -EINPROGRESS)
			vpngw_stats_drop(realm->stats, VPNGW_REASON_FRAGMENT);
		if (err)
			return NF_STOLEN;
		/* Its sender fragmented it, whatever DF says. */
		skb->ignore_df = 1;
	}
	reason = vpngw_hook_packet(iface, skb);
	switch (reason) {
	case VPNGW_OK:
		return NF_STOLEN;
	case VPNGW_PASS:
		return NF_ACCEPT;
	}
	vpngw_hook_tell(realm, skb->dev, skb, reason);
	return vpngw_hook_drop(realm, skb, reason);
}

static unsigned int vpngw_hook_pre_routing(void *priv, struct sk_buff *skb,
					   const struct nf_hook_state *state)
{
	unsigned int verdict;

	if (likely(softirq_count()))
		return vpngw_hook_incoming(skb, state);
	/* Given back by a queue of a chain before us. */
	local_bh_disable();
	verdict = vpngw_hook_incoming(skb, state);
	local_bh_enable();
	return verdict;
}

static void vpngw_hook_daddr(const struct sk_buff *skb, struct in6_addr *daddr)
{
	if (skb->protocol == htons(ETH_P_IP))
		vpngw_addr_set_v4(daddr, ip_hdr(skb)->daddr);
	else
		*daddr = ipv6_hdr(skb)->daddr;
}

/* What MPLS pops into a VRF shows up as output of the VRF, not as input. What is
 * for one of our addresses is turned round: then it comes in by the VRF, and is
 * checked there as anything that comes in.
 */
static bool vpngw_hook_turn_popped(struct vpngw_net *vn, struct sk_buff *skb)
{
	const struct vpngw_iface *iface;
	struct net_device *dev = skb->dev;
	struct in6_addr daddr;

	/* The gateway's own packets have not come in by any device. */
	if (!dev || !skb->skb_iif || skb->sk || !netif_is_l3_master(dev) ||
	    skb->pkt_type != PACKET_HOST)
		return false;
	iface = vpngw_iface_lookup(vn, dev->ifindex);
	vpngw_hook_daddr(skb, &daddr);
	if (!iface || !vpngw_neigh_answers(iface, dev, &daddr))
		return false;
	skb_dst_drop(skb);
	/* The VRF has taken off the header that was made for it. */
	skb_set_mac_header(skb, -ETH_HLEN);
	netif_rx(skb);
	return true;
}

static int vpngw_hook_own(struct vpngw_iface *own,
			  const struct net_device *out, struct sk_buff *skb)
{
	struct vpngw_packet p;
	struct vpngw_flow *flow;
	int reason;

	reason = vpngw_tuple_read(skb, &p);
	if (reason != VPNGW_OK)
		return vpngw_session_stray(own, skb, &p, reason);
	if (p.icmp_error)
		return vpngw_error_translate(own, skb, &p);
	flow = vpngw_flow_find_packet(own->realm, &p.tuple);
	if (!flow)
		flow = vpngw_session_start(own, skb, &p, &reason);
	if (!flow)
		return reason;
	return vpngw_hook_translate_own(own, out, flow, skb, &p);
}

/* What the gateway itself sends to VPN hosts, by their outside addresses. */
static unsigned int vpngw_hook_local_out(void *priv, struct sk_buff *skb,
					 const struct nf_hook_state *state)
{
	struct vpngw_net *vn = vpngw_net_get(state->net);
	struct vpngw_iface own = { .vn = vn };
	struct in6_addr daddr;
	int reason;

	if (vpngw_hook_turn_popped(vn, skb))
		return NF_STOLEN;
	/* What leaves by a VRF's member is shown twice, first on the VRF. */
	if (!skb_dst(skb) || skb_dst(skb)->dev != state->out ||
	    vpngw_hook_is_of_link(skb, state->pf) || vpngw_fragment_is(skb))
		return NF_ACCEPT;
	own.realm = vpngw_error_of_translated(vn, skb);
	if (unlikely(own.realm))
		return vpngw_hook_drop(own.realm, skb, VPNGW_REASON_MTU);
	vpngw_hook_daddr(skb, &daddr);
	own.realm = vpngw_local_toward(vn, state->out, &daddr);
	if (likely(!own.realm))
		return NF_ACCEPT;
	/* As for packets that come in: sockets send with BH on. */
	local_bh_disable();
	reason = vpngw_hook_own(&own, state->out, skb);
	if (reason != VPNGW_OK && reason != VPNGW_PASS)
		vpngw_hook_tell(own.realm, state->out, skb, reason);
	local_bh_enable();
	switch (reason) {
	case VPNGW_OK:
		return NF_STOLEN;
	case VPNGW_PASS:
		return NF_ACCEPT;
	}
	return vpngw_hook_drop(own.realm, skb, reason);
}

/* What no alias translates is routed by the stack. */
static unsigned int vpngw_hook_forwarded(void *priv, struct sk_buff *skb,
					 const struct nf_hook_state *state)
{
	struct vpngw_net *vn = vpngw_net_get(state->net);
	const struct net_device *dev;
	const struct vpngw_iface *from;
	int reason;

	/* Only what was translated is forwarded as outgoing. */
	if (skb->pkt_type == PACKET_OUTGOING)
		return NF_ACCEPT;
	/* The member, where skb->dev is the VRF. */
	dev = dev_get_by_index_rcu(state->net, state->pf == NFPROTO_IPV4 ?
					       IPCB(skb)->iif :
					       IP6CB(skb)->iif);
	from = dev ? vpngw_iface_lookup(vn, dev->ifindex) : NULL;
	if (!from)
		return NF_ACCEPT;
	reason = vpngw_plain_check(from, skb, state->out);
	if (reason == VPNGW_OK)
		return NF_ACCEPT;
	/* BH is on for what a queue of a chain before us has given back. */
	local_bh_disable();
	vpngw_hook_tell(from->realm, dev, skb, reason);
	local_bh_enable();
	return vpngw_hook_drop(from->realm, skb, reason);
}

/* Unregistered in this order. */
static const struct nf_hook_ops vpngw_hook_ops[] = {
	{
		.hook		= vpngw_hook_pre_routing,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= VPNGW_HOOK_PRIORITY,
	},
	{
		.hook		= vpngw_hook_local_out,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= VPNGW_HOOK_PRIORITY,
	},
	{
		.hook		= vpngw_hook_forwarded,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_FORWARD,
		/* Behind the operator's chains: 6.1 warns when a hook goes
		 * that stands before one with packets in a queue.
		 */
		.priority	= NF_IP_PRI_LAST,
	},
	{
		.hook		= vpngw_hook_pre_routing,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= VPNGW_HOOK_PRIORITY,
	},
	{
		.hook		= vpngw_hook_local_out,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= VPNGW_HOOK_PRIORITY,
	},
	{
		.hook		= vpngw_hook_forwarded,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP6_PRI_LAST,
	},
	{
		.hook		= vpngw_neigh_arp_in,
		.pf		= NFPROTO_ARP,
		.hooknum	= NF_ARP_IN,
		.priority	= VPNGW_HOOK_PRIORITY,
	},
};

/**
 * vpngw_hook_register - see the packets of a namespace
 * @net: the namespace
 *
 * Context: process.
 * Return: 0 or a negative errno.
 */
int vpngw_hook_register(struct net *net)
{
	return nf_register_net_hooks(net, vpngw_hook_ops,
				     ARRAY_SIZE(vpngw_hook_ops));
}

/**
 * vpngw_hook_unregister - no longer see the packets of a namespace
 * @net: the namespace
 *
 * Packets that a FORWARD chain has queued to user space, and that would go on by
 * vpngw_forward_finish(), are dropped.
 *
 * Context: process; may sleep. Afterwards no packet is in a hook.
 */
void vpngw_hook_unregister(struct net *net)
{
	size_t i;

	/* With each hook that goes, netfilter drops what is queued in the
	 * namespace: with the first most of it, with the next what was under
	 * way to a queue meanwhile.
	 */
	for (i = 0; i < ARRAY_SIZE(vpngw_hook_ops); i++) {
		nf_unregister_net_hook(net, &vpngw_hook_ops[i]);
		synchronize_net();
	}
}
