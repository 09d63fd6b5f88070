/* SPDX-License-Identifier: GPL-2.0 */
/* Kinds of objects: what the family calls them, and what it takes of them. */
#ifndef LIBVPNGW_KIND_H
#define LIBVPNGW_KIND_H

#include <stdint.h>

#include "libvpngw.h"

struct vpngw_fields;

/**
 * struct vpngw_kind_def - one kind of object
 * @fields: its attribute set
 * @new: attributes that a request to make one may carry
 * @del: the same to delete one
 * @get: the same to show some
 * @cmd_new: command to make one, 0 where there is none
 * @cmd_del: command to delete one
 * @cmd_get: command to show one or many
 * @ntf_new: event "one was made"
 * @ntf_del: event "one was deleted"
 */
struct vpngw_kind_def {
	const struct vpngw_fields *fields;
	uint32_t new;
	uint32_t del;
	uint32_t get;
	uint8_t cmd_new;
	uint8_t cmd_del;
	uint8_t cmd_get;
	uint8_t ntf_new;
	uint8_t ntf_del;
};

extern const struct vpngw_kind_def vpngw_kinds[VPNGW_KINDS];

#endif /* LIBVPNGW_KIND_H */
