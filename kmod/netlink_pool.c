// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on pools.
 */
#include <linux/slab.h>

#include <net/genetlink.h>
#include <net/sock.h>

#include "addr.h"
#include "block.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "pool.h"
#include "pool_config.h"
#include "realm.h"
#include "space.h"

#define VPNGW_NL_PORT_LO 1
#define VPNGW_NL_BLOCK_PORT_LO 1024
#define VPNGW_NL_PORT_HI 65535

static int vpngw_nl_put_range(struct sk_buff *msg,
			      const struct vpngw_range *range, bool draining)
{
	struct nlattr *nest = nla_nest_start(msg, VPNGW_A_POOL_RANGE);

	if (!nest ||
	    vpngw_nl_put_addr(msg, VPNGW_A_RANGE_FIRST, &range->first) ||
	    vpngw_nl_put_addr(msg, VPNGW_A_RANGE_LAST, &range->last) ||
	    (draining && nla_put_flag(msg, VPNGW_A_RANGE_DRAINING)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static bool vpngw_nl_is_draining(const struct vpngw_space *space, u32 index)
{
	const struct vpngw_space_addr *sa = READ_ONCE(space->addrs[index]);

	return sa && READ_ONCE(sa->draining);
}

/* Most that one range takes of a message, and all else of a pool. */
#define VPNGW_NL_RANGE_SIZE(len) (2 * NLA_HDRLEN + 2 * (NLA_HDRLEN + (len)))
#define VPNGW_NL_POOL_SIZE	512

static_assert(VPNGW_NL_POOL_SIZE +
	      VPNGW_POOL_RANGES_MAX * VPNGW_NL_RANGE_SIZE(4) <=
	      GENLMSG_DEFAULT_SIZE);
static_assert(VPNGW_NL_POOL_SIZE +
	      VPNGW_POOL_RANGES_MAX_V6 * VPNGW_NL_RANGE_SIZE(16) <=
	      GENLMSG_DEFAULT_SIZE);

/* A range is split where addresses are being drained. Those of an IPv6 prefix that
 * are never given go with the last that is.
 */
static int vpngw_nl_put_split(struct sk_buff *msg,
			      const struct vpngw_space *space,
			      const struct vpngw_range *range, u32 index,
			      u32 size)
{
	struct vpngw_range part;
	u32 from, n;

	for (from = 0; from < size; from = n) {
		bool draining = vpngw_nl_is_draining(space, index + from);

		for (n = from + 1; n < size; n++)
			if (vpngw_nl_is_draining(space, index + n) != draining)
				break;
		vpngw_addr_add(&part.first, &range->first, from);
		if (n < size)
			vpngw_addr_add(&part.last, &range->first, n - 1);
		else
			part.last = range->last;
		if (vpngw_nl_put_range(msg, &part, draining))
			return -EMSGSIZE;
	}
	/* All of it may be beyond what is given. */
	return size ? 0 : vpngw_nl_put_range(msg, range, false);
}

static int vpngw_nl_put_ranges(struct sk_buff *msg,
			       const struct vpngw_space *space)
{
	const struct vpngw_range *range = space->ranges;
	u32 i, size, index = 0;

	for (i = 0; i < space->n_ranges; i++, range++, index += size) {
		size = min_t(u64, vpngw_space_range_size(range),
			     space->n_addrs - index);
		if (vpngw_nl_put_split(msg, space, range, index, size))
			return -EMSGSIZE;
	}
	return 0;
}

static int vpngw_nl_put_pool_use(struct sk_buff *msg,
				 const struct vpngw_space *space)
{
	const struct vpngw_space_addr *sa;
	u32 draining = 0, blocks = 0, held = 0, i;

	for (i = 0; i < space->n_addrs; i++) {
		sa = READ_ONCE(space->addrs[i]);
		if (!sa)
			continue;
		blocks += vpngw_blocks_given(READ_ONCE(sa->blocks));
		held += vpngw_space_held(sa);
		if (READ_ONCE(sa->draining))
			draining += vpngw_space_in_use(sa);
	}
	if (nla_put_u32(msg, VPNGW_A_POOL_ADDRESSES, space->n_addrs) ||
	    nla_put_u32(msg, VPNGW_A_POOL_DRAINING_MAPPINGS, draining) ||
	    nla_put_u32(msg, VPNGW_A_POOL_BLOCKS, blocks) ||
	    nla_put_u32(msg, VPNGW_A_POOL_HELD, held))
		return -EMSGSIZE;
	return vpngw_nl_put_ranges(msg, space);
}

int vpngw_nl_put_pool(struct sk_buff *msg, const void *object)
{
	const struct vpngw_pool *pool = object;
	int err;

	if (nla_put_string(msg, VPNGW_A_POOL_NAME, pool->name) ||
	    nla_put_string(msg, VPNGW_A_POOL_EXT, pool->ext->name) ||
	    nla_put_be16(msg, VPNGW_A_POOL_PORT_LO, htons(pool->port_lo)) ||
	    nla_put_be16(msg, VPNGW_A_POOL_PORT_HI, htons(pool->port_hi)) ||
	    nla_put_u32(msg, VPNGW_A_POOL_MAPPINGS,
			atomic_read(&pool->n_mappings)) ||
	    nla_put_u8(msg, VPNGW_A_POOL_PARITY, pool->parity) ||
	    nla_put_u8(msg, VPNGW_A_POOL_CONTIGUITY, pool->contiguity) ||
	    nla_put_u32(msg, VPNGW_A_POOL_BLOCK_SIZE, pool->block_size) ||
	    nla_put_u32(msg, VPNGW_A_POOL_BLOCK_OWNER, pool->block_owner))
		return -EMSGSIZE;
	if (pool->vpn &&
	    nla_put_string(msg, VPNGW_A_POOL_VPN, pool->vpn->name))
		return -EMSGSIZE;
	if (pool->computed.len &&
	    vpngw_nl_put_endpoint(msg, VPNGW_A_POOL_DETERMINISTIC,
				  &pool->computed.addr, 0,
				  pool->computed.len))
		return -EMSGSIZE;
	rcu_read_lock();
	err = vpngw_nl_put_pool_use(msg, rcu_dereference(pool->space));
	rcu_read_unlock();
	return err;
}

static int vpngw_nl_get_range(const struct nlattr *attr,
			      struct vpngw_range *range,
			      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[VPNGW_A_RANGE_MAX + 1];
	int err;

	err = nla_parse_nested(tb, VPNGW_A_RANGE_MAX, attr,
			       vpngw_range_nl_policy, extack);
	if (err)
		return err;
	if (!tb[VPNGW_A_RANGE_FIRST] || !tb[VPNGW_A_RANGE_LAST]) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a range has a first and a last address");
		return -EINVAL;
	}
	return vpngw_nl_get_addr(tb[VPNGW_A_RANGE_FIRST], &range->first,
				 extack) ?:
	       vpngw_nl_get_addr(tb[VPNGW_A_RANGE_LAST], &range->last, extack);
}

static int vpngw_nl_get_ranges(struct genl_info *info,
			       struct vpngw_pool_config *config)
{
	const struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != VPNGW_A_POOL_RANGE)
			continue;
		if (config->n_ranges == VPNGW_POOL_RANGES_MAX) {
			NL_SET_ERR_MSG_FMT(info->extack,
					   "a pool has at most %u ranges",
					   VPNGW_POOL_RANGES_MAX);
			return -E2BIG;
		}
		err = vpngw_nl_get_range(attr,
					 &config->ranges[config->n_ranges],
					 info->extack);
		if (err)
			return err;
		config->n_ranges++;
	}
	return 0;
}

