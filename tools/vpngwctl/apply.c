// SPDX-License-Identifier: GPL-2.0
/*
 * vpngwctl apply: make the configuration what a file says, or change nothing.
 *
 * Only what differs is deleted and made, so that flows of the rest live on.
 * What was done is remembered, and undone in reverse order when the kernel
 * refuses the next step.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "object.h"
#include "ranges.h"
#include "setting.h"
#include "vpngwctl.h"

const char apply_usage[] =
"Usage: vpngwctl apply { FILE | - }\n"
"\n"
"Makes the configuration what the file says, or changes nothing.  The file\n"
"has \"add\", \"pool drain\" and \"set\" commands, as \"save\" prints them.  What\n"
"is in the file and in the kernel alike is not touched.\n";

#define POOL_PORT_LO	1
#define POOL_PORT_HI	65535

enum step_type {
	STEP_DEL,
	STEP_ADD,
	STEP_SET,
	STEP_DRAIN,
};

/* One change that was made. */
struct step {
	enum step_type type;
	const struct config_item *item;
};

/**
 * struct plan - what is to be done, and what was done
 * @vg: the handle
 * @file: name of the file
 * @have: the present configuration
 * @want: the file's
 * @steps: what was done
 * @n: how many steps
 */
struct plan {
	struct vpngw *vg;
	const char *file;
	struct config have;
	struct config want;
	struct step *steps;
	size_t n;
};

/* Say it of a line of the file, or of the file as a whole. */
static int apply_refuse(const struct plan *plan, unsigned int line,
			const char *what)
{
	int err;

	options.file = plan->file;
	options.line = line;
	err = refuse("%s", what);
	options.file = NULL;
	return err;
}

/* The kernel would pick the only ext there is. */
static void apply_complete_ext(const struct config *want, char *ext)
{
	const char *only = NULL;
	size_t i;

	if (*ext)
		return;
	for (i = 0; i < want->n; i++) {
		if (want->items[i].obj.kind != VPNGW_EXT)
			continue;
		if (only)
			return;
		only = want->items[i].obj.ext.name;
	}
	if (only)
		strcpy(ext, only);
}

static void apply_complete_pool(struct vpngw_pool *pool)
{
	if (pool->has & VPNGW_HAS(VPNGW_A_POOL_PORT_LO))
		return;
	pool->port_lo = POOL_PORT_LO;
	pool->port_hi = POOL_PORT_HI;
}

/* The kernel looks for a module, slowly, when there is no such device. */
static uint32_t apply_device(const char *name)
{
	return *name ? if_nametoindex(name) : 0;
}

/* Write down what the file leaves to the kernel, so that it can be compared. */
static void apply_complete(struct plan *plan, struct vpngw_object *obj)
{
	struct config_item *item;

	switch (obj->kind) {
	case VPNGW_VPN:
		obj->vpn.vrf_ifindex = apply_device(obj->vpn.vrf);
		item = config_find(&plan->have, VPNGW_VPN, obj->vpn.name);
		if (item && !obj->vpn.id)
			obj->vpn.id = item->obj.vpn.id;
		break;
	case VPNGW_EXT:
		obj->ext.vrf_ifindex = apply_device(obj->ext.vrf);
		item = config_find(&plan->have, VPNGW_EXT, obj->ext.name);
		if (item && !obj->ext.id)
			obj->ext.id = item->obj.ext.id;
		break;
	case VPNGW_INTERFACE:
		obj->interface.ifindex = apply_device(obj->interface.name);
		break;
	case VPNGW_POOL:
		apply_complete_pool(&obj->pool);
		break;
	case VPNGW_ALIAS:
		apply_complete_ext(&plan->want, obj->alias.ext);
		break;
	case VPNGW_MAPPING:
		apply_complete_ext(&plan->want, obj->mapping.ext);
		break;
	default:
		break;
	}
}

