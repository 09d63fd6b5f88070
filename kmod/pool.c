// SPDX-License-Identifier: GPL-2.0
/*
 * Pools: which outside address and port a VPN host gets, and gives back.
 *
 * A host is paired with one address of a pool, by a keyed hash at first and
 * then as long as it has mappings. What is taken stands in space.c and ports.c.
 */
#include "pool.h"

#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include <net/ip.h>

#include "addr.h"
#include "block.h"
#include "host.h"
#include "ports.h"
#include "realm.h"
#include "route.h"
#include "socket.h"
#include "space.h"

/* Addresses tried when the one paired with a host can't be used. */
#define VPNGW_POOL_ADDR_TRIES	64
/* The first addresses of a pool, which hosts share when there is no memory for the
 * ports of more.
 */
#define VPNGW_POOL_ADDR_SHARED	64
/* Times to look again when another CPU was in the way. */
#define VPNGW_POOL_RACE_TRIES	16
/* Blocks of an owner looked into before it gets one more, and in all. */
#define VPNGW_POOL_BLOCKS_FULL	64
#define VPNGW_POOL_BLOCKS_MAX	1024
/* Ports tried when sockets of the gateway have those just found. */
#define VPNGW_POOL_SOCKET_TRIES	32
/* Ports below this one are given only to hosts that use such a port. */
#define VPNGW_POOL_PRIVILEGED	1024

/**
 * vpngw_pool_space - the addresses of a pool, for those who configure it
 * @pool: the pool
 *
 * Context: process, netns mutex held.
 * Return: its addresses.
 */
struct vpngw_space *vpngw_pool_space(const struct vpngw_pool *pool)
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

/* Where a host's address is looked for first, of @n. */
static __always_inline u32
vpngw_pool_first_addr(const struct vpngw_pool *pool,
		      const struct vpngw_pool_want *want, u32 n)
{
	return reciprocal_scale(vpngw_addr_hash(want->addr, want->vpn->uid,
						pool->uid, pool->ext->vn->key),
				n);
}

/* Ports take memory, which is for those of so many addresses: a tenant can have
 * hosts without end.
 */
static bool vpngw_pool_may_begin(const struct vpngw_pool *pool, u32 index)
{
	return index < VPNGW_POOL_ADDR_SHARED ||
	       !vpngw_ports_budget_is_spent(&pool->ext->vn->port_sets);
}

/* Among how many addresses is a host that can't have the one it should have? */
static u32 vpngw_pool_n_others(const struct vpngw_pool *pool,
			       const struct vpngw_space *space)
{
	return vpngw_pool_may_begin(pool, U32_MAX) ? space->n_addrs :
	       min_t(u32, space->n_addrs, VPNGW_POOL_ADDR_SHARED);
}

/* The ports of an address, if that may be used. */
static struct vpngw_ports *vpngw_pool_ports_of(const struct vpngw_pool *pool,
					       struct vpngw_space *space,
					       u32 index, int class,
					       struct vpngw_space_addr **sa)
{
	struct vpngw_ports *ports;

	*sa = READ_ONCE(space->addrs[index]);
	if (*sa && !vpngw_pool_addr_usable(*sa))
		return NULL;
	ports = *sa ? READ_ONCE((*sa)->ports[class]) : NULL;
	if (likely(ports))
		return ports;
	if (!vpngw_pool_may_begin(pool, index))
		return NULL;
	*sa = vpngw_space_get(space, index, GFP_ATOMIC);
	return *sa ? vpngw_space_ports(*sa, class, &pool->ext->vn->port_sets,
				       pool->port_lo, pool->port_hi,
				       GFP_ATOMIC) : NULL;
}

/* Another address for a host than the one it should have. */
static struct vpngw_ports *vpngw_pool_pair_other(const struct vpngw_pool *pool,
						 struct vpngw_space *space,
						 const struct vpngw_pool_want *want,
						 u32 *index, int class,
						 struct vpngw_space_addr **sa)
{
	u32 n = vpngw_pool_n_others(pool, space);
	int tries = min_t(u32, n, VPNGW_POOL_ADDR_TRIES);
	struct vpngw_ports *ports = NULL;

	*index = vpngw_pool_first_addr(pool, want, n);
	while (tries--) {
		ports = vpngw_pool_ports_of(pool, space, *index, class, sa);
		if (ports)
			return ports;
		*index = *index + 1 == n ? 0 : *index + 1;
	}
	return NULL;
}

