// SPDX-License-Identifier: GPL-2.0
/*
 * The way out of the gateway: the route on the other side, whether it can take a
 * packet, and the packet's way on once it is translated.
 */
#include "forward.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/minmax.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include <net/dst.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>

#include "flow.h"
#include "fragment.h"
#include "icmp.h"
#include "iface.h"
#include "local.h"
#include "mapping.h"
#include "realm.h"
#include "route.h"
#include "xlat.h"

/* The header of an IPv6 fragment beyond that of an IPv4 one. */
#define VPNGW_FORWARD_FRAGMENT_GROWTH \
	(VPNGW_XLAT_GROWTH + sizeof(struct frag_hdr))

static bool vpngw_forward_goes_v4(const struct dst_entry *dst)
{
	return likely(dst->ops->family == AF_INET);
}

/* The device of a vpn without a VRF that the host was last seen at, of a flow if
 * there is one.
 */
static __always_inline int
vpngw_forward_host_ifindex(const struct vpngw_mapping *mapping,
			   const struct vpngw_flow *flow,
			   const struct vpngw_tuple *to)
{
	struct vpngw_net *vn = mapping->vpn->vn;
	struct in6_addr host;
	int ifindex;

	if (!mapping->vpn->route.own_devices)
		return 0;
	ifindex = flow ? READ_ONCE(flow->ifindex) : 0;
	if (ifindex && vpngw_iface_lookup_uid(vn, ifindex,
					      READ_ONCE(flow->iface_uid)))
		return ifindex;
	ifindex = READ_ONCE(mapping->ifindex);
	if (ifindex && vpngw_iface_lookup_uid(vn, ifindex,
					      READ_ONCE(mapping->iface_uid)))
		return ifindex;
	vpngw_tuple_dst(to, &host);
	return vpngw_iface_toward(mapping->vpn, &host);
}

/**
 * vpngw_forward_route - the route on the other side
 * @flow: the flow
 * @side: the side that the packet came from
 * @skb: the packet, not yet translated
 * @to: its tuple when it is translated
 * @cache: where the route is kept, or NULL
 * @reason: why there is none
 *
 * Context: RCU read section, BH off.
 * Return: the route with a reference, or NULL and @reason.
 */
struct dst_entry *vpngw_forward_route(const struct vpngw_flow *flow,
				      enum vpngw_side side,
				      const struct sk_buff *skb,
				      const struct vpngw_tuple *to,
				      struct vpngw_route_cache *cache,
				      int *reason)
{
	if (side == VPNGW_SIDE_INSIDE)
		return vpngw_iface_route(flow->mapping->ext, 0, skb, to, cache,
					 reason);
	return vpngw_iface_route(flow->mapping->vpn,
				 vpngw_forward_host_ifindex(flow->mapping, flow,
							    to),
				 skb, to, cache, reason);
}

/**
 * vpngw_forward_peek_inside - what route a packet for a VPN host would take
 * @mapping: the host's mapping
 * @flow: the packet's flow, or NULL when it would begin one
 * @skb: the packet, not yet translated
 * @to: its tuple when it is translated
 * @reason: why there is none
 *
 * Context: RCU read section. The route is kept nowhere.
 * Return: the route with a reference, or NULL and @reason.
 */
struct dst_entry *vpngw_forward_peek_inside(const struct vpngw_mapping *mapping,
					    const struct vpngw_flow *flow,
					    const struct sk_buff *skb,
					    const struct vpngw_tuple *to,
					    int *reason)
{
	return vpngw_iface_peek_route(mapping->vpn,
				      vpngw_forward_host_ifindex(mapping, flow,
								 to),
				      skb, to, reason);
}

/**
 * vpngw_forward_mtu - the largest packet of a version that a route takes
 * @skb: a packet of that version, not yet translated
 * @dst: the route
 * @mtu: of the route, in its own version
 *
 * Context: any.
 * Return: the length, RFC 7915 sections 4 and 5.1.
 */
u32 vpngw_forward_mtu(const struct sk_buff *skb, const struct dst_entry *dst,
		      u32 mtu)
{
	bool v4 = vpngw_forward_is_v4(skb);

	if (likely(v4 == vpngw_forward_goes_v4(dst)))
		return mtu;
	if (v4)
		return mtu - VPNGW_XLAT_GROWTH;
	/* Smaller ones are fragmented in IPv4. */
	return max_t(u32, mtu + VPNGW_XLAT_GROWTH, IPV6_MIN_MTU);
}

static u16 vpngw_forward_frag_max(const struct sk_buff *skb)
{
	return vpngw_forward_is_v4(skb) ? IPCB(skb)->frag_max_size :
					  IP6CB(skb)->frag_max_size;
}

/**
 * vpngw_forward_too_big - must a packet be refused for its size?
 * @skb: the packet
 * @mtu: of the route that it is to take, in the packet's version
 *
 * Context: any.
 * Return: true if it neither fits nor may be fragmented.
 */
