/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vpngw.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_VPNGW_GEN_H
#define _LINUX_VPNGW_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/vpngw.h>

/* Common nested types */
extern const struct nla_policy vpngw_endpoint_nl_policy[VPNGW_A_ENDPOINT_PREFIX_LEN + 1];
extern const struct nla_policy vpngw_range_nl_policy[VPNGW_A_RANGE_DRAINING + 1];
extern const struct nla_policy vpngw_tuple_nl_policy[VPNGW_A_TUPLE_DPORT + 1];

extern const struct nla_policy vpngw_vpn_new_nl_policy[VPNGW_A_VPN_FILTERING + 1];

extern const struct nla_policy vpngw_vpn_del_nl_policy[VPNGW_A_VPN_NAME + 1];

extern const struct nla_policy vpngw_vpn_get_nl_policy[VPNGW_A_VPN_NAME + 1];

extern const struct nla_policy vpngw_ext_new_nl_policy[VPNGW_A_EXT_TABLE + 1];

extern const struct nla_policy vpngw_ext_del_nl_policy[VPNGW_A_EXT_NAME + 1];

extern const struct nla_policy vpngw_ext_get_nl_policy[VPNGW_A_EXT_NAME + 1];

extern const struct nla_policy vpngw_interface_new_nl_policy[VPNGW_A_INTERFACE_MSS + 1];

extern const struct nla_policy vpngw_interface_del_nl_policy[VPNGW_A_INTERFACE_IFINDEX + 1];

extern const struct nla_policy vpngw_interface_get_nl_policy[VPNGW_A_INTERFACE_EXT + 1];

extern const struct nla_policy vpngw_pool_new_nl_policy[VPNGW_A_POOL_DETERMINISTIC + 1];

extern const struct nla_policy vpngw_pool_del_nl_policy[VPNGW_A_POOL_NAME + 1];

extern const struct nla_policy vpngw_pool_get_nl_policy[VPNGW_A_POOL_EXT + 1];

extern const struct nla_policy vpngw_pool_drain_nl_policy[VPNGW_A_POOL_DRAIN + 1];

extern const struct nla_policy vpngw_alias_new_nl_policy[VPNGW_A_ALIAS_SERVER + 1];

extern const struct nla_policy vpngw_alias_del_nl_policy[VPNGW_A_ALIAS_INSIDE + 1];

extern const struct nla_policy vpngw_alias_get_nl_policy[VPNGW_A_ALIAS_INSIDE + 1];

extern const struct nla_policy vpngw_mapping_new_nl_policy[VPNGW_A_MAPPING_OUTSIDE + 1];

extern const struct nla_policy vpngw_mapping_del_nl_policy[VPNGW_A_MAPPING_OUTSIDE + 1];

extern const struct nla_policy vpngw_mapping_get_nl_policy[VPNGW_A_MAPPING_STATIC + 1];

extern const struct nla_policy vpngw_flow_get_nl_policy[VPNGW_A_FLOW_FILTER_SERVER + 1];

extern const struct nla_policy vpngw_flow_count_nl_policy[VPNGW_A_FLOW_FILTER_SERVER + 1];

extern const struct nla_policy vpngw_flow_del_nl_policy[VPNGW_A_FLOW_FILTER_SERVER + 1];

extern const struct nla_policy vpngw_identify_nl_policy[VPNGW_A_IDENTITY_EXT + 1];

extern const struct nla_policy vpngw_stats_get_nl_policy[VPNGW_A_STATS_EXT + 1];

extern const struct nla_policy vpngw_setting_nl_policy[VPNGW_A_SETTING_ICMP_CODE + 1];

extern const struct nla_policy vpngw_flush_nl_policy[VPNGW_A_SETTING_CONFIG_ID + 1];

extern const struct nla_policy vpngw_explain_nl_policy[VPNGW_A_EXPLAIN_PACKET + 1];

/* Ops table for vpngw */
extern const struct genl_ops vpngw_nl_ops[27];

int vpngw_nl_vpn_new_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_vpn_del_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_vpn_get_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_vpn_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vpngw_nl_ext_new_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_ext_del_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_ext_get_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_ext_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vpngw_nl_interface_new_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_interface_del_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_interface_get_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_interface_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int vpngw_nl_pool_new_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_pool_del_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_pool_get_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_pool_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vpngw_nl_pool_drain_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_alias_new_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_alias_del_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_alias_get_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_alias_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vpngw_nl_mapping_new_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_mapping_del_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_mapping_get_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_mapping_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int vpngw_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vpngw_nl_flow_count_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_flow_del_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_identify_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_setting_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_flush_doit(struct sk_buff *skb, struct genl_info *info);
int vpngw_nl_explain_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	VPNGW_NLGRP_CONFIG,
	VPNGW_NLGRP_FLOW,
	VPNGW_NLGRP_LIMIT,
};

#endif /* _LINUX_VPNGW_GEN_H */
