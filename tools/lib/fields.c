// SPDX-License-Identifier: GPL-2.0
/* Which attribute is which member of a plain struct. */
#include "fields.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "libvpngw.h"

#define SIZEOF_MEMBER(_type, _name...)	sizeof(((_type *)NULL)->_name)

/* A _member is a struct and the name of one of its members. */
#define FIELD(_type, _member...)					\
	{								\
		.type = VPNGW_FIELD_##_type,				\
		.offset = offsetof(_member),				\
		.size = SIZEOF_MEMBER(_member),				\
	}

#define FIELD_NEST(_nest, _member...)					\
	{								\
		.type = VPNGW_FIELD_NEST,				\
		.offset = offsetof(_member),				\
		.size = SIZEOF_MEMBER(_member),				\
		.nest = &(_nest),					\
	}

#define FIELD_LIST(_nest, _count, _member...)				\
	{								\
		.type = VPNGW_FIELD_LIST,				\
		.offset = offsetof(_member),				\
		.size = SIZEOF_MEMBER(_member),				\
		.count = _count,					\
		.nest = &(_nest),					\
	}

#define FIELDS(_fields, _struct)					\
	{								\
		.field = _fields,					\
		.n = sizeof(_fields) / sizeof(struct vpngw_field),	\
		.size = sizeof(struct _struct),				\
	}

static const struct vpngw_field endpoint_fields[] = {
	[VPNGW_A_ENDPOINT_ADDR] = FIELD(ADDR, struct vpngw_endpoint, addr),
	[VPNGW_A_ENDPOINT_PORT] = FIELD(PORT, struct vpngw_endpoint, port),
	[VPNGW_A_ENDPOINT_PREFIX_LEN] =
		FIELD(U8, struct vpngw_endpoint, prefix_len),
};

static const struct vpngw_fields endpoint =
	FIELDS(endpoint_fields, vpngw_endpoint);

static const struct vpngw_field range_fields[] = {
	[VPNGW_A_RANGE_FIRST] = FIELD(ADDR, struct vpngw_range, first),
	[VPNGW_A_RANGE_LAST] = FIELD(ADDR, struct vpngw_range, last),
	[VPNGW_A_RANGE_DRAINING] = FIELD(FLAG, struct vpngw_range, draining),
};

static const struct vpngw_fields range = {
	.field = range_fields,
	.n = sizeof(range_fields) / sizeof(struct vpngw_field),
	.size = sizeof(struct vpngw_range),
	.answers = VPNGW_HAS(VPNGW_A_RANGE_DRAINING),
};

static const struct vpngw_field tuple_fields[] = {
	[VPNGW_A_TUPLE_SRC] = FIELD(ADDR, struct vpngw_tuple, src),
	[VPNGW_A_TUPLE_SPORT] = FIELD(PORT, struct vpngw_tuple, sport),
	[VPNGW_A_TUPLE_DST] = FIELD(ADDR, struct vpngw_tuple, dst),
	[VPNGW_A_TUPLE_DPORT] = FIELD(PORT, struct vpngw_tuple, dport),
};

static const struct vpngw_fields tuple = FIELDS(tuple_fields, vpngw_tuple);

static const struct vpngw_field counter_fields[] = {
	[VPNGW_A_COUNTER_PACKETS] = FIELD(U64, struct vpngw_counter, packets),
	[VPNGW_A_COUNTER_BYTES] = FIELD(U64, struct vpngw_counter, bytes),
};

static const struct vpngw_fields counter =
	FIELDS(counter_fields, vpngw_counter);

static const struct vpngw_field drop_fields[] = {
	[VPNGW_A_DROP_REASON] = FIELD(U32, struct vpngw_drop, reason),
	[VPNGW_A_DROP_PACKETS] = FIELD(U64, struct vpngw_drop, packets),
};

static const struct vpngw_fields drop = FIELDS(drop_fields, vpngw_drop);

