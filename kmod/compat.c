// SPDX-License-Identifier: GPL-2.0
/*
 * What older kernels lack and a header can't give.
 */
#include <linux/atomic.h>
#include <linux/netlink.h>

#ifdef VPNGW_COMPAT_EXTACKS
char *vpngw_compat_extack(void)
{
	static char msgs[VPNGW_COMPAT_EXTACKS][VPNGW_COMPAT_EXTACK_LEN];
	static atomic_t next;

	return msgs[(unsigned int)atomic_inc_return(&next) %
		    VPNGW_COMPAT_EXTACKS];
}
#endif
