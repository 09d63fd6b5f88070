// SPDX-License-Identifier: GPL-2.0
/*
 * Makes an ICMP error one of the other IP version, with the packet that it
 * quotes and the extensions behind that (RFC 7915 section 4.2, 4.3, 5.2 and
 * 5.3; RFC 4884).
 */
#include "xlat.h"

#include <linux/errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/udp.h>

#include <net/checksum.h>
#include <net/ipv6.h>

#include "rewrite.h"
#include "tuple.h"
#include "xlat_ip.h"

/* Longest errors as a whole, RFC 1812 4.3.2.3 and RFC 4443 2.4 c. */
#define VPNGW_XLAT_ICMP_MAX_V4	576
#define VPNGW_XLAT_ICMP_MAX_V6	IPV6_MIN_MTU
/* At least so much is quoted before extensions, RFC 4884 section 3. */
#define VPNGW_XLAT_ICMP_QUOTED	128
/* Of the quoted transport header, RFC 792. */
#define VPNGW_XLAT_ICMP_L4	8
/* Smallest MTU of IPv4, RFC 791. */
#define VPNGW_XLAT_ICMP_MTU_MIN	68

/**
 * struct vpngw_xlat_icmp - an ICMP error message
 * @word: the word behind the checksum, host byte order, without @length
 * @length: bytes of the quoted packet before extensions, 0 when there are none
 * @type: its type
 * @code: its code
 * @extends: such messages may have extensions
 */
struct vpngw_xlat_icmp {
	u32	word;
	u32	length;
	u8	type;
	u8	code;
	bool	extends;
};

/**
 * struct vpngw_xlat_path - the path that a packet was too big for
 * @mtu_in: MTU of the link that the error came from
 * @mtu_out: MTU of the link that it leaves by
 * @total: length of the quoted IPv4 packet
 * @fragment: bytes of the quoted packet's fragment header
 */
struct vpngw_xlat_path {
	u32	mtu_in;
	u32	mtu_out;
	u32	total;
	u32	fragment;
};

/**
 * struct vpngw_xlat_plan - where what stays of an error is, and is to be
 * @front: bytes of the new headers, down to the quoted packet's IP header
 * @l4: offset of the quoted packet's transport header now
 * @kept: bytes from there on that stay
 * @pad: zeros behind those
 * @ext_at: offset of the extensions now
 * @ext: bytes of the extensions
 */
struct vpngw_xlat_plan {
	unsigned int	front;
	unsigned int	l4;
	unsigned int	kept;
	unsigned int	pad;
	unsigned int	ext_at;
	unsigned int	ext;
};

/* A type of zero is none. */
struct vpngw_xlat_code {
	u8	type;
	u8	code;
};

