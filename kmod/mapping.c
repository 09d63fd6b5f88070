// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings: endpoint-independent (RFC 4787 REQ-1), found from both sides. Both
 * tables are the ext's: all VPNs fill them together, so that they seldom have to
 * grow. In the one by inside endpoint the VPN is a part of the key.
 *
 * A dynamic mapping lives as long as one of its flows. Its outside port is
 * given back when the last flow ends.
 */
#include "mapping.h"

#include <linux/in.h>
#include <linux/jhash.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "flow.h"
#include "host.h"
#include "iface.h"
#include "pool.h"
#include "pool_map.h"
#include "realm.h"
#include "tuple.h"

/* Mappings looked at in one RCU read section of a walk. */
#define VPNGW_MAPPING_WALK_BATCH	256

static struct kmem_cache *vpngw_mapping_cache __read_mostly;

static u32 vpngw_mapping_hash(const void *data, u32 len, u32 seed)
{
	const struct vpngw_endpoint *key = data;

	/* Senders choose address, port and protocol, but none of the uids. */
	return jhash_3words((__force u32)key->addr,
			    key->scope ^ rol32(key->vpn_uid, 16),
			    (__force u32)key->port << 8 | key->proto, seed);
}

static int vpngw_mapping_cmp(struct rhashtable_compare_arg *arg,
			     const void *obj)
{
	const struct vpngw_mapping_end *end = obj;
	const u64 *x = (const u64 *)&end->key;
	const u64 *y = arg->key;

	return (x[0] ^ y[0]) | (x[1] ^ y[1]) ? 1 : 0;
}

/* The object of these tables is the end, not the mapping. */
static const struct rhashtable_params vpngw_mapping_params = {
	.hashfn			= vpngw_mapping_hash,
	.obj_cmpfn		= vpngw_mapping_cmp,
	.key_len		= sizeof(struct vpngw_endpoint),
	.key_offset		= offsetof(struct vpngw_mapping_end, key),
	.head_offset		= offsetof(struct vpngw_mapping_end, node),
	.automatic_shrinking	= true,
};

static struct vpngw_mapping *vpngw_mapping_of(struct vpngw_mapping_end *end,
					      enum vpngw_side side)
{
	return container_of(end - side, struct vpngw_mapping, end[0]);
}

static struct vpngw_mapping *
vpngw_mapping_lookup(const struct vpngw_realm *ext, enum vpngw_side side,
		     const struct vpngw_endpoint *key)
{
	struct vpngw_mapping_end *end;

	/* rhashtable_lookup() does not change the table. */
	end = rhashtable_lookup((struct rhashtable *)&ext->mappings[side], key,
				vpngw_mapping_params);
	return end ? vpngw_mapping_of(end, side) : NULL;
}

/* A mapping for just this port, or one for the whole address. */
static struct vpngw_mapping *
vpngw_mapping_lookup_wide(const struct vpngw_realm *ext, enum vpngw_side side,
			  struct vpngw_endpoint *key)
{
	struct vpngw_mapping *mapping;

	/* A dynamic mapping may be for the port or query id 0. */
	mapping = vpngw_mapping_lookup(ext, side, key);
	if (mapping || !READ_ONCE(ext->n_address_only))
		return mapping;
	if (key->port) {
		key->port = 0;
		mapping = vpngw_mapping_lookup(ext, side, key);
		if (mapping)
			return mapping;
	}
	key->proto = 0;
	return vpngw_mapping_lookup(ext, side, key);
}

/**
 * vpngw_mapping_lookup_static - the static mapping of a VPN host's packet
 * @vpn: the vpn
 * @ext: the ext that the packet goes to
 * @t: the packet's tuple
 *
 * Context: RCU read section.
 * Return: the mapping or NULL.
 */
struct vpngw_mapping *vpngw_mapping_lookup_static(const struct vpngw_realm *vpn,
						  const struct vpngw_realm *ext,
						  const struct vpngw_tuple *t)
{
	struct vpngw_endpoint key = {
		.addr		= t->src,
		.port		= t->sport,
		.proto		= t->proto,
		.vpn_uid	= vpn->uid,
		.scope		= ext->uid,
	};

	if (!READ_ONCE(vpn->n_statics))
		return NULL;
	return vpngw_mapping_lookup_wide(ext, VPNGW_SIDE_INSIDE, &key);
}

