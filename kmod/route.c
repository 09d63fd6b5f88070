// SPDX-License-Identifier: GPL-2.0
/*
 * Routes on the other side: through a VRF, a table, or the interfaces of a
 * vpn or ext, never through leaked routes. What is said of both versions is
 * here, and how it is done with IPv4; how with IPv6 is in route6.c.
 */
#include "route.h"

#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include <net/dsfield.h>
#include <net/inet_dscp.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip_fib.h>
#include <net/l3mdev.h>
#include <net/lwtunnel.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "route6.h"
#include "stats.h"
#include "tuple.h"

static void vpngw_route_flow(struct flowi4 *fl4, const struct vpngw_route *route,
			     __be32 daddr)
{
	memset(fl4, 0, sizeof(*fl4));
	fl4->daddr = daddr;
	fl4->flowi4_iif = LOOPBACK_IFINDEX;
	fl4->flowi4_scope = RT_SCOPE_UNIVERSE;
	fl4->flowi4_oif = READ_ONCE(route->vrf_ifindex);
	fl4->flowi4_uid = sock_net_uid(route->net, NULL);
	fl4->flowi4_flags = FLOWI_FLAG_ANYSRC;
}

static int vpngw_route_lookup(const struct vpngw_route *route,
			      struct flowi4 *fl4, struct fib_result *res)
{
	if (route->fib)
		return fib_table_lookup(route->fib, fl4, res,
					FIB_LOOKUP_IGNORE_LINKSTATE |
					FIB_LOOKUP_NOREF);
	return fib_lookup(route->net, fl4, res,
			  FIB_LOOKUP_IGNORE_LINKSTATE);
}

static bool vpngw_route_is_local_v4(const struct net_device *dev, __be32 addr)
{
	return inet_addr_type_dev_table(dev_net(dev), dev, addr) == RTN_LOCAL;
}

static bool vpngw_route_has_local_v4(const struct vpngw_route *route,
				     __be32 addr)
{
	u32 table = route->has_vrf ? READ_ONCE(route->table) : RT_TABLE_LOCAL;

	return vpngw_route_is_there(route) &&
	       inet_addr_type_table(route->net, addr, table) == RTN_LOCAL;
}

/* A route from a table that no VRF has and no rule need name. Of several next
 * hops the first that is alive is taken.
 */
static struct rtable *vpngw_route_from_table(const struct vpngw_route *route,
					     struct flowi4 *fl4)
{
	struct fib_nh_common *nhc;
	struct fib_result res = {};
	struct rtable *rt;
	int err;

	err = fib_table_lookup(route->fib, fl4, &res, FIB_LOOKUP_NOREF);
	if (err)
		return ERR_PTR(err == -EAGAIN ? -ENETUNREACH : err);
	if (res.type != RTN_UNICAST)
		return ERR_PTR(-EHOSTUNREACH);
	nhc = FIB_RES_NHC(res);
	if (!nhc->nhc_dev || nhc->nhc_gw_family == AF_INET6)
		return ERR_PTR(-ENETUNREACH);

	/* It lives as long as its packet, so it need not be found when the
	 * device goes.
	 */
	rt = rt_dst_alloc(nhc->nhc_dev, 0, res.type, false);
	if (!rt)
		return ERR_PTR(-ENOBUFS);
	if (nhc->nhc_gw_family == AF_INET && nhc->nhc_scope == RT_SCOPE_LINK) {
		rt->rt_uses_gateway = 1;
		rt->rt_gw_family = AF_INET;
		rt->rt_gw4 = nhc->nhc_gw.ipv4;
	}
	ip_dst_init_metrics(&rt->dst, res.fi->fib_metrics);
	rt->dst.lwtstate = lwtstate_get(nhc->nhc_lwtstate);
	lwtunnel_set_redirect(&rt->dst);
	fl4->flowi4_oif = nhc->nhc_dev->ifindex;
	return (struct rtable *)xfrm_lookup_route(route->net, &rt->dst,
						  flowi4_to_flowi(fl4), NULL,
						  0);
}

