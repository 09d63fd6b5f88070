// SPDX-License-Identifier: GPL-2.0
/*
 * Routes that are kept: by flow, and in an ext by pair of addresses.
 */
#include "route_cache.h"

#include <linux/hash.h>
#include <linux/ip.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>

#include <net/inet_dscp.h>
#include <net/ip.h>
#include <net/route.h>

#include "route.h"
#include "tuple.h"

#define VPNGW_ROUTE_PAIR_BITS	6

/**
 * struct vpngw_route_pair - the route that packets of two addresses took last
 * @src: their source
 * @dst: their destination
 * @key: their mark and TOS
 * @route: the route, with a reference, or NULL
 */
struct vpngw_route_pair {
	__be32			src;
	__be32			dst;
	u64			key;
	struct dst_entry	*route;
};

/**
 * struct vpngw_route_pairs - routes that one CPU looked up lately
 * @slot: one for all pairs with the same hash
 */
struct vpngw_route_pairs {
	struct vpngw_route_pair	slot[1 << VPNGW_ROUTE_PAIR_BITS];
};

static u64 vpngw_route_cache_key(const struct sk_buff *skb)
{
	/* A key is never 0. */
	return BIT_ULL(63) | (u64)(ip_hdr(skb)->tos & INET_DSCP_MASK) << 32 |
	       skb->mark;
}

/**
 * vpngw_route_cache_get - the route that was kept for packets like this
 * @cache: of packets with the same tuple
 * @skb: the packet, for its mark and TOS
 *
 * Every change of routes, rules, addresses or policies makes what was kept
 * before obsolete, as for sockets. Changes of what belongs to whom do not: the
 * route's device is still to be looked at.
 *
 * Context: RCU read section.
 * Return: the route with a reference, or NULL.
 */
struct rtable *vpngw_route_cache_get(const struct vpngw_route_cache *cache,
				     const struct sk_buff *skb)
{
	struct dst_entry *dst = rcu_dereference(cache->dst);

	if (!dst || atomic64_read(&cache->key) != vpngw_route_cache_key(skb) ||
	    !dst_check(dst, 0) || !dst_hold_safe(dst))
		return NULL;
	return container_of(dst, struct rtable, dst);
}

/**
 * vpngw_route_cache_set - keep a route
 * @route: of the vpn or ext that it leads into
 * @cache: of packets with the same tuple
 * @skb: the packet that it was looked up for
 * @rt: the route
 *
 * The first packet decides for which mark and TOS there is a route kept. A route
 * of a table that is not a VRF's is not: nobody would take it away when its device
 * goes. Neither is any while there are IPsec policies, for what they do may change
 * with the states.
 *
 * Context: RCU read section.
 */
void vpngw_route_cache_set(const struct vpngw_route *route,
			   struct vpngw_route_cache *cache,
			   const struct sk_buff *skb, struct rtable *rt)
{
	u64 key = vpngw_route_cache_key(skb);
	struct dst_entry *old;

	if (route->fib || vpngw_route_has_policies(route->net) ||
	    (atomic64_read(&cache->key) != key &&
	     atomic64_cmpxchg(&cache->key, 0, key)))
		return;
	dst_hold(&rt->dst);
	old = unrcu_pointer(xchg(&cache->dst, RCU_INITIALIZER(&rt->dst)));
	dst_release(old);
}

/**
 * vpngw_route_cache_free - let a kept route go, and keep none
 * @cache: nobody else uses it any more
 *
 * Context: any.
 */
void vpngw_route_cache_free(struct vpngw_route_cache *cache)
{
	dst_release(rcu_dereference_protected(cache->dst, true));
	RCU_INIT_POINTER(cache->dst, NULL);
	atomic64_set(&cache->key, 0);
}

/**
 * vpngw_route_pairs_alloc - make room for routes by pair of addresses
 *
 * New flows from few pool addresses to few servers need not look the same route
 * up again and again.
 *
 * Context: process.
 * Return: the room, or NULL.
 */
