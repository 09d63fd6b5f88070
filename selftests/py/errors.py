# SPDX-License-Identifier: GPL-2.0
"""ICMP errors about flows, as they are sent and as they are to arrive."""

import bed
import packet
from bed import echo_flow, tcp_open, udp_flow
from packet import icmp, quote


def flows_of_each_kind():
    for make, data in ((udp_flow, b"odd"), (tcp_open, b"even"),
                       (echo_flow, b"odd")):
        mine, other = make(vpn="a"), make(vpn="b")
        for flow in (mine, other):
            yield flow, flow.to_server(data * 9), flow.to_host(data * 9)


def lengths(sent):
    """Quotes: the least there may be, and all there is."""
    return (packet.header_length(sent) + 8, len(sent))


def from_outside(flow, sent, errors, source, seen_source, cut=None, **more):
    """The server's side complains about a packet of the host."""
    outside = flow.out(sent)
    for kind, code, rest in errors:
        for length in [cut] if cut else lengths(sent):
            # it travelled another two hops before it was quoted
            error = icmp(source, flow.outside[0], kind, code, rest,
                         quote(outside, 2, length), tos=0xc0, **more)
            expected = icmp(seen_source, flow.host, kind, code, rest,
                            quote(sent, 3, length), tos=0xc0, ttl=63,
                            **more)
            bed.wires.pass_on(flow.far, error, flow.into, expected)


def from_inside(flow, sent, errors, source, cut=None, seen_source=None,
                **more):
    """The VPN's side complains about a packet of the server."""
    seen_source = seen_source or flow.outside[0]
    inside = flow.back(sent)
    for kind, code, rest in errors:
        for length in [cut] if cut else lengths(sent):
            error = icmp(source, flow.alias, kind, code, rest,
                         quote(inside, 2, length), tos=0xc0, **more)
            expected = icmp(seen_source, flow.server, kind, code, rest,
                            quote(sent, 3, length), tos=0xc0, ttl=63,
                            **more)
            bed.wires.pass_on(flow.into, error, flow.far, expected)
