// SPDX-License-Identifier: GPL-2.0
/*
 * Whose flow is this outside tuple?
 */
#include <linux/in.h>

#include <net/genetlink.h>

#include "addr.h"
#include "flow.h"
#include "iface.h"
#include "mapping.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "realm.h"

/* Flows of a mapping that are looked through for the one that is meant. */
#define VPNGW_NL_IDENTITY_FLOWS	4096

/**
 * struct vpngw_nl_question - what is asked, and what was found
 * @proto: IP protocol
 * @has_server: @server is set
 * @too_many: it would take too long to find the flow
 * @outside: the outside endpoint
 * @server: the peer
 * @mapping: the mapping found
 * @flow: its flow with that peer, or its only one, or NULL
 */
struct vpngw_nl_question {
	u8				proto;
	bool				has_server;
	bool				too_many;
	struct vpngw_nl_endpoint	outside;
	struct vpngw_nl_endpoint	server;
	const struct vpngw_mapping	*mapping;
	const struct vpngw_flow		*flow;
};

/* The device the host is at, as far as it is still that device. */
static int vpngw_nl_identity_iface(struct sk_buff *msg,
				   const struct vpngw_nl_question *q)
{
	const struct vpngw_mapping *mapping = q->mapping;
	struct vpngw_net *vn = mapping->vpn->vn;
	int ifindex = READ_ONCE(mapping->ifindex);
	u32 uid = READ_ONCE(mapping->iface_uid);

	if (q->flow && READ_ONCE(q->flow->ifindex)) {
		ifindex = READ_ONCE(q->flow->ifindex);
		uid = READ_ONCE(q->flow->iface_uid);
	}
	if (!ifindex || !vpngw_iface_lookup_uid(vn, ifindex, uid))
		return 0;
	if (nla_put_u32(msg, VPNGW_A_IDENTITY_IFINDEX, ifindex))
		return -EMSGSIZE;
	return vpngw_nl_put_device(msg, vn, VPNGW_A_IDENTITY_INTERFACE,
				   ifindex);
}

static int vpngw_nl_identity_flow(struct sk_buff *msg,
				  const struct vpngw_flow *flow)
{
	const struct vpngw_tuple *in = &flow->dir[VPNGW_SIDE_INSIDE].tuple;
	const struct vpngw_tuple *out = &flow->dir[VPNGW_SIDE_OUTSIDE].tuple;
	struct in6_addr host, alias, outside, server;
	bool icmp = in->proto == IPPROTO_ICMP;

	vpngw_tuple_src(in, &host);
	vpngw_tuple_dst(in, &alias);
	vpngw_tuple_dst(out, &outside);
	vpngw_tuple_src(out, &server);
	return vpngw_nl_put_endpoint(msg, VPNGW_A_IDENTITY_INSIDE, &host,
				     in->sport, -1) ?:
	       vpngw_nl_put_endpoint(msg, VPNGW_A_IDENTITY_ALIAS, &alias,
				     icmp ? 0 : in->dport, -1) ?:
	       vpngw_nl_put_endpoint(msg, VPNGW_A_IDENTITY_OUTSIDE, &outside,
				     out->dport, -1) ?:
	       vpngw_nl_put_endpoint(msg, VPNGW_A_IDENTITY_SERVER, &server,
				     icmp ? 0 : out->sport, -1);
}

