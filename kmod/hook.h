/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_HOOK_H
#define _VPNGW_HOOK_H

struct net;

int vpngw_hook_register(struct net *net);
void vpngw_hook_unregister(struct net *net);

#endif /* _VPNGW_HOOK_H */
