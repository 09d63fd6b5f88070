// SPDX-License-Identifier: GPL-2.0
/* libvpngw: the calls that its users make. */
#include "libvpngw.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "nl.h"

/**
 * struct kind - one kind of object
 * @fields: its attribute set
 * @new: attributes that a request to make one may carry
 * @del: the same to delete one
 * @get: the same to show some
 * @cmd_new: command to make one, 0 where there is none
 * @cmd_del: command to delete one
 * @cmd_get: command to show one or many
 * @ntf_new: event "one was made"
 * @ntf_del: event "one was deleted"
 */
struct kind {
	const struct vpngw_fields *fields;
	uint32_t new;
	uint32_t del;
	uint32_t get;
	uint8_t cmd_new;
	uint8_t cmd_del;
	uint8_t cmd_get;
	uint8_t ntf_new;
	uint8_t ntf_del;
};

#define COMMANDS(_kind)							\
	.cmd_new = VPNGW_CMD_##_kind##_NEW,				\
	.cmd_del = VPNGW_CMD_##_kind##_DEL,				\
	.cmd_get = VPNGW_CMD_##_kind##_GET,				\
	.ntf_new = VPNGW_CMD_##_kind##_NEW_NTF,				\
	.ntf_del = VPNGW_CMD_##_kind##_DEL_NTF

#define FLOW_FILTER	(VPNGW_HAS(VPNGW_A_FLOW_VPN) |			\
			 VPNGW_HAS(VPNGW_A_FLOW_PROTO) |		\
			 VPNGW_HAS(VPNGW_A_FLOW_FILTER_INSIDE) |	\
			 VPNGW_HAS(VPNGW_A_FLOW_FILTER_OUTSIDE) |	\
			 VPNGW_HAS(VPNGW_A_FLOW_FILTER_SERVER))

#define MAPPING_KEY	(VPNGW_HAS(VPNGW_A_MAPPING_VPN) |		\
			 VPNGW_HAS(VPNGW_A_MAPPING_EXT) |		\
			 VPNGW_HAS(VPNGW_A_MAPPING_PROTO) |		\
			 VPNGW_HAS(VPNGW_A_MAPPING_INSIDE) |		\
			 VPNGW_HAS(VPNGW_A_MAPPING_OUTSIDE))

#define ALIAS_KEY	(VPNGW_HAS(VPNGW_A_ALIAS_VPN) |			\
			 VPNGW_HAS(VPNGW_A_ALIAS_PROTO) |		\
			 VPNGW_HAS(VPNGW_A_ALIAS_INSIDE))

static const struct kind kinds[VPNGW_KINDS] = {
	[VPNGW_VPN] = {
		.fields = &vpngw_vpn_fields,
		.new = VPNGW_HAS(VPNGW_A_VPN_NAME) |
		       VPNGW_HAS(VPNGW_A_VPN_ID) |
		       VPNGW_HAS(VPNGW_A_VPN_VRF_IFINDEX) |
		       VPNGW_HAS(VPNGW_A_VPN_TABLE) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_FLOWS) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_MAPPINGS) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_FLOWS_PER_HOST) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_HALF_OPEN) |
		       VPNGW_HAS(VPNGW_A_VPN_NEW_FLOW_RATE) |
		       VPNGW_HAS(VPNGW_A_VPN_STRICT) |
		       VPNGW_HAS(VPNGW_A_VPN_HAIRPIN) |
		       VPNGW_HAS(VPNGW_A_VPN_FILTERING),
		.del = VPNGW_HAS(VPNGW_A_VPN_NAME),
		.get = VPNGW_HAS(VPNGW_A_VPN_NAME),
		COMMANDS(VPN),
	},
	[VPNGW_EXT] = {
		.fields = &vpngw_ext_fields,
		.new = VPNGW_HAS(VPNGW_A_EXT_NAME) |
		       VPNGW_HAS(VPNGW_A_EXT_ID) |
		       VPNGW_HAS(VPNGW_A_EXT_VRF_IFINDEX) |
		       VPNGW_HAS(VPNGW_A_EXT_TABLE),
		.del = VPNGW_HAS(VPNGW_A_EXT_NAME),
		.get = VPNGW_HAS(VPNGW_A_EXT_NAME),
		COMMANDS(EXT),
	},
	[VPNGW_INTERFACE] = {
		.fields = &vpngw_interface_fields,
		.new = VPNGW_HAS(VPNGW_A_INTERFACE_IFINDEX) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_VPN) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_EXT) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_MSS),
		.del = VPNGW_HAS(VPNGW_A_INTERFACE_IFINDEX),
		.get = VPNGW_HAS(VPNGW_A_INTERFACE_IFINDEX) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_VPN) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_EXT),
		COMMANDS(INTERFACE),
	},
	[VPNGW_POOL] = {
		.fields = &vpngw_pool_fields,
		.new = VPNGW_HAS(VPNGW_A_POOL_NAME) |
		       VPNGW_HAS(VPNGW_A_POOL_EXT) |
		       VPNGW_HAS(VPNGW_A_POOL_VPN) |
		       VPNGW_HAS(VPNGW_A_POOL_RANGE) |
		       VPNGW_HAS(VPNGW_A_POOL_PORT_LO) |
		       VPNGW_HAS(VPNGW_A_POOL_PORT_HI) |
		       VPNGW_HAS(VPNGW_A_POOL_PARITY) |
		       VPNGW_HAS(VPNGW_A_POOL_CONTIGUITY) |
		       VPNGW_HAS(VPNGW_A_POOL_BLOCK_SIZE) |
		       VPNGW_HAS(VPNGW_A_POOL_BLOCK_OWNER) |
		       VPNGW_HAS(VPNGW_A_POOL_DETERMINISTIC),
		.del = VPNGW_HAS(VPNGW_A_POOL_NAME),
		.get = VPNGW_HAS(VPNGW_A_POOL_NAME) |
		       VPNGW_HAS(VPNGW_A_POOL_EXT),
		COMMANDS(POOL),
	},
	[VPNGW_ALIAS] = {
		.fields = &vpngw_alias_fields,
		.new = ALIAS_KEY |
		       VPNGW_HAS(VPNGW_A_ALIAS_EXT) |
		       VPNGW_HAS(VPNGW_A_ALIAS_POOL) |
		       VPNGW_HAS(VPNGW_A_ALIAS_SERVER),
		.del = ALIAS_KEY,
		.get = ALIAS_KEY,
		COMMANDS(ALIAS),
	},
	[VPNGW_MAPPING] = {
		.fields = &vpngw_mapping_fields,
		.new = MAPPING_KEY,
		.del = MAPPING_KEY,
		.get = MAPPING_KEY | VPNGW_HAS(VPNGW_A_MAPPING_STATIC),
		COMMANDS(MAPPING),
	},
	[VPNGW_FLOW] = {
		.fields = &vpngw_flow_fields,
		.get = FLOW_FILTER,
		.cmd_get = VPNGW_CMD_FLOW_GET,
		.ntf_new = VPNGW_CMD_FLOW_NEW_NTF,
		.ntf_del = VPNGW_CMD_FLOW_DEL_NTF,
	},
	[VPNGW_LIMIT] = {
		.fields = &vpngw_limit_fields,
		.ntf_new = VPNGW_CMD_LIMIT_NTF,
	},
};

