"""Clients that wear a server out: ``python -m tests.support.exhaustion KIND PORT HOST COUNT SECONDS``.

A process of its own each, so that neither their files nor their work are the test's. They come from many addresses of
this machine (127.0.0.2 and on), as strangers do. At the end they print one JSON object: what they did and were told.
"""

import asyncio
import itertools
import json
import resource
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress

ADDRESSES = 200
"""Over how many addresses the clients of a process are spread."""
PAUSE_SECONDS = {"chunked": 10.0}
"""Before a client whose connection was ended comes again; a second, where nothing else is said."""
DRIP_SECONDS = 0.5
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
GONE = (OSError, asyncio.IncompleteReadError)


class Crowd:
    """``count`` clients that all behave in one way until the time is over."""

    def __init__(self, port: int, host: str, seconds: float) -> None:
        self.port = port
        self.host = host
        self.end = time.monotonic() + seconds
        self.done: Counter[str] = Counter()
        self.at_once = 0
        self.most_at_once = 0

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.end

    async def run(self, kind: str, count: int) -> None:
        clients = [self._comes_again(kind, number) for number in range(count)]
        await asyncio.gather(*clients)

    async def _comes_again(self, kind: str, number: int) -> None:
        behave, pause = getattr(self, kind), PAUSE_SECONDS.get(kind, 1.0)
        await asyncio.sleep(number % 100 / 100)
        while not self.over:
            try:
                await self._once(behave, number)
            except GONE:
                self.done["ended by the other side"] += 1
            await asyncio.sleep(max(min(pause, self.end - time.monotonic()), 0))

    async def _once(self, behave, number: int) -> None:
        with socket.socket() as one:
            one.setblocking(False)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.bind((f"127.0.0.{2 + number % ADDRESSES}", 0))
            loop = asyncio.get_running_loop()
            await asyncio.wait_for(loop.sock_connect(one, ("127.0.0.1", self.port)), 30)
            self.done["connections"] += 1
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
            try:
                with suppress(TimeoutError):
                    await asyncio.wait_for(
                        behave(loop, one), max(self.end - time.monotonic(), 0.01)
                    )
            finally:
                self.at_once -= 1

    def _head(self, method: str, *more: str) -> bytes:
        lines = [f"{method} / HTTP/1.1", f"Host: {self.host}", f"Origin: http://{self.host}", *more]
        return "".join(f"{line}\r\n" for line in lines).encode()

    # ------------------------------------------------------------ how they behave

    async def silent(self, loop, one) -> None:
        """Says nothing until it is sent away."""
        await loop.sock_recv(one, 1)

    async def heads(self, loop, one) -> None:
        """A head, a byte at a time, without end."""
        await loop.sock_sendall(one, self._head("GET"))
        await self._drips(loop, one, b"X-Drip: yes\r\n")

    async def bodies(self, loop, one) -> None:
        """A body of the announced length, a byte at a time."""
        await loop.sock_sendall(one, self._head("POST", "Content-Length: 900000") + b"\r\n")
        await self._drips(loop, one, b"a=1&")

    async def _drips(self, loop, one, text: bytes) -> None:
        for byte in itertools.cycle(text):
            await loop.sock_sendall(one, bytes([byte]))
            await asyncio.sleep(DRIP_SECONDS)

    async def chunked(self, loop, one) -> None:
        """A body in chunks that would have 400 MB; counts what went out."""
        await loop.sock_sendall(one, self._head("POST", "Transfer-Encoding: chunked") + b"\r\n")
        for _ in range(400_000_000 // 0x10000):
            await loop.sock_sendall(one, CHUNK)
            self.done["bytes"] += len(CHUNK)

    async def readers(self, loop, one) -> None:
        """Ask for many answers at once and take them a few bytes at a time."""
        await loop.sock_sendall(one, (self._head("GET") + b"\r\n") * 16)
        while await loop.sock_recv(one, 64):
            await asyncio.sleep(DRIP_SECONDS)


@contextmanager
def besieging(port: int, host: str, seconds: float, **counts: int):
    """``besieging(port, host, 60, heads=100, silent=5000)``: afterwards the yielded dict has what each told."""
    told: dict[str, dict] = {}
    command = [sys.executable, "-m", "tests.support.exhaustion"]
    started = {
        kind: subprocess.Popen(
            [*command, kind, str(port), host, str(count), str(seconds)],
            stdout=subprocess.PIPE, text=True,
        )
        for kind, count in counts.items()
    }  # fmt: skip
    try:
        yield told
        for kind, one in started.items():
            said, _ = one.communicate(timeout=seconds + 60)
            told[kind] = json.loads(said)
    finally:
        for one in started.values():
            one.kill()
            one.communicate()


def main() -> None:
    kind, port, host, count, seconds = sys.argv[1:]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, int(count) + 200), most))
    crowd = Crowd(int(port), host, float(seconds))
    asyncio.run(crowd.run(kind, int(count)))
    print(json.dumps({**crowd.done, "at once": crowd.most_at_once}))


if __name__ == "__main__":
    main()