/**
 * vpngw_mapping_lookup_inside - the dynamic mapping of a VPN host's packet
 * @vpn: the vpn
 * @ext: the ext that the packet goes to
 * @scope: what it was made for: uid of a pool or alias
 * @t: the packet's tuple
 *
 * Context: RCU read section.
 * Return: the mapping or NULL.
 */
struct vpngw_mapping *vpngw_mapping_lookup_inside(const struct vpngw_realm *vpn,
						  const struct vpngw_realm *ext,
						  u32 scope,
						  const struct vpngw_tuple *t)
{
	struct vpngw_endpoint key = {
		.addr		= t->src,
		.port		= t->sport,
		.proto		= t->proto,
		.vpn_uid	= vpn->uid,
		.scope		= scope,
	};

	return vpngw_mapping_lookup(ext, VPNGW_SIDE_INSIDE, &key);
}

/**
 * vpngw_mapping_lookup_outside - the mapping that an outside endpoint stands for
 * @ext: the ext
 * @addr: the outside address
 * @proto: IP protocol
 * @port: the outside port, 0 where there is none
 *
 * Context: RCU read section.
 * Return: the mapping or NULL.
 */
struct vpngw_mapping *vpngw_mapping_lookup_outside(const struct vpngw_realm *ext,
						   __be32 addr, u8 proto,
						   __be16 port)
{
	struct vpngw_endpoint key = {
		.addr	= addr,
		.port	= port,
		.proto	= proto,
	};

	return vpngw_mapping_lookup_wide(ext, VPNGW_SIDE_OUTSIDE, &key);
}

/**
 * vpngw_mapping_is_outside - may an address stand for VPN hosts?
 * @ext: the ext
 * @addr: the address
 *
 * Context: RCU read section.
 * Return: true for those of its pools and of static mappings.
 */
bool vpngw_mapping_is_outside(struct vpngw_realm *ext, __be32 addr)
{
	return vpngw_pool_contains(ext, addr) || vpngw_host_find(ext, addr);
}

/* A mapping begins and ends without flows, dead and unlocked. */
static void vpngw_mapping_ctor(void *object)
{
	struct vpngw_mapping *mapping = object;

	INIT_HLIST_HEAD(&mapping->flows);
	mapping->n_flows = 0;
	spin_lock_init(&mapping->lock);
	mapping->is_static = false;
	mapping->dead = true;
}

static void vpngw_mapping_free_rcu(struct rcu_head *rcu)
{
	kmem_cache_free(vpngw_mapping_cache,
			container_of(rcu, struct vpngw_mapping, rcu));
}

static int vpngw_mapping_link(struct vpngw_mapping *mapping,
			      enum vpngw_side side)
{
	return rhashtable_lookup_insert_fast(&mapping->ext->mappings[side],
					     &mapping->end[side].node,
					     vpngw_mapping_params);
}

static void vpngw_mapping_remove(struct vpngw_mapping *mapping,
				 enum vpngw_side side)
{
	rhashtable_remove_fast(&mapping->ext->mappings[side],
			       &mapping->end[side].node, vpngw_mapping_params);
}

static void vpngw_mapping_unpublish(struct vpngw_mapping *mapping)
{
	vpngw_mapping_remove(mapping, VPNGW_SIDE_OUTSIDE);
	vpngw_mapping_remove(mapping, VPNGW_SIDE_INSIDE);
	atomic_dec(&mapping->ext->n_mappings);
	atomic_dec(&mapping->vpn->n_mappings);
}

/* Takes no flow before both ends stand. Returns 0, -EEXIST when another has one
 * of the ends, -ENOMEM and the like.
 */
static int vpngw_mapping_publish(struct vpngw_mapping *mapping)
{
	int err;

	err = vpngw_mapping_link(mapping, VPNGW_SIDE_INSIDE);
	if (err)
		return err;
	err = vpngw_mapping_link(mapping, VPNGW_SIDE_OUTSIDE);
	if (err) {
		vpngw_mapping_remove(mapping, VPNGW_SIDE_INSIDE);
		return err;
	}
	atomic_inc(&mapping->ext->n_mappings);
	atomic_inc(&mapping->vpn->n_mappings);
	/* Until now nobody else has written to it. */
	WRITE_ONCE(mapping->dead, false);
	return 0;
}

/**
 * vpngw_mapping_unlink - let a dynamic mapping go that has no flow left
 * @mapping: the mapping, dead
 * @used: it had one
 *
 * Context: RCU read section, BH off. Called once for each mapping.
 */
