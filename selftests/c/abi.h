/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the netlink interface share: the interface as a program sees
 * it that knows nothing but uapi/linux/vpngw.h.  Each test has a network
 * namespace of its own.
 */
#ifndef VPNGW_ABI_H
#define VPNGW_ABI_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>

#include <linux/vpngw.h>

#include "client.h"
#include "kselftest_harness.h"

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

#endif /* VPNGW_ABI_H */
