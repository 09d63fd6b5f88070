# SPDX-License-Identifier: GPL-2.0
"""Which way packets go on the other side, and when they go nowhere."""

import struct
import subprocess

import bed
from bed import GATEWAY, HOST, Flow, open_wires
from ktap import case, equal, main
from packet import Fields, addr, change, echo, tcp, udp
from tool import drops, identify, vctl
from wire import ARP, FAR, dropped

# vpn -> interface
VPNS = {"by-vrf": "a0", "by-table": "t0", "bare": "p0"}
# ext -> interface, server, its alias, pool address
EXTS = {"main": ("s0", "47.0.0.10", "10.0.0.100", "47.0.0.200"),
        "vrf": ("e0", "48.0.0.10", "10.0.0.101", "48.0.0.200"),
        "table": ("l0", "49.0.0.10", "10.0.0.102", "49.0.0.200")}


def sh(*commands):
    for command in commands:
        subprocess.run(command.split(), check=True)


def sysctl(name, value):
    with open("/proc/sys/net/ipv4/" + name, "w", encoding="ascii") as file:
        file.write(str(value))


@case
def every_kind_of_vpn_to_every_kind_of_ext():
    for vpn, dev in VPNS.items():
        for out, server, alias, pool in EXTS.values():
            flow = Flow(udp(HOST, 5000, alias, 7, vpn.encode()), server,
                        into=dev, out=out)
            equal(flow.outside[0], pool, "outside address")
            flow.exchange(vpn.encode())
            equal(identify("udp", *flow.outside)["vpn"], vpn, "vpn")


@case
def host_behind_a_router_of_its_vpn():
    """Its VRF or table knows the way; no other does."""
    for vpn, host in (("by-vrf", "192.168.50.2"), ("by-table", "192.168.51.2"),
                      ("bare", "192.168.52.2")):
        flow = Flow(udp(host, 5000, "10.0.0.100", 7, vpn.encode()),
                    "47.0.0.10", into=VPNS[vpn])
        flow.exchange(vpn.encode())


@case
def server_behind_a_router_of_its_ext():
    for name, server in (("main", "47.0.9.9"), ("vrf", "48.0.9.9"),
                         ("table", "49.0.9.9")):
        out = EXTS[name][0]
        for vpn, dev in VPNS.items():
            flow = Flow(udp(HOST, 5000, "10.0.9." + server[:2], 7,
                            vpn.encode()), server, into=dev, out=out)
            flow.exchange()


