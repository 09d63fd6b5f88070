// SPDX-License-Identifier: GPL-2.0
/*
 * The ports of one protocol at one outside address: a bit for each that is
 * taken, and a bit for each word of those that is full. So a free one is found
 * by a look at a few words, however full it is.
 *
 * A port that is held back after its mapping has ended (quarantine, RFC 6888
 * REQ-8) stays taken, and has a second bit in the step in which that was.
 * Who takes a step away gives back all its ports at once, so that nothing is
 * kept of the single port but the two bits.
 */
#include "ports.h"

#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>

/* Of the machine's memory, one part of so many is for sets. */
#define VPNGW_PORTS_MEMORY_PART	8
/* Times to look again when another CPU took the port just found. */
#define VPNGW_PORTS_RACE_TRIES	16

/**
 * struct vpngw_ports - which ports are taken
 * @lo: first port
 * @hi: last port
 * @base: the port of bit 0, so that an even bit is an even port
 * @n_words: words of each bitmap of ports
 * @n_taken: bits set in @taken
 * @n_held: bits set in all of @held
 * @budget: what its memory is counted in
 * @taken: ports that can't be taken
 * @held: ports held back, by step; made when first used
 * @full: words of @taken that had no bit clear when last looked at
 */
struct vpngw_ports {
	u16		lo;
	u16		hi;
	u32		base;
	u32		n_words;
	atomic_t	n_taken;
	atomic_t	n_held;
	struct vpngw_ports_budget *budget;
	unsigned long	*taken;
	unsigned long	*held[VPNGW_PORTS_STEPS];
	unsigned long	full[];
};

/**
 * vpngw_ports_budget_init - begin to count the memory of sets
 * @budget: what it is counted in
 *
 * Hosts choose how many addresses of a pool are in use, and for each the ports
 * take kilobytes.
 *
 * Context: process.
 */
void vpngw_ports_budget_init(struct vpngw_ports_budget *budget)
{
	atomic_long_set(&budget->used, 0);
	budget->max = totalram_pages() / VPNGW_PORTS_MEMORY_PART << PAGE_SHIFT;
}

/* Bytes of a set once ports are held back in all steps. */
static long vpngw_ports_bytes(const struct vpngw_ports *ports)
{
	return (long)ports->n_words * sizeof(*ports->taken) *
	       (1 + VPNGW_PORTS_STEPS);
}

/**
 * vpngw_ports_alloc - make a set of ports, none of them taken
 * @budget: what its memory is counted in
 * @lo: first port
 * @hi: last port
 * @gfp: how to allocate
 *
 * Context: as @gfp says.
 * Return: the set or NULL.
 */
struct vpngw_ports *vpngw_ports_alloc(struct vpngw_ports_budget *budget, u32 lo,
				      u32 hi, gfp_t gfp)
{
	u32 base = round_down(lo, BITS_PER_LONG);
	u32 n_words = BITS_TO_LONGS(hi - base + 1);
	struct vpngw_ports *ports;

	ports = kzalloc(struct_size(ports, full, BITS_TO_LONGS(n_words)),
			gfp | __GFP_NOWARN);
	if (!ports)
		return NULL;
	/* By itself, or it would be a little more than a power of two. */
	ports->taken = kcalloc(n_words, sizeof(*ports->taken),
			       gfp | __GFP_NOWARN);
	if (!ports->taken) {
		kfree(ports);
		return NULL;
	}
	ports->budget = budget;
	ports->lo = lo;
	ports->hi = hi;
	ports->base = base;
	ports->n_words = n_words;
	atomic_long_add(vpngw_ports_bytes(ports), &budget->used);
	return ports;
}

/**
 * vpngw_ports_free - free a set of ports
 * @ports: the set, or NULL
 *
 * Context: any.
 */
void vpngw_ports_free(struct vpngw_ports *ports)
{
	int step;

	if (!ports)
		return;
	atomic_long_sub(vpngw_ports_bytes(ports), &ports->budget->used);
	for (step = 0; step < VPNGW_PORTS_STEPS; step++)
		kfree(ports->held[step]);
	kfree(ports->taken);
	kfree(ports);
}

/* Of a word of taken bits those that may be taken. */
static unsigned long vpngw_ports_word(unsigned long taken,
				      enum vpngw_ports_kind kind)
{
	const unsigned long even = ~0UL / 3;

	switch (kind) {
	case VPNGW_PORTS_ANY:
		return ~taken;
	case VPNGW_PORTS_EVEN:
		return ~taken & even;
	case VPNGW_PORTS_ODD:
		return ~taken & ~even;
	case VPNGW_PORTS_EVEN_OF_PAIR:
		return ~taken & (~taken >> 1) & even;
	case VPNGW_PORTS_ODD_OF_PAIR:
		return ~taken & (~taken << 1) & ~even;
	}
	return 0;
}

