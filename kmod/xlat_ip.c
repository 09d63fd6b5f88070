// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet and one that an error quotes have in common when they are
 * translated from one IP version to the other: their IP headers, and what a
 * tuple and the pseudo header change in the transport header (RFC 7915 section
 * 4.1, 4.5, 5.1 and 5.5).
 */
#include "xlat_ip.h"

#include <linux/dccp.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/minmax.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <net/checksum.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "rewrite.h"
#include "tuple.h"
#include "xlat.h"

/* Longest packet, made of an IPv6 one, that may be fragmented. */
#define VPNGW_XLAT_IP_DF_ABOVE	(VPNGW_XLAT_MTU_MIN - VPNGW_XLAT_GROWTH)

/**
 * vpngw_xlat_ip_query - the type of an ICMP query in the other version
 * @type: in its own
 * @family: of the other
 *
 * Context: any.
 * Return: the type, or @type itself when the other has none.
 */
u8 vpngw_xlat_ip_query(u8 type, u8 family)
{
	if (family == AF_INET6) {
		if (type == ICMP_ECHO)
			return ICMPV6_ECHO_REQUEST;
		return type == ICMP_ECHOREPLY ? ICMPV6_ECHO_REPLY : type;
	}
	if (type == ICMPV6_ECHO_REQUEST)
		return ICMP_ECHO;
	return type == ICMPV6_ECHO_REPLY ? ICMP_ECHOREPLY : type;
}

/**
 * vpngw_xlat_ip_possible - whether the other version has such packets
 * @p: what was read of a packet that is no ICMP error
 *
 * What follows an IPv4 header must not become extension headers, which nobody
 * has looked at.
 *
 * Context: any.
 * Return: true if it has.
 */
bool vpngw_xlat_ip_possible(const struct vpngw_packet *p)
{
	bool is_v4 = p->tuple.family == AF_INET;

	switch (p->tuple.proto) {
	case IPPROTO_ICMP:
		return vpngw_xlat_ip_query(p->icmp_type, is_v4 ? AF_INET6 :
							 AF_INET) !=
		       p->icmp_type;
	case NEXTHDR_HOP:
	case NEXTHDR_ROUTING:
	case NEXTHDR_FRAGMENT:
	case NEXTHDR_DEST:
		return !is_v4;
	}
	return true;
}

static void vpngw_xlat_ip_read_v4(const struct iphdr *iph,
				  struct vpngw_xlat_ip *ip)
{
	unsigned int total = ntohs(iph->tot_len), header = iph->ihl * 4;

	ip->len = total > header ? total - header : 0;
	ip->id = iph->id;
	ip->tos = iph->tos;
	ip->ttl = iph->ttl;
	ip->df = iph->frag_off & htons(IP_DF);
	ip->more = iph->frag_off & htons(IP_MF);
}

/**
 * vpngw_xlat_ip_read - read an IP header
 * @skb: the packet that it is in, linear up to @p->l4
 * @off: offset of the IP header from skb->data
 * @p: what was read of its packet
 * @ip: what it says; of IPv6 as what it becomes in IPv4
 *
 * Context: any.
 */
void vpngw_xlat_ip_read(const struct sk_buff *skb, unsigned int off,
			const struct vpngw_packet *p, struct vpngw_xlat_ip *ip)
{
	const struct ipv6hdr *ip6h = (void *)(skb->data + off);
	const struct frag_hdr *fh = (void *)(skb->data + p->frag);
	unsigned int total, extensions;

	if (p->tuple.family == AF_INET) {
		vpngw_xlat_ip_read_v4((void *)(skb->data + off), ip);
		return;
	}
	total = ntohs(ip6h->payload_len);
	extensions = p->l4 - off - sizeof(*ip6h);
	ip->len = total > extensions ? total - extensions : 0;
	ip->tos = ipv6_get_dsfield(ip6h);
	ip->ttl = ip6h->hop_limit;
	ip->id = p->frag ? htons(ntohl(fh->identification)) : 0;
	ip->more = p->frag && fh->frag_off & htons(IP6_MF);
	ip->df = !p->frag &&
		 sizeof(struct iphdr) + ip->len > VPNGW_XLAT_IP_DF_ABOVE;
}

