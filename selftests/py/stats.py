# SPDX-License-Identifier: GPL-2.0
"""Counters of VPNs, exts and everything."""

import os
import re
import struct

import bed
from bed import ALIAS, HOST, HOST2, SERVER, Flow, open_wires, udp_flow
from ktap import case, equal, main
from packet import Fields, ip, seal, tcp, udp
from tool import drops, fails, flows, run, show, stats, vctl
from wire import dropped

POOR = "192.0.2.2"


@case
def every_reason_has_a_sentence():
    """Those of the interface's own description, in JSON and with -d."""
    shown = show("stats")["drops"]
    tree = os.environ.get("TREE")
    if tree:
        with open(tree + "/Documentation/netlink/specs/vpngw.yaml",
                  encoding="utf-8") as file:
            text = file.read().split("name: reason\n")[1].split(
                "type: enum")[0]
        names = re.findall(r"name: ([a-z-]+)", text)
        equal([drop["name"] for drop in shown], names, "reasons")
    for drop in shown:
        equal(drop["packets"], 0, "packets")
        if len(drop["sentence"].split()) < 4:
            raise AssertionError("%(name)s: %(sentence)r" % drop)
    text = run("-d", "stats").stdout
    for drop in shown:
        if "%s: %s\n" % (drop["name"], drop["sentence"]) not in text:
            raise AssertionError("no %(name)s in the text" % drop)
    # without -d only those that occurred
    text = vctl("stats")
    for drop in shown:
        if drop["name"] + ":" in text:
            raise AssertionError("%(name)s has not occurred" % drop)


@case
def packets_and_bytes_each_way():
    flow, other = udp_flow("a"), udp_flow("b")
    before = [stats(*w) for w in ((), ("vpn", "a"), ("vpn", "b"),
                                  ("ext", "carrier"))]
    for _ in range(3):
        sent = flow.to_server(b"x" * 72)
        bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
    sent = other.to_host(b"x" * 172)
    bed.wires.pass_on("s0", sent, "b0", other.back(sent))
    after = [stats(*w) for w in ((), ("vpn", "a"), ("vpn", "b"),
                                 ("ext", "carrier"))]
    for b, a, out, back in zip(before, after, (3, 3, 0, 3), (1, 0, 1, 1)):
        equal(a["outbound"]["packets"] - b["outbound"]["packets"], out, "out")
        equal(a["outbound"]["bytes"] - b["outbound"]["bytes"], out * 100,
              "bytes out")
        equal(a["inbound"]["packets"] - b["inbound"]["packets"], back, "in")
        equal(a["inbound"]["bytes"] - b["inbound"]["bytes"], back * 200,
              "bytes in")
        equal(a["flows_created"], b["flows_created"], "flows created")


@case
def drops_of_one_vpn_are_not_of_another():
    before = drops("no-state", "vpn", "b")
    with dropped(bed.wires, "no-state", "vpn", "a"):
        bed.wires.send("a0", tcp(HOST, 1, ALIAS, 80, "A"))
    equal(drops("no-state", "vpn", "b"), before, "drops of b")
    with dropped(bed.wires, "no-mapping", "ext", "carrier"):
        bed.wires.send("s0", udp(SERVER, 1, bed.POOL, 3))
    text = vctl("stats vpn a")
    if not re.search(r"^ +1 no-state: ", text, re.M):
        raise AssertionError(text)


@case
def unknown_names():
    fails("stats vpn nobody")
    fails("stats ext nowhere")


@case
def malformed():
    """Too short for its layer 4 header, or lengths that cannot be."""
    for bad in (ip(HOST, ALIAS, 17, b"\0\1\0\7"),
                ip(HOST, ALIAS, 17, b""),
                ip(HOST, ALIAS, 17, struct.pack("!HHHH", 1, 7, 7, 0)),
                ip(HOST, ALIAS, 17, struct.pack("!HHHH", 1, 7, 9, 0)),
                ip(HOST, ALIAS, 6, b"\0\1\0\7" + bytes(15)),
                ip(HOST, ALIAS, 6, tcp(HOST, 1, ALIAS, 7)[20:32] + b"\x40" +
                   bytes(7)),
                ip(HOST, ALIAS, 1, b"\x08\0\0\0"),
                ip(HOST, ALIAS, 1, b"")):
        with dropped(bed.wires, "malformed"):
            bed.wires.send("a0", bad)
    # to a pool address, too
    with dropped(bed.wires, "malformed"):
        bed.wires.send("s0", ip(SERVER, bed.POOL, 17, b"\0\1\0\7"))


