// SPDX-License-Identifier: GPL-2.0
/*
 * Static mappings: made and deleted by configuration, whatever flows they have.
 */
#include "mapping_static.h"

#include <linux/in.h>
#include <linux/minmax.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "addr.h"
#include "host.h"
#include "pool_map.h"
#include "realm.h"
#include "tuple.h"

static int
vpngw_mapping_check_prefix(const struct vpngw_mapping_config *config,
			   struct netlink_ext_ack *extack)
{
	if (vpngw_addr_family(&config->inside) !=
	    vpngw_addr_family(&config->outside)) {
		NL_SET_ERR_MSG(extack,
			       "both prefixes must be of one IP version");
		return -EINVAL;
	}
	if (config->inside_port || config->proto) {
		NL_SET_ERR_MSG(extack,
			       "a mapping of prefixes is for every protocol and port");
		return -EINVAL;
	}
	if (vpngw_addr_has_beyond(&config->inside, config->len) ||
	    vpngw_addr_has_beyond(&config->outside, config->len)) {
		NL_SET_ERR_MSG(extack,
			       "an address has bits beyond its prefix length");
		return -EINVAL;
	}
	return 0;
}

static int vpngw_mapping_check(const struct vpngw_mapping_config *config,
			       struct netlink_ext_ack *extack)
{
	if (!config->inside_port != !config->outside_port) {
		NL_SET_ERR_MSG(extack, "give both ends a port, or neither");
		return -EINVAL;
	}
	if (config->inside_port && config->proto != IPPROTO_ICMP &&
	    !vpngw_tuple_has_ports(config->proto)) {
		NL_SET_ERR_MSG(extack,
			       "only tcp, udp, sctp, dccp, udplite and icmp have ports");
		return -EINVAL;
	}
	if (!vpngw_addr_is_host(&config->inside) ||
	    !vpngw_addr_is_host(&config->outside)) {
		NL_SET_ERR_MSG(extack, "a mapping has unicast addresses only");
		return -EINVAL;
	}
	return config->len == 128 ? 0 :
				    vpngw_mapping_check_prefix(config, extack);
}

static bool vpngw_mapping_overlaps(const struct in6_addr *a, u32 a_len,
				   const struct in6_addr *b, u32 b_len)
{
	return ipv6_prefix_equal(a, b, min(a_len, b_len));
}

/* Of two of which one is for a prefix: no outside address stands for two hosts. */
static bool
vpngw_mapping_prefix_clashes(const struct vpngw_mapping *mapping,
			     const struct vpngw_mapping_config *config)
{
	const struct vpngw_endpoint *in = &mapping->end[VPNGW_SIDE_INSIDE].key;
	const struct vpngw_endpoint *out = &mapping->end[VPNGW_SIDE_OUTSIDE].key;
	u32 len = 128 - in->beyond;

	if (vpngw_mapping_overlaps(&out->addr, len, &config->outside,
				   config->len))
		return true;
	return mapping->vpn == config->vpn && len == config->len &&
	       in->far == vpngw_addr_family(&config->outside) &&
	       ipv6_addr_equal(&in->addr, &config->inside);
}

/* Another static mapping that could claim one of the same packets. */
static bool vpngw_mapping_clashes(const struct vpngw_mapping *mapping,
				  const struct vpngw_mapping_config *config)
{
	const struct vpngw_endpoint *in = &mapping->end[VPNGW_SIDE_INSIDE].key;
	const struct vpngw_endpoint *out = &mapping->end[VPNGW_SIDE_OUTSIDE].key;

	if (mapping->ext != config->ext)
		return false;
	if (config->len < 128 || in->beyond)
		return vpngw_mapping_prefix_clashes(mapping, config);
	/* The narrower wins, so it may stand beside a wider of the same host
	 * and address; anything else would give one endpoint two owners.
	 */
	if (mapping->vpn == config->vpn &&
	    ipv6_addr_equal(&in->addr, &config->inside) &&
	    in->far == vpngw_addr_family(&config->outside) &&
	    in->proto == config->proto && in->port == config->inside_port)
		return true;
	if (!ipv6_addr_equal(&out->addr, &config->outside))
		return false;
	if (out->proto == config->proto && out->port == config->outside_port)
		return true;
	if (mapping->vpn == config->vpn &&
	    ipv6_addr_equal(&in->addr, &config->inside))
		return false;
	return (!out->proto || !config->proto || out->proto == config->proto) &&
	       (!out->port || !config->outside_port ||
		out->port == config->outside_port);
}

