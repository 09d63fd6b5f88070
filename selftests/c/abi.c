// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink interface of vpngw as a program sees it that knows nothing but
 * uapi/linux/vpngw.h: every operation, strict validation, errors with their
 * text and place, flags, large dumps, events, permissions.
 *
 * Written on libnl-3, on purpose not on what the tool uses.  Each test has a
 * network namespace of its own.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/family.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <linux/vpngw.h>

#include "kselftest_harness.h"

#define NEW	(NLM_F_CREATE | NLM_F_EXCL)

/* More than one buffer of a dump can hold. */
#define MANY	600

#define MESSAGES_MAX	(2 * MANY)

/* What came back to a request. */
struct answer {
	int err;
	char text[256];
	int offset;
	int n;
	int interrupted;
	int datagrams;
	struct nlmsghdr *msg[MESSAGES_MAX];
};

struct client {
	struct nl_sock *sk;
	int family;
	struct answer a;
};

static void answer_free(struct answer *a)
{
	int i;

	for (i = 0; i < a->n; i++)
		free(a->msg[i]);
	memset(a, 0, sizeof(*a));
}

static int client_open(struct client *c)
{
	int one = 1, fd;

	memset(c, 0, sizeof(*c));
	c->sk = nl_socket_alloc();
	if (!c->sk || genl_connect(c->sk))
		return -1;
	fd = nl_socket_get_fd(c->sk);
	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one,
		       sizeof(one)))
		return -1;
	c->family = genl_ctrl_resolve(c->sk, VPNGW_FAMILY_NAME);
	return c->family < 0 ? -1 : 0;
}

static void client_close(struct client *c)
{
	answer_free(&c->a);
	nl_socket_free(c->sk);
}

static struct nl_msg *request(struct client *c, int cmd)
{
	struct nl_msg *msg = nlmsg_alloc_size(8192);

	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, c->family, 0, NLM_F_REQUEST,
		    cmd, VPNGW_FAMILY_VERSION);
	return msg;
}

static void read_error(struct answer *a, struct nlmsghdr *nlh)
{
	struct nlmsgerr *e = nlmsg_data(nlh);
	int len = sizeof(*e), left;
	struct nlattr *nla;

	a->err = e->error;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		len += e->msg.nlmsg_len - NLMSG_HDRLEN;
	nla = (struct nlattr *)((char *)e + NLMSG_ALIGN(len));
	left = nlh->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(len);
	for (; nla_ok(nla, left); nla = nla_next(nla, &left)) {
		if (nla_type(nla) == NLMSGERR_ATTR_MSG)
			snprintf(a->text, sizeof(a->text), "%s",
				 (char *)nla_data(nla));
		if (nla_type(nla) == NLMSGERR_ATTR_OFFS)
			a->offset = nla_get_u32(nla);
	}
}

/* Read one datagram; true when the answer is complete. */
static bool read_some(struct client *c)
{
	static char buf[1 << 16];
	struct answer *a = &c->a;
	struct nlmsghdr *nlh;
	int len;

	len = recv(nl_socket_get_fd(c->sk), buf, sizeof(buf), 0);
	if (len < 0) {
		a->err = -errno;
		return true;
	}
	a->datagrams++;
	for (nlh = (struct nlmsghdr *)buf; nlmsg_ok(nlh, len);
	     nlh = nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			a->interrupted = 1;
		if (nlh->nlmsg_type == NLMSG_ERROR) {
			read_error(a, nlh);
			return true;
		}
		if (nlh->nlmsg_type == NLMSG_DONE) {
			a->err = *(int *)nlmsg_data(nlh);
			return true;
		}
		if (a->n < MESSAGES_MAX) {
			a->msg[a->n] = malloc(nlh->nlmsg_len);
			memcpy(a->msg[a->n++], nlh, nlh->nlmsg_len);
		}
	}
	return false;
}

static void ask(struct client *c, struct nl_msg *msg, int flags)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);

	answer_free(&c->a);
	nlh->nlmsg_flags |= flags;
	/* NLM_F_EXCL and NLM_F_REPLACE are half of it. */
	if ((flags & NLM_F_DUMP) != NLM_F_DUMP)
		nlh->nlmsg_flags |= NLM_F_ACK;
	nlh->nlmsg_pid = nl_socket_get_local_port(c->sk);
	nlh->nlmsg_seq = 7;
	if (send(nl_socket_get_fd(c->sk), nlh, nlh->nlmsg_len, 0) < 0)
		c->a.err = -errno;
	nlmsg_free(msg);
}