void vpngw_mapping_unlink(struct vpngw_mapping *mapping, bool used)
{
	struct vpngw_endpoint *out = &mapping->end[VPNGW_SIDE_OUTSIDE].key;

	vpngw_mapping_unpublish(mapping);
	percpu_counter_dec(&mapping->vpn->vn->limits[VPNGW_LIMIT_MAPPINGS].n);
	vpngw_host_put(mapping->vpn, mapping->host);
	vpngw_pool_release(mapping->pool, mapping->proto, out->addr, out->port,
			   used);
	call_rcu(&mapping->rcu, vpngw_mapping_free_rcu);
}

/* The outside port that belongs beside that of the host's neighbouring port, as
 * RTCP's beside RTP's (RFC 4787 section 4.2.3), or 0.
 */
static __be16 vpngw_mapping_next_to(const struct vpngw_realm *vpn,
				    const struct vpngw_realm *ext,
				    const struct vpngw_pool *pool, u32 scope,
				    const struct vpngw_tuple *t)
{
	struct vpngw_tuple neighbour = *t;
	const struct vpngw_mapping *mapping;

	neighbour.sport ^= htons(1);
	mapping = vpngw_mapping_lookup_inside(vpn, ext, scope, &neighbour);
	return mapping && mapping->pool == pool ?
	       mapping->end[VPNGW_SIDE_OUTSIDE].key.port ^ htons(1) : 0;
}

/**
 * vpngw_mapping_create - make the mapping of a VPN host's packet
 * @iface: the device the packet came in by
 * @ext: the ext it goes to
 * @pool: the pool of that ext to take from
 * @host: the host as vpngw_host_find() knows it, or NULL
 * @scope: what it is made for, see &struct vpngw_endpoint
 * @t: the packet's tuple
 * @reason: why there is none
 *
 * When another CPU was faster, its mapping is returned.
 *
 * Context: RCU read section, BH off; allocates with GFP_ATOMIC.
 * Return: the mapping, or NULL and @reason.
 */
struct vpngw_mapping *vpngw_mapping_create(struct vpngw_iface *iface,
					   struct vpngw_realm *ext,
					   struct vpngw_pool *pool,
					   struct vpngw_host *host, u32 scope,
					   const struct vpngw_tuple *t,
					   int *reason)
{
	struct vpngw_realm *vpn = iface->realm;
	struct vpngw_pool_want want = {
		.vpn	= vpn,
		.addr	= t->src,
		.proto	= t->proto,
		.port	= t->sport,
	};
	struct vpngw_endpoint *out;
	struct vpngw_mapping *mapping;
	int err;

	*reason = vpngw_limit_check_mapping(vpn);
	if (*reason != VPNGW_OK)
		return NULL;
	*reason = VPNGW_REASON_MAX_HOST_FLOWS;
	if (!vpngw_host_may_flow(host,
				 READ_ONCE(vpn->limits.max_flows_per_host)))
		return NULL;
	host = vpngw_host_get(vpn, t->src, host,
			      READ_ONCE(vpn->limits.max_mappings_per_host),
			      reason);
	if (!host)
		return NULL;
	/* The caller has checked the packet. */
	vpngw_host_set_seen(host);
	mapping = kmem_cache_alloc(vpngw_mapping_cache,
				   GFP_ATOMIC | __GFP_NOWARN);
	if (!mapping) {
		*reason = VPNGW_REASON_NO_MEMORY;
		goto err_put_host;
	}
	mapping->end[VPNGW_SIDE_INSIDE].key = (struct vpngw_endpoint) {
		.addr		= t->src,
		.port		= t->sport,
		.proto		= t->proto,
		.vpn_uid	= vpn->uid,
		.scope		= scope,
	};
	out = &mapping->end[VPNGW_SIDE_OUTSIDE].key;
	*out = (struct vpngw_endpoint) { .proto = t->proto };
	mapping->vpn = vpn;
	mapping->ext = ext;
	mapping->pool = pool;
	mapping->host = host;
	mapping->proto = t->proto;
	mapping->ifindex = iface->ifindex;
	mapping->iface_uid = iface->uid;

	want.host = host;
	if (pool->contiguity)
		want.next_to = vpngw_mapping_next_to(vpn, ext, pool, scope, t);
	*reason = vpngw_pool_take(pool, &want, &out->addr, &out->port);
	if (*reason != VPNGW_OK)
		goto err_free;
	err = vpngw_mapping_publish(mapping);
	if (!err) {
		percpu_counter_inc(&vpn->vn->limits[VPNGW_LIMIT_MAPPINGS].n);
		return mapping;
	}

	vpngw_pool_release(pool, t->proto, out->addr, out->port, false);
	/* Its port is no other's, so it is the host's that has a mapping. */
	*reason = err == -EEXIST ? VPNGW_AGAIN : VPNGW_REASON_NO_MEMORY;
err_free:
	/* A reader may have found its first end. */
	call_rcu(&mapping->rcu, vpngw_mapping_free_rcu);
err_put_host:
	vpngw_host_put(vpn, host);
	if (*reason != VPNGW_AGAIN)
		return NULL;
	mapping = vpngw_mapping_lookup_inside(vpn, ext, scope, t);
	if (mapping)
		*reason = VPNGW_OK;
	return mapping;
}

