// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on interfaces.
 */
#include <linux/netdevice.h>

#include <net/genetlink.h>
#include <net/l3mdev.h>
#include <net/sock.h>

#include "iface.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "realm.h"

int vpngw_nl_put_interface(struct sk_buff *msg, const void *object)
{
	const struct vpngw_binding *binding = object;
	const struct vpngw_realm *realm = binding->realm;

	if (nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX,
			binding->dev->ifindex) ||
	    nla_put_string(msg, VPNGW_A_INTERFACE_NAME, binding->dev->name))
		return -EMSGSIZE;
	if (realm->side == VPNGW_SIDE_INSIDE &&
	    (nla_put_string(msg, VPNGW_A_INTERFACE_VPN, realm->name) ||
	     nla_put_u32(msg, VPNGW_A_INTERFACE_VPN_ID, realm->id)))
		return -EMSGSIZE;
	if (realm->side == VPNGW_SIDE_OUTSIDE &&
	    nla_put_string(msg, VPNGW_A_INTERFACE_EXT, realm->name))
		return -EMSGSIZE;
	if (binding->mss &&
	    nla_put_u16(msg, VPNGW_A_INTERFACE_MSS, binding->mss))
		return -EMSGSIZE;
	if (netif_is_l3_master(binding->dev) &&
	    nla_put_flag(msg, VPNGW_A_INTERFACE_VRF_MASTER))
		return -EMSGSIZE;
	return 0;
}

static int vpngw_nl_get_binding(struct vpngw_net *vn, struct genl_info *info,
				struct vpngw_binding **binding)
{
	struct nlattr *attr = info->attrs[VPNGW_A_INTERFACE_IFINDEX];

	*binding = vpngw_iface_binding(vn, nla_get_u32(attr));
	if (*binding)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "this device is not bound to any vpn or ext");
	return -ENOENT;
}

/* NLM_F_REPLACE without NLM_F_CREATE: only what is named changes. */
static int vpngw_nl_interface_set(struct vpngw_net *vn, struct genl_info *info)
{
	struct nlattr *mss = info->attrs[VPNGW_A_INTERFACE_MSS];
	struct vpngw_binding *binding;
	int err;

	if (!(info->nlhdr->nlmsg_flags & NLM_F_REPLACE)) {
		NL_SET_ERR_MSG(info->extack,
			       "say whether to bind the device or to change it");
		return -EOPNOTSUPP;
	}
	if (info->attrs[VPNGW_A_INTERFACE_VPN] ||
	    info->attrs[VPNGW_A_INTERFACE_EXT]) {
		NL_SET_ERR_MSG(info->extack,
			       "unbind the device first to give it to another");
		return -EOPNOTSUPP;
	}
	err = vpngw_nl_get_binding(vn, info, &binding);
	if (err || !mss)
		return err;
	err = vpngw_iface_set_mss(vn, binding, nla_get_u16(mss));
	vpngw_nl_changed(vn, VPNGW_CMD_INTERFACE_NEW_NTF,
			 vpngw_nl_put_interface, binding);
	return err;
}

static int vpngw_nl_interface_add(struct vpngw_net *vn, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VPNGW_A_INTERFACE_IFINDEX];
	struct nlattr *vpn = info->attrs[VPNGW_A_INTERFACE_VPN];
	struct nlattr *ext = info->attrs[VPNGW_A_INTERFACE_EXT];
	struct nlattr *mss = info->attrs[VPNGW_A_INTERFACE_MSS];
	struct vpngw_binding *binding;
	struct vpngw_realm *realm;
	struct net_device *dev;
	int err;

	if (!vpn == !ext) {
		NL_SET_ERR_MSG(info->extack, "name one vpn or one ext");
		return -EINVAL;
	}
	err = vpngw_nl_get_realm(vn, info->extack, vpn ? vpn : ext,
				 vpn ? VPNGW_SIDE_INSIDE : VPNGW_SIDE_OUTSIDE,
				 &realm);
	if (err)
		return err;
	dev = __dev_get_by_index(vn->net, nla_get_u32(attr));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr, "no such device");
		return -ENODEV;
	}
	err = vpngw_iface_add(vn, dev, realm, mss ? nla_get_u16(mss) : 0,
			      info->extack);
	if (err)
		return err;
	binding = vpngw_iface_binding(vn, dev->ifindex);
	vpngw_nl_changed(vn, VPNGW_CMD_INTERFACE_NEW_NTF,
			 vpngw_nl_put_interface, binding);
	return 0;
}

int vpngw_nl_interface_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_INTERFACE_IFINDEX, "the device");
	if (err)
		return err;
	vn = vpngw_nl_lock(info);
	err = info->nlhdr->nlmsg_flags & NLM_F_CREATE ?
	      vpngw_nl_interface_add(vn, info) :
	      vpngw_nl_interface_set(vn, info);
	vpngw_nl_unlock(vn);
	return err;
}

int vpngw_nl_interface_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_binding *binding;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_INTERFACE_IFINDEX, "the device");
	if (err)
		return err;
	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_binding(vn, info, &binding);
	if (!err) {
		vpngw_nl_changed(vn, VPNGW_CMD_INTERFACE_DEL_NTF,
				 vpngw_nl_put_interface, binding);
		vpngw_iface_del(vn, binding);
	}
	vpngw_nl_unlock(vn);
	return err;
}

int vpngw_nl_interface_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_binding *binding;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_INTERFACE_IFINDEX, "the device");
	if (err)
		return err;
	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_binding(vn, info, &binding);
	if (!err)
		err = vpngw_nl_reply(info, VPNGW_CMD_INTERFACE_GET,
				     vpngw_nl_put_interface, binding);
	vpngw_nl_unlock(vn);
	return err;
}

static int vpngw_nl_dump_interface(struct sk_buff *msg,
				   const struct list_head *entry,
				   struct nlattr **attrs)
{
	const struct vpngw_binding *binding =
		list_entry(entry, struct vpngw_binding, list);
	const struct nlattr *vpn = attrs[VPNGW_A_INTERFACE_VPN];
	const struct nlattr *ext = attrs[VPNGW_A_INTERFACE_EXT];
	enum vpngw_side side = binding->realm->side;

	if (vpn && (side != VPNGW_SIDE_INSIDE ||
		    nla_strcmp(vpn, binding->realm->name)))
		return 1;
	if (ext && (side != VPNGW_SIDE_OUTSIDE ||
		    nla_strcmp(ext, binding->realm->name)))
		return 1;
	return vpngw_nl_put_interface(msg, binding);
}

int vpngw_nl_interface_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	struct vpngw_net *vn = vpngw_net_get(sock_net(skb->sk));
	int ret;

	mutex_lock(&vn->mutex);
	ret = vpngw_nl_dump_list(skb, cb, vn, &vn->bindings,
				 VPNGW_CMD_INTERFACE_GET,
				 vpngw_nl_dump_interface);
	mutex_unlock(&vn->mutex);
	return ret;
}
