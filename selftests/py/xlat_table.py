# SPDX-License-Identifier: GPL-2.0
"""The case table: packets that one side sends, and what the other is to see.

A Leg is a direction in which packets are translated from one version to the
other, with the addresses of both views.  rows of a group are (name, leg, bytes that
are sent, bytes that are to come out or None where RFC 7915 has it dropped).
Nothing here knows of the gateway: run by itself, this file prints the table.

    python3 -S xlat_table.py [GROUP]..."""

import random
import struct
import sys

import packet as packet4
import packet6
import siit
from packet import DCCP, ICMP, SCTP, UDP, UDPLITE
from packet6 import DSTOPTS, HOPOPTS, ICMP6, either, padding, routing
from siit import View

random.seed(7915)
PORTS = (5000, 7)
TCP_PORTS = (5001, 80)


class Leg:
    """src and dst are as the sender sees them; view is the receiver's."""

    def __init__(self, name, src, dst, view, into, out):
        self.name, self.src, self.dst, self.view = name, src, dst, view
        self.into, self.out = into, out
        self.six = packet6.is6(src)
        self.back = None
        # what stands in the way: MTUs of the IPv6 and the IPv4 side
        self.links = (1500, 1500)

    def seen(self, sent, **more):
        return siit.translate(sent, self.view, links=self.links, **more)

    # Packets of this leg's sender; ports the same way round in both legs of
    # a pair, so that they are one flow.
    def ports(self, pair):
        return pair if self.host else pair[::-1]

    @property
    def host(self):
        """The sender is the VPN host."""
        return self.into == "a0"

    def udp(self, data=b"", **more):
        sport, dport = self.ports(PORTS)
        return either.udp(self.src, sport, self.dst, dport, data, **more)

    def tcp(self, flags, data=b"", seq=1001, ack=1001, **more):
        sport, dport = self.ports(TCP_PORTS)
        return either.tcp(self.src, sport, self.dst, dport, flags, seq, ack,
                          data=data, **more)

    def echo(self, data=b"", reply=False, query=77, **more):
        return either.echo(self.src, self.dst, query, 1, data, reply=reply,
                           **more)

    def ip(self, proto, data, **more):
        return either.ip(self.src, self.dst, proto, data, **more)

    def error(self, kind, code, rest=b"\0\0\0\0", about=b"", **more):
        return either.icmp(self.src, self.dst, kind, code, rest, about, **more)

    def quoted(self, data=b"data", length=None, **more):
        """A packet that came to this leg's sender, as it is quoted."""
        sport, dport = self.back.ports(PORTS)
        return either.udp(self.dst, sport, self.src, dport, data,
                          **more)[:length]


HOST6, HOST4 = "fd00::2", "10.0.0.2"
ALIAS6, ALIAS4 = "fd00::104", "10.0.0.106"
SERVER6, SERVER4 = "2001:db8:47::10", "47.0.0.10"
STATIC6, STATIC4 = "2001:db8:47::221", "47.0.0.220"

LEGS = (
    Leg("IPv6 host to IPv4 server", HOST6, ALIAS6, View(STATIC4, SERVER4),
        "a0", "s0"),
    Leg("IPv4 server to IPv6 host", SERVER4, STATIC4, View(ALIAS6, HOST6),
        "s0", "a0"),
    Leg("IPv4 host to IPv6 server", HOST4, ALIAS4, View(STATIC6, SERVER6),
        "a0", "s0"),
    Leg("IPv6 server to IPv4 host", SERVER6, STATIC6, View(ALIAS4, HOST4),
        "s0", "a0"),
)
for one, other in (LEGS[:2], LEGS[2:]):
    one.back, other.back = other, one
FROM6 = [leg for leg in LEGS if leg.six]
FROM4 = [leg for leg in LEGS if not leg.six]

GROUPS = {}


def group(function):
    GROUPS[function.__name__] = function
    return function


def row(name, leg, sent, **more):
    return (name, leg, sent, leg.seen(sent, **more))


def data_of(length):
    return random.randbytes(length)


def whole(leg, length):
    """What keeps a packet of that length in one piece."""
    return {} if leg.six or length <= 1260 else {"df": True}


