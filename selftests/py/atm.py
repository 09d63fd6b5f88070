# SPDX-License-Identifier: GPL-2.0
"""IP over ATM: permanent virtual circuits, and what they carry (RFC 2684)."""

import ctypes
import fcntl
import os
import socket
import struct

from cable import Cable
from netns import initial

AF_ATMPVC, SOL_ATM, SO_ATMQOS = 8, 264, 0x42020054
UBR, AAL5, SDU = 1, 5, 9188
BACKEND_BR2684, FIND_BYIFNAME, FLAG_ROUTED = 2, 2, 1 << 16
ENCAPS_VC, ENCAPS_LLC = 0, 1
ATM_SETBACKEND, ATM_NEWBACKENDIF = 0x400261f2, 0x400261f3

_libc = ctypes.CDLL(None, use_errno=True)


class Atm(Cable):
    def __init__(self):
        super().__init__("atm_cable")
        self.ends = sorted(int(name[len("cable"):])
                           for name in os.listdir("/sys/class/atm")
                           if name.startswith("cable"))

    def circuit(self, end, vci):
        """One end of a circuit; with it goes what has been attached to it."""
        with initial():
            sock = socket.socket(AF_ATMPVC, socket.SOCK_DGRAM)
        one_way = struct.pack("B3x5i16x", UBR, 0, 0, 0, 0, SDU)
        sock.setsockopt(SOL_ATM, SO_ATMQOS,
                        one_way * 2 + struct.pack("B3x", AAL5))
        where = struct.pack("H2xhhi", AF_ATMPVC, self.ends[end], 0, vci)
        if _libc.connect(sock.fileno(), where, len(where)):
            raise OSError(ctypes.get_errno(), "connect")
        return sock

    def rfc2684(self, end, vci, ns, name, routed=False):
        """A circuit and its interface: Ethernet behind LLC headers, or routed
        packets behind none."""
        sock = self.circuit(end, vci)
        dev = ("nas%d-%d" % (end, vci)).encode()
        fcntl.ioctl(sock, ATM_NEWBACKENDIF, struct.pack(
            "H2xI16si", BACKEND_BR2684, FLAG_ROUTED if routed else 0, dev,
            1500))
        fcntl.ioctl(sock, ATM_SETBACKEND, struct.pack(
            "H2xi16s5i16x", BACKEND_BR2684, FIND_BYIFNAME, dev, 0, 0, 0,
            ENCAPS_VC if routed else ENCAPS_LLC, 0))
        self.move(dev.decode(), ns, name)
        return sock
