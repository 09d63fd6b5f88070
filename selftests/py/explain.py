# SPDX-License-Identifier: GPL-2.0
"""What explain tells of a packet, and what becomes of the packet."""

import os
import random
import re
import socket
import subprocess

import bed
from bed import (ALIAS, ALIAS2, EXT_ROUTER, GATEWAY, HOST, HOST2, POOL, ROUTER,
                 SERVER, SERVER2, STRANGER, Flow, echo_flow, open_wires,
                 tcp_open, udp_flow)
from ktap import case, equal, main, say, wait_for, within
from packet import (ICMP, PORTED, Fields, change, dccp, echo, ip, sctp,
                    sctp_init, tcp, udp, udplite)
from tool import config, fails, flows, run, show, stats, vctl
from wire import ARP, FAR

GRE, ESP = 47, 50
UNBOUND, BARE, BARE_ALIAS = "192.0.2.2", "10.1.0.2", "10.1.0.100"
GATEWAY_OUTSIDE = "47.0.0.1"
# outside addresses of static mappings
A3, B3, A2 = "47.0.0.220", "47.0.0.221", "47.0.0.210"
OF = {"a": ("vpn", "a"), "a0": ("vpn", "a"), "b0": ("vpn", "b"), "c0": ("vpn", "c"),
      "s0": ("ext", "carrier")}
OFF = """
vpn set a max-flows 0 max-mappings 0 max-mappings-per-host 0
vpn set a max-flows-per-host 0 max-half-open 0 new-flow-rate 0
vpn set a strict off hairpin off filtering address-dependent
vpn set b hairpin off
set max-flows auto
set timeout udp-unreplied 120
flow flush
"""
FUZZ = int(os.environ.get("VPNGW_EXPLAIN_PACKETS", "150"))


def sysctl(name, value):
    with open("/proc/sys/net/ipv4/" + name, "w", encoding="ascii") as file:
        file.write(str(value))


def sh(command):
    subprocess.run(command.split(), check=True)


def everything():
    """All that explain might change.  Timeouts only count down."""
    found = [stats(), show("vpn show"), show("ext show"), show("pool show"),
             show("mapping show"), flows("")]
    return found, {str(flow["outside"]): flow.pop("timeout")
                   for flow in found[-1]}


def question(dev, sent):
    """The words of explain for a packet."""
    f = Fields(sent)
    if f.proto == ICMP:
        return [dev, "icmp", "%s:%d" % (f.src, f.sport), f.dst]
    if f.proto in PORTED:
        return [dev, str(f.proto), "%s:%d" % (f.src, f.sport),
                "%s:%d" % (f.dst, f.dport)]
    return [dev, str(f.proto), f.src, f.dst]


def explain(dev, sent):
    ended = None
    # What times out meanwhile is no change that explain has made.
    while ended != stats()["flows_ended"]:
        before, left = everything()
        ended = before[0]["flows_ended"]
        told = show("explain", *question(dev, sent))
        after, now = everything()
    for one, other in zip(after, before):
        equal(one, other, "what there is after explain")
    for key, seconds in now.items():
        within(seconds, range(left[key] + 1), "timeout")
    return told


def same(told, seen):
    """Is a packet the tuple that was told, as far as that was?"""
    f = Fields(seen)
    for name in "src", "dst", "sport", "dport":
        if told[name] is not None:
            equal(getattr(f, name), told[name], name + " that was told")


def packets():
    """What has come out, but for ARP: plain hosts that are not there."""
    return [(name, frame[14:]) for name, frame in bed.wires.frames()
            if frame[12:14] != ARP.to_bytes(2, "big")]


def only_answers(sent):
    """What has come out is for its sender, as an ICMP error is."""
    for name, seen in packets():
        equal(Fields(seen).dst, Fields(sent).src, "what left by " + name)


def came_out(name):
    """The one packet that has come out of all, out of this."""
    seen = wait_for(packets, "a packet out of " + name)
    equal([one for one, _ in seen], [name], "where it left")
    return seen[0][1]


def check_dropped(told, dev, sent):
    before = stats(*OF[dev])["drops"]
    bed.wires.send(dev, sent)
    after = stats(*OF[dev])["drops"]
    equal({name: n - before[name] for name, n in after.items()
           if n != before[name]}, {told["reason"]: 1}, "drops")
    only_answers(sent)


