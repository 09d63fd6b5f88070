// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors that the gateway itself sends, to the sender and in the sender's
 * own view, before anything of the packet was translated.
 *
 * icmp_send() would route them by the main table where a vpn has no VRF, into
 * whichever VPN has that address first.
 */
#include "icmp.h"

#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/ratelimit.h>
#include <linux/skbuff.h>

#include <net/ip.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>

#include "iface.h"
#include "realm.h"
#include "stats.h"
#include "tuple.h"

/* Longest error as a whole, RFC 1812 4.3.2.3. */
#define VPNGW_ICMP_LEN_MAX 576

/**
 * vpngw_icmp_source - the gateway's own address toward a host
 * @dev: the device toward the host
 * @dst: the host
 *
 * Context: RCU read section.
 * Return: the address, 0 when the gateway has none.
 */
__be32 vpngw_icmp_source(const struct net_device *dev, __be32 dst)
{
	return inet_select_addr(dev, dst, RT_SCOPE_UNIVERSE);
}

/**
 * vpngw_icmp_error - tell the sender why its packet was dropped
 * @realm: the vpn or ext it came from
 * @dev: the device it came in by
 * @skb: the packet, not yet translated
 * @type: ICMP type
 * @code: ICMP code
 * @mtu: next-hop MTU for "fragmentation needed", in host byte order, else 0
 *
 * Nothing is sent about an ICMP error or to an address that can't be a host's
 * (RFC 1812 4.3.2.7), nor beyond the rate of the vpn or ext, which is its own
 * so that no other is silenced.
 *
 * Context: RCU read section; allocates with GFP_ATOMIC.
 */
void vpngw_icmp_error(struct vpngw_realm *realm, const struct net_device *dev,
		      const struct sk_buff *skb, u8 type, u8 code, u32 mtu)
{
	const struct iphdr *in = ip_hdr(skb);
	unsigned int len, hdr = sizeof(struct iphdr) + sizeof(struct icmphdr);
	struct vpngw_packet p;
	struct vpngw_tuple t;
	struct icmphdr *ih;
	struct sk_buff *nskb;
	struct iphdr *iph;
	struct rtable *rt;
	int reason;

	if (skb->pkt_type != PACKET_HOST || vpngw_tuple_is_martian(in->saddr))
		return;
	if (vpngw_tuple_read(skb, &p) != VPNGW_OK || p.icmp_error)
		return;
	if (!__ratelimit(&realm->icmp_limit)) {
		this_cpu_inc(realm->stats->icmp_held_back);
		return;
	}

	memset(&t, 0, sizeof(t));
	t.proto = IPPROTO_ICMP;
	t.dst = in->saddr;
	t.src = vpngw_icmp_source(dev, in->saddr);
	if (!t.src)
		return;
	rt = vpngw_iface_route(realm, dev->ifindex, skb, &t, NULL, &reason);
	if (!rt)
		return;

	len = min_t(unsigned int, skb->len, VPNGW_ICMP_LEN_MAX - hdr);
	nskb = alloc_skb(LL_RESERVED_SPACE(rt->dst.dev) + hdr + len,
			 GFP_ATOMIC | __GFP_NOWARN);
	if (!nskb) {
		ip_rt_put(rt);
		return;
	}
	skb_reserve(nskb, LL_RESERVED_SPACE(rt->dst.dev));
	skb_reset_network_header(nskb);
	iph = skb_put_zero(nskb, sizeof(*iph));
	skb_set_transport_header(nskb, sizeof(*iph));
	ih = skb_put_zero(nskb, sizeof(*ih));
	skb_copy_bits(skb, 0, skb_put(nskb, len), len);

	ih->type = type;
	ih->code = code;
	if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED)
		ih->un.frag.mtu = htons(min_t(u32, mtu, U16_MAX));
	ih->checksum = csum_fold(skb_checksum(nskb, sizeof(*iph),
					      nskb->len - sizeof(*iph), 0));
	iph->version = 4;
	iph->ihl = 5;
	/* RFC 1812 4.3.2.5: errors have precedence 6. */
	iph->tos = (in->tos & IPTOS_TOS_MASK) | IPTOS_PREC_INTERNETCONTROL;
	iph->ttl = ip4_dst_hoplimit(&rt->dst);
	iph->protocol = IPPROTO_ICMP;
	iph->saddr = t.src;
	iph->daddr = t.dst;
	nskb->protocol = htons(ETH_P_IP);
	nskb->mark = skb->mark;
	skb_dst_set(nskb, &rt->dst);
	nf_ct_set(nskb, NULL, IP_CT_UNTRACKED);
	ip_select_ident(realm->vn->net, nskb, NULL);
	ip_local_out(realm->vn->net, NULL, nskb);
}
