# SPDX-License-Identifier: GPL-2.0
"""PPTP: all hosts have one outside address, so that only call ids tell their GRE
apart."""

import struct
import time

import bed
from bed import ALIAS, ALIAS2, HOST, HOST2, SERVER, SERVER2, open_wires, \
    tcp_open
from ktap import case, equal, main, wait_for
from packet import Fields, change, icmp, ip, quote
from tool import config, flows, identify, vctl
from wire import dropped

GRE, PORT = 47, 1723
(OUT_REQUEST, OUT_REPLY, IN_REQUEST, IN_REPLY, CLEAR, DISCONNECT) = \
    7, 8, 9, 10, 12, 13
CONNECTED, BUSY = 1, 3
LENGTH = {OUT_REQUEST: 168, OUT_REPLY: 32, IN_REQUEST: 220, IN_REPLY: 24,
          CLEAR: 16, DISCONNECT: 148}
MAGIC = 0x1a2b3c4d
ECHO_REQUEST = struct.pack("!HHIHHI", 16, 1, MAGIC, 5, 0, 9)


def message(kind, call, peer=0, result=CONNECTED):
    head = struct.pack("!HHIHHHHBB", LENGTH[kind], 1, MAGIC, kind, 0, call,
                       peer, result, 0)
    return (head + bytes(LENGTH[kind]))[:LENGTH[kind]]


def gre(src, dst, call, data, **more):
    """A PPP packet in GRE version 1, with key and sequence number."""
    return ip(src, dst, GRE, struct.pack("!HHHHI", 0x3001, 0x880b, len(data),
                                         call, 1) + data, **more)


class Control:
    """A control connection, and GRE beside it."""

    def __init__(self, vpn="a", host=HOST, port=40000, **more):
        self.flow = tcp_open(vpn=vpn, host=host, port=port, aport=PORT, **more)
        self.vpn, self.host = vpn, host
        self.seq = {"host": 1001, "server": 1001}

    def segment(self, who, data):
        other = "server" if who == "host" else "host"
        send = self.flow.to_server if who == "host" else self.flow.to_host
        sent = send(data, flags="PA", seq=self.seq[who], ack=self.seq[other])
        self.seq[who] += len(data)
        return sent

    def says(self, who, *messages):
        """A segment that arrives unchanged, and its acknowledgment."""
        sent = self.segment(who, b"".join(messages))
        flow = self.flow
        if who == "host":
            bed.wires.pass_on(flow.into, sent, flow.far, flow.out(sent))
            ack = flow.to_host(flags="A", seq=self.seq["server"],
                               ack=self.seq["host"])
            bed.wires.pass_on(flow.far, ack, flow.into, flow.back(ack))
        else:
            bed.wires.pass_on(flow.far, sent, flow.into, flow.back(sent))
            ack = flow.to_server(flags="A", seq=self.seq["host"],
                                 ack=self.seq["server"])
            bed.wires.pass_on(flow.into, ack, flow.far, flow.out(ack))

    def call(self, own, servers):
        self.says("host", message(OUT_REQUEST, own))
        self.says("server", message(OUT_REPLY, servers, own))

    def to_server(self, call):
        sent = gre(self.host, self.flow.alias, call, self.text())
        bed.wires.pass_on(self.flow.into, sent, "s0", self.out(sent))

    def to_host(self, call):
        sent = gre(self.flow.server, self.flow.outside[0], call, self.text())
        bed.wires.pass_on("s0", sent, self.flow.into, self.back(sent))

    def out(self, sent):
        return move(sent, self.flow.outside[0], self.flow.server)

    def back(self, sent):
        return move(sent, self.flow.alias, self.host)

    def text(self):
        return b"PPP of %s in %s" % (self.host.encode(), self.vpn.encode())


def move(sent, src, dst):
    return change(sent, src=src, dst=dst, hops=1)


def two_calls():
    """With the same address in two VPNs; ids are each side's own."""
    one, other = Control("a"), Control("b")
    equal(one.flow.outside[0], other.flow.outside[0], "outside address")
    one.call(100, 7)
    other.call(101, 8)
    return one, other


@case
def calls_of_hosts_behind_one_address():
    one, other = two_calls()
    third = Control("a", HOST2)
    third.call(7, 100)
    for _ in range(2):
        for control, own, servers in ((one, 100, 7), (other, 101, 8),
                                      (third, 7, 100)):
            control.to_server(servers)
            control.to_host(own)


@case
def several_calls_of_one_connection():
    control = Control()
    control.call(100, 7)
    control.call(101, 8)
    for own, servers in (100, 7), (101, 8):
        control.to_server(servers)
        control.to_host(own)


