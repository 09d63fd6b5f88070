// SPDX-License-Identifier: GPL-2.0
/*
 * Every kind of object by netlink: made, changed, shown, refused, deleted.
 */
#include "abi.h"

#include <stdio.h>

TEST_F(abi, vpn)
{
	struct client *c = &self->c;
	struct nl_msg *msg;
	int vrf;

	vrf = make_link("vrf1", "vrf table 77");
	ASSERT_LT(0, vrf);
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u32(msg, VPNGW_A_VPN_ID, 4000000000U);
	nla_put_u32(msg, VPNGW_A_VPN_VRF_IFINDEX, vrf);
	nla_put_u32(msg, VPNGW_A_VPN_MAX_FLOWS, 1000);
	nla_put_u32(msg, VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST, 10);
	ASSERT_EQ(0, call(c, msg, NEW));
	EXPECT_EQ(0, c->a.n);

	ASSERT_EQ(0, get_name(c, VPNGW_CMD_VPN_GET, VPNGW_A_VPN_NAME, "blue"));
	ASSERT_EQ(1, c->a.n);
	EXPECT_EQ(VPNGW_CMD_VPN_GET, command(c, 0));
	EXPECT_TEXT(c, 0, VPNGW_A_VPN_NAME, "blue");
	EXPECT_TEXT(c, 0, VPNGW_A_VPN_VRF, "vrf1");
	EXPECT_U32(c, 0, VPNGW_A_VPN_ID, 4000000000U);
	EXPECT_U32(c, 0, VPNGW_A_VPN_VRF_IFINDEX, vrf);
	EXPECT_U32(c, 0, VPNGW_A_VPN_TABLE, 77);
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAX_FLOWS, 1000);
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAX_MAPPINGS_PER_HOST, 10);
	EXPECT_U32(c, 0, VPNGW_A_VPN_INTERFACES, 0);
	EXPECT_U32(c, 0, VPNGW_A_VPN_ALIASES, 0);
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAPPINGS, 0);
	EXPECT_U32(c, 0, VPNGW_A_VPN_FLOWS, 0);

	EXPECT_EQ(0, get_name(c, VPNGW_CMD_VPN_DEL, VPNGW_A_VPN_NAME, "blue"));
	EXPECT_REFUSED(-ENOENT, get_name(c, VPNGW_CMD_VPN_GET,
					 VPNGW_A_VPN_NAME, "blue"));
	EXPECT_REFUSED(-ENOENT, get_name(c, VPNGW_CMD_VPN_DEL,
					 VPNGW_A_VPN_NAME, "blue"));
}

