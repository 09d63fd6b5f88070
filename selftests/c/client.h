/* SPDX-License-Identifier: GPL-2.0 */
/* A client of the family on libnl-3, on purpose not on what the tool uses. */
#ifndef VPNGW_CLIENT_H
#define VPNGW_CLIENT_H

#include <stdbool.h>

#include <linux/netlink.h>
#include <netlink/msg.h>
#include <netlink/socket.h>

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

int client_open(struct client *c);
void client_close(struct client *c);
struct nl_msg *request(struct client *c, int cmd);
bool read_some(struct client *c);
void ask(struct client *c, struct nl_msg *msg, int flags);
int call(struct client *c, struct nl_msg *msg, int flags);
struct nlattr *find(struct client *c, int i, int type);
int command(struct client *c, int i);
int call_blaming(struct client *c, struct nl_msg *msg, int flags, int *type);
void put_endpoint(struct nl_msg *msg, int type, const char *addr, int port,
		  int len);
void put_range(struct nl_msg *msg, const char *first, const char *last);
int new_name(struct client *c, int cmd, int attr, const char *name, int flags);
int vpn_new(struct client *c, const char *name);
int ext_new(struct client *c, const char *name);
int get_name(struct client *c, int cmd, int attr, const char *name);
struct nl_msg *pool_msg(struct client *c, const char *name, const char *first,
			const char *last);
struct nl_msg *alias_msg(struct client *c, int cmd, const char *inside,
			 int port, int len);
struct nl_msg *mapping_msg(struct client *c, int cmd, int proto, int port,
			   int outport);
int make_link(const char *name, const char *kind);
int bind_device(struct client *c, int ifindex, int attr, const char *name,
		int flags);
int basics(struct client *c);

#endif /* VPNGW_CLIENT_H */
