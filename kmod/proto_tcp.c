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

static void vpngw_tcp_restart(unsigned long *flags)
{
	clear_bit(VPNGW_FLOW_SEEN_INSIDE, flags);
	clear_bit(VPNGW_FLOW_SEEN_OUTSIDE, flags);
	clear_bit(VPNGW_FLOW_FIN_INSIDE, flags);
	clear_bit(VPNGW_FLOW_FIN_OUTSIDE, flags);
	clear_bit(VPNGW_FLOW_RST, flags);
}

static bool vpngw_tcp_over(unsigned long *flags)
{
	return test_bit(VPNGW_FLOW_RST, flags) ||
	       (test_bit(VPNGW_FLOW_FIN_INSIDE, flags) &&
		test_bit(VPNGW_FLOW_FIN_OUTSIDE, flags));
}

/**
 * vpngw_tcp_track - note a TCP segment
 * @flags: the flow's flags
 * @side: where the segment came from
 * @tcp_flags: byte 13 of its header
 *
 * Context: any.
 */
void vpngw_tcp_track(unsigned long *flags, enum vpngw_side side, u8 tcp_flags)
{
	if (tcp_flags & TCPHDR_RST) {
		vpngw_tcp_set(flags, VPNGW_FLOW_RST);
		return;
	}
	/* The same ports serve a new connection. */
	if ((tcp_flags & (TCPHDR_SYN | TCPHDR_ACK)) == TCPHDR_SYN &&
	    vpngw_tcp_over(flags))
		vpngw_tcp_restart(flags);

	/* Data after an RST shows that the RST was not the connection's. */
	vpngw_tcp_clear(flags, VPNGW_FLOW_RST);
	vpngw_tcp_set(flags, VPNGW_FLOW_SEEN_INSIDE + side);
	if (tcp_flags & TCPHDR_FIN)
		vpngw_tcp_set(flags, VPNGW_FLOW_FIN_INSIDE + side);
}
