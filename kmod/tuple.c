// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a packet into a tuple. Changes nothing and decides nothing.
 */
#include "tuple.h"

#include <linux/dccp.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/sctp.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <net/gre.h>
#include <net/tcp.h>

#include <uapi/linux/vpngw.h>

/* DCCP-Listen, by which a server behind a translator opens it, RFC 5596. */
#define VPNGW_DCCP_PKT_LISTEN 10

/* What an ICMP type is to a translator, RFC 5508 section 2. */
enum vpngw_icmp_kind {
	VPNGW_ICMP_OTHER,
	VPNGW_ICMP_REQUEST,
	VPNGW_ICMP_REPLY,
	VPNGW_ICMP_ERROR,
};

static enum vpngw_icmp_kind vpngw_tuple_icmp_kind(u8 type)
{
	switch (type) {
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

static int vpngw_tuple_read_icmp(const struct sk_buff *skb,
				 struct vpngw_packet *p)
{
	const struct icmphdr *ih;
	struct icmphdr buf;

	ih = skb_header_pointer(skb, p->l4, sizeof(buf), &buf);
	if (!ih)
		return VPNGW_REASON_MALFORMED;
	p->icmp_type = ih->type;
	switch (vpngw_tuple_icmp_kind(ih->type)) {
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
	memset(p, 0, sizeof(*p));
	p->tuple.src = iph->saddr;
	p->tuple.dst = iph->daddr;
	p->tuple.proto = iph->protocol;
	p->l4 = off + iph->ihl * 4;
}

/* Whether a packet's IP options, of which ip_rcv() has pulled all, may pass. A
 * source route would go around the translation, RFC 3022 section 4.6.
 */
static bool vpngw_tuple_options_good(const struct iphdr *iph)
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
		if (opt[0] == IPOPT_LSRR || opt[0] == IPOPT_SSRR)
			return false;
		left -= opt[1];
		opt += opt[1];
	}
	return true;
}

/**
 * vpngw_tuple_read - read the tuple of a whole IPv4 packet
 * @skb: the packet, skb->data at its IP header, which ip_rcv() has checked
 * @p: what was read; its addresses are right even when the rest is refused
 *
 * Context: any. Nothing in @skb is changed or pulled.
 * Return: -1, or the &enum vpngw_reason why it can't be translated.
 */
int vpngw_tuple_read(const struct sk_buff *skb, struct vpngw_packet *p)
{
	const struct iphdr *iph = ip_hdr(skb);

	vpngw_tuple_read_ip(iph, 0, p);
	if (unlikely(iph->ihl > 5) && !vpngw_tuple_options_good(iph))
		return VPNGW_REASON_IP_OPTIONS;
	if (skb->ip_summed == CHECKSUM_PARTIAL && !vpngw_tuple_sum_good(skb, p))
		return VPNGW_REASON_MALFORMED;

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
	}
	p->starts = true;
	return -1;
}

/**
 * vpngw_tuple_read_quoted - read the packet that an ICMP error quotes
 * @skb: the ICMP error
 * @off: offset of the quoted IP header from skb->data
 * @p: what was read
 *
 * Only the first eight bytes of the quoted transport header need be there,
 * RFC 792; the quoted IP header may have options, RFC 5508 REQ-3 b.
 *
 * Context: any. Nothing in @skb is changed or pulled.
 * Return: -1, or the &enum vpngw_reason why it can't be used.
 */
int vpngw_tuple_read_quoted(const struct sk_buff *skb, unsigned int off,
			    struct vpngw_packet *p)
{
	const struct iphdr *iph;
	const __be16 *ports;
	struct iphdr ibuf;
	__be16 pbuf[4];

	iph = skb_header_pointer(skb, off, sizeof(ibuf), &ibuf);
	if (!iph || iph->version != 4 || iph->ihl < 5)
		return VPNGW_REASON_MALFORMED;
	/* A later fragment has no ports; the first was what the flow saw. */
	if (iph->frag_off & htons(IP_OFFSET))
		return VPNGW_REASON_ICMP_NO_FLOW;
	vpngw_tuple_read_ip(iph, off, p);

	if (p->tuple.proto == IPPROTO_GRE)
		vpngw_tuple_read_gre(skb, p);
	if (p->tuple.proto != IPPROTO_ICMP &&
	    !vpngw_tuple_has_ports(p->tuple.proto))
		return -1;
	ports = skb_header_pointer(skb, p->l4, sizeof(pbuf), pbuf);
	if (!ports)
		return VPNGW_REASON_MALFORMED;
	if (p->tuple.proto != IPPROTO_ICMP) {
		p->tuple.sport = ports[0];
		p->tuple.dport = ports[1];
		return -1;
	}
	p->icmp_type = *(const u8 *)ports;
	switch (vpngw_tuple_icmp_kind(p->icmp_type)) {
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
