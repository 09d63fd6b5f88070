# SPDX-License-Identifier: GPL-2.0
"""Hostile packets, from the VPNs and from the ext: nothing crosses, every drop
has its reason, live flows stay alive, memory is given back.

VPNGW_FUZZ_SEED chooses the packets (a random number by default, and printed);
VPNGW_FUZZ_SECONDS how long any are sent after those that are always sent."""

import collections
import errno
import itertools
import os
import random
import select
import time

import bed
import packet
from attack import KINDS, OPTIONS, Attack, Victim, cut_at, reseal_ip, turned
from bed import ALIAS, HOST, HOST2, SERVER, echo_flow, open_wires, udp_flow
from ktap import case, equal, main, say, wait_for
from oracle import STATIC, Leak, Oracle, arrives, show
from packet import ICMP, TCP, UDP
from tool import config, drops, flows, stats, vctl
from wire import FAR, IFF_PAGED

SEED = int(os.environ.get("VPNGW_FUZZ_SEED") or random.SystemRandom()
           .getrandbits(32))
SECONDS = float(os.environ.get("VPNGW_FUZZ_SECONDS") or 6)
# Packets between two looks at the counters and the live flows.
BATCH = 1500
# Seconds until all flows are flushed: there are only so many ports.
ROUND = 30
SENDER = bytes.fromhex("0200000000990800")
ABOUT_FLOWS = ("icmp_errors_about_others", "icmp_errors_about_victims",
               "tuples_of_the_other_vpn", "hairpin_by_the_ext", "resets")
SLABS = "/sys/kernel/slab/"
# VPNs that have hairpin, and their filtering
BY_ADDRESS, BY_NONE = "address-dependent", "endpoint-independent"
HAIRPIN = ("", BY_ADDRESS), ("ab", BY_ADDRESS), ("ab", BY_NONE), \
    ("a", BY_ADDRESS), ("b", BY_NONE)

attack = oracle = shooter = live = None


class Shooter:
    """Puts packets in, one by one, and has what comes out judged."""

    def __init__(self, wires):
        self.taps = wires.taps
        self.poll = select.poll()
        self.by_fd = {}
        for name, tap in self.taps.items():
            self.poll.register(tap.fd, select.POLLIN)
            self.by_fd[tap.fd] = name
        self.last = collections.deque(maxlen=8)
        self.batch = []
        self.sent = 0

    def shoot(self, wire, data, mac=None):
        tap = self.taps[wire]
        self.last.append((wire, data))
        self.batch.append((wire, data, mac))
        self.sent += 1
        try:
            os.writev(tap.fd, self.parts((mac or tap.mac) + SENDER + data))
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
        frames = []
        while True:
            ready = self.poll.poll(0)
            if not ready:
                break
            for fd, _ in ready:
                frames.append((self.by_fd[fd], os.read(fd, 65536)))
        reach = mac is None or mac == tap.mac
        try:
            if not reach:
                for out, frame in frames:
                    if out != wire or frame[12:14] != b"\x08\x06":
                        raise Leak("was not for the gateway")
                return 0, 0, 0, 0
            done = oracle.judge(wire, data, frames)
        except (Leak, IndexError) as leak:
            raise AssertionError("%s\n%s%s\nbefore that\n%s" % (
                leak, show(wire, data), "".join(
                    "\ncame out of %s: %s" % (out, show(out, frame[14:]))
                    for out, frame in frames), "\n".join(
                        show(*one) for one in list(self.last)[:-1]))) from leak
        low, high = oracle.ours(wire, arrives(data))
        return done, low, high, oracle.unheard(wire, arrives(data))

    @staticmethod
    def parts(frame):
        """In one piece, or in some that are pages of their own, so that any
        header may be split anywhere."""
        rng = attack.rng
        if rng.random() < 0.5 or len(frame) < 16:
            return (frame,)
        cuts = sorted({rng.randrange(14, len(frame)), rng.randrange(
            14, len(frame)), min(len(frame) - 1, rng.choice((14, 34, 42)))})
        return [frame[a:b] for a, b in zip([0] + cuts, cuts + [len(frame)])]

    def run(self, packets):
        """Send them all, and see that each is accounted for.  Says whether
        there may be more."""
        before = stats()
        self.batch = []
        done = low = high = unheard = 0
        for one in packets:
            d, lo, hi, un = self.shoot(*one)
            done += d
            unheard += un
            # what was translated is one of those that had to be
            low += max(lo - d, 0)
            high += max(hi - d, 0)
        after = stats()
        drops = counted(after) - counted(before)
        through = translated(after) - translated(before)
        lost = through - done
        if not 0 <= lost <= unheard or not low <= drops + lost <= high:
            batch = self.batch
            self.blame(batch)
            raise AssertionError(
                "%d packets: %d translations, counted are %d; %d drops, "
                "expected are %d to %d" % (len(batch), done, through, drops,
                                           low, high))
        return len(self.batch) >= BATCH

    def blame(self, batch):
        """Which packet was not accounted for?  Sent again, one by one."""
        found = 0
        for wire, data, mac in batch[-400:]:
            before = stats()
            done, low, high, unheard = self.shoot(wire, data, mac)
            after = stats()
            drops = counted(after) - counted(before)
            through = translated(after) - translated(before)
            lost = through - done
            if not (0 <= lost <= unheard and
                    low - done <= drops + lost <= high - done):
                say("%d translations, counted are %d; %d drops, expected are %d "
                    "to %d: %s" % (done, through, drops, low - done,
                                   high - done, show(wire, data)))
                found += 1
                if found > 5:
                    return