static int vpngw_mapping_hold_host(struct vpngw_realm *realm,
				   const struct in6_addr *addr,
				   struct vpngw_host **host)
{
	int reason;

	rcu_read_lock();
	*host = vpngw_host_get(realm, addr, vpngw_host_find(realm, addr), 0,
			       &reason);
	rcu_read_unlock();
	return *host ? 0 : -ENOMEM;
}

/**
 * vpngw_mapping_add - make a static mapping
 * @vn: the namespace
 * @config: what it is to be
 * @extack: says what was wrong
 *
 * Context: process, @vn->mutex held.
 * Return: the mapping or an ERR_PTR: EBUSY, EEXIST, EINVAL, ENOMEM.
 */
struct vpngw_mapping *vpngw_mapping_add(struct vpngw_net *vn,
					const struct vpngw_mapping_config *config,
					struct netlink_ext_ack *extack)
{
	struct vpngw_static_mapping *sm;
	struct vpngw_mapping *mapping;
	char text[VPNGW_ADDR_TEXT];
	struct vpngw_host *host;
	int err;

	lockdep_assert_held(&vn->mutex);
	err = vpngw_mapping_check(config, extack);
	if (err)
		return ERR_PTR(err);
	list_for_each_entry(sm, &vn->mappings, list) {
		mapping = &sm->mapping;
		if (!vpngw_mapping_clashes(mapping, config))
			continue;
		vpngw_addr_text(&mapping->end[VPNGW_SIDE_INSIDE].key.addr,
				text);
		NL_SET_ERR_MSG_FMT(extack, "it clashes with %s of vpn %s",
				   text, mapping->vpn->name);
		return ERR_PTR(-EEXIST);
	}

	err = vpngw_pool_reserve(config->ext, config->proto, &config->outside,
				 config->len, config->outside_port, extack);
	if (err)
		return ERR_PTR(err);
	sm = kzalloc(sizeof(*sm), GFP_KERNEL);
	if (!sm) {
		err = -ENOMEM;
		goto err_unreserve;
	}
	/* Counts the address as one that the gateway answers ARP for. */
	err = vpngw_mapping_hold_host(config->ext, &config->outside,
				      &sm->outside_host);
	if (err)
		goto err_free;
	err = vpngw_mapping_hold_host(config->vpn, &config->inside, &host);
	if (err)
		goto err_put_outside;
	mapping = &sm->mapping;
	vpngw_mapping_ctor(mapping);
	mapping->end[VPNGW_SIDE_INSIDE].key = (struct vpngw_endpoint) {
		.addr		= config->inside,
		.port		= config->inside_port,
		.proto		= config->proto,
		.far		= vpngw_addr_family(&config->outside),
		.vpn_uid	= config->vpn->uid,
		.scope		= config->ext->uid,
		.beyond		= 128 - config->len,
	};
	mapping->end[VPNGW_SIDE_OUTSIDE].key = (struct vpngw_endpoint) {
		.addr		= config->outside,
		.port		= config->outside_port,
		.proto		= config->proto,
		.beyond		= 128 - config->len,
	};
	mapping->vpn = config->vpn;
	mapping->ext = config->ext;
	mapping->host = host;
	mapping->proto = config->proto;
	mapping->is_static = true;

