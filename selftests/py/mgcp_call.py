# SPDX-License-Identifier: GPL-2.0
"""MGCP (RFC 3435) over UDP between line gateways and a call server, in the order
of the patent's Fig. 4:

   A          call server          B
   | 1 NTFY ------> |              |    off-hook, digits
   | <----- 2 200   |              |
   |                | 3 identify: which VPN, which dial plan
   | <------ 4 CRCX |              |    a session under A's live mapping
   | 5 200 + SDP -> |              |
   |                | 6 CRCX ----> |    a session that the server starts
   |                | <- 7 200 SDP |
   | <------ 8 MDCX |              |    with B's SDP
   | 9 200 -------> |              |
   |                | 10 RQNT ---> |    ring
   |                | <---- 11 200 |
   |                | <--- 12 NTFY |    off-hook
   |                | 13 200 ----> |
   |                | 14 MDCX ---> |    with A's SDP
   |                | <---- 15 200 |
   | <================ RTP =======>|    within the VPN
"""

from ktap import case, equal, main
from netns import quiet, udp
from tool import flows, identify, stats

VPNS = ("blue", "green")
A, B, ALIAS, SERVER = "10.0.0.2", "10.0.1.2", "10.0.0.100", "47.0.0.10"
PORT, AGENT_PORT, RTP_PORT = 2427, 2727, 5004
# the digits mean another line gateway in each VPN's dial plan
DIAL_PLAN = {("blue", "4711"): ("47.0.0.211", PORT),
             ("green", "4711"): ("47.0.0.212", PORT)}


def crlf(*lines):
    return "".join(line + "\r\n" for line in lines).encode()


def sdp(vpn, host):
    """A session description; the name tells whose."""
    return crlf("v=0", "o=- 25678 753849 IN IP4 " + host, "s=call of " + vpn,
                "c=IN IP4 " + host, "t=0 0",
                "m=audio %d RTP/AVP 0" % RTP_PORT, "a=ptime:20")


class LineGateway:
    def __init__(self, vpn, side, address):
        self.vpn, self.address = vpn, address
        self.name = "aaln/1@%s-%s.net" % (vpn, side)
        self.sock = udp("%s-%s" % (vpn, side), (address, PORT))
        self.rtp = udp("%s-%s" % (vpn, side), (address, RTP_PORT))
        self.remote = None

    def notify(self, transaction, what):
        self.sock.sendto(crlf("NTFY %d %s MGCP 1.0" % (transaction, self.name),
                              "N: ca@call.net:%d" % AGENT_PORT,
                              "X: 0123456789AC", "O: " + what),
                         (ALIAS, AGENT_PORT))

    def hear(self):
        data, peer = self.sock.recvfrom(4096)
        equal(peer, (ALIAS, AGENT_PORT), "call server as seen in " + self.vpn)
        other = "green" if self.vpn == "blue" else "blue"
        if other.encode() in data:
            raise AssertionError("%s heard %r" % (self.vpn, data))
        return data

    def answered(self, transaction):
        equal(self.hear(), crlf("200 %d OK" % transaction), "acknowledgement")

    def obey(self, verb, body=b""):
        """Take a command and acknowledge it with a body; returns its body."""
        data = self.hear()
        head, _, remote = data.partition(b"\r\n\r\n")
        words = head.split(b"\r\n")[0].decode().split()
        equal(words[0], verb, "command")
        equal(words[2], self.name, "endpoint")
        answer = crlf("200 %s OK" % words[1], "I: FDE234C8")
        if body:
            answer += b"\r\n" + body
        self.sock.sendto(answer, (ALIAS, AGENT_PORT))
        return remote


class CallServer:
    """Knows line gateways by the outside tuple, and the VPN by asking."""

    def __init__(self):
        self.sock = udp("srv", (SERVER, AGENT_PORT))
        self.transaction = 1000

    def hear(self):
        """A message, with the VPN that the gateway says it is of."""
        data, peer = self.sock.recvfrom(4096)
        whose = identify("udp", *peer)
        return data, peer, whose

    def acknowledge(self, transaction, peer):
        self.sock.sendto(crlf("200 %d OK" % transaction), peer)

    def command(self, verb, endpoint, peer, body=b"", *lines):
        self.transaction += 1
        data = crlf("%s %d %s MGCP 1.0" % (verb, self.transaction, endpoint),
                    "C: A3C47F21456789F0", *lines)
        if body:
            data += b"\r\n" + body
        self.sock.sendto(data, peer)
        return self.transaction

    def answer(self, transaction, peer, vpn):
        data, seen, whose = self.hear()
        equal(seen, peer, "outside tuple of the answer")
        equal(whose["vpn"], vpn, "vpn of the answer")
        head, _, body = data.partition(b"\r\n\r\n")
        equal(head.split(b"\r\n")[0], b"200 %d OK" % transaction, "answer")
        return body


server = CallServer()
gateways = {vpn: (LineGateway(vpn, "a", A), LineGateway(vpn, "b", B))
            for vpn in VPNS}
peers = {}      # outside tuple of A
targets = {}    # that of B, by the dial plan
bodies = {}     # SDP as the call server has it


