/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ALIAS_H
#define _VPNGW_ALIAS_H

#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

#include "netns.h"

struct netlink_ext_ack;
struct vpngw_pool;
struct vpngw_realm;

/**
 * struct vpngw_prefix - one end of an alias, and a hash key
 * @addr: address, the bits beyond @len are zero
 * @len: prefix length
 * @realm_uid: on the server's side the ext, on the other zero
 */
struct vpngw_prefix {
	__be32	addr;
	u32	len;
	u32	realm_uid;
};

/**
 * struct vpngw_alias - in-VPN addresses that stand for server addresses
 * @inside_node: entry of the vpn's table by in-VPN prefix (RCU)
 * @server_node: entry of the vpn's table by server prefix (RCU)
 * @inside: in-VPN prefix
 * @server: server prefix
 * @inside_port: in-VPN port, 0 for all
 * @server_port: server port, 0 for all
 * @proto: IP protocol, 0 for any
 * @pool_fixed: @pool was named by the user
 * @uid: number that is never used again
 * @vpn: the vpn, with a reference
 * @ext: the ext of the server, with a reference
 * @pool: where the hosts that use it get their outside address; NULL for none
 *	(netns mutex, RCU readers)
 * @list: entry of &struct vpngw_net aliases (netns mutex)
 * @reap: ends its flows and frees it
 * @rcu: frees it
 */
struct vpngw_alias {
	struct rhlist_head	inside_node;
	struct rhlist_head	server_node;
	struct vpngw_prefix	inside;
	struct vpngw_prefix	server;
	__be16			inside_port;
	__be16			server_port;
	u8			proto;
	bool			pool_fixed;
	u32			uid;
	struct vpngw_realm	*vpn;
	struct vpngw_realm	*ext;
	struct vpngw_pool __rcu	*pool;
	struct list_head	list;
	struct vpngw_reap	reap;
	struct rcu_head		rcu;
};

/**
 * struct vpngw_alias_config - what an alias is made with
 * @vpn: the vpn
 * @ext: the ext of the server
 * @pool: where hosts get their outside address, NULL to pick one
 * @inside: in-VPN address
 * @server: server address
 * @len: prefix length of both
 * @inside_port: in-VPN port, 0 for all
 * @server_port: server port, 0 for all
 * @proto: IP protocol, 0 for any
 */
struct vpngw_alias_config {
	struct vpngw_realm	*vpn;
	struct vpngw_realm	*ext;
	struct vpngw_pool	*pool;
	__be32			inside;
	__be32			server;
	u8			len;
	__be16			inside_port;
	__be16			server_port;
	u8			proto;
};

static inline bool vpngw_alias_is_self(const struct vpngw_alias *alias)
{
	return alias->inside.addr == alias->server.addr;
}

struct vpngw_alias *vpngw_alias_lookup(const struct vpngw_realm *vpn,
				       __be32 addr, u8 proto, __be16 port);
struct vpngw_alias *vpngw_alias_lookup_server(const struct vpngw_realm *vpn,
					      const struct vpngw_realm *ext,
					      __be32 addr, u8 proto,
					      __be16 port);
bool vpngw_alias_answers(const struct vpngw_realm *vpn, __be32 addr, u32 *len);
__be32 vpngw_alias_to_server(const struct vpngw_alias *alias, __be32 addr);
__be32 vpngw_alias_to_inside(const struct vpngw_alias *alias, __be32 addr);

struct vpngw_alias *vpngw_alias_find(struct vpngw_realm *vpn, __be32 addr,
				     u8 len, u8 proto, __be16 port);
struct vpngw_alias *vpngw_alias_add(struct vpngw_net *vn,
				    const struct vpngw_alias_config *config,
				    struct netlink_ext_ack *extack);
void vpngw_alias_del(struct vpngw_alias *alias);
void vpngw_alias_del_realm(struct vpngw_realm *vpn);
void vpngw_alias_flush(struct vpngw_net *vn);
void vpngw_alias_pool_added(struct vpngw_net *vn, struct vpngw_pool *pool);
void vpngw_alias_pool_removed(struct vpngw_net *vn, struct vpngw_pool *pool);

int vpngw_alias_table_init(struct vpngw_realm *realm);
void vpngw_alias_table_exit(struct vpngw_realm *realm);

#endif /* _VPNGW_ALIAS_H */
