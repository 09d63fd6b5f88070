# SPDX-License-Identifier: GPL-2.0
"""Refusals and ends in the three cases that IPv6 takes part in: counted for their
reason, and told to the sender in its own version."""

import subprocess
import time

import bed6
import siit
from bed6 import CASES, EXT_GATEWAY6, GATEWAY4, GATEWAY6, HOST6, POOL6, \
    SERVER6, STRANGER6, Flow, echo_flow, open_wires, tcp_flow, tcp_open, \
    udp_flow
from ktap import case, equal, main, wait_for
from packet import TCP
from packet6 import either
from tool import drops, flows, show, stats, vctl
from wire import dropped

THREE = [name for name in CASES if name != "4-4"]
GATEWAYS = {True: GATEWAY6, False: GATEWAY4}
# (type, code) in IPv6 and in IPv4
NO_ROUTE = {True: (1, 0), False: (3, 0)}
REFUSED = {True: (1, 1), False: (3, 13)}


def sh(command):
    subprocess.run(command.split(), check=True)


def sysctl(name, value):
    with open("/proc/sys/net/ipv6/" + name, "w", encoding="ascii") as file:
        file.write(str(value))


def refused(dev, sent, reason, says=None, vpn="a"):
    """Dropped for this reason and for no other; says: what the sender hears of it,
    or it hears nothing."""
    if says is None:
        with dropped(bed6.wires, reason):
            bed6.wires.send(dev, sent)
        return
    before = stats("vpn", vpn)["drops"]
    bed6.wires.send(dev, sent)
    after = stats("vpn", vpn)["drops"]
    equal({name: after[name] - before[name] for name in after
           if after[name] != before[name]}, {reason: 1}, "drops")
    seen = bed6.wires.receive(dev)
    f, six = either.fields(seen), sent[0] >> 4 == 6
    equal((f.src, f.dst, f.kind, f.code),
          (GATEWAYS[six], either.fields(sent).src) + says[six], "answer")
    # what was about to be forwarded has one hop less
    equal(f.data in (sent[:len(f.data)],
                     either.change(sent, hops=1)[:len(f.data)]), True, "quote")
    equal(siit.valid(seen), True, "checksums of the answer")


def starts(which, *ports):
    host, alias, _ = CASES[which]
    return [either.udp(host, port, alias, 7, b"new") for port in ports]


# --- limits -------------------------------------------------------------------


def limit(on, off, reason, allowed=1):
    """In each case so many flows are made, and no more; what lives goes on."""
    for which in THREE:
        vctl("flow flush")
        vctl(on)
        made = [udp_flow(which, port=5000 + n) for n in range(allowed)]
        sent, = starts(which, 5100)
        refused("a0", sent, reason, REFUSED)
        for flow in made:
            flow.exchange()
        equal(len(flows("vpn a")), allowed, "flows")
        vctl(off)
        udp_flow(which, port=5100).exchange()


@case
def most_flows_of_a_vpn():
    limit("vpn set a max-flows 2", "vpn set a max-flows 0", "max-flows", 2)


@case
def most_mappings_of_a_vpn():
    limit("vpn set a max-mappings 2", "vpn set a max-mappings 0",
          "max-vpn-mappings", 2)


@case
def most_mappings_of_a_host():
    limit("vpn set a max-mappings-per-host 1",
          "vpn set a max-mappings-per-host 0", "max-mappings")


@case
def most_flows_of_a_host():
    limit("vpn set a max-flows-per-host 1", "vpn set a max-flows-per-host 0",
          "max-host-flows")


@case
def most_half_open_flows():
    for which in THREE:
        vctl("flow flush")
        vctl("vpn set a max-half-open 1")
        flow = udp_flow(which)
        sent, = starts(which, 5100)
        refused("a0", sent, "max-half-open", REFUSED)
        # what is answered is not half open any more
        flow.exchange()
        udp_flow(which, port=5100)
        vctl("vpn set a max-half-open 0")