@case
def ids_may_be_zero():
    """As those of pptpd are, and GRE of no call still has nobody."""
    for own, servers in (100, 0), (0, 7), (0, 0):
        control = Control(port=40000 + 10 * own + servers)
        control.call(own, servers)
        control.to_server(servers)
        control.to_host(own)
        no_gre_out(control, 9)
        no_gre_in(control, 9)
        if servers == 0:
            equal(identify("gre", control.flow.outside[0], None, "peer",
                           SERVER)["vpn"], "a", "vpn")
        vctl("flow flush")


@case
def call_that_the_server_begins():
    """RFC 2637 2.9, 2.10: each names its own id, whoever asks."""
    control = Control()
    control.says("server", message(IN_REQUEST, 7))
    control.says("host", message(IN_REPLY, 100, 7))
    control.to_server(7)
    control.to_host(100)


@case
def messages_that_share_a_segment():
    control = Control()
    control.says("host", ECHO_REQUEST, message(OUT_REQUEST, 100))
    control.says("server", ECHO_REQUEST, message(OUT_REPLY, 7, 100),
                 ECHO_REQUEST)
    control.to_server(7)
    control.to_host(100)


def no_gre_out(control, call):
    with dropped(bed.wires, "protocol", "vpn", control.vpn):
        bed.wires.send(control.flow.into,
                       gre(control.host, ALIAS, call, control.text()))


def no_gre_in(control, call):
    with dropped(bed.wires, "no-mapping", "ext", "carrier"):
        bed.wires.send("s0", gre(SERVER, control.flow.outside[0], call,
                                 control.text()))


@case
def without_a_call_there_is_no_gre():
    control = Control()
    no_gre_out(control, 7)
    no_gre_in(control, 100)
    control.says("host", message(OUT_REQUEST, 100))
    no_gre_out(control, 7)
    # the server may be first
    control.to_host(100)
    control.says("server", message(OUT_REPLY, 7, 100, BUSY))
    no_gre_out(control, 7)
    no_gre_in(control, 99)


@case
def what_only_looks_like_pptp():
    """Another port, another cookie, a message that is none, one cut short."""
    other = Control(port=40001)
    good = message(OUT_REQUEST, 100)
    for bad in (good[:4] + b"\0" + good[5:], good[:3] + b"\2" + good[4:],
                good[:9] + b"\x63" + good[10:], good[:13], b"\0" * 200,
                struct.pack("!H", 0) + good[2:], b"x" + good):
        other.says("host", bad)
    flow = tcp_open(port=40002, aport=1724)
    sent = flow.to_server(good, flags="PA", seq=1001, ack=1001)
    bed.wires.pass_on(flow.into, sent, flow.far, flow.out(sent))
    equal(int(vctl("flow count proto gre")), 0, "flows")


@case
def id_that_another_host_has():
    """Refused with the request, before the server sends anything."""
    one, _ = two_calls()
    later = Control("b", HOST2)
    with dropped(bed.wires, "clash", "vpn", "b"):
        bed.wires.send("b0", later.segment("host", message(OUT_REQUEST, 100)))
    # said again by who has it
    one.says("host", message(OUT_REQUEST, 100))
    one.to_host(100)
    one.to_server(7)


@case
def id_that_the_server_gives_away_again():
    """It is the first one's until that one's connection ends, for who says so may
    be somebody else: one who helps the second host."""
    one, other = two_calls()
    with dropped(bed.wires, "clash", "ext", "carrier"):
        bed.wires.send("s0", other.segment("server",
                                           message(OUT_REPLY, 7, 101)))
    one.to_server(7)
    no_gre_out(other, 7)
    hang_up(one, "server")
    no_calls(one)
    other.seq["server"] -= LENGTH[OUT_REPLY]
    other.says("server", message(OUT_REPLY, 7, 101))
    other.to_server(7)


def no_calls(control):
    wait_for(lambda: not int(vctl("flow count proto gre vpn " + control.vpn)),
             "the end of all calls")


def hang_up(control, who):
    sent = (control.flow.to_server if who == "host" else control.flow.to_host)(
        flags="FA", seq=control.seq[who],
        ack=control.seq["server" if who == "host" else "host"])
    if who == "host":
        bed.wires.pass_on(control.flow.into, sent, "s0", control.flow.out(sent))
    else:
        bed.wires.pass_on("s0", sent, control.flow.into,
                          control.flow.back(sent))


