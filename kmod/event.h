/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_EVENT_H
#define _VPNGW_EVENT_H

#include <linux/types.h>

struct vpngw_binding;
struct vpngw_flow;
struct vpngw_net;
struct vpngw_realm;
struct vpngw_tuple;

void vpngw_event_flow(const struct vpngw_flow *flow, u8 cmd);
void vpngw_event_limit(const struct vpngw_realm *vpn, int reason,
		       const struct vpngw_tuple *inside, u32 missed);
void vpngw_event_realm(const struct vpngw_realm *realm, u8 cmd);
void vpngw_event_interface(struct vpngw_net *vn,
			   const struct vpngw_binding *binding, u8 cmd);

#endif /* _VPNGW_EVENT_H */
