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

int vpngw_nl_put_vpn(struct sk_buff *msg, const void *object)
{
	const struct vpngw_realm *vpn = object;

	if (nla_put_string(msg, VPNGW_A_VPN_NAME, vpn->name) ||
	    nla_put_u32(msg, VPNGW_A_VPN_ID, vpn->id) ||
	    vpngw_nl_put_vrf(msg, vpn, VPNGW_A_VPN_VRF_IFINDEX,
			     VPNGW_A_VPN_VRF, VPNGW_A_VPN_TABLE) ||
	    nla_put_u32(msg, VPNGW_A_VPN_MAX_FLOWS, vpn->max_flows) ||
	    nla_put_u32(msg, VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST,
			vpn->max_mappings_per_host) ||
	    nla_put_u32(msg, VPNGW_A_VPN_INTERFACES, vpn->n_ifaces) ||
	    nla_put_u32(msg, VPNGW_A_VPN_ALIASES, vpn->n_aliases) ||
	    nla_put_u32(msg, VPNGW_A_VPN_MAPPINGS,
			atomic_read(&vpn->n_mappings)) ||
	    nla_put_u32(msg, VPNGW_A_VPN_FLOWS, atomic_read(&vpn->flows.nelems)))
		return -EMSGSIZE;
	return 0;
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
	if (info->attrs[VPNGW_A_VPN_MAX_FLOWS])
		WRITE_ONCE(vpn->max_flows,
			   vpngw_nl_u32(info, VPNGW_A_VPN_MAX_FLOWS));
	if (info->attrs[VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST])
		WRITE_ONCE(vpn->max_mappings_per_host,
			   vpngw_nl_u32(info,
					VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST));
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
		.max_flows	= vpngw_nl_u32(info, VPNGW_A_VPN_MAX_FLOWS),
		.max_mappings_per_host =
			vpngw_nl_u32(info, VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST),
	};

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