@case
def rate_of_new_flows():
    for which in THREE:
        vctl("vpn set a new-flow-rate 1")
        before = drops("new-flow-rate")
        for sent in starts(which, *range(5200, 5210)):
            bed6.wires.send("a0", sent)
        equal(drops("new-flow-rate") - before >= 8, True, "drops")
        vctl("vpn set a new-flow-rate 0")
        bed6.wires.drain()


@case
def both_versions_count_together():
    """For a VPN; for a host its addresses are two hosts."""
    vctl("vpn set a max-flows 3")
    udp_flow("4-4")
    udp_flow("6-6")
    udp_flow("6-4", port=5001)
    for which in CASES:
        sent, = starts(which, 5100)
        refused("a0", sent, "max-flows", REFUSED)
    vctl("vpn set a max-flows 0")
    vctl("flow flush")
    vctl("vpn set a max-flows-per-host 1")
    udp_flow("4-4")
    udp_flow("6-6")
    vctl("vpn set a max-flows-per-host 0")


@case
def all_vpns_together():
    vctl("set max-flows 5")
    for which in THREE:
        vctl("flow flush")
        before = drops("table-full")
        for sent in starts(which, 1, 2, 3, 4, 5, 6):
            bed6.wires.send("a0", sent)
        equal(drops("table-full") - before, 2, "drops: one VPN has four fifths")
        bed6.wires.drain()
    vctl("set max-flows auto")


# --- pools, routes, policies --------------------------------------------------


@case
def pool_is_exhausted():
    for port in (5000, 5001):
        Flow(either.udp(HOST6, port, "fd00::110", 7), "2001:db8:99::2",
             far="u0")
    refused("a0", either.udp(HOST6, 5002, "fd00::110", 7), "pool-exhausted",
            REFUSED)


@case
def no_pool_and_no_route():
    refused("a0", either.udp(HOST6, 5000, "fd00::111", 7), "no-pool", REFUSED)
    refused("a0", either.udp(HOST6, 5000, "fd00::112", 7), "policy", REFUSED)
    refused("a0", either.udp(HOST6, 5000, "fd00::113", 7), "no-route",
            NO_ROUTE)
    # until its first packet can leave a flow is not for long
    equal({flow["timeout"] <= 4 for flow in flows("")}, {True}, "timeouts")
    wait_for(lambda: not flows(""), "their end", 10)


@case
def forwarding_is_off():
    sysctl("conf/a0/forwarding", 0)
    for which in "6-6", "6-4":
        sent, = starts(which, 5000)
        refused("a0", sent, "forwarding-off")
    sysctl("conf/a0/forwarding", 1)


@case
def states_that_nobody_has():
    for which in THREE:
        host, alias, _ = CASES[which]
        refused("a0", either.tcp(host, 5000, alias, 80, "A"), "no-state")
    refused("s0", either.udp(SERVER6, 7, POOL6, 9), "no-mapping")
    refused("s0", either.tcp(SERVER6, 80, POOL6, 9, "SA"), "no-mapping")


@case
def strict_vpn_reaches_nothing_but_its_own():
    """Its own hosts, and the gateway's address in it, it still does."""
    plain = either.udp(HOST6, 5000, "2001:db8:99::2", 7, b"out")
    sh("ip -6 route add 2001:db8:99::/64 dev u0 vrf a")
    bed6.wires.send("a0", plain)
    equal(bed6.wires.receive("u0"), either.change(plain, hops=1), "before")
    vctl("vpn set a strict on")
    refused("a0", plain, "strict", REFUSED)
    ping = either.echo(HOST6, GATEWAY6, 9, 1, b"still there")
    bed6.wires.send("a0", ping)
    equal(either.fields(bed6.wires.receive("a0")).kind, 129, "echo reply")
    for which in THREE:
        udp_flow(which).exchange()
    vctl("vpn set a strict off")
    sh("ip -6 route del 2001:db8:99::/64 dev u0 vrf a")


