# SPDX-License-Identifier: GPL-2.0
"""The test bed of bed_taps_both in lib.sh, and flows of all four cases."""

import ktap
import siit
from ktap import equal
from packet import ICMP, TCP, UDP
from packet6 import ICMP6, either, is6
from siit import View
from wire6 import Wires6

HOST4, HOST6 = "10.0.0.2", "fd00::2"
OTHER4, OTHER6 = "10.0.0.3", "fd00::3"
ROUTER4, ROUTER6 = "10.0.0.254", "fd00::fe"
GATEWAY4, GATEWAY6 = "10.0.0.1", "fd00::1"
SERVER4, SERVER6 = "47.0.0.10", "2001:db8:47::10"
STRANGER4, STRANGER6 = "47.0.0.12", "2001:db8:47::12"
EXT_ROUTER4, EXT_ROUTER6 = "47.0.0.254", "2001:db8:47::fe"
EXT_GATEWAY4, EXT_GATEWAY6 = "47.0.0.1", "2001:db8:47::1"
POOL4, POOL6 = "47.0.0.200", "2001:db8:47::200"

# case: the host, the server's alias, the server
CASES = {
    "4-4": (HOST4, "10.0.0.100", SERVER4),
    "6-6": (HOST6, "fd00::100", SERVER6),
    "6-4": (HOST6, "fd00::104", SERVER4),
    "4-6": (HOST4, "10.0.0.106", SERVER6),
}

wires = None


def open_wires(*names, **more):
    global wires
    wires = Wires6(*(names or ("a0", "b0", "s0", "u0")), **more)
    ktap.before_each.append(wires.drain)
    return wires


def gateway_of(address):
    """The gateway's own address on that side, of that version."""
    return {(False, False): EXT_GATEWAY4, (False, True): EXT_GATEWAY6,
            (True, False): GATEWAY4, (True, True): GATEWAY6}[
                address.startswith(("10.", "fd")), is6(address)]


class Path:
    """Two views of one session: what each side sends, and what of that the
    other is to see."""

    def __init__(self, host, port, alias, aport, outside, server, sport,
                 into="a0", far="s0"):
        self.host, self.port, self.alias, self.aport = host, port, alias, aport
        self.outside, self.server, self.sport = outside, server, sport
        self.into, self.far = into, far
        self.across = is6(host) != is6(server)
        self.links = (1500, 1500)

    @property
    def inside_view(self):
        """Of a packet to the host."""
        return View(self.alias, self.host, self.aport, self.port)

    @property
    def outside_view(self):
        """Of a packet to the server."""
        return View(self.outside[0], self.server, self.outside[1], self.sport)

    def out(self, sent):
        """A packet of the host, as the server sees it."""
        return self.seen(sent, self.outside_view)

    def back(self, sent):
        """A packet of the server, as the host sees it."""
        return self.seen(sent, self.inside_view)

    def seen(self, sent, view):
        if self.across:
            return siit.translate(sent, view, links=self.links)
        if either.fields(sent).proto in (ICMP, ICMP6):
            return either.change(sent, src=view.src, dst=view.dst,
                                 sport=view.sport, hops=1)
        return either.change(sent, src=view.src, dst=view.dst,
                             sport=view.sport, dport=view.dport, hops=1)

    def send_out(self, sent):
        wires.pass_on(self.into, sent, self.far, self.out(sent),
                      free_id=self.across)

    def send_back(self, sent):
        wires.pass_on(self.far, sent, self.into, self.back(sent),
                      free_id=self.across)


class Flow(Path):
    """A flow that a host has started; the outside tuple is learnt."""

    def __init__(self, first, server, into="a0", far="s0"):
        seen = either.fields(first)
        self.proto = UDP if seen.proto == UDP else \
            TCP if seen.proto == TCP else ICMP
        wires.send(into, first)
        out = wires.receive(far)
        came = either.fields(out)
        sport = came.sport if self.proto == ICMP else seen.dport
        super().__init__(seen.src, seen.sport, seen.dst, seen.dport,
                         (came.src, came.sport), server, sport, into, far)
        wires.compare(far, out, self.out(first), self.across)

    def to_server(self, data=b"", **more):
        return make(self.proto, (self.host, self.port),
                    (self.alias, self.aport), data, **more)

    def to_host(self, data=b"", **more):
        return make(self.proto, (self.server, self.sport), self.outside, data,
                    reply=True, **more)

    def exchange(self, data=b"data"):
        self.send_out(self.to_server(data))
        self.send_back(self.to_host(data))


def make(proto, source, target, data=b"", reply=False, **more):
    if proto == UDP:
        return either.udp(*source, *target, data, **more)
    if proto == TCP:
        more.setdefault("flags", "A")
        return either.tcp(*source, *target, data=data, **more)
    return either.echo(source[0], target[0], source[1] if not reply else
                       target[1], 1, data, reply=reply, **more)


def udp_flow(case, vpn="a", port=5000, aport=7, data=b"hello", host=None,
             **more):
    inside, alias, server = CASES[case]
    return Flow(either.udp(host or inside, port, alias, aport, data, **more),
                server, into=vpn + "0")


def tcp_flow(case, vpn="a", port=5000, aport=80, **more):
    """Only the SYN is sent."""
    host, alias, server = CASES[case]
    return Flow(either.tcp(host, port, alias, aport, "S", **more), server,
                into=vpn + "0")


def tcp_open(case, **more):
    """The whole handshake is done; both sequence numbers begin at 1000."""
    flow = tcp_flow(case, **more)
    flow.send_back(flow.to_host(flags="SA", seq=1000, ack=1001))
    flow.send_out(flow.to_server(flags="A", seq=1001, ack=1001))
    return flow


def echo_flow(case, vpn="a", query=77, data=b"hello", **more):
    host, alias, server = CASES[case]
    return Flow(either.echo(host, alias, query, 1, data, **more), server,
                into=vpn + "0")


MAKERS = (udp_flow, tcp_open, echo_flow)


def four(*makers):
    """A flow of each case, made in each way."""
    for case in CASES:
        for maker in makers or MAKERS:
            yield maker(case)


def same(flows, key):
    equal(len({key(flow) for flow in flows}), 1, "one for all")
