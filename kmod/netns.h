/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_NETNS_H
#define _VPNGW_NETNS_H

#include <linux/idr.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <net/netns/generic.h>

#include <asm/barrier.h>

#include "limit.h"
#include "ports.h"
#include "stats.h"

/* What a flow's state and protocol time out by; the order of the netlink
 * attributes VPNGW_A_SETTING_TIMEOUT_*.
 */
enum vpngw_timeout {
	VPNGW_TIMEOUT_UDP_UNREPLIED,
	VPNGW_TIMEOUT_UDP,
	VPNGW_TIMEOUT_ICMP,
	VPNGW_TIMEOUT_TCP_INIT,
	VPNGW_TIMEOUT_TCP_ESTABLISHED,
	VPNGW_TIMEOUT_TCP_CLOSING,
	VPNGW_TIMEOUT_TCP_RESET,
	VPNGW_TIMEOUT_OTHER,
	VPNGW_TIMEOUTS
};

/**
 * struct vpngw_reap - what is freed once no packet can be using it
 * @list: entry of &struct vpngw_net reap_list
 * @fn: ends what still hangs on the object and drops the last reference;
 *	process context, after a grace period
 */
struct vpngw_reap {
	struct list_head	list;
	void			(*fn)(struct vpngw_reap *reap);
};

/**
 * struct vpngw_net - all that one network namespace has
 * @net: the namespace
 * @mutex: serialises configuration; taken inside the RTNL where both are
 *	needed
 * @config_id: grows with every change of the configuration (@mutex)
 * @last_uid: last number given by vpngw_net_uid() (@mutex)
 * @hooks: the packet hooks are registered (@mutex)
 * @defrag_ids: which &struct vpngw_realm defrag_id are in use
 * @realms: every vpn and ext by uid (@mutex, RCU readers)
 * @vpns: the vpns by age (@mutex)
 * @exts: the exts by age (@mutex, RCU readers)
 * @pools: the pools by age (@mutex, RCU readers)
 * @aliases: the aliases by age (@mutex)
 * @mappings: the static mappings by age (@mutex)
 * @bindings: devices bound to a vpn or ext (@mutex)
 * @ifaces: what each device's packets belong to, by ifindex (RTNL and @mutex,
 *	RCU readers)
 * @moves: grows whenever one of them or a VRF comes or goes (@mutex, readers at
 *	any time)
 * @key: secret that pairs hosts with pool addresses (constant)
 * @timeouts: in seconds, by &enum vpngw_timeout (@mutex, readers at any time)
 * @limits: for all VPNs together
 * @port_sets: memory for the ports of pools
 * @quarantine: seconds that a freed outside port is not given again (@mutex,
 *	readers at any time)
 * @quarantine_share: most of an address's ports that are kept so, in per cent
 *	(@mutex, readers at any time)
 * @tcp_pickup: a TCP segment in mid-stream may start a flow (@mutex, readers
 *	at any time)
 * @icmp_code: code of the ICMP error about limits (@mutex, readers at any time)
 * @stats: what belongs to no vpn and no ext any more
 * @gc: ends flows that timed out
 * @reap_lock: protects @reap_list
 * @reap_list: objects that wait for a grace period
 * @reap_work: waits for it
 */
struct vpngw_net {
	struct net			*net;
	struct mutex			mutex;
	u32				config_id;
	u32				last_uid;
	bool				hooks;
	struct ida			defrag_ids;
	struct xarray			realms;
	struct list_head		vpns;
	struct list_head		exts;
	struct list_head		pools;
	struct list_head		aliases;
	struct list_head		mappings;
	struct list_head		bindings;
	struct rhashtable		ifaces;
	u32				moves;
	u32				key;
	u32				timeouts[VPNGW_TIMEOUTS];
	struct vpngw_limit_all		limits[VPNGW_LIMITS];
	struct vpngw_ports_budget	port_sets;
	u32				quarantine;
	u8				quarantine_share;
	bool				tcp_pickup;
	u8				icmp_code;
	struct vpngw_stats __percpu	*stats;
	struct delayed_work		gc;
	spinlock_t			reap_lock;
	struct list_head		reap_list;
	struct work_struct		reap_work;
};

extern unsigned int vpngw_net_id;

/**
 * vpngw_net_get - the module's state of a namespace
 * @net: the namespace
 *
 * Context: any, while the namespace lives.
 * Return: its state, never NULL.
 */
static inline struct vpngw_net *vpngw_net_get(const struct net *net)
{
	return net_generic(net, vpngw_net_id);
}

/**
 * vpngw_net_moves - how often has it changed which devices belong to whom?
 * @vn: the namespace
 *
 * Context: any.
 * Return: the number; what is looked up afterwards is as new as that.
 */
static inline u32 vpngw_net_moves(const struct vpngw_net *vn)
{
	/* Pairs with vpngw_net_moved(). */
	return smp_load_acquire(&vn->moves);
}

/**
 * vpngw_net_moved - note that it has just changed which devices belong to whom
 * @vn: the namespace
 *
 * Context: process, @vn->mutex held.
 */
static inline void vpngw_net_moved(struct vpngw_net *vn)
{
	/* Pairs with vpngw_net_moves(). */
	smp_store_release(&vn->moves, vn->moves + 1);
}

u32 vpngw_net_uid(struct vpngw_net *vn);
void vpngw_net_settings_reset(struct vpngw_net *vn);
void vpngw_net_flush(struct vpngw_net *vn);
void vpngw_net_reap(struct vpngw_net *vn, struct vpngw_reap *reap,
		    void (*fn)(struct vpngw_reap *reap));

int vpngw_netns_init(void);
void vpngw_netns_exit(void);

#endif /* _VPNGW_NETNS_H */
