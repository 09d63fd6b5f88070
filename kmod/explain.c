// SPDX-License-Identifier: GPL-2.0
/*
 * The dry run: what would become of a packet, and why. It asks what the packet path
 * asks, in the same order, about a packet that is made for that; but where the
 * packet path takes or makes something, it only looks whether there is one.
 */
#include "explain.h"

#include <linux/dccp.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/sctp.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <net/gre.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "addr.h"
#include "flow.h"
#include "forward.h"
#include "hairpin.h"
#include "hook.h"
#include "host.h"
#include "iface.h"
#include "limit.h"
#include "mapping.h"
#include "plain.h"
#include "realm.h"
#include "route.h"

#define VPNGW_EXPLAIN_TTL	64
/* The longest transport header that is made. */
#define VPNGW_EXPLAIN_L4	sizeof(struct tcphdr)

/* A transport header that can start a flow. */
static void vpngw_explain_put_l4(struct sk_buff *skb,
				 const struct vpngw_tuple *t)
{
	struct {
		struct gre_base_hdr	base;
		__be16			length;
		__be16			call_id;
	} *gh;
	struct sctp_chunkhdr *ch;
	struct icmphdr *ih;
	struct dccp_hdr *dh;
	struct sctphdr *sh;
	struct tcphdr *th;
	struct udphdr *uh;

	switch (t->proto) {
	case IPPROTO_TCP:
		th = skb_put_zero(skb, sizeof(*th));
		th->source = t->sport;
		th->dest = t->dport;
		th->doff = sizeof(*th) / 4;
		th->syn = 1;
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		uh = skb_put_zero(skb, sizeof(*uh));
		uh->source = t->sport;
		uh->dest = t->dport;
		uh->len = htons(sizeof(*uh));
		uh->check = CSUM_MANGLED_0;
		break;
	case IPPROTO_ICMP:
		/* The header of ICMPv6 is the same. */
		ih = skb_put_zero(skb, sizeof(*ih));
		ih->type = t->family == AF_INET ? ICMP_ECHO :
						  ICMPV6_ECHO_REQUEST;
		ih->un.echo.id = t->sport;
		break;
	case IPPROTO_SCTP:
		sh = skb_put_zero(skb, sizeof(*sh));
		sh->source = t->sport;
		sh->dest = t->dport;
		ch = skb_put_zero(skb, sizeof(*ch));
		ch->type = SCTP_CID_INIT;
		break;
	case IPPROTO_DCCP:
		dh = skb_put_zero(skb, sizeof(*dh));
		dh->dccph_sport = t->sport;
		dh->dccph_dport = t->dport;
		dh->dccph_doff = sizeof(*dh) / 4;
		dh->dccph_type = DCCP_PKT_REQUEST;
		break;
	case IPPROTO_GRE:
		gh = skb_put_zero(skb, sizeof(*gh));
		if (!t->call)
			break;
		gh->base.flags = GRE_VERSION_1 | GRE_KEY;
		gh->base.protocol = GRE_PROTO_PPP;
		gh->call_id = t->dport;
		break;
	}
}

static void vpngw_explain_put_ip4(struct sk_buff *skb,
				  const struct vpngw_tuple *t)
{
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

	skb->protocol = htons(ETH_P_IP);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->ttl = VPNGW_EXPLAIN_TTL;
	iph->protocol = t->proto;
	iph->saddr = t->src;
	iph->daddr = t->dst;
	skb_set_transport_header(skb, sizeof(*iph));
	vpngw_explain_put_l4(skb, t);
	iph->tot_len = htons(skb->len);
	IPCB(skb)->iif = skb->skb_iif;
}

static void vpngw_explain_put_ip6(struct sk_buff *skb,
				  const struct vpngw_tuple *t)
{
	struct ipv6hdr *ip6h = skb_put_zero(skb, sizeof(*ip6h));

	skb->protocol = htons(ETH_P_IPV6);
	ip6h->version = 6;
	ip6h->hop_limit = VPNGW_EXPLAIN_TTL;
	ip6h->nexthdr = t->proto == IPPROTO_ICMP ? IPPROTO_ICMPV6 : t->proto;
	ip6h->saddr = t->src6;
	ip6h->daddr = t->dst6;
	skb_set_transport_header(skb, sizeof(*ip6h));
	vpngw_explain_put_l4(skb, t);
	ip6h->payload_len = htons(skb->len - sizeof(*ip6h));
	IP6CB(skb)->iif = skb->skb_iif;
}

