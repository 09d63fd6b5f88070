// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic with addresses, and what they are. Decides nothing.
 */
#include "addr.h"

#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <net/checksum.h>

/**
 * vpngw_addr_is_host - can a host have that address?
 * @addr: the address
 *
 * Context: any.
 * Return: false for what RFC 1812 5.3.7 and RFC 4291 2.5 keep from hosts, and for
 *	addresses of a link only.
 */
bool vpngw_addr_is_host(const struct in6_addr *addr)
{
	__be32 v4 = vpngw_addr_v4(addr);

	if (vpngw_addr_is_v4(addr))
		return !ipv4_is_zeronet(v4) && !ipv4_is_loopback(v4) &&
		       !ipv4_is_multicast(v4) && !ipv4_is_lbcast(v4);
	/* ::/96 has the unspecified and the loopback address, and others that are
	 * no longer used.
	 */
	return !(ipv6_addr_type(addr) & (IPV6_ADDR_MULTICAST |
					 IPV6_ADDR_LINKLOCAL)) &&
	       (addr->s6_addr32[0] || addr->s6_addr32[1] ||
		addr->s6_addr32[2]);
}

/**
 * vpngw_addr_is_global_v4 - is an IPv4 address one of the Internet's?
 * @v4: the address
 *
 * Context: any.
 * Return: false for those that RFC 6890 and those after it keep apart.
 */