static int vpngw_nl_put_identity(struct sk_buff *msg, const void *object)
{
	const struct vpngw_nl_question *q = object;
	const struct vpngw_mapping *mapping = q->mapping;
	__be16 port = mapping->end[VPNGW_SIDE_INSIDE].key.port;
	struct in6_addr host;

	if (nla_put_u8(msg, VPNGW_A_IDENTITY_PROTO, q->proto) ||
	    nla_put_string(msg, VPNGW_A_IDENTITY_EXT, mapping->ext->name) ||
	    nla_put_string(msg, VPNGW_A_IDENTITY_VPN, mapping->vpn->name) ||
	    nla_put_u32(msg, VPNGW_A_IDENTITY_VPN_ID, mapping->vpn->id) ||
	    vpngw_nl_identity_iface(msg, q))
		return -EMSGSIZE;
	if (q->flow)
		return vpngw_nl_identity_flow(msg, q->flow);
	if (!vpngw_mapping_to(mapping, VPNGW_SIDE_INSIDE, &q->outside.addr,
			      &host))
		host = mapping->end[VPNGW_SIDE_INSIDE].key.addr;
	return vpngw_nl_put_endpoint(msg, VPNGW_A_IDENTITY_INSIDE, &host,
				     port ? port : q->outside.port, -1) ?:
	       vpngw_nl_put_endpoint(msg, VPNGW_A_IDENTITY_OUTSIDE,
				     &q->outside.addr, q->outside.port, -1);
}

/* The flow between the outside endpoint and the peer, when both are named in
 * full.
 */
static const struct vpngw_flow *
vpngw_nl_identity_exact(const struct vpngw_nl_question *q)
{
	struct vpngw_tuple t = {
		.proto	= q->proto,
		.sport	= q->server.port,
		.dport	= q->outside.port,
	};

	vpngw_tuple_set_addrs(&t, &q->server.addr, &q->outside.addr);
	if (q->proto == IPPROTO_ICMP)
		t.sport = t.dport;
	return vpngw_flow_find(q->mapping->ext, &t);
}

static bool vpngw_nl_identity_is(const struct vpngw_nl_question *q,
				 const struct vpngw_flow *flow)
{
	const struct vpngw_tuple *out = &flow->dir[VPNGW_SIDE_OUTSIDE].tuple;
	struct in6_addr server, outside;

	vpngw_tuple_src(out, &server);
	vpngw_tuple_dst(out, &outside);
	return out->proto == q->proto &&
	       ipv6_addr_equal(&q->outside.addr, &outside) &&
	       (!q->outside.port || q->outside.port == out->dport) &&
	       (!q->has_server ||
		ipv6_addr_equal(&q->server.addr, &server)) &&
	       (!q->server.port || q->server.port == out->sport) &&
	       vpngw_flow_live(flow, NULL);
}

/* The flow that the question is about, if it can be told: the one with the
 * peer, or the only live one. Says whether there is an answer at all.
 */
static bool vpngw_nl_identity_pick(struct vpngw_nl_question *q)
{
	const struct vpngw_flow *flow;
	int n = 0;

	if (q->has_server && q->outside.port &&
	    (q->server.port || q->proto == IPPROTO_ICMP)) {
		q->flow = vpngw_nl_identity_exact(q);
		return q->flow;
	}
	hlist_for_each_entry_rcu(flow, &q->mapping->flows, mapping_node) {
		if (++n > VPNGW_NL_IDENTITY_FLOWS) {
			q->too_many = true;
			return true;
		}
		if (!vpngw_nl_identity_is(q, flow))
			continue;
		if (q->flow) {
			/* Two are enough to know that it can't be told. */
			q->flow = NULL;
			return true;
		}
		q->flow = flow;
		if (q->has_server)
			return true;
	}
	return q->flow || (q->mapping->is_static && !q->has_server);
}

/* A PPTP call has no mapping but that of its control connection. It is named by
 * the id that the host has chosen, or else by the server's.
 */
static bool vpngw_nl_identity_call(struct vpngw_realm *ext,
				   struct vpngw_nl_question *q)
{
	struct vpngw_tuple t = { .proto = IPPROTO_GRE };

	if (q->proto != IPPROTO_GRE || !q->has_server)
		return false;
	vpngw_tuple_set_addrs(&t, &q->server.addr, &q->outside.addr);
	if (q->outside.port) {
		t.dport = q->outside.port;
		t.call = VPNGW_CALL_DPORT;
	} else {
		t.sport = q->server.port;
		t.call = VPNGW_CALL_SPORT;
	}
	q->flow = vpngw_flow_find(ext, &t);
	if (!q->flow)
		return false;
	q->mapping = q->flow->mapping;
	return true;
}