def shake_hands(leg):
    """Rows that open the connection; both sequence numbers begin at 1000."""
    yield row("SYN", leg, leg.tcp("S", seq=1000, ack=0))
    yield row("SYN ACK", leg.back, leg.back.tcp("SA", seq=1000, ack=1001))
    yield row("ACK", leg, leg.tcp("A"))


def connection(leg):
    """One for both legs of a pair."""
    return shake_hands(leg) if leg.host else ()


# --- lengths ------------------------------------------------------------------

LENGTHS = [*range(0, 65), 127, 128, 129, 255, 256, 511, 512, 1001, 1231, 1232]


@group
def udp_lengths():
    for leg in LEGS:
        for n in [*LENGTHS, 1233, 1400, 1451, 1452]:
            yield row("UDP, %d bytes" % n, leg,
                      leg.udp(data_of(n), **whole(leg, n + 28)))


@group
def tcp_lengths():
    for leg in LEGS[::2]:
        yield from shake_hands(leg)
        for n in [*LENGTHS[:1220:3], 1239, 1240, 1440]:
            for one in (leg, leg.back):
                yield row("TCP, %d bytes" % n, one, one.tcp(
                    "PA", data_of(n), **whole(one, n + 40)))


@group
def echo_lengths():
    for leg in LEGS:
        for n in [*LENGTHS, 1452]:
            data = data_of(n)
            yield row("echo request, %d bytes" % n, leg,
                      leg.echo(data, **whole(leg, n + 28)))
            yield row("echo reply, %d bytes" % n, leg.back, leg.back.echo(
                data, reply=True, **whole(leg.back, n + 28)))


# --- headers ------------------------------------------------------------------


@group
def traffic_class():
    for leg in LEGS:
        for tos in range(256):
            yield row("TOS %#x" % tos, leg, leg.udp(b"tos", tos=tos))


@group
def hop_limit():
    for leg in LEGS:
        for ttl in [*range(2, 10), 31, 32, 63, 64, 65, 127, 128, 129, 254,
                    255]:
            yield row("TTL %d" % ttl, leg, leg.udp(b"ttl", ttl=ttl))


@group
def flow_label():
    """Away with it; and of IPv4 there comes none."""
    for leg in FROM6:
        for flow in (1, 0x12345, 0xfffff):
            yield row("flow label %#x" % flow, leg, leg.udp(b"", flow=flow))


@group
def ids():
    """No Fragment Header for what is no fragment."""
    for leg in FROM4:
        for ident in (0, 1, 0x7fff, 0x8000, 0xffff):
            for df in (False, True):
                yield row("id %#x" % ident, leg,
                          leg.udp(b"id", ident=ident, df=df))


@group
def sizes():
    """Around what is fragmented: RFC 7915 sections 4 and 5.1."""
    for leg in LEGS:
        top = 1500 if leg.six else 1480
        for size in [*range(1257, 1263), *range(1278, 1284), 1299, 1300, 1301,
                     top - 1, top]:
            for df in ((None,) if leg.six else (True, False)):
                if df is False and size > 1260:
                    continue        # fragmented: not here
                more = {} if df is None else {"df": df}
                n = size - (48 if leg.six else 28)
                yield row("%d bytes, DF %s" % (size, df), leg,
                          leg.udp(data_of(n), **more))


@group
def ipv4_options():
    """None is carried over.  Source routes are not here: they are refused."""
    for leg in FROM4:
        for name, options in (
                ("no operation", b"\1\1\1\0"),
                ("end", b"\0\0\0\0"),
                ("record route", b"\x07\x0b\x04" + bytes(8) + b"\0"),
                ("timestamp", b"\x44\x0c\x05\x00" + bytes(8)),
                ("router alert", b"\x94\x04\0\0"),
                ("an expired source route", b"\x83\x07\x08" + bytes(4) +
                 b"\0"),
                ("full of them", b"\1" * 40)):
            yield row("options: " + name, leg,
                      leg.udp(b"options", options=options))


def chain_of(*headers):
    return {"headers": list(headers)}


