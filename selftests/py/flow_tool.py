# SPDX-License-Identifier: GPL-2.0
"""Many flows, and what the tool does with some of them; the JSON of all it shows."""

import json
import os
import re
import signal
import subprocess

import bed
from bed import ALIAS, ALIAS2, HOST, HOST2, POOL, SERVER, SERVER2, Flow, \
    echo_flow, open_wires, tcp_flow, udp_flow
from ktap import case, equal, main, wait_for
from packet import udp
from tool import TOOL, fails, flows, run, show, stats, vctl
from wire import FAR, Tap, dropped

made = []


def count(*args):
    return int(vctl("flow", "count", *args))


def fill():
    """In both VPNs the same: UDP of two hosts to two servers, TCP, ping."""
    for vpn in ("a", "b"):
        for host in (HOST, HOST2):
            for alias, server in ((ALIAS, SERVER), (ALIAS2, SERVER2)):
                for port in range(5000, 5025):
                    made.append((vpn, udp_flow(vpn, host, port, alias,
                                               server)))
        made.append((vpn, tcp_flow(vpn)))
        made.append((vpn, echo_flow(vpn)))


@case
def show_has_all_once():
    fill()
    found = flows()
    equal(len(found), len(made), "flows")
    seen = {(f["vpn"], f["proto"], json.dumps(f["inside"])) for f in found}
    equal(len(seen), len(made), "different flows")
    by_key = {(f["vpn"], f["inside"]["src"], f["inside"]["sport"],
               f["inside"]["dst"], f["proto"]): f for f in found}
    names = {17: "udp", 6: "tcp", 1: "icmp"}
    for vpn, flow in made:
        f = by_key[vpn, flow.host, flow.port, flow.alias, names[flow.proto]]
        equal((f["outside"]["src"], f["outside"]["sport"]), flow.outside,
              "outside tuple")
        equal(f["outside"]["dst"], flow.server, "server")
        equal(f["interface"], vpn + "0", "interface")
        equal(f["ext"], "carrier", "ext")
        equal((f["state"], f["packets"], f["origin"]),
              ("unreplied", 1, "inside"), "state, packets, origin")
        equal(f["vpn_id"], {"a": 1, "b": 2}[vpn], "id of the vpn")


@case
def text_is_a_line_a_flow():
    lines = vctl("flow show vpn a proto tcp").splitlines()
    equal(len(lines), 1, "lines")
    flow = next(f for v, f in made if v == "a" and f.proto == 6)
    for part in ("a (id 1)", "by a0", "tcp", "%s:5000 -> %s:80" % (HOST, ALIAS),
                 "%s:%d -> %s:80" % (*flow.outside, SERVER), "unreplied"):
        if part not in lines[0]:
            raise AssertionError("no %r in %r" % (part, lines[0]))


@case
def filters():
    """In the kernel: what it sends is what is shown."""
    _, one = made[30]
    for words, expected in (
            ((), 204),
            (("vpn", "a"), 102),
            (("proto", "udp"), 200),
            (("proto", "17"), 200),
            (("vpn", "b", "proto", "tcp"), 1),
            (("proto", "icmp"), 2),
            (("inside", HOST), 104),
            (("inside", HOST2), 100),
            (("inside", HOST + ":5000"), 6),
            (("inside", HOST + ":5000", "proto", "udp"), 4),
            (("server", SERVER), 104),
            (("server", SERVER2 + ":7"), 100),
            (("server", SERVER2 + ":8"), 0),
            (("outside", POOL), 204),
            (("outside", "%s:%d" % one.outside, "proto", "udp"), 2),
            (("vpn", "a", "proto", "udp", "inside", HOST2 + ":5003", "server",
              SERVER), 1)):
        equal(count(*words), expected, "count " + " ".join(words))
        found = flows(*words)
        equal(len(found), expected, "shown " + " ".join(words))
    fails("flow show vpn nobody")
    fails("flow count vpn nobody")


@case
def nonsense_filters_are_refused():
    for words in ("vpn", "proto frob", "inside 10.0.0", "inside 10.0.0.2:70000",
                  "server 10.0.0.0/33", "outside", "frob 3",
                  "proto 256"):
        done = run("flow", "show", *words.split())
        equal(done.returncode, 2, "status of flow show " + words)
        if not done.stderr:
            raise AssertionError("flow show %s: no word" % words)
        equal(done.stdout, "", "output")


