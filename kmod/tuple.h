/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_TUPLE_H
#define _VPNGW_TUPLE_H

#include <linux/build_bug.h>
#include <linux/in.h>
#include <linux/types.h>

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
 * @src: source address, network byte order
 * @dst: destination address, network byte order
 * @sport: source port, network byte order; the query id for ICMP, zero for
 *	protocols that are translated by address only
 * @dport: destination port; the query id again for ICMP
 * @proto: IP protocol
 * @call: &enum vpngw_call, for GRE of PPTP
 * @zero: always zero, part of the key
 */
struct vpngw_tuple {
	__be32	src;
	__be32	dst;
	__be16	sport;
	__be16	dport;
	u8	proto;
	u8	call;
	u8	zero[2];
} __aligned(8);

static_assert(sizeof(struct vpngw_tuple) == 16);

/**
 * struct vpngw_packet - what a packet's headers say
 * @tuple: its addresses and ports
 * @l4: offset of the transport header from skb->data
 * @tcp_seq: TCP sequence number, host byte order
 * @tcp_end: the one after the segment's last byte, SYN or FIN
 * @tcp_ack: TCP acknowledgment number, host byte order
 * @tcp_flags: byte 13 of a TCP header
 * @icmp_type: type of an ICMP message
 * @icmp_error: an ICMP error; @tuple has its addresses and no ports
 * @starts: may start a flow: a TCP SYN, an SCTP INIT, a DCCP Request or Listen,
 *	an ICMP query request, any packet of another protocol
 */
struct vpngw_packet {
	struct vpngw_tuple	tuple;
	unsigned int		l4;
	u32			tcp_seq;
	u32			tcp_end;
	u32			tcp_ack;
	u8			tcp_flags;
	u8			icmp_type;
	bool			icmp_error;
	bool			starts;
};

/* Whether the transport header begins with two ports. */
static inline bool vpngw_tuple_has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP ||
	       proto == IPPROTO_UDPLITE;
}

static inline void vpngw_tuple_reverse(struct vpngw_tuple *to,
				       const struct vpngw_tuple *from)
{
	to->src = from->dst;
	to->dst = from->src;
	to->sport = from->dport;
	to->dport = from->sport;
	to->proto = from->proto;
	/* DPORT for SPORT and the other way round. */
	to->call = (from->call << 1 | from->call >> 1) & 3;
	to->zero[0] = 0;
	to->zero[1] = 0;
}

/* Whether no host can have that address as its source, RFC 1812 5.3.7. */
static inline bool vpngw_tuple_is_martian(__be32 src)
{
	return ipv4_is_zeronet(src) || ipv4_is_loopback(src) ||
	       ipv4_is_multicast(src) || ipv4_is_lbcast(src);
}

static inline bool vpngw_tuple_equal(const struct vpngw_tuple *a,
				     const struct vpngw_tuple *b)
{
	const u64 *x = (const u64 *)a;
	const u64 *y = (const u64 *)b;

	return !((x[0] ^ y[0]) | (x[1] ^ y[1]));
}

int vpngw_tuple_read(const struct sk_buff *skb, struct vpngw_packet *p);
int vpngw_tuple_read_quoted(const struct sk_buff *skb, unsigned int off,
			    struct vpngw_packet *p);

#endif /* _VPNGW_TUPLE_H */
