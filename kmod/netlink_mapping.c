// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on mappings.
 */
#include <linux/rhashtable.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include <net/genetlink.h>
#include <net/sock.h>

#include "addr.h"
#include "flow.h"
#include "flow_walk.h"
#include "mapping.h"
#include "mapping_static.h"
#include "mapping_walk.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "netlink_walk.h"
#include "pool.h"
#include "realm.h"

/* Times to look again whether a host has made new flows. */
#define VPNGW_NL_MAPPING_PASSES	16

/**
 * struct vpngw_nl_mapping_filter - which mappings are meant
 * @vpn: the vpn, with a reference, or NULL
 * @ext: name of the ext, or NULL
 * @has_proto: @proto is set
 * @has_inside: @inside is set
 * @has_outside: @outside is set
 * @only_static: leave the dynamic ones out
 * @proto: IP protocol
 * @inside: inside endpoint, without a port any
 * @outside: outside endpoint, without a port any
 */
struct vpngw_nl_mapping_filter {
	struct vpngw_realm		*vpn;
	const struct nlattr		*ext;
	bool				has_proto;
	bool				has_inside;
	bool				has_outside;
	bool				only_static;
	u8				proto;
	struct vpngw_nl_endpoint	inside;
	struct vpngw_nl_endpoint	outside;
};

/**
 * struct vpngw_nl_mapping_walk - a dump of mappings
 * @walk: where it stands
 * @filter: which mappings
 */
struct vpngw_nl_mapping_walk {
	struct vpngw_nl_walk		walk;
	struct vpngw_nl_mapping_filter	filter;
};

int vpngw_nl_put_mapping(struct sk_buff *msg, const void *object)
{
	const struct vpngw_mapping *mapping = object;
	const struct vpngw_endpoint *in = &mapping->end[VPNGW_SIDE_INSIDE].key;
	const struct vpngw_endpoint *out = &mapping->end[VPNGW_SIDE_OUTSIDE].key;
	int len = in->beyond ? 128 - in->beyond : -1;

	if (nla_put_string(msg, VPNGW_A_MAPPING_VPN, mapping->vpn->name) ||
	    nla_put_u32(msg, VPNGW_A_MAPPING_VPN_ID, mapping->vpn->id) ||
	    nla_put_string(msg, VPNGW_A_MAPPING_EXT, mapping->ext->name) ||
	    nla_put_u8(msg, VPNGW_A_MAPPING_PROTO, mapping->proto) ||
	    vpngw_nl_put_endpoint(msg, VPNGW_A_MAPPING_INSIDE, &in->addr,
				  in->port, len) ||
	    vpngw_nl_put_endpoint(msg, VPNGW_A_MAPPING_OUTSIDE, &out->addr,
				  out->port, len) ||
	    nla_put_u32(msg, VPNGW_A_MAPPING_FLOWS,
			READ_ONCE(mapping->n_flows)))
		return -EMSGSIZE;
	if (mapping->is_static)
		return nla_put_flag(msg, VPNGW_A_MAPPING_STATIC);
	return nla_put_string(msg, VPNGW_A_MAPPING_POOL, mapping->pool->name);
}

static bool vpngw_nl_endpoint_matches(const struct vpngw_endpoint *end,
				      const struct vpngw_nl_endpoint *want)
{
	return ipv6_addr_equal(&end->addr, &want->addr) &&
	       end->beyond + want->len == 128 &&
	       (!want->port || want->port == end->port);
}

static bool
vpngw_nl_mapping_matches(const struct vpngw_mapping *mapping,
			 const struct vpngw_nl_mapping_filter *filter)
{
	if (filter->vpn && filter->vpn != mapping->vpn)
		return false;
	if (filter->ext && nla_strcmp(filter->ext, mapping->ext->name))
		return false;
	if (filter->has_proto && filter->proto != mapping->proto)
		return false;
	if (filter->only_static && !mapping->is_static)
		return false;
	if (filter->has_inside &&
	    !vpngw_nl_endpoint_matches(&mapping->end[VPNGW_SIDE_INSIDE].key,
				       &filter->inside))
		return false;
	return !filter->has_outside ||
	       vpngw_nl_endpoint_matches(&mapping->end[VPNGW_SIDE_OUTSIDE].key,
					 &filter->outside);
}

