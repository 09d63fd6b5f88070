# SPDX-License-Identifier: GPL-2.0
"""SCTP, DCCP and UDP-Lite: by ports, as UDP and TCP; and what has no ports."""

import random
import struct

import bed
from bed import ALIAS, ALIAS2, HOST, HOST2, POOL, SERVER, SERVER2, \
    dccp_flow, open_wires, sctp_flow, udp_flow, udplite_flow
from errors import from_inside, from_outside
from ktap import case, equal, main
from packet import DCCP, SCTP, UDPLITE, Fields, change, dccp, ip, sctp, \
    sctp_init, udplite
from tool import flows, identify, vctl
from wire import dropped

LENGTHS = [*range(10), 63, 255, 1001, 1400]
KINDS = {"sctp": sctp_flow, "dccp": dccp_flow, "udplite": udplite_flow}
random.seed(9260)


def both_ways(flow, data, **more):
    sent = flow.to_server(data, **more)
    bed.wires.pass_on(flow.into, sent, flow.far, flow.out(sent))
    sent = flow.to_host(data, **more)
    bed.wires.pass_on(flow.far, sent, flow.into, flow.back(sent))


def every_length(flow, **more):
    for length in LENGTHS:
        both_ways(flow, random.randbytes(length), **more)


@case
def sctp_of_every_length():
    """RFC 9260: the CRC32c is of the packet with its new ports."""
    every_length(sctp_flow())


@case
def dccp_of_every_length_and_coverage():
    """RFC 4340 section 9.2, RFC 5597"""
    flow = dccp_flow()
    every_length(flow)
    for cscov in (1, 2, 15):
        both_ways(flow, random.randbytes(100), cscov=cscov)


@case
def udplite_of_every_length_and_coverage():
    """RFC 3828"""
    flow = udplite_flow()
    every_length(flow)
    for covered in (8, 9, 12, 108):
        both_ways(flow, random.randbytes(100), covered=covered)


@case
def mapping_is_endpoint_independent():
    """RFC 5597 REQ-1; one address for all protocols of a host."""
    for make in KINDS.values():
        one = make()
        other = make(alias=ALIAS2, server=SERVER2)
        equal(one.outside, other.outside, "outside endpoint")
        equal(one.outside[0], POOL, "outside address")
        for vpn, host in (("b", HOST), ("a", HOST2)):
            another = make(vpn, host=host)
            equal(another.outside != one.outside, True, "not another's")
            another.exchange()
        one.exchange()


@case
def whose_it_is():
    for name, make in KINDS.items():
        for vpn in "ab":
            flow = make(vpn)
            whose = identify(name, *flow.outside)
            equal((whose["vpn"], whose["inside"]["port"]), (vpn, 5000), name)
            found = flows("vpn", vpn, "proto", name)
            equal([f["proto"] for f in found], [name], "flows")


@case
def ports_of_protocols_are_apart():
    """The same port number of another protocol is another endpoint."""
    flow = sctp_flow()
    for make in (udplite, dccp):
        with dropped(bed.wires, "no-mapping"):
            bed.wires.send("s0", make(SERVER, 7, *flow.outside, b"x"))


@case
def sctp_begins_with_init():
    """RFC 9260 section 5.1; anything else is of a connection unknown here."""
    for vtag, chunk in ((7, None), (7, sctp_init()),
                        (0, b"\x02" + sctp_init()[1:]),
                        (7, struct.pack("!BBH", 6, 0, 4))):
        with dropped(bed.wires, "no-state"):
            bed.wires.send("a0", sctp(HOST, 5000, ALIAS, 7, vtag=vtag,
                                      chunk=chunk))
    with dropped(bed.wires, "malformed"):
        bed.wires.send("a0", sctp(HOST, 5000, ALIAS, 7, chunk=b"\1\0\0"))
    with dropped(bed.wires, "malformed"):
        bed.wires.send("a0", ip(HOST, ALIAS, SCTP, bytes(11)))


@case
def sctp_addresses_in_chunks_are_left_alone():
    """Several addresses of one end: nobody but the ends knows of them."""
    flow = sctp_flow(addresses=("10.0.0.77", HOST))
    answer = sctp_init(SERVER, SERVER2)
    sent = sctp(*(flow.server, flow.sport), *flow.outside,
                chunk=b"\x02" + answer[1:])
    bed.wires.pass_on(flow.far, sent, flow.into, flow.back(sent))


@case
def wrong_sctp_checksum_stays_as_wrong():
    flow = sctp_flow()
    for bit in range(32):
        wrong = 1 << bit
        sent = flow.to_server(b"damaged")
        bed.wires.send(flow.into, damaged(sent, wrong))
        equal(bed.wires.receive(flow.far), damaged(flow.out(sent), wrong),
              "bytes")
    # what was damaged is not the checksum
    sent = bytearray(flow.to_server(b"damaged"))
    sent[-1] ^= 4
    bed.wires.send(flow.into, bytes(sent))
    right = bytearray(flow.out(flow.to_server(b"damaged")))
    right[-1] ^= 4
    equal(bed.wires.receive(flow.far), bytes(right), "bytes")


def damaged(sent, wrong):
    crc = struct.unpack("<I", sent[28:32])[0] ^ wrong
    return sent[:28] + struct.pack("<I", crc) + sent[32:]


