// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on settings and counters, and the one that deletes all.
 */
#include <net/genetlink.h>

#include "netlink.h"
#include "netlink_gen.h"
#include "realm.h"
#include "tuple.h"

/* The settings' attributes follow one another as the timeouts do. */
#define VPNGW_NL_TIMEOUT(i) (VPNGW_A_SETTING_TIMEOUT_UDP_UNREPLIED + (i))
/* So do the limits. */
#define VPNGW_NL_MAX(i) (VPNGW_A_SETTING_MAX_FLOWS + (i))

static int vpngw_nl_put_settings(struct sk_buff *msg, const void *object)
{
	const struct vpngw_net *vn = object;
	int i;

	BUILD_BUG_ON(VPNGW_NL_TIMEOUT(VPNGW_TIMEOUT_OTHER) !=
		     VPNGW_A_SETTING_TIMEOUT_OTHER);
	if (nla_put_u32(msg, VPNGW_A_SETTING_CONFIG_ID, vn->config_id))
		return -EMSGSIZE;
	for (i = 0; i < VPNGW_TIMEOUTS; i++)
		if (nla_put_u32(msg, VPNGW_NL_TIMEOUT(i), vn->timeouts[i]))
			return -EMSGSIZE;
	BUILD_BUG_ON(VPNGW_NL_MAX(VPNGW_LIMIT_HALF_OPEN) !=
		     VPNGW_A_SETTING_MAX_HALF_OPEN);
	/* What follows from the machine's memory is nobody's setting. */
	for (i = 0; i < VPNGW_LIMITS; i++)
		if (!vn->limits[i].is_auto &&
		    nla_put_u32(msg, VPNGW_NL_MAX(i), vn->limits[i].max))
			return -EMSGSIZE;
	if (nla_put_u32(msg, VPNGW_A_SETTING_QUARANTINE, vn->quarantine) ||
	    nla_put_u8(msg, VPNGW_A_SETTING_QUARANTINE_SHARE,
		       vn->quarantine_share) ||
	    nla_put_u8(msg, VPNGW_A_SETTING_TCP_PICKUP, vn->tcp_pickup) ||
	    nla_put_u8(msg, VPNGW_A_SETTING_ICMP_CODE, vn->icmp_code))
		return -EMSGSIZE;
	return 0;
}

/* Change what the request has an attribute for; says whether there is one. */
static bool vpngw_nl_change_settings(struct vpngw_net *vn,
				     struct nlattr **attrs)
{
	const struct nlattr *attr;
	bool changed = false;
	int i;

	for (i = 0; i < VPNGW_TIMEOUTS; i++) {
		attr = attrs[VPNGW_NL_TIMEOUT(i)];
		changed |= !!attr;
		if (attr)
			WRITE_ONCE(vn->timeouts[i], nla_get_u32(attr));
	}
	for (i = 0; i < VPNGW_LIMITS; i++) {
		attr = attrs[VPNGW_NL_MAX(i)];
		changed |= !!attr;
		if (attr)
			vpngw_limit_set(vn, i, nla_get_u32(attr));
	}
	attr = attrs[VPNGW_A_SETTING_QUARANTINE];
	changed |= !!attr;
	if (attr)
		WRITE_ONCE(vn->quarantine, nla_get_u32(attr));
	attr = attrs[VPNGW_A_SETTING_QUARANTINE_SHARE];
	changed |= !!attr;
	if (attr)
		WRITE_ONCE(vn->quarantine_share, nla_get_u8(attr));
	attr = attrs[VPNGW_A_SETTING_TCP_PICKUP];
	changed |= !!attr;
	if (attr)
		WRITE_ONCE(vn->tcp_pickup, nla_get_u8(attr));
	attr = attrs[VPNGW_A_SETTING_ICMP_CODE];
	changed |= !!attr;
	if (attr)
		WRITE_ONCE(vn->icmp_code, nla_get_u8(attr));
	return changed;
}

static int vpngw_nl_check_seconds(struct genl_info *info, int id)
{
	const struct nlattr *attr = info->attrs[id];

	if (!attr || nla_get_u32(attr) <= VPNGW_TIMEOUT_MAX)
		return 0;
	NL_SET_ERR_MSG_FMT(info->extack, "it is at most %u seconds",
			   VPNGW_TIMEOUT_MAX);
	NL_SET_BAD_ATTR(info->extack, attr);
	return -ERANGE;
}

int vpngw_nl_setting_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_net *vn = vpngw_net_get(genl_info_net(info));
	int i, err;

	/* All or nothing. */
	for (i = 0; i < VPNGW_TIMEOUTS; i++) {
		err = vpngw_nl_check_seconds(info, VPNGW_NL_TIMEOUT(i));
		if (err)
			return err;
	}
	err = vpngw_nl_check_seconds(info, VPNGW_A_SETTING_QUARANTINE);
	if (err)
		return err;
	mutex_lock(&vn->mutex);
	vn->config_id += vpngw_nl_change_settings(vn, info->attrs);
	err = vpngw_nl_reply(info, VPNGW_CMD_SETTING, vpngw_nl_put_settings,
			     vn);
	mutex_unlock(&vn->mutex);
	return err;
}

int vpngw_nl_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VPNGW_A_SETTING_CONFIG_ID];
	struct vpngw_net *vn = vpngw_nl_lock(info);
	int err = 0;

	if (id && nla_get_u32(id) != vn->config_id) {
		NL_SET_ERR_MSG_ATTR(info->extack, id,
				    "the configuration has changed since");
		err = -ESTALE;
	} else {
		vpngw_net_flush(vn);
		vn->config_id++;
	}
	vpngw_nl_unlock(vn);
	return err;
}

