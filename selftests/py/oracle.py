# SPDX-License-Identifier: GPL-2.0
"""What may come out of the gateway for a packet that went in.

The gateway here is that of hostile.sh.  The oracle does not foretell what it
does; it knows what is allowed: the exact translation of what was sent, by the
wire of the VPN that the flow belongs to; an answer to the sender, by the
sender's own wire; or what plain routing makes of a packet that is not for an
alias or an outside address.  All else is a leak.

With hairpin a packet from one VPN host to the outside endpoint of another has both
ends translated as those of other packets are: the source is the sender's outside
endpoint, the destination is the host whose endpoint it was for.

A checksum that was wrong has to stay as wrong as it was: the sum over all that
it covers is the same, before and after."""

import collections
import struct

from packet import DCCP, ICMP, PORTED, SCTP, TCP, UDP, UDPLITE, addr, crc32c, \
    describe

VPNS = {"a0": "a", "b0": "b"}
GATEWAYS = {"a0": [addr("10.0.0.1")], "b0": [addr("10.0.0.1")],
            "s0": [addr("47.0.0.1"), addr("192.0.2.1")]}
ANY_GATEWAY = {gateway for some in GATEWAYS.values() for gateway in some}
NEVER = {bytes(4), b"\xff" * 4}
# everybody on a link
VPN_ALL = {addr("10.0.0.0"), addr("10.0.0.255")}
EXT_ALL = {addr("47.0.0.0"), addr("47.0.0.255")}
UNBOUND = addr("192.0.2.0")[:3]
# whom the stack would answer on a link, be it one of the main table
BROADCAST = {"s0": {addr("47.0.0.255"), addr("192.0.2.255"), b"\xff" * 4}}
BROADCAST["a0"] = BROADCAST["b0"] = BROADCAST["s0"] | {addr("10.0.0.255")}
# hosts that the gateway knows the MAC addresses of
NEIGHBOURS = {addr("10.0.0.%d" % n) for n in (2, 3, 4, 5, 100, 101)}
POOL = {addr("47.0.0.200"), addr("47.0.0.201")}
# vpn, host -> outside address, and back
STATIC = {("a", addr("10.0.0.3")): addr("47.0.0.220"),
          ("b", addr("10.0.0.3")): addr("47.0.0.221")}
STATIC_OUT = {outside: inside for inside, outside in STATIC.items()}
OUTSIDE = POOL | set(STATIC_OUT)
ERRORS = (3, 4, 11, 12)
REQUESTS, REPLIES = (8, 13), (0, 14)
IPV4, ARP = b"\x08\0", b"\x08\x06"
FAR_MAC = bytes.fromhex("020000000099")

# alias -> server, the same in both VPNs: two addresses and a prefix
_ALIASES = {addr("10.0.0.100"): addr("47.0.0.10"),
            addr("10.0.0.101"): addr("47.0.0.11")}
_ALIASES.update((addr("10.0.1.%d" % n), addr("47.0.1.%d" % n))
                for n in range(16))
_SERVERS = {server: alias for alias, server in _ALIASES.items()}


def server_of(alias):
    return _ALIASES.get(alias)


class Leak(AssertionError):
    """Something came out that may not."""


def need(good, what):
    if not good:
        raise Leak(what)


def total(*parts):
    """Ones' complement sum of parts, of which only the last may be odd."""
    data = b"".join(parts)
    return int.from_bytes(data + b"\0" * (len(data) % 2), "big") % 0xffff


def arrives(data):
    """The packet as the gateway's IP layer takes it, or None: what ip_rcv()
    refuses never reaches a hook."""
    if len(data) < 20 or data[0] >> 4 != 4:
        return None
    head = (data[0] & 15) * 4
    length = data[2] << 8 | data[3]
    if head < 20 or head > length or length > len(data) or total(data[:head]):
        return None
    return data[:length]


def is_fragment(packet):
    return bool((packet[6] & 0x3f) | packet[7])


