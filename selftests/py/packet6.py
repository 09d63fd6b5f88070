# SPDX-License-Identifier: GPL-2.0
"""IPv6 packets as bytes: made, changed, described; and those of either version.

As packet.py, whose names these are: ttl is the hop limit, tos the traffic class.
Every checksum is computed over all the bytes.  builders.py compares this file with
scapy."""

import socket
import struct
import sys

import packet as packet4
from packet import DCCP, FLAGS, SCTP, TCP, UDP, UDPLITE, checksum

ICMP6 = 58
HOPOPTS, ROUTING, FRAGMENT, DSTOPTS, NONE = 0, 43, 44, 60, 59
EXTENSIONS = (HOPOPTS, ROUTING, FRAGMENT, DSTOPTS)
ECHO, ECHO_REPLY = 128, 129
UNREACHABLE, TOO_BIG, TIME_EXCEEDED, PARAMETER = 1, 2, 3, 4
NS, NA = 135, 136


def is6(address):
    return ":" in address


def addr(text):
    return socket.inet_pton(socket.AF_INET6, text)


def text(packed):
    return socket.inet_ntop(socket.AF_INET6, packed)


def address(packed):
    """Of either version."""
    return text(packed) if len(packed) == 16 else packet4.text(packed)


def packed(address_text):
    return addr(address_text) if is6(address_text) else \
        packet4.addr(address_text)


def ip(src, dst, proto, data, ttl=64, tos=0, flow=0, headers=(), length=None):
    """An IPv6 packet; headers are (type, bytes) of extension headers, the
    first byte of which is filled in."""
    kinds = [kind for kind, _ in headers] + [proto]
    chain = b"".join(bytes([follows]) + part[1:] for follows, (_, part)
                     in zip(kinds[1:], headers))
    return struct.pack("!IHBB", 6 << 28 | tos << 20 | flow,
                       len(chain) + len(data) if length is None else length,
                       kinds[0], ttl) + addr(src) + addr(dst) + chain + data


