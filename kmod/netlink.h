/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_NETLINK_H
#define _VPNGW_NETLINK_H

#include <linux/in6.h>
#include <linux/types.h>

struct genl_info;
struct list_head;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;
struct vpngw_net;
struct vpngw_realm;
struct vpngw_tuple;

/**
 * struct vpngw_nl_endpoint - an address from a request
 * @addr: address
 * @port: port, 0 when none was given
 * @len: prefix length as addr.h counts it, 128 when none was given
 */
struct vpngw_nl_endpoint {
	struct in6_addr	addr;
	__be16		port;
	u8		len;
};

/* Puts the attributes of one object into a message. */
typedef int (*vpngw_nl_put_fn)(struct sk_buff *msg, const void *object);

/**
 * struct vpngw_nl_limit - that a vpn met a limit
 * @vpn: the vpn
 * @reason: &enum vpngw_reason
 * @inside: tuple of the packet; its source is the host
 * @missed: packets dropped for limits since the event before
 */
struct vpngw_nl_limit {
	const struct vpngw_realm	*vpn;
	u32				reason;
	const struct vpngw_tuple	*inside;
	u32				missed;
};

/* One for each kind of object. */
int vpngw_nl_put_vpn(struct sk_buff *msg, const void *object);
int vpngw_nl_put_ext(struct sk_buff *msg, const void *object);
int vpngw_nl_put_interface(struct sk_buff *msg, const void *object);
int vpngw_nl_put_pool(struct sk_buff *msg, const void *object);
int vpngw_nl_put_alias(struct sk_buff *msg, const void *object);
int vpngw_nl_put_mapping(struct sk_buff *msg, const void *object);
int vpngw_nl_put_limit(struct sk_buff *msg, const void *object);
int vpngw_nl_put_flow(struct sk_buff *msg, const void *object);

/* Reading requests. */
struct vpngw_net *vpngw_nl_lock(struct genl_info *info);
void vpngw_nl_unlock(struct vpngw_net *vn);
int vpngw_nl_missing(struct genl_info *info, int attr, const char *what);
int vpngw_nl_check_new(struct genl_info *info, const char *kind,
		       const char *name, bool exists);
int vpngw_nl_get_realm(struct vpngw_net *vn, struct netlink_ext_ack *extack,
		       const struct nlattr *attr, int side,
		       struct vpngw_realm **realm);
int vpngw_nl_get_ext(struct vpngw_net *vn, struct netlink_ext_ack *extack,
		     const struct nlattr *attr, struct vpngw_realm **ext);
u8 vpngw_nl_get_proto(const struct nlattr *attr);
int vpngw_nl_get_addr(const struct nlattr *attr, struct in6_addr *addr,
		      struct netlink_ext_ack *extack);
int vpngw_nl_get_endpoint(const struct nlattr *attr,
			  struct vpngw_nl_endpoint *ep,
			  struct netlink_ext_ack *extack);

/* Writing answers. */
int vpngw_nl_put_addr(struct sk_buff *msg, int attr,
		      const struct in6_addr *addr);
int vpngw_nl_put_endpoint(struct sk_buff *msg, int attr,
			  const struct in6_addr *addr, __be16 port, int len);
int vpngw_nl_put_counter(struct sk_buff *msg, int attr, u64 packets,
			 u64 bytes);
int vpngw_nl_put_device(struct sk_buff *msg, const struct vpngw_net *vn,
			int attr, int ifindex);
void *vpngw_nl_reply_begin(struct sk_buff *msg, struct genl_info *info, u8 cmd);
int vpngw_nl_reply(struct genl_info *info, u8 cmd, vpngw_nl_put_fn put,
		   const void *object);
int vpngw_nl_dump_list(struct sk_buff *msg, struct netlink_callback *cb,
		       struct vpngw_net *vn, const struct list_head *list,
		       u8 cmd,
		       int (*put)(struct sk_buff *msg,
				  const struct list_head *entry,
				  struct nlattr **attrs));
void *vpngw_nl_dump_begin(struct sk_buff *msg, struct netlink_callback *cb,
			  u8 cmd);
bool vpngw_nl_listens(struct vpngw_net *vn, unsigned int group);
void vpngw_nl_notify(struct vpngw_net *vn, unsigned int group, u8 cmd,
		     vpngw_nl_put_fn put, const void *object, gfp_t gfp);
void vpngw_nl_changed(struct vpngw_net *vn, u8 cmd, vpngw_nl_put_fn put,
		      const void *object);

/* Dumps of tables that change under them. */
int vpngw_nl_flow_get_start(struct netlink_callback *cb);
int vpngw_nl_flow_get_done(struct netlink_callback *cb);
int vpngw_nl_mapping_get_start(struct netlink_callback *cb);
int vpngw_nl_mapping_get_done(struct netlink_callback *cb);

int vpngw_netlink_init(void);
void vpngw_netlink_exit(void);

#endif /* _VPNGW_NETLINK_H */
