// SPDX-License-Identifier: GPL-2.0
/*
 * Flows: found by the tuple of either side, each side in a table of its own
 * vpn or ext, so that no packet of one VPN can meet a flow of another.
 */
#include "flow.h"

#include <linux/in.h>
#include <linux/minmax.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include <net/tcp.h>

#include "event.h"
#include "host.h"
#include "iface.h"
#include "mapping.h"
#include "peer.h"
#include "pool.h"
#include "proto_tcp.h"
#include "realm.h"
#include "route_cache.h"

/* Seconds that a flow lives of which no packet was translated. */
#define VPNGW_FLOW_UNSEEN	4

static struct kmem_cache *vpngw_flow_cache __read_mostly;

static int vpngw_flow_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vpngw_flow_dir *dir = obj;

	return !vpngw_tuple_equal(arg->key, &dir->tuple);
}

static u32 vpngw_flow_hash(const void *key, u32 len, u32 seed)
{
	return vpngw_tuple_hash(key, seed);
}

/* The object of these tables is the direction, not the flow. */
static const struct rhashtable_params vpngw_flow_params = {
	.hashfn			= vpngw_flow_hash,
	.key_len		= sizeof(struct vpngw_tuple),
	.key_offset		= offsetof(struct vpngw_flow_dir, tuple),
	.head_offset		= offsetof(struct vpngw_flow_dir, node),
	.obj_cmpfn		= vpngw_flow_cmp,
	.automatic_shrinking	= true,
};

static u32 vpngw_flow_now(void)
{
	return ktime_get_seconds();
}

/* A FIN alone does not make it more than half open. */
static enum vpngw_flow_state vpngw_flow_tcp_state(unsigned long flags)
{
	if (!(flags & BIT(VPNGW_FLOW_OPEN)))
		return VPNGW_FLOW_STATE_UNREPLIED;
	if (flags & BIT(VPNGW_FLOW_FIN_INSIDE))
		return flags & BIT(VPNGW_FLOW_FIN_OUTSIDE) ?
		       VPNGW_FLOW_STATE_CLOSING : VPNGW_FLOW_STATE_INSIDE_FIN;
	return flags & BIT(VPNGW_FLOW_FIN_OUTSIDE) ?
	       VPNGW_FLOW_STATE_OUTSIDE_FIN : VPNGW_FLOW_STATE_ESTABLISHED;
}

/* Whether a packet of it was ever translated. */
static bool vpngw_flow_is_seen(const struct vpngw_flow *flow)
{
	return READ_ONCE(flow->flags) & (BIT(VPNGW_FLOW_SEEN_INSIDE) |
					 BIT(VPNGW_FLOW_SEEN_OUTSIDE));
}

/* SCTP and DCCP, whose end is not looked for. */
static bool vpngw_flow_has_handshake(const struct vpngw_flow *flow)
{
	u8 proto = flow->dir[VPNGW_SIDE_INSIDE].tuple.proto;

	return proto == IPPROTO_SCTP || proto == IPPROTO_DCCP;
}

/**
 * vpngw_flow_state - the state of a flow
 * @flow: the flow
 *
 * Context: any.
 * Return: the state.
 */
enum vpngw_flow_state vpngw_flow_state(const struct vpngw_flow *flow)
{
	unsigned long flags = READ_ONCE(flow->flags);

	if (flags & BIT(VPNGW_FLOW_RST))
		return VPNGW_FLOW_STATE_RESET;
	if (flow->dir[VPNGW_SIDE_INSIDE].tuple.proto == IPPROTO_TCP)
		return vpngw_flow_tcp_state(flags);
	if (vpngw_flow_has_handshake(flow))
		return flags & BIT(VPNGW_FLOW_OPEN) ?
		       VPNGW_FLOW_STATE_ESTABLISHED :
		       VPNGW_FLOW_STATE_UNREPLIED;
	if ((flags & BIT(VPNGW_FLOW_SEEN_INSIDE)) &&
	    (flags & BIT(VPNGW_FLOW_SEEN_OUTSIDE)))
		return VPNGW_FLOW_STATE_ESTABLISHED;
	return VPNGW_FLOW_STATE_UNREPLIED;
}

