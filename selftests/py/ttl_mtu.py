# SPDX-License-Identifier: GPL-2.0
"""TTL, MTU and DF: the gateway answers each side in its own view."""

import struct
import subprocess

import bed
from bed import GATEWAY, HOST, SERVER, echo_flow, open_wires, tcp_open, \
    udp_flow
from ktap import case, equal, main
from packet import ICMP, Fields, icmp, quote, seal, udp
from pieces import expect_whole
from tool import drops, vctl
from tool import flows as tool_flows
from wire import dropped

EXT_GATEWAY = "47.0.0.1"


def error_about(out, sent, source, target, kind, code, rest):
    """The gateway's own ICMP error: it quotes what was sent, unchanged."""
    seen = bed.wires.receive(out)
    f = Fields(seen)
    equal(f.proto, ICMP, "protocol")
    equal((f.src, f.dst), (source, target), "addresses of the error")
    equal((f.kind, f.code), (kind, code), "type and code")
    equal(f.rest, rest, "rest of the header")
    equal(seal(seen), seen, "error with its checksums")
    if len(f.data) < min(len(sent), 28):
        raise AssertionError("only %d bytes are quoted" % len(f.data))
    equal(f.data, sent[:len(f.data)], "quote")


def flows_of_each_kind():
    for make in (udp_flow, tcp_open, echo_flow):
        yield make(vpn="a")


@case
def ttl_ends_on_the_way_out():
    for flow in flows_of_each_kind():
        for ttl in (1, 0):
            before = drops("ttl")
            sent = flow.to_server(b"too far", ttl=ttl)
            bed.wires.send("a0", sent)
            error_about("a0", sent, GATEWAY, HOST, 11, 0, bytes(4))
            equal(drops("ttl") - before, 1, "drops for ttl")


@case
def ttl_ends_on_the_way_in():
    for flow in flows_of_each_kind():
        before = drops("ttl")
        sent = flow.to_host(b"too far", ttl=1)
        bed.wires.send("s0", sent)
        error_about("s0", sent, EXT_GATEWAY, SERVER, 11, 0, bytes(4))
        equal(drops("ttl") - before, 1, "drops for ttl")


@case
def ttl_ends_before_there_is_a_flow():
    """A traceroute: its first packet makes no flow."""
    sent = udp(HOST, 33000, bed.ALIAS, 33434, b"traceroute", ttl=1)
    bed.wires.send("a0", sent)
    error_about("a0", sent, GATEWAY, HOST, 11, 0, bytes(4))
    equal(tool_flows("inside", HOST + ":33000"), [], "flows")


@case
def ttl_2_passes_with_1():
    for flow in flows_of_each_kind():
        sent = flow.to_server(b"just far enough", ttl=2)
        bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
        equal(flow.out(sent)[8], 1, "TTL")
        sent = flow.to_host(b"just far enough", ttl=2)
        bed.wires.pass_on("s0", sent, "a0", flow.back(sent))


def set_mtu(dev, mtu):
    subprocess.run(["ip", "link", "set", dev, "mtu", str(mtu)], check=True)


def sized(make, size):
    """A packet of that size in all."""
    short = len(make(b""))
    return make(b"x" * (size - short))


def too_big(flow, into, make, out, mtu, source, target, back):
    """DF: refused with the MTU, one byte less passes."""
    sent = sized(lambda d: make(d, df=True), mtu + 1)
    before = drops("mtu")
    bed.wires.send(into, sent)
    error_about(into, sent, source, target, 3, 4, struct.pack("!HH", 0, mtu))
    equal(drops("mtu") - before, 1, "drops for mtu")
    sent = sized(lambda d: make(d, df=True), mtu)
    bed.wires.pass_on(into, sent, out, back(sent))


@case
def df_too_big_on_the_way_out():
    flows = list(flows_of_each_kind())
    set_mtu("s0", 1280)
    for flow in flows:
        too_big(flow, "a0", flow.to_server, "s0", 1280, GATEWAY, HOST,
                flow.out)
    set_mtu("s0", 1500)


@case
def df_too_big_on_the_way_in():
    flows = list(flows_of_each_kind())
    set_mtu("a0", 1280)
    for flow in flows:
        too_big(flow, "s0", flow.to_host, "a0", 1280, EXT_GATEWAY, SERVER,
                flow.back)
    set_mtu("a0", 1500)


@case
def without_df_it_is_fragmented():
    flows = list(flows_of_each_kind())
    set_mtu("s0", 1280)
    set_mtu("a0", 1280)
    for flow in flows:
        sent = sized(flow.to_server, 1500)
        bed.wires.send("a0", sent)
        expect_whole("s0", flow.out(sent), "to the server", mtu=1280)
        sent = sized(flow.to_host, 1500)
        bed.wires.send("s0", sent)
        expect_whole("a0", flow.back(sent), "to the host", mtu=1280)
    set_mtu("s0", 1500)
    set_mtu("a0", 1500)


@case
def no_error_about_an_error():
    flow = udp_flow()
    error = icmp(SERVER, flow.outside[0], 3, 1,
                 data=quote(flow.out(flow.to_server())), ttl=1)
    with dropped(bed.wires, "ttl"):
        bed.wires.send("s0", error)


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