/* The vpn of the filter gets a reference. */
static int vpngw_nl_mapping_filter(struct vpngw_net *vn, struct nlattr **attrs,
				   struct netlink_ext_ack *extack,
				   struct vpngw_nl_mapping_filter *filter)
{
	struct nlattr *inside = attrs[VPNGW_A_MAPPING_INSIDE];
	struct nlattr *outside = attrs[VPNGW_A_MAPPING_OUTSIDE];
	struct vpngw_realm *ext;
	int err;

	memset(filter, 0, sizeof(*filter));
	if (inside) {
		err = vpngw_nl_get_endpoint(inside, &filter->inside, extack);
		if (err)
			return err;
		filter->has_inside = true;
	}
	if (outside) {
		err = vpngw_nl_get_endpoint(outside, &filter->outside, extack);
		if (err)
			return err;
		filter->has_outside = true;
	}
	if (attrs[VPNGW_A_MAPPING_PROTO]) {
		filter->has_proto = true;
		filter->proto = vpngw_nl_get_proto(attrs[VPNGW_A_MAPPING_PROTO]);
	}
	filter->ext = attrs[VPNGW_A_MAPPING_EXT];
	lockdep_assert_held(&vn->mutex);
	err = vpngw_nl_get_realm(vn, extack, attrs[VPNGW_A_MAPPING_EXT],
				 VPNGW_SIDE_OUTSIDE, &ext) ?:
	      vpngw_nl_get_realm(vn, extack, attrs[VPNGW_A_MAPPING_VPN],
				 VPNGW_SIDE_INSIDE, &filter->vpn);
	if (err) {
		filter->vpn = NULL;
		return err;
	}
	if (filter->vpn)
		vpngw_realm_hold(filter->vpn);
	return 0;
}

int vpngw_nl_mapping_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_nl_endpoint inside, outside;
	struct vpngw_mapping_config config = {};
	struct nlattr **attrs = info->attrs;
	struct vpngw_mapping *mapping;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_MAPPING_VPN, "the vpn") ?:
	      vpngw_nl_missing(info, VPNGW_A_MAPPING_INSIDE,
			       "the inside address") ?:
	      vpngw_nl_missing(info, VPNGW_A_MAPPING_OUTSIDE,
			       "the outside address") ?:
	      vpngw_nl_get_endpoint(attrs[VPNGW_A_MAPPING_INSIDE], &inside,
				    info->extack) ?:
	      vpngw_nl_get_endpoint(attrs[VPNGW_A_MAPPING_OUTSIDE], &outside,
				    info->extack);
	if (err)
		return err;
	if (!(info->nlhdr->nlmsg_flags & NLM_F_CREATE)) {
		NL_SET_ERR_MSG(info->extack, "a mapping can't be changed");
		return -EOPNOTSUPP;
	}
	if (inside.len != outside.len) {
		NL_SET_ERR_MSG(info->extack,
			       "both prefixes must have the same length");
		return -EINVAL;
	}
	config.len = inside.len;
	if (attrs[VPNGW_A_MAPPING_PROTO])
		config.proto = vpngw_nl_get_proto(attrs[VPNGW_A_MAPPING_PROTO]);
	config.inside = inside.addr;
	config.inside_port = inside.port;
	config.outside = outside.addr;
	config.outside_port = outside.port;

	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_realm(vn, info->extack, attrs[VPNGW_A_MAPPING_VPN],
				 VPNGW_SIDE_INSIDE, &config.vpn) ?:
	      vpngw_nl_get_ext(vn, info->extack, attrs[VPNGW_A_MAPPING_EXT],
			       &config.ext);
	if (err)
		goto out;
	mapping = vpngw_mapping_add(vn, &config, info->extack);
	err = PTR_ERR_OR_ZERO(mapping);
	if (!err)
		vpngw_nl_changed(vn, VPNGW_CMD_MAPPING_NEW_NTF,
				 vpngw_nl_put_mapping, mapping);
