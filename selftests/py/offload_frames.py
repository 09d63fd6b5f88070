# SPDX-License-Identifier: GPL-2.0
"""What stands beside a packet's bytes: checksum state, segment size, VLAN tag,
where its bytes are, and who else has them."""

import random
import socket
import struct
import subprocess

import bed
import ktap
import packet
from bed import ALIAS, GATEWAY, HOST, POOL, SERVER, tcp_open, udp_flow
from ktap import case, equal, main
from packet import ICMP, Fields, change, ip, seal, udp, with_ident_of
from pieces import complete, expect_whole, payload
from tool import drops, vctl
from vnet import (CSUM, DATA_VALID, ETHER, GSO_NONE, GSO_TCPV4, GSO_UDP,
                  GSO_UDP_L4, HEADER, NEEDS_CSUM, TSO4, USO4, VnetTap, header,
                  partial, segments)
from wire import FAR, IPV4, VLAN, Tap, Wires, dropped

LENGTHS = (*range(5), 255, 1001, 1400)
TUNNEL_MAC = bytes.fromhex("020000000005")
random.seed(1071)


def plain():
    """No tap leaves anything undone, none is willing to finish anything."""
    for tap in bed.wires.taps.values():
        if isinstance(tap, VnetTap):
            tap.next = header()
            tap.offload(0)


def tap(name):
    return bed.wires.taps[name]


def set_mtu(dev, mtu):
    subprocess.run(["ip", "link", "set", dev, "mtu", str(mtu)], check=True)


def both_ways(flow, data, **more):
    """(into, sent, out, expected) in each direction."""
    sent = flow.to_server(data, **more)
    yield flow.into, sent, flow.far, flow.out(sent)
    sent = flow.to_host(data, **more)
    yield flow.far, sent, flow.into, flow.back(sent)


def flows():
    return udp_flow(), tcp_open()


@case
def partial_checksums_are_filled_in():
    for flow in flows():
        for length in LENGTHS:
            for into, sent, out, expected in both_ways(
                    flow, random.randbytes(length)):
                tap(into).next = header(sent)
                bed.wires.pass_on(into, partial(sent), out, expected)
                equal(tap(out).flags, 0, "flags")


@case
def partial_checksums_are_left_to_a_device_that_can():
    tap("a0").offload(CSUM)
    tap("s0").offload(CSUM)
    for flow in flows():
        for length in LENGTHS:
            for into, sent, out, expected in both_ways(
                    flow, random.randbytes(length)):
                tap(into).next = header(sent)
                bed.wires.pass_on(into, partial(sent), out, expected)
                equal(tap(out).flags & NEEDS_CSUM, NEEDS_CSUM, "flags")
                tap(into).next = header()
                bed.wires.pass_on(into, sent, out, expected)
                equal(tap(out).flags & NEEDS_CSUM, 0, "flags")


@case
def partial_udp_checksum_that_comes_to_0_is_ffff():
    """RFC 768."""
    for offload in (0, CSUM):
        plain()
        flow = udp_flow()
        tap("a0").offload(offload)
        tap("s0").offload(offload)
        for make, view, into, out in (
                (flow.to_server, flow.out, "a0", "s0"),
                (flow.to_host, flow.back, "s0", "a0")):
            value = Fields(view(make(bytes(2)))).checksum
            sent = make(struct.pack("!H", value))
            equal(Fields(view(sent)).checksum, 0xffff, "that checksum")
            tap(into).next = header(sent)
            bed.wires.pass_on(into, partial(sent), out, view(sent))


@case
def checksums_that_a_device_has_verified():
    for flow in flows():
        for into, sent, out, expected in both_ways(flow, b"verified"):
            tap(into).next = header(flags=DATA_VALID)
            bed.wires.pass_on(into, sent, out, expected)


@case
def udp_without_a_checksum_beside_offloads():
    """RFC 3022 section 4.1."""
    flow = udp_flow(with_checksum=False)
    for flags in (0, DATA_VALID):
        for into, sent, out, expected in both_ways(flow, b"no checksum",
                                                   with_checksum=False):
            tap(into).next = header(flags=flags)
            bed.wires.pass_on(into, sent, out, expected)


