"""Files from memory: kept for ever under their version, asked again without, compressed where it pays."""

import gzip
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from kazasu.foundation.web.edge.static import StaticFolder

CSS = b"body { margin: 0 } " * 100


@pytest.fixture
def client(tmp_path):
    (tmp_path / "a.css").write_bytes(CSS)
    (tmp_path / "b.js").write_bytes(b"1")
    (tmp_path / "c.png").write_bytes(bytes(range(256)))
    (tmp_path / "d.svg").write_bytes(b"<svg/>")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "e.css").write_bytes(CSS)
    return TestClient(Starlette(routes=[Mount("/static", StaticFolder(tmp_path, "v1"))]))


def test_types_and_content(client):
    for name, kind in (("a.css", "text/css"), ("b.js", "text/javascript"), ("c.png", "image/png"),
                       ("d.svg", "image/svg+xml")):  # fmt: skip
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/static/a.css").content == CSS


def test_the_version_it_was_made_for_is_kept_for_ever_and_no_other(client):
    assert "immutable" in client.get("/static/a.css?v=v1").headers["cache-control"]
    for address in ("/static/a.css", "/static/a.css?v=v0", "/static/a.css?v=v1&v=v0"):
        assert client.get(address).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_is_known_is_not_sent_again(client, encoding):
    first = client.get("/static/a.css", headers={"accept-encoding": encoding})
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        asked = {"accept-encoding": encoding, "if-none-match": known}
        answer = client.get("/static/a.css", headers=asked)
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == tag
    other = {"accept-encoding": encoding, "if-none-match": '"other"'}
    assert client.get("/static/a.css", headers=other).status_code == 200


def test_compressed_for_those_who_take_it_where_it_pays(client):
    with client.stream("GET", "/static/a.css", headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    plain = client.get("/static/a.css", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content == CSS
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    for taken in ("br, gzip;q=0.5", "GZIP", "gzip;q=1.0"):
        answer = client.get("/static/a.css", headers={"accept-encoding": taken})
        assert answer.headers["content-encoding"] == "gzip"
    for not_taken in ("gzip;q=0", "gzip; q=0.000", "br", "xgzip"):
        answer = client.get("/static/a.css", headers={"accept-encoding": not_taken})
        assert "content-encoding" not in answer.headers
    small = client.get("/static/b.js", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in small.headers


def test_head_says_the_same_without_content(client):
    plain = {"accept-encoding": "identity"}
    answer = client.head("/static/a.css", headers=plain)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(CSS)
    assert answer.content == b""


@pytest.mark.parametrize(
    "name",
    ["", "inner", "inner/e.css", "../a.css", "%2e%2e/a.css", "/etc/passwd", "A.CSS", "x.css"],
)
def test_nothing_else_is_there(client, name):
    assert client.get(f"/static/{name}").status_code == 404
    assert client.post("/static/a.css").status_code == 405


def test_a_file_that_is_named_by_its_content_is_kept_for_ever(tmp_path):
    content = b"wOF2" + bytes(200)
    own = hashlib.sha256(content).hexdigest()[:8]
    for name in (f"a.{own}.woff2", "a.00000000.woff2", f"{own}.woff2"):
        (tmp_path / name).write_bytes(content)
    client = TestClient(Starlette(routes=[Mount("/static", StaticFolder(tmp_path, "v1"))]))
    answer = client.get(f"/static/a.{own}.woff2")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in answer.headers, "compressed already"
    for name in ("a.00000000.woff2", f"{own}.woff2"):
        assert client.get(f"/static/{name}").headers["cache-control"] == "no-cache"


def test_a_folder_is_read_once_in_a_process(tmp_path):
    (tmp_path / "a.css").write_bytes(CSS)
    first, second = StaticFolder(tmp_path, "v1"), StaticFolder(tmp_path, "v2")
    assert first._files is second._files