/* The first bit in [from, to) that may be taken, or @to. */
static u32 vpngw_ports_scan(const struct vpngw_ports *ports, u32 from, u32 to,
			    enum vpngw_ports_kind kind)
{
	unsigned long mask = BITMAP_FIRST_WORD_MASK(from), word;
	u32 i;

	for (i = from / BITS_PER_LONG; i * BITS_PER_LONG < to; i++) {
		word = vpngw_ports_word(READ_ONCE(ports->taken[i]), kind) &
		       mask;
		if (word)
			return min_t(u32, i * BITS_PER_LONG + __ffs(word), to);
		mask = ~0UL;
	}
	return to;
}

static bool vpngw_ports_set(struct vpngw_ports *ports, u32 bit)
{
	unsigned long *word = &ports->taken[bit / BITS_PER_LONG];

	if (test_and_set_bit(bit, ports->taken))
		return false;
	atomic_inc(&ports->n_taken);
	if (likely(~READ_ONCE(*word)))
		return true;
	set_bit(bit / BITS_PER_LONG, ports->full);
	/* Pairs with vpngw_ports_not_full(): either we see the port that was
	 * given back meanwhile, or who gave it back sees our bit.
	 */
	smp_mb__after_atomic();
	if (~READ_ONCE(*word))
		clear_bit(bit / BITS_PER_LONG, ports->full);
	return true;
}

/* A port of that word was just given back. */
static void vpngw_ports_not_full(struct vpngw_ports *ports, u32 word)
{
	/* Pairs with vpngw_ports_set(). */
	smp_mb__after_atomic();
	if (test_bit(word, ports->full))
		clear_bit(word, ports->full);
}

static void vpngw_ports_clear(struct vpngw_ports *ports, u32 bit)
{
	atomic_dec(&ports->n_taken);
	/* Who finds the bit clear counts after us. */
	smp_mb__before_atomic();
	clear_bit(bit, ports->taken);
	vpngw_ports_not_full(ports, bit / BITS_PER_LONG);
}

/* A bit in [first, end) that may be taken, of those words of [from, to) that are
 * not full, or @end.
 */
static u32 vpngw_ports_scan_words(const struct vpngw_ports *ports, u32 first,
				  u32 end, u32 from, u32 to,
				  enum vpngw_ports_kind kind)
{
	u32 word, lo, hi, found;

	for (word = find_next_zero_bit(ports->full, to, from); word < to;
	     word = find_next_zero_bit(ports->full, to, word + 1)) {
		lo = max_t(u32, first, word * BITS_PER_LONG);
		hi = min_t(u32, end, (word + 1) * BITS_PER_LONG);
		found = vpngw_ports_scan(ports, lo, hi, kind);
		if (found < hi)
			return found;
	}
	return end;
}

/* A bit in [first, end) that may be taken, or @end. */
static u32 vpngw_ports_search(const struct vpngw_ports *ports, u32 first,
			      u32 end, enum vpngw_ports_kind kind)
{
	u32 bit = first + ((end - first) * get_random_u16() >> 16);
	u32 word = bit / BITS_PER_LONG, found, to;

	to = min_t(u32, end, (word + 1) * BITS_PER_LONG);
	found = vpngw_ports_scan(ports, bit, to, kind);
	if (likely(found < to))
		return found;
	found = vpngw_ports_scan_words(ports, first, end, word + 1,
				       DIV_ROUND_UP(end, BITS_PER_LONG), kind);
	if (found < end)
		return found;
	return vpngw_ports_scan_words(ports, first, end, first / BITS_PER_LONG,
				      word + 1, kind);
}

/**
 * vpngw_ports_take - take a free port
 * @ports: the set
 * @lo: first port wanted, in the set
 * @hi: last port wanted, in the set
 * @kind: which of them
 *
 * Searched from a random one: RFC 6056 section 3.3.1 without its retries,
 * which section 5 forbids where many are taken.
 *
 * Context: any.
 * Return: the port, or -1 when there is none.
 */
int vpngw_ports_take(struct vpngw_ports *ports, u32 lo, u32 hi,
		     enum vpngw_ports_kind kind)
{
	u32 first = lo - ports->base, end = hi - ports->base + 1, bit;
	int tries = VPNGW_PORTS_RACE_TRIES;

	if (atomic_read(&ports->n_taken) >= ports->hi - ports->lo + 1)
		return -1;
	while (tries--) {
		bit = vpngw_ports_search(ports, first, end, kind);
		if (bit == end)
			return -1;
		if (vpngw_ports_set(ports, bit))
			return ports->base + bit;
	}
	return -1;
}

/**
 * vpngw_ports_take_one - take a certain port
 * @ports: the set
 * @port: the port
 *
 * Context: any.
 * Return: true if it was free and in the set.
 */
