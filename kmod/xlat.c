// SPDX-License-Identifier: GPL-2.0
/*
 * Makes a packet one of the other IP version (RFC 7915), and an IPv4 address a
 * part of an IPv6 one (RFC 6052). Decides nothing.
 */
#include "xlat.h"

#include <linux/errno.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/sctp.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/udp.h>

#include <net/checksum.h>
#include <net/gso.h>
#include <net/ip6_checksum.h>

#include "rewrite.h"
#include "tuple.h"
#include "xlat_ip.h"

/* Bits 64 to 71 of an address are zero, RFC 6052 section 2.2. */
#define VPNGW_XLAT_ZERO_OCTET	8

static bool vpngw_xlat_len_good(u32 len)
{
	return len == 96 || (len >= 32 && len <= 64 && len % 8 == 0);
}

/**
 * vpngw_xlat_embed - put an IPv4 address into an IPv6 one
 * @to: the IPv6 address
 * @prefix: its first @len bits, others are ignored
 * @len: 32, 40, 48, 56, 64 or 96
 * @v4: the IPv4 address
 *
 * RFC 6052 section 2.2.
 *
 * Context: any.
 * Return: false and @to unset, when there are no such addresses.
 */
bool vpngw_xlat_embed(struct in6_addr *to, const struct in6_addr *prefix,
		      u32 len, __be32 v4)
{
	const u8 *from = (const u8 *)&v4;
	unsigned int at = len / 8, n;

	if (!vpngw_xlat_len_good(len) ||
	    (len == 96 && prefix->s6_addr[VPNGW_XLAT_ZERO_OCTET]))
		return false;
	memset(to, 0, sizeof(*to));
	memcpy(to, prefix, at);
	for (n = 0; n < sizeof(v4); n++) {
		if (at == VPNGW_XLAT_ZERO_OCTET)
			at++;
		to->s6_addr[at++] = from[n];
	}
	return true;
}

/**
 * vpngw_xlat_extract - take an IPv4 address out of an IPv6 one
 * @from: the IPv6 address
 * @len: length of its prefix: 32, 40, 48, 56, 64 or 96
 * @v4: the IPv4 address
 *
 * Context: any.
 * Return: false when vpngw_xlat_embed() makes no such address.
 */
bool vpngw_xlat_extract(const struct in6_addr *from, u32 len, __be32 *v4)
{
	struct in6_addr again;
	u8 *to = (u8 *)v4;
	unsigned int at = len / 8, n;

	if (!vpngw_xlat_len_good(len))
		return false;
	for (n = 0; n < sizeof(*v4); n++) {
		if (at == VPNGW_XLAT_ZERO_OCTET)
			at++;
		to[n] = from->s6_addr[at++];
	}
	return vpngw_xlat_embed(&again, from, len, *v4) &&
	       !memcmp(&again, from, sizeof(again));
}

/* Whether a checksum can be made for a UDP packet that has none. What a device
 * cuts has to have one, but of a tunnel it can make it; what it fills in a
 * packet inside can be reckoned with only up to the packet's end.
 */
static bool vpngw_xlat_udp_good(const struct sk_buff *skb,
				const struct vpngw_packet *p)
{
	const struct udphdr *uh;
	struct udphdr buf;

	uh = skb_header_pointer(skb, p->l4, sizeof(buf), &buf);
	if (!uh || uh->check)
		return uh;
	if (skb_is_gso(skb))
		return skb->encapsulation &&
		       skb_shinfo(skb)->gso_type & SKB_GSO_UDP_TUNNEL;
	return !vpngw_rewrite_is_outer(skb, p->l4) ||
	       ntohs(uh->len) == skb->len - p->l4;
}

static int vpngw_xlat_check(const struct sk_buff *skb,
			    const struct vpngw_packet *p,
			    const struct vpngw_tuple *to)
{
	if (!vpngw_xlat_ip_possible(p))
		return -EOPNOTSUPP;
	if (to->family == AF_INET) {
		if (sizeof(struct iphdr) + skb->len - p->l4 > U16_MAX)
			return -EMSGSIZE;
		return 0;
	}
	if (skb->len - p->l4 > U16_MAX)
		return -EMSGSIZE;
	if (p->tuple.proto == IPPROTO_UDP && !vpngw_xlat_udp_good(skb, p))
		return -EINVAL;
	return 0;
}

