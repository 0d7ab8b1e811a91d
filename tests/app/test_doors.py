"""The whole house from outside: which institution a name opens, and that no door forgets the gate (faults.md F3, F10)."""

import base64

import pytest
from tests.structure.test_any_request import declared_of
from tests.support.street import Street

from kazasu.foundation.web.edge import bounds

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def street(module_databases):
    return Street(
        module_databases, module_databases.clock,
        "identity", "jpki", "portal", "bank", "pay", "terminal", "phone",
    )  # fmt: skip


@pytest.fixture
def browser(street):
    return street.browser()


def origin(street, institution):
    return street.directory.origin(institution)


@pytest.mark.parametrize(
    "host",
    ["portal.localhost", "PORTAL.localhost:8000", "portal.localhost.", "Portal.LocalHost.:1"],
)
def test_a_name_means_the_same_in_any_spelling(browser, host):
    assert browser.get("/healthz", headers={"host": host}).json()["room"] == "portal"


@pytest.mark.parametrize(
    "host", [b"\xff\xfe", b"", b":8000", b"evil.localhost", b"portal.localhost.evil", b"[::1]:1"]
)
def test_another_name_is_nobodys(browser, host):
    answer = browser.get("/healthz", headers={b"host": host})
    assert answer.status_code == 421
    assert answer.json()["code"] == "web.unknown-host"
    page = browser.get("/healthz", headers={b"host": host, b"accept": b"text/html"})
    assert "この名前の機関はここにありません" in page.text
    assert "No institution has this name here" in page.text


@pytest.mark.parametrize("host", ["portal.localhost", "id.localhost", "nobody.localhost"])
def test_every_door_has_its_limit(browser, host, monkeypatch):
    monkeypatch.setattr(bounds, "LINGER_SECONDS", 0.01)
    for path, most in (("/", 1_000_000), ("/nowhere", 1_000_000), ("/static/kit/kit.css", 1_000_000),
                       ("/exchange/letters", 4_000_000), ("/exchange/inquiries", 4_000_000)):  # fmt: skip
        for method in ("POST", "GET", "DELETE"):
            body = (b"x" * 100_000 for _ in range(most // 100_000 + 1))
            answer = browser.request(method, path, headers={"host": host}, content=body)
            assert answer.status_code == 413, (path, method)
            answer = browser.request(method, path, headers={"host": host}, content=b"x" * most)
            assert answer.status_code != 413, (path, method)


@pytest.mark.parametrize(
    ("institution", "path"),
    [
        ("terminal", "/tap/cancel?tap=%00"),
        ("terminal", "/tap/%00"),
        ("phone", "/phone/%00"),
        ("pay", "/age/request/%00"),
        ("identity", "/tap/cancel?tap=%00"),
    ],
)
def test_nul_opens_no_incident(street, browser, institution, path):
    assert browser.get(origin(street, institution) + path).status_code < 500


def test_json_without_end_opens_no_incident(street, browser):
    tried = 0
    for name, room in street.process.rooms.items():
        for declared in declared_of(room):
            if "POST" in declared.methods and "{" not in declared.path:
                address = origin(street, name) + declared.path
                for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
                    own = {"content-type": kind, "origin": origin(street, name)}
                    answer = browser.post(address, content=b"[" * 3000, headers=own)
                    assert answer.status_code < 500 or answer.status_code == 503, declared.path
                    tried += 1
    assert tried > 90


def test_a_token_without_bottom_opens_no_incident(street, browser):
    """Where no gate looks: nested inside a signed text."""
    part = base64.urlsafe_b64encode(b'{"a":' + b"[" * 100_000).decode().rstrip("=")
    token = f"{part}.{part}.x"
    tried = 0
    for declared in declared_of(street.process.rooms["identity"]):
        address = origin(street, "identity") + declared.path
        if "{" not in declared.path:
            fields = {"client_assertion": token, "request": token, "client_assertion_type": "x",
                      "logout_token": token, "token": token, "code": token}  # fmt: skip
            own = {"authorization": f"DPoP {token[:9000]}", "dpop": token[:9000]}
            for method in declared.methods:
                answer = browser.request(method, address, data=fields, headers=own)
                assert answer.status_code < 500, (method, declared.path)
                tried += 1
    assert tried > 20