bool vpngw_forward_too_big(const struct sk_buff *skb, unsigned int mtu)
{
	if (skb->len <= mtu || (vpngw_forward_is_v4(skb) &&
				!(ip_hdr(skb)->frag_off & htons(IP_DF))))
		return false;
	if (vpngw_forward_frag_max(skb) > mtu)
		return true;
	if (skb->ignore_df)
		return false;
	return !skb_is_gso(skb) || !skb_gso_validate_network_len(skb, mtu);
}

static void vpngw_forward_count_too_big(struct net *net,
					const struct sk_buff *skb)
{
	if (vpngw_forward_is_v4(skb))
		IP_INC_STATS(net, IPSTATS_MIB_FRAGFAILS);
	else
		IP6_INC_STATS(net, __in6_dev_get(skb->dev),
			      IPSTATS_MIB_FRAGFAILS);
}

/* What a tunnel finds out about its path it notes as the route's PMTU, since it
 * can't tell the sender of a translated packet. On other links that comes from
 * ICMP, which anyone can forge: see ip_forward_use_pmtu. In IPv6 that does little
 * harm, and the stack would send its error about what does not fit to a translated
 * address.
 */
static u32 vpngw_forward_route_mtu(const struct dst_entry *dst)
{
	return vpngw_forward_goes_v4(dst) ?
	       ip_dst_mtu_maybe_forward(dst, !(dst->dev->flags & IFF_NOARP)) :
	       dst_mtu(dst);
}

/**
 * vpngw_forward_check_route - whether a route can take a packet
 * @realm: the vpn or ext that the packet came from
 * @skb: the packet, which gets room for the device's header
 * @dst: the route
 *
 * All of it before anything is changed, so that the sender's view is still at
 * hand, in which it is told that the packet is too big.
 *
 * Context: RCU read section, BH off.
 * Return: VPNGW_OK or the &enum vpngw_reason why not.
 */
int vpngw_forward_check_route(struct vpngw_realm *realm, struct sk_buff *skb,
			      const struct dst_entry *dst)
{
	u32 mtu = vpngw_forward_mtu(skb, dst, vpngw_forward_route_mtu(dst));
	unsigned int room = LL_RESERVED_SPACE(dst->dev) + dst->header_len;

	if (unlikely(vpngw_forward_too_big(skb, mtu))) {
		vpngw_forward_count_too_big(realm->vn->net, skb);
		vpngw_icmp_error(realm, skb->dev, skb, VPNGW_ICMP_TOO_BIG, mtu);
		return VPNGW_REASON_MTU;
	}
	if (vpngw_forward_is_v4(skb) && !vpngw_forward_goes_v4(dst))
		room += VPNGW_XLAT_ROOM;
	if (skb_cow(skb, room))
		return VPNGW_REASON_NO_MEMORY;
	return VPNGW_OK;
}

/* An IPv4 packet that may be fragmented has become an IPv6 one, which is cut so
 * that every link takes the pieces: RFC 7915 section 4.
 */
static void vpngw_forward_may_cut6(struct sk_buff *skb)
{
	if (skb->len <= VPNGW_XLAT_MTU_MIN)
		return;
	skb->ignore_df = 1;
	if (!skb_is_gso(skb))
		IP6CB(skb)->frag_max_size = VPNGW_XLAT_MTU_MIN;
}

/* Fragments have become an IPv4 packet, whose fragments are no longer. */
static void vpngw_forward_may_cut4(struct sk_buff *skb, u16 frag_max)
{
	if (frag_max > VPNGW_FORWARD_FRAGMENT_GROWTH)
		IPCB(skb)->frag_max_size = frag_max -
					   VPNGW_FORWARD_FRAGMENT_GROWTH;
}

/**
 * vpngw_forward_convert - give a packet a new tuple of the other version
 * @skb: the packet
 * @p: what vpngw_tuple_read() said of it
 * @to: its new tuple
 *
 * Context: as vpngw_forward_translate().
 * Return: as vpngw_forward_translate().
 */
int vpngw_forward_convert(struct sk_buff *skb, struct vpngw_packet *p,
			  const struct vpngw_tuple *to)
{
	u16 frag_max = vpngw_forward_frag_max(skb);
	bool v4 = vpngw_forward_is_v4(skb), may_cut;

	may_cut = skb->ignore_df ||
		  (v4 && !(ip_hdr(skb)->frag_off & htons(IP_DF)));
	switch (vpngw_xlat_packet(skb, p, to)) {
	case 0:
		break;
	case -EOPNOTSUPP:
		return VPNGW_REASON_ICMP_TYPE;
	case -EINVAL:
		return VPNGW_REASON_CHECKSUM;
	case -EMSGSIZE:
		return VPNGW_REASON_MTU;
	default:
		return VPNGW_REASON_NO_MEMORY;
	}
	if (v4 && may_cut)
		vpngw_forward_may_cut6(skb);
	else if (!v4 && may_cut)
		vpngw_forward_may_cut4(skb, frag_max);
	return VPNGW_OK;
}

