/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_PROTO_TCP_H
#define _VPNGW_PROTO_TCP_H

#include <linux/types.h>

#include <uapi/linux/vpngw.h>

void vpngw_tcp_track(unsigned long *flags, enum vpngw_side side, u8 tcp_flags);

#endif /* _VPNGW_PROTO_TCP_H */
