// SPDX-License-Identifier: GPL-2.0
/* libvpngw: the calls that its users make, but for events. */
#include "libvpngw.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "kind.h"
#include "nl.h"

static const void *object_member(const struct vpngw_object *obj)
{
	/* Every member of the union begins where the union begins. */
	return &obj->has;
}

/* The table of a VRF is told in answers, and not asked for in requests. */
static uint32_t object_new_mask(const struct vpngw_object *obj)
{
	uint32_t mask = vpngw_kinds[obj->kind].new;

	if (obj->kind == VPNGW_VPN &&
	    obj->has & VPNGW_HAS(VPNGW_A_VPN_VRF_IFINDEX))
		mask &= ~VPNGW_HAS(VPNGW_A_VPN_TABLE);
	if (obj->kind == VPNGW_EXT &&
	    obj->has & VPNGW_HAS(VPNGW_A_EXT_VRF_IFINDEX))
		mask &= ~VPNGW_HAS(VPNGW_A_EXT_TABLE);
	return mask;
}

/**
 * vpngw_add - make an object
 * @vg: the handle
 * @obj: the object, which must not exist yet
 *
 * Members that only answers have are not sent, so an object may be added as
 * it was shown.
 *
 * Return: 0 or a negative errno.
 */
int vpngw_add(struct vpngw *vg, const struct vpngw_object *obj)
{
	const struct vpngw_kind_def *kind = &vpngw_kinds[obj->kind];
	const struct vpngw_call call = {
		.cmd = kind->cmd_new,
		.flags = NLM_F_CREATE | NLM_F_EXCL,
		.fields = kind->fields,
		.mask = object_new_mask(obj),
		.obj = object_member(obj),
	};

	return kind->cmd_new ? vpngw_nl_call(vg, &call) : -EOPNOTSUPP;
}

/**
 * vpngw_set - change an object
 * @vg: the handle
 * @obj: the object, which must exist; absent members stay as they are
 *
 * Return: 0 or a negative errno.
 */
int vpngw_set(struct vpngw *vg, const struct vpngw_object *obj)
{
	const struct vpngw_kind_def *kind = &vpngw_kinds[obj->kind];
	const struct vpngw_call call = {
		.cmd = kind->cmd_new,
		.flags = NLM_F_REPLACE,
		.fields = kind->fields,
		.mask = kind->new,
		.obj = object_member(obj),
	};

	return kind->cmd_new ? vpngw_nl_call(vg, &call) : -EOPNOTSUPP;
}

/**
 * vpngw_del - delete an object
 * @vg: the handle
 * @obj: what names it; the rest is not sent
 *
 * Flows have vpngw_flow_end().
 *
 * Return: 0 or a negative errno.
 */
int vpngw_del(struct vpngw *vg, const struct vpngw_object *obj)
{
	const struct vpngw_kind_def *kind = &vpngw_kinds[obj->kind];
	const struct vpngw_call call = {
		.cmd = kind->cmd_del,
		.fields = kind->fields,
		.mask = kind->del,
		.obj = object_member(obj),
	};

	return kind->cmd_del ? vpngw_nl_call(vg, &call) : -EOPNOTSUPP;
}

struct object_answer {
	enum vpngw_kind kind;
	vpngw_object_fn *fn;
	void *arg;
};

static int object_answer(void *member, void *arg)
{
	const struct object_answer *answer = arg;
	struct vpngw_object obj = { .kind = answer->kind };

	memcpy(&obj.has, member, vpngw_kinds[obj.kind].fields->size);
	return answer->fn(&obj, answer->arg);
}

static int object_get(struct vpngw *vg, const struct vpngw_object *match,
		      bool dump, vpngw_object_fn *fn, void *arg)
{
	const struct vpngw_kind_def *kind = &vpngw_kinds[match->kind];
	struct object_answer answer = {
		.kind = match->kind,
		.fn = fn,
		.arg = arg,
	};
	const struct vpngw_call call = {
		.cmd = kind->cmd_get,
		.dump = dump,
		.fields = kind->fields,
		.mask = kind->get,
		.obj = object_member(match),
		.answer = object_answer,
		.arg = &answer,
	};

	return kind->cmd_get ? vpngw_nl_call(vg, &call) : -EOPNOTSUPP;
}

