// SPDX-License-Identifier: GPL-2.0
/*
 * The slow path: every packet that comes in by a bound device, before
 * defragmentation and conntrack see it.
 */
#include "hook.h"

#include <linux/icmp.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_arp.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/skbuff.h>

#include <net/checksum.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>
#include <net/tcp.h>
#include <net/xfrm.h>

#include "alias.h"
#include "flow.h"
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
	switch (reason) {
	case VPNGW_REASON_NO_ROUTE:
		vpngw_icmp_error(realm, dev, skb, ICMP_DEST_UNREACH,
				 ICMP_NET_UNREACH, 0);
		break;
	case VPNGW_REASON_POLICY:
	case VPNGW_REASON_CROSSING:
	case VPNGW_REASON_STRICT:
	case VPNGW_REASON_HAIRPIN:
		vpngw_icmp_error(realm, dev, skb, ICMP_DEST_UNREACH,
				 ICMP_PKT_FILTERED, 0);
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
		vpngw_icmp_error(realm, dev, skb, ICMP_DEST_UNREACH,
				 READ_ONCE(realm->vn->icmp_code), 0);
		break;
	case VPNGW_REASON_TTL:
		vpngw_icmp_error(realm, dev, skb, ICMP_TIME_EXCEEDED,
				 ICMP_EXC_TTL, 0);
		break;
	}
}

static int vpngw_hook_forward_finish(struct net *net, struct sock *sk,
				     struct sk_buff *skb)
{
	__IP_INC_STATS(net, IPSTATS_MIB_OUTFORWDATAGRAMS);
	skb_clear_tstamp(skb);
	return dst_output(net, sk, skb);
}

static bool vpngw_hook_too_big(const struct sk_buff *skb, unsigned int mtu)
{
	if (skb->len <= mtu || !(ip_hdr(skb)->frag_off & htons(IP_DF)))
		return false;
	if (IPCB(skb)->frag_max_size > mtu)
		return true;
	if (skb->ignore_df)
		return false;
	return !skb_is_gso(skb) || !skb_gso_validate_network_len(skb, mtu);
}

/* Whether the route can take the packet; all of it before anything is
 * changed, so that the sender's view is still at hand.
 */
static int vpngw_hook_check_route(struct vpngw_realm *realm,
				  struct sk_buff *skb, const struct rtable *rt)
{
	/* What a tunnel finds out about its path it notes as the route's PMTU,
	 * since it can't tell the sender of a translated packet. On other links
	 * that comes from ICMP, which anyone can forge: see ip_forward_use_pmtu.
	 */
	unsigned int mtu = ip_dst_mtu_maybe_forward(&rt->dst,
						    !(rt->dst.dev->flags &
						      IFF_NOARP));

	if (unlikely(vpngw_hook_too_big(skb, mtu))) {
		IP_INC_STATS(realm->vn->net, IPSTATS_MIB_FRAGFAILS);
		vpngw_icmp_error(realm, skb->dev, skb, ICMP_DEST_UNREACH,
				 ICMP_FRAG_NEEDED, mtu);
		return VPNGW_REASON_MTU;
	}
	if (skb_cow(skb, LL_RESERVED_SPACE(rt->dst.dev) + rt->dst.header_len))
		return VPNGW_REASON_NO_MEMORY;
	return VPNGW_OK;
}

static void vpngw_hook_count(const struct vpngw_flow *flow,
			     enum vpngw_side side, unsigned int len)
{
	vpngw_stats_packet(flow->mapping->vpn->stats, side, len);
	vpngw_stats_packet(flow->mapping->ext->stats, side, len);
}

/* The packet is translated: send it on its way, as ip_forward() would. */
static void vpngw_hook_forward(const struct vpngw_flow *flow,
			       struct sk_buff *skb, struct rtable *rt)
{
	struct net_device *in = skb->dev;
	struct net *net = dev_net(in);

