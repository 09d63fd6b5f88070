// SPDX-License-Identifier: GPL-2.0
/*
 * Aliases: which server an in-VPN address stands for, and the other way.
 */
#include "alias.h"

#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "flow_walk.h"
#include "pool.h"
#include "pool_map.h"
#include "realm.h"
#include "tuple.h"
#include "xlat.h"

/**
 * struct vpngw_alias_table - the aliases of a vpn
 * @inside: by in-VPN prefix
 * @server: by server prefix
 * @inside_lens: of the in-VPN prefixes, of IPv4 and of IPv6
 * @server_lens: of the server prefixes
 */
struct vpngw_alias_table {
	struct rhltable		inside;
	struct rhltable		server;
	struct vpngw_addr_lens	inside_lens[2];
	struct vpngw_addr_lens	server_lens[2];
};

static struct vpngw_addr_lens *
vpngw_alias_lens(struct vpngw_addr_lens *lens, const struct in6_addr *addr)
{
	return &lens[!vpngw_addr_is_v4(addr)];
}

static u32 vpngw_alias_hash(const void *key, u32 len, u32 seed)
{
	const struct vpngw_prefix *prefix = key;

	return vpngw_addr_hash(&prefix->addr, prefix->len, prefix->realm_uid,
			       seed);
}

static bool vpngw_alias_prefix_equal(const struct vpngw_prefix *a,
				     const struct vpngw_prefix *b)
{
	return ipv6_addr_equal(&a->addr, &b->addr) && a->len == b->len &&
	       a->realm_uid == b->realm_uid;
}

static int vpngw_alias_cmp_inside(struct rhashtable_compare_arg *arg,
				  const void *obj)
{
	const struct vpngw_alias *alias = obj;

	return !vpngw_alias_prefix_equal(arg->key, &alias->inside);
}

static int vpngw_alias_cmp_server(struct rhashtable_compare_arg *arg,
				  const void *obj)
{
	const struct vpngw_alias *alias = obj;

	return !vpngw_alias_prefix_equal(arg->key, &alias->server);
}

static const struct rhashtable_params vpngw_alias_inside_params = {
	.hashfn			= vpngw_alias_hash,
	.obj_cmpfn		= vpngw_alias_cmp_inside,
	.key_len		= sizeof(struct vpngw_prefix),
	.key_offset		= offsetof(struct vpngw_alias, inside),
	.head_offset		= offsetof(struct vpngw_alias, inside_node),
	.automatic_shrinking	= true,
};

static const struct rhashtable_params vpngw_alias_server_params = {
	.hashfn			= vpngw_alias_hash,
	.obj_cmpfn		= vpngw_alias_cmp_server,
	.key_len		= sizeof(struct vpngw_prefix),
	.key_offset		= offsetof(struct vpngw_alias, server),
	.head_offset		= offsetof(struct vpngw_alias, server_node),
	.automatic_shrinking	= true,
};

static __flatten struct rhlist_head *
vpngw_alias_list_inside(struct vpngw_alias_table *table,
			const struct vpngw_prefix *key)
{
	return rhltable_lookup(&table->inside, key, vpngw_alias_inside_params);
}

/* How well an alias fits: a port counts more than a protocol; 0 is not at
 * all.
 */
static int vpngw_alias_fit(const struct vpngw_alias *alias, __be16 alias_port,
			   u8 proto, __be16 port)
{
	if (alias->proto && alias->proto != proto)
		return 0;
	if (alias_port &&
	    (alias_port != port || !vpngw_tuple_has_ports(proto)))
		return 0;
	return 1 + 2 * !!alias_port + !!alias->proto;
}

static struct vpngw_alias *vpngw_alias_best_server(struct rhlist_head *list,
						   u8 family, u8 proto,
						   __be16 port)
{
	struct vpngw_alias *alias, *best = NULL;
	struct rhlist_head *pos;
	int fit, best_fit = 0;

	rhl_for_each_entry_rcu(alias, pos, list, server_node) {
		if (vpngw_addr_family(&alias->inside.addr) != family)
			continue;
		fit = vpngw_alias_fit(alias, alias->server_port, proto, port);
		/* Of equals the eldest, so that it stays the same. */
		if (fit > best_fit ||
		    (fit && fit == best_fit && alias->uid < best->uid)) {
			best = alias;
			best_fit = fit;
		}
	}
	return best;
}

