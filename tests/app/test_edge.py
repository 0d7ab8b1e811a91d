"""The real server, in a process of its own, against clients that send too much, too slowly or nothing at all."""

import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from kazasu.cli.processes.countries import free_port
from kazasu.foundation.web.edge.connections import MOST_WAITING, Connections

HEAD_SECONDS = 3.0
TALL = 8_000_000
PAGE = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"


def _limited(files, *module):
    """A command for a Python module that may open so many files."""
    return ["sh", "-c", 'ulimit -n "$0" && exec "$@"', str(files), sys.executable, "-m", *module]


@contextmanager
def served(files=1024, metrics=0):
    """``(port, process, most connections)``."""
    port = free_port()
    process = subprocess.Popen(
        _limited(files, "tests.support.edge_server", str(port), str(HEAD_SECONDS), str(metrics)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    reading = None
    try:
        said = process.stdout.readline().split()
        assert said[:1] == ["ready"], process.stderr.read()
        _wait(port)
        reading = Thread(target=process.stdout.read, daemon=True)  # a full pipe would stop it
        reading.start()
        yield port, process, int(said[1])
    finally:
        process.kill()
        if reading is not None:
            reading.join()
        process.communicate()


def _wait(port):
    for _ in range(400):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("it does not listen")


@pytest.fixture(scope="module")
def server():
    with served() as made:
        yield made


def connected(port, seconds=20.0):
    return socket.create_connection(("127.0.0.1", port), timeout=seconds)


def ask(port, request, seconds=20.0):
    """Everything that comes back until the other side hangs up."""
    with connected(port, seconds) as one:
        one.sendall(request)
        return everything(one)


def everything(one):
    found = b""
    try:
        while part := one.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def memory(process):
    """Resident, in MB."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def open_files(process):
    return sum(1 for _ in Path(f"/proc/{process.pid}/fd").iterdir())


HEAD = "{method} {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n"


def head(method="POST", path="/page", *more):
    lines = "".join(f"{line}\r\n" for line in more)
    return HEAD.format(method=method, path=path, more=lines).encode()


METHODS = ["POST", "GET", "HEAD", "PUT", "OPTIONS"]
PATHS = ["/page", "/api", "/large", "/nowhere", "/static/kit/kit.css"]
CHUNK = b"10000\r\n" + b"x" * 65536 + b"\r\n"


def flooded(port, method, path):
    """The status that 60 MB in chunks get."""
    with connected(port) as one:
        one.sendall(head(method, path, "Transfer-Encoding: chunked"))
        try:
            for _ in range(60_000_000 // len(CHUNK)):
                one.sendall(CHUNK)
        except (ConnectionResetError, BrokenPipeError):
            pass  # hung up while we send: what it said before may be lost with it
        return status(everything(one)) or 413


def test_a_body_without_end_is_refused_while_it_comes(server):
    port, process, _ = server
    before = memory(process)
    with ThreadPoolExecutor(5) as pool:
        made = [pool.submit(flooded, port, method, path) for method in METHODS for path in PATHS]
        assert {one.result() for one in made} == {413}
    assert memory(process) - before < 40


def test_the_refusal_reaches_a_client_that_stops_to_listen(server):
    port, _, _ = server
    for more in (["Content-Length: 1000001"], ["Transfer-Encoding: chunked"]):
        with connected(port) as one:
            one.sendall(head("POST", "/nowhere", *more, "Accept: text/html"))
            if more[0].startswith("T"):
                one.sendall(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
            began = time.monotonic()
            answer = everything(one)
            assert status(answer) == 413
            assert b"connection: close" in answer.lower()
            assert "大きすぎます".encode() in answer
            assert b"too large" in answer
            assert time.monotonic() - began < 5


def test_heads_are_bounded(server):
    port, _, _ = server
    assert status(ask(port, head("GET", "/page?" + "x" * 17_000))) == 414
    assert status(ask(port, b"GET /" + b"x" * 400_000)) == 414
    assert status(ask(port, head("GET", "/page", *[f"X-{n}: y" for n in range(150)]))) == 431
    assert status(ask(port, head("GET", "/page", "Cookie: " + "x" * 40_000))) == 431
    assert status(ask(port, head("GET", "/page")[:-2] + b"Cookie: " + b"x" * 600_000)) == 431
    answer = ask(port, head("GET", "/page", "Cookie: " + "x" * 40_000))
    assert "ヘッダー".encode() in answer
    assert b"web.too-long-head" in answer


@pytest.mark.parametrize(
    "request_",
    [
        head("POST", "/page", "Content-Length: 3", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
        head("POST", "/page", "Transfer-Encoding: chunked", "Content-Length: 3") + b"0\r\n\r\n",
        head("GET", "/page", "Host: y"),
        b"GET /page HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET \xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        head("POST", "/page", "Transfer-Encoding: chunked") + b"zz\r\n",
        head("POST", "/page", "Content-Length: -1"),
        head("POST", "/page", "Content-Length: 1", "Content-Length: 2") + b"x",
    ],
)
def test_what_two_readers_would_read_differently_is_refused_and_the_connection_ends(
    server, request_
):
    port, _, _ = server
    answer = ask(port, request_ + PAGE)
    assert status(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("host", ["x:8000/evil", "x:evil", "x:@evil.example", "a@x", "x y", "[x]"])
def test_a_host_that_is_none_is_refused(server, host):
    """RFC 9112 §3.2; CVE-2026-48710 in Starlette."""
    request = f"GET /page HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    assert status(ask(server[0], request.encode())) == 400


@pytest.mark.parametrize("host", ["x", "X:8000", "x:", "[::1]:8000", "127.0.0.1"])
def test_a_host_in_any_good_spelling_is_heard(server, host):
    request = f"GET /page HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    assert status(ask(server[0], request.encode())) == 200


def test_the_host_of_an_absolute_target_decides(server):
    """RFC 9112 §3.2.2."""
    for target in (b"http://bank.localhost/host", b"HTTP://bank.localhost/host?x=1"):
        request = (
            b"GET " + target + b" HTTP/1.1\r\nHost: portal.localhost\r\nConnection: close\r\n\r\n"
        )
        assert ask(server[0], request).endswith(b"asked bank.localhost")


def test_a_target_with_somebodys_name_is_refused(server):
    request = b"GET http://a@x/page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert status(ask(server[0], request)) == 400


def test_trailers_are_no_headers(server):
    port, _, _ = server
    body = b"1\r\nx\r\n0\r\nOrigin: http://x\r\nAccept: text/html\r\n\r\n"
    answer = ask(
        port, head("POST", "/page", "Transfer-Encoding: chunked", "Connection: close") + body
    )
    assert status(answer) == 403


def test_an_offer_to_change_the_protocol_is_answered_in_this_one(server):
    port, _, _ = server
    answer = ask(port, head("GET", "/page", "Connection: Upgrade", "Upgrade: websocket"))
    assert status(answer) == 200


def test_keep_alive_and_pipelining_go_on(server):
    port, _, _ = server
    with connected(port) as one:
        one.sendall(PAGE + PAGE + head("GET", "/page", "Connection: close"))
        assert everything(one).count(b"HTTP/1.1 200") == 3


def test_who_asks_far_ahead_gets_what_waited_and_no_more(server):
    port, _, _ = server
    with connected(port) as one:
        one.sendall(PAGE * 200)
        assert everything(one).count(b"HTTP/1.1 200") == 1 + MOST_WAITING


def test_requests_that_nobody_reads_the_answers_of_do_not_pile_up(server):
    """40 sockets, 40,000 requests each, nothing read: 1.5 GB."""
    port, process, _ = server
    before = memory(process)
    flood = head("GET", "/slow") + b"GET / HTTP/1.1\r\nHost:x\r\n\r\n" * 8_000
    silent = [connected(port) for _ in range(20)]
    for one in silent:
        one.sendall(flood)
    assert status(ask(port, head("GET", "/page", "Connection: close"))) == 200
    assert memory(process) - before < 60
    for one in silent:
        one.close()


def test_clients_that_hang_up_in_a_body_leave_no_trace():
    with served() as (port, process, _):
        for _ in range(50):
            with connected(port) as one:
                one.sendall(head("POST", "/page", "Content-Length: 1000") + b"x")
        assert status(ask(port, head("GET", "/page", "Connection: close"))) == 200
        process.terminate()
        assert process.stderr.read() == ""


def test_clients_that_take_no_answer_while_requests_wait_leave_no_trace():
    """uvicorn tells the newest request of a connection that its client is gone, and not the one that is at work."""
    with served() as (port, process, _):
        asked = [connected(port) for _ in range(5)]
        for one in asked:
            one.sendall(head("GET", "/tall") * 4)
        time.sleep(HEAD_SECONDS + 1)  # how long the server waits for who takes nothing
        assert status(ask(port, head("GET", "/page", "Connection: close"))) == 200
        for one in asked:
            with one:
                assert len(everything(one)) < 4 * TALL, "it gave up"
        process.terminate()
        assert process.stderr.read() == ""


def test_1100_silent_sockets_stop_nobody():
    """faults.md F4: with 1024 files every page timed out, and 33,687 lines were written in four minutes."""
    with served(files=1024) as (port, process, most):
        silent = [connected(port) for _ in range(1100)]
        for one in silent[::3]:
            one.sendall(b"GET /page HT")
        for _ in range(5):
            began = time.monotonic()
            assert status(ask(port, head("GET", "/page", "Connection: close"))) == 200
            assert time.monotonic() - began < 1
        assert open_files(process) < 1024 - 200
        assert len(silent) > most
        said = _all_closed(silent, HEAD_SECONDS + 5)
        assert b"web.too-slow" in said  # to who had begun to speak
        process.terminate()
        assert len(process.stderr.read().splitlines()) < 10


def _all_closed(sockets, seconds):
    """What they were told."""
    end = time.monotonic() + seconds
    said = b""
    for one in sockets:
        one.settimeout(max(end - time.monotonic(), 0.01))
        said += everything(one)
        one.close()
    return said


def test_who_waits_for_longest_makes_way_and_nobody_who_is_served():
    """Counted without sockets: where 1,100 of them take longer to come than a head may, the limit is never met."""
    aborted = []

    class Client:
        def __init__(self, name):
            self.transport = SimpleNamespace(abort=lambda: aborted.append(name))

    known = Connections(2)
    first, second, third, fourth = map(Client, ("first", "second", "third", "fourth"))
    assert known.enter(first)
    assert known.enter(second)
    assert known.enter(third)
    assert aborted == ["first"]
    known.leave(first)
    known.works(second)
    known.works(third)
    assert not known.enter(fourth), "both are served: there is nobody who only waits"
    assert aborted == ["first"]
    known.leave(fourth)
    known.waits(second)
    assert known.enter(Client("fifth"))
    assert aborted == ["first", "second"]


def test_who_waits_for_an_answer_is_not_displaced_by_who_says_nothing():
    with served(files=600) as (port, _, most), connected(port) as asker:
        asker.sendall(head("GET", "/slow", "Connection: close"))
        silent = [connected(port) for _ in range(most + 50)]
        assert status(everything(asker)) == 200
        for one in silent:
            one.close()


def test_when_all_are_at_work_who_comes_is_asked_to_come_again():
    with served(files=540) as (port, _, most):
        slow = head("GET", "/slow", "Connection: close")
        asking = [connected(port) for _ in range(most)]
        for one in asking:
            one.sendall(slow)
        time.sleep(0.5)
        answer = ask(port, head("GET", "/page", "Connection: close"))
        assert status(answer) == 503
        assert b"web.no-room" in answer
        assert b"retry-after: 5" in answer
        assert status(everything(asking[0])) == 200
        for one in asking:
            one.close()


def test_too_few_files_are_told_at_the_start(tmp_path):
    made = subprocess.run(
        _limited(64, "kazasu", "up", "--data", str(tmp_path / "data")),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    said = made.stdout + made.stderr
    assert made.returncode != 0
    assert "app.too-few-files" in said
    assert "ulimit -n" in said
    assert "Traceback" not in said


def test_figures_are_read_at_a_port_of_their_own():
    metrics = free_port()
    with served(metrics=metrics) as (port, _, _):
        asked = head("GET", "/metrics", "Connection: close")
        ask(port, head("GET", "/page", "Connection: close"))
        assert status(ask(port, asked)) == 404
        answer = ask(metrics, asked)
        assert status(answer) == 200
        assert b'kazasu_requests_total{method="GET",room="portal",route="/page"' in answer
        assert status(ask(metrics, head("GET", "/page", "Connection: close"))) == 404
        again = subprocess.run(
            _limited(1024, "tests.support.edge_server", str(free_port()), "1", str(metrics)),
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert "app.metrics-port-taken" in again.stderr
