# SPDX-License-Identifier: GPL-2.0
"""stun_tcp.py PORT SERVER SPORT...: ask STUN servers over TCP (RFC 8489) from
one local port, all connections open at once, and print the address and port
that each of them sees."""

import os
import socket
import struct
import sys

COOKIE = 0x2112a442
BINDING_REQUEST, BINDING_SUCCESS, XOR_MAPPED_ADDRESS = 1, 0x101, 0x20


def receive(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def ask(sock):
    transaction = os.urandom(12)
    sock.sendall(struct.pack("!HHI", BINDING_REQUEST, 0, COOKIE) + transaction)
    kind, length, cookie = struct.unpack("!HHI", receive(sock, 8))
    if (kind, cookie) != (BINDING_SUCCESS, COOKIE) or \
       receive(sock, 12) != transaction:
        raise ValueError("no answer to this request")
    data = receive(sock, length)
    while data:
        kind, length = struct.unpack("!HH", data[:4])
        if kind == XOR_MAPPED_ADDRESS:
            port, address = struct.unpack("!2xHI", data[4:12])
            return (socket.inet_ntoa(struct.pack("!I", address ^ COOKIE)),
                    port ^ (COOKIE >> 16))
        data = data[4 + (length + 3 & ~3):]
    raise ValueError("no address in the answer")


def main():
    port, *servers = sys.argv[1:]
    socks = []
    for server, sport in zip(servers[::2], servers[1::2]):
        sock = socket.socket()
        sock.settimeout(float(os.environ.get("VPNGW_PATIENCE", "15")))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(("", int(port)))
        sock.connect((server, int(sport)))
        socks.append(sock)
    for sock in socks:
        print(*ask(sock))


if __name__ == "__main__":
    main()
