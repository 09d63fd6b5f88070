// SPDX-License-Identifier: GPL-2.0
/*
 * Routes on the other side with IPv6. What is asked for is said in route.c.
 */
#include "route6.h"

#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include <net/addrconf.h>
#include <net/inet_dscp.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>
#include <net/l3mdev.h>
#include <net/xfrm.h>

#include "route.h"
#include "stats.h"
#include "tuple.h"

static void vpngw_route6_flow(struct flowi6 *fl6,
			      const struct vpngw_route *route,
			      const struct in6_addr *daddr)
{
	memset(fl6, 0, sizeof(*fl6));
	fl6->daddr = *daddr;
	fl6->flowi6_iif = LOOPBACK_IFINDEX;
	fl6->flowi6_oif = READ_ONCE(route->vrf_ifindex);
	fl6->flowi6_uid = sock_net_uid(route->net, NULL);
}

static void vpngw_route6_flow_packet(struct flowi6 *fl6,
				     const struct sk_buff *skb,
				     const struct vpngw_tuple *t)
{
	fl6->saddr = t->src6;
	fl6->flowi6_mark = skb->mark;
	fl6->flowlabel = ip6_make_flowinfo(vpngw_route_dsfield(skb) &
					   INET_DSCP_MASK, 0);
}

/* What the routes say; with @ifindex only those by that device. A result is
 * good for as long as the RCU read section.
 */
static int vpngw_route6_lookup(const struct vpngw_route *route, int ifindex,
			       struct flowi6 *fl6, struct fib6_result *res)
{
	int flags = RT6_LOOKUP_F_IGNORE_LINKSTATE, err;
	struct net *net = route->net;
	struct fib6_table *table;

	if (ifindex)
		flags |= RT6_LOOKUP_F_IFACE;
	if (!ipv6_addr_any(&fl6->saddr))
		flags |= RT6_LOOKUP_F_HAS_SADDR;
	memset(res, 0, sizeof(*res));
	if (route->fib) {
		table = ipv6_stub->fib6_get_table(net, READ_ONCE(route->table));
		if (!table)
			return -ENETUNREACH;
		err = ipv6_stub->fib6_table_lookup(net, table, ifindex, fl6,
						   res, flags);
	} else {
		err = ipv6_stub->fib6_lookup(net, ifindex, fl6, res, flags);
	}
	if (err)
		return err;
	return !res->f6i || res->f6i == net->ipv6.fib6_null_entry ||
	       res->fib6_flags & RTF_REJECT ? -ENETUNREACH : 0;
}

/* Where a VRF has no route the main table answers, whose routes are not the
 * vpn's.
 */
static bool vpngw_route6_is_of(const struct vpngw_route *route,
			       const struct fib6_result *res)
{
	return !route->has_vrf ||
	       res->f6i->fib6_table->tb6_id == READ_ONCE(route->table);
}

/* Whether a route leads by a device, if not as the first of its next hops: then
 * one that is no worse is found when only those by that device count.
 */
static bool vpngw_route6_uses(const struct vpngw_route *route,
			      struct flowi6 *fl6, const struct fib6_result *res,
			      const struct net_device *dev)
{
	const struct net_device *first = res->nh->fib_nh_dev;
	struct fib6_result other;

	if (first == dev || l3mdev_master_ifindex_rcu(first) == dev->ifindex)
		return true;
	return !vpngw_route6_lookup(route, dev->ifindex, fl6, &other) &&
	       other.f6i->fib6_table == res->f6i->fib6_table &&
	       other.f6i->fib6_dst.plen == res->f6i->fib6_dst.plen &&
	       other.f6i->fib6_metric == res->f6i->fib6_metric;
}

/* A route from a table that no VRF has and no rule need name. */
static struct dst_entry *
vpngw_route6_from_table(const struct vpngw_route *route, struct flowi6 *fl6)
{
	struct fib6_table *table;
	struct rt6_info *rt;

	table = ipv6_stub->fib6_get_table(route->net, READ_ONCE(route->table));
	if (!table)
		return ERR_PTR(-ENETUNREACH);
	rt = ip6_pol_route(route->net, table, 0, fl6, NULL,
			   RT6_LOOKUP_F_HAS_SADDR);
	if (!(rt->rt6i_flags & RTF_LOCAL))
		return &rt->dst;
	ip6_rt_put(rt);
	return ERR_PTR(-EHOSTUNREACH);
}

static bool vpngw_route6_is_wanted(const struct vpngw_route *route,
				   const struct dst_entry *dst)
{
	u32 flags = container_of(dst, struct rt6_info, dst)->rt6i_flags;

	return !(flags & RTF_ANYCAST) &&
	       (!(flags & RTF_LOCAL) || route->has_own);
}

