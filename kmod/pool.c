// SPDX-License-Identifier: GPL-2.0
/*
 * Outside addresses, and which of their ports are taken.
 *
 * A VPN host is paired with one address of a pool (RFC 4787 REQ-2, RFC 6888
 * REQ-2) by a keyed hash, so that nothing need be remembered of a host. What
 * is taken of an address stands in a bitmap a protocol, so that finding a free
 * port costs a scan of some words even when 99 % are taken.
 */
#include "pool.h"

#include <linux/bitmap.h>
#include <linux/in.h>
#include <linux/jhash.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>

#include <net/ip.h>

#include "alias.h"
#include "mapping.h"
#include "realm.h"

/* Addresses tried when the one paired with a host is wholly reserved. */
#define VPNGW_POOL_ADDR_TRIES	64
/* Times to look again when another CPU took the port just found. */
#define VPNGW_POOL_RACE_TRIES	16
/* Ports below this one are given only to hosts that use such a port. */
#define VPNGW_POOL_PRIVILEGED	1024

enum vpngw_pool_class {
	VPNGW_POOL_TCP,
	VPNGW_POOL_UDP,
	VPNGW_POOL_ICMP,
	VPNGW_POOL_CLASSES
};

/**
 * struct vpngw_pool_ports - the ports of one protocol at one address
 * @used: number of bits set
 * @taken: a bit for each port from the pool's first to its last
 */
struct vpngw_pool_ports {
	atomic_t	used;
	unsigned long	taken[];
};

/**
 * struct vpngw_pool_addr - what is taken of one address
 * @reserved: number of static mappings that want the whole address
 * @ports: by protocol, made when first used
 */
struct vpngw_pool_addr {
	atomic_t			reserved;
	struct vpngw_pool_ports		*ports[VPNGW_POOL_CLASSES];
};

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

static int vpngw_pool_class(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return VPNGW_POOL_TCP;
	case IPPROTO_UDP:
		return VPNGW_POOL_UDP;
	case IPPROTO_ICMP:
		return VPNGW_POOL_ICMP;
	}
	return -1;
}

static u32 vpngw_pool_n_ports(const struct vpngw_pool *pool)
{
	return pool->port_hi - pool->port_lo + 1;
}

static __be32 vpngw_pool_address(const struct vpngw_pool *pool, u32 index)
{
	const struct vpngw_range *range = pool->ranges;

	while (index > range->last - range->first) {
		index -= range->last - range->first + 1;
		range++;
	}
	return htonl(range->first + index);
}

static int vpngw_pool_index(const struct vpngw_pool *pool, __be32 addr)
{
	u32 a = ntohl(addr), before = 0, i;

	for (i = 0; i < pool->n_ranges; i++) {
		const struct vpngw_range *range = &pool->ranges[i];

		if (a >= range->first && a <= range->last)
			return before + (a - range->first);
		before += range->last - range->first + 1;
	}
	return -1;
}

static struct vpngw_pool_addr *vpngw_pool_addr_get(struct vpngw_pool *pool,
						   u32 index, gfp_t gfp)
{
	struct vpngw_pool_addr *addr = READ_ONCE(pool->addrs[index]), *old;

	if (addr)
		return addr;
	addr = kzalloc(sizeof(*addr), gfp | __GFP_NOWARN);
	if (!addr)
		return NULL;
	old = cmpxchg(&pool->addrs[index], NULL, addr);
	if (!old)
		return addr;
	kfree(addr);
	return old;
}

static struct vpngw_pool_ports *
vpngw_pool_ports_get(struct vpngw_pool *pool, struct vpngw_pool_addr *addr,
		     int class, gfp_t gfp)
{
	struct vpngw_pool_ports *ports = READ_ONCE(addr->ports[class]), *old;
	u32 words = BITS_TO_LONGS(vpngw_pool_n_ports(pool));

	if (ports)
		return ports;
	ports = kzalloc(struct_size(ports, taken, words), gfp | __GFP_NOWARN);
	if (!ports)
		return NULL;
	old = cmpxchg(&addr->ports[class], NULL, ports);
	if (!old)
		return ports;
	kfree(ports);
	return old;
}

