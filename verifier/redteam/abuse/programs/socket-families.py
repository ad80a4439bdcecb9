"""Asks for sockets that reach past a network namespace, into the kernel, or load modules into it.

Verdict: ACCEPTED
Gone: nothing
"""

import socket

AF_INET, AF_INET6, RAW = 2, 10, 3
found = []
for family in range(1, 64):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, RAW, socket.SOCK_SEQPACKET):
        if family == socket.AF_UNIX or (family in (AF_INET, AF_INET6) and kind in (1, 2)):
            continue
        try:
            socket.socket(family, kind).close()
            found.append(f"family {family}, kind {kind}")
        except OSError:
            pass
for protocol in range(1, 264):
    if protocol in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
        continue
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            socket.socket(AF_INET, kind, protocol).close()
            found.append(f"protocol {protocol}")
        except OSError:
            pass
print("\n".join(found) or "contained")
