# SPDX-License-Identifier: GPL-2.0
"""Static mappings of every pair of versions, and of prefixes after RFC 6296."""

import struct

import bed6
import packet6
import siit
from bed6 import CASES, EXT_ROUTER6, OTHER4, OTHER6, ROUTER6, STRANGER6, \
    Path, make, open_wires
from ktap import case, equal, main
from packet import ICMP, TCP, UDP
from packet6 import either, icmp, is6
from tool import endpoint, fails, flows, identify, show, vctl
from wire import dropped

OUT4, OUT6 = {"a": "47.0.1", "b": "47.0.2"}, \
    {"a": "2001:db8:48::", "b": "2001:db8:49::"}


def outside_of(vpn, which, host):
    """The address outside; host is the last digit that the script gives."""
    return OUT4[vpn] + ".%d" % host if which[2] == "4" else \
        OUT6[vpn] + "%d" % host


def whole(vpn, which, port=None, aport=None):
    """The path of the host whose address is mapped."""
    host, alias, server = CASES[which]
    number = 1 if is6(host) else 2
    return Path(host, port, alias, aport,
                (outside_of(vpn, which, number), port), server, aport,
                into=vpn + "0")


def by_port(vpn, which, port, aport=9):
    """The path of the host whose ports are mapped, each to 2000 more."""
    _, alias, server = CASES[which]
    host, number = (OTHER6, 3) if which[0] == "6" else (OTHER4, 4)
    return Path(host, port, alias, aport,
                (outside_of(vpn, which, number), port + 2000), server, aport,
                into=vpn + "0")


EVERY = [(vpn, which) for vpn in ("a", "b") for which in CASES]


def from_server(path, proto, data=b"data", reply=True, **more):
    return make(proto, (path.server, path.sport), path.outside, data,
                reply=reply, **more)


def from_host(path, proto, data=b"data", **more):
    return make(proto, (path.host, path.port), (path.alias, path.aport), data,
                **more)


@case
def address_server_starts():
    for vpn, which in EVERY:
        data = b"of " + vpn.encode()
        path = whole(vpn, which, 9, 7)
        path.send_back(from_server(path, UDP, data))
        path.send_out(from_host(path, UDP, data))
        path = whole(vpn, which, 22, 1025)
        path.send_back(from_server(path, TCP, b"", flags="S", seq=5))
        path.send_out(from_host(path, TCP, b"", flags="SA", seq=9, ack=6))
        path.send_back(from_server(path, TCP, flags="A", seq=6, ack=10))
        path = whole(vpn, which, 77, 77)
        path.send_back(either.echo(path.server, path.outside[0], 77, 1, data))
        path.send_out(either.echo(path.host, path.alias, 77, 1, data,
                                  reply=True))
        for flow in flows("vpn", vpn):
            equal((flow["origin"], flow["interface"]), ("outside", vpn + "0"),
                  "origin and interface")
        vctl("flow flush")


@case
def address_host_starts_and_keeps_its_port():
    for vpn, which in EVERY:
        for proto, port, more in ((UDP, 5000, {}), (TCP, 80, {"flags": "S"}),
                                  (ICMP, 3, {})):
            path = whole(vpn, which, port, port if proto == ICMP else 7)
            path.send_out(from_host(path, proto, b"", **more))
            found = flows("vpn", vpn)
            equal(len(found), 1, "flows")
            equal((found[0]["outside"]["src"], found[0]["outside"]["sport"]),
                  path.outside, "outside endpoint")
            vctl("flow flush")


@case
def address_of_any_protocol():
    """Also from one version to the other: RFC 7915 sections 4.5 and 5.5."""
    for vpn, which in EVERY:
        for proto in (47, 50, 253):
            data = b"protocol %d of %s" % (proto, vpn.encode())
            path = whole(vpn, which)
            path.send_back(either.ip(path.server, path.outside[0], proto,
                                     data))
            path.send_out(either.ip(path.host, path.alias, proto, data))
            vctl("flow flush")
            path.send_out(either.ip(path.host, path.alias, proto, data))
            path.send_back(either.ip(path.server, path.outside[0], proto,
                                     data))
            vctl("flow flush")