def check_translated(told, dev, sent):
    before = stats(*OF[dev])["drops"]
    bed.wires.send(dev, sent)
    equal(stats(*OF[dev])["drops"], before, "drops")
    if told["local"]:
        only_answers(sent)
        return
    seen = came_out(told["out_interface"])
    same(told["becomes"], seen)
    equal(Fields(seen).ttl, Fields(sent).ttl - 1, "TTL")


def check_untouched(told, dev, sent):
    # of where it came from: what the stack answers may be a flow's
    before = stats(*OF[dev])
    bed.wires.send(dev, sent)
    equal(stats(*OF[dev]), before, "counters")
    if told["out_interface"]:
        equal(came_out(told["out_interface"]), change(sent, hops=1), "packet")
    else:
        only_answers(sent)


def truth(dev, sent, outcome=None, reason=None):
    """Ask, send, compare; outcome and reason are those that it should be."""
    told = explain(dev, sent)
    try:
        globals()["check_" + told["outcome"]](told, dev, sent)
    except AssertionError:
        say("explain %s: %s" % (" ".join(question(dev, sent)), told))
        raise
    finally:
        bed.wires.drain()
    if outcome:
        equal((told["outcome"], told["reason"]), (outcome, reason), "told")
    equal(told["sentence"] is None, told["reason"] is None, "sentence")
    return told


def drops_for(reason, dev, sent):
    return truth(dev, sent, "dropped", reason)


@case
def every_protocol_from_a_vpn():
    for sent in (udp(HOST, 5000, ALIAS, 7), tcp(HOST, 5000, ALIAS, 80),
                 echo(HOST, ALIAS, 77), udplite(HOST, 5000, ALIAS, 7),
                 dccp(HOST, 5000, ALIAS, 7, kind=0),
                 sctp(HOST, 5000, ALIAS, 7, vtag=0, chunk=sctp_init())):
        told = truth("a0", sent, "translated")
        equal((told["interface"], told["side"], told["vpn"], told["ext"],
               told["vrf"]), ("a0", "inside", "a", "carrier", "a"))
        equal(told["alias"]["inside"]["addr"], ALIAS, "alias")
        equal((told["flow"], told["mapping"], told["pool"]),
              (None, None, "out"), "what there is")
        equal((told["becomes"]["src"], told["becomes"]["sport"],
               told["becomes"]["dst"]), (POOL, None, SERVER), "becomes")
        # and once more, when it is there
        told = truth("a0", sent, "translated")
        equal((told["pool"], told["direction"]), (None, "original"))
        equal(told["mapping"]["outside"]["addr"], POOL, "mapping")
        equal(told["flow"]["proto"], told["proto"], "flow")
    told = truth("a0", tcp(HOST, 5001, "10.0.0.104", 80), "translated")
    equal(told["becomes"]["dport"], 8080, "port of the server")
    for proto in GRE, ESP, 200:
        drops_for("protocol", "a0", ip(HOST, ALIAS, proto, bytes(8)))
        told = truth("a0", ip(HOST2, ALIAS, proto, bytes(8)), "translated")
        equal(told["mapping"]["static"], True, "static mapping")
        equal((told["becomes"]["src"], told["becomes"]["sport"]), (A3, None))


@case
def either_direction_of_a_flow():
    for flow in udp_flow(), tcp_open(port=6000), echo_flow():
        told = truth("a0", flow.to_server(), "translated")
        equal((told["direction"], told["out_interface"]), ("original", "s0"))
        told = truth("s0", flow.to_host(), "translated")
        equal((told["direction"], told["out_interface"], told["vpn"]),
              ("reply", "a0", "a"))
        equal((told["becomes"]["src"], told["becomes"]["dst"]), (ALIAS, HOST))


@case
def mapping_of_the_host_is_used_again():
    flow = udp_flow()
    told = truth("a0", udp(HOST, 5000, ALIAS2, 9), "translated")
    equal((told["pool"], told["becomes"]["sport"]), (None, flow.outside[1]))
    # but two aliases of one server have to be told apart
    told = truth("a0", udp(HOST, 5000, "10.0.0.103", 7), "translated")
    equal((told["pool"], told["becomes"]["sport"]), ("out", None))
    told = truth("a0", udp(HOST, 9, ALIAS, 7), "translated")
    equal((told["mapping"]["static"], told["becomes"]["src"]), (True, A2))


