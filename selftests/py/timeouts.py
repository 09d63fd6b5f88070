# SPDX-License-Identifier: GPL-2.0
"""How long a flow lives: defaults, changes, and what prolongs it."""

import time

import bed
from bed import ALIAS, HOST, SERVER, echo_flow, open_wires, tcp_flow, \
    tcp_open, udp_flow
from ktap import case, equal, main
from packet import change, icmp, ip, quote, udp
from tool import config, flows, run, show, vctl
from wire import dropped

DEFAULTS = {"udp-unreplied": 120, "udp": 300, "icmp": 60, "tcp-init": 240,
            "tcp-established": 7440, "tcp-closing": 240, "tcp-reset": 240,
            "other": 300}


def one_of_each():
    """A flow in each state that has a timeout of its own; by its port."""
    udp_flow(port=1)
    udp_flow(port=2).exchange()
    echo_flow(query=3)
    tcp_flow(port=4)
    tcp_open(port=5)
    flow = tcp_open(port=6)
    for sent in (flow.to_server(flags="FA", seq=1001, ack=1001),):
        bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
    sent = flow.to_host(flags="FA", seq=1001, ack=1002)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
    flow = tcp_open(port=7)
    sent = flow.to_host(flags="R", seq=1001)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
    sent = ip("10.0.0.3", ALIAS, 47, b"gre")
    bed.wires.pass_on("a0", sent, "s0", change(
        sent, src="47.0.0.220", dst=SERVER, hops=1))


KIND = {1: "udp-unreplied", 2: "udp", 3: "icmp", 4: "tcp-init",
        5: "tcp-established", 6: "tcp-closing", 7: "tcp-reset", 0: "other",
        None: "other"}


def left():
    """Seconds left, by kind of timeout."""
    return {KIND[f["inside"].get("sport")]: f["timeout"] for f in flows()}


@case
def defaults():
    """Those of the RFCs, or more."""
    one_of_each()
    found = left()
    equal(sorted(found), sorted(DEFAULTS), "kinds")
    for kind, seconds in DEFAULTS.items():
        if not seconds - 30 <= found[kind] <= seconds:
            raise AssertionError("%s: %d s left of %d" % (
                kind, found[kind], seconds))
    equal(settings(), DEFAULTS, "settings")


def settings():
    return {key.replace("_", "-"): seconds for key, seconds
            in show("set show")["timeout"].items()}


@case
def change_is_seen_at_once_by_live_flows():
    new = {kind: 1000 + i for i, kind in enumerate(DEFAULTS)}
    vctl("set timeout " + " ".join("%s %d" % pair for pair in new.items()))
    equal(settings(), new, "settings")
    found = left()
    equal(sorted(found), sorted(DEFAULTS), "kinds")
    for kind, seconds in new.items():
        if not seconds - 60 <= found[kind] <= seconds:
            raise AssertionError("%s: %d s left of %d" % (
                kind, found[kind], seconds))


@case
def nonsense_is_refused():
    before = settings()
    refuse("udp", "0")
    refuse("udp", "-1")
    refuse("udp", "4294967296")
    refuse("udp", "2147484")
    refuse("udp", "soon")
    refuse("frobnicate", "3")
    equal(settings(), before, "settings")


def refuse(*words):
    done = run("set", "timeout", *words)
    if done.returncode not in (1, 2) or not done.stderr:
        raise AssertionError("set timeout %s: status %d, %r" % (
            " ".join(words), done.returncode, done.stderr))


@case
def each_ends_on_time():
    """A second of grace before, for the clock's grain; after, for the poll."""
    short = {"udp-unreplied": 3, "udp": 5, "icmp": 4, "tcp-init": 3,
             "tcp-established": 6, "tcp-closing": 4, "tcp-reset": 5,
             "other": 6}
    vctl("flow flush")
    begun = time.monotonic()
    one_of_each()
    ready = time.monotonic()
    vctl("set timeout " + " ".join("%s %d" % pair for pair in short.items()))
    alive, gone = {}, {}
    while len(gone) < len(short):
        asked = time.monotonic()
        found = left()
        answered = time.monotonic()
        for kind in short:
            if kind in found:
                alive[kind] = asked
            elif kind not in gone:
                gone[kind] = answered
        if asked > ready + 60:
            raise AssertionError("still there: %r" % found)
        time.sleep(0.1)
    for kind, seconds in short.items():
        if kind not in alive:
            raise AssertionError("%s was never seen" % kind)
        if alive[kind] > ready + seconds + 1.2:
            raise AssertionError("%s lived %.1f s or more, not %d" % (
                kind, alive[kind] - ready, seconds))
        if gone[kind] < begun + seconds - 1.2:
            raise AssertionError("%s lived %.1f s or less, not %d" % (
                kind, gone[kind] - begun, seconds))


@case
def expired_mapping_is_not_used():
    vctl("set timeout udp-unreplied 2")
    flow = udp_flow(port=20)
    end = time.monotonic() + 3.1
    while time.monotonic() < end:
        time.sleep(0.1)
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", flow.to_host(b"too late"))


@case
def packets_prolong():
    """Three times as long as the timeout."""
    vctl("set timeout udp 3 udp-unreplied 3")
    flow = udp_flow(port=21)
    flow.exchange()
    end = time.monotonic() + 9
    while time.monotonic() < end:
        sent = flow.to_server(b"still here")
        bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
        time.sleep(0.4)
    flow.exchange()
    equal(len(flows("inside", HOST + ":21")), 1, "flows")


@case
def errors_do_not_prolong():
    vctl("set timeout udp 3 udp-unreplied 3")
    flow = udp_flow(port=22)
    flow.exchange()
    error = icmp(SERVER, flow.outside[0], 3, 1,
                 data=quote(flow.out(flow.to_server())))
    end = time.monotonic() + 5
    passed = 0
    while time.monotonic() < end:
        bed.wires.send("s0", error)
        passed += len(bed.wires.frames())
        time.sleep(0.2)
    if not passed:
        raise AssertionError("no error was passed on")
    with dropped(bed.wires, "icmp-no-flow"):
        bed.wires.send("s0", error)


@case
def unwanted_packets_do_not_prolong():
    """An outside host without an alias cannot keep a mapping alive."""
    vctl("set timeout udp 3 udp-unreplied 3")
    flow = udp_flow(port=23)
    flow.exchange()
    end = time.monotonic() + 4.5
    while time.monotonic() < end:
        bed.wires.send("s0", udp("47.0.0.254", 9, *flow.outside, b"stranger"))
        bed.wires.nothing()
        time.sleep(0.2)
    equal(flows("inside", HOST + ":23"), [], "flows")


@case
def memory_comes_back():
    """Within seconds, without anybody asking."""
    vctl("set timeout udp-unreplied 1")
    for port in range(100, 150):
        udp_flow(port=port)
    end = time.monotonic() + 20
    while True:
        found = show("mapping show vpn a")
        if not [m for m in found if not m["static"]]:
            break
        if time.monotonic() > end:
            raise AssertionError("%d mappings are still there" % len(found))
        time.sleep(0.2)


if __name__ == "__main__":
    open_wires()
    config("mapping add a proto any inside 10.0.0.3 outside 47.0.0.220\n")
    main()