static struct sk_buff *vpngw_explain_skb(struct net_device *dev,
					 const struct vpngw_tuple *t)
{
	struct sk_buff *skb;

	skb = alloc_skb(sizeof(struct ipv6hdr) + VPNGW_EXPLAIN_L4, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb->dev = dev;
	skb->skb_iif = dev->ifindex;
	skb_reset_network_header(skb);
	memset(skb->cb, 0, sizeof(skb->cb));
	if (t->family == AF_INET)
		vpngw_explain_put_ip4(skb, t);
	else
		vpngw_explain_put_ip6(skb, t);
	return skb;
}

/* Senders make it a broadcast or multicast on the link, too; and what stays on a
 * link is nobody's to translate.
 */
static bool vpngw_explain_is_for_all(const struct net_device *dev,
				     const struct vpngw_tuple *t)
{
	if (t->family == AF_INET6)
		return ipv6_addr_type(&t->dst6) & (IPV6_ADDR_MULTICAST |
						   IPV6_ADDR_LINKLOCAL);
	return ipv4_is_multicast(t->dst) || ipv4_is_lbcast(t->dst) ||
	       inet_addr_type_dev_table(dev_net(dev), dev, t->dst) ==
	       RTN_BROADCAST;
}

/* What comes through IPsec can't be made here, nor can what its policies say. */
static bool vpngw_explain_has_policies(const struct net *net)
{
#ifdef CONFIG_XFRM
	return net->xfrm.policy_count[XFRM_POLICY_FWD] ||
	       net->xfrm.policy_default[XFRM_POLICY_FWD] !=
	       XFRM_USERPOLICY_ACCEPT;
#else
	return false;
#endif
}

static void vpngw_explain_note_gateway(struct vpngw_explain *x,
				       const struct dst_entry *dst)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);
	const struct rt6_info *rt6 = dst_rt6_info(dst);

	if (dst->ops->family == AF_INET6) {
		x->has_gateway = rt6->rt6i_flags & RTF_GATEWAY;
		x->gateway = rt6->rt6i_gateway;
	} else if (rt->rt_gw_family == AF_INET) {
		x->has_gateway = true;
		vpngw_addr_set_v4(&x->gateway, rt->rt_gw4);
	} else if (rt->rt_gw_family == AF_INET6) {
		x->has_gateway = true;
		x->gateway = rt->rt_gw6;
	}
}

static void vpngw_explain_note_route(struct vpngw_explain *x,
				     const struct dst_entry *dst)
{
	x->local = vpngw_route_is_to_local(dst);
	if (x->local)
		return;
	x->out_ifindex = dst->dev->ifindex;
	vpngw_explain_note_gateway(x, dst);
}

static int vpngw_explain_route(struct vpngw_explain *x, struct dst_entry *dst,
			       int reason)
{
	if (!dst)
		return reason;
	vpngw_explain_note_route(x, dst);
	dst_release(dst);
	return VPNGW_OK;
}

/* Whether its host may have a flow under a mapping that is there, after @ahead
 * others.
 */
static int vpngw_explain_limits(const struct vpngw_mapping *mapping, u32 ahead)
{
	u32 max = READ_ONCE(mapping->vpn->limits.max_flows_per_host);

	if (max && (max <= ahead ||
		    !vpngw_host_may_flow(mapping->host, max - ahead)))
		return VPNGW_REASON_MAX_HOST_FLOWS;
	return VPNGW_OK;
}

