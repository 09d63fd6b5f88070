/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_PROTO_TCP_H
#define _VPNGW_PROTO_TCP_H

#include <uapi/linux/vpngw.h>

struct vpngw_flow;
struct vpngw_packet;

void vpngw_tcp_track(struct vpngw_flow *flow, enum vpngw_side side,
		     const struct vpngw_packet *p);

#endif /* _VPNGW_PROTO_TCP_H */