def counted(seen):
    return sum(seen["drops"].values())


def translated(seen):
    return seen["outbound"]["packets"] + seen["inbound"]["packets"]


# --- flows that live through it all

class Tcp:
    """A TCP connection with the right numbers, and data both ways."""

    def __init__(self, flow):
        self.flow = flow
        self.into, self.far = flow.into, flow.far
        self.next = {"host": 5001, "server": 90001}
        self.pass_on("server", "SA", 90000)
        self.pass_on("host", "A", 5001)

    def make(self, side, flags, seq=None, data=b""):
        other = "server" if side == "host" else "host"
        build = self.flow.to_server if side == "host" else self.flow.to_host
        return build(data, flags=flags, ack=self.next[other],
                     seq=self.next[side] if seq is None else seq)

    def pass_on(self, side, flags, seq, data=b""):
        sent = self.make(side, flags, seq, data)
        if side == "host":
            bed.wires.pass_on(self.flow.into, sent, self.flow.far,
                              self.flow.out(sent))
        else:
            bed.wires.pass_on(self.flow.far, sent, self.flow.into,
                              self.flow.back(sent))

    def exchange(self):
        for side in "host", "server":
            data = b"data of %s" % self.flow.into.encode()
            self.pass_on(side, "PA", self.next[side], data)
            self.next[side] += len(data)

    def victim(self):
        return victim(self.flow, self.make("host", "A", data=b"to server"),
                      self.make("server", "A", data=b"to host"),
                      tuple(self.next.values()))


def victim(flow, to_server, to_host, right=()):
    between = ()
    if flow.far != "s0":
        between = (packet.change(to_server, *flow.outside),
                   packet.change(to_host, flow.alias,
                                 None if flow.proto == ICMP else flow.aport))
    return Victim(flow.into, to_server, flow.far, to_host, right, between)


class Live:
    def __init__(self):
        self.are_well = True
        self.tcp = [Tcp(bed.tcp_flow(vpn=vpn, seq=5000)) for vpn in "ab"]
        self.others = [make(vpn=vpn, **more) for vpn in "ab"
                       for make, more in (
                           (udp_flow, {}), (echo_flow, {}),
                           # address-only mappings
                           (udp_flow, {"host": HOST2}))]
        hairpin = sorted(oracle.hairpin)
        for vpn, other in itertools.product(hairpin, repeat=2):
            self.turn(vpn, other)
        udp = {"a": self.others[0], "b": self.others[3]}
        for vpn, other in itertools.combinations_with_replacement(hairpin, 2):
            self.others.append(meet(udp[vpn], udp[other]))
        for flow in self.others:
            flow.exchange()
        self.aim()

    def turn(self, vpn, other):
        """Flows to the other's address-only mapping."""
        target = packet.text(STATIC[other, packet.addr(HOST2)])
        for first in (packet.tcp(HOST, 5001, target, 80, "S", 5000),
                      packet.udp(HOST, 5001, target, 7, b"hello"),
                      packet.echo(HOST, target, 78, 1, b"hello")):
            flow = bed.Flow(first, HOST2, into=vpn + "0", out=other + "0")
            if flow.proto == TCP:
                self.tcp.append(Tcp(flow))
            else:
                self.others.append(flow)

    def flows(self):
        """Those that can carry data now."""
        return [one for one in self.tcp + self.others
                if oracle.lets(one.into, one.far)]

    def aim(self):
        attack.victims = [tcp.victim() for tcp in self.tcp]
        attack.victims += [victim(flow, flow.to_server(b"to server"),
                                  flow.to_host(b"to host"))
                           for flow in self.others]

    def well(self):
        """All are as they were, and carry data."""
        found = [f["state"] for port in (5000, 5001) for f in
                 flows("proto", "tcp", "inside", "%s:%d" % (HOST, port))]
        equal(found, ["established"] * len(self.tcp),
              "state of the connections")
        for one in self.flows():
            one.exchange()
        self.aim()
        self.are_well = True


