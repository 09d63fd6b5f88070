// SPDX-License-Identifier: GPL-2.0
/*
 * By netlink what there is beside the objects: identities, flows, counters,
 * settings; and all gone at once.
 */
#include "abi.h"

TEST_F(abi, identify)
{
	struct client *c = &self->c;
	struct nl_msg *msg;

	ASSERT_EQ(0, basics(c));
	ASSERT_EQ(0, call(c, mapping_msg(c, VPNGW_CMD_MAPPING_NEW, IPPROTO_UDP,
					 53, 5353), NEW));
	msg = request(c, VPNGW_CMD_IDENTIFY);
	nla_put_u8(msg, VPNGW_A_IDENTITY_PROTO, IPPROTO_UDP);
	put_endpoint(msg, VPNGW_A_IDENTITY_OUTSIDE, "47.0.0.210", 5353, -1);
	ASSERT_EQ(0, call(c, msg, 0));
	ASSERT_EQ(1, c->a.n);
	EXPECT_EQ(VPNGW_CMD_IDENTIFY, command(c, 0));
	EXPECT_TEXT(c, 0, VPNGW_A_IDENTITY_VPN, "blue");
	EXPECT_U32(c, 0, VPNGW_A_IDENTITY_VPN_ID, 1);
	EXPECT_TEXT(c, 0, VPNGW_A_IDENTITY_EXT, "carrier");
	EXPECT_EQ(IPPROTO_UDP, nla_get_u8(find(c, 0, VPNGW_A_IDENTITY_PROTO)));
	EXPECT_ENDPOINT(c, 0, VPNGW_A_IDENTITY_INSIDE, "10.0.0.2", 53);
	EXPECT_ENDPOINT(c, 0, VPNGW_A_IDENTITY_OUTSIDE, "47.0.0.210", 5353);

	msg = request(c, VPNGW_CMD_IDENTIFY);
	nla_put_u8(msg, VPNGW_A_IDENTITY_PROTO, IPPROTO_TCP);
	put_endpoint(msg, VPNGW_A_IDENTITY_OUTSIDE, "47.0.0.210", 5353, -1);
	EXPECT_REFUSED(-ENOENT, call(c, msg, 0));
	/* what must be there */
	msg = request(c, VPNGW_CMD_IDENTIFY);
	put_endpoint(msg, VPNGW_A_IDENTITY_OUTSIDE, "47.0.0.210", 5353, -1);
	EXPECT_REFUSED(-EINVAL, call(c, msg, 0));
}

TEST_F(abi, identify_ambiguous)
{
	struct client *c = &self->c;
	struct nl_msg *msg;
	const char *ext;

	ASSERT_EQ(0, basics(c));
	ASSERT_EQ(0, ext_new(c, "lab"));
	ASSERT_EQ(0, vpn_new(c, "red"));
	for (ext = "carrier"; ext; ext = *ext == 'c' ? "lab" : NULL) {
		msg = request(c, VPNGW_CMD_MAPPING_NEW);
		nla_put_string(msg, VPNGW_A_MAPPING_VPN,
			       *ext == 'c' ? "blue" : "red");
		nla_put_string(msg, VPNGW_A_MAPPING_EXT, ext);
		nla_put_u8(msg, VPNGW_A_MAPPING_PROTO, IPPROTO_UDP);
		put_endpoint(msg, VPNGW_A_MAPPING_INSIDE, "10.0.0.2", 5, -1);
		put_endpoint(msg, VPNGW_A_MAPPING_OUTSIDE, "50.0.0.1", 5, -1);
		ASSERT_EQ(0, call(c, msg, NEW));
	}
	msg = request(c, VPNGW_CMD_IDENTIFY);
	nla_put_u8(msg, VPNGW_A_IDENTITY_PROTO, IPPROTO_UDP);
	put_endpoint(msg, VPNGW_A_IDENTITY_OUTSIDE, "50.0.0.1", 5, -1);
	EXPECT_REFUSED(-ENOTUNIQ, call(c, msg, 0));
	msg = request(c, VPNGW_CMD_IDENTIFY);
	nla_put_u8(msg, VPNGW_A_IDENTITY_PROTO, IPPROTO_UDP);
	nla_put_string(msg, VPNGW_A_IDENTITY_EXT, "lab");
	put_endpoint(msg, VPNGW_A_IDENTITY_OUTSIDE, "50.0.0.1", 5, -1);
	ASSERT_EQ(0, call(c, msg, 0));
	EXPECT_TEXT(c, 0, VPNGW_A_IDENTITY_VPN, "red");
}

