// SPDX-License-Identifier: GPL-2.0
/*
 * Writes a new tuple into a packet, with every checksum (RFC 3022 section
 * 4.1 and 4.3). Decides nothing.
 */
#include "rewrite.h"

#include <linux/crc32.h>
#include <linux/dccp.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <net/checksum.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "tuple.h"

/**
 * vpngw_rewrite_l4_len - bytes of a transport header that a tuple stands in
 * @proto: of the tuple
 *
 * Context: any.
 * Return: the length of that protocol's header without options, 0 for those
 *	that are translated by address only.
 */
unsigned int vpngw_rewrite_l4_len(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sizeof(struct udphdr);
	case IPPROTO_SCTP:
		return sizeof(struct sctphdr);
	case IPPROTO_DCCP:
		return sizeof(struct dccp_hdr);
	case IPPROTO_ICMP:
		return sizeof(struct icmphdr);
	}
	return 0;
}

/**
 * vpngw_rewrite_sum - what the addresses of a tuple add to a checksum
 * @t: the tuple
 *
 * Context: any.
 * Return: their sum.
 */
__wsum vpngw_rewrite_sum(const struct vpngw_tuple *t)
{
	if (t->family == AF_INET)
		return csum_partial(&t->src, 2 * sizeof(t->src), 0);
	return csum_partial(&t->src6, 2 * sizeof(t->src6), 0);
}

/**
 * vpngw_rewrite_is_outer - whether a checksum is whole, not the device's task
 * @skb: the packet, which leaves a checksum to the device
 * @l4: offset of the transport header from skb->data
 *
 * What is left to the device is one of a packet inside (LCO, see
 * Documentation/networking/checksum-offloads.rst). The checksum of a tunnel's
 * GSO packet is its pseudo header's only.
 *
 * Context: any.
 * Return: true if it is whole.
 */
bool vpngw_rewrite_is_outer(const struct sk_buff *skb, unsigned int l4)
{
	return skb->ip_summed == CHECKSUM_PARTIAL && !skb_is_gso(skb) &&
	       skb_checksum_start_offset(skb) != l4;
}

static __sum16 vpngw_rewrite_pseudo(const struct vpngw_tuple *t, u32 len)
{
	if (t->family == AF_INET)
		return ~csum_tcpudp_magic(t->src, t->dst, len, t->proto, 0);
	return ~csum_ipv6_magic(&t->src6, &t->dst6, len, t->proto, 0);
}

/**
 * vpngw_rewrite_join - make one of a list of packets that are sent as they are
 * @skb: the packet, skb->data at its IP header
 * @p: what vpngw_tuple_read() said of it
 *
 * What receive offload only chains (SKB_GSO_FRAGLIST) has all headers still,
 * and the stack does not write new addresses of IPv6 to all. The copy is one
 * packet that is cut again. Pointers into @skb are stale afterwards.
 *
 * Context: any; may reallocate the packet's head with GFP_ATOMIC.
 * Return: 0, or -ENOMEM and the packet as good as it was.
 */
int vpngw_rewrite_join(struct sk_buff *skb, const struct vpngw_packet *p)
{
	u8 proto = p->tuple.proto;
	__sum16 *check;

	if (likely(!skb_is_gso(skb) ||
		   !(skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST)))
		return 0;
	/* Never of packets in a tunnel. */
	if ((proto != IPPROTO_TCP && proto != IPPROTO_UDP) ||
	    skb->encapsulation)
		return -ENOMEM;
	if (skb_linearize(skb) ||
	    skb_ensure_writable(skb, p->l4 + vpngw_rewrite_l4_len(proto)))
		return -ENOMEM;
	skb_shinfo(skb)->gso_type &= ~SKB_GSO_FRAGLIST;
	skb_set_transport_header(skb, p->l4);
	check = proto == IPPROTO_TCP ? &tcp_hdr(skb)->check :
				       &udp_hdr(skb)->check;
	*check = vpngw_rewrite_pseudo(&p->tuple, skb->len - p->l4);
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = (u8 *)check - skb_transport_header(skb);
	skb->ip_summed = CHECKSUM_PARTIAL;
	return 0;
}

