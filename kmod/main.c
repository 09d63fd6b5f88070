// SPDX-License-Identifier: GPL-2.0
/*
 * vpngw: one router as the gateway of many VPNs with overlapping addresses.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include <net/genetlink.h>

#include <uapi/linux/vpngw.h>

#include "flow.h"
#include "fragment.h"
#include "iface.h"
#include "mapping.h"
#include "netlink.h"
#include "netns.h"

static int __init vpngw_init(void)
{
	int err;

	err = vpngw_mapping_init();
	if (err)
		return err;
	err = vpngw_flow_init();
	if (err)
		goto err_mapping;
	err = vpngw_netns_init();
	if (err)
		goto err_flow;
	vpngw_fragment_init();
	err = vpngw_iface_init();
	if (err)
		goto err_fragment;
	err = vpngw_netlink_init();
	if (err)
		goto err_iface;
	return 0;

err_iface:
	vpngw_iface_exit();
err_fragment:
	vpngw_fragment_cleanup();
	vpngw_netns_exit();
	rcu_barrier();
err_flow:
	vpngw_flow_exit();
err_mapping:
	vpngw_mapping_exit();
	return err;
}

static void __exit vpngw_exit(void)
{
	vpngw_netlink_exit();
	vpngw_iface_exit();
	vpngw_fragment_cleanup();
	vpngw_netns_exit();
	/* Flows and mappings are freed by functions of this module. */
	rcu_barrier();
	vpngw_flow_exit();
	vpngw_mapping_exit();
}

module_init(vpngw_init);
module_exit(vpngw_exit);

MODULE_DESCRIPTION("Gateway of many VPNs with overlapping addresses");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(VPNGW_FAMILY_NAME);
