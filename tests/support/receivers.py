"""Receivers on this machine that behave as receivers do: some answer, some are dead, some drip."""

import contextlib
import socket
import threading
import time

DRIP_SECONDS, DRIPS = 0.05, 200
"""For longer than anybody is patient, and not for ever: a test that fails is to end."""


class Receiver:
    """``Receiver(dripping_body)`` listens until the ``with`` ends; ``how(connection)`` is what it does with each."""

    def __init__(self, how):
        self._how = how
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        self.seen = []
        self._connections = []

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            connection.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        self.seen.append(time.monotonic())
        with contextlib.suppress(OSError), connection:
            self._how(connection)


def read_request(connection):
    """Head and body of one request with a length."""
    taken = b""
    while b"\r\n\r\n" not in taken:
        if not (piece := connection.recv(65536)):
            raise OSError("gone")
        taken += piece
    head, _, body = taken.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                   if line.lower().startswith(b"content-length:")), 0)  # fmt: skip
    while len(body) < length:
        body += connection.recv(65536)
    return head, body


def dead(connection):
    """Accepts and says nothing."""
    connection.settimeout(DRIPS * DRIP_SECONDS)
    while connection.recv(65536):
        pass


def dripping_head(connection):
    read_request(connection)
    for letter in ("HTTP/1.1 200 OK\r\n" + "x-drip: y\r\n" * DRIPS)[:DRIPS]:
        connection.sendall(letter.encode())
        time.sleep(DRIP_SECONDS)


def dripping_body(connection):
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    for _ in range(DRIPS):
        connection.sendall(b"x")
        time.sleep(DRIP_SECONDS)


def sipping(connection):
    """Takes what is sent a little at a time."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    for _ in range(DRIPS):
        connection.recv(512)
        time.sleep(DRIP_SECONDS)


def endless(connection):
    """As much as anybody takes."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    for _ in range(10_000):
        connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def answering(body=b"good", head=b""):
    def answer(connection):
        while True:
            read_request(connection)
            length = f"content-length: {len(body)}".encode()
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + length + b"\r\n\r\n" + body)

    return answer
