// SPDX-License-Identifier: GPL-2.0
/*
 * What would become of this packet?
 */
#include <linux/in.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include <net/genetlink.h>

#include "explain.h"
#include "iface.h"
#include "mapping.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "pool.h"
#include "realm.h"

/* Puts what another operation shows, too, into a nest. */
static int vpngw_nl_explain_nest(struct sk_buff *msg, int attr,
				 vpngw_nl_put_fn put, const void *object)
{
	struct nlattr *nest;

	if (!object)
		return 0;
	nest = nla_nest_start(msg, attr);
	if (!nest || put(msg, object))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static bool vpngw_nl_explain_has_ports(u8 proto)
{
	return proto == IPPROTO_ICMP || vpngw_tuple_has_ports(proto);
}

static int vpngw_nl_explain_tuple(struct sk_buff *msg, int attr,
				  const struct vpngw_tuple *t, bool open)
{
	bool ports = vpngw_nl_explain_has_ports(t->proto);
	struct nlattr *nest = nla_nest_start(msg, attr);
	bool sport = ports && !open;
	struct in6_addr src, dst;
	bool dport = t->call == VPNGW_CALL_DPORT ||
		     (ports && (!open || t->proto != IPPROTO_ICMP));

	vpngw_tuple_src(t, &src);
	vpngw_tuple_dst(t, &dst);
	if (!nest || vpngw_nl_put_addr(msg, VPNGW_A_TUPLE_SRC, &src) ||
	    vpngw_nl_put_addr(msg, VPNGW_A_TUPLE_DST, &dst) ||
	    (sport && nla_put_be16(msg, VPNGW_A_TUPLE_SPORT, t->sport)) ||
	    (dport && nla_put_be16(msg, VPNGW_A_TUPLE_DPORT, t->dport)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* From which vpn or ext it comes, and which is the other as far as that is known. */
static int vpngw_nl_explain_realms(struct sk_buff *msg, struct vpngw_net *vn,
				   const struct vpngw_explain *x)
{
	const struct vpngw_realm *realm = x->iface->realm;
	const struct vpngw_realm *vpn = NULL;

	if (realm->side == VPNGW_SIDE_INSIDE)
		vpn = realm;
	else if (x->mapping)
		vpn = x->mapping->vpn;
	if ((x->vrf_ifindex &&
	     vpngw_nl_put_device(msg, vn, VPNGW_A_EXPLAIN_VRF,
				 x->vrf_ifindex)) ||
	    nla_put_u32(msg, VPNGW_A_EXPLAIN_SIDE, realm->side))
		return -EMSGSIZE;
	if (vpn && (nla_put_string(msg, VPNGW_A_EXPLAIN_VPN, vpn->name) ||
		    nla_put_u32(msg, VPNGW_A_EXPLAIN_VPN_ID, vpn->id)))
		return -EMSGSIZE;
	return x->ext ? nla_put_string(msg, VPNGW_A_EXPLAIN_EXT, x->ext->name) :
			0;
}

static int vpngw_nl_explain_route(struct sk_buff *msg, struct vpngw_net *vn,
				  const struct vpngw_explain *x)
{
	if (x->out_ifindex &&
	    (nla_put_u32(msg, VPNGW_A_EXPLAIN_OUT_IFINDEX, x->out_ifindex) ||
	     vpngw_nl_put_device(msg, vn, VPNGW_A_EXPLAIN_OUT_INTERFACE,
				 x->out_ifindex)))
		return -EMSGSIZE;
	if (x->has_gateway &&
	    vpngw_nl_put_addr(msg, VPNGW_A_EXPLAIN_GATEWAY, &x->gateway))
		return -EMSGSIZE;
	if ((x->local && nla_put_flag(msg, VPNGW_A_EXPLAIN_LOCAL)) ||
	    (x->unreachable && nla_put_flag(msg, VPNGW_A_EXPLAIN_UNREACHABLE)) ||
	    (x->ipsec && nla_put_flag(msg, VPNGW_A_EXPLAIN_IPSEC)))
		return -EMSGSIZE;
	return 0;
}

static int vpngw_nl_put_explain(struct sk_buff *msg, struct vpngw_net *vn,
				const struct net_device *dev,
				const struct vpngw_explain *x)
{
	if (nla_put_u32(msg, VPNGW_A_EXPLAIN_IFINDEX, dev->ifindex) ||
	    vpngw_nl_put_device(msg, vn, VPNGW_A_EXPLAIN_INTERFACE,
				dev->ifindex) ||
	    nla_put_u8(msg, VPNGW_A_EXPLAIN_PROTO, x->tuple.proto) ||
	    vpngw_nl_explain_tuple(msg, VPNGW_A_EXPLAIN_PACKET, &x->tuple,
				   false) ||
	    (x->iface && vpngw_nl_explain_realms(msg, vn, x)) ||
	    vpngw_nl_explain_nest(msg, VPNGW_A_EXPLAIN_FLOW, vpngw_nl_put_flow,
				  x->flow) ||
	    vpngw_nl_explain_nest(msg, VPNGW_A_EXPLAIN_ALIAS,
				  vpngw_nl_put_alias, x->session.alias) ||
	    vpngw_nl_explain_nest(msg, VPNGW_A_EXPLAIN_MAPPING,
				  vpngw_nl_put_mapping, x->mapping) ||
	    (x->pool && nla_put_string(msg, VPNGW_A_EXPLAIN_POOL,
				       x->pool->name)) ||
	    (x->has_becomes &&
	     vpngw_nl_explain_tuple(msg, VPNGW_A_EXPLAIN_BECOMES, &x->becomes,
				    x->open)) ||
	    vpngw_nl_explain_nest(msg, VPNGW_A_EXPLAIN_PEER,
				  vpngw_nl_put_mapping, x->peer) ||
	    vpngw_nl_explain_route(msg, vn, x) ||
	    nla_put_u32(msg, VPNGW_A_EXPLAIN_OUTCOME, x->outcome))
		return -EMSGSIZE;
	return x->outcome == VPNGW_OUTCOME_DROPPED ?
	       nla_put_u32(msg, VPNGW_A_EXPLAIN_REASON, x->reason) : 0;
}

static int vpngw_nl_explain_refuse(struct genl_info *info,
				   const struct nlattr *attr, const char *text)
{
	NL_SET_ERR_MSG_FMT(info->extack, "%s", text);
	NL_SET_BAD_ATTR(info->extack, attr);
	return -EINVAL;
}

/* A port of 0 is as good as none, but for query ids. */
static int vpngw_nl_explain_ports(struct genl_info *info,
				  const struct nlattr *packet,
				  const struct nlattr *sport,
				  const struct nlattr *dport,
				  struct vpngw_tuple *t)
{
	t->sport = sport ? nla_get_be16(sport) : 0;
	t->dport = dport ? nla_get_be16(dport) : 0;
	if (t->proto == IPPROTO_ICMP) {
		if (!sport && !dport)
			return vpngw_nl_explain_refuse(info, packet,
				"the query id is missing");
		if (sport && dport && t->sport != t->dport)
			return vpngw_nl_explain_refuse(info, dport,
				"a query has one id, the same at both ends");
		if (sport)
			t->dport = t->sport;
		else
			t->sport = t->dport;
		return 0;
	}
	if (vpngw_tuple_has_ports(t->proto)) {
		if (!t->sport || !t->dport)
			return vpngw_nl_explain_refuse(info, packet,
				"source and destination port have to be 1 to 65535");
		return 0;
	}
	if (t->proto == IPPROTO_GRE && t->dport && !sport) {
		t->call = VPNGW_CALL_DPORT;
		return 0;
	}
	return sport || dport ?
	       vpngw_nl_explain_refuse(info, packet,
				       "the protocol has no ports") : 0;
}

static int vpngw_nl_explain_parse(struct genl_info *info, struct vpngw_tuple *t)
{
	struct nlattr *packet = info->attrs[VPNGW_A_EXPLAIN_PACKET];
	struct nlattr *tb[VPNGW_A_TUPLE_MAX + 1];
	struct in6_addr src, dst;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_EXPLAIN_IFINDEX, "the device") ?:
	      vpngw_nl_missing(info, VPNGW_A_EXPLAIN_PROTO, "the protocol") ?:
	      vpngw_nl_missing(info, VPNGW_A_EXPLAIN_PACKET, "the packet") ?:
	      nla_parse_nested(tb, VPNGW_A_TUPLE_MAX, packet,
			       vpngw_tuple_nl_policy, info->extack);
	if (err)
		return err;
	if (!tb[VPNGW_A_TUPLE_SRC] || !tb[VPNGW_A_TUPLE_DST])
		return vpngw_nl_explain_refuse(info, packet,
					       "source and destination are needed");
	t->proto = vpngw_nl_get_proto(info->attrs[VPNGW_A_EXPLAIN_PROTO]);
	err = vpngw_nl_get_addr(tb[VPNGW_A_TUPLE_SRC], &src, info->extack) ?:
	      vpngw_nl_get_addr(tb[VPNGW_A_TUPLE_DST], &dst, info->extack);
	if (err)
		return err;
	if (vpngw_addr_family(&src) != vpngw_addr_family(&dst))
		return vpngw_nl_explain_refuse(info, packet,
			"source and destination are of two IP versions");
	vpngw_tuple_set_addrs(t, &src, &dst);
	return vpngw_nl_explain_ports(info, packet, tb[VPNGW_A_TUPLE_SPORT],
				      tb[VPNGW_A_TUPLE_DPORT], t);
}

static int vpngw_nl_explain(struct sk_buff *msg, struct genl_info *info,
			    struct vpngw_net *vn, struct vpngw_explain *x)
{
	struct nlattr *attr = info->attrs[VPNGW_A_EXPLAIN_IFINDEX];
	struct net_device *dev;
	int err;

	dev = dev_get_by_index_rcu(vn->net, nla_get_u32(attr));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "there is no such device");
		return -ENODEV;
	}
	err = vpngw_explain(vn, dev, x);
	return err ? err : vpngw_nl_put_explain(msg, vn, dev, x);
}

int vpngw_nl_explain_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_net *vn = vpngw_net_get(genl_info_net(info));
	struct vpngw_explain *x;
	struct sk_buff *msg;
	void *hdr;
	int err;

	x = kzalloc(sizeof(*x), GFP_KERNEL);
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	err = -ENOMEM;
	if (!x || !msg)
		goto err_free;
	err = vpngw_nl_explain_parse(info, &x->tuple);
	if (err)
		goto err_free;
	err = -EMSGSIZE;
	hdr = vpngw_nl_reply_begin(msg, info, VPNGW_CMD_EXPLAIN);
	if (!hdr)
		goto err_free;

	mutex_lock(&vn->mutex);
	/* As where packets come in. */
	local_bh_disable();
	rcu_read_lock();
	err = vpngw_nl_explain(msg, info, vn, x);
	rcu_read_unlock();
	local_bh_enable();
	mutex_unlock(&vn->mutex);
	if (err)
		goto err_free;
	kfree(x);
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);

err_free:
	nlmsg_free(msg);
	kfree(x);
	return err;
}
