/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_TUPLE_H
#define _VPNGW_TUPLE_H

#include <linux/build_bug.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/jhash.h>
#include <linux/socket.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#include "addr.h"

struct sk_buff;

/* Which port of a tuple is the call id of a PPTP packet, which says only that of its
 * receiver: one that the packet itself has, or one of its answers.
 */
enum vpngw_call {
	VPNGW_CALL_NONE,
	VPNGW_CALL_DPORT,
	VPNGW_CALL_SPORT,
};

/**
 * struct vpngw_tuple - addresses and ports of a packet, and a hash key
 * @sport: source port, network byte order; the query id for ICMP, zero for
 *	protocols that are translated by address only
 * @dport: destination port; the query id again for ICMP
 * @proto: IP protocol; IPPROTO_ICMP for ICMPv6, too
 * @call: &enum vpngw_call, for GRE of PPTP
 * @family: AF_INET or AF_INET6
 * @zero: always zero, part of the key
 * @src: IPv4 source address, network byte order
 * @dst: IPv4 destination address
 * @src6: IPv6 source address
 * @dst6: IPv6 destination address
 *
 * Of a tuple of IPv4 only the first VPNGW_TUPLE_LEN_V4 bytes are set.
 */
struct vpngw_tuple {
	__be16	sport;
	__be16	dport;
	u8	proto;
	u8	call;
	u8	family;
	u8	zero;
	union {
		struct {
			__be32		src;
			__be32		dst;
		};
		struct {
			struct in6_addr	src6;
			struct in6_addr	dst6;
		};
	};
} __aligned(8);

#define VPNGW_TUPLE_LEN_V4	16

static_assert(sizeof(struct vpngw_tuple) == 40);
static_assert(offsetofend(struct vpngw_tuple, dst) == VPNGW_TUPLE_LEN_V4);

/**
 * struct vpngw_packet - what a packet's headers say
 * @tuple: its addresses and ports
 * @l4: offset of the transport header from skb->data; of the routing header in
 *	what is refused for one
 * @frag: offset of an IPv6 fragment header from skb->data: an atomic one (RFC
 *	6946) or, in a quoted packet, that of a first fragment; else 0
 * @tcp_seq: TCP sequence number, host byte order
 * @tcp_end: the one after the segment's last byte, SYN or FIN
 * @tcp_ack: TCP acknowledgment number, host byte order
 * @tcp_flags: byte 13 of a TCP header
 * @icmp_type: type of an ICMP or ICMPv6 message
 * @icmp_error: an ICMP error; @tuple has its addresses and no ports
 * @spent_route: it has a source route that has come to its end
 * @starts: may start a flow: a TCP SYN, an SCTP INIT, a DCCP Request or Listen,
 *	an ICMP query request, any packet of another protocol
 */
struct vpngw_packet {
	struct vpngw_tuple	tuple;
	unsigned int		l4;
	unsigned int		frag;
	u32			tcp_seq;
	u32			tcp_end;
	u32			tcp_ack;
	u8			tcp_flags;
	u8			icmp_type;
	bool			icmp_error;
	bool			spent_route;
	bool			starts;
};

/* Whether the transport header begins with two ports. */
static inline bool vpngw_tuple_has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP ||
	       proto == IPPROTO_UDPLITE;
}

static inline void vpngw_tuple_src(const struct vpngw_tuple *t,
				   struct in6_addr *addr)
{
	if (likely(t->family == AF_INET))
		vpngw_addr_set_v4(addr, t->src);
	else
		*addr = t->src6;
}

static inline void vpngw_tuple_dst(const struct vpngw_tuple *t,
				   struct in6_addr *addr)
{
	if (likely(t->family == AF_INET))
		vpngw_addr_set_v4(addr, t->dst);
	else
		*addr = t->dst6;
}

/* Set both addresses, of which both are of one version. */
static inline void vpngw_tuple_set_addrs(struct vpngw_tuple *t,
					 const struct in6_addr *src,
					 const struct in6_addr *dst)
{
	t->family = vpngw_addr_family(src);
	if (likely(t->family == AF_INET)) {
		t->src = vpngw_addr_v4(src);
		t->dst = vpngw_addr_v4(dst);
	} else {
		t->src6 = *src;
		t->dst6 = *dst;
	}
}

static inline void vpngw_tuple_copy(struct vpngw_tuple *to,
				    const struct vpngw_tuple *from)
{
	if (likely(from->family == AF_INET))
		memcpy(to, from, VPNGW_TUPLE_LEN_V4);
	else
		*to = *from;
}

static inline void vpngw_tuple_reverse(struct vpngw_tuple *to,
				       const struct vpngw_tuple *from)
{
	to->sport = from->dport;
	to->dport = from->sport;
	to->proto = from->proto;
	/* DPORT for SPORT and the other way round. */
	to->call = (from->call << 1 | from->call >> 1) & 3;
	to->family = from->family;
	to->zero = 0;
	if (likely(from->family == AF_INET)) {
		to->src = from->dst;
		to->dst = from->src;
	} else {
		to->src6 = from->dst6;
		to->dst6 = from->src6;
	}
}

static inline bool vpngw_tuple_equal(const struct vpngw_tuple *a,
				     const struct vpngw_tuple *b)
{
	const u64 *x = (const u64 *)a;
	const u64 *y = (const u64 *)b;

	/* The family is in the first. */
	if ((x[0] ^ y[0]) | (x[1] ^ y[1]))
		return false;
	return likely(a->family == AF_INET) ||
	       !((x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4]));
}

/* Whether no host can have its source, RFC 1812 5.3.7. */
static inline bool vpngw_tuple_is_martian(const struct vpngw_tuple *t)
{
	struct in6_addr src;

	vpngw_tuple_src(t, &src);
	return !vpngw_addr_is_host(&src);
}

u32 vpngw_tuple_hash6(const struct vpngw_tuple *t, u32 seed);

/* Hash a tuple; the seed is random, of the table. Equal tuples have equal hashes. */
static inline u32 vpngw_tuple_hash(const struct vpngw_tuple *t, u32 seed)
{
	if (likely(t->family == AF_INET))
		return jhash_3words((__force u32)t->src, (__force u32)t->dst,
				    (__force u32)t->sport << 16 |
				    (__force u32)t->dport, seed + t->proto);
	return vpngw_tuple_hash6(t, seed);
}

int vpngw_tuple_read(const struct sk_buff *skb, struct vpngw_packet *p);
int vpngw_tuple_read_quoted(const struct sk_buff *skb, unsigned int off,
			    struct vpngw_packet *p);

#endif /* _VPNGW_TUPLE_H */