def meet(one, other):
    """The flow of two hosts that send to each other's outside endpoints, or of
    one to its own."""
    bed.wires.send(one.into, packet.udp(one.host, one.port, *other.outside))
    bed.wires.drain()
    return bed.Flow(packet.udp(other.host, other.port, *one.outside),
                    (one.host, one.port), into=other.into, out=one.into)


def begin():
    """Fresh tables, and live flows in them, unless there are."""
    if oracle.had_hairpin or not (live and live.are_well):
        afresh()


def afresh(hairpin="", filtering=BY_ADDRESS):
    global live
    vctl("flow flush")
    bed.wires.drain()
    switch(hairpin, filtering)
    oracle.forget()
    attack.endpoints.clear()
    live = Live()
    for tcp in live.tcp:
        claim(tcp.flow)
    for flow in live.others:
        claim(flow)


def switch(hairpin, filtering=BY_ADDRESS):
    """These VPNs have hairpin."""
    for vpn in "ab":
        vctl("vpn", "set", vpn, "hairpin", "on" if vpn in hairpin else "off",
             "filtering", filtering)
    oracle.hairpin, oracle.unfiltered = set(hairpin), filtering == BY_NONE
    attack.hairpin = 0.5 if hairpin else 0


def claim(flow):
    outside, host = endpoint(*flow.outside), endpoint(flow.host, flow.port)
    oracle.learn(flow.proto, outside, flow.into[0], host)
    if flow.far != "s0":
        oracle.ask(flow.proto, flow.into[0], host, packet.addr(flow.alias))
        oracle.ask(flow.proto, flow.far[0], endpoint(flow.server, flow.sport),
                   outside[0])


def endpoint(address, port):
    return packet.addr(address), port.to_bytes(2, "big")


def onslaught(packets):
    """Send what there is, in batches; look after each."""
    packets = iter(packets)
    more = True
    while more:
        live.are_well = False
        more = shooter.run(itertools.islice(packets, BATCH))
        live.well()


def each(number, *names):
    """So many times each of these kinds."""
    for _ in range(number):
        for name in names:
            yield from KINDS[name](attack)


def truncations(near="a0", far="s0"):
    """Every kind of packet, cut at every byte; the IP header knows of it, or
    does not."""
    for wire in (near, far):
        whole = [attack.valid(wire, proto, b"data")
                 for proto in (UDP, TCP, ICMP, 132, 47, 50, 51, 33, 136)]
        whole.append(attack.valid(wire, TCP, b"", options=OPTIONS[2]))
        for proto in UDP, TCP, ICMP:
            seen = next(v.to_host if wire == far else v.to_server
                        for v in attack.victims if v.wire == near and
                        v.far == far and v.to_server[9] == proto)
            quoted = bytes(turned(seen))
            whole.append(attack.error(wire, quoted, form=(3, 1)))
        for data in whole:
            for length in range(len(data)):
                yield wire, cut_at(data, length, True)
            for length in range(0, len(data), 5):
                yield wire, cut_at(data, length, False)


def every_ip_option():
    for wire in ("b0", "s0"):
        for options in OPTIONS:
            for proto in UDP, ICMP, 47:
                yield wire, attack.valid(wire, proto, options=options[:40])
        for number in range(256):
            for length in (2, 4):
                yield wire, attack.valid(
                    wire, UDP, options=bytes([number, length, 4, 0]))