@case
def counters_of_a_flow():
    vpn, flow = made[0]
    flow.exchange(b"x" * 100)
    flow.exchange(b"x" * 100)
    (found,) = flows("vpn", vpn, "inside", "%s:%d" % (flow.host, flow.port),
                     "server", flow.server, "proto", "udp")
    size = 20 + 8 + 100
    first = 20 + 8 + len(b"hello")
    equal(found["original"], {"packets": 3, "bytes": first + 2 * size},
          "of the host")
    equal(found["reply"], {"packets": 2, "bytes": 2 * size}, "of the server")
    equal((found["packets"], found["bytes"]), (5, first + 4 * size), "both")
    equal(found["state"], "established", "state")


@case
def delete_by_filter():
    before = stats()
    _, flow = next((v, f) for v, f in made if v == "a" and f.host == HOST2 and
                   f.port == 5003 and f.server == SERVER)
    equal(vctl("flow del vpn a proto udp inside %s:5003 server %s" %
               (HOST2, SERVER)), "ended 1\n", "said")
    equal(count(), 203, "flows left")
    with dropped(bed.wires, "no-mapping"):
        # its mapping has another flow, to the other server, which goes too
        vctl("flow del vpn a inside %s:5003" % HOST2)
        bed.wires.send("s0", flow.to_host())
    equal(count(), 202, "flows left")
    equal(vctl("flow", "del", "vpn", "b", "proto", "udp", "server", SERVER2),
          "ended 50\n", "said")
    equal(count(), 152, "flows left")
    equal(count("vpn", "b", "server", SERVER2), 0, "flows left with it")
    after = stats()
    equal(after["flows_ended"] - before["flows_ended"], 52, "flows ended")


@case
def delete_of_none_is_refused():
    fails("flow", "del", "inside", "10.0.0.77")
    fails("flow", "del", status=2)
    equal(count(), 152, "flows left")


@case
def count_of_the_objects():
    vpns = {v["name"]: v for v in show("vpn show")}
    equal({name: v["flows"] for name, v in vpns.items()},
          {"a": 100, "b": 52}, "flows of the vpns")
    (ext,) = show("ext show")
    equal(ext["flows"], 152, "flows of the ext")
    (pool,) = show("pool show")
    equal(pool["mappings"], ext["mappings"], "mappings of the pool")


@case
def flush():
    equal(run(*"flow flush vpn a".split()).stdout, "ended 100\n", "said")
    equal(run(*"flow flush".split()).stdout, "ended 52\n", "said")
    equal(run(*"flow flush".split()).stdout, "ended 0\n", "said")
    equal(flows(), [], "flows")
    equal(show("mapping show"), [], "mappings")


class Monitor:
    """vpngwctl monitor, and the lines it has printed."""

    def __init__(self, *words, options=()):
        reader, writer = os.pipe()
        self.done = subprocess.Popen([TOOL, "-d", *options, "monitor", *words],
                                     stdout=writer, stderr=subprocess.PIPE,
                                     text=True)
        os.close(writer)
        os.set_blocking(reader, False)
        self.reader, self.text = reader, ""
        if "ready" not in self.done.stderr.readline():
            raise AssertionError("monitor is not ready")

    def lines(self, number):
        def enough():
            try:
                self.text += os.read(self.reader, 65536).decode()
            except BlockingIOError:
                pass
            return self.text.count("\n") >= number
        wait_for(enough, lambda: "%d lines of the monitor, it has said %r" %
                 (number, self.text))
        found, self.text = self.text.splitlines(), ""
        equal(len(found), number, "lines")
        return found

    def close(self):
        self.done.send_signal(signal.SIGTERM)
        equal(self.done.wait(), 0, "status of monitor")
        equal(os.read(self.reader, 4096), b"", "more events")
        os.close(self.reader)
        self.done.stderr.close()


@case
def monitor_shows_flows():
    watch = Monitor("flow")
    flow = udp_flow("a")
    (line,) = watch.lines(1)
    for part in ("flow-new", "a (id 1)", "%s:5000 -> %s:7" % (HOST, ALIAS),
                 "%s:%d" % flow.outside):
        if part not in line:
            raise AssertionError("no %r in %r" % (part, line))
    flow.exchange()
    vctl("flow flush")
    (line,) = watch.lines(1)
    for part in ("flow-del", "packets 3"):
        if part not in line:
            raise AssertionError("no %r in %r" % (part, line))
    vctl("vpn add not-told-here")
    watch.close()
    vctl("vpn del not-told-here")