static const struct vpngw_field vpn_fields[] = {
	[VPNGW_A_VPN_NAME] = FIELD(STRING, struct vpngw_vpn, name),
	[VPNGW_A_VPN_ID] = FIELD(U32, struct vpngw_vpn, id),
	[VPNGW_A_VPN_VRF_IFINDEX] = FIELD(U32, struct vpngw_vpn, vrf_ifindex),
	[VPNGW_A_VPN_VRF] = FIELD(STRING, struct vpngw_vpn, vrf),
	[VPNGW_A_VPN_TABLE] = FIELD(U32, struct vpngw_vpn, table),
	[VPNGW_A_VPN_MAX_FLOWS] = FIELD(U32, struct vpngw_vpn, max_flows),
	[VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST] =
		FIELD(U32, struct vpngw_vpn, max_mappings_per_host),
	[VPNGW_A_VPN_INTERFACES] = FIELD(U32, struct vpngw_vpn, interfaces),
	[VPNGW_A_VPN_ALIASES] = FIELD(U32, struct vpngw_vpn, aliases),
	[VPNGW_A_VPN_MAPPINGS] = FIELD(U32, struct vpngw_vpn, mappings),
	[VPNGW_A_VPN_FLOWS] = FIELD(U32, struct vpngw_vpn, flows),
	[VPNGW_A_VPN_MAX_MAPPINGS] = FIELD(U32, struct vpngw_vpn, max_mappings),
	[VPNGW_A_VPN_MAX_FLOWS_PER_HOST] =
		FIELD(U32, struct vpngw_vpn, max_flows_per_host),
	[VPNGW_A_VPN_MAX_HALF_OPEN] = FIELD(U32, struct vpngw_vpn, max_half_open),
	[VPNGW_A_VPN_NEW_FLOW_RATE] = FIELD(U32, struct vpngw_vpn, new_flow_rate),
	[VPNGW_A_VPN_STRICT] = FIELD(U8, struct vpngw_vpn, strict),
	[VPNGW_A_VPN_HAIRPIN] = FIELD(U8, struct vpngw_vpn, hairpin),
	[VPNGW_A_VPN_FILTERING] = FIELD(U32, struct vpngw_vpn, filtering),
	[VPNGW_A_VPN_HALF_OPEN] = FIELD(U32, struct vpngw_vpn, half_open),
};

const struct vpngw_fields vpngw_vpn_fields = FIELDS(vpn_fields, vpngw_vpn);

static const struct vpngw_field ext_fields[] = {
	[VPNGW_A_EXT_NAME] = FIELD(STRING, struct vpngw_ext, name),
	[VPNGW_A_EXT_ID] = FIELD(U32, struct vpngw_ext, id),
	[VPNGW_A_EXT_VRF_IFINDEX] = FIELD(U32, struct vpngw_ext, vrf_ifindex),
	[VPNGW_A_EXT_VRF] = FIELD(STRING, struct vpngw_ext, vrf),
	[VPNGW_A_EXT_TABLE] = FIELD(U32, struct vpngw_ext, table),
	[VPNGW_A_EXT_INTERFACES] = FIELD(U32, struct vpngw_ext, interfaces),
	[VPNGW_A_EXT_POOLS] = FIELD(U32, struct vpngw_ext, pools),
	[VPNGW_A_EXT_MAPPINGS] = FIELD(U32, struct vpngw_ext, mappings),
	[VPNGW_A_EXT_FLOWS] = FIELD(U32, struct vpngw_ext, flows),
};

const struct vpngw_fields vpngw_ext_fields = FIELDS(ext_fields, vpngw_ext);

static const struct vpngw_field interface_fields[] = {
	[VPNGW_A_INTERFACE_IFINDEX] =
		FIELD(U32, struct vpngw_interface, ifindex),
	[VPNGW_A_INTERFACE_NAME] = FIELD(STRING, struct vpngw_interface, name),
	[VPNGW_A_INTERFACE_VPN] = FIELD(STRING, struct vpngw_interface, vpn),
	[VPNGW_A_INTERFACE_VPN_ID] = FIELD(U32, struct vpngw_interface, vpn_id),
	[VPNGW_A_INTERFACE_EXT] = FIELD(STRING, struct vpngw_interface, ext),
	[VPNGW_A_INTERFACE_VRF_MASTER] =
		FIELD(FLAG, struct vpngw_interface, vrf_master),
	[VPNGW_A_INTERFACE_MSS] = FIELD(U16, struct vpngw_interface, mss),
};

const struct vpngw_fields vpngw_interface_fields =
	FIELDS(interface_fields, vpngw_interface);

