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
#include <linux/sctp.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <net/checksum.h>
#include <net/ip.h>

#include "tuple.h"

static void vpngw_rewrite_ip(struct iphdr *iph, __be32 src, __be32 dst)
{
	csum_replace4(&iph->check, iph->saddr, src);
	csum_replace4(&iph->check, iph->daddr, dst);
	iph->saddr = src;
	iph->daddr = dst;
}

/* A whole sum, since what is left to the device is one of a packet inside (LCO, see
 * Documentation/networking/checksum-offloads.rst). That of a tunnel's GSO packet
 * is its pseudo header's only.
 */
static bool vpngw_rewrite_is_outer(const struct sk_buff *skb, unsigned int l4)
{
	return skb->ip_summed == CHECKSUM_PARTIAL && !skb_is_gso(skb) &&
	       skb_checksum_start_offset(skb) != l4;
}

static void vpngw_rewrite_whole_check(__sum16 *check,
				      const struct vpngw_tuple *from,
				      const struct vpngw_tuple *to)
{
	csum_replace4(check, from->src, to->src);
	csum_replace4(check, from->dst, to->dst);
	csum_replace2(check, from->sport, to->sport);
	csum_replace2(check, from->dport, to->dport);
}

static void vpngw_rewrite_l4_check(struct sk_buff *skb, __sum16 *check,
				   const struct vpngw_tuple *from,
				   const struct vpngw_tuple *to)
{
	inet_proto_csum_replace4(check, skb, from->src, to->src, true);
	inet_proto_csum_replace4(check, skb, from->dst, to->dst, true);
	if (from->sport != to->sport)
		inet_proto_csum_replace2(check, skb, from->sport, to->sport,
					 false);
	if (from->dport != to->dport)
		inet_proto_csum_replace2(check, skb, from->dport, to->dport,
					 false);
}

/* The CRC32c of an SCTP packet of @len bytes, whose sum is of its bytes only and
 * not of addresses: what the new ports change in it, whatever the rest is, and
 * without a look at it. So a wrong one stays as wrong as it was.
 */
static void vpngw_rewrite_sctp(struct sk_buff *skb, struct sctphdr *sh,
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

static unsigned int vpngw_rewrite_l4_len(u8 proto)
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
 * vpngw_rewrite_packet - give a packet a new tuple
 * @skb: the packet, skb->data at its IP header
 * @p: what vpngw_tuple_read() said of it
 * @to: its new tuple
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

	if (skb_ensure_writable(skb, p->l4 + vpngw_rewrite_l4_len(from->proto)))
		return -ENOMEM;

	vpngw_rewrite_ip(ip_hdr(skb), to->src, to->dst);
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
		if (ih->un.echo.id != to->sport)
			inet_proto_csum_replace2(&ih->checksum, skb,
						 ih->un.echo.id, to->sport,
						 false);
		ih->un.echo.id = to->sport;
		break;
	}
	return 0;
}

/* The quoted packet's checksums are kept consistent with what is changed,
 * whether they were right or not: nobody may judge them, RFC 5508 REQ-3 c.
 */
static void vpngw_rewrite_quoted_check(__sum16 *check,
				       const struct vpngw_tuple *from,
				       const struct vpngw_tuple *to,
				       bool pseudo)
{
	if (pseudo) {
		csum_replace4(check, from->src, to->src);
		csum_replace4(check, from->dst, to->dst);
		csum_replace2(check, from->dport, to->dport);
	}
	csum_replace2(check, from->sport, to->sport);
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

	vpngw_rewrite_ip((struct iphdr *)(skb->data + off), to->src, to->dst);
	switch (from->proto) {
	case IPPROTO_TCP:
		if (len >= offsetofend(struct tcphdr, check))
			vpngw_rewrite_quoted_check(&th->check, from, to, true);
		th->source = to->sport;
		th->dest = to->dport;
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		if (uh->check) {
			vpngw_rewrite_quoted_check(&uh->check, from, to, true);
			if (!uh->check)
				uh->check = CSUM_MANGLED_0;
		}
		uh->source = to->sport;
		uh->dest = to->dport;
		break;
	case IPPROTO_DCCP:
		vpngw_rewrite_quoted_check(&dh->dccph_checksum, from, to, true);
		dh->dccph_sport = to->sport;
		dh->dccph_dport = to->dport;
		break;
	case IPPROTO_SCTP:
		/* How long the packet was can't be told: no CRC without it. */
		sh->source = to->sport;
		sh->dest = to->dport;
		break;
	case IPPROTO_ICMP:
		vpngw_rewrite_quoted_check(&ih->checksum, from, to, false);
		ih->un.echo.id = to->sport;
		break;
	}
}

/**
 * vpngw_rewrite_error - give an ICMP error, and the packet it quotes, new tuples
 * @skb: the ICMP error, skb->data at its IP header, its checksum verified
 * @p: what vpngw_tuple_read() said of it
 * @src: new source address of the error
 * @dst: new destination address of the error
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
			__be32 src, __be32 dst, unsigned int quoted_off,
			const struct vpngw_packet *quoted,
			const struct vpngw_tuple *to)
{
	unsigned int len = min_t(unsigned int, skb->len - quoted->l4,
				 vpngw_rewrite_l4_len(quoted->tuple.proto));
	struct icmphdr *ih;

	if (skb_ensure_writable(skb, quoted->l4 + len))
		return -ENOMEM;

	vpngw_rewrite_ip(ip_hdr(skb), src, dst);
	vpngw_rewrite_quoted(skb, quoted_off, len, quoted, to);

	ih = (struct icmphdr *)(skb->data + p->l4);
	ih->checksum = 0;
	ih->checksum = csum_fold(skb_checksum(skb, p->l4, skb->len - p->l4, 0));
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	return 0;
}
