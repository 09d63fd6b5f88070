// SPDX-License-Identifier: GPL-2.0
/*
 * Routes that are kept: by flow, and in an ext by pair of addresses.
 */
#include "route_cache.h"

#include <linux/hash.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <linux/socket.h>

#include <net/dst.h>
#include <net/inet_dscp.h>
#include <net/ip6_fib.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>

#include "route.h"
#include "tuple.h"

#define VPNGW_ROUTE_PAIR_BITS	6

/* Bits of a key: whose it is, and that a route is just being put in. */
#define VPNGW_ROUTE_KEY_USED	BIT_ULL(63)
#define VPNGW_ROUTE_KEY_BUSY	BIT_ULL(62)

/**
 * struct vpngw_route_pair - the route that packets of two addresses took last
 * @key: their mark and TOS or traffic class
 * @route: the route, with a reference, or NULL
 * @cookie: what dst_check() wants to know of an IPv6 route
 * @moves: of the namespace when the route's device was looked at
 * @family: AF_INET or AF_INET6
 * @src: their source with IPv4
 * @dst: their destination with IPv4
 * @src6: their source with IPv6
 * @dst6: their destination with IPv6
 */
struct vpngw_route_pair {
	u64			key;
	struct dst_entry	*route;
	u32			cookie;
	u32			moves;
	u8			family;
	union {
		struct {
			__be32		src;
			__be32		dst;
		};
		struct {
			struct in6_addr	src6;
			struct in6_addr	dst6;
		};
	};
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
	return VPNGW_ROUTE_KEY_USED |
	       (u64)(vpngw_route_dsfield(skb) & INET_DSCP_MASK) << 32 |
	       skb->mark;
}

/* Changes make an IPv4 route obsolete by themselves, but with IPv6 what it was
 * made of.
 */
static u32 vpngw_route_cookie(const struct dst_entry *dst)
{
	if (likely(dst->ops->family == AF_INET))
		return 0;
	return rt6_get_cookie(container_of(dst, struct rt6_info, dst));
}

/* Whether anybody takes a route away when its device goes, and says so when
 * something else changes. Nobody does with one of IPv4 of a table that is not a
 * VRF's. While there are IPsec policies, what they do may change with the
 * states.
 */
static bool vpngw_route_may_be_kept(const struct vpngw_route *route, u8 family)
{
	return !(route->fib && family == AF_INET) &&
	       !vpngw_route_has_policies(route->net);
}

/**
 * vpngw_route_cache_get - the route that was kept for packets like this
 * @cache: of packets with the same tuple
 * @moves: what vpngw_net_moves() says
 * @skb: the packet, for its mark and TOS or traffic class
 *
 * Every change of routes, rules, addresses or policies makes what was kept
 * before obsolete, as for sockets. So do changes of what belongs to whom, which
 * @moves tells.
 *
 * Context: RCU read section.
 * Return: the route with a reference, or NULL.
 */
struct dst_entry *vpngw_route_cache_get(const struct vpngw_route_cache *cache,
					u32 moves, const struct sk_buff *skb)
{
	struct dst_entry *dst = rcu_dereference(cache->dst);
	u32 cookie;

	if (!dst || atomic64_read(&cache->key) != vpngw_route_cache_key(skb))
		return NULL;
	/* Pairs with vpngw_route_cache_set(): these are of that very route, if
	 * it stands there before and after.
	 */
	smp_rmb();
	cookie = READ_ONCE(cache->cookie);
	if (READ_ONCE(cache->moves) != moves)
		return NULL;
	/* Likewise. */
	smp_rmb();
	if (unlikely(rcu_access_pointer(cache->dst) != dst) ||
	    !dst_check(dst, cookie) || !dst_hold_safe(dst))
		return NULL;
	return dst;
}

/**
 * vpngw_route_cache_set - keep a route
 * @route: of the vpn or ext that it leads into
 * @cache: of packets with the same tuple
 * @moves: what vpngw_net_moves() said before the route's device was looked at
 * @skb: the packet that it was looked up for
 * @dst: the route
 *
 * The first packet decides for which mark and TOS there is a route kept. Which
 * can be kept at all, vpngw_route_may_be_kept() says.
 *
 * Context: RCU read section.
 */
