/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_PPTP_H
#define _VPNGW_PPTP_H

#include <linux/in.h>
#include <linux/types.h>

#include "flow.h"
#include "tuple.h"

struct sk_buff;
struct vpngw_iface;

/* The port of control connections, RFC 2637 section 3.1. */
#define VPNGW_PPTP_PORT	1723

/* Whether whoever started a flow takes it for a control connection. */
static inline bool vpngw_pptp_is_control(const struct vpngw_flow *flow)
{
	const struct vpngw_tuple *t = &flow->dir[flow->origin].tuple;

	return t->dport == htons(VPNGW_PPTP_PORT) && t->proto == IPPROTO_TCP;
}

int vpngw_pptp_watch(const struct vpngw_iface *iface,
		     struct vpngw_flow *control, const struct sk_buff *skb,
		     const struct vpngw_packet *p);
bool vpngw_pptp_is_over(const struct vpngw_flow *call);

#endif /* _VPNGW_PPTP_H */