/**
 * vpngw_route_has_policies - may IPsec have a say in a namespace's routes?
 * @net: the namespace
 *
 * As xfrm_route_forward(): nothing to look for where there is no policy.
 *
 * Context: any.
 * Return: true if it may.
 */
bool vpngw_route_has_policies(const struct net *net)
{
#ifdef CONFIG_XFRM
	return net->xfrm.policy_count[XFRM_POLICY_OUT] ||
	       net->xfrm.policy_default[XFRM_POLICY_OUT] !=
	       XFRM_USERPOLICY_ACCEPT;
#else
	return false;
#endif
}

static struct rtable *vpngw_route_from_fib(const struct vpngw_route *route,
					   struct flowi4 *fl4)
{
	if (vpngw_route_has_policies(route->net))
		return ip_route_output_key(route->net, fl4);
	return __ip_route_output_key(route->net, fl4);
}

static int vpngw_route_reason(int err)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
		return VPNGW_REASON_POLICY;
	case -ENOBUFS:
	case -ENOMEM:
		return VPNGW_REASON_NO_MEMORY;
	}
	return VPNGW_REASON_NO_ROUTE;
}

static struct dst_entry *vpngw_route_output_v4(const struct vpngw_route *route,
					       int ifindex,
					       const struct sk_buff *skb,
					       const struct vpngw_tuple *t)
{
	struct flowi4 fl4;
	struct rtable *rt;

	vpngw_route_flow(&fl4, route, t->dst);
	fl4.saddr = t->src;
	fl4.flowi4_proto = t->proto;
	fl4.flowi4_mark = skb->mark;
	fl4.flowi4_tos = vpngw_route_dsfield(skb) & INET_DSCP_MASK;
	fl4.fl4_sport = t->sport;
	fl4.fl4_dport = t->dport;
	if (route->own_devices)
		fl4.flowi4_oif = ifindex;

	/* The gateway's own addresses are in no such table. */
	if (route->fib &&
	    !(route->has_own && vpngw_route_has_local_v4(route, t->dst)))
		rt = vpngw_route_from_table(route, &fl4);
	else
		rt = vpngw_route_from_fib(route, &fl4);
	if (IS_ERR(rt))
		return ERR_CAST(rt);
	if (rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST) ||
	    (rt->rt_flags & RTCF_LOCAL && !route->has_own)) {
		ip_rt_put(rt);
		return ERR_PTR(-ENETUNREACH);
	}
	return &rt->dst;
}

/**
 * vpngw_route_output - the route of a packet into a vpn or ext
 * @route: of the vpn or ext
 * @ifindex: the device to go by; counts only where @route has own_devices
 * @skb: the packet, of either version, for its mark and TOS or traffic class
 * @t: the tuple it will have there, which says the version of the route
 * @reason: why there is none
 *
 * Context: RCU read section.
 * Return: a unicast route, or in an ext also one to the gateway itself, with a
 *	reference, or NULL and the &enum
 *	vpngw_reason.
 */
struct dst_entry *vpngw_route_output(const struct vpngw_route *route,
				     int ifindex, const struct sk_buff *skb,
				     const struct vpngw_tuple *t, int *reason)
{
	struct dst_entry *dst;

	if (!vpngw_route_is_there(route)) {
		*reason = VPNGW_REASON_VRF_GONE;
		return NULL;
	}
	if (route->own_devices && !ifindex) {
		*reason = VPNGW_REASON_NO_ROUTE;
		return NULL;
	}
	if (likely(t->family == AF_INET))
		dst = vpngw_route_output_v4(route, ifindex, skb, t);
	else
		dst = vpngw_route6_output(route, ifindex, skb, t);
	if (IS_ERR(dst)) {
		*reason = vpngw_route_reason(PTR_ERR(dst));
		return NULL;
	}
	return dst;
}

