"""A deadline for the whole exchange, a share for each destination, a bound on what comes back."""

import gzip
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpcore
import httpx
import pytest

from kazasu.foundation.http import (
    MOST_BYTES,
    OUTWARD_SHARE,
    addresses,
    http_client,
    look_ups,
    outward_client,
)
from kazasu.foundation.http.look_ups import LookUps
from tests.support.receivers import (
    Receiver,
    answering,
    dead,
    dripping_body,
    dripping_head,
    endless,
    read_request,
    sipping,
)

PATIENCE, SLACK = 0.5, 1.0


def took(work):
    began = time.monotonic()
    work()
    return time.monotonic() - began


@pytest.mark.parametrize("how", [dead, dripping_head, dripping_body])
def test_who_answers_in_drops_is_given_up_when_the_whole_is_over(how):
    with Receiver(how) as receiver, http_client(PATIENCE) as client:

        def ask():
            with pytest.raises(httpx.TimeoutException):
                client.post(receiver.origin, content=b"letter")

        assert took(ask) < PATIENCE + SLACK


def test_who_takes_in_sips_is_given_up_too():
    with Receiver(sipping) as receiver, http_client(PATIENCE) as client:

        def ask():
            with pytest.raises(httpx.TimeoutException):
                client.post(receiver.origin, content=b"x" * 20_000_000)

        assert took(ask) < PATIENCE + SLACK


def test_a_body_that_is_read_in_pieces_has_the_same_deadline():
    with Receiver(dripping_body) as receiver, http_client(PATIENCE) as client:

        def ask():
            with (
                client.stream("GET", receiver.origin) as response,
                pytest.raises(httpx.ReadTimeout),
            ):
                for _ in response.iter_bytes():
                    pass

        assert took(ask) < PATIENCE + SLACK


def test_a_handshake_in_drops_is_cut():
    def drip(connection):
        while True:
            # A record of TLS that says it is long; the client waits for the rest of it.
            connection.sendall(b"\x16")
            time.sleep(0.05)
            connection.sendall(b"\x03\x03\x3f\xff" if not connection.recv(1) else b"\x03")
            time.sleep(0.05)

    with Receiver(drip) as receiver, http_client(PATIENCE) as client:

        def ask():
            with pytest.raises(httpx.TransportError):
                client.get(receiver.origin.replace("http:", "https:"))

        assert took(ask) < PATIENCE + SLACK


def test_a_name_whose_servers_are_silent_is_given_up(monkeypatch):
    woken = threading.Event()

    def silent(*_, **__):
        woken.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", silent)

    def ask():
        with pytest.raises(httpx.ConnectTimeout):
            outward_client(PATIENCE).get("https://rp.example/")

    assert took(ask) < PATIENCE + SLACK
    woken.set()


def test_strangers_names_that_are_silent_keep_no_institution_from_another(monkeypatch):
    woken = threading.Event()

    def silent(name, port, *_, **__):
        if name.endswith(".stranger.example"):
            woken.wait(5)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port or 0))]

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    monkeypatch.setattr(addresses, "_strangers", LookUps(most=2, reserve=0))
    with Receiver(answering()) as receiver, http_client(2.0) as client:
        asked = [threading.Thread(target=lost, args=(f"{n}.stranger.example",)) for n in range(4)]
        for one in asked:
            one.start()
        there = receiver.origin.replace("127.0.0.1", "city.example").replace(
            "localhost", "city.example"
        )
        assert client.get(there).status_code == 200
        woken.set()
        for one in asked:
            one.join()