@case
def calls_end_when_they_are_said_to():
    one, other = two_calls()
    # ids that are not theirs
    other.says("host", message(CLEAR, 100))
    other.says("server", message(DISCONNECT, 7))
    one.to_server(7)
    one.to_host(100)
    # its own, and with it the other side's
    one.says("host", message(CLEAR, 100))
    no_gre_in(one, 100)
    no_gre_out(one, 7)
    one.says("server", message(DISCONNECT, 7))
    other.to_server(8)
    other.to_host(101)


@case
def no_call_outlives_its_connection():
    """RFC 2637 2.3: whoever closes it."""
    one, other = two_calls()
    for control, who in (one, "host"), (other, "server"):
        control.says(who, message(OUT_REQUEST, 200))
        flow = control.flow
        # not by a number that it can't have
        sent = flow.to_host(flags="R", seq=control.seq["server"] + 10000)
        bed.wires.pass_on("s0", sent, flow.into, flow.back(sent))
        equal(int(vctl("flow count proto gre vpn " + control.vpn)), 3, "flows")
        hang_up(control, who)
        no_calls(control)


@case
def connections_of_one_port_keep_their_calls_apart():
    """Toward two servers, by one mapping: what ends is the one's."""
    one = Control()
    two = Control(alias=ALIAS2, server=SERVER2)
    equal(one.flow.outside, two.flow.outside, "outside endpoints")
    one.call(100, 7)
    two.call(100, 7)
    hang_up(one, "host")
    wait_for(lambda: int(vctl("flow count proto gre vpn a")) == 2,
             "the end of one call")
    no_gre_out(one, 7)
    two.to_server(7)
    two.to_host(100)


@case
def call_does_not_live_by_another_host_s_connection():
    """The id was named in two connections; the outside port of the second is
    another VPN's as soon as it is over."""
    config("pool del out\npool add out ext carrier address 47.0.0.200 ports "
           "2000-2001\nset quarantine 0\n")
    try:
        first, second = Control("a", port=40000), Control("a", port=40001)
        first.call(100, 7)
        second.says("host", message(OUT_REQUEST, 100))
        vctl("flow del vpn a proto tcp inside %s:40001" % HOST)
        other = Control("b")
        equal(other.flow.outside, second.flow.outside, "outside endpoint")
        other.call(100, 8)
        other.to_host(100)
    finally:
        config("pool del out\npool add out ext carrier address 47.0.0.200\n"
               "set quarantine 120\n")


@case
def silent_call_lives_as_long_as_its_connection():
    control = Control()
    control.call(100, 7)
    vctl("set timeout other 2 tcp-established 4")
    for _ in range(4):
        time.sleep(1.5)
        control.says("host", ECHO_REQUEST)
    control.to_server(7)
    control.to_host(100)
    vctl("set timeout other 300 tcp-established 7440")


@case
def connection_names_so_many_ids():
    control = Control()
    for first in range(1000, 1096, 4):
        control.says("host", *(message(OUT_REQUEST, first + n)
                               for n in range(4)))
    equal(int(vctl("flow count proto gre")), 64, "calls")
    control.says("host", message(CLEAR, 1000))
    control.says("host", message(OUT_REQUEST, 2000))
    control.to_host(2000)
    no_gre_in(control, 1000)


@case
def port_1723_is_whom_the_first_packet_is_for():
    """Not where it came from."""
    flow = tcp_open(port=PORT, aport=8080)
    for seq, send, into, out, done in (
            (1001, flow.to_server, "a0", "s0", flow.out),
            (1001, flow.to_host, "s0", "a0", flow.back)):
        sent = send(message(OUT_REQUEST, 7), flags="PA", seq=seq, ack=1001)
        bed.wires.pass_on(into, sent, out, done(sent))
    equal(int(vctl("flow count proto gre")), 0, "flows")


@case
def refused_call_gives_the_host_s_id_back():
    control = Control()
    for own in range(100, 170):
        control.says("host", message(OUT_REQUEST, own))
        control.says("server", message(OUT_REPLY, 0, own, BUSY))
    equal(int(vctl("flow count proto gre")), 0, "flows")
    control.call(100, 7)
    control.to_server(7)
    # the server ends it, and names its own id only
    control.says("server", message(DISCONNECT, 7))
    equal(int(vctl("flow count proto gre")), 0, "flows")


