/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before Linux 6.2 all namespaces had one table of UDP sockets.
 */
#ifndef _VPNGW_COMPAT_NET_UDP_H
#define _VPNGW_COMPAT_NET_UDP_H

#include_next <net/udp.h>
#include <linux/version.h>

static inline struct udp_table *vpngw_compat_udp_table(const struct net *net)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	return &udp_table;
#else
	return net->ipv4.udp_table;
#endif
}

#endif /* _VPNGW_COMPAT_NET_UDP_H */
