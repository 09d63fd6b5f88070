/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ICMP_H
#define _VPNGW_ICMP_H

#include <linux/types.h>

struct in6_addr;
struct net_device;
struct sk_buff;
struct vpngw_realm;

/* What a sender is told, in the version of its packet. */
enum vpngw_icmp_tell {
	/* ICMP 3/0, ICMPv6 1/0 */
	VPNGW_ICMP_NO_ROUTE,
	/* ICMP 3/13, ICMPv6 1/1 */
	VPNGW_ICMP_FILTERED,
	/* ICMP 3 with the code that is set, ICMPv6 1/1 */
	VPNGW_ICMP_NO_RESOURCES,
	/* ICMP 3/2, ICMPv6 1/4: RFC 6146 section 3.4 */
	VPNGW_ICMP_PROTOCOL,
	/* ICMP 3/5, ICMPv6 4/0 with a pointer to the segments left: RFC 7915 */
	VPNGW_ICMP_SOURCE_ROUTE,
	/* ICMP 11/0, ICMPv6 3/0 */
	VPNGW_ICMP_TTL,
	/* ICMP 3/4, ICMPv6 2/0 */
	VPNGW_ICMP_TOO_BIG,
};

bool vpngw_icmp_source(const struct net_device *dev, const struct in6_addr *dst,
		       struct in6_addr *src);
void vpngw_icmp_error(struct vpngw_realm *realm, const struct net_device *dev,
		      const struct sk_buff *skb, enum vpngw_icmp_tell tell,
		      u32 mtu);

#endif /* _VPNGW_ICMP_H */
