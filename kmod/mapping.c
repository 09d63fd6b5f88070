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

#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "addr.h"
#include "flow.h"
#include "host.h"
#include "iface.h"
#include "peer.h"
#include "pool.h"
#include "pool_map.h"
#include "realm.h"
#include "tuple.h"

/* Flows of a mapping that are ended in one RCU read section. */
#define VPNGW_MAPPING_END_BATCH	256

static struct kmem_cache *vpngw_mapping_cache __read_mostly;

static u32 vpngw_mapping_hash(const void *data, u32 len, u32 seed)
{
	const struct vpngw_endpoint *key = data;

	/* Senders choose address, port and protocol, but none of the uids. */
	return vpngw_addr_hash(&key->addr,
			       key->scope ^ rol32(key->vpn_uid, 16),
			       (__force u32)key->port << 8 | key->proto,
			       seed);
}

static int vpngw_mapping_cmp(struct rhashtable_compare_arg *arg,
			     const void *obj)
{
	const struct vpngw_mapping_end *end = obj;
	const u64 *x = (const u64 *)&end->key;
	const u64 *y = arg->key;

	return (x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) |
	       (x[3] ^ y[3]) ? 1 : 0;
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

static __flatten struct vpngw_mapping *
vpngw_mapping_lookup(const struct vpngw_realm *ext, enum vpngw_side side,
		     const struct vpngw_endpoint *key)
{
	struct vpngw_mapping_end *end;

	/* rhashtable_lookup() does not change the table. */
	end = rhashtable_lookup((struct rhashtable *)&ext->mappings[side], key,
				vpngw_mapping_params);
	return end ? vpngw_mapping_of(end, side) : NULL;
}

static struct vpngw_addr_lens *
vpngw_mapping_lens(const struct vpngw_realm *ext, enum vpngw_side side,
		   const struct in6_addr *addr)
{
	return &ext->mapping_lens[2 * side + !vpngw_addr_is_v4(addr)];
}

/* A mapping for a prefix that has the address. */
static struct vpngw_mapping *
vpngw_mapping_lookup_prefix(const struct vpngw_realm *ext, enum vpngw_side side,
			    const struct vpngw_endpoint *want)
{
	struct vpngw_endpoint key = *want;
	const struct vpngw_addr_lens *lens;
	struct vpngw_mapping *mapping;
	unsigned int bit;

	key.port = 0;
	key.proto = 0;
	lens = vpngw_mapping_lens(ext, side, &want->addr);
	for (bit = vpngw_addr_next_len(lens, 0); bit < VPNGW_ADDR_LENS;
	     bit = vpngw_addr_next_len(lens, bit + 1)) {
		key.beyond = bit;
		vpngw_addr_prefix(&key.addr, &want->addr, 128 - bit);
		mapping = vpngw_mapping_lookup(ext, side, &key);
		if (mapping)
			return mapping;
	}
	return NULL;
}

/* A mapping for just this port, or one for the whole address, or its prefix. */
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
	mapping = vpngw_mapping_lookup(ext, side, key);
	if (mapping || !READ_ONCE(ext->n_prefixes))
		return mapping;
	return vpngw_mapping_lookup_prefix(ext, side, key);
}

/**
 * vpngw_mapping_lookup_static - the static mapping of a VPN host's packet
 * @vpn: the vpn
 * @ext: the ext that the packet goes to
 * @t: the packet's tuple
 * @far: address family that it will have there
 *
 * Context: RCU read section.
 * Return: the mapping or NULL.
 */
