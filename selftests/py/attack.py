# SPDX-License-Identifier: GPL-2.0
"""Hostile packets of every kind, from a seed.

A kind is a function that gives one packet, or a few that belong together, as
(wire, packet) or (wire, packet, MAC address).  The same seed gives the same
packets, but for outside ports: the gateway chooses those at random."""

import collections
import random
import struct

import packet
from packet import DCCP, ICMP, SCTP, TCP, UDP, UDPLITE, addr, icmp, ip, seal, \
    text

HOSTS = ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]
ALIASES = ["10.0.0.100", "10.0.0.101", "10.0.1.7"]
SERVERS = ["47.0.0.10", "47.0.0.11", "47.0.1.7"]
STRANGERS = ["47.0.0.12", "47.0.0.254", "192.0.2.2"]
POOL = ["47.0.0.200", "47.0.0.201"]
STATIC = ["47.0.0.220", "47.0.0.221"]
GATEWAY, EXT_GATEWAY = "10.0.0.1", "47.0.0.1"
# None of them may be the source of anything, or be reached by anything.
MARTIANS = ["0.0.0.0", "127.0.0.1", "127.255.255.254", "224.0.0.1",
            "239.255.255.255", "255.255.255.255"]
# Linux takes the first two for addresses like any other.
ODD = ["0.1.2.3", "240.0.0.1", "169.254.0.1", "192.0.2.2", "8.8.8.8",
       "10.0.0.255", "10.0.0.0", "47.0.0.255", "47.0.0.0"]
EVERYBODY = bytes.fromhex("ffffffffffff")
MANY = bytes.fromhex("01005e000001")
ANOTHER = bytes.fromhex("020000001234")
GRE, ESP, AH = 47, 50, 51

KINDS = {}

# A flow that must survive: whence it comes and what its host sends, where the
# other end is and what that sends, the numbers that an RST must not have, and,
# of hairpin, what both are in the ext, where nobody ever sees them.
Victim = collections.namedtuple("Victim",
                                "wire to_server far to_host right between")


def kind(function):
    KINDS[function.__name__] = function
    return function