bool vpngw_ports_take_one(struct vpngw_ports *ports, u32 port)
{
	return port >= ports->lo && port <= ports->hi &&
	       vpngw_ports_set(ports, port - ports->base);
}

/**
 * vpngw_ports_claim - take a certain port even if it is held back
 * @ports: the set
 * @port: the port, in the set
 *
 * Context: any.
 * Return: true if no mapping had it.
 */
bool vpngw_ports_claim(struct vpngw_ports *ports, u32 port)
{
	unsigned long *held;
	int step;

	if (vpngw_ports_take_one(ports, port))
		return true;
	for (step = 0; step < VPNGW_PORTS_STEPS; step++) {
		held = READ_ONCE(ports->held[step]);
		if (held && test_and_clear_bit(port - ports->base, held)) {
			atomic_dec(&ports->n_held);
			return true;
		}
	}
	return false;
}

/**
 * vpngw_ports_release - give a port back
 * @ports: the set
 * @port: the port, taken
 *
 * Context: any.
 */
void vpngw_ports_release(struct vpngw_ports *ports, u32 port)
{
	vpngw_ports_clear(ports, port - ports->base);
}

/**
 * vpngw_ports_hold - hold a port back that a mapping had
 * @ports: the set
 * @port: the port, taken
 * @step: below VPNGW_PORTS_STEPS, with which vpngw_ports_unhold() gives it
 *	back
 * @max: most ports to hold back
 *
 * Context: any; allocates with GFP_ATOMIC.
 * Return: true if it is held back; else it is still taken.
 */
bool vpngw_ports_hold(struct vpngw_ports *ports, u32 port, unsigned int step,
		      u32 max)
{
	unsigned long *held = READ_ONCE(ports->held[step]), *old;

	if (atomic_read(&ports->n_held) >= max)
		return false;
	if (!held) {
		held = kcalloc(ports->n_words, sizeof(*held),
			       GFP_ATOMIC | __GFP_NOWARN);
		if (!held)
			return false;
		old = cmpxchg(&ports->held[step], NULL, held);
		if (old) {
			kfree(held);
			held = old;
		}
	}
	atomic_inc(&ports->n_held);
	set_bit(port - ports->base, held);
	return true;
}

/**
 * vpngw_ports_unhold - give the ports back that were held back in one step
 * @ports: the set
 * @step: the step
 *
 * Context: any.
 */
void vpngw_ports_unhold(struct vpngw_ports *ports, unsigned int step)
{
	unsigned long *held = READ_ONCE(ports->held[step]), bits;
	u32 i, n = 0;

	if (!held)
		return;
	for (i = 0; i < ports->n_words; i++) {
		if (!READ_ONCE(held[i]))
			continue;
		bits = xchg(&held[i], 0);
		n += hweight_long(bits);
		atomic_long_andnot(bits, (atomic_long_t *)&ports->taken[i]);
		vpngw_ports_not_full(ports, i);
	}
	/* Between the two a set that is not full may look so. */
	atomic_sub(n, &ports->n_taken);
	atomic_sub(n, &ports->n_held);
}

/**
 * vpngw_ports_in_use - how many ports do mappings have?
 * @ports: the set, or NULL
 *
 * Context: any.
 * Return: the number, without those held back.
 */
u32 vpngw_ports_in_use(const struct vpngw_ports *ports)
{
	int n;

	if (!ports)
		return 0;
	n = atomic_read(&ports->n_taken) - atomic_read(&ports->n_held);
	return max(n, 0);
}

/**
 * vpngw_ports_held - how many ports are held back?
 * @ports: the set, or NULL
 *
 * Context: any.
 * Return: the number.
 */
u32 vpngw_ports_held(const struct vpngw_ports *ports)
{
	return ports ? max(atomic_read(&ports->n_held), 0) : 0;
}

/**
 * vpngw_ports_next_free - a port that nobody has
 * @ports: the ports; NULL when none was ever taken
 * @from: first port to look at
 * @hi: last port to look at
 *
 * Context: any.
 * Return: the port, or one beyond @hi.
 */
u32 vpngw_ports_next_free(const struct vpngw_ports *ports, u32 from, u32 hi)
{
	if (!ports)
		return from;
	return ports->base + find_next_zero_bit(ports->taken,
						hi - ports->base + 1,
						from - ports->base);
}

/**
 * vpngw_ports_none - are none of some ports taken?
 * @ports: the set, or NULL
 * @lo: first port, in the set
 * @hi: last port, in the set
 *
 * Context: any.
 * Return: true if that is so; those held back are taken.
 */
bool vpngw_ports_none(const struct vpngw_ports *ports, u32 lo, u32 hi)
{
	u32 end;

	if (!ports)
		return true;
	end = hi - ports->base + 1;
	return find_next_bit(ports->taken, end, lo - ports->base) >= end;
}