static enum vpngw_timeout vpngw_flow_tcp_timeout(enum vpngw_flow_state state)
{
	switch (state) {
	case VPNGW_FLOW_STATE_UNREPLIED:
		return VPNGW_TIMEOUT_TCP_INIT;
	case VPNGW_FLOW_STATE_CLOSING:
		return VPNGW_TIMEOUT_TCP_CLOSING;
	case VPNGW_FLOW_STATE_RESET:
		return VPNGW_TIMEOUT_TCP_RESET;
	case VPNGW_FLOW_STATE_ESTABLISHED:
	case VPNGW_FLOW_STATE_INSIDE_FIN:
	case VPNGW_FLOW_STATE_OUTSIDE_FIN:
		break;
	}
	return VPNGW_TIMEOUT_TCP_ESTABLISHED;
}

static u32 vpngw_flow_timeout(const struct vpngw_flow *flow)
{
	bool call = flow->dir[VPNGW_SIDE_INSIDE].tuple.call;
	enum vpngw_flow_state state = vpngw_flow_state(flow);
	enum vpngw_timeout timeout;
	u32 seconds;

	switch (flow->dir[VPNGW_SIDE_INSIDE].tuple.proto) {
	case IPPROTO_TCP:
		timeout = vpngw_flow_tcp_timeout(state);
		break;
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		/* RFC 5597 asks no less for DCCP. */
		timeout = state == VPNGW_FLOW_STATE_UNREPLIED ?
			  VPNGW_TIMEOUT_TCP_INIT :
			  VPNGW_TIMEOUT_TCP_ESTABLISHED;
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		timeout = state == VPNGW_FLOW_STATE_UNREPLIED ?
			  VPNGW_TIMEOUT_UDP_UNREPLIED : VPNGW_TIMEOUT_UDP;
		break;
	case IPPROTO_ICMP:
		timeout = VPNGW_TIMEOUT_ICMP;
		break;
	case IPPROTO_GRE:
		/* A call may say nothing for as long as its connection. */
		timeout = call ? VPNGW_TIMEOUT_TCP_ESTABLISHED :
				 VPNGW_TIMEOUT_OTHER;
		break;
	default:
		timeout = VPNGW_TIMEOUT_OTHER;
		break;
	}
	seconds = READ_ONCE(flow->mapping->vpn->vn->timeouts[timeout]);
	/* Its first packet was refused after all, for want of a route say. Until
	 * then it counts for the limits, so that refused packets, too, are cheap.
	 */
	if (unlikely(!call && !vpngw_flow_is_seen(flow)))
		seconds = min_t(u32, seconds, VPNGW_FLOW_UNSEEN);
	return seconds;
}

/**
 * vpngw_flow_live - is a flow in use, and for how long?
 * @flow: the flow
 * @left: seconds until it times out, or NULL
 *
 * A flow that timed out is as good as gone from that second on, whenever its
 * memory is given back.
 *
 * Context: RCU read section.
 * Return: true if it is published and has not timed out.
 */
bool vpngw_flow_live(const struct vpngw_flow *flow, u32 *left)
{
	u32 timeout, idle;

	if (!vpngw_flow_published(flow))
		return false;
	idle = vpngw_flow_now() - READ_ONCE(flow->last);
	/* No timeout is shorter. */
	if (likely(!idle && !left))
		return true;
	timeout = vpngw_flow_timeout(flow);
	/* Another CPU may have stored a later second than we read. */
	if (idle > timeout && (s32)idle > 0)
		return false;
	if (left)
		*left = (s32)idle > 0 ? timeout - idle : timeout;
	return true;
}

static __flatten struct vpngw_flow_dir *
vpngw_flow_lookup(struct vpngw_realm *realm, const struct vpngw_tuple *tuple)
{
	return rhashtable_lookup(&realm->flows, tuple, vpngw_flow_params);
}

/**
 * vpngw_flow_find - the flow of a packet
 * @realm: the vpn or ext that the packet came from
 * @tuple: the packet's tuple
 *
 * Context: RCU read section.
 * Return: the flow, alive, or NULL.
 */
