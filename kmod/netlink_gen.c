// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vpngw.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/vpngw.h>

/* Common nested types */
const struct nla_policy vpngw_endpoint_nl_policy[VPNGW_A_ENDPOINT_PREFIX_LEN + 1] = {
	[VPNGW_A_ENDPOINT_ADDR] = { .type = NLA_BINARY, },
	[VPNGW_A_ENDPOINT_PORT] = { .type = NLA_U16, },
	[VPNGW_A_ENDPOINT_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

const struct nla_policy vpngw_range_nl_policy[VPNGW_A_RANGE_DRAINING + 1] = {
	[VPNGW_A_RANGE_FIRST] = { .type = NLA_BINARY, },
	[VPNGW_A_RANGE_LAST] = { .type = NLA_BINARY, },
	[VPNGW_A_RANGE_DRAINING] = { .type = NLA_FLAG, },
};

const struct nla_policy vpngw_tuple_nl_policy[VPNGW_A_TUPLE_DPORT + 1] = {
	[VPNGW_A_TUPLE_SRC] = { .type = NLA_BINARY, },
	[VPNGW_A_TUPLE_SPORT] = { .type = NLA_U16, },
	[VPNGW_A_TUPLE_DST] = { .type = NLA_BINARY, },
	[VPNGW_A_TUPLE_DPORT] = { .type = NLA_U16, },
};

/* VPNGW_CMD_VPN_NEW - do */
const struct nla_policy vpngw_vpn_new_nl_policy[VPNGW_A_VPN_FILTERING + 1] = {
	[VPNGW_A_VPN_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_VPN_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_VPN_VRF_IFINDEX] = { .type = NLA_U32, },
	[VPNGW_A_VPN_TABLE] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_VPN_MAX_FLOWS] = { .type = NLA_U32, },
	[VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST] = { .type = NLA_U32, },
	[VPNGW_A_VPN_MAX_MAPPINGS] = { .type = NLA_U32, },
	[VPNGW_A_VPN_MAX_FLOWS_PER_HOST] = { .type = NLA_U32, },
	[VPNGW_A_VPN_MAX_HALF_OPEN] = { .type = NLA_U32, },
	[VPNGW_A_VPN_NEW_FLOW_RATE] = { .type = NLA_U32, },
	[VPNGW_A_VPN_STRICT] = NLA_POLICY_MAX(NLA_U8, 1),
	[VPNGW_A_VPN_HAIRPIN] = NLA_POLICY_MAX(NLA_U8, 1),
	[VPNGW_A_VPN_FILTERING] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VPNGW_CMD_VPN_DEL - do */
const struct nla_policy vpngw_vpn_del_nl_policy[VPNGW_A_VPN_NAME + 1] = {
	[VPNGW_A_VPN_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
};

/* VPNGW_CMD_VPN_GET - do */
const struct nla_policy vpngw_vpn_get_nl_policy[VPNGW_A_VPN_NAME + 1] = {
	[VPNGW_A_VPN_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
};

/* VPNGW_CMD_EXT_NEW - do */
const struct nla_policy vpngw_ext_new_nl_policy[VPNGW_A_EXT_TABLE + 1] = {
	[VPNGW_A_EXT_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_EXT_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_EXT_VRF_IFINDEX] = { .type = NLA_U32, },
	[VPNGW_A_EXT_TABLE] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* VPNGW_CMD_EXT_DEL - do */
const struct nla_policy vpngw_ext_del_nl_policy[VPNGW_A_EXT_NAME + 1] = {
	[VPNGW_A_EXT_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
};

/* VPNGW_CMD_EXT_GET - do */
const struct nla_policy vpngw_ext_get_nl_policy[VPNGW_A_EXT_NAME + 1] = {
	[VPNGW_A_EXT_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
};

/* VPNGW_CMD_INTERFACE_NEW - do */
const struct nla_policy vpngw_interface_new_nl_policy[VPNGW_A_INTERFACE_MSS + 1] = {
	[VPNGW_A_INTERFACE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_INTERFACE_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_INTERFACE_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_INTERFACE_MSS] = { .type = NLA_U16, },
};

/* VPNGW_CMD_INTERFACE_DEL - do */
const struct nla_policy vpngw_interface_del_nl_policy[VPNGW_A_INTERFACE_IFINDEX + 1] = {
	[VPNGW_A_INTERFACE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* VPNGW_CMD_INTERFACE_GET - do */
const struct nla_policy vpngw_interface_get_nl_policy[VPNGW_A_INTERFACE_EXT + 1] = {
	[VPNGW_A_INTERFACE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_INTERFACE_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_INTERFACE_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
};

/* VPNGW_CMD_POOL_NEW - do */
const struct nla_policy vpngw_pool_new_nl_policy[VPNGW_A_POOL_DETERMINISTIC + 1] = {
	[VPNGW_A_POOL_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_POOL_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_POOL_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_POOL_RANGE] = NLA_POLICY_NESTED(vpngw_range_nl_policy),
	[VPNGW_A_POOL_PORT_LO] = { .type = NLA_U16, },
	[VPNGW_A_POOL_PORT_HI] = { .type = NLA_U16, },
	[VPNGW_A_POOL_PARITY] = NLA_POLICY_MAX(NLA_U8, 1),
	[VPNGW_A_POOL_CONTIGUITY] = NLA_POLICY_MAX(NLA_U8, 1),
	[VPNGW_A_POOL_BLOCK_SIZE] = { .type = NLA_U32, },
	[VPNGW_A_POOL_BLOCK_OWNER] = NLA_POLICY_MAX(NLA_U32, 1),
	[VPNGW_A_POOL_DETERMINISTIC] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
};

/* VPNGW_CMD_POOL_DEL - do */
const struct nla_policy vpngw_pool_del_nl_policy[VPNGW_A_POOL_NAME + 1] = {
	[VPNGW_A_POOL_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
};

/* VPNGW_CMD_POOL_GET - do */
const struct nla_policy vpngw_pool_get_nl_policy[VPNGW_A_POOL_EXT + 1] = {
	[VPNGW_A_POOL_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_POOL_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
};

/* VPNGW_CMD_POOL_DRAIN - do */
const struct nla_policy vpngw_pool_drain_nl_policy[VPNGW_A_POOL_DRAIN + 1] = {
	[VPNGW_A_POOL_NAME] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_POOL_RANGE] = NLA_POLICY_NESTED(vpngw_range_nl_policy),
	[VPNGW_A_POOL_DRAIN] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* VPNGW_CMD_ALIAS_NEW - do */
const struct nla_policy vpngw_alias_new_nl_policy[VPNGW_A_ALIAS_SERVER + 1] = {
	[VPNGW_A_ALIAS_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_ALIAS_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_ALIAS_POOL] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_ALIAS_PROTO] = { .type = NLA_U8, },
	[VPNGW_A_ALIAS_INSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_ALIAS_SERVER] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
};

/* VPNGW_CMD_ALIAS_DEL - do */
const struct nla_policy vpngw_alias_del_nl_policy[VPNGW_A_ALIAS_INSIDE + 1] = {
	[VPNGW_A_ALIAS_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_ALIAS_PROTO] = { .type = NLA_U8, },
	[VPNGW_A_ALIAS_INSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
};

/* VPNGW_CMD_ALIAS_GET - do */
const struct nla_policy vpngw_alias_get_nl_policy[VPNGW_A_ALIAS_INSIDE + 1] = {
	[VPNGW_A_ALIAS_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_ALIAS_PROTO] = { .type = NLA_U8, },
	[VPNGW_A_ALIAS_INSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
};

/* VPNGW_CMD_MAPPING_NEW - do */
const struct nla_policy vpngw_mapping_new_nl_policy[VPNGW_A_MAPPING_OUTSIDE + 1] = {
	[VPNGW_A_MAPPING_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_MAPPING_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_MAPPING_PROTO] = { .type = NLA_U8, },
	[VPNGW_A_MAPPING_INSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_MAPPING_OUTSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
};

/* VPNGW_CMD_MAPPING_DEL - do */
const struct nla_policy vpngw_mapping_del_nl_policy[VPNGW_A_MAPPING_OUTSIDE + 1] = {
	[VPNGW_A_MAPPING_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_MAPPING_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_MAPPING_PROTO] = { .type = NLA_U8, },
	[VPNGW_A_MAPPING_INSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_MAPPING_OUTSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
};

/* VPNGW_CMD_MAPPING_GET - do */
const struct nla_policy vpngw_mapping_get_nl_policy[VPNGW_A_MAPPING_STATIC + 1] = {
	[VPNGW_A_MAPPING_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_MAPPING_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_MAPPING_PROTO] = { .type = NLA_U8, },
	[VPNGW_A_MAPPING_INSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_MAPPING_OUTSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_MAPPING_STATIC] = { .type = NLA_FLAG, },
};

/* VPNGW_CMD_FLOW_GET - do */
const struct nla_policy vpngw_flow_get_nl_policy[VPNGW_A_FLOW_FILTER_SERVER + 1] = {
	[VPNGW_A_FLOW_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_FLOW_PROTO] = { .type = NLA_U8, },
	[VPNGW_A_FLOW_FILTER_INSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_FLOW_FILTER_OUTSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_FLOW_FILTER_SERVER] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
};

/* VPNGW_CMD_FLOW_COUNT - do */
const struct nla_policy vpngw_flow_count_nl_policy[VPNGW_A_FLOW_FILTER_SERVER + 1] = {
	[VPNGW_A_FLOW_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_FLOW_PROTO] = { .type = NLA_U8, },
	[VPNGW_A_FLOW_FILTER_INSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_FLOW_FILTER_OUTSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_FLOW_FILTER_SERVER] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
};

/* VPNGW_CMD_FLOW_DEL - do */
const struct nla_policy vpngw_flow_del_nl_policy[VPNGW_A_FLOW_FILTER_SERVER + 1] = {
	[VPNGW_A_FLOW_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_FLOW_PROTO] = { .type = NLA_U8, },
	[VPNGW_A_FLOW_FILTER_INSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_FLOW_FILTER_OUTSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_FLOW_FILTER_SERVER] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
};

/* VPNGW_CMD_IDENTIFY - do */
const struct nla_policy vpngw_identify_nl_policy[VPNGW_A_IDENTITY_EXT + 1] = {
	[VPNGW_A_IDENTITY_PROTO] = NLA_POLICY_MIN(NLA_U8, 1),
	[VPNGW_A_IDENTITY_OUTSIDE] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_IDENTITY_SERVER] = NLA_POLICY_NESTED(vpngw_endpoint_nl_policy),
	[VPNGW_A_IDENTITY_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
};

/* VPNGW_CMD_STATS_GET - do */
const struct nla_policy vpngw_stats_get_nl_policy[VPNGW_A_STATS_EXT + 1] = {
	[VPNGW_A_STATS_VPN] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
	[VPNGW_A_STATS_EXT] = { .type = NLA_NUL_STRING, .len = VPNGW_NAME_MAX, },
};

/* VPNGW_CMD_SETTING - do */
const struct nla_policy vpngw_setting_nl_policy[VPNGW_A_SETTING_ICMP_CODE + 1] = {
	[VPNGW_A_SETTING_TIMEOUT_UDP_UNREPLIED] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_SETTING_TIMEOUT_UDP] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_SETTING_TIMEOUT_ICMP] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_SETTING_TIMEOUT_TCP_INIT] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_SETTING_TIMEOUT_TCP_ESTABLISHED] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_SETTING_TIMEOUT_TCP_CLOSING] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_SETTING_TIMEOUT_TCP_RESET] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_SETTING_TIMEOUT_OTHER] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_SETTING_QUARANTINE] = { .type = NLA_U32, },
	[VPNGW_A_SETTING_QUARANTINE_SHARE] = NLA_POLICY_MAX(NLA_U8, 100),
	[VPNGW_A_SETTING_MAX_FLOWS] = { .type = NLA_U32, },
	[VPNGW_A_SETTING_MAX_MAPPINGS] = { .type = NLA_U32, },
	[VPNGW_A_SETTING_MAX_HALF_OPEN] = { .type = NLA_U32, },
	[VPNGW_A_SETTING_TCP_PICKUP] = NLA_POLICY_MAX(NLA_U8, 1),
	[VPNGW_A_SETTING_ICMP_CODE] = NLA_POLICY_MAX(NLA_U8, 15),
};

/* VPNGW_CMD_FLUSH - do */
const struct nla_policy vpngw_flush_nl_policy[VPNGW_A_SETTING_CONFIG_ID + 1] = {
	[VPNGW_A_SETTING_CONFIG_ID] = { .type = NLA_U32, },
};

/* VPNGW_CMD_EXPLAIN - do */
const struct nla_policy vpngw_explain_nl_policy[VPNGW_A_EXPLAIN_PACKET + 1] = {
	[VPNGW_A_EXPLAIN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[VPNGW_A_EXPLAIN_PROTO] = NLA_POLICY_MIN(NLA_U8, 1),
	[VPNGW_A_EXPLAIN_PACKET] = NLA_POLICY_NESTED(vpngw_tuple_nl_policy),
};

/* Ops table for vpngw */
const struct genl_ops vpngw_nl_ops[27] = {
	{
		.cmd		= VPNGW_CMD_VPN_NEW,
		.doit		= vpngw_nl_vpn_new_doit,
		.policy		= vpngw_vpn_new_nl_policy,
		.maxattr	= VPNGW_A_VPN_FILTERING,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_VPN_DEL,
		.doit		= vpngw_nl_vpn_del_doit,
		.policy		= vpngw_vpn_del_nl_policy,
		.maxattr	= VPNGW_A_VPN_NAME,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_VPN_GET,
		.doit		= vpngw_nl_vpn_get_doit,
		.dumpit		= vpngw_nl_vpn_get_dumpit,
		.policy		= vpngw_vpn_get_nl_policy,
		.maxattr	= VPNGW_A_VPN_NAME,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_EXT_NEW,
		.doit		= vpngw_nl_ext_new_doit,
		.policy		= vpngw_ext_new_nl_policy,
		.maxattr	= VPNGW_A_EXT_TABLE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_EXT_DEL,
		.doit		= vpngw_nl_ext_del_doit,
		.policy		= vpngw_ext_del_nl_policy,
		.maxattr	= VPNGW_A_EXT_NAME,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_EXT_GET,
		.doit		= vpngw_nl_ext_get_doit,
		.dumpit		= vpngw_nl_ext_get_dumpit,
		.policy		= vpngw_ext_get_nl_policy,
		.maxattr	= VPNGW_A_EXT_NAME,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_INTERFACE_NEW,
		.doit		= vpngw_nl_interface_new_doit,
		.policy		= vpngw_interface_new_nl_policy,
		.maxattr	= VPNGW_A_INTERFACE_MSS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_INTERFACE_DEL,
		.doit		= vpngw_nl_interface_del_doit,
		.policy		= vpngw_interface_del_nl_policy,
		.maxattr	= VPNGW_A_INTERFACE_IFINDEX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_INTERFACE_GET,
		.doit		= vpngw_nl_interface_get_doit,
		.dumpit		= vpngw_nl_interface_get_dumpit,
		.policy		= vpngw_interface_get_nl_policy,
		.maxattr	= VPNGW_A_INTERFACE_EXT,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_POOL_NEW,
		.doit		= vpngw_nl_pool_new_doit,
		.policy		= vpngw_pool_new_nl_policy,
		.maxattr	= VPNGW_A_POOL_DETERMINISTIC,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_POOL_DEL,
		.doit		= vpngw_nl_pool_del_doit,
		.policy		= vpngw_pool_del_nl_policy,
		.maxattr	= VPNGW_A_POOL_NAME,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_POOL_GET,
		.doit		= vpngw_nl_pool_get_doit,
		.dumpit		= vpngw_nl_pool_get_dumpit,
		.policy		= vpngw_pool_get_nl_policy,
		.maxattr	= VPNGW_A_POOL_EXT,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_POOL_DRAIN,
		.doit		= vpngw_nl_pool_drain_doit,
		.policy		= vpngw_pool_drain_nl_policy,
		.maxattr	= VPNGW_A_POOL_DRAIN,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_ALIAS_NEW,
		.doit		= vpngw_nl_alias_new_doit,
		.policy		= vpngw_alias_new_nl_policy,
		.maxattr	= VPNGW_A_ALIAS_SERVER,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_ALIAS_DEL,
		.doit		= vpngw_nl_alias_del_doit,
		.policy		= vpngw_alias_del_nl_policy,
		.maxattr	= VPNGW_A_ALIAS_INSIDE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_ALIAS_GET,
		.doit		= vpngw_nl_alias_get_doit,
		.dumpit		= vpngw_nl_alias_get_dumpit,
		.policy		= vpngw_alias_get_nl_policy,
		.maxattr	= VPNGW_A_ALIAS_INSIDE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_MAPPING_NEW,
		.doit		= vpngw_nl_mapping_new_doit,
		.policy		= vpngw_mapping_new_nl_policy,
		.maxattr	= VPNGW_A_MAPPING_OUTSIDE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_MAPPING_DEL,
		.doit		= vpngw_nl_mapping_del_doit,
		.policy		= vpngw_mapping_del_nl_policy,
		.maxattr	= VPNGW_A_MAPPING_OUTSIDE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_MAPPING_GET,
		.doit		= vpngw_nl_mapping_get_doit,
		.dumpit		= vpngw_nl_mapping_get_dumpit,
		.policy		= vpngw_mapping_get_nl_policy,
		.maxattr	= VPNGW_A_MAPPING_STATIC,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_FLOW_GET,
		.doit		= vpngw_nl_flow_get_doit,
		.dumpit		= vpngw_nl_flow_get_dumpit,
		.policy		= vpngw_flow_get_nl_policy,
		.maxattr	= VPNGW_A_FLOW_FILTER_SERVER,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_FLOW_COUNT,
		.doit		= vpngw_nl_flow_count_doit,
		.policy		= vpngw_flow_count_nl_policy,
		.maxattr	= VPNGW_A_FLOW_FILTER_SERVER,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_FLOW_DEL,
		.doit		= vpngw_nl_flow_del_doit,
		.policy		= vpngw_flow_del_nl_policy,
		.maxattr	= VPNGW_A_FLOW_FILTER_SERVER,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_IDENTIFY,
		.doit		= vpngw_nl_identify_doit,
		.policy		= vpngw_identify_nl_policy,
		.maxattr	= VPNGW_A_IDENTITY_EXT,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_STATS_GET,
		.doit		= vpngw_nl_stats_get_doit,
		.policy		= vpngw_stats_get_nl_policy,
		.maxattr	= VPNGW_A_STATS_EXT,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_SETTING,
		.doit		= vpngw_nl_setting_doit,
		.policy		= vpngw_setting_nl_policy,
		.maxattr	= VPNGW_A_SETTING_ICMP_CODE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_FLUSH,
		.doit		= vpngw_nl_flush_doit,
		.policy		= vpngw_flush_nl_policy,
		.maxattr	= VPNGW_A_SETTING_CONFIG_ID,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VPNGW_CMD_EXPLAIN,
		.doit		= vpngw_nl_explain_doit,
		.policy		= vpngw_explain_nl_policy,
		.maxattr	= VPNGW_A_EXPLAIN_PACKET,
		.flags		= GENL_ADMIN_PERM,
	},
};

static const struct genl_multicast_group vpngw_nl_mcgrps[] = {
	[VPNGW_NLGRP_CONFIG] = { "config", },
	[VPNGW_NLGRP_FLOW] = { "flow", },
	[VPNGW_NLGRP_LIMIT] = { "limit", },
};