/* Of a pool that is there only the addresses can be changed. */
static int vpngw_nl_pool_change(struct genl_info *info, struct vpngw_pool *pool,
				struct vpngw_pool_config *config)
{
	static const u8 fixed[] = {
		VPNGW_A_POOL_EXT,
		VPNGW_A_POOL_VPN,
		VPNGW_A_POOL_PORT_LO,
		VPNGW_A_POOL_PORT_HI,
		VPNGW_A_POOL_PARITY,
		VPNGW_A_POOL_CONTIGUITY,
		VPNGW_A_POOL_BLOCK_SIZE,
		VPNGW_A_POOL_BLOCK_OWNER,
		VPNGW_A_POOL_DETERMINISTIC,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (!info->attrs[fixed[i]])
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[fixed[i]],
				    "of a pool only the addresses can be changed");
		return -EOPNOTSUPP;
	}
	return vpngw_pool_set(pool, config, info->extack);
}

static int vpngw_nl_pool_add(struct vpngw_net *vn, struct genl_info *info,
			     struct vpngw_pool_config *config)
{
	struct nlattr **attrs = info->attrs;
	struct vpngw_pool *pool;
	int err;

	pool = vpngw_pool_find(vn, config->name);
	err = vpngw_nl_check_new(info, "pool", config->name, pool);
	if (err)
		return err;
	if (pool) {
		err = vpngw_nl_pool_change(info, pool, config);
		goto out;
	}
	err = vpngw_nl_missing(info, VPNGW_A_POOL_EXT, "the pool's ext");
	if (err)
		return err;
	err = vpngw_nl_get_realm(vn, info->extack, attrs[VPNGW_A_POOL_EXT],
				 VPNGW_SIDE_OUTSIDE, &config->ext);
	if (err)
		return err;
	err = vpngw_nl_get_realm(vn, info->extack, attrs[VPNGW_A_POOL_VPN],
				 VPNGW_SIDE_INSIDE, &config->vpn);
	if (err)
		return err;
	pool = vpngw_pool_add(vn, config, info->extack);
	err = PTR_ERR_OR_ZERO(pool);
out:
	if (!err)
		vpngw_nl_changed(vn, VPNGW_CMD_POOL_NEW_NTF, vpngw_nl_put_pool,
				 pool);
	return err;
}

