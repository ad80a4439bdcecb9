"""Asks the network: other machines, this one, names, and itself.

Verdict: ACCEPTED
Gone: nothing
"""

import socket

found = []
server = socket.socket()
server.bind(("0.0.0.0", 0))
server.listen()
for host, port in (
    ("192.0.2.1", 80),  # TEST-NET-1, RFC 5737
    ("10.0.0.1", 443),
    ("169.254.169.254", 80),
    ("127.0.0.1", 50051),
    ("127.0.0.1", server.getsockname()[1]),
    ("::1", 50051),
):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family, kind) as one:
            one.settimeout(0.2)
            try:
                one.connect((host, port))
                found.append(f"{host} {port}")
            except OSError:
                pass
try:
    found.append(socket.gethostbyname("example.com"))
except OSError:
    pass
print("\n".join(found) or "contained")