struct vpngw_flow *vpngw_flow_find(struct vpngw_realm *realm,
				   const struct vpngw_tuple *tuple)
{
	struct vpngw_flow_dir *dir;
	struct vpngw_flow *flow;

	dir = vpngw_flow_lookup(realm, tuple);
	if (!dir)
		return NULL;
	flow = vpngw_flow_of(dir, realm->side);
	if (likely(vpngw_flow_live(flow, NULL)))
		return flow;
	/* A new flow with the same tuple must not find it in its way. */
	if (vpngw_flow_published(flow))
		vpngw_flow_end(flow);
	return NULL;
}

/* A flow begins and ends without a route; all else is set when it is made. */
static void vpngw_flow_ctor(void *object)
{
	struct vpngw_flow *flow = object;

	memset(flow->route, 0, sizeof(flow->route));
}

/* The caller sets what is not zero in every new flow. */
static struct vpngw_flow *vpngw_flow_alloc(void)
{
	struct vpngw_flow *flow;

	flow = kmem_cache_alloc(vpngw_flow_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!flow)
		return NULL;
	memset(flow->count, 0, sizeof(flow->count));
	memset(flow->tcp_end, 0, sizeof(flow->tcp_end));
	memset(flow->tcp_ack, 0, sizeof(flow->tcp_ack));
	return flow;
}

/* It goes back with nothing kept in route, as vpngw_flow_ctor() has it. */
static void vpngw_flow_free_rcu(struct rcu_head *rcu)
{
	struct vpngw_flow *flow = container_of(rcu, struct vpngw_flow, rcu);

	vpngw_route_cache_free(&flow->route[VPNGW_SIDE_INSIDE]);
	vpngw_route_cache_free(&flow->route[VPNGW_SIDE_OUTSIDE]);
	kmem_cache_free(vpngw_flow_cache, flow);
}

static void vpngw_flow_unlink(struct vpngw_flow *flow, enum vpngw_side side)
{
	struct vpngw_mapping *mapping = flow->mapping;
	struct vpngw_realm *realm;

	realm = side == VPNGW_SIDE_INSIDE ? mapping->vpn : mapping->ext;
	rhashtable_remove_fast(&realm->flows, &flow->dir[side].node,
			       vpngw_flow_params);
}

static __flatten int vpngw_flow_link(struct vpngw_flow *flow,
				     enum vpngw_side side)
{
	struct vpngw_mapping *mapping = flow->mapping;
	struct vpngw_realm *realm;

	realm = side == VPNGW_SIDE_INSIDE ? mapping->vpn : mapping->ext;
	return rhashtable_lookup_insert_fast(&realm->flows,
					     &flow->dir[side].node,
					     vpngw_flow_params);
}

/* Count a flow that is to be made where limits are. Returns false when its host
 * has too many.
 */
static bool vpngw_flow_count(const struct vpngw_mapping *mapping)
{
	struct vpngw_realm *vpn = mapping->vpn;
	u32 max = READ_ONCE(vpn->limits.max_flows_per_host);

	/* Of a prefix the hosts are not told apart. */
	if (unlikely(vpngw_mapping_is_prefix(mapping)))
		max = 0;
	if (!vpngw_host_add_flow(mapping->host, max))
		return false;
	percpu_counter_inc(&vpn->vn->limits[VPNGW_LIMIT_FLOWS].n);
	percpu_counter_inc(&vpn->vn->limits[VPNGW_LIMIT_HALF_OPEN].n);
	atomic_inc(&vpn->limit.n_half_open);
	return true;
}

static void vpngw_flow_uncount_half_open(struct vpngw_realm *vpn)
{
	percpu_counter_dec(&vpn->vn->limits[VPNGW_LIMIT_HALF_OPEN].n);
	atomic_dec(&vpn->limit.n_half_open);
}

static void vpngw_flow_uncount(const struct vpngw_mapping *mapping,
			       bool half_open)
{
	if (half_open)
		vpngw_flow_uncount_half_open(mapping->vpn);
	percpu_counter_dec(&mapping->vpn->vn->limits[VPNGW_LIMIT_FLOWS].n);
	vpngw_host_del_flow(mapping->host);
}

/* Whether it lets its server answer from other ports: no alias does, for the host
 * knows the server by its own address.
 */
