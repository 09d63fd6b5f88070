// SPDX-License-Identifier: GPL-2.0
/*
 * The steps of vpngwctl apply.
 *
 * What was done is remembered, and undone in reverse order when the kernel
 * refuses the next step.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apply.h"
#include "config.h"
#include "object.h"
#include "ranges.h"
#include "vpngwctl.h"

/**
 * apply_refuse - say why a file is refused
 * @plan: the plan
 * @line: line of the file, 0 for the file as a whole
 * @what: the sentence
 *
 * Return: STATUS_REFUSED.
 */
int apply_refuse(const struct plan *plan, unsigned int line, const char *what)
{
	int err;

	options.file = plan->file;
	options.line = line;
	err = refuse("%s", what);
	options.file = NULL;
	return err;
}

static void apply_tell_drain(const struct config_item *item)
{
	struct vpngw_pool drain = item->drain.pool;

	/* Nothing any more is what was before, off. */
	if (!drain.n_ranges) {
		drain = item->same->drain.pool;
		drain.drain = 0;
	}
	pool_print_drain(&drain);
}

/**
 * apply_tell - with -details, say what was done
 * @step: the step
 */
void apply_tell(const struct step *step)
{
	static const char *const verb[] = {
		[STEP_DEL] = "del",
		[STEP_ADD] = "add",
		[STEP_SET] = "set",
		[STEP_DRAIN] = "drain",
	};
	const struct vpngw_object *obj = &step->item->obj;

	if (!options.details)
		return;
	printf("%s %s ", object_types[obj->kind]->name, verb[step->type]);
	if (step->type == STEP_DRAIN)
		apply_tell_drain(step->item);
	else
		object_types[obj->kind]->print_config(obj);
	putchar('\n');
}

static int apply_drain_some(struct vpngw *vg, const struct vpngw_pool *some,
			    const struct vpngw_pool *except,
			    const struct vpngw_pool *pool, uint8_t drain)
{
	struct vpngw_object obj = { .kind = VPNGW_POOL };
	size_t i, n = 0;
	int err;

	strcpy(obj.pool.name, pool->name);
	obj.pool.has = VPNGW_HAS(VPNGW_A_POOL_NAME) |
		       VPNGW_HAS(VPNGW_A_POOL_RANGE) |
		       VPNGW_HAS(VPNGW_A_POOL_DRAIN);
	obj.pool.drain = drain;
	err = ranges_intersect(some, pool, &obj.pool);
	for (i = 0; i < obj.pool.n_ranges; i++) {
		const struct vpngw_pool one = {
			.ranges = &obj.pool.ranges[i],
			.n_ranges = 1,
		};

		if (!ranges_within(&one, except))
			obj.pool.ranges[n++] = obj.pool.ranges[i];
	}
	obj.pool.n_ranges = n;
	if (!err && n)
		err = vpngw_pool_drain(vg, &obj.pool);
	vpngw_object_free(&obj);
	return err;
}

/* Drain @to instead of @from, of those addresses that are in @pool. */
static int apply_drain(struct vpngw *vg, const struct vpngw_pool *from,
		       const struct vpngw_pool *to,
		       const struct vpngw_pool *pool)
{
	static const struct vpngw_pool none;
	int err;

	err = apply_drain_some(vg, from ? from : &none, to, pool, 0);
	return err ? err : apply_drain_some(vg, to, &none, pool, 1);
}

/**
 * apply_step - do one step
 * @plan: the plan, which remembers it
 * @type: what to do
 * @item: the object, of the present configuration when it is deleted, else of
 *	the file's
 *
 * Return: an exit status.
 */
int apply_step(struct plan *plan, enum step_type type,
	       const struct config_item *item)
{
	struct step *step = &plan->steps[plan->n];
	int err;

	step->type = type;
	step->item = item;
	switch (type) {
	case STEP_DEL:
		err = vpngw_del(plan->vg, &item->obj);
		break;
	case STEP_ADD:
		err = vpngw_add(plan->vg, &item->obj);
		break;
	case STEP_DRAIN:
		err = apply_drain(plan->vg, item->keep ?
				  &item->same->drain.pool : NULL,
				  &item->drain.pool, &item->obj.pool);
		break;
	default:
		err = vpngw_set(plan->vg, &item->obj);
		break;
	}
	if (err)
		return apply_refuse(plan, item->line, vpngw_error(plan->vg));
	plan->n++;
	return STATUS_DONE;
}

static bool apply_vpn_differs(const struct vpngw_vpn *want,
			      const struct vpngw_vpn *have)
{
	return want->max_flows != have->max_flows ||
	       want->max_mappings_per_host != have->max_mappings_per_host ||
	       want->max_mappings != have->max_mappings ||
	       want->max_flows_per_host != have->max_flows_per_host ||
	       want->max_half_open != have->max_half_open ||
	       want->new_flow_rate != have->new_flow_rate ||
	       want->strict != have->strict ||
	       want->hairpin != have->hairpin ||
	       want->filtering != have->filtering;
}

/* Does something differ that is changed in place, beside a VRF? */
static bool apply_differs(const struct config_item *item)
{
	const struct vpngw_object *want = &item->obj, *have = &item->same->obj;

	switch (want->kind) {
	case VPNGW_VPN:
		return apply_vpn_differs(&want->vpn, &have->vpn);
	case VPNGW_INTERFACE:
		return want->interface.mss != have->interface.mss;
	case VPNGW_POOL:
		return !ranges_same(&want->pool, &have->pool);
	default:
		return false;
	}
}