/* The ports of the address that a host is paired with (RFC 4787 REQ-2, RFC 6888
 * REQ-2): the one that it has, or else one by a keyed hash.
 */
static struct vpngw_ports *vpngw_pool_pair(const struct vpngw_pool *pool,
					   struct vpngw_space *space,
					   const struct vpngw_pool_want *want,
					   struct vpngw_space_addr **sa)
{
	int class = vpngw_space_class(want->proto), paired;
	struct vpngw_ports *ports;
	struct in6_addr addr;
	u32 near, index;

	paired = vpngw_host_paired(want->host, pool->uid, &near, &addr) ?
		 vpngw_space_index_near(space, &addr, near) : -1;
	if (likely(paired >= 0)) {
		ports = vpngw_pool_ports_of(pool, space, paired, class, sa);
		if (likely(ports))
			return ports;
	}
	index = vpngw_pool_first_addr(pool, want, space->n_addrs);
	ports = vpngw_pool_ports_of(pool, space, index, class, sa);
	if (unlikely(!ports))
		ports = vpngw_pool_pair_other(pool, space, want, &index, class,
					      sa);
	if (ports)
		vpngw_host_pair(want->host, pool->uid, index, &(*sa)->addr);
	return ports;
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

/* A port of one more block, as long as there are any. */
static int vpngw_pool_take_in_new_block(const struct vpngw_pool *pool,
					struct vpngw_blocks *blocks,
					struct vpngw_ports *ports, u64 owner,
					const struct vpngw_pool_want *want)
{
	int tries = VPNGW_POOL_RACE_TRIES, block, got = -1;

	while (got < 0 && tries--) {
		block = vpngw_blocks_claim(blocks, owner);
		if (block < 0)
			return -1;
		got = vpngw_pool_take_in_block(pool, blocks, ports, owner,
					       block, want);
	}
	return got;
}

/* Where to look first: at the neighbouring port, if one is wanted, or else
 * somewhere, so that blocks that are full don't always come first.
 */
static u32 vpngw_pool_first_look(const struct vpngw_pool *pool,
				 const struct vpngw_pool_want *want)
{
	if (want->next_to)
		return (ntohs(want->next_to) - vpngw_pool_first_block(pool)) /
		       pool->block_size;
	return reciprocal_scale(get_random_u32(), vpngw_pool_n_blocks(pool));
}

/* Of two IPv6 hosts of a vpn one in 2^32 pairs has its blocks together. */
static u64 vpngw_pool_block_owner(const struct vpngw_pool *pool,
				  const struct vpngw_pool_want *want)
{
	u32 host = 0;

	if (pool->block_owner == VPNGW_BLOCK_OWNER_HOST)
		host = vpngw_addr_is_v4(want->addr) ?
		       (__force u32)vpngw_addr_v4(want->addr) :
		       vpngw_addr_hash(want->addr, 0, 0, pool->ext->vn->key);
	return (u64)want->vpn->uid << 32 | host;
}

/* A port of a block that the owner has, or of one more. */
static int vpngw_pool_take_in_blocks(const struct vpngw_pool *pool,
				     struct vpngw_space_addr *sa,
				     struct vpngw_ports *ports,
				     const struct vpngw_pool_want *want)
{
	u64 owner = vpngw_pool_block_owner(pool, want);
	struct vpngw_blocks *blocks = vpngw_pool_blocks(pool, sa);
	int block, first, got, looked = 0;

	if (!blocks)
		return -1;
	first = vpngw_blocks_next(blocks, owner,
				  vpngw_pool_first_look(pool, want));
	for (block = first; block >= 0; looked++) {
		if (looked == VPNGW_POOL_BLOCKS_MAX)
			return -1;
		/* That many that are full are a reason to take another. */
		if (looked == VPNGW_POOL_BLOCKS_FULL) {
			got = vpngw_pool_take_in_new_block(pool, blocks, ports,
							   owner, want);
			if (got >= 0)
				return got;
		}
		got = vpngw_pool_take_in_block(pool, blocks, ports, owner,
					       block, want);
		if (got >= 0)
			return got;
		block = vpngw_blocks_next(blocks, owner, block + 1);
		if (block == first)
			break;
	}
	return vpngw_pool_take_in_new_block(pool, blocks, ports, owner, want);
}

/* RFC 7422: address and block follow from the vpn's id and the host's address,
 * so that they tell whose a port is without a record. Says whether there is one,
 * and its first port.
 */
static bool vpngw_pool_computed(const struct vpngw_pool *pool,
				const struct vpngw_space *space,
				const struct vpngw_pool_want *want,
				u32 *index, u32 *lo)
{
	u32 n_blocks = vpngw_pool_n_blocks(pool), block;
	u64 n;

	if (!ipv6_prefix_equal(want->addr, &pool->computed.addr,
			       pool->computed.len))
		return false;
	n = vpngw_addr_distance(&pool->computed.addr, want->addr);
	n += (u64)(want->vpn->id - 1) << (128 - pool->computed.len);
	if (n >= (u64)n_blocks * space->n_addrs)
		return false;
	*index = div_u64_rem(n, n_blocks, &block);
	*lo = vpngw_pool_first_block(pool) + block * pool->block_size;
	return true;
}

static int vpngw_pool_take_computed(struct vpngw_pool *pool,
				    struct vpngw_space *space,
				    const struct vpngw_pool_want *want,
				    struct vpngw_space_addr **sa)
{
	int class = vpngw_space_class(want->proto);
	struct vpngw_ports *ports;
	u32 index, lo;

