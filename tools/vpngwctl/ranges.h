/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of ranges of addresses, as those of a pool. */
#ifndef VPNGWCTL_RANGES_H
#define VPNGWCTL_RANGES_H

#include <libvpngw.h>
#include <stdbool.h>

int ranges_append(struct vpngw_pool *pool, const struct vpngw_range *range);
void ranges_merge(struct vpngw_pool *pool, bool overlaps);
bool ranges_same(const struct vpngw_pool *a, const struct vpngw_pool *b);
bool ranges_within(const struct vpngw_pool *a, const struct vpngw_pool *b);
int ranges_intersect(const struct vpngw_pool *a, const struct vpngw_pool *b,
		     struct vpngw_pool *both);

#endif /* VPNGWCTL_RANGES_H */
