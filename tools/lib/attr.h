/* SPDX-License-Identifier: GPL-2.0 */
/* Plain structs to attributes and back, by the tables of fields.c. */
#ifndef LIBVPNGW_ATTR_H
#define LIBVPNGW_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlattr;
struct nlmsghdr;
struct vpngw_fields;

bool vpngw_attr_put(struct nlmsghdr *nlh, size_t size,
		    const struct vpngw_fields *fields, uint32_t mask,
		    const void *obj);
int vpngw_attr_get(const struct nlattr *first, size_t len,
		   const struct vpngw_fields *fields, void *obj);

#endif /* LIBVPNGW_ATTR_H */