TEST_F(abi, vpn_limits_and_policies)
{
	struct client *c = &self->c;
	struct nl_msg *msg;
	int type;

	ASSERT_EQ(0, vpn_new(c, "blue"));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_VPN_GET, VPNGW_A_VPN_NAME, "blue"));
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAX_MAPPINGS, 0);
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAX_FLOWS_PER_HOST, 0);
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAX_HALF_OPEN, 0);
	EXPECT_U32(c, 0, VPNGW_A_VPN_NEW_FLOW_RATE, 0);
	EXPECT_U8(c, 0, VPNGW_A_VPN_STRICT, 0);
	EXPECT_U8(c, 0, VPNGW_A_VPN_HAIRPIN, 0);
	EXPECT_U32(c, 0, VPNGW_A_VPN_FILTERING,
		   VPNGW_FILTERING_ADDRESS_DEPENDENT);
	EXPECT_U32(c, 0, VPNGW_A_VPN_HALF_OPEN, 0);

	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u32(msg, VPNGW_A_VPN_MAX_MAPPINGS, 4294967295U);
	nla_put_u32(msg, VPNGW_A_VPN_MAX_FLOWS_PER_HOST, 2);
	nla_put_u32(msg, VPNGW_A_VPN_MAX_HALF_OPEN, 3);
	nla_put_u32(msg, VPNGW_A_VPN_NEW_FLOW_RATE, 1000000);
	nla_put_u8(msg, VPNGW_A_VPN_STRICT, 1);
	nla_put_u8(msg, VPNGW_A_VPN_HAIRPIN, 1);
	nla_put_u32(msg, VPNGW_A_VPN_FILTERING,
		    VPNGW_FILTERING_ENDPOINT_INDEPENDENT);
	ASSERT_EQ(0, call(c, msg, NLM_F_REPLACE));
	/* what is not said stays */
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u8(msg, VPNGW_A_VPN_STRICT, 0);
	ASSERT_EQ(0, call(c, msg, NLM_F_REPLACE));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_VPN_GET, VPNGW_A_VPN_NAME, "blue"));
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAX_MAPPINGS, 4294967295U);
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAX_FLOWS_PER_HOST, 2);
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAX_HALF_OPEN, 3);
	EXPECT_U32(c, 0, VPNGW_A_VPN_NEW_FLOW_RATE, 1000000);
	EXPECT_U8(c, 0, VPNGW_A_VPN_STRICT, 0);
	EXPECT_U8(c, 0, VPNGW_A_VPN_HAIRPIN, 1);
	EXPECT_U32(c, 0, VPNGW_A_VPN_FILTERING,
		   VPNGW_FILTERING_ENDPOINT_INDEPENDENT);

	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u32(msg, VPNGW_A_VPN_NEW_FLOW_RATE, 1000001);
	EXPECT_REFUSED(-ERANGE, call_blaming(c, msg, NLM_F_REPLACE, &type));
	EXPECT_EQ(VPNGW_A_VPN_NEW_FLOW_RATE, type);
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u8(msg, VPNGW_A_VPN_STRICT, 2);
	EXPECT_REFUSED(-ERANGE, call_blaming(c, msg, NLM_F_REPLACE, &type));
	EXPECT_EQ(VPNGW_A_VPN_STRICT, type);
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u32(msg, VPNGW_A_VPN_FILTERING, 2);
	EXPECT_REFUSED(-ERANGE, call_blaming(c, msg, NLM_F_REPLACE, &type));
	EXPECT_EQ(VPNGW_A_VPN_FILTERING, type);
	/* one that only replies have */
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u32(msg, VPNGW_A_VPN_HALF_OPEN, 1);
	EXPECT_REFUSED(-EINVAL, call(c, msg, NLM_F_REPLACE));
}

TEST_F(abi, ext)
{
	struct client *c = &self->c;
	struct nl_msg *msg;

	msg = request(c, VPNGW_CMD_EXT_NEW);
	nla_put_string(msg, VPNGW_A_EXT_NAME, "carrier");
	nla_put_u32(msg, VPNGW_A_EXT_TABLE, 300);
	ASSERT_EQ(0, call(c, msg, NEW));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_EXT_GET, VPNGW_A_EXT_NAME,
			      "carrier"));
	ASSERT_EQ(1, c->a.n);
	EXPECT_EQ(VPNGW_CMD_EXT_GET, command(c, 0));
	EXPECT_U32(c, 0, VPNGW_A_EXT_ID, 1);
	EXPECT_U32(c, 0, VPNGW_A_EXT_TABLE, 300);
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_EXT_VRF_IFINDEX));
	EXPECT_U32(c, 0, VPNGW_A_EXT_POOLS, 0);
	EXPECT_EQ(0, call(c, pool_msg(c, "out", "47.0.0.1", "47.0.0.1"), NEW));
	EXPECT_REFUSED(-EBUSY, get_name(c, VPNGW_CMD_EXT_DEL, VPNGW_A_EXT_NAME,
					"carrier"));
	EXPECT_EQ(0, get_name(c, VPNGW_CMD_POOL_DEL, VPNGW_A_POOL_NAME, "out"));
	EXPECT_EQ(0, get_name(c, VPNGW_CMD_EXT_DEL, VPNGW_A_EXT_NAME,
			      "carrier"));
}