out:
	vpngw_nl_unlock(vn);
	return err;
}

static int vpngw_nl_mapping_del_static(struct vpngw_net *vn,
				       const struct vpngw_nl_mapping_filter *filter)
{
	struct vpngw_static_mapping *sm, *found = NULL;
	const struct vpngw_endpoint *in, *out;

	list_for_each_entry(sm, &vn->mappings, list) {
		in = &sm->mapping.end[VPNGW_SIDE_INSIDE].key;
		out = &sm->mapping.end[VPNGW_SIDE_OUTSIDE].key;
		/* Without a port the one without a port is meant. */
		if (!vpngw_nl_mapping_matches(&sm->mapping, filter) ||
		    (filter->has_inside && in->port != filter->inside.port) ||
		    (filter->has_outside && out->port != filter->outside.port))
			continue;
		if (found)
			return -ENOTUNIQ;
		found = sm;
	}
	if (!found)
		return 0;
	vpngw_nl_changed(vn, VPNGW_CMD_MAPPING_DEL_NTF, vpngw_nl_put_mapping,
			 &found->mapping);
	vpngw_mapping_del(found);
	return 1;
}

static bool vpngw_nl_mapping_has_flow(const struct vpngw_flow *flow,
				      const void *arg)
{
	return !flow->mapping->is_static &&
	       vpngw_nl_mapping_matches(flow->mapping, arg);
}

/* Dynamic mappings end with their flows. Returns whether there were any, or -EAGAIN
 * when there still may be.
 */
static int
vpngw_nl_mapping_del_dynamic(const struct vpngw_nl_mapping_filter *filter)
{
	int pass;

	/* A host that goes on sending makes new ones. */
	for (pass = 0; pass < VPNGW_NL_MAPPING_PASSES; pass++) {
		if (fatal_signal_pending(current))
			break;
		if (!vpngw_flow_end_if(filter->vpn, vpngw_nl_mapping_has_flow,
				       filter))
			return pass > 0;
	}
	return -EAGAIN;
}

int vpngw_nl_mapping_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_nl_mapping_filter filter;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_MAPPING_VPN, "the vpn");
	if (!err && !info->attrs[VPNGW_A_MAPPING_OUTSIDE])
		err = vpngw_nl_missing(info, VPNGW_A_MAPPING_INSIDE,
				       "the inside or outside address");
	if (err)
		return err;
	vn = vpngw_nl_lock(info);
	err = vpngw_nl_mapping_filter(vn, info->attrs, info->extack, &filter);
	if (err) {
		vpngw_nl_unlock(vn);
		return err;
	}
	filter.has_proto = true;
	err = vpngw_nl_mapping_del_static(vn, &filter);
	vpngw_nl_unlock(vn);
	if (err < 0) {
		NL_SET_ERR_MSG(info->extack,
			       "several exts have such a mapping: say which ext");
		goto out_put_vpn;
	}
	if (!err)
		err = vpngw_nl_mapping_del_dynamic(&filter);
	if (err > 0) {
		err = 0;
	} else if (err == -EAGAIN) {
		NL_SET_ERR_MSG(info->extack,
			       "its host goes on sending: delete it again");
	} else {
		NL_SET_ERR_MSG_FMT(info->extack,
				   "there is no such mapping in vpn %s",
				   filter.vpn->name);
		err = -ENOENT;
	}
out_put_vpn:
	vpngw_realm_put(filter.vpn);
	return err;
}