	err = vpngw_mapping_publish(mapping);
	if (err) {
		if (err == -EEXIST)
			NL_SET_ERR_MSG(extack, "a live mapping has that endpoint");
		goto err_put_inside;
	}
	if (!config->inside_port)
		WRITE_ONCE(config->ext->n_address_only,
			   config->ext->n_address_only + 1);
	vpngw_realm_hold(mapping->vpn);
	vpngw_realm_hold(mapping->ext);
	WRITE_ONCE(mapping->vpn->n_statics, mapping->vpn->n_statics + 1);
	mapping->ext->n_statics++;
	list_add_tail(&sm->list, &vn->mappings);
	return mapping;

err_put_inside:
	vpngw_host_put(config->vpn, host);
err_put_outside:
	vpngw_host_put(config->ext, sm->outside_host);
err_free:
	/* A reader may have found its first end. */
	kfree_rcu(sm, mapping.rcu);
err_unreserve:
	vpngw_pool_unreserve(config->ext, config->proto, &config->outside,
			     config->len, config->outside_port);
	return ERR_PTR(err);
}

/* End all of them; the mapping is one that does not go with the last. */
static void vpngw_mapping_end_flows(struct vpngw_mapping *mapping)
{
	bool again;

	do {
		rcu_read_lock();
		again = vpngw_mapping_end_some(mapping);
		rcu_read_unlock();
		cond_resched();
	} while (again);
}

static void vpngw_mapping_reap_free(struct vpngw_reap *reap)
{
	struct vpngw_static_mapping *sm =
		container_of(reap, struct vpngw_static_mapping, reap);

	vpngw_host_put(sm->mapping.vpn, sm->mapping.host);
	vpngw_realm_put(sm->mapping.vpn);
	vpngw_realm_put(sm->mapping.ext);
	kfree(sm);
}

static void vpngw_mapping_reap(struct vpngw_reap *reap)
{
	struct vpngw_static_mapping *sm =
		container_of(reap, struct vpngw_static_mapping, reap);

	/* A packet under way may have made a flow after the first time. */
	vpngw_mapping_end_flows(&sm->mapping);
	/* Those who end a flow just now still look at its mapping. */
	vpngw_net_reap(sm->mapping.vpn->vn, reap, vpngw_mapping_reap_free);
}

/**
 * vpngw_mapping_del - delete a static mapping; its flows end
 * @sm: the mapping
 *
 * Context: process, netns mutex held.
 */
void vpngw_mapping_del(struct vpngw_static_mapping *sm)
{
	struct vpngw_mapping *mapping = &sm->mapping;
	struct vpngw_endpoint *out = &mapping->end[VPNGW_SIDE_OUTSIDE].key;
	struct vpngw_realm *vpn = mapping->vpn, *ext = mapping->ext;

	lockdep_assert_held(&vpn->vn->mutex);
	list_del(&sm->list);
	spin_lock_bh(&mapping->lock);
	mapping->dead = true;
	spin_unlock_bh(&mapping->lock);
	vpngw_mapping_unpublish(mapping);
	vpngw_mapping_end_flows(mapping);
	if (!out->port)
		WRITE_ONCE(ext->n_address_only, ext->n_address_only - 1);
	vpngw_host_put(ext, sm->outside_host);
	vpngw_pool_unreserve(ext, mapping->proto, &out->addr,
			     128 - out->beyond, out->port);
	WRITE_ONCE(vpn->n_statics, vpn->n_statics - 1);
	ext->n_statics--;
	vpngw_net_reap(vpn->vn, &sm->reap, vpngw_mapping_reap);
}

/**
 * vpngw_mapping_del_realm - delete every static mapping of a vpn
 * @vpn: the vpn
 *
 * Context: process, netns mutex held.
 */
void vpngw_mapping_del_realm(struct vpngw_realm *vpn)
{
	struct vpngw_static_mapping *sm, *next;

	list_for_each_entry_safe(sm, next, &vpn->vn->mappings, list)
		if (sm->mapping.vpn == vpn)
			vpngw_mapping_del(sm);
}

/**
 * vpngw_mapping_flush - delete every static mapping
 * @vn: the namespace
 *
 * Context: process, @vn->mutex held.
 */
void vpngw_mapping_flush(struct vpngw_net *vn)
{
	struct vpngw_static_mapping *sm, *next;

	list_for_each_entry_safe(sm, next, &vn->mappings, list)
		vpngw_mapping_del(sm);
}