static int object_ignore(const struct vpngw_object *obj, void *arg)
{
	(void)obj;
	(void)arg;
	return 0;
}

/*
 * Linux before 6.2 gives no sentence with a list that it refuses.  Mostly the
 * vpn or ext is not there that the objects were to have: then asking for it
 * gives the sentence.
 */
static void object_explain(struct vpngw *vg, const char *vpn, const char *ext)
{
	struct vpngw_object match = {};

	if (*vpn) {
		match.kind = VPNGW_VPN;
		match.vpn.has = VPNGW_HAS(VPNGW_A_VPN_NAME);
		strcpy(match.vpn.name, vpn);
		if (vpngw_get(vg, &match, object_ignore, NULL))
			return;
	}
	if (*ext) {
		match.kind = VPNGW_EXT;
		match.ext.has = VPNGW_HAS(VPNGW_A_EXT_NAME);
		strcpy(match.ext.name, ext);
		if (vpngw_get(vg, &match, object_ignore, NULL))
			return;
	}
	vpngw_nl_fail(vg, -ENOENT, NULL);
}

static void each_explain(struct vpngw *vg, const struct vpngw_object *match)
{
	switch (match->kind) {
	case VPNGW_INTERFACE:
		object_explain(vg, match->interface.vpn, match->interface.ext);
		break;
	case VPNGW_POOL:
		object_explain(vg, "", match->pool.ext);
		break;
	case VPNGW_ALIAS:
		object_explain(vg, match->alias.vpn, "");
		break;
	case VPNGW_MAPPING:
		object_explain(vg, match->mapping.vpn, match->mapping.ext);
		break;
	case VPNGW_FLOW:
		object_explain(vg, match->flow.vpn, "");
		break;
	default:
		break;
	}
}

/**
 * vpngw_get - show the one object that matches
 * @vg: the handle
 * @match: what names it
 * @fn: called with it
 * @arg: for @fn
 *
 * Return: 0, a negative errno, or what @fn returned.
 */
int vpngw_get(struct vpngw *vg, const struct vpngw_object *match,
	      vpngw_object_fn *fn, void *arg)
{
	return object_get(vg, match, false, fn, arg);
}

/**
 * vpngw_each - show all objects that match
 * @vg: the handle
 * @match: the kind, and what they are to have in common
 * @fn: called with each of them, when all have been received (but see below)
 * @arg: for @fn
 *
 * The kernel says when the objects changed while it listed them.  The list
 * is then taken anew, a few times.  Lists of more than some 100,000 flows are
 * passed on as they come.
 *
 * Return: 0, VPNGW_INCONSISTENT when the list may lack an object or have one
 * twice, a negative errno, or what @fn returned.
 */
int vpngw_each(struct vpngw *vg, const struct vpngw_object *match,
	       vpngw_object_fn *fn, void *arg)
{
	int err = object_get(vg, match, true, fn, arg);

	if (err == -ENOENT)
		each_explain(vg, match);
	return err;
}

/**
 * vpngw_object_copy - copy an object with all that belongs to it
 * @dst: the copy; give it back with vpngw_object_free()
 * @src: the object
 *
 * Return: 0 or -ENOMEM.
 */
int vpngw_object_copy(struct vpngw_object *dst,
		      const struct vpngw_object *src)
{
	size_t size;

	*dst = *src;
	if (src->kind != VPNGW_POOL || !src->pool.n_ranges)
		return 0;
	size = src->pool.n_ranges * sizeof(*src->pool.ranges);
	dst->pool.ranges = malloc(size);
	if (!dst->pool.ranges) {
		dst->pool.n_ranges = 0;
		return -ENOMEM;
	}
	memcpy(dst->pool.ranges, src->pool.ranges, size);
	return 0;
}