/* Take a free port in [lo, hi], searched from a random one: RFC 6056 section
 * 3.3.1 without its retries. Returns -1 when all are taken.
 */
static int vpngw_pool_take_port(struct vpngw_pool *pool,
				struct vpngw_pool_ports *ports, u32 lo, u32 hi)
{
	u32 first = lo - pool->port_lo, end = hi - pool->port_lo + 1;
	int tries = VPNGW_POOL_RACE_TRIES;
	u32 start, bit;

	if (atomic_read(&ports->used) >= vpngw_pool_n_ports(pool))
		return -1;
	while (tries--) {
		start = first + ((end - first) * get_random_u16() >> 16);
		bit = find_next_zero_bit(ports->taken, end, start);
		if (bit >= end)
			bit = find_next_zero_bit(ports->taken, start, first);
		if (bit >= end || test_bit(bit, ports->taken))
			return -1;
		if (test_and_set_bit(bit, ports->taken))
			continue;
		atomic_inc(&ports->used);
		return pool->port_lo + bit;
	}
	return -1;
}

static void vpngw_pool_clear(struct vpngw_pool *pool, int class, u32 index,
			     __be16 port)
{
	struct vpngw_pool_ports *ports = pool->addrs[index]->ports[class];

	atomic_dec(&ports->used);
	/* Who finds the bit clear counts after us. */
	smp_mb__before_atomic();
	clear_bit(ntohs(port) - pool->port_lo, ports->taken);
}

/**
 * vpngw_pool_take - take an outside address and port for a VPN host
 * @pool: the pool
 * @vpn: the host's vpn
 * @proto: IPPROTO_TCP, IPPROTO_UDP or IPPROTO_ICMP
 * @host: the host's address
 * @host_port: its port or query id
 * @addr: the address taken
 * @port: the port or query id taken
 *
 * The address is the same for all ports and protocols of a host. Ports below
 * 1024 go only to hosts that use such a port (RFC 4787 REQ-3 a).
 *
 * Context: RCU read section, BH off; allocates with GFP_ATOMIC.
 * Return: VPNGW_OK, the &enum vpngw_reason why not, or VPNGW_AGAIN.
 */
int vpngw_pool_take(struct vpngw_pool *pool, const struct vpngw_realm *vpn,
		    u8 proto, __be32 host, __be16 host_port,
		    __be32 *addr, __be16 *port)
{
	u32 lo = pool->port_lo, hi = pool->port_hi;
	int class = vpngw_pool_class(proto), tries;
	struct vpngw_pool_ports *ports;
	struct vpngw_pool_addr *pa;
	u32 index;
	int got;

	if (READ_ONCE(pool->dying))
		return VPNGW_REASON_NO_POOL;
	if (class < 0)
		return VPNGW_REASON_PROTOCOL;

	index = reciprocal_scale(jhash_3words(vpn->uid, (__force u32)host,
					      pool->uid, pool->ext->vn->key),
				 pool->n_addrs);
	tries = min_t(u32, pool->n_addrs, VPNGW_POOL_ADDR_TRIES);
	for (;;) {
		pa = vpngw_pool_addr_get(pool, index, GFP_ATOMIC);
		if (!pa)
			return VPNGW_REASON_NO_MEMORY;
		if (!atomic_read(&pa->reserved))
			break;
		if (!--tries)
			return VPNGW_REASON_POOL_EXHAUSTED;
		index = index + 1 == pool->n_addrs ? 0 : index + 1;
	}
	ports = vpngw_pool_ports_get(pool, pa, class, GFP_ATOMIC);
	if (!ports)
		return VPNGW_REASON_NO_MEMORY;

	if (class != VPNGW_POOL_ICMP && lo < VPNGW_POOL_PRIVILEGED) {
		if (ntohs(host_port) < VPNGW_POOL_PRIVILEGED)
			hi = min_t(u32, hi, VPNGW_POOL_PRIVILEGED - 1);
		else if (hi >= VPNGW_POOL_PRIVILEGED)
			lo = VPNGW_POOL_PRIVILEGED;
		else
			return VPNGW_REASON_POOL_EXHAUSTED;
	}
	got = vpngw_pool_take_port(pool, ports, lo, hi);
	if (got < 0)
		return VPNGW_REASON_POOL_EXHAUSTED;
	/* Either we see the reservation, or vpngw_pool_reserve_in() us. */
	smp_mb__after_atomic();
	if (unlikely(atomic_read(&pa->reserved))) {
		vpngw_pool_clear(pool, class, index, htons(got));
		return VPNGW_AGAIN;
	}
	atomic_inc(&pool->n_mappings);
	*addr = vpngw_pool_address(pool, index);
	*port = htons(got);
	return VPNGW_OK;
}

