"""Runs inside the namespace of :mod:`own_pcscd`: opens connections there and hands them out.

The driver listens on every address it knows of. In a network namespace of its own nobody else can reach it, and
neither can we: so this program connects in there and passes the open socket to us over a Unix socket.

Run as ``python vpcd_door.py SOCKET PORT``; needs nothing but the standard library.
"""

import fcntl
import socket
import struct
import sys

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1


def bring_up_loopback() -> None:
    """A new network namespace has a loopback interface that is down (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(control, _GET_FLAGS, request))[1]
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh", b"lo", flags | _UP))


def main(path: str, port: int) -> None:
    """Each request is one byte, the slot; the answer one byte, with a socket if it was 1."""
    bring_up_loopback()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(path)
        door.listen()
        while True:
            asker, _ = door.accept()
            with asker:
                slot = asker.recv(1)
                if slot:
                    _answer(asker, port + slot[0])


def _answer(asker: socket.socket, port: int) -> None:
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout=2)
    except OSError:
        asker.sendall(b"\x00")
        return
    with connection:
        socket.send_fds(asker, [b"\x01"], [connection.fileno()])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
