# SPDX-License-Identifier: GPL-2.0
"""Taps with a virtio header before each frame: what a device says of a packet
whose checksum or segmentation is still to be done."""

import fcntl
import os
import select
import struct

import packet
from packet import TCP, UDP, Fields, checksum
from wire import Tap

IFF_VNET_HDR, TUNSETOFFLOAD = 0x4000, 0x400454d0
# what a reader can finish itself
CSUM, TSO4, USO4 = 0x01, 0x02, 0x20
NEEDS_CSUM, DATA_VALID = 1, 2
GSO_NONE, GSO_TCPV4, GSO_UDP, GSO_UDP_L4 = 0, 1, 3, 5
HEADER = struct.Struct("=BBHHHH")
ETHER = 14
CHECK = {TCP: 16, UDP: 6}


def header(sent=None, flags=0, gso=GSO_NONE, size=0, linear=0):
    """The virtio header; with a packet, of one with a partial checksum."""
    start = offset = 0
    if sent is not None:
        flags |= NEEDS_CSUM
        start = ETHER + packet.header_length(sent)
        offset = CHECK[sent[9]]
    return HEADER.pack(flags, gso, linear, size, start, offset)


def partial(sent):
    """With the sum of the pseudo header only in its checksum."""
    length = packet.header_length(sent)
    at = length + CHECK[sent[9]]
    pseudo = sent[12:20] + struct.pack("!BBH", 0, sent[9], len(sent) - length)
    return sent[:at] + struct.pack("!H", checksum(pseudo) ^ 0xffff) + \
        sent[at + 2:]


def finish(frame, start, offset):
    """What a device does that was left a checksum."""
    value = checksum(frame[start:]) or 0xffff
    at = start + offset
    return frame[:at] + struct.pack("!H", value) + frame[at + 2:]


class VnetTap(Tap):
    """Checksums that are left to the reader are finished; flags, gso and size
    are those of the frame that was read last."""

    def __init__(self, name):
        super().__init__(name, IFF_VNET_HDR)
        self.next = header()
        self.flags = self.gso = self.size = 0

    def offload(self, what):
        """What the reader is willing to do; False if the kernel can't."""
        try:
            fcntl.ioctl(self.fd, TUNSETOFFLOAD, what)
            return True
        except OSError:
            return False

    def put(self, frame):
        os.write(self.fd, self.next + frame)

    def get(self, seconds=0.0):
        if not select.select([self.fd], [], [], seconds)[0]:
            return None
        data = os.read(self.fd, 70000)
        self.flags, self.gso, _, self.size, start, offset = \
            HEADER.unpack(data[:HEADER.size])
        frame = data[HEADER.size:]
        if self.flags & NEEDS_CSUM:
            frame = finish(frame, start, offset)
        return frame


def segments(sent, size):
    """The packets of size bytes of payload that a large one stands for."""
    f = Fields(sent)
    parts = []
    for i, at in enumerate(range(0, len(f.data), size)):
        data = f.data[at:at + size]
        more = {"ttl": f.ttl, "tos": f.tos, "df": f.df, "ident": (f.ident + i) & 0xffff}
        if f.proto == UDP:
            part = packet.udp(f.src, f.sport, f.dst, f.dport, data, **more)
        else:
            last = at + size >= len(f.data)
            part = packet.tcp(
                f.src, f.sport, f.dst, f.dport,
                f.flags if last else f.flags.replace("P", ""),
                f.seq + at, f.ack, data=data, **more)
        parts.append(part)
    return parts