static int vpngw_explain_start_outside(const struct vpngw_explain *x,
				       const struct vpngw_iface *iface,
				       const struct sk_buff *skb,
				       const struct vpngw_packet *p,
				       bool hairpin, struct vpngw_session *s)
{
	/* The sender's own flow comes first. */
	bool ahead = hairpin && !x->flow;
	int reason;

	reason = vpngw_session_decide_outside(iface, skb, p, hairpin, s);
	if (reason != VPNGW_OK)
		return reason;
	ahead &= s->mapping->vpn == x->iface->realm;
	reason = vpngw_limit_peek_flow(s->mapping->vpn, ahead);
	ahead &= s->mapping->host == x->session.host;
	if (reason == VPNGW_OK)
		reason = vpngw_explain_limits(s->mapping, ahead);
	if (reason != VPNGW_OK)
		return reason;
	return vpngw_flow_find(s->mapping->vpn, &s->in) ?
	       VPNGW_REASON_CLASH : VPNGW_OK;
}

/* Whether a host means itself: then the flow is its own peer. The id of a query is
 * that of both ends.
 */
static bool vpngw_explain_is_self(const struct vpngw_explain *x)
{
	const struct vpngw_tuple *t = &x->becomes;

	struct in6_addr src, dst;

	vpngw_tuple_src(t, &src);
	vpngw_tuple_dst(t, &dst);
	return !x->flow && ipv6_addr_equal(&src, &dst) &&
	       (x->open ? t->proto == IPPROTO_ICMP : t->sport == t->dport);
}

/* From one VPN host to another: @x->becomes is the packet as it is in the ext. */
static int vpngw_explain_turn(struct vpngw_explain *x,
			      const struct sk_buff *skb,
			      const struct vpngw_packet *p)
{
	struct vpngw_iface own = { .vn = x->ext->vn, .realm = x->ext };
	struct vpngw_packet turned = *p;
	const struct vpngw_flow *peer;
	struct vpngw_session s = {};
	struct dst_entry *dst;
	int reason;

	if (!READ_ONCE(x->iface->realm->policy.hairpin))
		return VPNGW_REASON_HAIRPIN;
	if (vpngw_explain_is_self(x)) {
		x->peer = x->mapping;
		x->open = false;
		vpngw_tuple_reverse(&x->becomes, &p->tuple);
		dst = vpngw_iface_peek_route(x->iface->realm, x->iface->ifindex,
					     skb, &x->becomes, &reason);
		return vpngw_explain_route(x, dst, reason);
	}
	vpngw_tuple_copy(&turned.tuple, &x->becomes);
	x->has_becomes = false;
	peer = vpngw_flow_find(x->ext, &turned.tuple);
	if (peer) {
		x->peer = peer->mapping;
		vpngw_tuple_copy(&s.in, &peer->dir[VPNGW_SIDE_INSIDE].tuple);
	} else {
		reason = vpngw_explain_start_outside(x, &own, skb, &turned,
						     true, &s);
		x->peer = s.mapping;
		if (reason == VPNGW_PASS)
			return VPNGW_REASON_NO_MAPPING;
		if (reason != VPNGW_OK)
			return reason;
	}
	if (!READ_ONCE(x->peer->vpn->policy.hairpin))
		return VPNGW_REASON_HAIRPIN;
	vpngw_tuple_reverse(&x->becomes, &s.in);
	x->has_becomes = true;
	dst = vpngw_forward_peek_inside(x->peer, peer, skb, &x->becomes,
					&reason);
	return vpngw_explain_route(x, dst, reason);
}

static int vpngw_explain_flow(struct vpngw_explain *x,
			      const struct sk_buff *skb,
			      const struct vpngw_packet *p)
{
	const struct vpngw_flow *flow = x->flow;
	enum vpngw_side side = x->iface->realm->side;
	struct dst_entry *dst;
	int reason;

	x->mapping = flow->mapping;
	x->ext = flow->mapping->ext;
	reason = vpngw_hook_check_flow(x->iface, flow, skb);
	if (reason != VPNGW_OK)
		return reason;
	vpngw_tuple_reverse(&x->becomes, &flow->dir[!side].tuple);
	x->has_becomes = true;
	if (vpngw_flow_is_hairpin(flow))
		return vpngw_explain_turn(x, skb, p);
	if (side == VPNGW_SIDE_INSIDE)
		dst = vpngw_iface_peek_route(x->ext, 0, skb, &x->becomes,
					     &reason);
	else
		dst = vpngw_forward_peek_inside(flow->mapping, flow, skb,
						&x->becomes, &reason);
	return vpngw_explain_route(x, dst, reason);
}

