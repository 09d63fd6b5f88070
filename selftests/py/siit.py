# SPDX-License-Identifier: GPL-2.0
"""What RFC 7915 makes of a packet, in Python, from the RFC's text alone.

translate() gives the packet of the other version, or None where the RFC has it
dropped.  Checksums are not updated step by step: what stands in a checksum's
place is what makes the sum over everything as right, or as wrong, as it was."""

import struct

import packet as packet4
import packet6
from packet import DCCP, ICMP, PORTED, SCTP, TCP, UDP, UDPLITE, checksum
from packet6 import ICMP6, is6

PLATEAUS = (65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68)
# where the checksum stands
SUM_AT = {TCP: 16, UDP: 6, UDPLITE: 6, DCCP: 6, ICMP: 2, ICMP6: 2}


class View:
    """How a packet is seen on one side: addresses, and ports where they are
    known."""

    def __init__(self, src, dst, sport=None, dport=None):
        self.src, self.dst, self.sport, self.dport = src, dst, sport, dport

    def __neg__(self):
        """That of a packet the other way."""
        return View(self.dst, self.src, self.dport, self.sport)

    @property
    def six(self):
        return is6(self.src)


# RFC 7915 section 4.2: (type, code) of ICMPv4 -> of ICMPv6
TO6 = {(3, code): (1, 0) for code in (0, 1, 5, 6, 7, 8, 11, 12)}
TO6.update({(3, code): (1, 1) for code in (9, 10, 13, 15)})
TO6.update({(3, 2): (4, 1), (3, 3): (1, 4), (3, 4): (2, 0),
            (11, 0): (3, 0), (11, 1): (3, 1), (12, 0): (4, 0), (12, 2): (4, 0),
            (8, 0): (128, 0), (0, 0): (129, 0)})
# Figure 3: the octet of the IPv4 header -> of the IPv6 header
POINTER6 = {0: 0, 1: 1, 2: 4, 3: 4, 8: 7, 9: 6}
POINTER6.update({i: 8 for i in range(12, 16)})
POINTER6.update({i: 24 for i in range(16, 20)})

# Section 5.2
TO4 = {(1, 0): (3, 1), (1, 1): (3, 10), (1, 2): (3, 1), (1, 3): (3, 1),
       (1, 4): (3, 3), (2, 0): (3, 4), (3, 0): (11, 0), (3, 1): (11, 1),
       (4, 0): (12, 0), (4, 1): (3, 2), (128, 0): (8, 0), (129, 0): (0, 0)}
# Figure 6
POINTER4 = {0: 0, 1: 1, 4: 2, 5: 2, 6: 9, 7: 8}
POINTER4.update({i: 12 for i in range(8, 24)})
POINTER4.update({i: 16 for i in range(24, 40)})

QUERIES = {False: {(8, 0), (0, 0)}, True: {(128, 0), (129, 0)}}


def mtu6(mtu, link6, link4, quoted):
    """Section 4.2: the MTU of a Packet Too Big; quoted is the Total Length
    of the packet that is complained about."""
    if not mtu:
        mtu = next((p for p in PLATEAUS if 1280 <= p < quoted), 1280)
    return max(1280, min(mtu + 20, link6, link4 + 20))


def mtu4(mtu, link6, link4):
    """Section 5.2: the MTU of a Fragmentation Needed."""
    return min(mtu - 20, link4, link6 - 20)


class Parts:
    """A packet of either version, taken apart.  It may be cut short."""

    def __init__(self, data):
        self.six = data[0] >> 4 == 6
        if self.six:
            f = struct.unpack("!IHBB", data[:8])
            self.tos, self.ttl = f[0] >> 20 & 0xff, f[3]
            self.src, self.dst = data[8:24], data[24:40]
            self.proto, at, fragment = packet6.walk(data)
            self.size = 40 + f[1] - at
        else:
            at = (data[0] & 15) * 4
            (self.tos, total, ident, bits, self.ttl, self.proto) = \
                struct.unpack("!xBHHHBB", data[:10])
            self.src, self.dst = data[12:16], data[16:20]
            self.size = total - at
            fragment = ((bits & 0x1fff) * 8, bits >> 13 & 1, ident) \
                if bits & 0x3fff else None
        self.fragment = fragment
        self.payload = data[at:at + self.size]

    def pseudo(self):
        if self.proto == ICMP:
            return b""
        if self.proto not in SUM_AT:
            return b""
        return self.src + self.dst + struct.pack("!II", self.size, self.proto)