TEST_F(abi, interface)
{
	struct client *c = &self->c;
	struct nl_msg *msg;
	int dev, vrf, type;

	dev = make_link("d0", "dummy");
	vrf = make_link("vrf1", "vrf table 77");
	ASSERT_LT(0, dev);
	ASSERT_LT(0, vrf);
	ASSERT_EQ(0, basics(c));
	ASSERT_EQ(0, bind_device(c, dev, VPNGW_A_INTERFACE_VPN, "blue", NEW));
	ASSERT_EQ(0, bind_device(c, vrf, VPNGW_A_INTERFACE_EXT, "carrier",
				 NEW));

	msg = request(c, VPNGW_CMD_INTERFACE_GET);
	nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX, dev);
	ASSERT_EQ(0, call(c, msg, 0));
	ASSERT_EQ(1, c->a.n);
	EXPECT_U32(c, 0, VPNGW_A_INTERFACE_IFINDEX, dev);
	EXPECT_TEXT(c, 0, VPNGW_A_INTERFACE_NAME, "d0");
	EXPECT_TEXT(c, 0, VPNGW_A_INTERFACE_VPN, "blue");
	EXPECT_U32(c, 0, VPNGW_A_INTERFACE_VPN_ID, 1);
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_INTERFACE_EXT));
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_INTERFACE_VRF_MASTER));

	msg = request(c, VPNGW_CMD_INTERFACE_GET);
	nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX, vrf);
	ASSERT_EQ(0, call(c, msg, 0));
	EXPECT_TEXT(c, 0, VPNGW_A_INTERFACE_EXT, "carrier");
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_INTERFACE_VPN));
	ASSERT_NE(NULL, find(c, 0, VPNGW_A_INTERFACE_VRF_MASTER));
	EXPECT_EQ(0, nla_len(find(c, 0, VPNGW_A_INTERFACE_VRF_MASTER)));

	EXPECT_REFUSED(-EBUSY, bind_device(c, dev, VPNGW_A_INTERFACE_EXT,
					   "carrier", NEW));
	EXPECT_REFUSED(-ENODEV, bind_device(c, 9999, VPNGW_A_INTERFACE_VPN,
					    "blue", NEW));
	EXPECT_REFUSED(-ENOENT, bind_device(c, vrf, VPNGW_A_INTERFACE_VPN,
					    "nobody", NEW));
	msg = request(c, VPNGW_CMD_INTERFACE_NEW);
	nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX, vrf);
	nla_put_string(msg, VPNGW_A_INTERFACE_VPN, "nobody");
	EXPECT_EQ(-ENOENT, call_blaming(c, msg, NEW, &type));
	EXPECT_EQ(VPNGW_A_INTERFACE_VPN, type);

	/* a dump of one vpn only */
	msg = request(c, VPNGW_CMD_INTERFACE_GET);
	nla_put_string(msg, VPNGW_A_INTERFACE_VPN, "blue");
	ASSERT_EQ(0, call(c, msg, NLM_F_DUMP));
	ASSERT_EQ(1, c->a.n);
	EXPECT_U32(c, 0, VPNGW_A_INTERFACE_IFINDEX, dev);

	msg = request(c, VPNGW_CMD_INTERFACE_DEL);
	nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX, dev);
	EXPECT_EQ(0, call(c, msg, 0));
	msg = request(c, VPNGW_CMD_INTERFACE_DEL);
	nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX, dev);
	EXPECT_REFUSED(-ENOENT, call(c, msg, 0));
}

static int set_mss(struct client *c, int ifindex, int mss)
{
	struct nl_msg *msg = request(c, VPNGW_CMD_INTERFACE_NEW);

	nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX, ifindex);
	nla_put_u16(msg, VPNGW_A_INTERFACE_MSS, mss);
	return call(c, msg, NLM_F_REPLACE);
}

TEST_F(abi, interface_mss)
{
	struct client *c = &self->c;
	struct nl_msg *msg;
	int dev;

	dev = make_link("d0", "dummy");
	ASSERT_LT(0, dev);
	ASSERT_EQ(0, basics(c));
	EXPECT_REFUSED(-ENOENT, set_mss(c, dev, 1400));
	msg = request(c, VPNGW_CMD_INTERFACE_NEW);
	nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX, dev);
	nla_put_string(msg, VPNGW_A_INTERFACE_VPN, "blue");
	nla_put_u16(msg, VPNGW_A_INTERFACE_MSS, 1400);
	ASSERT_EQ(0, call(c, msg, NEW));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_INTERFACE_GET), NLM_F_DUMP));
	EXPECT_U16(c, 0, VPNGW_A_INTERFACE_MSS, 1400);
	ASSERT_EQ(0, set_mss(c, dev, VPNGW_MSS_PMTU));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_INTERFACE_GET), NLM_F_DUMP));
	EXPECT_U16(c, 0, VPNGW_A_INTERFACE_MSS, VPNGW_MSS_PMTU);
	EXPECT_TEXT(c, 0, VPNGW_A_INTERFACE_VPN, "blue");
	ASSERT_EQ(0, set_mss(c, dev, 0));
}

