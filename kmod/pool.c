// SPDX-License-Identifier: GPL-2.0
/*
 * Pools: outside addresses and ports, and which of them a VPN host gets.
 *
 * A host is paired with one address of a pool, by a keyed hash at first and
 * then as long as it has mappings. What is taken stands in space.c and ports.c.
 */
#include "pool.h"

#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>

#include <net/ip.h>

#include "alias.h"
#include "block.h"
#include "host.h"
#include "mapping.h"
#include "ports.h"
#include "realm.h"
#include "route.h"
#include "socket.h"
#include "space.h"

/* Addresses tried when the one paired with a host can't be used. */
#define VPNGW_POOL_ADDR_TRIES	64
/* Times to look again when another CPU was in the way. */
#define VPNGW_POOL_RACE_TRIES	16
/* Blocks of an owner looked into before it gets one more. */
#define VPNGW_POOL_BLOCK_TRIES	64
/* Ports tried when sockets of the gateway have those just found. */
#define VPNGW_POOL_SOCKET_TRIES	32
/* Addresses looked at before others may run. */
#define VPNGW_POOL_WALK_BATCH	256
/* Ports below this one are given only to hosts that use such a port. */
#define VPNGW_POOL_PRIVILEGED	1024

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

static struct vpngw_space *vpngw_pool_space(const struct vpngw_pool *pool)
{
	return rcu_dereference_protected(pool->space,
					 lockdep_is_held(&pool->ext->vn->mutex));
}

static u32 vpngw_pool_n_ports(const struct vpngw_pool *pool)
{
	return pool->port_hi - pool->port_lo + 1;
}

static u32 vpngw_pool_first_block(const struct vpngw_pool *pool)
{
	return round_up(pool->port_lo, pool->block_size);
}

static u32 vpngw_pool_n_blocks(const struct vpngw_pool *pool)
{
	u32 first = vpngw_pool_first_block(pool);

	return first > pool->port_hi ? 0 :
	       (pool->port_hi + 1 - first) / pool->block_size;
}

static bool vpngw_pool_addr_usable(const struct vpngw_space_addr *sa)
{
	return !atomic_read(&sa->reserved) && !READ_ONCE(sa->draining);
}

/* The address that a host is paired with (RFC 4787 REQ-2, RFC 6888 REQ-2): the
 * one that it has, or else one by a keyed hash.
 */
static struct vpngw_space_addr *
vpngw_pool_pair(const struct vpngw_pool *pool, struct vpngw_space *space,
		const struct vpngw_pool_want *want, u32 *index, int *reason)
{
	int tries = min_t(u32, space->n_addrs, VPNGW_POOL_ADDR_TRIES), paired;
	struct vpngw_space_addr *sa;
	__be32 addr;

	*reason = VPNGW_REASON_NO_MEMORY;
	addr = vpngw_host_paired(want->host, pool->uid);
	paired = addr ? vpngw_space_index(space, addr) : -1;
	if (paired >= 0) {
		*index = paired;
		sa = vpngw_space_get(space, paired, GFP_ATOMIC);
		if (!sa || vpngw_pool_addr_usable(sa))
			return sa;
	}
	*index = reciprocal_scale(jhash_3words(want->vpn->uid,
					       (__force u32)want->addr,
					       pool->uid, pool->ext->vn->key),
				  space->n_addrs);
	while (tries--) {
		sa = vpngw_space_get(space, *index, GFP_ATOMIC);
		if (!sa)
			return NULL;
		if (vpngw_pool_addr_usable(sa)) {
			vpngw_host_pair(want->host, pool->uid,
					vpngw_space_address(space, *index));
			return sa;
		}
		*index = *index + 1 == space->n_addrs ? 0 : *index + 1;
	}
	*reason = VPNGW_REASON_POOL_EXHAUSTED;
	return NULL;
}