class Attack:
    """What the kinds choose from."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.ident = 0
        # proto, outside address, port, as the oracle learns them
        self.endpoints = []
        self.victims = []
        # which part of what VPNs send is for the outside endpoints of hosts
        self.hairpin = 0

    def learn(self, key):
        self.endpoints.append(key)

    def one(self, *of):
        return self.rng.choice(of)

    def bytes(self, most=40):
        return self.rng.randbytes(self.rng.randrange(most))

    def port(self):
        return self.rng.randrange(2000, 2032)

    def fresh(self):
        self.ident = (self.ident + 1) & 0xffff
        return self.ident

    # Valid packets, which begin or continue flows that nobody needs.

    def wire(self):
        return self.rng.choice(("a0", "b0", "s0", "a0", "s0"))

    def payload(self, proto, sport, dport, data=None):
        """A transport header, with a place for its checksum, and data."""
        data = self.bytes() if data is None else data
        if proto == UDP:
            return struct.pack("!HHHH", sport, dport, 8 + len(data), 1) + data
        if proto == TCP:
            return struct.pack("!HHIIBBHHH", sport, dport,
                               self.rng.getrandbits(32),
                               self.rng.getrandbits(32), 0x50,
                               self.one(2, 2, 16, 18, 24), 8192, 0, 0) + data
        if proto == ICMP:
            return struct.pack("!BBHHH", 8, 0, 0, sport, 1) + data
        if proto == UDPLITE:
            return struct.pack("!HHHH", sport, dport, self.one(
                0, 0, 8, 8 + len(data), len(data)), 1) + data
        if proto == DCCP:
            return struct.pack("!HHBBHBBHI", sport, dport, self.one(4, 4, 3, 5),
                               self.one(0, 0, 1), 0, self.rng.randrange(256), 0,
                               0, self.rng.getrandbits(32)) + data
        if proto == SCTP:
            return struct.pack("!HHII", sport, dport, self.one(0, 0, 7), 0) + \
                self.one(b"\1", b"\1", b"\0", b"\6") + b"\0\0\x10" + data
        if proto == GRE:
            return b"\x20\x01\x88\x0b" + self.rng.randbytes(8) + data
        return self.rng.randbytes(12) + data

    def proto(self):
        return self.rng.choice((UDP, TCP, ICMP, UDP, TCP, ICMP, SCTP, GRE, ESP,
                                AH, DCCP, UDPLITE))

    def outside(self, proto):
        """The outside endpoint of a VPN host, which may be known."""
        rng = self.rng
        known = [one for one in self.endpoints[-100:]
                 if proto in (None, one[0])]
        if known and rng.random() < 0.5:
            _, outside, port = rng.choice(known)
            return text(outside), int.from_bytes(port, "big")
        return (rng.choice(STATIC + POOL),
                rng.choice((7, 2000, rng.randrange(65536))))

    def targets(self, wire):
        """Addresses that are translated."""
        if wire == "s0":
            return POOL + STATIC
        return ALIASES + POOL + STATIC if self.hairpin else ALIASES

    def pair(self, wire, proto=None):
        """Addresses and ports of a valid packet."""
        rng = self.rng
        if wire != "s0":
            host = rng.choice(HOSTS), self.port()
            if self.hairpin and rng.random() < self.hairpin:
                return *host, *self.outside(proto)
            return *host, rng.choice(ALIASES), rng.choice((7, 53, 80))
        server = rng.choice(SERVERS)
        if self.endpoints and rng.random() < 0.8:
            _, outside, port = rng.choice(self.endpoints)
            return server, rng.choice((7, 53, 80)), text(outside), \
                int.from_bytes(port, "big")
        return (server, rng.choice((7, 53, 80)), rng.choice(POOL + STATIC),
                rng.choice((7, 2000, rng.randrange(65536))))

    def valid(self, wire, proto=None, data=None, **more):
        proto = self.proto() if proto is None else proto
        src, sport, dst, dport = self.pair(wire, proto)
        src, dst = more.pop("src", src), more.pop("dst", dst)
        if wire == "s0" and proto == ICMP:
            sport = dport
        more.setdefault("ident", self.fresh())
        return seal(ip(src, dst, proto, self.payload(proto, sport, dport,
                                                     data), **more))

    def error(self, wire, quoted, src=None, dst=None, form=None, **more):
        """An ICMP error about a packet, to whom it says it is from."""
        src = src or self.rng.choice(HOSTS if wire != "s0" else
                                     SERVERS + STRANGERS[:2])
        dst = dst or text(quoted[12:16])
        kind_, code = form or self.rng.choice(
            ((3, 0), (3, 1), (3, 3), (3, 4), (3, 9), (3, 13), (4, 0), (11, 0),
             (11, 1), (12, 0)))
        return icmp(src, dst, kind_, code, self.rng.randbytes(4), quoted,
                    ident=self.fresh(), **more)

    def reversed(self, wire):
        """A packet that might have gone out by this wire: what an error that
        comes in there may quote."""
        proto = self.one(UDP, TCP, ICMP, UDPLITE, DCCP, SCTP)
        src, sport, dst, dport = self.pair(wire, proto)
        return seal(ip(dst, src, proto, self.payload(proto, dport, sport)))


def reseal_ip(data):
    """Only the IP header's checksum is made right."""
    length = (data[0] & 15) * 4
    head = bytearray(data[:length])
    if len(head) < 12:
        return bytes(data)
    head[10:12] = b"\0\0"
    head[10:12] = struct.pack("!H", packet.checksum(bytes(head)))
    return bytes(head) + bytes(data[length:])


def fit(data):
    """The length in the IP header is what there is."""
    data = bytearray(data)
    struct.pack_into("!H", data, 2, len(data))
    return reseal_ip(data)


def sealed(data):
    try:
        return seal(bytes(data))
    except (struct.error, IndexError):
        return reseal_ip(data)


def cut_at(data, length, honest):
    """The packet ends there; the IP header knows or does not."""
    data = data[:length]
    return fit(data) if honest and length >= 20 else data


# --- one function a kind

@kind
def truncated(attack):
    wire = attack.wire()
    data = attack.valid(wire) if attack.rng.random() < 0.7 else \
        attack.error(wire, attack.reversed(wire))
    yield wire, cut_at(data, attack.rng.randrange(len(data) + 1),
                       attack.rng.random() < 0.8)


