# SPDX-License-Identifier: GPL-2.0
"""A narrow link at four places of the path; see pmtu.sh."""

import errno
import os
import random
import socket
import struct
import subprocess

from ktap import PATIENCE, case, equal, main, wait_for
from netns import NAMES, inside, udp
from tool import drops, stats, vctl

HOST, ALIAS, SERVER = "10.1.0.2", "10.0.0.100", "47.1.0.10"
MTU = 1280
LINKS = {1: (("host", "r1"), ("r1", "host")), 2: (("r1", "gw"), ("gw", "r1")),
         3: (("gw", "r2"), ("r2", "gw")), 4: (("r2", "srv"), ("srv", "r2"))}
# Who tells the host, and the server, that what they send is too big for a
# link, by the address that each of them sees.  None: its own device.
TELLS_HOST = {1: None, 2: "10.1.0.1", 3: "10.0.0.1", 4: "10.0.0.1"}
TELLS_SERVER = {1: "outside", 2: "47.0.0.1", 3: "47.1.0.1", 4: None}
IP_MTU_DISCOVER, IP_RECVERR, IP_MTU = 10, 11, 14
DONT, DO = 0, 2
TMP = os.environ["VPNGW_TMP"]
random.seed(1191)


def sysctl(name, key, value):
    with inside(name), open("/proc/sys/net/ipv4/" + key, "w",
                            encoding="ascii") as file:
        file.write(str(value))


def set_mtu(link, mtu):
    for name, dev in LINKS[link]:
        subprocess.run(["ip", "-n", NAMES[name], "link", "set", dev, "mtu",
                        str(mtu)], check=True)


class narrow:
    """with narrow(2): that link has the small MTU, and nobody knows yet."""

    def __init__(self, link):
        self.link = link

    def __enter__(self):
        forget()
        set_mtu(self.link, MTU)

    def __exit__(self, *args):
        set_mtu(self.link, 1500)


def forget():
    """What path MTUs were learnt before."""
    for name in NAMES:
        sysctl(name, "route/flush", -1)
    vctl("flow flush")


def snmp(name, key):
    with inside(name), open("/proc/thread-self/net/snmp",
                            encoding="ascii") as lines:
        for names in lines:
            found = dict(zip(names.split(), next(lines).split()))
            if key in found:
                return int(found[key])
    raise KeyError(key)


def curl(*words):
    with inside("host"):
        done = subprocess.run(
            ["curl", "-sS", "--max-time", str(PATIENCE * 4), *words],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    equal((done.returncode, done.stdout), (0, b""), "what curl says")


def same(one, other):
    with open(one, "rb") as left, open(other, "rb") as right:
        equal(left.read() == right.read(), True, "the file, the same")
    os.unlink(one)


# Kernels that check everything take minutes for so much.
BIG = "10MB" if PATIENCE < 30 else "1MB"


def download(file=BIG, port=80):
    curl("-o", TMP + "/down", "http://%s:%d/%s" % (ALIAS, port, file))
    same(TMP + "/down", TMP + "/www/" + file)


def upload(file=BIG, port=80):
    curl("-T", TMP + "/www/" + file, "http://%s:%d/up" % (ALIAS, port))
    same(TMP + "/www/up", TMP + "/www/" + file)


def both_loads(link, down="1MB", up="1MB"):
    """Either way; it was found out that the path is narrow, by DF and not by
    fragments."""
    for load, file in ((download, down), (upload, up)):
        with narrow(link):
            before = snmp("gw", "FragCreates")
            load(file)
            equal(snmp("gw", "FragCreates") - before, 0, "fragments made")


@case
def narrow_link_beyond_a_router_of_the_vpn():
    both_loads(1)


@case
def ten_megabytes_with_a_narrow_link_on_the_vpn_side():
    before = drops("mtu")
    both_loads(2, down=BIG)
    equal(drops("mtu") > before, True, "drops for mtu")


@case
def ten_megabytes_with_a_narrow_link_on_the_ext_side():
    before = drops("mtu")
    both_loads(3, up=BIG)
    equal(drops("mtu") > before, True, "drops for mtu")


@case
def narrow_link_beyond_a_router_of_the_ext():
    both_loads(4)


class Pair:
    """A UDP flow, with a connected socket at both its ends."""

    def __init__(self, discover):
        self.host = udp("host", (HOST, 5000))
        self.server = udp("srv", (SERVER, 7))
        self.host.connect((ALIAS, 7))
        self.host.send(b"hello")
        _, self.outside = self.server.recvfrom(100)
        self.server.connect(self.outside)
        for sock in (self.host, self.server):
            sock.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, discover)
            sock.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)

    def close(self):
        self.host.close()
        self.server.close()


