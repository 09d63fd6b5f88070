// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP and ICMPv6 errors that the gateway itself sends, to the sender and in
 * the sender's own view, before anything of the packet was translated.
 *
 * icmp_send() would route them by the main table where a vpn has no VRF, into
 * whichever VPN has that address first.
 */
#include "icmp.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ratelimit.h>
#include <linux/skbuff.h>

#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>

#include "iface.h"
#include "realm.h"
#include "stats.h"
#include "tuple.h"

/* Longest error as a whole, RFC 1812 4.3.2.3. */
#define VPNGW_ICMP_LEN_MAX	576
/* The same with IPv6, RFC 4443 2.4 c. */
#define VPNGW_ICMP_LEN_MAX_V6	IPV6_MIN_MTU

/**
 * struct vpngw_icmp_message - an error as its sender will see it
 * @type: type
 * @code: code
 * @info: the four bytes behind the checksum
 */
struct vpngw_icmp_message {
	u8	type;
	u8	code;
	__be32	info;
};

/**
 * vpngw_icmp_source - the gateway's own address toward a host
 * @dev: the device toward the host
 * @dst: the host
 * @src: the address, if there is one
 *
 * With IPv6 every device has an address of its link, which is good for nobody
 * who is not on that link himself.
 *
 * Context: RCU read section.
 * Return: false when the gateway has none.
 */
bool vpngw_icmp_source(const struct net_device *dev, const struct in6_addr *dst,
		       struct in6_addr *src)
{
	__be32 v4;

	if (!vpngw_addr_is_v4(dst))
		return !ipv6_dev_get_saddr(dev_net(dev), dev, dst, 0, src) &&
		       (!(ipv6_addr_type(src) & IPV6_ADDR_LINKLOCAL) ||
			ipv6_addr_type(dst) & IPV6_ADDR_LINKLOCAL);
	v4 = inet_select_addr(dev, vpngw_addr_v4(dst), RT_SCOPE_UNIVERSE);
	vpngw_addr_set_v4(src, v4);
	return v4;
}

static void vpngw_icmp_say_v4(const struct vpngw_realm *realm,
			      enum vpngw_icmp_tell tell, u32 info,
			      struct vpngw_icmp_message *m)
{
	m->type = ICMP_DEST_UNREACH;
	m->info = 0;
	switch (tell) {
	case VPNGW_ICMP_NO_ROUTE:
		m->code = ICMP_NET_UNREACH;
		break;
	case VPNGW_ICMP_FILTERED:
		m->code = ICMP_PKT_FILTERED;
		break;
	case VPNGW_ICMP_NO_RESOURCES:
		m->code = READ_ONCE(realm->vn->icmp_code);
		break;
	case VPNGW_ICMP_PROTOCOL:
		m->code = ICMP_PROT_UNREACH;
		break;
	case VPNGW_ICMP_SOURCE_ROUTE:
		m->code = ICMP_SR_FAILED;
		break;
	case VPNGW_ICMP_TTL:
		m->type = ICMP_TIME_EXCEEDED;
		m->code = ICMP_EXC_TTL;
		break;
	case VPNGW_ICMP_TOO_BIG:
		m->code = ICMP_FRAG_NEEDED;
		/* The MTU is in the lower half, RFC 1191. */
		m->info = htonl(min_t(u32, info, U16_MAX));
		break;
	}
}

static void vpngw_icmp_say_v6(enum vpngw_icmp_tell tell, u32 info,
			      struct vpngw_icmp_message *m)
{
	m->type = ICMPV6_DEST_UNREACH;
	m->info = 0;
	switch (tell) {
	case VPNGW_ICMP_NO_ROUTE:
		m->code = ICMPV6_NOROUTE;
		break;
	case VPNGW_ICMP_FILTERED:
	case VPNGW_ICMP_NO_RESOURCES:
		m->code = ICMPV6_ADM_PROHIBITED;
		break;
	case VPNGW_ICMP_PROTOCOL:
		m->code = ICMPV6_PORT_UNREACH;
		break;
	case VPNGW_ICMP_SOURCE_ROUTE:
		m->type = ICMPV6_PARAMPROB;
		m->code = ICMPV6_HDR_FIELD;
		m->info = htonl(info);
		break;
	case VPNGW_ICMP_TTL:
		m->type = ICMPV6_TIME_EXCEED;
		m->code = ICMPV6_EXC_HOPLIMIT;
		break;
	case VPNGW_ICMP_TOO_BIG:
		m->type = ICMPV6_PKT_TOOBIG;
		m->code = 0;
		m->info = htonl(info);
		break;
	}
}