/* The ranges of a pool's reply that are drained, as text. */
static const char *draining(struct client *c)
{
	struct nlattr *nla, *in[VPNGW_A_RANGE_MAX + 1];
	static char text[256];
	char addr[INET_ADDRSTRLEN];
	int rem, type;

	*text = '\0';
	nlmsg_for_each_attr(nla, c->a.msg[0], GENL_HDRLEN, rem) {
		if (nla_type(nla) != VPNGW_A_POOL_RANGE ||
		    nla_parse_nested(in, VPNGW_A_RANGE_MAX, nla, NULL) ||
		    !in[VPNGW_A_RANGE_DRAINING])
			continue;
		for (type = VPNGW_A_RANGE_FIRST; type <= VPNGW_A_RANGE_LAST;
		     type++) {
			inet_ntop(AF_INET, nla_data(in[type]), addr,
				  sizeof(addr));
			snprintf(text + strlen(text),
				 sizeof(text) - strlen(text), "%s ", addr);
		}
	}
	return text;
}

static int pool_drain(struct client *c, const char *first, const char *last,
		      int drain)
{
	struct nl_msg *msg = request(c, VPNGW_CMD_POOL_DRAIN);

	nla_put_string(msg, VPNGW_A_POOL_NAME, "out");
	put_range(msg, first, last);
	nla_put_u8(msg, VPNGW_A_POOL_DRAIN, drain);
	return call(c, msg, 0);
}

TEST_F(abi, pool_drain)
{
	struct client *c = &self->c;
	struct nl_msg *msg;

	ASSERT_EQ(0, basics(c));
	ASSERT_EQ(0, pool_drain(c, "47.0.0.202", "47.0.0.203", 1));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_POOL_GET, VPNGW_A_POOL_NAME, "out"));
	EXPECT_STREQ("47.0.0.202 47.0.0.203 ", draining(c));
	EXPECT_U32(c, 0, VPNGW_A_POOL_ADDRESSES, 4);
	EXPECT_U32(c, 0, VPNGW_A_POOL_DRAINING_MAPPINGS, 0);
	ASSERT_EQ(0, pool_drain(c, "47.0.0.203", "47.0.0.203", 0));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_POOL_GET, VPNGW_A_POOL_NAME, "out"));
	EXPECT_STREQ("47.0.0.202 47.0.0.202 ", draining(c));
	EXPECT_REFUSED(-ENOENT, pool_drain(c, "47.0.0.203", "47.0.0.204", 1));
	EXPECT_REFUSED(-ERANGE, pool_drain(c, "47.0.0.203", "47.0.0.203", 2));
	/* other addresses, one drained among those that stay */
	msg = request(c, VPNGW_CMD_POOL_NEW);
	nla_put_string(msg, VPNGW_A_POOL_NAME, "out");
	put_range(msg, "47.0.0.201", "47.0.0.202");
	put_range(msg, "48.0.0.1", "48.0.0.1");
	ASSERT_EQ(0, call(c, msg, NLM_F_REPLACE));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_POOL_GET, VPNGW_A_POOL_NAME, "out"));
	EXPECT_STREQ("47.0.0.202 47.0.0.202 ", draining(c));
	EXPECT_U32(c, 0, VPNGW_A_POOL_ADDRESSES, 3);
}

