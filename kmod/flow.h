/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_FLOW_H
#define _VPNGW_FLOW_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/container_of.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

#include <asm/barrier.h>

#include <uapi/linux/vpngw.h>

#include "route_cache.h"
#include "tuple.h"

struct vpngw_alias;
struct vpngw_iface;
struct vpngw_mapping;
struct vpngw_net;
struct vpngw_realm;

/* Bits of &struct vpngw_flow flags. */
enum vpngw_flow_flag {
	VPNGW_FLOW_SEEN_INSIDE,
	VPNGW_FLOW_SEEN_OUTSIDE,
	VPNGW_FLOW_FIN_INSIDE,
	VPNGW_FLOW_FIN_OUTSIDE,
	VPNGW_FLOW_RST,
	/* TCP, SCTP, DCCP: the side that started it has acknowledged the other. */
	VPNGW_FLOW_OPEN,
	/* Not answered yet, and counted so. */
	VPNGW_FLOW_HALF_OPEN,
	/* Its server is the outside endpoint of a VPN host. */
	VPNGW_FLOW_HAIRPIN,
	/* A PPTP connection that its ends have closed. */
	VPNGW_FLOW_HUNG_UP,
	/* Counted by vpngw_peer_add(). */
	VPNGW_FLOW_PEER,
	VPNGW_FLOW_PUBLISHED,
	VPNGW_FLOW_DYING,
};

/**
 * struct vpngw_flow_dir - a flow as the packets of one side look
 * @node: entry of that side's table (RCU)
 * @tuple: of the packets that come from that side, constant once published
 */
struct vpngw_flow_dir {
	struct rhash_head	node;
	struct vpngw_tuple	tuple;
};

/**
 * struct vpngw_flow_count - packets of one direction
 * @packets: number of packets
 * @bytes: their IP lengths before translation
 */
struct vpngw_flow_count {
	atomic64_t	packets;
	atomic64_t	bytes;
};

/**
 * struct vpngw_flow - a session under a mapping
 * @dir: by the side that packets come from
 * @mapping: its mapping; lives at least as long
 * @mapping_node: entry of the mapping's list (mapping's lock, RCU readers)
 * @route: out of the gateway, by the side that packets come from
 * @count: by the side that packets come from
 * @flags: &enum vpngw_flow_flag
 * @tcp_end: by side, the number after the last TCP segment it sent
 * @control: of a PPTP call: ports of the connection that named it, see pptp.c
 * @tcp_ack: by side, the last TCP number it acknowledged, 0 before
 * @peer_id: of a PPTP call: the id that the other side has given it, see pptp.c
 * @last: second when the last packet came
 * @alias_uid: the alias it was made through
 * @ifindex: VPN device that its packets last came in by, 0 for none yet
 * @iface_uid: uid of that device's iface
 * @origin: the side that started it
 * @n_calls: of a PPTP connection: call ids that it has named
 * @rcu: frees it
 */
struct vpngw_flow {
	struct vpngw_flow_dir	dir[2];
	struct vpngw_mapping	*mapping;
	struct hlist_node	mapping_node;
	struct vpngw_route_cache route[2];
	struct vpngw_flow_count	count[2];
	unsigned long		flags;
	union {
		u32		tcp_end[2];
		u32		control;
	};
	union {
		u32		tcp_ack[2];
		u32		peer_id;
	};
	u32			last;
	u32			alias_uid;
	int			ifindex;
	u32			iface_uid;
	u8			origin;
	atomic_t		n_calls;
	struct rcu_head		rcu;
};

struct vpngw_flow *vpngw_flow_find(struct vpngw_realm *realm,
				   const struct vpngw_tuple *tuple);
struct vpngw_flow *vpngw_flow_create(struct vpngw_mapping *mapping,
				     u32 alias_uid,
				     const struct vpngw_iface *iface,
				     const struct vpngw_tuple *inside,
				     const struct vpngw_tuple *outside,
				     bool hairpin, int *reason);
void vpngw_flow_update(struct vpngw_flow *flow, const struct vpngw_iface *iface,
		       enum vpngw_side side, const struct vpngw_packet *p,
		       unsigned int bytes);
void vpngw_flow_refresh(struct vpngw_flow *flow);
bool vpngw_flow_end(struct vpngw_flow *flow);

/**
 * vpngw_flow_of - the flow that a direction is part of
 * @dir: what stands in a table
 * @side: of the realm whose table that is
 *
 * Context: any.
 * Return: the flow.
 */
static inline struct vpngw_flow *vpngw_flow_of(struct vpngw_flow_dir *dir,
					       enum vpngw_side side)
{
	return container_of(dir - side, struct vpngw_flow, dir[0]);
}

/**
 * vpngw_flow_published - is a flow in both tables, and not on its way out?
 * @flow: the flow
 *
 * Context: RCU read section.
 * Return: true if so; it may have timed out, see vpngw_flow_live().
 */
static inline bool vpngw_flow_published(const struct vpngw_flow *flow)
{
	/* Pairs with vpngw_flow_attach(): then all else of it is seen. */
	unsigned long flags = smp_load_acquire(&flow->flags);

	return (flags & (BIT(VPNGW_FLOW_PUBLISHED) | BIT(VPNGW_FLOW_DYING))) ==
	       BIT(VPNGW_FLOW_PUBLISHED);
}

static inline bool vpngw_flow_is_hairpin(const struct vpngw_flow *flow)
{
	return test_bit(VPNGW_FLOW_HAIRPIN, &flow->flags);
}

/**
 * vpngw_flow_find_packet - the flow of a packet
 * @realm: the vpn or ext that the packet came from
 * @t: the packet's tuple
 *
 * GRE that belongs to no call is translated by its addresses, as if it had no
 * call id; @t has none then.
 *
 * Context: RCU read section.
 * Return: the flow, alive, or NULL.
 */
static inline struct vpngw_flow *
vpngw_flow_find_packet(struct vpngw_realm *realm, struct vpngw_tuple *t)
{
	struct vpngw_flow *flow = vpngw_flow_find(realm, t);

	if (flow || !t->call)
		return flow;
	t->sport = 0;
	t->dport = 0;
	t->call = VPNGW_CALL_NONE;
	return vpngw_flow_find(realm, t);
}

enum vpngw_flow_state vpngw_flow_state(const struct vpngw_flow *flow);
bool vpngw_flow_live(const struct vpngw_flow *flow, u32 *left);

int vpngw_flow_table_init(struct vpngw_realm *realm);
void vpngw_flow_table_exit(struct vpngw_realm *realm);
int vpngw_flow_init(void);
void vpngw_flow_exit(void);

#endif /* _VPNGW_FLOW_H */