/* Send a request and read all of the answer; returns its error. */
static int call(struct client *c, struct nl_msg *msg, int flags)
{
	ask(c, msg, flags);
	while (!read_some(c))
		;
	return c->a.err;
}

/* An attribute of an answer's message, NULL when it is not there. */
static struct nlattr *find(struct client *c, int i, int type)
{
	return i < c->a.n ? nlmsg_find_attr(c->a.msg[i], GENL_HDRLEN, type) :
			    NULL;
}

static int command(struct client *c, int i)
{
	struct genlmsghdr *gnlh = nlmsg_data(c->a.msg[i]);

	return gnlh->cmd;
}

/* The type of the attribute that the error points at, -1 for none. */
static int blamed(struct client *c, const struct nl_msg *sent)
{
	const struct nlattr *nla;

	if (!c->a.offset)
		return -1;
	nla = (void *)nlmsg_hdr((struct nl_msg *)sent) + c->a.offset;
	return nla->nla_type & NLA_TYPE_MASK;
}

/* As call(), and what the error points at. */
static int call_blaming(struct client *c, struct nl_msg *msg, int flags,
			int *type)
{
	int err;

	nlmsg_get(msg);
	err = call(c, msg, flags);
	*type = blamed(c, msg);
	nlmsg_free(msg);
	return err;
}

static void put_endpoint(struct nl_msg *msg, int type, const char *addr,
			 int port, int len)
{
	struct nlattr *nest = nla_nest_start(msg, type | NLA_F_NESTED);
	struct in_addr in;

	inet_pton(AF_INET, addr, &in);
	nla_put(msg, VPNGW_A_ENDPOINT_ADDR, sizeof(in), &in);
	if (port >= 0)
		nla_put_u16(msg, VPNGW_A_ENDPOINT_PORT, htons(port));
	if (len >= 0)
		nla_put_u8(msg, VPNGW_A_ENDPOINT_PREFIX_LEN, len);
	nla_nest_end(msg, nest);
}

static void put_range(struct nl_msg *msg, const char *first, const char *last)
{
	struct nlattr *nest = nla_nest_start(msg, VPNGW_A_POOL_RANGE |
						  NLA_F_NESTED);
	struct in_addr in;

	inet_pton(AF_INET, first, &in);
	nla_put(msg, VPNGW_A_RANGE_FIRST, sizeof(in), &in);
	inet_pton(AF_INET, last, &in);
	nla_put(msg, VPNGW_A_RANGE_LAST, sizeof(in), &in);
	nla_nest_end(msg, nest);
}

static int new_name(struct client *c, int cmd, int attr, const char *name,
		    int flags)
{
	struct nl_msg *msg = request(c, cmd);

	nla_put_string(msg, attr, name);
	return call(c, msg, flags);
}

static int vpn_new(struct client *c, const char *name)
{
	return new_name(c, VPNGW_CMD_VPN_NEW, VPNGW_A_VPN_NAME, name, NEW);
}

static int ext_new(struct client *c, const char *name)
{
	return new_name(c, VPNGW_CMD_EXT_NEW, VPNGW_A_EXT_NAME, name, NEW);
}

static int get_name(struct client *c, int cmd, int attr, const char *name)
{
	return new_name(c, cmd, attr, name, 0);
}

static struct nl_msg *pool_msg(struct client *c, const char *name,
			       const char *first, const char *last)
{
	struct nl_msg *msg = request(c, VPNGW_CMD_POOL_NEW);

	nla_put_string(msg, VPNGW_A_POOL_NAME, name);
	nla_put_string(msg, VPNGW_A_POOL_EXT, "carrier");
	put_range(msg, first, last);
	return msg;
}

static struct nl_msg *alias_msg(struct client *c, int cmd, const char *inside,
				int port, int len)
{
	struct nl_msg *msg = request(c, cmd);

	nla_put_string(msg, VPNGW_A_ALIAS_VPN, "blue");
	put_endpoint(msg, VPNGW_A_ALIAS_INSIDE, inside, port, len);
	return msg;
}

static struct nl_msg *mapping_msg(struct client *c, int cmd, int proto,
				  int port, int outport)
{
	struct nl_msg *msg = request(c, cmd);

	nla_put_string(msg, VPNGW_A_MAPPING_VPN, "blue");
	nla_put_u8(msg, VPNGW_A_MAPPING_PROTO, proto);
	put_endpoint(msg, VPNGW_A_MAPPING_INSIDE, "10.0.0.2", port, -1);
	put_endpoint(msg, VPNGW_A_MAPPING_OUTSIDE, "47.0.0.210", outport, -1);
	return msg;
}