static const void *object_member(const struct vpngw_object *obj)
{
	/* Every member of the union begins where the union begins. */
	return &obj->has;
}

/* The table of a VRF is told in answers, and not asked for in requests. */
static uint32_t object_new_mask(const struct vpngw_object *obj)
{
	uint32_t mask = kinds[obj->kind].new;

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
	const struct kind *kind = &kinds[obj->kind];
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
	const struct kind *kind = &kinds[obj->kind];
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
	const struct kind *kind = &kinds[obj->kind];
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

	memcpy(&obj.has, member, kinds[obj.kind].fields->size);
	return answer->fn(&obj, answer->arg);
}

static int object_get(struct vpngw *vg, const struct vpngw_object *match,
		      bool dump, vpngw_object_fn *fn, void *arg)
{
	const struct kind *kind = &kinds[match->kind];
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
	vpngw_fields_free(kinds[obj->kind].fields, &obj->has);
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
		.mask = FLOW_FILTER,
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

/**
 * vpngw_subscribe - ask for events
 * @vg: the handle, which from now on is used for events only
 * @events: VPNGW_EVENTS_*
 *
 * Return: 0 or a negative errno.
 */
int vpngw_subscribe(struct vpngw *vg, unsigned int events)
{
	int err = 0;

	if (events & VPNGW_EVENTS_CONFIG)
		err = vpngw_nl_join(vg, VPNGW_MCGRP_CONFIG);
	if (!err && events & VPNGW_EVENTS_FLOW)
		err = vpngw_nl_join(vg, VPNGW_MCGRP_FLOW);
	if (!err && events & VPNGW_EVENTS_LIMIT)
		err = vpngw_nl_join(vg, VPNGW_MCGRP_LIMIT);
	return err;
}

static const struct kind *event_kind(uint8_t cmd)
{
	const struct kind *kind;

	for (kind = kinds; kind < kinds + VPNGW_KINDS; kind++)
		if (cmd == kind->ntf_new || cmd == kind->ntf_del)
			return kind;
	return NULL;
}

static const struct vpngw_fields *event_fields(uint8_t cmd)
{
	const struct kind *kind = event_kind(cmd);

	return kind ? kind->fields : NULL;
}

struct event_answer {
	vpngw_event_fn *fn;
	void *arg;
};

static int event_answer(uint8_t cmd, const struct vpngw_fields *fields,
			void *member, void *arg)
{
	const struct event_answer *answer = arg;
	const struct kind *kind = event_kind(cmd);
	struct vpngw_object obj = { .kind = kind - kinds };
	enum vpngw_event event = VPNGW_EVENT_NEW;

	memcpy(&obj.has, member, fields->size);
	if (obj.kind == VPNGW_LIMIT)
		event = VPNGW_EVENT_LIMIT;
	else if (cmd == kind->ntf_del)
		event = VPNGW_EVENT_DEL;
	return answer->fn(event, &obj, answer->arg);
}

/**
 * vpngw_events - wait for events and pass them on
 * @vg: a handle with a subscription
 * @fn: called with each event
 * @arg: for @fn
 *
 * Waits for one datagram, unless vpngw_fd() was polled before.
 *
 * Return: 0, -ENOBUFS when events were lost because they were not read fast
 * enough (others follow), -EINTR, -ENODEV when the kernel module was
 * unloaded, another negative errno, or what @fn returned.
 */
int vpngw_events(struct vpngw *vg, vpngw_event_fn *fn, void *arg)
{
	struct event_answer answer = {
		.fn = fn,
		.arg = arg,
	};

	return vpngw_nl_events(vg, event_fields, event_answer, &answer);
}