/**
 * vpngw_mapping_end_some - end flows of a mapping
 * @mapping: the mapping; when dynamic it ends with its last flow
 *
 * Not more than an RCU read section should see.
 *
 * Context: RCU read section.
 * Return: true when there was one to end, and may be more.
 */
bool vpngw_mapping_end_some(struct vpngw_mapping *mapping)
{
	struct vpngw_flow *flow;
	bool ended = false;
	int n = 0;

	hlist_for_each_entry_rcu(flow, &mapping->flows, mapping_node) {
		ended |= vpngw_flow_end(flow);
		if (++n >= VPNGW_MAPPING_WALK_BATCH)
			break;
	}
	return ended;
}

/* End all of them; the mapping is one that does not go with the last. */
static void vpngw_mapping_end_flows(struct vpngw_mapping *mapping)
{
	bool again;

	do {
		rcu_read_lock();
		again = vpngw_mapping_end_some(mapping);
		rcu_read_unlock();
		cond_resched();
	} while (again);
}

/**
 * vpngw_mapping_walk_enter - begin to walk over the mappings of an ext
 * @ext: the ext, to which the caller has a reference
 * @iter: the place; rhashtable_walk_start() and the like are the caller's
 *
 * Context: process.
 */
void vpngw_mapping_walk_enter(struct vpngw_realm *ext,
			      struct rhashtable_iter *iter)
{
	rhashtable_walk_enter(&ext->mappings[VPNGW_SIDE_INSIDE], iter);
}

/**
 * vpngw_mapping_walk_next - the next mapping of a walk
 * @iter: the place
 *
 * Context: RCU read section, between walk_start and walk_stop.
 * Return: the mapping, NULL at the end, ERR_PTR(-EAGAIN) when the table was
 *	resized: some may come twice.
 */
struct vpngw_mapping *vpngw_mapping_walk_next(struct rhashtable_iter *iter)
{
	struct vpngw_mapping_end *end = rhashtable_walk_next(iter);

	if (IS_ERR_OR_NULL(end))
		return (void *)end;
	return vpngw_mapping_of(end, VPNGW_SIDE_INSIDE);
}

/**
 * vpngw_mapping_walk_peek - the mapping where a walk stands
 * @iter: the place
 *
 * Context: RCU read section, between walk_start and walk_stop.
 * Return: as vpngw_mapping_walk_next(), without a step.
 */
struct vpngw_mapping *vpngw_mapping_walk_peek(struct rhashtable_iter *iter)
{
	struct vpngw_mapping_end *end = rhashtable_walk_peek(iter);

	if (IS_ERR_OR_NULL(end))
		return (void *)end;
	return vpngw_mapping_of(end, VPNGW_SIDE_INSIDE);
}

