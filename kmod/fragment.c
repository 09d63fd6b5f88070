// SPDX-License-Identifier: GPL-2.0
/*
 * Fragments: those that come in, put together for each vpn and ext alone, and
 * the ids of those that packets may become.
 *
 * The memory for reassembly is the namespace's. So that one VPN's endless
 * fragments leave others theirs, what each has taken and not given back is
 * counted. The stack says only that a packet is whole, not how much went into
 * it: that is remembered in a table of the packets under way. One that has to
 * make room there, or never becomes whole, counts until the stack has surely
 * thrown it away.
 *
 * What IPv6 does with fragments on their way through is a part of the module
 * nf_defrag_ipv6. Without it there are none for us.
 */
#include "fragment.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <net/checksum.h>
#include <net/inet_frag.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ipv6_frag.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "realm.h"

/* Reassembly keys of the vpns and exts. In this range the stack sends no ICMP
 * about fragments that never were whole: it would route that by the main table.
 */
#define VPNGW_FRAGMENT_USER	(IP_DEFRAG_CONNTRACK_BRIDGE_IN + 1)
/* With IPv6 beyond those of the stack; there is no such range. */
#define VPNGW_FRAGMENT_USER_V6	(__IP6_DEFRAG_CONNTRACK_BRIDGE_IN + 1)
/* One vpn or ext gets that part of the namespace's memory for reassembly. */
#define VPNGW_FRAGMENT_SHARE	4
/* Packets under way that are remembered: sets by hash, and places in each. */
#define VPNGW_FRAGMENT_SETS	64
#define VPNGW_FRAGMENT_WAYS	4
/* Extension headers before a fragment header that are looked at. */
#define VPNGW_FRAGMENT_HEADERS	8

/**
 * struct vpngw_fragment_packet - a packet that is not whole yet
 * @tag: hash of what its fragments have in common
 * @since: jiffies when its first fragment came
 * @bytes: memory that its fragments take; 0 when the place is free
 */
struct vpngw_fragment_packet {
	u32	tag;
	u32	since;
	u32	bytes;
};

/**
 * struct vpngw_fragment_account - what is in reassembly of one version
 * @lock: protects all else
 * @window: jiffies when the window began that is counted in
 * @bytes: memory taken in that window and in the one before; a window is as
 *	long as the stack waits for the rest of a packet, or longer
 * @packets: the packets under way
 */
struct vpngw_fragment_account {
	spinlock_t			lock;
	u32				window;
	unsigned long			bytes[2];
	struct vpngw_fragment_packet	packets[VPNGW_FRAGMENT_SETS]
					       [VPNGW_FRAGMENT_WAYS];
};

/**
 * struct vpngw_fragments - what a vpn or ext has in reassembly
 * @seed: of the tags (constant)
 * @v4: of IPv4
 * @v6: of IPv6
 */
struct vpngw_fragments {
	u32				seed;
	struct vpngw_fragment_account	v4;
	struct vpngw_fragment_account	v6;
};

/**
 * struct vpngw_fragment_bounds - how much one vpn or ext may have in reassembly
 * @bytes: memory
 * @timeout: jiffies that the stack waits for the rest of a packet
 */
struct vpngw_fragment_bounds {
	unsigned long	bytes;
	u32		timeout;
};

/* Of nf_defrag_ipv6, or NULL without it; constant while there are packets. */
static int (*vpngw_fragment_gather_frag6)(struct net *net, struct sk_buff *skb,
					  u32 user);

static void vpngw_fragment_account_init(struct vpngw_fragment_account *account)
{
	spin_lock_init(&account->lock);
	account->window = jiffies;
}

static struct vpngw_fragments *vpngw_fragment_get(struct vpngw_realm *realm)
{
	struct vpngw_fragments *f = READ_ONCE(realm->fragments), *old;

	if (likely(f))
		return f;
	f = kzalloc(sizeof(*f), GFP_ATOMIC | __GFP_NOWARN);
	if (!f)
		return NULL;
	f->seed = get_random_u32();
	vpngw_fragment_account_init(&f->v4);
	vpngw_fragment_account_init(&f->v6);
	old = cmpxchg(&realm->fragments, NULL, f);
	if (!old)
		return f;
	kfree(f);
	return old;
}

