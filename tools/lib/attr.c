// SPDX-License-Identifier: GPL-2.0
/* Plain structs to attributes and back, by the tables of fields.c. */
#include "attr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "libvpngw.h"

static bool attr_put_nest(struct nlmsghdr *nlh, size_t size, uint16_t attr,
			  const struct vpngw_fields *fields, const void *obj)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start_check(nlh, size, attr);
	if (!nest || !vpngw_attr_put(nlh, size, fields, ~fields->answers, obj))
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}

static bool attr_put_list(struct nlmsghdr *nlh, size_t size, uint16_t attr,
			  const struct vpngw_field *field, const void *obj)
{
	const char *elem;
	size_t n;

	memcpy(&elem, (const char *)obj + field->offset, sizeof(elem));
	memcpy(&n, (const char *)obj + field->count, sizeof(n));
	for (; n; n--, elem += field->nest->size)
		if (!attr_put_nest(nlh, size, attr, field->nest, elem))
			return false;
	return true;
}

static bool attr_put_field(struct nlmsghdr *nlh, size_t size, uint16_t attr,
			   const struct vpngw_field *field, const void *obj)
{
	const void *member = (const char *)obj + field->offset;
	const struct vpngw_addr *addr;
	uint16_t port;

	switch (field->type) {
	case VPNGW_FIELD_NONE:
		return true;
	case VPNGW_FIELD_U8:
	case VPNGW_FIELD_U16:
	case VPNGW_FIELD_U32:
	case VPNGW_FIELD_U64:
		return mnl_attr_put_check(nlh, size, attr, field->size,
					  member);
	case VPNGW_FIELD_PORT:
		memcpy(&port, member, sizeof(port));
		return mnl_attr_put_u16_check(nlh, size, attr, htons(port));
	case VPNGW_FIELD_STRING:
		return mnl_attr_put_strz_check(nlh, size, attr, member);
	case VPNGW_FIELD_FLAG:
		return mnl_attr_put_check(nlh, size, attr, 0, NULL);
	case VPNGW_FIELD_ADDR:
		addr = member;
		return mnl_attr_put_check(nlh, size, attr, addr->len,
					  addr->bytes);
	case VPNGW_FIELD_NEST:
		return attr_put_nest(nlh, size, attr, field->nest, member);
	case VPNGW_FIELD_LIST:
		return attr_put_list(nlh, size, attr, field, obj);
	}
	return false;
}

/**
 * vpngw_attr_put - add a struct to a message
 * @nlh: the message
 * @size: how long it may become
 * @fields: the struct's attribute set
 * @mask: attributes that may be sent
 * @obj: the struct, whose "has" says what is to be sent
 *
 * Return: false when the message would become too long.
 */
bool vpngw_attr_put(struct nlmsghdr *nlh, size_t size,
		    const struct vpngw_fields *fields, uint32_t mask,
		    const void *obj)
{
	uint32_t has;
	uint16_t i;

	memcpy(&has, obj, sizeof(has));
	for (i = 0; i < fields->n; i++)
		if (has & mask & VPNGW_HAS(i) &&
		    !attr_put_field(nlh, size, i, &fields->field[i], obj))
			return false;
	return true;
}

static int attr_get_list(const struct nlattr *attr,
			 const struct vpngw_field *field, void *obj)
{
	char *list, *elem;
	size_t n;

	memcpy(&list, (char *)obj + field->offset, sizeof(list));
	memcpy(&n, (char *)obj + field->count, sizeof(n));

	/* Grow when n is a power of two. */
	if (!(n & (n - 1))) {
		list = realloc(list, (n ? n * 2 : 1) * field->nest->size);
		if (!list)
			return -ENOMEM;
		memcpy((char *)obj + field->offset, &list, sizeof(list));
	}
	elem = list + n * field->nest->size;
	memset(elem, 0, field->nest->size);
	n++;
	memcpy((char *)obj + field->count, &n, sizeof(n));
	return vpngw_attr_get(mnl_attr_get_payload(attr),
			      mnl_attr_get_payload_len(attr), field->nest,
			      elem);
}

static int attr_get_field(const struct nlattr *attr,
			  const struct vpngw_field *field, void *obj)
{
	const void *data = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);
	char *member = (char *)obj + field->offset;
	struct vpngw_addr *addr;
	uint16_t port;

	switch (field->type) {
	case VPNGW_FIELD_NONE:
		return 0;
	case VPNGW_FIELD_U8:
	case VPNGW_FIELD_U16:
	case VPNGW_FIELD_U32:
	case VPNGW_FIELD_U64:
		if (len != field->size)
			return -EPROTO;
		memcpy(member, data, len);
		return 0;
	case VPNGW_FIELD_PORT:
		if (len != sizeof(port))
			return -EPROTO;
		memcpy(&port, data, sizeof(port));
		port = ntohs(port);
		memcpy(member, &port, sizeof(port));
		return 0;
	case VPNGW_FIELD_STRING:
		if (strnlen(data, len) >= field->size)
			return -EPROTO;
		memset(member, 0, field->size);
		memcpy(member, data, strnlen(data, len));
		return 0;
	case VPNGW_FIELD_FLAG:
		*(bool *)member = true;
		return 0;
	case VPNGW_FIELD_ADDR:
		if (len != 4 && len != 16)
			return -EPROTO;
		addr = (struct vpngw_addr *)member;
		addr->len = len;
		memcpy(addr->bytes, data, len);
		return 0;
	case VPNGW_FIELD_NEST:
		return vpngw_attr_get(data, len, field->nest, member);
	case VPNGW_FIELD_LIST:
		return attr_get_list(attr, field, obj);
	}
	return -EPROTO;
}

/**
 * vpngw_attr_get - read attributes into a struct
 * @first: the first attribute
 * @len: length of all of them
 * @fields: the struct's attribute set
 * @obj: the struct, zero; its "has" says afterwards what there was
 *
 * Attributes that this library does not know are newer than it: they are left
 * out.
 *
 * Return: 0, -EPROTO when one has the wrong length, or -ENOMEM.
 */
int vpngw_attr_get(const struct nlattr *first, size_t len,
		   const struct vpngw_fields *fields, void *obj)
{
	const struct nlattr *attr = first;
	int left = len;
	uint32_t has = 0;

	while (mnl_attr_ok(attr, left)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type < fields->n && fields->field[type].type) {
			int err;

			err = attr_get_field(attr, &fields->field[type], obj);
			if (err)
				return err;
			has |= VPNGW_HAS(type);
		}
		left -= MNL_ALIGN(attr->nla_len);
		attr = mnl_attr_next(attr);
	}
	memcpy(obj, &has, sizeof(has));
	return 0;
}
