/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_PEER_H
#define _VPNGW_PEER_H

#include <linux/types.h>

struct vpngw_realm;
struct vpngw_tuple;

bool vpngw_peer_add(struct vpngw_realm *ext, const struct vpngw_tuple *out);
void vpngw_peer_del(struct vpngw_realm *ext, const struct vpngw_tuple *out);
bool vpngw_peer_known(struct vpngw_realm *ext, const struct vpngw_tuple *out);

int vpngw_peer_table_init(struct vpngw_realm *ext);
void vpngw_peer_table_exit(struct vpngw_realm *ext);

#endif /* _VPNGW_PEER_H */
