// SPDX-License-Identifier: GPL-2.0
/*
 * The pools of an ext taken together: which addresses are theirs, which of them
 * a vpn uses, and what static mappings keep them off.
 */
#include "pool_map.h"

#include <linux/netlink.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "addr.h"
#include "mapping_static.h"
#include "pool.h"
#include "ports.h"
#include "realm.h"
#include "space.h"

/**
 * struct vpngw_pool_map - all pool addresses of an ext
 * @rcu: frees it
 * @n: number of @ranges
 * @ranges: sorted, without overlap
 */
struct vpngw_pool_map {
	struct rcu_head		rcu;
	u32			n;
	struct vpngw_range	ranges[] __counted_by(n);
};

/**
 * vpngw_pool_reserve_addr - have a whole address, unless a mapping has a port
 *	of it
 * @sa: the address
 *
 * Undone by counting down @sa->reserved.
 *
 * Context: process, netns mutex held.
 * Return: true if no dynamic mapping has it, nor will have.
 */
bool vpngw_pool_reserve_addr(struct vpngw_space_addr *sa)
{
	/* Before looking, so that no new mapping is missed. */
	atomic_inc(&sa->reserved);
	/* Pairs with vpngw_pool_take(). */
	smp_mb__after_atomic();
	if (!vpngw_space_in_use(sa))
		return true;
	atomic_dec(&sa->reserved);
	return false;
}

/* A static mapping with a port takes that port's bit; one without takes the
 * whole address.
 */
static int vpngw_pool_reserve_in(const struct vpngw_pool *pool,
				 struct vpngw_space *space, u8 proto,
				 const struct in6_addr *addr, __be16 port,
				 struct netlink_ext_ack *extack)
{
	int class = vpngw_space_class(proto), index;
	char text[VPNGW_ADDR_TEXT];
	struct vpngw_space_addr *sa;
	struct vpngw_ports *ports;
	u32 p = ntohs(port);

	index = vpngw_space_index(space, addr);
	if (index < 0)
		return 0;
	sa = vpngw_space_get(space, index, GFP_KERNEL);
	if (!sa)
		return -ENOMEM;
	if (!port) {
		if (vpngw_pool_reserve_addr(sa))
			return 0;
		NL_SET_ERR_MSG_FMT(extack,
				   "%s of pool %s has live mappings",
				   vpngw_addr_text(addr, text), pool->name);
		return -EBUSY;
	}
	if (class < 0 || p < pool->port_lo || p > pool->port_hi)
		return 0;
	ports = vpngw_space_ports(sa, class, &pool->ext->vn->port_sets,
				  pool->port_lo, pool->port_hi, GFP_KERNEL);
	if (!ports)
		return -ENOMEM;
	if (!vpngw_ports_claim(ports, p)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "port %u of %s of pool %s is a live mapping's",
				   p, vpngw_addr_text(addr, text), pool->name);
		return -EBUSY;
	}
	return 0;
}

static void vpngw_pool_unreserve_in(struct vpngw_pool *pool, u8 proto,
				    const struct in6_addr *addr, __be16 port)
{
	struct vpngw_space *space = vpngw_pool_space(pool);
	int class = vpngw_space_class(proto), index;
	struct vpngw_space_addr *sa;
	u32 p = ntohs(port);

	index = vpngw_space_index(space, addr);
	if (index < 0)
		return;
	sa = space->addrs[index];
	if (!port)
		atomic_dec(&sa->reserved);
	else if (class >= 0 && p >= pool->port_lo && p <= pool->port_hi)
		vpngw_ports_release(sa->ports[class], p);
}

static bool vpngw_pool_has_of_prefix(const struct vpngw_space *space,
				     const struct in6_addr *addr, u32 len)
{
	const struct vpngw_range *range;

	for (range = space->ranges; range < space->ranges + space->n_ranges;
	     range++)
		if (ipv6_prefix_equal(&range->first, addr, len) ||
		    ipv6_prefix_equal(&range->last, addr, len) ||
		    (vpngw_addr_cmp(&range->first, addr) < 0 &&
		     vpngw_addr_cmp(&range->last, addr) > 0))
			return true;
	return false;
}

