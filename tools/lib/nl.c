// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: requests, dumps and events of the vpngw family, and dumps of what
 * rtnetlink has.
 *
 * This, attr.c and rtnl.c are the only files that know libmnl.
 */
#include "nl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "attr.h"
#include "fields.h"
#include "libvpngw.h"

/* A pool with some thousand ranges fits. */
#define NL_TX_SIZE	(64 * 1024)

/* The kernel puts at most 32 KiB of a dump into one datagram. */
#define NL_RX_SIZE	(64 * 1024)

/* Datagrams of events that may wait while the reader is busy. */
#define NL_EVENT_QUEUE	(8 * 1024 * 1024)

/* How often a dump is repeated because the objects changed meanwhile. */
#define NL_DUMP_TRIES	10

/*
 * A dump is kept back until it is known to be complete and consistent, unless
 * it is larger than this: then it is passed on as it comes.
 */
#define NL_DUMP_KEEP	(64 * 1024 * 1024)

#define NL_MCGRPS_MAX	4

/* The controller's group, which hears of families that come and go. */
#define NL_CTRL_GROUP	GENL_ID_CTRL

struct nl_mcgrp {
	char name[GENL_NAMSIZ];
	uint32_t id;
};

/**
 * struct vpngw - the handle
 * @sock: the socket
 * @portid: its netlink port
 * @seq: number of the last request
 * @family: message type of the family
 * @mcgrp: the family's multicast groups
 * @n_mcgrps: how many
 * @error: what the last failure was
 * @tx: request being built
 * @rx: datagram being read
 */
struct vpngw {
	struct mnl_socket *sock;
	unsigned int portid;
	uint32_t seq;
	uint16_t family;
	struct nl_mcgrp mcgrp[NL_MCGRPS_MAX];
	unsigned int n_mcgrps;
	char error[512];
	char tx[NL_TX_SIZE];
	char rx[NL_RX_SIZE];
};

/*
 * struct nl_dump - what is kept of a dump
 * @buf: the messages
 * @len: bytes used
 * @size: bytes there
 * @streaming: too much to keep, so it is passed on as it comes
 * @interrupted: the kernel says that the objects changed meanwhile
 */
struct nl_dump {
	char *buf;
	size_t len;
	size_t size;
	bool streaming;
	bool interrupted;
};

/**
 * vpngw_nl_fail - note a failure in the handle
 * @vg: the handle
 * @err: negative errno
 * @text: the sentence, NULL for that of @err
 *
 * Return: @err.
 */
int vpngw_nl_fail(struct vpngw *vg, int err, const char *text)
{
	snprintf(vg->error, sizeof(vg->error), "%s",
		 text ? text : strerror(-err));
	return err;
}

static struct nlmsghdr *nl_request(struct vpngw *vg, uint16_t type,
				   uint16_t flags, uint8_t cmd,
				   uint8_t version)
{
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;

	nlh = mnl_nlmsg_put_header(vg->tx);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++vg->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

static int nl_parse(const struct nlmsghdr *nlh,
		    const struct vpngw_fields *fields, void *obj)
{
	const size_t hdr = sizeof(struct genlmsghdr);

	memset(obj, 0, fields->size);
	if (mnl_nlmsg_get_payload_len(nlh) < hdr)
		return -EPROTO;
	return vpngw_attr_get(mnl_nlmsg_get_payload_offset(nlh, hdr),
			      mnl_nlmsg_get_payload_len(nlh) - hdr, fields,
			      obj);
}

static int nl_answer(struct vpngw *vg, const struct nlmsghdr *nlh,
		     const struct vpngw_call *call, void *obj)
{
	int err;

	err = nl_parse(nlh, call->fields, obj);
	if (err)
		vpngw_nl_fail(vg, err,
			      "the kernel's answer cannot be understood");
	else if (call->answer)
		err = call->answer(obj, call->arg);
	vpngw_fields_free(call->fields, obj);
	return err;
}

/*
 * The sentence that goes with an error: the kernel's own where it gave one.
 * @tlvs is where the extended ack begins.
 */
static int nl_error(struct vpngw *vg, const struct nlmsghdr *nlh, int err,
		    size_t tlvs)
{
	static const char prefix[] = VPNGW_FAMILY_NAME ": ";
	const char *text = NULL;
	struct nlattr *attr;

	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS) {
		mnl_attr_for_each(attr, nlh, tlvs) {
			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
			    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
				text = mnl_attr_get_str(attr);
		}
	}
	if (text && !strncmp(text, prefix, sizeof(prefix) - 1))
		text += sizeof(prefix) - 1;
	return vpngw_nl_fail(vg, err, text);
}

