// SPDX-License-Identifier: GPL-2.0
/*
 * Two ATM interfaces, and a cable between them. What is sent by a permanent
 * virtual circuit of the one is received by that of the same VPI and VCI of the
 * other. atmtcp is no help: since it does not believe user space any more, its
 * circuits wait for ever to be opened.
 */

#include <linux/atmdev.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <net/sock.h>

#define ATM_CABLE_VPI_BITS	8
#define ATM_CABLE_VCI_BITS	16

static struct atm_dev *atm_cable_ends[2];

static int atm_cable_open(struct atm_vcc *vcc)
{
	if (vcc->vpi == ATM_VPI_UNSPEC || vcc->vci == ATM_VCI_UNSPEC)
		return -EINVAL;
	set_bit(ATM_VF_ADDR, &vcc->flags);
	set_bit(ATM_VF_READY, &vcc->flags);
	return 0;
}

static void atm_cable_close(struct atm_vcc *vcc)
{
	clear_bit(ATM_VF_READY, &vcc->flags);
	clear_bit(ATM_VF_ADDR, &vcc->flags);
}

/* The circuit of that name at an end. Context: vcc_sklist_lock is held. */
static struct atm_vcc *atm_cable_find(const struct atm_dev *dev, short vpi,
				      int vci)
{
	struct atm_vcc *vcc;
	struct sock *sk;

	sk_for_each(sk, &vcc_hash[vci & (VCC_HTABLE_SIZE - 1)]) {
		vcc = atm_sk(sk);
		if (vcc->dev == dev && vcc->vpi == vpi && vcc->vci == vci &&
		    test_bit(ATM_VF_READY, &vcc->flags))
			return vcc;
	}
	return NULL;
}

static int atm_cable_send(struct atm_vcc *vcc, struct sk_buff *skb)
{
	struct sk_buff *copy = NULL;
	struct atm_vcc *far;

	/* Also keeps the far end from being closed. */
	read_lock(&vcc_sklist_lock);
	far = atm_cable_find(vcc->dev->dev_data, vcc->vpi, vcc->vci);
	if (far)
		copy = atm_alloc_charge(far, skb->len, GFP_ATOMIC);
	if (copy) {
		skb_copy_bits(skb, 0, skb_put(copy, skb->len), skb->len);
		__net_timestamp(copy);
		far->push(far, copy);
	}
	read_unlock(&vcc_sklist_lock);

	if (vcc->pop)
		vcc->pop(vcc, skb);
	else
		dev_kfree_skb_any(skb);
	return 0;
}

static const struct atmdev_ops atm_cable_ops = {
	.open	= atm_cable_open,
	.close	= atm_cable_close,
	.send	= atm_cable_send,
	.owner	= THIS_MODULE,
};

static struct atm_dev *atm_cable_register(void)
{
	struct atm_dev *dev;

	dev = atm_dev_register("cable", NULL, &atm_cable_ops, -1, NULL);
	if (!dev)
		return NULL;
	/* What cards have; bridged links take it for their MAC address. */
	eth_random_addr(dev->esi);
	dev->ci_range.vpi_bits = ATM_CABLE_VPI_BITS;
	dev->ci_range.vci_bits = ATM_CABLE_VCI_BITS;
	return dev;
}

static int __init atm_cable_init(void)
{
	atm_cable_ends[0] = atm_cable_register();
	if (!atm_cable_ends[0])
		return -ENOMEM;
	atm_cable_ends[1] = atm_cable_register();
	if (!atm_cable_ends[1]) {
		atm_dev_deregister(atm_cable_ends[0]);
		return -ENOMEM;
	}
	atm_cable_ends[0]->dev_data = atm_cable_ends[1];
	atm_cable_ends[1]->dev_data = atm_cable_ends[0];
	return 0;
}

static void __exit atm_cable_exit(void)
{
	/* Each circuit holds the module, so there are none. */
	atm_dev_deregister(atm_cable_ends[1]);
	atm_dev_deregister(atm_cable_ends[0]);
}

module_init(atm_cable_init);
module_exit(atm_cable_exit);

MODULE_DESCRIPTION("Two ATM interfaces with a cable between them, for tests");
MODULE_LICENSE("GPL");