static struct vpngw_alias *vpngw_alias_best_inside(struct rhlist_head *list,
						   u8 proto, __be16 port)
{
	struct vpngw_alias *alias, *best = NULL;
	struct rhlist_head *pos;
	int fit, best_fit = 0;

	rhl_for_each_entry_rcu(alias, pos, list, inside_node) {
		fit = vpngw_alias_fit(alias, alias->inside_port, proto, port);
		if (fit > best_fit) {
			best = alias;
			best_fit = fit;
		}
	}
	return best;
}

/**
 * vpngw_alias_lookup - which alias is an in-VPN address?
 * @vpn: the vpn
 * @addr: the address
 * @proto: IP protocol
 * @port: port, 0 where there is none
 *
 * The longest prefix wins, then an alias with a port, then one with a
 * protocol.
 *
 * Context: RCU read section.
 * Return: the alias or NULL.
 */
struct vpngw_alias *vpngw_alias_lookup(const struct vpngw_realm *vpn,
				       const struct in6_addr *addr, u8 proto,
				       __be16 port)
{
	struct vpngw_alias_table *table = vpn->aliases;
	struct vpngw_prefix key = {};
	struct vpngw_alias *alias;
	const struct vpngw_addr_lens *lens;
	struct rhlist_head *list;
	unsigned int bit;

	lens = vpngw_alias_lens(table->inside_lens, addr);
	for (bit = vpngw_addr_next_len(lens, 0); bit < VPNGW_ADDR_LENS;
	     bit = vpngw_addr_next_len(lens, bit + 1)) {
		key.len = 128 - bit;
		vpngw_addr_prefix(&key.addr, addr, key.len);
		list = vpngw_alias_list_inside(table, &key);
		alias = vpngw_alias_best_inside(list, proto, port);
		if (alias)
			return alias;
	}
	return NULL;
}

/**
 * vpngw_alias_lookup_server - which alias does a server have in a vpn?
 * @vpn: the vpn
 * @ext: the ext of the server
 * @addr: the server's address
 * @family: AF_INET or AF_INET6, of the alias' in-VPN address
 * @proto: IP protocol
 * @port: the server's port, 0 where there is none
 *
 * Context: RCU read section.
 * Return: the alias or NULL: the vpn has no address for that server.
 */
struct vpngw_alias *vpngw_alias_lookup_server(const struct vpngw_realm *vpn,
					      const struct vpngw_realm *ext,
					      const struct in6_addr *addr,
					      u8 family, u8 proto, __be16 port)
{
	struct vpngw_prefix key = { .realm_uid = ext->uid };
	struct vpngw_alias_table *table = vpn->aliases;
	struct vpngw_alias *alias;
	const struct vpngw_addr_lens *lens;
	struct rhlist_head *list;
	unsigned int bit;

	lens = vpngw_alias_lens(table->server_lens, addr);
	for (bit = vpngw_addr_next_len(lens, 0); bit < VPNGW_ADDR_LENS;
	     bit = vpngw_addr_next_len(lens, bit + 1)) {
		key.len = 128 - bit;
		vpngw_addr_prefix(&key.addr, addr, key.len);
		list = rhltable_lookup(&table->server, &key,
				       vpngw_alias_server_params);
		alias = vpngw_alias_best_server(list, family, proto, port);
		if (alias)
			return alias;
	}
	return NULL;
}

/**
 * vpngw_alias_answers - does the gateway answer for an in-VPN address?
 * @vpn: the vpn
 * @addr: the address
 * @len: prefix length of the alias, when the answer is yes
 *
 * Context: RCU read section.
 * Return: true for an alias of whatever port, but none onto itself.
 */
bool vpngw_alias_answers(const struct vpngw_realm *vpn,
			 const struct in6_addr *addr, u32 *len)
{
	struct vpngw_alias_table *table = vpn->aliases;
	struct rhlist_head *list, *pos;
	struct vpngw_prefix key = {};
	struct vpngw_alias *alias;
	const struct vpngw_addr_lens *lens;
	unsigned int bit;

	lens = vpngw_alias_lens(table->inside_lens, addr);
	for (bit = vpngw_addr_next_len(lens, 0); bit < VPNGW_ADDR_LENS;
	     bit = vpngw_addr_next_len(lens, bit + 1)) {
		key.len = 128 - bit;
		vpngw_addr_prefix(&key.addr, addr, key.len);
		list = vpngw_alias_list_inside(table, &key);
		*len = key.len;
		rhl_for_each_entry_rcu(alias, pos, list, inside_node)
			return !vpngw_alias_is_self(alias);
	}
	return false;
}