@group
def extension_headers():
    """Section 5.1: skipped."""
    for leg in FROM6:
        hop, dst = padding(HOPOPTS, 8), padding(DSTOPTS, 8)
        for name, headers in (
                ("hop-by-hop", (hop,)),
                ("long hop-by-hop", (padding(HOPOPTS, 64),)),
                ("destination options", (dst,)),
                ("long destination options", (padding(DSTOPTS, 248),)),
                ("routing, no segments left", (routing(0, 2, ("fd00::9",)),)),
                ("routing of a kind unheard of", (routing(0, 253),)),
                ("one of each", (hop, dst, routing(0, 2, ("fd00::9",)),
                                 dst))):
            for kind, data in (("UDP", leg.udp(b"data")),
                               ("echo", leg.echo(b"data"))):
                proto = data[6]
                yield row("%s before %s" % (name, kind), leg, packet6.ip(
                    leg.src, leg.dst, proto, data[40:],
                    **chain_of(*headers)))


# --- checksums ----------------------------------------------------------------


@group
def udp_without_checksum():
    """IPv4 may; in IPv6 there must be one, and it is computed."""
    for leg in FROM4:
        for n in [*range(0, 18), 100, 101, 1231, 1232, 1452]:
            yield row("UDP without checksum, %d bytes" % n, leg, leg.udp(
                data_of(n), with_checksum=False, **whole(leg, n + 28)))


def sum_of(data):
    """The checksum of a packet."""
    proto, at = (packet6.walk(data)[:2]) if data[0] >> 4 == 6 else \
        (data[9], packet4.header_length(data))
    at += siit.SUM_AT[proto]
    return struct.unpack("!H", data[at:at + 2])[0]


def tuned(make, view, wanted):
    """A packet that has that checksum, as one of the sides sees it."""
    have = sum_of(view(make(b"tuned!\0\0")))
    value = (have - wanted) % 0xffff
    return make(b"tuned!" + struct.pack("!H", value))


@group
def checksums_at_the_edges():
    """What would be 0 is 0xffff in UDP, and stays 0 elsewhere."""
    for leg in LEGS:
        yield from connection(leg)
        for wanted in (0, 1, 0xfffe):
            for view in (bytes, leg.seen):
                for name, make in (("UDP", leg.udp), ("echo", leg.echo),
                                   ("TCP", lambda d, one=leg:
                                    one.tcp("PA", d))):
                    yield row("%s, checksum %#x" % (name, wanted), leg,
                              tuned(make, view, wanted))


@group
def wrong_checksums_stay_wrong():
    for leg in LEGS:
        yield from connection(leg)
        for name, sent in (("UDP", leg.udp(b"damaged")),
                           ("TCP", leg.tcp("PA", b"damaged"))):
            for bit in (0x01, 0x20, 0x80):
                bad = sent[:-1] + bytes([sent[-1] ^ bit])
                yield row(name + " with a bit turned", leg, bad)


# --- protocols ----------------------------------------------------------------


@group
def tcp_options_and_flags():
    for leg in LEGS[::2]:
        options = b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + bytes(8) + \
            b"\x01\x03\x03\x07"
        yield row("SYN", leg, leg.tcp("S", seq=1000, ack=0, options=options))
        yield row("SYN ACK", leg.back, leg.back.tcp(
            "SA", seq=1000, ack=1001, options=options))
        yield row("ACK", leg, leg.tcp("A"))
        for one in (leg, leg.back):
            for name, more in (
                    ("timestamps", b"\1\1\x08\x0a" + bytes(range(8))),
                    ("SACK", b"\1\1\x05\x0a" + bytes(8)),
                    ("40 bytes of options", b"\1" * 40),
                    ("an unknown option", b"\xfd\x04\x12\x34")):
                yield row(name, one, one.tcp("A", b"x", options=more))
            yield row("urgent", one, one.tcp("PAU", b"urgent"))
            yield row("window 0", one, one.tcp("A", window=0))


