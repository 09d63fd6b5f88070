// SPDX-License-Identifier: GPL-2.0
/*
 * Which servers a host has talked to from an endpoint, where that decides who
 * may answer from another port: address-dependent filtering, RFC 4787 section 5.
 */
#include "peer.h"

#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "realm.h"
#include "tuple.h"

/**
 * struct vpngw_peer - a server that a host has talked to
 * @node: entry of the ext's table (RCU)
 * @tuple: of its packets, with no port of its own; constant
 * @n: number of flows (lock of the mapping that the flows are of)
 * @rcu: frees it
 */
struct vpngw_peer {
	struct rhash_head	node;
	struct vpngw_tuple	tuple;
	u32			n;
	struct rcu_head		rcu;
};

static u32 vpngw_peer_hash(const void *key, u32 len, u32 seed)
{
	return vpngw_tuple_hash(key, seed);
}

static int vpngw_peer_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vpngw_peer *peer = obj;

	return !vpngw_tuple_equal(arg->key, &peer->tuple);
}

static const struct rhashtable_params vpngw_peer_params = {
	.hashfn			= vpngw_peer_hash,
	.obj_cmpfn		= vpngw_peer_cmp,
	.key_len		= sizeof_field(struct vpngw_peer, tuple),
	.key_offset		= offsetof(struct vpngw_peer, tuple),
	.head_offset		= offsetof(struct vpngw_peer, node),
	.automatic_shrinking	= true,
};

static struct vpngw_peer *vpngw_peer_find(struct vpngw_realm *ext,
					  const struct vpngw_tuple *out)
{
	struct vpngw_tuple key;

	vpngw_tuple_copy(&key, out);
	key.sport = 0;
	return rhashtable_lookup(&ext->peers, &key, vpngw_peer_params);
}

/**
 * vpngw_peer_add - count one more flow toward a server
 * @ext: the ext
 * @out: tuple of the server's packets
 *
 * Context: RCU read section; lock of the flow's mapping held, so that nobody else
 *	changes this entry. Allocates with GFP_ATOMIC.
 * Return: true if it is counted, and is to be given back.
 */
bool vpngw_peer_add(struct vpngw_realm *ext, const struct vpngw_tuple *out)
{
	struct vpngw_peer *peer = vpngw_peer_find(ext, out);

	if (peer) {
		peer->n++;
		return true;
	}
	peer = kmalloc(sizeof(*peer), GFP_ATOMIC | __GFP_NOWARN);
	if (!peer)
		return false;
	vpngw_tuple_copy(&peer->tuple, out);
	peer->tuple.sport = 0;
	peer->n = 1;
	if (!rhashtable_insert_fast(&ext->peers, &peer->node,
				    vpngw_peer_params))
		return true;
	kfree(peer);
	return false;
}

/**
 * vpngw_peer_del - count one flow less toward a server
 * @ext: the ext
 * @out: tuple of the server's packets, which vpngw_peer_add() has counted
 *
 * Context: as vpngw_peer_add().
 */
void vpngw_peer_del(struct vpngw_realm *ext, const struct vpngw_tuple *out)
{
	struct vpngw_peer *peer = vpngw_peer_find(ext, out);

	if (WARN_ON_ONCE(!peer) || --peer->n)
		return;
	rhashtable_remove_fast(&ext->peers, &peer->node, vpngw_peer_params);
	kfree_rcu(peer, rcu);
}

/**
 * vpngw_peer_known - has a host talked to the server, from whatever port?
 * @ext: the ext
 * @out: tuple of the server's packet
 *
 * Context: RCU read section.
 * Return: true if it has a flow toward it that it has started.
 */
bool vpngw_peer_known(struct vpngw_realm *ext, const struct vpngw_tuple *out)
{
	return vpngw_peer_find(ext, out);
}

/**
 * vpngw_peer_table_init - make the table of an ext
 * @ext: the ext
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vpngw_peer_table_init(struct vpngw_realm *ext)
{
	return rhashtable_init(&ext->peers, &vpngw_peer_params);
}

/**
 * vpngw_peer_table_exit - free the table of an ext
 * @ext: the ext; no flow is left and nobody looks any more
 *
 * Context: process.
 */
void vpngw_peer_table_exit(struct vpngw_realm *ext)
{
	rhashtable_destroy(&ext->peers);
}
