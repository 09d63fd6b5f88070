/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_SOCKET_H
#define _VPNGW_SOCKET_H

#include <linux/types.h>

struct in6_addr;
struct net;
struct net_device;
struct vpngw_tuple;

bool vpngw_socket_has_port(struct net *net, u8 proto,
			   const struct in6_addr *addr, u16 port);
bool vpngw_socket_wants(const struct net_device *dev,
			const struct vpngw_tuple *t);

#endif /* _VPNGW_SOCKET_H */
