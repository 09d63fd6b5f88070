// SPDX-License-Identifier: GPL-2.0
/*
 * Pools come, get other addresses, and go.
 */
#include "pool_config.h"

#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/netlink.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "addr.h"
#include "alias.h"
#include "flow.h"
#include "flow_walk.h"
#include "mapping.h"
#include "pool.h"
#include "pool_map.h"
#include "realm.h"
#include "space.h"

/* Most addresses that one pool may have. */
#define VPNGW_POOL_ADDRS_MAX	65536
/* Ports that a block may have. */
#define VPNGW_POOL_BLOCK_MIN	16
#define VPNGW_POOL_BLOCK_MAX	32768
/* Bits of a host's address that a computed block follows from. */
#define VPNGW_POOL_COMPUTED_BITS 32
/* Addresses looked at before others may run. */
#define VPNGW_POOL_WALK_BATCH	256

/**
 * vpngw_pool_find - look a pool up by name
 * @vn: the namespace
 * @name: its name
 *
 * Context: process, @vn->mutex held.
 * Return: the pool or NULL.
 */
struct vpngw_pool *vpngw_pool_find(struct vpngw_net *vn, const char *name)
{
	struct vpngw_pool *pool;

	lockdep_assert_held(&vn->mutex);
	list_for_each_entry(pool, &vn->pools, list)
		if (!strcmp(pool->name, name))
			return pool;
	return NULL;
}

static bool vpngw_pool_overlaps(const struct vpngw_pool *pool,
				const struct vpngw_pool_config *config)
{
	const struct vpngw_space *space = vpngw_pool_space(pool);
	u32 i, j;

	if (pool->ext != config->ext || pool->port_hi < config->port_lo ||
	    pool->port_lo > config->port_hi)
		return false;
	for (i = 0; i < space->n_ranges; i++)
		for (j = 0; j < config->n_ranges; j++)
			if (vpngw_addr_cmp(&space->ranges[i].first,
					   &config->ranges[j].last) <= 0 &&
			    vpngw_addr_cmp(&config->ranges[j].first,
					   &space->ranges[i].last) <= 0)
				return true;
	return false;
}

static bool vpngw_pool_bad_range(const struct vpngw_range *range)
{
	u32 first = ntohl(vpngw_addr_v4(&range->first));
	u32 last = ntohl(vpngw_addr_v4(&range->last));

	if (!vpngw_addr_is_host(&range->first) ||
	    !vpngw_addr_is_host(&range->last))
		return true;
	/* 127/8 */
	return vpngw_addr_is_v4(&range->first) && first >> 24 < 127 &&
	       last >> 24 > 127;
}

/* The first error in the order in which they stand; @family is of all. */
static int vpngw_pool_check_range_alone(const struct vpngw_range *range,
					u8 family,
					struct netlink_ext_ack *extack)
{
	if (vpngw_addr_family(&range->first) != family ||
	    vpngw_addr_family(&range->last) != family) {
		NL_SET_ERR_MSG(extack,
			       "a pool has addresses of one IP version only");
		return -EINVAL;
	}
	if (vpngw_addr_cmp(&range->first, &range->last) > 0) {
		NL_SET_ERR_MSG(extack, "an address range is upside down");
		return -EINVAL;
	}
	if (vpngw_pool_bad_range(range)) {
		NL_SET_ERR_MSG(extack, "a pool has unicast addresses only");
		return -EINVAL;
	}
	return 0;
}

/* Sorts the ranges, counts their addresses, and looks for other pools of them;
 * @self is no other.
 */
static int vpngw_pool_check_ranges(struct vpngw_net *vn,
				   const struct vpngw_pool_config *config,
				   const struct vpngw_pool *self,
				   struct netlink_ext_ack *extack, u32 *n_addrs)
{
	struct vpngw_range *ranges = config->ranges;
	u8 family = vpngw_addr_family(&ranges[0].first);
	struct vpngw_pool *pool;
	u64 total = 0;
	int err;
	u32 i;

