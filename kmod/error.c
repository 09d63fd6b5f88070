// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors about flows, from either side: the packet that an error quotes is
 * shown to its sender as it was sent, RFC 5508 section 4.2.
 */
#include "error.h"

#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/skbuff.h>

#include <net/checksum.h>
#include <net/ip.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "alias.h"
#include "flow.h"
#include "forward.h"
#include "icmp.h"
#include "iface.h"
#include "mapping.h"
#include "realm.h"
#include "rewrite.h"
#include "session.h"
#include "stats.h"
#include "tuple.h"

/* The source of an error in the other side's view, RFC 5508 REQ-4 and REQ-5. */
static __be32 vpngw_error_source(const struct vpngw_flow *flow,
				 enum vpngw_side side, __be32 src,
				 const struct rtable *rt, __be32 dst)
{
	const struct vpngw_tuple *out = &flow->dir[VPNGW_SIDE_OUTSIDE].tuple;
	const struct vpngw_tuple *in = &flow->dir[VPNGW_SIDE_INSIDE].tuple;
	struct vpngw_tuple sender = { .src = src, .proto = IPPROTO_ICMP };
	const struct vpngw_mapping *mapping = flow->mapping, *own;
	const struct vpngw_alias *alias, *known;

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
	/* From another VPN: an outside address, which is itself in this one, unless
	 * the VPN knows somebody else by it.
	 */
	if (vpngw_flow_is_hairpin(flow)) {
		known = vpngw_alias_lookup(mapping->vpn, src, IPPROTO_ICMP, 0);
		if (!known || (vpngw_alias_is_self(known) &&
			       known->ext == mapping->ext))
			return src;
	}
	/* A router that has no address in the VPN. */
	src = vpngw_icmp_source(rt->dst.dev, dst);
	return src ? src : in->dst;
}

static bool vpngw_error_good(struct sk_buff *skb, unsigned int l4,
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
static struct vpngw_flow *vpngw_error_turn(const struct vpngw_flow *flow,
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
	*source = vpngw_error_source(flow, VPNGW_SIDE_INSIDE, *source, NULL, 0);
	return peer;
}

/**
 * vpngw_error_translate - translate an ICMP error about a flow, and send it on
 * @iface: the device that it came in by; without an ifindex it is a socket's of
 *	the gateway
 * @skb: the packet
 * @p: what vpngw_tuple_read() said of it
 *
 * Context: RCU read section, BH off.
 * Return: VPNGW_OK when the packet is given away, or goes on by LOCAL_OUT;
 *	VPNGW_PASS when it is not ours; or the &enum vpngw_reason why it is to be
 *	dropped.
 */
int vpngw_error_translate(const struct vpngw_iface *iface, struct sk_buff *skb,
			  const struct vpngw_packet *p)
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
	flow = vpngw_flow_find_packet(realm, &reply);
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
	if (!vpngw_error_good(skb, p->l4, off))
		return VPNGW_REASON_CHECKSUM;
	if (iface->ifindex && ip_hdr(skb)->ttl <= 1)
		return VPNGW_REASON_TTL;
	if (iface->ifindex && !xfrm4_policy_check(NULL, XFRM_POLICY_FWD, skb))
		return VPNGW_REASON_POLICY;

	source = p->tuple.src;
	if (vpngw_flow_is_hairpin(flow)) {
		near = flow;
		flow = vpngw_error_turn(near, &source, &reason);
		if (!flow)
			return reason;
		side = VPNGW_SIDE_OUTSIDE;
	}
	/* The quoted packet as its sender sent it. */
	to = flow->dir[!side].tuple;
	outer.src = to.dst;
	outer.dst = to.src;
	rt = vpngw_forward_route(flow, side, skb, &outer, NULL, &reason);
	if (!rt)
		return reason;
	outer.src = vpngw_error_source(flow, side, source, rt, outer.dst);
	reason = vpngw_forward_check_route(realm, skb, rt);
	if (reason != VPNGW_OK)
		goto err_put_route;
	reason = VPNGW_REASON_NO_MEMORY;
	if (vpngw_rewrite_error(skb, p, outer.src, outer.dst, off, &quoted,
				&to))
		goto err_put_route;

	if (near)
		vpngw_forward_count(near, VPNGW_SIDE_INSIDE, len);
	vpngw_forward_count(flow, side, len);
	if (iface->ifindex)
		vpngw_forward_send(flow, skb, rt);
	else
		vpngw_forward_redirect(skb, rt);
	return VPNGW_OK;

err_put_route:
	ip_rt_put(rt);
	return reason;
}