@case
def routes_are_not_leaked():
    """No table has a route of another's."""
    def routes(table):
        done = subprocess.run(["ip", "route", "show", "table", table],
                              check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout
    # a VRF without a default route would go on to the main table
    sh("ip route add unreachable default metric 9999 vrf a")
    for table, own in (("1001", "10.0.0.0/24"), ("1002", "48.0.0.0/24"),
                       ("300", "10.0.0.0/24"), ("400", "49.0.0.0/24"),
                       ("main", "47.0.0.0/24")):
        text = routes(table)
        if own not in text:
            raise AssertionError("table %s lacks %s" % (table, own))
        for other in ("47.0.0.0/24", "48.0.0.0/24"):
            if other != own and other in text and table != "main":
                raise AssertionError("table %s has %s" % (table, other))
    # and the VPN cannot reach a server under its own address
    sent = udp(HOST, 5000, "47.0.0.10", 7, b"not by an alias")
    bed.wires.send("a0", sent)
    seen = Fields(bed.wires.receive("a0"))
    equal((seen.src, seen.dst, seen.kind), (GATEWAY, HOST, 3), "answer")


@case
def no_route_on_the_other_side():
    refused("no-route", "10.0.0.110")


@case
def unreachable_route_on_the_other_side():
    refused("no-route", "10.0.0.111")


@case
def blackhole_route_on_the_other_side():
    refused("no-route", "10.0.0.112")


@case
def prohibit_route_on_the_other_side():
    refused("policy", "10.0.0.113")


def refused(reason, alias):
    """Dropped and counted; the sender may be told, and nobody else."""
    for dev in ("a0", "p0"):
        before = drops(reason)
        bed.wires.send(dev, udp(HOST, 5000, alias, 7, b"no way"))
        equal(drops(reason) - before, 1, "drops for " + reason)
        for name, frame in bed.wires.frames():
            equal(name, dev, "interface of an answer")
            seen = Fields(frame[14:])
            equal((seen.src, seen.dst, seen.kind), (GATEWAY, HOST, 3),
                  "answer")


@case
def route_that_appears_is_used():
    before = drops("no-route")
    bed.wires.send("a0", udp(HOST, 5001, "10.0.0.110", 7, b"no way"))
    equal(drops("no-route") - before, 1, "drops")
    bed.wires.drain()
    sh("ip route add 203.0.113.0/24 via 47.0.0.254")
    flow = Flow(udp(HOST, 5001, "10.0.0.110", 7, b"a way"), "203.0.113.9")
    flow.exchange()
    # it moves
    sh("ip route replace 203.0.113.0/24 via 192.0.2.254 dev u0")
    sent = flow.to_server(b"another way")
    bed.wires.pass_on("a0", sent, "u0", flow.out(sent))
    sh("ip route del 203.0.113.0/24")
    before = drops("no-route")
    bed.wires.send("a0", flow.to_server(b"no way"))
    equal(drops("no-route") - before, 1, "drops")
    bed.wires.drain()


def way_out(port, dport=7, **more):
    """The ext device that a new flow from that port leaves by."""
    bed.wires.send("a0", udp(HOST, port, "10.0.0.110", dport, b"new", **more))
    frames = bed.wires.frames()
    equal(len(frames), 1, "packets")
    return frames[0][0]


@case
def each_new_flow_follows_the_routes_of_now():
    """Others to the same server from the same address went before it."""
    sh("ip route add 203.0.113.0/24 via 47.0.0.254")
    equal([way_out(port) for port in range(6000, 6004)], ["s0"] * 4, "devices")
    sh("ip route replace 203.0.113.0/24 via 192.0.2.254 dev u0")
    equal([way_out(port) for port in range(6004, 6008)], ["u0"] * 4, "devices")
    # what went before it had another TOS, or was for another port
    sh("ip rule add tos 0x10 lookup 500 pref 98",
       "ip route add 203.0.113.0/24 via 47.0.0.254 dev s0 table 500")
    equal([way_out(6008 + n, tos=0x10 * (n % 2)) for n in range(4)],
          ["u0", "s0"] * 2, "devices by TOS")
    sh("ip rule del pref 98",
       "ip rule add ipproto udp dport 8 lookup 500 pref 98")
    equal([way_out(6020 + n, 7 + n % 2) for n in range(4)],
          ["u0", "s0"] * 2, "devices by port")
    sh("ip rule del pref 98", "ip route flush table 500",
       "ip route del 203.0.113.0/24")


@case
def new_flows_are_spread_over_next_hops():
    """fib_multipath_hash_policy: 1 by ports, too; 0 by addresses only."""
    sh("ip route add 203.0.113.0/24 nexthop via 47.0.0.254 "
       "nexthop via 192.0.2.254 dev u0")
    for policy, n in (0, 1), (1, 2), (0, 1):
        sysctl("fib_multipath_hash_policy", policy)
        seen = {way_out(6200 + 100 * policy + port) for port in range(24)}
        equal(len(seen), n, "devices with policy %d" % policy)
        vctl("flow flush")
    sh("ip route del 203.0.113.0/24")


@case
def forwarding_off():
    sysctl("conf/a0/forwarding", 0)
    with dropped(bed.wires, "forwarding-off"):
        bed.wires.send("a0", udp(HOST, 5002, "10.0.0.100", 7, b"off"))
    sysctl("conf/a0/forwarding", 1)
    Flow(udp(HOST, 5002, "10.0.0.100", 7, b"on"), "47.0.0.10").exchange()
    sysctl("conf/s0/forwarding", 0)
    with dropped(bed.wires, "forwarding-off"):
        bed.wires.send("s0", udp("47.0.0.10", 7, "47.0.0.210", 9, b"off"))
    sysctl("conf/s0/forwarding", 1)


@case
def rp_filter():
    """Strict: by the same interface; loose: by any; off: no matter."""
    strange, other = "172.31.0.9", "192.168.60.2"
    for value, bad, good in ((1, (strange, other), ()),
                             (2, (strange,), (other,)),
                             (0, (), (strange, other))):
        sysctl("conf/a0/rp_filter", value)
        vctl("flow flush")
        for host in bad:
            with dropped(bed.wires, "rp-filter"):
                bed.wires.send("a0", udp(host, 5000, "10.0.0.100", 7, b"x"))
        for host in good:
            Flow(udp(host, 5000, "10.0.0.100", 7, b"x"), "47.0.0.10")
        Flow(udp(HOST, 5000, "10.0.0.100", 7, b"x"), "47.0.0.10").exchange()
    sysctl("conf/a0/rp_filter", 0)


@case
def sources_that_nobody_has():
    for host in ("127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"):
        for dev, target in (("a0", "10.0.0.100"), ("s0", "47.0.0.210")):
            with dropped(bed.wires, "spoofed"):
                bed.wires.send(dev, udp(host, 5000, target, 9, b"x"))


@case
def neighbours_are_asked():
    """ARP on the other side, with the packet waiting meanwhile."""
    sh("ip neigh del 47.0.0.10 dev s0")
    sent = udp(HOST, 5003, "10.0.0.100", 7, b"waiting")
    bed.wires.send("a0", sent)
    frame = bed.wires.receive_frame("s0")
    own = bed.wires.taps["s0"].mac
    equal(frame[12:14], struct.pack("!H", ARP), "ethertype")
    equal(frame[14:42], struct.pack(
        "!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, own, addr("47.0.0.1"), bytes(6),
        addr("47.0.0.10")), "question")
    answer = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 2, FAR,
                         addr("47.0.0.10"), own, addr("47.0.0.1"))
    bed.wires.send("s0", answer, kind=ARP)
    seen = bed.wires.receive("s0")
    equal(seen, change(sent, src="47.0.0.200", sport=Fields(seen).sport,
                       dst="47.0.0.10", hops=1))
    sh("ip neigh replace 47.0.0.10 lladdr 02:00:00:00:00:99 dev s0 "
       "nud permanent")