/* A VRF differs only where the present one was deleted. */
static bool apply_vrf_differs(const struct config_item *item)
{
	const struct vpngw_object *want = &item->obj, *have = &item->same->obj;

	if (want->kind == VPNGW_VPN)
		return want->vpn.vrf_ifindex != have->vpn.vrf_ifindex;
	return want->kind == VPNGW_EXT &&
	       want->ext.vrf_ifindex != have->ext.vrf_ifindex;
}

/* Reduce an object to what is changed in place: the rest is not sent. */
static void apply_reduce(struct vpngw_object *obj, bool rest, bool vrf)
{
	switch (obj->kind) {
	case VPNGW_VPN:
		obj->has = VPNGW_HAS(VPNGW_A_VPN_NAME);
		if (rest)
			obj->has |= VPNGW_HAS(VPNGW_A_VPN_MAX_FLOWS) |
				VPNGW_HAS(VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST) |
				VPNGW_HAS(VPNGW_A_VPN_MAX_MAPPINGS) |
				VPNGW_HAS(VPNGW_A_VPN_MAX_FLOWS_PER_HOST) |
				VPNGW_HAS(VPNGW_A_VPN_MAX_HALF_OPEN) |
				VPNGW_HAS(VPNGW_A_VPN_NEW_FLOW_RATE) |
				VPNGW_HAS(VPNGW_A_VPN_STRICT) |
				VPNGW_HAS(VPNGW_A_VPN_HAIRPIN) |
				VPNGW_HAS(VPNGW_A_VPN_FILTERING);
		if (vrf)
			obj->has |= VPNGW_HAS(VPNGW_A_VPN_VRF_IFINDEX);
		break;
	case VPNGW_EXT:
		obj->has = VPNGW_HAS(VPNGW_A_EXT_NAME);
		if (vrf)
			obj->has |= VPNGW_HAS(VPNGW_A_EXT_VRF_IFINDEX);
		break;
	case VPNGW_INTERFACE:
		obj->has = VPNGW_HAS(VPNGW_A_INTERFACE_IFINDEX) |
			   VPNGW_HAS(VPNGW_A_INTERFACE_MSS);
		break;
	default:
		obj->has = VPNGW_HAS(VPNGW_A_POOL_NAME) |
			   VPNGW_HAS(VPNGW_A_POOL_RANGE);
		break;
	}
}

/**
 * apply_change - change in place what differs
 * @plan: the plan
 * @item: an object of the file that is kept; reduced to what is changed
 *
 * Return: an exit status.
 */
int apply_change(struct plan *plan, struct config_item *item)
{
	bool rest = apply_differs(item), vrf = apply_vrf_differs(item);
	int err = STATUS_DONE;

	if (rest || vrf) {
		apply_reduce(&item->obj, rest, vrf);
		err = apply_step(plan, STEP_SET, item);
	}
	if (!err && item->obj.kind == VPNGW_POOL &&
	    !ranges_same(&item->drain.pool, &item->same->drain.pool))
		err = apply_step(plan, STEP_DRAIN, item);
	return err;
}

/**
 * apply_new - make an object
 * @plan: the plan
 * @item: an object of the file
 *
 * Return: an exit status.
 */
int apply_new(struct plan *plan, struct config_item *item)
{
	int err = apply_step(plan, STEP_ADD, item);

	if (!err && item->drain.pool.n_ranges)
		err = apply_step(plan, STEP_DRAIN, item);
	return err;
}

static bool apply_vrf_gone(const struct vpngw_object *obj)
{
	if (obj->kind == VPNGW_VPN)
		return *obj->vpn.vrf && !obj->vpn.vrf_ifindex;
	return obj->kind == VPNGW_EXT && *obj->ext.vrf && !obj->ext.vrf_ifindex;
}

static int apply_undo_step(struct plan *plan, const struct step *step)
{
	const struct config_item *item = step->item;
	struct vpngw_object before;
	int err = 0;

	switch (step->type) {
	case STEP_DEL:
		/* Without its VRF it would be routed by the main table. */
		if (apply_vrf_gone(&item->obj))
			return -ENODEV;
		err = vpngw_add(plan->vg, &item->obj);
		if (!err && item->obj.kind == VPNGW_POOL)
			err = apply_drain(plan->vg, NULL, &item->drain.pool,
					  &item->obj.pool);
		return err;
	case STEP_ADD:
		return vpngw_del(plan->vg, &item->obj);
	case STEP_DRAIN:
		/* What was made anew is deleted with what it drains. */
		if (!item->keep)
			return 0;
		return apply_drain(plan->vg, &item->drain.pool,
				   &item->same->drain.pool, &item->obj.pool);
	default:
		before = item->same->obj;
		apply_reduce(&before, true, false);
		if (before.kind != VPNGW_EXT)
			err = vpngw_set(plan->vg, &before);
		if (!err && before.kind == VPNGW_POOL)
			err = apply_drain(plan->vg, NULL,
					  &item->same->drain.pool,
					  &item->same->obj.pool);
		/* A VRF that was deleted does not come back. */
		return err || !apply_vrf_differs(item) ? err : -ENODEV;
	}
}

/**
 * apply_undo - undo what was done, in reverse order
 * @plan: the plan
 *
 * Goes on whatever fails, and says what.
 */
void apply_undo(struct plan *plan)
{
	while (plan->n--) {
		const struct step *step = &plan->steps[plan->n];
		int err = apply_undo_step(plan, step);

		if (!err)
			continue;
		note("cannot undo a change of %s: %s",
		     object_types[step->item->obj.kind]->name,
		     err == -ENODEV ? "its VRF is gone" :
		     vpngw_error(plan->vg));
	}
}