/* What may be sent: what the file gives, and what was just completed. */
static void apply_present(struct vpngw_object *obj)
{
	switch (obj->kind) {
	case VPNGW_VPN:
		if (obj->vpn.id)
			obj->has |= VPNGW_HAS(VPNGW_A_VPN_ID);
		if (*obj->vpn.vrf)
			obj->has |= VPNGW_HAS(VPNGW_A_VPN_VRF_IFINDEX);
		break;
	case VPNGW_EXT:
		if (obj->ext.id)
			obj->has |= VPNGW_HAS(VPNGW_A_EXT_ID);
		if (*obj->ext.vrf)
			obj->has |= VPNGW_HAS(VPNGW_A_EXT_VRF_IFINDEX);
		break;
	case VPNGW_INTERFACE:
		obj->has |= VPNGW_HAS(VPNGW_A_INTERFACE_IFINDEX);
		break;
	case VPNGW_ALIAS:
		if (*obj->alias.ext)
			obj->has |= VPNGW_HAS(VPNGW_A_ALIAS_EXT);
		break;
	case VPNGW_MAPPING:
		if (*obj->mapping.ext)
			obj->has |= VPNGW_HAS(VPNGW_A_MAPPING_EXT);
		break;
	default:
		break;
	}
}

/* A device that is not there makes everything after it senseless. */
static int apply_check_device(const struct plan *plan,
			      const struct config_item *item)
{
	const struct vpngw_object *obj = &item->obj;
	const char *device = "";
	char text[64];

	if (item->same)
		return STATUS_DONE;
	if (obj->kind == VPNGW_VPN && !obj->vpn.vrf_ifindex)
		device = obj->vpn.vrf;
	else if (obj->kind == VPNGW_EXT && !obj->ext.vrf_ifindex)
		device = obj->ext.vrf;
	else if (obj->kind == VPNGW_INTERFACE && !obj->interface.ifindex)
		device = obj->interface.name;
	if (!*device)
		return STATUS_DONE;
	snprintf(text, sizeof(text), "there is no device \"%s\"", device);
	return apply_refuse(plan, item->line, text);
}

static int apply_check_twice(const struct plan *plan)
{
	const struct config *want = &plan->want;
	size_t i;

	for (i = 1; i < want->n; i++) {
		const struct config_item *a = want->sorted[i - 1];
		const struct config_item *b = want->sorted[i];
		unsigned int first = a->line < b->line ? a->line : b->line;
		char text[64];

		if (config_cmp_key(a, b))
			continue;
		snprintf(text, sizeof(text), "this is already in line %u",
			 first);
		return apply_refuse(plan, a->line + b->line - first, text);
	}
	return STATUS_DONE;
}

/* Does what an object needs stay as it is? */
static bool apply_parent_kept(const struct config *have, enum vpngw_kind kind,
			      const char *name)
{
	const struct config_item *item;

	if (!*name)
		return true;
	item = config_find(have, kind, name);
	return item && item->keep;
}

static bool apply_parents_kept(const struct config *have,
			       const struct vpngw_object *obj)
{
	switch (obj->kind) {
	case VPNGW_INTERFACE:
		return apply_parent_kept(have, VPNGW_VPN, obj->interface.vpn) &&
		       apply_parent_kept(have, VPNGW_EXT, obj->interface.ext);
	case VPNGW_POOL:
		return apply_parent_kept(have, VPNGW_VPN, obj->pool.vpn) &&
		       apply_parent_kept(have, VPNGW_EXT, obj->pool.ext);
	case VPNGW_ALIAS:
		return apply_parent_kept(have, VPNGW_VPN, obj->alias.vpn) &&
		       apply_parent_kept(have, VPNGW_EXT, obj->alias.ext) &&
		       apply_parent_kept(have, VPNGW_POOL, obj->alias.pool);
	case VPNGW_MAPPING:
		return apply_parent_kept(have, VPNGW_VPN, obj->mapping.vpn) &&
		       apply_parent_kept(have, VPNGW_EXT, obj->mapping.ext);
	default:
		return true;
	}
}