TEST_F(abi, pool_ports)
{
	struct client *c = &self->c;
	struct nl_msg *msg;

	ASSERT_EQ(0, basics(c));
	msg = pool_msg(c, "pairs", "48.0.0.1", "48.0.0.1");
	nla_put_u8(msg, VPNGW_A_POOL_PARITY, 1);
	nla_put_u8(msg, VPNGW_A_POOL_CONTIGUITY, 1);
	ASSERT_EQ(0, call(c, msg, NEW));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_POOL_GET, VPNGW_A_POOL_NAME,
			      "pairs"));
	EXPECT_U8(c, 0, VPNGW_A_POOL_PARITY, 1);
	EXPECT_U8(c, 0, VPNGW_A_POOL_CONTIGUITY, 1);

	msg = pool_msg(c, "fixed", "48.0.1.0", "48.0.1.255");
	nla_put_u32(msg, VPNGW_A_POOL_BLOCK_SIZE, 256);
	nla_put_u32(msg, VPNGW_A_POOL_BLOCK_OWNER, VPNGW_BLOCK_OWNER_HOST);
	put_endpoint(msg, VPNGW_A_POOL_DETERMINISTIC, "10.0.0.0", -1, 24);
	ASSERT_EQ(0, call(c, msg, NEW));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_POOL_GET, VPNGW_A_POOL_NAME,
			      "fixed"));
	EXPECT_U32(c, 0, VPNGW_A_POOL_BLOCK_SIZE, 256);
	EXPECT_U32(c, 0, VPNGW_A_POOL_BLOCK_OWNER, VPNGW_BLOCK_OWNER_HOST);
	EXPECT_ENDPOINT(c, 0, VPNGW_A_POOL_DETERMINISTIC, "10.0.0.0", -1);

	msg = pool_msg(c, "new", "48.0.2.1", "48.0.2.1");
	nla_put_u32(msg, VPNGW_A_POOL_BLOCK_SIZE, 100);
	EXPECT_REFUSED(-EINVAL, call(c, msg, NEW));
	msg = pool_msg(c, "new", "48.0.2.1", "48.0.2.1");
	nla_put_u32(msg, VPNGW_A_POOL_BLOCK_SIZE, 64);
	nla_put_u32(msg, VPNGW_A_POOL_BLOCK_OWNER, 2);
	EXPECT_REFUSED(-ERANGE, call(c, msg, NEW));
}

TEST_F(abi, pool)
{
	struct client *c = &self->c;
	struct nlattr *nla;
	struct nl_msg *msg;
	int rem, ranges = 0;

	ASSERT_EQ(0, vpn_new(c, "blue"));
	ASSERT_EQ(0, ext_new(c, "carrier"));
	msg = pool_msg(c, "out", "47.0.0.200", "47.0.0.203");
	put_range(msg, "48.0.0.0", "48.0.0.255");
	nla_put_u16(msg, VPNGW_A_POOL_PORT_LO, htons(2000));
	nla_put_u16(msg, VPNGW_A_POOL_PORT_HI, htons(3000));
	nla_put_string(msg, VPNGW_A_POOL_VPN, "blue");
	ASSERT_EQ(0, call(c, msg, NEW));

	ASSERT_EQ(0, get_name(c, VPNGW_CMD_POOL_GET, VPNGW_A_POOL_NAME, "out"));
	ASSERT_EQ(1, c->a.n);
	EXPECT_TEXT(c, 0, VPNGW_A_POOL_EXT, "carrier");
	EXPECT_TEXT(c, 0, VPNGW_A_POOL_VPN, "blue");
	EXPECT_U32(c, 0, VPNGW_A_POOL_ADDRESSES, 260);
	EXPECT_U32(c, 0, VPNGW_A_POOL_MAPPINGS, 0);
	nla = find(c, 0, VPNGW_A_POOL_PORT_LO);
	ASSERT_NE(NULL, nla);
	ASSERT_EQ(2, nla_len(nla));
	EXPECT_EQ(2000, ntohs(nla_get_u16(nla)));
	nlmsg_for_each_attr(nla, c->a.msg[0], GENL_HDRLEN, rem)
		ranges += nla_type(nla) == VPNGW_A_POOL_RANGE;
	EXPECT_EQ(2, ranges);

	/* reserved for it */
	EXPECT_REFUSED(-EBUSY, get_name(c, VPNGW_CMD_VPN_DEL, VPNGW_A_VPN_NAME,
					"blue"));
	EXPECT_REFUSED(-EEXIST, call(c, pool_msg(c, "new", "48.0.0.9",
						 "48.0.0.9"), NEW));
	EXPECT_REFUSED(-EEXIST, call(c, pool_msg(c, "out", "49.0.0.1",
						 "49.0.0.1"), NEW));
	EXPECT_REFUSED(-EINVAL, call(c, pool_msg(c, "new", "49.0.0.9",
						 "49.0.0.1"), NEW));
	EXPECT_REFUSED(-EINVAL, call(c, pool_msg(c, "new", "49.0.0.0",
						 "49.1.0.0"), NEW));
	msg = pool_msg(c, "new", "49.0.0.1", "49.0.0.1");
	nla_put_u16(msg, VPNGW_A_POOL_PORT_LO, htons(3000));
	nla_put_u16(msg, VPNGW_A_POOL_PORT_HI, htons(2000));
	EXPECT_REFUSED(-EINVAL, call(c, msg, NEW));
	EXPECT_EQ(0, get_name(c, VPNGW_CMD_POOL_DEL, VPNGW_A_POOL_NAME, "out"));
}