bool vpngw_addr_is_global_v4(__be32 v4)
{
	static const struct {
		u32	addr;
		u32	len;
	} not_global[] = {
		{ 0x00000000, 8 },
		{ 0x0a000000, 8 },
		{ 0x64400000, 10 },
		{ 0x7f000000, 8 },
		{ 0xa9fe0000, 16 },
		{ 0xac100000, 12 },
		{ 0xc0000000, 24 },
		{ 0xc0000200, 24 },
		{ 0xc0586300, 24 },
		{ 0xc0a80000, 16 },
		{ 0xc6120000, 15 },
		{ 0xc6336400, 24 },
		{ 0xcb007100, 24 },
		{ 0xe0000000, 3 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(not_global); i++)
		if (!((ntohl(v4) ^ not_global[i].addr) >>
		      (32 - not_global[i].len)))
			return false;
	return true;
}

/**
 * vpngw_addr_is_well_known - is a prefix 64:ff9b::/96?
 * @addr: the prefix
 * @len: its length
 *
 * Context: any.
 * Return: true if it is the well-known prefix of RFC 6052.
 */
bool vpngw_addr_is_well_known(const struct in6_addr *addr, u32 len)
{
	return len == 96 && addr->s6_addr32[0] == htonl(0x64ff9b) &&
	       !addr->s6_addr32[1] && !addr->s6_addr32[2];
}

/**
 * vpngw_addr_is_embedding_len - may an IPv4 address follow such a prefix?
 * @len: length of an IPv6 prefix
 *
 * Context: any.
 * Return: true for the lengths of RFC 6052 section 2.2.
 */
bool vpngw_addr_is_embedding_len(u32 len)
{
	return len == 96 || (len >= 32 && len <= 64 && len % 8 == 0);
}

/**
 * vpngw_addr_has_beyond - has an address bits beyond a prefix?
 * @addr: the address
 * @len: length of the prefix
 *
 * Context: any.
 * Return: true if it has.
 */
bool vpngw_addr_has_beyond(const struct in6_addr *addr, u32 len)
{
	struct in6_addr prefix;

	vpngw_addr_prefix(&prefix, addr, len);
	return !ipv6_addr_equal(&prefix, addr);
}

/**
 * vpngw_addr_prefix - the first bits of an address
 * @to: has them, and zeros behind
 * @from: the address
 * @len: how many
 *
 * Context: any.
 */
void vpngw_addr_prefix(struct in6_addr *to, const struct in6_addr *from,
		       u32 len)
{
	int i, bits;

	*to = *from;
	if (likely(len == 128))
		return;
	for (i = len / 32; i < 4; i++) {
		bits = max_t(int, len - 32 * i, 0);
		to->s6_addr32[i] &= htonl((u32)(~0ULL << (32 - bits)));
	}
}

/**
 * vpngw_addr_hash6 - hash an IPv6 address, see vpngw_addr_hash()
 * @addr: the address
 * @a: what belongs to it
 * @b: more of that
 * @seed: a secret
 *
 * Context: any.
 * Return: the hash.
 */
u32 vpngw_addr_hash6(const struct in6_addr *addr, u32 a, u32 b, u32 seed)
{
	return jhash_2words(a, b, jhash2((__force const u32 *)addr->s6_addr32,
					 4, seed));
}

/**
 * vpngw_addr_count_len - count a prefix that comes or goes
 * @lens: of its version
 * @len: its length
 * @by: 1 or -1
 *
 * Context: process, netns mutex held.
 */
void vpngw_addr_count_len(struct vpngw_addr_lens *lens, u32 len, int by)
{
	lens->n[len] += by;
	assign_bit(128 - len, lens->bits, lens->n[len]);
}

/**
 * vpngw_addr_shift - an address with another prefix
 * @to: the address
 * @from: what it is made of
 * @prefix: its new prefix
 * @len: length of the new prefix and of the old
 *
 * Context: any.
 */
void vpngw_addr_shift(struct in6_addr *to, const struct in6_addr *from,
		      const struct in6_addr *prefix, u32 len)
{
	struct in6_addr old;
	int i;

	if (likely(len == 128)) {
		*to = *prefix;
		return;
	}
	vpngw_addr_prefix(&old, from, len);
	for (i = 0; i < 4; i++)
		to->s6_addr32[i] = (from->s6_addr32[i] ^ old.s6_addr32[i]) |
				   prefix->s6_addr32[i];
}

/* The word that makes up for another prefix: that of the subnet, RFC 6296 section
 * 3.4, or the first behind the prefix that is not all ones, section 3.5.
 */
static int vpngw_addr_neutral_word(const struct in6_addr *addr, u32 len)
{
	int i;

	if (len <= 48)
		return 3;
	for (i = 4; i < 8; i++)
		if (addr->s6_addr16[i] != htons(0xffff))
			return i;
	return -1;
}

/**
 * vpngw_addr_shift_neutral - an IPv6 address with another prefix and the same sum
 * @to: the address
 * @from: what it is made of
 * @old: its prefix, which has the length of the new
 * @prefix: its new prefix
 * @len: their length, at most 64
 *
 * RFC 6296: no checksum changes. Done with both prefixes the other way round it
 * gives the first address again.
 *
 * Context: any.
 * Return: false for an address that can't be translated so: section 3.5 and,
 *	with all ones in the subnet, 3.4.
 */
bool vpngw_addr_shift_neutral(struct in6_addr *to, const struct in6_addr *from,
			      const struct in6_addr *old,
			      const struct in6_addr *prefix, u32 len)
{
	int i = vpngw_addr_neutral_word(from, len);
	__wsum diff;
	__sum16 word;

	if (i < 0 || from->s6_addr16[i] == htons(0xffff))
		return false;
	vpngw_addr_shift(to, from, prefix, len);
	diff = csum_sub(csum_partial(old, sizeof(*old), 0),
			csum_partial(prefix, sizeof(*prefix), 0));
	word = ~csum_fold(csum_add(diff, (__force __wsum)to->s6_addr16[i]));
	/* Of the two zeros the one that is not all ones. */
	to->s6_addr16[i] = word == (__force __sum16)0xffff ?
			   0 : (__force __be16)word;
	return true;
}

/**
 * vpngw_addr_text - an address as people write it
 * @addr: the address
 * @text: where to
 *
 * Context: any.
 * Return: @text.
 */
const char *vpngw_addr_text(const struct in6_addr *addr,
			    char text[VPNGW_ADDR_TEXT])
{
	if (vpngw_addr_is_v4(addr))
		snprintf(text, VPNGW_ADDR_TEXT, "%pI4", &addr->s6_addr32[3]);
	else
		snprintf(text, VPNGW_ADDR_TEXT, "%pI6c", addr);
	return text;
}