/* An NLMSG_ERROR: 0 when it is an acknowledgment. */
static int nl_ack(struct vpngw *vg, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *msg = mnl_nlmsg_get_payload(nlh);
	size_t tlvs = sizeof(*msg);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*msg))
		return vpngw_nl_fail(vg, -EPROTO, NULL);
	if (!msg->error)
		return 0;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		tlvs += MNL_ALIGN(msg->msg.nlmsg_len) - sizeof(msg->msg);
	return nl_error(vg, nlh, msg->error, tlvs);
}

/* Sending and receiving */

static int nl_send(struct vpngw *vg, const struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(vg->sock, nlh, nlh->nlmsg_len) < 0)
		return vpngw_nl_fail(vg, -errno, NULL);
	return 0;
}

static ssize_t nl_receive(struct vpngw *vg)
{
	ssize_t len;

	do {
		len = mnl_socket_recvfrom(vg->sock, vg->rx, sizeof(vg->rx));
	} while (len < 0 && errno == EINTR);
	return len < 0 ? vpngw_nl_fail(vg, -errno, NULL) : len;
}

/*
 * Read what the last request brings until its end.  @fn gets each message
 * that is neither an error nor the end; it is called no more after it has
 * failed, but everything is read, so that the socket is ready for the next
 * request.
 */
static int nl_run(struct vpngw *vg, bool dump,
		  int (*fn)(struct vpngw *vg, const struct nlmsghdr *nlh,
			    void *arg), void *arg)
{
	int err = 0, end;

	for (;;) {
		const struct nlmsghdr *nlh;
		ssize_t received;
		int len;

		received = nl_receive(vg);
		if (received < 0)
			return received;
		len = received;
		nlh = (const struct nlmsghdr *)vg->rx;
		for (; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			if (!mnl_nlmsg_seq_ok(nlh, vg->seq) ||
			    !mnl_nlmsg_portid_ok(nlh, vg->portid))
				continue;
			switch (nlh->nlmsg_type) {
			case NLMSG_NOOP:
			case NLMSG_OVERRUN:
				continue;
			case NLMSG_ERROR:
				end = nl_ack(vg, nlh);
				return err ? err : end;
			case NLMSG_DONE:
				end = 0;
				if (mnl_nlmsg_get_payload_len(nlh) >=
				    sizeof(end))
					memcpy(&end, mnl_nlmsg_get_payload(nlh),
					       sizeof(end));
				if (end < 0)
					end = nl_error(vg, nlh, end,
						       sizeof(end));
				/* DONE has the interruption flag, too. */
				if (!err && !end && dump && fn)
					err = fn(vg, nlh, arg);
				return err ? err : end;
			}
			if (!err && fn)
				err = fn(vg, nlh, arg);
		}
	}
}

/*
 * struct nl_state - a request that is under way
 * @call: what the family is asked for, or NULL
 * @route: what rtnetlink is asked for, or NULL
 * @dump: what is kept of its answers
 * @obj: where to put an answer of the family
 * @last_try: it will not be asked again
 */
struct nl_state {
	const struct vpngw_call *call;
	const struct vpngw_nl_route *route;
	struct nl_dump dump;
	void *obj;
	bool last_try;
};

static int nl_take(struct vpngw *vg, const struct nlmsghdr *nlh,
		   struct nl_state *state)
{
	int err;

	if (state->call)
		return nl_answer(vg, nlh, state->call, state->obj);
	err = state->route->answer(nlh, state->route->arg);
	return err < 0 ? vpngw_nl_fail(vg, err, NULL) : err;
}