static int vpngw_pool_take_kind(const struct vpngw_pool *pool,
				struct vpngw_ports *ports, u32 lo, u32 hi,
				const struct vpngw_pool_want *want)
{
	bool odd = ntohs(want->port) & 1;
	int got = -1;

	if (want->proto == IPPROTO_ICMP || !pool->parity)
		return vpngw_ports_take(ports, lo, hi, VPNGW_PORTS_ANY);
	if (want->next_to && ntohs(want->next_to) >= lo &&
	    ntohs(want->next_to) <= hi &&
	    vpngw_ports_take_one(ports, ntohs(want->next_to)))
		return ntohs(want->next_to);
	/* The other of the pair may be wanted later. */
	if (pool->contiguity)
		got = vpngw_ports_take(ports, lo, hi,
				       odd ? VPNGW_PORTS_ODD_OF_PAIR :
				       VPNGW_PORTS_EVEN_OF_PAIR);
	if (got < 0)
		got = vpngw_ports_take(ports, lo, hi,
				       odd ? VPNGW_PORTS_ODD :
				       VPNGW_PORTS_EVEN);
	/* RFC 4787 section 4.2.2: better without parity than not at all. */
	if (got < 0)
		got = vpngw_ports_take(ports, lo, hi, VPNGW_PORTS_ANY);
	return got;
}

static struct vpngw_blocks *vpngw_pool_blocks(const struct vpngw_pool *pool,
					      struct vpngw_space_addr *sa)
{
	struct vpngw_blocks *blocks = READ_ONCE(sa->blocks), *old;

	if (blocks)
		return blocks;
	blocks = vpngw_blocks_alloc(vpngw_pool_n_blocks(pool), GFP_ATOMIC);
	if (!blocks)
		return NULL;
	old = cmpxchg(&sa->blocks, NULL, blocks);
	if (!old)
		return blocks;
	vpngw_blocks_free(blocks);
	return old;
}

/* A port of a block, if that is the owner's. */
static int vpngw_pool_take_in_block(const struct vpngw_pool *pool,
				    const struct vpngw_blocks *blocks,
				    struct vpngw_ports *ports, u64 owner,
				    int block, const struct vpngw_pool_want *want)
{
	u32 lo = vpngw_pool_first_block(pool) + block * pool->block_size;
	int got;

	got = vpngw_pool_take_kind(pool, ports, lo, lo + pool->block_size - 1,
				   want);
	if (got < 0 || vpngw_blocks_owns(blocks, block, owner))
		return got;
	vpngw_ports_release(ports, got);
	return -1;
}

/* A port of a block that the owner has, or of one more. */
static int vpngw_pool_take_in_blocks(const struct vpngw_pool *pool,
				     struct vpngw_space_addr *sa,
				     struct vpngw_ports *ports,
				     const struct vpngw_pool_want *want)
{
	u64 owner = (u64)want->vpn->uid << 32 |
		    (pool->block_owner == VPNGW_BLOCK_OWNER_HOST ?
		     (__force u32)want->addr : 0);
	struct vpngw_blocks *blocks = vpngw_pool_blocks(pool, sa);
	u32 start = reciprocal_scale(get_random_u32(),
				     vpngw_pool_n_blocks(pool));
	int block, first, got, tries = VPNGW_POOL_BLOCK_TRIES;

	if (!blocks)
		return -1;
	/* Somewhere, so that those that are full don't always come first. */
	first = vpngw_blocks_next(blocks, owner, start);
	for (block = first; block >= 0 && tries--;) {
		got = vpngw_pool_take_in_block(pool, blocks, ports, owner,
					       block, want);
		if (got >= 0)
			return got;
		block = vpngw_blocks_next(blocks, owner, block + 1);
		if (block == first)
			break;
	}
	for (tries = VPNGW_POOL_RACE_TRIES; tries--;) {
		block = vpngw_blocks_claim(blocks, owner);
		if (block < 0)
			break;
		got = vpngw_pool_take_in_block(pool, blocks, ports, owner,
					       block, want);
		if (got >= 0)
			return got;
	}
	return -1;
}

/* RFC 7422: address and block follow from the vpn's id and the host's address,
 * so that they tell whose a port is without a record.
 */