def queued_error(sock):
    """(errno, type, code, MTU, who said so) from the error queue."""
    # A time-out would wait for data, whatever the flags.
    sock.setblocking(False)
    try:
        _, found, _, _ = sock.recvmsg(2000, 500, socket.MSG_ERRQUEUE)
    except BlockingIOError:
        return None
    finally:
        sock.settimeout(PATIENCE)
    for level, kind, data in found:
        if (level, kind) == (socket.SOL_IP, IP_RECVERR):
            err, origin, icmp, code, _, mtu = struct.unpack("=IBBBBI",
                                                            data[:12])
            offender = socket.inet_ntoa(data[20:24])
            return (err, origin, icmp, code, mtu, offender)
    return None


def told(sock, teller):
    """What is too big is answered with ICMP 3/4 in this end's own view;
    then the socket knows, and what fits passes."""
    if teller is None:
        try:
            sock.send(bytes(MTU - 27))
        except OSError as error:
            equal(error.errno, errno.EMSGSIZE, "errno")
            return
        raise AssertionError("sent more than the device takes")
    sock.send(bytes(MTU - 27))
    error = wait_for(lambda: queued_error(sock), "an ICMP error")
    equal(error, (errno.EMSGSIZE, 2, 3, 4, MTU, teller), "the error")
    try:
        sock.send(bytes(MTU - 27))
        raise AssertionError("the socket has not learnt the path MTU")
    except OSError as error:
        equal(error.errno, errno.EMSGSIZE, "errno")
    equal(sock.getsockopt(socket.SOL_IP, IP_MTU), MTU, "path MTU")


def all_told():
    for link in LINKS:
        with narrow(link):
            pair = Pair(DO)
            told(pair.host, TELLS_HOST[link])
            teller = TELLS_SERVER[link]
            told(pair.server, pair.outside[0] if teller == "outside"
                 else teller)
            # the errors were read; nothing else is in the way
            for sock, peer in ((pair.host, pair.server),
                               (pair.server, pair.host)):
                data = random.randbytes(MTU - 28)
                sock.send(data)
                equal(peer.recv(2000) == data, True, "what fits, the same")
            pair.close()


@case
def each_end_is_told_in_its_own_view():
    """RFC 4787 REQ-13, RFC 5508 REQ-4 and REQ-5, RFC 1191."""
    all_told()


@case
def it_is_told_with_ip_no_pmtu_disc_on_the_gateway():
    """That is about what the gateway itself sends.  RFC 4787 REQ-13."""
    sysctl("gw", "ip_no_pmtu_disc", 1)
    all_told()
    sysctl("gw", "ip_no_pmtu_disc", 0)


@case
def the_router_that_tells_is_an_alias_where_it_has_one():
    vctl("alias add blue 10.0.0.103 to 47.0.0.254")
    with narrow(4):
        pair = Pair(DO)
        told(pair.host, "10.0.0.103")
        pair.close()
    vctl("alias del blue 10.0.0.103")


@case
def without_df_it_is_fragmented():
    """RFC 4787 REQ-13 a and REQ-14, RFC 791."""
    for link in LINKS:
        with narrow(link):
            pair = Pair(DONT)
            for size in (MTU - 28, MTU - 27, 1472, 1473, 9000, 60001):
                for sock, peer in ((pair.host, pair.server),
                                   (pair.server, pair.host)):
                    data = random.randbytes(size)
                    sock.send(data)
                    equal(peer.recv(65536) == data, True,
                          "%d bytes over link %d, the same" % (size, link))
            equal(queued_error(pair.host), None, "errors for the host")
            equal(queued_error(pair.server), None, "errors for the server")
            pair.close()


@case
def tcp_of_ends_that_do_not_discover():
    """ip_no_pmtu_disc: TCP without DF, which routers fragment; RFC 4787
    REQ-13.  The server's socket on port 81 is one of those."""
    dropped = stats()["drops"]
    sysctl("host", "ip_no_pmtu_disc", 1)
    for link, fragmented, reassembled in ((2, download, upload),
                                          (3, upload, download)):
        with narrow(link):
            before = snmp("gw", "FragCreates")
            fragmented("1MB", 81)
            equal(snmp("gw", "FragCreates") - before > 1000, True,
                  "fragments made")
            # and what comes in fragments leaves in fragments
            before = snmp("gw", "ReasmOKs")
            reassembled("1MB", 81)
            equal(snmp("gw", "ReasmOKs") - before > 500, True,
                  "packets reassembled")
    sysctl("host", "ip_no_pmtu_disc", 0)
    equal(stats()["drops"], dropped, "drops")


if __name__ == "__main__":
    main()