@case
def monitor_shows_the_configuration():
    watch = Monitor("config")
    vctl("vpn add new")
    vctl("vpn set new max-flows 5")
    vctl("alias add new 10.0.0.9 to 47.0.0.9")
    vctl("mapping add new proto any inside 10.0.0.2 outside 47.0.0.99")
    vctl("pool add extra ext carrier address 47.0.0.98")
    vctl("interface add u0 vpn new")
    for line, start in zip(watch.lines(6), (
            "vpn-new new ", "vpn-new new ", "alias-new new 10.0.0.9 to 47.0.0.9",
            "mapping-new new proto any inside 10.0.0.2 outside 47.0.0.99",
            "pool-new extra ext carrier address 47.0.0.98",
            "interface-new u0 vpn new")):
        if not line.startswith(start):
            raise AssertionError("%r does not begin with %r" % (line, start))
    vctl("pool del extra")
    vctl("vpn del new")
    equal([line.split()[:2] for line in watch.lines(2)],
          [["pool-del", "extra"], ["vpn-del", "new"]], "events")
    vctl("alias del a 10.0.0.100")
    vctl("alias add a 10.0.0.100 to 47.0.0.10")
    vctl("interface del b")
    vctl("interface add b vpn b")
    vctl("set timeout udp 299")
    equal([line.split()[:2] for line in watch.lines(4)],
          [["alias-del", "a"], ["alias-new", "a"], ["interface-del", "b"],
           ["interface-new", "b"]], "events")
    watch.close()


@case
def monitor_shows_limits():
    """A sentence, and only to who listens for it; the JSON is in limits.py."""
    vctl("flow flush")
    vctl("vpn set a max-flows 1")
    udp_flow("a")
    others, watch = Monitor("config", "flow"), Monitor("limit")
    bed.wires.send("a0", udp(HOST, 5001, ALIAS, 7, b"one too many"))
    (line,) = watch.lines(1)
    equal(line, "limit vpn a (id 1): the VPN has as many flows as it may; "
                "raise it with \"vpn set VPN max-flows N\"; "
                "host %s:5001 udp, 0 missed before" % HOST, "event")
    watch.close()
    others.close()
    bed.wires.drain()
    vctl("vpn set a max-flows 0")


# As odd as a name may be; that of a device may have nearly any bytes.
NAME = "#<&>|$*?!%;()[]=~^`@:./+-_aZ09x"
DEVICE, VRF = 'o"\\\x01\x7f\u00e9\udcff', "v'\"\\"
# How JSON has it.
DEVICE_SHOWN = DEVICE.replace("\udcff", "\ufffd")

SHOW_EMPTY = """
    vpn
    vpn show
    ext show
    interface show
    pool show
    alias show
    mapping show
    mapping show static
    flow show
    flow count
    stats
    check
    set
    set show
    flow flush
"""
SHOW_ONE = """
    vpn show NAME
    ext show NAME
    interface show DEVICE
    interface show vpn NAME
    interface show ext NAME
    pool show NAME
    pool show ext NAME
    alias show NAME
    mapping show vpn NAME proto udp
    flow show vpn NAME
    flow count vpn NAME
    identify udp {}
    identify udp {} peer 47.0.0.10:7 ext NAME
    identify tcp 47.0.0.210:80
    identify gre 47.0.0.220
    explain DEVICE udp 10.0.0.2:5000 10.0.0.100:7
    explain DEVICE icmp 10.0.0.2:0 10.0.0.100
    explain s0 tcp 47.0.0.10:5000 47.0.0.210:80
    explain lo tcp 47.0.0.10:5000 47.0.0.210:80
    stats vpn NAME
    stats ext NAME
    flow del vpn NAME
"""


def word(name):
    """So that a batch reads it as one word."""
    return "".join("\"'\"" if c == "'" else "'%s'" % c for c in name)