/**
 * vpngw_pool_release - give back what vpngw_pool_take() took
 * @pool: the pool
 * @proto: the protocol
 * @addr: the address
 * @port: the port
 *
 * Context: RCU read section.
 */
void vpngw_pool_release(struct vpngw_pool *pool, u8 proto, __be32 addr,
			__be16 port)
{
	vpngw_pool_clear(pool, vpngw_pool_class(proto),
			 vpngw_pool_index(pool, addr), port);
	atomic_dec(&pool->n_mappings);
}

static bool vpngw_pool_addr_used(const struct vpngw_pool_addr *pa)
{
	int class;

	for (class = 0; class < VPNGW_POOL_CLASSES; class++)
		if (pa->ports[class] && atomic_read(&pa->ports[class]->used))
			return true;
	return false;
}

/* A static mapping with a port takes that port's bit; one without takes the
 * whole address.
 */
static int vpngw_pool_reserve_in(struct vpngw_pool *pool, u8 proto,
				 __be32 addr, __be16 port,
				 struct netlink_ext_ack *extack)
{
	int class = vpngw_pool_class(proto), index;
	struct vpngw_pool_ports *ports;
	struct vpngw_pool_addr *pa;
	u32 p = ntohs(port);

	index = vpngw_pool_index(pool, addr);
	if (index < 0)
		return 0;
	pa = vpngw_pool_addr_get(pool, index, GFP_KERNEL);
	if (!pa)
		return -ENOMEM;
	if (!port) {
		/* Before looking, so that no new mapping is missed. */
		atomic_inc(&pa->reserved);
		/* Pairs with vpngw_pool_take(). */
		smp_mb__after_atomic();
		if (!vpngw_pool_addr_used(pa))
			return 0;
		atomic_dec(&pa->reserved);
		NL_SET_ERR_MSG_FMT(extack,
				   "%pI4 of pool %s has live mappings",
				   &addr, pool->name);
		return -EBUSY;
	}
	if (class < 0 || p < pool->port_lo || p > pool->port_hi)
		return 0;
	ports = vpngw_pool_ports_get(pool, pa, class, GFP_KERNEL);
	if (!ports)
		return -ENOMEM;
	if (test_and_set_bit(p - pool->port_lo, ports->taken)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%pI4:%u of pool %s is a live mapping's",
				   &addr, p, pool->name);
		return -EBUSY;
	}
	atomic_inc(&ports->used);
	return 0;
}

static void vpngw_pool_unreserve_in(struct vpngw_pool *pool, u8 proto,
				    __be32 addr, __be16 port)
{
	int class = vpngw_pool_class(proto), index;
	u32 p = ntohs(port);

	index = vpngw_pool_index(pool, addr);
	if (index < 0)
		return;
	if (!port)
		atomic_dec(&pool->addrs[index]->reserved);
	else if (class >= 0 && p >= pool->port_lo && p <= pool->port_hi)
		vpngw_pool_clear(pool, class, index, port);
}

/**
 * vpngw_pool_reserve - keep the pools off what a static mapping uses
 * @ext: the ext of the mapping
 * @proto: its protocol, 0 for any
 * @addr: its outside address
 * @port: its outside port, 0 for all
 * @extack: says what was wrong
 *
 * Context: process, netns mutex held.
 * Return: 0, -EBUSY when a dynamic mapping uses it, -ENOMEM.
 */
