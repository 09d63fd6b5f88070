// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors about flows, from either side: the packet that an error quotes is
 * shown to its sender as it was sent, RFC 5508 section 4.2.
 */
#include "error.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/skbuff.h>

#include <net/checksum.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>

#include "addr.h"
#include "alias.h"
#include "flow.h"
#include "forward.h"
#include "icmp.h"
#include "iface.h"
#include "mapping.h"
#include "netns.h"
#include "realm.h"
#include "rewrite.h"
#include "session.h"
#include "stats.h"
#include "tuple.h"
#include "xlat.h"

/* What stands for a host of the VPN that sends an error: what stands for its whole
 * address, else for the flow's host, whoever there it is.
 */
static void vpngw_error_source_outside(const struct vpngw_flow *flow,
				       struct in6_addr *src)
{
	const struct vpngw_tuple *out = &flow->dir[VPNGW_SIDE_OUTSIDE].tuple;
	const struct vpngw_mapping *mapping = flow->mapping, *own;
	struct vpngw_tuple sender = { .proto = IPPROTO_ICMP };
	struct in6_addr outside;

	vpngw_tuple_set_addrs(&sender, src, src);
	own = vpngw_mapping_lookup_static(mapping->vpn, mapping->ext, &sender,
					  out->family);
	if (own && !own->end[VPNGW_SIDE_INSIDE].key.port &&
	    vpngw_mapping_to(own, VPNGW_SIDE_OUTSIDE, src, &outside))
		*src = outside;
	else
		vpngw_tuple_dst(out, src);
}

/* Whether the VPN knows nobody else by the address that an alias gives. */
static bool vpngw_error_is_alone(const struct vpngw_realm *vpn,
				 const struct vpngw_alias *alias,
				 const struct in6_addr *addr,
				 const struct net_device *dev)
{
	return vpngw_alias_lookup(vpn, addr, IPPROTO_ICMP, 0) == alias &&
	       !(vpngw_alias_is_self(alias) &&
		 vpngw_route_is_own(&vpn->route, dev, addr,
				    alias->inside.len));
}

/* What a router or host of the ext is in the VPN: its alias, or the gateway where it
 * has none (RFC 6791), or else the flow's server.
 */
static void vpngw_error_source_inside(const struct vpngw_flow *flow,
				      const struct dst_entry *dst,
				      const struct in6_addr *host,
				      struct in6_addr *src)
{
	const struct vpngw_tuple *out = &flow->dir[VPNGW_SIDE_OUTSIDE].tuple;
	const struct vpngw_tuple *in = &flow->dir[VPNGW_SIDE_INSIDE].tuple;
	const struct vpngw_alias *alias, *known;
	const struct vpngw_mapping *mapping = flow->mapping;
	struct in6_addr server, inside;

	vpngw_tuple_src(out, &server);
	if (ipv6_addr_equal(src, &server)) {
		vpngw_tuple_dst(in, src);
		return;
	}
	alias = vpngw_alias_lookup_server(mapping->vpn, mapping->ext, src,
					  in->family, IPPROTO_ICMP, 0);
	if (alias && vpngw_alias_to_inside(alias, src, &inside) &&
	    vpngw_error_is_alone(mapping->vpn, alias, &inside, dst->dev)) {
		*src = inside;
		return;
	}
	/* From another VPN: an outside address, which is itself in this one, unless
	 * the VPN knows somebody else by it.
	 */
	if (vpngw_flow_is_hairpin(flow) &&
	    vpngw_addr_family(src) == in->family) {
		known = vpngw_alias_lookup(mapping->vpn, src, IPPROTO_ICMP, 0);
		if (!known || (vpngw_alias_is_self(known) &&
			       known->ext == mapping->ext))
			return;
	}
	/* A router that has no address in the VPN. */
	if (!vpngw_icmp_source(dst->dev, host, src))
		vpngw_tuple_dst(in, src);
}