/**
 * vpngw_route_is_to_local - does a route end at the gateway itself?
 * @dst: the route, of either version
 *
 * Context: any.
 * Return: true if it does.
 */
bool vpngw_route_is_to_local(const struct dst_entry *dst)
{
	if (likely(dst->ops->family == AF_INET))
		return container_of(dst, struct rtable, dst)->rt_flags &
		       RTCF_LOCAL;
	return container_of(dst, struct rt6_info, dst)->rt6i_flags & RTF_LOCAL;
}

/**
 * vpngw_route_dsfield - the DS field of a packet
 * @skb: the packet, of either version
 *
 * Context: any.
 * Return: what IPv4 calls TOS, and IPv6 traffic class.
 */
u8 vpngw_route_dsfield(const struct sk_buff *skb)
{
	if (likely(skb->protocol == htons(ETH_P_IP)))
		return ip_hdr(skb)->tos;
	return ipv6_get_dsfield(ipv6_hdr(skb));
}

static int vpngw_route_check_source_v4(const struct vpngw_route *route,
				       const struct sk_buff *skb)
{
	const struct net_device *dev = skb->dev;
	struct in_device *in_dev = __in_dev_get_rcu(dev);
	struct fib_result res = {};
	struct flowi4 fl4;
	int rpf;

	if (!in_dev || !IN_DEV_FORWARD(in_dev))
		return VPNGW_REASON_FORWARDING_OFF;
	/* As in the stack, what came through IPsec was checked there. */
	rpf = secpath_exists(skb) ? 0 : IN_DEV_RPFILTER(in_dev);
	if (!rpf)
		return VPNGW_OK;

	vpngw_route_flow(&fl4, route, ip_hdr(skb)->saddr);
	fl4.flowi4_tos = ip_hdr(skb)->tos & INET_DSCP_MASK;
	if (IN_DEV_SRC_VMARK(in_dev))
		fl4.flowi4_mark = skb->mark;
	if (route->own_devices)
		fl4.flowi4_oif = dev->ifindex;
	if (vpngw_route_lookup(route, &fl4, &res) || res.type != RTN_UNICAST)
		return VPNGW_REASON_RP_FILTER;
	if (rpf == 1 && !fib_info_nh_uses_dev(res.fi, dev))
		return VPNGW_REASON_RP_FILTER;
	return VPNGW_OK;
}

/**
 * vpngw_route_check_source - may a packet with this source come in here?
 * @route: of the vpn or ext of the device it came in by
 * @skb: the packet
 *
 * Honours the forwarding setting of the device in the packet's version, and
 * with IPv4 its rp_filter (RFC 3704), which IPv6 does not have. For a vpn or
 * ext without a VRF or table, strict means that the device has a route back,
 * whatever better routes others have.
 *
 * Context: RCU read section.
 * Return: VPNGW_OK or the &enum vpngw_reason why not.
 */
int vpngw_route_check_source(const struct vpngw_route *route,
			     const struct sk_buff *skb)
{
	if (likely(skb->protocol == htons(ETH_P_IP)))
		return vpngw_route_check_source_v4(route, skb);
	return vpngw_route6_check_source(skb);
}

/* Where a VRF has no route the main table answers, whose routes are not the
 * vpn's.
 */
static bool vpngw_route_is_of(const struct vpngw_route *route,
			      const struct fib_result *res)
{
	return !route->has_vrf || !res->table ||
	       res->table->tb_id == READ_ONCE(route->table);
}