@kind
def ip_lengths(attack):
    """ihl and total length that contradict what there is."""
    wire = attack.wire()
    data = bytearray(attack.valid(wire))
    if attack.rng.random() < 0.5:
        data[0] = 0x40 | attack.rng.randrange(16)
    else:
        struct.pack_into("!H", data, 2, attack.one(
            0, 19, 20, 21, 27, 28, len(data) - 1, len(data) + 1, 65535,
            attack.rng.randrange(65536)))
    yield wire, reseal_ip(data)


@kind
def ip_version(attack):
    wire = attack.wire()
    data = bytearray(attack.valid(wire))
    data[0] = attack.rng.randrange(256)
    yield wire, reseal_ip(data)


@kind
def transport_lengths(attack):
    """UDP length and TCP data offset."""
    wire = attack.wire()
    if attack.rng.random() < 0.5:
        data = bytearray(attack.valid(wire, UDP))
        struct.pack_into("!H", data, 24, attack.one(
            0, 1, 7, 8, 9, len(data) - 21, len(data) - 20, len(data) - 19,
            65535, attack.rng.randrange(65536)))
    else:
        data = bytearray(attack.valid(wire, TCP))
        data[32] = attack.rng.randrange(256)
    yield wire, sealed(data)


OPTIONS = (b"\0", b"\1", b"\x07\x07\x04\0\0\0\0", b"\x07\x27\x04" + bytes(36),
           b"\x07\x03\x04", b"\x07\x02", b"\x07\x01", b"\x07\x00", b"\x07",
           b"\x07\xff\x04", b"\x07\x07\x00\0\0\0\0", b"\x07\x07\xff\0\0\0\0",
           b"\x44\x0c\x05\x00" + bytes(8), b"\x44\x0c\x05\x01" + bytes(8),
           b"\x44\x0c\x05\x03" + bytes(8), b"\x44\x04\x05\x00",
           b"\x44\x03\x05", b"\x44\x0c\x01\xf0" + bytes(8),
           b"\x83\x07\x04\x0a\0\0\x03", b"\x83\x07\x08\x0a\0\0\x03",
           b"\x83\x03\x04", b"\x83\x02", b"\x89\x07\x04\x2f\0\0\x0a",
           b"\x89\x07\x08\x2f\0\0\x0a", b"\x94\x04\0\0", b"\x94\x04\xff\xff",
           b"\x94\x03\0", b"\x88\x04\0\1", b"\x82\x0b" + bytes(9),
           b"\x86\x06\0\0\0\1", b"\x85\x03\0", b"\xde\x03\0", b"\x42\x28",
           b"\xff\xff\xff\xff", b"\x01" * 39 + b"\x07")


@kind
def ip_options(attack):
    wire = attack.wire()
    rng = attack.rng
    options = rng.choice(OPTIONS) if rng.random() < 0.7 else \
        b"".join(bytes([rng.choice((7, 68, 131, 137, 148, rng.randrange(256))),
                        rng.choice((0, 1, 2, 3, 4, 8, rng.randrange(41)))]) +
                 rng.randbytes(rng.randrange(9)) for _ in range(3))
    yield wire, attack.valid(wire, options=options[:40])


@kind
def bad_checksums(attack):
    """Whoever gets it has to see that it is bad."""
    wire = attack.wire()
    data = bytearray(attack.valid(wire, attack.one(UDP, TCP, ICMP)))
    at = 20 + {UDP: 6, TCP: 16, ICMP: 2}[data[9]]
    if attack.rng.random() < 0.2:
        data[10] ^= 1 << attack.rng.randrange(8)
    struct.pack_into("!H", data, at, attack.one(
        0, 1, 0xffff, 0xfffe, attack.rng.randrange(65536)))
    yield wire, bytes(data)


@kind
def land(attack):
    """From and to one and the same."""
    wire = attack.wire()
    which = attack.rng.choice(attack.targets(wire) + [
        GATEWAY if wire != "s0" else EXT_GATEWAY])
    port = attack.one(0, 7, 2000)
    proto = attack.proto()
    yield wire, seal(ip(which, which, proto, attack.payload(proto, port, port),
                        ident=attack.fresh()))


@kind
def martian_sources(attack):
    wire = attack.wire()
    yield wire, attack.valid(wire, src=attack.one(*MARTIANS, *ODD))