/* Find out what stays, what goes and what comes. */
static int apply_plan(struct plan *plan)
{
	size_t i;
	int err;

	err = config_sort(&plan->have);
	for (i = 0; !err && i < plan->want.n; i++)
		apply_complete(plan, &plan->want.items[i].obj);
	if (!err)
		err = config_sort(&plan->want);
	for (i = 0; !err && i < plan->want.n; i++) {
		struct config_item *item = &plan->want.items[i];

		item->same = config_same(&plan->have, item);
		if (item->same)
			item->same->same = item;
		err = apply_check_device(plan, item);
		apply_present(&item->obj);
	}
	if (!err)
		err = apply_check_twice(plan);
	/* Parents come before their children here. */
	for (i = 0; !err && i < plan->have.n; i++) {
		struct config_item *item = &plan->have.items[i];

		item->keep = item->same &&
			     apply_parents_kept(&plan->have, &item->obj);
		if (item->same)
			item->same->keep = item->keep;
	}
	if (err)
		return err;
	/* A pool may take two. */
	plan->steps = calloc(plan->have.n + 2 * plan->want.n + 1,
			     sizeof(*plan->steps));
	return plan->steps ? STATUS_DONE : refuse("out of memory");
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

static void apply_tell(const struct step *step)
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

static int apply_step(struct plan *plan, enum step_type type,
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

static int apply_change(struct plan *plan, struct config_item *item)
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

static int apply_new(struct plan *plan, struct config_item *item)
{
	int err = apply_step(plan, STEP_ADD, item);

	if (!err && item->drain.pool.n_ranges)
		err = apply_step(plan, STEP_DRAIN, item);
	return err;
}

static int apply_do(struct plan *plan)
{
	struct vpngw_settings now;
	int err = STATUS_DONE;
	size_t i;

	for (i = plan->have.n; !err && i--;)
		if (!plan->have.items[i].keep)
			err = apply_step(plan, STEP_DEL, &plan->have.items[i]);
	for (i = 0; !err && i < plan->want.n; i++) {
		struct config_item *item = &plan->want.items[i];

		if (item->keep)
			err = apply_change(plan, item);
		else
			err = apply_new(plan, item);
	}
	if (!err &&
	    !settings_same(&plan->have.settings, &plan->want.settings) &&
	    vpngw_settings(plan->vg, &plan->want.settings, &now))
		err = apply_refuse(plan, plan->want.settings_line,
				   vpngw_error(plan->vg));
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

/* Goes on whatever fails, and says what. */
static void apply_undo(struct plan *plan)
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

static int apply_file(const char *name, struct plan *plan)
{
	sigset_t signals, old;
	size_t i;
	int err;

	plan->file = name;
	err = config_read_file(name, &plan->want);
	if (!err)
		err = module_open(&plan->vg);
	if (!err)
		err = config_read_kernel(plan->vg, &plan->have);
	if (!err)
		err = apply_plan(plan);
	if (err)
		return err;

	/* All or nothing, also when somebody loses patience. */
	sigfillset(&signals);
	sigprocmask(SIG_BLOCK, &signals, &old);
	err = apply_do(plan);
	if (err)
		apply_undo(plan);
	sigprocmask(SIG_SETMASK, &old, NULL);

	for (i = 0; !err && i < plan->n; i++)
		apply_tell(&plan->steps[i]);
	return err;
}

/**
 * apply_run - vpngwctl apply
 * @words: what follows it
 *
 * Return: an exit status.
 */
int apply_run(struct words *words)
{
	struct plan plan = {};
	char *name;
	int err;

	err = read_words(words, "file, or - for standard input", &name);
	if (!err)
		err = words_end(words);
	if (!err && options.file)
		err = misuse("a batch cannot apply a file");
	if (!err)
		err = apply_file(name, &plan);
	config_free(&plan.want);
	config_free(&plan.have);
	free(plan.steps);
	return err;
}
