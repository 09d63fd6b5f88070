// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink interface of vpngw as such: strict validation, errors with their
 * text and place, flags, large dumps, events, permissions.
 */
#include "abi.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/family.h>
#include <netlink/genl/genl.h>

TEST_F(abi, family_and_groups)
{
	struct genl_family *family;
	struct nl_cache *cache;

	ASSERT_EQ(0, genl_ctrl_alloc_cache(self->c.sk, &cache));
	family = genl_ctrl_search_by_name(cache, VPNGW_FAMILY_NAME);
	ASSERT_NE(NULL, family);
	EXPECT_EQ(1, genl_family_get_version(family));
	EXPECT_EQ(0, genl_family_get_hdrsize(family));
	genl_family_put(family);
	nl_cache_free(cache);
	EXPECT_LT(0, genl_ctrl_resolve_grp(self->c.sk, VPNGW_FAMILY_NAME,
					   VPNGW_MCGRP_CONFIG));
	EXPECT_LT(0, genl_ctrl_resolve_grp(self->c.sk, VPNGW_FAMILY_NAME,
					   VPNGW_MCGRP_FLOW));
	EXPECT_LT(0, genl_ctrl_resolve_grp(self->c.sk, VPNGW_FAMILY_NAME,
					   VPNGW_MCGRP_LIMIT));
}

TEST_F(abi, flags)
{
	struct client *c = &self->c;
	struct nl_msg *msg;

	/* neither made nor changed */
	EXPECT_REFUSED(-ENOENT, new_name(c, VPNGW_CMD_VPN_NEW,
					 VPNGW_A_VPN_NAME, "blue", 0));
	EXPECT_REFUSED(-ENOENT, new_name(c, VPNGW_CMD_VPN_NEW,
					 VPNGW_A_VPN_NAME, "blue",
					 NLM_F_REPLACE));
	ASSERT_EQ(0, basics(c));
	EXPECT_REFUSED(-EEXIST, vpn_new(c, "blue"));
	EXPECT_REFUSED(-EEXIST, ext_new(c, "carrier"));

	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u32(msg, VPNGW_A_VPN_MAX_FLOWS, 5);
	ASSERT_EQ(0, call(c, msg, NLM_F_REPLACE));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_VPN_GET, VPNGW_A_VPN_NAME, "blue"));
	EXPECT_U32(c, 0, VPNGW_A_VPN_MAX_FLOWS, 5);
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u32(msg, VPNGW_A_VPN_ID, 9);
	EXPECT_REFUSED(-EOPNOTSUPP, call(c, msg, NLM_F_REPLACE));

	EXPECT_REFUSED(-EOPNOTSUPP, new_name(c, VPNGW_CMD_EXT_NEW,
					     VPNGW_A_EXT_NAME, "carrier",
					     NLM_F_REPLACE));
	/* a pool gets other addresses, and not another ext */
	EXPECT_REFUSED(-EOPNOTSUPP, call(c, pool_msg(c, "out", "49.0.0.1",
						     "49.0.0.1"),
					 NLM_F_REPLACE));
	msg = request(c, VPNGW_CMD_POOL_NEW);
	nla_put_string(msg, VPNGW_A_POOL_NAME, "out");
	put_range(msg, "49.0.0.1", "49.0.0.1");
	EXPECT_EQ(0, call(c, msg, NLM_F_REPLACE));
	EXPECT_REFUSED(-EOPNOTSUPP, call(c, mapping_msg(c,
							VPNGW_CMD_MAPPING_NEW,
							17, 1, 1),
					 NLM_F_REPLACE));
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_MAPPING_GET), NLM_F_DUMP));
	EXPECT_EQ(0, c->a.n);
}

