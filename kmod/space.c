// SPDX-License-Identifier: GPL-2.0
/*
 * The addresses of a pool, and for each of them what is taken of it.
 */
#include "space.h"

#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "addr.h"
#include "block.h"
#include "ports.h"

static int vpngw_space_range_cmp(const void *a, const void *b)
{
	const struct vpngw_range *x = a, *y = b;

	return vpngw_addr_cmp(&x->first, &y->first);
}

/**
 * vpngw_space_sort - sort ranges of addresses
 * @ranges: the ranges
 * @n: number of @ranges
 *
 * Context: process.
 */
void vpngw_space_sort(struct vpngw_range *ranges, u32 n)
{
	sort(ranges, n, sizeof(*ranges), vpngw_space_range_cmp, NULL);
}

/**
 * vpngw_space_alloc - make the addresses of a pool
 * @ranges: the addresses, sorted, without overlap
 * @n_ranges: number of @ranges
 * @n_addrs: number of addresses in them
 *
 * Context: process.
 * Return: the addresses, nothing of them taken, or NULL.
 */
struct vpngw_space *vpngw_space_alloc(const struct vpngw_range *ranges,
				      u32 n_ranges, u32 n_addrs)
{
	struct vpngw_space *space;

	space = kvzalloc(struct_size(space, addrs, n_addrs), GFP_KERNEL);
	if (!space)
		return NULL;
	space->ranges = kmemdup(ranges, array_size(n_ranges, sizeof(*ranges)),
				GFP_KERNEL);
	if (!space->ranges) {
		kvfree(space);
		return NULL;
	}
	space->n_addrs = n_addrs;
	space->n_ranges = n_ranges;
	return space;
}

/**
 * vpngw_space_free - free the addresses of a pool, but not what they point to
 * @space: the addresses
 *
 * Context: process.
 */
void vpngw_space_free(struct vpngw_space *space)
{
	kfree(space->ranges);
	kvfree(space);
}

/**
 * vpngw_space_range_size - how many addresses has a range?
 * @range: the range
 *
 * Context: any.
 * Return: the number, U64_MAX for that or more.
 */
u64 vpngw_space_range_size(const struct vpngw_range *range)
{
	u64 distance = vpngw_addr_distance(&range->first, &range->last);

	return distance == U64_MAX ? distance : distance + 1;
}

/**
 * vpngw_space_address - an address by its index
 * @space: the addresses
 * @index: below its n_addrs
 * @addr: the address
 *
 * Context: any.
 */
void vpngw_space_address(const struct vpngw_space *space, u32 index,
			 struct in6_addr *addr)
{
	const struct vpngw_range *range = space->ranges;
	u64 size;

	while (index >= (size = vpngw_space_range_size(range))) {
		index -= size;
		range++;
	}
	vpngw_addr_add(addr, &range->first, index);
}

/**
 * vpngw_space_index - the index of an address
 * @space: the addresses
 * @addr: the address
 *
 * Context: any.
 * Return: its index, or -1 when it is none of them.
 */
int vpngw_space_index(const struct vpngw_space *space,
		      const struct in6_addr *addr)
{
	const struct vpngw_range *range;
	u64 before = 0, distance;

	for (range = space->ranges; range < space->ranges + space->n_ranges;
	     range++) {
		if (vpngw_addr_cmp(addr, &range->first) >= 0 &&
		    vpngw_addr_cmp(addr, &range->last) <= 0) {
			distance = vpngw_addr_distance(&range->first, addr);
			/* Of a large IPv6 prefix only the first are given. */
			return distance < space->n_addrs &&
			       before + distance < space->n_addrs ?
			       before + distance : -1;
		}
		before += min_t(u64, vpngw_space_range_size(range),
				space->n_addrs);
	}
	return -1;
}

/**
 * vpngw_space_index_near - the index of an address that had one before
 * @space: the addresses
 * @addr: the address, or one that it never had
 * @near: the index it had
 *
 * Context: RCU read section.
 * Return: as vpngw_space_index().
 */
int vpngw_space_index_near(const struct vpngw_space *space,
			   const struct in6_addr *addr, u32 near)
{
	const struct vpngw_space_addr *sa;

	/* Addresses that are added or go move others. */
	sa = near < space->n_addrs ? READ_ONCE(space->addrs[near]) : NULL;
	if (likely(sa && ipv6_addr_equal(&sa->addr, addr)))
		return near;
	return vpngw_space_index(space, addr);
}

/**
 * vpngw_space_get - what is taken of an address
 * @space: the addresses
 * @index: the address
 * @gfp: how to allocate when it is used for the first time
 *
 * Context: as @gfp says.
 * Return: what is taken of it, or NULL when there is no memory.
 */
