# SPDX-License-Identifier: GPL-2.0
"""The test bed of bed_taps in lib.sh, and a flow through it."""

import ktap
import packet
from ktap import equal
from packet import Fields, change
from wire import Wires

HOST, HOST2, ROUTER = "10.0.0.2", "10.0.0.3", "10.0.0.254"
GATEWAY = "10.0.0.1"
ALIAS, ALIAS2 = "10.0.0.100", "10.0.0.101"
SERVER, SERVER2 = "47.0.0.10", "47.0.0.11"
STRANGER, EXT_ROUTER = "47.0.0.12", "47.0.0.254"
POOL = "47.0.0.200"

OTHERS = {packet.UDPLITE: packet.udplite, packet.DCCP: packet.dccp,
          packet.SCTP: packet.sctp}

wires = None


def open_wires(*names, make=Wires, **more):
    global wires
    wires = make(*(names or ("a0", "b0", "s0", "u0")), **more)
    # What a case that failed has left behind is not the next one's.
    ktap.before_each.append(wires.drain)
    return wires


class Flow:
    """A flow that a host has started, with the tuples of both views.

    out(packet) and back(packet) are the packet as it is to come out on
    the other side."""

    def __init__(self, first, server, into="a0", out="s0", hops=1):
        """Send the first packet in, and learn the outside tuple."""
        self.into, self.far, self.hops = into, out, hops
        seen = Fields(first)
        self.host, self.port = seen.src, seen.sport
        self.alias, self.aport = seen.dst, seen.dport
        self.proto = seen.proto
        if isinstance(server, str):
            server = (server, self.aport)
        self.server, self.sport = server
        wires.send(into, first)
        seen = wires.receive(out)
        came = Fields(seen)
        self.outside = (came.src, came.sport)
        if self.proto == packet.ICMP:
            self.sport = came.sport
        equal_packet(seen, first, self)

    def out(self, sent):
        """A packet of the host, as the server sees it."""
        ports = {"sport": self.outside[1], "dport": self.sport}
        return change(sent, src=self.outside[0], dst=self.server,
                      hops=self.hops, **ports)

    def back(self, sent):
        """A packet of the server, as the host sees it."""
        return change(sent, src=self.alias, sport=self.aport, dst=self.host,
                      dport=self.port, hops=self.hops)

    def to_server(self, data=b"", **more):
        """Any packet of the host, as the host sends it."""
        return make(self.proto, (self.host, self.port),
                    (self.alias, self.aport), data, **more)

    def to_host(self, data=b"", **more):
        """Any packet of the server, as the server sends it."""
        return make(self.proto, (self.server, self.sport), self.outside, data,
                    reply=True, **more)

    def exchange(self, data=b"data"):
        """One packet each way."""
        sent = self.to_server(data)
        wires.pass_on(self.into, sent, self.far, self.out(sent))
        sent = self.to_host(data)
        wires.pass_on(self.far, sent, self.into, self.back(sent))


def equal_packet(seen, first, flow):
    came = Fields(seen)
    expected = Fields(packet.with_ident_of(seen, flow.out(first)))
    for name in ("src", "dst", "sport", "dport", "ttl", "proto", "payload",
                 "options", "ident", "df", "tos"):
        equal(getattr(came, name), getattr(expected, name),
              "first packet's " + name)


def make(proto, source, target, data=b"", reply=False, **more):
    if proto == packet.UDP:
        return packet.udp(*source, *target, data, **more)
    if proto == packet.TCP:
        more.setdefault("flags", "A")
        return packet.tcp(*source, *target, data=data, **more)
    if proto in OTHERS:
        return OTHERS[proto](*source, *target, data=data, **more)
    return packet.echo(source[0], target[0], source[1] if not reply
                       else target[1], 1, data, reply=reply, **more)


def udp_flow(vpn="a", host=HOST, port=5000, alias=ALIAS, server=SERVER,
             aport=7, data=b"hello", **more):
    return Flow(packet.udp(host, port, alias, aport, data, **more),
                server, into=vpn + "0")


def tcp_flow(vpn="a", host=HOST, port=5000, alias=ALIAS, server=SERVER,
             aport=80, **more):
    """Only the SYN is sent."""
    return Flow(packet.tcp(host, port, alias, aport, "S", **more),
                server, into=vpn + "0")


def tcp_open(**more):
    """The whole handshake is done; both sequence numbers begin at 1000."""
    flow = tcp_flow(**more)
    sent = flow.to_host(flags="SA", seq=1000, ack=1001)
    wires.pass_on(flow.far, sent, flow.into, flow.back(sent))
    sent = flow.to_server(flags="A", seq=1001, ack=1001)
    wires.pass_on(flow.into, sent, flow.far, flow.out(sent))
    return flow


def udplite_flow(vpn="a", host=HOST, port=5000, alias=ALIAS, server=SERVER,
                 aport=7, **more):
    return Flow(packet.udplite(host, port, alias, aport, **more), server,
                into=vpn + "0")


def dccp_flow(vpn="a", host=HOST, port=5000, alias=ALIAS, server=SERVER,
              aport=7, **more):
    """Only the Request is sent."""
    return Flow(packet.dccp(host, port, alias, aport, kind=0, **more), server,
                into=vpn + "0")


def sctp_flow(vpn="a", host=HOST, port=5000, alias=ALIAS, server=SERVER,
              aport=7, addresses=()):
    """Only the INIT is sent."""
    return Flow(packet.sctp(host, port, alias, aport, vtag=0,
                            chunk=packet.sctp_init(*addresses)), server,
                into=vpn + "0")


def echo_flow(vpn="a", host=HOST, query=77, alias=ALIAS, server=SERVER,
              data=b"hello", **more):
    return Flow(packet.echo(host, alias, query, 1, data, **more),
                server, into=vpn + "0")