/**
 * vpngw_fragment_exit - forget what a vpn or ext has in reassembly
 * @realm: the vpn or ext; no packet of it is under way
 *
 * Context: process.
 */
void vpngw_fragment_exit(struct vpngw_realm *realm)
{
	kfree(realm->fragments);
}

/* The packet of a fragment, or with @make a place for it. What is older than
 * the stack waits is another packet's, and no longer counted.
 */
static struct vpngw_fragment_packet *
vpngw_fragment_find(struct vpngw_fragment_account *account, u32 tag, u32 now,
		    u32 timeout, bool make)
{
	struct vpngw_fragment_packet *set, *packet, *oldest;

	set = account->packets[tag % VPNGW_FRAGMENT_SETS];
	oldest = set;
	for (packet = set; packet < set + VPNGW_FRAGMENT_WAYS; packet++) {
		if (now - packet->since > timeout)
			packet->bytes = 0;
		if (packet->bytes && packet->tag == tag)
			return packet;
		if (oldest->bytes && (!packet->bytes ||
				      now - packet->since > now - oldest->since))
			oldest = packet;
	}
	if (!make)
		return NULL;
	oldest->tag = tag;
	oldest->since = now;
	oldest->bytes = 0;
	return oldest;
}

static void vpngw_fragment_turn(struct vpngw_fragment_account *account, u32 now,
				u32 timeout)
{
	u32 elapsed = now - account->window;

	if (elapsed <= timeout)
		return;
	account->bytes[1] = elapsed / 2 <= timeout ? account->bytes[0] : 0;
	account->bytes[0] = 0;
	account->window = now;
}

static bool vpngw_fragment_take(struct vpngw_fragment_account *account,
				const struct vpngw_fragment_bounds *bounds,
				u32 tag, u32 cost)
{
	u32 now = jiffies, timeout = bounds->timeout;
	bool ok;

	spin_lock_bh(&account->lock);
	vpngw_fragment_turn(account, now, timeout);
	ok = account->bytes[0] + account->bytes[1] + cost <= bounds->bytes;
	if (ok) {
		account->bytes[0] += cost;
		vpngw_fragment_find(account, tag, now, timeout, true)->bytes +=
			cost;
	}
	spin_unlock_bh(&account->lock);
	return ok;
}

/* The packet is whole, or its last fragment, of that @cost, was refused. */
static void vpngw_fragment_give_back(struct vpngw_fragment_account *account,
				     u32 timeout, u32 tag, u32 cost)
{
	struct vpngw_fragment_packet *packet;
	unsigned long before;
	u32 now = jiffies;

	spin_lock_bh(&account->lock);
	packet = vpngw_fragment_find(account, tag, now, timeout, false);
	if (packet) {
		cost = min(cost, packet->bytes);
		packet->bytes -= cost;
		/* From the older first, so that the rest counts longer. */
		before = min_t(unsigned long, cost, account->bytes[1]);
		account->bytes[1] -= before;
		account->bytes[0] -= min_t(unsigned long, cost - before,
					   account->bytes[0]);
	}
	spin_unlock_bh(&account->lock);
}

static int vpngw_fragment_gather_v4(struct vpngw_realm *realm,
				    struct vpngw_fragments *f,
				    struct sk_buff *skb)
{
	struct net *net = realm->vn->net;
	const struct fqdir *fqdir = net->ipv4.fqdir;
	const struct vpngw_fragment_bounds bounds = {
		.bytes = READ_ONCE(fqdir->high_thresh) / VPNGW_FRAGMENT_SHARE,
		.timeout = READ_ONCE(fqdir->timeout),
	};
	const struct iphdr *iph = ip_hdr(skb);
	u32 tag, cost;
	int err;