/**
 * vpngw_route6_output - the IPv6 route of a packet into a vpn or ext
 * @route: of the vpn or ext
 * @ifindex: the device to go by; counts only where @route has own_devices
 * @skb: the packet, of either version
 * @t: the tuple it will have there
 *
 * Context: RCU read section.
 * Return: as vpngw_route_output(), or an ERR_PTR.
 */
struct dst_entry *vpngw_route6_output(const struct vpngw_route *route,
				      int ifindex, const struct sk_buff *skb,
				      const struct vpngw_tuple *t)
{
	bool icmp = t->proto == IPPROTO_ICMP;
	struct dst_entry *dst;
	struct flowi6 fl6;
	int err;

	/* What is on a link only is in no address space of ours. */
	if (!ipv6_mod_enabled() ||
	    ipv6_addr_type(&t->dst6) & (IPV6_ADDR_MULTICAST |
					IPV6_ADDR_LINKLOCAL))
		return ERR_PTR(-ENETUNREACH);
	vpngw_route6_flow(&fl6, route, &t->dst6);
	vpngw_route6_flow_packet(&fl6, skb, t);
	fl6.flowi6_proto = icmp ? IPPROTO_ICMPV6 : t->proto;
	/* Type and code would stand in place of the ports. */
	if (!icmp) {
		fl6.fl6_sport = t->sport;
		fl6.fl6_dport = t->dport;
	}
	if (route->own_devices)
		fl6.flowi6_oif = ifindex;

	/* The gateway's own addresses are in no such table. */
	if (route->fib &&
	    !(route->has_own && vpngw_route6_has_local(route, &t->dst6)))
		dst = vpngw_route6_from_table(route, &fl6);
	else
		dst = ip6_route_output_flags(route->net, NULL, &fl6,
					     route->own_devices ?
					     RT6_LOOKUP_F_IFACE : 0);
	if (IS_ERR(dst))
		return dst;
	err = dst->error;
	if (!err && !vpngw_route6_is_wanted(route, dst))
		err = -ENETUNREACH;
	if (err) {
		dst_release(dst);
		return ERR_PTR(err);
	}
	if (!vpngw_route_has_policies(route->net))
		return dst;
	/* As a look-up of IPv4 leaves it: policies may name the device. */
	fl6.flowi6_oif = dst->dev->ifindex;
	return xfrm_lookup_route(route->net, dst, flowi6_to_flowi(&fl6), NULL,
				 0);
}

/**
 * vpngw_route6_check_source - may an IPv6 packet with this source come in here?
 * @skb: the packet
 *
 * Forwarding is asked for by device, as with IPv4, though the stack looks only
 * at the setting of all devices, with which it sets each one's. What has a
 * source of its link only is not forwarded (RFC 4291 section 2.5.6). An
 * IPv4-mapped address would be taken for the IPv4 address.
 *
 * Context: RCU read section.
 * Return: as vpngw_route_check_source().
 */
int vpngw_route6_check_source(const struct sk_buff *skb)
{
	const struct in6_addr *saddr = &ipv6_hdr(skb)->saddr;
	const struct inet6_dev *idev = __in6_dev_get(skb->dev);

	if (!idev || !READ_ONCE(idev->cnf.forwarding))
		return VPNGW_REASON_FORWARDING_OFF;
	if (ipv6_addr_v4mapped(saddr) ||
	    ipv6_addr_type(saddr) & IPV6_ADDR_LINKLOCAL)
		return VPNGW_REASON_SPOOFED;
	return VPNGW_OK;
}

/**
 * vpngw_route6_leads_to - is it by its own table that a packet goes there?
 * @route: of the vpn or ext, which has a table or VRF
 * @skb: the packet, of either version
 * @t: its tuple there
 * @dev: the device that it is about to leave by
 *
 * Context: RCU read section.
 * Return: as vpngw_route_leads_to().
 */
bool vpngw_route6_leads_to(const struct vpngw_route *route,
			   const struct sk_buff *skb,
			   const struct vpngw_tuple *t,
			   const struct net_device *dev)
{
	struct fib6_result res;
	struct flowi6 fl6;

	vpngw_route6_flow(&fl6, route, &t->dst6);
	vpngw_route6_flow_packet(&fl6, skb, t);
	return !vpngw_route6_lookup(route, 0, &fl6, &res) &&
	       res.fib6_type == RTN_UNICAST &&
	       vpngw_route6_is_of(route, &res) &&
	       vpngw_route6_uses(route, &fl6, &res, dev);
}

