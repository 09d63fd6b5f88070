/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before Linux 6.5 this was part of linux/skbuff.h.
 */
#ifndef _VPNGW_COMPAT_NET_GSO_H
#define _VPNGW_COMPAT_NET_GSO_H

#if __has_include_next(<net/gso.h>)
#include_next <net/gso.h>
#else
#include <linux/skbuff.h>
#endif

#endif /* _VPNGW_COMPAT_NET_GSO_H */
