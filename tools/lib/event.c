// SPDX-License-Identifier: GPL-2.0
/* libvpngw: events, by the kind of the object that they are about. */
#include "libvpngw.h"

#include <string.h>

#include "fields.h"
#include "kind.h"
#include "nl.h"

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

static const struct vpngw_kind_def *event_kind(uint8_t cmd)
{
	const struct vpngw_kind_def *kind;

	for (kind = vpngw_kinds; kind < vpngw_kinds + VPNGW_KINDS; kind++)
		if (cmd == kind->ntf_new || cmd == kind->ntf_del)
			return kind;
	return NULL;
}

static const struct vpngw_fields *event_fields(uint8_t cmd)
{
	const struct vpngw_kind_def *kind = event_kind(cmd);

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
	const struct vpngw_kind_def *kind = event_kind(cmd);
	struct vpngw_object obj = { .kind = kind - vpngw_kinds };
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
