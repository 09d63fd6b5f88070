/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ADDR_H
#define _VPNGW_ADDR_H

#include <linux/bitmap.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/jhash.h>
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

/* The next bit that is set, or VPNGW_ADDR_LENS: of the longest prefix first. */
static inline unsigned int
vpngw_addr_next_len(const struct vpngw_addr_lens *lens, unsigned int bit)
{
	unsigned long word = 0;

	if (bit < BITS_PER_LONG)
		word = READ_ONCE(lens->bits[0]) &
		       BITMAP_FIRST_WORD_MASK(bit);
	if (likely(word))
		return __ffs(word);
	return find_next_bit(lens->bits, VPNGW_ADDR_LENS, bit);
}

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

/* The first or the second half of an address as a number. */
static inline u64 vpngw_addr_half(const struct in6_addr *addr, int half)
{
	return (u64)ntohl(addr->s6_addr32[2 * half]) << 32 |
	       ntohl(addr->s6_addr32[2 * half + 1]);
}

/* The order of two addresses: less than, equal to or more than 0. */
static inline int vpngw_addr_cmp(const struct in6_addr *a,
				 const struct in6_addr *b)
{
	u64 x = vpngw_addr_half(a, 0), y = vpngw_addr_half(b, 0);

	if (likely(x == y)) {
		x = vpngw_addr_half(a, 1);
		y = vpngw_addr_half(b, 1);
	}
	return (x > y) - (x < y);
}

/* How far it is from one address to a later one, U64_MAX for that or more. */
static inline u64 vpngw_addr_distance(const struct in6_addr *from,
				      const struct in6_addr *to)
{
	u64 low = vpngw_addr_half(to, 1) - vpngw_addr_half(from, 1);
	u64 high = vpngw_addr_half(to, 0) - vpngw_addr_half(from, 0);

	if (vpngw_addr_half(to, 1) < vpngw_addr_half(from, 1))
		high--;
	return high ? U64_MAX : low;
}

/* The address that is @n behind another. */
static inline void vpngw_addr_add(struct in6_addr *to,
				  const struct in6_addr *from, u32 n)
{
	u64 low = vpngw_addr_half(from, 1) + n;
	u64 high = vpngw_addr_half(from, 0) + (low < n);

	to->s6_addr32[0] = htonl(high >> 32);
	to->s6_addr32[1] = htonl((u32)high);
	to->s6_addr32[2] = htonl(low >> 32);
	to->s6_addr32[3] = htonl((u32)low);
}

u32 vpngw_addr_hash6(const struct in6_addr *addr, u32 a, u32 b, u32 seed);

/* Hash an address, and @a and @b that belong to it; the seed is a secret. */
static inline u32 vpngw_addr_hash(const struct in6_addr *addr, u32 a, u32 b,
				  u32 seed)
{
	if (likely(vpngw_addr_is_v4(addr)))
		return jhash_3words((__force u32)vpngw_addr_v4(addr), a, b,
				    seed);
	return vpngw_addr_hash6(addr, a, b, seed);
}

bool vpngw_addr_is_host(const struct in6_addr *addr);
bool vpngw_addr_is_global_v4(__be32 v4);
bool vpngw_addr_is_well_known(const struct in6_addr *addr, u32 len);
bool vpngw_addr_is_embedding_len(u32 len);
bool vpngw_addr_has_beyond(const struct in6_addr *addr, u32 len);
void vpngw_addr_prefix(struct in6_addr *to, const struct in6_addr *from,
		       u32 len);
void vpngw_addr_count_len(struct vpngw_addr_lens *lens, u32 len, int by);
void vpngw_addr_shift(struct in6_addr *to, const struct in6_addr *from,
		      const struct in6_addr *prefix, u32 len);
bool vpngw_addr_shift_neutral(struct in6_addr *to, const struct in6_addr *from,
			      const struct in6_addr *old,
			      const struct in6_addr *prefix, u32 len);
const char *vpngw_addr_text(const struct in6_addr *addr,
			    char text[VPNGW_ADDR_TEXT]);

#endif /* _VPNGW_ADDR_H */