static int nl_do_message(struct vpngw *vg, const struct nlmsghdr *nlh,
			 void *arg)
{
	struct nl_state *state = arg;

	return nl_answer(vg, nlh, state->call, state->obj);
}

static int nl_dump_keep(struct nl_dump *dump, const struct nlmsghdr *nlh)
{
	size_t len = MNL_ALIGN(nlh->nlmsg_len);

	if (dump->size - dump->len < len) {
		size_t size = dump->size ? dump->size * 2 : 64 * 1024;
		char *buf = realloc(dump->buf, size);

		if (!buf)
			return -ENOMEM;
		dump->buf = buf;
		dump->size = size;
	}
	memcpy(dump->buf + dump->len, nlh, nlh->nlmsg_len);
	dump->len += len;
	return 0;
}

/* Pass on what was kept. */
static int nl_dump_deliver(struct vpngw *vg, struct nl_state *state)
{
	size_t at = 0;
	int err = 0;

	while (!err && at < state->dump.len) {
		const struct nlmsghdr *nlh = (void *)(state->dump.buf + at);

		err = nl_take(vg, nlh, state);
		at += MNL_ALIGN(nlh->nlmsg_len);
	}
	state->dump.len = 0;
	return err;
}

static int nl_dump_message(struct vpngw *vg, const struct nlmsghdr *nlh,
			   void *arg)
{
	struct nl_state *state = arg;
	struct nl_dump *dump = &state->dump;
	int err;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		dump->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_DONE)
		return 0;
	if (dump->streaming)
		return nl_take(vg, nlh, state);
	/* It will be repeated: only read on to the end. */
	if (dump->interrupted && !state->last_try)
		return 0;

	err = nl_dump_keep(dump, nlh);
	if (err)
		return vpngw_nl_fail(vg, err, NULL);
	if (dump->len < NL_DUMP_KEEP)
		return 0;
	dump->streaming = true;
	return nl_dump_deliver(vg, state);
}

static int nl_build(struct vpngw *vg, const struct vpngw_call *call)
{
	uint16_t flags = call->flags | (call->dump ? NLM_F_DUMP : NLM_F_ACK);
	struct nlmsghdr *nlh;

	nlh = nl_request(vg, vg->family, flags, call->cmd,
			 VPNGW_FAMILY_VERSION);
	if (call->obj &&
	    !vpngw_attr_put(nlh, NL_TX_SIZE, call->fields, call->mask,
			    call->obj))
		return vpngw_nl_fail(vg, -EMSGSIZE,
				     "too much for one netlink message");
	return nl_send(vg, nlh);
}

static int nl_build_route(struct vpngw *vg, const struct vpngw_nl_route *route)
{
	struct nlmsghdr *nlh;

	nlh = mnl_nlmsg_put_header(vg->tx);
	nlh->nlmsg_type = route->type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = ++vg->seq;
	memcpy(mnl_nlmsg_put_extra_header(nlh, route->len), route->header,
	       route->len);
	return nl_send(vg, nlh);
}

static int nl_dump(struct vpngw *vg, struct nl_state *state)
{
	unsigned int try;
	int err;

	for (try = 1; ; try++) {
		state->last_try = try == NL_DUMP_TRIES;
		state->dump.interrupted = false;
		state->dump.len = 0;
		err = state->call ? nl_build(vg, state->call) :
				    nl_build_route(vg, state->route);
		if (!err)
			err = nl_run(vg, true, nl_dump_message, state);
		if (err)
			return err;
		if (!state->dump.interrupted || state->last_try ||
		    state->dump.streaming)
			break;
	}
	err = nl_dump_deliver(vg, state);
	if (!err && state->dump.interrupted)
		err = VPNGW_INCONSISTENT;
	return err;
}

/**
 * vpngw_nl_call - send one request and take its answers
 * @vg: the handle
 * @call: the request
 *
 * A dump that the kernel calls inconsistent is repeated; nothing of it was
 * passed on by then, unless it is very long.
 *
 * Return: 0, a negative errno with the sentence in the handle, what @answer
 * of @call returned, or VPNGW_INCONSISTENT after a dump that could not be
 * taken in one piece.
 */
