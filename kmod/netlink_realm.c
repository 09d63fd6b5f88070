// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on vpns and exts.
 */
#include <net/genetlink.h>
#include <net/sock.h>

#include "iface.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "realm.h"

static int vpngw_nl_put_vrf(struct sk_buff *msg, const struct vpngw_realm *realm,
			    int attr_ifindex, int attr_name, int attr_table)
{
	int ifindex = READ_ONCE(realm->route.vrf_ifindex);

	if (realm->route.has_vrf && nla_put_u32(msg, attr_ifindex, ifindex))
		return -EMSGSIZE;
	if (ifindex && vpngw_nl_put_device(msg, realm->vn, attr_name, ifindex))
		return -EMSGSIZE;
	if (realm->route.table && nla_put_u32(msg, attr_table, realm->route.table))
		return -EMSGSIZE;
	return 0;
}

#define VPNGW_NL_LIMIT(_attr, _member)					\
	{								\
		.attr	= VPNGW_A_VPN_##_attr,				\
		.offset	= offsetof(struct vpngw_limits, _member),	\
	}

static const struct {
	u8 attr;
	u8 offset;
} vpngw_nl_limits[] = {
	VPNGW_NL_LIMIT(MAX_FLOWS, max_flows),
	VPNGW_NL_LIMIT(MAX_MAPPINGS, max_mappings),
	VPNGW_NL_LIMIT(MAX_MAPPINGS_PER_HOST, max_mappings_per_host),
	VPNGW_NL_LIMIT(MAX_FLOWS_PER_HOST, max_flows_per_host),
	VPNGW_NL_LIMIT(MAX_HALF_OPEN, max_half_open),
	VPNGW_NL_LIMIT(NEW_FLOW_RATE, new_flow_rate),
};

static u32 *vpngw_nl_limit(struct vpngw_limits *limits, int i)
{
	return (void *)limits + vpngw_nl_limits[i].offset;
}

static int vpngw_nl_put_limits(struct sk_buff *msg,
			       const struct vpngw_limits *limits)
{
	struct vpngw_limits copy = *limits;
	int i;

	for (i = 0; i < ARRAY_SIZE(vpngw_nl_limits); i++)
		if (nla_put_u32(msg, vpngw_nl_limits[i].attr,
				*vpngw_nl_limit(&copy, i)))
			return -EMSGSIZE;
	return 0;
}

/* Change what the request has an attribute for. */
static void vpngw_nl_get_limits(struct genl_info *info,
				struct vpngw_limits *limits)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(vpngw_nl_limits); i++) {
		const struct nlattr *attr = info->attrs[vpngw_nl_limits[i].attr];

		if (attr)
			WRITE_ONCE(*vpngw_nl_limit(limits, i),
				   nla_get_u32(attr));
	}
}

static void vpngw_nl_get_policy(struct genl_info *info,
				struct vpngw_policy *policy)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[VPNGW_A_VPN_STRICT])
		WRITE_ONCE(policy->strict,
			   nla_get_u8(attrs[VPNGW_A_VPN_STRICT]));
	if (attrs[VPNGW_A_VPN_HAIRPIN])
		WRITE_ONCE(policy->hairpin,
			   nla_get_u8(attrs[VPNGW_A_VPN_HAIRPIN]));
	if (attrs[VPNGW_A_VPN_FILTERING])
		WRITE_ONCE(policy->filtering,
			   nla_get_u32(attrs[VPNGW_A_VPN_FILTERING]));
}

int vpngw_nl_put_vpn(struct sk_buff *msg, const void *object)
{
	const struct vpngw_realm *vpn = object;

	if (nla_put_string(msg, VPNGW_A_VPN_NAME, vpn->name) ||
	    nla_put_u32(msg, VPNGW_A_VPN_ID, vpn->id) ||
	    vpngw_nl_put_vrf(msg, vpn, VPNGW_A_VPN_VRF_IFINDEX,
			     VPNGW_A_VPN_VRF, VPNGW_A_VPN_TABLE) ||
	    nla_put_u32(msg, VPNGW_A_VPN_INTERFACES, vpn->n_ifaces) ||
	    nla_put_u32(msg, VPNGW_A_VPN_ALIASES, vpn->n_aliases) ||
	    nla_put_u32(msg, VPNGW_A_VPN_MAPPINGS,
			atomic_read(&vpn->n_mappings)) ||
	    nla_put_u32(msg, VPNGW_A_VPN_FLOWS,
			atomic_read(&vpn->flows.nelems)) ||
	    nla_put_u32(msg, VPNGW_A_VPN_HALF_OPEN,
			atomic_read(&vpn->limit.n_half_open)) ||
	    nla_put_u8(msg, VPNGW_A_VPN_STRICT, vpn->policy.strict) ||
	    nla_put_u8(msg, VPNGW_A_VPN_HAIRPIN, vpn->policy.hairpin) ||
	    nla_put_u32(msg, VPNGW_A_VPN_FILTERING, vpn->policy.filtering))
		return -EMSGSIZE;
	return vpngw_nl_put_limits(msg, &vpn->limits);
}

