// SPDX-License-Identifier: GPL-2.0
/*
 * Counts mappings by address: in a vpn those of a host, which are limited (RFC
 * 6888 REQ-4); in an ext the static mappings of an outside address, which the
 * gateway answers ARP for.
 */
#include "host.h"

#include <linux/atomic.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "addr.h"
#include "realm.h"

/**
 * struct vpngw_host - an address that has mappings
 * @node: entry of the realm's table (RCU)
 * @addr: the address
 * @n: number of mappings; VPNGW_HOST_LEAVING once it leaves the table
 * @n_flows: number of flows under them
 * @seen: a packet of it was checked to come from a host
 * @pool_uid: the pool that it is paired with an address of
 * @pool_index: where that was in the pool when it was paired
 * @pool_addr: that address
 * @rcu: frees it
 */
struct vpngw_host {
	struct rhash_head	node;
	struct in6_addr		addr;
	atomic_t		n;
	atomic_t		n_flows;
	bool			seen;
	u32			pool_uid;
	u32			pool_index;
	struct in6_addr		pool_addr;
	struct rcu_head		rcu;
};

#define VPNGW_HOST_LEAVING	(-1)
/* Times to look again when the entry found was on its way out. */
#define VPNGW_HOST_TRIES 4

static u32 vpngw_host_hash(const void *key, u32 len, u32 seed)
{
	return vpngw_addr_hash(key, 0, 0, seed);
}

static int vpngw_host_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vpngw_host *host = obj;

	return !ipv6_addr_equal(arg->key, &host->addr);
}

static const struct rhashtable_params vpngw_host_params = {
	.hashfn			= vpngw_host_hash,
	.obj_cmpfn		= vpngw_host_cmp,
	.key_len		= sizeof_field(struct vpngw_host, addr),
	.key_offset		= offsetof(struct vpngw_host, addr),
	.head_offset		= offsetof(struct vpngw_host, node),
	.automatic_shrinking	= true,
};

static __flatten struct vpngw_host *
vpngw_host_lookup(struct vpngw_realm *realm, const struct in6_addr *addr)
{
	return rhashtable_lookup(&realm->hosts, addr, vpngw_host_params);
}

/**
 * vpngw_host_find - the host of an address
 * @realm: the vpn or ext
 * @addr: the address
 *
 * Context: RCU read section.
 * Return: the host, or NULL when the address has no mappings.
 */
struct vpngw_host *vpngw_host_find(struct vpngw_realm *realm,
				   const struct in6_addr *addr)
{
	return vpngw_host_lookup(realm, addr);
}

static struct vpngw_host *vpngw_host_add(struct vpngw_realm *realm,
					 const struct in6_addr *addr)
{
	struct vpngw_host *host, *old;

	host = kzalloc(sizeof(*host), GFP_ATOMIC | __GFP_NOWARN);
	if (!host)
		return NULL;
	host->addr = *addr;
	old = rhashtable_lookup_get_insert_fast(&realm->hosts, &host->node,
						vpngw_host_params);
	if (!old)
		return host;
	kfree(host);
	return IS_ERR(old) ? NULL : old;
}

/**
 * vpngw_host_get - count one more mapping of an address
 * @realm: the vpn or ext
 * @addr: the address
 * @known: what vpngw_host_find() said of it just now
 * @max: most mappings that it may have, 0 for any number
 * @reason: why it may not: the &enum vpngw_reason, or VPNGW_AGAIN
 *
 * Context: RCU read section; allocates with GFP_ATOMIC.
 * Return: the host, which stays until vpngw_host_put(), or NULL.
 */
struct vpngw_host *vpngw_host_get(struct vpngw_realm *realm,
				  const struct in6_addr *addr,
				  struct vpngw_host *known, u32 max,
				  int *reason)
{
	int tries = VPNGW_HOST_TRIES;
	struct vpngw_host *host;
	int n;

	while (tries--) {
		host = known ? known : vpngw_host_add(realm, addr);
		*reason = VPNGW_REASON_NO_MEMORY;
		if (!host)
			return NULL;
		n = atomic_read(&host->n);
		*reason = VPNGW_REASON_MAX_MAPPINGS;
		do {
			if (n == VPNGW_HOST_LEAVING)
				break;
			if (max && n >= max)
				return NULL;
		} while (!atomic_try_cmpxchg(&host->n, &n, n + 1));
		if (n != VPNGW_HOST_LEAVING)
			return host;
		cpu_relax();
		known = vpngw_host_find(realm, addr);
	}
	*reason = VPNGW_AGAIN;
	return NULL;
}

/**
 * vpngw_host_put - count one mapping less of an address
 * @realm: the vpn or ext
 * @host: what vpngw_host_get() returned
 *
 * Context: any; BH may be on.
 */
