// SPDX-License-Identifier: GPL-2.0
/*
 * Servers on the gateway itself: an ext's packets that begin and end here.
 */
#include "local.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/skbuff.h>

#include <net/dst.h>
#include <net/ip.h>
#include <net/l3mdev.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/xfrm.h>

#include "iface.h"
#include "mapping.h"
#include "netns.h"
#include "realm.h"

/* Where a packet came in, as its version's sockets want to know. */
static void vpngw_local_note(struct sk_buff *skb, const struct dst_entry *dst,
			     bool in_vrf)
{
	skb->skb_iif = skb->dev->ifindex;
	if (likely(dst->ops->family == AF_INET)) {
		IPCB(skb)->iif = skb->skb_iif;
		if (in_vrf)
			IPCB(skb)->flags |= IPSKB_L3SLAVE;
	} else {
		IP6CB(skb)->iif = skb->skb_iif;
		if (in_vrf)
			IP6CB(skb)->flags |= IP6SKB_L3SLAVE;
	}
}

/**
 * vpngw_local_deliver - hand a translated packet to the gateway's own sockets
 * @ext: the ext of the server
 * @skb: the packet from a VPN, as the server is to see it, and with a control
 *	block of the server's version; consumed
 * @dst: its route, to one of the gateway's own addresses; consumed
 *
 * It comes in by the ext, as from any other of its hosts: answers that the
 * stack makes for it are routed there, sockets that are bound to the ext's VRF
 * get it, and INPUT chains see the ext's device: its VRF, the device bound
 * first, or lo where it has none. Neither the VPN's device nor lo will do: the
 * one belongs to an address space in which the packet no longer is, and what
 * comes by the other is often trusted.
 *
 * Context: RCU read section, BH off.
 */
void vpngw_local_deliver(const struct vpngw_realm *ext, struct sk_buff *skb,
			 struct dst_entry *dst)
{
	int ifindex = READ_ONCE(ext->route.vrf_ifindex);
	bool in_vrf = ifindex;
	struct net_device *dev;

	if (!ifindex)
		ifindex = READ_ONCE(ext->first_ifindex);
	dev = ifindex ? dev_get_by_index_rcu(ext->vn->net, ifindex) : NULL;
	skb->dev = dev ? dev : dst->dev;
	vpngw_local_note(skb, dst, in_vrf);
	/* What the VPN's side asked of IPsec has been checked. */
	secpath_reset(skb);
	nf_reset_ct(skb);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	dst->input(skb);
}

/**
 * vpngw_local_toward - the ext in which a packet of the gateway's own is
 * @vn: the namespace
 * @out: the device that its route leads to
 * @addr: its destination
 *
 * Context: RCU read section.
 * Return: the ext in which the address stands for VPN hosts, as far as the
 *	packet is not in a VPN or in another VRF; NULL if there is none.
 */
struct vpngw_realm *vpngw_local_toward(struct vpngw_net *vn,
				       const struct net_device *out,
				       const struct in6_addr *addr)
{
	const struct vpngw_iface *iface = vpngw_iface_lookup(vn, out->ifindex);
	int vrf_ifindex = l3mdev_master_ifindex_rcu(out);
	struct vpngw_realm *ext;

	if (iface && iface->realm->side == VPNGW_SIDE_INSIDE)
		return NULL;
	list_for_each_entry_rcu(ext, &vn->exts, list)
		if (READ_ONCE(ext->route.vrf_ifindex) == vrf_ifindex &&
		    vpngw_mapping_is_outside(ext, addr))
			return ext;
	return NULL;
}