static void vpngw_rewrite_ip(struct iphdr *iph, __be32 src, __be32 dst)
{
	csum_replace4(&iph->check, iph->saddr, src);
	csum_replace4(&iph->check, iph->daddr, dst);
	iph->saddr = src;
	iph->daddr = dst;
}

/**
 * vpngw_rewrite_icmp_check - the checksum of an ICMP message
 * @skb: the packet, with zero at the checksum's place
 * @l4: offset of the message from skb->data
 * @t: has the packet's addresses
 *
 * Context: any.
 * Return: the checksum; ICMPv6 has a pseudo header, RFC 4443 section 2.3.
 */
__sum16 vpngw_rewrite_icmp_check(const struct sk_buff *skb, unsigned int l4,
				 const struct vpngw_tuple *t)
{
	__wsum sum = skb_checksum(skb, l4, skb->len - l4, 0);

	return t->family == AF_INET ? csum_fold(sum) :
	       csum_ipv6_magic(&t->src6, &t->dst6, skb->len - l4,
			       IPPROTO_ICMPV6, sum);
}

/* Write the addresses of a header at @header. */
static __always_inline void
vpngw_rewrite_addrs(void *header, const struct vpngw_tuple *to)
{
	struct ipv6hdr *ip6h = header;

	if (likely(to->family == AF_INET)) {
		vpngw_rewrite_ip(header, to->src, to->dst);
	} else {
		ip6h->saddr = to->src6;
		ip6h->daddr = to->dst6;
	}
}

static void vpngw_rewrite_whole_check(__sum16 *check,
				      const struct vpngw_tuple *from,
				      const struct vpngw_tuple *to)
{
	csum_replace_by_diff(check, csum_sub(vpngw_rewrite_sum(to),
					     vpngw_rewrite_sum(from)));
	csum_replace2(check, from->sport, to->sport);
	csum_replace2(check, from->dport, to->dport);
}

/* The pseudo header's part. In IPv6 what it and the addresses add to that of a
 * whole packet (CHECKSUM_COMPLETE) cancel each other out.
 */
static __always_inline void
vpngw_rewrite_pseudo_check(struct sk_buff *skb, __sum16 *check,
			   const struct vpngw_tuple *from,
			   const struct vpngw_tuple *to)
{
	if (likely(to->family == AF_INET)) {
		inet_proto_csum_replace4(check, skb, from->src, to->src, true);
		inet_proto_csum_replace4(check, skb, from->dst, to->dst, true);
	} else {
		inet_proto_csum_replace16(check, skb, from->src6.s6_addr32,
					  to->src6.s6_addr32, true);
		inet_proto_csum_replace16(check, skb, from->dst6.s6_addr32,
					  to->dst6.s6_addr32, true);
	}
}

static __always_inline void
vpngw_rewrite_l4_check(struct sk_buff *skb, __sum16 *check,
		       const struct vpngw_tuple *from,
		       const struct vpngw_tuple *to)
{
	vpngw_rewrite_pseudo_check(skb, check, from, to);
	if (from->sport != to->sport)
		inet_proto_csum_replace2(check, skb, from->sport, to->sport,
					 false);
	if (from->dport != to->dport)
		inet_proto_csum_replace2(check, skb, from->dport, to->dport,
					 false);
}

/**
 * vpngw_rewrite_sctp - give an SCTP packet new ports
 * @skb: the packet
 * @sh: its transport header, writable
 * @len: bytes from there on
 * @to: its new tuple
 *
 * Its CRC32c is of its bytes only and not of addresses: what the new ports
 * change in it, whatever the rest is, and without a look at it. So a wrong one
 * stays as wrong as it was.
 *
 * Context: any.
 */