@group
def other_protocols():
    """By address; those with a pseudo header in their checksum get a new one."""
    for leg in LEGS:
        for proto in (47, 50, 253, 254):
            for n in (0, 1, 64):
                yield row("protocol %d, %d bytes" % (proto, n), leg,
                          leg.ip(proto, data_of(n)))
        # a flow each
        sport, dport = 5002 + LEGS.index(leg), 9
        v4 = (HOST4, sport, SERVER4, dport)
        for name, proto, sent in (
                ("UDP-Lite", UDPLITE, packet4.udplite(*v4, b"covered")),
                ("UDP-Lite, 8 bytes covered", UDPLITE,
                 packet4.udplite(*v4, b"not covered", covered=8)),
                ("DCCP request", DCCP, packet4.dccp(*v4, kind=0))):
            yield row(name, leg, reseal(leg, proto, sent[20:]))
        init = packet4.sctp(*v4, vtag=0, chunk=packet4.sctp_init())
        yield row("SCTP INIT", leg, leg.ip(SCTP, init[20:]))


def reseal(leg, proto, data):
    if leg.six:
        return packet6.seal(leg.ip(proto, data))
    return packet4.seal(leg.ip(proto, data))


@group
def echo_ids():
    for leg in LEGS:
        for query in (0, 1, 0xff, 0x8000, 0xffff):
            yield row("echo request, id %d" % query, leg,
                      leg.echo(b"x", query=query))
            yield row("echo reply, id %d" % query, leg.back,
                      leg.back.echo(b"x", reply=True, query=query))


# --- errors -------------------------------------------------------------------
#
# Before each, a packet the other way: errors are about what was sent.


def about(leg):
    return row("what the errors are about", leg.back, leg.back.udp(b"data"))


def errors(leg):
    """(type, code) of those that have a meaning in the sender's version."""
    return [kind for kind in (siit.TO4 if leg.six else siit.TO6)
            if kind not in siit.QUERIES[leg.six]]


def right_rest(kind):
    """The four bytes before the quote that suit it."""
    return {(3, 4): struct.pack("!HH", 0, 1400),
            (2, 0): struct.pack("!I", 1400)}.get(kind, bytes(4))


CODES = (0, 1, 2, 3, 4, 5, 14, 16, 255)


def silent_kinds(leg):
    """Of all 256 types and some codes, those that are to be dropped.  Codes
    that the RFC has copied, whatever they are, are left out."""
    known = siit.TO4 if leg.six else siit.TO6
    copied = {2, 3, 128, 129} if leg.six else {0, 8, 11}
    for kind in range(256):
        if kind in copied:
            continue
        for code in CODES:
            if (kind, code) not in known:
                yield kind, code


@group
def error_types():
    for leg in LEGS:
        yield about(leg)
        quote = leg.quoted()
        least = 48 if leg.six else 28
        for kind in errors(leg):
            for length in (least, len(quote)):
                yield row("ICMP %d/%d, %d bytes quoted" % (*kind, length),
                          leg, leg.error(*kind, right_rest(kind),
                                         quote[:length]))


@group
def pointers():
    """Figures 3 and 6."""
    for leg in LEGS:
        yield about(leg)
        if leg.six:
            for pointer in [*range(0, 64), 255, 256, 0x10000, 0xffffffff]:
                yield row("pointer %d" % pointer, leg, leg.error(
                    4, 0, struct.pack("!I", pointer), leg.quoted()))
        else:
            for code in (0, 2):
                for pointer in [*range(0, 64), 127, 128, 255]:
                    yield row("code %d, pointer %d" % (code, pointer), leg,
                              leg.error(12, code, bytes([pointer, 0, 0, 0]),
                                        leg.quoted()))


@group
def quoted_headers():
    """Each field of the quoted header, and each protocol."""
    for leg in LEGS:
        kind = (1, 0) if leg.six else (3, 1)
        yield about(leg)
        for name, more in (
                [("TOS %#x" % tos, {"tos": tos}) for tos in (1, 0xb8, 0xff)] +
                [("TTL %d" % ttl, {"ttl": ttl}) for ttl in (0, 1, 255)] +
                ([("flow label", {"flow": 0x54321})] if leg.six else
                 [("id", {"ident": 0xffff}), ("DF", {"df": True}),
                  ("options", {"options": b"\1" * 7 + b"\0"})])):
            yield row("quoted with " + name, leg, leg.error(
                *kind, about=leg.quoted(b"data", **more)))
        for n in (0, 1, 2, 3, 64, 100):
            full = leg.quoted(data_of(200))
            yield row("quoted with %d bytes of data" % n, leg, leg.error(
                *kind, about=full[:(48 if leg.six else 28) + n]))