def total(data):
    """The sum that a checksum is the complement of."""
    return int.from_bytes(data + b"\0" * (len(data) % 2), "big") % 0xffff


def moved(old, new, old_data, new_data, free):
    """new_data with a checksum that is as right as that of old_data: what
    differs between the two, headers included, is made up for."""
    at = SUM_AT[old.proto]
    if len(old_data) < at + 2:
        return new_data
    was, = struct.unpack("!H", old_data[at:at + 2])
    if free and not was:
        return new_data
    rest = ((0xffff - was) - total(old.pseudo()) -
            total(old_data[:at] + b"\0\0" + old_data[at + 2:]) +
            total(new.pseudo()) +
            total(new_data[:at] + b"\0\0" + new_data[at + 2:])) % 0xffff
    value = 0xffff - rest
    if value == 0xffff and old.proto not in (UDP, UDPLITE):
        value = 0
    return new_data[:at] + struct.pack("!H", value) + new_data[at + 2:]


def head4(parts, view, proto, length, inner=False):
    """Section 5.1.  The id is the translator's own choice, 0 here; a packet
    that came in one piece may be fragmented up to 1260 bytes."""
    offset, more, ident = parts.fragment or (0, 0, 0)
    df = not parts.fragment and length > 1260
    head = struct.pack("!BBHHHBBH", 0x45, parts.tos, length, ident & 0xffff,
                       df << 14 | more << 13 | offset // 8, parts.ttl, proto,
                       0) + packet4.addr(view.src) + packet4.addr(view.dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:]


def head6(parts, view, proto, length):
    """Section 4.1; a Fragment Header only for a fragment."""
    headers = []
    if parts.fragment:
        headers.append(packet6.fragment_header(*parts.fragment))
        length += 8
    return packet6.ip(view.src, view.dst, proto, b"", parts.ttl, parts.tos,
                      headers=headers, length=length)


def translate(data, view, hops=1, links=(65535, 65535), inner=False,
              quote_hops=0):
    """The packet as the other side sees it.  links are the MTUs of the IPv6
    and the IPv4 side; quote_hops is by how much the TTL of a quoted packet
    is to grow."""
    old = Parts(data)
    if not inner:
        old.ttl -= hops
    else:
        old.ttl += quote_hops
    proto, payload = old.proto, old.payload
    if old.six != view.six:
        proto = {ICMP: ICMP6, ICMP6: ICMP}.get(proto, proto)
    if old.fragment and old.fragment[0]:
        new_data = payload
    elif old.proto in (ICMP, ICMP6):
        new_data = message(old, view, proto, links, inner, quote_hops)
        if new_data is None:
            return None
    else:
        new_data = transport(old, view, proto)
    size = old.size if inner and len(new_data) == len(payload) else \
        len(new_data)
    if view.six:
        return head6(old, view, proto, size) + new_data
    return head4(old, view, proto, size + 20) + new_data


class Seen:
    """What moved() needs to know of the new packet."""

    def __init__(self, view, proto, size):
        self.src, self.dst = map(packet6.packed, (view.src, view.dst))
        self.proto, self.size = proto, size

    pseudo = Parts.pseudo


