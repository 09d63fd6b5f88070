// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family, and what all its operations share.
 */
#include "netlink.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include <net/genetlink.h>

#include "addr.h"
#include "event.h"
#include "netlink_gen.h"
#include "realm.h"

static bool vpngw_nl_up __read_mostly;

/* As netlink_gen.c has them, with what its generator can't say: dumps of flows
 * and mappings keep a place in a hash table.
 */
static struct genl_ops vpngw_nl_all_ops[ARRAY_SIZE(vpngw_nl_ops)] __ro_after_init;

static const struct genl_multicast_group vpngw_nl_groups[] = {
	[VPNGW_NLGRP_CONFIG] = { .name = "config", VPNGW_COMPAT_GROUP_PERM },
	[VPNGW_NLGRP_FLOW] = { .name = "flow", VPNGW_COMPAT_GROUP_PERM },
	[VPNGW_NLGRP_LIMIT] = { .name = "limit", VPNGW_COMPAT_GROUP_PERM },
};

static struct genl_family vpngw_nl_family __ro_after_init = {
	.name		= VPNGW_FAMILY_NAME,
	.version	= VPNGW_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	/* Before it NLM_F_CREATE, NLM_F_EXCL and NLM_F_REPLACE have their
	 * usual meaning, which other new families do without.
	 */
	.resv_start_op	= VPNGW_CMD_MAX + 1,
	.module		= THIS_MODULE,
	.ops		= vpngw_nl_all_ops,
	.n_ops		= ARRAY_SIZE(vpngw_nl_all_ops),
	.mcgrps		= vpngw_nl_groups,
	.n_mcgrps	= ARRAY_SIZE(vpngw_nl_groups),
};

/**
 * vpngw_nl_lock - begin to read or change the configuration
 * @info: the request
 *
 * Context: process; takes the RTNL and the mutex of the request's namespace.
 * Return: the namespace's state.
 */
struct vpngw_net *vpngw_nl_lock(struct genl_info *info)
{
	struct vpngw_net *vn = vpngw_net_get(genl_info_net(info));

	rtnl_lock();
	mutex_lock(&vn->mutex);
	return vn;
}

/**
 * vpngw_nl_unlock - undo vpngw_nl_lock()
 * @vn: what it returned
 *
 * Context: process.
 */
void vpngw_nl_unlock(struct vpngw_net *vn)
{
	mutex_unlock(&vn->mutex);
	rtnl_unlock();
}

/**
 * vpngw_nl_missing - refuse a request that lacks an attribute
 * @info: the request
 * @attr: the attribute
 * @what: its name
 *
 * Context: process.
 * Return: 0 when it is there, else -EINVAL.
 */
int vpngw_nl_missing(struct genl_info *info, int attr, const char *what)
{
	if (info->attrs[attr])
		return 0;
	NL_SET_ERR_MSG_FMT(info->extack, "%s is missing", what);
	return -EINVAL;
}

/**
 * vpngw_nl_check_new - do a request's flags fit whether the object exists?
 * @info: the request
 * @kind: kind of the object
 * @name: its name
 * @exists: whether there is one
 *
 * Context: process.
 * Return: 0 when it is to be made or changed, -EEXIST, or -ENOENT.
 */
int vpngw_nl_check_new(struct genl_info *info, const char *kind,
		       const char *name, bool exists)
{
	u16 flags = info->nlhdr->nlmsg_flags;

	if (exists && (flags & NLM_F_EXCL || !(flags & NLM_F_REPLACE))) {
		NL_SET_ERR_MSG_FMT(info->extack, "%s %s exists", kind, name);
		return -EEXIST;
	}
	if (!exists && !(flags & NLM_F_CREATE)) {
		NL_SET_ERR_MSG_FMT(info->extack, "there is no %s %s", kind,
				   name);
		return -ENOENT;
	}
	return 0;
}

/**
 * vpngw_nl_get_realm - the vpn or ext that an attribute names
 * @vn: the namespace
 * @extack: says what was wrong
 * @attr: the attribute, NULL for none
 * @side: &enum vpngw_side
 * @realm: the object; NULL when there is no attribute
 *
 * Context: process, @vn->mutex held.
 * Return: 0 or -ENOENT.
 */
int vpngw_nl_get_realm(struct vpngw_net *vn, struct netlink_ext_ack *extack,
		       const struct nlattr *attr, int side,
		       struct vpngw_realm **realm)
{
	*realm = NULL;
	if (!attr)
		return 0;
	*realm = vpngw_realm_find(vn, side, nla_data(attr));
	if (*realm)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "there is no %s %s",
			   side == VPNGW_SIDE_INSIDE ? "vpn" : "ext",
			   (const char *)nla_data(attr));
	NL_SET_BAD_ATTR(extack, attr);
	return -ENOENT;
}