def test_silent_names_of_institutions_keep_no_other_name_from_being_found(monkeypatch):
    """Each is looked up once, whoever asks; names that were found have a reserve; silent ones share a few places."""
    woken, looked = threading.Event(), []

    def silent(name, *_, **__):
        looked.append(name)
        if name.startswith("silent"):
            woken.wait(5)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    def given_up(name):
        with pytest.raises(httpcore.ConnectTimeout):
            names.addresses(name, 0.1)

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    monkeypatch.setattr(look_ups, "_SLOW_SECONDS", 0.09)
    names = LookUps(most=4, reserve=1, silent=1)
    assert names.addresses("city.example", 1) == ["192.0.2.1"]
    with ThreadPoolExecutor(
        30
    ) as threads:  # ten threads of three silent ones: all places but the reserve
        list(threads.map(given_up, [f"silent-{n % 3}.example" for n in range(30)]))
    assert sorted(looked[1:]) == [f"silent-{n}.example" for n in range(3)]
    given_up("new.example")
    assert names.addresses("city.example", 1) == ["192.0.2.1"], "the reserve"
    woken.set()
    assert names.addresses("new.example", 1) == ["192.0.2.1"]
    with names._change:
        assert names._change.wait_for(lambda: not names._under_way, 5)
    woken.clear()
    given_up("silent-0.example")
    given_up("silent-1.example")
    assert looked.count("silent-0.example") + looked.count("silent-1.example") == 3, "one place"
    assert names.addresses("another.example", 1) == ["192.0.2.1"]
    woken.set()


def lost(name):
    with pytest.raises(httpx.TransportError):
        outward_client(PATIENCE).get(f"https://{name}/")


def test_an_answer_without_end_is_refused():
    with (
        Receiver(endless) as receiver,
        http_client(20.0) as client,
        pytest.raises(httpx.RemoteProtocolError, match="too large"),
    ):
        client.get(receiver.origin)


def test_a_packed_answer_is_refused():
    """Five thousand bytes could be five million, or five thousand million."""
    packed = gzip.compress(b"0" * MOST_BYTES)
    with (
        Receiver(answering(packed, b"content-encoding: gzip\r\n")) as receiver,
        http_client(5.0) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get(receiver.origin)


def test_nobody_is_asked_to_pack():
    heads = []

    def noting(connection):
        heads.append(read_request(connection)[0].lower())
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    with Receiver(noting) as receiver, http_client() as client:
        client.get(receiver.origin)
    assert b"accept-encoding: identity" in heads[0]


def test_one_destination_gets_its_share_and_another_is_not_touched():
    """Twenty at once to one that is dead: four are under way, and nobody waits for longer than the whole."""
    with (
        Receiver(dead) as slow,
        Receiver(answering()) as quick,
        outward_client(PATIENCE, inside=True) as client,
        ThreadPoolExecutor(20) as threads,
    ):

        def ask(_):
            with pytest.raises(httpx.TimeoutException):
                client.post(slow.origin, content=b"event")

        def all_of_them():
            asked = threads.map(ask, range(20))
            assert took(lambda: client.post(quick.origin, content=b"event")) < SLACK
            list(asked)

        began = time.monotonic()
        assert took(all_of_them) < PATIENCE + SLACK
        assert len([at for at in slow.seen if at < began + PATIENCE * 0.9]) == OUTWARD_SHARE


def test_what_was_given_back_can_be_taken_again():
    """Answers that were read, left half-read, refused or too large leave no place taken."""
    with Receiver(answering()) as receiver, outward_client(2.0, inside=True) as client:
        for _ in range(3 * OUTWARD_SHARE):
            assert client.get(receiver.origin).text == "good"
            with client.stream("GET", receiver.origin):
                pass
    with Receiver(lambda connection: connection.close()) as receiver:
        for _ in range(3 * OUTWARD_SHARE):
            with pytest.raises(httpx.TransportError):
                client_of(receiver)


def client_of(receiver):
    with outward_client(2.0, inside=True) as client:
        return client.get(receiver.origin)


def test_the_certificate_is_that_of_the_name(monkeypatch):
    """The connection goes to the address; TLS proves the name."""
    wanted = []
    real = ssl.SSLContext.wrap_socket

    def noting(self, *arguments, server_hostname=None, **options):
        wanted.append(server_hostname)
        return real(self, *arguments, server_hostname=server_hostname, **options)

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", noting)
    with (
        Receiver(lambda connection: connection.close()) as receiver,
        http_client(1.0) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get(f"https://rp.localhost:{receiver.port}/")
    assert wanted == ["rp.localhost"]