	if (unlikely(rt->rt_flags & RTCF_LOCAL)) {
		vpngw_local_deliver(flow->mapping->ext, skb, rt);
		return;
	}
	vpngw_fragment_set_ident(net, skb);
	ip_decrease_ttl(ip_hdr(skb));
	if (READ_ONCE(net->ipv4.sysctl_ip_fwd_update_priority))
		skb->priority = rt_tos2priority(ip_hdr(skb)->tos);
	skb_forward_csum(skb);
	IPCB(skb)->flags |= IPSKB_FORWARDED;
	/* The stack sends ICMP errors about PACKET_HOST only. About this one
	 * they would go to a translated address, by whatever routes there are.
	 */
	skb->pkt_type = PACKET_OUTGOING;
	nf_reset_ct(skb);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	skb_dst_drop(skb);
	skb_dst_set(skb, &rt->dst);
	NF_HOOK(NFPROTO_IPV4, NF_INET_FORWARD, net, NULL, skb, in, rt->dst.dev,
		vpngw_hook_forward_finish);
}

/* The device of a vpn without a VRF that the host was last seen at. */
static int vpngw_hook_host_ifindex(const struct vpngw_flow *flow)
{
	const struct vpngw_mapping *mapping = flow->mapping;
	struct vpngw_net *vn = mapping->vpn->vn;
	int ifindex = READ_ONCE(flow->ifindex);

	if (!mapping->vpn->route.own_devices)
		return 0;
	if (ifindex && vpngw_iface_lookup_uid(vn, ifindex,
					      READ_ONCE(flow->iface_uid)))
		return ifindex;
	ifindex = READ_ONCE(mapping->ifindex);
	if (ifindex && vpngw_iface_lookup_uid(vn, ifindex,
					      READ_ONCE(mapping->iface_uid)))
		return ifindex;
	return vpngw_iface_toward(mapping->vpn,
				  flow->dir[VPNGW_SIDE_INSIDE].tuple.src);
}

static struct rtable *vpngw_hook_route(const struct vpngw_flow *flow,
				       enum vpngw_side side,
				       const struct sk_buff *skb,
				       const struct vpngw_tuple *to,
				       struct vpngw_route_cache *cache,
				       int *reason)
{
	if (side == VPNGW_SIDE_INSIDE)
		return vpngw_iface_route(flow->mapping->ext, 0, skb, to, cache,
					 reason);
	return vpngw_iface_route(flow->mapping->vpn,
				 vpngw_hook_host_ifindex(flow), skb, to, cache,
				 reason);
}

/* The packet of one VPN host for another, which meet in an ext: it is translated
 * once, by the flows of both.
 */
static int vpngw_hook_turn(const struct vpngw_iface *iface,
			   struct vpngw_flow *flow, struct sk_buff *skb,
			   const struct vpngw_packet *p,
			   const struct vpngw_tuple *outside, bool first)
{
	struct vpngw_realm *ext = flow->mapping->ext;
	struct vpngw_packet turned = *p;
	unsigned int len = skb->len;
	struct vpngw_flow *peer;
	struct vpngw_tuple to;
	struct rtable *rt;
	int reason;

	reason = VPNGW_REASON_HAIRPIN;
	if (!READ_ONCE(iface->realm->policy.hairpin))
		return reason;
	turned.tuple = *outside;
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
		else if (first)
			vpngw_flow_end(flow);
		return reason;
	}
	reason = VPNGW_REASON_HAIRPIN;
	if (!READ_ONCE(peer->mapping->vpn->policy.hairpin))
		return reason;
	vpngw_tuple_reverse(&to, &peer->dir[VPNGW_SIDE_INSIDE].tuple);
	rt = vpngw_hook_route(peer, VPNGW_SIDE_OUTSIDE, skb, &to,
			      &peer->route[VPNGW_SIDE_OUTSIDE], &reason);
	if (!rt)
		return reason;
	reason = vpngw_hook_check_route(iface->realm, skb, rt);
	if (reason != VPNGW_OK)
		goto err_put_route;
	reason = VPNGW_REASON_NO_MEMORY;
	if (vpngw_rewrite_packet(skb, p, &to))
		goto err_put_route;

	vpngw_flow_update(flow, iface, VPNGW_SIDE_INSIDE, p, len);
	vpngw_flow_update(peer, iface, VPNGW_SIDE_OUTSIDE, &turned, len);
	vpngw_hook_count(flow, VPNGW_SIDE_INSIDE, len);
	vpngw_hook_count(peer, VPNGW_SIDE_OUTSIDE, len);
	vpngw_hook_forward(peer, skb, rt);
	return VPNGW_OK;