TEST_F(abi, strict_validation)
{
	struct client *c = &self->c;
	struct nl_msg *msg;
	struct nlattr *nest;
	int type;

	ASSERT_EQ(0, basics(c));
	/* an attribute that nobody knows */
	msg = request(c, VPNGW_CMD_VPN_GET);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nla_put_u32(msg, __VPNGW_A_VPN_MAX, 1);
	EXPECT_REFUSED(-EINVAL, call(c, msg, 0));
	msg = request(c, VPNGW_CMD_VPN_GET);
	nla_put_u32(msg, 1000, 1);
	EXPECT_REFUSED(-EINVAL, call(c, msg, NLM_F_DUMP));
	/* one that only replies have */
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "green");
	nla_put_u32(msg, VPNGW_A_VPN_FLOWS, 1);
	EXPECT_REFUSED(-EINVAL, call_blaming(c, msg, NEW, &type));
	EXPECT_EQ(VPNGW_A_VPN_FLOWS, type);
	/* too short, too long */
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "green");
	nla_put_u16(msg, VPNGW_A_VPN_ID, 5);
	EXPECT_REFUSED(-EINVAL, call_blaming(c, msg, NEW, &type));
	EXPECT_EQ(VPNGW_A_VPN_ID, type);
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "green");
	nla_put_u64(msg, VPNGW_A_VPN_ID, 5);
	EXPECT_REFUSED(-EINVAL, call(c, msg, NEW));
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME,
		       "a1234567890123456789012345678901");
	EXPECT_REFUSED(-EINVAL, call_blaming(c, msg, NEW, &type));
	EXPECT_EQ(VPNGW_A_VPN_NAME, type);
	/* a string without an end */
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put(msg, VPNGW_A_VPN_NAME, 5, "green");
	EXPECT_EQ(-EINVAL, call(c, msg, NEW));
	/* out of range */
	msg = request(c, VPNGW_CMD_VPN_NEW);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "green");
	nla_put_u32(msg, VPNGW_A_VPN_ID, 0);
	EXPECT_REFUSED(-ERANGE, call_blaming(c, msg, NEW, &type));
	EXPECT_EQ(VPNGW_A_VPN_ID, type);
	/* a nest that does not say that it is one */
	msg = request(c, VPNGW_CMD_ALIAS_DEL);
	nla_put_string(msg, VPNGW_A_ALIAS_VPN, "blue");
	nest = nla_nest_start(msg, VPNGW_A_ALIAS_INSIDE);
	nest->nla_type &= ~NLA_F_NESTED;
	nla_put_u32(msg, VPNGW_A_ENDPOINT_ADDR, 1);
	nla_nest_end(msg, nest);
	EXPECT_REFUSED(-EINVAL, call(c, msg, 0));
	/* what does not belong into the nest */
	msg = request(c, VPNGW_CMD_ALIAS_DEL);
	nla_put_string(msg, VPNGW_A_ALIAS_VPN, "blue");
	nest = nla_nest_start(msg, VPNGW_A_ALIAS_INSIDE | NLA_F_NESTED);
	nla_put_u32(msg, VPNGW_A_ENDPOINT_ADDR, 1);
	nla_put_u32(msg, 9, 1);
	nla_nest_end(msg, nest);
	EXPECT_REFUSED(-EINVAL, call(c, msg, 0));
	/* bytes behind the last attribute */
	msg = request(c, VPNGW_CMD_VPN_GET);
	nla_put_string(msg, VPNGW_A_VPN_NAME, "blue");
	nlmsg_append(msg, "\1\0\0", 3, 0);
	EXPECT_EQ(-EINVAL, call(c, msg, 0));
	/* no such operation */
	EXPECT_EQ(-EOPNOTSUPP, call(c, request(c, 200), 0));
	EXPECT_EQ(-EOPNOTSUPP, call(c, request(c, VPNGW_CMD_VPN_NEW_NTF), 0));
	EXPECT_EQ(-EOPNOTSUPP, call(c, request(c, VPNGW_CMD_IDENTIFY),
				    NLM_F_DUMP));

	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_VPN_GET), NLM_F_DUMP));
	EXPECT_EQ(1, c->a.n);
}

TEST_F(abi, what_must_be_there)
{
	static const int cmds[] = {
		VPNGW_CMD_VPN_NEW, VPNGW_CMD_VPN_DEL, VPNGW_CMD_VPN_GET,
		VPNGW_CMD_EXT_NEW, VPNGW_CMD_EXT_DEL, VPNGW_CMD_EXT_GET,
		VPNGW_CMD_INTERFACE_NEW, VPNGW_CMD_INTERFACE_DEL,
		VPNGW_CMD_INTERFACE_GET, VPNGW_CMD_POOL_NEW,
		VPNGW_CMD_POOL_DEL, VPNGW_CMD_POOL_GET,
		VPNGW_CMD_POOL_DRAIN, VPNGW_CMD_ALIAS_NEW,
		VPNGW_CMD_ALIAS_DEL, VPNGW_CMD_ALIAS_GET,
		VPNGW_CMD_MAPPING_NEW, VPNGW_CMD_MAPPING_DEL,
		VPNGW_CMD_MAPPING_GET, VPNGW_CMD_IDENTIFY,
	};
	struct client *c = &self->c;
	int i;

	ASSERT_EQ(0, basics(c));
	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		EXPECT_EQ(-EINVAL, call(c, request(c, cmds[i]), NEW)) {
			TH_LOG("command %d without attributes", cmds[i]);
		}
		EXPECT_NE(0, strlen(c->a.text)) {
			TH_LOG("command %d says nothing", cmds[i]);
		}
	}
}