@case
def udp_of_a_tunnel_whose_inner_checksum_is_left_undone():
    """What a VXLAN of a host in a virtual machine sends: the sum outside is whole
    (local checksum offload) or 0, the one inside is still to be made."""
    inner = packet.udp("192.168.1.2", 68, "192.168.1.3", 67, b"inside")
    wrapping = b"\x08" + bytes(7) + bytes(12) + b"\x08\0"
    start = ETHER + 20 + 8 + len(wrapping) + 20
    for with_checksum in (True, False):
        plain()
        flow = udp_flow(with_checksum=with_checksum)
        for into, sent, out, expected in both_ways(
                flow, wrapping + inner, with_checksum=with_checksum):
            tap(into).next = HEADER.pack(NEEDS_CSUM, GSO_NONE, 0, 0, start, 6)
            undone = sent[:-len(inner)] + partial(inner)
            bed.wires.pass_on(into, undone, out, expected)


# what the gateway translates, or is part of it: header, and where its sum is
TRANSLATED = {packet.UDP: (8, 6), packet.TCP: (20, 16), ICMP: (8, 2)}


@case
def checksum_is_not_left_undone_over_what_is_translated():
    """Who says where a sum is to be made, and gets the device behind the gateway
    to make it there, would choose his outside address and port."""
    for flow in (*flows(), bed.echo_flow()):
        length, check = TRANSLATED[flow.proto]
        for into, sent, out, _ in both_ways(flow, bytes(40)):
            # where the sum begins and where it is: at least two bytes of the packet
            for start, at in (
                    *((0, ETHER + at) for at in range(0, 20 + length - 1)),
                    *((ETHER + 20, ETHER + 20 + at)
                      for at in range(0, length + 1) if at != check),
                    *((ETHER + 21 + n, ETHER + 21 + n)
                      for n in range(0, length - 1))):
                tap(into).next = HEADER.pack(NEEDS_CSUM, GSO_NONE, 0, 0, start,
                                             at - start)
                try:
                    with dropped(bed.wires, "malformed"):
                        bed.wires.send(into, sent)
                except OSError:
                    # newer taps themselves refuse a place in the IP header
                    equal(start < ETHER + 20, True, "refused")


def large():
    """(flow, GSO type, what a reader needs, size, more) of what this kernel's
    taps can take: UDP since 6.2."""
    yield tcp_open(), GSO_TCPV4, CSUM | TSO4, {"flags": "PA"}
    if tap("u0").offload(CSUM | TSO4 | USO4):
        tap("u0").offload(0)
        yield udp_flow(), GSO_UDP_L4, CSUM | TSO4 | USO4, {}


@case
def large_packets_are_segmented_where_the_device_cannot():
    for flow, gso, _, more in large():
        for size in (536, 1000, 1448):
            data = random.randbytes(size * 3 + 1)
            for into, sent, out, expected in both_ways(flow, data, **more):
                tap(into).next = header(sent, gso=gso, size=size)
                bed.wires.send(into, partial(sent))
                seen = [bed.wires.receive(out, more=True)]
                parts = segments(with_ident_of(seen[0], expected), size)
                while len(seen) < len(parts):
                    seen.append(bed.wires.receive(out, more=True))
                equal(seen, parts, "segments")
                bed.wires.nothing()


@case
def large_packets_stay_large_where_the_device_can():
    for flow, gso, offload, more in large():
        tap("a0").offload(offload)
        tap("s0").offload(offload)
        for size in (536, 1448):
            data = random.randbytes(size * 20 + 7)
            for into, sent, out, expected in both_ways(flow, data, **more):
                tap(into).next = header(sent, gso=gso, size=size)
                bed.wires.pass_on(into, partial(sent), out, expected)
                equal((tap(out).gso, tap(out).size), (gso, size), "GSO")
        plain()


@case
def large_packets_are_judged_by_their_segments():
    """RFC 4787 REQ-13: DF; the device's MTU is 1280."""
    set_mtu("s0", 1280)
    for flow, gso, _, more in large():
        room = 1280 - (28 if gso == GSO_UDP_L4 else 40)
        sent = flow.to_server(random.randbytes(room * 3), df=True, **more)
        tap("a0").next = header(sent, gso=gso, size=room)
        bed.wires.send("a0", partial(sent))
        for part in segments(flow.out(sent), room):
            bed.wires.expect("s0", part, more=True)
        bed.wires.nothing()

        before = drops("mtu")
        tap("a0").next = header(sent, gso=gso, size=room + 1)
        bed.wires.send("a0", partial(sent))
        f = Fields(bed.wires.receive("a0"))
        equal((f.src, f.dst, f.proto, f.kind, f.code, f.rest),
              (GATEWAY, HOST, ICMP, 3, 4, struct.pack("!HH", 0, 1280)),
              "the error")
        equal(f.data[:20], sent[:20], "what it quotes")
        equal(drops("mtu") - before, 1, "drops for mtu")
    set_mtu("s0", 1500)


