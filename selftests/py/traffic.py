# SPDX-License-Identifier: GPL-2.0
"""UDP and TCP in all VPNs of unload.sh until SIGTERM, of both versions and from one
to the other.

Losses are no matter here, but a payload with another VPN's name is: then it
ends with status 1.  Ended, it says how many answers came from each alias in each
VPN.  The file $VPNGW_TMP/answers has the least of these numbers so far."""

import os
import select
import signal
import sys

from ktap import PATIENCE
from netns import listen, tcp, udp

VPNS = ("blue", "green", "red")
SERVERS = ("47.0.0.10", "2001:db8:47::10")
# A host, and what it sends to.
PATHS = (("10.0.0.2", "10.0.0.100"), ("fd00::2", "fd00::100"),
         ("fd00::2", "fd00::104"))
# Kernels that check everything are slow enough as it is.
PORTS = range(5000, 5002 if PATIENCE < 30 else 5001)

ended = False


def end(*_):
    global ended
    ended = True


def main():
    signal.signal(signal.SIGTERM, end)
    answers = {(vpn, alias): 0 for vpn in VPNS for _, alias in PATHS}
    servers = [udp("srv", (server, 7)) for server in SERVERS]
    webs = [listen("srv", (server, 80)) for server in SERVERS]
    # who speaks to whom
    hosts = {}
    for vpn in VPNS:
        for number, (host, alias) in enumerate(PATHS):
            for port in PORTS:
                hosts[udp(vpn, (host, port + 10 * number))] = vpn, alias
    for sock in (*servers, *webs, *hosts):
        sock.setblocking(False)
    conns = set()
    clients = {}
    rounds = 0
    while not ended:
        rounds += 1
        for sock, (vpn, alias) in hosts.items():
            try:
                sock.sendto(b"I am " + vpn.encode(), (alias, 7))
            except OSError:
                pass
        if len(clients) < 12:
            vpn, (host, alias) = VPNS[rounds % 3], PATHS[rounds // 3 % 3]
            sock = tcp(vpn, (host, 0))
            sock.setblocking(False)
            try:
                sock.connect((alias, 80))
            except OSError:
                pass
            clients[sock] = (vpn, alias), rounds
        ready, _, _ = select.select([*servers, *webs, *hosts, *conns,
                                     *clients], [], [], 0.02)
        for sock in ready:
            try:
                if sock in webs:
                    conn, _ = sock.accept()
                    conn.setblocking(False)
                    conns.add(conn)
                elif sock in conns:
                    data = sock.recv(4096)
                    if data:
                        sock.sendall(data)
                    else:
                        conns.discard(sock)
                        sock.close()
                elif sock in servers:
                    while True:
                        data, peer = sock.recvfrom(4096)
                        sock.sendto(data, peer)
                else:
                    whose = hosts.get(sock) or clients[sock][0]
                    vpn = whose[0]
                    data = sock.recv(4096)
                    if data != b"I am " + vpn.encode() and data:
                        print("%s got %r" % (vpn, data))
                        sys.exit(1)
                    answers[whose] += 1
                    if sock in clients:
                        del clients[sock]
                        sock.close()
            except OSError:
                if sock in clients:
                    del clients[sock]
                    sock.close()
                conns.discard(sock)
        for sock, ((vpn, _), begun) in list(clients.items()):
            if rounds - begun == 3:
                try:
                    sock.sendall(b"I am " + vpn.encode())
                except OSError:
                    pass
            if rounds - begun > 60:
                del clients[sock]
                sock.close()
        if rounds % 10 == 0:
            note = os.environ["VPNGW_TMP"] + "/answers"
            with open(note + ".new", "w", encoding="ascii") as file:
                file.write("%d\n" % min(answers.values()))
            os.rename(note + ".new", note)
    for (vpn, alias), number in answers.items():
        print("%s %s %d" % (vpn, alias, number))


if __name__ == "__main__":
    main()