static bool vpngw_flow_makes_peer(const struct vpngw_flow *flow)
{
	const struct vpngw_tuple *out = &flow->dir[VPNGW_SIDE_OUTSIDE].tuple;
	const struct vpngw_tuple *in = &flow->dir[VPNGW_SIDE_INSIDE].tuple;
	struct in6_addr server, alias;

	if (flow->origin != VPNGW_SIDE_INSIDE || flow->mapping->is_static ||
	    out->call)
		return false;
	vpngw_tuple_src(out, &server);
	vpngw_tuple_dst(in, &alias);
	return ipv6_addr_equal(&server, &alias);
}

/* Publish a flow whose directions are both in their tables. */
static bool vpngw_flow_attach(struct vpngw_flow *flow)
{
	struct vpngw_mapping *mapping = flow->mapping;
	bool ok;

	spin_lock(&mapping->lock);
	ok = !mapping->dead;
	if (ok) {
		if (unlikely(vpngw_flow_makes_peer(flow)) &&
		    vpngw_peer_add(mapping->ext,
				   &flow->dir[VPNGW_SIDE_OUTSIDE].tuple))
			__set_bit(VPNGW_FLOW_PEER, &flow->flags);
		/* Pairs with vpngw_flow_published(). */
		smp_mb__before_atomic();
		set_bit(VPNGW_FLOW_PUBLISHED, &flow->flags);
		hlist_add_head_rcu(&flow->mapping_node, &mapping->flows);
		WRITE_ONCE(mapping->n_flows, mapping->n_flows + 1);
		/* Under the lock that vpngw_flow_end() takes before it says
		 * that the flow has ended.
		 */
		vpngw_event_flow(flow, VPNGW_CMD_FLOW_NEW_NTF);
	}
	spin_unlock(&mapping->lock);
	return ok;
}

/* A dynamic mapping goes with its last flow, or at once if it got none. */
static void vpngw_flow_release_mapping(struct vpngw_mapping *mapping,
				       struct vpngw_flow *flow)
{
	bool last;

	spin_lock(&mapping->lock);
	if (flow) {
		if (unlikely(test_bit(VPNGW_FLOW_PEER, &flow->flags)))
			vpngw_peer_del(mapping->ext,
				       &flow->dir[VPNGW_SIDE_OUTSIDE].tuple);
		hlist_del_rcu(&flow->mapping_node);
		WRITE_ONCE(mapping->n_flows, mapping->n_flows - 1);
		mapping->used |= vpngw_flow_is_seen(flow);
	}
	last = !mapping->is_static && !mapping->dead && !mapping->n_flows;
	if (last)
		mapping->dead = true;
	spin_unlock(&mapping->lock);
	/* A port that nobody has sent from need not be held back. */
	if (last)
		vpngw_mapping_unlink(mapping, mapping->used);
}

/**
 * vpngw_flow_create - make a flow under a mapping
 * @mapping: the mapping; when dynamic and without a flow it ends on failure
 * @alias_uid: the alias it goes through
 * @iface: the device that its first packet came in by, on either side
 * @inside: tuple of the packets from the VPN
 * @outside: tuple of the packets from the ext
 * @hairpin: its server is the outside endpoint of a VPN host
 * @reason: why there is none
 *
 * When another CPU was faster with the same packet, its flow is returned. The
 * caller has asked vpngw_limit_check_flow().
 *
 * Context: RCU read section, BH off; allocates with GFP_ATOMIC.
 * Return: the flow, or NULL and @reason: VPNGW_REASON_CLASH when a flow with
 *	another tuple on the other side has one of the tuples, VPNGW_AGAIN when
 *	the mapping is just coming or going.
 */
