/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a dump finds its request differs before Linux 6.7.
 */
#ifndef _VPNGW_COMPAT_NET_GENETLINK_H
#define _VPNGW_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>
#include <linux/version.h>

/* Who may listen to a group. Linux before 6.7 without the change of that release
 * only knows the capability in the namespace's own user namespace.
 */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define VPNGW_COMPAT_GROUP_PERM	.flags = GENL_MCAST_CAP_NET_ADMIN
#else
#define VPNGW_COMPAT_GROUP_PERM	.flags = GENL_UNS_ADMIN_PERM
#endif

static inline struct nlattr **
vpngw_compat_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_info_dump(cb)->attrs;
#endif
}

#endif /* _VPNGW_COMPAT_NET_GENETLINK_H */
