"""Every page of every room says who may open it, and nobody else can (design, part 3, rule 9)."""

import pytest
from starlette.routing import Route

from kazasu.exchange.street import street
from kazasu.foundation.web.site import DeclaredRoute
from tests.support.pages import followed
from tests.support.street import Street

BEGIN = {(one.schema, kind): path for one in street() for kind, path in one.sessions.items()}
"""Where a room's sessions of a kind begin, as its institution declares."""


@pytest.fixture(scope="module")
def opened(module_databases):
    return Street(module_databases, module_databases.clock)


@pytest.fixture(scope="module")
def routes(opened):
    """``(room, host, declared)`` of all pages; the declaration sits in the endpoint's closure."""
    found = []
    for name, room in opened.process.rooms.items():
        host = next(e.host for e in opened.directory if room.hosts(e.host))
        for route in room.app.routes:
            if not isinstance(route, Route) or route.path == "/healthz":
                continue
            declared = [
                cell.cell_contents
                for cell in route.endpoint.__closure__ or ()
                if isinstance(cell.cell_contents, DeclaredRoute)
            ]
            found.append((name, host, route, declared))
    return found


def kinds(room):
    return {kind for name, kind in BEGIN if name == room}


def test_every_page_declares_its_access(routes):
    assert len(routes) > 60
    silent = [f"{room}{route.path}" for room, _, route, declared in routes if len(declared) != 1]
    assert silent == []
    for room, _, route, (declared,) in routes:
        assert declared.access.kind in kinds(room) | {""}, f"{room}{route.path}"
        assert declared.access.reason.strip(), f"{room}{route.path}: why is it public?"


def test_nobody_opens_a_page_that_needs_a_sign_in(opened, routes):
    browser = opened.browser()
    tried = 0
    for room, host, route, (declared,) in routes:
        if not declared.access.kind:
            continue
        path = route.path
        for name in route.param_convertors:
            path = path.replace("{" + name + "}", "MV-00000000")
        origin = f"http://{host}:8000"
        for method in declared.methods:
            tried += 1
            answer = browser.request(method, origin + path, headers={"origin": origin})
            if declared.script:
                assert answer.json()["code"] == "web.signed-out", path
            else:
                assert answer.status_code == 303, (path, answer.status_code)
                begin = BEGIN[room, declared.access.kind]
                assert answer.headers["location"].startswith(f"{begin}?next=")
    assert tried > 30


def test_forms_from_elsewhere_are_refused_everywhere(opened, routes):
    browser = opened.browser()
    for _, host, route, (declared,) in routes:
        if "POST" not in declared.methods or declared.api:
            continue
        path = route.path
        for name in route.param_convertors:
            path = path.replace("{" + name + "}", "x")
        answer = browser.post(f"http://{host}:8000{path}", headers={"origin": "http://evil.test"})
        assert "web.wrong-origin" in answer.text, path


def test_every_post_answers_with_a_redirect(opened, routes):
    """Whatever is sent to it: nothing, or every field of the form that it reads, filled with nonsense (design §3.14)."""
    browser, tried = opened.browser(), 0
    for _, host, route, (declared,) in routes:
        if declared.api or "POST" not in declared.methods:
            continue
        assert declared.methods == ("POST",), f"{route.path}: looking and acting are two pages"
        path = route.path
        for name in route.param_convertors:
            path = path.replace("{" + name + "}", "MV-00000000")
        origin = f"http://{host}:8000"
        for data in ({}, {"_page": "/", "request": "x", "version": "x", "pin": "1234"}):
            tried += 1
            answer = browser.post(origin + path, data=data, headers={"origin": origin})
            if declared.script:
                assert answer.headers["content-type"] == "application/problem+json", path
            else:
                assert answer.status_code == 303, (path, answer.status_code)
                assert not answer.content, path
                assert "1234" not in answer.headers["location"]
                page = followed(browser, answer).text
                assert "web.unexpected" not in page, f"{path}: what it does ends in a redirect"
    assert tried > 100


def test_every_address_that_is_listed_opens(opened):
    """``up`` and the sandbox's first page list every institution: whoever clicks finds what it is, in both languages."""
    browser = opened.browser()
    for entry in opened.directory:
        for language in ("ja", "en"):
            answer = followed(browser, browser.get(f"{entry.origin}/?lang={language}"))
            assert answer.status_code == 200, entry.origin
