# SPDX-License-Identifier: GPL-2.0
"""Count instructions per packet: bench.py RESULTS.json KERNEL

Called by bench/run, which draws the gateways.  pktgen sends; where a nanosecond
is an instruction, the time that it took is the instructions of everything that
happened to its packets, for the guest has one CPU.  Not one packet may be missing
at the sink, and the gateway's own tables must say what was meant to happen."""

import ipaddress
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../py"))

from hotspots import Profile  # noqa: E402
from netns import inside  # noqa: E402
from tool import config, show, vctl  # noqa: E402

PACKETS = 20000
RUNS = 7
VERBOSE = os.environ.get("V")
PROFILE = int(os.environ.get("VPNGW_BENCH_PROFILE", "0"))
JOOL = os.environ.get("VPNGW_JOOL")     # a directory, see scripts/jool
GOAL = 0.60                 # of the peer
SYSTEMS = ("gw", "peer", "plain")
ONLY = os.environ.get("VPNGW_BENCH_SYSTEMS", "").split()
NAMES = {"gw": "vpngw slow path", "peer": "nft zones", "plain": "no translation",
         "jool": "Jool"}
HOST, ALIAS, SERVER, POOL = "10.0.0.2", "10.0.0.250", "47.0.0.10", "47.0.0.200"
HOST6, ALIAS6, SERVER6, POOL6 = ("fd00::2", "fd00::250", "2001:db8::10",
                                 "2001:db8::200")
PREFIX = "64:ff9b::"        # Jool's, and an alias
HOSTS = 200
PORT, SERVER_PORT = 5000, 9

VPNGW = """
vpn add vpn vrf vpn
ext add carrier
interface add vpn vpn vpn
interface add out0 ext carrier
pool add out ext carrier address %s
alias add vpn %s to %s
"""

PEER = """
table %(ip)s nat {
	chain zone {
		type filter hook prerouting priority raw;
		iif in0 ct original zone set 1
	}
	chain way_back {
		type filter hook prerouting priority mangle;
		iif out0 meta mark set ct mark
	}
	chain to_server {
		type nat hook prerouting priority dstnat;
		iif in0 %(ip)s daddr %(alias)s ct mark set 1 dnat to %(server)s
	}
	chain from_pool {
		type nat hook postrouting priority srcnat;
		oif out0 ct mark 1 snat to %(pool)s
	}
}
"""

# At the sink, beside what IPv6 sends unasked.
COUNT = "meta l4proto udp counter drop; drop"


def ip(addr):
    """What nft calls its version."""
    return "ip6" if ":" in addr else "ip"


def count_exactly(src, sport, dst, dport):
    """Count only what is translated as it should be."""
    return "%s saddr %s udp sport %d %s daddr %s udp dport %d counter drop; drop" % (
        ip(src), src, sport, ip(dst), dst, dport)