/* Addresses that have an IPv4 address in them: @prefix is @len bits long. RFC 6052
 * section 3.1 keeps the well-known prefix to addresses that are global.
 */
static bool vpngw_alias_extract(const struct in6_addr *from,
				const struct vpngw_prefix *prefix,
				struct in6_addr *to)
{
	__be32 v4;

	if (!vpngw_xlat_extract(from, prefix->len, &v4))
		return false;
	vpngw_addr_set_v4(to, v4);
	return !vpngw_addr_is_well_known(&prefix->addr, prefix->len) ||
	       vpngw_addr_is_global_v4(v4);
}

/**
 * vpngw_alias_to_server_prefix - as vpngw_alias_to_server(), for a prefix
 * @alias: the alias
 * @addr: an address inside its in-VPN prefix
 * @server: the server's address
 *
 * A prefix may have addresses that are no host's. Of those the gateway would take
 * some for its own, 127.0.0.1 say.
 *
 * Context: any.
 * Return: as vpngw_alias_to_server().
 */
bool vpngw_alias_to_server_prefix(const struct vpngw_alias *alias,
				  const struct in6_addr *addr,
				  struct in6_addr *server)
{
	switch (alias->way) {
	case VPNGW_ALIAS_SHIFT:
		vpngw_addr_shift(server, addr, &alias->server.addr,
				 alias->server.len);
		break;
	case VPNGW_ALIAS_EMBED_INSIDE:
		if (!vpngw_alias_extract(addr, &alias->inside, server) ||
		    !ipv6_prefix_equal(server, &alias->server.addr,
				       alias->server.len))
			return false;
		break;
	case VPNGW_ALIAS_EMBED_SERVER:
		vpngw_xlat_embed(server, &alias->server.addr,
				 alias->server.len, vpngw_addr_v4(addr));
		break;
	}
	return vpngw_addr_is_host(server);
}

/**
 * vpngw_alias_to_inside - the in-VPN address of a server address
 * @alias: the alias
 * @addr: an address inside its server prefix
 * @inside: the in-VPN address
 *
 * Context: any.
 * Return: true, but false where no in-VPN address can say it.
 */
bool vpngw_alias_to_inside(const struct vpngw_alias *alias,
			   const struct in6_addr *addr, struct in6_addr *inside)
{
	switch (alias->way) {
	case VPNGW_ALIAS_SHIFT:
		vpngw_addr_shift(inside, addr, &alias->inside.addr,
				 alias->inside.len);
		break;
	case VPNGW_ALIAS_EMBED_INSIDE:
		vpngw_xlat_embed(inside, &alias->inside.addr,
				 alias->inside.len, vpngw_addr_v4(addr));
		return !vpngw_addr_is_well_known(&alias->inside.addr,
						 alias->inside.len) ||
		       vpngw_addr_is_global_v4(vpngw_addr_v4(addr));
	case VPNGW_ALIAS_EMBED_SERVER:
		return vpngw_alias_extract(addr, &alias->server, inside) &&
		       ipv6_prefix_equal(inside, &alias->inside.addr,
					 alias->inside.len);
	}
	return true;
}

/**
 * vpngw_alias_find - look an alias up by what it was made with
 * @vpn: the vpn
 * @addr: in-VPN address
 * @len: prefix length
 * @proto: IP protocol, 0 for any
 * @port: in-VPN port, 0 for all
 *
 * Context: process, netns mutex held.
 * Return: the alias or NULL.
 */
struct vpngw_alias *vpngw_alias_find(struct vpngw_realm *vpn,
				     const struct in6_addr *addr, u8 len,
				     u8 proto, __be16 port)
{
	struct vpngw_prefix key = { .addr = *addr, .len = len };
	struct vpngw_alias *alias, *found = NULL;
	struct rhlist_head *list, *pos;

	lockdep_assert_held(&vpn->vn->mutex);
	rcu_read_lock();
	list = rhltable_lookup(&vpn->aliases->inside, &key,
			       vpngw_alias_inside_params);
	rhl_for_each_entry_rcu(alias, pos, list, inside_node)
		if (alias->proto == proto && alias->inside_port == port)
			found = alias;
	rcu_read_unlock();
	return found;
}

