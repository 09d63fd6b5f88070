/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_NETLINK_WALK_H
#define _VPNGW_NETLINK_WALK_H

#include <linux/rhashtable-types.h>
#include <linux/types.h>

#include <uapi/linux/vpngw.h>

#include "netlink.h"

/**
 * struct vpngw_nl_walk - where a dump of tables stands that change under it
 * @realm: the vpn or ext whose table is being walked, with a reference, or
 *	NULL
 * @uid: the next one to look at
 * @iter: place in the table of @realm
 */
struct vpngw_nl_walk {
	struct vpngw_realm	*realm;
	unsigned long		uid;
	struct rhashtable_iter	iter;
};

/**
 * struct vpngw_nl_walk_ops - what is walked over
 * @cmd: the answer's command
 * @side: whether vpns or exts have the tables
 * @enter: enters the table of @realm
 * @peek: the object where the walk stands
 * @next: the next object
 * @wanted: whether an object is to be shown
 * @put: writes an object
 */
struct vpngw_nl_walk_ops {
	u8		cmd;
	enum vpngw_side	side;
	void		(*enter)(struct vpngw_nl_walk *walk);
	void		*(*peek)(struct vpngw_nl_walk *walk);
	void		*(*next)(struct vpngw_nl_walk *walk);
	bool		(*wanted)(const struct vpngw_nl_walk *walk,
				  const void *object);
	vpngw_nl_put_fn	put;
};

/**
 * struct vpngw_nl_only - an answer with the one object that matches
 * @msg: the answer
 * @hdr: its header
 * @put: writes an object
 * @n: how many matched
 * @err: why it could not be written
 */
struct vpngw_nl_only {
	struct sk_buff	*msg;
	void		*hdr;
	vpngw_nl_put_fn	put;
	u32		n;
	int		err;
};

int vpngw_nl_walk(struct sk_buff *msg, struct netlink_callback *cb,
		  struct vpngw_nl_walk *walk, const struct vpngw_realm *only,
		  const struct vpngw_nl_walk_ops *ops);
void vpngw_nl_walk_end(struct vpngw_nl_walk *walk);
int vpngw_nl_only_begin(struct vpngw_nl_only *only, struct genl_info *info,
			u8 cmd, vpngw_nl_put_fn put);
void vpngw_nl_only_put(struct vpngw_nl_only *only, const void *object);
int vpngw_nl_only_end(struct vpngw_nl_only *only, struct genl_info *info,
		      const char *kind);

#endif /* _VPNGW_NETLINK_WALK_H */