	if (!vpngw_pool_computed(pool, space, want, &index, &lo))
		return -1;
	*sa = vpngw_space_get(space, index, GFP_ATOMIC);
	if (!*sa || !vpngw_pool_addr_usable(*sa))
		return -1;
	/* How many addresses hosts have here is configured. */
	ports = vpngw_space_ports(*sa, class, &pool->ext->vn->port_sets,
				  pool->port_lo, pool->port_hi, GFP_ATOMIC);
	if (!ports)
		return -1;
	return vpngw_pool_take_kind(pool, ports, lo, lo + pool->block_size - 1,
				    want);
}

/* RFC 4787 REQ-3 a: a class of ports for each class of ports. */
static __always_inline bool
vpngw_pool_class(const struct vpngw_pool *pool,
		 const struct vpngw_pool_want *want, u32 *lo, u32 *hi)
{
	*lo = pool->port_lo;
	*hi = pool->port_hi;
	if (want->proto == IPPROTO_ICMP || *lo >= VPNGW_POOL_PRIVILEGED)
		return true;
	if (ntohs(want->port) < VPNGW_POOL_PRIVILEGED)
		*hi = min_t(u32, *hi, VPNGW_POOL_PRIVILEGED - 1);
	else if (*hi >= VPNGW_POOL_PRIVILEGED)
		*lo = VPNGW_POOL_PRIVILEGED;
	else
		return false;
	return true;
}

static int vpngw_pool_take_in_class(const struct vpngw_pool *pool,
				    struct vpngw_ports *ports,
				    const struct vpngw_pool_want *want)
{
	u32 lo, hi;

	return vpngw_pool_class(pool, want, &lo, &hi) ?
	       vpngw_pool_take_kind(pool, ports, lo, hi, want) : -1;
}

/* Changes with the routes and the addresses of a version. */
static int vpngw_pool_genid(const struct vpngw_pool *pool)
{
	struct net *net = pool->ext->vn->net;

	return pool->family == AF_INET ? rt_genid_ipv4(net) :
					 rt_genid_ipv6(net);
}

/* Asked for each mapping, answered by a look-up only when routes or addresses
 * have changed since.
 */
static bool vpngw_pool_addr_is_local(const struct vpngw_pool *pool,
				     struct vpngw_space_addr *sa)
{
	u32 known = (u32)vpngw_pool_genid(pool) << 2 | BIT(1);
	u32 local = READ_ONCE(sa->local);

	if (likely((local & ~BIT(0)) == known))
		return local & BIT(0);
	local = vpngw_route_has_local(&pool->ext->route, &sa->addr);
	WRITE_ONCE(sa->local, known | local);
	return local;
}

/* Whether a port at an address of the gateway itself is one of its sockets'. */
static bool vpngw_pool_is_socket(const struct vpngw_pool *pool,
				 struct vpngw_space_addr *sa, u8 proto,
				 u16 port)
{
	return unlikely(vpngw_pool_addr_is_local(pool, sa)) &&
	       vpngw_socket_has_port(pool->ext->vn->net, proto, &sa->addr,
				     port);
}

static int vpngw_pool_take_port(struct vpngw_pool *pool,
				struct vpngw_space *space,
				const struct vpngw_pool_want *want,
				struct vpngw_space_addr **sa, int *reason)
{
	struct vpngw_ports *ports;