@case
def strangers_are_filtered():
    """RFC 6146 section 3.5.1: by address, or by none."""
    flow = Flow(either.udp(HOST6, 5000, "2001:db8:47::12", 7), STRANGER6)
    equal(flow.outside[0], POOL6, "source")
    flow.exchange()
    # nobody in a has asked the stranger from there
    other = udp_flow("6-6", port=5001)
    refused("s0", either.udp(STRANGER6, 7, *other.outside, b"x"), "filtered")
    vctl("vpn set a filtering endpoint-independent")
    sent = either.udp(STRANGER6, 7, *other.outside, b"x")
    bed6.wires.pass_on("s0", sent, "a0", either.change(
        sent, dst=HOST6, dport=5001, hops=1))
    vctl("vpn set a filtering address-dependent")


@case
def source_of_a_static_mapping_is_spoofed_in_the_ext():
    flow = udp_flow("6-6")
    for source in ("2001:db8:47::221", POOL6, EXT_GATEWAY6):
        refused("s0", either.udp(source, 7, *flow.outside, b"x"), "spoofed")


@case
def two_aliases_of_one_server():
    """From one port to both: the second has a mapping of its own."""
    vctl("alias add a fd00::103 to %s ext carrier" % SERVER6)
    flow = udp_flow("6-6")
    second = Flow(either.udp(HOST6, 5000, "fd00::103", 7, b"x"), SERVER6)
    equal(flow.outside == second.outside, False, "one mapping for both")
    flow.exchange()
    second.exchange()
    udp_flow("6-6", aport=9)
    refused("s0", either.udp(SERVER6, 9, *second.outside, b"x"), "clash")
    vctl("alias del a fd00::103")


# --- what goes ----------------------------------------------------------------


def live():
    return [make(which, vpn=vpn) for vpn in "ab" for which in CASES
            for make in (udp_flow, tcp_open, echo_flow)]


def alive(found, wanted):
    """Those go on; of the others nobody hears."""
    for flow in found:
        if flow in wanted:
            if flow.proto == TCP:
                flow.send_out(flow.to_server(b"on", seq=1001, ack=1001))
            else:
                flow.exchange()
        else:
            equal([one for one in flows("") if
                   one["outside"]["dport"] == flow.outside[1] and
                   one["outside"]["dst"] == flow.outside[0]], [], "flow")
            bed6.wires.send("s0", flow.to_host(b"late"))
            equal([name for name, _ in bed6.wires.frames() if name != "s0"],
                  [], "to whom it came")


@case
def alias_takes_its_flows_with_it():
    found = live()
    vctl("alias del a fd00::104")
    alive(found, [flow for flow in found if not (
        flow.into == "a0" and flow.alias == "fd00::104")])
    vctl("alias add a fd00::104 to 47.0.0.10 ext carrier")


@case
def vpn_takes_its_flows_with_it():
    """Of both versions; the other's of the same addresses stay."""
    found = live()
    vctl("interface del b")
    alive(found, [flow for flow in found if flow.into == "a0"])
    vctl("interface add b vpn b")
    for which in CASES:
        udp_flow(which, vpn="b").exchange()


# --- time ---------------------------------------------------------------------


@case
def each_ends_on_its_time():
    """RFC 6146 section 4: one set of timers for all."""
    kept = {one.replace("_", "-"): seconds for one, seconds in
            show("set show")["timeout"].items()}
    short = {name: 2 for name in ("udp", "udp-unreplied", "tcp-init",
                                  "tcp-established", "icmp")}
    try:
        set_timeouts(short)
        began = time.monotonic()
        found = live() + [tcp_flow(which, port=6000) for which in THREE]
        equal(len(flows("")), len(found), "flows")
        wait_for(lambda: not flows(""), "the end of all", 10)
        equal(time.monotonic() - began >= 2, True, "not before its time")
        # what is over is over, though its memory may still be there
        for flow in found:
            bed6.wires.send("s0", flow.to_host(b"late"))
        equal([name for name, _ in bed6.wires.frames() if name != "s0"], [],
              "to whom it came")
        for which in THREE:
            udp_flow(which).exchange()
    finally:
        set_timeouts({name: kept[name] for name in short})


def set_timeouts(seconds):
    vctl("set timeout " + " ".join("%s %d" % pair for pair in seconds.items()))


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