@case
def from_an_ext():
    told = truth("s0", udp(SERVER, 7, A2, 9), "translated")
    equal((told["side"], told["ext"], told["vpn"], told["vrf"]),
          ("outside", "carrier", "a", None))
    equal((told["mapping"]["static"], told["alias"]["inside"]["addr"]),
          (True, "10.0.0.100"))
    equal((told["becomes"]["src"], told["becomes"]["dst"]), (ALIAS, HOST))
    truth("s0", tcp(SERVER2, 7, A3, 22), "translated")
    truth("s0", echo(SERVER, A3, 5), "translated")
    truth("s0", ip(SERVER, A3, ESP, bytes(8)), "translated")
    told = drops_for("no-mapping", "s0", udp(SERVER, 7, POOL, 9))
    equal(told["mapping"], None, "mapping")
    told = drops_for("no-alias", "s0", udp(EXT_ROUTER, 7, A2, 9))
    equal((told["mapping"]["vpn"], told["alias"]), ("a", None))
    flow = udp_flow()
    told = drops_for("filtered", "s0", udp(STRANGER, 7, *flow.outside))
    equal(told["alias"]["inside"]["addr"], STRANGER, "alias")
    drops_for("no-alias", "s0", udp(EXT_ROUTER, 7, *flow.outside))
    vctl("vpn set a filtering endpoint-independent")
    truth("s0", udp(STRANGER, 7, *flow.outside), "translated")


@case
def plain_traffic():
    told = truth("a0", udp(HOST, 5000, HOST2, 7), "untouched")
    equal((told["out_interface"], told["alias"], told["gateway"]),
          ("a0", None, None))
    truth("a0", udp(HOST, 5000, UNBOUND, 7), "untouched")
    told = truth("a0", udp(HOST, 5000, "10.0.7.9", 7), "untouched")
    equal((told["alias"]["inside"]["addr"], told["gateway"]),
          ("10.0.4.0", "10.0.0.254"))
    told = truth("a0", udp(HOST, 5000, "10.0.5.9", 7), "translated")
    equal((told["becomes"]["dst"], told["gateway"]),
          ("47.0.5.9", EXT_ROUTER))
    told = truth("a0", udp(HOST, 5000, GATEWAY, 7), "untouched")
    equal((told["local"], told["out_interface"]), (True, None))
    told = truth("a0", udp(HOST, 5000, "198.51.100.1", 7), "untouched")
    equal((told["unreachable"], told["out_interface"]), (True, None))
    told = drops_for("crossing", "a0", udp(HOST, 5000, SERVER, 7))
    equal(told["out_interface"], "s0", "where it would have gone")
    drops_for("crossing", "s0", udp(SERVER, 7, BARE, 9))
    vctl("vpn set a strict on")
    drops_for("strict", "a0", udp(HOST, 5000, UNBOUND, 7))
    truth("a0", udp(HOST, 5000, HOST2, 7), "untouched")
    vctl("vpn set a strict off")


@case
def interfaces():
    """Member and VRF, a device bound by itself, one bound to nothing."""
    member = show("explain", "a0", "udp", HOST + ":1", ALIAS + ":7")
    equal((member["vrf"], member["vpn"]), ("a", "a"))
    master = show("explain", "a", "udp", HOST + ":1", ALIAS + ":7")
    equal((master["vrf"], master["vpn"]), (None, "a"))
    equal(master["becomes"], member["becomes"], "becomes")
    told = truth("c0", udp(BARE, 5000, BARE_ALIAS, 7), "translated")
    equal((told["vrf"], told["vpn"], told["pool"]), (None, "c", "own"))
    told = show("explain", "u0", "udp", UNBOUND + ":1", ALIAS + ":7")
    equal({name: value for name, value in told.items()
           if value not in (None, False)},
          {"interface": "u0", "proto": "udp", "outcome": "untouched",
           "packet": {"src": UNBOUND, "sport": 1, "dst": ALIAS, "dport": 7}})
    # what is for all on the link is not looked at
    for target in "10.0.0.255", "255.255.255.255", "224.0.0.5":
        told = show("explain", "a0", "udp", HOST + ":1", target + ":7")
        equal(told["outcome"], "untouched", target)
    sh("ip link set dev a0 nomaster")
    told = show("explain", "a0", "udp", HOST + ":1", ALIAS + ":7")
    equal((told["side"], told["outcome"]), (None, "untouched"))
    sh("ip link set dev a0 master a")
    for host in HOST, HOST2, ROUTER:
        sh("ip neigh replace %s lladdr %s dev a0 nud permanent" % (
            host, FAR.hex(":")))
    sh("ip route replace 10.0.7.0/24 via 10.0.0.254 vrf a")
    truth("a0", udp(HOST, 5000, ALIAS, 7), "translated")


