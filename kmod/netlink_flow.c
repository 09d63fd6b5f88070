// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on flows.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include <net/genetlink.h>
#include <net/sock.h>

#include "flow.h"
#include "flow_walk.h"
#include "iface.h"
#include "mapping.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "netlink_walk.h"
#include "realm.h"

/**
 * struct vpngw_nl_flow_walk - a dump of flows
 * @walk: where it stands
 * @filter: which flows
 */
struct vpngw_nl_flow_walk {
	struct vpngw_nl_walk		walk;
	struct vpngw_flow_filter	filter;
};

/* Both sides are shown as packets from the VPN to the ext have them. */
static int vpngw_nl_put_tuple(struct sk_buff *msg, int attr,
			      const struct vpngw_tuple *t)
{
	struct nlattr *nest = nla_nest_start(msg, attr);
	struct in6_addr src, dst;

	vpngw_tuple_src(t, &src);
	vpngw_tuple_dst(t, &dst);
	if (!nest || vpngw_nl_put_addr(msg, VPNGW_A_TUPLE_SRC, &src) ||
	    vpngw_nl_put_addr(msg, VPNGW_A_TUPLE_DST, &dst) ||
	    nla_put_be16(msg, VPNGW_A_TUPLE_SPORT, t->sport) ||
	    nla_put_be16(msg, VPNGW_A_TUPLE_DPORT, t->dport))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int vpngw_nl_put_flow_iface(struct sk_buff *msg,
				   const struct vpngw_flow *flow)
{
	struct vpngw_net *vn = flow->mapping->vpn->vn;
	int ifindex = READ_ONCE(flow->ifindex);

	/* A device that came later with the same ifindex is not its. */
	if (!ifindex || !vpngw_iface_lookup_uid(vn, ifindex,
						READ_ONCE(flow->iface_uid)))
		return 0;
	if (nla_put_u32(msg, VPNGW_A_FLOW_IFINDEX, ifindex))
		return -EMSGSIZE;
	return vpngw_nl_put_device(msg, vn, VPNGW_A_FLOW_INTERFACE, ifindex);
}

static int vpngw_nl_put_flow_count(struct sk_buff *msg, int attr,
				   const struct vpngw_flow_count *count)
{
	return vpngw_nl_put_counter(msg, attr, atomic64_read(&count->packets),
				    atomic64_read(&count->bytes));
}

int vpngw_nl_put_flow(struct sk_buff *msg, const void *object)
{
	const struct vpngw_flow *flow = object;
	const struct vpngw_mapping *mapping = flow->mapping;
	struct vpngw_tuple outside;
	u32 left = 0;

	vpngw_tuple_reverse(&outside, &flow->dir[VPNGW_SIDE_OUTSIDE].tuple);
	vpngw_flow_live(flow, &left);
	if (nla_put_string(msg, VPNGW_A_FLOW_VPN, mapping->vpn->name) ||
	    nla_put_u32(msg, VPNGW_A_FLOW_VPN_ID, mapping->vpn->id) ||
	    nla_put_string(msg, VPNGW_A_FLOW_EXT, mapping->ext->name) ||
	    vpngw_nl_put_flow_iface(msg, flow) ||
	    nla_put_u8(msg, VPNGW_A_FLOW_PROTO, outside.proto) ||
	    vpngw_nl_put_tuple(msg, VPNGW_A_FLOW_INSIDE,
			       &flow->dir[VPNGW_SIDE_INSIDE].tuple) ||
	    vpngw_nl_put_tuple(msg, VPNGW_A_FLOW_OUTSIDE, &outside) ||
	    nla_put_u32(msg, VPNGW_A_FLOW_ORIGIN, flow->origin) ||
	    nla_put_u32(msg, VPNGW_A_FLOW_STATE, vpngw_flow_state(flow)) ||
	    nla_put_u32(msg, VPNGW_A_FLOW_TIMEOUT, left) ||
	    vpngw_nl_put_flow_count(msg, VPNGW_A_FLOW_ORIGINAL,
				    &flow->count[flow->origin]) ||
	    vpngw_nl_put_flow_count(msg, VPNGW_A_FLOW_REPLY,
				    &flow->count[!flow->origin]))
		return -EMSGSIZE;
	return 0;
}

static int vpngw_nl_flow_endpoint(const struct nlattr *attr, bool *has,
				  struct in6_addr *addr, __be16 *port,
				  struct netlink_ext_ack *extack)
{
	struct vpngw_nl_endpoint ep;
	int err;

	if (!attr)
		return 0;
	err = vpngw_nl_get_endpoint(attr, &ep, extack);
	if (err)
		return err;
	*has = true;
	*addr = ep.addr;
	*port = ep.port;
	return 0;
}

/* The vpn of the filter gets a reference. */
static int vpngw_nl_flow_filter(struct vpngw_net *vn, struct nlattr **attrs,
				struct netlink_ext_ack *extack,
				struct vpngw_flow_filter *filter)
{
	int err;

	memset(filter, 0, sizeof(*filter));
	if (attrs[VPNGW_A_FLOW_PROTO])
		filter->proto = vpngw_nl_get_proto(attrs[VPNGW_A_FLOW_PROTO]);
	err = vpngw_nl_flow_endpoint(attrs[VPNGW_A_FLOW_FILTER_INSIDE],
				     &filter->has_inside, &filter->inside,
				     &filter->inside_port, extack) ?:
	      vpngw_nl_flow_endpoint(attrs[VPNGW_A_FLOW_FILTER_OUTSIDE],
				     &filter->has_outside, &filter->outside,
				     &filter->outside_port, extack) ?:
	      vpngw_nl_flow_endpoint(attrs[VPNGW_A_FLOW_FILTER_SERVER],
				     &filter->has_server, &filter->server,
				     &filter->server_port, extack);
	if (err)
		return err;

	mutex_lock(&vn->mutex);
	err = vpngw_nl_get_realm(vn, extack, attrs[VPNGW_A_FLOW_VPN],
				 VPNGW_SIDE_INSIDE, &filter->vpn);
	if (filter->vpn)
		vpngw_realm_hold(filter->vpn);
	mutex_unlock(&vn->mutex);
	return err;
}

int vpngw_nl_flow_get_start(struct netlink_callback *cb)
{
	struct vpngw_net *vn = vpngw_net_get(sock_net(cb->skb->sk));
	struct vpngw_nl_flow_walk *dump;
	int err;

	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	err = vpngw_nl_flow_filter(vn, vpngw_compat_dump_attrs(cb), cb->extack,
				   &dump->filter);
	if (err) {
		kfree(dump);
		return err;
	}
	cb->args[0] = (long)dump;
	return 0;
}

int vpngw_nl_flow_get_done(struct netlink_callback *cb)
{
	struct vpngw_nl_flow_walk *dump = (void *)cb->args[0];

	if (!dump)
		return 0;
	vpngw_nl_walk_end(&dump->walk);
	if (dump->filter.vpn)
		vpngw_realm_put(dump->filter.vpn);
	kfree(dump);
	return 0;
}

static void vpngw_nl_flow_enter(struct vpngw_nl_walk *walk)
{
	vpngw_flow_walk_enter(walk->realm, &walk->iter);
}

static void *vpngw_nl_flow_peek(struct vpngw_nl_walk *walk)
{
	return vpngw_flow_walk_peek(walk->realm, &walk->iter);
}

static void *vpngw_nl_flow_next(struct vpngw_nl_walk *walk)
{
	return vpngw_flow_walk_next(walk->realm, &walk->iter);
}

static bool vpngw_nl_flow_wanted(const struct vpngw_nl_walk *walk,
				 const void *object)
{
	const struct vpngw_nl_flow_walk *dump =
		container_of(walk, struct vpngw_nl_flow_walk, walk);

	return vpngw_flow_matches(object, &dump->filter);
}

static const struct vpngw_nl_walk_ops vpngw_nl_flow_walk_ops = {
	.cmd	= VPNGW_CMD_FLOW_GET,
	.side	= VPNGW_SIDE_INSIDE,
	.enter	= vpngw_nl_flow_enter,
	.peek	= vpngw_nl_flow_peek,
	.next	= vpngw_nl_flow_next,
	.wanted	= vpngw_nl_flow_wanted,
	.put	= vpngw_nl_put_flow,
};

int vpngw_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vpngw_nl_flow_walk *dump = (void *)cb->args[0];

	return vpngw_nl_walk(skb, cb, &dump->walk, dump->filter.vpn,
			     &vpngw_nl_flow_walk_ops);
}

