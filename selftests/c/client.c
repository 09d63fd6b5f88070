// SPDX-License-Identifier: GPL-2.0
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

#include <linux/vpngw.h>

static void answer_free(struct answer *a)
{
	int i;

	for (i = 0; i < a->n; i++)
		free(a->msg[i]);
	memset(a, 0, sizeof(*a));
}

int client_open(struct client *c)
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

void client_close(struct client *c)
{
	answer_free(&c->a);
	nl_socket_free(c->sk);
}

struct nl_msg *request(struct client *c, int cmd)
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
bool read_some(struct client *c)
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

void ask(struct client *c, struct nl_msg *msg, int flags)
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
int call(struct client *c, struct nl_msg *msg, int flags)
{
	ask(c, msg, flags);
	while (!read_some(c))
		;
	return c->a.err;
}

/* An attribute of an answer's message, NULL when it is not there. */
struct nlattr *find(struct client *c, int i, int type)
{
	return i < c->a.n ? nlmsg_find_attr(c->a.msg[i], GENL_HDRLEN, type) :
			    NULL;
}

int command(struct client *c, int i)
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
int call_blaming(struct client *c, struct nl_msg *msg, int flags, int *type)
{
	int err;

	nlmsg_get(msg);
	err = call(c, msg, flags);
	*type = blamed(c, msg);
	nlmsg_free(msg);
	return err;
}

void put_endpoint(struct nl_msg *msg, int type, const char *addr, int port,
		  int len)
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

void put_range(struct nl_msg *msg, const char *first, const char *last)
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

int new_name(struct client *c, int cmd, int attr, const char *name, int flags)
{
	struct nl_msg *msg = request(c, cmd);

	nla_put_string(msg, attr, name);
	return call(c, msg, flags);
}

int vpn_new(struct client *c, const char *name)
{
	return new_name(c, VPNGW_CMD_VPN_NEW, VPNGW_A_VPN_NAME, name, NEW);
}

int ext_new(struct client *c, const char *name)
{
	return new_name(c, VPNGW_CMD_EXT_NEW, VPNGW_A_EXT_NAME, name, NEW);
}

int get_name(struct client *c, int cmd, int attr, const char *name)
{
	return new_name(c, cmd, attr, name, 0);
}

struct nl_msg *pool_msg(struct client *c, const char *name, const char *first,
			const char *last)
{
	struct nl_msg *msg = request(c, VPNGW_CMD_POOL_NEW);

	nla_put_string(msg, VPNGW_A_POOL_NAME, name);
	nla_put_string(msg, VPNGW_A_POOL_EXT, "carrier");
	put_range(msg, first, last);
	return msg;
}

struct nl_msg *alias_msg(struct client *c, int cmd, const char *inside,
			 int port, int len)
{
	struct nl_msg *msg = request(c, cmd);

	nla_put_string(msg, VPNGW_A_ALIAS_VPN, "blue");
	put_endpoint(msg, VPNGW_A_ALIAS_INSIDE, inside, port, len);
	return msg;
}

struct nl_msg *mapping_msg(struct client *c, int cmd, int proto, int port,
			   int outport)
{
	struct nl_msg *msg = request(c, cmd);

	nla_put_string(msg, VPNGW_A_MAPPING_VPN, "blue");
	nla_put_u8(msg, VPNGW_A_MAPPING_PROTO, proto);
	put_endpoint(msg, VPNGW_A_MAPPING_INSIDE, "10.0.0.2", port, -1);
	put_endpoint(msg, VPNGW_A_MAPPING_OUTSIDE, "47.0.0.210", outport, -1);
	return msg;
}

/* A link of the kind "dummy" or "vrf", by the tool everyone has. */
int make_link(const char *name, const char *kind)
{
	char command[128];

	snprintf(command, sizeof(command), "ip link add %s type %s", name, kind);
	return system(command) ? 0 : if_nametoindex(name);
}

int bind_device(struct client *c, int ifindex, int attr, const char *name,
		int flags)
{
	struct nl_msg *msg = request(c, VPNGW_CMD_INTERFACE_NEW);

	nla_put_u32(msg, VPNGW_A_INTERFACE_IFINDEX, ifindex);
	nla_put_string(msg, attr, name);
	return call(c, msg, flags);
}

/* A vpn blue, an ext carrier and a pool out. */
int basics(struct client *c)
{
	return vpn_new(c, "blue") ?: ext_new(c, "carrier") ?:
	       call(c, pool_msg(c, "out", "47.0.0.200", "47.0.0.203"), NEW);
}