static bool vpngw_error_good4(struct sk_buff *skb, unsigned int l4,
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

static bool vpngw_error_good6(struct sk_buff *skb, unsigned int l4,
			      const struct vpngw_packet *quoted)
{
	unsigned int len = skb->len - l4;
	const struct ipv6hdr *ip6h;

	if (!pskb_may_pull(skb, quoted->l4))
		return false;
	ip6h = ipv6_hdr(skb);
	return !csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, len, IPPROTO_ICMPV6,
				skb_checksum(skb, l4, len, 0));
}

static bool vpngw_error_good(struct sk_buff *skb, const struct vpngw_packet *p,
			     unsigned int off,
			     const struct vpngw_packet *quoted)
{
	return p->tuple.family == AF_INET ?
	       vpngw_error_good4(skb, p->l4, off) :
	       vpngw_error_good6(skb, p->l4, quoted);
}

/* Whether it goes where the quoted packet came from. */
static bool vpngw_error_returns(const struct vpngw_packet *p,
				const struct vpngw_packet *quoted)
{
	struct in6_addr dst, src;

	vpngw_tuple_dst(&p->tuple, &dst);
	vpngw_tuple_src(&quoted->tuple, &src);
	return ipv6_addr_equal(&dst, &src);
}

/* The flow of the VPN host whose packet an error of another is about: the error
 * goes out, with @source, and in to that one.
 */
static struct vpngw_flow *vpngw_error_turn(const struct vpngw_flow *flow,
					   struct in6_addr *source,
					   int *reason)
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
	vpngw_error_source_outside(flow, source);
	return peer;
}

/* The error's own addresses: from @source to where the quoted packet, as its sender
 * knows it, came from. Its route goes with it.
 */
static struct dst_entry *vpngw_error_route(const struct vpngw_flow *flow,
					   enum vpngw_side side,
					   const struct sk_buff *skb,
					   const struct vpngw_tuple *to,
					   struct in6_addr *source,
					   struct vpngw_tuple *outer,
					   int *reason)
{
	struct dst_entry *dst;
	struct in6_addr host;

	memset(outer, 0, sizeof(*outer));
	vpngw_tuple_reverse(outer, to);
	outer->proto = IPPROTO_ICMP;
	outer->sport = 0;
	outer->dport = 0;
	outer->call = VPNGW_CALL_NONE;
	dst = vpngw_forward_route(flow, side, skb, outer, NULL, reason);
	if (!dst)
		return NULL;
	vpngw_tuple_dst(outer, &host);
	if (side == VPNGW_SIDE_INSIDE)
		vpngw_error_source_outside(flow, source);
	else
		vpngw_error_source_inside(flow, dst, &host, source);
	vpngw_tuple_set_addrs(outer, source, &host);
	return dst;
}

static int vpngw_error_rewrite(struct sk_buff *skb, struct vpngw_packet *p,
			       const struct vpngw_tuple *outer,
			       unsigned int off,
			       const struct vpngw_packet *quoted,
			       const struct vpngw_tuple *to,
			       const struct dst_entry *dst)
{
	u32 mtu_in = skb->dev ? skb->dev->mtu : IP_MAX_MTU;
	int err;

	if (likely(p->tuple.family == outer->family))
		err = vpngw_rewrite_error(skb, p, outer, off, quoted, to);
	else
		err = vpngw_xlat_error(skb, p, outer, off, quoted, to, mtu_in,
				       dst_mtu(dst));
	switch (err) {
	case 0:
		return VPNGW_OK;
	case -EOPNOTSUPP:
		return VPNGW_REASON_ICMP_TYPE;
	}
	return VPNGW_REASON_NO_MEMORY;
}

/**
 * vpngw_error_translate - translate an ICMP error about a flow, and send it on
 * @iface: the device that it came in by; without an ifindex it is a socket's of
 *	the gateway
 * @skb: the packet
 * @p: what vpngw_tuple_read() said of it
 *
 * Context: RCU read section, BH off.
 * Return: as vpngw_forward_on() when it is translated; VPNGW_PASS when it is not
 *	ours; or the &enum vpngw_reason why it is to be dropped.
 */