struct vpngw_flow *vpngw_flow_create(struct vpngw_mapping *mapping,
				     u32 alias_uid,
				     const struct vpngw_iface *iface,
				     const struct vpngw_tuple *inside,
				     const struct vpngw_tuple *outside,
				     bool hairpin, int *reason)
{
	enum vpngw_side origin = iface->realm->side;
	struct vpngw_realm *vpn = mapping->vpn;
	struct vpngw_flow *flow, *winner = NULL;
	enum vpngw_side side;
	int err;

	*reason = VPNGW_REASON_NO_POOL;
	if (READ_ONCE(vpn->dying) || READ_ONCE(mapping->ext->dying) ||
	    (mapping->pool && READ_ONCE(mapping->pool->dying)))
		goto err_release;
	*reason = VPNGW_REASON_MAX_HOST_FLOWS;
	if (!vpngw_flow_count(mapping))
		goto err_release;
	*reason = VPNGW_REASON_NO_MEMORY;
	flow = vpngw_flow_alloc();
	if (!flow) {
		vpngw_flow_uncount(mapping, true);
		goto err_release;
	}

	vpngw_tuple_copy(&flow->dir[VPNGW_SIDE_INSIDE].tuple, inside);
	vpngw_tuple_copy(&flow->dir[VPNGW_SIDE_OUTSIDE].tuple, outside);
	flow->mapping = mapping;
	flow->last = vpngw_flow_now();
	flow->alias_uid = alias_uid;
	flow->ifindex = origin == VPNGW_SIDE_INSIDE ? iface->ifindex : 0;
	flow->iface_uid = origin == VPNGW_SIDE_INSIDE ? iface->uid : 0;
	flow->origin = origin;
	atomic_set(&flow->n_calls, 0);
	flow->flags = BIT(VPNGW_FLOW_HALF_OPEN) |
		      (hairpin ? BIT(VPNGW_FLOW_HAIRPIN) : 0);

	side = VPNGW_SIDE_INSIDE;
	err = vpngw_flow_link(flow, side);
	if (err)
		goto err_free;
	side = VPNGW_SIDE_OUTSIDE;
	err = vpngw_flow_link(flow, side);
	if (err)
		goto err_unlink_inside;
	err = -EAGAIN;
	if (!vpngw_flow_attach(flow))
		goto err_unlink_outside;

	this_cpu_inc(vpn->stats->flows_created);
	this_cpu_inc(mapping->ext->stats->flows_created);
	*reason = VPNGW_OK;
	return flow;

err_unlink_outside:
	vpngw_flow_unlink(flow, VPNGW_SIDE_OUTSIDE);
err_unlink_inside:
	vpngw_flow_unlink(flow, VPNGW_SIDE_INSIDE);
err_free:
	vpngw_flow_uncount(mapping, true);
	/* It was in a table, if only for a moment. */
	call_rcu(&flow->rcu, vpngw_flow_free_rcu);
	if (err == -EAGAIN || err == -EEXIST)
		*reason = VPNGW_AGAIN;
	if (err == -EEXIST) {
		winner = vpngw_flow_find(side == VPNGW_SIDE_INSIDE ? vpn :
					 mapping->ext,
					 side == VPNGW_SIDE_INSIDE ? inside :
					 outside);
		/* None: it was just on its way out. */
		if (winner)
			*reason = side == origin ? VPNGW_OK :
				  VPNGW_REASON_CLASH;
	}
err_release:
	vpngw_flow_release_mapping(mapping, NULL);
	return *reason == VPNGW_OK ? winner : NULL;
}

static void vpngw_flow_set_answered(struct vpngw_flow *flow)
{
	if (test_and_clear_bit(VPNGW_FLOW_HALF_OPEN, &flow->flags))
		vpngw_flow_uncount_half_open(flow->mapping->vpn);
}

static void vpngw_flow_track(struct vpngw_flow *flow, enum vpngw_side side,
			     const struct vpngw_packet *p)
{
	if (!test_bit(VPNGW_FLOW_SEEN_INSIDE + side, &flow->flags))
		set_bit(VPNGW_FLOW_SEEN_INSIDE + side, &flow->flags);
	/* The third packet of a handshake: an answer alone may have been a
	 * refusal.
	 */
	if (unlikely(vpngw_flow_has_handshake(flow)) &&
	    side == flow->origin && !p->starts &&
	    test_bit(VPNGW_FLOW_SEEN_INSIDE + !side, &flow->flags))
		set_bit(VPNGW_FLOW_OPEN, &flow->flags);
}

/**
 * vpngw_flow_update - note a packet that is about to be translated
 * @flow: the flow
 * @iface: the device that the packet came in by
 * @side: the side that it came from
 * @p: what vpngw_tuple_read() said of it
 * @bytes: its IP length
 *
 * Context: RCU read section.
 */