@case
def tcp_header_longer_than_the_packet():
    """The data offset points behind the end: nobody may read there."""
    bad = bytearray(tcp(HOST, 1, ALIAS, 7))
    bad[32] = 0xf0
    with dropped(bed.wires, "malformed"):
        bed.wires.send("a0", seal(bytes(bad)))


@case
def malformed_for_others_is_not_ours():
    sent = ip(HOST, HOST2, 17, b"\0\1\0\7")
    expected = ip(HOST, HOST2, 17, b"\0\1\0\7", ttl=63)
    bed.wires.pass_on("a0", sent, "a0", expected)


@case
def source_routes():
    flow = udp_flow("a")
    for kind in (131, 137):
        options = bytes([kind, 7, 4]) + bytes([10, 0, 0, 9])
        before = drops("ip-options")
        bed.wires.send("a0", flow.to_server(b"x", options=options))
        equal(drops("ip-options") - before, 1, "drops")
        bed.wires.nothing(but="a0")
        bed.wires.drain()


@case
def options_that_do_not_parse():
    flow = udp_flow("a")
    before = drops("ip-options")
    bed.wires.send("a0", flow.to_server(b"x", options=b"\x07\x02\0\0"))
    equal(drops("ip-options") - before, 1, "drops")
    bed.wires.nothing(but="a0")
    bed.wires.drain()


def told(reason, sent, code):
    """Dropped, and only the sender hears of it, in its own view."""
    before = drops(reason)
    bed.wires.send("a0", sent)
    equal(drops(reason) - before, 1, "drops")
    seen = Fields(bed.wires.receive("a0"))
    equal((seen.src, seen.dst, seen.kind, seen.code),
          (bed.GATEWAY, Fields(sent).src, 3, code), "answer")
    equal(seen.data[:28], sent[:28], "quote")


@case
def no_pool():
    told("no-pool", udp(HOST, 5000, "10.0.0.111", 7, b"x"), 13)


@case
def pool_is_exhausted():
    """Four ports: the fifth mapping is refused, and the four live on."""
    vctl("set quarantine 0")
    kept = [Flow(udp(HOST, port, "10.0.0.110", 7, b"x"), POOR, out="u0")
            for port in range(6000, 6004)]
    equal(sorted(flow.outside[1] for flow in kept), [2000, 2001, 2002, 2003],
          "outside ports")
    for _ in range(3):
        told("pool-exhausted", udp(HOST, 6004, "10.0.0.110", 7, b"x"), 13)
    for flow in kept:
        flow.exchange()
    # another protocol has ports of its own
    Flow(tcp(HOST, 6004, "10.0.0.110", 7), POOR, out="u0")
    # neither does the other VPN get one
    before = drops("pool-exhausted", "vpn", "b")
    bed.wires.send("b0", udp(HOST, 6000, "10.0.0.110", 7, b"x"))
    equal(drops("pool-exhausted", "vpn", "b") - before, 1, "drops in b")
    bed.wires.drain()
    for flow in kept:
        flow.exchange()


@case
def limit_of_flows():
    """Of one VPN; the others are not concerned."""
    vctl("flow flush")
    vctl("vpn set a max-flows 3")
    kept = [udp_flow("a", port=port) for port in range(7000, 7003)]
    told("max-flows", udp(HOST, 7003, ALIAS, 7, b"x"), 13)
    equal(len(flows("vpn", "a")), 3, "flows")
    for flow in kept:
        flow.exchange()
    for port in range(7000, 7008):
        udp_flow("b", port=port).exchange()
    vctl("vpn set a max-flows 0")
    udp_flow("a", port=7003).exchange()


@case
def limit_of_mappings_per_host():
    vctl("flow flush")
    vctl("vpn set a max-mappings-per-host 2")
    kept = [udp_flow("a", port=port) for port in range(7000, 7002)]
    told("max-mappings", udp(HOST, 7002, ALIAS, 7, b"x"), 13)
    # more flows of the same mappings, another host, another VPN
    kept.append(udp_flow("a", port=7000, alias=bed.ALIAS2,
                         server=bed.SERVER2))
    kept.append(udp_flow("a", host=HOST2, port=7002))
    for port in range(7000, 7004):
        kept.append(udp_flow("b", port=port))
    for flow in kept:
        flow.exchange()
    vctl("vpn set a max-mappings-per-host 0")
    udp_flow("a", port=7002).exchange()


@case
def ports_of_a_flow_that_ended_are_free_again():
    vctl("flow flush")
    for _ in range(3):
        four = [Flow(udp(HOST, port, "10.0.0.110", 7, b"x"), POOR, out="u0")
                for port in range(6000, 6004)]
        equal(len({flow.outside for flow in four}), 4, "outside tuples")
        vctl("flow flush")


if __name__ == "__main__":
    open_wires()
    main()
