// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on aliases.
 */
#include <net/genetlink.h>
#include <net/sock.h>

#include "addr.h"
#include "alias.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "pool.h"
#include "pool_config.h"
#include "realm.h"

int vpngw_nl_put_alias(struct sk_buff *msg, const void *object)
{
	const struct vpngw_alias *alias = object;
	const struct vpngw_pool *pool;

	if (nla_put_string(msg, VPNGW_A_ALIAS_VPN, alias->vpn->name) ||
	    nla_put_u32(msg, VPNGW_A_ALIAS_VPN_ID, alias->vpn->id) ||
	    nla_put_string(msg, VPNGW_A_ALIAS_EXT, alias->ext->name) ||
	    nla_put_u8(msg, VPNGW_A_ALIAS_PROTO, alias->proto) ||
	    vpngw_nl_put_endpoint(msg, VPNGW_A_ALIAS_INSIDE,
				  &alias->inside.addr, alias->inside_port,
				  alias->inside.len) ||
	    vpngw_nl_put_endpoint(msg, VPNGW_A_ALIAS_SERVER,
				  &alias->server.addr, alias->server_port,
				  alias->server.len))
		return -EMSGSIZE;
	if (!alias->pool_fixed)
		return 0;
	/* A pool is not deleted while an alias names it. */
	pool = rcu_dereference_protected(alias->pool,
					 lockdep_is_held(&alias->vpn->vn->mutex));
	return nla_put_string(msg, VPNGW_A_ALIAS_POOL, pool->name);
}

static int vpngw_nl_alias_add(struct vpngw_net *vn, struct genl_info *info,
			      struct vpngw_alias_config *config)
{
	struct nlattr *pool = info->attrs[VPNGW_A_ALIAS_POOL];
	struct nlattr **attrs = info->attrs;
	struct vpngw_alias *alias;
	int err;

	err = vpngw_nl_get_realm(vn, info->extack, attrs[VPNGW_A_ALIAS_VPN],
				 VPNGW_SIDE_INSIDE, &config->vpn) ?:
	      vpngw_nl_get_ext(vn, info->extack, attrs[VPNGW_A_ALIAS_EXT],
			       &config->ext);
	if (err)
		return err;
	if (pool) {
		config->pool = vpngw_pool_find(vn, nla_data(pool));
		if (!config->pool) {
			NL_SET_ERR_MSG_FMT(info->extack, "there is no pool %s",
					   (const char *)nla_data(pool));
			NL_SET_BAD_ATTR(info->extack, pool);
			return -ENOENT;
		}
	}
	alias = vpngw_alias_add(vn, config, info->extack);
	if (IS_ERR(alias))
		return PTR_ERR(alias);
	vpngw_nl_changed(vn, VPNGW_CMD_ALIAS_NEW_NTF, vpngw_nl_put_alias,
			 alias);
	return 0;
}

int vpngw_nl_alias_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_nl_endpoint inside, server;
	struct vpngw_alias_config config = {};
	struct nlattr **attrs = info->attrs;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_ALIAS_VPN, "the vpn") ?:
	      vpngw_nl_missing(info, VPNGW_A_ALIAS_INSIDE,
			       "the in-VPN address") ?:
	      vpngw_nl_missing(info, VPNGW_A_ALIAS_SERVER,
			       "the server's address") ?:
	      vpngw_nl_get_endpoint(attrs[VPNGW_A_ALIAS_INSIDE], &inside,
				    info->extack) ?:
	      vpngw_nl_get_endpoint(attrs[VPNGW_A_ALIAS_SERVER], &server,
				    info->extack);
	if (err)
		return err;
	if (!(info->nlhdr->nlmsg_flags & NLM_F_CREATE)) {
		NL_SET_ERR_MSG(info->extack, "an alias can't be changed");
		return -EOPNOTSUPP;
	}
	config.inside = inside.addr;
	config.server = server.addr;
	config.inside_len = inside.len;
	config.server_len = server.len;
	config.inside_port = inside.port;
	config.server_port = server.port;
	if (attrs[VPNGW_A_ALIAS_PROTO])
		config.proto = vpngw_nl_get_proto(attrs[VPNGW_A_ALIAS_PROTO]);

	vn = vpngw_nl_lock(info);
	err = vpngw_nl_alias_add(vn, info, &config);
	vpngw_nl_unlock(vn);
	return err;
}

