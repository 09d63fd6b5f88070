// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a packet into a tuple. Changes nothing and decides nothing.
 */
#include "tuple.h"

#include <linux/dccp.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/sctp.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <net/gre.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include <uapi/linux/vpngw.h>

/* DCCP-Listen, by which a server behind a translator opens it, RFC 5596. */
#define VPNGW_DCCP_PKT_LISTEN 10

/* So many extension headers of a packet are looked at. */
#define VPNGW_TUPLE_EXTENSIONS 8

/* What an ICMP type is to a translator, RFC 5508 section 2. */
enum vpngw_icmp_kind {
	VPNGW_ICMP_OTHER,
	VPNGW_ICMP_REQUEST,
	VPNGW_ICMP_REPLY,
	VPNGW_ICMP_ERROR,
};

/**
 * vpngw_tuple_hash6 - hash a tuple of IPv6, see vpngw_tuple_hash()
 * @t: the tuple
 * @seed: random, of the table
 *
 * Context: any.
 * Return: the hash.
 */
u32 vpngw_tuple_hash6(const struct vpngw_tuple *t, u32 seed)
{
	return jhash2((const u32 *)t, sizeof(*t) / sizeof(u32), seed);
}

/* Neighbour discovery is handled before; group membership is no business of
 * others than routers.
 */
static enum vpngw_icmp_kind vpngw_tuple_icmpv6_kind(u8 type)
{
	switch (type) {
	case ICMPV6_ECHO_REQUEST:
		return VPNGW_ICMP_REQUEST;
	case ICMPV6_ECHO_REPLY:
		return VPNGW_ICMP_REPLY;
	case ICMPV6_DEST_UNREACH:
	case ICMPV6_PKT_TOOBIG:
	case ICMPV6_TIME_EXCEED:
	case ICMPV6_PARAMPROB:
		return VPNGW_ICMP_ERROR;
	}
	return VPNGW_ICMP_OTHER;
}

static enum vpngw_icmp_kind vpngw_tuple_icmp_kind(const struct vpngw_packet *p)
{
	if (p->tuple.family == AF_INET6)
		return vpngw_tuple_icmpv6_kind(p->icmp_type);
	switch (p->icmp_type) {
	case ICMP_ECHO:
	case ICMP_TIMESTAMP:
		return VPNGW_ICMP_REQUEST;
	case ICMP_ECHOREPLY:
	case ICMP_TIMESTAMPREPLY:
		return VPNGW_ICMP_REPLY;
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return VPNGW_ICMP_ERROR;
	}
	return VPNGW_ICMP_OTHER;
}

static int vpngw_tuple_read_tcp(const struct sk_buff *skb,
				struct vpngw_packet *p)
{
	const struct tcphdr *th;
	struct tcphdr buf;

	th = skb_header_pointer(skb, p->l4, sizeof(buf), &buf);
	if (!th || th->doff < sizeof(*th) / 4 ||
	    skb->len < p->l4 + th->doff * 4)
		return VPNGW_REASON_MALFORMED;
	p->tuple.sport = th->source;
	p->tuple.dport = th->dest;
	p->tcp_flags = tcp_flag_byte(th);
	p->tcp_seq = ntohl(th->seq);
	p->tcp_end = p->tcp_seq + skb->len - p->l4 - th->doff * 4 + th->syn +
		     th->fin;
	p->tcp_ack = ntohl(th->ack_seq);
	p->starts = (p->tcp_flags & (TCPHDR_SYN | TCPHDR_ACK | TCPHDR_RST |
				     TCPHDR_FIN)) == TCPHDR_SYN;
	return -1;
}

static int vpngw_tuple_read_udp(const struct sk_buff *skb,
				struct vpngw_packet *p)
{
	const struct udphdr *uh;
	struct udphdr buf;

	uh = skb_header_pointer(skb, p->l4, sizeof(buf), &buf);
	if (!uh)
		return VPNGW_REASON_MALFORMED;
	/* GRO and GSO packets carry the length of one segment, or none. */
	if (!skb_is_gso(skb) &&
	    (ntohs(uh->len) < sizeof(*uh) ||
	     ntohs(uh->len) > skb->len - p->l4))
		return VPNGW_REASON_MALFORMED;
	/* Only tunnels may do without in IPv6, RFC 8200 section 8.1. */
	if (!uh->check && p->tuple.family == AF_INET6)
		return VPNGW_REASON_MALFORMED;
	p->tuple.sport = uh->source;
	p->tuple.dport = uh->dest;
	p->starts = true;
	return -1;
}

