/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ALIAS_H
#define _VPNGW_ALIAS_H

#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

#include "addr.h"
#include "netns.h"

struct netlink_ext_ack;
struct vpngw_pool;
struct vpngw_realm;

/**
 * struct vpngw_prefix - one end of an alias, and a hash key
 * @addr: address, the bits beyond @len are zero
 * @len: prefix length, as addr.h counts it
 * @realm_uid: on the server's side the ext, on the other zero
 */
struct vpngw_prefix {
	struct in6_addr	addr;
	u32		len;
	u32		realm_uid;
};

/* How the addresses of one end of an alias become those of the other. */
enum vpngw_alias_way {
	/* The same bits stand behind the prefix. */
	VPNGW_ALIAS_SHIFT,
	/* The in-VPN address has the server's IPv4 address in it, RFC 6052. */
	VPNGW_ALIAS_EMBED_INSIDE,
	/* The server's address has the in-VPN IPv4 address in it. */
	VPNGW_ALIAS_EMBED_SERVER,
};

/**
 * struct vpngw_alias - in-VPN addresses that stand for server addresses
 * @inside_node: entry of the vpn's table by in-VPN prefix (RCU)
 * @server_node: entry of the vpn's table by server prefix (RCU)
 * @inside: in-VPN prefix
 * @server: server prefix
 * @way: how one address becomes the other
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
	enum vpngw_alias_way	way;
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
 * @inside_len: prefix length of @inside, as addr.h counts it
 * @server_len: prefix length of @server
 * @inside_port: in-VPN port, 0 for all
 * @server_port: server port, 0 for all
 * @proto: IP protocol, 0 for any
 */
struct vpngw_alias_config {
	struct vpngw_realm	*vpn;
	struct vpngw_realm	*ext;
	struct vpngw_pool	*pool;
	struct in6_addr		inside;
	struct in6_addr		server;
	u8			inside_len;
	u8			server_len;
	__be16			inside_port;
	__be16			server_port;
	u8			proto;
};

static inline bool vpngw_alias_is_self(const struct vpngw_alias *alias)
{
	return ipv6_addr_equal(&alias->inside.addr, &alias->server.addr);
}

struct vpngw_alias *vpngw_alias_lookup(const struct vpngw_realm *vpn,
				       const struct in6_addr *addr, u8 proto,
				       __be16 port);
struct vpngw_alias *vpngw_alias_lookup_server(const struct vpngw_realm *vpn,
					      const struct vpngw_realm *ext,
					      const struct in6_addr *addr,
					      u8 family, u8 proto, __be16 port);
bool vpngw_alias_answers(const struct vpngw_realm *vpn,
			 const struct in6_addr *addr, u32 *len);
bool vpngw_alias_to_server_prefix(const struct vpngw_alias *alias,
				  const struct in6_addr *addr,
				  struct in6_addr *server);
bool vpngw_alias_to_inside(const struct vpngw_alias *alias,
			   const struct in6_addr *addr, struct in6_addr *inside);

/**
 * vpngw_alias_to_server - the server address of an in-VPN address
 * @alias: the alias
 * @addr: an address inside its in-VPN prefix
 * @server: the server's address
 *
 * Context: any.
 * Return: true, but false where no server has an address that is so written.
 */
static inline bool vpngw_alias_to_server(const struct vpngw_alias *alias,
					 const struct in6_addr *addr,
					 struct in6_addr *server)
{
	if (unlikely(alias->inside.len != 128 || alias->server.len != 128))
		return vpngw_alias_to_server_prefix(alias, addr, server);
	*server = alias->server.addr;
	return true;
}

struct vpngw_alias *vpngw_alias_find(struct vpngw_realm *vpn,
				     const struct in6_addr *addr, u8 len,
				     u8 proto, __be16 port);
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
