// SPDX-License-Identifier: GPL-2.0
/*
 * PPTP (RFC 2637): the calls of one host are GRE, told apart by call ids that
 * the messages of a TCP connection name. A GRE packet has the id that its
 * receiver chose, so each id is a flow of its own, whose packets go one way.
 *
 * Messages are read and never changed. Where two hosts with the same outside
 * address choose the same id toward the same server, the later is refused.
 */
#include "pptp.h"

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/skbuff.h>

#include <net/tcp.h>

#include <uapi/linux/vpngw.h>

#include "flow.h"
#include "iface.h"
#include "limit.h"
#include "mapping.h"
#include "realm.h"
#include "stats.h"

#define VPNGW_PPTP_CONTROL	1
#define VPNGW_PPTP_MAGIC	0x1a2b3c4d
/* The byte behind &struct vpngw_pptp_message in an answer that takes a call. */
#define VPNGW_PPTP_CONNECTED	1
/* Messages of a segment that are looked at. */
#define VPNGW_PPTP_MESSAGES	8
/* Call ids that a connection may have named: for 32 calls. More are not heard. */
#define VPNGW_PPTP_IDS		64
/* In &struct vpngw_flow peer_id: there is one. */
#define VPNGW_PPTP_HAS_PEER	BIT(16)
/* How far the numbers of a segment of the server may be from what the host has sent
 * and acknowledged, so that nobody else can guess them.
 */
#define VPNGW_PPTP_AHEAD	4096

enum vpngw_pptp_type {
	VPNGW_PPTP_OUT_CALL_REQUEST = 7,
	VPNGW_PPTP_OUT_CALL_REPLY,
	VPNGW_PPTP_IN_CALL_REQUEST,
	VPNGW_PPTP_IN_CALL_REPLY,
	VPNGW_PPTP_CALL_CLEAR_REQUEST = 12,
	VPNGW_PPTP_CALL_DISCONNECT,
};

/**
 * struct vpngw_pptp_message - what the messages about a call begin with
 * @length: of the whole message
 * @kind: VPNGW_PPTP_CONTROL
 * @magic: VPNGW_PPTP_MAGIC
 * @type: &enum vpngw_pptp_type
 * @reserved: 0
 * @id: the call id that the sender has chosen
 * @peer_id: in answers, the one that the other has chosen
 */
struct vpngw_pptp_message {
	__be16	length;
	__be16	kind;
	__be32	magic;
	__be16	type;
	__be16	reserved;
	__be16	id;
	__be16	peer_id;
} __packed;

/* The tuples of the packets that go to the sender of a message. */
static void vpngw_pptp_tuples(const struct vpngw_flow *control,
			      enum vpngw_side sender, __be16 id,
			      struct vpngw_tuple *in, struct vpngw_tuple *out)
{
	vpngw_tuple_copy(in, &control->dir[VPNGW_SIDE_INSIDE].tuple);
	vpngw_tuple_copy(out, &control->dir[VPNGW_SIDE_OUTSIDE].tuple);
	in->proto = IPPROTO_GRE;
	out->proto = IPPROTO_GRE;
	if (sender == VPNGW_SIDE_INSIDE) {
		in->sport = id;
		in->dport = 0;
		in->call = VPNGW_CALL_SPORT;
		out->sport = 0;
		out->dport = id;
		out->call = VPNGW_CALL_DPORT;
	} else {
		in->sport = 0;
		in->dport = id;
		in->call = VPNGW_CALL_DPORT;
		out->sport = id;
		out->dport = 0;
		out->call = VPNGW_CALL_SPORT;
	}
}

/* A call remembers by its ports what connection it is of. */
static void vpngw_pptp_set_control(struct vpngw_flow *call,
				   const struct vpngw_flow *control)
{
	const struct vpngw_tuple *out = &control->dir[VPNGW_SIDE_OUTSIDE].tuple;

	WRITE_ONCE(call->control, (__force u32)out->sport << 16 |
				  (__force u32)out->dport);
}

