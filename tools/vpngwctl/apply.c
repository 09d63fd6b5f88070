// SPDX-License-Identifier: GPL-2.0
/*
 * vpngwctl apply: make the configuration what a file says, or change nothing.
 *
 * Only what differs is deleted and made, so that flows of the rest live on.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "config.h"
#include "object.h"
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
