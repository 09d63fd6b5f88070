// SPDX-License-Identifier: GPL-2.0
/*
 * Walks over the mappings of an ext, to show those that match. They are ended by
 * walks over flows.
 */
#include "mapping_walk.h"

#include <linux/err.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>

#include "mapping.h"
#include "realm.h"

/* Mappings looked at in one RCU read section of a walk. */
#define VPNGW_MAPPING_WALK_BATCH	256

/**
 * vpngw_mapping_walk_enter - begin to walk over the mappings of an ext
 * @ext: the ext, to which the caller has a reference
 * @iter: the place; rhashtable_walk_start() and the like are the caller's
 *
 * Context: process.
 */
void vpngw_mapping_walk_enter(struct vpngw_realm *ext,
			      struct rhashtable_iter *iter)
{
	rhashtable_walk_enter(&ext->mappings[VPNGW_SIDE_INSIDE], iter);
}

/**
 * vpngw_mapping_walk_next - the next mapping of a walk
 * @iter: the place
 *
 * Context: RCU read section, between walk_start and walk_stop.
 * Return: the mapping, NULL at the end, ERR_PTR(-EAGAIN) when the table was
 *	resized: some may come twice.
 */
struct vpngw_mapping *vpngw_mapping_walk_next(struct rhashtable_iter *iter)
{
	struct vpngw_mapping_end *end = rhashtable_walk_next(iter);

	if (IS_ERR_OR_NULL(end))
		return (void *)end;
	return vpngw_mapping_of(end, VPNGW_SIDE_INSIDE);
}

/**
 * vpngw_mapping_walk_peek - the mapping where a walk stands
 * @iter: the place
 *
 * Context: RCU read section, between walk_start and walk_stop.
 * Return: as vpngw_mapping_walk_next(), without a step.
 */
struct vpngw_mapping *vpngw_mapping_walk_peek(struct rhashtable_iter *iter)
{
	struct vpngw_mapping_end *end = rhashtable_walk_peek(iter);

	if (IS_ERR_OR_NULL(end))
		return (void *)end;
	return vpngw_mapping_of(end, VPNGW_SIDE_INSIDE);
}

/* Call fn for each mapping of an ext; returns how often it said true. */
static u32 vpngw_mapping_walk(struct vpngw_realm *ext,
			      bool (*fn)(struct vpngw_mapping *mapping,
					 void *arg),
			      void *arg)
{
	struct vpngw_mapping *mapping;
	struct rhashtable_iter iter;
	u32 n = 0, seen = 0;

	vpngw_mapping_walk_enter(ext, &iter);
	rhashtable_walk_start(&iter);
	while ((mapping = vpngw_mapping_walk_next(&iter))) {
		/* Before fn(), see vpngw_flow_walk(). */
		if (!(++seen % VPNGW_MAPPING_WALK_BATCH)) {
			rhashtable_walk_stop(&iter);
			cond_resched();
			rhashtable_walk_start(&iter);
			mapping = vpngw_mapping_walk_peek(&iter);
			if (!mapping)
				break;
		}
		if (!IS_ERR(mapping))
			n += fn(mapping, arg);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return n;
}

/**
 * vpngw_mapping_for_each - call a function for each mapping
 * @vn: the namespace
 * @fn: called in an RCU read section; says whether it counts
 * @arg: its second argument
 *
 * Context: process; may sleep.
 * Return: how many counted.
 */
u32 vpngw_mapping_for_each(struct vpngw_net *vn,
			   bool (*fn)(struct vpngw_mapping *mapping, void *arg),
			   void *arg)
{
	struct vpngw_realm *realm;
	unsigned long uid = 0;
	u32 n = 0;

	while ((realm = vpngw_realm_next(vn, &uid))) {
		uid++;
		if (realm->side == VPNGW_SIDE_OUTSIDE)
			n += vpngw_mapping_walk(realm, fn, arg);
		vpngw_realm_put(realm);
	}
	return n;
}