	if (family == AF_INET6 &&
	    config->n_ranges > VPNGW_POOL_RANGES_MAX_V6) {
		NL_SET_ERR_MSG_FMT(extack, "an IPv6 pool has at most %u ranges",
				   VPNGW_POOL_RANGES_MAX_V6);
		return -E2BIG;
	}
	vpngw_space_sort(ranges, config->n_ranges);
	for (i = 0; i < config->n_ranges; i++) {
		err = vpngw_pool_check_range_alone(&ranges[i], family, extack);
		if (err)
			return err;
		if (i && vpngw_addr_cmp(&ranges[i].first,
					&ranges[i - 1].last) <= 0) {
			NL_SET_ERR_MSG(extack,
				       "the pool's own ranges overlap");
			return -EINVAL;
		}
		total += min_t(u64, vpngw_space_range_size(&ranges[i]),
			       VPNGW_POOL_ADDRS_MAX + 1);
	}
	/* Nobody needs all of an IPv6 prefix: the first are given. */
	if (family == AF_INET6)
		total = min_t(u64, total, VPNGW_POOL_ADDRS_MAX);
	if (total > VPNGW_POOL_ADDRS_MAX) {
		NL_SET_ERR_MSG_FMT(extack, "a pool has 1 to %u addresses",
				   VPNGW_POOL_ADDRS_MAX);
		return -EINVAL;
	}
	list_for_each_entry(pool, &vn->pools, list) {
		if (pool == self || !vpngw_pool_overlaps(pool, config))
			continue;
		NL_SET_ERR_MSG_FMT(extack, "it overlaps pool %s", pool->name);
		return -EEXIST;
	}
	*n_addrs = total;
	return 0;
}

static int vpngw_pool_check_blocks(const struct vpngw_pool_config *config,
				   struct netlink_ext_ack *extack)
{
	u32 size = config->block_size;

	if (!size) {
		if (!config->computed_len)
			return 0;
		NL_SET_ERR_MSG(extack, "deterministic needs a block-size");
		return -EINVAL;
	}
	if (!is_power_of_2(size) || size < VPNGW_POOL_BLOCK_MIN ||
	    size > VPNGW_POOL_BLOCK_MAX) {
		NL_SET_ERR_MSG_FMT(extack,
				   "a block has a power of two of ports, %u to %u",
				   VPNGW_POOL_BLOCK_MIN, VPNGW_POOL_BLOCK_MAX);
		return -EINVAL;
	}
	if (round_up(config->port_lo, size) + size - 1 > config->port_hi) {
		NL_SET_ERR_MSG_FMT(extack,
				   "no block of %u begins at a multiple of it in the ports",
				   size);
		return -EINVAL;
	}
	if (config->computed_len &&
	    config->block_owner != VPNGW_BLOCK_OWNER_HOST) {
		NL_SET_ERR_MSG(extack, "deterministic blocks are for hosts");
		return -EINVAL;
	}
	if (config->computed_len &&
	    config->computed_len < 128 - VPNGW_POOL_COMPUTED_BITS) {
		NL_SET_ERR_MSG_FMT(extack,
				   "the hosts' prefix leaves at most %u bits",
				   VPNGW_POOL_COMPUTED_BITS);
		return -EINVAL;
	}
	if (config->computed_len &&
	    vpngw_addr_has_beyond(&config->computed_addr,
				  config->computed_len)) {
		NL_SET_ERR_MSG(extack,
			       "an address has bits beyond its prefix length");
		return -EINVAL;
	}
	return 0;
}

static int vpngw_pool_check(struct vpngw_net *vn,
			    const struct vpngw_pool_config *config,
			    struct netlink_ext_ack *extack, u32 *n_addrs)
{
	int err;

	if (vpngw_pool_find(vn, config->name)) {
		NL_SET_ERR_MSG_FMT(extack, "pool %s exists", config->name);
		return -EEXIST;
	}
	if (config->port_lo > config->port_hi || !config->port_lo) {
		NL_SET_ERR_MSG_FMT(extack,
				   "port range %u-%u is upside down or has 0",
				   config->port_lo, config->port_hi);
		return -EINVAL;
	}
	err = vpngw_pool_check_blocks(config, extack);
	if (err)
		return err;
	return vpngw_pool_check_ranges(vn, config, NULL, extack, n_addrs);
}

static void vpngw_pool_free(struct vpngw_pool *pool)
{
	struct vpngw_space *space = rcu_dereference_protected(pool->space,
							      true);
	u32 i;

	for (i = 0; i < space->n_addrs; i++)
		vpngw_space_addr_free(space->addrs[i]);
	vpngw_space_free(space);
	kfree(pool);
}

/**
 * vpngw_pool_add - make a pool
 * @vn: the namespace
 * @config: what it is to be; its ranges are sorted
 * @extack: says what was wrong
 *
 * Static mappings that already use its addresses keep them.
 *
 * Context: process, @vn->mutex held.
 * Return: the pool or an ERR_PTR: EEXIST, EINVAL, ENOMEM.
 */