void vpngw_flow_update(struct vpngw_flow *flow, const struct vpngw_iface *iface,
		       enum vpngw_side side, const struct vpngw_packet *p,
		       unsigned int bytes)
{
	u32 now = vpngw_flow_now();

	/* An RST does not refresh, RFC 7857 section 7.1. */
	if (READ_ONCE(flow->last) != now && !(p->tcp_flags & TCPHDR_RST))
		WRITE_ONCE(flow->last, now);
	if (side == VPNGW_SIDE_INSIDE &&
	    unlikely(READ_ONCE(flow->iface_uid) != iface->uid)) {
		WRITE_ONCE(flow->ifindex, iface->ifindex);
		WRITE_ONCE(flow->iface_uid, iface->uid);
	}
	atomic64_inc(&flow->count[side].packets);
	atomic64_add(bytes, &flow->count[side].bytes);
	if (p->tuple.proto == IPPROTO_TCP)
		vpngw_tcp_track(flow, side, p);
	else
		vpngw_flow_track(flow, side, p);
	if (unlikely(test_bit(VPNGW_FLOW_HALF_OPEN, &flow->flags)) &&
	    vpngw_flow_state(flow) != VPNGW_FLOW_STATE_UNREPLIED)
		vpngw_flow_set_answered(flow);
}

/**
 * vpngw_flow_refresh - begin a flow's time anew without a packet
 * @flow: the flow
 *
 * Context: RCU read section.
 */
void vpngw_flow_refresh(struct vpngw_flow *flow)
{
	WRITE_ONCE(flow->last, vpngw_flow_now());
}

/**
 * vpngw_flow_end - end a flow
 * @flow: the flow, published; nothing happens when it has ended before
 *
 * Context: RCU read section.
 * Return: true when it was this call that ended it.
 */
bool vpngw_flow_end(struct vpngw_flow *flow)
{
	struct vpngw_mapping *mapping = flow->mapping;

	/* Nobody on this CPU shall find it halfway out of the tables. */
	local_bh_disable();
	if (test_and_set_bit(VPNGW_FLOW_DYING, &flow->flags)) {
		local_bh_enable();
		return false;
	}
	vpngw_flow_unlink(flow, VPNGW_SIDE_INSIDE);
	vpngw_flow_unlink(flow, VPNGW_SIDE_OUTSIDE);
	this_cpu_inc(mapping->vpn->stats->flows_ended);
	this_cpu_inc(mapping->ext->stats->flows_ended);
	vpngw_flow_uncount(mapping, test_and_clear_bit(VPNGW_FLOW_HALF_OPEN,
						       &flow->flags));
	vpngw_flow_release_mapping(mapping, flow);
	vpngw_event_flow(flow, VPNGW_CMD_FLOW_DEL_NTF);
	call_rcu(&flow->rcu, vpngw_flow_free_rcu);
	local_bh_enable();
	return true;
}

/**
 * vpngw_flow_table_init - make the flow table of a vpn or ext
 * @realm: the vpn or ext
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vpngw_flow_table_init(struct vpngw_realm *realm)
{
	struct rhashtable_params params = vpngw_flow_params;

	/* All VPNs meet in an ext. */
	if (realm->side == VPNGW_SIDE_OUTSIDE)
		params.min_size = VPNGW_REALM_EXT_BUCKETS;
	return rhashtable_init(&realm->flows, &params);
}

/**
 * vpngw_flow_table_exit - free the flow table of a vpn or ext
 * @realm: the vpn or ext; no flow is left and nobody looks any more
 *
 * Context: process.
 */
void vpngw_flow_table_exit(struct vpngw_realm *realm)
{
	rhashtable_destroy(&realm->flows);
}

/**
 * vpngw_flow_init - make the slab
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int __init vpngw_flow_init(void)
{
	vpngw_flow_cache = kmem_cache_create("vpngw_flow",
					     sizeof(struct vpngw_flow),
					     __alignof__(struct vpngw_flow), 0,
					     vpngw_flow_ctor);
	return vpngw_flow_cache ? 0 : -ENOMEM;
}

/**
 * vpngw_flow_exit - free the slab
 *
 * Context: module exit, after rcu_barrier().
 */
void vpngw_flow_exit(void)
{
	kmem_cache_destroy(vpngw_flow_cache);
}