static bool vpngw_pptp_is_of(const struct vpngw_flow *call,
			     const struct vpngw_flow *control)
{
	const struct vpngw_tuple *out = &control->dir[VPNGW_SIDE_OUTSIDE].tuple;

	return READ_ONCE(call->control) == ((__force u32)out->sport << 16 |
					    (__force u32)out->dport);
}

/**
 * vpngw_pptp_is_over - has the connection ended that a call belongs to?
 * @call: any flow
 *
 * No call outlives its connection, RFC 2637 section 2.3.
 *
 * Context: RCU read section.
 * Return: true if it has; false for what is not a call.
 */
bool vpngw_pptp_is_over(const struct vpngw_flow *call)
{
	const struct vpngw_tuple *out = &call->dir[VPNGW_SIDE_OUTSIDE].tuple;
	const struct vpngw_flow *control;
	struct vpngw_tuple t;
	u32 ports;

	if (likely(!out->call))
		return false;
	ports = READ_ONCE(call->control);
	/* It is just being made. */
	if (!ports)
		return false;
	vpngw_tuple_copy(&t, out);
	t.proto = IPPROTO_TCP;
	t.call = VPNGW_CALL_NONE;
	t.sport = (__force __be16)(ports >> 16);
	t.dport = (__force __be16)ports;
	control = vpngw_flow_find(call->mapping->ext, &t);
	if (!control || test_bit(VPNGW_FLOW_HUNG_UP, &control->flags))
		return true;
	/* The ports may be another host's by now. */
	return control->mapping->vpn != call->mapping->vpn ||
	       control->dir[VPNGW_SIDE_INSIDE].tuple.src !=
	       call->dir[VPNGW_SIDE_INSIDE].tuple.src;
}

static bool vpngw_pptp_has_room(const struct vpngw_flow *control)
{
	return atomic_read(&control->n_calls) < VPNGW_PPTP_IDS;
}

/* A new call, or one of the same host that another connection of it had named. */
static void vpngw_pptp_adopt(struct vpngw_flow *call,
			     struct vpngw_flow *control)
{
	if (vpngw_pptp_is_of(call, control))
		return;
	vpngw_pptp_set_control(call, control);
	atomic_inc(&control->n_calls);
}

/* The sender of a message has chosen an id. It is its own until its connection
 * ends: neither end can take another's.
 */
static int vpngw_pptp_call(const struct vpngw_iface *iface,
			   struct vpngw_flow *control, __be16 id)
{
	struct vpngw_mapping *mapping = control->mapping;
	enum vpngw_side side = iface->realm->side;
	struct vpngw_tuple in, out;
	struct vpngw_flow *flow;
	int reason;

	vpngw_pptp_tuples(control, side, id, &in, &out);
	flow = vpngw_flow_find(mapping->ext, &out);
	if (flow && flow->mapping->vpn == mapping->vpn &&
	    vpngw_tuple_equal(&flow->dir[VPNGW_SIDE_INSIDE].tuple, &in)) {
		if (vpngw_pptp_has_room(control))
			vpngw_pptp_adopt(flow, control);
		return VPNGW_OK;
	}
	if (flow && !vpngw_pptp_is_over(flow))
		return VPNGW_REASON_CLASH;
	if (flow)
		vpngw_flow_end(flow);
	/* Of the same host, from when it had another outside address. */
	flow = vpngw_flow_find(mapping->vpn, &in);
	if (flow)
		vpngw_flow_end(flow);
	if (!vpngw_pptp_has_room(control))
		return VPNGW_OK;
	reason = vpngw_limit_check_flow(mapping->vpn);
	if (reason == VPNGW_OK)
		flow = vpngw_flow_create(mapping, control->alias_uid, iface,
					 &in, &out, false, &reason);
	if (reason != VPNGW_OK) {
		vpngw_limit_tell(mapping->vpn, reason, &in);
		return reason == VPNGW_AGAIN ? VPNGW_REASON_CLASH : reason;
	}
	/* Another connection may have been faster with the same id. */
	if (flow->mapping->vpn != mapping->vpn ||
	    !vpngw_tuple_equal(&flow->dir[VPNGW_SIDE_INSIDE].tuple, &in))
		return VPNGW_REASON_CLASH;
	/* Whatever others have named meanwhile: without a connection it would never
	 * be over.
	 */
	vpngw_pptp_adopt(flow, control);
	/* So that the first packet to it is its answer. */
	set_bit(VPNGW_FLOW_SEEN_INSIDE + side, &flow->flags);
	return VPNGW_OK;
}

