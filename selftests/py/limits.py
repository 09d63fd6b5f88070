# SPDX-License-Identifier: GPL-2.0
"""Limits per VPN, per host and in all: refused, told, and nothing evicted."""

import itertools
import json
import select
import subprocess
import time

import bed
from bed import ALIAS, ALIAS2, HOST, HOST2, SERVER, SERVER2, STRANGER, \
    open_wires, tcp_flow, tcp_open, udp_flow
from ktap import PATIENCE, Skip, case, equal, main, wait_for
from packet import Fields, change, tcp, udp
from tool import TOOL, config, drops, fails, flows, show, vctl

OFF = """
vpn set a max-flows 0 max-mappings 0 max-mappings-per-host 0
vpn set a max-flows-per-host 0 max-half-open 0 new-flow-rate 0
set max-flows auto
set max-mappings auto
set max-half-open auto
set icmp-code 13
flow flush
"""


def fresh():
    config(OFF)
    # The gateway sends each VPN 100 ICMP errors a second at most.
    bed.wires.drain()


def told(reason, sent, into="a0", code=13, whose=("vpn", "a")):
    """Dropped, counted, and its sender hears of it in its own view."""
    before = drops(reason, *whose)
    bed.wires.send(into, sent)
    seen = Fields(bed.wires.receive(into))
    equal(drops(reason, *whose) - before, 1, "drops for " + reason)
    equal((seen.src, seen.dst, seen.kind, seen.code),
          (bed.GATEWAY, Fields(sent).src, 3, code), "answer")
    equal(seen.data[:28], sent[:28], "quote")


def silent(reason, sent, into, whose):
    before = drops(reason, *whose)
    bed.wires.send(into, sent)
    bed.wires.nothing(but=into)
    bed.wires.drain()
    equal(drops(reason, *whose) - before, 1, "drops for " + reason)


def many(n, vpn="a", base=7000, **more):
    return [udp_flow(vpn, port=base + i, **more) for i in range(n)]


@case
def mappings_of_a_vpn():
    """RFC 6888 REQ-4; more flows of the same mappings are no matter."""
    vctl("vpn set a max-mappings 4")
    kept = many(3) + [udp_flow("a", host=HOST2)]
    told("max-vpn-mappings", udp(HOST, 7009, ALIAS, 7, b"x"))
    told("max-vpn-mappings", udp(HOST2, 7009, ALIAS, 7, b"x"))
    kept.append(udp_flow("a", port=7000, alias=ALIAS2, server=SERVER2))
    kept += many(6, "b")
    for flow in kept:
        flow.exchange()
    equal(show("vpn show a")[0]["max_mappings"], 4, "shown")


@case
def flows_of_a_host():
    vctl("vpn set a max-flows-per-host 3")
    kept = many(3)
    told("max-host-flows", udp(HOST, 7000, ALIAS2, 7, b"x"))
    told("max-host-flows", udp(HOST, 7009, ALIAS, 7, b"x"))
    kept += many(3, host=HOST2) + many(4, "b")
    for flow in kept:
        flow.exchange()
    # One that ends makes room for one.
    vctl("flow del vpn a inside %s:7000" % HOST)
    udp_flow("a", port=7009).exchange()
    told("max-host-flows", udp(HOST, 7010, ALIAS, 7, b"x"))


@case
def flows_of_a_host_with_a_static_mapping():
    """Those that servers start count, too."""
    config("mapping add a proto udp inside %s:99 outside 47.0.0.201:99\n"
           "vpn set a max-flows-per-host 2\n" % HOST)
    for port in (1, 2):
        sent = udp(SERVER, port, "47.0.0.201", 99, b"x")
        bed.wires.pass_on("s0", sent, "a0", change(
            sent, src=ALIAS, dst=HOST, hops=1))
    before = drops("max-host-flows", "ext", "carrier")
    bed.wires.send("s0", udp(SERVER, 3, "47.0.0.201", 99, b"x"))
    equal(drops("max-host-flows", "ext", "carrier") - before, 1, "drops")
    bed.wires.nothing(but="s0")
    vctl("mapping del a proto udp inside %s:99 outside 47.0.0.201:99" % HOST)