void vpngw_route_cache_set(const struct vpngw_route *route,
			   struct vpngw_route_cache *cache, u32 moves,
			   const struct sk_buff *skb, struct dst_entry *dst)
{
	u64 key = vpngw_route_cache_key(skb), had = atomic64_read(&cache->key);
	struct dst_entry *old;

	if (!vpngw_route_may_be_kept(route, dst->ops->family) ||
	    (had && had != key))
		return;
	/* One at a time. */
	if (atomic64_cmpxchg(&cache->key, had, key | VPNGW_ROUTE_KEY_BUSY) !=
	    had)
		return;
	/* Pairs with vpngw_route_cache_get(): while these change there is no
	 * route.
	 */
	old = unrcu_pointer(xchg(&cache->dst, NULL));
	WRITE_ONCE(cache->cookie, vpngw_route_cookie(dst));
	WRITE_ONCE(cache->moves, moves);
	dst_hold(dst);
	rcu_assign_pointer(cache->dst, dst);
	atomic64_set_release(&cache->key, key);
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

/* Whether the version's rules and next hops look at no more than addresses,
 * mark and TOS.
 */
static bool vpngw_route_is_simple(const struct net *net, u8 family)
{
#ifdef CONFIG_IP_MULTIPLE_TABLES
	if (family == AF_INET &&
	    READ_ONCE(net->ipv4.fib_rules_require_fldissect))
		return false;
#endif
#ifdef CONFIG_IP_ROUTE_MULTIPATH
	if (family == AF_INET &&
	    READ_ONCE(net->ipv4.sysctl_fib_multipath_hash_policy))
		return false;
#endif
#ifdef CONFIG_IPV6_MULTIPLE_TABLES
	if (family == AF_INET6 &&
	    READ_ONCE(net->ipv6.fib6_rules_require_fldissect))
		return false;
#endif
	return family == AF_INET ||
	       !READ_ONCE(net->ipv6.sysctl.multipath_hash_policy);
}

static bool vpngw_route_is_by_pair(const struct vpngw_route *route, u8 family)
{
	return vpngw_route_is_simple(route->net, family) &&
	       vpngw_route_may_be_kept(route, family);
}

static struct vpngw_route_pair *
vpngw_route_pair(struct vpngw_route_pairs __percpu *pairs,
		 const struct vpngw_tuple *t)
{
	u32 src = (__force u32)t->src, dst = (__force u32)t->dst;

	if (unlikely(t->family != AF_INET)) {
		src = ipv6_addr_hash(&t->src6);
		dst = ipv6_addr_hash(&t->dst6);
	}
	/* Who makes them collide has only himself to look them up again. */
	return &this_cpu_ptr(pairs)->slot[hash_32(src ^ rol32(dst, 16),
						  VPNGW_ROUTE_PAIR_BITS)];
}

static bool vpngw_route_pair_is_of(const struct vpngw_route_pair *pair,
				   const struct vpngw_tuple *t)
{
	if (pair->family != t->family)
		return false;
	if (likely(t->family == AF_INET))
		return pair->src == t->src && pair->dst == t->dst;
	return ipv6_addr_equal(&pair->src6, &t->src6) &&
	       ipv6_addr_equal(&pair->dst6, &t->dst6);
}

/**
 * vpngw_route_pairs_get - the route that was kept for such addresses
 * @route: of the vpn or ext that it leads into
 * @pairs: its routes
 * @moves: what vpngw_net_moves() says
 * @skb: the packet, for its mark and TOS or traffic class
 * @t: the tuple it will have there
 *
 * What vpngw_route_cache_get() says holds here, too.
 *
 * Context: RCU read section, BH off.
 * Return: the route with a reference, or NULL.
 */
struct dst_entry *
vpngw_route_pairs_get(const struct vpngw_route *route,
		      struct vpngw_route_pairs __percpu *pairs, u32 moves,
		      const struct sk_buff *skb, const struct vpngw_tuple *t)
{
	const struct vpngw_route_pair *pair = vpngw_route_pair(pairs, t);

	lockdep_assert_in_softirq();
	if (!vpngw_route_pair_is_of(pair, t) ||
	    pair->key != vpngw_route_cache_key(skb) || pair->moves != moves ||
	    !vpngw_route_is_by_pair(route, t->family) ||
	    !dst_check(pair->route, pair->cookie) ||
	    !dst_hold_safe(pair->route))
		return NULL;
	return pair->route;
}

/**
 * vpngw_route_pairs_set - keep a route for such addresses
 * @route: of the vpn or ext that it leads into
 * @pairs: its routes
 * @moves: what vpngw_net_moves() said before the route's device was looked at
 * @skb: the packet that it was looked up for
 * @t: the tuple it will have there
 * @dst: the route
 *
 * Context: RCU read section, BH off.
 */
void vpngw_route_pairs_set(const struct vpngw_route *route,
			   struct vpngw_route_pairs __percpu *pairs,
			   u32 moves, const struct sk_buff *skb,
			   const struct vpngw_tuple *t, struct dst_entry *dst)
{
	struct vpngw_route_pair *pair = vpngw_route_pair(pairs, t);

	lockdep_assert_in_softirq();
	if (!vpngw_route_is_by_pair(route, t->family))
		return;
	dst_hold(dst);
	dst_release(pair->route);
	pair->family = t->family;
	if (likely(t->family == AF_INET)) {
		pair->src = t->src;
		pair->dst = t->dst;
	} else {
		pair->src6 = t->src6;
		pair->dst6 = t->dst6;
	}
	pair->key = vpngw_route_cache_key(skb);
	pair->cookie = vpngw_route_cookie(dst);
	pair->moves = moves;
	pair->route = dst;
}