def padding(kind, size=8):
    """A header of that kind with nothing but padding in it, or where that is
    more than a router believes, an option that all who do not know it skip."""
    pad = size - 4
    return kind, bytes([0, size // 8 - 1, 1 if pad < 6 else 0x1e, pad]) + \
        bytes(pad)


def routing(left, kind=0, addresses=()):
    return ROUTING, bytes([0, 2 * len(addresses), kind, left]) + bytes(4) + \
        b"".join(addr(one) for one in addresses)


def fragment_header(offset=0, more=False, ident=0x12345678):
    return FRAGMENT, struct.pack("!BBHI", 0, 0, offset | more, ident)


def walk(packet):
    """(protocol, where its header begins, (offset, more, id) of a fragment
    or None) behind the extension headers."""
    kind, at, fragment = packet[6], 40, None
    while kind in EXTENSIONS and at + 8 <= len(packet):
        if kind == FRAGMENT:
            bits, ident = struct.unpack("!HI", packet[at + 2:at + 8])
            fragment = (bits & 0xfff8, bits & 1, ident)
            size = 8
        else:
            size = packet[at + 1] * 8 + 8
        kind, at = packet[at], at + size
        if fragment and fragment[0]:
            break
    return kind, at, fragment


def pseudo(packet, proto, length):
    return packet[8:40] + struct.pack("!IHBB", length, 0, 0, proto)


def _put(data, offset, value):
    return data[:offset] + struct.pack("!H", value) + data[offset + 2:]


def seal4(data, proto, head):
    """A transport header and what follows with the right checksum; head(length)
    is the pseudo header."""
    sums = head(len(data))
    if proto == UDP:
        data = _put(data, 6, checksum(sums + _put(data, 6, 0)) or 0xffff)
    elif proto == TCP:
        data = _put(data, 16, checksum(sums + _put(data, 16, 0)))
    elif proto == ICMP6:
        data = _put(data, 2, checksum(sums + _put(data, 2, 0)))
    elif proto == UDPLITE:
        covered = struct.unpack("!H", data[4:6])[0] or len(data)
        data = _put(data, 6, checksum(
            sums + _put(data, 6, 0)[:covered]) or 0xffff)
    elif proto == DCCP:
        covered = data[5] & 15
        covered = data[4] * 4 + covered * 4 - 4 if covered else len(data)
        data = _put(data, 6, checksum(sums + _put(data, 6, 0)[:covered]))
    elif proto == SCTP:
        crc = packet4.crc32c(data[:8] + b"\0\0\0\0" + data[12:])
        data = data[:8] + struct.pack("<I", crc) + data[12:]
    return data


def seal(packet):
    """The packet with the right checksum; a fragment stays as it is."""
    proto, at, fragment = walk(packet)
    if fragment and (fragment[0] or fragment[1]):
        return packet
    return packet[:at] + seal4(packet[at:], proto,
                               lambda n: pseudo(packet, proto, n))


def udp(src, sport, dst, dport, data=b"", **more):
    head = struct.pack("!HHHH", sport, dport, 8 + len(data), 1)
    return seal(ip(src, dst, UDP, head + data, **more))


def tcp(src, sport, dst, dport, flags="S", seq=1000, ack=0, window=65535,
        options=b"", data=b"", **more):
    bits = sum(FLAGS[flag] for flag in flags)
    options += b"\1" * (-len(options) % 4)
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff,
                       ack & 0xffffffff, (5 + len(options) // 4) << 4,
                       bits, window, 0, 0)
    return seal(ip(src, dst, TCP, head + options + data, **more))


def icmp(src, dst, kind, code, rest=b"\0\0\0\0", data=b"", **more):
    return seal(ip(src, dst, ICMP6, struct.pack("!BBH", kind, code, 0) + rest +
                   data, **more))


def echo(src, dst, query, seq=1, data=b"", reply=False, **more):
    return icmp(src, dst, ECHO_REPLY if reply else ECHO, 0,
                struct.pack("!HH", query, seq), data, **more)


def change(packet, src=None, sport=None, dst=None, dport=None, hops=0,
           ttl=None):
    """The packet with other addresses and ports (or query id, as sport or
    dport), some hops further; all else stays."""
    proto, at, _ = walk(packet)
    ttl = packet[7] - hops if ttl is None else ttl
    src = packet[8:24] if src is None else addr(src)
    dst = packet[24:40] if dst is None else addr(dst)
    data = packet[at:]
    if proto == ICMP6:
        for ident in (sport, dport):
            if ident is not None:
                data = _put(data, 4, ident)
    else:
        if sport is not None:
            data = _put(data, 0, sport)
        if dport is not None:
            data = _put(data, 2, dport)
    return seal(packet[:7] + bytes([ttl]) + src + dst + packet[40:at] + data)


class Fields:
    """The fields of a packet, as attributes."""

    def __init__(self, packet):
        first, self.length, self.next, self.ttl = struct.unpack(
            "!IHBB", packet[:8])
        self.tos, self.flow = first >> 20 & 0xff, first & 0xfffff
        self.src, self.dst = text(packet[8:24]), text(packet[24:40])
        self.proto, at, fragment = walk(packet)
        self.offset, self.mf, self.ident = fragment or (0, 0, None)
        self.has_fragment_header = fragment is not None
        self.headers = packet[40:at]
        data = self.payload = packet[at:40 + self.length]
        self.sport = self.dport = self.kind = self.code = None
        self.data = data
        if self.offset:
            return
        if self.proto == ICMP6 and len(data) >= 8:
            self.kind, self.code, self.checksum = struct.unpack("!BBH",
                                                                data[:4])
            self.rest, self.data = data[4:8], data[8:]
            if self.kind in (ECHO, ECHO_REPLY):
                self.sport = self.dport = struct.unpack("!H", data[4:6])[0]
        elif self.proto in packet4.PORTED and len(data) >= 4:
            self.sport, self.dport = struct.unpack("!HH", data[:4])
            if self.proto == UDP and len(data) >= 8:
                self.checksum = struct.unpack("!H", data[6:8])[0]
                self.data = data[8:]
            elif self.proto == TCP and len(data) >= 14:
                self.seq, self.ack, more, bits = struct.unpack(
                    "!IIBB", data[4:14])
                self.flags = "".join(name for name, bit in FLAGS.items()
                                     if bits & bit)
                self.data = data[(more >> 4) * 4:]


def describe(packet):
    """One line about a packet of either version, for people."""
    if packet[:1] and packet[0] >> 4 == 4:
        return packet4.describe(packet)
    try:
        f = Fields(packet)
    except (struct.error, IndexError, ValueError):
        return "no IP packet: " + packet.hex()
    line = "%s -> %s hops %d tc %#x len %d" % (f.src, f.dst, f.ttl, f.tos,
                                              f.length)
    if f.flow:
        line += " flow %#x" % f.flow
    if f.headers:
        line += " headers " + f.headers.hex()
    if f.has_fragment_header:
        line += " fragment %d%s id %#x" % (f.offset, "+" if f.mf else "",
                                           f.ident)
    if f.proto == ICMP6 and f.kind is not None:
        line += " icmp6 %d/%d" % (f.kind, f.code)
        if f.sport is not None:
            line += " id %d" % f.sport
        else:
            line += " %s [%s]" % (f.rest.hex(), describe(f.data))
    else:
        line += " proto %d" % f.proto
        if f.sport is not None:
            line += " %d -> %d" % (f.sport, f.dport)
    if f.length + 40 > len(packet):
        line += " cut at %d" % len(packet)
    elif seal(packet) != packet:
        line += " BAD CHECKSUM"
    return line


def difference(seen, expected):
    """Several lines about how two packets differ."""
    lines = ["seen      " + describe(seen), "expected  " + describe(expected)]
    if len(seen) != len(expected):
        lines.append("length %d instead of %d" % (len(seen), len(expected)))
    for i, (one, other) in enumerate(zip(seen, expected)):
        if one != other:
            lines.append("byte %d: %02x instead of %02x" % (i, one, other))
        if len(lines) > 12:
            lines.append("...")
            break
    lines.append("seen     " + seen.hex())
    lines.append("expected " + expected.hex())
    return "\n".join(lines)


class either:
    """The same calls for both versions, by the address that comes first."""

    @staticmethod
    def of(sent):
        """The module for a packet or an address."""
        six = is6(sent) if isinstance(sent, str) else sent[0] >> 4 == 6
        return sys.modules[__name__] if six else packet4

    @staticmethod
    def udp(src, *args, **more):
        return either.of(src).udp(src, *args, **more)

    @staticmethod
    def tcp(src, *args, **more):
        return either.of(src).tcp(src, *args, **more)

    @staticmethod
    def echo(src, *args, **more):
        return either.of(src).echo(src, *args, **more)

    @staticmethod
    def ip(src, *args, **more):
        return either.of(src).ip(src, *args, **more)

    @staticmethod
    def icmp(src, *args, **more):
        return either.of(src).icmp(src, *args, **more)

    @staticmethod
    def change(sent, **more):
        return either.of(sent).change(sent, **more)

    @staticmethod
    def fields(sent):
        return either.of(sent).Fields(sent)

    @staticmethod
    def seal(sent):
        return either.of(sent).seal(sent)
