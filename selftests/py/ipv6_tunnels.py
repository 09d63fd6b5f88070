# SPDX-License-Identifier: GPL-2.0
"""Ports of several kinds, with IPv6 inside, and one over IPv6."""

import socket

from ktap import case, equal, main, wait_for
from netns import NAMES, listen, tcp, udp
from port import CASES6, GW_VLAN, PEER_VLAN, SERVER6, VPNS, Ports, gre_lines, \
    ip, receive, run, wireguard_devices
from tool import vctl


class Ports6(Ports):
    def exchange(self):
        for one in CASES6:
            self.talk(*one)
            vctl("flow flush")
        for one in CASES6:
            self.stream(*one)
        self.goes()

    def beyond(self, vpn, server, peer, host, alias):
        """Fragmented by its sender, who is told by the first how small, or by
        the gateway; and whole again."""
        data = (vpn.encode() * 700)[:2500]
        for sock, whom, other, name in ((server, peer, host, (alias, 9)),
                                        (host, (alias, 9), server, peer)):
            other.settimeout(0.5)

            def arrives():
                sock.sendto(data, whom)
                try:
                    return other.recvfrom(4096)
                except TimeoutError:
                    return None

            got, whose = wait_for(arrives, "a large datagram")
            equal((got, whose[:2]), (data, name), "large")
            other.settimeout(15)

    def stream(self, host, alias, at, pool):
        """In segments as large as the stacks make them, with no MSS that
        would know the tunnel: path MTU discovery."""
        with listen("srv", (at, 80)) as server:
            for vpn in VPNS:
                one = tcp(vpn, (host, 0))
                one.connect((alias, 80))
                other, peer = server.accept()
                equal(peer[0], pool, "outside address")
                data = (vpn.encode() * 20000)[:50000]
                for sender, receiver in ((one, other), (other, one)):
                    receiver.settimeout(15)
                    sender.sendall(data)
                    equal(receive(receiver, len(data)) == data, True,
                          "the stream's bytes")
                one.close()
                other.close()
        vctl("flow flush")

    def goes(self):
        ip("gw", "link del t-blue")
        server = udp("srv", (SERVER6, 7))
        with udp("green", ("fd00::2", 5000)) as sock:
            sock.sendto(b"green", ("fd00::100", 7))
            equal(server.recvfrom(100)[0], b"green")
        server.close()


@case
def vlan():
    Ports6(GW_VLAN, PEER_VLAN).exchange()


@case
def gre():
    Ports6(*gre_lines("gre"), mtu=1472).exchange()


@case
def gre_over_ipv6():
    lines = ("link add {name} type ip6gre local {local} remote {remote} "
             "key {{n}} encaplimit none")
    Ports6(lines.format(name="t-{v}", local="2001:db8:192::1",
                        remote="2001:db8:192::2"),
           lines.format(name="p-{v}", local="2001:db8:192::2",
                        remote="2001:db8:192::1"), mtu=1452).exchange()


@case
def wireguard():
    wireguard_devices("10.0.0.2/32,fd00::2/128", "0.0.0.0/0,::/0")
    Ports6("", "", mtu=1420).exchange()


RULES = """
table ip6 seen {
    chain before { type filter hook output priority -500;
        ip6 daddr fd00::/16 icmpv6 type packet-too-big counter
    }
    chain after { type filter hook output priority 0;
        ip6 daddr fd00::/16 icmpv6 type packet-too-big counter
    }
}"""


@case
def tunnel_that_learns_its_mtu_tells_nobody_inside():
    """The stack's own error about a translated packet goes nowhere: the alias
    to which it would go is in no VPN where the main table leads. The server
    learns the MTU by the next packet."""
    Ports6(*gre_lines("gre"), mtu=1472)
    ip("gw", "route add 192.0.2.2/32 dev u0 mtu 1400")
    run("nft", "-f", "-", stdin=RULES)
    # what cases before have taught it
    run("ip", "-n", NAMES["srv"], "-6", "route", "flush", "cache")
    try:
        for vpn in ("green", "blue"):
            with udp("srv", (SERVER6, 7)) as server, \
                    udp(vpn, ("fd00::2", 5000)) as host:
                host.sendto(b"first", ("fd00::100", 7))
                peer = server.recvfrom(100)[1]
                server.setsockopt(socket.IPPROTO_IPV6, 23, 2)   # DO

                def learnt():
                    try:
                        server.sendto(bytes(1400), peer)
                    except OSError:
                        return True
                    return False

                wait_for(learnt, "the MTU")
                server.sendto(bytes(1300), peer)
                wait_for(lambda: len(host.recv(2048)) == 1300, "what fits")
                said = run("nft", "list", "table", "ip6", "seen")
                counts = [int(line.split("packets ")[1].split()[0])
                          for line in said.splitlines() if "packets" in line]
                if vpn == "green":
                    equal((counts[0] > 0, counts[1]), (True, 0), said)
            vctl("flow flush")
    finally:
        run("nft", "delete", "table", "ip6", "seen")
        ip("gw", "route del 192.0.2.2/32")


if __name__ == "__main__":
    main(Ports.end, after=Ports.end)