err_put_route:
	ip_rt_put(rt);
	return reason;
}

static int vpngw_hook_translate(const struct vpngw_iface *iface,
				struct vpngw_flow *flow, struct sk_buff *skb,
				const struct vpngw_packet *p, bool first)
{
	struct vpngw_realm *realm = iface->realm;
	enum vpngw_side side = realm->side;
	unsigned int len = skb->len;
	struct vpngw_tuple to;
	struct rtable *rt;
	int reason;

	if (unlikely(ip_hdr(skb)->ttl <= 1))
		return VPNGW_REASON_TTL;
	/* Both its ends are VPN hosts: none of it ever comes from an ext. */
	if (side == VPNGW_SIDE_OUTSIDE &&
	    unlikely(vpngw_flow_is_hairpin(flow)))
		return VPNGW_REASON_SPOOFED;
	/* A flow moves to another device only with a source that belongs
	 * there.
	 */
	if (side == VPNGW_SIDE_INSIDE &&
	    unlikely(READ_ONCE(flow->iface_uid) != iface->uid)) {
		reason = vpngw_route_check_source(&realm->route, skb);
		if (reason != VPNGW_OK)
			return reason;
	}
	if (!xfrm4_policy_check(NULL, XFRM_POLICY_FWD, skb))
		return VPNGW_REASON_POLICY;
	if (unlikely(vpngw_pptp_is_control(&p->tuple))) {
		reason = vpngw_pptp_watch(iface, flow, skb, p);
		if (reason != VPNGW_OK)
			return reason;
	}
	vpngw_tuple_reverse(&to, &flow->dir[!side].tuple);
	if (unlikely(vpngw_flow_is_hairpin(flow)) && side == VPNGW_SIDE_INSIDE)
		return vpngw_hook_turn(iface, flow, skb, p, &to, first);
	/* Many flows have but one packet: not worth keeping a route for. */
	rt = vpngw_hook_route(flow, side, skb, &to,
			      first ? NULL : &flow->route[side], &reason);
	if (unlikely(!rt))
		return reason;
	reason = vpngw_hook_check_route(realm, skb, rt);
	if (unlikely(reason != VPNGW_OK))
		goto err_put_route;
	reason = VPNGW_REASON_NO_MEMORY;
	if (unlikely(p->tcp_flags & TCPHDR_SYN) &&
	    vpngw_mss_clamp(iface, skb, p, rt))
		goto err_put_route;
	if (unlikely(vpngw_rewrite_packet(skb, p, &to)))
		goto err_put_route;

	vpngw_flow_update(flow, iface, side, p, len);
	vpngw_hook_count(flow, side, len);
	vpngw_hook_forward(flow, skb, rt);
	return VPNGW_OK;

err_put_route:
	ip_rt_put(rt);
	return reason;
}

/* The packet of a socket of the gateway is translated: it goes on by LOCAL_OUT. */
static void vpngw_hook_redirect(struct sk_buff *skb, struct rtable *rt)
{
	nf_reset_ct(skb);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	skb_dst_drop(skb);
	skb_dst_set(skb, &rt->dst);
}

