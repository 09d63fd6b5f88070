/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prints text or JSON with the same calls.
 *
 * Each call has a key for JSON and the text around the value for text, so
 * that the two cannot drift.  A NULL key is text only, a NULL text JSON only.
 */
#ifndef VPNGWCTL_PRINT_H
#define VPNGWCTL_PRINT_H

#include <libvpngw.h>
#include <stdbool.h>

/* Stands for the name of a VRF that is gone, which the kernel knows no more. */
#define VRF_DELETED	"(deleted)"

void print_list_open(const char *key);
void print_list_close(void);
void print_open(const char *key);
void print_close(void);
void print_newline(void);
void print_text(const char *text);

/* @format has one conversion of the value's type: %s or %llu. */
void print_string(const char *key, const char *format, const char *value);
void print_number(const char *key, const char *format,
		  unsigned long long value);
void print_bool(const char *key, const char *text, bool value);
void print_null(const char *key);
void print_name(const char *key, const char *format, const char *name);

void print_addr(const char *key, const char *format,
		const struct vpngw_addr *addr);
void print_endpoint(const char *key, const char *format,
		    const struct vpngw_endpoint *ep);
void print_prefix(const char *key, const char *format,
		  const struct vpngw_endpoint *ep);
void print_tuple(const char *key, const char *format,
		 const struct vpngw_tuple *tuple);
void print_counter(const char *key, const char *format,
		   const struct vpngw_counter *counter);
void print_ranges(const char *key, const char *format,
		  const struct vpngw_range *ranges, size_t n);
void print_vrf(bool has_vrf, uint32_t ifindex, const char *vrf,
	       uint32_t table);

#endif /* VPNGWCTL_PRINT_H */
