/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_POOL_H
#define _VPNGW_POOL_H

#include <linux/atomic.h>
#include <linux/in6.h>
#include <linux/list.h>
#include <linux/types.h>

#include <uapi/linux/vpngw.h>

#include "netns.h"

struct vpngw_host;
struct vpngw_realm;
struct vpngw_space;

/**
 * struct vpngw_pool - outside addresses and ports that stand for VPN hosts
 * @list: entry of &struct vpngw_net pools (netns mutex, RCU readers)
 * @ext: the ext that they belong to, with a reference
 * @vpn: the one vpn that may use them, with a reference; NULL for every vpn
 * @uid: number that is never used again
 * @family: AF_INET or AF_INET6, of all its addresses
 * @port_lo: first port, host byte order
 * @port_hi: last port, host byte order
 * @parity: even ports are given for even ones, odd for odd
 * @contiguity: and neighbours for an even port and the odd one after it
 * @block_size: ports of a block, 0 where single ports are given
 * @block_owner: &enum vpngw_block_owner
 * @computed: the hosts whose blocks are computed; its length is 0 where they
 *	are given
 * @step: of ports that are held back from now on (netns mutex, readers at any
 *	time)
 * @step_since: when that step began, in jiffies (netns mutex)
 * @n_aliases: aliases that name it (netns mutex)
 * @n_mappings: dynamic mappings
 * @dying: deleted, or not yet made; nothing may be taken from it
 * @space: its addresses (netns mutex, RCU readers)
 * @reap: frees it
 * @name: name the user knows it by
 */
struct vpngw_pool {
	struct list_head	list;
	struct vpngw_realm	*ext;
	struct vpngw_realm	*vpn;
	u32			uid;
	u8			family;
	u16			port_lo;
	u16			port_hi;
	bool			parity;
	bool			contiguity;
	u32			block_size;
	u32			block_owner;
	struct {
		struct in6_addr	addr;
		u8		len;
	} computed;
	unsigned int		step;
	unsigned long		step_since;
	u32			n_aliases;
	atomic_t		n_mappings;
	bool			dying;
	struct vpngw_space __rcu *space;
	struct vpngw_reap	reap;
	char			name[VPNGW_NAME_MAX + 1];
};

/**
 * struct vpngw_pool_want - whom an outside port is for
 * @vpn: the host's vpn
 * @host: the host
 * @addr: its address
 * @proto: a protocol with ports
 * @port: its port or query id
 * @next_to: the outside port beside which it should be, or 0
 */
struct vpngw_pool_want {
	const struct vpngw_realm	*vpn;
	struct vpngw_host		*host;
	const struct in6_addr		*addr;
	u8				proto;
	__be16				port;
	__be16				next_to;
};

struct vpngw_space *vpngw_pool_space(const struct vpngw_pool *pool);
int vpngw_pool_take(struct vpngw_pool *pool, const struct vpngw_pool_want *want,
		    struct in6_addr *addr, __be16 *port);
int vpngw_pool_peek(const struct vpngw_pool *pool,
		    const struct vpngw_pool_want *want, struct in6_addr *addr);
void vpngw_pool_release(struct vpngw_pool *pool, u8 proto,
			const struct in6_addr *addr, __be16 port, bool used);
void vpngw_pool_gc(struct vpngw_net *vn);

#endif /* _VPNGW_POOL_H */