static int vpngw_hook_translate_own(const struct vpngw_iface *own,
				    const struct net_device *out,
				    struct vpngw_flow *flow,
				    struct sk_buff *skb,
				    const struct vpngw_packet *p)
{
	enum vpngw_side side = VPNGW_SIDE_OUTSIDE;
	unsigned int len = skb->len, mtu;
	struct vpngw_tuple to;
	struct rtable *rt;
	int reason;

	if (unlikely(vpngw_pptp_is_control(&p->tuple))) {
		reason = vpngw_pptp_watch(own, flow, skb, p);
		if (reason != VPNGW_OK)
			return reason;
	}
	vpngw_tuple_reverse(&to, &flow->dir[!side].tuple);
	rt = vpngw_hook_route(flow, side, skb, &to, &flow->route[side],
			      &reason);
	if (!rt)
		return reason;
	mtu = dst_mtu(&rt->dst);
	reason = VPNGW_REASON_MTU;
	if (vpngw_hook_too_big(skb, mtu)) {
		/* The socket learns it like that of any other host. */
		vpngw_icmp_error(own->realm, out, skb, ICMP_DEST_UNREACH,
				 ICMP_FRAG_NEEDED, mtu);
		goto err_put_route;
	}
	reason = VPNGW_REASON_NO_MEMORY;
	if (vpngw_rewrite_packet(skb, p, &to))
		goto err_put_route;

	vpngw_flow_update(flow, own, side, p, len);
	vpngw_hook_count(flow, side, len);
	vpngw_hook_redirect(skb, rt);
	return VPNGW_OK;

err_put_route:
	ip_rt_put(rt);
	return reason;
}

/* The flow of a packet. GRE that belongs to no call is translated by its addresses,
 * as if it had no call id.
 */
static struct vpngw_flow *vpngw_hook_find(struct vpngw_realm *realm,
					  struct vpngw_tuple *t)
{
	struct vpngw_flow *flow = vpngw_flow_find(realm, t);

	if (flow || !t->call)
		return flow;
	t->sport = 0;
	t->dport = 0;
	t->call = VPNGW_CALL_NONE;
	return vpngw_flow_find(realm, t);
}

/* The source of an error in the other side's view, RFC 5508 REQ-4 and REQ-5. */
static __be32 vpngw_hook_error_source(const struct vpngw_flow *flow,
				      enum vpngw_side side, __be32 src,
				      const struct rtable *rt, __be32 dst)
{
	const struct vpngw_tuple *out = &flow->dir[VPNGW_SIDE_OUTSIDE].tuple;
	const struct vpngw_tuple *in = &flow->dir[VPNGW_SIDE_INSIDE].tuple;
	struct vpngw_tuple sender = { .src = src, .proto = IPPROTO_ICMP };
	const struct vpngw_mapping *mapping = flow->mapping, *own;
	const struct vpngw_alias *alias;

	/* From a VPN: what stands for the sender's whole address, else for the
	 * host, whoever there it is.
	 */
	if (side == VPNGW_SIDE_INSIDE) {
		own = vpngw_mapping_lookup_static(mapping->vpn, mapping->ext,
						  &sender);
		return own && !own->end[side].key.port ?
		       own->end[!side].key.addr : out->dst;
	}
	if (src == out->src)
		return in->dst;
	alias = vpngw_alias_lookup_server(mapping->vpn, mapping->ext, src,
					  IPPROTO_ICMP, 0);
	if (alias && !vpngw_alias_is_self(alias)) {
		src = vpngw_alias_to_inside(alias, src);
		/* Not where the VPN knows somebody else by that address. */
		if (vpngw_alias_lookup(mapping->vpn, src, IPPROTO_ICMP, 0) ==
		    alias)
			return src;
	}
	/* A router that has no address in the VPN. */
	src = vpngw_icmp_source(rt->dst.dev, dst);
	return src ? src : in->dst;
}

static bool vpngw_hook_icmp_good(struct sk_buff *skb, unsigned int l4,
				 unsigned int quoted)
{
	struct iphdr *iph;

	/* RFC 5508 REQ-3: the message's own checksum, and its quoted
	 * header's.
	 */
	if (!pskb_may_pull(skb, quoted + sizeof(*iph)))
		return false;
	iph = (struct iphdr *)(skb->data + quoted);
	if (iph->ihl < 5 || !pskb_may_pull(skb, quoted + iph->ihl * 4))
		return false;
	iph = (struct iphdr *)(skb->data + quoted);
	return !ip_fast_csum((u8 *)iph, iph->ihl) &&
	       !csum_fold(skb_checksum(skb, l4, skb->len - l4, 0));
}