@kind
def martian_destinations(attack):
    wire = attack.wire()
    yield wire, attack.valid(wire, dst=attack.one(*MARTIANS, *ODD))


@kind
def spoofed_sources(attack):
    """Aliases, outside addresses, the gateway's own, servers."""
    wire = attack.wire()
    yield wire, attack.valid(wire, src=attack.one(
        *ALIASES, *POOL, *STATIC, *SERVERS, GATEWAY, EXT_GATEWAY, *HOSTS))


@kind
def wrong_destinations(attack):
    """What is an address elsewhere: outside addresses and servers from a VPN,
    hosts and aliases from the ext."""
    wire = attack.wire()
    yield wire, attack.valid(wire, dst=attack.one(
        *ALIASES, *POOL, *STATIC, *SERVERS, GATEWAY, EXT_GATEWAY, *HOSTS))


@kind
def link_addresses(attack):
    """Broadcast, multicast or another's on the link layer."""
    wire = attack.wire()
    yield (wire, attack.valid(wire),
           attack.one(EVERYBODY, MANY, ANOTHER, bytes(6)))


@kind
def port_zero(attack):
    wire = attack.wire()
    data = bytearray(attack.valid(wire, attack.one(UDP, TCP)))
    which = attack.rng.randrange(3)
    if which != 0:
        data[20:22] = b"\0\0"
    if which != 1:
        data[22:24] = b"\0\0"
    yield wire, seal(bytes(data))


@kind
def ttl(attack):
    wire = attack.wire()
    yield wire, attack.valid(wire, ttl=attack.one(0, 1, 2, 255))


@kind
def header_bits(attack):
    """TOS, the evil bit, DF, id 0."""
    wire = attack.wire()
    data = bytearray(attack.valid(wire))
    data[1] = attack.rng.randrange(256)
    data[6] |= attack.one(0x40, 0x80, 0xc0, 0)
    if attack.rng.random() < 0.3:
        data[4:6] = b"\0\0"
    yield wire, reseal_ip(data)


@kind
def protocols(attack):
    wire = attack.wire()
    yield wire, attack.valid(wire, attack.rng.randrange(256))


@kind
def icmp_types(attack):
    wire = attack.wire()
    data = bytearray(attack.valid(wire, ICMP))
    data[20] = attack.rng.randrange(256)
    data[21] = attack.one(0, 1, attack.rng.randrange(256))
    yield wire, seal(bytes(data))


@kind
def tcp_flags(attack):
    """Every combination, in the middle of nothing."""
    wire = attack.wire()
    data = bytearray(attack.valid(wire, TCP))
    data[33] = attack.rng.randrange(256)
    if attack.rng.random() < 0.3:
        data[32] |= attack.rng.randrange(16)
    yield wire, seal(bytes(data))


@kind
def tcp_options(attack):
    wire = attack.wire()
    options = attack.rng.randbytes(attack.rng.randrange(41))
    src, sport, dst, dport = attack.pair(wire, TCP)
    yield wire, packet.tcp(src, sport, dst, dport, attack.one("S", "SA", "A"),
                           options=options[:40], data=attack.bytes(),
                           ident=attack.fresh())


@kind
def fragments_in_pieces(attack):
    """Cut anywhere, in any order, some twice, some never."""
    wire = attack.wire()
    proto = attack.one(UDP, TCP, ICMP, GRE)
    data = attack.valid(wire, proto, attack.rng.randbytes(
        attack.one(8, 100, 1600)))
    yield from ((wire, piece) for piece in shuffled(attack, data))


@kind
def fragments_of_two_vpns(attack):
    """The same header and id, in turns."""
    rng = attack.rng
    proto = attack.one(UDP, TCP, ICMP)
    ident = attack.fresh()
    src, sport, dst, dport = attack.pair("a0", proto)
    for pieces in zip(*(shuffled(attack, seal(ip(
            src, dst, proto, attack.payload(proto, sport, dport,
                                            rng.randbytes(100)),
            ident=ident))) for _ in range(2))):
        yield "a0", pieces[0]
        yield "b0", pieces[1]