TEST_F(abi, addresses)
{
	static const struct {
		int len;
		int err;
	} lens[] = {
		{ 0, -EINVAL }, { 3, -EINVAL }, { 5, -EINVAL }, { 15, -EINVAL },
		{ 16, 0 }, { 17, -EINVAL },
	};
	char bytes[20] = { 10, 0, 0, 7 };
	struct client *c = &self->c;
	struct nlattr *nest;
	struct nl_msg *msg;
	int i, err;

	ASSERT_EQ(0, basics(c));
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		msg = request(c, VPNGW_CMD_ALIAS_NEW);
		nla_put_string(msg, VPNGW_A_ALIAS_VPN, "blue");
		nest = nla_nest_start(msg, VPNGW_A_ALIAS_INSIDE | NLA_F_NESTED);
		nla_put(msg, VPNGW_A_ENDPOINT_ADDR, lens[i].len, bytes);
		nla_nest_end(msg, nest);
		put_endpoint(msg, VPNGW_A_ALIAS_SERVER, "47.0.0.10", -1, -1);
		err = call(c, msg, NEW);
		if (err == -ERANGE)	/* the policy knows the length */
			err = -EINVAL;
		EXPECT_EQ(lens[i].err, err) {
			TH_LOG("an address of %d bytes", lens[i].len);
		}
		EXPECT_EQ(!err, !strlen(c->a.text));
	}
	/* an empty nest */
	msg = request(c, VPNGW_CMD_ALIAS_NEW);
	nla_put_string(msg, VPNGW_A_ALIAS_VPN, "blue");
	nest = nla_nest_start(msg, VPNGW_A_ALIAS_INSIDE | NLA_F_NESTED);
	nla_put_u8(msg, VPNGW_A_ENDPOINT_PREFIX_LEN, 32);
	nla_nest_end(msg, nest);
	put_endpoint(msg, VPNGW_A_ALIAS_SERVER, "47.0.0.10", -1, -1);
	EXPECT_REFUSED(-EINVAL, call(c, msg, NEW));
}

/* Many objects do not fit into one datagram; all come, each once. */
TEST_F(abi, dumps)
{
	static char seen[MANY];
	struct client *c = &self->c;
	char name[16];
	int i, number;

	memset(seen, 0, sizeof(seen));
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "vpn%d", i);
		ASSERT_EQ(0, vpn_new(c, name));
	}
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_VPN_GET), NLM_F_DUMP));
	ASSERT_EQ(MANY, c->a.n);
	EXPECT_LT(1, c->a.datagrams);
	EXPECT_EQ(0, c->a.interrupted);
	for (i = 0; i < c->a.n; i++) {
		EXPECT_EQ(NLM_F_MULTI, c->a.msg[i]->nlmsg_flags & NLM_F_MULTI);
		number = atoi((char *)nla_data(find(c, i, VPNGW_A_VPN_NAME)) +
			      3);
		ASSERT_LE(0, number);
		ASSERT_GT(MANY, number);
		EXPECT_EQ(0, seen[number]++);
	}
}

/* A dump that cannot be one picture says so. */
TEST_F(abi, dump_of_a_moving_target)
{
	struct client *c = &self->c, other;
	char name[16];
	int i;

	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "vpn%d", i);
		ASSERT_EQ(0, vpn_new(c, name));
	}
	ASSERT_EQ(0, client_open(&other));
	ask(c, request(c, VPNGW_CMD_VPN_GET), NLM_F_DUMP);
	ASSERT_FALSE(read_some(c));
	for (i = 0; i < MANY; i += 2) {
		snprintf(name, sizeof(name), "vpn%d", i);
		ASSERT_EQ(0, get_name(&other, VPNGW_CMD_VPN_DEL,
				      VPNGW_A_VPN_NAME, name));
	}
	while (!read_some(c))
		;
	EXPECT_EQ(1, c->a.interrupted);
	client_close(&other);
	/* and the next one is whole again */
	ASSERT_EQ(0, call(c, request(c, VPNGW_CMD_VPN_GET), NLM_F_DUMP));
	EXPECT_EQ(MANY / 2, c->a.n);
	EXPECT_EQ(0, c->a.interrupted);
}