static int vpngw_pool_take_computed(struct vpngw_pool *pool,
				    struct vpngw_space *space,
				    const struct vpngw_pool_want *want,
				    u32 *index)
{
	__be32 mask = inet_make_mask(pool->computed.len);
	u32 n_blocks = vpngw_pool_n_blocks(pool), lo;
	int class = vpngw_space_class(want->proto);
	struct vpngw_space_addr *sa;
	struct vpngw_ports *ports;
	u64 n;

	if ((want->addr & mask) != pool->computed.addr)
		return -1;
	n = ((u64)(want->vpn->id - 1) << (32 - pool->computed.len)) +
	    ntohl(want->addr & ~mask);
	if (n >= (u64)n_blocks * space->n_addrs)
		return -1;
	*index = div_u64_rem(n, n_blocks, &lo);
	sa = vpngw_space_get(space, *index, GFP_ATOMIC);
	if (!sa || !vpngw_pool_addr_usable(sa))
		return -1;
	ports = vpngw_space_ports(sa, class, pool->port_lo, pool->port_hi,
				  GFP_ATOMIC);
	if (!ports)
		return -1;
	lo = vpngw_pool_first_block(pool) + lo * pool->block_size;
	return vpngw_pool_take_kind(pool, ports, lo, lo + pool->block_size - 1,
				    want);
}

/* RFC 4787 REQ-3 a: a class of ports for each class of ports. */
static int vpngw_pool_take_in_class(const struct vpngw_pool *pool,
				    struct vpngw_ports *ports,
				    const struct vpngw_pool_want *want)
{
	u32 lo = pool->port_lo, hi = pool->port_hi;

	if (want->proto != IPPROTO_ICMP && lo < VPNGW_POOL_PRIVILEGED) {
		if (ntohs(want->port) < VPNGW_POOL_PRIVILEGED)
			hi = min_t(u32, hi, VPNGW_POOL_PRIVILEGED - 1);
		else if (hi >= VPNGW_POOL_PRIVILEGED)
			lo = VPNGW_POOL_PRIVILEGED;
		else
			return -1;
	}
	return vpngw_pool_take_kind(pool, ports, lo, hi, want);
}

/* Asked for each mapping, answered by a look-up only when routes or addresses
 * have changed since.
 */
static bool vpngw_pool_addr_is_local(const struct vpngw_pool *pool,
				     const struct vpngw_space *space,
				     struct vpngw_space_addr *sa, u32 index)
{
	u32 known = (u32)rt_genid_ipv4(pool->ext->vn->net) << 2 | BIT(1);
	u32 local = READ_ONCE(sa->local);

	if (likely((local & ~BIT(0)) == known))
		return local & BIT(0);
	local = vpngw_route_has_local(&pool->ext->route,
				      vpngw_space_address(space, index));
	WRITE_ONCE(sa->local, known | local);
	return local;
}

/* Whether a port at an address of the gateway itself is one of its sockets'. */
static bool vpngw_pool_is_socket(const struct vpngw_pool *pool,
				 const struct vpngw_space *space,
				 struct vpngw_space_addr *sa, u32 index,
				 u8 proto, u16 port)
{
	return unlikely(vpngw_pool_addr_is_local(pool, space, sa, index)) &&
	       vpngw_socket_has_port(pool->ext->vn->net, proto,
				     vpngw_space_address(space, index), port);
}

static int vpngw_pool_take_port(struct vpngw_pool *pool,
				struct vpngw_space *space,
				const struct vpngw_pool_want *want, u32 *index,
				int *reason)
{
	struct vpngw_space_addr *sa;
	struct vpngw_ports *ports;

	*reason = VPNGW_REASON_POOL_EXHAUSTED;
	if (pool->computed.len)
		return vpngw_pool_take_computed(pool, space, want, index);
	sa = vpngw_pool_pair(pool, space, want, index, reason);
	if (!sa)
		return -1;
	*reason = VPNGW_REASON_NO_MEMORY;
	ports = vpngw_space_ports(sa, vpngw_space_class(want->proto),
				  pool->port_lo, pool->port_hi, GFP_ATOMIC);
	if (!ports)
		return -1;
	*reason = VPNGW_REASON_POOL_EXHAUSTED;
	return pool->block_size ?
	       vpngw_pool_take_in_blocks(pool, sa, ports, want) :
	       vpngw_pool_take_in_class(pool, ports, want);
}

/* Sockets of the gateway have the port that was taken: hold it meanwhile, so that
 * it is not found again, and take another.
 */