/* The call to which a side has given an id, if it is of that connection. */
static struct vpngw_flow *vpngw_pptp_find(const struct vpngw_flow *control,
					  enum vpngw_side side, __be16 id)
{
	struct vpngw_tuple in, out;
	struct vpngw_flow *flow;

	vpngw_pptp_tuples(control, side, id, &in, &out);
	flow = vpngw_flow_find(control->mapping->vpn, &in);
	return flow && vpngw_pptp_is_of(flow, control) &&
	       vpngw_tuple_equal(&flow->dir[VPNGW_SIDE_OUTSIDE].tuple, &out) ?
	       flow : NULL;
}

static void vpngw_pptp_end_one(struct vpngw_flow *control,
			       enum vpngw_side side, __be16 id)
{
	struct vpngw_flow *flow = vpngw_pptp_find(control, side, id);

	if (flow && vpngw_flow_end(flow))
		atomic_dec(&control->n_calls);
}

/* A side has said that it gives an id back, and with it goes the other's. */
static void vpngw_pptp_end(struct vpngw_flow *control, enum vpngw_side side,
			   __be16 id)
{
	struct vpngw_flow *flow = vpngw_pptp_find(control, side, id);
	u32 peer_id = flow ? READ_ONCE(flow->peer_id) : 0;

	vpngw_pptp_end_one(control, side, id);
	if (peer_id & VPNGW_PPTP_HAS_PEER)
		vpngw_pptp_end_one(control, !side,
				   (__force __be16)(u16)peer_id);
}

/* The ids of one call, each side's own. */
static void vpngw_pptp_pair(const struct vpngw_flow *control,
			    enum vpngw_side side, __be16 id, __be16 peer_id)
{
	struct vpngw_flow *own = vpngw_pptp_find(control, side, id);
	struct vpngw_flow *peer = vpngw_pptp_find(control, !side, peer_id);

	if (!own || !peer)
		return;
	WRITE_ONCE(own->peer_id, VPNGW_PPTP_HAS_PEER | (__force u16)peer_id);
	WRITE_ONCE(peer->peer_id, VPNGW_PPTP_HAS_PEER | (__force u16)id);
}

/* Whether an answer says that the call is taken. */
static bool vpngw_pptp_connected(const struct sk_buff *skb, unsigned int off)
{
	const u8 *result;
	u8 buf;

	result = skb_header_pointer(skb,
				    off + sizeof(struct vpngw_pptp_message),
				    sizeof(buf), &buf);
	return result && *result == VPNGW_PPTP_CONNECTED;
}

static int vpngw_pptp_answer(const struct vpngw_iface *iface,
			     struct vpngw_flow *control, bool connected,
			     const struct vpngw_pptp_message *m)
{
	enum vpngw_side side = iface->realm->side;
	int reason;

	if (!connected) {
		vpngw_pptp_end(control, !side, m->peer_id);
		return VPNGW_OK;
	}
	reason = vpngw_pptp_call(iface, control, m->id);
	if (reason == VPNGW_OK)
		vpngw_pptp_pair(control, side, m->id, m->peer_id);
	return reason;
}

static int vpngw_pptp_message(const struct vpngw_iface *iface,
			      struct vpngw_flow *control,
			      const struct sk_buff *skb, unsigned int off,
			      const struct vpngw_pptp_message *m)
{
	switch (ntohs(m->type)) {
	case VPNGW_PPTP_OUT_CALL_REPLY:
	case VPNGW_PPTP_IN_CALL_REPLY:
		return vpngw_pptp_answer(iface, control,
					 vpngw_pptp_connected(skb, off), m);
	case VPNGW_PPTP_OUT_CALL_REQUEST:
	case VPNGW_PPTP_IN_CALL_REQUEST:
		return vpngw_pptp_call(iface, control, m->id);
	case VPNGW_PPTP_CALL_CLEAR_REQUEST:
	case VPNGW_PPTP_CALL_DISCONNECT:
		vpngw_pptp_end(control, iface->realm->side, m->id);
		break;
	}
	return VPNGW_OK;
}

