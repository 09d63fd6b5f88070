/* SPDX-License-Identifier: GPL-2.0 */
/* Which attribute is which member of a plain struct. */
#ifndef LIBVPNGW_FIELDS_H
#define LIBVPNGW_FIELDS_H

#include <stddef.h>
#include <stdint.h>

enum vpngw_field_type {
	VPNGW_FIELD_NONE,
	VPNGW_FIELD_U8,
	VPNGW_FIELD_U16,
	VPNGW_FIELD_PORT,		/* u16, big endian on the wire */
	VPNGW_FIELD_U32,
	VPNGW_FIELD_U64,
	VPNGW_FIELD_STRING,
	VPNGW_FIELD_FLAG,
	VPNGW_FIELD_ADDR,
	VPNGW_FIELD_NEST,
	VPNGW_FIELD_LIST,		/* a nest that may come many times */
};

/**
 * struct vpngw_field - one attribute
 * @type: how it is encoded
 * @offset: where the member is; of a list, where the pointer is
 * @size: size of the member
 * @count: of a list, where the number of elements is
 * @nest: of a nest or a list, what is inside
 */
struct vpngw_field {
	enum vpngw_field_type type;
	uint16_t offset;
	uint16_t size;
	uint16_t count;
	const struct vpngw_fields *nest;
};

/**
 * struct vpngw_fields - one attribute set
 * @field: the attributes, indexed by their number
 * @n: how many numbers there are
 * @size: size of the struct, whose first member is its u32 "has"
 * @answers: of what is nested, attributes that only answers have
 */
struct vpngw_fields {
	const struct vpngw_field *field;
	uint16_t n;
	uint16_t size;
	uint32_t answers;
};

extern const struct vpngw_fields vpngw_vpn_fields;
extern const struct vpngw_fields vpngw_ext_fields;
extern const struct vpngw_fields vpngw_interface_fields;
extern const struct vpngw_fields vpngw_pool_fields;
extern const struct vpngw_fields vpngw_alias_fields;
extern const struct vpngw_fields vpngw_mapping_fields;
extern const struct vpngw_fields vpngw_flow_fields;
extern const struct vpngw_fields vpngw_identity_fields;
extern const struct vpngw_fields vpngw_stats_fields;
extern const struct vpngw_fields vpngw_settings_fields;
extern const struct vpngw_fields vpngw_limit_fields;
extern const struct vpngw_fields vpngw_explain_fields;

void vpngw_fields_free(const struct vpngw_fields *fields, void *obj);

#endif /* LIBVPNGW_FIELDS_H */