/**
 * vpngw_route6_is_own - does a vpn itself know an address better than an alias?
 * @route: of the vpn
 * @dev: the device that something for it came in by
 * @addr: the address
 * @len: prefix length of the alias
 *
 * Context: RCU read section.
 * Return: as vpngw_route_is_own().
 */
bool vpngw_route6_is_own(const struct vpngw_route *route,
			 const struct net_device *dev,
			 const struct in6_addr *addr, u32 len)
{
	struct fib6_result res;
	struct flowi6 fl6;
	int ifindex = 0;

	if (ipv6_addr_type(addr) & (IPV6_ADDR_MULTICAST |
				    IPV6_ADDR_LINKLOCAL) ||
	    vpngw_route6_is_local(dev, addr))
		return true;
	vpngw_route6_flow(&fl6, route, addr);
	if (route->own_devices) {
		ifindex = dev->ifindex;
		fl6.flowi6_oif = ifindex;
	}
	return !vpngw_route6_lookup(route, ifindex, &fl6, &res) &&
	       vpngw_route6_is_of(route, &res) &&
	       res.f6i->fib6_dst.plen > len;
}

/* Whether an address is on a device of an L3 domain: with one of its devices
 * that of a VRF, else what is in none. One whose DAD is still going on counts,
 * one that another has does not.
 */
static bool vpngw_route6_has_addr(struct net *net, const struct net_device *dev,
				  const struct in6_addr *addr)
{
	return ipv6_mod_enabled() &&
	       ipv6_chk_addr_and_flags(net, addr, dev, !dev, 0,
				       IFA_F_DADFAILED);
}

/* Whether a table says that an address ends here: also one on no device. */
static bool vpngw_route6_is_in_table(struct net *net, u32 id,
				     const struct in6_addr *addr)
{
	struct flowi6 fl6 = { .daddr = *addr };
	struct fib6_result res = {};
	struct fib6_table *table;

	table = ipv6_stub->fib6_get_table(net, id);
	return table && !ipv6_stub->fib6_table_lookup(net, table, 0, &fl6, &res,
						      0) &&
	       res.f6i && res.fib6_type == RTN_LOCAL;
}

/**
 * vpngw_route6_is_local - is an address the gateway's own?
 * @dev: the device that a packet for it came in by, whose VRF counts
 * @addr: the address
 *
 * Context: RCU read section.
 * Return: true if it is; a link-local one only if it is @dev's.
 */
bool vpngw_route6_is_local(const struct net_device *dev,
			   const struct in6_addr *addr)
{
	struct net *net = dev_net(dev);
	u32 table;

	if (vpngw_route6_has_addr(net, dev, addr))
		return true;
	if (ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL)
		return false;
	table = l3mdev_fib_table_rcu(dev);
	return vpngw_route6_is_in_table(net, table ? table : RT6_TABLE_LOCAL,
					addr);
}

/**
 * vpngw_route6_has_local - is an address the gateway's own in a vpn or ext?
 * @route: of the vpn or ext
 * @addr: the address
 *
 * Context: RCU read section.
 * Return: as vpngw_route_has_local().
 */
bool vpngw_route6_has_local(const struct vpngw_route *route,
			    const struct in6_addr *addr)
{
	const struct net_device *dev = NULL;
	u32 table = RT6_TABLE_LOCAL;

	if (route->has_vrf) {
		dev = dev_get_by_index_rcu(route->net,
					   READ_ONCE(route->vrf_ifindex));
		if (!dev)
			return false;
		table = READ_ONCE(route->table);
	}
	return vpngw_route6_has_addr(route->net, dev, addr) ||
	       vpngw_route6_is_in_table(route->net, table, addr);
}

/**
 * vpngw_route6_is_gateway - is a source the gateway itself?
 * @dev: the device that a packet came in by
 * @addr: its source
 *
 * Context: RCU read section.
 * Return: true if it can't be another host's.
 */
bool vpngw_route6_is_gateway(const struct net_device *dev,
			     const struct in6_addr *addr)
{
	return ipv6_addr_is_multicast(addr) ||
	       vpngw_route6_has_addr(dev_net(dev), dev, addr);
}

/**
 * vpngw_route6_device - the device that the routes lead to
 * @route: of the vpn or ext
 * @addr: the destination
 *
 * Context: RCU read section.
 * Return: its ifindex, or 0.
 */
int vpngw_route6_device(const struct vpngw_route *route,
			const struct in6_addr *addr)
{
	struct fib6_result res;
	struct flowi6 fl6;

	vpngw_route6_flow(&fl6, route, addr);
	if (vpngw_route6_lookup(route, 0, &fl6, &res) ||
	    res.fib6_type != RTN_UNICAST || !res.nh->fib_nh_dev)
		return 0;
	return res.nh->fib_nh_dev->ifindex;
}
