// SPDX-License-Identifier: GPL-2.0
/*
 * Lowers what a TCP connection announces as its largest segment (RFC 9293
 * section 3.7.1) to what fits an interface that it goes through. For paths
 * where the errors that path MTU discovery needs get lost (RFC 2923 section
 * 2.1).
 */
#include "mss.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/minmax.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/swab.h>
#include <linux/tcp.h>

#include <net/checksum.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/tcp.h>

#include "iface.h"
#include "tuple.h"

/* Headers of a segment without options, RFC 6691. */
#define VPNGW_MSS_HEADERS	(sizeof(struct iphdr) + sizeof(struct tcphdr))
#define VPNGW_MSS_HEADERS_V6	(sizeof(struct ipv6hdr) + sizeof(struct tcphdr))

/* What an interface allows, or U16_MAX. */
static u32 vpngw_mss_of(const struct vpngw_iface *iface, u32 path)
{
	u32 mss = iface ? READ_ONCE(iface->mss) : 0;

	if (mss == VPNGW_MSS_PMTU)
		return path;
	return mss ? mss : U16_MAX;
}

/* What is left of an MTU for one segment's data. */
static u32 vpngw_mss_fits(u32 mtu, bool v4)
{
	u32 headers = v4 ? VPNGW_MSS_HEADERS : VPNGW_MSS_HEADERS_V6;

	return mtu > headers ? mtu - headers : 1;
}

static u32 vpngw_mss_out(const struct dst_entry *dst)
{
	if (likely(dst->ops->family == AF_INET))
		return vpngw_mss_fits(ip_dst_mtu_maybe_forward(dst, true),
				      true);
	return vpngw_mss_fits(ip6_dst_mtu_maybe_forward(dst, true), false);
}

/* Each side counts with the headers that segments have there. */
static u32 vpngw_mss_limit(const struct vpngw_iface *iface,
			   const struct sk_buff *skb,
			   const struct dst_entry *dst)
{
	const struct net_device *in = skb->dev;
	const struct vpngw_iface *out;
	u32 path = vpngw_mss_out(dst);

	if (in)
		path = min(path,
			   vpngw_mss_fits(in->mtu,
					  skb->protocol == htons(ETH_P_IP)));
	out = vpngw_iface_lookup(iface->vn, dst->dev->ifindex);
	return min(vpngw_mss_of(iface, path), vpngw_mss_of(out, path));
}

/* The place of the MSS in the TCP header, or 0. */
static unsigned int vpngw_mss_find(const u8 *th, unsigned int len)
{
	unsigned int at = sizeof(struct tcphdr);

	while (at < len && th[at] != TCPOPT_EOL) {
		if (th[at] == TCPOPT_NOP) {
			at++;
			continue;
		}
		if (at + 2 > len || th[at + 1] < 2 || at + th[at + 1] > len)
			return 0;
		if (th[at] == TCPOPT_MSS && th[at + 1] == TCPOLEN_MSS)
			return at + 2;
		at += th[at + 1];
	}
	return 0;
}

static u16 vpngw_mss_read(const u8 *place)
{
	return place[0] << 8 | place[1];
}

/* It may stand at an odd place, between two words of the checksum. */
static void vpngw_mss_write(struct sk_buff *skb, struct tcphdr *th,
			    unsigned int at, u16 mss)
{
	u8 *place = (u8 *)th + at;
	u16 old = vpngw_mss_read(place);

	place[0] = mss >> 8;
	place[1] = mss;
	if (at % 2) {
		old = swab16(old);
		mss = swab16(mss);
	}
	inet_proto_csum_replace2(&th->check, skb, htons(old), htons(mss),
				 false);
}

/**
 * vpngw_mss_clamp - lower the MSS that a SYN announces to what fits
 * @iface: the device that it came in by; without ifindex: the gateway sends it
 * @skb: the packet, not yet translated; skb->dev is that device or its VRF, or
 *	NULL for what the gateway itself sends
 * @p: what vpngw_tuple_read() said of it; it has SYN
 * @dst: the route that it leaves by, of either version
 *
 * It is never raised, nor added where there is none. Pointers into @skb are
 * stale afterwards.
 *
 * Context: RCU read section; may reallocate the packet's head with GFP_ATOMIC.
 * Return: 0, or -ENOMEM and the packet unchanged.
 */
int vpngw_mss_clamp(const struct vpngw_iface *iface, struct sk_buff *skb,
		    const struct vpngw_packet *p, const struct dst_entry *dst)
{
	u32 limit = vpngw_mss_limit(iface, skb, dst);
	struct tcphdr *th;
	unsigned int at;

	if (limit >= U16_MAX)
		return 0;
	if (skb_ensure_writable(skb, p->l4 + sizeof(*th)))
		return -ENOMEM;
	th = (struct tcphdr *)(skb->data + p->l4);
	if (skb_ensure_writable(skb, p->l4 + th->doff * 4))
		return -ENOMEM;
	th = (struct tcphdr *)(skb->data + p->l4);
	at = vpngw_mss_find((u8 *)th, th->doff * 4);
	if (at && vpngw_mss_read((u8 *)th + at) > limit)
		vpngw_mss_write(skb, th, at, limit);
	return 0;
}