int vpngw_nl_put_ext(struct sk_buff *msg, const void *object)
{
	const struct vpngw_realm *ext = object;

	if (nla_put_string(msg, VPNGW_A_EXT_NAME, ext->name) ||
	    nla_put_u32(msg, VPNGW_A_EXT_ID, ext->id) ||
	    vpngw_nl_put_vrf(msg, ext, VPNGW_A_EXT_VRF_IFINDEX,
			     VPNGW_A_EXT_VRF, VPNGW_A_EXT_TABLE) ||
	    nla_put_u32(msg, VPNGW_A_EXT_INTERFACES, ext->n_ifaces) ||
	    nla_put_u32(msg, VPNGW_A_EXT_POOLS, ext->n_pools) ||
	    nla_put_u32(msg, VPNGW_A_EXT_MAPPINGS,
			atomic_read(&ext->n_mappings)) ||
	    nla_put_u32(msg, VPNGW_A_EXT_FLOWS, atomic_read(&ext->flows.nelems)))
		return -EMSGSIZE;
	return 0;
}

static u32 vpngw_nl_u32(struct genl_info *info, int attr)
{
	return info->attrs[attr] ? nla_get_u32(info->attrs[attr]) : 0;
}

/* A VRF that was deleted may be given anew; nothing else of the routing. */
static int vpngw_nl_realm_change(struct genl_info *info,
				 struct vpngw_realm *realm,
				 const struct vpngw_realm_config *config)
{
	if (config->id || config->table) {
		NL_SET_ERR_MSG(info->extack, "id and table can't be changed");
		return -EOPNOTSUPP;
	}
	if (!config->vrf_ifindex)
		return 0;
	return vpngw_realm_set_vrf(realm, config->vrf_ifindex, info->extack);
}

static int vpngw_nl_vpn_change(struct genl_info *info, struct vpngw_realm *vpn,
			       const struct vpngw_realm_config *config)
{
	int err = vpngw_nl_realm_change(info, vpn, config);

	if (err)
		return err;
	vpngw_nl_get_limits(info, &vpn->limits);
	vpngw_nl_get_policy(info, &vpn->policy);
	return 0;
}

int vpngw_nl_vpn_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_realm_config config;
	struct vpngw_realm *vpn;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_VPN_NAME, "the vpn's name");
	if (err)
		return err;
	config = (struct vpngw_realm_config) {
		.name		= nla_data(info->attrs[VPNGW_A_VPN_NAME]),
		.id		= vpngw_nl_u32(info, VPNGW_A_VPN_ID),
		.vrf_ifindex	= vpngw_nl_u32(info, VPNGW_A_VPN_VRF_IFINDEX),
		.table		= vpngw_nl_u32(info, VPNGW_A_VPN_TABLE),
	};
	vpngw_nl_get_limits(info, &config.limits);
	vpngw_nl_get_policy(info, &config.policy);

	if (config.limits.new_flow_rate > VPNGW_LIMIT_RATE_MAX) {
		NL_SET_ERR_MSG_FMT(info->extack, "the rate is at most %u",
				   VPNGW_LIMIT_RATE_MAX);
		NL_SET_BAD_ATTR(info->extack,
				info->attrs[VPNGW_A_VPN_NEW_FLOW_RATE]);
		return -ERANGE;
	}
	vn = vpngw_nl_lock(info);
	vpn = vpngw_realm_find(vn, VPNGW_SIDE_INSIDE, config.name);
	err = vpngw_nl_check_new(info, "vpn", config.name, vpn);
	if (err)
		goto out;
	if (vpn) {
		err = vpngw_nl_vpn_change(info, vpn, &config);
	} else {
		vpn = vpngw_realm_add(vn, VPNGW_SIDE_INSIDE, &config,
				      info->extack);
		err = PTR_ERR_OR_ZERO(vpn);
	}
	if (!err)
		vpngw_nl_changed(vn, VPNGW_CMD_VPN_NEW_NTF, vpngw_nl_put_vpn,
				 vpn);
out:
	vpngw_nl_unlock(vn);
	return err;
}

