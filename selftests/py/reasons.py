# SPDX-License-Identifier: GPL-2.0
"""One packet, or as few as it takes, for each reason to drop."""

import os
import struct
import subprocess

import bed
from bed import ALIAS, HOST, POOL, SERVER, STRANGER, Flow, open_wires, \
    udp_flow
from ktap import case, equal, main
from packet import icmp, ip, quote, tcp, udp
from pieces import cut
from tool import stats, vctl

# no-memory takes a kernel that makes allocations fail: the debug kernel does.
FAIL_NTH = "/proc/self/fail-nth"
FAILS_MOST = 40

REASONS = {}


def provokes(function):
    REASONS[function.__name__.replace("_", "-")] = function
    return function


def send(wire, data):
    bed.wires.send(wire, data)


def sh(command):
    subprocess.run(command.split(), check=True)


def sysctl(name, value):
    with open("/proc/sys/net/ipv4/" + name, "w", encoding="ascii") as file:
        file.write(str(value))


@provokes
def malformed():
    send("a0", ip(HOST, ALIAS, 17, b"\0\1\0\7"))


@provokes
def checksum():
    flow = udp_flow()
    data = icmp(SERVER, POOL, 3, 3, data=quote(flow.out(flow.to_server())))
    send("s0", data[:-1] + bytes([data[-1] ^ 1]))


@provokes
def fragment():
    first, second = cut(udp(HOST, 5000, ALIAS, 7, b"x" * 1500))
    send("a0", first)
    send("a0", second[:6] + b"\x00\x70" + second[8:10] + struct.pack(
        "!H", struct.unpack("!H", second[10:12])[0] + 0x7d - 0x70) +
         second[12:])


@provokes
def ip_options():
    send("a0", udp(HOST, 5000, ALIAS, 7, options=b"\x83\x07\x04\x0a\0\0\x03"))


@provokes
def protocol():
    send("a0", ip(HOST, ALIAS, 47, bytes(8)))


@provokes
def icmp_type():
    send("a0", icmp(HOST, ALIAS, 42, 0))


@provokes
def icmp_no_flow():
    send("s0", icmp(SERVER, POOL, 3, 3, data=udp(POOL, 9, SERVER, 7)))


@provokes
def no_state():
    send("a0", tcp(HOST, 5000, ALIAS, 80, "A"))


@provokes
def no_pool():
    send("a0", udp(HOST, 5000, "10.0.0.111", 7))


@provokes
def pool_exhausted():
    for port in range(5000, 5002):
        Flow(udp(HOST, port, "10.0.0.110", 7), "192.0.2.2", out="u0")
    send("a0", udp(HOST, 5002, "10.0.0.110", 7))


@provokes
def max_flows():
    udp_flow()
    vctl("vpn set a max-flows 1")
    send("a0", udp(HOST, 5001, ALIAS, 7))
    vctl("vpn set a max-flows 0")


@provokes
def max_mappings():
    udp_flow()
    vctl("vpn set a max-mappings-per-host 1")
    send("a0", udp(HOST, 5001, ALIAS, 7))
    vctl("vpn set a max-mappings-per-host 0")


@provokes
def no_memory():
    """The first, second ... allocation fails that the packet needs; some of
    them are the gateway's."""
    for n in range(1, FAILS_MOST):
        with open(FAIL_NTH, "w", encoding="ascii") as file:
            file.write(str(n))
        try:
            send("a0", udp(HOST, 5000 + n, ALIAS, 7))
        except OSError:
            pass        # it was the tap's own
        finally:
            with open(FAIL_NTH, "w", encoding="ascii") as file:
                file.write("0")


@provokes
def clash():
    """The host has spoken to one server by two aliases, from one port, and so
    has two mappings; what the server sends to the second would be, by the
    alias that the server has, a session that the first one has already."""
    flows = [udp_flow(alias=alias) for alias in (ALIAS, "10.0.0.103")]
    udp_flow(aport=9, alias=ALIAS)
    send("s0", udp(SERVER, 9, *flows[1].outside))


@provokes
def no_mapping():
    send("s0", udp(SERVER, 7, POOL, 9))


@provokes
def no_alias():
    flow = udp_flow("b")
    send("s0", udp(STRANGER, 7, *flow.outside))


@provokes
def filtered():
    flow = udp_flow()
    send("s0", udp(STRANGER, 7, *flow.outside))


@provokes
def rp_filter():
    sysctl("conf/a0/rp_filter", 1)
    send("a0", udp("172.31.0.9", 5000, ALIAS, 7))
    sysctl("conf/a0/rp_filter", 0)


@provokes
def forwarding_off():
    sysctl("conf/a0/forwarding", 0)
    send("a0", udp(HOST, 5000, ALIAS, 7))
    sysctl("conf/a0/forwarding", 1)


