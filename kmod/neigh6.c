// SPDX-License-Identifier: GPL-2.0
/*
 * Neighbour advertisements for addresses that exist nowhere but in the tables.
 */
#include "neigh.h"

#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv6.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

#include <net/addrconf.h>
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>
#include <net/ndisc.h>
#include <net/neighbour.h>

#include "addr.h"
#include "iface.h"

/* Options of one solicitation that are looked at: one secured by SEND (RFC
 * 3971) has five.
 */
#define VPNGW_NEIGH_OPTIONS	8

/* What has a hop limit of 255 was sent on this link. */
#define VPNGW_NEIGH_HOP_LIMIT	255

/* Whether a packet says that it is a solicitation, with no header before it. */
static bool vpngw_neigh_is_ns(const struct sk_buff *skb)
{
	const u8 *type;
	u8 buf;

	if (likely(ipv6_hdr(skb)->nexthdr != IPPROTO_ICMPV6))
		return false;
	type = skb_header_pointer(skb, sizeof(struct ipv6hdr), 1, &buf);
	return type && *type == NDISC_NEIGHBOUR_SOLICITATION;
}

/* The sender's link-layer address, or NULL where it says none; false when an
 * option is not as it must be.
 */
static bool vpngw_neigh_read_source(struct nd_msg *msg, unsigned int len,
				    struct net_device *dev, u8 **lladdr)
{
	struct nd_opt_hdr *opt = (struct nd_opt_hdr *)msg->opt;
	int left = VPNGW_NEIGH_OPTIONS;
	unsigned int size;

	*lladdr = NULL;
	for (len -= sizeof(*msg); len; len -= size) {
		if (len < sizeof(*opt) || !left--)
			return false;
		size = opt->nd_opt_len * 8;
		if (!size || size > len)
			return false;
		if (opt->nd_opt_type == ND_OPT_SOURCE_LL_ADDR) {
			*lladdr = ndisc_opt_addr_data(opt, dev);
			if (!*lladdr)
				return false;
		}
		opt = (struct nd_opt_hdr *)((u8 *)opt + size);
	}
	return true;
}

/* RFC 4861 section 7.1.1. What a host asks before it takes an address itself
 * (DAD, RFC 4862 section 5.4) has no source.
 */
static bool vpngw_neigh_is_valid(struct sk_buff *skb, u8 **lladdr)
{
	unsigned int off = sizeof(struct ipv6hdr), len = skb->len - off;
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	struct nd_msg *msg = (struct nd_msg *)(skb->data + off);

	if (ip6h->hop_limit != VPNGW_NEIGH_HOP_LIMIT || msg->icmph.icmp6_code ||
	    ipv6_addr_is_multicast(&msg->target) ||
	    !vpngw_neigh_read_source(msg, len, skb->dev, lladdr))
		return false;
	if (ipv6_addr_any(&ip6h->saddr) &&
	    (!ipv6_addr_is_solict_mult(&ip6h->daddr) || *lladdr))
		return false;
	return !nf_ip6_checksum(skb, NF_INET_PRE_ROUTING, off, IPPROTO_ICMPV6);
}

/* RFC 4861 section 7.2.3: who asks will be asked back soon. */
static void vpngw_neigh_learn(struct net_device *dev,
			      const struct in6_addr *addr, const u8 *lladdr)
{
	struct neighbour *neigh = __neigh_lookup(&nd_tbl, addr, dev, 1);

	if (!neigh)
		return;
	neigh_update(neigh, lladdr, NUD_STALE,
		     NEIGH_UPDATE_F_OVERRIDE | NEIGH_UPDATE_F_WEAK_OVERRIDE, 0);
	neigh_release(neigh);
}

/**
 * vpngw_neigh_ns_in - answer for aliases, pools and static mappings with IPv6
 * @iface: of the device that a packet came in by
 * @skb: the packet, checked and pulled by ipv6_rcv(), skb->dev that device;
 *	any, whatever it is; consumed when answered
 *
 * Who asks whether an address is free is told that it is not, as all nodes are
 * (RFC 4861 section 7.2.4): so no host takes one.
 *
 * The Override flag stays clear, as from any proxy (RFC 4861 section 7.2.8): a
 * host that has the address after all, under a prefix alias say, is heard
 * before the gateway, in whatever order both answer. Hosts that know the
 * link-layer address of a gateway that is no more find out by unreachability
 * detection. Neither is the Router flag set, as the address stands for a host,
 * nor is the answer delayed, as nobody else is to give one.
 *
 * Context: RCU read section, BH off; allocates with GFP_ATOMIC. Pointers into
 *	@skb are stale afterwards.
 * Return: true when the packet was a good solicitation for an address that
 *	vpngw_neigh_answers(), and is gone.
 */
bool vpngw_neigh_ns_in(const struct vpngw_iface *iface, struct sk_buff *skb)
{
	unsigned int off = sizeof(struct ipv6hdr);
	struct net_device *dev = skb->dev;
	struct in6_addr source, target;
	u8 *lladdr;
	bool dad;

	if (likely(!vpngw_neigh_is_ns(skb)) || dev->flags & IFF_NOARP ||
	    skb->pkt_type == PACKET_OTHERHOST ||
	    skb->len < off + sizeof(struct nd_msg) ||
	    skb_linearize(skb))
		return false;
	source = ipv6_hdr(skb)->saddr;
	target = ((struct nd_msg *)(skb->data + off))->target;
	/* Cheaper than the rest: most are for others. */
	if (ipv6_addr_equal(&source, &target) || vpngw_addr_is_v4(&target) ||
	    !vpngw_neigh_answers(iface, dev, &target) ||
	    !vpngw_neigh_is_valid(skb, &lladdr))
		return false;

	dad = ipv6_addr_any(&source);
	if (lladdr)
		vpngw_neigh_learn(dev, &source, lladdr);
	ipv6_stub->ndisc_send_na(dev, dad ? &in6addr_linklocal_allnodes :
				 &source, &target, false, !dad, false, true);
	consume_skb(skb);
	return true;
}

/**
 * vpngw_neigh_bind - let solicitations in by a device
 * @dev: a device whose packets are a vpn's or an ext's; of a VRF each member
 *
 * They are sent to the multicast group of the address they ask for (RFC 4291
 * section 2.7.1), and a NIC lets in only groups that were joined. There may be
 * millions of addresses in a pool or a prefix alias, and which there are
 * changes with each command: so the NIC lets in all groups, as for a multicast
 * router. The stack goes on to drop what it has not joined.
 *
 * Switches that snoop on MLD learn nothing of it: where one of those drops
 * groups that nobody has joined, its port to the gateway has to be that of a
 * multicast router, or the addresses be routed to the gateway.
 *
 * Context: process; RTNL held. May be called again while bound, each time with
 *	a vpngw_neigh_unbind() of its own.
 * Return: 0 or a negative errno.
 */
int vpngw_neigh_bind(struct net_device *dev)
{
	ASSERT_RTNL();
	return dev_set_allmulti(dev, 1);
}

/**
 * vpngw_neigh_unbind - take back what vpngw_neigh_bind() has done
 * @dev: the device
 *
 * Context: process; RTNL held. Also while @dev is being unregistered, as it may
 *	only move to another namespace.
 */
void vpngw_neigh_unbind(struct net_device *dev)
{
	ASSERT_RTNL();
	dev_set_allmulti(dev, -1);
}