TEST_F(abi, flows_that_are_not)
{
	struct client *c = &self->c;
	struct nl_msg *msg;

	ASSERT_EQ(0, basics(c));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_FLOW_GET), NLM_F_DUMP));
	EXPECT_EQ(0, c->a.n);
	EXPECT_REFUSED(-ENOENT, call(c, request(c, VPNGW_CMD_FLOW_GET), 0));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_FLOW_COUNT), 0));
	ASSERT_EQ(1, c->a.n);
	EXPECT_U32(c, 0, VPNGW_A_FLOW_COUNT, 0);
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_FLOW_DEL), 0));
	EXPECT_U32(c, 0, VPNGW_A_FLOW_COUNT, 0);
	msg = request(c, VPNGW_CMD_FLOW_GET);
	nla_put_string(msg, VPNGW_A_FLOW_VPN, "nobody");
	/* Linux 6.1 has no place for a sentence when a dump is refused. */
	EXPECT_EQ(-ENOENT, call(c, msg, NLM_F_DUMP));
}

TEST_F(abi, stats)
{
	struct client *c = &self->c;
	struct nlattr *nla, *in[VPNGW_A_COUNTER_MAX + 1];
	struct nlattr *drop[VPNGW_A_DROP_MAX + 1];
	int rem, reasons = 0;

	ASSERT_EQ(0, basics(c));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_STATS_GET, VPNGW_A_STATS_VPN,
			      "blue"));
	ASSERT_EQ(1, c->a.n);
	EXPECT_TEXT(c, 0, VPNGW_A_STATS_VPN, "blue");
	nla = find(c, 0, VPNGW_A_STATS_OUTBOUND);
	ASSERT_NE(NULL, nla);
	ASSERT_EQ(0, nla_parse_nested(in, VPNGW_A_COUNTER_MAX, nla, NULL));
	ASSERT_EQ(8, nla_len(in[VPNGW_A_COUNTER_PACKETS]));
	EXPECT_EQ(0, nla_get_u64(in[VPNGW_A_COUNTER_BYTES]));
	ASSERT_EQ(8, nla_len(find(c, 0, VPNGW_A_STATS_FLOWS_CREATED)));
	ASSERT_EQ(8, nla_len(find(c, 0, VPNGW_A_STATS_ICMP_HELD_BACK)));
	nlmsg_for_each_attr(nla, c->a.msg[0], GENL_HDRLEN, rem) {
		if (nla_type(nla) != VPNGW_A_STATS_DROP)
			continue;
		ASSERT_EQ(0, nla_parse_nested(drop, VPNGW_A_DROP_MAX, nla,
					      NULL));
		EXPECT_EQ(reasons, nla_get_u32(drop[VPNGW_A_DROP_REASON]));
		EXPECT_EQ(0, nla_get_u64(drop[VPNGW_A_DROP_PACKETS]));
		reasons++;
	}
	EXPECT_EQ(VPNGW_REASON_HAIRPIN + 1, reasons);
	EXPECT_EQ(0, call(c, request(c, VPNGW_CMD_STATS_GET), 0));
	EXPECT_REFUSED(-ENOENT, get_name(c, VPNGW_CMD_STATS_GET,
					 VPNGW_A_STATS_VPN, "nobody"));
}

TEST_F(abi, setting)
{
	struct client *c = &self->c;
	struct nl_msg *msg;
	int type, id;

	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_SETTING), 0));
	ASSERT_EQ(1, c->a.n);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_UDP_UNREPLIED, 120);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_UDP, 300);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_ICMP, 60);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_TCP_INIT, 240);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_TCP_ESTABLISHED, 7440);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_TCP_CLOSING, 240);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_TCP_RESET, 240);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_OTHER, 300);
	id = nla_get_u32(find(c, 0, VPNGW_A_SETTING_CONFIG_ID));

	msg = request(c, VPNGW_CMD_SETTING);
	nla_put_u32(msg, VPNGW_A_SETTING_TIMEOUT_ICMP, VPNGW_TIMEOUT_MAX);
	ASSERT_EQ(0, call(c, msg, 0));
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_ICMP, VPNGW_TIMEOUT_MAX);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_UDP, 300);
	EXPECT_NE(id, nla_get_u32(find(c, 0, VPNGW_A_SETTING_CONFIG_ID)));

	msg = request(c, VPNGW_CMD_SETTING);
	nla_put_u32(msg, VPNGW_A_SETTING_TIMEOUT_UDP, 5);
	nla_put_u32(msg, VPNGW_A_SETTING_TIMEOUT_ICMP, 0);
	EXPECT_REFUSED(-ERANGE, call_blaming(c, msg, 0, &type));
	EXPECT_EQ(VPNGW_A_SETTING_TIMEOUT_ICMP, type);
	msg = request(c, VPNGW_CMD_SETTING);
	nla_put_u32(msg, VPNGW_A_SETTING_TIMEOUT_ICMP, VPNGW_TIMEOUT_MAX + 1);
	EXPECT_REFUSED(-ERANGE, call(c, msg, 0));
	/* neither half was done */
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_SETTING), 0));
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_UDP, 300);
}