static bool vpngw_nl_flag(const struct nlattr *attr)
{
	return attr && nla_get_u8(attr);
}

static int vpngw_nl_get_computed(struct genl_info *info,
				 struct vpngw_pool_config *config)
{
	const struct nlattr *attr = info->attrs[VPNGW_A_POOL_DETERMINISTIC];
	struct vpngw_nl_endpoint hosts;
	int err;

	err = vpngw_nl_get_endpoint(attr, &hosts, info->extack);
	if (err)
		return err;
	if (!vpngw_addr_len(&hosts.addr, hosts.len) || hosts.port) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "deterministic wants a prefix of hosts");
		return -EINVAL;
	}
	config->computed_addr = hosts.addr;
	config->computed_len = hosts.len;
	return 0;
}

int vpngw_nl_pool_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_pool_config config = {
		.port_lo	= VPNGW_NL_PORT_LO,
		.port_hi	= VPNGW_NL_PORT_HI,
	};
	struct nlattr **attrs = info->attrs;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_POOL_NAME, "the pool's name") ?:
	      vpngw_nl_missing(info, VPNGW_A_POOL_RANGE, "an address range");
	if (err)
		return err;
	if (!attrs[VPNGW_A_POOL_PORT_LO] != !attrs[VPNGW_A_POOL_PORT_HI]) {
		NL_SET_ERR_MSG(info->extack, "give both ports or neither");
		return -EINVAL;
	}
	/* A block is of a host or vpn, and not of a class of ports. */
	if (attrs[VPNGW_A_POOL_BLOCK_SIZE])
		config.port_lo = VPNGW_NL_BLOCK_PORT_LO;
	if (attrs[VPNGW_A_POOL_PORT_LO]) {
		config.port_lo = ntohs(nla_get_be16(attrs[VPNGW_A_POOL_PORT_LO]));
		config.port_hi = ntohs(nla_get_be16(attrs[VPNGW_A_POOL_PORT_HI]));
	}
	config.parity = vpngw_nl_flag(attrs[VPNGW_A_POOL_PARITY]);
	config.contiguity = vpngw_nl_flag(attrs[VPNGW_A_POOL_CONTIGUITY]);
	if (attrs[VPNGW_A_POOL_BLOCK_SIZE])
		config.block_size = nla_get_u32(attrs[VPNGW_A_POOL_BLOCK_SIZE]);
	if (attrs[VPNGW_A_POOL_BLOCK_OWNER])
		config.block_owner =
			nla_get_u32(attrs[VPNGW_A_POOL_BLOCK_OWNER]);
	if (attrs[VPNGW_A_POOL_DETERMINISTIC]) {
		err = vpngw_nl_get_computed(info, &config);
		if (err)
			return err;
	}
	config.name = nla_data(attrs[VPNGW_A_POOL_NAME]);
	err = vpngw_realm_check_name(config.name, info->extack);
	if (err)
		return err;
	config.ranges = kcalloc(VPNGW_POOL_RANGES_MAX, sizeof(*config.ranges),
				GFP_KERNEL);
	if (!config.ranges)
		return -ENOMEM;
	err = vpngw_nl_get_ranges(info, &config);
	if (!err) {
		vn = vpngw_nl_lock(info);
		err = vpngw_nl_pool_add(vn, info, &config);
		vpngw_nl_unlock(vn);
	}
	kfree(config.ranges);
	return err;
}