@case
def nobody_hangs_up_for_the_server():
    """Who knows the ports, but no numbers: all that are 2^24 apart, without and
    with an acknowledgment, and RSTs that follow."""
    one, _ = two_calls()
    flow = one.flow
    for flags in ("F", "FA", "PF"):
        for step in range(0, 1 << 32, 1 << 24):
            bed.wires.send("s0", flow.to_host(
                flags=flags, seq=one.seq["server"] + (1 << 23) + step,
                ack=one.seq["host"] - 5000))
    for step in range(0, 1 << 32, 1 << 25):
        seq = (one.seq["server"] + (1 << 23) + step) & 0xffffffff
        bed.wires.send("s0", flow.to_host(b"x", flags="P", seq=seq))
        bed.wires.send("s0", flow.to_host(flags="R", seq=seq + 1))
    bed.wires.drain()
    time.sleep(2.5)
    later = Control("b", HOST2)
    with dropped(bed.wires, "clash", "vpn", "b"):
        bed.wires.send("b0", later.segment("host", message(OUT_REQUEST, 100)))
    one.to_server(7)
    one.to_host(100)
    one.call(102, 9)
    one.to_host(102)


@case
def forged_answer_of_the_server():
    """Anybody outside may use its address, but does not know the numbers."""
    control = Control()
    control.says("host", message(OUT_REQUEST, 100))
    for seq in (control.seq["server"] - 1, control.seq["server"] + 5000,
                control.seq["server"] + (1 << 31)):
        sent = control.flow.to_host(message(OUT_REPLY, 7, 100), flags="PA",
                                    seq=seq, ack=control.seq["host"])
        bed.wires.pass_on("s0", sent, "a0", control.flow.back(sent))
        no_gre_out(control, 7)
    control.says("server", message(OUT_REPLY, 7, 100))
    control.to_server(7)


@case
def icmp_errors_about_a_call():
    """RFC 5508 REQ-4, REQ-5: what is quoted is 8 bytes, with the call id."""
    control = Control()
    control.call(100, 7)
    sent = gre(HOST, ALIAS, 7, b"too long")
    error = icmp(SERVER, control.flow.outside[0], 3, 4, b"\0\0\5\0",
                 quote(control.out(sent), length=28))
    bed.wires.send("s0", error)
    seen = Fields(bed.wires.receive("a0"))
    equal((seen.src, seen.dst), (ALIAS, HOST), "error to the host")
    equal(seen.data, quote(sent, hops=1, length=28), "quoted")
    sent = gre(SERVER, control.flow.outside[0], 100, b"too long")
    error = icmp(HOST, ALIAS, 3, 4, b"\0\0\5\0",
                 quote(control.back(sent), length=28))
    bed.wires.send("a0", error)
    seen = Fields(bed.wires.receive("s0"))
    equal((seen.src, seen.dst), (control.flow.outside[0], SERVER),
          "error to the server")
    equal(seen.data, quote(sent, hops=1, length=28), "quoted")
    # about a call of nobody
    with dropped(bed.wires, "icmp-no-flow", "ext", "carrier"):
        bed.wires.send("s0", icmp(SERVER, control.flow.outside[0], 3, 4,
                                  b"\0\0\5\0", quote(control.out(gre(
                                      HOST, ALIAS, 9, b"x")), length=28)))


@case
def whose_call_it_is():
    one, other = two_calls()
    for control, own, servers in ((one, 100, 7), (other, 101, 8)):
        outside = control.flow.outside[0]
        for answer in (identify("gre", outside, own, "peer", SERVER),
                       identify("gre", outside, None, "peer",
                                "%s:%d" % (SERVER, servers))):
            equal((answer["vpn"], answer["inside"]["addr"],
                   answer["server"]["addr"]), (control.vpn, HOST, SERVER),
                  "identity")
        seen = {(flow["inside"]["sport"], flow["inside"]["dport"])
                for flow in flows("vpn", control.vpn, "proto", "gre")}
        equal(seen, {(own, 0), (0, servers)}, "flows")


@case
def limits_hold_for_calls():
    control = Control()
    vctl("vpn set a max-flows 2")
    control.says("host", message(OUT_REQUEST, 100))
    bed.wires.send("a0", control.segment("host", message(OUT_REQUEST, 101)))
    seen = Fields(bed.wires.receive("a0"))
    equal((seen.src, seen.kind, seen.code), ("10.0.0.1", 3, 13), "answer")
    equal(int(vctl("flow count proto gre")), 1, "flows")
    vctl("vpn set a max-flows 0")


@case
def mapping_for_a_whole_address_needs_no_calls():
    vctl("mapping add a proto any inside %s outside 47.0.0.230" % HOST)
    for call in 7, 0:
        sent = gre(HOST, ALIAS, call, b"out")
        bed.wires.pass_on("a0", sent, "s0", move(sent, "47.0.0.230", SERVER))
        sent = gre(SERVER, "47.0.0.230", call + 1, b"back")
        bed.wires.pass_on("s0", sent, "a0", move(sent, ALIAS, HOST))
    equal(int(vctl("flow count proto gre")), 1, "flows")
    vctl("mapping del a proto any inside %s" % HOST)


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
