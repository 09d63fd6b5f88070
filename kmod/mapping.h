/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_MAPPING_H
#define _VPNGW_MAPPING_H

#include <linux/container_of.h>
#include <linux/in6.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <uapi/linux/vpngw.h>

struct vpngw_host;
struct vpngw_iface;
struct vpngw_pool;
struct vpngw_realm;
struct vpngw_tuple;

/**
 * struct vpngw_endpoint - one end of a mapping, and a hash key
 * @addr: address
 * @port: port or query id, 0 for all
 * @proto: IP protocol, 0 for any; IPPROTO_ICMP for ICMPv6, too
 * @far: on the VPN side of a static mapping the address family of the other
 *	end, so that a host may have one of each; else zero
 * @vpn_uid: on the VPN side, whose address it is; on the other zero
 * @scope: on the VPN side, what the mapping was made for: the uid of a pool,
 *	of an ext (static mappings) or of an alias; on the other zero
 * @beyond: bits of @addr behind a prefix that the mapping is for, 0 for one
 *	address
 */
struct vpngw_endpoint {
	struct in6_addr	addr;
	__be16		port;
	u8		proto;
	u8		far;
	u32		vpn_uid;
	u32		scope;
	u32		beyond;
} __aligned(8);

static_assert(sizeof(struct vpngw_endpoint) == 32);

/**
 * struct vpngw_mapping_end - a mapping as one side knows it
 * @node: entry of the ext's table for that side (RCU)
 * @key: the endpoint, constant once published
 */
struct vpngw_mapping_end {
	struct rhash_head	node;
	struct vpngw_endpoint	key;
};

/**
 * struct vpngw_mapping - an inside endpoint and the outside one that stands for
 *	it (a BIB entry, RFC 6146)
 * @end: both ends, by &enum vpngw_side
 * @vpn: the vpn
 * @ext: the ext
 * @pool: where the outside end was taken from; NULL for a static mapping
 * @host: the VPN host, counted; of a prefix its first address
 * @lock: protects @flows, @n_flows and @dead
 * @n_flows: number of flows (@lock, readers at any time)
 * @flows: its flows (@lock, RCU readers)
 * @ifindex: device that the host was last seen at when a flow was made; 0 for a
 *	prefix of hosts
 * @iface_uid: uid of that device's iface
 * @proto: IP protocol, 0 for any
 * @is_static: made by configuration
 * @used: a packet was translated by it (@lock)
 * @dead: not yet, or no longer published; takes no flows (@lock)
 * @rcu: frees it when it is dynamic, or never came to life
 */
struct vpngw_mapping {
	struct vpngw_mapping_end	end[2];
	struct vpngw_realm		*vpn;
	struct vpngw_realm		*ext;
	struct vpngw_pool		*pool;
	struct vpngw_host		*host;
	spinlock_t			lock;
	u32				n_flows;
	struct hlist_head		flows;
	int				ifindex;
	u32				iface_uid;
	u8				proto;
	bool				is_static;
	bool				used;
	bool				dead;
	struct rcu_head			rcu;
};

/**
 * vpngw_mapping_of - the mapping that an end is part of
 * @end: what stands in a table
 * @side: the side of that table
 *
 * Context: any.
 * Return: the mapping.
 */
static inline struct vpngw_mapping *
vpngw_mapping_of(struct vpngw_mapping_end *end, enum vpngw_side side)
{
	return container_of(end - side, struct vpngw_mapping, end[0]);
}

/* A static mapping of a whole prefix to another of the same length. */
static inline bool vpngw_mapping_is_prefix(const struct vpngw_mapping *mapping)
{
	return mapping->end[VPNGW_SIDE_INSIDE].key.beyond;
}

struct vpngw_mapping *vpngw_mapping_lookup_static(const struct vpngw_realm *vpn,
						  const struct vpngw_realm *ext,
						  const struct vpngw_tuple *t,
						  u8 far);
struct vpngw_mapping *vpngw_mapping_lookup_inside(const struct vpngw_realm *vpn,
						  const struct vpngw_realm *ext,
						  u32 scope,
						  const struct vpngw_tuple *t);
struct vpngw_mapping *vpngw_mapping_lookup_outside(const struct vpngw_realm *ext,
						   const struct in6_addr *addr,
						   u8 proto, __be16 port);
bool vpngw_mapping_is_outside(struct vpngw_realm *ext,
			      const struct in6_addr *addr);
int vpngw_mapping_peek(const struct vpngw_realm *vpn,
		       const struct vpngw_pool *pool, struct vpngw_host *host,
		       const struct vpngw_tuple *t, struct in6_addr *addr);
struct vpngw_mapping *vpngw_mapping_create(struct vpngw_iface *iface,
					   struct vpngw_realm *ext,
					   struct vpngw_pool *pool,
					   struct vpngw_host *host, u32 scope,
					   const struct vpngw_tuple *t,
					   int *reason);
bool vpngw_mapping_to_prefix(const struct vpngw_mapping *mapping,
			     enum vpngw_side side, const struct in6_addr *from,
			     struct in6_addr *to);
void vpngw_mapping_ctor(void *object);
int vpngw_mapping_publish(struct vpngw_mapping *mapping);
void vpngw_mapping_unpublish(struct vpngw_mapping *mapping);
void vpngw_mapping_unlink(struct vpngw_mapping *mapping, bool used);
bool vpngw_mapping_end_some(struct vpngw_mapping *mapping);

int vpngw_mapping_table_init(struct vpngw_realm *realm);
void vpngw_mapping_table_exit(struct vpngw_realm *realm);
int vpngw_mapping_init(void);
void vpngw_mapping_exit(void);

/**
 * vpngw_mapping_to - the address of one end for an address of the other
 * @mapping: the mapping
 * @side: of the address that is wanted
 * @from: the address on the other side, which the mapping is for
 * @to: the address
 *
 * Between IPv6 prefixes of at most 64 bits the checksums stay, RFC 6296.
 *
 * Context: any.
 * Return: true, but false for the few that can't be translated so.
 */
static inline bool vpngw_mapping_to(const struct vpngw_mapping *mapping,
				    enum vpngw_side side,
				    const struct in6_addr *from,
				    struct in6_addr *to)
{
	if (unlikely(vpngw_mapping_is_prefix(mapping)))
		return vpngw_mapping_to_prefix(mapping, side, from, to);
	*to = mapping->end[side].key.addr;
	return true;
}

#endif /* _VPNGW_MAPPING_H */
