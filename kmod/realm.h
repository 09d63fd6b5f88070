/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_REALM_H
#define _VPNGW_REALM_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/ratelimit_types.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>

#include <uapi/linux/vpngw.h>

#include "limit.h"
#include "netns.h"
#include "route.h"

struct netlink_ext_ack;
struct vpngw_addr_lens;
struct vpngw_alias_table;
struct vpngw_fragments;
struct vpngw_pool_map;

/* Buckets that the tables of an ext have from the beginning, so that they need
 * not grow step by step when traffic comes.
 */
#define VPNGW_REALM_EXT_BUCKETS	32768

/**
 * struct vpngw_policy - what the hosts of a vpn may do
 * @strict: drop what goes to neither an alias nor the vpn itself
 * @hairpin: be reached by the outside endpoints of their mappings
 * @filtering: &enum vpngw_filtering
 */
struct vpngw_policy {
	u8	strict;
	u8	hairpin;
	u8	filtering;
};

/**
 * struct vpngw_realm - a vpn or an ext: an address space of its own
 * @vn: its namespace
 * @side: VPNGW_SIDE_INSIDE for a vpn, VPNGW_SIDE_OUTSIDE for an ext
 * @uid: number that is never used again
 * @id: number the user knows it by
 * @name: name the user knows it by
 * @route: where its routes are
 * @first_ifindex: the device that was bound first (@vn->mutex, readers at any
 *	time)
 * @defrag_id: tells its fragments from others'
 * @fragments: what it has in reassembly, made when first used
 * @dying: deleted; no flow or mapping may be made any more
 * @flows: its flows by their tuple on this side (RCU)
 * @mappings: ext only: its mappings by the endpoint on either side (RCU)
 * @n_mappings: number of mappings, of a vpn in all exts
 * @mapping_lens: ext only: lengths of the prefixes that static mappings are for,
 *	inside IPv4 and IPv6 and outside IPv4 and IPv6
 * @n_prefixes: ext only: number of static mappings for prefixes (@vn->mutex,
 *	readers at any time)
 * @hosts: vpn only: its hosts by address (RCU)
 * @aliases: vpn only: its aliases (RCU)
 * @n_address_only: ext only: number of static mappings without a port
 *	(@vn->mutex, readers at any time)
 * @peers: ext only: servers that hosts have talked to, where that counts (RCU)
 * @route_pairs: ext only: routes that were looked up lately
 * @pool_map: ext only: which addresses belong to its pools (RCU)
 * @limits: vpn only: how much it may have
 * @limit: vpn only: what @limits are held against
 * @policy: vpn only: what its hosts may do (netns mutex, readers at any time)
 * @icmp_limit: rate of the ICMP errors sent into it
 * @stats: its counters
 * @n_ifaces: devices bound (@vn->mutex)
 * @n_aliases: aliases that name it (@vn->mutex)
 * @n_pools: pools that name it (@vn->mutex)
 * @n_statics: static mappings that name it (@vn->mutex, readers at any time)
 * @refs: references; the last is dropped in process context
 * @list: entry of @vn->vpns or @vn->exts (@vn->mutex, RCU readers)
 * @reap: frees it
 */
struct vpngw_realm {
	struct vpngw_net		*vn;
	enum vpngw_side			side;
	u32				uid;
	u32				id;
	struct vpngw_route		route;
	int				first_ifindex;
	u32				defrag_id;
	struct vpngw_fragments		*fragments;
	bool				dying;
	struct vpngw_stats __percpu	*stats;
	struct rhashtable		flows;
	struct rhashtable		mappings[2];
	atomic_t			n_mappings;
	struct vpngw_addr_lens		*mapping_lens;
	u32				n_prefixes;
	struct rhashtable		hosts;
	struct vpngw_alias_table	*aliases;
	struct rhashtable		peers;
	struct vpngw_route_pairs __percpu *route_pairs;
	struct vpngw_pool_map __rcu	*pool_map;
	u32				n_address_only;
	struct vpngw_limits		limits;
	struct vpngw_limit_state	limit;
	struct vpngw_policy		policy;
	struct ratelimit_state		icmp_limit;
	u32				n_ifaces;
	u32				n_aliases;
	u32				n_pools;
	u32				n_statics;
	refcount_t			refs;
	struct list_head		list;
	struct vpngw_reap		reap;
	char				name[VPNGW_NAME_MAX + 1];
};

/**
 * struct vpngw_realm_config - what a vpn or ext is made with
 * @name: its name
 * @id: its number, 0 to pick one
 * @vrf_ifindex: its VRF device, or 0
 * @table: its routing table, or 0
 * @limits: how much a vpn may have
 * @policy: what its hosts may do
 */
struct vpngw_realm_config {
	const char		*name;
	u32			id;
	int			vrf_ifindex;
	u32			table;
	struct vpngw_limits	limits;
	struct vpngw_policy	policy;
};

static inline const char *vpngw_realm_kind(const struct vpngw_realm *realm)
{
	return realm->side == VPNGW_SIDE_INSIDE ? "vpn" : "ext";
}

struct vpngw_realm *vpngw_realm_find(struct vpngw_net *vn, enum vpngw_side side,
				     const char *name);
struct vpngw_realm *vpngw_realm_next(struct vpngw_net *vn, unsigned long *uid);
void vpngw_realm_hold(struct vpngw_realm *realm);
void vpngw_realm_put(struct vpngw_realm *realm);

int vpngw_realm_check_name(const char *name, struct netlink_ext_ack *extack);
struct vpngw_realm *vpngw_realm_add(struct vpngw_net *vn, enum vpngw_side side,
				    const struct vpngw_realm_config *config,
				    struct netlink_ext_ack *extack);
int vpngw_realm_set_vrf(struct vpngw_realm *realm, int ifindex,
			struct netlink_ext_ack *extack);
int vpngw_realm_del(struct vpngw_realm *realm, struct netlink_ext_ack *extack);
void vpngw_realm_flush(struct vpngw_net *vn);
void vpngw_realm_vrf_gone(struct vpngw_net *vn, int ifindex);

#endif /* _VPNGW_REALM_H */
