/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink: the vpngw family, and dumps of what rtnetlink has. */
#ifndef LIBVPNGW_NL_H
#define LIBVPNGW_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;
struct vpngw;
struct vpngw_fields;

/**
 * struct vpngw_call - one request and what becomes of its answers
 * @cmd: VPNGW_CMD_*
 * @flags: NLM_F_* beside those that every request has
 * @dump: ask for all objects that match
 * @fields: attribute set of the request and of its answers
 * @mask: attributes that this request may carry
 * @obj: the struct to send, whose "has" says what is sent; NULL: nothing
 * @answer: called with the struct of each answer; its lists are freed after
 *	that.  Not 0: no more of them, and the call returns that.
 * @arg: for @answer
 */
struct vpngw_call {
	uint8_t cmd;
	uint16_t flags;
	bool dump;
	const struct vpngw_fields *fields;
	uint32_t mask;
	const void *obj;
	int (*answer)(void *obj, void *arg);
	void *arg;
};

/**
 * struct vpngw_nl_route - a list of rtnetlink
 * @type: RTM_GET*
 * @header: the family's own header of the request
 * @len: its length
 * @answer: called with each message.  Not 0: no more of them, and the call
 *	returns that.
 * @arg: for @answer
 */
struct vpngw_nl_route {
	uint16_t type;
	const void *header;
	size_t len;
	int (*answer)(const struct nlmsghdr *nlh, void *arg);
	void *arg;
};

/* Called with each event: VPNGW_CMD_*_NTF. */
typedef int vpngw_nl_event_fn(uint8_t cmd, const struct vpngw_fields *fields,
			      void *obj, void *arg);

/* Gives the attribute set that an event carries, NULL when not known. */
typedef const struct vpngw_fields *vpngw_nl_fields_fn(uint8_t cmd);

int vpngw_nl_fail(struct vpngw *vg, int err, const char *text);
int vpngw_nl_call(struct vpngw *vg, const struct vpngw_call *call);
int vpngw_nl_open_route(struct vpngw **vg);
int vpngw_nl_route_dump(struct vpngw *vg, const struct vpngw_nl_route *route);
int vpngw_nl_join(struct vpngw *vg, const char *group);
int vpngw_nl_events(struct vpngw *vg, vpngw_nl_fields_fn *fields,
		    vpngw_nl_event_fn *fn, void *arg);

#endif /* LIBVPNGW_NL_H */