static int vpngw_nl_get_pool(struct vpngw_net *vn, struct genl_info *info,
			     struct vpngw_pool **pool)
{
	struct nlattr *attr = info->attrs[VPNGW_A_POOL_NAME];

	*pool = vpngw_pool_find(vn, nla_data(attr));
	if (*pool)
		return 0;
	NL_SET_ERR_MSG_FMT(info->extack, "there is no pool %s",
			   (const char *)nla_data(attr));
	NL_SET_BAD_ATTR(info->extack, attr);
	return -ENOENT;
}

int vpngw_nl_pool_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_pool *pool;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_POOL_NAME, "the pool's name");
	if (err)
		return err;
	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_pool(vn, info, &pool);
	if (!err)
		err = vpngw_pool_check_unused(pool, info->extack);
	if (!err) {
		vpngw_nl_changed(vn, VPNGW_CMD_POOL_DEL_NTF, vpngw_nl_put_pool,
				 pool);
		vpngw_pool_del(pool);
	}
	vpngw_nl_unlock(vn);
	return err;
}

int vpngw_nl_pool_drain_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct vpngw_pool_config config = {};
	struct vpngw_pool *pool;
	struct vpngw_net *vn;
	bool drain;
	int err;
	u32 i;

	err = vpngw_nl_missing(info, VPNGW_A_POOL_NAME, "the pool's name") ?:
	      vpngw_nl_missing(info, VPNGW_A_POOL_RANGE, "an address range");
	if (err)
		return err;
	drain = !attrs[VPNGW_A_POOL_DRAIN] ||
		nla_get_u8(attrs[VPNGW_A_POOL_DRAIN]);
	config.ranges = kcalloc(VPNGW_POOL_RANGES_MAX, sizeof(*config.ranges),
				GFP_KERNEL);
	if (!config.ranges)
		return -ENOMEM;
	err = vpngw_nl_get_ranges(info, &config);
	if (err)
		goto out_free;
	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_pool(vn, info, &pool);
	if (err)
		goto out_unlock;
	/* All or nothing. */
	for (i = 0; i < config.n_ranges && !err; i++)
		err = vpngw_pool_check_range(pool, &config.ranges[i],
					     info->extack);
	if (!err)
		err = vpngw_pool_check_drain(pool, config.ranges,
					     config.n_ranges, drain,
					     info->extack);
	if (err)
		goto out_unlock;
	for (i = 0; i < config.n_ranges; i++)
		vpngw_pool_drain(pool, &config.ranges[i], drain);
	vpngw_nl_changed(vn, VPNGW_CMD_POOL_NEW_NTF, vpngw_nl_put_pool, pool);
out_unlock:
	vpngw_nl_unlock(vn);
out_free:
	kfree(config.ranges);
	return err;
}

int vpngw_nl_pool_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_pool *pool;
	struct vpngw_net *vn;
	int err;

	err = vpngw_nl_missing(info, VPNGW_A_POOL_NAME, "the pool's name");
	if (err)
		return err;
	vn = vpngw_nl_lock(info);
	err = vpngw_nl_get_pool(vn, info, &pool);
	if (!err)
		err = vpngw_nl_reply(info, VPNGW_CMD_POOL_GET,
				     vpngw_nl_put_pool, pool);
	vpngw_nl_unlock(vn);
	return err;
}

static int vpngw_nl_dump_pool(struct sk_buff *msg,
			      const struct list_head *entry,
			      struct nlattr **attrs)
{
	const struct vpngw_pool *pool = list_entry(entry, struct vpngw_pool,
						   list);
	const struct nlattr *ext = attrs[VPNGW_A_POOL_EXT];

	if (ext && nla_strcmp(ext, pool->ext->name))
		return 1;
	return vpngw_nl_put_pool(msg, pool);
}

int vpngw_nl_pool_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vpngw_net *vn = vpngw_net_get(sock_net(skb->sk));
	int ret;

	mutex_lock(&vn->mutex);
	ret = vpngw_nl_dump_list(skb, cb, vn, &vn->pools, VPNGW_CMD_POOL_GET,
				 vpngw_nl_dump_pool);
	mutex_unlock(&vn->mutex);
	return ret;
}