@group
def quoted_protocols():
    for leg in LEGS:
        kind = (1, 4) if leg.six else (3, 3)
        yield from connection(leg)
        head = 40 if leg.six else 20
        sport, dport = leg.back.ports(TCP_PORTS)
        full = either.tcp(leg.dst, sport, leg.src, dport, "A", 1001, 1001,
                          data=b"some data")
        for n in (8, 17, 18, 20, 29):
            yield row("TCP, %d bytes of it quoted" % n, leg, leg.error(
                *kind, about=full[:head + n]))
        yield row("echo request", leg.back, leg.back.echo(b"some data"))
        full = either.echo(leg.dst, leg.src, 77, 1, b"some data")
        for n in (8, 9, 17):
            yield row("echo request, %d bytes of it quoted" % n, leg,
                      leg.error(*kind, about=full[:head + n]))
        yield row("echo reply", leg, leg.echo(b"some data", reply=True))


@group
def quoted_too_short():
    """Nothing to tell the flow by: RFC 6146 section 3.4."""
    for leg in LEGS:
        yield about(leg)
        kind = (1, 0) if leg.six else (3, 1)
        for n in (0, 1, 19, 20, 23, 39, 40, 43):
            if n < (44 if leg.six else 24):
                yield ("%d bytes quoted" % n, leg, leg.error(
                    *kind, about=leg.quoted()[:n]), None)


@group
def errors_about_errors():
    """Section 4.3: only one header deep."""
    for leg in LEGS:
        yield about(leg)
        kind = (1, 0) if leg.six else (3, 1)
        inner = either.icmp(leg.dst, leg.src, *kind, bytes(4), either.udp(
            leg.src, 1, leg.dst, 2, b"deeper"))
        yield ("an error about an error", leg, leg.error(*kind, about=inner),
               None)


MTUS = (0, 68, 1259, 1260, 1261, 1280, 1281, 1300, 1400, 1480, 1499, 1500,
        1501, 1520, 8999, 9000, 9001, 65535)
# Of the VPN's side and of the ext's; the gateway's devices have them then.
LINKS = ((1500, 1500), (1280, 1500), (1500, 1280), (1400, 1300), (9000, 1500),
         (1500, 9000), (9000, 9000))


def mtu_rows(leg):
    """leg.links has to be what the devices have."""
    yield about(leg)
    # a quote that says that it was long
    big = max(1280, min(leg.links))
    quote = leg.quoted(bytes(big - (48 if leg.six else 28)))[:100]
    for mtu in MTUS:
        if leg.six:
            if mtu >= 1280:
                yield row("PTB %d" % mtu, leg, leg.error(
                    2, 0, struct.pack("!I", mtu), quote))
        elif mtu:
            yield row("3/4 %d" % mtu, leg, leg.error(
                3, 4, struct.pack("!HH", 0, mtu), quote))


def all_rows(names=()):
    for name, make in GROUPS.items():
        if not names or name in names:
            for found in make():
                yield (name, *found)


# --- does it agree with itself? -----------------------------------------------


def plain(data):
    """What survives the way there and back, RFC 7915 section 1.2: nothing of
    ids, flow labels, options and extension headers."""
    old = siit.Parts(data)
    return (old.tos, old.ttl, {ICMP6: ICMP}.get(old.proto, old.proto),
            old.size, old.src, old.dst)


def back_again(leg, sent, seen):
    """The translation of the translation has the fields of the original."""
    again = siit.translate(seen, View(leg.src, leg.dst), hops=-1)
    if plain(again) != plain(sent):
        return False
    data = siit.Parts(sent).payload
    if not leg.six and sent[9] == UDP and data[6:8] == b"\0\0":
        return siit.Parts(again).payload[8:] == data[8:]
    return siit.Parts(again).payload == data


def main(names):
    number = 0
    for name, what, leg, sent, seen in all_rows(names):
        number += 1
        print("%s: %s: %s\n  %s\n  %s" % (
            name, leg.name, what, sent.hex(), seen.hex() if seen else "-"))
    print("%d packets" % number, file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