/* Prefixes that static mappings use are none of the pools'. */
static int vpngw_pool_keep_prefix(const struct vpngw_realm *ext,
				  const struct in6_addr *addr, u32 len,
				  struct netlink_ext_ack *extack)
{
	const struct vpngw_pool *pool;

	list_for_each_entry(pool, &ext->vn->pools, list) {
		if (pool->ext != ext ||
		    !vpngw_pool_has_of_prefix(vpngw_pool_space(pool), addr,
					      len))
			continue;
		NL_SET_ERR_MSG_FMT(extack, "it overlaps pool %s", pool->name);
		return -EEXIST;
	}
	return 0;
}

/**
 * vpngw_pool_reserve - keep the pools off what a static mapping uses
 * @ext: the ext of the mapping
 * @proto: its protocol, 0 for any
 * @addr: its outside address
 * @len: prefix length of @addr, as addr.h counts it
 * @port: its outside port, 0 for all
 * @extack: says what was wrong
 *
 * Context: process, netns mutex held.
 * Return: 0, -EBUSY when a dynamic mapping uses it, -EEXIST when a pool has
 *	addresses of a prefix, -ENOMEM.
 */
int vpngw_pool_reserve(struct vpngw_realm *ext, u8 proto,
		       const struct in6_addr *addr, u32 len, __be16 port,
		       struct netlink_ext_ack *extack)
{
	struct vpngw_net *vn = ext->vn;
	struct vpngw_pool *pool;
	int err;

	lockdep_assert_held(&vn->mutex);
	if (len < 128)
		return vpngw_pool_keep_prefix(ext, addr, len, extack);
	list_for_each_entry(pool, &vn->pools, list) {
		if (pool->ext != ext)
			continue;
		err = vpngw_pool_reserve_in(pool, vpngw_pool_space(pool), proto,
					    addr, port, extack);
		if (err)
			goto err_unreserve;
	}
	return 0;

err_unreserve:
	list_for_each_entry_continue_reverse(pool, &vn->pools, list)
		if (pool->ext == ext)
			vpngw_pool_unreserve_in(pool, proto, addr, port);
	return err;
}

/**
 * vpngw_pool_unreserve - undo vpngw_pool_reserve()
 * @ext: the ext of the mapping
 * @proto: its protocol
 * @addr: its outside address
 * @len: prefix length of @addr
 * @port: its outside port
 *
 * Context: process, netns mutex held.
 */
void vpngw_pool_unreserve(struct vpngw_realm *ext, u8 proto,
			  const struct in6_addr *addr, u32 len, __be16 port)
{
	struct vpngw_pool *pool;

	lockdep_assert_held(&ext->vn->mutex);
	if (len < 128)
		return;
	list_for_each_entry(pool, &ext->vn->pools, list)
		if (pool->ext == ext)
			vpngw_pool_unreserve_in(pool, proto, addr, port);
}

/**
 * vpngw_pool_reserve_statics - keep a pool off what static mappings use
 * @pool: the pool
 * @space: the addresses that it is to have
 * @old: those that it has, which are reserved, or NULL
 * @extack: says what was wrong
 *
 * Context: process, netns mutex held.
 * Return: 0, -EBUSY when a dynamic mapping uses it, -ENOMEM.
 */
int vpngw_pool_reserve_statics(const struct vpngw_pool *pool,
			       struct vpngw_space *space,
			       const struct vpngw_space *old,
			       struct netlink_ext_ack *extack)
{
	const struct vpngw_static_mapping *sm;
	const struct vpngw_endpoint *out;
	int err;

