// SPDX-License-Identifier: GPL-2.0
/*
 * The way out of the gateway: the route on the other side, whether it can take a
 * packet, and the packet's way on once it is translated.
 */
#include "forward.h"

#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include <net/gso.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>

#include "flow.h"
#include "fragment.h"
#include "icmp.h"
#include "iface.h"
#include "local.h"
#include "mapping.h"
#include "realm.h"

/* The device of a vpn without a VRF that the host was last seen at, of a flow if
 * there is one.
 */
static __always_inline int
vpngw_forward_host_ifindex(const struct vpngw_mapping *mapping,
			   const struct vpngw_flow *flow, __be32 host)
{
	struct vpngw_net *vn = mapping->vpn->vn;
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
	return vpngw_iface_toward(mapping->vpn, host);
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
struct rtable *vpngw_forward_route(const struct vpngw_flow *flow,
				   enum vpngw_side side,
				   const struct sk_buff *skb,
				   const struct vpngw_tuple *to,
				   struct vpngw_route_cache *cache, int *reason)
{
	if (side == VPNGW_SIDE_INSIDE)
		return vpngw_iface_route(flow->mapping->ext, 0, skb, to, cache,
					 reason);
	return vpngw_iface_route(flow->mapping->vpn,
				 vpngw_forward_host_ifindex(flow->mapping, flow,
							    to->dst),
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
struct rtable *vpngw_forward_peek_inside(const struct vpngw_mapping *mapping,
					 const struct vpngw_flow *flow,
					 const struct sk_buff *skb,
					 const struct vpngw_tuple *to,
					 int *reason)
{
	return vpngw_iface_peek_route(mapping->vpn,
				      vpngw_forward_host_ifindex(mapping, flow,
								 to->dst),
				      skb, to, reason);
}

/**
 * vpngw_forward_too_big - must a packet be refused for its size?
 * @skb: the packet
 * @mtu: of the route that it is to take
 *
 * Context: any.
 * Return: true if it neither fits nor may be fragmented.
 */
bool vpngw_forward_too_big(const struct sk_buff *skb, unsigned int mtu)
{
	if (skb->len <= mtu || !(ip_hdr(skb)->frag_off & htons(IP_DF)))
		return false;
	if (IPCB(skb)->frag_max_size > mtu)
		return true;
	if (skb->ignore_df)
		return false;
	return !skb_is_gso(skb) || !skb_gso_validate_network_len(skb, mtu);
}

/**
 * vpngw_forward_check_route - whether a route can take a packet
 * @realm: the vpn or ext that the packet came from
 * @skb: the packet, which gets room for the device's header
 * @rt: the route
 *
 * All of it before anything is changed, so that the sender's view is still at
 * hand, in which it is told that the packet is too big.
 *
 * Context: RCU read section, BH off.
 * Return: VPNGW_OK or the &enum vpngw_reason why not.
 */
int vpngw_forward_check_route(struct vpngw_realm *realm, struct sk_buff *skb,
			      const struct rtable *rt)
{
	/* What a tunnel finds out about its path it notes as the route's PMTU,
	 * since it can't tell the sender of a translated packet. On other links
	 * that comes from ICMP, which anyone can forge: see ip_forward_use_pmtu.
	 */
	unsigned int mtu = ip_dst_mtu_maybe_forward(&rt->dst,
						    !(rt->dst.dev->flags &
						      IFF_NOARP));

	if (unlikely(vpngw_forward_too_big(skb, mtu))) {
		IP_INC_STATS(realm->vn->net, IPSTATS_MIB_FRAGFAILS);
		vpngw_icmp_error(realm, skb->dev, skb, ICMP_DEST_UNREACH,
				 ICMP_FRAG_NEEDED, mtu);
		return VPNGW_REASON_MTU;
	}
	if (skb_cow(skb, LL_RESERVED_SPACE(rt->dst.dev) + rt->dst.header_len))
		return VPNGW_REASON_NO_MEMORY;
	return VPNGW_OK;
}

static int vpngw_forward_finish(struct net *net, struct sock *sk,
				struct sk_buff *skb)
{
	__IP_INC_STATS(net, IPSTATS_MIB_OUTFORWDATAGRAMS);
	skb_clear_tstamp(skb);
	return dst_output(net, sk, skb);
}

/**
 * vpngw_forward_send - send a translated packet on its way, as ip_forward() would
 * @flow: its flow
 * @skb: the packet, which is given away
 * @rt: the route, whose reference goes with the packet
 *
 * Context: RCU read section, BH off.
 */
void vpngw_forward_send(const struct vpngw_flow *flow, struct sk_buff *skb,
			struct rtable *rt)
{
	struct net_device *in = skb->dev;
	struct net *net = dev_net(in);

	if (unlikely(rt->rt_flags & RTCF_LOCAL)) {
		vpngw_local_deliver(flow->mapping->ext, skb, rt);
		return;
	}
	vpngw_fragment_set_ident(net, skb);
	ip_decrease_ttl(ip_hdr(skb));
	if (READ_ONCE(net->ipv4.sysctl_ip_fwd_update_priority))
		skb->priority = rt_tos2priority(ip_hdr(skb)->tos);
	skb_forward_csum(skb);
	IPCB(skb)->flags |= IPSKB_FORWARDED;
	/* The stack sends ICMP errors about PACKET_HOST only. About this one
	 * they would go to a translated address, by whatever routes there are.
	 */
	skb->pkt_type = PACKET_OUTGOING;
	nf_reset_ct(skb);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	skb_dst_drop(skb);
	skb_dst_set(skb, &rt->dst);
	NF_HOOK(NFPROTO_IPV4, NF_INET_FORWARD, net, NULL, skb, in, rt->dst.dev,
		vpngw_forward_finish);
}

/**
 * vpngw_forward_redirect - give a packet of the gateway's own another route
 * @skb: the packet, translated; it goes on by LOCAL_OUT
 * @rt: the route, whose reference goes with the packet
 *
 * Context: RCU read section.
 */
void vpngw_forward_redirect(struct sk_buff *skb, struct rtable *rt)
{
	nf_reset_ct(skb);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	skb_dst_drop(skb);
	skb_dst_set(skb, &rt->dst);
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