@case
def mark_chooses_the_route():
    """Set where only the inside view is known: the netdev ingress hook."""
    sh("ip rule add fwmark 7 lookup 500 pref 99",
       "ip route add 47.0.0.10 via 192.0.2.254 dev u0 table 500")
    nft("table netdev marks { chain in { type filter hook ingress device a0 "
        "priority 0; udp dport 77 meta mark set 7; }; }")
    flow = Flow(udp(HOST, 5004, "10.0.0.100", 77, b"marked"), "47.0.0.10",
                out="u0")
    sent = flow.to_server(b"marked")
    bed.wires.pass_on("a0", sent, "u0", flow.out(sent))
    Flow(udp(HOST, 5004, "10.0.0.100", 78, b"not marked"), "47.0.0.10")
    nft("delete table netdev marks")
    sh("ip rule del pref 99", "ip route flush table 500")


def nft(rules):
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)


@case
def firewall_sees_translated_addresses_and_real_devices():
    """The forward and postrouting chains, in both directions."""
    flow = Flow(udp(HOST, 5005, "10.0.0.100", 7, b"first"), "47.0.0.10")
    vctl("flow flush")
    nft("""table ip f {
        counter out { }
        counter in { }
        chain forward { type filter hook forward priority 0;
            oifname "s0" ip saddr 47.0.0.200 ip daddr 47.0.0.10 \
                udp dport 7 counter name out
            iifname "s0" oifname "a0" ip saddr 10.0.0.100 \
                ip daddr 10.0.0.2 udp sport 7 counter name in
            udp dport 666 drop
        }
        chain after { type filter hook postrouting priority 0;
            oifname "s0" ip saddr 47.0.0.200 udp dport 667 drop
        }
    }""")
    flow = Flow(udp(HOST, 5005, "10.0.0.100", 7, b"first"), "47.0.0.10")
    flow.exchange()
    for name, least in (("out", 1), ("in", 1)):
        done = subprocess.run(["nft", "list", "counter", "ip", "f", name],
                              check=True, stdout=subprocess.PIPE, text=True)
        number = int(done.stdout.split("packets")[1].split()[0])
        if number < least:
            raise AssertionError("%d packets counted %s" % (number, name))
    for port in (666, 667):
        bed.wires.send("a0", udp(HOST, 5006, "10.0.0.100", port, b"refused"))
        bed.wires.nothing()
    flow.exchange()
    nft("delete table ip f")


