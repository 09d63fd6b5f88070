/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_MAPPING_WALK_H
#define _VPNGW_MAPPING_WALK_H

#include <linux/types.h>

struct rhashtable_iter;
struct vpngw_mapping;
struct vpngw_net;
struct vpngw_realm;

void vpngw_mapping_walk_enter(struct vpngw_realm *ext,
			      struct rhashtable_iter *iter);
struct vpngw_mapping *vpngw_mapping_walk_next(struct rhashtable_iter *iter);
struct vpngw_mapping *vpngw_mapping_walk_peek(struct rhashtable_iter *iter);
u32 vpngw_mapping_for_each(struct vpngw_net *vn,
			   bool (*fn)(struct vpngw_mapping *mapping, void *arg),
			   void *arg);

#endif /* _VPNGW_MAPPING_WALK_H */
