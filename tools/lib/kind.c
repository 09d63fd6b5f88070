// SPDX-License-Identifier: GPL-2.0
/* What there is to each kind of object: attributes, commands, events. */
#include "kind.h"

#include "fields.h"
#include "libvpngw.h"

#define COMMANDS(_kind)							\
	.cmd_new = VPNGW_CMD_##_kind##_NEW,				\
	.cmd_del = VPNGW_CMD_##_kind##_DEL,				\
	.cmd_get = VPNGW_CMD_##_kind##_GET,				\
	.ntf_new = VPNGW_CMD_##_kind##_NEW_NTF,				\
	.ntf_del = VPNGW_CMD_##_kind##_DEL_NTF

#define FLOW_FILTER	(VPNGW_HAS(VPNGW_A_FLOW_VPN) |			\
			 VPNGW_HAS(VPNGW_A_FLOW_PROTO) |		\
			 VPNGW_HAS(VPNGW_A_FLOW_FILTER_INSIDE) |	\
			 VPNGW_HAS(VPNGW_A_FLOW_FILTER_OUTSIDE) |	\
			 VPNGW_HAS(VPNGW_A_FLOW_FILTER_SERVER))

#define MAPPING_KEY	(VPNGW_HAS(VPNGW_A_MAPPING_VPN) |		\
			 VPNGW_HAS(VPNGW_A_MAPPING_EXT) |		\
			 VPNGW_HAS(VPNGW_A_MAPPING_PROTO) |		\
			 VPNGW_HAS(VPNGW_A_MAPPING_INSIDE) |		\
			 VPNGW_HAS(VPNGW_A_MAPPING_OUTSIDE))

#define ALIAS_KEY	(VPNGW_HAS(VPNGW_A_ALIAS_VPN) |			\
			 VPNGW_HAS(VPNGW_A_ALIAS_PROTO) |		\
			 VPNGW_HAS(VPNGW_A_ALIAS_INSIDE))

const struct vpngw_kind_def vpngw_kinds[VPNGW_KINDS] = {
	[VPNGW_VPN] = {
		.fields = &vpngw_vpn_fields,
		.new = VPNGW_HAS(VPNGW_A_VPN_NAME) |
		       VPNGW_HAS(VPNGW_A_VPN_ID) |
		       VPNGW_HAS(VPNGW_A_VPN_VRF_IFINDEX) |
		       VPNGW_HAS(VPNGW_A_VPN_TABLE) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_FLOWS) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_MAPPINGS) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_FLOWS_PER_HOST) |
		       VPNGW_HAS(VPNGW_A_VPN_MAX_HALF_OPEN) |
		       VPNGW_HAS(VPNGW_A_VPN_NEW_FLOW_RATE) |
		       VPNGW_HAS(VPNGW_A_VPN_STRICT) |
		       VPNGW_HAS(VPNGW_A_VPN_HAIRPIN) |
		       VPNGW_HAS(VPNGW_A_VPN_FILTERING),
		.del = VPNGW_HAS(VPNGW_A_VPN_NAME),
		.get = VPNGW_HAS(VPNGW_A_VPN_NAME),
		COMMANDS(VPN),
	},
	[VPNGW_EXT] = {
		.fields = &vpngw_ext_fields,
		.new = VPNGW_HAS(VPNGW_A_EXT_NAME) |
		       VPNGW_HAS(VPNGW_A_EXT_ID) |
		       VPNGW_HAS(VPNGW_A_EXT_VRF_IFINDEX) |
		       VPNGW_HAS(VPNGW_A_EXT_TABLE),
		.del = VPNGW_HAS(VPNGW_A_EXT_NAME),
		.get = VPNGW_HAS(VPNGW_A_EXT_NAME),
		COMMANDS(EXT),
	},
	[VPNGW_INTERFACE] = {
		.fields = &vpngw_interface_fields,
		.new = VPNGW_HAS(VPNGW_A_INTERFACE_IFINDEX) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_VPN) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_EXT) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_MSS),
		.del = VPNGW_HAS(VPNGW_A_INTERFACE_IFINDEX),
		.get = VPNGW_HAS(VPNGW_A_INTERFACE_IFINDEX) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_VPN) |
		       VPNGW_HAS(VPNGW_A_INTERFACE_EXT),
		COMMANDS(INTERFACE),
	},
	[VPNGW_POOL] = {
		.fields = &vpngw_pool_fields,
		.new = VPNGW_HAS(VPNGW_A_POOL_NAME) |
		       VPNGW_HAS(VPNGW_A_POOL_EXT) |
		       VPNGW_HAS(VPNGW_A_POOL_VPN) |
		       VPNGW_HAS(VPNGW_A_POOL_RANGE) |
		       VPNGW_HAS(VPNGW_A_POOL_PORT_LO) |
		       VPNGW_HAS(VPNGW_A_POOL_PORT_HI) |
		       VPNGW_HAS(VPNGW_A_POOL_PARITY) |
		       VPNGW_HAS(VPNGW_A_POOL_CONTIGUITY) |
		       VPNGW_HAS(VPNGW_A_POOL_BLOCK_SIZE) |
		       VPNGW_HAS(VPNGW_A_POOL_BLOCK_OWNER) |
		       VPNGW_HAS(VPNGW_A_POOL_DETERMINISTIC),
		.del = VPNGW_HAS(VPNGW_A_POOL_NAME),
		.get = VPNGW_HAS(VPNGW_A_POOL_NAME) |
		       VPNGW_HAS(VPNGW_A_POOL_EXT),
		COMMANDS(POOL),
	},
	[VPNGW_ALIAS] = {
		.fields = &vpngw_alias_fields,
		.new = ALIAS_KEY |
		       VPNGW_HAS(VPNGW_A_ALIAS_EXT) |
		       VPNGW_HAS(VPNGW_A_ALIAS_POOL) |
		       VPNGW_HAS(VPNGW_A_ALIAS_SERVER),
		.del = ALIAS_KEY,
		.get = ALIAS_KEY,
		COMMANDS(ALIAS),
	},
	[VPNGW_MAPPING] = {
		.fields = &vpngw_mapping_fields,
		.new = MAPPING_KEY,
		.del = MAPPING_KEY,
		.get = MAPPING_KEY | VPNGW_HAS(VPNGW_A_MAPPING_STATIC),
		COMMANDS(MAPPING),
	},
	[VPNGW_FLOW] = {
		.fields = &vpngw_flow_fields,
		.get = FLOW_FILTER,
		.cmd_get = VPNGW_CMD_FLOW_GET,
		.ntf_new = VPNGW_CMD_FLOW_NEW_NTF,
		.ntf_del = VPNGW_CMD_FLOW_DEL_NTF,
	},
	[VPNGW_LIMIT] = {
		.fields = &vpngw_limit_fields,
		.ntf_new = VPNGW_CMD_LIMIT_NTF,
	},
};
