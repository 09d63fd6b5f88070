# SPDX-License-Identifier: GPL-2.0
"""Sockets of several network namespaces in one process."""

import ctypes
import os
import socket

from ktap import PATIENCE, Skip

NAMES = dict(pair.split("=") for pair in os.environ["VPNGW_NS"].split())
CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def _setns(fd):
    if _libc.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


class inside:
    """with inside("blue"): what is opened here belongs to that namespace."""

    def __init__(self, name):
        self.path = "/run/netns/" + NAMES[name]

    def __enter__(self):
        fd = os.open(self.path, os.O_RDONLY)
        try:
            _setns(fd)
        finally:
            os.close(fd)

    def __exit__(self, *args):
        _setns(_home)


class initial(inside):
    """with initial(): in that of a guest's first process, which some kinds of link
    never leave.  Elsewhere it is other people's."""

    def __init__(self):
        if "VPNGW_GUEST" not in os.environ:
            raise Skip("takes the initial namespace, and so a guest")
        self.path = "/proc/1/ns/net"


def mac(name, device):
    """The hardware address of a device in that namespace."""
    with inside(name), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((device, 0))
        return sock.getsockname()[4]


def _socket(name, kind, address, device=None, six=False):
    """Of the address' version; without one, six says."""
    if address:
        six = ":" in address[0]
    with inside(name):
        sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if device:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                        device.encode())
    sock.settimeout(PATIENCE)
    if address:
        sock.bind(address)
    return sock


def udp(name, address=None, device=None, six=False):
    """A bound UDP socket in that namespace."""
    return _socket(name, socket.SOCK_DGRAM, address, device, six)


def tcp(name, address=None, device=None, six=False):
    """A TCP socket in that namespace, to connect from."""
    return _socket(name, socket.SOCK_STREAM, address, device, six)


def listen(name, address):
    sock = tcp(name, address)
    sock.listen(200)
    return sock


def quiet(*socks):
    """Nothing has arrived there."""
    for sock in socks:
        sock.setblocking(False)
        try:
            data = sock.recvfrom(65536)
            raise AssertionError("%r arrived from %r" % data)
        except BlockingIOError:
            pass
        finally:
            sock.settimeout(PATIENCE)