struct vpngw_pool *vpngw_pool_add(struct vpngw_net *vn,
				  const struct vpngw_pool_config *config,
				  struct netlink_ext_ack *extack)
{
	struct vpngw_space *space;
	struct vpngw_pool *pool;
	u32 n_addrs = 0;
	int err;

	lockdep_assert_held(&vn->mutex);
	err = vpngw_pool_check(vn, config, extack, &n_addrs);
	if (err)
		return ERR_PTR(err);

	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	space = vpngw_space_alloc(config->ranges, config->n_ranges, n_addrs);
	if (!space) {
		kfree(pool);
		return ERR_PTR(-ENOMEM);
	}
	RCU_INIT_POINTER(pool->space, space);
	pool->ext = config->ext;
	pool->vpn = config->vpn;
	pool->uid = vpngw_net_uid(vn);
	pool->family = vpngw_addr_family(&config->ranges[0].first);
	pool->port_lo = config->port_lo;
	pool->port_hi = config->port_hi;
	pool->parity = config->parity || config->contiguity;
	pool->contiguity = config->contiguity;
	pool->block_size = config->block_size;
	pool->block_owner = config->block_owner;
	pool->computed.addr = config->computed_addr;
	pool->computed.len = config->computed_len;
	pool->step_since = jiffies;
	strscpy(pool->name, config->name, sizeof(pool->name));

	err = vpngw_pool_reserve_statics(pool, space, NULL, extack);
	if (err)
		goto err_free;
	/* Nobody picks it before it is in the map. */
	pool->dying = true;
	list_add_tail_rcu(&pool->list, &vn->pools);
	err = vpngw_pool_map_build(pool->ext);
	if (err)
		goto err_del;
	WRITE_ONCE(pool->dying, false);
	vpngw_alias_pool_added(vn, pool);
	vpngw_realm_hold(pool->ext);
	pool->ext->n_pools++;
	if (pool->vpn) {
		vpngw_realm_hold(pool->vpn);
		pool->vpn->n_pools++;
	}
	return pool;

err_del:
	list_del_rcu(&pool->list);
	synchronize_rcu();
err_free:
	vpngw_pool_free(pool);
	return ERR_PTR(err);
}

static int vpngw_pool_check_pieces(u8 family, u32 n,
				   struct netlink_ext_ack *extack)
{
	u32 max = family == AF_INET ? VPNGW_POOL_RANGES_MAX :
				      VPNGW_POOL_RANGES_MAX_V6;

	if (n <= max)
		return 0;
	NL_SET_ERR_MSG_FMT(extack,
			   "drained or not, that makes %u ranges: at most %u can be",
			   n, max);
	return -E2BIG;
}

/* Take over what is taken of the addresses that stay. */
static void vpngw_pool_move(struct vpngw_space *to,
			    const struct vpngw_space *from)
{
	struct in6_addr addr;
	int index;
	u32 i;

	for (i = 0; i < from->n_addrs; i++) {
		vpngw_space_address(from, i, &addr);
		index = vpngw_space_index(to, &addr);
		if (index >= 0)
			to->addrs[index] = from->addrs[i];
	}
}

/* Have every address that @to does not have. On failure none of them. */
static int vpngw_pool_give_up(const struct vpngw_space *from,
			      const struct vpngw_space *to,
			      struct netlink_ext_ack *extack)
{
	char text[VPNGW_ADDR_TEXT];
	struct in6_addr addr;
	u32 i;

	for (i = 0; i < from->n_addrs; i++) {
		vpngw_space_address(from, i, &addr);
		if (vpngw_space_index(to, &addr) >= 0 ||
		    vpngw_pool_reserve_addr(from->addrs[i]))
			continue;
		NL_SET_ERR_MSG_FMT(extack,
				   "%s still has %u mapping(s): drain it, and delete static ones",
				   vpngw_addr_text(&addr, text),
				   vpngw_space_in_use(from->addrs[i]));
		while (i--) {
			vpngw_space_address(from, i, &addr);
			if (vpngw_space_index(to, &addr) < 0)
				atomic_dec(&from->addrs[i]->reserved);
		}
		return -EBUSY;
	}
	return 0;
}

