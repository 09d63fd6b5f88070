/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libvpngw - talk to the vpngw kernel module
 *
 * Objects are plain structs.  Each struct begins with @has, a bit for each
 * attribute (VPNGW_A_*) that is present: a request sends those and no others,
 * an answer says which ones the kernel gave.  Absent members are zero.
 * Numbers, ports included, are in host byte order.
 *
 * Functions return 0, or a negative errno; vpngw_error() then gives the
 * sentence that goes with it.  A handle belongs to one thread at a time, and
 * to the network namespace in which it was opened.
 */
#ifndef LIBVPNGW_H
#define LIBVPNGW_H

#include <linux/vpngw.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VPNGW_HAS(attr)		(UINT32_C(1) << (attr))

/* A limit that the kernel derives from the memory of the machine. */
#define VPNGW_AUTO		UINT32_MAX

/**
 * struct vpngw_addr - an IP address
 * @len: 4 or 16, 0 when there is none
 * @bytes: the address in network byte order
 */
struct vpngw_addr {
	uint8_t len;
	uint8_t bytes[16];
};

/**
 * struct vpngw_endpoint - an address, with a port or a prefix length
 * @has: VPNGW_A_ENDPOINT_*
 * @addr: the address
 * @port: port, or ICMP query id
 * @prefix_len: length of the prefix, absent is the whole address
 */
struct vpngw_endpoint {
	uint32_t has;
	struct vpngw_addr addr;
	uint16_t port;
	uint8_t prefix_len;
};

/* Addresses from @first to @last, both included. */
struct vpngw_range {
	uint32_t has;
	struct vpngw_addr first;
	struct vpngw_addr last;
	bool draining;
};

/*
 * One side's view of a flow, in the direction from the VPN to the ext; of struct
 * vpngw_explain, a packet from its source to its destination.
 */
struct vpngw_tuple {
	uint32_t has;
	struct vpngw_addr src;
	struct vpngw_addr dst;
	uint16_t sport;
	uint16_t dport;
};

struct vpngw_counter {
	uint32_t has;
	uint64_t packets;
	uint64_t bytes;
};

struct vpngw_drop {
	uint32_t has;
	uint32_t reason;		/* enum vpngw_reason */
	uint64_t packets;
};

struct vpngw_vpn {
	uint32_t has;
	char name[VPNGW_NAME_MAX + 1];
	uint32_t id;
	uint32_t vrf_ifindex;
	char vrf[IF_NAMESIZE];
	uint32_t table;
	uint32_t max_flows;
	uint32_t max_mappings_per_host;
	uint32_t interfaces;
	uint32_t aliases;
	uint32_t mappings;
	uint32_t flows;
	uint32_t max_mappings;
	uint32_t max_flows_per_host;
	uint32_t max_half_open;
	uint32_t new_flow_rate;
	uint8_t strict;
	uint8_t hairpin;
	uint32_t filtering;		/* enum vpngw_filtering */
	uint32_t half_open;
};

struct vpngw_ext {
	uint32_t has;
	char name[VPNGW_NAME_MAX + 1];
	uint32_t id;
	uint32_t vrf_ifindex;
	char vrf[IF_NAMESIZE];
	uint32_t table;
	uint32_t interfaces;
	uint32_t pools;
	uint32_t mappings;
	uint32_t flows;
};

struct vpngw_interface {
	uint32_t has;
	uint32_t ifindex;
	char name[IF_NAMESIZE];
	char vpn[VPNGW_NAME_MAX + 1];
	uint32_t vpn_id;
	char ext[VPNGW_NAME_MAX + 1];
	bool vrf_master;
	uint16_t mss;			/* 0 or VPNGW_MSS_PMTU, too */
};

struct vpngw_pool {
	uint32_t has;
	char name[VPNGW_NAME_MAX + 1];
	char ext[VPNGW_NAME_MAX + 1];
	char vpn[VPNGW_NAME_MAX + 1];
	struct vpngw_range *ranges;
	size_t n_ranges;
	uint16_t port_lo;
	uint16_t port_hi;
	uint32_t addresses;
	uint32_t mappings;
	uint8_t parity;
	uint8_t contiguity;
	uint32_t block_size;
	uint32_t block_owner;		/* enum vpngw_block_owner */
	struct vpngw_endpoint deterministic;
	uint8_t drain;
	uint32_t draining_mappings;
	uint32_t blocks;
	uint32_t held;
};