TEST_F(abi, setting_limits_and_policies)
{
	struct client *c = &self->c;
	struct nl_msg *msg;
	int type;

	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_SETTING), 0));
	EXPECT_U32(c, 0, VPNGW_A_SETTING_QUARANTINE, 120);
	EXPECT_U8(c, 0, VPNGW_A_SETTING_QUARANTINE_SHARE, 50);
	EXPECT_U8(c, 0, VPNGW_A_SETTING_TCP_PICKUP, 0);
	EXPECT_U8(c, 0, VPNGW_A_SETTING_ICMP_CODE, 13);
	/* what the machine's memory suggests is not told */
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_SETTING_MAX_FLOWS));
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_SETTING_MAX_MAPPINGS));
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_SETTING_MAX_HALF_OPEN));

	msg = request(c, VPNGW_CMD_SETTING);
	nla_put_u32(msg, VPNGW_A_SETTING_QUARANTINE, 0);
	nla_put_u8(msg, VPNGW_A_SETTING_QUARANTINE_SHARE, 100);
	nla_put_u32(msg, VPNGW_A_SETTING_MAX_FLOWS, 7);
	nla_put_u32(msg, VPNGW_A_SETTING_MAX_MAPPINGS, 0);
	nla_put_u8(msg, VPNGW_A_SETTING_TCP_PICKUP, 1);
	nla_put_u8(msg, VPNGW_A_SETTING_ICMP_CODE, 15);
	ASSERT_EQ(0, call(c, msg, 0));
	EXPECT_U32(c, 0, VPNGW_A_SETTING_QUARANTINE, 0);
	EXPECT_U8(c, 0, VPNGW_A_SETTING_QUARANTINE_SHARE, 100);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_MAX_FLOWS, 7);
	EXPECT_U32(c, 0, VPNGW_A_SETTING_MAX_MAPPINGS, 0);
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_SETTING_MAX_HALF_OPEN));
	EXPECT_U8(c, 0, VPNGW_A_SETTING_TCP_PICKUP, 1);
	EXPECT_U8(c, 0, VPNGW_A_SETTING_ICMP_CODE, 15);
	/* automatic again */
	msg = request(c, VPNGW_CMD_SETTING);
	nla_put_u32(msg, VPNGW_A_SETTING_MAX_FLOWS, 0xffffffff);
	ASSERT_EQ(0, call(c, msg, 0));
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_SETTING_MAX_FLOWS));
	EXPECT_U32(c, 0, VPNGW_A_SETTING_MAX_MAPPINGS, 0);

	msg = request(c, VPNGW_CMD_SETTING);
	nla_put_u32(msg, VPNGW_A_SETTING_QUARANTINE, VPNGW_TIMEOUT_MAX + 1);
	EXPECT_REFUSED(-ERANGE, call_blaming(c, msg, 0, &type));
	EXPECT_EQ(VPNGW_A_SETTING_QUARANTINE, type);
	msg = request(c, VPNGW_CMD_SETTING);
	nla_put_u8(msg, VPNGW_A_SETTING_QUARANTINE_SHARE, 101);
	EXPECT_REFUSED(-ERANGE, call_blaming(c, msg, 0, &type));
	EXPECT_EQ(VPNGW_A_SETTING_QUARANTINE_SHARE, type);
	msg = request(c, VPNGW_CMD_SETTING);
	nla_put_u8(msg, VPNGW_A_SETTING_ICMP_CODE, 16);
	EXPECT_REFUSED(-ERANGE, call(c, msg, 0));

	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_FLUSH), 0));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_SETTING), 0));
	EXPECT_U32(c, 0, VPNGW_A_SETTING_QUARANTINE, 120);
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_SETTING_MAX_MAPPINGS));
}

TEST_F(abi, flush)
{
	struct client *c = &self->c;
	struct nl_msg *msg;
	int id;

	ASSERT_EQ(0, basics(c));
	msg = request(c, VPNGW_CMD_SETTING);
	nla_put_u32(msg, VPNGW_A_SETTING_TIMEOUT_ICMP, 5);
	ASSERT_EQ(0, call(c, msg, 0));
	id = nla_get_u32(find(c, 0, VPNGW_A_SETTING_CONFIG_ID));
	/* somebody else was faster */
	ASSERT_EQ(0, vpn_new(c, "green"));
	msg = request(c, VPNGW_CMD_FLUSH);
	nla_put_u32(msg, VPNGW_A_SETTING_CONFIG_ID, id);
	EXPECT_NE(0, call(c, msg, 0));
	EXPECT_NE(0, strlen(c->a.text));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_VPN_GET), NLM_F_DUMP));
	EXPECT_EQ(2, c->a.n);
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_FLUSH), 0));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_VPN_GET), NLM_F_DUMP));
	EXPECT_EQ(0, c->a.n);
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_EXT_GET), NLM_F_DUMP));
	EXPECT_EQ(0, c->a.n);
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_SETTING), 0));
	EXPECT_U32(c, 0, VPNGW_A_SETTING_TIMEOUT_ICMP, 60);
}

TEST_HARNESS_MAIN