void vpngw_rewrite_sctp(struct sk_buff *skb, struct sctphdr *sh,
			unsigned int len, const struct vpngw_tuple *to)
{
	__be16 changed[2] = { sh->source ^ to->sport, sh->dest ^ to->dport };
	u32 crc;

	sh->source = to->sport;
	sh->dest = to->dport;
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		return;
	if (changed[0] || changed[1]) {
		crc = __crc32c_le(0, (const u8 *)changed, sizeof(changed));
		sh->checksum ^= cpu_to_le32(__crc32c_le_shift(crc, len -
							      sizeof(changed)));
	}
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
}

/**
 * vpngw_rewrite_packet - give a packet a new tuple
 * @skb: the packet, skb->data at its IP header
 * @p: what vpngw_tuple_read() said of it
 * @to: its new tuple, of the same version
 *
 * Pointers into @skb are stale afterwards.
 *
 * Context: any; may reallocate the packet's head with GFP_ATOMIC.
 * Return: 0, or -ENOMEM and the packet unchanged.
 */
int vpngw_rewrite_packet(struct sk_buff *skb, const struct vpngw_packet *p,
			 const struct vpngw_tuple *to)
{
	const struct vpngw_tuple *from = &p->tuple;
	struct dccp_hdr *dh;
	struct icmphdr *ih;
	struct udphdr *uh;
	struct tcphdr *th;

	if (unlikely(from->family != AF_INET) && vpngw_rewrite_join(skb, p))
		return -ENOMEM;
	if (skb_ensure_writable(skb, p->l4 + vpngw_rewrite_l4_len(from->proto)))
		return -ENOMEM;

	vpngw_rewrite_addrs(skb_network_header(skb), to);
	switch (from->proto) {
	case IPPROTO_TCP:
		th = (struct tcphdr *)(skb->data + p->l4);
		vpngw_rewrite_l4_check(skb, &th->check, from, to);
		th->source = to->sport;
		th->dest = to->dport;
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		/* UDP-Lite always covers addresses and ports. */
		uh = (struct udphdr *)(skb->data + p->l4);
		/* No checksum stays no checksum, RFC 3022 section 4.1. */
		if (uh->check) {
			if (unlikely(vpngw_rewrite_is_outer(skb, p->l4)))
				vpngw_rewrite_whole_check(&uh->check, from, to);
			else
				vpngw_rewrite_l4_check(skb, &uh->check, from,
						       to);
			if (!uh->check)
				uh->check = CSUM_MANGLED_0;
		} else if (skb->ip_summed == CHECKSUM_COMPLETE) {
			/* Nothing takes the ports out again. */
			skb->ip_summed = CHECKSUM_NONE;
		}
		uh->source = to->sport;
		uh->dest = to->dport;
		break;
	case IPPROTO_DCCP:
		dh = (struct dccp_hdr *)(skb->data + p->l4);
		vpngw_rewrite_l4_check(skb, &dh->dccph_checksum, from, to);
		dh->dccph_sport = to->sport;
		dh->dccph_dport = to->dport;
		break;
	case IPPROTO_SCTP:
		vpngw_rewrite_sctp(skb, (struct sctphdr *)(skb->data + p->l4),
				   skb->len - p->l4, to);
		break;
	case IPPROTO_ICMP:
		ih = (struct icmphdr *)(skb->data + p->l4);
		if (unlikely(to->family != AF_INET))
			vpngw_rewrite_pseudo_check(skb, &ih->checksum, from,
						   to);
		if (ih->un.echo.id != to->sport)
			inet_proto_csum_replace2(&ih->checksum, skb,
						 ih->un.echo.id, to->sport,
						 false);
		ih->un.echo.id = to->sport;
		break;
	default:
		/* Nothing takes the addresses out again. */
		if (unlikely(to->family != AF_INET) &&
		    skb->ip_summed == CHECKSUM_COMPLETE)
			skb->ip_summed = CHECKSUM_NONE;
		break;
	}
	return 0;
}

/* The quoted packet's checksums are kept consistent with what is changed,
 * whether they were right or not: nobody may judge them, RFC 5508 REQ-3 c.
 */