/**
 * vpngw_pool_set - give a pool other addresses
 * @pool: the pool
 * @config: @ranges and @n_ranges count; they are sorted
 * @extack: says what was wrong
 *
 * Mappings of the addresses that stay are not touched, and their hosts stay
 * paired with them.
 *
 * Context: process, netns mutex held; waits for a grace period.
 * Return: 0, -EBUSY when an address that goes has mappings, -E2BIG, -EEXIST,
 *	-EINVAL, -EOPNOTSUPP, -ENOMEM.
 */
int vpngw_pool_set(struct vpngw_pool *pool,
		   const struct vpngw_pool_config *config,
		   struct netlink_ext_ack *extack)
{
	struct vpngw_space *old = vpngw_pool_space(pool), *new;
	struct vpngw_net *vn = pool->ext->vn;
	struct in6_addr addr;
	u32 n_addrs, i;
	int err;

	lockdep_assert_held(&vn->mutex);
	if (pool->computed.len) {
		NL_SET_ERR_MSG(extack,
			       "the addresses of deterministic blocks can't change");
		return -EOPNOTSUPP;
	}
	err = vpngw_pool_check_ranges(vn, config, pool, extack, &n_addrs);
	if (err)
		return err;
	if (vpngw_addr_family(&config->ranges[0].first) != pool->family) {
		NL_SET_ERR_MSG(extack, "a pool keeps its IP version");
		return -EINVAL;
	}
	err = vpngw_pool_check_pieces(pool->family,
				      vpngw_space_pieces(config->ranges,
							 config->n_ranges,
							 n_addrs, old, NULL, 0,
							 false),
				      extack);
	if (err)
		return err;
	new = vpngw_space_alloc(config->ranges, config->n_ranges, n_addrs);
	if (!new)
		return -ENOMEM;
	/* So that no packet makes one of them twice, in each of the two. */
	for (i = 0; i < old->n_addrs; i++) {
		err = -ENOMEM;
		if (!vpngw_space_get(old, i, GFP_KERNEL))
			goto err_free;
	}
	err = vpngw_pool_reserve_statics(pool, new, old, extack);
	if (!err)
		err = vpngw_pool_give_up(old, new, extack);
	if (err)
		goto err_free;
	vpngw_pool_move(new, old);
	rcu_assign_pointer(pool->space, new);
	if (vpngw_pool_map_build(pool->ext))
		pr_warn_ratelimited("no memory for the addresses of pool %s\n",
				    pool->name);
	synchronize_rcu();
	for (i = 0; i < old->n_addrs; i++) {
		vpngw_space_address(old, i, &addr);
		if (vpngw_space_index(new, &addr) < 0)
			vpngw_space_addr_free(old->addrs[i]);
	}
	vpngw_space_free(old);
	return 0;

err_free:
	for (i = 0; i < n_addrs; i++)
		vpngw_space_addr_free(new->addrs[i]);
	vpngw_space_free(new);
	return err;
}

/**
 * vpngw_pool_check_range - does a pool have all addresses of a range?
 * @pool: the pool
 * @range: the range
 * @extack: says that it does not
 *
 * Makes what vpngw_pool_drain() needs.
 *
 * Context: process, netns mutex held.
 * Return: 0, -ENOENT, -ENOMEM.
 */
int vpngw_pool_check_range(struct vpngw_pool *pool,
			   const struct vpngw_range *range,
			   struct netlink_ext_ack *extack)
{
	struct vpngw_space *space = vpngw_pool_space(pool);
	int first, last, index;

	lockdep_assert_held(&pool->ext->vn->mutex);
	first = vpngw_space_index(space, &range->first);
	last = vpngw_space_index(space, &range->last);
	/* No more in between than there are: no gap. */
	if (first < 0 || last < first ||
	    vpngw_addr_distance(&range->first, &range->last) != last - first) {
		NL_SET_ERR_MSG_FMT(extack,
				   "pool %s does not have all of that",
				   pool->name);
		return -ENOENT;
	}
	for (index = first; index <= last; index++) {
		if (!vpngw_space_get(space, index, GFP_KERNEL))
			return -ENOMEM;
		if (!((index - first + 1) % VPNGW_POOL_WALK_BATCH))
			cond_resched();
	}
	return 0;
}

/**
 * vpngw_pool_check_drain - may so many pieces of a pool be drained or not?
 * @pool: the pool
 * @ranges: what vpngw_pool_drain() is about to be called for
 * @n_ranges: number of @ranges
 * @drain: as for that
 * @extack: says that they are too many
 *
 * Context: process, netns mutex held.
 * Return: 0 or -E2BIG.
 */
