/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_SPACE_H
#define _VPNGW_SPACE_H

#include <linux/atomic.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

struct vpngw_blocks;
struct vpngw_ports;
struct vpngw_ports_budget;

/* The protocols whose ports are told apart. */
enum vpngw_class {
	VPNGW_CLASS_TCP,
	VPNGW_CLASS_UDP,
	VPNGW_CLASS_ICMP,
	VPNGW_CLASS_SCTP,
	VPNGW_CLASS_DCCP,
	VPNGW_CLASS_UDPLITE,
	VPNGW_CLASSES
};

/* The class of a protocol, or -1 for one without ports. */
static inline int vpngw_space_class(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return VPNGW_CLASS_TCP;
	case IPPROTO_UDP:
		return VPNGW_CLASS_UDP;
	case IPPROTO_ICMP:
		return VPNGW_CLASS_ICMP;
	case IPPROTO_SCTP:
		return VPNGW_CLASS_SCTP;
	case IPPROTO_DCCP:
		return VPNGW_CLASS_DCCP;
	case IPPROTO_UDPLITE:
		return VPNGW_CLASS_UDPLITE;
	}
	return -1;
}

/**
 * struct vpngw_range - a range of addresses of one version
 * @first: first address
 * @last: last address
 */
struct vpngw_range {
	struct in6_addr	first;
	struct in6_addr	last;
};

/**
 * struct vpngw_space_addr - what is taken of one address
 * @reserved: number of static mappings that want the whole address, and one
 *	more when the pool gives it up
 * @local: whether it is one of the gateway's own addresses, and the generation
 *	of routes for which that holds
 * @draining: no new mapping gets it (netns mutex, readers at any time)
 * @addr: the address
 * @ports: by &enum vpngw_class, made when first used
 * @blocks: whose its blocks are, made when first used
 */
struct vpngw_space_addr {
	atomic_t		reserved;
	u32			local;
	bool			draining;
	struct in6_addr		addr;
	struct vpngw_ports	*ports[VPNGW_CLASSES];
	struct vpngw_blocks	*blocks;
};

/**
 * struct vpngw_space - the addresses of a pool; constant but for @addrs
 * @n_addrs: number of addresses
 * @n_ranges: number of @ranges
 * @ranges: the addresses, sorted
 * @addrs: what is taken of each, made when first used
 */
struct vpngw_space {
	u32			n_addrs;
	u32			n_ranges;
	struct vpngw_range	*ranges;
	struct vpngw_space_addr	*addrs[];
};

void vpngw_space_sort(struct vpngw_range *ranges, u32 n);
struct vpngw_space *vpngw_space_alloc(const struct vpngw_range *ranges,
				      u32 n_ranges, u32 n_addrs);
void vpngw_space_free(struct vpngw_space *space);
u64 vpngw_space_range_size(const struct vpngw_range *range);
void vpngw_space_address(const struct vpngw_space *space, u32 index,
			 struct in6_addr *addr);
int vpngw_space_index(const struct vpngw_space *space,
		      const struct in6_addr *addr);
int vpngw_space_index_near(const struct vpngw_space *space,
			   const struct in6_addr *addr, u32 near);
struct vpngw_space_addr *vpngw_space_get(struct vpngw_space *space, u32 index,
					 gfp_t gfp);
struct vpngw_ports *vpngw_space_ports(struct vpngw_space_addr *sa, int class,
				      struct vpngw_ports_budget *budget, u32 lo,
				      u32 hi, gfp_t gfp);
u32 vpngw_space_pieces(const struct vpngw_range *ranges, u32 n_ranges,
		       u32 n_addrs, const struct vpngw_space *space,
		       const struct vpngw_range *change, u32 n_change,
		       bool drain);
u32 vpngw_space_in_use(const struct vpngw_space_addr *sa);
u32 vpngw_space_held(const struct vpngw_space_addr *sa);
void vpngw_space_addr_free(struct vpngw_space_addr *sa);

#endif /* _VPNGW_SPACE_H */