int vpngw_nl_ext_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_realm_config config;
	struct vpngw_realm *ext;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_EXT_NAME, "the ext's name");
	if (err)
		return err;
	config = (struct vpngw_realm_config) {
		.name		= nla_data(info->attrs[VPNGW_A_EXT_NAME]),
		.id		= vpngw_nl_u32(info, VPNGW_A_EXT_ID),
		.vrf_ifindex	= vpngw_nl_u32(info, VPNGW_A_EXT_VRF_IFINDEX),
		.table		= vpngw_nl_u32(info, VPNGW_A_EXT_TABLE),
	};

	vn = vpngw_nl_lock(info);
	ext = vpngw_realm_find(vn, VPNGW_SIDE_OUTSIDE, config.name);
	err = vpngw_nl_check_new(info, "ext", config.name, ext);
	if (err)
		goto out;
	if (ext && !config.vrf_ifindex) {
		NL_SET_ERR_MSG(info->extack,
			       "of an ext only a deleted vrf can be changed");
		err = -EOPNOTSUPP;
	} else if (ext) {
		err = vpngw_nl_realm_change(info, ext, &config);
	} else {
		ext = vpngw_realm_add(vn, VPNGW_SIDE_OUTSIDE, &config,
				      info->extack);
		err = PTR_ERR_OR_ZERO(ext);
	}
	if (!err)
		vpngw_nl_changed(vn, VPNGW_CMD_EXT_NEW_NTF, vpngw_nl_put_ext,
				 ext);
out:
	vpngw_nl_unlock(vn);
	return err;
}

static int vpngw_nl_realm_del(struct genl_info *info, int attr,
			      enum vpngw_side side, u8 event,
			      vpngw_nl_put_fn put)
{
	struct vpngw_realm *realm;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, attr, "the name");
	if (err)
		return err;
	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_realm(vn, info->extack, info->attrs[attr], side,
				 &realm);
	if (err)
		goto out;
	/* So that the event can still tell of it. */
	vpngw_realm_hold(realm);
	err = vpngw_realm_del(realm, info->extack);
	if (!err)
		vpngw_nl_changed(vn, event, put, realm);
out:
	vpngw_nl_unlock(vn);
	if (realm)
		vpngw_realm_put(realm);
	return err;
}

int vpngw_nl_vpn_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vpngw_nl_realm_del(info, VPNGW_A_VPN_NAME, VPNGW_SIDE_INSIDE,
				  VPNGW_CMD_VPN_DEL_NTF, vpngw_nl_put_vpn);
}

int vpngw_nl_ext_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vpngw_nl_realm_del(info, VPNGW_A_EXT_NAME, VPNGW_SIDE_OUTSIDE,
				  VPNGW_CMD_EXT_DEL_NTF, vpngw_nl_put_ext);
}

static int vpngw_nl_realm_get(struct genl_info *info, int attr,
			      enum vpngw_side side, u8 cmd, vpngw_nl_put_fn put)
{
	struct vpngw_realm *realm;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, attr, "the name");
	if (err)
		return err;
	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_realm(vn, info->extack, info->attrs[attr], side,
				 &realm);
	if (!err)
		err = vpngw_nl_reply(info, cmd, put, realm);
	vpngw_nl_unlock(vn);
	return err;
}

int vpngw_nl_vpn_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vpngw_nl_realm_get(info, VPNGW_A_VPN_NAME, VPNGW_SIDE_INSIDE,
				  VPNGW_CMD_VPN_GET, vpngw_nl_put_vpn);
}

int vpngw_nl_ext_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vpngw_nl_realm_get(info, VPNGW_A_EXT_NAME, VPNGW_SIDE_OUTSIDE,
				  VPNGW_CMD_EXT_GET, vpngw_nl_put_ext);
}

static int vpngw_nl_dump_vpn(struct sk_buff *msg, const struct list_head *entry,
			     struct nlattr **attrs)
{
	return vpngw_nl_put_vpn(msg, list_entry(entry, struct vpngw_realm,
						list));
}

static int vpngw_nl_dump_ext(struct sk_buff *msg, const struct list_head *entry,
			     struct nlattr **attrs)
{
	return vpngw_nl_put_ext(msg, list_entry(entry, struct vpngw_realm,
						list));
}

int vpngw_nl_vpn_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vpngw_net *vn = vpngw_net_get(sock_net(skb->sk));
	int ret;

	mutex_lock(&vn->mutex);
	ret = vpngw_nl_dump_list(skb, cb, vn, &vn->vpns, VPNGW_CMD_VPN_GET,
				 vpngw_nl_dump_vpn);
	mutex_unlock(&vn->mutex);
	return ret;
}

int vpngw_nl_ext_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vpngw_net *vn = vpngw_net_get(sock_net(skb->sk));
	int ret;

	mutex_lock(&vn->mutex);
	ret = vpngw_nl_dump_list(skb, cb, vn, &vn->exts, VPNGW_CMD_EXT_GET,
				 vpngw_nl_dump_ext);
	mutex_unlock(&vn->mutex);
	return ret;
}