static int vpngw_forward_finish(struct net *net, struct sock *sk,
				struct sk_buff *skb)
{
	__IP_INC_STATS(net, IPSTATS_MIB_OUTFORWDATAGRAMS);
	skb_clear_tstamp(skb);
	return dst_output(net, sk, skb);
}

static int vpngw_forward_finish6(struct net *net, struct sock *sk,
				 struct sk_buff *skb)
{
	__IP6_INC_STATS(net, ip6_dst_idev(skb_dst(skb)),
			IPSTATS_MIB_OUTFORWDATAGRAMS);
	skb_clear_tstamp(skb);
	return dst_output(net, sk, skb);
}

static __always_inline void
vpngw_forward_set_route(struct sk_buff *skb, struct dst_entry *dst)
{
	nf_reset_ct(skb);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
}

static void vpngw_forward_send6(struct sk_buff *skb, struct dst_entry *dst)
{
	struct net_device *in = skb->dev;
	struct net *net = dev_net(in);

	ipv6_hdr(skb)->hop_limit--;
	IP6CB(skb)->flags |= IP6SKB_FORWARDED;
	vpngw_forward_set_route(skb, dst);
	NF_HOOK(NFPROTO_IPV6, NF_INET_FORWARD, net, NULL, skb, in, dst->dev,
		vpngw_forward_finish6);
}

static void vpngw_forward_send4(struct sk_buff *skb, struct dst_entry *dst)
{
	struct net_device *in = skb->dev;
	struct net *net = dev_net(in);

	vpngw_fragment_set_ident(net, skb);
	ip_decrease_ttl(ip_hdr(skb));
	if (READ_ONCE(net->ipv4.sysctl_ip_fwd_update_priority))
		skb->priority = rt_tos2priority(ip_hdr(skb)->tos);
	IPCB(skb)->flags |= IPSKB_FORWARDED;
	vpngw_forward_set_route(skb, dst);
	NF_HOOK(NFPROTO_IPV4, NF_INET_FORWARD, net, NULL, skb, in, dst->dev,
		vpngw_forward_finish);
}

/**
 * vpngw_forward_send - send a translated packet on its way, as ip_forward() would
 * @flow: its flow
 * @skb: the packet, which is given away
 * @dst: the route, whose reference goes with the packet
 *
 * Context: RCU read section, BH off.
 */
void vpngw_forward_send(const struct vpngw_flow *flow, struct sk_buff *skb,
			struct dst_entry *dst)
{
	if (unlikely(vpngw_route_is_to_local(dst))) {
		vpngw_local_deliver(flow->mapping->ext, skb, dst);
		return;
	}
	skb_forward_csum(skb);
	/* The stack sends ICMP errors about PACKET_HOST only. About this one
	 * they would go to a translated address, by whatever routes there are.
	 */
	skb->pkt_type = PACKET_OUTGOING;
	if (vpngw_forward_goes_v4(dst))
		vpngw_forward_send4(skb, dst);
	else
		vpngw_forward_send6(skb, dst);
}

/* What the gateway itself sends is in LOCAL_OUT of the version that it had. */
static int vpngw_forward_redirect(struct net *net, struct sk_buff *skb,
				  struct dst_entry *dst, bool converted)
{
	vpngw_forward_set_route(skb, dst);
	if (likely(!converted))
		return VPNGW_PASS;
	if (vpngw_forward_goes_v4(dst)) {
		ip_select_ident(net, skb, NULL);
		ip_local_out(net, skb->sk, skb);
	} else {
		ip6_local_out(net, skb->sk, skb);
	}
	return VPNGW_OK;
}

/**
 * vpngw_forward_on - send a translated packet on
 * @iface: the device that it came in by; without ifindex: the gateway sends it
 * @flow: its flow
 * @skb: the packet
 * @dst: the route, whose reference goes with the packet
 * @converted: it is of another IP version than before
 *
 * Context: RCU read section, BH off.
 * Return: VPNGW_OK when the packet is given away, VPNGW_PASS when it goes on by
 *	LOCAL_OUT.
 */
int vpngw_forward_on(const struct vpngw_iface *iface,
		     const struct vpngw_flow *flow, struct sk_buff *skb,
		     struct dst_entry *dst, bool converted)
{
	if (unlikely(!iface->ifindex))
		return vpngw_forward_redirect(iface->vn->net, skb, dst,
					      converted);
	vpngw_forward_send(flow, skb, dst);
	return VPNGW_OK;
}

/**
 * vpngw_forward_count - count a packet for the vpn and the ext of its flow
 * @flow: the flow
 * @side: the side that it came from
 * @len: its IP length before translation
 *
 * Context: BH off.
 */
void vpngw_forward_count(const struct vpngw_flow *flow, enum vpngw_side side,
			 unsigned int len)
{
	vpngw_stats_packet(flow->mapping->vpn->stats, side, len);
	vpngw_stats_packet(flow->mapping->ext->stats, side, len);
}