struct vpngw_route_pairs __percpu *vpngw_route_pairs_alloc(void)
{
	return alloc_percpu(struct vpngw_route_pairs);
}

/**
 * vpngw_route_pairs_free - let all routes go
 * @pairs: nobody uses it any more; NULL is ignored
 *
 * Context: process.
 */
void vpngw_route_pairs_free(struct vpngw_route_pairs __percpu *pairs)
{
	int cpu, i;

	if (!pairs)
		return;
	for_each_possible_cpu(cpu)
		for (i = 0; i < 1 << VPNGW_ROUTE_PAIR_BITS; i++)
			dst_release(per_cpu_ptr(pairs, cpu)->slot[i].route);
	free_percpu(pairs);
}

/* Whether addresses, mark and TOS alone decide the route. */
static bool vpngw_route_is_by_pair(const struct vpngw_route *route)
{
#ifdef CONFIG_IP_MULTIPLE_TABLES
	if (READ_ONCE(route->net->ipv4.fib_rules_require_fldissect))
		return false;
#endif
#ifdef CONFIG_IP_ROUTE_MULTIPATH
	if (READ_ONCE(route->net->ipv4.sysctl_fib_multipath_hash_policy))
		return false;
#endif
	return !route->fib && !vpngw_route_has_policies(route->net);
}

static struct vpngw_route_pair *
vpngw_route_pair(struct vpngw_route_pairs __percpu *pairs,
		 const struct vpngw_tuple *t)
{
	/* Who makes them collide has only himself to look them up again. */
	return &this_cpu_ptr(pairs)->slot[hash_32((__force u32)t->src ^
						  rol32((__force u32)t->dst,
							16),
						  VPNGW_ROUTE_PAIR_BITS)];
}

/**
 * vpngw_route_pairs_get - the route that was kept for such addresses
 * @route: of the vpn or ext that it leads into
 * @pairs: its routes
 * @skb: the packet, for its mark and TOS
 * @t: the tuple it will have there
 *
 * What vpngw_route_cache_get() says holds here, too.
 *
 * Context: RCU read section, BH off.
 * Return: the route with a reference, or NULL.
 */
struct rtable *
vpngw_route_pairs_get(const struct vpngw_route *route,
		      struct vpngw_route_pairs __percpu *pairs,
		      const struct sk_buff *skb, const struct vpngw_tuple *t)
{
	const struct vpngw_route_pair *pair = vpngw_route_pair(pairs, t);

	lockdep_assert_in_softirq();
	if (pair->src != t->src || pair->dst != t->dst ||
	    pair->key != vpngw_route_cache_key(skb) ||
	    !vpngw_route_is_by_pair(route) || !dst_check(pair->route, 0) ||
	    !dst_hold_safe(pair->route))
		return NULL;
	return container_of(pair->route, struct rtable, dst);
}

/**
 * vpngw_route_pairs_set - keep a route for such addresses
 * @route: of the vpn or ext that it leads into
 * @pairs: its routes
 * @skb: the packet that it was looked up for
 * @t: the tuple it will have there
 * @rt: the route
 *
 * Context: RCU read section, BH off.
 */
void vpngw_route_pairs_set(const struct vpngw_route *route,
			   struct vpngw_route_pairs __percpu *pairs,
			   const struct sk_buff *skb,
			   const struct vpngw_tuple *t, struct rtable *rt)
{
	struct vpngw_route_pair *pair = vpngw_route_pair(pairs, t);

	lockdep_assert_in_softirq();
	if (!vpngw_route_is_by_pair(route))
		return;
	dst_hold(&rt->dst);
	dst_release(pair->route);
	pair->src = t->src;
	pair->dst = t->dst;
	pair->key = vpngw_route_cache_key(skb);
	pair->route = &rt->dst;
}