def call(name, *args, stdin=None):
    """Run a program in a namespace; it must succeed."""
    with inside(name):
        done = subprocess.run(args, input=stdin, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError("%s: %s" % (" ".join(args), done.stderr.strip()))
    return done.stdout


def nft(name, rules):
    call(name, "nft", "-f", "-", stdin=rules)


def set_sink(name, device, rules):
    nft(name, """
        table netdev %(d)s
        delete table netdev %(d)s
        table netdev %(d)s {
            chain sink {
                type filter hook ingress device %(d)s priority 0;
                %(rules)s
            }
        }""" % {"d": device, "rules": rules})


def clear_sink(name, device):
    nft(name, "delete table netdev " + device)


def counted(name, device):
    found = json.loads(call(name, "nft", "-j", "list", "table", "netdev", device))
    for entry in found["nftables"]:
        for expr in entry.get("rule", {}).get("expr", ()):
            if "counter" in expr:
                return expr["counter"]["packets"]
    raise RuntimeError("no counter at %s of %s" % (device, name))


def mac(name, device):
    link = json.loads(call(name, "ip", "-j", "link", "show", device))
    return link[0]["address"]


class Pktgen:
    """pktgen's only thread in a namespace."""

    def __init__(self, name):
        self.name = name

    def write(self, file, line):
        with inside(self.name):
            with open("/proc/net/pktgen/" + file, "w") as out:
                out.write(line + "\n")

    def send(self, device, dst_mac, src, dst, sports, dport, count):
        """Returns nanoseconds; src and sports are (first, last)."""
        self.write("kpktgend_0", "rem_device_all")
        self.write("kpktgend_0", "add_device " + device)
        if ip(dst) == "ip6":
            # the least that pktgen sends; of one source only
            addrs = ("pkt_size 78", "src6 " + src[0], "dst6 " + dst)
        else:
            addrs = ("pkt_size 60", "src_min " + src[0], "src_max " + src[1],
                     "dst_min " + dst, "dst_max " + dst)
        for line in ("count %d" % count, "clone_skb 0", "delay 0",
                     "flag UDPCSUM", "dst_mac " + dst_mac, *addrs,
                     "udp_src_min %d" % sports[0],
                     "udp_src_max %d" % sports[1],
                     "udp_dst_min %d" % dport, "udp_dst_max %d" % dport):
            self.write(device, line)
        self.write("pgctrl", "start")
        with inside(self.name):
            with open("/proc/net/pktgen/" + device) as result:
                words = result.read().split("Result: ")[1].split()
        # OK: 7312(c7300+d12) usec, 20000 (60byte,0frags)
        if words[0] != "OK:" or words[2] != "usec,":
            raise RuntimeError("pktgen: " + " ".join(words))
        if int(words[3]) != count:
            raise RuntimeError("pktgen sent %s of %d" % (words[3], count))
        return int(words[1].split("(")[0]) * 1000


SRC, FAR = Pktgen("src"), Pktgen("far")


def wait(condition, what):
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("waited in vain for " + what)
        time.sleep(0.1)


# --- the gateways --------------------------------------------------------------


def jool(*args):
    return call("jool", JOOL + "/bin/jool", *args)


def flows(system):
    if system == "gw":
        return show("flow", "count")["count"]
    if system == "peer":
        return int(call(system, "conntrack", "-C"))
    if system == "jool":
        return len(jool_sessions())
    return None


def jool_sessions():
    """Address and port that each has outside."""
    found = jool("session", "display", "--udp", "--csv", "--no-headers")
    rows = [line.split(",") for line in found.splitlines()]
    return [(row[5], int(row[6])) for row in rows]


def reset(system, path):
    """Make the gateway's tables empty."""
    if system == "gw":
        vctl("flush")
        config(VPNGW % (path.pool, path.alias, path.to))
    elif system == "peer":
        nft(system, "flush ruleset")
        call(system, "conntrack", "-F")
        nft(system, PEER % {"ip": ip(path.alias), "alias": path.alias,
                            "server": path.server, "pool": path.pool})
    elif system == "jool":
        jool("instance", "flush")
        jool("instance", "add", "--netfilter", "--pool6", PREFIX + "/96")
        jool("pool4", "add", "--udp", POOL, "1-65535")
        if path.bib:
            jool("bib", "add", *path.bib, "--udp")
    else:
        return
    wait(lambda: flows(system) == 0, "empty tables of " + system)
    time.sleep(2)               # what was freed is freed


def embedded(addr):
    """An IPv4 address behind the prefix (RFC 6052), as nft writes it."""
    return str(ipaddress.IPv6Address(PREFIX + addr))


class Path:
    """Who sends to whom, and what stands for whom."""

    def __init__(self, host, alias, server, pool, to=None, bib=(), jool_path=()):
        self.host, self.alias, self.server, self.pool = host, alias, server, pool
        self.to = to or server      # of the alias
        # What the host sends to
        self.called = embedded(server) if "/" in alias else alias
        # Of Jool: a mapping that is there before, then what the host sends to,
        # and what it appears as
        self.bib, self.jool = bib, jool_path


V4 = Path(HOST, ALIAS, SERVER, POOL)
V6 = Path(HOST6, ALIAS6, SERVER6, POOL6)
V6_TO_V4 = Path(HOST6, PREFIX + "/96", SERVER, POOL, "0.0.0.0/0")
V4_TO_V6 = Path(HOST, ALIAS, SERVER6, POOL6,
                bib=("%s#%d" % (SERVER6, SERVER_PORT),
                     "%s#%d" % (POOL, SERVER_PORT)),
                jool_path=(POOL, embedded(HOST)))


class Case:
    """Packets of one kind: where they come from and go."""

    packets = PACKETS
    systems = ("gw", "peer")
    path = V4
    ingress, sink = "in0", "far"
    peer = "peer"           # which the goal is a part of
    goal = None
    beside = None
    spread_max = 0.5        # percent, of the three runs in the middle

    def prepare(self, system):
        """Before the runs."""

    def before_run(self, system):
        """Before each run."""

    def flows(self):
        """How many flows there must be after each run."""
        return 1

    def send(self, system, count, first=0):
        """Send count packets; first of them would have been sent before."""
        raise NotImplementedError


class Existing(Case):
    """A host's packets of a flow that has been answered."""

    name, title = "existing", "existing flow"
    systems = SYSTEMS
    goal = GOAL

    def prepare(self, system):
        reset(system, self.path)
        self.check(system)

    def called(self, system):
        """What the host sends to."""
        if system == "plain":
            return self.path.server
        if system == "jool" and self.path.jool:
            return self.path.jool[0]
        return self.path.called

    def outside(self, system):
        """What the host appears as."""
        if system == "plain":
            return self.path.host, PORT
        if system == "gw":
            flow = show("flow", "show")[0]
            return flow["outside"]["src"], flow["outside"]["sport"]
        if system == "jool":
            return ((self.path.jool[1], PORT) if self.path.jool else
                    jool_sessions()[0])
        return self.path.pool, PORT

    def original(self, system, count, first=0):
        return SRC.send(system, mac(system, "in0"), (self.path.host,) * 2,
                        self.called(system), (PORT, PORT), SERVER_PORT, count)

    def reply(self, system, count, first=0):
        addr, port = self.outside(system)
        return FAR.send(system, mac(system, "out0"), (self.path.server,) * 2,
                        addr, (SERVER_PORT, SERVER_PORT), port, count)

    send = original

    def check(self, system):
        """The flow is made, and both its directions are translated."""
        set_sink("far", system, COUNT)
        self.original(system, 1)
        addr, port = self.outside(system)
        set_sink("far", system,
                 count_exactly(addr, port, self.path.server, SERVER_PORT))
        set_sink("src", system, count_exactly(self.called(system), SERVER_PORT,
                                              self.path.host, PORT))
        if system == "plain":
            self.original(system, 10)
        else:
            self.reply(system, 10)
            self.original(system, 10)
            expect("replies of " + system, counted("src", system), 10)
        expect("packets of " + system, counted("far", system), 10)


class Reply(Existing):
    """The server's packets of the same flow."""

    name, title = "reply", "existing flow, reply"
    systems = Case.systems
    ingress, sink = "out0", "src"
    goal = None
    send = Existing.reply


class Existing6(Existing):
    """The same of IPv6."""

    name, title = "existing6", "IPv6, existing flow"
    path = V6


class Converted(Existing):
    """From IPv6 to IPv4, as Jool does it."""

    name, title = "existing64", "IPv6 to IPv4"
    systems = ("gw", "jool")
    path = V6_TO_V4
    peer = "jool"


class ConvertedReply(Converted):
    """From IPv4 to IPv6 for such a flow."""

    name, title = "reply64", "IPv6 to IPv4, reply"
    ingress, sink = "out0", "src"
    goal = None
    send = Existing.reply


class Converted4(Converted):
    """A host of IPv4 and a server of IPv6, which Jool has a static mapping for."""

    name, title = "existing46", "IPv4 to IPv6"
    path = V4_TO_V6
    goal = None


class New(Case):
    """A flow a packet, of many hosts; there are none before."""

    name, title = "new", "new flow"
    goal = GOAL
    spread_max = 1.5        # workers that grow and clean tables come when they like
    port = PORT             # of the first flow

    def before_run(self, system):
        reset(system, self.path)

    def flows(self):
        return self.packets

    def send(self, system, count, first=0):
        return SRC.send(system, mac(system, "in0"),
                        (HOST, "10.0.0.%d" % (1 + HOSTS)), ALIAS,
                        (self.port + first, self.port + first + count),
                        SERVER_PORT, count)


class Grown(New):
    """The same beside flows enough that no hash table grows meanwhile: they do
    so at 12288 and 24576 entries.  What is left to New is the growing."""

    name, title = "grown", "new flow, tables grown"
    packets = 10000
    before = 13000
    goal = None

    def configure(self):
        """What differs from the others' gateway."""

    def before_run(self, system):
        reset(system, self.path)
        self.configure()
        set_sink("far", system, COUNT)
        self.send(system, self.before)
        time.sleep(2)           # the tables have grown

    def flows(self):
        return self.before + self.packets

    def send(self, system, count, first=0):
        if count == self.packets:
            first = self.before
        return super().send(system, count, first)


class Roomy(Grown):
    """A few flows more, beside so many that the next pool would be full."""

    name, title = "roomy", "new flow, pool half full"
    systems = ("gw",)
    packets = 200
    spread_max = 3          # of few packets
    pool = "address 47.0.0.200-47.0.0.201 ports 1024-65535"
    port = 1024
    before = (65536 - 1024) * 99 // 100

    def configure(self):
        config("alias del vpn %s\npool del out\n"
               "pool add out ext carrier %s\nalias add vpn %s to %s\n" % (
                   ALIAS, self.pool, ALIAS, SERVER))


class Full(Roomy):
    """RFC 6056 section 5: a port is found as fast when hardly any is left."""

    name, title = "full", "new flow, pool 99 % full"
    pool = "address 47.0.0.200 ports 1024-65535"
    # at most so many times what the other case costs
    beside = Roomy.title, 1.02


CASES = [case for case in (Existing(), Reply(), New(), Grown(), Roomy(), Full(),
                           Existing6(), Converted(), ConvertedReply(),
                           Converted4())
         if case.name in os.environ.get("TESTS", "").split()
         or not os.environ.get("TESTS")]


def chosen(case):
    return [system for system in case.systems
            if (system in ONLY or not ONLY) and (JOOL or system != "jool")]


def expect(what, seen, wanted):
    if seen != wanted:
        raise RuntimeError("%s: %s instead of %s" % (what, seen, wanted))


def median(values):
    return sorted(values)[len(values) // 2]


def spread(values):
    """Percent, of the three runs in the middle.  The first may find the slabs cold,
    and conntrack's garbage collector, which walks its whole table, looks in on
    one or two of the others."""
    middle = sorted(values)[2:-2]
    return 100 * (middle[-1] - middle[0]) / median(values)


def measure(case, system):
    """Returns instructions per packet, dropped at ingress and all the way."""
    case.prepare(system)
    drop, through = [], []
    for number in range(RUNS):
        set_sink(system, case.ingress, COUNT)
        drop.append(case.send(system, case.packets) / case.packets)
        expect("dropped", counted(system, case.ingress), case.packets)
        clear_sink(system, case.ingress)

        case.before_run(system)
        set_sink(case.sink, system, COUNT)
        through.append(case.send(system, case.packets) / case.packets)
        expect("arrived", counted(case.sink, system), case.packets)
        if system != "plain":
            expect("flows", flows(system), case.flows())
    return drop, through


def profile(case, system):
    """Print what each kernel function takes of a packet."""
    case.prepare(system)
    case.before_run(system)
    set_sink(case.sink, system, COUNT)
    with Profile() as found:
        spent = case.send(system, case.packets) / case.packets
    print("# %s, %s: %d with the sampling" % (case.title, NAMES[system], spent))
    for name, share in found.functions[:PROFILE]:
        print("%8d  %s" % (share * spent, name))


def table(rows):
    print("%-24s %-16s %9s %9s %9s %7s %-12s %6s" % (
        "case", "system", "per pkt", "dropped", "above", "ratio", "goal", "spread"))
    for row in rows:
        print("%-24s %-16s %9.0f %9.0f %9.0f %7s %-12s %5.2f%%" % (
            row["case"], row["system"], row["instructions_per_packet"],
            row["dropped_at_ingress"], row["above_drop"],
            "-" if ratio(row) is None else "%.3f" % ratio(row), verdict(row),
            row["spread_percent"]))


def ratio(row):
    """To the case's peer."""
    return row["ratio_to_jool"] or row["ratio_to_nft_zones"]


def missed(row):
    return row["goal"] and ratio(row) is not None and ratio(row) > row["goal"]


def verdict(row):
    if not row["goal"]:
        return ""
    if ratio(row) is None:
        return "%.2f" % row["goal"]
    return "%.2f %s" % (row["goal"], "missed" if missed(row) else "met")


def write(path, kernel, rows):
    """Replace the kernel's entries for these cases."""
    cases = {row["case"] for row in rows}
    try:
        with open(path) as found:
            others = [row for row in json.load(found)
                      if row["kernel"] != kernel or row["case"] not in cases]
    except FileNotFoundError:
        others = []
    with open(path, "w") as out:
        json.dump(others + rows, out, indent=1)
        out.write("\n")


def dearer(case, rows):
    """What is wrong with a case that must not cost more than another."""
    if not case.beside:
        return
    title, most = case.beside
    other = [row["above_drop"] for row in rows if row["case"] == title]
    times = rows[-1]["above_drop"] / other[0] if other else 0
    if times > most:
        yield "%s: %.3f times %s, the goal is %.2f" % (case.title, times, title,
                                                       most)


def main():
    path, kernel = sys.argv[1:]
    if PROFILE:
        for case in CASES:
            for system in chosen(case):
                profile(case, system)
        return
    rows, bad = [], []
    for case in CASES:
        found = []
        for system in chosen(case):
            drop, through = measure(case, system)
            if VERBOSE:
                print("# %s, %s: dropped %s through %s" % (
                    case.title, NAMES[system], drop, through))
            found.append({
                "kernel": kernel, "date": time.strftime("%Y-%m-%d"),
                "case": case.title, "system": NAMES[system],
                "instructions_per_packet": median(through),
                "dropped_at_ingress": median(drop),
                "above_drop": median(through) - median(drop),
                "ratio_to_nft_zones": None, "ratio_to_jool": None,
                "goal": case.goal if system == "gw" else None,
                "spread_percent": max(spread(drop), spread(through)),
            })
        peer = [row for row in found if row["system"] == NAMES[case.peer]]
        for row in found:
            if peer:
                row["ratio_to_jool" if case.peer == "jool" else
                    "ratio_to_nft_zones"] = (row["above_drop"] /
                                             peer[0]["above_drop"])
            if row["spread_percent"] > case.spread_max:
                bad.append("%s, %s: runs differ by %.2f %%" % (
                    row["case"], row["system"], row["spread_percent"]))
            if missed(row):
                bad.append("%s: %.3f of %s, the goal is %.2f" % (
                    row["case"], ratio(row), NAMES[case.peer], row["goal"]))
        rows += found
        bad += dearer(case, rows)
    print("# instructions per packet on %s, median of %d runs; above: without those "
          "of a drop at ingress" % (kernel, RUNS))
    table(rows)
    write(path, kernel, rows)
    for line in bad:
        print("# missed:", line)
    sys.exit(1 if bad else 0)


main()
