"""Where a stranger's address may lead us (threat 26)."""

import ipaddress
import socket
import ssl
import struct
import time

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.faults import Refusal
from kazasu.foundation.http import _trusted, http_client, is_public, outward_client
from kazasu.foundation.http.exchange import Network, _Stream
from kazasu.foundation.settings import read_settings
from kazasu.foundation.values.typed.inside import declared

public, ANOTHER = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.251",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:a00:1::", "2001:0:a00:1::",
    # wrapped in other ways, and what is for protocols and documents alone
    "64:ff9b:1::a00:1", "::ffff:0:10.0.0.1", "::10.0.0.1", "100::1", "5f00::1", "2001:db8::1", "3fff::1", "2001:20::1", "192.0.0.8",
    "192.88.99.1",
]  # fmt: skip


@pytest.fixture
def names(monkeypatch):
    """``names["rp.example"] = [address, …]``: what the resolver says."""
    known = {}

    def resolved(host, port, *_, **__):
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return known


@pytest.fixture
def sent(monkeypatch):
    """Where a connection was made to; whoever listens there leads inside."""
    visited = []

    class Inside(httpcore.MockStream):
        def get_extra_info(self, info):
            return self if info == "socket" else None

        def settimeout(self, _):
            pass

        def send(self, piece):
            visited.append(bytes(piece).split(b"Host: ")[-1].split(b"\r\n")[0].decode())
            return len(piece)

    def connect(_, host, port, *__):
        visited.append(host)
        return Inside(
            [b"HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\ncontent-length: 0\r\n\r\n"]
        )

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return visited


def test_the_keys_of_a_connection_are_written_for_nobody(tmp_path, monkeypatch):
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    _trusted.cache_clear()
    try:
        assert _trusted("").keylog_filename is None
    finally:
        _trusted.cache_clear()
    assert not log.exists()


def test_a_name_is_visited_at_the_address_that_was_looked_at(names, sent):
    names["rp.example"] = [public, ANOTHER]
    answer = outward_client().post("http://rp.example:8443/events")
    assert sent[:2] == [public, "rp.example:8443"]
    assert answer.url.host == "rp.example"
    assert answer.status_code == 302, "and nobody is followed from there"


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_visited(names, sent, address):
    assert not is_public(address)
    for addresses in ([address], [public, address]):
        names["rp.example"] = addresses
        with pytest.raises(httpx.ConnectError):
            outward_client().post("https://rp.example/events")
    assert sent == []


@pytest.mark.parametrize(("port", "visited"), [
    (22, False), (25, False), (465, False), (993, False), (80, True), (443, True), (1024, True), (8443, True),
])  # fmt: skip
def test_no_stranger_sends_us_to_the_port_of_another_service(names, sent, port, visited):
    names["rp.example"] = [public]
    if visited:
        outward_client().post(f"http://rp.example:{port}/events")
    else:
        with pytest.raises(httpx.ConnectError):
            outward_client().post(f"http://rp.example:{port}/events")
    assert bool(sent) is visited


HERE = declared(
    "rp.internal:8443=10.20.0.0/16, rp.internal:8443=fd00:1::/32, desk.localhost=127.0.0.1"
)


def reaches(address, uri):
    with outward_client(declared=HERE) as client:
        try:
            return client.post(uri).status_code
        except httpx.ConnectError:
            return None


@pytest.fixture
def untied(monkeypatch):
    """TLS is another test's: who answers here has no certificate."""
    monkeypatch.setattr(_Stream, "start_tls", lambda self, *_, **__: self)