def together(name):
    """What comes out of an interface, fragments put together by id."""
    parts = {}
    for out, frame in bed.wires.frames():
        equal(out, name, "interface")
        equal(len(frame) - 14 <= 1280, True, "fits the MTU")
        parts.setdefault(Fields(frame[14:]).ident, []).append(frame[14:])
    for ident in parts:
        head = Fields(parts[ident][0])
        equal(complete(parts[ident]), True, "all fragments of a packet")
        data = b"".join(payload(part) for part in sorted(
            parts[ident], key=lambda part: Fields(part).offset))
        yield ip(head.src, head.dst, head.proto, data, ttl=head.ttl,
                 ident=ident, tos=head.tos)


@case
def large_packets_without_df_are_segmented_and_fragmented():
    set_mtu("s0", 1280)
    for flow, gso, _, more in large():
        sent = flow.to_server(random.randbytes(4321), **more)
        tap("a0").next = header(sent, gso=gso, size=1448)
        bed.wires.send("a0", partial(sent))
        seen = list(together("s0"))
        equal(seen, segments(with_ident_of(seen[0], flow.out(sent)), 1448),
              "segments")
    set_mtu("s0", 1500)


@case
def datagrams_that_a_device_was_to_fragment():
    """UFO, as guests of virtual machines send it."""
    flow = udp_flow()
    for into, sent, out, expected in both_ways(flow, random.randbytes(5001)):
        tap(into).next = header(sent, gso=GSO_UDP, size=1480)
        bed.wires.send(into, partial(sent))
        expect_whole(out, expected, "datagram")


@case
def headers_that_are_not_in_the_linear_part():
    """Of a frame beyond a page tun puts so much there as is said: the rest,
    with the transport header or the IP header too, is in fragments."""
    set_mtu("a0", 9000)
    set_mtu("s0", 9000)
    for flow in flows():
        for linear in (14, 20, 34, 35, 38, 42, 54, 55):
            for into, sent, out, expected in both_ways(
                    flow, random.randbytes(8000)):
                tap(into).next = header(linear=linear)
                bed.wires.pass_on(into, sent, out, expected)
    set_mtu("a0", 1500)
    set_mtu("s0", 1500)


def wrap(inner):
    """In VXLAN with a checksum, RFC 7348."""
    head = struct.pack("!BxxxI", 8, 5 << 8) + TUNNEL_MAC + FAR
    return udp("192.0.2.2", 12345, "192.0.2.1", 4789,
               head + struct.pack("!H", IPV4) + inner)


def unwrap(outer):
    f = Fields(outer)
    equal((f.src, f.dst, f.dport), ("192.0.2.1", "192.0.2.2", 4789), "tunnel")
    equal(f.checksum != 0 and seal(outer) == outer, True, "its checksum")
    equal(f.data[:22], struct.pack("!BxxxI", 8, 5 << 8) + FAR + TUNNEL_MAC +
          struct.pack("!H", IPV4), "headers in the tunnel")
    return f.data[22:]


@case
def checksums_that_are_complete():
    """CHECKSUM_COMPLETE: the sum over the whole packet, which a tunnel with a
    checksum has computed, is kept beside it."""
    wires = bed.wires
    for length in LENGTHS[:-1]:
        sent = udp(HOST, 5000, ALIAS, 7, random.randbytes(length))
        wires.send("u0", wrap(sent))
        came = wires.receive("s0")
        port = Fields(came).sport
        expected = change(sent, src=POOL, sport=port, dst=SERVER, hops=1)
        equal(came, with_ident_of(came, expected), "to the server")
        sent = udp(SERVER, 7, POOL, port, random.randbytes(length))
        wires.send("s0", sent)
        came = unwrap(wires.receive("u0"))
        expected = change(sent, src=ALIAS, dst=HOST, dport=5000, hops=1)
        equal(came, with_ident_of(came, expected), "to the host")
    # who damages a packet is not helped
    sent = udp(HOST, 5000, ALIAS, 7, b"damaged")
    wires.send("u0", wrap(sent[:-1] + b"D"))
    came = wires.receive("s0")
    equal(came, change(sent, src=POOL, sport=port, dst=SERVER,
                       hops=1)[:-1] + b"D", "damaged packet")