/**
 * vpngw_xlat_ip_size - the size of an IP header that is written
 * @family: its version
 * @more: it is that of the first of several fragments
 *
 * Context: any.
 * Return: the size in bytes, with that of a fragment header.
 */
unsigned int vpngw_xlat_ip_size(u8 family, bool more)
{
	if (family == AF_INET)
		return sizeof(struct iphdr);
	return sizeof(struct ipv6hdr) + (more ? sizeof(struct frag_hdr) : 0);
}

static void vpngw_xlat_ip_write_v4(struct iphdr *iph,
				   const struct vpngw_tuple *to, u8 proto,
				   const struct vpngw_xlat_ip *ip)
{
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = ip->tos;
	iph->tot_len = htons(min_t(unsigned int, sizeof(*iph) + ip->len,
				   U16_MAX));
	iph->id = ip->id;
	iph->frag_off = htons((ip->df ? IP_DF : 0) | (ip->more ? IP_MF : 0));
	iph->ttl = ip->ttl;
	iph->protocol = proto;
	iph->saddr = to->src;
	iph->daddr = to->dst;
	ip_send_check(iph);
}

static void vpngw_xlat_ip_write_v6(struct ipv6hdr *ip6h,
				   const struct vpngw_tuple *to, u8 proto,
				   const struct vpngw_xlat_ip *ip)
{
	struct frag_hdr *fh = (struct frag_hdr *)(ip6h + 1);
	unsigned int len = ip->len;

	if (proto == IPPROTO_ICMP)
		proto = IPPROTO_ICMPV6;
	if (ip->more) {
		fh->nexthdr = proto;
		fh->reserved = 0;
		fh->frag_off = htons(IP6_MF);
		fh->identification = htonl(ntohs(ip->id));
		len += sizeof(*fh);
		proto = NEXTHDR_FRAGMENT;
	}
	ip6_flow_hdr(ip6h, ip->tos, 0);
	ip6h->payload_len = htons(min_t(unsigned int, len, U16_MAX));
	ip6h->nexthdr = proto;
	ip6h->hop_limit = ip->ttl;
	ip6h->saddr = to->src6;
	ip6h->daddr = to->dst6;
}

/**
 * vpngw_xlat_ip_write - write an IP header
 * @at: its place, of vpngw_xlat_ip_size() bytes
 * @to: has its addresses
 * @proto: of the tuple
 * @ip: what else it says
 *
 * RFC 7915 section 4.1 and 5.1.
 *
 * Context: any.
 */
void vpngw_xlat_ip_write(void *at, const struct vpngw_tuple *to, u8 proto,
			 const struct vpngw_xlat_ip *ip)
{
	if (to->family == AF_INET)
		vpngw_xlat_ip_write_v4(at, to, proto, ip);
	else
		vpngw_xlat_ip_write_v6(at, to, proto, ip);
}

/* What segments are, when the packet is cut. A tunnel's are those of the packet
 * inside, which stays what it is.
 */
static void vpngw_xlat_ip_swap_gso(struct sk_buff *skb, u8 family)
{
	unsigned int v4, v6, *type = &skb_shinfo(skb)->gso_type;

	v4 = skb->encapsulation ? SKB_GSO_IPXIP4 : SKB_GSO_TCPV4;
	v6 = skb->encapsulation ? SKB_GSO_IPXIP6 : SKB_GSO_TCPV6;
	if (family == AF_INET6 && *type & v4)
		*type ^= v4 | v6;
	else if (family == AF_INET && *type & v6)
		*type ^= v4 | v6;
	/* There is no id that could be the same in all. */
	if (family == AF_INET6 && !skb->encapsulation)
		*type &= ~SKB_GSO_TCP_FIXEDID;
}