static bool vpngw_nl_flow_found(struct vpngw_flow *flow, void *arg)
{
	vpngw_nl_only_put(arg, flow);
	return true;
}

int vpngw_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_net *vn = vpngw_net_get(genl_info_net(info));
	struct vpngw_flow_filter filter;
	struct vpngw_nl_only only;
	int err;

	err = vpngw_nl_flow_filter(vn, info->attrs, info->extack, &filter);
	if (err)
		return err;
	err = vpngw_nl_only_begin(&only, info, VPNGW_CMD_FLOW_GET,
				  vpngw_nl_put_flow);
	if (err)
		goto out;
	vpngw_flow_for_each(vn, &filter, vpngw_nl_flow_found, &only);
	err = vpngw_nl_only_end(&only, info, "flow");
out:
	if (filter.vpn)
		vpngw_realm_put(filter.vpn);
	return err;
}

static int vpngw_nl_put_count(struct sk_buff *msg, const void *object)
{
	return nla_put_u32(msg, VPNGW_A_FLOW_COUNT, *(const u32 *)object);
}

static int vpngw_nl_flow_each(struct genl_info *info, u8 cmd,
			      bool (*fn)(struct vpngw_flow *flow, void *arg))
{
	struct vpngw_net *vn = vpngw_net_get(genl_info_net(info));
	struct vpngw_flow_filter filter;
	u32 n;
	int err;

	err = vpngw_nl_flow_filter(vn, info->attrs, info->extack, &filter);
	if (err)
		return err;
	n = vpngw_flow_for_each(vn, &filter, fn, NULL);
	if (filter.vpn)
		vpngw_realm_put(filter.vpn);
	return vpngw_nl_reply(info, cmd, vpngw_nl_put_count, &n);
}

static bool vpngw_nl_flow_counts(struct vpngw_flow *flow, void *arg)
{
	return true;
}

static bool vpngw_nl_flow_end(struct vpngw_flow *flow, void *arg)
{
	return vpngw_flow_end(flow);
}

int vpngw_nl_flow_count_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vpngw_nl_flow_each(info, VPNGW_CMD_FLOW_COUNT,
				  vpngw_nl_flow_counts);
}

int vpngw_nl_flow_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vpngw_nl_flow_each(info, VPNGW_CMD_FLOW_DEL, vpngw_nl_flow_end);
}
