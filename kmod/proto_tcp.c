// SPDX-License-Identifier: GPL-2.0
/*
 * What a TCP segment does to a flow's state, RFC 7857 section 2.
 *
 * The state is a set of bits that are only ever set or cleared one by one, so
 * that two CPUs need no lock; vpngw_flow_state() reads it.
 */
#include "proto_tcp.h"

#include <linux/bitops.h>

#include <net/tcp.h>

#include "flow.h"
#include "tuple.h"

/* How far a number may be from the one that is expected: more than what windows
 * leave under way, and hard to guess.
 */
#define VPNGW_TCP_NEAR	((u32)BIT(24))

static void vpngw_tcp_set(unsigned long *flags, int bit)
{
	if (!test_bit(bit, flags))
		set_bit(bit, flags);
}

static void vpngw_tcp_clear(unsigned long *flags, int bit)
{
	if (test_bit(bit, flags))
		clear_bit(bit, flags);
}

static void vpngw_tcp_restart(struct vpngw_flow *flow)
{
	unsigned long *flags = &flow->flags;

	clear_bit(VPNGW_FLOW_SEEN_INSIDE, flags);
	clear_bit(VPNGW_FLOW_SEEN_OUTSIDE, flags);
	clear_bit(VPNGW_FLOW_FIN_INSIDE, flags);
	clear_bit(VPNGW_FLOW_FIN_OUTSIDE, flags);
	clear_bit(VPNGW_FLOW_RST, flags);
	clear_bit(VPNGW_FLOW_OPEN, flags);
	WRITE_ONCE(flow->tcp_ack[VPNGW_SIDE_INSIDE], 0);
	WRITE_ONCE(flow->tcp_ack[VPNGW_SIDE_OUTSIDE], 0);
}

static bool vpngw_tcp_over(unsigned long *flags)
{
	return test_bit(VPNGW_FLOW_RST, flags) ||
	       (test_bit(VPNGW_FLOW_FIN_INSIDE, flags) &&
		test_bit(VPNGW_FLOW_FIN_OUTSIDE, flags));
}

/* Whether an RST can be the connection's own (RFC 7857 section 2.2): it has the
 * number that its receiver expects next, as RFC 5961 section 3.2 wants it, or
 * the one that its sender would use next. Before its sender was seen it has to
 * acknowledge the SYN, or where that was not seen either, have the number that
 * was acknowledged: what a host that knows nothing of the connection answers
 * with (RFC 9293 section 3.10.7.1).
 */
static bool vpngw_tcp_plausible(const struct vpngw_flow *flow,
				enum vpngw_side side,
				const struct vpngw_packet *p)
{
	if (!test_bit(VPNGW_FLOW_SEEN_INSIDE + side, &flow->flags)) {
		/* 0: it has acknowledged nothing, as in a SYN. */
		u32 acked = READ_ONCE(flow->tcp_ack[!side]);

		if (acked && p->tcp_seq == acked)
			return true;
		return (p->tcp_flags & TCPHDR_ACK) &&
		       p->tcp_ack == READ_ONCE(flow->tcp_end[!side]);
	}
	return p->tcp_seq == READ_ONCE(flow->tcp_ack[!side]) ||
	       p->tcp_seq == READ_ONCE(flow->tcp_end[side]);
}

static bool vpngw_tcp_near(u32 number, u32 expected)
{
	return number - expected + VPNGW_TCP_NEAR <= 2 * VPNGW_TCP_NEAR;
}

/* Whether a segment can be the connection's own, so that it counts (RFC 5961
 * section 5.2). Else two forged packets would do for a reset: one to make its
 * number the next. Of a host its own numbers are the measure, and whoever begins
 * anew with the same ports is believed. Of a server, whose address anybody outside
 * may use, it is what the host has sent and acknowledged.
 */
static bool vpngw_tcp_believable(const struct vpngw_flow *flow,
				 enum vpngw_side side,
				 const struct vpngw_packet *p)
{
	u32 expected;

	if (!test_bit(VPNGW_FLOW_SEEN_INSIDE, &flow->flags))
		return true;
	if (side == VPNGW_SIDE_INSIDE)
		return (p->tcp_flags & TCPHDR_SYN) ||
		       vpngw_tcp_near(p->tcp_seq,
				      READ_ONCE(flow->tcp_end[side])) ||
		       vpngw_tcp_near(p->tcp_seq,
				      READ_ONCE(flow->tcp_ack[!side]));
	/* Each segment but the first acknowledges something. */
	if (p->tcp_flags & TCPHDR_ACK ?
	    !vpngw_tcp_near(p->tcp_ack,
			    READ_ONCE(flow->tcp_end[VPNGW_SIDE_INSIDE])) :
	    test_bit(VPNGW_FLOW_OPEN, &flow->flags))
		return false;
	/* 0: the host has acknowledged nothing yet. */
	expected = READ_ONCE(flow->tcp_ack[VPNGW_SIDE_INSIDE]);
	return !expected || vpngw_tcp_near(p->tcp_seq, expected);
}

/**
 * vpngw_tcp_track - note a TCP segment
 * @flow: its flow
 * @side: where the segment came from
 * @p: what vpngw_tuple_read() said of it
 *
 * Context: any.
 */
void vpngw_tcp_track(struct vpngw_flow *flow, enum vpngw_side side,
		     const struct vpngw_packet *p)
{
	unsigned long *flags = &flow->flags;

	if (p->tcp_flags & TCPHDR_RST) {
		if (vpngw_tcp_plausible(flow, side, p))
			vpngw_tcp_set(flags, VPNGW_FLOW_RST);
		return;
	}
	/* The same ports serve a new connection. */
	if ((p->tcp_flags & (TCPHDR_SYN | TCPHDR_ACK)) == TCPHDR_SYN &&
	    vpngw_tcp_over(flags))
		vpngw_tcp_restart(flow);

	if (!vpngw_tcp_believable(flow, side, p))
		return;
	/* Data after an RST shows that the RST was not the connection's. */
	vpngw_tcp_clear(flags, VPNGW_FLOW_RST);
	vpngw_tcp_set(flags, VPNGW_FLOW_SEEN_INSIDE + side);
	if (p->tcp_flags & TCPHDR_FIN)
		vpngw_tcp_set(flags, VPNGW_FLOW_FIN_INSIDE + side);
	/* A SYN and its answer alone leave it half open: who started it may
	 * not have that address. Crossed SYNs end in two SYN-ACKs.
	 */
	if (test_bit(VPNGW_FLOW_SEEN_INSIDE + !side, flags) &&
	    (side == flow->origin || !(p->tcp_flags & TCPHDR_SYN)) &&
	    (p->tcp_flags & TCPHDR_ACK))
		vpngw_tcp_set(flags, VPNGW_FLOW_OPEN);
	WRITE_ONCE(flow->tcp_end[side], p->tcp_end);
	if (p->tcp_flags & TCPHDR_ACK)
		WRITE_ONCE(flow->tcp_ack[side], p->tcp_ack);
	else if (p->tcp_flags & TCPHDR_SYN)
		WRITE_ONCE(flow->tcp_ack[side], 0);
}