static const struct vpngw_field pool_fields[] = {
	[VPNGW_A_POOL_NAME] = FIELD(STRING, struct vpngw_pool, name),
	[VPNGW_A_POOL_EXT] = FIELD(STRING, struct vpngw_pool, ext),
	[VPNGW_A_POOL_VPN] = FIELD(STRING, struct vpngw_pool, vpn),
	[VPNGW_A_POOL_RANGE] =
		FIELD_LIST(range, offsetof(struct vpngw_pool, n_ranges),
			   struct vpngw_pool, ranges),
	[VPNGW_A_POOL_PORT_LO] = FIELD(PORT, struct vpngw_pool, port_lo),
	[VPNGW_A_POOL_PORT_HI] = FIELD(PORT, struct vpngw_pool, port_hi),
	[VPNGW_A_POOL_ADDRESSES] = FIELD(U32, struct vpngw_pool, addresses),
	[VPNGW_A_POOL_MAPPINGS] = FIELD(U32, struct vpngw_pool, mappings),
	[VPNGW_A_POOL_PARITY] = FIELD(U8, struct vpngw_pool, parity),
	[VPNGW_A_POOL_CONTIGUITY] = FIELD(U8, struct vpngw_pool, contiguity),
	[VPNGW_A_POOL_BLOCK_SIZE] = FIELD(U32, struct vpngw_pool, block_size),
	[VPNGW_A_POOL_BLOCK_OWNER] = FIELD(U32, struct vpngw_pool, block_owner),
	[VPNGW_A_POOL_DETERMINISTIC] =
		FIELD_NEST(endpoint, struct vpngw_pool, deterministic),
	[VPNGW_A_POOL_DRAIN] = FIELD(U8, struct vpngw_pool, drain),
	[VPNGW_A_POOL_DRAINING_MAPPINGS] =
		FIELD(U32, struct vpngw_pool, draining_mappings),
	[VPNGW_A_POOL_BLOCKS] = FIELD(U32, struct vpngw_pool, blocks),
	[VPNGW_A_POOL_HELD] = FIELD(U32, struct vpngw_pool, held),
};

const struct vpngw_fields vpngw_pool_fields = FIELDS(pool_fields, vpngw_pool);

static const struct vpngw_field alias_fields[] = {
	[VPNGW_A_ALIAS_VPN] = FIELD(STRING, struct vpngw_alias, vpn),
	[VPNGW_A_ALIAS_VPN_ID] = FIELD(U32, struct vpngw_alias, vpn_id),
	[VPNGW_A_ALIAS_EXT] = FIELD(STRING, struct vpngw_alias, ext),
	[VPNGW_A_ALIAS_POOL] = FIELD(STRING, struct vpngw_alias, pool),
	[VPNGW_A_ALIAS_PROTO] = FIELD(U8, struct vpngw_alias, proto),
	[VPNGW_A_ALIAS_INSIDE] =
		FIELD_NEST(endpoint, struct vpngw_alias, inside),
	[VPNGW_A_ALIAS_SERVER] =
		FIELD_NEST(endpoint, struct vpngw_alias, server),
};

const struct vpngw_fields vpngw_alias_fields =
	FIELDS(alias_fields, vpngw_alias);

static const struct vpngw_field mapping_fields[] = {
	[VPNGW_A_MAPPING_VPN] = FIELD(STRING, struct vpngw_mapping, vpn),
	[VPNGW_A_MAPPING_VPN_ID] = FIELD(U32, struct vpngw_mapping, vpn_id),
	[VPNGW_A_MAPPING_EXT] = FIELD(STRING, struct vpngw_mapping, ext),
	[VPNGW_A_MAPPING_POOL] = FIELD(STRING, struct vpngw_mapping, pool),
	[VPNGW_A_MAPPING_PROTO] = FIELD(U8, struct vpngw_mapping, proto),
	[VPNGW_A_MAPPING_INSIDE] =
		FIELD_NEST(endpoint, struct vpngw_mapping, inside),
	[VPNGW_A_MAPPING_OUTSIDE] =
		FIELD_NEST(endpoint, struct vpngw_mapping, outside),
	[VPNGW_A_MAPPING_STATIC] = FIELD(FLAG, struct vpngw_mapping, is_static),
	[VPNGW_A_MAPPING_FLOWS] = FIELD(U32, struct vpngw_mapping, flows),
};

const struct vpngw_fields vpngw_mapping_fields =
	FIELDS(mapping_fields, vpngw_mapping);