/* ::/0 and 0.0.0.0/0 are for all. */
static bool vpngw_alias_bad_addr(const struct in6_addr *addr, u8 len)
{
	return vpngw_addr_len(addr, len) && !vpngw_addr_is_host(addr);
}

/* Returns a negative number where prefixes of such lengths don't go together. */
static int vpngw_alias_choose_way(const struct vpngw_alias_config *config)
{
	bool inside_v4 = vpngw_addr_is_v4(&config->inside);
	bool server_v4 = vpngw_addr_is_v4(&config->server);

	if (!inside_v4 && server_v4 &&
	    vpngw_addr_is_embedding_len(config->inside_len))
		return VPNGW_ALIAS_EMBED_INSIDE;
	if (inside_v4 && !server_v4 &&
	    vpngw_addr_is_embedding_len(config->server_len))
		return VPNGW_ALIAS_EMBED_SERVER;
	return config->inside_len == config->server_len ? VPNGW_ALIAS_SHIFT :
							  -EINVAL;
}

/* Whether IPv4 addresses can follow the prefix, where they have to. */
static bool vpngw_alias_can_embed(const struct vpngw_alias_config *config)
{
	struct in6_addr addr;

	switch (vpngw_alias_choose_way(config)) {
	case VPNGW_ALIAS_EMBED_INSIDE:
		return vpngw_xlat_embed(&addr, &config->inside,
					config->inside_len, 0);
	case VPNGW_ALIAS_EMBED_SERVER:
		return vpngw_xlat_embed(&addr, &config->server,
					config->server_len, 0);
	}
	return true;
}

static int vpngw_alias_check_prefixes(const struct vpngw_alias_config *config,
				      struct netlink_ext_ack *extack)
{
	if (vpngw_alias_choose_way(config) < 0) {
		if (vpngw_addr_family(&config->inside) ==
		    vpngw_addr_family(&config->server))
			NL_SET_ERR_MSG(extack,
				       "both prefixes must have the same length");
		else
			NL_SET_ERR_MSG(extack,
				       "the IPv6 prefix is one of RFC 6052 (32, 40, 48, 56, 64 or 96 bits), or leaves as many bits as the IPv4 prefix");
		return -EINVAL;
	}
	if (vpngw_addr_has_beyond(&config->inside, config->inside_len) ||
	    vpngw_addr_has_beyond(&config->server, config->server_len)) {
		NL_SET_ERR_MSG(extack,
			       "an address has bits beyond its prefix length");
		return -EINVAL;
	}
	if (!vpngw_alias_can_embed(config)) {
		NL_SET_ERR_MSG(extack,
			       "bits 64 to 71 of the IPv6 prefix must be zero, RFC 6052");
		return -EINVAL;
	}
	if (vpngw_alias_bad_addr(&config->inside, config->inside_len) ||
	    vpngw_alias_bad_addr(&config->server, config->server_len)) {
		NL_SET_ERR_MSG(extack, "an alias has unicast addresses only");
		return -EINVAL;
	}
	return 0;
}

static int vpngw_alias_check_pool(const struct vpngw_alias_config *config,
				  struct netlink_ext_ack *extack)
{
	const struct vpngw_pool *pool = config->pool;

	if (!pool)
		return 0;
	if (pool->ext != config->ext) {
		NL_SET_ERR_MSG_FMT(extack, "pool %s is not of ext %s",
				   pool->name, config->ext->name);
		return -EINVAL;
	}
	if (pool->vpn && pool->vpn != config->vpn) {
		NL_SET_ERR_MSG_FMT(extack, "pool %s is reserved for vpn %s",
				   pool->name, pool->vpn->name);
		return -EINVAL;
	}
	if (pool->family != vpngw_addr_family(&config->server)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "pool %s is not of the server's IP version",
				   pool->name);
		return -EINVAL;
	}
	return 0;
}

static int vpngw_alias_check(const struct vpngw_alias_config *config,
			     struct netlink_ext_ack *extack)
{
	char text[VPNGW_ADDR_TEXT];
	int err;