/* The place of the length says how much the checksum covers, RFC 3828. */
static int vpngw_tuple_read_udplite(const struct sk_buff *skb,
				    struct vpngw_packet *p)
{
	const struct udphdr *uh;
	struct udphdr buf;
	u16 covered;

	uh = skb_header_pointer(skb, p->l4, sizeof(buf), &buf);
	if (!uh || !uh->check)
		return VPNGW_REASON_MALFORMED;
	covered = ntohs(uh->len);
	if (covered && (covered < sizeof(*uh) || covered > skb->len - p->l4))
		return VPNGW_REASON_MALFORMED;
	p->tuple.sport = uh->source;
	p->tuple.dport = uh->dest;
	p->starts = true;
	return -1;
}

/* RFC 9260: an INIT is alone in its packet, and has no verification tag yet. */
static int vpngw_tuple_read_sctp(const struct sk_buff *skb,
				 struct vpngw_packet *p)
{
	struct sctp_chunkhdr cbuf;
	const struct sctp_chunkhdr *ch;
	const struct sctphdr *sh;
	struct sctphdr buf;

	sh = skb_header_pointer(skb, p->l4, sizeof(buf), &buf);
	ch = skb_header_pointer(skb, p->l4 + sizeof(buf), sizeof(cbuf), &cbuf);
	if (!sh || !ch)
		return VPNGW_REASON_MALFORMED;
	p->tuple.sport = sh->source;
	p->tuple.dport = sh->dest;
	p->starts = ch->type == SCTP_CID_INIT && !sh->vtag;
	return -1;
}

static int vpngw_tuple_read_dccp(const struct sk_buff *skb,
				 struct vpngw_packet *p)
{
	const struct dccp_hdr *dh;
	struct dccp_hdr buf;

	dh = skb_header_pointer(skb, p->l4, sizeof(buf), &buf);
	if (!dh || dh->dccph_doff < sizeof(*dh) / 4 ||
	    skb->len < p->l4 + dh->dccph_doff * 4)
		return VPNGW_REASON_MALFORMED;
	p->tuple.sport = dh->dccph_sport;
	p->tuple.dport = dh->dccph_dport;
	p->starts = dh->dccph_type == DCCP_PKT_REQUEST ||
		    dh->dccph_type == VPNGW_DCCP_PKT_LISTEN;
	return -1;
}

/* A query of ICMPv6 has type and id at the same places. */
static int vpngw_tuple_read_icmp(const struct sk_buff *skb,
				 struct vpngw_packet *p)
{
	const struct icmphdr *ih;
	struct icmphdr buf;

	ih = skb_header_pointer(skb, p->l4, sizeof(buf), &buf);
	if (!ih)
		return VPNGW_REASON_MALFORMED;
	p->icmp_type = ih->type;
	switch (vpngw_tuple_icmp_kind(p)) {
	case VPNGW_ICMP_REQUEST:
		p->starts = true;
		fallthrough;
	case VPNGW_ICMP_REPLY:
		p->tuple.sport = ih->un.echo.id;
		p->tuple.dport = ih->un.echo.id;
		return -1;
	case VPNGW_ICMP_ERROR:
		p->icmp_error = true;
		return -1;
	case VPNGW_ICMP_OTHER:
		break;
	}
	return VPNGW_REASON_ICMP_TYPE;
}

/* The call id that the receiver of a PPTP packet has chosen stands where ports
 * of others do, RFC 2637 section 4.1. Other GRE has none.
 */
static void vpngw_tuple_read_gre(const struct sk_buff *skb,
				 struct vpngw_packet *p)
{
	struct {
		struct gre_base_hdr	base;
		__be16			length;
		__be16			call_id;
	} buf, *gh;

	gh = skb_header_pointer(skb, p->l4, sizeof(buf), &buf);
	if (!gh || (gh->base.flags & GRE_VERSION) != GRE_VERSION_1 ||
	    !(gh->base.flags & GRE_KEY) || gh->base.protocol != GRE_PROTO_PPP)
		return;
	p->tuple.dport = gh->call_id;
	p->tuple.call = VPNGW_CALL_DPORT;
}

