// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks of ports of one address, and whose they are (RFC 6888 REQ-14). A block
 * is for all protocols. It is given to a host or a vpn when that needs a port
 * and has none left in its others, and taken back by the garbage collector
 * when none of its ports is taken any more.
 */
#include "block.h"

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "ports.h"

/**
 * struct vpngw_blocks - the blocks of one address
 * @lock: taken to give a block and to take it back
 * @n: number of blocks
 * @n_given: number of those that have an owner (@lock, readers at any time)
 * @owner: whose each block is, 0 for nobody's (@lock, readers at any time)
 */
struct vpngw_blocks {
	spinlock_t	lock;
	u32		n;
	u32		n_given;
	u64		owner[] __counted_by(n);
};

/**
 * vpngw_blocks_alloc - make the blocks of an address
 * @n: number of blocks
 * @gfp: how to allocate
 *
 * Context: as @gfp says.
 * Return: the blocks, given to nobody, or NULL.
 */
struct vpngw_blocks *vpngw_blocks_alloc(u32 n, gfp_t gfp)
{
	struct vpngw_blocks *blocks;

	blocks = kzalloc(struct_size(blocks, owner, n), gfp | __GFP_NOWARN);
	if (!blocks)
		return NULL;
	blocks->n = n;
	spin_lock_init(&blocks->lock);
	return blocks;
}

/**
 * vpngw_blocks_free - free the blocks of an address
 * @blocks: the blocks, or NULL
 *
 * Context: any.
 */
void vpngw_blocks_free(struct vpngw_blocks *blocks)
{
	kfree(blocks);
}

/**
 * vpngw_blocks_next - the next block of an owner
 * @blocks: the blocks
 * @owner: the owner
 * @from: the first block to look at; behind the last comes the first
 *
 * Context: any.
 * Return: the block, or -1 when it has none.
 */
int vpngw_blocks_next(const struct vpngw_blocks *blocks, u64 owner, u32 from)
{
	u32 i, n;

	for (i = from, n = blocks->n; n; i++, n--) {
		if (i >= blocks->n)
			i = 0;
		if (READ_ONCE(blocks->owner[i]) == owner)
			return i;
	}
	return -1;
}

/**
 * vpngw_blocks_claim - give an owner one more block
 * @blocks: the blocks
 * @owner: the owner
 *
 * Context: BH off.
 * Return: the block, or -1 when all are given.
 */
int vpngw_blocks_claim(struct vpngw_blocks *blocks, u64 owner)
{
	u32 start, i, n;
	int block = -1;

	if (READ_ONCE(blocks->n_given) == blocks->n)
		return -1;
	spin_lock(&blocks->lock);
	start = (u64)get_random_u32() * blocks->n >> 32;
	for (n = 0; n < blocks->n; n++) {
		i = (start + n) % blocks->n;
		if (blocks->owner[i])
			continue;
		WRITE_ONCE(blocks->owner[i], owner);
		WRITE_ONCE(blocks->n_given, blocks->n_given + 1);
		block = i;
		break;
	}
	spin_unlock(&blocks->lock);
	return block;
}

/**
 * vpngw_blocks_owns - is a block still an owner's, now that a port is taken?
 * @blocks: the blocks
 * @block: the block
 * @owner: the owner
 *
 * Context: any; a port of the block was taken before by an atomic operation
 *	with a barrier.
 * Return: true if it is; it stays so as long as the port is taken.
 */
bool vpngw_blocks_owns(const struct vpngw_blocks *blocks, u32 block, u64 owner)
{
	/* Either we see that vpngw_blocks_gc() took it back, or that sees our
	 * port.
	 */
	smp_mb();
	return READ_ONCE(blocks->owner[block]) == owner;
}

static bool vpngw_blocks_unused(struct vpngw_ports *const *ports, u32 n_ports,
				u32 lo, u32 hi)
{
	u32 i;

	for (i = 0; i < n_ports; i++)
		if (!vpngw_ports_none(READ_ONCE(ports[i]), lo, hi))
			return false;
	return true;
}

/**
 * vpngw_blocks_gc - take the blocks back that have no port taken
 * @blocks: the blocks
 * @ports: the ports of the address, by protocol; some may be NULL
 * @n_ports: number of @ports
 * @lo: first port of the first block
 * @size: ports of a block
 *
 * Context: process, BH on.
 */
void vpngw_blocks_gc(struct vpngw_blocks *blocks,
		     struct vpngw_ports *const *ports, u32 n_ports, u32 lo,
		     u32 size)
{
	u64 owner;
	u32 i;

	for (i = 0; i < blocks->n; i++, lo += size) {
		owner = READ_ONCE(blocks->owner[i]);
		if (!owner || !vpngw_blocks_unused(ports, n_ports, lo,
						   lo + size - 1))
			continue;
		spin_lock_bh(&blocks->lock);
		WRITE_ONCE(blocks->owner[i], 0);
		/* Pairs with vpngw_blocks_owns(). */
		smp_mb();
		if (vpngw_blocks_unused(ports, n_ports, lo, lo + size - 1))
			WRITE_ONCE(blocks->n_given, blocks->n_given - 1);
		else
			WRITE_ONCE(blocks->owner[i], owner);
		spin_unlock_bh(&blocks->lock);
	}
}

/**
 * vpngw_blocks_given - how many blocks have an owner?
 * @blocks: the blocks, or NULL
 *
 * Context: any.
 * Return: the number.
 */
u32 vpngw_blocks_given(const struct vpngw_blocks *blocks)
{
	return blocks ? READ_ONCE(blocks->n_given) : 0;
}
