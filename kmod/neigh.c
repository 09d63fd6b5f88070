// SPDX-License-Identifier: GPL-2.0
/*
 * Answers for addresses that exist nowhere but in the tables: which ones, and
 * with ARP. With neighbour discovery: neigh6.c.
 */
#include "neigh.h"

#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_arp.h>
#include <linux/skbuff.h>

#include <net/arp.h>

#include "addr.h"
#include "alias.h"
#include "iface.h"
#include "mapping.h"
#include "realm.h"
#include "route.h"

/**
 * vpngw_neigh_answers - does an address exist only in the tables?
 * @iface: of the device on whose side it is
 * @dev: that device
 * @addr: the address
 *
 * Context: RCU read section.
 * Return: true for an alias, pool or static outside address that is nobody
 *	else's there.
 */
bool vpngw_neigh_answers(const struct vpngw_iface *iface,
			 const struct net_device *dev,
			 const struct in6_addr *addr)
{
	struct vpngw_realm *realm = iface->realm;
	u32 len;

	if (realm->side == VPNGW_SIDE_INSIDE) {
		if (!vpngw_alias_answers(realm, addr, &len))
			return false;
		/* Hosts on the link answer for themselves. */
		if (len < 128 &&
		    vpngw_route_is_own(&realm->route, dev, addr, len))
			return false;
	} else if (!vpngw_mapping_is_outside(realm, addr)) {
		return false;
	}
	/* The stack answers for the gateway's own addresses. */
	return !vpngw_route_is_local(dev, addr);
}

/**
 * vpngw_neigh_arp_in - answer ARP for aliases, pools and static mappings
 * @priv: unused
 * @skb: the ARP packet, checked and pulled by arp_rcv()
 * @state: where it came in
 *
 * Probes (RFC 5227) are answered too, so that no host takes such an address.
 *
 * Context: RCU read section, netfilter ARP input hook.
 * Return: NF_STOLEN when answered, else NF_ACCEPT.
 */
unsigned int vpngw_neigh_arp_in(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct vpngw_net *vn = vpngw_net_get(state->net);
	struct net_device *dev = state->in;
	const struct arphdr *arp = arp_hdr(skb);
	const struct vpngw_iface *iface;
	struct in6_addr target;
	unsigned char *sha;
	__be32 sip, tip;

	iface = vpngw_iface_lookup(vn, dev->ifindex);
	if (!iface || arp->ar_op != htons(ARPOP_REQUEST) ||
	    arp->ar_pro != htons(ETH_P_IP) || arp->ar_pln != sizeof(sip) ||
	    arp->ar_hrd != htons(dev->type) || arp->ar_hln != dev->addr_len ||
	    (dev->flags & IFF_NOARP) || skb->pkt_type == PACKET_OTHERHOST)
		return NF_ACCEPT;

	sha = (unsigned char *)(arp + 1);
	memcpy(&sip, sha + dev->addr_len, sizeof(sip));
	/* On every link but IEEE 1394 a target hardware address follows. */
	if (dev->type == ARPHRD_IEEE1394)
		return NF_ACCEPT;
	memcpy(&tip, sha + 2 * dev->addr_len + sizeof(sip), sizeof(tip));
	vpngw_addr_set_v4(&target, tip);
	if (sip == tip || !vpngw_neigh_answers(iface, dev, &target))
		return NF_ACCEPT;

	arp_send(ARPOP_REPLY, ETH_P_ARP, sip, dev, tip, sha, dev->dev_addr,
		 sha);
	consume_skb(skb);
	return NF_STOLEN;
}