static int vpngw_tuple_read_l4(const struct sk_buff *skb,
			       struct vpngw_packet *p)
{
	switch (p->tuple.proto) {
	case IPPROTO_TCP:
		return vpngw_tuple_read_tcp(skb, p);
	case IPPROTO_UDP:
		return vpngw_tuple_read_udp(skb, p);
	case IPPROTO_ICMP:
		return vpngw_tuple_read_icmp(skb, p);
	case IPPROTO_SCTP:
		return vpngw_tuple_read_sctp(skb, p);
	case IPPROTO_DCCP:
		return vpngw_tuple_read_dccp(skb, p);
	case IPPROTO_UDPLITE:
		return vpngw_tuple_read_udplite(skb, p);
	case IPPROTO_GRE:
		vpngw_tuple_read_gre(skb, p);
		break;
	case IPPROTO_ICMPV6:
		/* Not where it belongs, which IPPROTO_ICMP stands for. */
		return VPNGW_REASON_PROTOCOL;
	}
	p->starts = true;
	return -1;
}

/* All but the addresses: most of those of IPv6 need not be cleared. */
static void vpngw_tuple_clear(struct vpngw_packet *p, u8 family)
{
	p->tuple.sport = 0;
	p->tuple.dport = 0;
	p->tuple.proto = 0;
	p->tuple.call = VPNGW_CALL_NONE;
	p->tuple.family = family;
	p->tuple.zero = 0;
	memset_after(p, 0, tuple);
}

/* Bytes from @l4 on that are translated, and where in them the checksum is. */
static unsigned int vpngw_tuple_sum(u8 proto, unsigned int *check)
{
	switch (proto) {
	case IPPROTO_TCP:
		*check = offsetof(struct tcphdr, check);
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		*check = offsetof(struct udphdr, check);
		return sizeof(struct udphdr);
	case IPPROTO_ICMP:
		*check = offsetof(struct icmphdr, checksum);
		return sizeof(struct icmphdr);
	case IPPROTO_SCTP:
		*check = offsetof(struct sctphdr, checksum);
		return sizeof(struct sctphdr);
	case IPPROTO_DCCP:
		*check = offsetof(struct dccp_hdr, dccph_checksum);
		return sizeof(struct dccp_hdr);
	}
	*check = 0;
	/* As far as the call id of GRE. */
	return 2 * sizeof(__be32);
}

/* Whether the checksum that is left to the device is one that the packet has
 * there, or one of a packet inside. A guest says itself where its device is to
 * make it: after the translation, and over the outside address or port if it may.
 */
static bool vpngw_tuple_sum_good(const struct sk_buff *skb,
				 const struct vpngw_packet *p)
{
	int start = skb_checksum_start_offset(skb), l4 = p->l4;
	unsigned int check, len;

	len = vpngw_tuple_sum(p->tuple.proto, &check);
	return start >= l4 + (int)len ||
	       (start == l4 && check && skb->csum_offset == check);
}

static void vpngw_tuple_read_ip(const struct iphdr *iph, unsigned int off,
				struct vpngw_packet *p)
{
	vpngw_tuple_clear(p, AF_INET);
	p->tuple.src = iph->saddr;
	p->tuple.dst = iph->daddr;
	p->tuple.proto = iph->protocol;
	p->l4 = off + iph->ihl * 4;
}

/* How long the extension header at p->l4 is, which is not a fragment header, or
 * the reason why it can't be passed over.
 */
static int vpngw_tuple_extension_len(const u8 *eh, u8 type, bool first,
				     int *reason)
{
	switch (type) {
	case NEXTHDR_HOP:
		if (!first)
			*reason = VPNGW_REASON_MALFORMED;
		break;
	case NEXTHDR_ROUTING:
		/* It would go around the translation: segments left. */
		if (eh[3])
			*reason = VPNGW_REASON_IP_OPTIONS;
		break;
	}
	return (eh[1] + 1) * 8;
}

static bool vpngw_tuple_is_extension(u8 nexthdr)
{
	return nexthdr == NEXTHDR_HOP || nexthdr == NEXTHDR_DEST ||
	       nexthdr == NEXTHDR_ROUTING || nexthdr == NEXTHDR_FRAGMENT;
}

/* From p->l4 on to the transport header. Fragment headers may have only those
 * bits that are not in @refused.
 */