/* Whether what a packet's source route leads around is an error, or can't be
 * told.
 */
static bool vpngw_icmp_is_error(const struct sk_buff *skb)
{
	int off = sizeof(struct ipv6hdr);
	const u8 *type;
	__be16 frag;
	u8 proto, buf;

	if (skb->protocol == htons(ETH_P_IP)) {
		if (ip_hdr(skb)->protocol != IPPROTO_ICMP)
			return false;
		type = skb_header_pointer(skb, ip_hdrlen(skb), 1, &buf);
		return !type || icmp_is_err(*type) || *type > NR_ICMP_TYPES;
	}
	proto = ipv6_hdr(skb)->nexthdr;
	off = ipv6_skip_exthdr(skb, off, &proto, &frag);
	if (off < 0)
		return true;
	if (proto != IPPROTO_ICMPV6)
		return false;
	type = skb_header_pointer(skb, off, 1, &buf);
	return !type || icmpv6_is_err(*type) || *type == NDISC_REDIRECT;
}

/* RFC 1812 4.3.2.7, RFC 4443 2.4 e: nothing about an error, nothing about what
 * went to many, nothing to what is no host.
 */
static bool vpngw_icmp_may_tell(const struct sk_buff *skb,
				enum vpngw_icmp_tell tell,
				struct vpngw_packet *p)
{
	int reason = vpngw_tuple_read(skb, p);

	if (skb->pkt_type != PACKET_HOST || vpngw_tuple_is_martian(&p->tuple))
		return false;
	if (p->tuple.family == AF_INET6 &&
	    ipv6_addr_is_multicast(&p->tuple.dst6))
		return false;
	if (tell == VPNGW_ICMP_SOURCE_ROUTE)
		return !vpngw_icmp_is_error(skb);
	return reason == VPNGW_OK && !p->icmp_error;
}