static const struct vpngw_field flow_fields[] = {
	[VPNGW_A_FLOW_VPN] = FIELD(STRING, struct vpngw_flow, vpn),
	[VPNGW_A_FLOW_VPN_ID] = FIELD(U32, struct vpngw_flow, vpn_id),
	[VPNGW_A_FLOW_EXT] = FIELD(STRING, struct vpngw_flow, ext),
	[VPNGW_A_FLOW_IFINDEX] = FIELD(U32, struct vpngw_flow, ifindex),
	[VPNGW_A_FLOW_INTERFACE] = FIELD(STRING, struct vpngw_flow, interface),
	[VPNGW_A_FLOW_PROTO] = FIELD(U8, struct vpngw_flow, proto),
	[VPNGW_A_FLOW_INSIDE] = FIELD_NEST(tuple, struct vpngw_flow, inside),
	[VPNGW_A_FLOW_OUTSIDE] = FIELD_NEST(tuple, struct vpngw_flow, outside),
	[VPNGW_A_FLOW_ORIGIN] = FIELD(U32, struct vpngw_flow, origin),
	[VPNGW_A_FLOW_STATE] = FIELD(U32, struct vpngw_flow, state),
	[VPNGW_A_FLOW_TIMEOUT] = FIELD(U32, struct vpngw_flow, timeout),
	[VPNGW_A_FLOW_ORIGINAL] =
		FIELD_NEST(counter, struct vpngw_flow, original),
	[VPNGW_A_FLOW_REPLY] = FIELD_NEST(counter, struct vpngw_flow, reply),
	[VPNGW_A_FLOW_FILTER_INSIDE] =
		FIELD_NEST(endpoint, struct vpngw_flow, filter_inside),
	[VPNGW_A_FLOW_FILTER_OUTSIDE] =
		FIELD_NEST(endpoint, struct vpngw_flow, filter_outside),
	[VPNGW_A_FLOW_FILTER_SERVER] =
		FIELD_NEST(endpoint, struct vpngw_flow, filter_server),
	[VPNGW_A_FLOW_COUNT] = FIELD(U32, struct vpngw_flow, count),
};

const struct vpngw_fields vpngw_flow_fields = FIELDS(flow_fields, vpngw_flow);

static const struct vpngw_field identity_fields[] = {
	[VPNGW_A_IDENTITY_PROTO] = FIELD(U8, struct vpngw_identity, proto),
	[VPNGW_A_IDENTITY_OUTSIDE] =
		FIELD_NEST(endpoint, struct vpngw_identity, outside),
	[VPNGW_A_IDENTITY_SERVER] =
		FIELD_NEST(endpoint, struct vpngw_identity, server),
	[VPNGW_A_IDENTITY_EXT] = FIELD(STRING, struct vpngw_identity, ext),
	[VPNGW_A_IDENTITY_VPN] = FIELD(STRING, struct vpngw_identity, vpn),
	[VPNGW_A_IDENTITY_VPN_ID] = FIELD(U32, struct vpngw_identity, vpn_id),
	[VPNGW_A_IDENTITY_IFINDEX] = FIELD(U32, struct vpngw_identity, ifindex),
	[VPNGW_A_IDENTITY_INTERFACE] =
		FIELD(STRING, struct vpngw_identity, interface),
	[VPNGW_A_IDENTITY_INSIDE] =
		FIELD_NEST(endpoint, struct vpngw_identity, inside),
	[VPNGW_A_IDENTITY_ALIAS] =
		FIELD_NEST(endpoint, struct vpngw_identity, alias),
};

const struct vpngw_fields vpngw_identity_fields =
	FIELDS(identity_fields, vpngw_identity);

static const struct vpngw_field stats_fields[] = {
	[VPNGW_A_STATS_VPN] = FIELD(STRING, struct vpngw_stats, vpn),
	[VPNGW_A_STATS_EXT] = FIELD(STRING, struct vpngw_stats, ext),
	[VPNGW_A_STATS_OUTBOUND] =
		FIELD_NEST(counter, struct vpngw_stats, outbound),
	[VPNGW_A_STATS_INBOUND] =
		FIELD_NEST(counter, struct vpngw_stats, inbound),
	[VPNGW_A_STATS_FLOWS_CREATED] =
		FIELD(U64, struct vpngw_stats, flows_created),
	[VPNGW_A_STATS_FLOWS_ENDED] =
		FIELD(U64, struct vpngw_stats, flows_ended),
	[VPNGW_A_STATS_DROP] =
		FIELD_LIST(drop, offsetof(struct vpngw_stats, n_drops),
			   struct vpngw_stats, drops),
	[VPNGW_A_STATS_ICMP_HELD_BACK] =
		FIELD(U64, struct vpngw_stats, icmp_held_back),
};