static int vpngw_tuple_skip_extensions(const struct sk_buff *skb,
				       __be16 refused, struct vpngw_packet *p)
{
	u8 *nexthdr = &p->tuple.proto;
	int reason = -1, len, n;
	const u8 *eh;
	u8 buf[8];

	for (n = 0; vpngw_tuple_is_extension(*nexthdr); n++) {
		eh = skb_header_pointer(skb, p->l4, sizeof(buf), buf);
		if (!eh || n == VPNGW_TUPLE_EXTENSIONS)
			return VPNGW_REASON_MALFORMED;
		if (*nexthdr == NEXTHDR_FRAGMENT) {
			if (p->frag)
				return VPNGW_REASON_MALFORMED;
			if (((const struct frag_hdr *)eh)->frag_off & refused)
				return VPNGW_REASON_FRAGMENT;
			p->frag = p->l4;
			len = sizeof(struct frag_hdr);
		} else {
			len = vpngw_tuple_extension_len(eh, *nexthdr, !n,
							&reason);
			if (reason != -1)
				return reason;
		}
		*nexthdr = eh[0];
		p->l4 += len;
	}
	return p->l4 <= skb->len ? -1 : VPNGW_REASON_MALFORMED;
}

static int vpngw_tuple_read_ipv6(const struct sk_buff *skb,
				 const struct ipv6hdr *ip6h, unsigned int off,
				 __be16 refused, struct vpngw_packet *p)
{
	int reason;

	vpngw_tuple_clear(p, AF_INET6);
	p->tuple.src6 = ip6h->saddr;
	p->tuple.dst6 = ip6h->daddr;
	p->tuple.proto = ip6h->nexthdr;
	p->l4 = off + sizeof(*ip6h);
	/* Such would be taken for IPv4 in all tables. */
	if (ipv6_addr_v4mapped(&ip6h->saddr) ||
	    ipv6_addr_v4mapped(&ip6h->daddr))
		return VPNGW_REASON_MALFORMED;
	reason = vpngw_tuple_skip_extensions(skb, refused, p);
	if (reason != -1)
		return reason;
	/* It is not what ICMPv6 is called here. */
	if (p->tuple.proto == IPPROTO_ICMP)
		return VPNGW_REASON_PROTOCOL;
	if (p->tuple.proto == IPPROTO_ICMPV6)
		p->tuple.proto = IPPROTO_ICMP;
	return -1;
}

/* Whether a source route is at its end: then it is no more than a record. */
static bool vpngw_tuple_is_spent(const u8 *opt)
{
	return opt[1] >= 3 && opt[2] > opt[1];
}

/* Whether a packet's IP options, of which ip_rcv() has pulled all, may pass. A
 * source route would go around the translation, RFC 3022 section 4.6; one at its
 * end goes no further than a conversion, RFC 7915 section 4.1.
 */
static bool vpngw_tuple_options_good(const struct iphdr *iph,
				     struct vpngw_packet *p)
{
	const u8 *opt = (const u8 *)(iph + 1);
	int left = iph->ihl * 4 - sizeof(*iph);

	while (left > 0) {
		if (opt[0] == IPOPT_END)
			return true;
		if (opt[0] == IPOPT_NOOP) {
			opt++;
			left--;
			continue;
		}
		if (left < 2 || opt[1] < 2 || opt[1] > left)
			return false;
		/* A pointer follows the length, and flags in a timestamp. */
		if ((opt[0] == IPOPT_RR && opt[1] < 3) ||
		    (opt[0] == IPOPT_TIMESTAMP && opt[1] < 4))
			return false;
		if (opt[0] == IPOPT_LSRR || opt[0] == IPOPT_SSRR) {
			if (!vpngw_tuple_is_spent(opt))
				return false;
			p->spent_route = true;
		}
		left -= opt[1];
		opt += opt[1];
	}
	return true;
}

/* Whether the length is right. GRO and GSO packets that are too long for it
 * have none, others that say so are jumbograms, RFC 2675.
 */
static bool vpngw_tuple_len_good(const struct sk_buff *skb,
				 const struct ipv6hdr *ip6h)
{
	unsigned int len = ntohs(ip6h->payload_len);

	return skb->len == sizeof(*ip6h) + len || (!len && skb_is_gso(skb));
}

/**
 * vpngw_tuple_read - read the tuple of a whole packet
 * @skb: the packet, skb->data at its IP header, which ip_rcv() or ipv6_rcv()
 *	has checked, and skb->protocol that of its version
 * @p: what was read; its addresses are right even when the rest is refused
 *
 * Of IPv6, a fragment that is not atomic is VPNGW_REASON_FRAGMENT, and a
 * routing header that is not used up VPNGW_REASON_IP_OPTIONS, with its place in
 * p->l4.
 *
 * Context: any. Nothing in @skb is changed or pulled.
 * Return: -1, or the &enum vpngw_reason why it can't be translated.
 */
