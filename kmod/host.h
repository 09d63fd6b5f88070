/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_HOST_H
#define _VPNGW_HOST_H

#include <linux/types.h>

struct vpngw_realm;

int vpngw_host_get(struct vpngw_realm *realm, __be32 addr);
void vpngw_host_put(struct vpngw_realm *realm, __be32 addr);
bool vpngw_host_known(struct vpngw_realm *realm, __be32 addr);

int vpngw_host_table_init(struct vpngw_realm *realm);
void vpngw_host_table_exit(struct vpngw_realm *realm);

#endif /* _VPNGW_HOST_H */
