/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_POOL_H
#define _VPNGW_POOL_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>

#include <uapi/linux/vpngw.h>

#include "netns.h"

struct netlink_ext_ack;
struct vpngw_pool_addr;
struct vpngw_realm;

/* Most addresses that one pool may have. */
#define VPNGW_POOL_ADDRS_MAX	65536
/* Most ranges that one pool may be made of. */
#define VPNGW_POOL_RANGES_MAX	128

/**
 * struct vpngw_range - a range of addresses
 * @first: first address, host byte order
 * @last: last address, host byte order
 */
struct vpngw_range {
	u32	first;
	u32	last;
};

/**
 * struct vpngw_pool - outside addresses and ports that stand for VPN hosts
 * @list: entry of &struct vpngw_net pools (netns mutex)
 * @ext: the ext that they belong to, with a reference
 * @vpn: the one vpn that may use them, with a reference; NULL for every vpn
 * @uid: number that is never used again
 * @port_lo: first port, host byte order
 * @port_hi: last port, host byte order
 * @n_addrs: number of addresses
 * @n_ranges: number of @ranges
 * @n_aliases: aliases that name it (netns mutex)
 * @n_mappings: dynamic mappings
 * @dying: deleted; nothing may be taken from it any more
 * @addrs: what is taken of each address, made when first used
 * @reap: frees it
 * @rcu: frees it
 * @name: name the user knows it by
 * @ranges: its addresses, sorted
 */
struct vpngw_pool {
	struct list_head	list;
	struct vpngw_realm	*ext;
	struct vpngw_realm	*vpn;
	u32			uid;
	u16			port_lo;
	u16			port_hi;
	u32			n_addrs;
	u32			n_ranges;
	u32			n_aliases;
	atomic_t		n_mappings;
	bool			dying;
	struct vpngw_pool_addr	**addrs;
	struct vpngw_reap	reap;
	struct rcu_head		rcu;
	char			name[VPNGW_NAME_MAX + 1];
	struct vpngw_range	ranges[];
};

/**
 * struct vpngw_pool_config - what a pool is made with
 * @name: its name
 * @ext: the ext its addresses belong to
 * @vpn: the one vpn that may use it, or NULL
 * @port_lo: first port, host byte order
 * @port_hi: last port, host byte order
 * @n_ranges: number of @ranges
 * @ranges: its addresses, in any order
 */
struct vpngw_pool_config {
	const char		*name;
	struct vpngw_realm	*ext;
	struct vpngw_realm	*vpn;
	u16			port_lo;
	u16			port_hi;
	u32			n_ranges;
	struct vpngw_range	*ranges;
};

int vpngw_pool_take(struct vpngw_pool *pool, const struct vpngw_realm *vpn,
		    u8 proto, __be32 host, __be16 host_port,
		    __be32 *addr, __be16 *port);
void vpngw_pool_release(struct vpngw_pool *pool, u8 proto, __be32 addr,
			__be16 port);
int vpngw_pool_reserve(struct vpngw_realm *ext, u8 proto, __be32 addr,
		       __be16 port, struct netlink_ext_ack *extack);
void vpngw_pool_unreserve(struct vpngw_realm *ext, u8 proto, __be32 addr,
			  __be16 port);
bool vpngw_pool_contains(const struct vpngw_realm *ext, __be32 addr);
struct vpngw_pool *vpngw_pool_pick(const struct vpngw_realm *ext,
				   const struct vpngw_realm *vpn);
void vpngw_pool_map_exit(struct vpngw_realm *ext);

struct vpngw_pool *vpngw_pool_find(struct vpngw_net *vn, const char *name);
struct vpngw_pool *vpngw_pool_add(struct vpngw_net *vn,
				  const struct vpngw_pool_config *config,
				  struct netlink_ext_ack *extack);
int vpngw_pool_check_unused(const struct vpngw_pool *pool,
			    struct netlink_ext_ack *extack);
void vpngw_pool_del(struct vpngw_pool *pool);
void vpngw_pool_flush(struct vpngw_net *vn);

#endif /* _VPNGW_POOL_H */