@case
def port_server_starts():
    for vpn, which in EVERY:
        data = b"of " + vpn.encode()
        path = by_port(vpn, which, 53)
        path.send_back(from_server(path, UDP, data))
        path.send_out(from_host(path, UDP, data))
        path = by_port(vpn, which, 22)
        path.send_back(from_server(path, TCP, b"", flags="S", seq=5))
        path.send_out(from_host(path, TCP, b"", flags="SA", seq=9, ack=6))
        path = by_port(vpn, which, 7)
        path.sport, path.aport = path.outside[1], 7
        path.send_back(either.echo(path.server, *path.outside, 1, data))
        path.send_out(either.echo(path.host, path.alias, 7, 1, data,
                                  reply=True))


@case
def port_host_starts():
    for vpn, which in EVERY:
        path = by_port(vpn, which, 53)
        path.send_out(from_host(path, UDP))
        path.send_back(from_server(path, UDP))
        path = by_port(vpn, which, 22)
        path.send_out(from_host(path, TCP, b"", flags="S"))


@case
def other_ports_use_the_pool():
    for which in CASES:
        host = OTHER6 if which[0] == "6" else OTHER4
        flow = bed6.udp_flow(which, host=host, port=54)
        equal(flow.outside[0], bed6.POOL4 if which[2] == "4" else bed6.POOL6,
              "outside address")


@case
def identity_without_any_state():
    for vpn, which in EVERY:
        host = CASES[which][0]
        path = whole(vpn, which, 4711, 7)
        for proto in ("udp", "tcp", "icmp"):
            whose = identify(proto, *path.outside)
            equal((whose["vpn"], whose["inside"]["addr"]), (vpn, host),
                  "whose")
        path = by_port(vpn, which, 53)
        whose = identify("udp", *path.outside)
        equal((whose["vpn"], whose["inside"]),
              (vpn, {"addr": path.host, "port": 53}), "whose")
        fails("identify", "udp", endpoint(path.outside[0], 2054))


@case
def one_host_has_one_of_each_version():
    for other in ("a inside fd00::2 outside 47.0.1.77",
                  "a inside fd00::2 outside 2001:db8:48::77",
                  "a inside 10.0.0.2 outside 2001:db8:48::77",
                  "b inside fd00::9 outside 47.0.1.1",
                  "b inside 10.0.0.9 outside 2001:db8:48::1",
                  "b inside [fd00::9]:5 outside 47.0.1.1:5 proto udp",
                  "b inside fd00:9::/48 outside 2001:db8:a1::/48",
                  "b inside fd00:9:0:1::/64 outside 2001:db8:a1:9::/64",
                  "b inside fd00::9 outside 2001:db8:a1::9"):
        if "proto" not in other:
            other += " proto any"
        fails("mapping add " + other + " ext carrier")


@case
def prefixes_have_one_length():
    for other in ("a inside fd00:9::/48 outside 2001:db8:9::/56",
                  "a inside fd00:9::/48 outside 47.0.0.0/24",
                  "a inside fd00:9::1/48 outside 2001:db8:9::/48",
                  "a inside fd00:9::/48 outside 2001:db8:9::/48 proto udpx"):
        if "proto" not in other:
            other += " proto any"
        fails("mapping add " + other + " ext carrier", status=None)


# --- RFC 6296 -----------------------------------------------------------------


def words(address):
    return list(struct.unpack("!8H", packet6.addr(address)))


def mapped(address, inside, outside, length):
    """Sections 3.4 and 3.5: the other prefix, and what that changes in the sum
    taken out of one word again."""
    old, new = words(address), words(outside)
    for i in range(8):
        bits = min(16, max(0, length - i * 16))
        mask = 0xffff ^ (0xffff >> bits)
        new[i] = new[i] & mask | old[i] & ~mask & 0xffff
    at = 3 if length <= 48 else \
        next(i for i in range(4, 8) if old[i] != 0xffff)
    less = (sum(words(inside)) - sum(words(outside))) % 0xffff
    value = (new[at] + less) % 0xffff
    new[at] = value
    return packet6.text(struct.pack("!8H", *new))


NPT = {"a": {48: ("fd00:1::", "2001:db8:a1::"),
             56: ("fd00:2:0:1200::", "2001:db8:a2:3400::"),
             64: ("fd00:3:0:5::", "2001:db8:a3:7::")}}
NPT["b"] = {length: (inside, outside.replace(":a", ":b"))
            for length, (inside, outside) in NPT["a"].items()}

INSIDE = {48: ("fd00:1::1", "fd00:1:0:1::1234", "fd00:1:0:fffe::2",
               "fd00:1:0:1234:5678:9abc:def0:1"),
          56: ("fd00:2:0:1200::1", "fd00:2:0:12ff::1",
               "fd00:2:0:1234:ffff::1", "fd00:2:0:1201:ffff:ffff:0:1"),
          64: ("fd00:3:0:5::1", "fd00:3:0:5:1:2:3:4", "fd00:3:0:5:ffff::1",
               "fd00:3:0:5:ffff:ffff:ffff:1")}