struct vpngw_alias {
	uint32_t has;
	char vpn[VPNGW_NAME_MAX + 1];
	uint32_t vpn_id;
	char ext[VPNGW_NAME_MAX + 1];
	char pool[VPNGW_NAME_MAX + 1];
	uint8_t proto;
	struct vpngw_endpoint inside;
	struct vpngw_endpoint server;
};

struct vpngw_mapping {
	uint32_t has;
	char vpn[VPNGW_NAME_MAX + 1];
	uint32_t vpn_id;
	char ext[VPNGW_NAME_MAX + 1];
	char pool[VPNGW_NAME_MAX + 1];
	uint8_t proto;
	struct vpngw_endpoint inside;
	struct vpngw_endpoint outside;
	bool is_static;
	uint32_t flows;
};

struct vpngw_flow {
	uint32_t has;
	char vpn[VPNGW_NAME_MAX + 1];
	uint32_t vpn_id;
	char ext[VPNGW_NAME_MAX + 1];
	uint32_t ifindex;
	char interface[IF_NAMESIZE];
	uint8_t proto;
	struct vpngw_tuple inside;
	struct vpngw_tuple outside;
	uint32_t origin;		/* enum vpngw_side */
	uint32_t state;			/* enum vpngw_flow_state */
	uint32_t timeout;
	struct vpngw_counter original;
	struct vpngw_counter reply;
	struct vpngw_endpoint filter_inside;
	struct vpngw_endpoint filter_outside;
	struct vpngw_endpoint filter_server;
	uint32_t count;
};

struct vpngw_identity {
	uint32_t has;
	uint8_t proto;
	struct vpngw_endpoint outside;
	struct vpngw_endpoint server;
	char ext[VPNGW_NAME_MAX + 1];
	char vpn[VPNGW_NAME_MAX + 1];
	uint32_t vpn_id;
	uint32_t ifindex;
	char interface[IF_NAMESIZE];
	struct vpngw_endpoint inside;
	struct vpngw_endpoint alias;
};

struct vpngw_stats {
	uint32_t has;
	char vpn[VPNGW_NAME_MAX + 1];
	char ext[VPNGW_NAME_MAX + 1];
	struct vpngw_counter outbound;
	struct vpngw_counter inbound;
	uint64_t flows_created;
	uint64_t flows_ended;
	struct vpngw_drop *drops;
	size_t n_drops;
	uint64_t icmp_held_back;
};

/* A limit or a pool that was found exhausted. */
struct vpngw_limit {
	uint32_t has;
	char vpn[VPNGW_NAME_MAX + 1];
	uint32_t vpn_id;
	uint32_t reason;		/* enum vpngw_reason */
	uint8_t proto;
	struct vpngw_endpoint inside;
	uint32_t missed;
};

/* What would become of a packet, and why. */
struct vpngw_explain {
	uint32_t has;
	uint32_t ifindex;
	char interface[IF_NAMESIZE];
	uint8_t proto;
	struct vpngw_tuple packet;
	char vrf[IF_NAMESIZE];
	uint32_t side;			/* enum vpngw_side */
	char vpn[VPNGW_NAME_MAX + 1];
	uint32_t vpn_id;
	char ext[VPNGW_NAME_MAX + 1];
	struct vpngw_flow flow;
	struct vpngw_alias alias;
	struct vpngw_mapping mapping;
	char pool[VPNGW_NAME_MAX + 1];
	struct vpngw_tuple becomes;
	struct vpngw_mapping peer;
	uint32_t out_ifindex;
	char out_interface[IF_NAMESIZE];
	struct vpngw_addr gateway;
	bool local;
	bool unreachable;
	bool ipsec;
	uint32_t outcome;		/* enum vpngw_outcome */
	uint32_t reason;		/* enum vpngw_reason */
};

/*
 * Times are in seconds, the share in per cent.  A limit may be VPNGW_AUTO in a
 * request; an answer lacks those that are.
 */
