/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linux 6.1 has no formatted extack messages.
 */
#ifndef _VPNGW_COMPAT_LINUX_NETLINK_H
#define _VPNGW_COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "vpngw needs Linux 6.1 or later"
#endif

#ifndef NL_SET_ERR_MSG_FMT
/* A sentence is read when its request is answered. So many others may be
 * written meanwhile.
 */
#define VPNGW_COMPAT_EXTACKS	256
#define VPNGW_COMPAT_EXTACK_LEN	80

char *vpngw_compat_extack(void);

#define NL_SET_ERR_MSG_FMT(extack, fmt, args...) do {			\
	struct netlink_ext_ack *__extack = (extack);			\
	char *__msg;							\
									\
	if (!__extack)							\
		break;							\
	__msg = vpngw_compat_extack();					\
	snprintf(__msg, VPNGW_COMPAT_EXTACK_LEN, fmt, ##args);		\
	__extack->_msg = __msg;						\
} while (0)
#endif

#endif /* _VPNGW_COMPAT_LINUX_NETLINK_H */