@case
def arithmetic_of_rfc_6296():
    """The example of its section 3.1, and that sums stay."""
    equal(mapped("fd01:203:405:1::1234", "fd01:203:405::", "2001:db8:1::", 48),
          "2001:db8:1:d550::1234", "address")
    for vpn, length, host in hosts():
        outside = mapped(host, *NPT[vpn][length], length)
        equal(sum(words(outside)) % 0xffff, sum(words(host)) % 0xffff,
              "sum of " + outside)
        equal(mapped(outside, *NPT[vpn][length][::-1], length), host,
              "back again")


def hosts():
    for vpn in ("a", "b"):
        for length in (48, 56, 64):
            for host in INSIDE[length]:
                yield vpn, length, host


def prefixed(vpn, length, host, port=5000, aport=7):
    outside = mapped(host, *NPT[vpn][length], length)
    return Path(host, port, STRANGER6, aport, (outside, port), STRANGER6,
                aport, into=vpn + "0")


def neutral(path, sent, out):
    """It passes, and is the same from behind the addresses on."""
    change = path.out if out else path.back
    equal(change(sent)[40:].hex(), sent[40:].hex(), "checksum")
    (path.send_out if out else path.send_back)(sent)


@case
def prefix_host_starts():
    for vpn, length, host in hosts():
        path = prefixed(vpn, length, host)
        for number, proto in enumerate((UDP, TCP, ICMP)):
            more = {"flags": "S"} if proto == TCP else {}
            path.aport = path.sport = 7 if proto != ICMP else None
            sent = from_host(path, proto, b"odd" * (number + 1), **more) \
                if proto != ICMP else packet6.echo(host, STRANGER6, 5000, 1)
            neutral(path, sent, True)
        found = flows("vpn", vpn, "proto", "udp", "inside",
                      endpoint(host, 5000))
        equal([f["outside"]["src"] for f in found], [path.outside[0]],
              "outside address in flow show")
        equal(identify("udp", *path.outside)["inside"],
              {"addr": host, "port": 5000}, "inside in identify")


@case
def prefix_server_starts():
    for vpn, length, host in hosts():
        path = prefixed(vpn, length, host)
        neutral(path, from_server(path, UDP, vpn.encode()), False)
        neutral(path, from_host(path, UDP, vpn.encode()), True)
        neutral(path, from_server(path, TCP, b"", flags="S", seq=5), False)
        neutral(path, from_host(path, TCP, b"", flags="SA", seq=9, ack=6),
                True)
        neutral(path, from_server(path, TCP, flags="A", seq=6, ack=10), False)
        path.port = path.aport = path.sport = None
        path.outside = (path.outside[0], None)
        neutral(path, packet6.echo(STRANGER6, path.outside[0], 9, 1, b"x"),
                False)
        neutral(path, packet6.echo(host, STRANGER6, 9, 1, b"x", reply=True),
                True)


@case
def prefix_of_any_protocol():
    for vpn, length, host in hosts():
        path = prefixed(vpn, length, host, None, None)
        for proto in (47, 50, 253):
            neutral(path, packet6.ip(host, STRANGER6, proto, b"any"), True)
            neutral(path, packet6.ip(STRANGER6, path.outside[0], proto,
                                     b"any"), False)


@case
def prefix_leaves_a_wrong_checksum():
    path = prefixed("a", 48, INSIDE[48][1])
    sent = from_host(path, UDP, b"damaged")
    bad = sent[:-1] + bytes([sent[-1] ^ 1])
    bed6.wires.send("a0", bad)
    seen = bed6.wires.receive("s0")
    equal(seen[40:].hex(), bad[40:].hex(), "behind the addresses")
    equal(packet6.text(seen[8:24]), path.outside[0], "source")


