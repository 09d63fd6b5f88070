# SPDX-License-Identifier: GPL-2.0
"""Every byte of what comes out, in both directions."""

import random
import struct

import bed
import packet
from bed import echo_flow, tcp_open, udp_flow
from ktap import case, equal, main
from packet import Fields
from tool import vctl

LENGTHS = [*range(10), 63, 255, 1001, 1471, 1472]
random.seed(2663)


def both_ways(flow, **more):
    wires = bed.wires
    sent = flow.to_server(**more)
    wires.pass_on(flow.into, sent, flow.far, flow.out(sent))
    sent = flow.to_host(**more)
    wires.pass_on(flow.far, sent, flow.into, flow.back(sent))


def every_length(flow, longest=1472, **more):
    for length in LENGTHS:
        both_ways(flow, data=random.randbytes(min(length, longest)), **more)


@case
def udp_of_every_length():
    every_length(udp_flow())


@case
def udp_checksum_0_stays_0():
    flow = udp_flow(with_checksum=False)
    every_length(flow, with_checksum=False)
    equal(Fields(flow.out(flow.to_server(with_checksum=False))).checksum, 0)


@case
def tcp_of_every_length():
    every_length(tcp_open(), longest=1460)


@case
def icmp_echo_of_every_length():
    every_length(echo_flow())


def tuned(make, checksum_of, wanted):
    """Data, two bytes of which make the checksum what is wanted."""
    for value in range(65536):
        data = b"isolation" + b"!" + struct.pack("!H", value)
        if checksum_of(make(data)) == wanted:
            return data
    raise AssertionError("no data gives checksum %#x" % wanted)


def solve(make, checksum_of, wanted):
    """As tuned(), by arithmetic: the sum is linear in those two bytes."""
    data = b"isolation!" + b"\0\0"
    have = checksum_of(make(data))
    # ~have + x = ~wanted, in ones' complement
    value = (~wanted & 0xffff) - (~have & 0xffff)
    if value < 0:
        value -= 1
    for delta in (0, 1, -1):
        data = b"isolation!" + struct.pack("!H", (value + delta) & 0xffff)
        if checksum_of(make(data)) == wanted:
            return data
    return tuned(make, checksum_of, wanted)


def udp_checksum(data):
    return Fields(data).checksum


def tcp_checksum(data):
    return struct.unpack("!H", data[36:38])[0]


def icmp_checksum(data):
    return struct.unpack("!H", data[22:24])[0]


# Before or after, the sum is one of the two zeros of ones' complement, or next
# to one.
EDGES = (0xffff, 0xfffe, 0x0001)


def edges(flow, checksum_of, values):
    wires = bed.wires
    for wanted in values:
        for view in (lambda p: p, flow.out):
            data = solve(lambda d, v=view: v(flow.to_server(d)), checksum_of,
                         wanted)
            sent = flow.to_server(data)
            wires.pass_on(flow.into, sent, flow.far, flow.out(sent))
        for view in (lambda p: p, flow.back):
            data = solve(lambda d, v=view: v(flow.to_host(d)), checksum_of,
                         wanted)
            sent = flow.to_host(data)
            wires.pass_on(flow.far, sent, flow.into, flow.back(sent))


@case
def udp_checksums_that_would_be_0_are_ffff():
    edges(udp_flow(), udp_checksum, EDGES)


@case
def tcp_checksums_at_the_edges():
    edges(tcp_open(), tcp_checksum, (0, 0xfffe, 1))


@case
def icmp_checksums_at_the_edges():
    edges(echo_flow(), icmp_checksum, (0, 0xfffe, 1))


@case
def a_wrong_checksum_stays_wrong():
    """Nobody repairs what was damaged before the gateway."""
    wires = bed.wires
    flow = udp_flow()
    sent = bytearray(flow.to_server(b"damaged"))
    sent[-1] ^= 0x20
    sent = bytes(sent)
    wires.send(flow.into, sent)
    seen = wires.receive(flow.far)
    equal(packet.seal(seen) == seen, False, "checksum right")
    right = bytearray(flow.out(flow.to_server(b"damaged")))
    right[-1] ^= 0x20
    equal(seen, bytes(right), "bytes")


@case
def header_fields_stay():
    """TOS, identification, DF and options."""
    for more in ({"tos": 0xb8}, {"tos": 0x03}, {"ident": 0}, {"ident": 0xffff},
                 {"df": True}, {"ttl": 255}, {"ttl": 2}):
        both_ways(udp_flow(), data=b"fields", **more)
        both_ways(tcp_open(port=5001), data=b"fields", **more)
        both_ways(echo_flow(), data=b"fields", **more)
        # a handshake needs a new connection
        vctl("flow flush")


@case
def header_with_options_that_only_pad():
    both_ways(udp_flow(options=b"\x01\x01\x01\x00"), data=b"padded",
              options=b"\x01\x01\x01\x00")



if __name__ == "__main__":
    bed.open_wires()
    main(lambda: vctl("flow flush"))