@case
def dccp_begins_with_request_or_listen():
    """RFC 5596: by a Listen a server behind a translator opens it."""
    for kind in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 15):
        with dropped(bed.wires, "no-state"):
            bed.wires.send("a0", dccp(HOST, 5000, ALIAS, 7, kind=kind))
    listen = dccp(HOST, 5000, ALIAS, 7, kind=10)
    bed.wires.send("a0", listen)
    came = Fields(bed.wires.receive("s0"))
    request = dccp(SERVER, 7, came.src, came.sport, kind=0)
    bed.wires.pass_on("s0", request, "a0", change(
        request, src=ALIAS, dst=HOST, dport=5000, hops=1))
    with dropped(bed.wires, "malformed"):
        bed.wires.send("a0", ip(HOST, ALIAS, DCCP, bytes(11)))
    short = bytearray(dccp(HOST, 5000, ALIAS, 7, kind=0))
    for offset in (0, 2, 200):
        short[24] = offset
        with dropped(bed.wires, "malformed"):
            bed.wires.send("a0", bytes(short))


@case
def odd_udplite_is_dropped():
    """RFC 3828 section 3.1: a coverage of 1 to 7, or beyond the end; no
    checksum at all."""
    for covered in (1, 7, 13):
        with dropped(bed.wires, "malformed"):
            bed.wires.send("a0", ip(HOST, ALIAS, UDPLITE, struct.pack(
                "!HHHH", 5000, 7, covered, 1) + b"four"))
    with dropped(bed.wires, "malformed"):
        bed.wires.send("a0", ip(HOST, ALIAS, UDPLITE, struct.pack(
            "!HHHH", 5000, 7, 0, 0) + b"four"))


@case
def server_starts_on_a_static_mapping():
    """... with a port, and toward any port of an address."""
    for i, (name, kind, begin) in enumerate((
            ("sctp", sctp, {"vtag": 0, "chunk": sctp_init()}),
            ("dccp", dccp, {"kind": 0}), ("udplite", udplite, {}))):
        for vpn, outside in (("a", 2000), ("b", 2001)):
            vctl("mapping add %s proto %s inside %s:50 outside 47.0.0.21%d:%d" %
                 (vpn, name, HOST, i, outside))
            sent = kind(SERVER, 6, "47.0.0.21%d" % i, outside, **begin)
            bed.wires.pass_on("s0", sent, vpn + "0", change(
                sent, src=ALIAS, dst=HOST, dport=50, hops=1))
            equal(identify(name, "47.0.0.21%d" % i, outside)["vpn"], vpn, name)
        with dropped(bed.wires, "no-mapping"):
            bed.wires.send("s0", kind(SERVER, 6, "47.0.0.21%d" % i, 1, **begin))


@case
def port_alias():
    vctl("alias add a 10.0.0.105:9 to 47.0.0.12:10 proto sctp")
    flow = sctp_flow(alias="10.0.0.105", aport=9, server=("47.0.0.12", 10))
    flow.exchange()
    bed.wires.send("a0", udplite(HOST, 5000, "10.0.0.105", 9))
    equal([name for name, _ in bed.wires.frames()], ["a0"],
          "what is no alias stays in the VPN")
    vctl("alias del a 10.0.0.105:9 proto sctp")


@case
def icmp_errors_about_them():
    """RFC 5508 REQ-4 and REQ-5; SCTP's quoted CRC can't be known."""
    form = [(3, 3, bytes(4)), (3, 4, b"\0\0\x05\0")]
    for make in KINDS.values():
        mine, other = make("a"), make("b")
        for flow in (mine, other):
            cut = 28 if make is sctp_flow else None
            from_outside(flow, flow.to_server(b"odd"), form, SERVER, ALIAS,
                         cut=cut)
            from_inside(flow, flow.to_host(b"odd"), form, HOST, cut=cut)


def left(name):
    return flows("vpn", "a", "proto", name)[0]["timeout"]


@case
def they_live_as_long_as_tcp():
    """RFC 5597: 4 minutes while half open, 124 once established."""
    for name in ("sctp", "dccp"):
        flow = KINDS[name]()
        equal(230 < left(name) <= 240, True, "half open")
        # The answer may have been a refusal.
        flow.exchange()
        equal(230 < left(name) <= 240, True, "half open")
        flow.exchange()
        equal(7400 < left(name) <= 7440, True, "established")


@case
def what_has_no_ports_needs_a_mapping_of_its_own():
    """GRE, ESP, AH and others: by address, where a static mapping is for all
    of an address; else they are dropped."""
    protos = (47, 50, 51, 89, 103, 253)
    for proto in protos:
        with dropped(bed.wires, "protocol", "vpn", "a"):
            bed.wires.send("a0", ip(HOST, ALIAS, proto, b"for nobody"))
    for vpn, outside in (("a", "47.0.0.230"), ("b", "47.0.0.231")):
        vctl("mapping add %s proto any inside %s outside %s" %
             (vpn, HOST, outside))
    for proto in protos:
        for vpn, outside in (("a", "47.0.0.230"), ("b", "47.0.0.231")):
            data = b"%d of %s" % (proto, vpn.encode())
            sent = ip(HOST, ALIAS, proto, data)
            bed.wires.pass_on(vpn + "0", sent, "s0", change(
                sent, src=outside, dst=SERVER, hops=1))
            sent = ip(SERVER, outside, proto, data)
            bed.wires.pass_on("s0", sent, vpn + "0", change(
                sent, src=ALIAS, dst=HOST, hops=1))
    # and with an IP header's worth of options
    udp_flow(port=9, options=b"\x01\x01\x01\x00")


def clean():
    vctl("flow flush")
    for line in vctl("save").splitlines():
        if line.startswith("mapping add"):
            words = line.split()
            end = words.index("outside")
            vctl("mapping del " + " ".join(words[2:end]))


if __name__ == "__main__":
    open_wires()
    main(clean)
