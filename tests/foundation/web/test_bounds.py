"""The gate: what comes in is counted, whatever the door, and what nobody can keep is turned away."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.edge import bounds, content
from kazasu.foundation.web.edge.bounds import Bounds
from kazasu.foundation.web.edge.content import check_content
from kazasu.foundation.web.edge.security import host_of

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"


async def echo(request):
    body = await request.body()
    return PlainTextResponse(str(len(body)))


INNER = Starlette(routes=[Route("/{any:path}", echo, methods=["GET", "POST"])])


@pytest.fixture
def client():
    return TestClient(Bounds(INNER, larger={"/large": 4_000_000}))


def code(answer):
    return answer.json()["code"]


def test_a_body_is_given_whole_and_counted_to_the_byte(client):
    most = bounds.MOST_BYTES
    for path, limit in (("/", most), ("/nowhere/else", most), ("/large", 4_000_000)):
        for length in (1, limit):
            assert client.post(path, content=b"x" * length).text == str(length)
            chunks = iter([b"x" * (length - 1), b"x"])
            assert client.post(path, content=chunks).text == str(length)
        for body in (b"x" * (limit + 1), iter([b"x" * limit, b"x"])):
            answer = client.post(path, content=body)
            assert answer.status_code == 413
            assert code(answer) == "web.too-large"


def test_people_get_a_page_in_both_languages(client):
    answer = client.post("/", content=b"x" * 1_000_001, headers={"accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert '<section lang="ja"' in answer.text
    assert '<section lang="en"' in answer.text


def test_queries_are_bounded(client):
    assert client.get("/?" + "&".join("a=1" for _ in range(200))).status_code == 200
    answer = client.get("/?" + "&".join("a=1" for _ in range(201)))
    assert answer.status_code == 414
    assert code(answer) == "web.too-long-address"


def refused(kind, body):
    with pytest.raises(Refusal) as refusal:
        check_content(kind, body)
    return refusal.value.fault.code


def multipart(*values):
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n{value}\r\n' for value in values
    )
    return f"{parts}--b--\r\n".encode()


def test_forms_are_bounded_by_fields_and_by_length():
    check_content(FORM, b"&".join([b"a=1"] * content.MOST_FIELDS))
    check_content(PARTS, multipart(*["1"] * (content.MOST_FIELDS - 1)))
    assert refused(FORM, b"&".join([b"a=1"] * 1002)) == "web.too-many-fields"
    assert refused(PARTS, multipart(*["1"] * 1001)) == "web.too-many-fields"
    assert refused(FORM, b"a=1&b=" + b"x" * 300_000) == "web.too-large"
    assert refused(PARTS, multipart("1", "x" * 300_000)) == "web.too-large"
    check_content(FORM, b"&".join([b"a=" + b"x" * 100_000] * 5))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 3000,
        b'{"a":' * 65,
        b" [" + b"[" * 64 + b"]" * 65,
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "", "application/x-www-form-urlencoded2"])
def test_json_too_deep_is_unreadable(kind, body):
    assert refused(kind, body) == "web.unreadable"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 64 + b"]" * 64,
        json.dumps(["[" * 5000, '\\"' + "{" * 500, "\\"]).encode(),
        b'["\\\\u0000", "\\ud83c\\udf38"]',
        b"[]" * 5000,
        b'["' + b'\\"' * 300_000,
    ],
)
def test_json_that_only_looks_deep_passes(body):
    check_content("application/json", body)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_depth_is_what_json_says(document):
    written = json.dumps([document], ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        check_content("application/json", written)
    except Refusal:
        assert _depth([document]) > content.MOST_DEPTH


def _depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 0 if not isinstance(value, dict | list) else 1 + max(map(_depth, inner), default=0)


# ------------------------------------------------------------ time and room


async def _call(gate, messages, *, path="/", length=None):
    """The status of one request whose body comes as ``messages`` says: bytes, or seconds to wait."""
    waiting = messages
    answer = []

    async def receive():
        while waiting and isinstance(waiting[0], float):
            await asyncio.sleep(waiting.pop(0))
        if not waiting:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message):
        answer.append(message)

    size = [(b"content-length", b"%d" % length)] if length else [(b"transfer-encoding", b"chunked")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"",
             "headers": [(b"host", b"x"), *size]}  # fmt: skip
    await gate(scope, receive, send)
    return answer[0]["status"] if answer else None


def test_a_body_that_does_not_come_ends(monkeypatch):
    monkeypatch.setattr(bounds, "LINGER_SECONDS", 0.05)
    gate = Bounds(INNER, body_seconds=0.2)
    assert asyncio.run(_call(gate, [b"x", 0.05, b"x", 0.5, b"x"])) == 408
    assert asyncio.run(_call(gate, [b"x", 0.05, b"x"])) == 200


def test_what_still_comes_is_taken_for_a_moment_so_that_the_answer_is_read():
    still = [b"x" * 1_000_001, b"x" * 1_000_000, 0.05, b"x"]
    assert asyncio.run(_call(Bounds(INNER), still)) == 413
    assert still == []


def test_who_goes_away_in_a_body_is_no_error():
    async def hang_up():
        async def receive():
            return {"type": "http.disconnect"}

        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"",
                 "headers": [(b"content-length", b"5")]}  # fmt: skip
        await Bounds(_never)(scope, receive, _never)

    asyncio.run(hang_up())


async def _never(*_):
    raise AssertionError("nobody asked")


def test_the_largest_makes_room_for_the_small(monkeypatch):
    monkeypatch.setattr(bounds, "LINGER_SECONDS", 0.05)
    gate = Bounds(INNER, held_bytes=1000)

    async def crowd():
        large = [_call(gate, [b"x" * 300, 0.3, b"x"]) for _ in range(4)]
        small = _call(gate, [b"x" * 10, 0.1, b"x"])
        return await asyncio.gather(*large, small)

    *large, small = asyncio.run(crowd())
    assert small == 200
    assert sorted(large) == [200, 200, 200, 503]
    assert gate._held == 0


@pytest.mark.parametrize(
    ("given_", "host"),
    [
        ("ID.LOCALHOST:8000", "id.localhost"),
        ("id.localhost.", "id.localhost"),
        ("id.localhost.:8000", "id.localhost"),
        ("id.localhost", "id.localhost"),
        ("[::1]:8000", "[::1]"),
        ("[::1]", "[::1]"),
        ("\xff\xfe", "\xff\xfe"),
        ("", ""),
    ],
)
def test_a_host_is_its_name(given_, host):
    assert host_of({"host": given_}) == host


def test_what_the_gate_turns_away_is_counted(client):
    labels = {"room": "", "route": "no page", "method": "GET", "status": "414"}

    def count():
        return REGISTRY.get_sample_value("kazasu_requests_total", labels) or 0

    before = count()
    assert client.get("/?" + "&" * 300).status_code == 414
    assert count() == before + 1
