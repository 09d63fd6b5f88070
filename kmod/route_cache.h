/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ROUTE_CACHE_H
#define _VPNGW_ROUTE_CACHE_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>

struct dst_entry;
struct sk_buff;
struct vpngw_route;
struct vpngw_route_pairs;
struct vpngw_tuple;

/**
 * struct vpngw_route_cache - the route that packets of one tuple took last
 * @key: mark and TOS or traffic class of the packets that it is for; 0 before
 *	the first, then constant but for a bit that is set while a route is put
 *	in
 * @dst: the route, with a reference, or NULL (RCU)
 * @cookie: what dst_check() wants to know of an IPv6 route (written by who has
 *	set that bit, readers at any time)
 * @moves: of the namespace when the route's device was looked at (likewise)
 */
struct vpngw_route_cache {
	atomic64_t		key;
	struct dst_entry __rcu	*dst;
	u32			cookie;
	u32			moves;
};

struct dst_entry *vpngw_route_cache_get(const struct vpngw_route_cache *cache,
					u32 moves, const struct sk_buff *skb);
void vpngw_route_cache_set(const struct vpngw_route *route,
			   struct vpngw_route_cache *cache, u32 moves,
			   const struct sk_buff *skb, struct dst_entry *dst);
void vpngw_route_cache_free(struct vpngw_route_cache *cache);

struct vpngw_route_pairs __percpu *vpngw_route_pairs_alloc(void);
void vpngw_route_pairs_free(struct vpngw_route_pairs __percpu *pairs);
struct dst_entry *
vpngw_route_pairs_get(const struct vpngw_route *route,
		      struct vpngw_route_pairs __percpu *pairs, u32 moves,
		      const struct sk_buff *skb, const struct vpngw_tuple *t);
void vpngw_route_pairs_set(const struct vpngw_route *route,
			   struct vpngw_route_pairs __percpu *pairs,
			   u32 moves, const struct sk_buff *skb,
			   const struct vpngw_tuple *t, struct dst_entry *dst);

#endif /* _VPNGW_ROUTE_CACHE_H */