const struct vpngw_fields vpngw_stats_fields =
	FIELDS(stats_fields, vpngw_stats);

static const struct vpngw_field limit_fields[] = {
	[VPNGW_A_LIMIT_VPN] = FIELD(STRING, struct vpngw_limit, vpn),
	[VPNGW_A_LIMIT_VPN_ID] = FIELD(U32, struct vpngw_limit, vpn_id),
	[VPNGW_A_LIMIT_REASON] = FIELD(U32, struct vpngw_limit, reason),
	[VPNGW_A_LIMIT_PROTO] = FIELD(U8, struct vpngw_limit, proto),
	[VPNGW_A_LIMIT_INSIDE] =
		FIELD_NEST(endpoint, struct vpngw_limit, inside),
	[VPNGW_A_LIMIT_MISSED] = FIELD(U32, struct vpngw_limit, missed),
};

const struct vpngw_fields vpngw_limit_fields =
	FIELDS(limit_fields, vpngw_limit);

static const struct vpngw_field explain_fields[] = {
	[VPNGW_A_EXPLAIN_IFINDEX] = FIELD(U32, struct vpngw_explain, ifindex),
	[VPNGW_A_EXPLAIN_INTERFACE] =
		FIELD(STRING, struct vpngw_explain, interface),
	[VPNGW_A_EXPLAIN_PROTO] = FIELD(U8, struct vpngw_explain, proto),
	[VPNGW_A_EXPLAIN_PACKET] =
		FIELD_NEST(tuple, struct vpngw_explain, packet),
	[VPNGW_A_EXPLAIN_VRF] = FIELD(STRING, struct vpngw_explain, vrf),
	[VPNGW_A_EXPLAIN_SIDE] = FIELD(U32, struct vpngw_explain, side),
	[VPNGW_A_EXPLAIN_VPN] = FIELD(STRING, struct vpngw_explain, vpn),
	[VPNGW_A_EXPLAIN_VPN_ID] = FIELD(U32, struct vpngw_explain, vpn_id),
	[VPNGW_A_EXPLAIN_EXT] = FIELD(STRING, struct vpngw_explain, ext),
	[VPNGW_A_EXPLAIN_FLOW] =
		FIELD_NEST(vpngw_flow_fields, struct vpngw_explain, flow),
	[VPNGW_A_EXPLAIN_ALIAS] =
		FIELD_NEST(vpngw_alias_fields, struct vpngw_explain, alias),
	[VPNGW_A_EXPLAIN_MAPPING] =
		FIELD_NEST(vpngw_mapping_fields, struct vpngw_explain, mapping),
	[VPNGW_A_EXPLAIN_POOL] = FIELD(STRING, struct vpngw_explain, pool),
	[VPNGW_A_EXPLAIN_BECOMES] =
		FIELD_NEST(tuple, struct vpngw_explain, becomes),
	[VPNGW_A_EXPLAIN_PEER] =
		FIELD_NEST(vpngw_mapping_fields, struct vpngw_explain, peer),
	[VPNGW_A_EXPLAIN_OUT_IFINDEX] =
		FIELD(U32, struct vpngw_explain, out_ifindex),
	[VPNGW_A_EXPLAIN_OUT_INTERFACE] =
		FIELD(STRING, struct vpngw_explain, out_interface),
	[VPNGW_A_EXPLAIN_GATEWAY] = FIELD(ADDR, struct vpngw_explain, gateway),
	[VPNGW_A_EXPLAIN_LOCAL] = FIELD(FLAG, struct vpngw_explain, local),
	[VPNGW_A_EXPLAIN_UNREACHABLE] =
		FIELD(FLAG, struct vpngw_explain, unreachable),
	[VPNGW_A_EXPLAIN_IPSEC] = FIELD(FLAG, struct vpngw_explain, ipsec),
	[VPNGW_A_EXPLAIN_OUTCOME] = FIELD(U32, struct vpngw_explain, outcome),
	[VPNGW_A_EXPLAIN_REASON] = FIELD(U32, struct vpngw_explain, reason),
};

const struct vpngw_fields vpngw_explain_fields =
	FIELDS(explain_fields, vpngw_explain);

#define SETTING(_member)	FIELD(U32, struct vpngw_settings, _member)
#define SETTING_U8(_member)	FIELD(U8, struct vpngw_settings, _member)