TEST_F(abi, alias)
{
	struct client *c = &self->c;
	struct nl_msg *msg;

	ASSERT_EQ(0, basics(c));
	msg = alias_msg(c, VPNGW_CMD_ALIAS_NEW, "10.0.0.100", 80, -1);
	put_endpoint(msg, VPNGW_A_ALIAS_SERVER, "47.0.0.10", 8080, 32);
	nla_put_u8(msg, VPNGW_A_ALIAS_PROTO, IPPROTO_TCP);
	nla_put_string(msg, VPNGW_A_ALIAS_EXT, "carrier");
	nla_put_string(msg, VPNGW_A_ALIAS_POOL, "out");
	ASSERT_EQ(0, call(c, msg, NEW));
	/* the ext is not said, as there is one */
	msg = alias_msg(c, VPNGW_CMD_ALIAS_NEW, "10.0.1.0", -1, 24);
	put_endpoint(msg, VPNGW_A_ALIAS_SERVER, "47.0.1.0", -1, 24);
	ASSERT_EQ(0, call(c, msg, NEW));

	msg = alias_msg(c, VPNGW_CMD_ALIAS_GET, "10.0.0.100", 80, -1);
	nla_put_u8(msg, VPNGW_A_ALIAS_PROTO, IPPROTO_TCP);
	ASSERT_EQ(0, call(c, msg, 0));
	ASSERT_EQ(1, c->a.n);
	EXPECT_TEXT(c, 0, VPNGW_A_ALIAS_VPN, "blue");
	EXPECT_U32(c, 0, VPNGW_A_ALIAS_VPN_ID, 1);
	EXPECT_TEXT(c, 0, VPNGW_A_ALIAS_EXT, "carrier");
	EXPECT_TEXT(c, 0, VPNGW_A_ALIAS_POOL, "out");
	EXPECT_ENDPOINT(c, 0, VPNGW_A_ALIAS_INSIDE, "10.0.0.100", 80);
	EXPECT_ENDPOINT(c, 0, VPNGW_A_ALIAS_SERVER, "47.0.0.10", 8080);
	EXPECT_EQ(IPPROTO_TCP, nla_get_u8(find(c, 0, VPNGW_A_ALIAS_PROTO)));

	msg = request(c, VPNGW_CMD_ALIAS_GET);
	nla_put_string(msg, VPNGW_A_ALIAS_VPN, "blue");
	ASSERT_EQ(0, call(c, msg, NLM_F_DUMP));
	EXPECT_EQ(2, c->a.n);

	msg = alias_msg(c, VPNGW_CMD_ALIAS_NEW, "10.0.1.0", -1, 24);
	put_endpoint(msg, VPNGW_A_ALIAS_SERVER, "47.0.2.0", -1, 24);
	EXPECT_REFUSED(-EEXIST, call(c, msg, NEW));
	msg = alias_msg(c, VPNGW_CMD_ALIAS_NEW, "10.0.2.0", -1, 24);
	put_endpoint(msg, VPNGW_A_ALIAS_SERVER, "47.0.2.0", -1, 25);
	EXPECT_REFUSED(-EINVAL, call(c, msg, NEW));
	msg = alias_msg(c, VPNGW_CMD_ALIAS_NEW, "10.0.2.1", -1, 24);
	put_endpoint(msg, VPNGW_A_ALIAS_SERVER, "47.0.2.0", -1, 24);
	EXPECT_REFUSED(-EINVAL, call(c, msg, NEW));
	msg = alias_msg(c, VPNGW_CMD_ALIAS_NEW, "10.0.2.0", 80, 24);
	put_endpoint(msg, VPNGW_A_ALIAS_SERVER, "47.0.2.0", 80, 24);
	EXPECT_REFUSED(-EINVAL, call(c, msg, NEW));
	msg = alias_msg(c, VPNGW_CMD_ALIAS_NEW, "10.0.2.1", 80, -1);
	put_endpoint(msg, VPNGW_A_ALIAS_SERVER, "47.0.2.1", -1, -1);
	EXPECT_REFUSED(-EINVAL, call(c, msg, NEW));

	EXPECT_REFUSED(-EBUSY, get_name(c, VPNGW_CMD_POOL_DEL,
					VPNGW_A_POOL_NAME, "out"));
	EXPECT_REFUSED(-ENOENT, call(c, alias_msg(c, VPNGW_CMD_ALIAS_DEL,
						  "10.0.0.100", 80, -1), 0));
	msg = alias_msg(c, VPNGW_CMD_ALIAS_DEL, "10.0.0.100", 80, -1);
	nla_put_u8(msg, VPNGW_A_ALIAS_PROTO, IPPROTO_TCP);
	EXPECT_EQ(0, call(c, msg, 0));
	EXPECT_EQ(0, call(c, alias_msg(c, VPNGW_CMD_ALIAS_DEL, "10.0.1.0", -1,
				       24), 0));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_ALIAS_GET), NLM_F_DUMP));
	EXPECT_EQ(0, c->a.n);
}