def ports(packet, l4):
    """The tuple's ports; the query id twice, and zero without ports."""
    proto = packet[9]
    if proto in PORTED:
        return packet[l4:l4 + 2], packet[l4 + 2:l4 + 4]
    if proto == ICMP:
        return packet[l4 + 4:l4 + 6], packet[l4 + 4:l4 + 6]
    return b"\0\0", b"\0\0"


def is_error(packet):
    l4 = (packet[0] & 15) * 4
    return packet[9] == ICMP and len(packet) >= l4 + 8 and packet[l4] in ERRORS


def check_at(proto):
    """Where the checksum of a transport header is."""
    return {TCP: 16, UDP: 6, ICMP: 2, UDPLITE: 6, DCCP: 6, SCTP: 8}.get(proto)


def covered(proto, data):
    """How much of it the checksum is of."""
    if proto == UDPLITE:
        return struct.unpack("!H", data[4:6])[0] or len(data)
    if proto == DCCP and data[5] & 15:
        return data[4] * 4 + (data[5] & 15) * 4 - 4
    return len(data)


def how_wrong(proto, pseudo, data):
    """What is the same before and after."""
    if proto == SCTP:
        crc = struct.unpack("<I", data[8:12])[0]
        return crc ^ crc32c(data[:8] + bytes(4) + data[12:])
    if proto == ICMP:
        return total(data)
    data = data[:covered(proto, data)]
    return total(pseudo, data + b"\0" * (len(data) % 2))


def ends(packet):
    """Protocol, and the endpoints of who sent it and whom it is for; an ICMP
    error is taken for an answer to what it quotes."""
    l4 = (packet[0] & 15) * 4
    if not is_error(packet):
        sport, dport = ports(packet, l4)
        return packet[9], (packet[12:16], sport), (packet[16:20], dport)
    quoted = packet[l4 + 8:]
    need(len(quoted) >= 20, "quotes nothing")
    sport, dport = ports(quoted, (quoted[0] & 15) * 4)
    return quoted[9], (quoted[16:20], dport), (quoted[12:16], sport)