	*reason = VPNGW_REASON_POOL_EXHAUSTED;
	if (pool->computed.len)
		return vpngw_pool_take_computed(pool, space, want, sa);
	ports = vpngw_pool_pair(pool, space, want, sa);
	if (!ports) {
		if (!vpngw_pool_may_begin(pool, U32_MAX))
			*reason = VPNGW_REASON_NO_MEMORY;
		return -1;
	}
	return pool->block_size ?
	       vpngw_pool_take_in_blocks(pool, *sa, ports, want) :
	       vpngw_pool_take_in_class(pool, ports, want);
}

/* Sockets of the gateway have the port that was taken: hold it meanwhile, so that
 * it is not found again, and take another.
 */
static noinline int vpngw_pool_pass_sockets(struct vpngw_pool *pool,
					    struct vpngw_space *space,
					    const struct vpngw_pool_want *want,
					    int got,
					    struct vpngw_space_addr **sa,
					    int *reason)
{
	int class = vpngw_space_class(want->proto), n = 0;
	struct {
		struct vpngw_ports	*ports;
		u16			port;
	} theirs[VPNGW_POOL_SOCKET_TRIES];

	do {
		theirs[n].ports = (*sa)->ports[class];
		theirs[n].port = got;
		got = -1;
		if (++n == VPNGW_POOL_SOCKET_TRIES)
			break;
		got = vpngw_pool_take_port(pool, space, want, sa, reason);
	} while (got >= 0 && vpngw_pool_is_socket(pool, *sa, want->proto, got));
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
		    struct in6_addr *addr, __be16 *port)
{
	struct vpngw_space *space = rcu_dereference(pool->space);
	int class = vpngw_space_class(want->proto), got, reason;
	struct vpngw_space_addr *sa;

	if (READ_ONCE(pool->dying))
		return VPNGW_REASON_NO_POOL;
	if (class < 0)
		return VPNGW_REASON_PROTOCOL;

