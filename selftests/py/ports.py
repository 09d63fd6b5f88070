# SPDX-License-Identifier: GPL-2.0
"""Ports that are Ethernet, or are made of it, and what a program makes."""

import errno
import fcntl
import os
import select
import struct
import threading

from ktap import case, main
from netns import NAMES, inside
from port import GW_VLAN, PEER_VLAN, VPNS, Ports

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454ca, 0x1, 0x1000


@case
def veth():
    """A cable of each host's own"""
    Ports("link add t-{v} type veth peer name p-{v} netns " + NAMES["peer"],
          "").exchange()


@case
def vlan():
    Ports(GW_VLAN, PEER_VLAN).exchange()


@case
def qinq():
    """IEEE 802.1ad: the inner tag is the same in both VPNs."""
    lines = """
        link add link {lower} name o-{{v}} type vlan proto 802.1ad id 2{{n}}
        link set o-{{v}} up
        link add link o-{{v}} name {name} type vlan id 7"""
    Ports(lines.format(lower="u0", name="t-{v}"),
          lines.format(lower="eth0", name="p-{v}")).exchange()


def on_vlan(lines):
    """Something on top of a VLAN of each VPN."""
    return """
        link add link u0 name l-{v} type vlan id 1{n}
        link set l-{v} up
        """ + lines


@case
def macvlan():
    Ports(on_vlan("link add link l-{v} name t-{v} type macvlan mode private"),
          PEER_VLAN).exchange()


@case
def bridge():
    Ports(on_vlan("link add t-{v} type bridge\nlink set l-{v} master t-{v}"),
          PEER_VLAN).exchange()


@case
def bond():
    Ports("""link add link u0 name l-{v} type vlan id 1{n}
             link add t-{v} type bond mode active-backup
             link set l-{v} master t-{v}""", PEER_VLAN).exchange()


class TunCable(threading.Thread):
    """A tun device at the gateway and one at a host, and a program that passes
    packets between the two as long as both are there."""

    def __init__(self, vpn):
        super().__init__(daemon=True)
        self.ends = [self.end("gw", "t-" + vpn), self.end(vpn, "t0")]
        Ports.undo.append(self.join)
        self.start()

    @staticmethod
    def end(ns, name):
        with inside(ns):
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(fd, TUNSETIFF, struct.pack(
                "16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
        return fd

    def run(self):
        one, other = self.ends
        try:
            while True:
                for fd in select.select(self.ends, [], [])[0]:
                    try:
                        packet = os.read(fd, 65536)
                        os.write(other if fd == one else one, packet)
                    except OSError as error:
                        # Nothing there after all; or the other end is down.
                        if error.errno not in (errno.EAGAIN, errno.EIO):
                            raise
        except OSError as error:
            # EBADFD: a device was deleted.
            if error.errno != errno.EBADFD:
                raise
        finally:
            os.close(one)
            os.close(other)


@case
def tun():
    """As VPN daemons have it: IP packets, no Ethernet, no neighbours."""
    for vpn in VPNS:
        TunCable(vpn)
    Ports("", "", move=False).exchange()


if __name__ == "__main__":
    main(Ports.end, after=Ports.end)
