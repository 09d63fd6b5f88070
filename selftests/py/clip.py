# SPDX-License-Identifier: GPL-2.0
"""Classical IP over ATM: circuits found by an ARP table that is set up by hand."""

import fcntl
import socket
import struct

from atm import Atm
from ktap import case, main
from netns import NAMES
from port import HOST, NUMBER, VPNS, Ports, ip, run

GATEWAY = "10.0.0.1"
SIOCMKCLIP, ATMARP_MKIP, ATMARP_SETENTRY = 0x61e0, 0x61e2, 0x61e3


class Clip(Atm):
    def __init__(self):
        run("modprobe", "clip")
        # With its devices, whatever they are called by then.
        Ports.undo.append(lambda: run("rmmod", "clip"))
        super().__init__()

    @staticmethod
    def device(name):
        with socket.socket(8, socket.SOCK_DGRAM) as sock:
            number = fcntl.ioctl(sock, SIOCMKCLIP, -1)
        ip("gw", "link set atm%d name %s" % (number, name))

    def entry(self, end, vci, device, address):
        """A circuit to the neighbour of that address.  The kernel looks for its
        device in the main table."""
        sock = self.circuit(end, vci)
        Ports.undo.append(sock.close)
        fcntl.ioctl(sock, ATMARP_MKIP, 0)
        route = "route %%s %s/32 dev %s metric 1" % (address, device)
        ip("gw", route % "add")
        fcntl.ioctl(sock, ATMARP_SETENTRY,
                    struct.unpack("i", socket.inet_aton(address))[0])
        ip("gw", route % "del")
        return sock


def router(vpn):
    """The far end of each VPN, and its host."""
    ip("gw", """
        link add c{v} type vrf table 110{n}
        link set c{v} up
        link add r-{v} type veth peer name t0 netns {ns}
        link set k-{v} master c{v}
        link set r-{v} master c{v}
        link set k-{v} up
        link set r-{v} up
        route add vrf c{v} 10.0.0.2/32 dev r-{v}
        route add vrf c{v} default via 10.0.0.1 dev k-{v} onlink
        """.format(v=vpn, n=NUMBER[vpn], ns=NAMES[vpn]))
    with open("/proc/sys/net/ipv4/conf/r-%s/proxy_arp" % vpn, "w",
              encoding="ascii") as file:
        file.write("1")


@case
def classical_ip():
    atm = Clip()
    for vpn in VPNS:
        atm.device("t-" + vpn)
        atm.device("k-" + vpn)
        router(vpn)
        # As long as the gateway's address is nobody's: the kernel looks for a
        # neighbour's device in the main table, and takes any.
        atm.entry(1, 40 + NUMBER[vpn], "k-" + vpn, GATEWAY)
    circuits = {}

    def remove():
        circuits["blue"].close()
        ip("gw", "link set t-blue netns " + NAMES["peer"])
    ports = Ports("", "", move=False, remove=remove, six=False)
    # Neighbours are forgotten when a device goes down: only now.
    for vpn in VPNS:
        circuits[vpn] = atm.entry(0, 40 + NUMBER[vpn], "t-" + vpn, HOST)
    ports.exchange()


if __name__ == "__main__":
    main(Ports.end, after=Ports.end)
