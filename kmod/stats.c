// SPDX-License-Identifier: GPL-2.0
/*
 * Reasons and counters.
 */
#include "stats.h"

#include <linux/cpumask.h>

/**
 * vpngw_stats_add - add the counters of every CPU to a sum
 * @sum: what to add to
 * @stats: the counters
 *
 * Context: any. The sum is exact once no packet is under way.
 */
void vpngw_stats_add(struct vpngw_stats *sum,
		     const struct vpngw_stats __percpu *stats)
{
	unsigned int words = sizeof(*sum) / sizeof(u64);
	int cpu;

	for_each_possible_cpu(cpu) {
		const u64 *from = (const u64 *)per_cpu_ptr(stats, cpu);
		u64 *to = (u64 *)sum;
		unsigned int i;

		for (i = 0; i < words; i++)
			to[i] += READ_ONCE(from[i]);
	}
}

/**
 * vpngw_stats_keep - add a sum to counters
 * @stats: the counters
 * @sum: what to add
 *
 * Context: process.
 */
void vpngw_stats_keep(struct vpngw_stats __percpu *stats,
		      const struct vpngw_stats *sum)
{
	unsigned int words = sizeof(*sum) / sizeof(u64);
	const u64 *from = (const u64 *)sum;
	unsigned int i;
	u64 *to;

	to = (u64 *)get_cpu_ptr(stats);
	for (i = 0; i < words; i++)
		to[i] += from[i];
	put_cpu_ptr(stats);
}