struct vpngw_mapping *vpngw_mapping_lookup_static(const struct vpngw_realm *vpn,
						  const struct vpngw_realm *ext,
						  const struct vpngw_tuple *t,
						  u8 far)
{
	struct vpngw_endpoint key = {
		.port		= t->sport,
		.proto		= t->proto,
		.far		= far,
		.vpn_uid	= vpn->uid,
		.scope		= ext->uid,
	};

	if (!READ_ONCE(vpn->n_statics))
		return NULL;
	vpngw_tuple_src(t, &key.addr);
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
		.port		= t->sport,
		.proto		= t->proto,
		.vpn_uid	= vpn->uid,
		.scope		= scope,
	};

	vpngw_tuple_src(t, &key.addr);
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
						   const struct in6_addr *addr,
						   u8 proto, __be16 port)
{
	struct vpngw_endpoint key = {
		.addr	= *addr,
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
bool vpngw_mapping_is_outside(struct vpngw_realm *ext,
			      const struct in6_addr *addr)
{
	const struct vpngw_endpoint key = { .addr = *addr };

	if (vpngw_pool_contains(ext, addr) || vpngw_host_find(ext, addr))
		return true;
	return unlikely(READ_ONCE(ext->n_prefixes)) &&
	       vpngw_mapping_lookup_prefix(ext, VPNGW_SIDE_OUTSIDE, &key);
}

/**
 * vpngw_mapping_to_prefix - as vpngw_mapping_to(), for a prefix
 * @mapping: the mapping
 * @side: of the address that is wanted
 * @from: the address on the other side
 * @to: the address
 *
 * Context: any.
 * Return: as vpngw_mapping_to().
 */
bool vpngw_mapping_to_prefix(const struct vpngw_mapping *mapping,
			     enum vpngw_side side, const struct in6_addr *from,
			     struct in6_addr *to)
{
	const struct vpngw_endpoint *end = &mapping->end[side].key;
	const struct vpngw_endpoint *old = &mapping->end[!side].key;
	u32 len = 128 - end->beyond;

	if (len <= 64)
		return vpngw_addr_shift_neutral(to, from, &old->addr,
						&end->addr, len);
	vpngw_addr_shift(to, from, &end->addr, len);
	return true;
}

/**
 * vpngw_mapping_ctor - bring a mapping into the state in which it begins
 * @object: the mapping
 *
 * One from the slab ends in it, too: without flows, dead and unlocked.
 *
 * Context: any.
 */
void vpngw_mapping_ctor(void *object)
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

static __flatten int vpngw_mapping_link(struct vpngw_mapping *mapping,
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

static void vpngw_mapping_count_prefix(struct vpngw_mapping *mapping, int by)
{
	struct vpngw_realm *ext = mapping->ext;
	const struct vpngw_endpoint *end;
	enum vpngw_side side;

	if (!vpngw_mapping_is_prefix(mapping))
		return;
	for (side = VPNGW_SIDE_INSIDE; side <= VPNGW_SIDE_OUTSIDE; side++) {
		end = &mapping->end[side].key;
		vpngw_addr_count_len(vpngw_mapping_lens(ext, side, &end->addr),
				     128 - end->beyond, by);
	}
	WRITE_ONCE(ext->n_prefixes, ext->n_prefixes + by);
}

/**
 * vpngw_mapping_unpublish - take a mapping out of both tables
 * @mapping: the mapping, dead
 *
 * Context: RCU read section or netns mutex held.
 */
void vpngw_mapping_unpublish(struct vpngw_mapping *mapping)
{
	vpngw_mapping_count_prefix(mapping, -1);
	vpngw_mapping_remove(mapping, VPNGW_SIDE_OUTSIDE);
	vpngw_mapping_remove(mapping, VPNGW_SIDE_INSIDE);
	atomic_dec(&mapping->ext->n_mappings);
	atomic_dec(&mapping->vpn->n_mappings);
}

/**
 * vpngw_mapping_publish - put a mapping into both tables
 * @mapping: the mapping, dead; it takes no flow before both ends stand
 *
 * Context: RCU read section or netns mutex held.
 * Return: 0, -EEXIST when another has one of the ends, -ENOMEM and the like:
 *	then a reader may have found its first end.
 */
int vpngw_mapping_publish(struct vpngw_mapping *mapping)
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
	vpngw_mapping_count_prefix(mapping, 1);
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
	vpngw_pool_release(mapping->pool, mapping->proto, &out->addr,
			   out->port, used);
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
	const struct vpngw_mapping *mapping;
	struct vpngw_tuple neighbour;

	vpngw_tuple_copy(&neighbour, t);
	neighbour.sport ^= htons(1);
	mapping = vpngw_mapping_lookup_inside(vpn, ext, scope, &neighbour);
	return mapping && mapping->pool == pool ?
	       mapping->end[VPNGW_SIDE_OUTSIDE].key.port ^ htons(1) : 0;
}

/* Whether limits let a host have a new mapping, as far as can be said before it is
 * counted.
 */
static __always_inline int
vpngw_mapping_may_create(const struct vpngw_realm *vpn,
			 const struct vpngw_host *host)
{
	int reason = vpngw_limit_check_mapping(vpn);

	if (reason != VPNGW_OK)
		return reason;
	return vpngw_host_may_flow(host,
				   READ_ONCE(vpn->limits.max_flows_per_host)) ?
	       VPNGW_OK : VPNGW_REASON_MAX_HOST_FLOWS;
}

/**
 * vpngw_mapping_peek - could vpngw_mapping_create() make a mapping?
 * @vpn: the vpn
 * @pool: the pool to take from
 * @host: the host as vpngw_host_find() knows it, or NULL
 * @t: the packet's tuple
 * @addr: the outside address that it would have
 *
 * Context: RCU read section. Nothing is made or counted.
 * Return: VPNGW_OK or the &enum vpngw_reason why not.
 */
int vpngw_mapping_peek(const struct vpngw_realm *vpn,
		       const struct vpngw_pool *pool, struct vpngw_host *host,
		       const struct vpngw_tuple *t, struct in6_addr *addr)
{
	struct in6_addr src;
	const struct vpngw_pool_want want = {
		.vpn	= vpn,
		.host	= host,
		.addr	= &src,
		.proto	= t->proto,
		.port	= t->sport,
	};
	int reason = vpngw_mapping_may_create(vpn, host);

	if (reason != VPNGW_OK)
		return reason;
	vpngw_tuple_src(t, &src);
	if (!vpngw_host_may_map(host,
				READ_ONCE(vpn->limits.max_mappings_per_host)))
		return VPNGW_REASON_MAX_MAPPINGS;
	return vpngw_pool_peek(pool, &want, addr);
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
	struct in6_addr src;
	struct vpngw_pool_want want = {
		.vpn	= vpn,
		.addr	= &src,
		.proto	= t->proto,
		.port	= t->sport,
	};
	struct vpngw_endpoint *out;
	struct vpngw_mapping *mapping;
	int err;

	vpngw_tuple_src(t, &src);
	*reason = vpngw_mapping_may_create(vpn, host);
	if (*reason != VPNGW_OK)
		return NULL;
	host = vpngw_host_get(vpn, &src, host,
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
		.addr		= src,
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
	mapping->used = false;
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

	vpngw_pool_release(pool, t->proto, &out->addr, out->port, false);
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
		if (++n >= VPNGW_MAPPING_END_BATCH)
			break;
	}
	return ended;
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
	err = vpngw_peer_table_init(realm);
	if (err)
		goto err_destroy_outside;
	err = -ENOMEM;
	realm->mapping_lens = kcalloc(4, sizeof(*realm->mapping_lens),
				      GFP_KERNEL);
	if (!realm->mapping_lens)
		goto err_peer_exit;
	return 0;

err_peer_exit:
	vpngw_peer_table_exit(realm);
err_destroy_outside:
	rhashtable_destroy(&realm->mappings[VPNGW_SIDE_OUTSIDE]);
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
		kfree(realm->mapping_lens);
		vpngw_peer_table_exit(realm);
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