/* A link of the kind "dummy" or "vrf", by the tool everyone has. */
static int make_link(const char *name, const char *kind)
{
	char command[128];

	snprintf(command, sizeof(command), "ip link add %s type %s", name, kind);
	return system(command) ? 0 : if_nametoindex(name);
}

static int bind_device(struct client *c, int ifindex, int attr,
		       const char *name, int flags)
{
	struct nl_msg *msg = request(c, VPNGW_CMD_INTERFACE_NEW);

	nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX, ifindex);
	nla_put_string(msg, attr, name);
	return call(c, msg, flags);
}

#define EXPECT_U32(client, i, attr, value)				\
	do {								\
		struct nlattr *nla_ = find(client, i, attr);		\
									\
		ASSERT_NE(NULL, nla_);					\
		ASSERT_EQ(4, nla_len(nla_));				\
		EXPECT_EQ(value, nla_get_u32(nla_));			\
	} while (0)

#define EXPECT_TEXT(client, i, attr, value)				\
	do {								\
		struct nlattr *nla_ = find(client, i, attr);		\
									\
		ASSERT_NE(NULL, nla_);					\
		EXPECT_EQ(strlen(value) + 1, nla_len(nla_));		\
		EXPECT_STREQ(value, nla_data(nla_));			\
	} while (0)

#define EXPECT_ENDPOINT(client, i, attr, text, portno)			\
	do {								\
		struct nlattr *nla_ = find(client, i, attr);		\
		struct nlattr *in_[VPNGW_A_ENDPOINT_MAX + 1];		\
		char addr_[INET_ADDRSTRLEN] = "";			\
									\
		ASSERT_NE(NULL, nla_);					\
		ASSERT_EQ(0, nla_parse_nested(in_, VPNGW_A_ENDPOINT_MAX,	\
					      nla_, NULL));		\
		ASSERT_NE(NULL, in_[VPNGW_A_ENDPOINT_ADDR]);		\
		ASSERT_EQ(4, nla_len(in_[VPNGW_A_ENDPOINT_ADDR]));	\
		inet_ntop(AF_INET, nla_data(in_[VPNGW_A_ENDPOINT_ADDR]),	\
			  addr_, sizeof(addr_));			\
		EXPECT_STREQ(text, addr_);				\
		if ((portno) < 0) {					\
			EXPECT_EQ(NULL, in_[VPNGW_A_ENDPOINT_PORT]);	\
		} else {						\
			ASSERT_NE(NULL, in_[VPNGW_A_ENDPOINT_PORT]);	\
			EXPECT_EQ(portno, ntohs(nla_get_u16(		\
				in_[VPNGW_A_ENDPOINT_PORT])));		\
		}							\
	} while (0)

#define EXPECT_U8(client, i, attr, value)				\
	do {								\
		struct nlattr *nla_ = find(client, i, attr);		\
									\
		ASSERT_NE(NULL, nla_);					\
		ASSERT_EQ(1, nla_len(nla_));				\
		EXPECT_EQ(value, nla_get_u8(nla_));			\
	} while (0)

#define EXPECT_U16(client, i, attr, value)				\
	do {								\
		struct nlattr *nla_ = find(client, i, attr);		\
									\
		ASSERT_NE(NULL, nla_);					\
		ASSERT_EQ(2, nla_len(nla_));				\
		EXPECT_EQ(value, nla_get_u16(nla_));			\
	} while (0)

/* Refused with a sentence. */
#define EXPECT_REFUSED(error, expression)				\
	do {								\
		EXPECT_EQ(error, expression);				\
		EXPECT_NE(0, strlen(self->c.a.text)) {			\
			TH_LOG("no text for %s", #expression);		\
		}							\
	} while (0)

FIXTURE(abi) {
	struct client c;
};

FIXTURE_SETUP(abi)
{
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, client_open(&self->c));
}

FIXTURE_TEARDOWN(abi)
{
	client_close(&self->c);
}

/* A vpn blue, an ext carrier and a pool out. */
static int basics(struct client *c)
{
	return vpn_new(c, "blue") ?: ext_new(c, "carrier") ?:
	       call(c, pool_msg(c, "out", "47.0.0.200", "47.0.0.203"), NEW);
}

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
		{ 16, -EAFNOSUPPORT }, { 17, -EINVAL },
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
		EXPECT_NE(0, strlen(c->a.text));
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