static noinline int vpngw_pool_pass_sockets(struct vpngw_pool *pool,
					    struct vpngw_space *space,
					    const struct vpngw_pool_want *want,
					    int got, u32 *index, int *reason)
{
	int class = vpngw_space_class(want->proto), n = 0;
	struct {
		struct vpngw_ports	*ports;
		u16			port;
	} theirs[VPNGW_POOL_SOCKET_TRIES];

	do {
		theirs[n].ports = space->addrs[*index]->ports[class];
		theirs[n].port = got;
		got = -1;
		if (++n == VPNGW_POOL_SOCKET_TRIES)
			break;
		got = vpngw_pool_take_port(pool, space, want, index, reason);
	} while (got >= 0 &&
		 vpngw_pool_is_socket(pool, space, space->addrs[*index], *index,
				      want->proto, got));
	while (n--)
		vpngw_ports_release(theirs[n].ports, theirs[n].port);
	return got;
}

/**
 * vpngw_pool_take - take an outside address and port for a VPN host
 * @pool: the pool
 * @want: for whom
 * @addr: the address taken
 * @port: the port or query id taken
 *
 * The address is the same for all ports and protocols of a host. At an address
 * of the gateway itself its own sockets keep their ports.
 *
 * Context: RCU read section, BH off; allocates with GFP_ATOMIC.
 * Return: VPNGW_OK, the &enum vpngw_reason why not, or VPNGW_AGAIN.
 */
int vpngw_pool_take(struct vpngw_pool *pool, const struct vpngw_pool_want *want,
		    __be32 *addr, __be16 *port)
{
	struct vpngw_space *space = rcu_dereference(pool->space);
	int class = vpngw_space_class(want->proto), got, reason;
	struct vpngw_space_addr *sa;
	u32 index;

	if (READ_ONCE(pool->dying))
		return VPNGW_REASON_NO_POOL;
	if (class < 0)
		return VPNGW_REASON_PROTOCOL;

	got = vpngw_pool_take_port(pool, space, want, &index, &reason);
	if (got >= 0 && vpngw_pool_is_socket(pool, space, space->addrs[index],
					     index, want->proto, got))
		got = vpngw_pool_pass_sockets(pool, space, want, got, &index,
					      &reason);
	if (got < 0)
		return reason;
	sa = space->addrs[index];
	/* Either we see the reservation, or who makes it us. */
	smp_mb__after_atomic();
	if (unlikely(atomic_read(&sa->reserved))) {
		vpngw_ports_release(sa->ports[class], got);
		return VPNGW_AGAIN;
	}
	atomic_inc(&pool->n_mappings);
	*addr = vpngw_space_address(space, index);
	*port = htons(got);
	return VPNGW_OK;
}

/**
 * vpngw_pool_release - give back what vpngw_pool_take() took
 * @pool: the pool
 * @proto: the protocol
 * @addr: the address
 * @port: the port
 * @used: a mapping had it, so that it is held back for a while (RFC 6888
 *	REQ-8)
 *
 * Context: RCU read section; may allocate with GFP_ATOMIC.
 */
void vpngw_pool_release(struct vpngw_pool *pool, u8 proto, __be32 addr,
			__be16 port, bool used)
{
	struct vpngw_space *space = rcu_dereference(pool->space);
	struct vpngw_net *vn = pool->ext->vn;
	struct vpngw_space_addr *sa;
	struct vpngw_ports *ports;
	u32 max;

	sa = space->addrs[vpngw_space_index(space, addr)];
	ports = sa->ports[vpngw_space_class(proto)];
	max = vpngw_pool_n_ports(pool) * READ_ONCE(vn->quarantine_share) / 100;
	if (!used || !READ_ONCE(vn->quarantine) ||
	    !vpngw_ports_hold(ports, ntohs(port), READ_ONCE(pool->step), max))
		vpngw_ports_release(ports, ntohs(port));
	atomic_dec(&pool->n_mappings);
}