@case
def step_1_to_3_notify_and_identity():
    for vpn, (a, _) in gateways.items():
        a.notify(1, "L/hd,D/4,D/7,D/1,D/1")
    for _ in VPNS:
        data, peer, whose = server.hear()
        lines = data.split(b"\r\n")
        vpn = whose["vpn"]
        equal(lines[0].decode(), "NTFY 1 aaln/1@%s-a.net MGCP 1.0" % vpn,
              "whose NTFY this is")
        equal(lines[3], b"O: L/hd,D/4,D/7,D/1,D/1", "digits")
        equal(whose["inside"], {"addr": A, "port": PORT}, "inside")
        equal(whose["interface"], vpn + "-a", "interface")
        equal(peer[0], "47.0.0.200", "outside address")
        peers[vpn] = peer
        server.acknowledge(1, peer)
    equal(sorted(peers), sorted(VPNS), "VPNs that called")
    for vpn, (a, _) in gateways.items():
        a.answered(1)
        targets[vpn] = DIAL_PLAN[vpn, "4711"]


@case
def step_4_and_5_create_connection_at_a():
    sent = {vpn: server.command("CRCX", a.name, peers[vpn], b"",
                                "L: p:20, a:PCMU", "M: recvonly")
            for vpn, (a, _) in gateways.items()}
    for vpn, (a, _) in gateways.items():
        equal(a.obey("CRCX", sdp(vpn, A)), b"", "body of CRCX")
        bodies[vpn, "a"] = server.answer(sent[vpn], peers[vpn], vpn)
        equal(bodies[vpn, "a"], sdp(vpn, A), "SDP of A at the call server")


@case
def step_6_and_7_create_connection_at_b():
    """No packet of B has ever passed."""
    for vpn in VPNS:
        equal(flows("vpn", vpn, "inside", B), [], "flows of B")
    sent = {vpn: server.command("CRCX", b.name, targets[vpn],
                                bodies[vpn, "a"], "M: sendrecv")
            for vpn, (_, b) in gateways.items()}
    for vpn, (_, b) in gateways.items():
        b.remote = b.obey("CRCX", sdp(vpn, B))
        equal(b.remote, sdp(vpn, A), "SDP of A at B")
        bodies[vpn, "b"] = server.answer(sent[vpn], targets[vpn], vpn)
        equal(bodies[vpn, "b"], sdp(vpn, B), "SDP of B at the call server")
        found = flows("vpn", vpn, "inside", B)
        equal([flow["origin"] for flow in found], ["outside"], "origin")


@case
def step_8_and_9_modify_connection_at_a():
    sent = {vpn: server.command("MDCX", a.name, peers[vpn], bodies[vpn, "b"],
                                "I: FDE234C8", "M: recvonly")
            for vpn, (a, _) in gateways.items()}
    for vpn, (a, _) in gateways.items():
        a.remote = a.obey("MDCX")
        equal(a.remote, sdp(vpn, B), "SDP of B at A")
        server.answer(sent[vpn], peers[vpn], vpn)


@case
def step_10_to_13_ring_and_answer():
    sent = {vpn: server.command("RQNT", b.name, targets[vpn], b"",
                                "S: L/rg", "R: L/hd")
            for vpn, (_, b) in gateways.items()}
    for vpn, (_, b) in gateways.items():
        b.obey("RQNT")
        server.answer(sent[vpn], targets[vpn], vpn)
    for vpn, (_, b) in gateways.items():
        b.notify(2, "L/hd")
        data, peer, whose = server.hear()
        equal(whose["vpn"], vpn, "vpn")
        equal(data.split(b"\r\n")[0].decode(),
              "NTFY 2 aaln/1@%s-b.net MGCP 1.0" % vpn, "whose NTFY this is")
        equal(peer, targets[vpn], "outside tuple of B")
        server.acknowledge(2, peer)
        b.answered(2)


@case
def step_14_and_15_modify_connection_at_b():
    sent = {vpn: server.command("MDCX", b.name, targets[vpn], bodies[vpn, "a"],
                                "I: FDE234C8", "M: sendrecv")
            for vpn, (_, b) in gateways.items()}
    for vpn, (_, b) in gateways.items():
        equal(b.obey("MDCX"), sdp(vpn, A), "SDP of A at B")
        server.answer(sent[vpn], targets[vpn], vpn)


def contact(body):
    """Where a session description says to send the voice."""
    host = port = None
    for line in body.decode().split("\r\n"):
        if line.startswith("c="):
            host = line.split()[-1]
        if line.startswith("m=audio"):
            port = int(line.split()[1])
    return host, port


@case
def voice_goes_directly_and_untouched():
    before = {vpn: stats("vpn", vpn) for vpn in VPNS}
    for vpn, (a, b) in gateways.items():
        for number in range(20):
            head = b"\x80\x00" + number.to_bytes(2, "big") + bytes(8)
            voice = head + (b"voice of " + vpn.encode()).ljust(160, b".")
            for one, other in ((a, b), (b, a)):
                one.rtp.sendto(voice, contact(one.remote))
                data, peer = other.rtp.recvfrom(2048)
                equal(data, voice, "voice")
                equal(peer, (one.address, RTP_PORT), "source of the voice")
    for vpn in VPNS:
        after = stats("vpn", vpn)
        for key in ("outbound", "inbound", "drops"):
            equal(after[key], before[vpn][key], key)
        equal(flows("vpn", vpn, "inside", "%s:%d" % (A, RTP_PORT)), [],
              "flows of the voice")


@case
def nothing_more_was_said():
    quiet(server.sock)
    for pair in gateways.values():
        for gateway in pair:
            quiet(gateway.sock, gateway.rtp)


if __name__ == "__main__":
    main()