def every_tcp_flag():
    for wire in ("a0", "s0"):
        data = bytearray(attack.valid(wire, TCP, b"data"))
        for flags in range(256):
            data[33] = flags
            yield wire, packet.seal(bytes(data))


def every_icmp_type():
    for wire in ("b0", "s0"):
        for number in range(256):
            for code in (0, 255):
                data = bytearray(attack.valid(wire, ICMP, b"data"))
                data[20:22] = bytes([number, code])
                yield wire, packet.seal(bytes(data))


def every_protocol():
    for wire in ("a0", "s0"):
        for number in range(256):
            yield wire, attack.valid(wire, number, b"data")


def reset_sweep():
    """The whole of the sequence space, in steps that a window is wider
    than."""
    for one in attack.victims[:2]:
        for step in range(0, 1 << 32, 1 << 24):
            seq = (one.right[1] + (1 << 23) + step) & 0xffffffff
            data = bytearray(one.to_host)
            data[24:28] = seq.to_bytes(4, "big")
            data[33] = packet.RST
            yield one.far, packet.seal(bytes(data))


@case
def oracle_sees_every_wrong_bit_and_wire():
    """Good translations, made here and not by the gateway: with any bit of
    them turned, or out of another wire, they are leaks."""
    host, outside = (HOST, 5000), ("47.0.0.200", 4000)
    sent = packet.udp(*host, ALIAS, 7, b"to server")
    seen = packet.udp(*outside, SERVER, 7, b"to server", ttl=63)
    tcp = packet.tcp(*host, ALIAS, 7, data=b"to server")
    back = packet.udp(SERVER, 7, *outside, b"to host")
    error = packet.icmp(SERVER, outside[0], 3, 3, data=seen)
    for wire, data, out, came in (
            ("a0", sent, "s0", seen),
            ("a0", tcp, "s0", packet.change(tcp, *outside, SERVER, hops=1)),
            ("s0", back, "a0", packet.change(back, ALIAS, None, *host,
                                             hops=1)),
            ("s0", error, "a0", packet.icmp(
                ALIAS, HOST, 3, 3, data=packet.change(sent, hops=1), ttl=63)),
            ("a0", packet.ip(HOST2, ALIAS, 47, b"to server"), "s0",
             packet.ip("47.0.0.220", SERVER, 47, b"to server", ttl=63))):
        every_wrong_one(wire, data, out, came)


@case
def oracle_sees_every_wrong_bit_and_wire_of_hairpin():
    """The same between the VPNs, and in one; also what is good, where there is
    no hairpin, or where the other has not sent to it."""
    host, outside = (HOST, 5000), ("47.0.0.200", 4000)
    fixed, other = (HOST2, 7), (HOST, 6000)
    sent = packet.udp(*host, "47.0.0.221", 7, b"to b")
    seen = packet.udp(*outside, *fixed, b"to b", ttl=63)
    tcp = packet.tcp(*host, "47.0.0.201", 4000, data=b"to b")
    query = packet.echo(HOST, "47.0.0.201", 5000, data=b"to b")
    for wire, data, out, came in (
            ("a0", sent, "b0", seen),
            ("a0", packet.change(sent, dst="47.0.0.220"), "a0", seen),
            ("a0", tcp, "b0", packet.change(tcp, *outside, *other, hops=1)),
            ("a0", query, "b0", packet.change(
                query, outside[0], None, *other, hops=1)),
            ("a0", packet.ip(HOST2, "47.0.0.221", 47, b"to b"), "b0",
             packet.ip("47.0.0.220", HOST2, 47, b"to b", ttl=63)),
            ("b0", packet.icmp(HOST2, outside[0], 3, 3, data=seen), "a0",
             packet.icmp("47.0.0.221", HOST, 3, 3,
                         data=packet.change(sent, hops=1), ttl=63))):
        every_wrong_one(wire, data, out, came)
        for hairpin in "", "a", "b":
            if not {wire[0], out[0]} <= set(hairpin):
                must_leak(wire, data, out, came, hairpin=hairpin)
        if data in (tcp, query):
            judged(wire, data, out, came, asked=False, unfiltered=True)
            must_leak(wire, data, out, came, asked=False)