	err = vpngw_alias_check_prefixes(config, extack);
	if (err)
		return err;
	if (!config->inside_port != !config->server_port) {
		NL_SET_ERR_MSG(extack, "give both sides a port, or neither");
		return -EINVAL;
	}
	if (config->inside_port && (config->inside_len != 128 ||
				    config->server_len != 128)) {
		NL_SET_ERR_MSG(extack, "a prefix can't have a port");
		return -EINVAL;
	}
	if (config->inside_port && config->proto &&
	    !vpngw_tuple_has_ports(config->proto)) {
		NL_SET_ERR_MSG(extack,
			       "only tcp, udp, sctp, dccp and udplite have ports here");
		return -EINVAL;
	}
	err = vpngw_alias_check_pool(config, extack);
	if (err)
		return err;
	if (vpngw_alias_find(config->vpn, &config->inside, config->inside_len,
			     config->proto, config->inside_port)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s/%u is already such an alias in vpn %s",
				   vpngw_addr_text(&config->inside, text),
				   vpngw_addr_len(&config->inside,
						  config->inside_len),
				   config->vpn->name);
		return -EEXIST;
	}
	return 0;
}

static void vpngw_alias_count_lens(struct vpngw_alias_table *table,
				   const struct vpngw_alias *alias, int by)
{
	vpngw_addr_count_len(vpngw_alias_lens(table->inside_lens,
					      &alias->inside.addr),
			     alias->inside.len, by);
	vpngw_addr_count_len(vpngw_alias_lens(table->server_lens,
					      &alias->server.addr),
			     alias->server.len, by);
}

/* The pool of an alias that names none. */
static struct vpngw_pool *vpngw_alias_pick_pool(const struct vpngw_alias *alias)
{
	return vpngw_pool_pick(alias->ext, alias->vpn,
			       vpngw_addr_family(&alias->server.addr));
}

/**
 * vpngw_alias_add - make an alias
 * @vn: the namespace
 * @config: what it is to be
 * @extack: says what was wrong
 *
 * Context: process, @vn->mutex held.
 * Return: the alias or an ERR_PTR: EEXIST, EINVAL, ENOMEM.
 */
struct vpngw_alias *vpngw_alias_add(struct vpngw_net *vn,
				    const struct vpngw_alias_config *config,
				    struct netlink_ext_ack *extack)
{
	struct vpngw_alias_table *table = config->vpn->aliases;
	struct vpngw_pool *pool = config->pool;
	struct vpngw_alias *alias;
	int err;

	lockdep_assert_held(&vn->mutex);
	err = vpngw_alias_check(config, extack);
	if (err)
		return ERR_PTR(err);

	alias = kzalloc(sizeof(*alias), GFP_KERNEL);
	if (!alias)
		return ERR_PTR(-ENOMEM);
	alias->inside.addr = config->inside;
	alias->inside.len = config->inside_len;
	alias->inside_port = config->inside_port;
	alias->server.addr = config->server;
	alias->server.len = config->server_len;
	alias->server.realm_uid = config->ext->uid;
	alias->server_port = config->server_port;
	alias->way = vpngw_alias_choose_way(config);
	alias->proto = config->proto;
	alias->uid = vpngw_net_uid(vn);
	alias->vpn = config->vpn;
	alias->ext = config->ext;
	alias->pool_fixed = pool;
	if (!pool)
		pool = vpngw_alias_pick_pool(alias);
	RCU_INIT_POINTER(alias->pool, pool);

	err = rhltable_insert(&table->inside, &alias->inside_node,
			      vpngw_alias_inside_params);
	if (err)
		goto err_free;
	err = rhltable_insert(&table->server, &alias->server_node,
			      vpngw_alias_server_params);
	if (err)
		goto err_remove_inside;

	vpngw_alias_count_lens(table, alias, 1);
	if (alias->pool_fixed)
		pool->n_aliases++;
	vpngw_realm_hold(alias->vpn);
	vpngw_realm_hold(alias->ext);
	alias->vpn->n_aliases++;
	alias->ext->n_aliases++;
	list_add_tail(&alias->list, &vn->aliases);
	return alias;

err_remove_inside:
	rhltable_remove(&table->inside, &alias->inside_node,
			vpngw_alias_inside_params);
	/* A packet may have seen it. */
	kfree_rcu(alias, rcu);
	return ERR_PTR(err);
err_free:
	kfree(alias);
	return ERR_PTR(err);
}

static void vpngw_alias_reap(struct vpngw_reap *reap)
{
	struct vpngw_alias *alias = container_of(reap, struct vpngw_alias,
						 reap);

	/* A packet under way may have made a flow after the first time. */
	vpngw_flow_end_alias(alias->vpn, alias->uid);
	vpngw_realm_put(alias->vpn);
	vpngw_realm_put(alias->ext);
	kfree_rcu(alias, rcu);
}

