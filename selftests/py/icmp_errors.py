# SPDX-License-Identifier: GPL-2.0
"""ICMP errors about flows, byte for byte.

In each case the same 5-tuple is live in both VPNs; the error must reach the one
it is about, in that one's own view."""

import struct

import bed
import packet
from bed import (ALIAS, EXT_ROUTER, GATEWAY, HOST, POOL, ROUTER, SERVER,
                 echo_flow, open_wires, udp_flow)
from errors import flows_of_each_kind, from_inside, from_outside
from ktap import case, equal, main
from packet import change, echo, icmp, quote
from tool import flows, vctl
from wire import dropped

# type, code, the four bytes between checksum and quote
ERRORS = [(3, code, b"\0\0\0\0") for code in range(16) if code != 4]
ERRORS += [(3, 4, struct.pack("!HH", 0, mtu)) for mtu in (0, 68, 1280, 1500)]
ERRORS += [(11, 0, b"\0\0\0\0"), (11, 1, b"\0\0\0\0")]
ERRORS += [(12, 0, b"\x14\0\0\0"), (12, 1, b"\0\0\0\0"), (12, 2, b"\0\0\0\0")]

FEW = [(3, 1, b"\0\0\0\0"), (3, 4, b"\0\0\x05\0"), (11, 0, b"\0\0\0\0")]


@case
def every_error_of_the_server():
    """It comes from the alias."""
    for flow, to_server, _ in flows_of_each_kind():
        from_outside(flow, to_server, ERRORS, SERVER, ALIAS)


@case
def every_error_of_a_router_before_the_server():
    """It has no alias: it comes from the gateway."""
    for flow, to_server, _ in flows_of_each_kind():
        from_outside(flow, to_server, FEW, EXT_ROUTER, GATEWAY)


@case
def every_error_of_the_host():
    for flow, _, to_host in flows_of_each_kind():
        from_inside(flow, to_host, ERRORS, HOST)


@case
def every_error_of_a_router_before_the_host():
    for flow, _, to_host in flows_of_each_kind():
        from_inside(flow, to_host, FEW, ROUTER)


@case
def udp_without_checksum_is_quoted_without():
    flow = udp_flow()
    sent = flow.to_server(b"none", with_checksum=False)
    from_outside(flow, sent, FEW, SERVER, ALIAS)
    sent = flow.to_host(b"none", with_checksum=False)
    from_inside(flow, sent, FEW, HOST)


@case
def quoted_options_are_skipped():
    options = b"\x01" * 7 + b"\0"
    for flow, to_server, to_host in flows_of_each_kind():
        to_server = flow.to_server(b"x", options=options)
        from_outside(flow, to_server, FEW, SERVER, ALIAS)
        to_host = flow.to_host(b"x", options=options)
        from_inside(flow, to_host, FEW, HOST)


@case
def extensions_after_the_quote_stay():
    """RFC 4884: the quote is padded to 128 bytes, an extension follows."""
    for flow, to_server, _ in flows_of_each_kind():
        body = b"\x00\x08\x01\x01\x12\x34\x51\x40"
        head = b"\x20\x00"
        extension = head + struct.pack(
            "!H", packet.checksum(head + b"\0\0" + body)) + body
        rest = b"\0\x20\0\0"
        error = icmp(SERVER, flow.outside[0], 11, 0, rest,
                     quote(flow.out(to_server), 1).ljust(128, b"\0") +
                     extension)
        expected = icmp(ALIAS, flow.host, 11, 0, rest,
                        quote(to_server, 2).ljust(128, b"\0") + extension,
                        ttl=63)
        bed.wires.pass_on(flow.far, error, flow.into, expected)