static void vpngw_pool_gc_addr(const struct vpngw_pool *pool,
			       struct vpngw_space_addr *sa, bool unhold,
			       unsigned int step)
{
	int class;

	for (class = 0; unhold && class < VPNGW_CLASSES; class++)
		if (READ_ONCE(sa->ports[class]))
			vpngw_ports_unhold(sa->ports[class], step);
	if (READ_ONCE(sa->blocks))
		vpngw_blocks_gc(sa->blocks, sa->ports, VPNGW_CLASSES,
				vpngw_pool_first_block(pool), pool->block_size);
}

static void vpngw_pool_gc_one(struct vpngw_pool *pool)
{
	struct vpngw_space *space = vpngw_pool_space(pool);
	u32 seconds = pool->ext->vn->quarantine, i;
	unsigned int next;
	unsigned long part;
	bool unhold;

	/* A port is held back during the rest of its step and through all of
	 * those after it, so at least as long as the others take.
	 */
	part = seconds * HZ / (VPNGW_PORTS_STEPS - 1) + 1;
	unhold = !seconds || time_after_eq(jiffies, pool->step_since + part);
	next = (pool->step + 1) % VPNGW_PORTS_STEPS;
	for (i = 0; i < space->n_addrs && (unhold || pool->block_size); i++) {
		if (READ_ONCE(space->addrs[i]))
			vpngw_pool_gc_addr(pool, space->addrs[i], unhold, next);
		cond_resched();
	}
	/* Not before it is empty. */
	if (unhold) {
		pool->step_since = jiffies;
		WRITE_ONCE(pool->step, next);
	}
}

/**
 * vpngw_pool_gc - give back what was held back long enough
 * @vn: the namespace
 *
 * Context: process; does nothing while the configuration is being changed.
 */
void vpngw_pool_gc(struct vpngw_net *vn)
{
	struct vpngw_pool *pool;

	if (!mutex_trylock(&vn->mutex))
		return;
	list_for_each_entry(pool, &vn->pools, list)
		vpngw_pool_gc_one(pool);
	mutex_unlock(&vn->mutex);
}

/* Have the whole address, unless a mapping has a port of it. */
static bool vpngw_pool_reserve_addr(struct vpngw_space_addr *sa)
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
				 __be32 addr, __be16 port,
				 struct netlink_ext_ack *extack)
{
	int class = vpngw_space_class(proto), index;
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
				   "%pI4 of pool %s has live mappings",
				   &addr, pool->name);
		return -EBUSY;
	}
	if (class < 0 || p < pool->port_lo || p > pool->port_hi)
		return 0;
	ports = vpngw_space_ports(sa, class, pool->port_lo, pool->port_hi,
				  GFP_KERNEL);
	if (!ports)
		return -ENOMEM;
	if (!vpngw_ports_claim(ports, p)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%pI4:%u of pool %s is a live mapping's",
				   &addr, p, pool->name);
		return -EBUSY;
	}
	return 0;
}

static void vpngw_pool_unreserve_in(struct vpngw_pool *pool, u8 proto,
				    __be32 addr, __be16 port)
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
 * Context: RCU read section, or netns mutex held.
 * Return: its own pool, or else the oldest that every vpn may use, or NULL.
 */
