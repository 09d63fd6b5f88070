// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps of flows and mappings: the tables of one vpn or ext after the other.
 */
#include "netlink_walk.h"

#include <linux/rhashtable.h>

#include <net/genetlink.h>
#include <net/sock.h>

#include "realm.h"

/* Objects looked at in one RCU read section. */
#define VPNGW_NL_WALK_BATCH	256

static int vpngw_nl_walk_put(struct sk_buff *msg, struct netlink_callback *cb,
			     const struct vpngw_nl_walk_ops *ops,
			     const void *object)
{
	void *hdr = vpngw_nl_dump_begin(msg, cb, ops->cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (ops->put(msg, object)) {
		genlmsg_cancel(msg, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return 0;
}

/* The rest of one table; -EMSGSIZE when the message is full. */
static int vpngw_nl_walk_realm(struct sk_buff *msg, struct netlink_callback *cb,
			       struct vpngw_nl_walk *walk,
			       const struct vpngw_nl_walk_ops *ops)
{
	unsigned int skipped = 0;
	void *object;
	int err = 0;

	if (rhashtable_walk_start_check(&walk->iter) == -EAGAIN)
		cb->seq++;
	for (object = ops->peek(walk); object; object = ops->next(walk)) {
		if (IS_ERR(object)) {
			/* The table was resized: some may come twice. */
			cb->seq++;
			continue;
		}
		if (!ops->wanted(walk, object)) {
			if (++skipped % VPNGW_NL_WALK_BATCH)
				continue;
			rhashtable_walk_stop(&walk->iter);
			cond_resched();
			if (rhashtable_walk_start_check(&walk->iter) == -EAGAIN)
				cb->seq++;
			continue;
		}
		err = vpngw_nl_walk_put(msg, cb, ops, object);
		if (err)
			break;
	}
	rhashtable_walk_stop(&walk->iter);
	return err;
}

static void vpngw_nl_walk_leave(struct vpngw_nl_walk *walk)
{
	rhashtable_walk_exit(&walk->iter);
	vpngw_realm_put(walk->realm);
	walk->realm = NULL;
}

static bool vpngw_nl_walk_realm_next(struct vpngw_net *vn,
				     struct vpngw_nl_walk *walk,
				     const struct vpngw_realm *only,
				     const struct vpngw_nl_walk_ops *ops)
{
	struct vpngw_realm *realm;

	while ((realm = vpngw_realm_next(vn, &walk->uid))) {
		walk->uid++;
		if (realm->side == ops->side && (!only || only == realm)) {
			walk->realm = realm;
			ops->enter(walk);
			return true;
		}
		vpngw_realm_put(realm);
	}
	return false;
}

/**
 * vpngw_nl_walk - go on with a dump
 * @msg: the message to fill
 * @cb: the dump
 * @walk: where it stands
 * @only: the only vpn or ext to look at, or NULL
 * @ops: what is shown
 *
 * Context: process.
 * Return: length of @msg.
 */
int vpngw_nl_walk(struct sk_buff *msg, struct netlink_callback *cb,
		  struct vpngw_nl_walk *walk, const struct vpngw_realm *only,
		  const struct vpngw_nl_walk_ops *ops)
{
	struct vpngw_net *vn = vpngw_net_get(sock_net(msg->sk));

	/* Zero would mean that it is not looked at. */
	if (!cb->seq)
		cb->seq = 1;
	if (only && !walk->uid)
		walk->uid = only->uid;
	while (walk->realm || vpngw_nl_walk_realm_next(vn, walk, only, ops)) {
		if (vpngw_nl_walk_realm(msg, cb, walk, ops))
			break;
		vpngw_nl_walk_leave(walk);
		if (only)
			walk->uid = ULONG_MAX;
	}
	/* An object that no message holds must not look like the end. */
	return msg->len || !walk->realm ? msg->len : -EMSGSIZE;
}

/**
 * vpngw_nl_walk_end - end a dump, done or not
 * @walk: where it stands
 *
 * Context: process.
 */
void vpngw_nl_walk_end(struct vpngw_nl_walk *walk)
{
	if (walk->realm)
		vpngw_nl_walk_leave(walk);
}

/**
 * vpngw_nl_only_begin - begin to answer with the one object that matches
 * @only: the answer
 * @info: the request
 * @cmd: the answer's command
 * @put: writes an object
 *
 * Context: process.
 * Return: 0 or a negative errno.
 */
int vpngw_nl_only_begin(struct vpngw_nl_only *only, struct genl_info *info,
			u8 cmd, vpngw_nl_put_fn put)
{
	memset(only, 0, sizeof(*only));
	only->put = put;
	only->msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!only->msg)
		return -ENOMEM;
	only->hdr = vpngw_nl_reply_begin(only->msg, info, cmd);
	if (only->hdr)
		return 0;
	nlmsg_free(only->msg);
	return -EMSGSIZE;
}

/**
 * vpngw_nl_only_put - an object matches
 * @only: the answer
 * @object: the object
 *
 * Context: RCU read section.
 */
void vpngw_nl_only_put(struct vpngw_nl_only *only, const void *object)
{
	if (!only->n++)
		only->err = only->put(only->msg, object);
}

/**
 * vpngw_nl_only_end - answer, or say that none or several match
 * @only: the answer
 * @info: the request
 * @kind: kind of the object
 *
 * Context: process.
 * Return: 0, -ENOENT, -ENOTUNIQ or another negative errno.
 */
int vpngw_nl_only_end(struct vpngw_nl_only *only, struct genl_info *info,
		      const char *kind)
{
	if (only->n == 1 && !only->err) {
		genlmsg_end(only->msg, only->hdr);
		return genlmsg_reply(only->msg, info);
	}
	nlmsg_free(only->msg);
	if (only->err)
		return only->err;
	if (!only->n) {
		NL_SET_ERR_MSG_FMT(info->extack, "there is no such %s", kind);
		return -ENOENT;
	}
	NL_SET_ERR_MSG_FMT(info->extack, "%u match: say which %s", only->n,
			   kind);
	return -ENOTUNIQ;
}