struct vpngw_space_addr *vpngw_space_get(struct vpngw_space *space, u32 index,
					 gfp_t gfp)
{
	struct vpngw_space_addr *sa = READ_ONCE(space->addrs[index]), *old;

	if (likely(sa))
		return sa;
	sa = kzalloc(sizeof(*sa), gfp | __GFP_NOWARN);
	if (!sa)
		return NULL;
	vpngw_space_address(space, index, &sa->addr);
	old = cmpxchg(&space->addrs[index], NULL, sa);
	if (!old)
		return sa;
	kfree(sa);
	return old;
}

/**
 * vpngw_space_ports - the ports of an address
 * @sa: the address
 * @class: &enum vpngw_class
 * @budget: what their memory is counted in
 * @lo: the pool's first port
 * @hi: its last port
 * @gfp: how to allocate when they are used for the first time
 *
 * Context: as @gfp says.
 * Return: the ports, or NULL when there is no memory.
 */
struct vpngw_ports *vpngw_space_ports(struct vpngw_space_addr *sa, int class,
				      struct vpngw_ports_budget *budget, u32 lo,
				      u32 hi, gfp_t gfp)
{
	struct vpngw_ports *ports = READ_ONCE(sa->ports[class]), *old;

	if (likely(ports))
		return ports;
	ports = vpngw_ports_alloc(budget, lo, hi, gfp);
	if (!ports)
		return NULL;
	old = cmpxchg(&sa->ports[class], NULL, ports);
	if (!old)
		return ports;
	vpngw_ports_free(ports);
	return old;
}

static bool vpngw_space_is_draining(const struct vpngw_space *space,
				    const struct in6_addr *addr)
{
	int index = vpngw_space_index(space, addr);
	const struct vpngw_space_addr *sa;

	if (index < 0)
		return false;
	sa = READ_ONCE(space->addrs[index]);
	return sa && READ_ONCE(sa->draining);
}

static bool vpngw_space_has(const struct vpngw_range *ranges, u32 n,
			    const struct in6_addr *addr)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (vpngw_addr_cmp(addr, &ranges[i].first) >= 0 &&
		    vpngw_addr_cmp(addr, &ranges[i].last) <= 0)
			return true;
	return false;
}

/**
 * vpngw_space_pieces - how many ranges are there when those of which only a part
 *	is being drained are split?
 * @ranges: the ranges
 * @n_ranges: number of @ranges
 * @n_addrs: number of their addresses that are given
 * @space: what is being drained now; addresses that it has not are not
 * @change: ranges of which that is about to change
 * @n_change: number of @change
 * @drain: to what
 *
 * Context: process, netns mutex held.
 * Return: the number.
 */
u32 vpngw_space_pieces(const struct vpngw_range *ranges, u32 n_ranges,
		       u32 n_addrs, const struct vpngw_space *space,
		       const struct vpngw_range *change, u32 n_change,
		       bool drain)
{
	bool draining, before = false;
	struct in6_addr addr;
	u32 i, j, size, n = 0;

	for (i = 0; i < n_ranges; i++) {
		size = min_t(u64, vpngw_space_range_size(&ranges[i]), n_addrs);
		n_addrs -= size;
		/* Shown whole where none of it is given. */
		n += !size;
		for (j = 0; j < size; j++) {
			vpngw_addr_add(&addr, &ranges[i].first, j);
			draining = vpngw_space_has(change, n_change, &addr) ?
				   drain :
				   vpngw_space_is_draining(space, &addr);
			n += !j || draining != before;
			before = draining;
		}
		cond_resched();
	}
	return n;
}

/**
 * vpngw_space_in_use - how many ports of an address do mappings have?
 * @sa: the address, or NULL
 *
 * Context: any.
 * Return: the number, of all protocols.
 */
u32 vpngw_space_in_use(const struct vpngw_space_addr *sa)
{
	u32 n = 0;
	int class;

	for (class = 0; sa && class < VPNGW_CLASSES; class++)
		n += vpngw_ports_in_use(READ_ONCE(sa->ports[class]));
	return n;
}

/**
 * vpngw_space_held - how many ports of an address are held back?
 * @sa: the address
 *
 * Context: any.
 * Return: the number, of all protocols.
 */
u32 vpngw_space_held(const struct vpngw_space_addr *sa)
{
	u32 n = 0;
	int class;

	for (class = 0; class < VPNGW_CLASSES; class++)
		n += vpngw_ports_held(READ_ONCE(sa->ports[class]));
	return n;
}

/**
 * vpngw_space_addr_free - free what an address points to
 * @sa: the address, or NULL; nobody looks any more
 *
 * Context: process.
 */
void vpngw_space_addr_free(struct vpngw_space_addr *sa)
{
	int class;

	if (!sa)
		return;
	for (class = 0; class < VPNGW_CLASSES; class++)
		vpngw_ports_free(sa->ports[class]);
	vpngw_blocks_free(sa->blocks);
	kfree(sa);
}