static bool vpngw_nl_identity_mapping(const struct vpngw_realm *ext,
				      struct vpngw_nl_question *q)
{
	q->mapping = vpngw_mapping_lookup_outside(ext, &q->outside.addr,
						  q->proto, q->outside.port);
	return q->mapping && vpngw_nl_identity_pick(q);
}

static u32 vpngw_nl_identity_find(struct vpngw_net *vn,
				  const struct vpngw_realm *only,
				  struct vpngw_nl_question *q)
{
	struct vpngw_nl_question try = *q;
	struct vpngw_realm *ext;
	u32 n = 0;

	list_for_each_entry(ext, &vn->exts, list) {
		if (only && only != ext)
			continue;
		try.flow = NULL;
		if (!vpngw_nl_identity_call(ext, &try) &&
		    !vpngw_nl_identity_mapping(ext, &try))
			continue;
		*q = try;
		n++;
	}
	return n;
}

static int vpngw_nl_identity_parse(struct genl_info *info,
				   struct vpngw_nl_question *q)
{
	struct nlattr *server = info->attrs[VPNGW_A_IDENTITY_SERVER];
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_IDENTITY_PROTO, "the protocol") ?:
	      vpngw_nl_missing(info, VPNGW_A_IDENTITY_OUTSIDE,
			       "the outside address") ?:
	      vpngw_nl_get_endpoint(info->attrs[VPNGW_A_IDENTITY_OUTSIDE],
				    &q->outside, info->extack);
	if (err)
		return err;
	q->proto = vpngw_nl_get_proto(info->attrs[VPNGW_A_IDENTITY_PROTO]);
	if (!server)
		return 0;
	q->has_server = true;
	err = vpngw_nl_get_endpoint(server, &q->server, info->extack);
	if (err || vpngw_addr_family(&q->server.addr) ==
		   vpngw_addr_family(&q->outside.addr))
		return err;
	NL_SET_ERR_MSG_ATTR(info->extack, server,
			    "the peer's address is of the other IP version");
	return -EINVAL;
}

int vpngw_nl_identify_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_net *vn = vpngw_net_get(genl_info_net(info));
	struct vpngw_nl_question q = {};
	char text[VPNGW_ADDR_TEXT];
	struct vpngw_realm *ext;
	struct sk_buff *msg;
	void *hdr = NULL;
	bool v4;
	int err;
	u32 n;

	err = vpngw_nl_identity_parse(info, &q);
	if (err)
		return err;
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;

	mutex_lock(&vn->mutex);
	err = vpngw_nl_get_realm(vn, info->extack,
				 info->attrs[VPNGW_A_IDENTITY_EXT],
				 VPNGW_SIDE_OUTSIDE, &ext);
	if (err)
		goto out_unlock;
	rcu_read_lock();
	n = vpngw_nl_identity_find(vn, ext, &q);
	if (n == 1 && !q.too_many) {
		hdr = vpngw_nl_reply_begin(msg, info, VPNGW_CMD_IDENTIFY);
		err = hdr ? vpngw_nl_put_identity(msg, &q) : -EMSGSIZE;
	}
	rcu_read_unlock();
	v4 = vpngw_addr_is_v4(&q.outside.addr);
	vpngw_addr_text(&q.outside.addr, text);
	if (n > 1) {
		NL_SET_ERR_MSG_FMT(info->extack,
				   "%s is in use in %u exts: say which ext",
				   text, n);
		err = -ENOTUNIQ;
	} else if (q.too_many) {
		NL_SET_ERR_MSG_FMT(info->extack,
				   "%s has too many flows to look through: name the ports of both ends",
				   text);
		err = -E2BIG;
	} else if (!n) {
		NL_SET_ERR_MSG_FMT(info->extack, "no flow has %s%s%s:%u outside",
				   v4 ? "" : "[", text, v4 ? "" : "]",
				   ntohs(q.outside.port));
		err = -ENOENT;
	}
out_unlock:
	mutex_unlock(&vn->mutex);
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}