static struct sk_buff *vpngw_icmp_alloc(const struct dst_entry *dst,
					unsigned int len)
{
	unsigned int room = LL_RESERVED_SPACE(dst->dev);
	struct sk_buff *skb;

	skb = alloc_skb(room + len, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_reset_network_header(skb);
	return skb;
}

/* The error from its second header on. */
static void vpngw_icmp_put(struct sk_buff *skb, const struct sk_buff *about,
			   unsigned int len, const struct vpngw_icmp_message *m)
{
	struct icmphdr *ih;

	static_assert(sizeof(struct icmphdr) == sizeof(struct icmp6hdr));
	skb_set_transport_header(skb, skb->len);
	ih = skb_put_zero(skb, sizeof(*ih));
	ih->type = m->type;
	ih->code = m->code;
	ih->un.gateway = m->info;
	skb_copy_bits(about, 0, skb_put(skb, len), len);
}

static struct sk_buff *vpngw_icmp_make_v4(const struct dst_entry *dst,
					  const struct sk_buff *about,
					  const struct vpngw_tuple *t,
					  const struct vpngw_icmp_message *m)
{
	unsigned int hdr = sizeof(struct iphdr) + sizeof(struct icmphdr);
	unsigned int len = min(about->len, VPNGW_ICMP_LEN_MAX - hdr);
	struct sk_buff *skb;
	struct iphdr *iph;

	skb = vpngw_icmp_alloc(dst, hdr + len);
	if (!skb)
		return NULL;
	iph = skb_put_zero(skb, sizeof(*iph));
	vpngw_icmp_put(skb, about, len, m);
	icmp_hdr(skb)->checksum =
		csum_fold(skb_checksum(skb, sizeof(*iph),
				       skb->len - sizeof(*iph), 0));
	iph->version = 4;
	iph->ihl = 5;
	/* RFC 1812 4.3.2.5: errors have precedence 6. */
	iph->tos = (ip_hdr(about)->tos & IPTOS_TOS_MASK) |
		   IPTOS_PREC_INTERNETCONTROL;
	iph->ttl = ip4_dst_hoplimit(dst);
	iph->protocol = IPPROTO_ICMP;
	iph->saddr = t->src;
	iph->daddr = t->dst;
	skb->protocol = htons(ETH_P_IP);
	return skb;
}

static struct sk_buff *vpngw_icmp_make_v6(struct dst_entry *dst,
					  const struct sk_buff *about,
					  const struct vpngw_tuple *t,
					  const struct vpngw_icmp_message *m)
{
	unsigned int hdr = sizeof(struct ipv6hdr) + sizeof(struct icmp6hdr);
	unsigned int len = min(about->len, VPNGW_ICMP_LEN_MAX_V6 - hdr);
	unsigned int off = sizeof(struct ipv6hdr);
	struct ipv6hdr *ip6h;
	struct sk_buff *skb;

	skb = vpngw_icmp_alloc(dst, hdr + len);
	if (!skb)
		return NULL;
	ip6h = skb_put_zero(skb, sizeof(*ip6h));
	vpngw_icmp_put(skb, about, len, m);
	icmp6_hdr(skb)->icmp6_cksum =
		csum_ipv6_magic(&t->src6, &t->dst6, skb->len - off,
				IPPROTO_ICMPV6,
				skb_checksum(skb, off, skb->len - off, 0));
	ip6_flow_hdr(ip6h, 0, 0);
	ip6h->payload_len = htons(skb->len - off);
	ip6h->nexthdr = IPPROTO_ICMPV6;
	ip6h->hop_limit = ip6_dst_hoplimit(dst);
	ip6h->saddr = t->src6;
	ip6h->daddr = t->dst6;
	skb->protocol = htons(ETH_P_IPV6);
	return skb;
}

static void vpngw_icmp_send(struct net *net, struct sk_buff *skb)
{
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	if (skb->protocol == htons(ETH_P_IPV6)) {
		ip6_local_out(net, NULL, skb);
		return;
	}
	ip_select_ident(net, skb, NULL);
	ip_local_out(net, NULL, skb);
}

/**
 * vpngw_icmp_error - tell the sender why its packet was dropped
 * @realm: the vpn or ext it came from
 * @dev: the device it came in by
 * @skb: the packet, not yet translated
 * @tell: why
 * @mtu: for VPNGW_ICMP_TOO_BIG the next-hop MTU in host byte order, as it is
 *	to packets of the sender's own version; else 0
 *
 * Nothing is sent about an ICMP error or to an address that can't be a host's
 * (RFC 1812 4.3.2.7, RFC 4443 2.4), nor beyond the rate of the vpn or ext,
 * which is its own so that no other is silenced.
 *
 * Context: RCU read section; allocates with GFP_ATOMIC.
 */
void vpngw_icmp_error(struct vpngw_realm *realm, const struct net_device *dev,
		      const struct sk_buff *skb, enum vpngw_icmp_tell tell,
		      u32 mtu)
{
	struct in6_addr sender, source;
	struct vpngw_icmp_message m;
	struct vpngw_packet p;
	struct vpngw_tuple t;
	struct dst_entry *dst;
	struct sk_buff *nskb;
	u32 info = mtu;
	int reason;

	if (!vpngw_icmp_may_tell(skb, tell, &p))
		return;
	if (!__ratelimit(&realm->icmp_limit)) {
		this_cpu_inc(realm->stats->icmp_held_back);
		return;
	}
	/* In IPv6 the segments left, RFC 7915 section 5.1. */
	if (tell == VPNGW_ICMP_SOURCE_ROUTE)
		info = p.l4 + offsetof(struct ipv6_rt_hdr, segments_left);
	vpngw_tuple_src(&p.tuple, &sender);
	if (!vpngw_icmp_source(dev, &sender, &source))
		return;
	memset(&t, 0, sizeof(t));
	t.proto = IPPROTO_ICMP;
	vpngw_tuple_set_addrs(&t, &source, &sender);
	dst = vpngw_iface_route(realm, dev->ifindex, skb, &t, NULL, &reason);
	if (!dst)
		return;
	if (t.family == AF_INET) {
		vpngw_icmp_say_v4(realm, tell, info, &m);
		nskb = vpngw_icmp_make_v4(dst, skb, &t, &m);
	} else {
		vpngw_icmp_say_v6(tell, info, &m);
		nskb = vpngw_icmp_make_v6(dst, skb, &t, &m);
	}
	if (!nskb) {
		dst_release(dst);
		return;
	}
	nskb->mark = skb->mark;
	skb_dst_set(nskb, dst);
	vpngw_icmp_send(realm->vn->net, nskb);
}