class Oracle:
    def __init__(self):
        # VPNs with hairpin, and that had it since flows were flushed; whether
        # they filter nothing
        self.hairpin, self.had_hairpin = set(), set()
        self.unfiltered = False
        # proto, outside endpoint -> vpn, host, port
        self.known = {}
        # proto, vpn, host, port -> outside endpoint
        self.outside = {}
        # proto, vpn, host, port -> outside addresses that it has sent to;
        # whether any of them is no neighbour
        self.asked, self.strangers = {}, False
        # vpn, other vpn -> what has passed from one to the other
        self.turned = collections.defaultdict(set)
        # wire, header -> fragments
        self.pieces = {}
        self.note = lambda key: None

    def forget(self):
        for one in self.known, self.outside, self.asked, self.pieces:
            one.clear()
        self.had_hairpin, self.strangers = set(self.hairpin), False

    def learn(self, proto, outside, vpn, host):
        self.known[proto, *outside] = (vpn, *host)
        self.outside[proto, vpn, *host] = outside

    def ask(self, proto, vpn, host, address):
        """The host has sent to that outside address, so it lets its packets
        in: RFC 4787 REQ-8, by address."""
        self.asked.setdefault((proto, vpn, *host), set()).add(address)
        self.strangers |= host[0] not in NEIGHBOURS

    def lets(self, wire, out):
        """May anything cross?"""
        return "s0" in (wire, out) or {VPNS[wire], VPNS[out]} <= self.hairpin

    def _may_turn(self, wire, packet):
        """Is it from a VPN with hairpin, for an outside address?"""
        return VPNS.get(wire) in self.hairpin and packet[16:20] in OUTSIDE

    def _is_spoofed(self, wire, packet):
        """From what stands for others there?"""
        src = packet[12:16]
        if wire == "s0":
            return src in OUTSIDE
        return bool(server_of(src)) or (VPNS[wire] in self.hairpin and
                                        src in OUTSIDE)

    def _is_nobody(self, wire, packet):
        """No host can have that source there, RFC 1812 5.3.7; an error may be
        from any router."""
        src = packet[12:16]
        if src[0] == 127 or 224 <= src[0] < 240 or src in NEVER:
            return True
        if is_error(packet):
            return False
        return src in GATEWAYS[wire] or self._is_spoofed(wire, packet) or \
            src in (EXT_ALL if wire == "s0" else VPN_ALL)

    def ours(self, wire, packet):
        """How many drops or translations a packet that has arrived makes, at
        least and at most.  Hairpin translates twice, out and in."""
        if packet is None:
            return 0, 0
        if is_fragment(packet):
            return 0, max(1, self.unheard(wire, packet))
        mine = packet[16:20] in OUTSIDE if wire not in VPNS else \
            server_of(packet[16:20]) or self._may_turn(wire, packet)
        if mine or self._is_spoofed(wire, packet) or \
                packet[12:16] in BROADCAST[wire]:
            return 1, max(1, self.unheard(wire, packet))
        # An ICMP error that goes elsewhere than what it quotes came from, and
        # what belongs to a flow from when there was hairpin.
        return 0, int(is_error(packet) or (
            packet[16:20] in OUTSIDE and VPNS[wire] in self.had_hairpin))

    def unheard(self, wire, packet):
        """How many translations are in vain: is it for a host that nobody has
        ever seen?  A packet with a turned bit may have made one up.  Such a
        one is translated and goes nowhere."""
        if packet is None or packet[16:20] not in POOL or not (
                wire == "s0" or self._may_turn(wire, packet)):
            return 0
        worth = 1 if wire == "s0" else 2
        if is_fragment(packet):
            return worth
        try:
            proto, near, far = ends(packet)
        except Leak:
            return 0
        if proto == ICMP and wire in VPNS:
            far = far[0], self._query(VPNS[wire], near)
        owner = self.known.get((proto, *far))
        # Nobody has seen the mapping of one whose every packet was filtered.
        if owner is None:
            return worth * self.strangers
        return worth * (owner[1] not in NEIGHBOURS)

    def _query(self, vpn, host):
        """The outside id of a host's queries, None if nobody has seen it."""
        if (vpn, host[0]) in STATIC:
            return host[1]
        return self.outside.get((ICMP, vpn, *host), (None, None))[1]

    def judge(self, wire, data, frames):
        """See that these frames may come out for that; say whether it was
        translated."""
        packet = arrives(data)
        came = []
        for out, frame in frames:
            if frame[12:14] == ARP:
                self._arp(out, frame)
                continue
            need(frame[12:14] == IPV4, "no IPv4")
            need(packet is not None, "answers what is no packet")
            need(frame[:6] == FAR_MAC, "to another MAC address")
            seen = arrives(frame[14:])
            need(seen is not None and len(seen) == len(frame) - 14,
                 "malformed")
            came.append((out, seen))
        if packet is None:
            return 0
        self._note_asked(wire, packet)
        if is_fragment(packet):
            return self._fragment(wire, packet, came)
        crossed = [(out, seen) for out, seen in came
                   if self._crosses(wire, packet, out, seen)]
        need(len(crossed) <= 1, "more than one packet")
        for out, seen in came:
            if (out, seen) in crossed:
                self._translated(wire, packet, out, seen)
            else:
                self._plain(wire, packet, out, seen)
        return self._worth(wire, crossed)

    def _note_asked(self, wire, packet):
        if self._may_turn(wire, packet) and not is_error(packet) and \
                not (packet[6] & 0x1f) | packet[7]:
            proto, host, far = ends(packet)
            self.ask(proto, VPNS[wire], host, far[0])

    @staticmethod
    def _crosses(wire, packet, out, came):
        """Is it a translation, and neither routed nor the gateway's own?  It
        answers no ICMP errors."""
        if wire != out:
            return out != "u0"
        return wire in VPNS and packet[16:20] in OUTSIDE and (
            came[12:16] not in ANY_GATEWAY or
            (is_error(packet) and not is_fragment(packet)))

    @staticmethod
    def _worth(wire, crossed):
        """How many translations were that?"""
        return sum(1 + (wire in VPNS and out in VPNS) for out, _ in crossed[:1])

    @staticmethod
    def _arp(out, frame):
        """The gateway asks for a neighbour, as itself."""
        need(frame[14:22] == bytes.fromhex("0001080006040001") and
             (frame[28:32] in GATEWAYS.get(out, ()) or
              frame[28:31] == UNBOUND), "ARP of another's")

    def _translated(self, wire, packet, out, came, gathered=False):
        l4 = (packet[0] & 15) * 4
        need(len(came) == len(packet), "length")
        need(came[:4] + came[6:8] == packet[:4] + packet[6:8],
             "first eight bytes")
        # What may be fragmented on its way gets a new id.
        need(came[4:6] == packet[4:6] or gathered or
             (len(packet) > 576 and not packet[6] & 0x40), "id")
        need(came[8] == packet[8] - 1, "TTL")
        need(came[9] == packet[9], "protocol")
        need(came[20:l4] == packet[20:l4], "options")
        need(not self._is_nobody(wire, packet), "from nobody")
        need(self.lets(wire, out), "there is no hairpin")
        # first: the rest may learn from it
        if is_error(packet):
            self._error(wire, packet, out, came, l4)
        else:
            self._body(packet, came, l4)
        self._endpoints(wire, packet, out, came)
        if wire in VPNS and out in VPNS:
            self.turned[VPNS[wire], VPNS[out]].add(
                "error" if is_error(packet) else "static"
                if packet[16:20] in STATIC_OUT else "dynamic")

    def _endpoints(self, wire, packet, out, came):
        """Each end is as it has to be on the other side."""
        proto, near, far = ends(packet)
        _, near_out, far_in = ends(came)
        if wire in VPNS and out in VPNS and far[0] not in STATIC_OUT:
            need(self.unfiltered or near_out[0] in self.asked.get(
                (proto, VPNS[out], *far_in), ()), "not filtered")
        if proto == ICMP:
            # The id in the ext is that of both.
            between = self._between(wire, near, near_out, out, far, far_in)
            if between is None:
                return
            near_out, far = (near_out[0], between), (far[0], between)
        if out in VPNS:
            self._inward(proto, far, VPNS[out], far_in)
        else:
            need(server_of(far[0]) == far_in[0], "not the alias' server")
            need(far[1] == far_in[1], "server's port")
        if wire in VPNS:
            self._outward(proto, VPNS[wire], near, near_out)
        else:
            need(server_of(near_out[0]) == near[0], "not the server's alias")
            need(near[1] == near_out[1], "server's port")

    def _between(self, wire, near, near_out, out, far, far_in):
        """The id of a query in the ext, which nobody sees between two VPNs.
        None where none of the two has ever been seen by any."""
        if wire not in VPNS:
            return near[1]
        if out not in VPNS or far[0] in STATIC_OUT:
            return far_in[1]
        if near_out[0] in STATIC_OUT:
            return near[1]
        if near_out[0] == far[0]:
            # One id there is one host.
            need((wire, *near) == (out, *far_in), "another's outside endpoint")
        need((ICMP, VPNS[out], *far_in) in {**self.outside, **self.asked},
             "not whose query it is")
        return self._query(VPNS[out], far_in) or self._query(VPNS[wire], near)

    def _outward(self, proto, vpn, host, outside):
        """That outside endpoint stands for that host, and for nobody else."""
        need(outside[0] in OUTSIDE, "not an outside address")
        if outside[0] in STATIC_OUT:
            need(STATIC_OUT[outside[0]] == (vpn, host[0]) and
                 host[1] == outside[1], "another's static mapping")
            return
        need((vpn, host[0]) not in STATIC, "not its static mapping")
        need(proto in PORTED or proto == ICMP, "a protocol that needs a mapping")
        if (proto, *outside) not in self.known:
            # RFC 4787 REQ-1; what was TCP's may have ended.
            need(proto == TCP or (proto, vpn, *host) not in self.outside,
                 "a second outside endpoint")
            self.learn(proto, outside, vpn, host)
            self.note((proto, *outside))
        need(self.known[proto, *outside] == (vpn, *host),
             "another's outside endpoint")

    def _inward(self, proto, outside, vpn, host):
        """That host is whom the outside endpoint stands for."""
        if outside[0] in STATIC_OUT:
            need((*STATIC_OUT[outside[0]], outside[1]) == (vpn, *host),
                 "not whose address it is")
            return
        # All that it has sent until now may have been filtered.
        if (proto, *outside) not in self.known and \
                (proto, vpn, *host) in self.asked:
            self.learn(proto, outside, vpn, host)
        need(self.known.get((proto, *outside)) == (vpn, *host),
             "not whose flow it is")

    @staticmethod
    def _body(packet, came, l4):
        """All but addresses and ports is as it was, also how wrong the
        checksum is."""
        proto = packet[9]
        check = check_at(proto)
        if check is None:
            need(came[l4:] == packet[l4:], "payload")
            return
        first = 6 if proto == ICMP else 4
        if proto == ICMP:
            need(came[l4:l4 + 2] == packet[l4:l4 + 2], "type and code")
        after = l4 + max(first, check + (4 if proto == SCTP else 2))
        need(came[l4 + first:l4 + check] == packet[l4 + first:l4 + check] and
             came[after:] == packet[after:], "payload")
        if proto == UDP:
            empty = packet[l4 + 6:l4 + 8] == b"\0\0"
            need(empty == (came[l4 + 6:l4 + 8] == b"\0\0"),
                 "UDP without a checksum")
            if empty:
                return
        need(how_wrong(proto, packet[12:20], packet[l4:]) ==
             how_wrong(proto, came[12:20], came[l4:]),
             "how wrong the checksum is")

    def _error(self, wire, packet, out, came, l4):
        """An ICMP error, and what it quotes."""
        need(came[l4:l4 + 2] + came[l4 + 4:l4 + 8] ==
             packet[l4:l4 + 2] + packet[l4 + 4:l4 + 8], "ICMP header")
        need(not total(packet[l4:]), "a wrong ICMP checksum was let pass")
        need(not total(came[l4:]), "ICMP checksum")
        sent, seen = packet[l4 + 8:], came[l4 + 8:]
        q4 = (sent[0] & 15) * 4
        need(not total(sent[:q4]), "a wrong quoted checksum was let pass")
        need(not total(seen[:q4]), "quoted header's checksum")
        need(seen[:10] == sent[:10] and seen[20:q4] == sent[20:q4],
             "quoted header")
        need(packet[16:20] == sent[12:16], "not to the quoted sender")
        need(came[16:20] == seen[12:16], "not to the quoted sender")
        self._error_source(wire, packet[12:16], out, came[12:16],
                           seen[16:20])
        check = check_at(sent[9])
        if check is None or sent[9] == SCTP or len(sent) < q4 + check + 2:
            first = 4 if sent[9] in PORTED else 0
            need(seen[q4 + first:] == sent[q4 + first:], "quoted payload")
            return
        plain = bytearray(sent[q4:])
        plain[:4] = seen[q4:q4 + 4]
        if sent[9] == ICMP:
            plain[4:6] = seen[q4 + 4:q4 + 6]
        plain[check:check + 2] = seen[q4 + check:q4 + check + 2]
        need(seen[q4:] == bytes(plain), "quoted payload")
        if sent[9] in (UDP, UDPLITE) and sent[q4 + 6:q4 + 8] == b"\0\0":
            need(seen[q4 + 6:q4 + 8] == b"\0\0", "quoted UDP checksum")
            return
        pseudo = (b"", b"") if sent[9] == ICMP else (sent[12:20], seen[12:20])
        need(total(pseudo[0], sent[q4:]) == total(pseudo[1], seen[q4:]),
             "how wrong the quoted checksum is")

    @staticmethod
    def _error_source(wire, source, out, seen, quoted):
        """Who says so, to somebody who has sent to the quoted address."""
        if wire not in VPNS:
            need(seen in GATEWAYS[out] or server_of(seen) == source,
                 "source of the error")
            return
        # RFC 5508 REQ-5: the sender's own address, where it has one.
        source = STATIC.get((VPNS[wire], source), quoted)
        # Another VPN may know somebody else by it.
        need(seen == source or (out in VPNS and source != quoted and
                                seen in GATEWAYS[out]),
             "source of the error")

    def _plain(self, wire, packet, out, came):
        """An answer to the sender, or what plain routing makes of it."""
        if out != wire:
            # u0 is bound to nothing: the ext's routes may lead there
            need(wire == "s0" and out == "u0" and
                 UNBOUND in (packet[12:15], packet[16:19]), "another's wire")
        l4, c4 = (packet[0] & 15) * 4, (came[0] & 15) * 4
        if came[12:20] == packet[12:20] and came[8] == packet[8] - 1:
            need(self.ours(wire, packet)[0] == 0, "not translated")
            need(came[c4:] == packet[l4:], "payload of a routed packet")
            return
        need(came[16:20] == packet[12:16], "not to the sender")
        # The stack has any of its addresses on any interface, also in a VRF.
        need(came[12:16] in ANY_GATEWAY, "not from the gateway")
        if came[9] == ICMP and came[c4] in ERRORS:
            sent = came[c4 + 8:]
            need(not total(came[c4:]), "checksum of the gateway's error")
            need(sent[12:20] == packet[12:20] and sent[9] == packet[9] and
                 sent[l4:] == packet[l4:len(sent)], "quote of the gateway's")
            return
        need(packet[16:20] in ANY_GATEWAY, "from the gateway, and no error")

    # Fragments: what comes out has to be made of what was sent under the same
    # header by the same wire.

    def _fragment(self, wire, packet, came):
        head = (wire, packet[4:6], packet[9], packet[12:20])
        pieces = self.pieces.setdefault(head, [])
        pieces.append(packet)
        crossed = [(out, seen) for out, seen in came
                   if self._crosses(wire, packet, out, seen)]
        if not crossed:
            return 0
        out = crossed[0][0]
        need(all(other == out for other, _ in crossed), "several wires")
        whole = self._join([seen for _, seen in crossed])
        failure = None
        for first in pieces:
            if (first[6] & 0x1f) | first[7]:
                continue
            try:
                self._translated(wire, self._rejoin(pieces, first, whole), out,
                                 whole, gathered=True)
                return self._worth(wire, crossed)
            except Leak as leak:
                failure = leak
        raise failure or Leak("no first fragment was sent")

    @staticmethod
    def _join(parts):
        data = bytearray()
        for part in sorted(parts, key=lambda p: (p[6] & 0x1f) << 8 | p[7]):
            need(((part[6] & 0x1f) << 8 | part[7]) * 8 == len(data),
                 "fragments that do not fit")
            data += part[(part[0] & 15) * 4:]
        head = bytearray(parts[0][:(parts[0][0] & 15) * 4])
        struct.pack_into("!H", head, 2, len(head) + len(data))
        head[6] = head[7] = 0
        return bytes(head + data)

    @staticmethod
    def _rejoin(pieces, first, whole):
        """The packet that was sent if each byte that came is one that was
        sent for its place."""
        l4 = (first[0] & 15) * 4
        length = len(whole) - (whole[0] & 15) * 4
        data = bytearray(length)
        have = bytearray(length)
        want = whole[(whole[0] & 15) * 4:]
        for piece in pieces:
            at = ((piece[6] & 0x1f) << 8 | piece[7]) * 8
            body = piece[(piece[0] & 15) * 4:]
            for i, byte in enumerate(body, at):
                if i >= length:
                    break
                if not have[i] or byte == want[i]:
                    data[i], have[i] = byte, 1
        need(all(have), "bytes that were never sent")
        # where ports and checksums are, the first fragment has a say
        body = first[l4:][:20]
        data[:len(body)] = body
        head = bytearray(first[:l4])
        struct.pack_into("!H", head, 2, l4 + length)
        head[6] = head[7] = 0
        return bytes(head + data)


def show(wire, data):
    return "into %s: %s\n  %s" % (wire, describe_safely(data), data.hex())


def describe_safely(data):
    try:
        return describe(data)
    except Exception:
        return "%d bytes" % len(data)