static bool vpngw_route_leads_to_v4(const struct vpngw_route *route,
				    const struct sk_buff *skb,
				    const struct vpngw_tuple *t,
				    const struct net_device *dev)
{
	struct fib_result res = {};
	struct flowi4 fl4;

	vpngw_route_flow(&fl4, route, t->dst);
	fl4.saddr = t->src;
	fl4.flowi4_tos = vpngw_route_dsfield(skb) & INET_DSCP_MASK;
	fl4.flowi4_mark = skb->mark;
	return !vpngw_route_lookup(route, &fl4, &res) &&
	       res.type == RTN_UNICAST && vpngw_route_is_of(route, &res) &&
	       fib_info_nh_uses_dev(res.fi, dev);
}

/**
 * vpngw_route_leads_to - is it by its own table that a packet goes there?
 * @route: of the vpn or ext
 * @skb: the packet, for its mark and TOS or traffic class
 * @t: its tuple there, of which the addresses count
 * @dev: the device that it is about to leave by
 *
 * Context: RCU read section.
 * Return: true when the VRF's or the vpn's own table has that route; false
 *	without such a table, and for main, which others share.
 */
bool vpngw_route_leads_to(const struct vpngw_route *route,
			  const struct sk_buff *skb, const struct vpngw_tuple *t,
			  const struct net_device *dev)
{
	u32 table = READ_ONCE(route->table);

	if (!table || table == RT_TABLE_MAIN || !vpngw_route_is_there(route))
		return false;
	if (t->family == AF_INET)
		return vpngw_route_leads_to_v4(route, skb, t, dev);
	return vpngw_route6_leads_to(route, skb, t, dev);
}

/**
 * vpngw_route_is_in_vrf - is a device a member of the VRF?
 * @route: of the vpn or ext
 * @dev: the device
 *
 * Context: RCU read section.
 * Return: true if it is; false without a VRF.
 */
bool vpngw_route_is_in_vrf(const struct vpngw_route *route,
			   const struct net_device *dev)
{
	int vrf_ifindex = READ_ONCE(route->vrf_ifindex);

	return vrf_ifindex && l3mdev_master_ifindex_rcu(dev) == vrf_ifindex;
}

static bool vpngw_route_is_own_v4(const struct vpngw_route *route,
				  const struct net_device *dev, __be32 addr,
				  u32 len)
{
	struct fib_result res = {};
	struct flowi4 fl4;

	if (ipv4_is_multicast(addr) || ipv4_is_lbcast(addr) ||
	    vpngw_route_is_local_v4(dev, addr))
		return true;
	vpngw_route_flow(&fl4, route, addr);
	if (route->own_devices)
		fl4.flowi4_oif = dev->ifindex;
	if (vpngw_route_lookup(route, &fl4, &res) ||
	    !vpngw_route_is_of(route, &res))
		return false;
	return res.type == RTN_BROADCAST ||
	       res.prefixlen + VPNGW_ADDR_V4_AT > len;
}

/**
 * vpngw_route_is_own - does a vpn itself know an address better than an alias?
 * @route: of the vpn
 * @dev: the device that something for it came in by
 * @addr: the address
 * @len: prefix length of the alias
 *
 * Context: RCU read section.
 * Return: true for the gateway's own addresses, broadcast, multicast and
 *	link-local addresses of IPv6, and where the vpn's routing has a longer
 *	prefix.
 */
bool vpngw_route_is_own(const struct vpngw_route *route,
			const struct net_device *dev,
			const struct in6_addr *addr, u32 len)
{
	if (vpngw_addr_is_v4(addr))
		return vpngw_route_is_own_v4(route, dev, vpngw_addr_v4(addr),
					     len);
	return vpngw_route6_is_own(route, dev, addr, len);
}

/**
 * vpngw_route_is_local - is an address the gateway's own?
 * @dev: the device that a packet for it came in by, whose VRF counts
 * @addr: the address
 *
 * Context: RCU read section.
 * Return: true if it is.
 */
bool vpngw_route_is_local(const struct net_device *dev,
			  const struct in6_addr *addr)
{
	if (vpngw_addr_is_v4(addr))
		return vpngw_route_is_local_v4(dev, vpngw_addr_v4(addr));
	return vpngw_route6_is_local(dev, addr);
}