/* IPv6 has no UDP packets without a checksum, RFC 7915 section 4.5. */
static void vpngw_xlat_udp_fill(struct sk_buff *skb, unsigned int len,
				const struct vpngw_tuple *to)
{
	unsigned int *type = &skb_shinfo(skb)->gso_type, covered;
	unsigned int l4 = skb_transport_offset(skb);
	struct udphdr *uh = udp_hdr(skb);

	if (skb_is_gso(skb)) {
		*type &= ~SKB_GSO_UDP_TUNNEL;
		*type |= SKB_GSO_UDP_TUNNEL_CSUM;
	} else if (!vpngw_rewrite_is_outer(skb, l4)) {
		skb->ip_summed = CHECKSUM_NONE;
		covered = ntohs(uh->len);
		if (covered != len) {
			uh->check = csum_ipv6_magic(&to->src6, &to->dst6,
						    covered, IPPROTO_UDP,
						    skb_checksum(skb, l4,
								 covered, 0));
			if (!uh->check)
				uh->check = CSUM_MANGLED_0;
			return;
		}
	}
	udp6_set_csum(false, skb, &to->src6, &to->dst6, len);
}

static void vpngw_xlat_l4(struct sk_buff *skb, const struct vpngw_packet *p,
			  const struct vpngw_tuple *to, unsigned int len)
{
	void *l4 = skb_transport_header(skb);
	u8 proto = p->tuple.proto;
	__wsum sum, pseudo;
	bool is_udp;
	__sum16 *check;

	if (proto == IPPROTO_SCTP)
		vpngw_rewrite_sctp(skb, l4, len, to);
	if (!vpngw_xlat_ip_check_at(proto))
		return;
	check = l4 + vpngw_xlat_ip_check_at(proto);
	is_udp = proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE;
	sum = vpngw_xlat_ip_write_l4(l4, p, to);
	if (unlikely(is_udp && !*check)) {
		vpngw_xlat_udp_fill(skb, len, to);
		return;
	}
	pseudo = vpngw_xlat_ip_pseudo(&p->tuple, to, len);
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    !vpngw_rewrite_is_outer(skb, skb_transport_offset(skb)))
		*check = ~csum_fold(csum_add(csum_unfold(*check), pseudo));
	else
		csum_replace_by_diff(check, csum_add(sum, pseudo));
	if (is_udp && !*check)
		*check = CSUM_MANGLED_0;
}

/* Whether routers of IPv4 may not fragment it, RFC 7915 section 5.1. */
static bool vpngw_xlat_keeps_whole(const struct sk_buff *skb)
{
	unsigned int max = VPNGW_XLAT_MTU_MIN - VPNGW_XLAT_GROWTH;

	/* Its sender has fragmented it. */
	if (skb->ignore_df)
		return false;
	if (skb_is_gso(skb))
		return !skb_gso_validate_network_len(skb, max);
	return skb->len > max;
}

/**
 * vpngw_xlat_packet - make a packet one of the other IP version
 * @skb: the packet, skb->data at its IP header, whole, and no ICMP error;
 *	skb->ignore_df if it was reassembled
 * @p: what vpngw_tuple_read() said of it, and then what it would
 * @to: its new tuple, of the other version
 *
 * RFC 7915 section 4.1, 4.5, 5.1 and 5.5. TTL and hop limit are copied, the id
 * of an IPv4 packet is zero or that of an atomic fragment, and neither IP
 * options nor extension headers stay. GSO segments keep their size, so they get
 * longer or shorter by the headers. Of skb->cb only the incoming device stays.
 * Pointers into @skb are stale afterwards.
 *
 * Context: any; may reallocate the packet's head with GFP_ATOMIC.
 * Return: 0; or, and the packet is unchanged: -EOPNOTSUPP when the other
 *	version has no such packets; -EMSGSIZE when it would be too long for
 *	its length field; -EINVAL when it has no UDP checksum, and none can be
 *	made; -ENOMEM.
 */
int vpngw_xlat_packet(struct sk_buff *skb, struct vpngw_packet *p,
		      const struct vpngw_tuple *to)
{
	unsigned int new = vpngw_xlat_ip_size(to->family, false);
	unsigned int len = skb->len - p->l4;
	u8 proto = p->tuple.proto;
	struct vpngw_xlat_ip ip;
	int err;

	err = vpngw_xlat_check(skb, p, to);
	if (err)
		return err;
	if (vpngw_rewrite_join(skb, p) ||
	    skb_ensure_writable(skb, p->l4 + vpngw_rewrite_l4_len(proto)) ||
	    skb_cow_head(skb, new > p->l4 ? new - p->l4 : 0))
		return -ENOMEM;

	vpngw_xlat_ip_read(skb, 0, p, &ip);
	vpngw_xlat_ip_swap(skb, p->l4, new, to->family);
	skb_set_transport_header(skb, new);
	vpngw_xlat_l4(skb, p, to, len);
	ip.len = len;
	ip.more = false;
	ip.df = !p->frag && vpngw_xlat_keeps_whole(skb);
	if (!p->frag)
		ip.id = 0;
	vpngw_xlat_ip_write(skb->data, to, proto, &ip);

	if (proto == IPPROTO_ICMP)
		p->icmp_type = vpngw_xlat_ip_query(p->icmp_type, to->family);
	vpngw_tuple_copy(&p->tuple, to);
	p->l4 = new;
	p->frag = 0;
	return 0;
}
