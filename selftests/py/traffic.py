# SPDX-License-Identifier: GPL-2.0
"""UDP and TCP in all VPNs of bed_hosts until SIGTERM.

Losses are no matter here, but a payload with another VPN's name is: then it
ends with status 1.  Ended, it says how many answers each VPN got.  The file
$VPNGW_TMP/answers has the number of answers so far."""

import os
import select
import signal
import sys

from netns import listen, tcp, udp

VPNS = ("blue", "green", "red")
ALIAS, SERVER = "10.0.0.100", "47.0.0.10"
PORTS = range(5000, 5004)

ended = False


def end(*_):
    global ended
    ended = True


def main():
    signal.signal(signal.SIGTERM, end)
    answers = dict.fromkeys(VPNS, 0)
    server = udp("srv", (SERVER, 7))
    web = listen("srv", (SERVER, 80))
    web.setblocking(False)
    hosts = {}
    for vpn in VPNS:
        for port in PORTS:
            hosts[udp(vpn, ("10.0.0.2", port))] = vpn
    for sock in (server, *hosts):
        sock.setblocking(False)
    conns = set()
    clients = {}
    rounds = 0
    while not ended:
        rounds += 1
        for sock, vpn in hosts.items():
            try:
                sock.sendto(b"I am " + vpn.encode(), (ALIAS, 7))
            except OSError:
                pass
        if len(clients) < 12:
            vpn = VPNS[rounds % 3]
            sock = tcp(vpn)
            sock.setblocking(False)
            try:
                sock.connect((ALIAS, 80))
            except OSError:
                pass
            clients[sock] = (vpn, rounds)
        ready, _, _ = select.select([server, web, *hosts, *conns, *clients],
                                    [], [], 0.02)
        for sock in ready:
            try:
                if sock is web:
                    conn, _ = web.accept()
                    conn.setblocking(False)
                    conns.add(conn)
                elif sock in conns:
                    data = sock.recv(4096)
                    if data:
                        sock.sendall(data)
                    else:
                        conns.discard(sock)
                        sock.close()
                elif sock is server:
                    while True:
                        data, peer = server.recvfrom(4096)
                        server.sendto(data, peer)
                else:
                    vpn = hosts.get(sock) or clients[sock][0]
                    data = sock.recv(4096)
                    if data != b"I am " + vpn.encode() and data:
                        print("%s got %r" % (vpn, data))
                        sys.exit(1)
                    answers[vpn] += 1
                    if sock in clients:
                        del clients[sock]
                        sock.close()
            except OSError:
                if sock in clients:
                    del clients[sock]
                    sock.close()
                conns.discard(sock)
        for sock, (vpn, begun) in list(clients.items()):
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
    print(" ".join("%s %d" % pair for pair in answers.items()))


if __name__ == "__main__":
    main()
