/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ADDR_H
#define _VPNGW_ADDR_H

#include <linux/bitmap.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/socket.h>
#include <linux/types.h>

#include <net/ipv6.h>

/* Addresses of both versions in one type: an IPv4 address stands as the
 * IPv4-mapped one (RFC 4291 section 2.5.5.2), which is on no wire. Prefix lengths
 * count from the same bit.
 */

/* Bits before an IPv4 address. */
#define VPNGW_ADDR_V4_AT	96

/* Longest text of an address with its NUL. */
#define VPNGW_ADDR_TEXT		sizeof("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")

#define VPNGW_ADDR_LENS	129

/**
 * struct vpngw_addr_lens - the prefix lengths that are in use, of IPv4 or of IPv6
 * @bits: bit 128 - n is set when there is length n (netns mutex, readers at any
 *	time)
 * @n: number of prefixes by length (netns mutex)
 */
struct vpngw_addr_lens {
	DECLARE_BITMAP(bits, VPNGW_ADDR_LENS);
	u32 n[VPNGW_ADDR_LENS];
};

/* The longest first. */
#define vpngw_addr_for_each_len(bit, lens) \
	for_each_set_bit(bit, (lens)->bits, VPNGW_ADDR_LENS)

static inline bool vpngw_addr_is_v4(const struct in6_addr *addr)
{
	return ipv6_addr_v4mapped(addr);
}

static inline u8 vpngw_addr_family(const struct in6_addr *addr)
{
	return vpngw_addr_is_v4(addr) ? AF_INET : AF_INET6;
}

/* The IPv4 address that vpngw_addr_set_v4() has set. */
static inline __be32 vpngw_addr_v4(const struct in6_addr *addr)
{
	return addr->s6_addr32[3];
}

static inline void vpngw_addr_set_v4(struct in6_addr *addr, __be32 v4)
{
	ipv6_addr_set_v4mapped(v4, addr);
}

/* A prefix length as people count it in the address's own version. */
static inline u32 vpngw_addr_len(const struct in6_addr *addr, u32 len)
{
	return vpngw_addr_is_v4(addr) ? len - VPNGW_ADDR_V4_AT : len;
}

bool vpngw_addr_is_host(const struct in6_addr *addr);
bool vpngw_addr_is_global_v4(__be32 v4);
bool vpngw_addr_is_well_known(const struct in6_addr *addr, u32 len);
bool vpngw_addr_is_embedding_len(u32 len);
bool vpngw_addr_has_beyond(const struct in6_addr *addr, u32 len);
int vpngw_addr_cmp(const struct in6_addr *a, const struct in6_addr *b);
void vpngw_addr_add(struct in6_addr *to, const struct in6_addr *from, u32 n);
u64 vpngw_addr_distance(const struct in6_addr *from, const struct in6_addr *to);
u32 vpngw_addr_hash(const struct in6_addr *addr, u32 a, u32 b, u32 seed);
void vpngw_addr_count_len(struct vpngw_addr_lens *lens, u32 len, int by);
void vpngw_addr_shift(struct in6_addr *to, const struct in6_addr *from,
		      const struct in6_addr *prefix, u32 len);
bool vpngw_addr_shift_neutral(struct in6_addr *to, const struct in6_addr *from,
			      const struct in6_addr *old,
			      const struct in6_addr *prefix, u32 len);
const char *vpngw_addr_text(const struct in6_addr *addr,
			    char text[VPNGW_ADDR_TEXT]);

#endif /* _VPNGW_ADDR_H */