@case
def no_error_ends_a_flow_or_prolongs_it():
    for flow, to_server, to_host in flows_of_each_kind():
        before = the_flow(flow)
        from_outside(flow, to_server, FEW, SERVER, ALIAS)
        from_inside(flow, to_host, FEW, HOST)
        after = the_flow(flow)
        equal(after["state"], before["state"], "state")
        if after["timeout"] > before["timeout"]:
            raise AssertionError("an error prolonged the flow")
        flow.exchange()


def the_flow(flow):
    found = flows("vpn", flow.into[0], "proto", str(flow.proto),
                  "inside", "%s:%d" % (flow.host, flow.port))
    equal(len(found), 1, "flows")
    return found[0]


@case
def error_about_an_unknown_flow_is_dropped():
    flow = udp_flow()
    stranger = packet.udp(POOL, flow.outside[1] ^ 1, SERVER, 7, b"never sent")
    with dropped(bed.wires, "icmp-no-flow"):
        bed.wires.send("s0", icmp(SERVER, POOL, 3, 3, data=stranger))
    stranger = packet.udp(ALIAS, 7, HOST, 5999, b"never sent")
    with dropped(bed.wires, "icmp-no-flow"):
        bed.wires.send("a0", icmp(HOST, ALIAS, 3, 3, data=stranger))
    # the right tuple, but no packet that went this way
    stranger = change(flow.to_host(b"reply"), hops=1)
    with dropped(bed.wires, "icmp-no-flow"):
        bed.wires.send("s0", icmp(SERVER, POOL, 3, 3, data=stranger))


@case
def error_with_a_wrong_checksum_is_dropped():
    flow = udp_flow()
    good = icmp(SERVER, POOL, 3, 3, data=quote(flow.out(flow.to_server())))
    bad = good[:22] + bytes([good[22] ^ 1]) + good[23:]
    with dropped(bed.wires, "checksum"):
        bed.wires.send("s0", bad)
    good = icmp(HOST, ALIAS, 3, 3, data=quote(flow.back(flow.to_host())))
    bad = good[:-1] + bytes([good[-1] ^ 1])
    with dropped(bed.wires, "checksum"):
        bed.wires.send("a0", bad)


@case
def error_whose_quote_has_a_wrong_checksum_is_dropped():
    """The IP header's; that of UDP or TCP is nobody's business."""
    flow = udp_flow()
    inner = quote(flow.out(flow.to_server(b"data")))
    damaged = inner[:10] + bytes([inner[10] ^ 1]) + inner[11:]
    with dropped(bed.wires, "checksum"):
        bed.wires.send("s0", icmp(SERVER, POOL, 3, 3, data=damaged))
    damaged = inner[:-1] + bytes([inner[-1] ^ 1])
    sent = quote(flow.to_server(b"data"), 1)
    expected = sent[:-1] + bytes([sent[-1] ^ 1])
    bed.wires.pass_on("s0", icmp(SERVER, POOL, 3, 3, data=damaged), "a0",
                      icmp(ALIAS, HOST, 3, 3, data=expected, ttl=63))


@case
def error_with_too_short_a_quote_is_dropped():
    flow = udp_flow()
    inner = quote(flow.out(flow.to_server(b"data")))
    for length in (0, 8, 19, 20, 27):
        with dropped(bed.wires, "malformed"):
            bed.wires.send("s0", icmp(SERVER, POOL, 3, 3,
                                      data=inner[:length]))


@case
def error_about_an_error_is_dropped():
    flow = udp_flow()
    error = icmp(POOL, SERVER, 3, 3, data=quote(flow.to_host()))
    with dropped(bed.wires, "icmp-no-flow"):
        bed.wires.send("s0", icmp(SERVER, POOL, 3, 1, data=error))


@case
def error_of_an_echo_reply():
    """The quoted reply has the id the same way round."""
    flow = echo_flow()
    flow.exchange()
    reply = flow.to_host(b"reply")
    from_inside(flow, reply, FEW, HOST)
    equal(echo(SERVER, POOL, flow.outside[1], 1, b"reply", reply=True), reply)


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