int vpngw_nl_call(struct vpngw *vg, const struct vpngw_call *call)
{
	struct nl_state state = { .call = call };
	int err;

	vg->error[0] = '\0';
	state.obj = calloc(1, call->fields->size);
	if (!state.obj)
		return vpngw_nl_fail(vg, -ENOMEM, NULL);
	if (call->dump) {
		err = nl_dump(vg, &state);
	} else {
		err = nl_build(vg, call);
		if (!err)
			err = nl_run(vg, false, nl_do_message, &state);
	}
	free(state.dump.buf);
	free(state.obj);
	return err;
}

/**
 * vpngw_nl_route_dump - take a list from rtnetlink
 * @vg: a handle of vpngw_nl_open_route()
 * @route: what to ask for
 *
 * As for lists of the family: one that changed meanwhile is taken anew.
 *
 * Return: 0, a negative errno with the sentence in the handle, what @answer
 * of @route returned, or VPNGW_INCONSISTENT.
 */
int vpngw_nl_route_dump(struct vpngw *vg, const struct vpngw_nl_route *route)
{
	struct nl_state state = { .route = route };
	int err;

	vg->error[0] = '\0';
	err = nl_dump(vg, &state);
	free(state.dump.buf);
	return err;
}

/* The family */

static void nl_take_mcgrp(struct vpngw *vg, const struct nlattr *nest)
{
	struct nl_mcgrp grp = {};
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case CTRL_ATTR_MCAST_GRP_NAME:
			if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
				snprintf(grp.name, sizeof(grp.name), "%s",
					 mnl_attr_get_str(attr));
			break;
		case CTRL_ATTR_MCAST_GRP_ID:
			if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
				grp.id = mnl_attr_get_u32(attr);
			break;
		}
	}
	if (vg->n_mcgrps < NL_MCGRPS_MAX)
		vg->mcgrp[vg->n_mcgrps++] = grp;
}

static int nl_take_family(struct vpngw *vg, const struct nlmsghdr *nlh,
			  void *arg)
{
	const struct nlattr *attr, *grp;

	(void)arg;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case CTRL_ATTR_FAMILY_ID:
			if (mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
				vg->family = mnl_attr_get_u16(attr);
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			mnl_attr_for_each_nested(grp, attr)
				nl_take_mcgrp(vg, grp);
			break;
		}
	}
	return 0;
}

static int nl_resolve(struct vpngw *vg)
{
	struct nlmsghdr *nlh;
	int err;

	nlh = nl_request(vg, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, VPNGW_FAMILY_NAME);
	err = nl_send(vg, nlh);
	if (!err)
		err = nl_run(vg, false, nl_take_family, NULL);
	if (!err && !vg->family)
		err = vpngw_nl_fail(vg, -ENOENT, NULL);
	return err;
}