/**
 * vpngw_nl_get_ext - the ext that an attribute names, or the only one
 * @vn: the namespace
 * @extack: says what was wrong
 * @attr: the attribute, NULL for none
 * @ext: the ext
 *
 * Context: process, @vn->mutex held.
 * Return: 0, -ENOENT, or -EINVAL when it has to be named.
 */
int vpngw_nl_get_ext(struct vpngw_net *vn, struct netlink_ext_ack *extack,
		     const struct nlattr *attr, struct vpngw_realm **ext)
{
	if (attr)
		return vpngw_nl_get_realm(vn, extack, attr, VPNGW_SIDE_OUTSIDE,
					  ext);
	if (list_is_singular(&vn->exts)) {
		*ext = list_first_entry(&vn->exts, struct vpngw_realm, list);
		return 0;
	}
	if (list_empty(&vn->exts)) {
		NL_SET_ERR_MSG(extack, "there is no ext yet");
		return -ENOENT;
	}
	NL_SET_ERR_MSG(extack, "there are several exts: say which ext");
	return -EINVAL;
}

/**
 * vpngw_nl_get_proto - a protocol from an attribute
 * @attr: the attribute
 *
 * Context: any.
 * Return: the protocol; one and the same for ICMP of both versions.
 */
u8 vpngw_nl_get_proto(const struct nlattr *attr)
{
	u8 proto = nla_get_u8(attr);

	return proto == IPPROTO_ICMPV6 ? IPPROTO_ICMP : proto;
}

/**
 * vpngw_nl_get_addr - an address from an attribute
 * @attr: the attribute
 * @addr: the address
 * @extack: says what was wrong
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vpngw_nl_get_addr(const struct nlattr *attr, struct in6_addr *addr,
		      struct netlink_ext_ack *extack)
{
	switch (nla_len(attr)) {
	case 4:
		vpngw_addr_set_v4(addr, nla_get_in_addr(attr));
		return 0;
	case 16:
		*addr = nla_get_in6_addr(attr);
		if (!vpngw_addr_is_v4(addr))
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "an IPv4-mapped address is nobody's: give the IPv4 address");
		return -EINVAL;
	}
	NL_SET_ERR_MSG_ATTR(extack, attr, "an address has 4 or 16 bytes");
	return -EINVAL;
}

/**
 * vpngw_nl_put_addr - write an address
 * @msg: the message
 * @attr: the attribute
 * @addr: the address
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int vpngw_nl_put_addr(struct sk_buff *msg, int attr,
		      const struct in6_addr *addr)
{
	if (vpngw_addr_is_v4(addr))
		return nla_put_in_addr(msg, attr, vpngw_addr_v4(addr));
	return nla_put_in6_addr(msg, attr, addr);
}

static int vpngw_nl_get_len(const struct nlattr *attr,
			    struct vpngw_nl_endpoint *ep,
			    struct netlink_ext_ack *extack)
{
	u32 at = vpngw_addr_is_v4(&ep->addr) ? VPNGW_ADDR_V4_AT : 0;
	u8 len = nla_get_u8(attr);

	if (len > 128 - at) {
		if (at)
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "the prefix length is 0 to 32");
		else
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "the prefix length is 0 to 128");
		return -EINVAL;
	}
	ep->len = at + len;
	return 0;
}

/**
 * vpngw_nl_get_endpoint - an address with port or prefix length
 * @attr: the attribute
 * @ep: what it says
 * @extack: says what was wrong
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vpngw_nl_get_endpoint(const struct nlattr *attr,
			  struct vpngw_nl_endpoint *ep,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[VPNGW_A_ENDPOINT_MAX + 1];
	int err;

	err = nla_parse_nested(tb, VPNGW_A_ENDPOINT_MAX, attr,
			       vpngw_endpoint_nl_policy, extack);
	if (err)
		return err;
	if (!tb[VPNGW_A_ENDPOINT_ADDR]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "the address is missing");
		return -EINVAL;
	}
	err = vpngw_nl_get_addr(tb[VPNGW_A_ENDPOINT_ADDR], &ep->addr, extack);
	if (err)
		return err;
	ep->port = 0;
	if (tb[VPNGW_A_ENDPOINT_PORT]) {
		ep->port = nla_get_be16(tb[VPNGW_A_ENDPOINT_PORT]);
		if (!ep->port) {
			NL_SET_ERR_MSG_ATTR(extack, tb[VPNGW_A_ENDPOINT_PORT],
					    "a port or id is 1 to 65535");
			return -EINVAL;
		}
	}
	ep->len = 128;
	return tb[VPNGW_A_ENDPOINT_PREFIX_LEN] ?
	       vpngw_nl_get_len(tb[VPNGW_A_ENDPOINT_PREFIX_LEN], ep, extack) :
	       0;
}

/**
 * vpngw_nl_put_endpoint - write an address with port or prefix length
 * @msg: the message
 * @attr: the attribute to nest it in
 * @addr: the address
 * @port: the port, 0 for none
 * @len: the prefix length, negative for none
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int vpngw_nl_put_endpoint(struct sk_buff *msg, int attr,
			  const struct in6_addr *addr, __be16 port, int len)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest || vpngw_nl_put_addr(msg, VPNGW_A_ENDPOINT_ADDR, addr))
		return -EMSGSIZE;
	if (port && nla_put_be16(msg, VPNGW_A_ENDPOINT_PORT, port))
		return -EMSGSIZE;
	if (len >= 0 && nla_put_u8(msg, VPNGW_A_ENDPOINT_PREFIX_LEN,
				   vpngw_addr_len(addr, len)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * vpngw_nl_put_counter - write packets and bytes
 * @msg: the message
 * @attr: the attribute to nest them in
 * @packets: number of packets
 * @bytes: number of bytes
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int vpngw_nl_put_counter(struct sk_buff *msg, int attr, u64 packets, u64 bytes)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest ||
	    nla_put_u64_64bit(msg, VPNGW_A_COUNTER_PACKETS, packets,
			      VPNGW_A_COUNTER_PAD) ||
	    nla_put_u64_64bit(msg, VPNGW_A_COUNTER_BYTES, bytes,
			      VPNGW_A_COUNTER_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * vpngw_nl_put_device - write the name of a device, if it still has one
 * @msg: the message
 * @vn: the namespace
 * @attr: the attribute
 * @ifindex: the device
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int vpngw_nl_put_device(struct sk_buff *msg, const struct vpngw_net *vn,
			int attr, int ifindex)
{
	struct net_device *dev;
	int err = 0;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(vn->net, ifindex);
	if (dev)
		err = nla_put_string(msg, attr, dev->name);
	rcu_read_unlock();
	return err;
}

/**
 * vpngw_nl_reply_begin - begin an answer
 * @msg: the message
 * @info: the request
 * @cmd: the answer's command
 *
 * Context: any.
 * Return: what genlmsg_end() wants, or NULL.
 */