@case
def sources_and_forwarding():
    for source in (GATEWAY, ALIAS, "10.0.0.255", "127.0.0.1"):
        drops_for("spoofed", "a0", udp(source, 5000, ALIAS, 7))
    for source in (GATEWAY_OUTSIDE, POOL, A3, "47.0.0.255"):
        drops_for("spoofed", "s0", udp(source, 7, A3, 9))
    drops_for("spoofed", "a0", udp(ALIAS, 5000, UNBOUND, 7))
    sysctl("conf/a0/rp_filter", 1)
    drops_for("rp-filter", "a0", udp("172.31.0.9", 5000, ALIAS, 7))
    truth("a0", udp(HOST, 5000, ALIAS, 7), "translated")
    sysctl("conf/a0/rp_filter", 0)
    sysctl("conf/a0/forwarding", 0)
    drops_for("forwarding-off", "a0", udp(HOST, 5001, ALIAS, 7))
    # what is under way goes on
    truth("a0", udp(HOST, 5000, ALIAS, 7), "translated")
    sysctl("conf/a0/forwarding", 1)


@case
def routes_and_pools():
    drops_for("no-route", "a0", udp(HOST, 5000, "10.0.0.113", 7))
    vctl("flow flush")
    drops_for("policy", "a0", udp(HOST, 5000, "10.0.0.112", 7))
    drops_for("no-pool", "a0", udp(HOST, 5000, "10.0.0.111", 7))
    for port in 5000, 5001:
        told = truth("a0", udp(HOST, port, "10.0.0.110", 7), "translated")
        equal(told["becomes"]["src"], "47.0.0.201", "pool address")
    drops_for("pool-exhausted", "a0", udp(HOST, 5002, "10.0.0.110", 7))
    # a port below 1024 has none there either
    drops_for("pool-exhausted", "a0", udp(HOST, 53, "10.0.0.110", 7))
    drops_for("clash", "s0", clash())


def clash():
    flows_ = [udp_flow(alias=alias, port=6000) for alias in (ALIAS, "10.0.0.103")]
    udp_flow(aport=9, alias=ALIAS, port=6000)
    return udp(SERVER, 9, *flows_[1].outside)


@case
def pools_of_each_kind():
    """The address is told before it is taken; a host keeps its own."""
    for i in range(4, 24):
        host = "10.0.0.%d" % i
        told = truth("b0", udp(host, 5000, ALIAS, 7), "translated")
        equal(told["pool"], "wide", "pool")
    # 2 blocks of 16 ports
    for port in range(5000, 5032):
        truth("a0", udp(HOST, port, "10.0.0.114", 7), "translated")
    drops_for("pool-exhausted", "a0", udp(HOST, 5032, "10.0.0.114", 7))
    drops_for("pool-exhausted", "a0", udp(ROUTER, 5032, "10.0.0.114", 7))
    truth("a0", echo(HOST, "10.0.0.114", 9), "translated")
    # of 10.0.0.0/30 only
    told = truth("a0", udp(HOST, 6000, "10.0.0.115", 7), "translated")
    equal(told["pool"], "fixed", "pool")
    drops_for("pool-exhausted", "a0", udp(ROUTER, 6000, "10.0.0.115", 7))
    vctl("pool drain out address 47.0.0.200 on")
    drops_for("pool-exhausted", "a0", udp(HOST, 7000, ALIAS, 7))
    vctl("pool drain out address 47.0.0.200 off")
    truth("a0", udp(HOST, 7000, ALIAS, 7), "translated")