/* Only the device that it came in by outlives the old header. */
static void vpngw_xlat_ip_reset_cb(struct sk_buff *skb, u8 family)
{
	int iif;

	if (family == AF_INET6) {
		iif = IPCB(skb)->iif;
		memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
		IP6CB(skb)->iif = iif;
		IP6CB(skb)->nhoff = offsetof(struct ipv6hdr, nexthdr);
	} else {
		iif = IP6CB(skb)->iif;
		memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
		IPCB(skb)->iif = iif;
	}
}

/**
 * vpngw_xlat_ip_swap - make room for other headers instead of a packet's first
 * @skb: the packet, with enough headroom
 * @old: bytes at its begin that go, linear
 * @new: bytes that stand there then, to be written
 * @family: the version that it is of then
 *
 * The transport header's place is still to be set. The link layer's header goes
 * too: it was one for the other version.
 *
 * Context: any.
 */
void vpngw_xlat_ip_swap(struct sk_buff *skb, unsigned int old, unsigned int new,
			u8 family)
{
	if (skb_is_gso(skb))
		vpngw_xlat_ip_swap_gso(skb, family);
	vpngw_xlat_ip_reset_cb(skb, family);
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	__skb_pull(skb, old);
	__skb_push(skb, new);
	skb_reset_network_header(skb);
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	skb->protocol = family == AF_INET ? htons(ETH_P_IP) :
					    htons(ETH_P_IPV6);
}

/**
 * vpngw_xlat_ip_check_at - where the Internet checksum of a transport header is
 * @proto: of the tuple
 *
 * Context: any.
 * Return: its offset, 0 when it has none.
 */
unsigned int vpngw_xlat_ip_check_at(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return offsetof(struct tcphdr, check);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return offsetof(struct udphdr, check);
	case IPPROTO_DCCP:
		return offsetof(struct dccp_hdr, dccph_checksum);
	case IPPROTO_ICMP:
		return offsetof(struct icmphdr, checksum);
	}
	return 0;
}

/**
 * vpngw_xlat_ip_pseudo - what another pseudo header adds to a checksum
 * @from: the packet's tuple
 * @to: its new tuple
 * @len: bytes from the transport header on
 *
 * Only ICMP has none in IPv4; those of others differ but in the addresses.
 *
 * Context: any.
 * Return: the difference of the sums.
 */
__wsum vpngw_xlat_ip_pseudo(const struct vpngw_tuple *from,
			    const struct vpngw_tuple *to, unsigned int len)
{
	__wsum sum;

	if (from->proto != IPPROTO_ICMP)
		return csum_sub(vpngw_rewrite_sum(to), vpngw_rewrite_sum(from));
	sum = csum_add((__force __wsum)htonl(len),
		       (__force __wsum)htonl(IPPROTO_ICMPV6));
	if (to->family == AF_INET6)
		return csum_add(sum, vpngw_rewrite_sum(to));
	return csum_sub(0, csum_add(sum, vpngw_rewrite_sum(from)));
}

/* Write 16 bits, and tell what that adds to a checksum of them. */
static __wsum vpngw_xlat_ip_write2(__be16 *at, __be16 to)
{
	__be16 from = *at;

	*at = to;
	return csum_sub((__force __wsum)to, (__force __wsum)from);
}

/**
 * vpngw_xlat_ip_write_l4 - write a tuple into a transport header
 * @l4: the header, of a protocol with ports or an ICMP query
 * @p: what was read of its packet
 * @to: the tuple
 *
 * Context: any.
 * Return: what that adds to a checksum of the header.
 */
__wsum vpngw_xlat_ip_write_l4(void *l4, const struct vpngw_packet *p,
			      const struct vpngw_tuple *to)
{
	struct icmphdr *ih = l4;
	__be16 *words = l4;
	__be16 type;

	if (p->tuple.proto != IPPROTO_ICMP)
		return csum_add(vpngw_xlat_ip_write2(&words[0], to->sport),
				vpngw_xlat_ip_write2(&words[1], to->dport));
	type = htons(vpngw_xlat_ip_query(ih->type, to->family) << 8 | ih->code);
	return csum_add(vpngw_xlat_ip_write2(&words[0], type),
			vpngw_xlat_ip_write2(&ih->un.echo.id, to->sport));
}