TEST_F(abi, events)
{
	struct client *c = &self->c, ear;
	int group, dev;

	ASSERT_EQ(0, client_open(&ear));
	group = genl_ctrl_resolve_grp(ear.sk, VPNGW_FAMILY_NAME,
				      VPNGW_MCGRP_CONFIG);
	ASSERT_LT(0, group);
	ASSERT_EQ(0, nl_socket_add_membership(ear.sk, group));
	dev = make_link("d0", "dummy");
	ASSERT_LT(0, dev);
	ASSERT_EQ(0, basics(c));
	ASSERT_EQ(0, bind_device(c, dev, VPNGW_A_INTERFACE_VPN, "blue", NEW));
	/* what is refused is no event */
	EXPECT_EQ(-EEXIST, vpn_new(c, "blue"));
	ASSERT_EQ(0, system("ip link del d0"));
	ASSERT_EQ(0, get_name(c, VPNGW_CMD_POOL_DEL, VPNGW_A_POOL_NAME, "out"));

	while (ear.a.n < 6)
		ASSERT_FALSE(read_some(&ear));
	EXPECT_EQ(VPNGW_CMD_VPN_NEW_NTF, command(&ear, 0));
	EXPECT_TEXT(&ear, 0, VPNGW_A_VPN_NAME, "blue");
	EXPECT_U32(&ear, 0, VPNGW_A_VPN_ID, 1);
	EXPECT_EQ(VPNGW_CMD_EXT_NEW_NTF, command(&ear, 1));
	EXPECT_EQ(VPNGW_CMD_POOL_NEW_NTF, command(&ear, 2));
	EXPECT_EQ(VPNGW_CMD_INTERFACE_NEW_NTF, command(&ear, 3));
	EXPECT_U32(&ear, 3, VPNGW_A_INTERFACE_IFINDEX, dev);
	EXPECT_EQ(VPNGW_CMD_INTERFACE_DEL_NTF, command(&ear, 4));
	EXPECT_U32(&ear, 4, VPNGW_A_INTERFACE_IFINDEX, dev);
	EXPECT_TEXT(&ear, 4, VPNGW_A_INTERFACE_VPN, "blue");
	EXPECT_EQ(VPNGW_CMD_POOL_DEL_NTF, command(&ear, 5));
	EXPECT_TEXT(&ear, 5, VPNGW_A_POOL_NAME, "out");
	client_close(&ear);
}

TEST_F(abi, permissions)
{
	struct client *c = &self->c, plain;
	int cmd, config, flow, limit;

	ASSERT_EQ(0, basics(c));
	ASSERT_EQ(0, setresgid(65534, 65534, 65534));
	ASSERT_EQ(0, setresuid(65534, 65534, 65534));
	ASSERT_EQ(0, client_open(&plain));
	for (cmd = VPNGW_CMD_VPN_NEW; cmd <= VPNGW_CMD_FLUSH; cmd++) {
		EXPECT_EQ(-EPERM, call(&plain, request(&plain, cmd), NEW)) {
			TH_LOG("command %d", cmd);
		}
		EXPECT_EQ(0, plain.a.n);
	}
	for (cmd = VPNGW_CMD_VPN_GET; cmd <= VPNGW_CMD_FLOW_GET; cmd++) {
		if (cmd != VPNGW_CMD_VPN_GET && cmd != VPNGW_CMD_EXT_GET &&
		    cmd != VPNGW_CMD_INTERFACE_GET &&
		    cmd != VPNGW_CMD_POOL_GET && cmd != VPNGW_CMD_ALIAS_GET &&
		    cmd != VPNGW_CMD_MAPPING_GET && cmd != VPNGW_CMD_FLOW_GET)
			continue;
		EXPECT_EQ(-EPERM, call(&plain, request(&plain, cmd),
				       NLM_F_DUMP)) {
			TH_LOG("dump %d", cmd);
		}
		EXPECT_EQ(0, plain.a.n);
	}
	config = genl_ctrl_resolve_grp(plain.sk, VPNGW_FAMILY_NAME,
				       VPNGW_MCGRP_CONFIG);
	flow = genl_ctrl_resolve_grp(plain.sk, VPNGW_FAMILY_NAME,
				     VPNGW_MCGRP_FLOW);
	limit = genl_ctrl_resolve_grp(plain.sk, VPNGW_FAMILY_NAME,
				      VPNGW_MCGRP_LIMIT);
	ASSERT_LT(0, config);
	ASSERT_LT(0, flow);
	ASSERT_LT(0, limit);
	EXPECT_EQ(-1, setsockopt(nl_socket_get_fd(plain.sk), SOL_NETLINK,
				 NETLINK_ADD_MEMBERSHIP, &config,
				 sizeof(config)));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, setsockopt(nl_socket_get_fd(plain.sk), SOL_NETLINK,
				 NETLINK_ADD_MEMBERSHIP, &flow, sizeof(flow)));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, setsockopt(nl_socket_get_fd(plain.sk), SOL_NETLINK,
				 NETLINK_ADD_MEMBERSHIP, &limit,
				 sizeof(limit)));
	EXPECT_EQ(EPERM, errno);
	client_close(&plain);
}

TEST_HARNESS_MAIN