/**
 * vpngw_object_free - free what belongs to an object
 * @obj: the object, itself not freed
 */
void vpngw_object_free(struct vpngw_object *obj)
{
	vpngw_fields_free(vpngw_kinds[obj->kind].fields, &obj->has);
}

/**
 * vpngw_pool_drain - give no more of some addresses of a pool, or again
 * @vg: the handle
 * @pool: its name, the ranges, and drain: 1 or 0
 *
 * Mappings that they have stay until they end.
 *
 * Return: 0 or a negative errno.
 */
int vpngw_pool_drain(struct vpngw *vg, const struct vpngw_pool *pool)
{
	const struct vpngw_call call = {
		.cmd = VPNGW_CMD_POOL_DRAIN,
		.fields = &vpngw_pool_fields,
		.mask = VPNGW_HAS(VPNGW_A_POOL_NAME) |
			VPNGW_HAS(VPNGW_A_POOL_RANGE) |
			VPNGW_HAS(VPNGW_A_POOL_DRAIN),
		.obj = pool,
	};

	return vpngw_nl_call(vg, &call);
}

static int flow_count_answer(void *member, void *arg)
{
	const struct vpngw_flow *flow = member;

	*(uint32_t *)arg = flow->count;
	return 0;
}

static int flow_call(struct vpngw *vg, uint8_t cmd,
		     const struct vpngw_object *match, uint32_t *count)
{
	const struct vpngw_call call = {
		.cmd = cmd,
		.fields = &vpngw_flow_fields,
		.mask = vpngw_kinds[VPNGW_FLOW].get,
		.obj = object_member(match),
		.answer = flow_count_answer,
		.arg = count,
	};

	*count = 0;
	return vpngw_nl_call(vg, &call);
}

/**
 * vpngw_flow_count - count flows
 * @vg: the handle
 * @match: which ones
 * @count: how many there are
 *
 * Return: 0 or a negative errno.
 */
int vpngw_flow_count(struct vpngw *vg, const struct vpngw_object *match,
		     uint32_t *count)
{
	return flow_call(vg, VPNGW_CMD_FLOW_COUNT, match, count);
}

/**
 * vpngw_flow_end - end flows
 * @vg: the handle
 * @match: which ones
 * @count: how many there were
 *
 * Return: 0 or a negative errno.
 */
int vpngw_flow_end(struct vpngw *vg, const struct vpngw_object *match,
		   uint32_t *count)
{
	return flow_call(vg, VPNGW_CMD_FLOW_DEL, match, count);
}

static int identify_answer(void *member, void *arg)
{
	memcpy(arg, member, sizeof(struct vpngw_identity));
	return 0;
}

/**
 * vpngw_identify - tell whose flow an outside tuple is
 * @vg: the handle
 * @question: proto and outside, and perhaps server and ext
 * @answer: what the kernel knows
 *
 * Return: 0, -ENOENT when it is nobody's, -ENOTUNIQ when the question fits
 * several, or another negative errno.
 */
int vpngw_identify(struct vpngw *vg, const struct vpngw_identity *question,
		   struct vpngw_identity *answer)
{
	const struct vpngw_call call = {
		.cmd = VPNGW_CMD_IDENTIFY,
		.fields = &vpngw_identity_fields,
		.mask = VPNGW_HAS(VPNGW_A_IDENTITY_PROTO) |
			VPNGW_HAS(VPNGW_A_IDENTITY_OUTSIDE) |
			VPNGW_HAS(VPNGW_A_IDENTITY_SERVER) |
			VPNGW_HAS(VPNGW_A_IDENTITY_EXT),
		.obj = question,
		.answer = identify_answer,
		.arg = answer,
	};

	memset(answer, 0, sizeof(*answer));
	return vpngw_nl_call(vg, &call);
}

static int explain_answer(void *member, void *arg)
{
	memcpy(arg, member, sizeof(struct vpngw_explain));
	return 0;
}