int vpngw_error_translate(const struct vpngw_iface *iface, struct sk_buff *skb,
			  struct vpngw_packet *p)
{
	unsigned int off = p->l4 + sizeof(struct icmphdr), len = skb->len;
	struct vpngw_realm *realm = iface->realm;
	enum vpngw_side side = realm->side;
	const struct vpngw_flow *near = NULL;
	struct vpngw_tuple reply, to, outer;
	struct vpngw_packet quoted;
	struct vpngw_flow *flow;
	struct in6_addr source;
	u8 family = p->tuple.family;
	struct dst_entry *dst;
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
	if (!vpngw_error_returns(p, &quoted) ||
	    (side == VPNGW_SIDE_OUTSIDE && vpngw_flow_is_hairpin(flow)))
		return VPNGW_REASON_ICMP_NO_FLOW;
	if (vpngw_tuple_is_martian(&p->tuple))
		return VPNGW_REASON_SPOOFED;
	if (!vpngw_error_good(skb, p, off, &quoted))
		return VPNGW_REASON_CHECKSUM;
	if (iface->ifindex && vpngw_forward_ttl(skb) <= 1)
		return VPNGW_REASON_TTL;
	if (iface->ifindex && !vpngw_forward_is_allowed(skb))
		return VPNGW_REASON_POLICY;

	vpngw_tuple_src(&p->tuple, &source);
	if (vpngw_flow_is_hairpin(flow)) {
		near = flow;
		flow = vpngw_error_turn(near, &source, &reason);
		if (!flow)
			return reason;
		side = VPNGW_SIDE_OUTSIDE;
	}
	/* The quoted packet as its sender sent it. */
	vpngw_tuple_copy(&to, &flow->dir[!side].tuple);
	dst = vpngw_error_route(flow, side, skb, &to, &source, &outer, &reason);
	if (!dst)
		return reason;
	reason = vpngw_forward_check_route(realm, skb, dst);
	if (reason != VPNGW_OK)
		goto err_put_route;
	reason = vpngw_error_rewrite(skb, p, &outer, off, &quoted, &to, dst);
	if (reason != VPNGW_OK)
		goto err_put_route;

	if (near)
		vpngw_forward_count(near, VPNGW_SIDE_INSIDE, len);
	vpngw_forward_count(flow, side, len);
	return vpngw_forward_on(iface, flow, skb, dst, family != to.family);

err_put_route:
	dst_release(dst);
	return reason;
}

/**
 * vpngw_error_of_translated - the vpn of whose translated packet the stack tells
 * @vn: the namespace
 * @skb: a packet that the gateway itself sends
 *
 * Where a tunnel finds a packet too big, the stack sends an ICMPv6 error about it,
 * even about one of ours, to its source: an alias. Without a VRF the main table
 * leads that, and what it quotes, anywhere. The sender is told once the route has
 * that MTU, as with IPv4.
 *
 * Context: RCU read section.
 * Return: the vpn, or NULL when it is no such error.
 */
struct vpngw_realm *vpngw_error_of_translated(struct vpngw_net *vn,
					      const struct sk_buff *skb)
{
	unsigned int off = sizeof(struct ipv6hdr);
	struct vpngw_packet quoted;
	struct vpngw_tuple reply;
	struct vpngw_realm *vpn;
	const u8 *type;
	u8 buf;

	if (likely(skb->protocol != htons(ETH_P_IPV6) ||
		   ipv6_hdr(skb)->nexthdr != IPPROTO_ICMPV6))
		return NULL;
	type = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!type || *type != ICMPV6_PKT_TOOBIG ||
	    vpngw_tuple_read_quoted(skb, off + sizeof(struct icmp6hdr),
				    &quoted) != VPNGW_OK)
		return NULL;
	list_for_each_entry_rcu(vpn, &vn->vpns, list) {
		vpngw_tuple_reverse(&reply, &quoted.tuple);
		if (!vpn->route.has_vrf && vpngw_flow_find_packet(vpn, &reply))
			return vpn;
	}
	return NULL;
}
