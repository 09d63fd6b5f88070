# SPDX-License-Identifier: GPL-2.0
"""Hold the packets of NFQUEUE 7 until SIGUSR1, then accept all of them, and end.

Prints "bound", and "held N" with each packet."""

import signal
import socket
import struct

QUEUE = 7
NETLINK_NETFILTER = 12
SUBSYS_QUEUE = 3
PACKET, VERDICT, CONFIG = 0, 1, 2
NLM_F_REQUEST, NLM_F_ACK = 1, 4
CFG_CMD, CFG_PARAMS = 1, 2
PACKET_HDR, VERDICT_HDR = 1, 2
BIND, COPY_META = 1, 1
NF_ACCEPT = 1


def attribute(kind, value):
    padding = b"\0" * (-len(value) % 4)
    return struct.pack("=HH", 4 + len(value), kind) + value + padding


def message(kind, flags, attributes):
    body = struct.pack(">BBH", socket.AF_UNSPEC, 0, QUEUE) + attributes
    return struct.pack("=IHHII", 16 + len(body), SUBSYS_QUEUE << 8 | kind,
                       NLM_F_REQUEST | flags, 1, 0) + body


def attributes(data):
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        yield kind & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


def configure(sock, *what):
    sock.send(message(CONFIG, NLM_F_ACK, attribute(*what)))
    answer = sock.recv(65536)
    error = struct.unpack_from("=i", answer, 16)[0]
    if error:
        raise OSError(-error, "nfqueue")


def main():
    held, done = [], []
    signal.signal(signal.SIGUSR1, lambda *_: done.append(True))
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.bind((0, 0))
    configure(sock, CFG_CMD, struct.pack(">BxH", BIND, socket.AF_INET))
    configure(sock, CFG_PARAMS, struct.pack(">IB", 0, COPY_META))
    print("bound", flush=True)
    sock.settimeout(0.1)
    while not done:
        try:
            data = sock.recv(65536)
        except TimeoutError:
            continue
        for kind, value in attributes(data[20:]):
            if kind == PACKET_HDR:
                held.append(value[:4])
                print("held", len(held), flush=True)
    # Those that are no longer there are refused, to which nobody listens.
    for number in held:
        sock.send(message(VERDICT, 0, attribute(
            VERDICT_HDR, struct.pack(">I", NF_ACCEPT) + number)))
    print("accepted", flush=True)


main()
