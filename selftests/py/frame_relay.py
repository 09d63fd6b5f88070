# SPDX-License-Identifier: GPL-2.0
"""Frame Relay (RFC 2427) over a serial cable, its circuits set up by hand."""

import ctypes
import fcntl
import socket
import struct

from cable import Cable
from netns import initial
from port import ip, run

SIOCWANDEV = 0x894a
IF_PROTO_FR, ADD_PVC, DEL_PVC = 0x2003, 0x2004, 0x2005
ADD_ETH_PVC, DEL_ETH_PVC = 0x2008, 0x2009
LMI_NONE = 1


def _ioctl(device, kind, data):
    settings = ctypes.create_string_buffer(data, len(data))
    with initial(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCWANDEV, struct.pack(
            "16sIIP8x", device.encode(), kind, len(data),
            ctypes.addressof(settings)))


class FrameRelay(Cable):
    def __init__(self):
        before = self.names()
        super().__init__("hdlc_cable", "hdlc_fr")
        self.ends = sorted(set(self.names()) - set(before))
        for device in self.ends:
            # Without LMI its timers and counters are no matter, but checked.
            _ioctl(device, IF_PROTO_FR, struct.pack(
                "IIIIIHH", 10, 15, 6, 3, 4, LMI_NONE, 0))
            with initial():
                run("ip", "link", "set", device, "up")

    def pvc(self, end, dlci, ns, name, bridged=False):
        """One end of a circuit, and its interface."""
        before = self.names()
        _ioctl(self.ends[end], ADD_ETH_PVC if bridged else ADD_PVC,
               struct.pack("I", dlci))
        new, = set(self.names()) - set(before)
        self.move(new, ns, name)

    def delete(self, end, dlci, ns, name, bridged=False):
        ip(ns, "link set %s down" % name)
        _ioctl(self.ends[end], DEL_ETH_PVC if bridged else DEL_PVC, struct.pack("I", dlci))
