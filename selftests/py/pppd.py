# SPDX-License-Identifier: GPL-2.0
"""PPP links by pppd, which negotiates them (RFC 1661, RFC 1332,
RFC 5072)."""

import ctypes
import os
import socket
import struct
import subprocess

from ktap import wait_for
from netns import inside
from port import Ports

AF_PPPOX, PX_PROTO_OL2TP = 24, 1

_libc = ctypes.CDLL(None, use_errno=True)


class End:
    """A pppd and its interface, in the namespace it is started in.  up() waits
    until it has the addresses."""

    def __init__(self, ns, name, local, remote, *options, mtu=1500, line=None,
                 keep=()):
        """line: a socket to speak by, instead of what a plugin opens; keep:
        sockets that pppd has to have."""
        self.log = "%s/pppd-%s-%s" % (os.environ["VPNGW_TMP"], ns, name)
        with inside(ns):
            self.process = subprocess.Popen(
                ["pppd", *options, "nodetach", "noauth", "noccp", "+ipv6",
                 "lcp-restart", "1", "ipcp-restart", "1",
                 "ipv6cp-restart", "1",
                 "mtu", str(mtu), "mru", str(mtu), "ifname", name,
                 "logfile", self.log, "%s:%s" % (local, remote)],
                stdin=line or subprocess.DEVNULL,
                stdout=line or subprocess.DEVNULL,
                pass_fds=[sock.fileno() for sock in keep])
        Ports.undo.append(self.close)
        for sock in (line, *keep):
            if sock:
                sock.close()

    def up(self):
        def look():
            if self.process.poll() is not None:
                raise AssertionError("pppd has ended: " + self.said())
            said = self.said()
            return "remote IP address" in said and "remote LL address" in said
        wait_for(look, lambda: "pppd: " + self.said())

    def said(self):
        try:
            with open(self.log, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def close(self):
        """End the link: its interface goes."""
        self.process.terminate()
        self.process.wait()
        if os.path.exists(self.log):
            os.remove(self.log)


def _pppol2tp(udp, own, far, far_session, own_session):
    """RFC 2661: the tunnel that a UDP socket carries, or a session in it."""
    sock = socket.socket(AF_PPPOX, socket.SOCK_DGRAM, PX_PROTO_OL2TP)
    where = struct.pack("=HIii", AF_PPPOX, PX_PROTO_OL2TP, 0, udp.fileno())
    where += struct.pack("=H", socket.AF_INET)
    where += struct.pack("!H4s8x", far[1], socket.inet_aton(far[0]))
    where += struct.pack("=HHHH", own, own_session, own, far_session)
    if _libc.connect(sock.fileno(), where, len(where)):
        raise OSError(ctypes.get_errno(), "connect")
    return sock


def l2tp_session(ns, own, far, tunnel):
    """The sockets of a tunnel, and of the one session in it."""
    with inside(ns):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(own)
        udp.connect(far)
        return udp, _pppol2tp(udp, tunnel, far, 0, 0), _pppol2tp(udp, tunnel, far, 7, 7)