/* The flow of the VPN host whose packet an error of another is about: the error
 * goes out, with @source, and in to that one.
 */
static struct vpngw_flow *vpngw_hook_error_turn(const struct vpngw_flow *flow,
						__be32 *source, int *reason)
{
	struct vpngw_tuple reply;
	struct vpngw_flow *peer;

	*reason = VPNGW_REASON_HAIRPIN;
	if (!READ_ONCE(flow->mapping->vpn->policy.hairpin))
		return NULL;
	*reason = VPNGW_REASON_ICMP_NO_FLOW;
	vpngw_tuple_reverse(&reply, &flow->dir[VPNGW_SIDE_OUTSIDE].tuple);
	peer = vpngw_flow_find(flow->mapping->ext, &reply);
	if (!peer)
		return NULL;
	*reason = VPNGW_REASON_HAIRPIN;
	if (!READ_ONCE(peer->mapping->vpn->policy.hairpin))
		return NULL;
	*source = vpngw_hook_error_source(flow, VPNGW_SIDE_INSIDE, *source,
					  NULL, 0);
	return peer;
}

static int vpngw_hook_error(const struct vpngw_iface *iface,
			    struct sk_buff *skb, const struct vpngw_packet *p)
{
	unsigned int off = p->l4 + sizeof(struct icmphdr), len = skb->len;
	struct vpngw_tuple reply, to, outer = { .proto = IPPROTO_ICMP };
	struct vpngw_realm *realm = iface->realm;
	enum vpngw_side side = realm->side;
	const struct vpngw_flow *near = NULL;
	struct vpngw_packet quoted;
	struct vpngw_flow *flow;
	struct rtable *rt;
	__be32 source;
	int reason;

	reason = vpngw_tuple_read_quoted(skb, off, &quoted);
	if (reason != VPNGW_OK)
		return vpngw_session_stray(iface, skb, p, reason);
	vpngw_tuple_reverse(&reply, &quoted.tuple);
	flow = vpngw_hook_find(realm, &reply);
	if (!flow)
		return vpngw_session_stray(iface, skb, p,
					   VPNGW_REASON_ICMP_NO_FLOW);
	/* It goes where the quoted packet came from, and nowhere else. What goes
	 * from one VPN host to another is never in an ext.
	 */
	if (p->tuple.dst != quoted.tuple.src ||
	    (side == VPNGW_SIDE_OUTSIDE && vpngw_flow_is_hairpin(flow)))
		return VPNGW_REASON_ICMP_NO_FLOW;
	if (vpngw_tuple_is_martian(p->tuple.src))
		return VPNGW_REASON_SPOOFED;
	if (!vpngw_hook_icmp_good(skb, p->l4, off))
		return VPNGW_REASON_CHECKSUM;
	if (iface->ifindex && ip_hdr(skb)->ttl <= 1)
		return VPNGW_REASON_TTL;
	if (iface->ifindex && !xfrm4_policy_check(NULL, XFRM_POLICY_FWD, skb))
		return VPNGW_REASON_POLICY;

	source = p->tuple.src;
	if (vpngw_flow_is_hairpin(flow)) {
		near = flow;
		flow = vpngw_hook_error_turn(near, &source, &reason);
		if (!flow)
			return reason;
		side = VPNGW_SIDE_OUTSIDE;
	}
	/* The quoted packet as its sender sent it. */
	to = flow->dir[!side].tuple;
	outer.src = to.dst;
	outer.dst = to.src;
	rt = vpngw_hook_route(flow, side, skb, &outer, NULL, &reason);
	if (!rt)
		return reason;
	outer.src = vpngw_hook_error_source(flow, side, source, rt, outer.dst);
	reason = vpngw_hook_check_route(realm, skb, rt);
	if (reason != VPNGW_OK)
		goto err_put_route;
	reason = VPNGW_REASON_NO_MEMORY;
	if (vpngw_rewrite_error(skb, p, outer.src, outer.dst, off, &quoted,
				&to))
		goto err_put_route;