	tag = jhash_3words((__force u32)iph->saddr, (__force u32)iph->daddr,
			   (__force u32)iph->id << 16 | iph->protocol, f->seed);
	/* Each may be the first of its packet, which costs so much more. */
	cost = skb->truesize + fqdir->f->qsize;
	if (!vpngw_fragment_take(&f->v4, &bounds, tag, cost)) {
		kfree_skb(skb);
		return -ENOBUFS;
	}
	err = ip_defrag(net, skb, VPNGW_FRAGMENT_USER + realm->defrag_id);
	if (err != -EINPROGRESS)
		vpngw_fragment_give_back(&f->v4, bounds.timeout, tag,
					 err ? cost : U32_MAX);
	return err;
}

/* The fragment header of an IPv6 packet, or NULL. */
static const struct frag_hdr *
vpngw_fragment_header(const struct sk_buff *skb, struct frag_hdr *buf)
{
	unsigned int off = sizeof(struct ipv6hdr);
	u8 nexthdr = ipv6_hdr(skb)->nexthdr;
	const struct ipv6_opt_hdr *opt;
	struct ipv6_opt_hdr obuf;
	int left;

	for (left = VPNGW_FRAGMENT_HEADERS; left; left--) {
		switch (nexthdr) {
		case NEXTHDR_FRAGMENT:
			return skb_header_pointer(skb, off, sizeof(*buf), buf);
		case NEXTHDR_HOP:
		case NEXTHDR_DEST:
		case NEXTHDR_ROUTING:
			break;
		default:
			return NULL;
		}
		opt = skb_header_pointer(skb, off, sizeof(obuf), &obuf);
		if (!opt)
			return NULL;
		nexthdr = opt->nexthdr;
		off += ipv6_optlen(opt);
	}
	return NULL;
}

/**
 * vpngw_fragment_is_v6 - is an IPv6 packet only a part of one?
 * @skb: the packet, skb->data at its IPv6 header
 *
 * Context: any.
 * Return: as vpngw_fragment_is().
 */
bool vpngw_fragment_is_v6(const struct sk_buff *skb)
{
	const struct frag_hdr *fh;
	struct frag_hdr buf;

	fh = vpngw_fragment_header(skb, &buf);
	return fh && fh->frag_off & htons(IP6_OFFSET | IP6_MF);
}

static u32 vpngw_fragment_tag_v6(const struct vpngw_fragments *f,
				 const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	const struct frag_hdr *fh;
	struct frag_hdr buf;
	u32 id;

	fh = vpngw_fragment_header(skb, &buf);
	id = fh ? (__force u32)fh->identification : 0;
	return jhash2((__force const u32 *)ip6h->saddr.s6_addr32, 8,
		      f->seed ^ id);
}

/* What was put together is for the stack as ipv6_rcv() has left its first
 * fragment: it reads on behind the hop-by-hop options, if there are any, and not
 * where the fragment header was. Else it took what follows other headers for one
 * of these.
 */
static void vpngw_fragment_set_transport(struct sk_buff *skb)
{
	unsigned int off = sizeof(struct ipv6hdr);

	if (ipv6_hdr(skb)->nexthdr == NEXTHDR_HOP)
		off += ipv6_optlen((struct ipv6_opt_hdr *)(skb->data + off));
	skb_set_transport_header(skb, off);
}

/* Unlike ip_defrag() it leaves what it refuses to the caller, and says 0 also
 * of what it does not understand and leaves as it is. It knows no key for which
 * no ICMPv6 is sent about fragments that never were whole: that is sent about
 * packets to this host only, which they are not until they are whole.
 */
static int vpngw_fragment_defrag_v6(struct vpngw_realm *realm,
				    struct sk_buff *skb)
{
	int err;

	skb->pkt_type = PACKET_OTHERHOST;
	err = vpngw_fragment_gather_frag6(realm->vn->net, skb,
					  VPNGW_FRAGMENT_USER_V6 +
					  realm->defrag_id);
	if (err == -EINPROGRESS)
		return err;
	if (!err && vpngw_fragment_is_v6(skb))
		err = -EINVAL;
	if (err) {
		kfree_skb(skb);
		return err;
	}
	skb->pkt_type = PACKET_HOST;
	vpngw_fragment_set_transport(skb);
	return 0;
}

/* The bounds are what nf_defrag_ipv6 begins with in each namespace, which keeps
 * to itself what it is set to later.
 */
