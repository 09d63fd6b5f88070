// SPDX-License-Identifier: GPL-2.0
/*
 * Two HDLC interfaces, and a cable between them: what the drivers of serial cards
 * are to generic HDLC, and so to Frame Relay, without the card.
 */

#include <linux/etherdevice.h>
#include <linux/hdlc.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

static struct net_device *hdlc_cable_ends[2];

static int hdlc_cable_attach(struct net_device *dev, unsigned short encoding,
			     unsigned short parity)
{
	return 0;
}

static netdev_tx_t hdlc_cable_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct net_device *far = dev_to_hdlc(dev)->priv;
	struct sk_buff *copy = NULL;

	if (netif_running(far))
		copy = netdev_alloc_skb(far, skb->len);
	if (copy) {
		dev->stats.tx_packets++;
		dev->stats.tx_bytes += skb->len;
		skb_copy_bits(skb, 0, skb_put(copy, skb->len), skb->len);
		copy->protocol = hdlc_type_trans(copy, far);
		far->stats.rx_packets++;
		far->stats.rx_bytes += copy->len;
		netif_rx(copy);
	} else {
		dev->stats.tx_dropped++;
	}
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static int hdlc_cable_open(struct net_device *dev)
{
	int err = hdlc_open(dev);

	if (!err)
		netif_start_queue(dev);
	return err;
}

static int hdlc_cable_close(struct net_device *dev)
{
	netif_stop_queue(dev);
	hdlc_close(dev);
	return 0;
}

static const struct net_device_ops hdlc_cable_ops = {
	.ndo_open	= hdlc_cable_open,
	.ndo_stop	= hdlc_cable_close,
	.ndo_start_xmit	= hdlc_start_xmit,
	.ndo_siocwandev	= hdlc_ioctl,
};

static struct net_device *hdlc_cable_alloc(void)
{
	struct net_device *dev = alloc_hdlcdev(NULL);

	if (!dev)
		return NULL;
	dev->netdev_ops = &hdlc_cable_ops;
	dev_to_hdlc(dev)->attach = hdlc_cable_attach;
	dev_to_hdlc(dev)->xmit = hdlc_cable_xmit;
	return dev;
}

static int __init hdlc_cable_init(void)
{
	struct net_device **end = hdlc_cable_ends;
	int err = -ENOMEM;

	end[0] = hdlc_cable_alloc();
	if (!end[0])
		return err;
	end[1] = hdlc_cable_alloc();
	if (!end[1])
		goto err_free_first;
	dev_to_hdlc(end[0])->priv = end[1];
	dev_to_hdlc(end[1])->priv = end[0];
	err = register_hdlc_device(end[0]);
	if (err)
		goto err_free_second;
	err = register_hdlc_device(end[1]);
	if (err)
		goto err_unregister_first;
	return 0;

err_unregister_first:
	unregister_hdlc_device(end[0]);
err_free_second:
	free_netdev(end[1]);
err_free_first:
	free_netdev(end[0]);
	return err;
}

static void __exit hdlc_cable_exit(void)
{
	int i;

	/* Closed, neither sends to the other any more. */
	rtnl_lock();
	for (i = 0; i < ARRAY_SIZE(hdlc_cable_ends); i++)
		dev_close(hdlc_cable_ends[i]);
	rtnl_unlock();
	for (i = 0; i < ARRAY_SIZE(hdlc_cable_ends); i++)
		unregister_hdlc_device(hdlc_cable_ends[i]);
	for (i = 0; i < ARRAY_SIZE(hdlc_cable_ends); i++)
		free_netdev(hdlc_cable_ends[i]);
}

module_init(hdlc_cable_init);
module_exit(hdlc_cable_exit);

MODULE_DESCRIPTION("Two HDLC interfaces with a cable between them, for tests");
MODULE_LICENSE("GPL");