@pytest.mark.parametrize(
    ("addresses", "uri", "led"),
    [
        (["10.20.3.4"], "https://rp.internal:8443/events", True),
        (["fd00:1::7"], "https://rp.internal:8443/events", True),
        (["10.21.3.4"], "https://rp.internal:8443/events", False),
        (["10.20.3.4", "10.21.3.4"], "https://rp.internal:8443/events", False),
        ([public], "https://rp.internal:8443/events", False),
        (["127.0.0.1"], "https://rp.internal:8443/events", False),
        (["10.20.3.4"], "http://rp.internal:8443/events", False),
        (["10.20.3.4"], "https://rp.internal/events", False),
        (["10.20.3.4"], "https://rp.internal:8444/events", False),
        (["10.20.3.4"], "https://other.internal:8443/events", False),
        (["10.20.3.4"], "https://x.rp.internal:8443/events", False),
        ([], "https://desk.localhost/events", True),
        ([], "https://desk.localhost:443/events", True),
        ([], "https://desk.localhost:8443/events", False),
        ([], "https://desk.localhost:22/events", False),
        ([], "http://desk.localhost/events", False),
        ([public], "https://rp.example/events", True),
    ],
)
def test_inside_only_the_declared_place_is_visited(names, sent, untied, addresses, uri, led):
    """That name at that port, by https, in the networks that were declared; whoever moves the name moves nothing else."""
    names[httpx.URL(uri).host] = addresses
    assert (reaches(addresses, uri) == 302) is led
    assert bool(sent) is led
    if led and addresses:
        assert sent[0] == addresses[0]


@pytest.mark.parametrize(
    "wrong",
    ["rp.internal", "rp.internal=", "=10.0.0.0/8", "internal=10.0.0.0/8", "rp.internal:0=10.0.0.1", "rp.internal:65536=10.0.0.1", "rp.internal:x=10.0.0.1",
     "rp.internal=10.0.0.1/8", "RP.internal=10.0.0.1", "*.internal=10.0.0.1", "rp.internal=inside", "https://rp.internal=10.0.0.1", "rp.internal/x=10.0.0.1"],
)  # fmt: skip
def test_a_declaration_that_cannot_be_read_is_named(wrong):
    with pytest.raises(Refusal) as refused:
        read_settings({"KAZASU_PARTIES_INSIDE": f"good.internal=10.0.0.0/8, {wrong}"})
    assert refused.value.fault.code == "settings.unreadable"
    assert refused.value.facts["key"] == "KAZASU_PARTIES_INSIDE"
    assert wrong in str(refused.value.facts["why"]) or wrong.partition("=")[2] in str(
        refused.value.facts["why"]
    )


def test_nothing_inside_is_declared_where_nobody_says_so():
    assert read_settings({"KAZASU_MODE": "production"}).inside == ()


def test_an_unknown_name_is_an_error_like_any_other(names, sent):
    for host in ("nobody.example", "a" * 64 + ".example"):
        with pytest.raises(httpx.ConnectError):
            outward_client().get(f"https://{host}/")
    assert sent == []


def test_names_of_this_machine_are_for_institutions_alone(names, sent):
    http_client().get("http://portal.localhost:8000/")
    assert sent[:2] == ["127.0.0.1", "portal.localhost:8000"]
    names["portal.localhost"] = ["127.0.0.1"]
    with pytest.raises(httpx.ConnectError):
        outward_client().get("https://portal.localhost/")


@given(st.ip_addresses(v=4))
def test_wrapped_in_ipv6_it_is_no_better(address):
    number = int(address)
    if not is_public(str(address)):
        prefixes = ("::ffff:0:0", "64:ff9b::", "64:ff9b:1::", "::ffff:0:0:0", "::")
        wrapped = [ipaddress.IPv6Address(int(ipaddress.IPv6Address(p)) | number) for p in prefixes]
        assert not any(is_public(str(one)) for one in wrapped)


def test_who_resets_before_the_handshake_leaves_nothing_open():
    """As the servers that are restarted; an open connection is an error of every test here."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stream = Network(lambda host, _: [host]).connect_tcp(*server.getsockname())
        there, _ = server.accept()
        there.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )  # ends by RST
        there.close()
        line = stream.get_extra_info("socket")
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                line.getpeername()
            except OSError:
                break
        with pytest.raises(httpcore.ConnectError):
            stream.start_tls(ssl.create_default_context(), "rp.example")
        assert line.fileno() == -1
