# SPDX-License-Identifier: GPL-2.0
"""A TCP segment in mid-stream starts a flow where that is set, else never."""

import bed
from bed import ALIAS, HOST, POOL, SERVER, Flow, open_wires, tcp_open
from ktap import case, equal, main
from packet import change, tcp
from tool import flows, show, vctl
from wire import dropped

STATIC = "47.0.0.201"


def pickup(state):
    vctl("set", "tcp-pickup", state)


def state_of(port=5000):
    found = flows("proto", "tcp", "inside", "%s:%d" % (HOST, port))
    equal(len(found), 1, "flows")
    return found[0]["state"]


def from_host(flags="A", seq=5000, ack=9000, data=b"", port=5000):
    return tcp(HOST, port, ALIAS, 80, flags, seq, ack, data=data)


def from_server(flags="A", seq=9000, ack=5000, data=b""):
    return tcp(SERVER, 4000, STATIC, 2222, flags, seq, ack, data=data)


def to_host(sent):
    return change(sent, src=ALIAS, dst=HOST, dport=22, hops=1)


@case
def refused_unless_set():
    for flags in ("A", "PA", "FA"):
        with dropped(bed.wires, "no-state"):
            bed.wires.send("a0", from_host(flags, data=b"data"))
        with dropped(bed.wires, "no-state"):
            bed.wires.send("s0", from_server(flags, data=b"data"))
    equal(flows(), [], "flows")


@case
def host_goes_on():
    pickup("on")
    flow = Flow(from_host("PA", data=b"goes on"), SERVER)
    equal(flow.outside[0], POOL, "outside address")
    equal(state_of(), "unreplied")
    sent = flow.to_host(b"so do I", flags="PA", seq=9000, ack=5007)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
    equal(state_of(), "established")
    sent = flow.to_server(b"", flags="A", seq=5007, ack=9007)
    bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
    equal(state_of(), "established")


@case
def server_goes_on_where_a_static_mapping_is():
    pickup("on")
    sent = from_server("PA", data=b"goes on")
    bed.wires.pass_on("s0", sent, "a0", to_host(sent))
    equal(state_of(22), "unreplied")
    answer = tcp(HOST, 22, ALIAS, 4000, "A", 5000, 9007)
    bed.wires.pass_on("a0", answer, "s0", change(
        answer, src=STATIC, sport=2222, dst=SERVER, hops=1))
    equal(state_of(22), "established")


@case
def server_goes_on_where_a_live_mapping_is():
    pickup("on")
    first = tcp_open()
    sent = tcp(SERVER, 81, *first.outside, "A", 9000, 5000)
    bed.wires.pass_on("s0", sent, "a0", change(
        sent, src=ALIAS, dst=HOST, dport=5000, hops=1))
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", tcp(SERVER, 80, POOL, 9, "A", 9000, 5000))


@case
def segments_that_no_connection_has_start_nothing():
    """Without ACK, with SYN and ACK, or RST: RFC 9293 section 3.10.7."""
    pickup("on")
    for flags in ("", "F", "FPU", "P", "SA", "R", "RA", "SF"):
        with dropped(bed.wires, "no-state"):
            bed.wires.send("a0", from_host(flags))
        with dropped(bed.wires, "no-state"):
            bed.wires.send("s0", from_server(flags))
    equal(flows(), [], "flows")


@case
def reset_by_a_server_that_knows_nothing_counts():
    """It has the number that was acknowledged, and no ACK: RFC 9293 section
    3.10.7.1.  Others do not count."""
    pickup("on")
    flow = Flow(from_host("A"), SERVER)
    for seq in (0, 8999, 9001, 5000):
        sent = flow.to_host(flags="R", seq=seq)
        bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
        equal(state_of(), "unreplied")
    sent = flow.to_host(flags="R", seq=9000)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
    equal(state_of(), "reset")


@case
def reset_by_the_host_itself_counts():
    pickup("on")
    flow = Flow(from_host("PA", data=b"goes on"), SERVER)
    sent = flow.to_server(flags="R", seq=5007)
    bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
    equal(state_of(), "reset")


@case
def unanswered_ones_are_half_open():
    """A sweep of ACKs or FINs is bounded as one of SYNs."""
    pickup("on")
    vctl("vpn set a max-half-open 3")
    for port, flags in enumerate(("A", "PA", "FA"), 5000):
        Flow(from_host(flags, port=port), SERVER)
        equal(state_of(port), "unreplied")
    with dropped(bed.wires, "max-half-open"):
        bed.wires.send("a0", from_host(port=5010))
        bed.wires.receive("a0")
    vctl("vpn set a max-half-open 0")


@case
def fin_alone_does_not_establish():
    """Neither does it after a SYN: nobody has answered."""
    pickup("off")
    flow = bed.tcp_flow()
    sent = flow.to_server(flags="FA", seq=1001, ack=1)
    bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
    equal(state_of(), "unreplied")


@case
def ends_as_any_other():
    pickup("on")
    flow = Flow(from_host("FA"), SERVER)
    sent = flow.to_host(flags="A", seq=9000, ack=5001)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
    equal(state_of(), "inside-fin")
    sent = flow.to_host(flags="FA", seq=9000, ack=5001)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
    equal(state_of(), "closing")


@case
def the_setting_is_shown_and_kept():
    for state in (True, False):
        pickup("on" if state else "off")
        equal(show("set", "show")["tcp_pickup"], state, "tcp_pickup")


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"), lambda: pickup("off"))