def shuffled(attack, data):
    rng = attack.rng
    length = (data[0] & 15) * 4
    head, body = data[:length], data[length:]
    pieces = []
    at = 0
    while at < len(body):
        size = 8 * rng.choice((1, 1, 2, 3, 10, 100))
        pieces.append(fragment(head, body[at:at + size], at,
                               at + size < len(body)))
        at += size
    if rng.random() < 0.5:
        rng.shuffle(pieces)
    if rng.random() < 0.3:
        pieces.append(rng.choice(pieces))
    if rng.random() < 0.2:
        pieces.pop()
    return pieces


def fragment(head, body, at, more):
    head = bytearray(head)
    struct.pack_into("!H", head, 2, len(head) + len(body))
    struct.pack_into("!H", head, 6, more << 13 | at // 8)
    return reseal_ip(head + bytes(body))


@kind
def fragments_that_lie(attack):
    """Overlaps, holes, past 64 KiB, ends before the end, empty ones."""
    rng = attack.rng
    wire = attack.wire()
    data = attack.valid(wire, attack.one(UDP, TCP, ICMP), rng.randbytes(64))
    head, body = data[:20], data[20:]
    for _ in range(rng.randrange(1, 6)):
        at = rng.choice((0, 0, 8, 16, 24, 64, 65528, 65520, 8 * 1000))
        size = rng.choice((0, 1, 7, 8, 16, 24, 64))
        yield wire, fragment(head, (body[at:] or rng.randbytes(64))[:size], at,
                             rng.random() < 0.6)


@kind
def fragments_without_end(attack):
    wire = attack.wire()
    data = attack.valid(wire, UDP, attack.rng.randbytes(1000))
    for at in range(0, 800, 200):
        yield wire, fragment(data[:20], data[20 + at:220 + at], at, True)


@kind
def icmp_errors(attack):
    """About anything that might have gone out there."""
    wire = attack.wire()
    yield wire, attack.error(wire, attack.reversed(wire))


@kind
def icmp_errors_about_others(attack):
    """A VPN quotes the other's flows; the far end a flow with a wrong server;
    both quote what the other side sees, or what went the other way."""
    rng = attack.rng
    victim = rng.choice(attack.victims)
    other = "b0" if victim.wire == "a0" else "a0"
    far, outside = victim.far, turned(victim.to_host)
    which = rng.randrange(5)
    if which == 0:                      # the other VPN's, by its inside view
        yield other, attack.error(other, bytes(turned(victim.to_server)))
    elif which == 1:                    # by its outside view
        yield other, attack.error(victim.wire, bytes(outside))
    elif which == 2:                    # with another server
        outside[16:20] = addr(attack.one("47.0.0.11", "47.0.0.12", "10.0.0.100",
                                         "10.0.0.2", "47.0.0.200"))
        yield far, attack.error(far, seal(bytes(outside)))
    elif which == 3:                    # what the far end sent itself
        yield far, attack.error(far, victim.to_host,
                                dst=text(victim.to_host[16:20]))
    else:                               # to somebody else than it quotes
        yield far, attack.error(far, bytes(outside), dst=attack.one(
            *POOL, *STATIC, "10.0.0.2"))


def turned(data):
    """The packet as its receiver would send it back."""
    data = bytearray(data)
    data[12:16], data[16:20] = data[16:20], data[12:16]
    if data[9] != ICMP:
        data[20:22], data[22:24] = data[22:24], data[20:22]
    return bytearray(seal(bytes(data)))


@kind
def icmp_errors_about_victims(attack):
    """Right in every way, or nearly: no flow may end by them."""
    rng = attack.rng
    victim = rng.choice(attack.victims)
    wire, seen = victim.wire, turned(victim.to_server)
    if rng.random() < 0.5:
        wire, seen = victim.far, turned(victim.to_host)
    quoted = bytes(seen)
    if rng.random() < 0.3:
        quoted = quoted[:rng.randrange(len(quoted) + 1)]
    data = attack.error(wire, quoted, dst=text(seen[12:16]))
    if rng.random() < 0.2:
        data = flipped(attack, data, 28)
    yield wire, data


@kind
def icmp_errors_nested(attack):
    """About an ICMP error, about an error about an error."""
    wire = attack.wire()
    quoted = attack.reversed(wire)
    for _ in range(attack.rng.randrange(1, 4)):
        quoted = icmp(text(quoted[12:16]), attack.one(*ALIASES, *SERVERS),
                      attack.one(3, 11, 12), 0, data=quoted)
    yield wire, attack.error(wire, quoted)


@kind
def icmp_errors_with_a_bad_quote(attack):
    rng = attack.rng
    wire = attack.wire()
    quoted = bytearray(attack.reversed(wire))
    which = rng.randrange(4)
    if which == 0:
        quoted[0] = rng.choice((0x40 | rng.randrange(16), 0x65, 0x45))
    elif which == 1:
        quoted[6:8] = rng.randbytes(2)
    elif which == 2:
        quoted[rng.randrange(len(quoted))] ^= 1 << rng.randrange(8)
    else:
        quoted = quoted[:20] + rng.choice(OPTIONS) + quoted[20:]
        quoted[0] = 0x40 | rng.randrange(5, 16)
    yield wire, attack.error(wire, reseal_ip(quoted)
                             if rng.random() < 0.7 else bytes(quoted),
                             dst=attack.one(*attack.targets(wire)))


@kind
def tuples_of_the_other_vpn(attack):
    """What is right in one VPN and at the far end, from where it is wrong."""
    rng = attack.rng
    victim = rng.choice(attack.victims)
    other = "b0" if victim.wire == "a0" else "a0"
    which = rng.randrange(4)
    if which == 0:
        yield other, victim.to_host
    elif which == 1:
        yield "s0", victim.to_server
    elif which == 2:
        yield other, bytes(turned(victim.to_host))
    else:
        data = bytearray(victim.to_host)
        data[12:16] = addr(attack.one(*SERVERS[1:], *STRANGERS, "10.0.0.100",
                                      "10.0.0.2"))
        yield victim.far, seal(bytes(data))


@kind
def hairpin_by_the_ext(attack):
    """What passes from VPN to VPN, as it would be in the ext, from there; and
    errors about it."""
    views = [one for victim in attack.victims for one in victim.between]
    if views:
        data = attack.rng.choice(views)
        yield "s0", attack.one(data, attack.error("s0", data))


@kind
def resets(attack):
    """Blind: of the right flow, with any number but the right ones; and with
    the number of a segment that was just as blind."""
    rng = attack.rng
    victim = rng.choice([v for v in attack.victims if v.right])
    wire, data = victim.wire, bytearray(victim.to_server)
    if rng.random() < 0.7:
        wire, data = victim.far, bytearray(victim.to_host)
    near = rng.choice(victim.right)
    seq = rng.choice((rng.getrandbits(32), (near + (1 << 30)) & 0xffffffff,
                      (near + (1 << 31)) & 0xffffffff, 0, 0xffffffff))
    # what is close enough to be the connection's own is no blind guess
    if min((seq - near) & 0xffffffff, (near - seq) & 0xffffffff) < 1 << 25:
        seq ^= 1 << 31
    struct.pack_into("!II", data, 24, seq, rng.getrandbits(32))
    if rng.random() < 0.5:
        data[33] = 0x10
        yield wire, seal(bytes(data))
        seq += len(data) - 40
        struct.pack_into("!I", data, 24, seq & 0xffffffff)
    data[33] = rng.choice((4, 0x14, 0x04 | 0x02, 0x3f))
    yield wire, seal(bytes(data))


def flipped(attack, data, first=0):
    data = bytearray(data)
    for _ in range(attack.one(1, 1, 2, 5)):
        data[attack.rng.randrange(min(first, len(data) - 1), len(data))] ^= \
            1 << attack.rng.randrange(8)
    return bytes(data)


@kind
def bit_flips(attack):
    """Anything valid, with some bits turned; the checksums as they were, or
    made right again."""
    wire = attack.wire()
    data = attack.valid(wire) if attack.rng.random() < 0.6 else \
        attack.error(wire, attack.reversed(wire))
    data = flipped(attack, data)
    repair = attack.rng.randrange(3)
    yield wire, data if not repair else \
        reseal_ip(data) if repair == 1 else sealed(data)


@kind
def garbage(attack):
    wire = attack.wire()
    data = attack.valid(wire)
    which = attack.rng.randrange(3)
    if which == 0:
        data = attack.rng.randbytes(attack.rng.randrange(80))
    elif which == 1:
        data = fit(data[:20] + attack.rng.randbytes(
            attack.rng.randrange(60)))
    else:
        data += attack.bytes()
    yield wire, data
