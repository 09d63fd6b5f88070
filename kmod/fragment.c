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
 */
#include "fragment.h"

#include <linux/ip.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <net/checksum.h>
#include <net/inet_frag.h>
#include <net/ip.h>

#include "realm.h"

/* Reassembly keys of the vpns and exts. In this range the stack sends no ICMP
 * about fragments that never were whole: it would route that by the main table.
 */
#define VPNGW_FRAGMENT_USER	(IP_DEFRAG_CONNTRACK_BRIDGE_IN + 1)
/* One vpn or ext gets that part of the namespace's memory for reassembly. */
#define VPNGW_FRAGMENT_SHARE	4
/* Packets under way that are remembered: sets by hash, and places in each. */
#define VPNGW_FRAGMENT_SETS	64
#define VPNGW_FRAGMENT_WAYS	4

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
 * struct vpngw_fragments - what a vpn or ext has in reassembly
 * @lock: protects all but @seed
 * @seed: of the tags (constant)
 * @window: jiffies when the window began that is counted in
 * @bytes: memory taken in that window and in the one before; a window is as
 *	long as the stack waits for the rest of a packet, or longer
 * @packets: the packets under way
 */
struct vpngw_fragments {
	spinlock_t			lock;
	u32				seed;
	u32				window;
	unsigned long			bytes[2];
	struct vpngw_fragment_packet	packets[VPNGW_FRAGMENT_SETS]
					       [VPNGW_FRAGMENT_WAYS];
};

static struct vpngw_fragments *vpngw_fragment_get(struct vpngw_realm *realm)
{
	struct vpngw_fragments *f = READ_ONCE(realm->fragments), *old;

	if (likely(f))
		return f;
	f = kzalloc(sizeof(*f), GFP_ATOMIC | __GFP_NOWARN);
	if (!f)
		return NULL;
	spin_lock_init(&f->lock);
	f->seed = get_random_u32();
	f->window = jiffies;
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

static u32 vpngw_fragment_tag(const struct vpngw_fragments *f,
			      const struct iphdr *iph)
{
	return jhash_3words((__force u32)iph->saddr, (__force u32)iph->daddr,
			    (__force u32)iph->id << 16 | iph->protocol,
			    f->seed);
}

/* The packet of a fragment, or with @make a place for it. What is older than
 * the stack waits is another packet's, and no longer counted.
 */
static struct vpngw_fragment_packet *
vpngw_fragment_find(struct vpngw_fragments *f, u32 tag, u32 now, u32 timeout,
		    bool make)
{
	struct vpngw_fragment_packet *set, *packet, *oldest;

	set = f->packets[tag % VPNGW_FRAGMENT_SETS];
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

static void vpngw_fragment_turn(struct vpngw_fragments *f, u32 now, u32 timeout)
{
	u32 elapsed = now - f->window;

	if (elapsed <= timeout)
		return;
	f->bytes[1] = elapsed / 2 <= timeout ? f->bytes[0] : 0;
	f->bytes[0] = 0;
	f->window = now;
}

static bool vpngw_fragment_take(struct vpngw_fragments *f,
				const struct fqdir *fqdir, u32 tag, u32 cost)
{
	unsigned long max = READ_ONCE(fqdir->high_thresh) /
			    VPNGW_FRAGMENT_SHARE;
	u32 now = jiffies, timeout = READ_ONCE(fqdir->timeout);
	bool ok;

	spin_lock_bh(&f->lock);
	vpngw_fragment_turn(f, now, timeout);
	ok = f->bytes[0] + f->bytes[1] + cost <= max;
	if (ok) {
		f->bytes[0] += cost;
		vpngw_fragment_find(f, tag, now, timeout, true)->bytes += cost;
	}
	spin_unlock_bh(&f->lock);
	return ok;
}

/* The packet is whole, or its last fragment, of that @cost, was refused. */
static void vpngw_fragment_give_back(struct vpngw_fragments *f,
				     const struct fqdir *fqdir, u32 tag,
				     u32 cost)
{
	u32 now = jiffies, timeout = READ_ONCE(fqdir->timeout);
	struct vpngw_fragment_packet *packet;
	unsigned long before;

	spin_lock_bh(&f->lock);
	packet = vpngw_fragment_find(f, tag, now, timeout, false);
	if (packet) {
		cost = min(cost, packet->bytes);
		packet->bytes -= cost;
		/* From the older first, so that the rest counts longer. */
		before = min_t(unsigned long, cost, f->bytes[1]);
		f->bytes[1] -= before;
		f->bytes[0] -= min_t(unsigned long, cost - before, f->bytes[0]);
	}
	spin_unlock_bh(&f->lock);
}

/**
 * vpngw_fragment_gather - put a fragment to those it belongs to
 * @realm: the vpn or ext that it came from
 * @skb: the fragment, or with success the whole packet; else it is gone
 *
 * RFC 4787 REQ-14, RFC 5508 REQ-2.
 *
 * Context: RCU read section.
 * Return: 0 when the packet is whole, -EINPROGRESS when it is not yet, or
 *	another negative errno when the fragment was dropped.
 */
int vpngw_fragment_gather(struct vpngw_realm *realm, struct sk_buff *skb)
{
	struct vpngw_fragments *f = vpngw_fragment_get(realm);
	struct net *net = realm->vn->net;
	u32 tag, cost;
	int err;

	if (!f) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	tag = vpngw_fragment_tag(f, ip_hdr(skb));
	/* Each may be the first of its packet, which costs so much more. */
	cost = skb->truesize + net->ipv4.fqdir->f->qsize;
	if (!vpngw_fragment_take(f, net->ipv4.fqdir, tag, cost)) {
		kfree_skb(skb);
		return -ENOBUFS;
	}
	err = ip_defrag(net, skb, VPNGW_FRAGMENT_USER + realm->defrag_id);
	if (err != -EINPROGRESS)
		vpngw_fragment_give_back(f, net->ipv4.fqdir, tag,
					 err ? cost : U32_MAX);
	return err;
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