	if (near)
		vpngw_hook_count(near, VPNGW_SIDE_INSIDE, len);
	vpngw_hook_count(flow, side, len);
	if (iface->ifindex)
		vpngw_hook_forward(flow, skb, rt);
	else
		vpngw_hook_redirect(skb, rt);
	return VPNGW_OK;

err_put_route:
	ip_rt_put(rt);
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
		return vpngw_hook_error(iface, skb, p);
	flow = vpngw_hook_find(iface->realm, &p->tuple);
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
	/* Before the stack forwards it, delivers it here or answers. */
	if (reason == VPNGW_PASS &&
	    (vpngw_session_is_spoofed(iface, skb, &p.tuple) ||
	     vpngw_route_is_broadcast(skb->dev, p.tuple.src)))
		return VPNGW_REASON_SPOOFED;
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

static unsigned int vpngw_hook_incoming(struct sk_buff *skb,
					const struct nf_hook_state *state)
{
	struct vpngw_net *vn = vpngw_net_get(state->net);
	struct vpngw_iface *iface;
	struct vpngw_realm *realm;
	int reason, err;

	/* Seen before, when it came in by the VRF's member. */
	if (IPCB(skb)->flags & IPSKB_L3SLAVE)
		return NF_ACCEPT;
	iface = vpngw_iface_lookup(vn, state->in->ifindex);
	if (!iface || skb->pkt_type != PACKET_HOST ||
	    vpngw_hook_is_bridged(skb))
		return NF_ACCEPT;
	realm = iface->realm;

	if (unlikely(ip_is_fragment(ip_hdr(skb)))) {
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

/* What MPLS pops into a VRF shows up as output of the VRF, not as input. What is
 * for one of our addresses is turned round: then it comes in by the VRF, and is
 * checked there as anything that comes in.
 */
static bool vpngw_hook_turn_popped(struct vpngw_net *vn, struct sk_buff *skb)
{
	const struct vpngw_iface *iface;
	struct net_device *dev = skb->dev;

	/* The gateway's own packets have not come in by any device. */
	if (!dev || !skb->skb_iif || skb->sk || !netif_is_l3_master(dev) ||
	    skb->pkt_type != PACKET_HOST)
		return false;
	iface = vpngw_iface_lookup(vn, dev->ifindex);
	if (!iface || !vpngw_neigh_answers(iface, dev, ip_hdr(skb)->daddr))
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
		return vpngw_hook_error(own, skb, &p);
	flow = vpngw_hook_find(own->realm, &p.tuple);
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
	int reason;

	if (vpngw_hook_turn_popped(vn, skb))
		return NF_STOLEN;
	/* What leaves by a VRF's member is shown twice, first on the VRF. */
	if (!skb_dst(skb) || skb_dst(skb)->dev != state->out ||
	    ip_is_fragment(ip_hdr(skb)))
		return NF_ACCEPT;
	own.realm = vpngw_local_toward(vn, state->out, ip_hdr(skb)->daddr);
	if (likely(!own.realm))
		return NF_ACCEPT;
	/* As for packets that come in: sockets send with BH on. */
	local_bh_disable();
	reason = vpngw_hook_own(&own, state->out, skb);
	if (reason != VPNGW_OK && reason != VPNGW_PASS)
		vpngw_hook_tell(own.realm, state->out, skb, reason);
	local_bh_enable();
	if (reason == VPNGW_OK || reason == VPNGW_PASS)
		return NF_ACCEPT;
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
	dev = dev_get_by_index_rcu(state->net, IPCB(skb)->iif);
	from = dev ? vpngw_iface_lookup(vn, dev->ifindex) : NULL;
	if (!from)
		return NF_ACCEPT;
	reason = vpngw_plain_check(from, skb, state->out);
	if (reason == VPNGW_OK)
		return NF_ACCEPT;
	vpngw_hook_tell(from->realm, dev, skb, reason);
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
 * vpngw_hook_forward_finish(), are dropped.
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
