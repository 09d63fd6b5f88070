# SPDX-License-Identifier: GPL-2.0
"""The state of a TCP flow after each packet, and its timeout (RFC 7857, section
2).  Sequence numbers of the host begin at 1000, of the server at 5000."""

import bed
from bed import HOST, SERVER, open_wires, tcp_flow
from ktap import case, equal, main
from packet import change, tcp
from tool import config, flows, vctl
from wire import dropped

TIMEOUT = {"unreplied": 1000, "established": 2000, "inside-fin": 2000,
           "outside-fin": 2000, "closing": 3000, "reset": 4000}


def state():
    found = flows("proto", "tcp")
    equal(len(found), 1, "flows")
    left, full = found[0]["timeout"], TIMEOUT[found[0]["state"]]
    if not full - 60 <= left <= full:
        raise AssertionError("timeout %d in state %s" % (
            left, found[0]["state"]))
    return found[0]["state"]


class Talk:
    """A connection, packet by packet."""

    def __init__(self):
        self.flow = tcp_flow(seq=1000)
        equal(state(), "unreplied", "state after SYN")

    def host(self, flags, seq, ack, expected, data=b""):
        sent = self.flow.to_server(data, flags=flags, seq=seq, ack=ack)
        bed.wires.pass_on("a0", sent, "s0", self.flow.out(sent))
        equal(state(), expected, "state after the host's " + flags)

    def server(self, flags, seq, ack, expected, data=b""):
        sent = self.flow.to_host(data, flags=flags, seq=seq, ack=ack)
        bed.wires.pass_on("s0", sent, "a0", self.flow.back(sent))
        equal(state(), expected, "state after the server's " + flags)

    def open(self):
        # Half open: who sent the SYN may not have that address.
        self.server("SA", 5000, 1001, "unreplied")
        self.host("A", 1001, 5001, "established")


def opened():
    talk = Talk()
    talk.open()
    return talk


@case
def handshake_and_data():
    talk = opened()
    talk.host("PA", 1001, 5001, "established", b"request")
    talk.server("PA", 5001, 1008, "established", b"answer")


@case
def host_closes_first():
    talk = opened()
    talk.host("FA", 1001, 5001, "inside-fin")
    talk.server("A", 5001, 1002, "inside-fin")
    talk.server("PA", 5001, 1002, "inside-fin", b"half closed")
    talk.host("A", 1002, 5012, "inside-fin")
    talk.server("FA", 5012, 1002, "closing")
    talk.host("A", 1002, 5013, "closing")


@case
def server_closes_first():
    talk = opened()
    talk.server("FA", 5001, 1001, "outside-fin")
    talk.host("A", 1001, 5002, "outside-fin")
    talk.host("PA", 1001, 5002, "outside-fin", b"half closed")
    talk.host("FA", 1012, 5002, "closing")
    talk.server("A", 5002, 1013, "closing")


@case
def both_close_at_once():
    talk = opened()
    talk.host("FA", 1001, 5001, "inside-fin")
    talk.server("FA", 5001, 1001, "closing")
    talk.host("A", 1002, 5002, "closing")
    talk.server("A", 5002, 1002, "closing")


@case
def fin_is_sent_again():
    talk = opened()
    talk.host("FA", 1001, 5001, "inside-fin")
    talk.host("FA", 1001, 5001, "inside-fin")


@case
def syn_is_sent_again():
    talk = Talk()
    talk.host("S", 1000, 0, "unreplied")
    talk.server("SA", 5000, 1001, "unreplied")
    talk.server("SA", 5000, 1001, "unreplied")
    talk.host("A", 1001, 5001, "established")


@case
def both_open_at_once():
    """RFC 5382 REQ-2: the SYNs cross."""
    talk = Talk()
    talk.server("S", 5000, 0, "unreplied")
    talk.host("SA", 1000, 5001, "established")
    talk.server("SA", 5000, 1001, "established")


@case
def data_on_a_syn():
    flow = tcp_flow(seq=1000, data=b"early")
    equal(state(), "unreplied")
    sent = flow.to_host(flags="SA", seq=5000, ack=1006)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
    equal(state(), "unreplied")
    sent = flow.to_server(flags="A", seq=1006, ack=5001)
    bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
    equal(state(), "established")


@case
def server_refuses():
    talk = Talk()
    talk.server("RA", 0, 1001, "reset")


@case
def reset_of_the_server():
    talk = opened()
    talk.server("R", 5001, 0, "reset")


@case
def reset_of_the_host():
    talk = opened()
    talk.host("RA", 1001, 5001, "reset")