/* As vpngw_session_start() with one scope; @out is the tuple of the answers. */
static int vpngw_explain_scope(struct vpngw_explain *x, u32 scope,
			       const struct vpngw_tuple *in,
			       struct vpngw_tuple *out)
{
	const struct vpngw_alias *alias = x->session.alias;
	struct vpngw_realm *vpn = x->iface->realm;
	struct in6_addr addr;
	int reason;

	x->mapping = vpngw_session_find_mapping(vpn, alias, &scope, in,
						&reason);
	if (x->mapping) {
		reason = vpngw_explain_limits(x->mapping, 0);
		if (reason != VPNGW_OK)
			return reason;
		if (!vpngw_session_outside_of(alias, x->mapping, in, out))
			return VPNGW_REASON_NO_ALIAS;
		return vpngw_flow_find(alias->ext, out) ?
		       VPNGW_REASON_CLASH : VPNGW_OK;
	}
	if (reason != VPNGW_OK)
		return reason;
	x->pool = rcu_dereference(alias->pool);
	reason = vpngw_mapping_peek(vpn, x->pool, x->session.host, in,
				    &addr);
	if (reason != VPNGW_OK)
		return reason;
	if (!vpngw_session_outside(alias, &addr, 0, in, out))
		return VPNGW_REASON_NO_ALIAS;
	x->open = true;
	out->dport = 0;
	if (in->proto == IPPROTO_ICMP)
		out->sport = 0;
	return VPNGW_OK;
}

static int vpngw_explain_inside(struct vpngw_explain *x,
				const struct sk_buff *skb,
				const struct vpngw_packet *p)
{
	struct vpngw_session *s = &x->session;
	struct vpngw_realm *vpn = x->iface->realm;
	struct vpngw_tuple out;
	struct dst_entry *dst;
	int reason;

	reason = vpngw_session_decide_inside(x->iface, skb, p, s);
	if (s->alias)
		x->ext = s->alias->ext;
	if (reason != VPNGW_OK)
		return reason;
	reason = vpngw_limit_peek_flow(vpn, 0);
	if (reason != VPNGW_OK)
		return reason;
	reason = vpngw_explain_scope(x, 0, &p->tuple, &out);
	if (reason == VPNGW_REASON_CLASH && s->alias->uid)
		reason = vpngw_explain_scope(x, s->alias->uid, &p->tuple,
					     &out);
	if (reason != VPNGW_OK)
		return reason;
	vpngw_tuple_reverse(&x->becomes, &out);
	x->has_becomes = true;
	if (vpngw_hairpin_meant(vpn, x->ext, &out))
		return vpngw_explain_turn(x, skb, p);
	dst = vpngw_iface_peek_route(x->ext, 0, skb, &x->becomes, &reason);
	return vpngw_explain_route(x, dst, reason);
}

static int vpngw_explain_outside(struct vpngw_explain *x,
				 const struct sk_buff *skb,
				 const struct vpngw_packet *p)
{
	struct vpngw_session *s = &x->session;
	struct dst_entry *dst;
	int reason;

	reason = vpngw_explain_start_outside(x, x->iface, skb, p, false, s);
	x->mapping = s->mapping;
	if (reason != VPNGW_OK)
		return reason;
	vpngw_tuple_reverse(&x->becomes, &s->in);
	x->has_becomes = true;
	dst = vpngw_forward_peek_inside(s->mapping, NULL, skb, &x->becomes,
					&reason);
	return vpngw_explain_route(x, dst, reason);
}

static int vpngw_explain_ours(struct vpngw_explain *x,
			      const struct sk_buff *skb,
			      struct vpngw_packet *p)
{
	int reason = vpngw_tuple_read(skb, p);

	if (reason != VPNGW_OK)
		return vpngw_session_stray(x->iface, skb, p, reason);
	x->flow = vpngw_flow_find_packet(x->iface->realm, &p->tuple);
	if (x->flow)
		return vpngw_explain_flow(x, skb, p);
	return x->iface->realm->side == VPNGW_SIDE_INSIDE ?
	       vpngw_explain_inside(x, skb, p) :
	       vpngw_explain_outside(x, skb, p);
}

