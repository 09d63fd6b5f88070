// SPDX-License-Identifier: GPL-2.0
/* Lists of ranges of addresses, as those of a pool. */
#include "ranges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int addr_cmp(const struct vpngw_addr *a, const struct vpngw_addr *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->len);
}

/* Is @b the address after @a? */
static bool addr_follows(const struct vpngw_addr *a, const struct vpngw_addr *b)
{
	struct vpngw_addr next = *a;
	unsigned int i;

	for (i = next.len; i--;)
		if (++next.bytes[i])
			return !addr_cmp(&next, b);
	return false;
}

static int range_cmp(const void *a, const void *b)
{
	const struct vpngw_range *x = a, *y = b;

	return addr_cmp(&x->first, &y->first);
}

/**
 * ranges_append - add a range to a list
 * @pool: has the list
 * @range: the range; whether it is drained is not copied
 *
 * Return: 0 or -ENOMEM.
 */
int ranges_append(struct vpngw_pool *pool, const struct vpngw_range *range)
{
	struct vpngw_range *ranges;

	ranges = reallocarray(pool->ranges, pool->n_ranges + 1,
			      sizeof(*ranges));
	if (!ranges)
		return -ENOMEM;
	pool->ranges = ranges;
	ranges += pool->n_ranges++;
	*ranges = *range;
	ranges->has &= ~VPNGW_HAS(VPNGW_A_RANGE_DRAINING);
	ranges->draining = false;
	return 0;
}

/**
 * ranges_merge - make a list the only one of its addresses
 * @pool: has the list; sorted afterwards, and no two ranges are neighbours
 * @overlaps: merge ranges that overlap, too
 *
 * Which ranges are drained is forgotten.
 */
void ranges_merge(struct vpngw_pool *pool, bool overlaps)
{
	struct vpngw_range *ranges = pool->ranges, *to;
	size_t i, n = 0;

	if (pool->n_ranges)
		qsort(ranges, pool->n_ranges, sizeof(*ranges), range_cmp);
	for (i = 0; i < pool->n_ranges; i++) {
		ranges[i].has &= ~VPNGW_HAS(VPNGW_A_RANGE_DRAINING);
		ranges[i].draining = false;
		to = n ? &ranges[n - 1] : NULL;
		if (to && addr_follows(&to->last, &ranges[i].first)) {
			to->last = ranges[i].last;
		} else if (to && overlaps &&
			   addr_cmp(&ranges[i].first, &to->last) <= 0) {
			if (addr_cmp(&ranges[i].last, &to->last) > 0)
				to->last = ranges[i].last;
		} else {
			ranges[n++] = ranges[i];
		}
	}
	pool->n_ranges = n;
}

/**
 * ranges_same - are two lists the same?
 * @a: has one, merged
 * @b: has the other, merged
 */
bool ranges_same(const struct vpngw_pool *a, const struct vpngw_pool *b)
{
	size_t i;

	if (a->n_ranges != b->n_ranges)
		return false;
	for (i = 0; i < a->n_ranges; i++)
		if (addr_cmp(&a->ranges[i].first, &b->ranges[i].first) ||
		    addr_cmp(&a->ranges[i].last, &b->ranges[i].last))
			return false;
	return true;
}

static bool range_within(const struct vpngw_range *range,
			 const struct vpngw_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->n_ranges; i++)
		if (addr_cmp(&pool->ranges[i].first, &range->first) <= 0 &&
		    addr_cmp(&range->last, &pool->ranges[i].last) <= 0)
			return true;
	return false;
}

/**
 * ranges_within - are all addresses of one list in another?
 * @a: has the one
 * @b: has the other, merged
 */
bool ranges_within(const struct vpngw_pool *a, const struct vpngw_pool *b)
{
	size_t i;

	for (i = 0; i < a->n_ranges; i++)
		if (!range_within(&a->ranges[i], b))
			return false;
	return true;
}

/**
 * ranges_intersect - addresses that are in both of two lists
 * @a: has one
 * @b: has the other
 * @both: gets them beside those that it has
 *
 * Return: 0 or -ENOMEM.
 */
int ranges_intersect(const struct vpngw_pool *a, const struct vpngw_pool *b,
		     struct vpngw_pool *both)
{
	size_t i, j;
	int err = 0;

	for (i = 0; i < a->n_ranges; i++)
		for (j = 0; !err && j < b->n_ranges; j++) {
			const struct vpngw_range *y = &b->ranges[j];
			struct vpngw_range x = a->ranges[i];

			if (addr_cmp(&x.first, &y->first) < 0)
				x.first = y->first;
			if (addr_cmp(&y->last, &x.last) < 0)
				x.last = y->last;
			if (addr_cmp(&x.first, &x.last) <= 0)
				err = ranges_append(both, &x);
		}
	return err;
}