static const struct vpngw_xlat_code vpngw_xlat_unreach_v6[] = {
	[ICMP_NET_UNREACH]	= { ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[ICMP_HOST_UNREACH]	= { ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[ICMP_PROT_UNREACH]	= { ICMPV6_PARAMPROB, ICMPV6_UNK_NEXTHDR },
	[ICMP_PORT_UNREACH]	= { ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH },
	[ICMP_FRAG_NEEDED]	= { ICMPV6_PKT_TOOBIG, 0 },
	[ICMP_SR_FAILED]	= { ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[ICMP_NET_UNKNOWN]	= { ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[ICMP_HOST_UNKNOWN]	= { ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[ICMP_HOST_ISOLATED]	= { ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[ICMP_NET_ANO]		= { ICMPV6_DEST_UNREACH,
				    ICMPV6_ADM_PROHIBITED },
	[ICMP_HOST_ANO]		= { ICMPV6_DEST_UNREACH,
				    ICMPV6_ADM_PROHIBITED },
	[ICMP_NET_UNR_TOS]	= { ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[ICMP_HOST_UNR_TOS]	= { ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[ICMP_PKT_FILTERED]	= { ICMPV6_DEST_UNREACH,
				    ICMPV6_ADM_PROHIBITED },
	[ICMP_PREC_CUTOFF]	= { ICMPV6_DEST_UNREACH,
				    ICMPV6_ADM_PROHIBITED },
};

static const struct vpngw_xlat_code vpngw_xlat_unreach_v4[] = {
	[ICMPV6_NOROUTE]	= { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH },
	[ICMPV6_ADM_PROHIBITED]	= { ICMP_DEST_UNREACH, ICMP_HOST_ANO },
	[ICMPV6_NOT_NEIGHBOUR]	= { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH },
	[ICMPV6_ADDR_UNREACH]	= { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH },
	[ICMPV6_PORT_UNREACH]	= { ICMP_DEST_UNREACH, ICMP_PORT_UNREACH },
};

/* Fields of a header at which an error may point, RFC 7915 figures 3 and 6; -1
 * for those that the other version has not.
 */
static const s8 vpngw_xlat_pointer_v6[] = {
	[0] = 0, [1] = 1, [2 ... 3] = 4, [4 ... 7] = -1, [8] = 7, [9] = 6,
	[10 ... 11] = -1, [12 ... 15] = 8, [16 ... 19] = 24,
};

static const s8 vpngw_xlat_pointer_v4[] = {
	[0] = 0, [1] = 1, [2 ... 3] = -1, [4 ... 5] = 2, [6] = 9, [7] = 8,
	[8 ... 23] = 12, [24 ... 39] = 16,
};

/* RFC 1191 section 7.1, those that are MTUs of IPv6. */
static const u16 vpngw_xlat_plateaus[] = {
	32000, 17914, 8166, 4352, 2002, 1492,
};

/* Of a router that does not tell its MTU, RFC 7915 section 4.2. */
static u32 vpngw_xlat_icmp_plateau(u32 total)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(vpngw_xlat_plateaus); n++) {
		if (vpngw_xlat_plateaus[n] < total)
			return vpngw_xlat_plateaus[n];
	}
	return 0;
}

static u32 vpngw_xlat_icmp_mtu_v6(u32 mtu, const struct vpngw_xlat_path *path)
{
	if (!mtu)
		mtu = vpngw_xlat_icmp_plateau(path->total);
	mtu = min(mtu, path->mtu_in) + VPNGW_XLAT_GROWTH;
	return max_t(u32, min(mtu, path->mtu_out), VPNGW_XLAT_MTU_MIN);
}

static u32 vpngw_xlat_icmp_mtu_v4(u32 mtu, const struct vpngw_xlat_path *path)
{
	u32 less = VPNGW_XLAT_GROWTH + path->fragment;

	mtu = min(mtu, path->mtu_in);
	mtu = max(mtu, less + VPNGW_XLAT_ICMP_MTU_MIN) - less;
	return min3(mtu, path->mtu_out, (u32)U16_MAX);
}

static bool vpngw_xlat_icmp_unreach_v6(struct vpngw_xlat_icmp *m,
				       const struct vpngw_xlat_path *path)
{
	if (m->code >= ARRAY_SIZE(vpngw_xlat_unreach_v6))
		return false;
	m->type = vpngw_xlat_unreach_v6[m->code].type;
	m->code = vpngw_xlat_unreach_v6[m->code].code;
	switch (m->type) {
	case ICMPV6_PKT_TOOBIG:
		m->word = vpngw_xlat_icmp_mtu_v6(m->word & U16_MAX, path);
		m->extends = false;
		break;
	case ICMPV6_PARAMPROB:
		m->word = offsetof(struct ipv6hdr, nexthdr);
		m->extends = false;
		break;
	default:
		m->word = 0;
		break;
	}
	return m->type;
}

static bool vpngw_xlat_icmp_to_v6(struct vpngw_xlat_icmp *m,
				  const struct vpngw_xlat_path *path)
{
	u32 pointer = m->word >> 24;

	switch (m->type) {
	case ICMP_DEST_UNREACH:
		return vpngw_xlat_icmp_unreach_v6(m, path);
	case ICMP_TIME_EXCEEDED:
		m->type = ICMPV6_TIME_EXCEED;
		m->word = 0;
		return true;
	case ICMP_PARAMETERPROB:
		/* A pointer, or a bad length, which has one, too. */
		if ((m->code != 0 && m->code != 2) ||
		    pointer >= ARRAY_SIZE(vpngw_xlat_pointer_v6) ||
		    vpngw_xlat_pointer_v6[pointer] < 0)
			return false;
		m->type = ICMPV6_PARAMPROB;
		m->code = ICMPV6_HDR_FIELD;
		m->word = vpngw_xlat_pointer_v6[pointer];
		m->extends = false;
		return true;
	}
	return false;
}

static bool vpngw_xlat_icmp_parameter_v4(struct vpngw_xlat_icmp *m)
{
	switch (m->code) {
	case ICMPV6_HDR_FIELD:
		if (m->word >= ARRAY_SIZE(vpngw_xlat_pointer_v4) ||
		    vpngw_xlat_pointer_v4[m->word] < 0)
			return false;
		m->type = ICMP_PARAMETERPROB;
		m->word = (u32)vpngw_xlat_pointer_v4[m->word] << 24;
		return true;
	case ICMPV6_UNK_NEXTHDR:
		m->type = ICMP_DEST_UNREACH;
		m->code = ICMP_PROT_UNREACH;
		m->word = 0;
		return true;
	}
	return false;
}

static bool vpngw_xlat_icmp_to_v4(struct vpngw_xlat_icmp *m,
				  const struct vpngw_xlat_path *path)
{
	const struct vpngw_xlat_code *code;

	switch (m->type) {
	case ICMPV6_DEST_UNREACH:
		if (m->code >= ARRAY_SIZE(vpngw_xlat_unreach_v4))
			return false;
		code = &vpngw_xlat_unreach_v4[m->code];
		m->type = code->type;
		m->code = code->code;
		m->word = 0;
		return true;
	case ICMPV6_PKT_TOOBIG:
		m->type = ICMP_DEST_UNREACH;
		m->code = ICMP_FRAG_NEEDED;
		m->word = vpngw_xlat_icmp_mtu_v4(m->word, path);
		return true;
	case ICMPV6_TIME_EXCEED:
		m->type = ICMP_TIME_EXCEEDED;
		m->word = 0;
		return true;
	case ICMPV6_PARAMPROB:
		return vpngw_xlat_icmp_parameter_v4(m);
	}
	return false;
}

/* Place and unit of the length of what is quoted, RFC 4884 section 4. */
static unsigned int vpngw_xlat_icmp_length_shift(u8 family)
{
	return family == AF_INET ? 16 : 24;
}

static unsigned int vpngw_xlat_icmp_unit(u8 family)
{
	return family == AF_INET ? 4 : 8;
}

static bool vpngw_xlat_icmp_extends(u8 type, u8 family)
{
	if (family == AF_INET)
		return type == ICMP_DEST_UNREACH ||
		       type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
	return type == ICMPV6_DEST_UNREACH || type == ICMPV6_TIME_EXCEED;
}

static void vpngw_xlat_icmp_read(const struct sk_buff *skb,
				 const struct vpngw_packet *p,
				 struct vpngw_xlat_icmp *m)
{
	const struct icmphdr *ih = (void *)(skb->data + p->l4);
	u8 family = p->tuple.family;
	unsigned int shift = vpngw_xlat_icmp_length_shift(family);

	m->type = ih->type;
	m->code = ih->code;
	m->word = ntohl(ih->un.gateway);
	m->length = 0;
	m->extends = vpngw_xlat_icmp_extends(ih->type, family);
	if (m->extends) {
		m->length = (u8)(m->word >> shift) *
			    vpngw_xlat_icmp_unit(family);
		m->word &= ~(0xffU << shift);
	}
}

static void vpngw_xlat_icmp_write(struct icmphdr *ih, u8 family,
				  const struct vpngw_xlat_icmp *m)
{
	u32 length = m->length / vpngw_xlat_icmp_unit(family);

	ih->type = m->type;
	ih->code = m->code;
	ih->checksum = 0;
	ih->un.gateway = htonl(m->word | length <<
			       vpngw_xlat_icmp_length_shift(family));
}

/* What of the quoted packet stays, and of the extensions, as much as fits in an
 * error of the other version. Both headers' sizes there are in @outer and
 * @header, and that of the quoted packet's now in @old.
 */
static void vpngw_xlat_icmp_plan(const struct sk_buff *skb,
				 struct vpngw_xlat_icmp *m, u8 family,
				 unsigned int outer, unsigned int header,
				 unsigned int old, struct vpngw_xlat_plan *plan)
{
	unsigned int quoted = skb->len - plan->l4 + old, room;
	unsigned int unit = vpngw_xlat_icmp_unit(family), size;

	plan->front = outer + sizeof(struct icmphdr) + header;
	room = family == AF_INET ? VPNGW_XLAT_ICMP_MAX_V4 :
				   VPNGW_XLAT_ICMP_MAX_V6;
	room -= outer + sizeof(struct icmphdr);
	plan->ext_at = skb->len;
	/* Else there are none, or the length is wrong. */
	if (m->length >= old + VPNGW_XLAT_ICMP_L4 && m->length < quoted) {
		plan->ext_at -= quoted - m->length;
		quoted = m->length;
	}
	plan->ext = skb->len - plan->ext_at;
	if (!m->extends || plan->ext + VPNGW_XLAT_ICMP_QUOTED > room)
		plan->ext = 0;

	size = quoted - old + header;
	if (plan->ext) {
		size = max_t(unsigned int, round_up(size, unit),
			     VPNGW_XLAT_ICMP_QUOTED);
		room = round_down(room - plan->ext, unit);
	}
	size = min(size, room);
	plan->kept = min(size - header, quoted - old);
	plan->pad = size - header - plan->kept;
	m->length = plan->ext ? size : 0;
}

/* Bring what stays of the message to where it is to be, as far as it does not
 * depend on the headers before it; then all is linear and writable.
 */
static int vpngw_xlat_icmp_fit(struct sk_buff *skb,
			       const struct vpngw_xlat_plan *plan)
{
	unsigned int kept_end = plan->l4 + plan->kept, head, tail;
	unsigned int end = kept_end + plan->pad + plan->ext;

	/* Before all of a large one is copied. */
	if (!plan->ext && pskb_trim(skb, kept_end))
		return -ENOMEM;
	if (skb_linearize(skb))
		return -ENOMEM;
	head = plan->front > plan->l4 ? plan->front - plan->l4 : 0;
	head -= min(head, skb_headroom(skb));
	tail = end > skb->len ? end - skb->len : 0;
	tail -= min_t(unsigned int, tail, skb_tailroom(skb));
	if ((skb_cloned(skb) || head || tail) &&
	    pskb_expand_head(skb, head, tail, GFP_ATOMIC))
		return -ENOMEM;

	if (end > skb->len)
		skb_put(skb, end - skb->len);
	memmove(skb->data + kept_end + plan->pad, skb->data + plan->ext_at,
		plan->ext);
	memset(skb->data + kept_end, 0, plan->pad);
	skb_trim(skb, end);
	return 0;
}

/* The quoted transport header, of which @left bytes are there. Its checksum is
 * kept as right or wrong as it is, and so is none at all.
 */
static void vpngw_xlat_icmp_quoted(void *l4, unsigned int left,
				   const struct vpngw_packet *quoted,
				   const struct vpngw_tuple *to,
				   unsigned int len)
{
	unsigned int at = vpngw_xlat_ip_check_at(quoted->tuple.proto);
	u8 proto = quoted->tuple.proto;
	__sum16 *check = l4 + at;
	bool is_udp;
	__wsum sum;

	if (!vpngw_rewrite_l4_len(proto))
		return;
	sum = vpngw_xlat_ip_write_l4(l4, quoted, to);
	is_udp = proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE;
	if (!at || at + sizeof(*check) > left || (is_udp && !*check))
		return;
	sum = csum_add(sum, vpngw_xlat_ip_pseudo(&quoted->tuple, to, len));
	csum_replace_by_diff(check, sum);
	if (is_udp && !*check)
		*check = CSUM_MANGLED_0;
}

static bool vpngw_xlat_icmp_convert(struct vpngw_xlat_icmp *m, u8 family,
				    const struct vpngw_xlat_path *path)
{
	return family == AF_INET6 ? vpngw_xlat_icmp_to_v6(m, path) :
				    vpngw_xlat_icmp_to_v4(m, path);
}

/**
 * vpngw_xlat_error - make an ICMP error one of the other IP version
 * @skb: the error, skb->data at its IP header, its checksum verified
 * @p: what vpngw_tuple_read() said of it, and then what it would
 * @outer: has its new addresses
 * @quoted_off: offset of the quoted IP header from skb->data
 * @quoted: what vpngw_tuple_read_quoted() said of the quoted packet
 * @to: the quoted packet's new tuple
 * @mtu_in: MTU of the link that the error came by
 * @mtu_out: MTU of the link that it leaves by
 *
 * RFC 7915 section 4.2, 4.3, 5.2 and 5.3. It gets no longer than errors of its
 * version may be; RFC 4884 extensions stay if they fit and such errors may have
 * them. TTL and hop limit are copied, and id and skb->cb are as of
 * vpngw_xlat_packet(). Pointers into @skb, and @quoted, are stale afterwards.
 *
 * Context: any; may reallocate the packet's head with GFP_ATOMIC.
 * Return: 0; -EOPNOTSUPP when the other version has no such error, which RFC
 *	7915 silently drops, and the packet unchanged; -ENOMEM, and its end may
 *	be cut off.
 */
int vpngw_xlat_error(struct sk_buff *skb, struct vpngw_packet *p,
		     const struct vpngw_tuple *outer, unsigned int quoted_off,
		     const struct vpngw_packet *quoted,
		     const struct vpngw_tuple *to, u32 mtu_in, u32 mtu_out)
{
	unsigned int old = quoted->l4 - quoted_off, outer_size, header;
	struct vpngw_xlat_plan plan = { .l4 = quoted->l4 };
	struct vpngw_xlat_path path = {
		.mtu_in		= mtu_in,
		.mtu_out	= mtu_out,
		.fragment	= quoted->frag ? sizeof(struct frag_hdr) : 0,
	};
	struct vpngw_xlat_ip ip, quoted_ip;
	struct vpngw_xlat_icmp m;
	u8 family = to->family;

	if (!vpngw_xlat_ip_possible(quoted))
		return -EOPNOTSUPP;
	if (!pskb_may_pull(skb, quoted->l4))
		return -ENOMEM;
	vpngw_xlat_icmp_read(skb, p, &m);
	vpngw_xlat_ip_read(skb, 0, p, &ip);
	vpngw_xlat_ip_read(skb, quoted_off, quoted, &quoted_ip);
	path.total = old + quoted_ip.len;
	if (!vpngw_xlat_icmp_convert(&m, family, &path))
		return -EOPNOTSUPP;
	outer_size = vpngw_xlat_ip_size(family, false);
	header = vpngw_xlat_ip_size(family, quoted_ip.more);
	vpngw_xlat_icmp_plan(skb, &m, family, outer_size, header, old, &plan);
	if (vpngw_xlat_icmp_fit(skb, &plan))
		return -ENOMEM;

	vpngw_xlat_ip_swap(skb, plan.l4, plan.front, family);
	skb_set_transport_header(skb, outer_size);
	skb->ip_summed = CHECKSUM_NONE;
	ip.len = skb->len - outer_size;
	ip.df = false;
	ip.more = false;
	vpngw_xlat_ip_write(skb->data, outer, IPPROTO_ICMP, &ip);
	vpngw_xlat_icmp_write(icmp_hdr(skb), family, &m);
	vpngw_xlat_ip_write(skb->data + plan.front - header, to,
			    quoted->tuple.proto, &quoted_ip);
	vpngw_xlat_icmp_quoted(skb->data + plan.front, plan.kept, quoted, to,
			       quoted_ip.len);
	icmp_hdr(skb)->checksum = vpngw_rewrite_icmp_check(skb, outer_size,
							   outer);
	p->icmp_type = m.type;
	vpngw_tuple_copy(&p->tuple, outer);
	p->tuple.proto = IPPROTO_ICMP;
	p->l4 = outer_size;
	p->frag = 0;
	return 0;
}