	got = vpngw_pool_take_port(pool, space, want, &sa, &reason);
	if (got >= 0 && vpngw_pool_is_socket(pool, sa, want->proto, got))
		got = vpngw_pool_pass_sockets(pool, space, want, got, &sa,
					      &reason);
	if (got < 0)
		return reason;
	/* Either we see the reservation, or who makes it us. */
	smp_mb__after_atomic();
	if (unlikely(atomic_read(&sa->reserved))) {
		vpngw_ports_release(sa->ports[class], got);
		return VPNGW_AGAIN;
	}
	atomic_inc(&pool->n_mappings);
	*addr = sa->addr;
	*port = htons(got);
	return VPNGW_OK;
}

/* Whether there is a port to take in [lo, hi] of an address. */
static bool vpngw_pool_peek_ports(const struct vpngw_pool *pool,
				  const struct vpngw_space_addr *sa,
				  const struct in6_addr *addr, u8 proto, u32 lo,
				  u32 hi)
{
	const struct vpngw_ports *ports;
	int tries = VPNGW_POOL_SOCKET_TRIES;
	u32 port;

	ports = sa ? READ_ONCE(sa->ports[vpngw_space_class(proto)]) : NULL;
	port = vpngw_ports_next_free(ports, lo, hi);
	if (!vpngw_route_has_local(&pool->ext->route, addr))
		return port <= hi;
	for (; port <= hi && tries--;
	     port = vpngw_ports_next_free(ports, port + 1, hi))
		if (!vpngw_socket_has_port(pool->ext->vn->net, proto, addr,
					   port))
			return true;
	return false;
}

static bool vpngw_pool_peek_blocks(const struct vpngw_pool *pool,
				   const struct vpngw_space_addr *sa,
				   const struct in6_addr *addr,
				   const struct vpngw_pool_want *want)
{
	const struct vpngw_blocks *blocks = sa ? READ_ONCE(sa->blocks) : NULL;
	u64 owner = vpngw_pool_block_owner(pool, want);
	int block, first, looked = 0;
	u32 lo;

	if (vpngw_blocks_given(blocks) < vpngw_pool_n_blocks(pool))
		return true;
	if (!blocks)
		return false;
	first = vpngw_blocks_next(blocks, owner, 0);
	for (block = first; block >= 0 && looked < VPNGW_POOL_BLOCKS_MAX;
	     looked++) {
		lo = vpngw_pool_first_block(pool) + block * pool->block_size;
		if (vpngw_pool_peek_ports(pool, sa, addr, want->proto, lo,
					  lo + pool->block_size - 1))
			return true;
		block = vpngw_blocks_next(blocks, owner, block + 1);
		if (block == first)
			break;
	}
	return false;
}

static bool vpngw_pool_may_be_at(const struct vpngw_pool *pool,
				 const struct vpngw_space *space, u32 index,
				 int class, const struct vpngw_space_addr **sa)
{
	*sa = READ_ONCE(space->addrs[index]);
	if (*sa && !vpngw_pool_addr_usable(*sa))
		return false;
	return (*sa && READ_ONCE((*sa)->ports[class])) ||
	       vpngw_pool_may_begin(pool, index);
}

/* As vpngw_pool_pair(), but of an address nothing is made yet where it returns
 * true and no @sa.
 */
static bool vpngw_pool_peek_pair(const struct vpngw_pool *pool,
				 const struct vpngw_space *space,
				 const struct vpngw_pool_want *want,
				 u32 *index, const struct vpngw_space_addr **sa)
{
	int class = vpngw_space_class(want->proto), paired, tries;
	u32 n = vpngw_pool_n_others(pool, space), near;
	struct in6_addr addr;

	paired = want->host && vpngw_host_paired(want->host, pool->uid, &near,
						 &addr) ?
		 vpngw_space_index_near(space, &addr, near) : -1;
	if (paired >= 0) {
		*index = paired;
		if (vpngw_pool_may_be_at(pool, space, paired, class, sa))
			return true;
	}
	*index = vpngw_pool_first_addr(pool, want, space->n_addrs);
	if (vpngw_pool_may_be_at(pool, space, *index, class, sa))
		return true;
	*index = vpngw_pool_first_addr(pool, want, n);
	tries = min_t(u32, n, VPNGW_POOL_ADDR_TRIES);
	while (tries--) {
		if (vpngw_pool_may_be_at(pool, space, *index, class, sa))
			return true;
		*index = *index + 1 == n ? 0 : *index + 1;
	}
	return false;
}

/**
 * vpngw_pool_peek - which address would vpngw_pool_take() take?
 * @pool: the pool
 * @want: for whom; the host may be NULL
 * @addr: the address
 *
 * Nothing is taken, made or remembered.
 *
 * Context: RCU read section.
 * Return: VPNGW_OK or the &enum vpngw_reason why none.
 */
int vpngw_pool_peek(const struct vpngw_pool *pool,
		    const struct vpngw_pool_want *want, struct in6_addr *addr)
{
	const struct vpngw_space *space = rcu_dereference(pool->space);
	const struct vpngw_space_addr *sa = NULL;
	u32 index, lo, hi;
	bool free;

	if (READ_ONCE(pool->dying))
		return VPNGW_REASON_NO_POOL;
	if (vpngw_space_class(want->proto) < 0)
		return VPNGW_REASON_PROTOCOL;
	if (pool->computed.len) {
		if (!vpngw_pool_computed(pool, space, want, &index, &lo))
			return VPNGW_REASON_POOL_EXHAUSTED;
		sa = READ_ONCE(space->addrs[index]);
		if (sa && !vpngw_pool_addr_usable(sa))
			return VPNGW_REASON_POOL_EXHAUSTED;
	} else if (!vpngw_pool_peek_pair(pool, space, want, &index, &sa)) {
		return VPNGW_REASON_POOL_EXHAUSTED;
	}
	vpngw_space_address(space, index, addr);
	if (pool->computed.len)
		free = vpngw_pool_peek_ports(pool, sa, addr, want->proto, lo,
					     lo + pool->block_size - 1);
	else if (pool->block_size)
		free = vpngw_pool_peek_blocks(pool, sa, addr, want);
	else
		free = vpngw_pool_class(pool, want, &lo, &hi) &&
		       vpngw_pool_peek_ports(pool, sa, addr, want->proto, lo,
					     hi);
	return free ? VPNGW_OK : VPNGW_REASON_POOL_EXHAUSTED;
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
void vpngw_pool_release(struct vpngw_pool *pool, u8 proto,
			const struct in6_addr *addr, __be16 port, bool used)
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
	unsigned long part;
	unsigned int next;
	bool unhold;

	/* A port is held back during the rest of its step and through all of
	 * those after it, so at least as long as the others take.
	 */
	part = min_t(u64, div_u64((u64)seconds * HZ, VPNGW_PORTS_STEPS - 1) + 1,
		     MAX_JIFFY_OFFSET);
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