@case
def reset_that_cannot_be_theirs_changes_nothing():
    """Off-path: the sequence number is nowhere near."""
    talk = opened()
    talk.server("PA", 5001, 1001, "established", b"data")
    sent = talk.flow.to_host(flags="R", seq=5001 + (1 << 30), ack=0)
    bed.wires.send("s0", sent)
    bed.wires.frames()      # passed on or not: the end host judges
    equal(state(), "established", "state after a forged reset")
    sent = talk.flow.to_host(flags="R", seq=5001 - (1 << 30), ack=0)
    bed.wires.send("s0", sent)
    bed.wires.frames()
    equal(state(), "established", "state after another forged reset")
    talk.host("A", 1001, 5005, "established")


@case
def blind_segment_makes_no_blind_reset_plausible():
    """Off-path, RFC 7857 section 2.2: the segment has any number, the reset
    behind it the one that would come next.  Nor does such a segment take a
    true reset back, or close anything."""
    talk = opened()
    talk.server("PA", 5001, 1001, "established", b"data")
    for far in (1 << 30, 1 << 31, (1 << 32) - (1 << 30)):
        for flags, data in (("A", b"blind"), ("PA", b""), ("FA", b""),
                            ("S", b"")):
            seq = 5005 + far
            for sent in (talk.flow.to_host(data, flags=flags, seq=seq,
                                           ack=77),
                         talk.flow.to_host(flags="R", seq=seq + len(data) +
                                           (flags in ("S", "FA")), ack=0)):
                bed.wires.send("s0", sent)
                bed.wires.frames()
                equal(state(), "established", "state after %s" % flags)
    talk.host("A", 1001, 5005, "established")
    talk.server("R", 5005, 0, "reset")
    bed.wires.send("s0", talk.flow.to_host(b"blind", flags="PA",
                                           seq=5005 + (1 << 30), ack=77))
    bed.wires.frames()
    equal(state(), "reset", "state after a blind segment")


@case
def data_after_a_reset_revives():
    talk = opened()
    talk.server("R", 5001, 0, "reset")
    talk.host("PA", 1001, 5001, "established", b"I am still here")


@case
def new_connection_on_an_old_tuple():
    talk = opened()
    talk.host("FA", 1001, 5001, "inside-fin")
    talk.server("FA", 5001, 1002, "closing")
    talk.host("A", 1002, 5002, "closing")
    outside = talk.flow.outside
    again = tcp_flow(seq=90000)
    equal(again.outside, outside, "outside tuple")
    equal(state(), "unreplied", "state after the new SYN")
    sent = again.to_host(flags="SA", seq=70000, ack=90001)
    bed.wires.pass_on("s0", sent, "a0", again.back(sent))
    equal(state(), "unreplied")
    sent = again.to_server(flags="A", seq=90001, ack=70001)
    bed.wires.pass_on("a0", sent, "s0", again.out(sent))
    equal(state(), "established")


@case
def only_a_syn_starts():
    for flags in ("A", "SA", "FA", "PA", "R", "RA"):
        with dropped(bed.wires, "no-state"):
            bed.wires.send("a0", tcp(HOST, 6000, bed.ALIAS, 80, flags, 1, 1))
    equal(flows("proto", "tcp"), [], "flows")


@case
def only_a_syn_of_the_server_starts():
    talk = opened()
    for flags in ("A", "SA", "FA", "R"):
        with dropped(bed.wires, "no-state"):
            bed.wires.send("s0", tcp(SERVER, 81, *talk.flow.outside, flags, 1,
                                     1))


@case
def strange_flags_do_no_harm():
    """None at all, and a SYN within the connection: the state stays."""
    talk = opened()
    for flags in ("", "SPU", "S"):
        bed.wires.send("a0", talk.flow.to_server(flags=flags, seq=1001,
                                                 ack=5001))
        bed.wires.frames()
        equal(state(), "established", "state after %r" % flags)
    talk.host("A", 1001, 5001, "established")


@case
def server_starts_on_a_static_mapping():
    sent = tcp(SERVER, 7000, "47.0.0.220", 22, "S", 5000)
    bed.wires.pass_on("s0", sent, "a0", change(
        sent, src=bed.ALIAS, dst="10.0.0.3", hops=1))
    equal(state(), "unreplied")
    sent = tcp("10.0.0.3", 22, bed.ALIAS, 7000, "SA", 1000, 5001)
    bed.wires.pass_on("a0", sent, "s0", change(
        sent, src="47.0.0.220", dst=SERVER, hops=1))
    equal(state(), "unreplied")
    sent = tcp(SERVER, 7000, "47.0.0.220", 22, "FA", 5001, 1001)
    bed.wires.send("s0", sent)
    bed.wires.receive("a0")
    equal(state(), "outside-fin", "state")


if __name__ == "__main__":
    open_wires()
    config("mapping add a proto any inside 10.0.0.3 outside 47.0.0.220\n"
           "set timeout tcp-init 1000 tcp-established 2000 tcp-closing 3000 "
           "tcp-reset 4000\n")
    main(lambda: vctl("flow flush"))
