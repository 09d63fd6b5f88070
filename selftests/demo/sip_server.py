#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""sip_server.py ADDRESS PORT LOG - answer SIP requests over UDP

Everybody may register, and everybody's call is answered.  LOG gets a
line a request: who sent it, the method, and what the sender calls itself.
(sipp could answer, but does not log whom.)
"""

import socket
import sys

COPIED = ('via', 'from', 'to', 'call-id', 'cseq')


def answer(headers, status, sender):
    lines = ['SIP/2.0 ' + status]
    for name, value in headers:
        if name.lower() not in COPIED:
            continue
        if name.lower() == 'via':
            value += ';received=%s' % sender[0]
        if name.lower() == 'to' and ';tag=' not in value:
            value += ';tag=server'
        lines.append('%s: %s' % (name, value))
    lines += ['Contact: <sip:100@%s:%s>' % tuple(sys.argv[1:3]),
              'Content-Length: 0', '', '']
    return '\r\n'.join(lines).encode()


def main():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((sys.argv[1], int(sys.argv[2])))
    log = open(sys.argv[3], 'w')
    while True:
        data, sender = sock.recvfrom(65535)
        head = data.decode(errors='replace').split('\r\n\r\n')[0]
        request, *rest = head.split('\r\n')
        method = request.split(' ')[0]
        headers = [tuple(line.split(': ', 1)) for line in rest if ': ' in line]
        agent = dict((n.lower(), v) for n, v in headers).get('user-agent', '?')
        print('%s:%d %s %s' % (*sender, method, agent), file=log, flush=True)
        if method == 'INVITE':
            sock.sendto(answer(headers, '180 Ringing', sender), sender)
        if method != 'ACK':
            sock.sendto(answer(headers, '200 OK', sender), sender)


main()