/* Call fn for each mapping of an ext; returns how often it said true. */
static u32 vpngw_mapping_walk(struct vpngw_realm *ext,
			      bool (*fn)(struct vpngw_mapping *mapping,
					 void *arg),
			      void *arg)
{
	struct vpngw_mapping *mapping;
	struct rhashtable_iter iter;
	u32 n = 0, seen = 0;

	vpngw_mapping_walk_enter(ext, &iter);
	rhashtable_walk_start(&iter);
	while ((mapping = vpngw_mapping_walk_next(&iter))) {
		/* Before fn(), see vpngw_flow_walk(). */
		if (!(++seen % VPNGW_MAPPING_WALK_BATCH)) {
			rhashtable_walk_stop(&iter);
			cond_resched();
			rhashtable_walk_start(&iter);
			mapping = vpngw_mapping_walk_peek(&iter);
			if (!mapping)
				break;
		}
		if (!IS_ERR(mapping))
			n += fn(mapping, arg);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return n;
}

/**
 * vpngw_mapping_for_each - call a function for each mapping
 * @vn: the namespace
 * @fn: called in an RCU read section; says whether it counts
 * @arg: its second argument
 *
 * Context: process; may sleep.
 * Return: how many counted.
 */
u32 vpngw_mapping_for_each(struct vpngw_net *vn,
			   bool (*fn)(struct vpngw_mapping *mapping, void *arg),
			   void *arg)
{
	struct vpngw_realm *realm;
	unsigned long uid = 0;
	u32 n = 0;

	while ((realm = vpngw_realm_next(vn, &uid))) {
		uid++;
		if (realm->side == VPNGW_SIDE_OUTSIDE)
			n += vpngw_mapping_walk(realm, fn, arg);
		vpngw_realm_put(realm);
	}
	return n;
}

static bool vpngw_mapping_end_if_pool(struct vpngw_mapping *mapping, void *pool)
{
	return mapping->pool == pool && vpngw_mapping_end_some(mapping);
}

/**
 * vpngw_mapping_end_pool - end the mappings that were taken from a pool
 * @pool: the pool, dying
 *
 * Context: process; may sleep.
 */
void vpngw_mapping_end_pool(struct vpngw_pool *pool)
{
	while (vpngw_mapping_walk(pool->ext, vpngw_mapping_end_if_pool, pool))
		;
}

static bool vpngw_mapping_bad_addr(__be32 addr)
{
	return ipv4_is_zeronet(addr) || ipv4_is_loopback(addr) ||
	       ipv4_is_multicast(addr) || ipv4_is_lbcast(addr);
}

static int vpngw_mapping_check(const struct vpngw_mapping_config *config,
			       struct netlink_ext_ack *extack)
{
	if (!config->inside_port != !config->outside_port) {
		NL_SET_ERR_MSG(extack, "give both ends a port, or neither");
		return -EINVAL;
	}
	if (config->inside_port && config->proto != IPPROTO_ICMP &&
	    !vpngw_tuple_has_ports(config->proto)) {
		NL_SET_ERR_MSG(extack,
			       "only tcp, udp, sctp, dccp, udplite and icmp have ports");
		return -EINVAL;
	}
	if (vpngw_mapping_bad_addr(config->inside) ||
	    vpngw_mapping_bad_addr(config->outside)) {
		NL_SET_ERR_MSG(extack, "a mapping has unicast addresses only");
		return -EINVAL;
	}
	return 0;
}

/* Another static mapping that could claim one of the same packets. */
static bool vpngw_mapping_clashes(const struct vpngw_mapping *mapping,
				  const struct vpngw_mapping_config *config)
{
	const struct vpngw_endpoint *in = &mapping->end[VPNGW_SIDE_INSIDE].key;
	const struct vpngw_endpoint *out = &mapping->end[VPNGW_SIDE_OUTSIDE].key;

	if (mapping->ext != config->ext)
		return false;
	/* The narrower wins, so it may stand beside a wider of the same host
	 * and address; anything else would give one endpoint two owners.
	 */
	if (mapping->vpn == config->vpn && in->addr == config->inside &&
	    in->proto == config->proto && in->port == config->inside_port)
		return true;
	if (out->addr != config->outside)
		return false;
	if (out->proto == config->proto && out->port == config->outside_port)
		return true;
	if (mapping->vpn == config->vpn && in->addr == config->inside)
		return false;
	return (!out->proto || !config->proto || out->proto == config->proto) &&
	       (!out->port || !config->outside_port ||
		out->port == config->outside_port);
}

static int vpngw_mapping_hold_host(struct vpngw_realm *realm, __be32 addr,
				   struct vpngw_host **host)
{
	int reason;

	rcu_read_lock();
	*host = vpngw_host_get(realm, addr, vpngw_host_find(realm, addr), 0,
			       &reason);
	rcu_read_unlock();
	return *host ? 0 : -ENOMEM;
}

/**
 * vpngw_mapping_add - make a static mapping
 * @vn: the namespace
 * @config: what it is to be
 * @extack: says what was wrong
 *
 * Context: process, @vn->mutex held.
 * Return: the mapping or an ERR_PTR: EBUSY, EEXIST, EINVAL, ENOMEM.
 */
struct vpngw_mapping *vpngw_mapping_add(struct vpngw_net *vn,
					const struct vpngw_mapping_config *config,
					struct netlink_ext_ack *extack)
{
	struct vpngw_static_mapping *sm;
	struct vpngw_mapping *mapping;
	struct vpngw_host *host;
	int err;

	lockdep_assert_held(&vn->mutex);
	err = vpngw_mapping_check(config, extack);
	if (err)
		return ERR_PTR(err);
	list_for_each_entry(sm, &vn->mappings, list) {
		mapping = &sm->mapping;
		if (!vpngw_mapping_clashes(mapping, config))
			continue;
		NL_SET_ERR_MSG_FMT(extack, "it clashes with %pI4 of vpn %s",
				   &mapping->end[VPNGW_SIDE_INSIDE].key.addr,
				   mapping->vpn->name);
		return ERR_PTR(-EEXIST);
	}

	err = vpngw_pool_reserve(config->ext, config->proto, config->outside,
				 config->outside_port, extack);
	if (err)
		return ERR_PTR(err);
	sm = kzalloc(sizeof(*sm), GFP_KERNEL);
	if (!sm) {
		err = -ENOMEM;
		goto err_unreserve;
	}
	/* Counts the address as one that the gateway answers ARP for. */
	err = vpngw_mapping_hold_host(config->ext, config->outside,
				      &sm->outside_host);
	if (err)
		goto err_free;
	err = vpngw_mapping_hold_host(config->vpn, config->inside, &host);
	if (err)
		goto err_put_outside;
	mapping = &sm->mapping;
	vpngw_mapping_ctor(mapping);
	mapping->end[VPNGW_SIDE_INSIDE].key = (struct vpngw_endpoint) {
		.addr		= config->inside,
		.port		= config->inside_port,
		.proto		= config->proto,
		.vpn_uid	= config->vpn->uid,
		.scope		= config->ext->uid,
	};
	mapping->end[VPNGW_SIDE_OUTSIDE].key = (struct vpngw_endpoint) {
		.addr		= config->outside,
		.port		= config->outside_port,
		.proto		= config->proto,
	};
	mapping->vpn = config->vpn;
	mapping->ext = config->ext;
	mapping->host = host;
	mapping->proto = config->proto;
	mapping->is_static = true;

	err = vpngw_mapping_publish(mapping);
	if (err) {
		if (err == -EEXIST)
			NL_SET_ERR_MSG(extack, "a live mapping has that endpoint");
		goto err_put_inside;
	}
	if (!config->inside_port)
		WRITE_ONCE(config->ext->n_address_only,
			   config->ext->n_address_only + 1);
	vpngw_realm_hold(mapping->vpn);
	vpngw_realm_hold(mapping->ext);
	WRITE_ONCE(mapping->vpn->n_statics, mapping->vpn->n_statics + 1);
	mapping->ext->n_statics++;
	list_add_tail(&sm->list, &vn->mappings);
	return mapping;

err_put_inside:
	vpngw_host_put(config->vpn, host);
err_put_outside:
	vpngw_host_put(config->ext, sm->outside_host);
err_free:
	/* A reader may have found its first end. */
	kfree_rcu(sm, mapping.rcu);
err_unreserve:
	vpngw_pool_unreserve(config->ext, config->proto, config->outside,
			     config->outside_port);
	return ERR_PTR(err);
}

static void vpngw_mapping_reap_free(struct vpngw_reap *reap)
{
	struct vpngw_static_mapping *sm =
		container_of(reap, struct vpngw_static_mapping, reap);

	vpngw_host_put(sm->mapping.vpn, sm->mapping.host);
	vpngw_realm_put(sm->mapping.vpn);
	vpngw_realm_put(sm->mapping.ext);
	kfree(sm);
}

static void vpngw_mapping_reap(struct vpngw_reap *reap)
{
	struct vpngw_static_mapping *sm =
		container_of(reap, struct vpngw_static_mapping, reap);

	/* A packet under way may have made a flow after the first time. */
	vpngw_mapping_end_flows(&sm->mapping);
	/* Those who end a flow just now still look at its mapping. */
	vpngw_net_reap(sm->mapping.vpn->vn, reap, vpngw_mapping_reap_free);
}

/**
 * vpngw_mapping_del - delete a static mapping; its flows end
 * @sm: the mapping
 *
 * Context: process, netns mutex held.
 */
void vpngw_mapping_del(struct vpngw_static_mapping *sm)
{
	struct vpngw_mapping *mapping = &sm->mapping;
	struct vpngw_endpoint *out = &mapping->end[VPNGW_SIDE_OUTSIDE].key;
	struct vpngw_realm *vpn = mapping->vpn, *ext = mapping->ext;

	lockdep_assert_held(&vpn->vn->mutex);
	list_del(&sm->list);
	spin_lock_bh(&mapping->lock);
	mapping->dead = true;
	spin_unlock_bh(&mapping->lock);
	vpngw_mapping_unpublish(mapping);
	vpngw_mapping_end_flows(mapping);
	if (!out->port)
		WRITE_ONCE(ext->n_address_only, ext->n_address_only - 1);
	vpngw_host_put(ext, sm->outside_host);
	vpngw_pool_unreserve(ext, mapping->proto, out->addr, out->port);
	WRITE_ONCE(vpn->n_statics, vpn->n_statics - 1);
	ext->n_statics--;
	vpngw_net_reap(vpn->vn, &sm->reap, vpngw_mapping_reap);
}

/**
 * vpngw_mapping_del_realm - delete every static mapping of a vpn
 * @vpn: the vpn
 *
 * Context: process, netns mutex held.
 */
void vpngw_mapping_del_realm(struct vpngw_realm *vpn)
{
	struct vpngw_static_mapping *sm, *next;

	list_for_each_entry_safe(sm, next, &vpn->vn->mappings, list)
		if (sm->mapping.vpn == vpn)
			vpngw_mapping_del(sm);
}

/**
 * vpngw_mapping_flush - delete every static mapping
 * @vn: the namespace
 *
 * Context: process, @vn->mutex held.
 */
void vpngw_mapping_flush(struct vpngw_net *vn)
{
	struct vpngw_static_mapping *sm, *next;

	list_for_each_entry_safe(sm, next, &vn->mappings, list)
		vpngw_mapping_del(sm);
}

/**
 * vpngw_mapping_table_init - make the mapping tables of a vpn or ext
 * @realm: the vpn or ext; its mappings are in the tables of the exts
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vpngw_mapping_table_init(struct vpngw_realm *realm)
{
	struct rhashtable_params params = vpngw_mapping_params;
	int err;

	err = vpngw_host_table_init(realm);
	if (err || realm->side == VPNGW_SIDE_INSIDE)
		return err;
	params.min_size = VPNGW_REALM_EXT_BUCKETS;
	err = rhashtable_init(&realm->mappings[VPNGW_SIDE_INSIDE], &params);
	if (err)
		goto err_host_exit;
	err = rhashtable_init(&realm->mappings[VPNGW_SIDE_OUTSIDE], &params);
	if (err)
		goto err_destroy_inside;
	return 0;

err_destroy_inside:
	rhashtable_destroy(&realm->mappings[VPNGW_SIDE_INSIDE]);
err_host_exit:
	vpngw_host_table_exit(realm);
	return err;
}

/**
 * vpngw_mapping_table_exit - free the mapping tables of a vpn or ext
 * @realm: the vpn or ext; no mapping is left and nobody looks any more
 *
 * Context: process.
 */
void vpngw_mapping_table_exit(struct vpngw_realm *realm)
{
	if (realm->side == VPNGW_SIDE_OUTSIDE) {
		rhashtable_destroy(&realm->mappings[VPNGW_SIDE_OUTSIDE]);
		rhashtable_destroy(&realm->mappings[VPNGW_SIDE_INSIDE]);
	}
	vpngw_host_table_exit(realm);
}

/**
 * vpngw_mapping_init - make the slab
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int __init vpngw_mapping_init(void)
{
	vpngw_mapping_cache = kmem_cache_create("vpngw_mapping",
						sizeof(struct vpngw_mapping),
						__alignof__(struct vpngw_mapping),
						0, vpngw_mapping_ctor);
	return vpngw_mapping_cache ? 0 : -ENOMEM;
}

/**
 * vpngw_mapping_exit - free the slab
 *
 * Context: module exit, after rcu_barrier().
 */
void vpngw_mapping_exit(void)
{
	kmem_cache_destroy(vpngw_mapping_cache);
}