@case
def gateway_as_a_server():
    """Its own address as a server, and in a pool, where its sockets come
    first."""
    told = truth("a0", udp(HOST, 5000, "10.0.0.116", 7), "translated")
    equal((told["local"], told["becomes"]["dst"]), (True, GATEWAY_OUTSIDE))
    vctl("flow flush")
    told = truth("s0", udp(SERVER, 7, GATEWAY_OUTSIDE, 3000), "untouched")
    equal(told["local"], True, "local")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((GATEWAY_OUTSIDE, 3000))
        for port in range(5000, 5003):
            truth("c0", udp(BARE, port, BARE_ALIAS, 7), "translated")
        drops_for("pool-exhausted", "c0", udp(BARE, 5003, BARE_ALIAS, 7))
        told = truth("s0", udp(SERVER, 7, GATEWAY_OUTSIDE, 3000), "untouched")
        equal(told["local"], True, "local")
    drops_for("pool-exhausted", "c0",
              sctp(BARE, 5003, BARE_ALIAS, 7, vtag=0, chunk=sctp_init()))


def limited(limit, reason, sent, first=1):
    """So many more are let in, then it tells that the next is not."""
    vctl("vpn set a " + limit)
    for one in sent[:first]:
        truth("a0", one, "translated")
    for one in sent[first:]:
        drops_for(reason, "a0", one)
    vctl("vpn set a %s 0" % limit.split()[0])
    vctl("flow flush")


def starts(n):
    return [udp(HOST, 5000 + i, ALIAS, 7) for i in range(n)]


@case
def limits_of_each_kind():
    limited("max-flows 1", "max-flows", starts(2))
    # two are static, one of them the host's
    limited("max-mappings 3", "max-vpn-mappings", starts(2))
    limited("max-mappings-per-host 2", "max-mappings", starts(2))
    limited("max-flows-per-host 1", "max-host-flows", starts(2))
    limited("max-flows-per-host 1", "max-host-flows",
            [udp(HOST, 5000, ALIAS, 7), udp(HOST, 5000, ALIAS2, 7)])
    limited("max-half-open 1", "max-half-open", starts(2))
    vctl("set max-flows 5")
    for one in starts(4):
        truth("a0", one, "translated")
    drops_for("table-full", "a0", udp(HOST, 6000, ALIAS, 7))
    vctl("set max-flows auto")
    vctl("vpn set a max-flows-per-host 1")
    vctl("flow flush")
    truth("s0", udp(SERVER, 7, A2, 9), "translated")
    drops_for("max-host-flows", "s0", udp(SERVER, 8, A2, 9))


@case
def asking_takes_nothing_of_a_rate():
    vctl("vpn set a new-flow-rate 1")
    for _ in range(20):
        told = show("explain", *question("a0", starts(1)[0]))
        equal(told["outcome"], "translated", "told")
    Flow(starts(1)[0], SERVER)
    drops_for("new-flow-rate", "a0", udp(HOST, 6000, ALIAS, 7))


@case
def what_timed_out_is_gone():
    vctl("set timeout udp-unreplied 1")
    flow = udp_flow()
    wait_for(lambda: not flows(""), "its end")
    told = show("explain", *question("a0", flow.to_server()))
    equal((told["flow"], told["outcome"]), (None, "translated"), "told")
    # when it has been taken away, too
    wait_for(lambda: not show("vpn show a")[0]["half_open"], "its end")
    told = truth("a0", flow.to_server(), "translated")
    equal((told["flow"], told["pool"]), (None, "out"), "told")