int vpngw_tuple_read(const struct sk_buff *skb, struct vpngw_packet *p)
{
	const struct ipv6hdr *ip6h;
	const struct iphdr *iph;
	int reason;

	if (likely(skb->protocol == htons(ETH_P_IP))) {
		iph = ip_hdr(skb);
		vpngw_tuple_read_ip(iph, 0, p);
		if (unlikely(iph->ihl > 5) && !vpngw_tuple_options_good(iph, p))
			return VPNGW_REASON_IP_OPTIONS;
	} else {
		ip6h = ipv6_hdr(skb);
		reason = vpngw_tuple_read_ipv6(skb, ip6h, 0,
					       htons(IP6_OFFSET | IP6_MF), p);
		if (reason != -1)
			return reason;
		if (!vpngw_tuple_len_good(skb, ip6h))
			return VPNGW_REASON_MALFORMED;
	}
	if (skb->ip_summed == CHECKSUM_PARTIAL && !vpngw_tuple_sum_good(skb, p))
		return VPNGW_REASON_MALFORMED;
	return vpngw_tuple_read_l4(skb, p);
}

static int vpngw_tuple_read_quoted_ip(const struct sk_buff *skb,
				      unsigned int off, struct vpngw_packet *p)
{
	const struct iphdr *iph;
	struct iphdr buf;

	iph = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!iph || iph->version != 4 || iph->ihl < 5)
		return VPNGW_REASON_MALFORMED;
	/* A later fragment has no ports; the first was what the flow saw. */
	if (iph->frag_off & htons(IP_OFFSET))
		return VPNGW_REASON_ICMP_NO_FLOW;
	vpngw_tuple_read_ip(iph, off, p);
	return p->tuple.proto != IPPROTO_ICMPV6 ? -1 : VPNGW_REASON_PROTOCOL;
}

static int vpngw_tuple_read_quoted_ipv6(const struct sk_buff *skb,
					unsigned int off,
					struct vpngw_packet *p)
{
	const struct ipv6hdr *ip6h;
	struct ipv6hdr buf;
	int reason;

	ip6h = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!ip6h || ip6h->version != 6)
		return VPNGW_REASON_MALFORMED;
	reason = vpngw_tuple_read_ipv6(skb, ip6h, off, htons(IP6_OFFSET), p);
	return reason != VPNGW_REASON_FRAGMENT ? reason :
						 VPNGW_REASON_ICMP_NO_FLOW;
}

/* What stands first in the transport header. */
static int vpngw_tuple_read_quoted_l4(const struct sk_buff *skb,
				      struct vpngw_packet *p)
{
	const __be16 *ports;
	__be16 buf[4];

	if (p->tuple.proto == IPPROTO_GRE)
		vpngw_tuple_read_gre(skb, p);
	if (p->tuple.proto != IPPROTO_ICMP &&
	    !vpngw_tuple_has_ports(p->tuple.proto))
		return -1;
	ports = skb_header_pointer(skb, p->l4, sizeof(buf), buf);
	if (!ports)
		return VPNGW_REASON_MALFORMED;
	if (p->tuple.proto != IPPROTO_ICMP) {
		p->tuple.sport = ports[0];
		p->tuple.dport = ports[1];
		return -1;
	}
	p->icmp_type = *(const u8 *)ports;
	switch (vpngw_tuple_icmp_kind(p)) {
	case VPNGW_ICMP_REQUEST:
	case VPNGW_ICMP_REPLY:
		/* type, code, checksum, id */
		p->tuple.sport = ports[2];
		p->tuple.dport = ports[2];
		return -1;
	default:
		/* No error is sent about an error, RFC 1122 3.2.2. */
		return VPNGW_REASON_ICMP_NO_FLOW;
	}
}

/**
 * vpngw_tuple_read_quoted - read the packet that an ICMP error quotes
 * @skb: the ICMP error
 * @off: offset of the quoted IP header from skb->data
 * @p: what was read
 *
 * Only the first eight bytes of the quoted transport header need be there,
 * RFC 792; the quoted IP header may have options, RFC 5508 REQ-3 b, or be
 * followed by extension headers. Its version is that of the error.
 *
 * Context: any. Nothing in @skb is changed or pulled.
 * Return: -1, or the &enum vpngw_reason why it can't be used.
 */
int vpngw_tuple_read_quoted(const struct sk_buff *skb, unsigned int off,
			    struct vpngw_packet *p)
{
	int reason;

	if (likely(skb->protocol == htons(ETH_P_IP)))
		reason = vpngw_tuple_read_quoted_ip(skb, off, p);
	else
		reason = vpngw_tuple_read_quoted_ipv6(skb, off, p);
	return reason == -1 ? vpngw_tuple_read_quoted_l4(skb, p) : reason;
}