@case
def half_open_flows_are_bounded_apart():
    """A scan fills nothing: what was answered stays, and more can be."""
    kept = [tcp_open(port=6000), udp_flow(port=6001)]
    kept[1].exchange()
    equal(show("vpn show a")[0]["half_open"], 0, "half open")
    vctl("vpn set a max-half-open 3")
    waiting = many(2) + [tcp_flow(port=6002)]
    equal(show("vpn show a")[0]["half_open"], 3, "half open")
    told("max-half-open", udp(HOST, 7009, ALIAS, 7, b"x"))
    told("max-half-open", tcp(HOST, 7009, ALIAS, 80))
    # An answer is what makes room; a SYN's is the third segment.
    waiting[0].exchange()
    kept.append(udp_flow(port=7010))
    told("max-half-open", udp(HOST, 7009, ALIAS, 7, b"x"))
    flow = waiting[2]
    sent = flow.to_host(flags="SA", seq=1000, ack=1001)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
    told("max-half-open", udp(HOST, 7009, ALIAS, 7, b"x"))
    sent = flow.to_server(flags="A", seq=1001, ack=1001)
    bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
    kept.append(udp_flow(port=7009))
    for flow in kept:
        flow.exchange() if flow.proto == 17 else None
    # They end, and are no longer counted.
    vctl("flow flush")
    equal(show("vpn show a")[0]["half_open"], 0, "half open")
    many(3)
    told("max-half-open", udp(HOST, 7009, ALIAS, 7, b"x"))
    # The other VPN is not concerned.
    many(5, "b")


@case
def rate_of_new_flows():
    """A second's worth at once, then as many a second; live flows are free."""
    kept = udp_flow(port=6000)
    vctl("vpn set a new-flow-rate 5")
    before = drops("new-flow-rate", "vpn", "a")
    begun = time.monotonic()
    for port in range(40):
        bed.wires.send("a0", udp(HOST, 8000 + port, ALIAS, 7, b"x"))
    took = time.monotonic() - begun
    made = len(flows("vpn", "a")) - 1
    equal(drops("new-flow-rate", "vpn", "a") - before, 40 - made, "drops")
    if not 5 <= made <= 5 + 5 * took + 1:
        raise AssertionError("%d flows in %.1f s" % (made, took))
    bed.wires.drain()
    kept.exchange()
    many(8, "b")

    def again():
        bed.wires.send("a0", udp(HOST, 9000, ALIAS, 7, b"x"))
        return any(name == "s0" for name, _ in bed.wires.frames())
    wait_for(again, "the next flow")
    fails("vpn set a new-flow-rate 1000001", status=2)


@case
def in_all_one_vpn_leaves_something_to_others():
    """Of ten, a VPN alone gets eight; what it has, it keeps."""
    for what, word in (("flows", "table-full"), ("half-open", "max-half-open"),
                       ("mappings", "table-full")):
        fresh()
        vctl("set max-%s 10" % what)
        kept = many(8)
        told(word, udp(HOST, 7100, ALIAS, 7, b"x"))
        kept += many(1, "b")
        if what != "half-open":
            for flow in kept:
                flow.exchange()
        told(word, udp(HOST, 7100, ALIAS, 7, b"x"))
        vctl("set max-%s 0" % what)
        many(3, base=7200)
    equal(show("set show")["max_flows"], None, "automatic")


@case
def ended_flows_and_mappings_are_not_counted():
    vctl("set max-flows 10")
    vctl("set max-mappings 10")
    for _ in range(4):
        many(8)
        told("table-full", udp(HOST, 7100, ALIAS, 7, b"x"))
        vctl("flow flush")


@case
def one_vpn_at_its_limit_does_not_starve_another():
    """RFC 6888 REQ-4, measured on the other VPN: all of its new flows come
    through while the first one floods."""
    vctl("vpn set a max-flows 4")
    many(4)
    for i in range(200):
        for port in range(5):
            bed.wires.send("a0", udp(HOST, 20000 + 5 * i + port, ALIAS, 7))
        sent = udp(HOST, 30000 + i, ALIAS, 7, b"b")
        bed.wires.send("b0", sent)
    came = [name for name, frame in bed.wires.frames()
            if frame[12:14] == b"\x08\0" and name == "s0"]
    equal(len(came), 200, "new flows of b")

    # The gateway has said all that it may in this second.
    def speaks():
        bed.wires.send("a0", udp(HOST, 20000, ALIAS, 7))
        return any(name == "a0" for name, _ in bed.wires.frames())
    wait_for(speaks, "the gateway to speak again")


@case
def code_of_the_error():
    """RFC 5508 REQ-8 and RFC 6888 REQ-11 b differ: it can be set."""
    config("set icmp-code 1\nvpn set a max-flows 1\n")
    many(1)
    told("max-flows", udp(HOST, 7100, ALIAS, 7, b"x"), code=1)
    equal(show("set show")["icmp_code"], 1, "shown")
    fails("set icmp-code 16", status=2)