TEST_F(abi, mapping)
{
	struct client *c = &self->c;
	struct nl_msg *msg;

	ASSERT_EQ(0, basics(c));
	ASSERT_EQ(0, call(c, mapping_msg(c, VPNGW_CMD_MAPPING_NEW, IPPROTO_UDP,
					 53, 5353), NEW));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_MAPPING_GET), NLM_F_DUMP));
	ASSERT_EQ(1, c->a.n);
	EXPECT_TEXT(c, 0, VPNGW_A_MAPPING_VPN, "blue");
	EXPECT_U32(c, 0, VPNGW_A_MAPPING_VPN_ID, 1);
	EXPECT_TEXT(c, 0, VPNGW_A_MAPPING_EXT, "carrier");
	EXPECT_ENDPOINT(c, 0, VPNGW_A_MAPPING_INSIDE, "10.0.0.2", 53);
	EXPECT_ENDPOINT(c, 0, VPNGW_A_MAPPING_OUTSIDE, "47.0.0.210", 5353);
	EXPECT_NE(NULL, find(c, 0, VPNGW_A_MAPPING_STATIC));
	EXPECT_EQ(NULL, find(c, 0, VPNGW_A_MAPPING_POOL));
	EXPECT_U32(c, 0, VPNGW_A_MAPPING_FLOWS, 0);

	EXPECT_REFUSED(-EEXIST, call(c, mapping_msg(c, VPNGW_CMD_MAPPING_NEW,
						    IPPROTO_UDP, 53, 54), NEW));
	EXPECT_REFUSED(-EEXIST, call(c, mapping_msg(c, VPNGW_CMD_MAPPING_NEW,
						    IPPROTO_UDP, 54, 5353),
				     NEW));
	EXPECT_REFUSED(-EINVAL, call(c, mapping_msg(c, VPNGW_CMD_MAPPING_NEW,
						    IPPROTO_UDP, 54, -1), NEW));
	EXPECT_REFUSED(-EINVAL, call(c, mapping_msg(c, VPNGW_CMD_MAPPING_NEW,
						    0, 54, 54), NEW));
	EXPECT_EQ(0, call(c, mapping_msg(c, VPNGW_CMD_MAPPING_NEW, IPPROTO_TCP,
					 53, 5353), NEW));

	/* a dump that is filtered */
	msg = request(c, VPNGW_CMD_MAPPING_GET);
	nla_put_u8(msg, VPNGW_A_MAPPING_PROTO, IPPROTO_TCP);
	ASSERT_EQ(0, call(c, msg, NLM_F_DUMP));
	ASSERT_EQ(1, c->a.n);
	EXPECT_EQ(IPPROTO_TCP, nla_get_u8(find(c, 0, VPNGW_A_MAPPING_PROTO)));

	EXPECT_EQ(0, call(c, mapping_msg(c, VPNGW_CMD_MAPPING_DEL, IPPROTO_UDP,
					 53, 5353), 0));
	EXPECT_REFUSED(-ENOENT, call(c, mapping_msg(c, VPNGW_CMD_MAPPING_DEL,
						    IPPROTO_UDP, 53, 5353), 0));
}

TEST_HARNESS_MAIN