def transport(old, view, proto):
    data = old.payload
    if proto not in PORTED or len(data) < 4:
        return data
    sport, dport = struct.unpack("!HH", data[:4])
    new = struct.pack("!HH", sport if view.sport is None else view.sport,
                      dport if view.dport is None else view.dport) + data[4:]
    if proto == SCTP:
        if new != data and len(data) >= 12:
            raise ValueError("SCTP's ports are not changed here")
        return new
    seen = Seen(view, proto, old.size)
    if proto == UDP and len(data) >= 8 and data[6:8] == b"\0\0":
        # whole: it gets one; quoted: there is nothing to tell it from
        if view.six and len(data) == old.size:
            return packet6.seal4(new, UDP, lambda n: seen.pseudo())
        return new
    return moved(old, seen, data, new, proto == UDP)


def message(old, view, proto, links, inner, quote_hops):
    """An ICMP message: of a query the id, of an error what it quotes."""
    data = old.payload
    kind = data[0], data[1]
    table = TO6 if view.six and not old.six else \
        TO4 if old.six and not view.six else None
    if kind in QUERIES[old.six]:
        new = bytes(table[kind] if table else kind) + data[2:]
        if view.sport is not None and len(data) >= 6:
            new = new[:4] + struct.pack("!H", view.sport) + new[6:]
        return moved(old, Seen(view, proto, old.size), data, new, False)
    if inner:
        return None
    if table is None:
        raise ValueError("errors are tested where versions differ")
    if kind not in table:
        return None
    kind = table[kind]
    quoted = translate(data[8:], -view, 0, links, True, quote_hops)
    if quoted is None:
        return None
    rest = bytes(4)
    if kind == (2, 0):
        rest = struct.pack("!I", mtu6(
            struct.unpack("!H", data[6:8])[0], *links,
            struct.unpack("!H", data[10:12])[0]))
    elif kind == (3, 4) and not view.six:
        rest = struct.pack("!HH", 0, mtu4(
            struct.unpack("!I", data[4:8])[0], *links))
    elif kind == (4, 1):
        rest = struct.pack("!I", 6)
    elif kind == (4, 0):
        if data[4] not in POINTER6:
            return None
        rest = struct.pack("!I", POINTER6[data[4]])
    elif kind == (12, 0):
        pointer, = struct.unpack("!I", data[4:8])
        if pointer not in POINTER4:
            return None
        rest = bytes([POINTER4[pointer], 0, 0, 0])
    new = bytes(kind) + b"\0\0" + rest + quoted
    return packet6.seal4(new, ICMP6, lambda n: Seen(
        view, ICMP6, n).pseudo()) if view.six else \
        new[:2] + struct.pack("!H", checksum(new)) + new[4:]


def valid(data):
    """All its checksums are right."""
    return packet6.either.seal(data) == data


def adopt(seen, expected):
    """What is expected of IPv4, with the ids that the gateway chose: of the
    packet, and of one that it quotes."""
    if len(seen) < 20 or seen[0] >> 4 != 4 or expected[0] >> 4 != 4:
        return expected
    out = with_id(expected, seen[4:6])
    if out[9] == ICMP and out[20] in (3, 11, 12) and len(out) >= 48 and \
            len(seen) >= 48 and not out[6] & 0x1f and not out[7]:
        quoted = with_id(out[28:], seen[32:34])
        out = packet4.seal(out[:28] + quoted)
    return out


def with_id(data, ident):
    head = data[:4] + ident + data[6:10] + b"\0\0" + data[12:20]
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + \
        data[20:]


# --- RFC 6052 ---------------------------------------------------------------

LENGTHS = (32, 40, 48, 56, 64, 96)


def embed(prefix, length, address, suffix=b""):
    """Section 2.2: an IPv4 address in a prefix; octet 8 stays 0."""
    out = bytearray(packet6.addr(prefix)[:length // 8])
    for byte in packet4.addr(address):
        if len(out) == 8:
            out.append(0)
        out.append(byte)
    if len(out) == 8:
        out.append(0)
    out += suffix
    return packet6.text(bytes(out.ljust(16, b"\0")))


def extract(address, length):
    """Section 2.3."""
    data = bytearray(packet6.addr(address))
    del data[8]
    at = length // 8
    if at > 8:
        at -= 1
    return packet4.text(bytes(data[at:at + 4]))