static int vpngw_nl_get_alias(struct vpngw_net *vn, struct genl_info *info,
			      struct vpngw_alias **alias)
{
	struct nlattr **attrs = info->attrs;
	char text[VPNGW_ADDR_TEXT];
	struct vpngw_nl_endpoint inside;
	struct vpngw_realm *vpn;
	u8 proto = 0;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_ALIAS_VPN, "the vpn") ?:
	      vpngw_nl_missing(info, VPNGW_A_ALIAS_INSIDE,
			       "the in-VPN address") ?:
	      vpngw_nl_get_endpoint(attrs[VPNGW_A_ALIAS_INSIDE], &inside,
				    info->extack) ?:
	      vpngw_nl_get_realm(vn, info->extack, attrs[VPNGW_A_ALIAS_VPN],
				 VPNGW_SIDE_INSIDE, &vpn);
	if (err)
		return err;
	if (attrs[VPNGW_A_ALIAS_PROTO])
		proto = vpngw_nl_get_proto(attrs[VPNGW_A_ALIAS_PROTO]);
	*alias = vpngw_alias_find(vpn, &inside.addr, inside.len, proto,
				  inside.port);
	if (*alias)
		return 0;
	NL_SET_ERR_MSG_FMT(info->extack, "%s/%u is no such alias in vpn %s",
			   vpngw_addr_text(&inside.addr, text),
			   vpngw_addr_len(&inside.addr, inside.len), vpn->name);
	return -ENOENT;
}

int vpngw_nl_alias_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_alias *alias;
	struct vpngw_net *vn;
	int err;

	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_alias(vn, info, &alias);
	if (!err) {
		vpngw_nl_changed(vn, VPNGW_CMD_ALIAS_DEL_NTF,
				 vpngw_nl_put_alias, alias);
		vpngw_alias_del(alias);
	}
	vpngw_nl_unlock(vn);
	return err;
}

int vpngw_nl_alias_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_alias *alias;
	struct vpngw_net *vn;
	int err;

	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_alias(vn, info, &alias);
	if (!err)
		err = vpngw_nl_reply(info, VPNGW_CMD_ALIAS_GET,
				     vpngw_nl_put_alias, alias);
	vpngw_nl_unlock(vn);
	return err;
}

static int vpngw_nl_dump_alias(struct sk_buff *msg,
			       const struct list_head *entry,
			       struct nlattr **attrs)
{
	const struct vpngw_alias *alias = list_entry(entry, struct vpngw_alias,
						     list);
	const struct nlattr *vpn = attrs[VPNGW_A_ALIAS_VPN];

	if (vpn && nla_strcmp(vpn, alias->vpn->name))
		return 1;
	return vpngw_nl_put_alias(msg, alias);
}

int vpngw_nl_alias_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vpngw_net *vn = vpngw_net_get(sock_net(skb->sk));
	struct nlattr **attrs = vpngw_compat_dump_attrs(cb);
	struct vpngw_realm *vpn;
	int ret;

	mutex_lock(&vn->mutex);
	ret = vpngw_nl_get_realm(vn, cb->extack, attrs[VPNGW_A_ALIAS_VPN],
				 VPNGW_SIDE_INSIDE, &vpn);
	if (!ret)
		ret = vpngw_nl_dump_list(skb, cb, vn, &vn->aliases,
					 VPNGW_CMD_ALIAS_GET,
					 vpngw_nl_dump_alias);
	mutex_unlock(&vn->mutex);
	return ret;
}