	list_for_each_entry(sm, &pool->ext->vn->mappings, list) {
		out = &sm->mapping.end[VPNGW_SIDE_OUTSIDE].key;
		if (sm->mapping.ext != pool->ext)
			continue;
		if (out->beyond) {
			if (!vpngw_pool_has_of_prefix(space, &out->addr,
						      128 - out->beyond))
				continue;
			NL_SET_ERR_MSG_FMT(extack,
					   "it overlaps a mapping of vpn %s",
					   sm->mapping.vpn->name);
			return -EEXIST;
		}
		if (old && vpngw_space_index(old, &out->addr) >= 0)
			continue;
		err = vpngw_pool_reserve_in(pool, space, out->proto,
					    &out->addr, out->port, extack);
		if (err)
			return err;
	}
	return 0;
}

/**
 * vpngw_pool_map_build - make the map of an ext's pool addresses anew
 * @ext: the ext
 *
 * Context: process, netns mutex held.
 * Return: 0 or -ENOMEM.
 */
int vpngw_pool_map_build(struct vpngw_realm *ext)
{
	struct vpngw_pool_map *map, *old;
	struct vpngw_space *space;
	struct vpngw_pool *pool;
	u32 n = 0, i, j = 0;

	list_for_each_entry(pool, &ext->vn->pools, list)
		if (pool->ext == ext)
			n += vpngw_pool_space(pool)->n_ranges;
	map = kvzalloc(struct_size(map, ranges, n), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	map->n = n;
	n = 0;
	list_for_each_entry(pool, &ext->vn->pools, list) {
		if (pool->ext != ext)
			continue;
		space = vpngw_pool_space(pool);
		for (i = 0; i < space->n_ranges; i++)
			map->ranges[n++] = space->ranges[i];
	}
	vpngw_space_sort(map->ranges, n);
	for (i = 1; i < n; i++) {
		if (vpngw_addr_cmp(&map->ranges[i].first,
				   &map->ranges[j].last) > 0)
			map->ranges[++j] = map->ranges[i];
		else if (vpngw_addr_cmp(&map->ranges[i].last,
					&map->ranges[j].last) > 0)
			map->ranges[j].last = map->ranges[i].last;
	}
	map->n = n ? j + 1 : 0;

	old = rcu_replace_pointer(ext->pool_map, map,
				  lockdep_is_held(&ext->vn->mutex));
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

/**
 * vpngw_pool_map_exit - free the map of an ext's pool addresses
 * @ext: the ext, which nobody uses any more
 *
 * Context: process.
 */
void vpngw_pool_map_exit(struct vpngw_realm *ext)
{
	kvfree(rcu_dereference_protected(ext->pool_map, true));
}

/**
 * vpngw_pool_contains - does an address belong to a pool of an ext?
 * @ext: the ext
 * @addr: the address
 *
 * Context: RCU read section.
 * Return: true if it does.
 */
bool vpngw_pool_contains(const struct vpngw_realm *ext,
			 const struct in6_addr *addr)
{
	const struct vpngw_pool_map *map = rcu_dereference(ext->pool_map);
	u32 lo = 0, hi = map ? map->n : 0, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (vpngw_addr_cmp(addr, &map->ranges[mid].first) < 0)
			hi = mid;
		else if (vpngw_addr_cmp(addr, &map->ranges[mid].last) > 0)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

/**
 * vpngw_pool_pick - the pool that a vpn uses when its alias names none
 * @ext: the ext
 * @vpn: the vpn
 * @family: AF_INET or AF_INET6, of its addresses
 *
 * Context: RCU read section, or netns mutex held.
 * Return: its own pool, or else the oldest that every vpn may use, or NULL.
 */
struct vpngw_pool *vpngw_pool_pick(const struct vpngw_realm *ext,
				   const struct vpngw_realm *vpn, u8 family)
{
	struct vpngw_pool *pool, *shared = NULL;

	list_for_each_entry_rcu(pool, &ext->vn->pools, list,
				lockdep_is_held(&ext->vn->mutex)) {
		if (pool->ext != ext || pool->family != family ||
		    READ_ONCE(pool->dying))
			continue;
		if (pool->vpn == vpn)
			return pool;
		if (!pool->vpn && !shared)
			shared = pool;
	}
	return shared;
}
