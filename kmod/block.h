/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_BLOCK_H
#define _VPNGW_BLOCK_H

#include <linux/types.h>

struct vpngw_blocks;
struct vpngw_ports;

struct vpngw_blocks *vpngw_blocks_alloc(u32 n, gfp_t gfp);
void vpngw_blocks_free(struct vpngw_blocks *blocks);

int vpngw_blocks_next(const struct vpngw_blocks *blocks, u64 owner, u32 from);
int vpngw_blocks_claim(struct vpngw_blocks *blocks, u64 owner);
bool vpngw_blocks_owns(const struct vpngw_blocks *blocks, u32 block, u64 owner);
void vpngw_blocks_gc(struct vpngw_blocks *blocks,
		     struct vpngw_ports *const *ports, u32 n_ports, u32 lo,
		     u32 size);
u32 vpngw_blocks_given(const struct vpngw_blocks *blocks);

#endif /* _VPNGW_BLOCK_H */