int vpngw_nl_put_limit(struct sk_buff *msg, const void *object)
{
	const struct vpngw_nl_limit *limit = object;
	struct in6_addr host;

	if (nla_put_string(msg, VPNGW_A_LIMIT_VPN, limit->vpn->name) ||
	    nla_put_u32(msg, VPNGW_A_LIMIT_VPN_ID, limit->vpn->id) ||
	    nla_put_u32(msg, VPNGW_A_LIMIT_REASON, limit->reason) ||
	    nla_put_u8(msg, VPNGW_A_LIMIT_PROTO, limit->inside->proto) ||
	    nla_put_u32(msg, VPNGW_A_LIMIT_MISSED, limit->missed))
		return -EMSGSIZE;
	vpngw_tuple_src(limit->inside, &host);
	return vpngw_nl_put_endpoint(msg, VPNGW_A_LIMIT_INSIDE, &host,
				     limit->inside->sport, -1);
}

/**
 * struct vpngw_nl_stats - counters to be shown
 * @realm: whose they are, or NULL
 * @sum: the counters
 */
struct vpngw_nl_stats {
	const struct vpngw_realm	*realm;
	struct vpngw_stats		sum;
};

static int vpngw_nl_put_drop(struct sk_buff *msg, u32 reason, u64 packets)
{
	struct nlattr *nest = nla_nest_start(msg, VPNGW_A_STATS_DROP);

	if (!nest || nla_put_u32(msg, VPNGW_A_DROP_REASON, reason) ||
	    nla_put_u64_64bit(msg, VPNGW_A_DROP_PACKETS, packets,
			      VPNGW_A_DROP_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int vpngw_nl_put_stats(struct sk_buff *msg, const void *object)
{
	const struct vpngw_nl_stats *stats = object;
	const struct vpngw_stats *sum = &stats->sum;
	int i;

	if (stats->realm &&
	    nla_put_string(msg, stats->realm->side == VPNGW_SIDE_INSIDE ?
			   VPNGW_A_STATS_VPN : VPNGW_A_STATS_EXT,
			   stats->realm->name))
		return -EMSGSIZE;
	if (vpngw_nl_put_counter(msg, VPNGW_A_STATS_OUTBOUND,
				 sum->packets[VPNGW_SIDE_INSIDE],
				 sum->bytes[VPNGW_SIDE_INSIDE]) ||
	    vpngw_nl_put_counter(msg, VPNGW_A_STATS_INBOUND,
				 sum->packets[VPNGW_SIDE_OUTSIDE],
				 sum->bytes[VPNGW_SIDE_OUTSIDE]) ||
	    nla_put_u64_64bit(msg, VPNGW_A_STATS_FLOWS_CREATED,
			      sum->flows_created, VPNGW_A_STATS_PAD) ||
	    nla_put_u64_64bit(msg, VPNGW_A_STATS_FLOWS_ENDED, sum->flows_ended,
			      VPNGW_A_STATS_PAD))
		return -EMSGSIZE;
	for (i = 0; i < VPNGW_REASONS; i++)
		if (vpngw_nl_put_drop(msg, i, sum->drop[i]))
			return -EMSGSIZE;
	if (nla_put_u64_64bit(msg, VPNGW_A_STATS_ICMP_HELD_BACK,
			      sum->icmp_held_back, VPNGW_A_STATS_PAD))
		return -EMSGSIZE;
	return 0;
}

/* What a packet's vpn and ext both count is taken from the vpns only. */
static void vpngw_nl_stats_sum(struct vpngw_net *vn, struct vpngw_stats *sum)
{
	struct vpngw_stats ext = {};
	struct vpngw_realm *realm;
	int i;

	vpngw_stats_add(sum, vn->stats);
	list_for_each_entry(realm, &vn->vpns, list)
		vpngw_stats_add(sum, realm->stats);
	list_for_each_entry(realm, &vn->exts, list)
		vpngw_stats_add(&ext, realm->stats);
	for (i = 0; i < VPNGW_REASONS; i++)
		sum->drop[i] += ext.drop[i];
	sum->icmp_held_back += ext.icmp_held_back;
}

int vpngw_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vpngw_net *vn = vpngw_net_get(genl_info_net(info));
	struct nlattr *vpn = info->attrs[VPNGW_A_STATS_VPN];
	struct nlattr *ext = info->attrs[VPNGW_A_STATS_EXT];
	struct vpngw_nl_stats stats = {};
	struct vpngw_realm *realm;
	int err;

	if (vpn && ext) {
		NL_SET_ERR_MSG(info->extack, "name one vpn or one ext");
		return -EINVAL;
	}
	mutex_lock(&vn->mutex);
	err = vpngw_nl_get_realm(vn, info->extack, vpn ? vpn : ext,
				 vpn ? VPNGW_SIDE_INSIDE : VPNGW_SIDE_OUTSIDE,
				 &realm);
	if (err)
		goto out;
	stats.realm = realm;
	if (realm)
		vpngw_stats_add(&stats.sum, realm->stats);
	else
		vpngw_nl_stats_sum(vn, &stats.sum);
	err = vpngw_nl_reply(info, VPNGW_CMD_STATS_GET, vpngw_nl_put_stats,
			     &stats);
out:
	mutex_unlock(&vn->mutex);
	return err;
}
