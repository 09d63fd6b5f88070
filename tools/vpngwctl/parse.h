/* SPDX-License-Identifier: GPL-2.0 */
/* Reads addresses, endpoints, ranges, protocols, names and numbers. */
#ifndef VPNGWCTL_PARSE_H
#define VPNGWCTL_PARSE_H

#include <libvpngw.h>
#include <stdbool.h>

struct arg;

/* Each returns false when the text is not one, and prints nothing. */
bool parse_number(const char *text, uint32_t min, uint32_t max,
		  uint32_t *number);
bool parse_switch(const char *text, uint8_t *on);
bool parse_addr(const char *text, struct vpngw_addr *addr);
bool parse_endpoint(const char *text, struct vpngw_endpoint *ep);
bool parse_proto(const char *text, uint8_t *proto);
const char *proto_name(uint8_t proto);

/* Each prints a message when the text is not one; an exit status. */
int read_name(const char *what, const char *text, char *name);
int read_endpoint(const char *text, struct vpngw_endpoint *ep);
int read_proto(const char *text, uint8_t *proto);
int read_ranges(const char *text, struct vpngw_pool *pool);
int check_port(const struct vpngw_endpoint *ep, bool id);

/* For struct arg. */
int arg_name(const struct arg *arg, const char *value, void *obj);
int arg_id(const struct arg *arg, const char *value, void *obj);
int arg_u32(const struct arg *arg, const char *value, void *obj);
int arg_switch(const struct arg *arg, const char *value, void *obj);
int arg_device(const struct arg *arg, const char *value, void *obj);
int arg_proto(const struct arg *arg, const char *value, void *obj);
int arg_endpoint(const struct arg *arg, const char *value, void *obj);

#endif /* VPNGWCTL_PARSE_H */
