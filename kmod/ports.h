/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_PORTS_H
#define _VPNGW_PORTS_H

#include <linux/atomic.h>
#include <linux/types.h>

struct vpngw_ports;

/**
 * struct vpngw_ports_budget - memory for sets of ports
 * @used: bytes of all sets together, with all that they may have to hold back
 * @max: bytes from which on packets make no more sets (constant)
 */
struct vpngw_ports_budget {
	atomic_long_t	used;
	long		max;
};

/* How long a freed port is held back is told in so many steps. */
#define VPNGW_PORTS_STEPS 4

static inline bool
vpngw_ports_budget_is_spent(const struct vpngw_ports_budget *budget)
{
	return atomic_long_read(&budget->used) >= budget->max;
}

/* Which ports vpngw_ports_take() may take. */
enum vpngw_ports_kind {
	VPNGW_PORTS_ANY,
	VPNGW_PORTS_EVEN,
	VPNGW_PORTS_ODD,
	/* Of a pair of an even port and the odd one after it, both free. */
	VPNGW_PORTS_EVEN_OF_PAIR,
	VPNGW_PORTS_ODD_OF_PAIR,
};

void vpngw_ports_budget_init(struct vpngw_ports_budget *budget);
struct vpngw_ports *vpngw_ports_alloc(struct vpngw_ports_budget *budget, u32 lo,
				      u32 hi, gfp_t gfp);
void vpngw_ports_free(struct vpngw_ports *ports);

int vpngw_ports_take(struct vpngw_ports *ports, u32 lo, u32 hi,
		     enum vpngw_ports_kind kind);
bool vpngw_ports_take_one(struct vpngw_ports *ports, u32 port);
bool vpngw_ports_claim(struct vpngw_ports *ports, u32 port);
void vpngw_ports_release(struct vpngw_ports *ports, u32 port);
bool vpngw_ports_hold(struct vpngw_ports *ports, u32 port, unsigned int step,
		      u32 max);
void vpngw_ports_unhold(struct vpngw_ports *ports, unsigned int step);
u32 vpngw_ports_in_use(const struct vpngw_ports *ports);
u32 vpngw_ports_held(const struct vpngw_ports *ports);
u32 vpngw_ports_next_free(const struct vpngw_ports *ports, u32 from, u32 hi);
bool vpngw_ports_none(const struct vpngw_ports *ports, u32 lo, u32 hi);

#endif /* _VPNGW_PORTS_H */