int vpngw_pool_reserve(struct vpngw_realm *ext, u8 proto, __be32 addr,
		       __be16 port, struct netlink_ext_ack *extack)
{
	struct vpngw_net *vn = ext->vn;
	struct vpngw_pool *pool;
	int err;

	lockdep_assert_held(&vn->mutex);
	list_for_each_entry(pool, &vn->pools, list) {
		if (pool->ext != ext)
			continue;
		err = vpngw_pool_reserve_in(pool, proto, addr, port, extack);
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
 * @port: its outside port
 *
 * Context: process, netns mutex held.
 */
void vpngw_pool_unreserve(struct vpngw_realm *ext, u8 proto, __be32 addr,
			  __be16 port)
{
	struct vpngw_pool *pool;

	lockdep_assert_held(&ext->vn->mutex);
	list_for_each_entry(pool, &ext->vn->pools, list)
		if (pool->ext == ext)
			vpngw_pool_unreserve_in(pool, proto, addr, port);
}

static int vpngw_pool_range_cmp(const void *a, const void *b)
{
	const struct vpngw_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Make the map of an ext's addresses anew. */
static int vpngw_pool_map_build(struct vpngw_realm *ext)
{
	struct vpngw_pool_map *map, *old;
	struct vpngw_pool *pool;
	u32 n = 0, i, j = 0;

	list_for_each_entry(pool, &ext->vn->pools, list)
		if (pool->ext == ext)
			n += pool->n_ranges;
	map = kvzalloc(struct_size(map, ranges, n), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	map->n = n;
	n = 0;
	list_for_each_entry(pool, &ext->vn->pools, list)
		for (i = 0; pool->ext == ext && i < pool->n_ranges; i++)
			map->ranges[n++] = pool->ranges[i];
	sort(map->ranges, n, sizeof(map->ranges[0]), vpngw_pool_range_cmp,
	     NULL);
	for (i = 1; i < n; i++) {
		if (map->ranges[i].first <= map->ranges[j].last)
			map->ranges[j].last = max(map->ranges[j].last,
						  map->ranges[i].last);
		else
			map->ranges[++j] = map->ranges[i];
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
bool vpngw_pool_contains(const struct vpngw_realm *ext, __be32 addr)
{
	const struct vpngw_pool_map *map = rcu_dereference(ext->pool_map);
	u32 a = ntohl(addr), lo = 0, hi = map ? map->n : 0, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (a < map->ranges[mid].first)
			hi = mid;
		else if (a > map->ranges[mid].last)
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
 *
 * Context: process, netns mutex held.
 * Return: its own pool, or else the oldest that every vpn may use, or NULL.
 */
struct vpngw_pool *vpngw_pool_pick(const struct vpngw_realm *ext,
				   const struct vpngw_realm *vpn)
{
	struct vpngw_pool *pool, *shared = NULL;

	lockdep_assert_held(&ext->vn->mutex);
	list_for_each_entry(pool, &ext->vn->pools, list) {
		if (pool->ext != ext)
			continue;
		if (pool->vpn == vpn)
			return pool;
		if (!pool->vpn && !shared)
			shared = pool;
	}
	return shared;
}

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
	u32 i, j;

	if (pool->ext != config->ext || pool->port_hi < config->port_lo ||
	    pool->port_lo > config->port_hi)
		return false;
	for (i = 0; i < pool->n_ranges; i++)
		for (j = 0; j < config->n_ranges; j++)
			if (pool->ranges[i].first <= config->ranges[j].last &&
			    config->ranges[j].first <= pool->ranges[i].last)
				return true;
	return false;
}

static bool vpngw_pool_bad_range(u32 first, u32 last)
{
	/* 0/8, 127/8, and from 224.0.0.0 on */
	return first >> 24 == 0 || (first >> 24 <= 127 && last >> 24 >= 127) ||
	       last >= INADDR_UNSPEC_GROUP;
}

static int vpngw_pool_check(struct vpngw_net *vn,
			    const struct vpngw_pool_config *config,
			    struct netlink_ext_ack *extack, u32 *n_addrs)
{
	struct vpngw_range *ranges = config->ranges;
	struct vpngw_pool *pool;
	u64 total = 0;
	u32 i;

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
	sort(ranges, config->n_ranges, sizeof(*ranges), vpngw_pool_range_cmp,
	     NULL);
	for (i = 0; i < config->n_ranges; i++) {
		if (ranges[i].first > ranges[i].last) {
			NL_SET_ERR_MSG(extack,
				       "an address range is upside down");
			return -EINVAL;
		}
		if (vpngw_pool_bad_range(ranges[i].first, ranges[i].last)) {
			NL_SET_ERR_MSG(extack,
				       "a pool has unicast addresses only");
			return -EINVAL;
		}
		if (i && ranges[i].first <= ranges[i - 1].last) {
			NL_SET_ERR_MSG(extack,
				       "the pool's own ranges overlap");
			return -EINVAL;
		}
		total += (u64)ranges[i].last - ranges[i].first + 1;
	}
	if (!total || total > VPNGW_POOL_ADDRS_MAX) {
		NL_SET_ERR_MSG_FMT(extack, "a pool has 1 to %u addresses",
				   VPNGW_POOL_ADDRS_MAX);
		return -EINVAL;
	}
	list_for_each_entry(pool, &vn->pools, list) {
		if (!vpngw_pool_overlaps(pool, config))
			continue;
		NL_SET_ERR_MSG_FMT(extack, "it overlaps pool %s", pool->name);
		return -EEXIST;
	}
	*n_addrs = total;
	return 0;
}

static void vpngw_pool_free(struct vpngw_pool *pool)
{
	int class;
	u32 i;

	for (i = 0; i < pool->n_addrs; i++) {
		if (!pool->addrs[i])
			continue;
		for (class = 0; class < VPNGW_POOL_CLASSES; class++)
			kfree(pool->addrs[i]->ports[class]);
		kfree(pool->addrs[i]);
	}
	kvfree(pool->addrs);
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
	const struct vpngw_mapping *mapping;
	const struct vpngw_static_mapping *sm;
	struct vpngw_pool *pool;
	u32 n_addrs = 0;
	int err;

	lockdep_assert_held(&vn->mutex);
	err = vpngw_pool_check(vn, config, extack, &n_addrs);
	if (err)
		return ERR_PTR(err);

	pool = kzalloc(struct_size(pool, ranges, config->n_ranges), GFP_KERNEL);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	pool->addrs = kvcalloc(n_addrs, sizeof(*pool->addrs), GFP_KERNEL);
	if (!pool->addrs) {
		kfree(pool);
		return ERR_PTR(-ENOMEM);
	}
	pool->ext = config->ext;
	pool->vpn = config->vpn;
	pool->uid = vpngw_net_uid(vn);
	pool->port_lo = config->port_lo;
	pool->port_hi = config->port_hi;
	pool->n_addrs = n_addrs;
	pool->n_ranges = config->n_ranges;
	memcpy(pool->ranges, config->ranges,
	       array_size(config->n_ranges, sizeof(pool->ranges[0])));
	strscpy(pool->name, config->name, sizeof(pool->name));

	list_for_each_entry(sm, &vn->mappings, list) {
		mapping = &sm->mapping;
		if (mapping->ext != pool->ext)
			continue;
		err = vpngw_pool_reserve_in(pool, mapping->proto,
					    mapping->end[VPNGW_SIDE_OUTSIDE].key.addr,
					    mapping->end[VPNGW_SIDE_OUTSIDE].key.port,
					    extack);
		if (err)
			goto err_free;
	}
	list_add_tail(&pool->list, &vn->pools);
	err = vpngw_pool_map_build(pool->ext);
	if (err)
		goto err_del;
	vpngw_alias_pool_added(vn, pool);
	vpngw_realm_hold(pool->ext);
	pool->ext->n_pools++;
	if (pool->vpn) {
		vpngw_realm_hold(pool->vpn);
		pool->vpn->n_pools++;
	}
	return pool;

err_del:
	list_del(&pool->list);
err_free:
	vpngw_pool_free(pool);
	return ERR_PTR(err);
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

	vpngw_mapping_end_pool(pool);
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
	list_del(&pool->list);
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
	vpngw_mapping_end_pool(pool);
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