@case
def hairpin_to_each_vpn():
    # without it such an address is any other
    truth("a0", udp(HOST, 5000, B3, 7))
    vctl("vpn set a hairpin on")
    told = drops_for("hairpin", "a0", udp(HOST, 5000, B3, 7))
    equal(told["peer"]["vpn"], "b", "whose it is")
    vctl("vpn set b hairpin on")
    for sent in (udp(HOST, 5000, B3, 7), tcp(HOST, 5000, B3, 7),
                 ip(HOST2, B3, ESP, bytes(8)), echo(HOST2, B3, 5)):
        told = truth("a0", sent, "translated")
        equal((told["vpn"], told["peer"]["vpn"], told["out_interface"],
               told["becomes"]["dst"]), ("a", "b", "b0", HOST2))
        told = truth("a0", sent, "translated")
        equal((told["direction"], told["out_interface"]), ("original", "b0"))
    told = truth("a0", udp(HOST, 5000, A3, 7), "translated")
    equal((told["peer"]["vpn"], told["out_interface"]), ("a", "a0"))
    drops_for("no-mapping", "a0", udp(HOST, 5000, POOL, 7))
    # the id of a new mapping makes it its own
    told = truth("a0", echo(HOST, POOL, 7), "translated")
    equal(told["becomes"], {"src": POOL, "sport": 7, "dst": HOST, "dport": 7})
    truth("a0", echo(HOST, POOL, 7), "translated")
    # two flows of one VPN
    for limit, reason in (("max-flows", "max-flows"),
                          ("max-half-open", "max-half-open")):
        vctl("flow flush")
        vctl("vpn", "set", "a", limit, 1)
        drops_for(reason, "a0", udp(HOST, 5000, A3, 7))
        vctl("vpn", "set", "a", limit, 2)
        truth("a0", udp(HOST, 5000, A3, 7), "translated")
        vctl("vpn", "set", "a", limit, 0)
    truth("a0", udp(HOST, 5000, B3, 7), "translated")
    flow = udp_flow("b", host=HOST)
    drops_for("filtered", "a0", udp(HOST, 5001, *flow.outside))
    # nobody in the ext takes part
    outside = [one["outside"] for one in flows("vpn a inside %s:5000" % HOST)
               if one["outside"]["dst"] == B3 and one["proto"] == "udp"][0]
    drops_for("spoofed", "s0", udp(B3, 7, outside["src"], outside["sport"]))
    vctl("vpn set b hairpin off")
    drops_for("hairpin", "a0", udp(HOST, 5000, B3, 7))


@case
def any_packet():
    """Chosen by a seed; whatever it is told, that happens."""
    seed = random.randrange(1 << 32)
    say("seed %d" % seed)
    rng = random.Random(seed)
    addresses = [HOST, HOST2, ALIAS, ALIAS2, GATEWAY, SERVER, SERVER2, STRANGER,
                 EXT_ROUTER, POOL, A2, A3, B3, "47.0.0.201", "47.0.0.230",
                 GATEWAY_OUTSIDE, UNBOUND, BARE, BARE_ALIAS, "10.0.0.110",
                 "10.0.0.111", "10.0.0.115", "10.0.5.9", "10.0.7.9",
                 "198.51.100.1"]
    found = {}
    for vpn in "ab":
        vctl("vpn", "set", vpn, "hairpin", rng.choice(["on", "off"]))
    for _ in range(FUZZ):
        dev = rng.choice(["a0", "a0", "b0", "c0", "s0", "s0"])
        # nobody else is there to be sent an answer by c0, whose routes are all
        if dev == "c0":
            src = BARE
        elif dev != "s0" and rng.random() < 0.7:
            src = rng.choice([HOST, HOST2])
        else:
            src = rng.choice(addresses)
        dst = rng.choice(addresses)
        known = [one["outside"] for one in flows("")]
        sport, dport = rng.choice([7, 9, 5000]), rng.choice([7, 9, 80])
        if dev == "s0" and known and rng.random() < 0.5:
            one = rng.choice(known)
            dst, dport = one["src"], one["sport"] or 9
            if rng.random() < 0.7:
                src, sport = one["dst"], one["dport"] or 7
        sent = rng.choice([
            udp(src, sport, dst, dport), udp(src, sport, dst, dport),
            tcp(src, sport, dst, dport), echo(src, dst, dport),
            ip(src, dst, ESP, bytes(8))])
        told = truth(dev, sent)
        what = told["reason"] or told["outcome"]
        found[what] = found.get(what, 0) + 1
        bed.wires.drain()
    say(" ".join("%s %d" % one for one in sorted(found.items())))


def lines(*args):
    return vctl("explain", *args).splitlines()


