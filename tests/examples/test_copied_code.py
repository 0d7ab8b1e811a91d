"""The code that integrators copy from their registration, each program run by the command beside it: it signs people in, tells
who stopped, and passes a conformance run at the addresses that the page fills in."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from joserfc.jwk import ECKey

from kazasu.cli.processes.countries import free_port
from kazasu.contracts.identity import issuer_of
from kazasu.foundation.http import http_client
from kazasu.lab.conformance import runs
from kazasu.lab.personas.model import FAULTS
from kazasu.lab.snippets import CHECK, LOGIN, PUSHES_AND_PROVES, snippets
from tests.support.programs import node, started

PROGRAMS = ("FastAPI", "Flask", "Django", "Node")
PLAYED = (
    "identity.stopped",
    "card.no-card",
    "card.wrong-pin",
    "card.locked",
    "identity.not-strong-enough",
)


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    monkeypatch.setattr(runs, "SLOW", 0.1)


@pytest.fixture
def copied(country, tmp_path):
    """``copied("Flask")``: registered, and the program of that name with its key in a folder of its own."""
    origin = country.directory.origin("identity")
    issuer, port = issuer_of(origin), free_port()
    key = ECKey.generate_key("P-256", auto_kid=True)
    home = f"http://127.0.0.1:{port}"

    def make(name, **more):
        sent = more | {
            "client_name": f"Copied {name}", "client_name#ja": "写した店", "scope": "openid name",
            "redirect_uris": [f"{home}/callback"], "jwks": {"keys": [key.as_dict(private=False)]},
        }  # fmt: skip
        with http_client(30) as http:
            told = http.post(f"{issuer}/clients-registrations/openid-connect", json=sent).json()
        client = SimpleNamespace(
            client_id=told["client_id"], redirect_uris=sent["redirect_uris"], scopes=["name"],
            strict=told["dpop_bound_access_tokens"],
        )  # fmt: skip
        (program,) = [one for one in snippets(client, issuer, origin) if one.name == name]
        (tmp_path / program.file).write_text(program.code, encoding="utf-8")
        (tmp_path / "kazasu-private-key.json").write_text(json.dumps(key.as_dict(private=True)))
        token = told["registration_access_token"]
        return SimpleNamespace(
            program=program, folder=tmp_path, home=home, origin=origin, token=token
        )

    return make


def command_of(one):
    """As it is printed, with our interpreter and packages."""
    first, *rest = shlex.split(one.program.run)
    if first == "node":
        return node(one.folder, *rest)
    return [sys.executable, *([] if first == "python" else ["-m", first]), *rest]


def running(one):
    return started(command_of(one), one.folder, one.home + CHECK)


def begun(browser, one, hint):
    """The answer that a login played so brings to the program."""
    start = browser.get(one.home + LOGIN)
    return browser.get(f"{start.headers['location']}&login_hint={hint};auto").headers["location"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_signs_in_tells_who_stopped_and_passes_a_run(copied, name, request):
    """Of the three on Authlib one is run against everything, with ``--deep`` all."""
    one = copied(name)
    with running(one) as log, http_client(30) as browser:
        assert browser.get(one.home + CHECK).status_code == 401
        answer = browser.get(begun(browser, one, "persona:yamada-sota"))
        assert answer.headers["location"] == CHECK, log.read_text()
        claims = browser.get(one.home + CHECK).json()
        assert (claims["acr"], claims["name"]) == ("aal3", "山田　颯太")
        browser.cookies.clear()
        for fault in PLAYED:
            assert fault in FAULTS
            told = browser.get(begun(browser, one, f"fault:{fault}"))
            assert told.status_code == 403, (fault, log.read_text())
            assert FAULTS[fault].error in told.text
            assert "href='/login'" in told.text, "and can try again"
        mixed_up = begun(browser, one, "persona:yamada-sota").replace("iss=", "iss=x")
        assert browser.get(mixed_up).status_code == 403
        assert browser.get(one.home + CHECK).status_code == 401
        if name not in ("FastAPI", "Node") and not request.config.getoption("--deep"):
            return
        report = browser.post(
            f"{one.origin}/api/conformance", timeout=120,
            json={"start_url": one.home + LOGIN, "check_url": one.home + CHECK},
            headers={"authorization": f"Bearer {one.token}"},
        ).json()["report"]  # fmt: skip
        wrong = [r for r in report["results"] if r["verdict"] not in ("passed", "not-applicable")]
        if name == "Node":  # openid-client leaves at_hash to whoever takes the token elsewhere
            wrong = [r for r in wrong if r["id"] != "at-hash-wrong"]
        assert wrong == [], "the code that we hand out is what we ask of others"


@pytest.mark.parametrize("name", sorted(PUSHES_AND_PROVES - {"curl"}))
def test_what_a_live_party_copies_pushes_and_proves(copied, name):
    one = copied(name, dpop_bound_access_tokens=True, require_pushed_authorization_requests=True)
    with running(one) as log, http_client(30) as browser:
        begins = browser.get(one.home + LOGIN).headers["location"]
        assert "request_uri=" in begins, log.read_text()
        assert "scope=" not in begins
        answer = browser.get(begun(browser, one, "persona:yamada-sota"))
        assert answer.headers["location"] == CHECK, log.read_text()
        assert browser.get(one.home + CHECK).json()["name"] == "山田　颯太"


def test_a_live_party_is_shown_no_code_that_cannot_work():
    strict = SimpleNamespace(client_id="c", redirect_uris=["https://rp.example/cb"], scopes=[], strict=True)  # fmt: skip
    found = {one.name: one.code for one in snippets(strict, "https://id.example/r", "https://id.example")}  # fmt: skip
    assert found.keys() == PUSHES_AND_PROVES
    assert "/protocol/openid-connect/auth" not in found["curl"], "it would be refused"


def test_the_lines_for_curl_print_the_answer(copied):
    one = copied("curl")
    if not all(map(shutil.which, ("bash", "curl", "openssl"))):
        pytest.skip("curl or openssl is missing")
    environment = {"PATH": os.environ["PATH"], "REGISTRATION_TOKEN": one.token}
    done = subprocess.run(
        ["bash", "-e", one.program.file], cwd=one.folder, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert f"{one.home}/callback?code=" in done.stdout, done
    assert '"endpoint":"auth"' in done.stdout.replace(" ", "")