def batch(lines, *options):
    """What these commands print."""
    for name, value in (("NAME", NAME), ("DEVICE", DEVICE), ("VRF", VRF)):
        lines = re.sub(r"\b%s\b" % name, lambda _: word(value), lines)
    done = subprocess.run([TOOL, *options, "-force", "-b", "-"], check=False,
                          input=os.fsencode(lines), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    equal(done.stderr, b"", "standard error")
    return done.stdout.decode()


def no_key_twice(pairs):
    found = dict(pairs)
    equal(len(found), len(pairs), "different keys of %r" % pairs)
    return found


def documents(commands, *options):
    """The JSON document that each command prints."""
    text, at, found = batch(commands, *options), 0, []
    decoder = json.JSONDecoder(object_pairs_hook=no_key_twice)
    while at < len(text):
        document, at = decoder.raw_decode(text, at)
        equal(text[at], "\n", "what follows a document")
        at += 1
        found.append(document)
    commands = commands.strip().splitlines()
    equal(len(found), len(commands), "documents")
    if "-p" not in options:
        equal(text.count("\n"), len(commands), "lines")
    return found


@case
def json_of_nothing():
    """Every object that the tool knows shows what there is in JSON."""
    vctl("flush")
    objects = re.search(r"OBJECT := {(.*?)}", vctl("help"), re.DOTALL)[1]
    equal(set(objects.split()) - {"|"} -
          {line.split()[0] for line in SHOW_EMPTY.strip().splitlines()},
          {"identify", "explain", "monitor", "save", "apply", "flush"},
          "objects")
    for options in (("-j",), ("-j", "-p"), ("-p",), ("-j", "-d")):
        found = documents(SHOW_EMPTY, *options)
        equal(found[:9], [[]] * 9, "lists")
        equal(found[9], {"count": 0}, "count")
        equal(found[11], [], "problems")


def ip(*args):
    subprocess.run(["ip", *args], check=True)


@case
def json_of_odd_names():
    """All that there can be, by names with quotes and what is not UTF-8."""
    ip("link", "add", "name", VRF, "type", "vrf", "table", "1003")
    ip("link", "set", "dev", VRF, "up")
    ip("tuntap", "add", "dev", DEVICE, "mode", "tap")
    ip("link", "set", "dev", DEVICE, "master", VRF)
    ip("addr", "add", "10.0.0.1/24", "dev", DEVICE)
    ip("link", "set", "dev", DEVICE, "up")
    ip("neigh", "add", HOST, "lladdr", FAR.hex(":"), "dev", DEVICE, "nud",
       "permanent")
    bed.wires.taps[DEVICE] = Tap(DEVICE)
    watch = Monitor(options=("-j", "-p"))
    equal(batch("""
        vpn add NAME vrf VRF max-flows 1000 strict on
        ext add NAME
        interface add VRF vpn NAME mss pmtu
        interface add DEVICE vpn NAME mss 1400
        interface add s0 ext NAME
        pool add NAME ext NAME address 47.0.0.200,47.0.0.202-47.0.0.205 vpn NAME parity on block-size 64 deterministic 10.0.0.0/24
        pool drain NAME address 47.0.0.203
        alias add NAME 10.0.0.100 to 47.0.0.10 pool NAME
        alias add NAME 10.0.1.0/24 to 47.0.1.0/24
        alias add NAME 10.0.0.101:80 to 47.0.0.11:8080 proto tcp
        mapping add NAME proto tcp inside 10.0.0.2:80 outside 47.0.0.210:80
        mapping add NAME proto gre inside 10.0.0.2 outside 47.0.0.220
    """), "", "output of the configuration")
    for options in (("-j",), ("-j", "-p"), ("-p",), ("-j", "-d")):
        flow = Flow(udp(HOST, 5000, ALIAS, 7, b"hello"), SERVER, into=DEVICE)
        flow.exchange()
        asked = SHOW_ONE.format(*["%s:%d" % flow.outside] * 2)
        found = dict(zip(map(str.strip, asked.strip().splitlines()),
                         documents(asked, *options)))
        equal([vpn["name"] for vpn in found["vpn show NAME"]], [NAME], "vpn")
        equal([vpn["vrf"] for vpn in found["vpn show NAME"]], [VRF], "VRF")
        (shown,) = found["flow show vpn NAME"]
        equal((shown["vpn"], shown["interface"], shown["ext"]),
              (NAME, DEVICE_SHOWN, NAME), "flow")
        everything = documents(SHOW_EMPTY, *options)
        if not everything[11]:
            raise AssertionError("no problem to check")
    for line in watch.lines(12 + 2 * 4):
        event = json.loads(line, object_pairs_hook=no_key_twice)
        equal({event.get(key) for key in ("name", "vpn", "ext")} - {None},
              {NAME}, "names of an event")
    watch.close()
    ip("link", "del", "dev", VRF)
    (vpn,) = documents("vpn show NAME", "-j")[0]
    equal((vpn["vrf"], vpn["vrf_deleted"]), (None, True), "deleted VRF")
    documents(SHOW_EMPTY, "-j")


if __name__ == "__main__":
    open_wires()
    main()