def without_time(text):
    return [re.sub(" timeout [0-9]+", "", line) for line in text]


@case
def text_is_short_steps():
    equal(lines("a0", "udp", HOST + ":5000", ALIAS + ":7"), [
        "1. a0 is a member of VRF a, which is bound to vpn a (id 1)",
        "2. its destination is alias a 10.0.0.100 to 47.0.0.10 ext carrier",
        "3. a new mapping would be taken from pool out",
        "4. it becomes 47.0.0.200 -> 47.0.0.10:7, its outside port being "
        "chosen then",
        "5. it leaves by s0",
        "6. translated"])
    equal(lines("u0", "icmp", UNBOUND + ":5", ALIAS), [
        "1. u0 is bound to nothing", "2. untouched"])
    seen = lines("s0", "tcp", SERVER + ":80", POOL + ":80")
    equal(seen[:2], ["1. s0 is bound to ext carrier",
                     "2. no mapping has its destination"])
    equal(seen[2].startswith("3. dropped, counted for ext carrier: "
                             "no-mapping: an outside packet came"), True, seen)
    equal(len(seen), 3, "lines")
    flow = echo_flow()
    seen = lines("s0", "icmp", "%s:%d" % (SERVER, flow.outside[1]), POOL)
    equal(without_time(seen), without_time(
        lines("s0", "icmp", SERVER, "%s:%d" % flow.outside)), "id")
    equal(seen[1].startswith("2. it is an answer of flow a (id 1) by a0 icmp"),
          True, seen)
    # as stats says it
    sentence = [drop["sentence"] for drop in show("stats")["drops"]
                if drop["name"] == "crossing"][0]
    seen = lines("a0", "tcp", HOST + ":80", SERVER + ":80")
    equal(seen[-1], "4. dropped, counted for vpn a: crossing: " + sentence)


@case
def wrong_input():
    good = ["a0", "udp", HOST + ":1", ALIAS + ":7"]
    for at, word, status, sentence in (
            (0, "nowhere", 1, "no device"),
            (1, "quic", 2, "not a protocol"),
            (1, "any", 2, "one protocol"),
            (1, "icmp", 2, "one id"),
            (1, "esp", 2, "no ports"),
            (1, "gre", 2, "no ports"),
            (2, HOST, 2, "needs a port"),
            (3, ALIAS, 2, "needs a port"),
            (2, HOST + ":0", 2, "not a port"),
            (2, HOST + ":65536", 2, "is not ADDR"),
            (2, "10.0.0", 2, "is not ADDR"),
            (3, "10.0.0.0/24", 2, "prefix"),
            (2, "[2001:db8::1]:1", 1, "of two IP versions"),
            (3, "[2001:db8::1]:1", 1, "of two IP versions")):
        words = good[:at] + [word] + good[at + 1:]
        said = fails("explain", *words, status=status)
        equal(said.count("\n"), 0, "lines of " + said)
        equal(sentence in said, True, "%r in %r" % (sentence, said))
    for n in range(4):
        fails("explain", *good[:n], status=2)
    fails("explain", *good, "more", status=2)
    fails("explain", "a0", "icmp", HOST, ALIAS, status=2)
    equal(run("explain", "help").stdout.startswith("Usage:"), True, "help")
    # id 0 is one, and a call of PPTP has one
    equal(show("explain", "a0", "icmp", HOST + ":0", ALIAS)["outcome"],
          "translated")
    told = show("explain", "a0", "gre", HOST2, ALIAS + ":5")
    equal((told["outcome"], told["packet"]["dport"]), ("translated", 5))


@case
def vrf_that_is_gone():
    # b0 itself, or the binding goes with the VRF
    vctl("interface del b")
    vctl("interface add b0 vpn b")
    flow = udp_flow("b")
    sh("ip link del dev b")
    drops_for("vrf-gone", "s0", flow.to_host(b"late"))


def fresh():
    config(OFF)
    # Blocks of ports are given back some time later.
    wait_for(lambda: not any(pool["blocks"] for pool in show("pool show")),
             "blocks to be given back")


if __name__ == "__main__":
    open_wires("a0", "b0", "c0", "s0", "u0")
    main(fresh)