/**
 * vpngw_route_is_broadcast - does an address stand for all on a link?
 * @dev: the device that a packet from it came in by
 * @addr: the address
 *
 * The stack looks into the local table before it looks into that of a VRF, and
 * would answer a VPN's packet on the link of an ext.
 *
 * Context: RCU read section.
 * Return: true if the local table, or that of the device's VRF, says so; for
 *	IPv6, which has none, if it is a multicast address.
 */
bool vpngw_route_is_broadcast(const struct net_device *dev,
			      const struct in6_addr *addr)
{
	struct net *net = dev_net(dev);
	__be32 v4 = vpngw_addr_v4(addr);

	if (!vpngw_addr_is_v4(addr))
		return ipv6_addr_is_multicast(addr);
	/* Who has no address yet. */
	if (ipv4_is_zeronet(v4))
		return false;
	return inet_addr_type(net, v4) == RTN_BROADCAST ||
	       inet_addr_type_dev_table(net, dev, v4) == RTN_BROADCAST;
}

/**
 * vpngw_route_has_local - is an address the gateway's own in a vpn or ext?
 * @route: of the vpn or ext
 * @addr: the address
 *
 * Context: RCU read section.
 * Return: true if its VRF has it; without a VRF, if the namespace has it
 *	outside of VRFs.
 */
bool vpngw_route_has_local(const struct vpngw_route *route,
			   const struct in6_addr *addr)
{
	if (vpngw_addr_is_v4(addr))
		return vpngw_route_has_local_v4(route, vpngw_addr_v4(addr));
	return vpngw_route6_has_local(route, addr);
}

static bool vpngw_route_is_gateway_v4(const struct net_device *dev, __be32 addr)
{
	struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev) {
		/* Without an ifa_broadcast, too: as the stack's own routes. */
		if (ifa->ifa_prefixlen < 31 && inet_ifa_match(addr, ifa) &&
		    (addr == ifa->ifa_broadcast || !(addr & ~ifa->ifa_mask) ||
		     !(~addr & ~ifa->ifa_mask)))
			return true;
	}
	/* Most are nobody's address in the whole namespace, which is found out
	 * without a look at the VRF's routes.
	 */
	return __ip_dev_find(dev_net(dev), addr, false) &&
	       !IN_DEV_ACCEPT_LOCAL(in_dev) &&
	       vpngw_route_is_local_v4(dev, addr);
}

/**
 * vpngw_route_is_gateway - is a source the gateway itself, or all on its link?
 * @dev: the device that a packet came in by
 * @addr: its source
 *
 * Context: RCU read section.
 * Return: true if it can't be another host's.
 */
bool vpngw_route_is_gateway(const struct net_device *dev,
			    const struct in6_addr *addr)
{
	if (vpngw_addr_is_v4(addr))
		return vpngw_route_is_gateway_v4(dev, vpngw_addr_v4(addr));
	return vpngw_route6_is_gateway(dev, addr);
}

static int vpngw_route_device_v4(const struct vpngw_route *route, __be32 addr)
{
	struct fib_result res = {};
	struct flowi4 fl4;

	vpngw_route_flow(&fl4, route, addr);
	if (vpngw_route_lookup(route, &fl4, &res) || res.type != RTN_UNICAST ||
	    !FIB_RES_DEV(res))
		return 0;
	return FIB_RES_DEV(res)->ifindex;
}

/**
 * vpngw_route_device - the device that the routes lead to
 * @route: of the vpn or ext
 * @addr: the destination
 *
 * Context: RCU read section.
 * Return: its ifindex, or 0.
 */
int vpngw_route_device(const struct vpngw_route *route,
		       const struct in6_addr *addr)
{
	if (vpngw_addr_is_v4(addr))
		return vpngw_route_device_v4(route, vpngw_addr_v4(addr));
	return vpngw_route6_device(route, addr);
}