/**
 * vpngw_explain - tell what would become of a packet, and why
 * @vg: the handle
 * @question: ifindex, proto and packet
 * @answer: what the kernel would do
 *
 * Return: 0 or a negative errno.
 */
int vpngw_explain(struct vpngw *vg, const struct vpngw_explain *question,
		  struct vpngw_explain *answer)
{
	const struct vpngw_call call = {
		.cmd = VPNGW_CMD_EXPLAIN,
		.fields = &vpngw_explain_fields,
		.mask = VPNGW_HAS(VPNGW_A_EXPLAIN_IFINDEX) |
			VPNGW_HAS(VPNGW_A_EXPLAIN_PROTO) |
			VPNGW_HAS(VPNGW_A_EXPLAIN_PACKET),
		.obj = question,
		.answer = explain_answer,
		.arg = answer,
	};

	memset(answer, 0, sizeof(*answer));
	return vpngw_nl_call(vg, &call);
}

static int stats_answer(void *member, void *arg)
{
	struct vpngw_stats *from = member;

	/* The list changes hands. */
	memcpy(arg, from, sizeof(*from));
	from->drops = NULL;
	from->n_drops = 0;
	return 0;
}

/**
 * vpngw_stats_get - read the counters
 * @vg: the handle
 * @match: the vpn or the ext; neither is everything
 * @stats: the counters; give them back with vpngw_stats_free()
 *
 * Return: 0 or a negative errno.
 */
int vpngw_stats_get(struct vpngw *vg, const struct vpngw_stats *match,
		    struct vpngw_stats *stats)
{
	const struct vpngw_call call = {
		.cmd = VPNGW_CMD_STATS_GET,
		.fields = &vpngw_stats_fields,
		.mask = VPNGW_HAS(VPNGW_A_STATS_VPN) |
			VPNGW_HAS(VPNGW_A_STATS_EXT),
		.obj = match,
		.answer = stats_answer,
		.arg = stats,
	};

	memset(stats, 0, sizeof(*stats));
	return vpngw_nl_call(vg, &call);
}

/**
 * vpngw_stats_free - free what belongs to counters
 * @stats: the counters, themselves not freed
 */
void vpngw_stats_free(struct vpngw_stats *stats)
{
	vpngw_fields_free(&vpngw_stats_fields, stats);
}

static int settings_answer(void *member, void *arg)
{
	memcpy(arg, member, sizeof(struct vpngw_settings));
	return 0;
}

/**
 * vpngw_settings - change settings and read them all
 * @vg: the handle
 * @change: those to change, or NULL
 * @now: all of them, afterwards
 *
 * Return: 0 or a negative errno.
 */
int vpngw_settings(struct vpngw *vg, const struct vpngw_settings *change,
		   struct vpngw_settings *now)
{
	const struct vpngw_call call = {
		.cmd = VPNGW_CMD_SETTING,
		.fields = &vpngw_settings_fields,
		.mask = ~VPNGW_HAS(VPNGW_A_SETTING_CONFIG_ID),
		.obj = change,
		.answer = settings_answer,
		.arg = now,
	};

	memset(now, 0, sizeof(*now));
	return vpngw_nl_call(vg, &call);
}

/**
 * vpngw_flush - delete everything and put the settings back
 * @vg: the handle
 * @config_id: only if the configuration is still this one; NULL: in any case
 *
 * Return: 0 or a negative errno.
 */
int vpngw_flush(struct vpngw *vg, const uint32_t *config_id)
{
	struct vpngw_settings settings = {};
	const struct vpngw_call call = {
		.cmd = VPNGW_CMD_FLUSH,
		.fields = &vpngw_settings_fields,
		.mask = VPNGW_HAS(VPNGW_A_SETTING_CONFIG_ID),
		.obj = &settings,
	};

	if (config_id) {
		settings.has = VPNGW_HAS(VPNGW_A_SETTING_CONFIG_ID);
		settings.config_id = *config_id;
	}
	return vpngw_nl_call(vg, &call);
}