@case
def prefix_errors_both_ways():
    """From the far end and from routers; both quotes in the receiver's view."""
    for vpn, length, host in hosts():
        path = prefixed(vpn, length, host)
        sent, answer = from_host(path, UDP), from_server(path, UDP)
        path.send_out(sent)
        path.send_back(answer)
        for kind, code, rest in ((1, 0, bytes(4)), (1, 4, bytes(4)),
                                 (2, 0, struct.pack("!I", 1400)),
                                 (3, 0, bytes(4)), (4, 1, bytes(4))):
            error = icmp(STRANGER6, path.outside[0], kind, code, rest,
                         packet6.change(path.out(sent), hops=2))
            bed6.wires.pass_on("s0", error, path.into, icmp(
                STRANGER6, host, kind, code, rest,
                packet6.change(sent, hops=3), ttl=63))
            error = icmp(host, STRANGER6, kind, code, rest,
                         packet6.change(path.back(answer), hops=2))
            bed6.wires.pass_on(path.into, error, "s0", icmp(
                path.outside[0], STRANGER6, kind, code, rest,
                packet6.change(answer, hops=3), ttl=63))
        # a router of the ext is known by its own address here, as all are;
        # one of the VPN by that of the flow
        error = icmp(EXT_ROUTER6, path.outside[0], 3, 0, bytes(4),
                     path.out(sent))
        bed6.wires.pass_on("s0", error, path.into, icmp(
            EXT_ROUTER6, host, 3, 0, bytes(4), packet6.change(sent, hops=1),
            ttl=63))
        error = icmp(ROUTER6, STRANGER6, 3, 0, bytes(4), path.back(answer))
        bed6.wires.pass_on(path.into, error, "s0", icmp(
            path.outside[0], STRANGER6, 3, 0, bytes(4),
            packet6.change(answer, hops=1), ttl=63))


@case
def subnet_ffff_has_no_other_side():
    """Section 3.4: it would be taken for subnet 0; not translated."""
    bed6.wires.send("a0", packet6.udp("fd00:1:0:ffff::1", 5000, STRANGER6, 7,
                                      b"x"))
    bed6.wires.nothing(but="a0")
    bed6.wires.drain()
    equal(flows(), [], "flows")


@case
def host_outside_of_the_prefix_uses_the_pool():
    first = packet6.udp(OTHER6, 5000, STRANGER6, 7, b"x")
    equal(bed6.Flow(first, STRANGER6).outside[0], bed6.POOL6, "outside")


@case
def deleted_prefix_is_gone_with_its_flows():
    path = prefixed("a", 64, INSIDE[64][0])
    path.send_out(from_host(path, UDP))
    count = len(show("mapping show vpn a static"))
    vctl("mapping del a proto any inside fd00:3:0:5::/64 outside 2001:db8:a3:7::/64")
    equal(flows("vpn", "a"), [], "flows")
    equal(len(show("mapping show vpn a static")), count - 1, "mappings")
    bed6.wires.send("s0", from_server(path, UDP))
    bed6.wires.nothing(but="s0")
    bed6.wires.drain()
    vctl("mapping add a proto any inside fd00:3:0:5::/64 outside 2001:db8:a3:7::/64")
    path.send_back(from_server(path, UDP))


@case
def errors_across_versions_by_static_mappings():
    """Both ways, in the receiver's version."""
    for vpn, which in (("a", "6-4"), ("b", "6-4"), ("a", "4-6"), ("b", "4-6")):
        path = whole(vpn, which, 9, 7)
        sent, answer = from_host(path, UDP), from_server(path, UDP)
        path.send_out(sent)
        path.send_back(answer)
        unreachable = {False: (3, 1), True: (1, 0)}
        error = either.icmp(path.server, path.outside[0],
                            *unreachable[is6(path.server)], bytes(4),
                            path.out(sent))
        bed6.wires.pass_on("s0", error, path.into, siit.translate(
            error, path.inside_view), free_id=True)
        error = either.icmp(path.host, path.alias,
                            *unreachable[is6(path.host)], bytes(4),
                            path.back(answer))
        bed6.wires.pass_on(path.into, error, "s0", siit.translate(
            error, path.outside_view), free_id=True)


@case
def other_ports_of_a_mapped_address_are_dropped():
    for vpn, which in EVERY:
        path = by_port(vpn, which, 53)
        sent = either.udp(path.server, 9, path.outside[0], 2054, b"nobody")
        with dropped(bed6.wires, "no-mapping"):
            bed6.wires.send("s0", sent)


@case
def far_inside_of_a_pools_prefix():
    """Further than can be counted, behind another address: none of those that
    the pool gives."""
    vctl("pool add far ext carrier address 2001:db8:50::1,2001:db8:51::/48")
    ends = ["inside [fd00::2]:%d outside [2001:db8:51:%x::9]:4100" % (n, n)
            for n in (50, 51)]
    for end in ends:
        vctl("mapping add a proto udp " + end)
    for end in ends:
        vctl("mapping del a proto udp " + end)
    vctl("pool del far")


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