void *vpngw_nl_reply_begin(struct sk_buff *msg, struct genl_info *info, u8 cmd)
{
	return genlmsg_put_reply(msg, info, &vpngw_nl_family, 0, cmd);
}

/**
 * vpngw_nl_reply - answer a request with one object
 * @info: the request
 * @cmd: the answer's command
 * @put: writes the object
 * @object: the object
 *
 * Context: process.
 * Return: 0 or a negative errno.
 */
int vpngw_nl_reply(struct genl_info *info, u8 cmd, vpngw_nl_put_fn put,
		   const void *object)
{
	struct sk_buff *msg;
	void *hdr;
	int err;

	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = vpngw_nl_reply_begin(msg, info, cmd);
	err = hdr ? put(msg, object) : -EMSGSIZE;
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/**
 * vpngw_nl_dump_begin - begin one object of a dump
 * @msg: the message
 * @cb: the dump
 * @cmd: the answer's command
 *
 * Context: process.
 * Return: what genlmsg_end() or genlmsg_cancel() want, NULL when @msg is full.
 */
void *vpngw_nl_dump_begin(struct sk_buff *msg, struct netlink_callback *cb,
			  u8 cmd)
{
	void *hdr = genlmsg_put(msg, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &vpngw_nl_family,
				NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

/**
 * vpngw_nl_dump_list - dump the objects of a list
 * @msg: the message
 * @cb: the dump; its first argument is the place
 * @vn: the namespace
 * @list: the list
 * @cmd: the answer's command
 * @put: writes an object, or returns 1 to leave it out
 *
 * Context: process, @vn->mutex held.
 * Return: length of @msg.
 */
int vpngw_nl_dump_list(struct sk_buff *msg, struct netlink_callback *cb,
		       struct vpngw_net *vn, const struct list_head *list,
		       u8 cmd,
		       int (*put)(struct sk_buff *msg,
				  const struct list_head *entry,
				  struct nlattr **attrs))
{
	struct nlattr **attrs = vpngw_compat_dump_attrs(cb);
	struct list_head *entry;
	long n = 0;
	void *hdr;
	int err;

	lockdep_assert_held(&vn->mutex);
	cb->seq = vn->config_id + 1;
	list_for_each(entry, list) {
		if (n++ < cb->args[0])
			continue;
		hdr = vpngw_nl_dump_begin(msg, cb, cmd);
		if (!hdr)
			break;
		err = put(msg, entry, attrs);
		if (err < 0) {
			genlmsg_cancel(msg, hdr);
			/* An object that no message holds must not look like
			 * the end.
			 */
			return msg->len ? msg->len : err;
		}
		if (err)
			genlmsg_cancel(msg, hdr);
		else
			genlmsg_end(msg, hdr);
		cb->args[0] = n;
	}
	return msg->len;
}

/**
 * vpngw_nl_listens - does anybody want to hear of this?
 * @vn: the namespace
 * @group: the multicast group
 *
 * Context: any.
 * Return: true if somebody does.
 */
bool vpngw_nl_listens(struct vpngw_net *vn, unsigned int group)
{
	return READ_ONCE(vpngw_nl_up) &&
	       genl_has_listeners(&vpngw_nl_family, vn->net, group);
}

/**
 * vpngw_nl_notify - tell those who listen
 * @vn: the namespace
 * @group: the multicast group
 * @cmd: the event
 * @put: writes the object
 * @object: the object
 * @gfp: how to allocate
 *
 * Context: as @gfp says.
 */
void vpngw_nl_notify(struct vpngw_net *vn, unsigned int group, u8 cmd,
		     vpngw_nl_put_fn put, const void *object, gfp_t gfp)
{
	struct sk_buff *msg;
	void *hdr;
	int err;

	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, gfp);
	if (!msg)
		goto err_lost;
	hdr = genlmsg_put(msg, 0, 0, &vpngw_nl_family, 0, cmd);
	err = hdr ? put(msg, object) : -EMSGSIZE;
	if (err)
		goto err_free;
	genlmsg_end(msg, hdr);
	genlmsg_multicast_netns(&vpngw_nl_family, vn->net, msg, 0, group, gfp);
	return;

err_free:
	nlmsg_free(msg);
err_lost:
	genl_set_err(&vpngw_nl_family, vn->net, 0, group, -ENOBUFS);
}

/**
 * vpngw_nl_changed - note a change of the configuration, and tell of it
 * @vn: the namespace
 * @cmd: the event
 * @put: writes the object
 * @object: the object
 *
 * Context: process, @vn->mutex held.
 */
void vpngw_nl_changed(struct vpngw_net *vn, u8 cmd, vpngw_nl_put_fn put,
		      const void *object)
{
	lockdep_assert_held(&vn->mutex);
	vn->config_id++;
	if (vpngw_nl_listens(vn, VPNGW_NLGRP_CONFIG))
		vpngw_nl_notify(vn, VPNGW_NLGRP_CONFIG, cmd, put, object,
				GFP_KERNEL);
}

/**
 * vpngw_netlink_init - take requests from now on
 *
 * Context: module init, last.
 * Return: 0 or a negative errno.
 */
int __init vpngw_netlink_init(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(vpngw_nl_ops); i++) {
		vpngw_nl_all_ops[i] = vpngw_nl_ops[i];
		switch (vpngw_nl_ops[i].cmd) {
		case VPNGW_CMD_FLOW_GET:
			vpngw_nl_all_ops[i].start = vpngw_nl_flow_get_start;
			vpngw_nl_all_ops[i].done = vpngw_nl_flow_get_done;
			break;
		case VPNGW_CMD_MAPPING_GET:
			vpngw_nl_all_ops[i].start = vpngw_nl_mapping_get_start;
			vpngw_nl_all_ops[i].done = vpngw_nl_mapping_get_done;
			break;
		}
	}
	err = genl_register_family(&vpngw_nl_family);
	if (!err)
		WRITE_ONCE(vpngw_nl_up, true);
	return err;
}

/**
 * vpngw_netlink_exit - take no more requests
 *
 * Context: module exit, first.
 */
void vpngw_netlink_exit(void)
{
	WRITE_ONCE(vpngw_nl_up, false);
	/* An event under way has looked before. */
	synchronize_rcu();
	genl_unregister_family(&vpngw_nl_family);
}
