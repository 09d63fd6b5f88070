// SPDX-License-Identifier: GPL-2.0
/*
 * The gateway's own sockets, which a pool with one of the gateway's own
 * addresses must leave their ports.
 */
#include "socket.h"

#include <linux/in.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>

#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/udp.h>

#include "tuple.h"

/* Whatever the address: where a socket's is found differs between kernels, and
 * a port more or less is nothing.
 */
static bool vpngw_socket_has_tcp(const struct net *net, u16 port)
{
	struct inet_hashinfo *hashinfo = net->ipv4.tcp_death_row.hashinfo;
	struct inet_bind_hashbucket *head;
	struct inet_bind_bucket *tb;
	bool found = false;

	head = &hashinfo->bhash[inet_bhashfn(net, port, hashinfo->bhash_size)];
	spin_lock_bh(&head->lock);
	inet_bind_bucket_for_each(tb, &head->chain) {
		found = tb->port == port && net_eq(ib_net(tb), net);
		if (found)
			break;
	}
	spin_unlock_bh(&head->lock);
	return found;
}

/* Whether a socket gets what comes for an address: one of IPv6 that is bound to
 * no address gets that of both versions, unless it was told not to.
 */
static bool vpngw_socket_is_at(const struct sock *sk,
			       const struct in6_addr *addr)
{
	if (vpngw_addr_is_v4(addr))
		return !ipv6_only_sock(sk) &&
		       (!sk->sk_rcv_saddr ||
			sk->sk_rcv_saddr == vpngw_addr_v4(addr));
	return sk->sk_family == AF_INET6 &&
	       (ipv6_addr_any(&sk->sk_v6_rcv_saddr) ||
		ipv6_addr_equal(&sk->sk_v6_rcv_saddr, addr));
}

static bool vpngw_socket_has_udp(struct net *net, const struct in6_addr *addr,
				 u16 port)
{
	struct udp_hslot *slot;
	struct sock *sk;

	slot = udp_hashslot(vpngw_compat_udp_table(net), net, port);
	sk_for_each_rcu(sk, &slot->head)
		if (udp_sk(sk)->udp_port_hash == port &&
		    net_eq(sock_net(sk), net) && vpngw_socket_is_at(sk, addr))
			return true;
	return false;
}

/**
 * vpngw_socket_has_port - does a socket of the gateway have a port?
 * @net: the namespace
 * @proto: IP protocol; IPPROTO_ICMP for ICMPv6, too
 * @addr: one of the gateway's own addresses
 * @port: the port, host byte order
 *
 * Context: RCU read section.
 * Return: true if one is bound to it, at that address or all, or is connected
 *	from it; for others than TCP, UDP and ICMP always.
 */
bool vpngw_socket_has_port(struct net *net, u8 proto,
			   const struct in6_addr *addr, u16 port)
{
	switch (proto) {
	case IPPROTO_TCP:
		return vpngw_socket_has_tcp(net, port);
	case IPPROTO_UDP:
		return vpngw_socket_has_udp(net, addr, port);
	case IPPROTO_ICMP:
		return false;
	}
	/* Modules have them, which do not tell. */
	return true;
}

static bool vpngw_socket_has_listener(const struct net_device *dev,
				      const struct vpngw_tuple *t)
{
	int master = l3mdev_master_ifindex_rcu(dev);
	int dif = master ? master : dev->ifindex;
	int sdif = master ? dev->ifindex : 0;
	struct net *net = dev_net(dev);
	struct inet_hashinfo *hashinfo = net->ipv4.tcp_death_row.hashinfo;

	if (t->family == AF_INET)
		return __inet_lookup_listener(net, hashinfo, NULL, 0, t->src,
					      t->sport, t->dst, ntohs(t->dport),
					      dif, sdif);
	return inet6_lookup_listener(net, hashinfo, NULL, 0, &t->src6, t->sport,
				     &t->dst6, ntohs(t->dport), dif, sdif);
}

/**
 * vpngw_socket_wants - is there a socket for a packet that starts something?
 * @dev: the device that it came in by
 * @t: its tuple; its destination is one of the gateway's own addresses
 *
 * Context: RCU read section.
 * Return: true for a listening TCP socket, a bound UDP socket, an ICMP request,
 *	which the stack itself answers, and for other protocols.
 */
bool vpngw_socket_wants(const struct net_device *dev,
			const struct vpngw_tuple *t)
{
	struct in6_addr dst;

	switch (t->proto) {
	case IPPROTO_TCP:
		return vpngw_socket_has_listener(dev, t);
	case IPPROTO_UDP:
		vpngw_tuple_dst(t, &dst);
		return vpngw_socket_has_udp(dev_net(dev), &dst,
					    ntohs(t->dport));
	}
	return true;
}