@case
def events():
    """One a second for each VPN, with the number of those left out."""
    vctl("vpn set a max-flows 1")
    many(1)
    time.sleep(1.1)     # the last event of the case before is that old
    with subprocess.Popen([TOOL, "-j", "monitor"], stdout=subprocess.PIPE,
                          text=True) as monitor:
        try:
            def heard(wanted):
                end = time.monotonic() + PATIENCE
                while time.monotonic() < end:
                    if select.select([monitor.stdout], [], [], 0.2)[0]:
                        event = json.loads(monitor.stdout.readline())
                        if event.get("event", "").startswith(wanted):
                            return event
                    else:
                        bed.wires.send("a0", udp(HOST, 7100, ALIAS, 7))
                raise AssertionError("no event " + wanted)
            event = heard("limit")
            equal((event["vpn"], event["vpn_id"], event["reason"],
                   event["proto"], event["inside"]),
                  ("a", 1, "max-flows", "udp",
                   {"addr": HOST, "port": 7100}), "event")
            for _ in range(5):
                bed.wires.send("a0", udp(HOST, 7100, ALIAS, 7))
            event = heard("limit")
            if event["missed"] < 5:
                raise AssertionError("missed: %r" % event)
        finally:
            monitor.terminate()
    bed.wires.drain()


# Bytes of memory that the ports of one address and protocol may come to take: a
# bit for each of 1024 to 65535, and as much again for each step of quarantine.
PORTS_BYTES = 8064 * 5
# Addresses of a pool that may have ports however much others have.
SHARED = 64


def memory():
    with open("/proc/meminfo", encoding="ascii") as file:
        return int(file.readline().split()[1]) << 10


def hosts_without_end_share_addresses():
    """Each has an address of its own by a hash, whose ports take kilobytes: that
    stops at an eighth of the memory. Then hosts share the first addresses of the
    pool, other protocols and other VPNs, too."""
    most = memory() // 8 // PORTS_BYTES
    if most > 20000:
        raise Skip("too much memory for the addresses of a pool")
    config("""
        pool add wide ext carrier address 47.128.0.0/16
        alias add a 10.0.0.120 to %s pool wide
        alias add b 10.0.0.120 to %s pool wide
    """ % (STRANGER, STRANGER))

    def first(sent, into="a0"):
        bed.wires.send(into, sent)
        return Fields(bed.wires.receive("s0")).src

    def host(number):
        return "10.%d.%d.%d" % (64 + (number >> 16), number >> 8 & 255,
                                number & 255)
    used = [first(udp(host(n), 5000, "10.0.0.120", 7, b"x"))
            for n in range(most * 6 // 5)]
    equal(len(set(used)) <= most + SHARED, True, "%d addresses, not %d" % (
        len(set(used)), most))
    equal(len(set(used)) > most * 3 // 4, True, "few addresses")
    shared = {"47.128.0.%d" % n for n in range(SHARED)}
    late, before = set(used[-most // 20:]), set(used[:-most // 20])
    equal(late - before <= shared, True, "the last are shared")
    equal(first(tcp(host(1), 5000, "10.0.0.120", 80, "S")) in shared, True,
          "of TCP")
    equal(first(udp("10.0.0.2", 5000, "10.0.0.120", 7, b"x"), "b0") in shared,
          True, "of another VPN")
    # who has one keeps it
    equal(first(udp(host(0), 5001, "10.0.0.120", 7, b"x")), used[0], "paired")
    # and a pool that is not made of many has its own
    udp_flow("b").exchange()
    config("""
        flow flush
        alias del a 10.0.0.120
        alias del b 10.0.0.120
        pool del wide
        pool add wide ext carrier address 47.128.0.0/16
        alias add a 10.0.0.120 to %s pool wide
    """ % STRANGER)
    # when the old one's memory is back
    number = itertools.count()
    wait_for(lambda: first(udp(host(next(number)), 5000, "10.0.0.120", 7,
                               b"x")) not in shared, "addresses of their own")
    config("""
        flow flush
        alias del a 10.0.0.120
        pool del wide
    """)


# Kernels that check everything take minutes for so many hosts.
if PATIENCE < 30:
    case(hosts_without_end_share_addresses)

if __name__ == "__main__":
    open_wires()
    main(fresh)