static const struct vpngw_field settings_fields[] = {
	[VPNGW_A_SETTING_CONFIG_ID] = SETTING(config_id),
	[VPNGW_A_SETTING_TIMEOUT_UDP_UNREPLIED] =
		SETTING(timeout_udp_unreplied),
	[VPNGW_A_SETTING_TIMEOUT_UDP] = SETTING(timeout_udp),
	[VPNGW_A_SETTING_TIMEOUT_ICMP] = SETTING(timeout_icmp),
	[VPNGW_A_SETTING_TIMEOUT_TCP_INIT] = SETTING(timeout_tcp_init),
	[VPNGW_A_SETTING_TIMEOUT_TCP_ESTABLISHED] =
		SETTING(timeout_tcp_established),
	[VPNGW_A_SETTING_TIMEOUT_TCP_CLOSING] = SETTING(timeout_tcp_closing),
	[VPNGW_A_SETTING_TIMEOUT_TCP_RESET] = SETTING(timeout_tcp_reset),
	[VPNGW_A_SETTING_TIMEOUT_OTHER] = SETTING(timeout_other),
	[VPNGW_A_SETTING_QUARANTINE] = SETTING(quarantine),
	[VPNGW_A_SETTING_QUARANTINE_SHARE] = SETTING_U8(quarantine_share),
	[VPNGW_A_SETTING_MAX_FLOWS] = SETTING(max_flows),
	[VPNGW_A_SETTING_MAX_MAPPINGS] = SETTING(max_mappings),
	[VPNGW_A_SETTING_MAX_HALF_OPEN] = SETTING(max_half_open),
	[VPNGW_A_SETTING_TCP_PICKUP] = SETTING_U8(tcp_pickup),
	[VPNGW_A_SETTING_ICMP_CODE] = SETTING_U8(icmp_code),
};

const struct vpngw_fields vpngw_settings_fields =
	FIELDS(settings_fields, vpngw_settings);

/* A new attribute in the ABI has no member yet: say so when building. */
#define COMPLETE(_fields, _max)						\
	static_assert(sizeof(_fields) / sizeof(struct vpngw_field) ==	\
		      (_max) + 1, "an attribute lacks its member")

COMPLETE(endpoint_fields, VPNGW_A_ENDPOINT_MAX);
COMPLETE(range_fields, VPNGW_A_RANGE_MAX);
COMPLETE(tuple_fields, VPNGW_A_TUPLE_MAX);
COMPLETE(counter_fields, VPNGW_A_COUNTER_MAX);
COMPLETE(drop_fields, VPNGW_A_DROP_MAX);
COMPLETE(vpn_fields, VPNGW_A_VPN_MAX);
COMPLETE(ext_fields, VPNGW_A_EXT_MAX);
COMPLETE(interface_fields, VPNGW_A_INTERFACE_MAX);
COMPLETE(pool_fields, VPNGW_A_POOL_MAX);
COMPLETE(alias_fields, VPNGW_A_ALIAS_MAX);
COMPLETE(mapping_fields, VPNGW_A_MAPPING_MAX);
COMPLETE(flow_fields, VPNGW_A_FLOW_MAX);
COMPLETE(identity_fields, VPNGW_A_IDENTITY_MAX);
COMPLETE(stats_fields, VPNGW_A_STATS_MAX);
COMPLETE(settings_fields, VPNGW_A_SETTING_MAX);
COMPLETE(limit_fields, VPNGW_A_LIMIT_MAX);
COMPLETE(explain_fields, VPNGW_A_EXPLAIN_MAX);

/* Nothing sends more than 32 different attributes, so u32 "has" is enough. */
static_assert(VPNGW_A_FLOW_MAX < 32 && VPNGW_A_VPN_MAX < 32 &&
	      VPNGW_A_POOL_MAX < 32 && VPNGW_A_SETTING_MAX < 32 &&
	      VPNGW_A_EXPLAIN_MAX < 32,
	      "has is too narrow");

/**
 * vpngw_fields_free - free the lists of a struct
 * @fields: its attribute set
 * @obj: the struct, itself not freed; its lists are empty afterwards
 */
void vpngw_fields_free(const struct vpngw_fields *fields, void *obj)
{
	unsigned int i;

	for (i = 0; i < fields->n; i++) {
		const struct vpngw_field *field = &fields->field[i];
		char *member = (char *)obj + field->offset;
		void *list;

		if (field->type != VPNGW_FIELD_LIST)
			continue;
		memcpy(&list, member, sizeof(list));
		free(list);
		memset(member, 0, sizeof(list));
		*(size_t *)((char *)obj + field->count) = 0;
	}
}