static void vpngw_rewrite_quoted_check(__sum16 *check,
				       const struct vpngw_tuple *from,
				       const struct vpngw_tuple *to)
{
	/* ICMP covers no addresses, ICMPv6 does. */
	if (from->proto != IPPROTO_ICMP || from->family != AF_INET)
		csum_replace_by_diff(check, csum_sub(vpngw_rewrite_sum(to),
						     vpngw_rewrite_sum(from)));
	csum_replace2(check, from->sport, to->sport);
	if (from->proto != IPPROTO_ICMP)
		csum_replace2(check, from->dport, to->dport);
}

static void vpngw_rewrite_quoted(struct sk_buff *skb, unsigned int off,
				 unsigned int len,
				 const struct vpngw_packet *quoted,
				 const struct vpngw_tuple *to)
{
	const struct vpngw_tuple *from = &quoted->tuple;
	void *l4 = skb->data + quoted->l4;
	struct dccp_hdr *dh = l4;
	struct icmphdr *ih = l4;
	struct sctphdr *sh = l4;
	struct udphdr *uh = l4;
	struct tcphdr *th = l4;

	vpngw_rewrite_addrs(skb->data + off, to);
	switch (from->proto) {
	case IPPROTO_TCP:
		if (len >= offsetofend(struct tcphdr, check))
			vpngw_rewrite_quoted_check(&th->check, from, to);
		th->source = to->sport;
		th->dest = to->dport;
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		if (uh->check) {
			vpngw_rewrite_quoted_check(&uh->check, from, to);
			if (!uh->check)
				uh->check = CSUM_MANGLED_0;
		}
		uh->source = to->sport;
		uh->dest = to->dport;
		break;
	case IPPROTO_DCCP:
		vpngw_rewrite_quoted_check(&dh->dccph_checksum, from, to);
		dh->dccph_sport = to->sport;
		dh->dccph_dport = to->dport;
		break;
	case IPPROTO_SCTP:
		/* How long the packet was can't be told: no CRC without it. */
		sh->source = to->sport;
		sh->dest = to->dport;
		break;
	case IPPROTO_ICMP:
		vpngw_rewrite_quoted_check(&ih->checksum, from, to);
		ih->un.echo.id = to->sport;
		break;
	}
}

/**
 * vpngw_rewrite_error - give an ICMP error, and the packet it quotes, new tuples
 * @skb: the ICMP error, skb->data at its IP header, its checksum verified
 * @p: what vpngw_tuple_read() said of it
 * @outer: has the error's new addresses, of the same version
 * @quoted_off: offset of the quoted IP header from skb->data
 * @quoted: what vpngw_tuple_read_quoted() said of the quoted packet
 * @to: new tuple of the quoted packet
 *
 * RFC 5508 REQ-4 and REQ-5. What follows the quoted headers (RFC 4884
 * extensions) is kept as it is.
 *
 * Context: any; may reallocate the packet's head with GFP_ATOMIC.
 * Return: 0, or -ENOMEM and the packet unchanged.
 */
int vpngw_rewrite_error(struct sk_buff *skb, const struct vpngw_packet *p,
			const struct vpngw_tuple *outer,
			unsigned int quoted_off,
			const struct vpngw_packet *quoted,
			const struct vpngw_tuple *to)
{
	unsigned int len = min_t(unsigned int, skb->len - quoted->l4,
				 vpngw_rewrite_l4_len(quoted->tuple.proto));
	struct icmphdr *ih;

	if (skb_ensure_writable(skb, quoted->l4 + len))
		return -ENOMEM;

	vpngw_rewrite_addrs(skb_network_header(skb), outer);
	vpngw_rewrite_quoted(skb, quoted_off, len, quoted, to);

	ih = (struct icmphdr *)(skb->data + p->l4);
	ih->checksum = 0;
	ih->checksum = vpngw_rewrite_icmp_check(skb, p->l4, outer);
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	return 0;
}
