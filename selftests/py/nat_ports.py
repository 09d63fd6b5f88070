# SPDX-License-Identifier: GPL-2.0
"""Outside ports: hard to guess, all of them used, none given twice.

The bounds are such that a good generator fails once in a million runs, or
hardly ever."""

import os

import bed
from bed import ALIAS, HOST, open_wires
from ktap import case, equal, main
from packet import Fields, echo, tcp, udp
from tool import drops, vctl

BINS = 64


def outside_of(sent):
    """The endpoint that a packet gets, without a look at all else of it."""
    bed.wires.send("a0", sent)
    seen = Fields(bed.wires.receive("s0"))
    return seen.src, seen.sport


def chi_square(ports, low, high):
    """Over BINS equal parts of the range."""
    counts = [0] * BINS
    for port in ports:
        counts[(port - low) * BINS // (high - low + 1)] += 1
    mean = len(ports) / BINS
    return sum((count - mean) ** 2 for count in counts) / mean


def correlation(xs, ys):
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    top = sum((x - mx) * (y - my) for x, y in zip(xs, ys))
    return top / (sum((x - mx) ** 2 for x in xs) *
                  sum((y - my) ** 2 for y in ys)) ** 0.5


def looks_random(inside, ports, low, high):
    # 63 degrees of freedom: 21 to 134 but for one in a million either way
    found = chi_square(ports, low, high)
    if not 21 < found < 134:
        raise AssertionError("chi-square is %.1f" % found)
    bound = 5 / len(ports) ** 0.5
    for what, found in (
            ("one port and the next", correlation(ports[:-1], ports[1:])),
            ("inside and outside ports", correlation(inside, ports))):
        if abs(found) > bound:
            raise AssertionError("correlation %.3f of %s" % (found, what))
    steps = [b - a for a, b in zip(ports, ports[1:])]
    common = max(steps.count(step) for step in set(steps))
    if common > 5:
        raise AssertionError("one step came %d times" % common)


@case
def ports_are_hard_to_guess():
    """RFC 6056 section 3.3, RFC 6888 REQ-15, RFC 7857 section 9: 2000
    mappings of ports one after the other."""
    inside = list(range(10000, 12000))
    ports = [outside_of(udp(HOST, port, ALIAS, 7))[1] for port in inside]
    equal(len(set(ports)), len(ports), "different ports")
    looks_random(inside, ports, 1024, 65535)
    # and other ones the next time
    vctl("flow flush")
    again = [outside_of(udp(HOST, port, ALIAS, 7))[1] for port in inside[:100]]
    same = sum(a == b for a, b in zip(ports, again))
    if same > 2:
        raise AssertionError("%d of 100 are the same again" % same)


@case
def ports_of_tcp_and_query_ids_are_hard_to_guess():
    inside = list(range(10000, 10640))
    for make in (lambda port: tcp(HOST, port, ALIAS, 80),
                 lambda port: echo(HOST, ALIAS, port)):
        ports = [outside_of(make(port))[1] for port in inside]
        equal(len(set(ports)), len(ports), "different ports")
        looks_random(inside, ports, 1024, 65535)


@case
def clashes_give_no_pattern_and_every_port_is_found():
    """RFC 6056 sections 4 and 5, RFC 6888 REQ-13: a pool until nothing is left.
    Toward its end nearly every choice clashes, and what has been taken makes some
    ports likelier than others, but nothing counts up."""
    inside = list(range(10000, 11000))
    ports = [outside_of(udp(HOST, port, "10.0.0.104", 7))[1]
             for port in inside]
    equal(sorted(ports), list(range(2000, 3000)), "ports")
    late = ports[500:]
    for what, found in (
            ("one port and the next", correlation(late[:-1], late[1:])),
            ("inside and outside ports", correlation(inside[500:], late))):
        if abs(found) > 0.5:
            raise AssertionError("correlation %.3f of %s" % (found, what))
    # How often the choice was just the next free port: a scan from a random
    # start gives 40, and 97 at most in 1500 simulations; counting up, 499.
    free = sorted(late)
    nexts = 0
    for port, following in zip(late, late[1:]):
        place = free.index(port)
        free.pop(place)
        nexts += bool(free) and free[place % len(free)] == following
    if nexts > 150:
        raise AssertionError("%d times the next free port" % nexts)
    before = drops("pool-exhausted")
    bed.wires.send("a0", udp(HOST, 9999, "10.0.0.104", 7))
    equal(drops("pool-exhausted") - before, 1, "drops")


@case
def host_whose_address_is_used_up_gets_no_other():
    """RFC 7857 section 4: paired, for UDP and TCP each."""
    for make in (udp, tcp):
        paired = {outside_of(make(HOST, port, "10.0.0.105", 7))[0]
                  for port in range(4)}
        equal(len(paired), 1, "addresses of the host")
        before = drops("pool-exhausted")
        bed.wires.send("a0", make(HOST, 4, "10.0.0.105", 7))
        equal(drops("pool-exhausted") - before, 1, "drops")
        bed.wires.drain()
        # the other address is there, and has ports
        others = set()
        for last in range(3, 40):
            bed.wires.send("a0", make("10.0.0.%d" % last, 5, "10.0.0.105", 7))
            others |= {Fields(frame[14:]).src for name, frame
                       in bed.wires.frames() if name == "s0"}
        equal(len(others - paired), 1, "other addresses in use")


@case
def no_port_is_given_twice_when_two_cpus_choose():
    """RFC 4787 REQ-3: the same endpoints of two VPNs, at the same time."""
    number = 400
    children = []
    for vpn in ("a0", "b0"):
        child = os.fork()
        if not child:
            for port in range(number):
                bed.wires.send(vpn, udp(HOST, 20000 + port, ALIAS, 7,
                                        vpn.encode()))
            os._exit(0)
        children.append(child)
    seen = {}
    while len(seen) < 2 * number:
        f = Fields(bed.wires.receive("s0", more=True))
        equal((f.src, f.sport) in seen, False, "endpoint given twice")
        seen[f.src, f.sport] = f.data
    for child in children:
        equal(os.waitpid(child, 0)[1], 0, "status of a child")
    bed.wires.nothing()
    equal(sorted(seen.values()), [b"a0"] * number + [b"b0"] * number, "data")


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
