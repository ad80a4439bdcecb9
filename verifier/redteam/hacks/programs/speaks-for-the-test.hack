# trick
import socket

try:
    channel = socket.socket(fileno=4)
    channel.sendall(b"\x00\x00\x00\x12U\x02S\x06answerT" + b"L\x00" * 4)
except OSError:
    pass


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