/* Whether it is the connection itself that says so, and not somebody outside who
 * uses the server's address: he would have to guess both numbers. An RST need not
 * acknowledge anything, so that its own has to be the very next.
 */
static bool vpngw_pptp_believable(const struct vpngw_flow *control,
				  enum vpngw_side side,
				  const struct vpngw_packet *p)
{
	u32 acked = READ_ONCE(control->tcp_ack[VPNGW_SIDE_INSIDE]);
	u32 sent = READ_ONCE(control->tcp_end[VPNGW_SIDE_INSIDE]);

	if (side == VPNGW_SIDE_INSIDE)
		return true;
	if (!acked)
		return false;
	if (p->tcp_flags & TCPHDR_RST)
		return p->tcp_seq == acked;
	return (p->tcp_flags & TCPHDR_ACK) &&
	       p->tcp_seq - acked < VPNGW_PPTP_AHEAD &&
	       sent - p->tcp_ack < VPNGW_PPTP_AHEAD;
}

/* The beginning of a connection, and its end. */
static bool vpngw_pptp_listens(struct vpngw_flow *control,
			       enum vpngw_side side,
			       const struct vpngw_packet *p)
{
	if (p->starts && side == control->origin)
		clear_bit(VPNGW_FLOW_HUNG_UP, &control->flags);
	if (!test_bit(VPNGW_FLOW_OPEN, &control->flags) ||
	    test_bit(VPNGW_FLOW_HUNG_UP, &control->flags) ||
	    vpngw_flow_is_hairpin(control) ||
	    !vpngw_pptp_believable(control, side, p))
		return false;
	if (p->tcp_flags & (TCPHDR_FIN | TCPHDR_RST))
		set_bit(VPNGW_FLOW_HUNG_UP, &control->flags);
	return true;
}

/**
 * vpngw_pptp_watch - learn the call ids that a control connection names
 * @iface: the device that the packet came in by
 * @control: the packet's flow
 * @skb: the packet, not translated yet
 * @p: what vpngw_tuple_read() said of it
 *
 * A message is read where it begins with its segment or follows another there,
 * as everybody sends them; RFC 2637 section 2. Of connections between two VPN
 * hosts none is.
 *
 * Context: RCU read section, BH off; allocates with GFP_ATOMIC.
 * Return: VPNGW_OK, or the &enum vpngw_reason why the packet, and so the call,
 *	has to be refused.
 */
int vpngw_pptp_watch(const struct vpngw_iface *iface,
		     struct vpngw_flow *control, const struct sk_buff *skb,
		     const struct vpngw_packet *p)
{
	const struct vpngw_pptp_message *m;
	struct vpngw_pptp_message buf;
	const struct tcphdr *th;
	unsigned int off, n, len;
	struct tcphdr tbuf;
	int reason;

	if (!vpngw_pptp_listens(control, iface->realm->side, p))
		return VPNGW_OK;
	th = skb_header_pointer(skb, p->l4, sizeof(tbuf), &tbuf);
	if (!th)
		return VPNGW_OK;
	off = p->l4 + th->doff * 4;
	for (n = 0; n < VPNGW_PPTP_MESSAGES; n++, off += len) {
		m = skb_header_pointer(skb, off, sizeof(buf), &buf);
		if (!m || m->magic != htonl(VPNGW_PPTP_MAGIC) ||
		    m->kind != htons(VPNGW_PPTP_CONTROL))
			break;
		len = ntohs(m->length);
		if (len < sizeof(*m))
			break;
		reason = vpngw_pptp_message(iface, control, skb, off, m);
		if (reason != VPNGW_OK)
			return reason;
	}
	return VPNGW_OK;
}