@provokes
def no_route():
    send("a0", udp(HOST, 5000, "10.0.0.113", 7))


@provokes
def ttl():
    send("a0", udp(HOST, 5000, ALIAS, 7, ttl=1))


@provokes
def mtu():
    send("a0", udp(HOST, 5000, ALIAS, 7, bytes(1500), df=True))


@provokes
def policy():
    send("a0", udp(HOST, 5000, "10.0.0.112", 7))


@provokes
def spoofed():
    """The gateway, an alias, everybody on the link; outside, a pool address
    and a static mapping's."""
    count = stats()["drops"]["spoofed"]
    for source in (bed.GATEWAY, ALIAS, "10.0.0.103", "10.0.0.255",
                   "127.0.0.1"):
        send("a0", udp(source, 5000, ALIAS, 7))
    for source in ("47.0.0.1", POOL, "47.0.0.220", "47.0.0.255"):
        send("s0", udp(source, 7, "47.0.0.220", 9))
    # an error, from where nobody is
    flow = udp_flow()
    send("s0", icmp("127.0.0.1", POOL, 3, 3,
                    data=quote(flow.out(flow.to_server()))))
    equal(stats()["drops"]["spoofed"] - count, 10, "drops")


@provokes
def crossing():
    send("a0", udp(HOST, 5000, SERVER, 7))


def over_limit(limit, off, packets):
    """All but the first are over it."""
    vctl(limit)
    for packet in packets:
        send("a0", packet)
    vctl(off)


def starts(*ports):
    return [udp(HOST, port, ALIAS, 7) for port in ports]


@provokes
def max_vpn_mappings():
    over_limit("vpn set a max-mappings 1", "vpn set a max-mappings 0",
               starts(1, 2))


@provokes
def max_host_flows():
    over_limit("vpn set a max-flows-per-host 1",
               "vpn set a max-flows-per-host 0", starts(1, 2))


@provokes
def max_half_open():
    over_limit("vpn set a max-half-open 1", "vpn set a max-half-open 0",
               starts(1, 2))


@provokes
def new_flow_rate():
    over_limit("vpn set a new-flow-rate 1", "vpn set a new-flow-rate 0",
               starts(1, 2, 3))


@provokes
def table_full():
    """One VPN alone gets four fifths."""
    over_limit("set max-flows 5", "set max-flows auto", starts(1, 2, 3, 4, 5))


@provokes
def strict():
    vctl("vpn set a strict on")
    send("a0", udp(HOST, 5000, "192.0.2.2", 7))
    vctl("vpn set a strict off")


@provokes
def hairpin():
    """A host of b, which does not want that, is meant by one of a."""
    vctl("vpn set a hairpin on")
    send("a0", udp(HOST, 5000, "47.0.0.221", 9))
    vctl("vpn set a hairpin off")


@provokes
def vrf_gone():
    # b0 itself, or the binding goes with the VRF
    vctl("interface del b")
    vctl("interface add b0 vpn b")
    flow = udp_flow(vpn="b")
    sh("ip link del dev b")
    send("s0", flow.to_host(b"late"))


@case
def errors_that_the_rate_holds_back_are_counted():
    """Each drop is told, or is one that is held back."""
    whose = (), ("vpn", "a")
    before = [stats(*words)["icmp_held_back"] for words in whose]
    sent = heard = 0
    held = [0, 0]
    while not held[0]:
        equal(sent < 9000, True, "packets less than it takes")
        for _ in range(300):
            send("a0", udp(HOST, 5000, ALIAS, 7, ttl=1))
        sent += 300
        heard += len(bed.wires.frames())
        held = [stats(*words)["icmp_held_back"] - old
                for words, old in zip(whose, before)]
    equal(held, [sent - heard] * 2, "held back")
    found = "ICMP errors held back %d: " % (before[1] + held[1])
    equal(found in vctl("stats vpn a"), True, found)


@case
def every_reason_is_provoked():
    """Those of the uapi header, and no others."""
    names = list(stats()["drops"])
    missing = set(names) ^ set(REASONS)
    equal(missing, set(), "reasons without a test, tests without a reason")
    silent = []
    before = stats()["drops"]
    for name in sorted(names, key=lambda name: list(REASONS).index(name)):
        if name == "no-memory" and not os.path.exists(FAIL_NTH):
            continue
        REASONS[name]()
        after = stats()["drops"]
        bed.wires.drain()
        vctl("flow flush")
        if after[name] == before[name]:
            silent.append((name, {other: after[other] - before[other]
                                  for other in names
                                  if after[other] != before[other]}))
        before = after
    equal(silent, [], "reasons that were not counted, and what was")


if __name__ == "__main__":
    open_wires()
    main()