static int vpngw_fragment_gather_v6(struct vpngw_realm *realm,
				    struct vpngw_fragments *f,
				    struct sk_buff *skb)
{
	static const struct vpngw_fragment_bounds bounds = {
		.bytes = IPV6_FRAG_HIGH_THRESH / VPNGW_FRAGMENT_SHARE,
		.timeout = IPV6_FRAG_TIMEOUT,
	};
	u32 tag, cost;
	int err;

	if (!vpngw_fragment_gather_frag6) {
		kfree_skb(skb);
		return -EOPNOTSUPP;
	}
	tag = vpngw_fragment_tag_v6(f, skb);
	cost = skb->truesize + sizeof(struct frag_queue);
	if (!vpngw_fragment_take(&f->v6, &bounds, tag, cost)) {
		kfree_skb(skb);
		return -ENOBUFS;
	}
	err = vpngw_fragment_defrag_v6(realm, skb);
	if (err != -EINPROGRESS)
		vpngw_fragment_give_back(&f->v6, bounds.timeout, tag,
					 err ? cost : U32_MAX);
	return err;
}

/**
 * vpngw_fragment_gather - put a fragment to those it belongs to
 * @realm: the vpn or ext that it came from
 * @skb: what vpngw_fragment_is(), for this host, or with success the whole
 *	packet; else it is gone. Pointers into it are stale, and one of IPv6 has
 *	no fragment header any more.
 *
 * RFC 4787 REQ-14, RFC 5508 REQ-2.
 *
 * Context: RCU read section.
 * Return: 0 when the packet is whole, -EINPROGRESS when it is not yet, or
 *	another negative errno when the fragment was dropped: -EOPNOTSUPP where
 *	the kernel has nothing to put those of IPv6 together.
 */
int vpngw_fragment_gather(struct vpngw_realm *realm, struct sk_buff *skb)
{
	struct vpngw_fragments *f = vpngw_fragment_get(realm);

	if (!f) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	if (skb->protocol == htons(ETH_P_IP))
		return vpngw_fragment_gather_v4(realm, f, skb);
	return vpngw_fragment_gather_v6(realm, f, skb);
}

/* How many packets it becomes that have an id each. */
static int vpngw_fragment_segments(const struct sk_buff *skb)
{
	if (!skb_is_gso(skb) || skb_shinfo(skb)->gso_type & SKB_GSO_UDP)
		return 1;
	return max_t(int, skb_shinfo(skb)->gso_segs, 1);
}

/**
 * vpngw_fragment_renew_ident - give a packet that may be fragmented a new id
 * @net: the namespace
 * @skb: the packet, translated, its header writable
 *
 * The stack's own counters, keyed by addresses and protocol, make it unique
 * among all that has the packet's new addresses, whoever sent it.
 *
 * Context: RCU read section.
 */
void vpngw_fragment_renew_ident(struct net *net, struct sk_buff *skb)
{
	struct iphdr *iph = ip_hdr(skb);
	__be16 old = iph->id;

	if (iph->frag_off & htons(IP_DF) && !skb->ignore_df)
		return;
	__ip_select_ident(net, iph, vpngw_fragment_segments(skb));
	csum_replace2(&iph->check, old, iph->id);
}

/**
 * vpngw_fragment_init - look for what puts IPv6 fragments together
 *
 * This module is to be loaded without it, and by itself.
 *
 * Context: process; before there are any packets.
 */
void vpngw_fragment_init(void)
{
	request_module("nf_defrag_ipv6");
	vpngw_fragment_gather_frag6 = symbol_get(nf_ct_frag6_gather);
	if (!vpngw_fragment_gather_frag6)
		pr_notice("vpngw: IPv6 fragments need nf_defrag_ipv6\n");
}

/**
 * vpngw_fragment_cleanup - let go what vpngw_fragment_init() has found
 *
 * Context: process; no packet is under way.
 */
void vpngw_fragment_cleanup(void)
{
	if (vpngw_fragment_gather_frag6)
		symbol_put(nf_ct_frag6_gather);
	vpngw_fragment_gather_frag6 = NULL;
}
