/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_SOCKET_H
#define _VPNGW_SOCKET_H

#include <linux/types.h>

struct net;
struct net_device;
struct vpngw_tuple;

bool vpngw_socket_has_port(struct net *net, u8 proto, __be32 addr, u16 port);
bool vpngw_socket_wants(const struct net_device *dev,
			const struct vpngw_tuple *t);

#endif /* _VPNGW_SOCKET_H */