@case
def vlan_tags():
    """In the frame, beside it, one in another."""
    wires = bed.wires
    for txvlan in ("on", "off"):
        subprocess.run(["ethtool", "-K", "u0", "txvlan", txvlan], check=True,
                       stdout=subprocess.DEVNULL)
        for tags in ((7,), (7, 9)):
            head = b"".join(struct.pack("!HH", tag, VLAN)
                            for tag in tags[:-1])
            head += struct.pack("!HH", tags[-1], IPV4)
            sent = udp(HOST, 5000, ALIAS, 7, b"tagged")
            wires.send("u0", head + sent, kind=VLAN)
            came = wires.receive("s0")
            port = Fields(came).sport
            equal(came, change(sent, src=POOL, sport=port, dst=SERVER,
                               hops=1), "to the server")
            sent = udp(SERVER, 7, POOL, port, b"untagged")
            wires.send("s0", sent)
            frame = wires.receive_frame("u0")
            equal(frame[12:], struct.pack("!H", VLAN) + head +
                  change(sent, src=ALIAS, dst=HOST, dport=5000, hops=1),
                  "to the host")
            wires.nothing()


@case
def priority_tags():
    """VLAN id 0 is no VLAN, IEEE 802.1Q; the priority is not passed on."""
    flow = udp_flow()
    for into, sent, out, expected in both_ways(flow, b"urgent"):
        bed.wires.pass_on(into, sent, out, expected, vlan=5 << 13)


def capture(dev):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.bind((dev, 0))
    sock.setblocking(False)
    return sock


def captured(sock):
    """(does it go out?, packet) of all that it has."""
    found = []
    while True:
        try:
            frame, address = sock.recvfrom(70000)
        except BlockingIOError:
            return found
        found.append((address[2] == socket.PACKET_OUTGOING, frame[14:]))


@case
def buffers_that_others_still_read():
    """A packet socket and a mirror have the same buffer: read when the packet
    is long gone, they show what came in, and it was translated all the
    same."""
    inner, outer, mirror = capture("a0"), capture("s0"), Tap("m0")
    for flow in flows():
        for sock in (inner, outer):
            captured(sock)
        while mirror.get():
            pass
        expected = []
        for data in (b"shared", random.randbytes(1400)):
            for left in (False, True):
                for into, sent, out, passed in both_ways(flow, data):
                    tap(into).next = header(sent) if left else header()
                    put = partial(sent) if left else sent
                    bed.wires.pass_on(into, put, out, passed)
                    expected.append((into, put, sent, passed))
        # what goes out is captured before its checksum is finished
        for sock, dev in ((inner, "a0"), (outer, "s0")):
            found = captured(sock)
            equal([out for out, _ in found],
                  [into != dev for into, *_ in expected], "directions")
            for (out, seen), (into, put, _, passed) in zip(found, expected):
                if out and seal(put) != put:
                    seen, passed = seal(seen), seal(passed)
                equal(seen, with_ident_of(seen, passed) if out else put,
                      "captured on " + dev)
        for into, _, sent, _ in expected:
            if into == "a0":
                frame = mirror.get(ktap.PATIENCE)
                equal(frame[14:], sent, "mirrored")
        equal(mirror.get(), None, "more than was mirrored")
    # and one that is segmented
    plain()
    flow = tcp_open(port=5002)
    captured(inner)
    sent = flow.to_server(random.randbytes(4000), flags="PA")
    tap("a0").next = header(sent, gso=GSO_TCPV4, size=1448)
    bed.wires.send("a0", partial(sent))
    for part in segments(flow.out(sent), 1448):
        bed.wires.expect("s0", part, more=True)
    equal(captured(inner), [(False, partial(sent))], "captured on a0")
    for sock in (inner, outer, mirror):
        sock.close()


def open_taps():
    bed.wires = Wires()
    bed.wires.taps = {name: VnetTap(name) for name in ("a0", "s0", "u0")}
    ktap.before_each.append(plain)
    ktap.before_each.append(bed.wires.drain)


if __name__ == "__main__":
    open_taps()
    main(lambda: vctl("flow flush"))