struct vpngw_settings {
	uint32_t has;
	uint32_t config_id;
	uint32_t timeout_udp_unreplied;
	uint32_t timeout_udp;
	uint32_t timeout_icmp;
	uint32_t timeout_tcp_init;
	uint32_t timeout_tcp_established;
	uint32_t timeout_tcp_closing;
	uint32_t timeout_tcp_reset;
	uint32_t timeout_other;
	uint32_t quarantine;
	uint8_t quarantine_share;
	uint32_t max_flows;
	uint32_t max_mappings;
	uint32_t max_half_open;
	uint8_t tcp_pickup;
	uint8_t icmp_code;
};

enum vpngw_kind {
	VPNGW_VPN,
	VPNGW_EXT,
	VPNGW_INTERFACE,
	VPNGW_POOL,
	VPNGW_ALIAS,
	VPNGW_MAPPING,
	VPNGW_FLOW,
	VPNGW_LIMIT,
	VPNGW_KINDS,
};

/**
 * struct vpngw_object - any object of the configuration, a flow, or a limit
 * @kind: which member of the union it is
 * @has: the first word of each of them
 */
struct vpngw_object {
	enum vpngw_kind kind;
	union {
		uint32_t has;
		struct vpngw_vpn vpn;
		struct vpngw_ext ext;
		struct vpngw_interface interface;
		struct vpngw_pool pool;
		struct vpngw_alias alias;
		struct vpngw_mapping mapping;
		struct vpngw_flow flow;
		struct vpngw_limit limit;
	};
};

/* The handle. */
struct vpngw;

/* Called with each object.  Not 0: no more of them, and return that. */
typedef int vpngw_object_fn(const struct vpngw_object *obj, void *arg);

enum vpngw_event {
	VPNGW_EVENT_NEW,
	VPNGW_EVENT_DEL,
	VPNGW_EVENT_LIMIT,		/* a limit was met */
};

/* Called with each event.  Not 0: no more of them, and return that. */
typedef int vpngw_event_fn(enum vpngw_event event,
			   const struct vpngw_object *obj, void *arg);

/* What vpngw_subscribe() can ask for. */
#define VPNGW_EVENTS_CONFIG	0x1
#define VPNGW_EVENTS_FLOW	0x2
#define VPNGW_EVENTS_LIMIT	0x4

/* vpngw_each(): the objects changed while they were listed. */
#define VPNGW_INCONSISTENT	1

int vpngw_open(struct vpngw **vg);
void vpngw_close(struct vpngw *vg);
const char *vpngw_error(const struct vpngw *vg);

int vpngw_add(struct vpngw *vg, const struct vpngw_object *obj);
int vpngw_set(struct vpngw *vg, const struct vpngw_object *obj);
int vpngw_del(struct vpngw *vg, const struct vpngw_object *obj);
int vpngw_get(struct vpngw *vg, const struct vpngw_object *match,
	      vpngw_object_fn *fn, void *arg);
int vpngw_each(struct vpngw *vg, const struct vpngw_object *match,
	       vpngw_object_fn *fn, void *arg);
int vpngw_object_copy(struct vpngw_object *dst,
		      const struct vpngw_object *src);
void vpngw_object_free(struct vpngw_object *obj);
int vpngw_pool_drain(struct vpngw *vg, const struct vpngw_pool *pool);

int vpngw_flow_count(struct vpngw *vg, const struct vpngw_object *match,
		     uint32_t *count);
int vpngw_flow_end(struct vpngw *vg, const struct vpngw_object *match,
		   uint32_t *count);
int vpngw_identify(struct vpngw *vg, const struct vpngw_identity *question,
		   struct vpngw_identity *answer);
int vpngw_explain(struct vpngw *vg, const struct vpngw_explain *question,
		  struct vpngw_explain *answer);
int vpngw_stats_get(struct vpngw *vg, const struct vpngw_stats *match,
		    struct vpngw_stats *stats);
void vpngw_stats_free(struct vpngw_stats *stats);
int vpngw_settings(struct vpngw *vg, const struct vpngw_settings *change,
		   struct vpngw_settings *now);
int vpngw_flush(struct vpngw *vg, const uint32_t *config_id);

int vpngw_subscribe(struct vpngw *vg, unsigned int events);
int vpngw_fd(const struct vpngw *vg);
int vpngw_events(struct vpngw *vg, vpngw_event_fn *fn, void *arg);

#endif /* LIBVPNGW_H */