def every_wrong_one(wire, data, out, came):
    judged(wire, data, out, came)
    for other in shooter.taps:
        if other != out:
            must_leak(wire, data, other, came)
    for bit in range(len(came) * 8):
        wrong = bytearray(came)
        wrong[bit // 8] ^= 1 << bit % 8
        must_leak(wire, data, out, bytes(wrong))
        if bit // 8 not in (10, 11):
            must_leak(wire, data, out, reseal_ip(wrong))


def must_leak(wire, data, out, came, **more):
    try:
        judged(wire, data, out, came, **more)
    except (Leak, IndexError):
        return
    raise AssertionError("no leak\n%s\nout of %s" % (
        show(wire, data), show(out, came)))


def judged(wire, data, out, came, hairpin="ab", unfiltered=False, asked=True):
    judge = Oracle()
    judge.hairpin, judge.unfiltered = set(hairpin), unfiltered
    for proto in TCP, UDP, ICMP:
        judge.learn(proto, endpoint("47.0.0.200", 4000), "a",
                    endpoint(HOST, 5000))
        judge.learn(proto, endpoint("47.0.0.201", 4000), "b",
                    endpoint(HOST, 6000))
        if asked:
            judge.ask(proto, "a", endpoint(HOST, 5000),
                      packet.addr("47.0.0.221"))
            judge.ask(proto, "b", endpoint(HOST, 6000),
                      packet.addr("47.0.0.200"))
    equal(judge.judge(wire, data, [(out, FAR + bytes(6) + b"\x08\0" + came)]),
          1 + (wire != "s0" != out), "translations")


@case
def truncated_at_every_byte():
    onslaught(truncations())


@case
def header_lengths_that_lie():
    onslaught(each(80, "ip_lengths", "ip_version", "transport_lengths",
                   "garbage"))


@case
def ip_options_of_every_kind():
    onslaught(every_ip_option())


@case
def bad_checksums_are_not_repaired():
    onslaught(each(300, "bad_checksums"))


@case
def addresses_that_are_nobodys():
    """Land, martians, spoofed, wrong, broadcast; RFC 1812 5.3.7."""
    onslaught(each(80, "land", "martian_sources", "martian_destinations",
                   "spoofed_sources", "wrong_destinations", "link_addresses"))


@case
def odd_fields():
    onslaught(each(80, "port_zero", "ttl", "header_bits"))


@case
def every_icmp_type_and_every_protocol():
    onslaught(every_icmp_type())
    onslaught(every_protocol())


@case
def every_combination_of_tcp_flags():
    onslaught(every_tcp_flag())
    onslaught(each(100, "tcp_options"))


@case
def blind_resets_end_no_connection():
    """RFC 7857 section 2.2."""
    onslaught(reset_sweep())
    onslaught(each(150, "resets"))


@case
def icmp_errors_about_the_flows_of_others():
    """RFC 5508 REQ-4 and REQ-6, RFC 4787 REQ-12."""
    onslaught(each(150, "icmp_errors_about_others",
                   "icmp_errors_about_victims", "tuples_of_the_other_vpn"))


@case
def icmp_errors_that_quote_nonsense():
    onslaught(each(120, "icmp_errors", "icmp_errors_nested",
                   "icmp_errors_with_a_bad_quote"))


@case
def fragments_of_every_kind():
    onslaught(each(30, "fragments_in_pieces", "fragments_of_two_vpns",
                   "fragments_that_lie"))


@case
def fragments_without_end_stay_bounded():
    """RFC 4787 REQ-14: no more is kept than net.ipv4.ipfrag_high_thresh, and
    what is not in pieces passes."""
    limit = 1 << 15
    wait_for(lambda: not fragment_memory(), "fragments of other cases to end",
             60)
    before = stats()["drops"]["fragment"]
    default = sysctl("ipfrag_high_thresh"), sysctl("ipfrag_low_thresh")
    sysctl("ipfrag_low_thresh", limit // 2)
    sysctl("ipfrag_high_thresh", limit)
    kept = [0]

    # What a VPN sent in the last seconds counts against its share.
    def is_kept():
        bed.wires.send("a0", packet.ip("10.0.0.2", "10.0.0.100", UDP,
                                       b"x" * 64, mf=True))
        return fragment_memory()
    wait_for(is_kept, "the share of a VPN to be free", 60)

    def watched():
        for number, one in enumerate(each(60, "fragments_without_end")):
            yield one
            if number % 8 == 7:
                kept.append(fragment_memory())
    onslaught(watched())
    sysctl("ipfrag_high_thresh", default[0])
    sysctl("ipfrag_low_thresh", default[1])
    if not 0 < max(kept) < 2 * limit:
        raise AssertionError("%d bytes of fragments are kept, at most %d" %
                             (max(kept), limit))
    if stats()["drops"]["fragment"] == before:
        raise AssertionError("no drop was counted")
    live.well()
    wait_for(lambda: not fragment_memory(), "the fragments to time out")


def sysctl(name, value=None):
    name = "/proc/sys/net/ipv4/" + name
    if value is None:
        with open(name, encoding="ascii") as file:
            return file.read()
    with open(name, "w", encoding="ascii") as file:
        file.write(str(value))
    return None


def fragment_memory():
    with open("/proc/net/sockstat", encoding="ascii") as file:
        for line in file:
            if line.startswith("FRAG:"):
                return int(line.split()[-1])
    raise AssertionError("no FRAG in sockstat")


@case
def bits_turned_in_valid_packets():
    onslaught(each(500, "bit_flips"))


def of_live_flows():
    """What they send, and errors about that."""
    for one in attack.victims:
        yield one.wire, one.to_server
        yield one.far, one.to_host
        for wire, seen in (one.wire, one.to_server), (one.far, one.to_host):
            yield wire, attack.error(wire, bytes(turned(seen)))


def to_static_mappings():
    for vpn, target in itertools.product("ab", STATIC.values()):
        yield vpn + "0", packet.udp(HOST, 5002, packet.text(target), 7)


@case
def hairpin_of_every_kind():
    """RFC 4787 REQ-9, RFC 5382 REQ-8, RFC 5508 REQ-7."""
    oracle.turned.clear()
    for filtering in BY_ADDRESS, BY_NONE:
        afresh("ab", filtering)
        attack.hairpin = 1
        onslaught(of_live_flows())
        onslaught(each(15, *KINDS))
    onslaught(truncations("a0", "b0"))
    equal(dict(oracle.turned),
          dict.fromkeys(itertools.product("ab", repeat=2),
                        {"static", "dynamic", "error"}), "hairpin")


@case
def hairpin_only_where_both_have_it():
    for vpn in "ab":
        afresh(vpn)
        attack.hairpin = 1
        before = drops("hairpin", "vpn", vpn)
        onslaught(to_static_mappings())
        equal(drops("hairpin", "vpn", vpn) - before, 1, "drops")
        onslaught(each(10, *KINDS))


@case
def hairpin_that_ends_under_flows():
    for left in "", "a", "b":
        afresh("ab")
        switch(left)
        onslaught(of_live_flows())
        onslaught(each(15, *ABOUT_FLOWS))


def anything(end):
    """Of all kinds, until then."""
    kinds = list(KINDS.values())
    while time.monotonic() < end:
        yield from attack.rng.choice(kinds)(attack)


@case
def anything_for_a_while():
    start, first = time.monotonic(), shooter.sent
    end = start + SECONDS
    for hairpin in itertools.cycle(attack.rng.sample(HAIRPIN, len(HAIRPIN))):
        if time.monotonic() >= end:
            break
        afresh(*hairpin)
        onslaught(anything(min(end, time.monotonic() + min(
            ROUND, SECONDS / len(HAIRPIN)))))
        say("%d packets in %d s, %d in all" % (
            shooter.sent - first, time.monotonic() - start, shooter.sent))


@case
def memory_is_given_back():
    vctl("flow flush")
    equal(int(vctl("flow count")), 0, "flows")
    left = {}

    def none_left():
        left.update((name, objects(name)) for name in
                    ("vpngw_flow", "vpngw_mapping"))
        return not any(left.values())
    wait_for(none_left, lambda: "the slabs to be empty: %r" % left)


def objects(slab):
    with open(SLABS + slab + "/shrink", "w", encoding="ascii") as file:
        file.write("1")
    with open("/proc/slabinfo", encoding="ascii") as file:
        for line in file:
            if line.split()[0] == slab:
                return int(line.split()[1])
    raise AssertionError("no slab " + slab)


if __name__ == "__main__":
    say("seed %d" % SEED)
    attack, oracle = Attack(SEED), Oracle()
    oracle.note = attack.learn
    shooter = Shooter(open_wires(flags=IFF_PAGED))
    config("set timeout icmp 3600 udp 3600 udp-unreplied 3600 tcp-init 3600\n")
    main(begin)
