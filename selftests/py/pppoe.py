# SPDX-License-Identifier: GPL-2.0
"""PPP over Ethernet by the kernel, without a daemon: sessions whose ids and
addresses are agreed beforehand.  So there is no discovery (RFC 2516) and nothing
is negotiated (RFC 1661); the interface and its frames are the same."""

import ctypes
import fcntl
import os
import socket
import struct

from netns import inside, mac

AF_PPPOX, PX_PROTO_OE = 24, 0
PPPIOCGCHAN, PPPIOCATTCHAN = 0x80047437, 0x40047438
PPPIOCCONNECT, PPPIOCNEWUNIT = 0x4004743a, 0xc004743e

_libc = ctypes.CDLL(None, use_errno=True)


def _ioctl(fd, request, value):
    return struct.unpack("i", fcntl.ioctl(fd, request,
                                          struct.pack("i", value)))[0]


class Session:
    """One end of a session, and its interface, in a namespace."""

    def __init__(self, ns, dev, session, far_ns, far_dev):
        far = mac(far_ns, far_dev)
        with inside(ns):
            self.sock = socket.socket(AF_PPPOX, socket.SOCK_STREAM,
                                      PX_PROTO_OE)
            where = struct.pack("=HI", AF_PPPOX, PX_PROTO_OE)
            where += struct.pack("!H6s16s", session, far, dev.encode())
            if _libc.connect(self.sock.fileno(), where, len(where)):
                raise OSError(ctypes.get_errno(), "connect")
            channel = _ioctl(self.sock, PPPIOCGCHAN, 0)
            self.channel = os.open("/dev/ppp", os.O_RDWR)
            _ioctl(self.channel, PPPIOCATTCHAN, channel)
            self.unit = os.open("/dev/ppp", os.O_RDWR)
            number = _ioctl(self.unit, PPPIOCNEWUNIT, -1)
            _ioctl(self.channel, PPPIOCCONNECT, number)
        self.name = "ppp%d" % number

    def close(self):
        os.close(self.unit)
        os.close(self.channel)
        self.sock.close()