@case
def gateway_itself_is_not_disturbed():
    """Its own addresses on bound interfaces, and its own traffic."""
    for dev, host, own in (("a0", HOST, GATEWAY), ("s0", "47.0.0.10",
                                                   "47.0.0.1")):
        sent = echo(host, own, 5, 1, b"ping")
        bed.wires.send(dev, sent)
        seen = Fields(bed.wires.receive(dev))
        equal((seen.src, seen.dst, seen.kind, seen.data),
              (own, host, 0, b"ping"), "answer")
    bed.wires.send("s0", tcp("47.0.0.10", 9, "47.0.0.1", 9))
    seen = Fields(bed.wires.receive("s0"))
    equal((seen.src, seen.flags), ("47.0.0.1", "RA"), "refusal")


@case
def what_no_vpn_may_have_stays_outside():
    """The ext's packets to a VPN's inside address reach no VPN."""
    bed.wires.send("s0", udp("47.0.0.10", 7, HOST, 5000, b"inward"))
    for name, frame in bed.wires.frames():
        if name in ("a0", "t0"):
            raise AssertionError("into %s: %r" % (name, frame))


def crossing(dev, host):
    """Routed, but stopped; at most the sender is told."""
    before = drops("crossing")
    bed.wires.send(dev, udp(host, 5000, "192.168.70.9", 7, b"across"))
    equal(drops("crossing") - before, 1, "drops for crossing, by " + dev)
    for name, frame in bed.wires.frames():
        equal((name, Fields(frame[14:]).kind), (dev, 3), "answer")


@case
def plain_routing_does_not_cross():
    """What no alias translates stays in its VPN; by its VRF, by one that has no
    route of its own, by a table, with and without VPNs that share main."""
    sh("ip route del unreachable default metric 9999 vrf a",
       "ip route add 192.168.70.0/24 via 10.0.0.254 dev p0")
    for config in (), ("vpn del bare", "vpn add other table 301",
                       "interface add p0 vpn other"):
        for command in config:
            vctl(command)
        crossing("t0", HOST)
        crossing("a0", HOST)
        crossing("s0", "47.0.0.10")
        # but what the VRF's own table says is the operator's word
        sh("ip route replace 192.168.71.0/24 via 47.0.0.254 dev s0 vrf a")
        sent = udp(HOST, 5000, "192.168.71.9", 7, b"leaked on purpose")
        bed.wires.pass_on("a0", sent, "s0", change(sent, hops=1))
        # who is bound to nothing is not touched
        sent = udp("192.0.2.2", 5000, "192.168.70.9", 7, b"unbound")
        bed.wires.pass_on("u0", sent, "p0", change(sent, hops=1))


if __name__ == "__main__":
    open_wires("a0", "t0", "p0", "s0", "e0", "l0", "u0")
    main(lambda: vctl("flow flush"))