/**
 * vpngw_alias_del - delete an alias; the flows made through it end
 * @alias: the alias
 *
 * Context: process, netns mutex held.
 */
void vpngw_alias_del(struct vpngw_alias *alias)
{
	struct vpngw_net *vn = alias->vpn->vn;
	struct vpngw_alias_table *table = alias->vpn->aliases;

	lockdep_assert_held(&vn->mutex);
	rhltable_remove(&table->inside, &alias->inside_node,
			vpngw_alias_inside_params);
	rhltable_remove(&table->server, &alias->server_node,
			vpngw_alias_server_params);
	vpngw_alias_count_lens(table, alias, -1);
	list_del(&alias->list);
	alias->vpn->n_aliases--;
	alias->ext->n_aliases--;
	if (alias->pool_fixed)
		rcu_dereference_protected(alias->pool, true)->n_aliases--;
	vpngw_flow_end_alias(alias->vpn, alias->uid);
	vpngw_net_reap(vn, &alias->reap, vpngw_alias_reap);
}

/**
 * vpngw_alias_del_realm - delete every alias of a vpn
 * @vpn: the vpn
 *
 * Context: process, netns mutex held.
 */
void vpngw_alias_del_realm(struct vpngw_realm *vpn)
{
	struct vpngw_alias *alias, *next;

	list_for_each_entry_safe(alias, next, &vpn->vn->aliases, list)
		if (alias->vpn == vpn)
			vpngw_alias_del(alias);
}

/**
 * vpngw_alias_flush - delete every alias
 * @vn: the namespace
 *
 * Context: process, @vn->mutex held.
 */
void vpngw_alias_flush(struct vpngw_net *vn)
{
	struct vpngw_alias *alias, *next;

	list_for_each_entry_safe(alias, next, &vn->aliases, list)
		vpngw_alias_del(alias);
}

/**
 * vpngw_alias_pool_added - let the aliases that named no pool use a new one
 * @vn: the namespace
 * @pool: the pool
 *
 * Context: process, @vn->mutex held.
 */
void vpngw_alias_pool_added(struct vpngw_net *vn, struct vpngw_pool *pool)
{
	struct vpngw_alias *alias;
	struct vpngw_pool *old;

	list_for_each_entry(alias, &vn->aliases, list) {
		if (alias->ext != pool->ext || alias->pool_fixed ||
		    vpngw_addr_family(&alias->server.addr) != pool->family)
			continue;
		if (pool->vpn && pool->vpn != alias->vpn)
			continue;
		old = rcu_dereference_protected(alias->pool,
						lockdep_is_held(&vn->mutex));
		if (!old || (pool->vpn && !old->vpn))
			rcu_assign_pointer(alias->pool, pool);
	}
}

/**
 * vpngw_alias_pool_removed - let aliases that used a pool use another
 * @vn: the namespace
 * @pool: the pool, no longer in the list
 *
 * Context: process, @vn->mutex held.
 */
void vpngw_alias_pool_removed(struct vpngw_net *vn, struct vpngw_pool *pool)
{
	struct vpngw_alias *alias;

	list_for_each_entry(alias, &vn->aliases, list)
		if (rcu_access_pointer(alias->pool) == pool)
			rcu_assign_pointer(alias->pool,
					   vpngw_alias_pick_pool(alias));
}

/**
 * vpngw_alias_table_init - make the alias tables of a vpn
 * @realm: the vpn; an ext has none
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vpngw_alias_table_init(struct vpngw_realm *realm)
{
	struct vpngw_alias_table *table;
	int err;

	if (realm->side != VPNGW_SIDE_INSIDE)
		return 0;
	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	err = rhltable_init(&table->inside, &vpngw_alias_inside_params);
	if (err)
		goto err_free;
	err = rhltable_init(&table->server, &vpngw_alias_server_params);
	if (err)
		goto err_destroy_inside;
	realm->aliases = table;
	return 0;

err_destroy_inside:
	rhltable_destroy(&table->inside);
err_free:
	kfree(table);
	return err;
}

/**
 * vpngw_alias_table_exit - free the alias tables of a vpn
 * @realm: the vpn or ext; no alias is left and nobody looks any more
 *
 * Context: process.
 */
void vpngw_alias_table_exit(struct vpngw_realm *realm)
{
	struct vpngw_alias_table *table = realm->aliases;

	if (!table)
		return;
	rhltable_destroy(&table->inside);
	rhltable_destroy(&table->server);
	kfree(table);
}