/* What the stack does with a packet that is left to it, as far as its routes say,
 * and whether it may.
 */
static struct dst_entry *vpngw_explain_input6(const struct vpngw_explain *x,
					      struct sk_buff *skb)
{
	struct flowi6 fl6 = {
		.flowi6_iif	= skb->dev->ifindex,
		.flowi6_proto	= ipv6_hdr(skb)->nexthdr,
		.saddr		= x->tuple.src6,
		.daddr		= x->tuple.dst6,
	};

	return ip6_route_input_lookup(dev_net(skb->dev), skb->dev, &fl6, skb,
				      RT6_LOOKUP_F_HAS_SADDR);
}

static int vpngw_explain_plain(struct vpngw_explain *x, struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct net_device *vrf = l3mdev_master_dev_rcu(dev);
	const struct dst_entry *dst;
	int reason = VPNGW_PASS;

	/* After PRE_ROUTING it is seen on the VRF. */
	skb->dev = vrf ? vrf : dev;
	if (x->tuple.family == AF_INET)
		x->unreachable = ip_route_input_noref(skb, x->tuple.dst,
						      x->tuple.src, 0,
						      skb->dev) != 0;
	else
		skb_dst_set(skb, vpngw_explain_input6(x, skb));
	dst = skb_dst(skb);
	if (!x->unreachable && dst->error)
		x->unreachable = true;
	if (!x->unreachable) {
		vpngw_explain_note_route(x, dst);
		if (!x->local)
			reason = vpngw_plain_check(x->iface, skb, dst->dev);
	}
	skb_dst_drop(skb);
	skb->dev = dev;
	return reason == VPNGW_OK ? VPNGW_PASS : reason;
}

static int vpngw_explain_bound(struct vpngw_explain *x, struct sk_buff *skb)
{
	struct vpngw_packet p;
	int reason;

	/* Only what is for this host on the link is looked at. */
	if (vpngw_explain_is_for_all(skb->dev, &x->tuple))
		return VPNGW_PASS;
	reason = vpngw_explain_ours(x, skb, &p);
	if (reason == VPNGW_PASS)
		reason = vpngw_plain_check_source(x->iface, skb, &p.tuple);
	return reason == VPNGW_PASS ? vpngw_explain_plain(x, skb) : reason;
}

/**
 * vpngw_explain - tell what would become of a packet
 * @vn: the namespace
 * @dev: the device that it comes in by
 * @x: its tuple; gets the answer
 *
 * The packet is one that can start a flow, has no IP options, and fits. A flow that
 * has timed out is gone for it, as for any packet; nothing else is changed.
 *
 * Context: RCU read section, BH off, @vn->mutex held; allocates with GFP_ATOMIC.
 * Return: 0 or -ENOMEM.
 */
int vpngw_explain(struct vpngw_net *vn, struct net_device *dev,
		  struct vpngw_explain *x)
{
	struct sk_buff *skb;
	int reason;

	lockdep_assert_held(&vn->mutex);
	x->outcome = VPNGW_OUTCOME_UNTOUCHED;
	x->iface = vpngw_iface_lookup(vn, dev->ifindex);
	if (!x->iface)
		return 0;
	if (!vpngw_iface_binding(vn, dev->ifindex))
		x->vrf_ifindex = l3mdev_master_ifindex_rcu(dev);
	if (x->iface->realm->side == VPNGW_SIDE_OUTSIDE)
		x->ext = x->iface->realm;
	x->ipsec = vpngw_explain_has_policies(vn->net);
	skb = vpngw_explain_skb(dev, &x->tuple);
	if (!skb)
		return -ENOMEM;
	reason = vpngw_explain_bound(x, skb);
	consume_skb(skb);
	if (reason == VPNGW_OK) {
		x->outcome = VPNGW_OUTCOME_TRANSLATED;
	} else if (reason != VPNGW_PASS) {
		x->outcome = VPNGW_OUTCOME_DROPPED;
		x->reason = reason;
	}
	return 0;
}