static int nl_open(int protocol, struct vpngw **vg)
{
	struct vpngw *new;
	int on = 1, err;

	*vg = NULL;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->sock = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	if (!new->sock || mnl_socket_bind(new->sock, 0, MNL_SOCKET_AUTOPID)) {
		err = -errno;
		vpngw_close(new);
		return err;
	}
	new->portid = mnl_socket_get_portid(new->sock);
	/* Without these a refusal only lacks its sentence. */
	mnl_socket_setsockopt(new->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(new->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	*vg = new;
	return 0;
}

/**
 * vpngw_nl_open_route - make a handle for rtnetlink
 * @vg: where to put it
 *
 * Return: 0 or a negative errno.  There is no handle then.
 */
int vpngw_nl_open_route(struct vpngw **vg)
{
	return nl_open(NETLINK_ROUTE, vg);
}

/**
 * vpngw_open - make a handle for the current network namespace
 * @vg: where to put it
 *
 * Return: 0, -ENOENT when the kernel module is not loaded, or another
 * negative errno.  There is no handle then.
 */
int vpngw_open(struct vpngw **vg)
{
	int err;

	err = nl_open(NETLINK_GENERIC, vg);
	if (!err) {
		err = nl_resolve(*vg);
		if (err) {
			vpngw_close(*vg);
			*vg = NULL;
		}
	}
	return err == -EPROTONOSUPPORT ? -ENOENT : err;
}

/**
 * vpngw_close - give a handle back
 * @vg: the handle, or NULL
 */
void vpngw_close(struct vpngw *vg)
{
	if (!vg)
		return;
	if (vg->sock)
		mnl_socket_close(vg->sock);
	free(vg);
}

/**
 * vpngw_error - what the last failure was
 * @vg: the handle
 *
 * Return: a sentence, the kernel's own where it gave one; valid until the
 * next call with @vg.
 */
const char *vpngw_error(const struct vpngw *vg)
{
	return vg->error;
}

/**
 * vpngw_fd - file descriptor to poll for events
 * @vg: the handle
 */
int vpngw_fd(const struct vpngw *vg)
{
	return mnl_socket_get_fd(vg->sock);
}

/* Events */

/**
 * vpngw_nl_join - receive the events of one multicast group
 * @vg: the handle, which from now on is used for events only
 * @group: VPNGW_MCGRP_*
 *
 * Return: 0 or a negative errno.
 */
int vpngw_nl_join(struct vpngw *vg, const char *group)
{
	int size = NL_EVENT_QUEUE, fd = vpngw_fd(vg);
	unsigned int ctrl = NL_CTRL_GROUP;
	unsigned int i;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	/* Only to notice that the module is unloaded. */
	mnl_socket_setsockopt(vg->sock, NETLINK_ADD_MEMBERSHIP, &ctrl,
			      sizeof(ctrl));
	for (i = 0; i < vg->n_mcgrps; i++) {
		if (strcmp(vg->mcgrp[i].name, group))
			continue;
		if (mnl_socket_setsockopt(vg->sock, NETLINK_ADD_MEMBERSHIP,
					  &vg->mcgrp[i].id,
					  sizeof(vg->mcgrp[i].id)))
			return vpngw_nl_fail(vg, -errno, NULL);
		return 0;
	}
	return vpngw_nl_fail(vg, -ENOENT,
			     "the kernel module has no such events");
}

/* Does this message of the controller say that the family is gone? */
static bool nl_family_gone(const struct vpngw *vg, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (nlh->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl) ||
	    genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	mnl_attr_for_each(attr, nlh, sizeof(*genl))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
			return mnl_attr_get_u16(attr) == vg->family;
	return false;
}

static int nl_event(struct vpngw *vg, const struct nlmsghdr *nlh,
		    vpngw_nl_fields_fn *fields_of, vpngw_nl_event_fn *fn,
		    void *arg)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct vpngw_fields *fields;
	void *obj;
	int err;

	if (nl_family_gone(vg, nlh))
		return vpngw_nl_fail(vg, -ENODEV,
				     "the kernel module was unloaded");
	if (nlh->nlmsg_type != vg->family ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl))
		return 0;
	fields = fields_of(genl->cmd);
	if (!fields)
		return 0;
	obj = calloc(1, fields->size);
	if (!obj)
		return vpngw_nl_fail(vg, -ENOMEM, NULL);
	err = nl_parse(nlh, fields, obj);
	if (err)
		vpngw_nl_fail(vg, err, "an event cannot be understood");
	else
		err = fn(genl->cmd, fields, obj, arg);
	vpngw_fields_free(fields, obj);
	free(obj);
	return err;
}

/**
 * vpngw_nl_events - wait for one datagram and pass its events on
 * @vg: a handle that has joined a group
 * @fields: which attribute set an event carries
 * @fn: called with each event
 * @arg: for @fn
 *
 * Return: 0, -ENOBUFS when events were lost (more may follow), -ENODEV when
 * the module was unloaded, another negative errno, or what @fn returned.
 */
int vpngw_nl_events(struct vpngw *vg, vpngw_nl_fields_fn *fields,
		    vpngw_nl_event_fn *fn, void *arg)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)vg->rx;
	ssize_t received;
	int err = 0, len;

	received = mnl_socket_recvfrom(vg->sock, vg->rx, sizeof(vg->rx));
	if (received < 0)
		return vpngw_nl_fail(vg, -errno, NULL);
	len = received;
	for (; !err && mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
		err = nl_event(vg, nlh, fields, fn, arg);
	return err;
}