int vpngw_pool_check_drain(const struct vpngw_pool *pool,
			   const struct vpngw_range *ranges, u32 n_ranges,
			   bool drain, struct netlink_ext_ack *extack)
{
	const struct vpngw_space *space = vpngw_pool_space(pool);

	return vpngw_pool_check_pieces(pool->family,
				       vpngw_space_pieces(space->ranges,
							  space->n_ranges,
							  space->n_addrs,
							  space, ranges,
							  n_ranges, drain),
				       extack);
}

/**
 * vpngw_pool_drain - give no more of some addresses of a pool, or give them
 *	again
 * @pool: the pool
 * @range: what vpngw_pool_check_range() and vpngw_pool_check_drain() found good
 * @drain: give no more of them
 *
 * Context: process, netns mutex held.
 */
void vpngw_pool_drain(struct vpngw_pool *pool, const struct vpngw_range *range,
		      bool drain)
{
	struct vpngw_space *space = vpngw_pool_space(pool);
	int index = vpngw_space_index(space, &range->first);
	int last = vpngw_space_index(space, &range->last);

	for (; index <= last; index++)
		WRITE_ONCE(space->addrs[index]->draining, drain);
}

static bool vpngw_pool_has_flow(const struct vpngw_flow *flow, const void *pool)
{
	return flow->mapping->pool == pool;
}

/* And with them the mappings that were taken from it, and none of which is without
 * a flow for long.
 */
static void vpngw_pool_end_flows(const struct vpngw_pool *pool)
{
	while (vpngw_flow_end_if(pool->ext, vpngw_pool_has_flow, pool))
		;
}

static void vpngw_pool_reap_free(struct vpngw_reap *reap)
{
	struct vpngw_pool *pool = container_of(reap, struct vpngw_pool, reap);

	if (pool->vpn)
		vpngw_realm_put(pool->vpn);
	vpngw_realm_put(pool->ext);
	vpngw_pool_free(pool);
}

static void vpngw_pool_reap_unused(struct vpngw_reap *reap)
{
	struct vpngw_pool *pool = container_of(reap, struct vpngw_pool, reap);

	/* Those who found such a mapping meanwhile look at its pool. */
	vpngw_net_reap(pool->ext->vn, reap, vpngw_pool_reap_free);
}

static void vpngw_pool_reap(struct vpngw_reap *reap)
{
	struct vpngw_pool *pool = container_of(reap, struct vpngw_pool, reap);

	vpngw_pool_end_flows(pool);
	/* Whoever else ended a mapping just now may still clear its bit. */
	vpngw_net_reap(pool->ext->vn, reap, vpngw_pool_reap_unused);
}

/**
 * vpngw_pool_check_unused - may a pool be deleted?
 * @pool: the pool
 * @extack: says what still uses it
 *
 * Context: process, netns mutex held.
 * Return: 0 or -EBUSY when an alias names it.
 */
int vpngw_pool_check_unused(const struct vpngw_pool *pool,
			    struct netlink_ext_ack *extack)
{
	if (!pool->n_aliases)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%u alias(es) name pool %s",
			   pool->n_aliases, pool->name);
	return -EBUSY;
}

/**
 * vpngw_pool_del - delete a pool with its dynamic mappings and their flows
 * @pool: the pool, which no alias names
 *
 * Context: process, netns mutex held.
 */
void vpngw_pool_del(struct vpngw_pool *pool)
{
	struct vpngw_realm *ext = pool->ext;

	lockdep_assert_held(&ext->vn->mutex);
	WRITE_ONCE(pool->dying, true);
	list_del_rcu(&pool->list);
	ext->n_pools--;
	if (pool->vpn)
		pool->vpn->n_pools--;
	/* Without memory the map keeps addresses that nobody uses: packets
	 * to them are dropped, as before.
	 */
	if (vpngw_pool_map_build(ext))
		pr_warn_ratelimited("no memory to shrink the pools of ext %s\n",
				    ext->name);
	vpngw_alias_pool_removed(ext->vn, pool);
	vpngw_pool_end_flows(pool);
	vpngw_net_reap(ext->vn, &pool->reap, vpngw_pool_reap);
}

/**
 * vpngw_pool_flush - delete every pool
 * @vn: the namespace; no alias is left
 *
 * Context: process, @vn->mutex held.
 */
void vpngw_pool_flush(struct vpngw_net *vn)
{
	struct vpngw_pool *pool, *next;

	list_for_each_entry_safe(pool, next, &vn->pools, list)
		vpngw_pool_del(pool);
}