struct vpngw_pool *vpngw_pool_pick(const struct vpngw_realm *ext,
				   const struct vpngw_realm *vpn)
{
	struct vpngw_pool *pool, *shared = NULL;

	list_for_each_entry_rcu(pool, &ext->vn->pools, list,
				lockdep_is_held(&ext->vn->mutex)) {
		if (pool->ext != ext || READ_ONCE(pool->dying))
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
	const struct vpngw_space *space = vpngw_pool_space(pool);
	u32 i, j;

	if (pool->ext != config->ext || pool->port_hi < config->port_lo ||
	    pool->port_lo > config->port_hi)
		return false;
	for (i = 0; i < space->n_ranges; i++)
		for (j = 0; j < config->n_ranges; j++)
			if (space->ranges[i].first <= config->ranges[j].last &&
			    config->ranges[j].first <= space->ranges[i].last)
				return true;
	return false;
}

static bool vpngw_pool_bad_range(u32 first, u32 last)
{
	/* 0/8, 127/8, and from 224.0.0.0 on */
	return first >> 24 == 0 || (first >> 24 <= 127 && last >> 24 >= 127) ||
	       last >= INADDR_UNSPEC_GROUP;
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
	struct vpngw_pool *pool;
	u64 total = 0;
	u32 i;

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
	if (config->computed_addr & ~inet_make_mask(config->computed_len)) {
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

/* What static mappings use of the addresses of a pool that are new to it. */
static int vpngw_pool_reserve_statics(const struct vpngw_pool *pool,
				      struct vpngw_space *space,
				      const struct vpngw_space *old,
				      struct netlink_ext_ack *extack)
{
	const struct vpngw_static_mapping *sm;
	const struct vpngw_endpoint *out;
	int err;

	list_for_each_entry(sm, &pool->ext->vn->mappings, list) {
		out = &sm->mapping.end[VPNGW_SIDE_OUTSIDE].key;
		if (sm->mapping.ext != pool->ext ||
		    (old && vpngw_space_index(old, out->addr) >= 0))
			continue;
		err = vpngw_pool_reserve_in(pool, space, out->proto, out->addr,
					    out->port, extack);
		if (err)
			return err;
	}
	return 0;
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

/* Take over what is taken of the addresses that stay. */
static void vpngw_pool_move(struct vpngw_space *to,
			    const struct vpngw_space *from)
{
	u32 i;
	int index;

	for (i = 0; i < from->n_addrs; i++) {
		index = vpngw_space_index(to, vpngw_space_address(from, i));
		if (index >= 0)
			to->addrs[index] = from->addrs[i];
	}
}

/* Have every address that @to does not have. On failure none of them. */
static int vpngw_pool_give_up(const struct vpngw_space *from,
			      const struct vpngw_space *to,
			      struct netlink_ext_ack *extack)
{
	__be32 addr;
	u32 i;

	for (i = 0; i < from->n_addrs; i++) {
		addr = vpngw_space_address(from, i);
		if (vpngw_space_index(to, addr) >= 0 ||
		    vpngw_pool_reserve_addr(from->addrs[i]))
			continue;
		NL_SET_ERR_MSG_FMT(extack,
				   "%pI4 still has %u mapping(s): drain it first",
				   &addr, vpngw_space_in_use(from->addrs[i]));
		while (i--) {
			addr = vpngw_space_address(from, i);
			if (vpngw_space_index(to, addr) < 0)
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
 * Return: 0, -EBUSY when an address that goes has mappings, -EEXIST, -EINVAL,
 *	-EOPNOTSUPP, -ENOMEM.
 */
int vpngw_pool_set(struct vpngw_pool *pool,
		   const struct vpngw_pool_config *config,
		   struct netlink_ext_ack *extack)
{
	struct vpngw_space *old = vpngw_pool_space(pool), *new;
	struct vpngw_net *vn = pool->ext->vn;
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
	for (i = 0; i < old->n_addrs; i++)
		if (vpngw_space_index(new, vpngw_space_address(old, i)) < 0)
			vpngw_space_addr_free(old->addrs[i]);
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
	u32 addr, n = 0;
	int index;

	lockdep_assert_held(&pool->ext->vn->mutex);
	addr = range->first;
	do {
		index = range->first > range->last ? -1 :
			vpngw_space_index(space, htonl(addr));
		if (index < 0) {
			NL_SET_ERR_MSG_FMT(extack,
					   "pool %s does not have all of that",
					   pool->name);
			return -ENOENT;
		}
		if (!vpngw_space_get(space, index, GFP_KERNEL))
			return -ENOMEM;
		if (!(++n % VPNGW_POOL_WALK_BATCH))
			cond_resched();
	} while (addr++ != range->last);
	return 0;
}

/**
 * vpngw_pool_drain - give no more of some addresses of a pool, or give them
 *	again
 * @pool: the pool
 * @range: what vpngw_pool_check_range() found good
 * @drain: give no more of them
 *
 * Context: process, netns mutex held.
 */
void vpngw_pool_drain(struct vpngw_pool *pool, const struct vpngw_range *range,
		      bool drain)
{
	struct vpngw_space *space = vpngw_pool_space(pool);
	u32 addr = range->first;

	do {
		WRITE_ONCE(space->addrs[vpngw_space_index(space,
							  htonl(addr))]->draining,
			   drain);
	} while (addr++ != range->last);
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