int vpngw_nl_mapping_get_start(struct netlink_callback *cb)
{
	struct vpngw_net *vn = vpngw_net_get(sock_net(cb->skb->sk));
	struct nlattr **attrs = vpngw_compat_dump_attrs(cb);
	struct vpngw_nl_mapping_walk *dump;
	int err;

	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	mutex_lock(&vn->mutex);
	err = vpngw_nl_mapping_filter(vn, attrs, cb->extack, &dump->filter);
	mutex_unlock(&vn->mutex);
	if (err) {
		kfree(dump);
		return err;
	}
	dump->filter.only_static = nla_get_flag(attrs[VPNGW_A_MAPPING_STATIC]);
	cb->args[0] = (long)dump;
	return 0;
}

int vpngw_nl_mapping_get_done(struct netlink_callback *cb)
{
	struct vpngw_nl_mapping_walk *dump = (void *)cb->args[0];

	if (!dump)
		return 0;
	vpngw_nl_walk_end(&dump->walk);
	if (dump->filter.vpn)
		vpngw_realm_put(dump->filter.vpn);
	kfree(dump);
	return 0;
}

static void *vpngw_nl_mapping_peek(struct vpngw_nl_walk *walk)
{
	return vpngw_mapping_walk_peek(&walk->iter);
}

static void *vpngw_nl_mapping_next(struct vpngw_nl_walk *walk)
{
	return vpngw_mapping_walk_next(&walk->iter);
}

static void vpngw_nl_mapping_enter(struct vpngw_nl_walk *walk)
{
	vpngw_mapping_walk_enter(walk->realm, &walk->iter);
}

static bool vpngw_nl_mapping_wanted(const struct vpngw_nl_walk *walk,
				    const void *object)
{
	const struct vpngw_nl_mapping_walk *dump =
		container_of(walk, struct vpngw_nl_mapping_walk, walk);

	return vpngw_nl_mapping_matches(object, &dump->filter);
}

static const struct vpngw_nl_walk_ops vpngw_nl_mapping_walk_ops = {
	.cmd	= VPNGW_CMD_MAPPING_GET,
	.side	= VPNGW_SIDE_OUTSIDE,
	.enter	= vpngw_nl_mapping_enter,
	.peek	= vpngw_nl_mapping_peek,
	.next	= vpngw_nl_mapping_next,
	.wanted	= vpngw_nl_mapping_wanted,
	.put	= vpngw_nl_put_mapping,
};

int vpngw_nl_mapping_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct vpngw_nl_mapping_walk *dump = (void *)cb->args[0];

	return vpngw_nl_walk(skb, cb, &dump->walk, NULL,
			     &vpngw_nl_mapping_walk_ops);
}

struct vpngw_nl_mapping_only {
	const struct vpngw_nl_mapping_filter	*filter;
	struct vpngw_nl_only			only;
};

static bool vpngw_nl_mapping_found(struct vpngw_mapping *mapping, void *arg)
{
	struct vpngw_nl_mapping_only *found = arg;

	if (!vpngw_nl_mapping_matches(mapping, found->filter))
		return false;
	vpngw_nl_only_put(&found->only, mapping);
	return true;
}

int vpngw_nl_mapping_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_nl_mapping_only found = {};
	struct vpngw_nl_mapping_filter filter;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_MAPPING_VPN, "the vpn");
	if (err)
		return err;
	vn = vpngw_nl_lock(info);
	err = vpngw_nl_mapping_filter(vn, info->attrs, info->extack, &filter);
	vpngw_nl_unlock(vn);
	if (err)
		goto out;
	filter.only_static = nla_get_flag(info->attrs[VPNGW_A_MAPPING_STATIC]);
	found.filter = &filter;
	err = vpngw_nl_only_begin(&found.only, info, VPNGW_CMD_MAPPING_GET,
				  vpngw_nl_put_mapping);
	if (err)
		goto out;
	vpngw_mapping_for_each(vpngw_net_get(genl_info_net(info)),
			       vpngw_nl_mapping_found, &found);
	err = vpngw_nl_only_end(&found.only, info, "mapping");
out:
	if (filter.vpn)
		vpngw_realm_put(filter.vpn);
	return err;
}