void vpngw_host_put(struct vpngw_realm *realm, struct vpngw_host *host)
{
	/* Nobody on this CPU shall find it halfway out of the table. */
	local_bh_disable();
	rcu_read_lock();
	/* Who counts up again in between keeps it. */
	if (atomic_dec_and_test(&host->n) &&
	    atomic_cmpxchg(&host->n, 0, VPNGW_HOST_LEAVING) == 0) {
		rhashtable_remove_fast(&realm->hosts, &host->node,
				       vpngw_host_params);
		kfree_rcu(host, rcu);
	}
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * vpngw_host_may_map - could vpngw_host_get() count one more mapping?
 * @host: the host, or NULL
 * @max: most mappings that it may have, 0 for any number
 *
 * Context: RCU read section.
 * Return: true if it could.
 */
bool vpngw_host_may_map(const struct vpngw_host *host, u32 max)
{
	return !max || !host || atomic_read(&host->n) < (int)max;
}

/**
 * vpngw_host_may_flow - may a host have one more flow?
 * @host: the host, or NULL
 * @max: most flows that it may have, 0 for any number
 *
 * Context: RCU read section.
 * Return: true if it may, as far as can be said before the flow is made.
 */
bool vpngw_host_may_flow(const struct vpngw_host *host, u32 max)
{
	return !max || !host || atomic_read(&host->n_flows) < max;
}

/**
 * vpngw_host_add_flow - count one more flow of a host
 * @host: the host, which has a mapping
 * @max: most flows that it may have, 0 for any number
 *
 * Context: any.
 * Return: true if it may have that flow.
 */
bool vpngw_host_add_flow(struct vpngw_host *host, u32 max)
{
	if (likely(atomic_inc_return(&host->n_flows) <= max || !max))
		return true;
	atomic_dec(&host->n_flows);
	return false;
}

/**
 * vpngw_host_del_flow - count one flow less of a host
 * @host: the host, which has a mapping
 *
 * Context: any.
 */
void vpngw_host_del_flow(struct vpngw_host *host)
{
	atomic_dec(&host->n_flows);
}

/**
 * vpngw_host_pair - remember which address of a pool a host has
 * @host: the host, which has a mapping
 * @pool_uid: the pool
 * @index: where the address is in it
 * @addr: the address
 *
 * Of one pool, the last.
 *
 * Context: any.
 */
void vpngw_host_pair(struct vpngw_host *host, u32 pool_uid, u32 index,
		     const struct in6_addr *addr)
{
	int i;

	/* Whoever reads parts that belong to others gets an address that the
	 * pool does not have, or one that it may as well have.
	 */
	WRITE_ONCE(host->pool_uid, pool_uid);
	WRITE_ONCE(host->pool_index, index);
	for (i = 0; i < 4; i++)
		WRITE_ONCE(host->pool_addr.s6_addr32[i], addr->s6_addr32[i]);
}

/**
 * vpngw_host_paired - which address of a pool does a host have?
 * @host: the host
 * @pool_uid: the pool
 * @index: where it was in the pool
 * @addr: the address
 *
 * Context: any.
 * Return: true if it is known.
 */
bool vpngw_host_paired(const struct vpngw_host *host, u32 pool_uid, u32 *index,
		       struct in6_addr *addr)
{
	int i;

	if (READ_ONCE(host->pool_uid) != pool_uid)
		return false;
	*index = READ_ONCE(host->pool_index);
	for (i = 0; i < 4; i++)
		addr->s6_addr32[i] = READ_ONCE(host->pool_addr.s6_addr32[i]);
	return true;
}

/**
 * vpngw_host_set_seen - remember that an address is a host's
 * @host: the host
 *
 * Context: any.
 */
void vpngw_host_set_seen(struct vpngw_host *host)
{
	if (!READ_ONCE(host->seen))
		WRITE_ONCE(host->seen, true);
}

/**
 * vpngw_host_is_seen - did vpngw_host_set_seen() remember this host?
 * @host: the host, or NULL
 *
 * Context: RCU read section.
 * Return: true if it did, and the address had mappings ever since.
 */
bool vpngw_host_is_seen(const struct vpngw_host *host)
{
	return host && READ_ONCE(host->seen);
}

/**
 * vpngw_host_table_init - make the host table of a vpn or ext
 * @realm: the vpn or ext
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vpngw_host_table_init(struct vpngw_realm *realm)
{
	return rhashtable_init(&realm->hosts, &vpngw_host_params);
}

/**
 * vpngw_host_table_exit - free the host table of a vpn or ext
 * @realm: the vpn or ext; nobody looks any more
 *
 * Context: process.
 */
void vpngw_host_table_exit(struct vpngw_realm *realm)
{
	rhashtable_destroy(&realm->hosts);
}
