"""The relying parties that integrators copy, each started as its README says and used by a person with a card."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey

from kazasu.cli.processes.countries import free_port
from kazasu.contracts.identity import issuer_of
from tests.support.party import PASSWORD, PIN
from tests.support.programs import node, started

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ("flask", "fastapi", "django", "node")
NAME = "山田　颯太"


def command_of(name, folder):
    if name != "node":
        return [sys.executable, str(ROOT / "examples" / name / "app.py")]
    shutil.copy(ROOT / "examples" / "node" / "app.mjs", folder)
    return node(folder, str(folder / "app.mjs"))


def running(name, folder, country, port):
    """The example as a child process, until it answers."""
    issuer = issuer_of(country.directory.origin("identity"))
    home = f"http://127.0.0.1:{port}/"
    return started(command_of(name, folder), folder, home, PORT=str(port), ISSUER=issuer)


@pytest.mark.parametrize("name", ["flask", "node"])
def test_where_no_country_answers_it_says_where_it_looked(name, tmp_path):
    own = {"PATH": os.environ["PATH"], "ISSUER": f"http://127.0.0.1:{free_port()}/api/realms/main"}
    command = command_of(name, tmp_path)
    ended = subprocess.run(
        command, cwd=tmp_path, env=own, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 1
    assert f"No country answers at {own['ISSUER']}" in ended.stderr


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_person_signs_in_and_signs(country, person, name, tmp_path):
    sota = person(NAME)
    port = free_port()
    with running(name, tmp_path, country, port) as log:
        sota.browser.get(f"http://127.0.0.1:{port}/").click("Sign in with your card")
        assert sota.browser.page is not None, log.read_text()
        sota.tap(pin=PIN)
        assert sota.browser.has("Hello, 山田 颯太."), log.read_text()
        me = f"http://127.0.0.1:{port}/me"  # what a conformance run looks at
        assert sota.browser.client.get(me).status_code == 200
        assert httpx.get(me).status_code in (302, 303)
        sota.browser.press("Sign the contract")
        sota.tap(password=PASSWORD)
        assert sota.browser.has("Signed: "), log.read_text()
    assert (tmp_path / "relying-party.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_who_stops_or_is_somebody_else_is_told_so(country, person, name, tmp_path):
    sota, other = person(NAME), person("加藤　洋子")
    port = free_port()
    with running(name, tmp_path, country, port):
        stopped = other.browser.get(f"http://127.0.0.1:{port}/login")
        stopped.press("Stop")
        assert stopped.has("Not confirmed: access_denied")
        forged = stopped.get(
            f"http://127.0.0.1:{port}/callback?code=x&state=y&iss=https://evil.test"
        )
        assert not forged.has("Hello")
        sota.browser.get(f"http://127.0.0.1:{port}/login")
        sota.tap(pin=PIN)
        sota.browser.press("Sign the contract")
        sota.card = "佐藤　花子"
        sota.tap(password=PASSWORD)
        assert sota.browser.has("Another person's card signed")
    kept = (tmp_path / "relying-party.json").read_bytes()
    with running(name, tmp_path, country, port):
        assert (tmp_path / "relying-party.json").read_bytes() == kept


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_the_service_refuses_is_shown_with_its_reason(country, person, name, tmp_path):
    """As after ``./kazasu clock``, when every assertion has expired; here another key signs them."""
    sota = person(NAME)
    port = free_port()
    kept = tmp_path / "relying-party.json"
    with running(name, tmp_path, country, port):
        pass
    document = json.loads(kept.read_text())
    other = ECKey.generate_key("P-256").as_dict(private=True)
    document["key"] |= {part: other[part] for part in ("x", "y", "d")}
    kept.write_text(json.dumps(document))
    with running(name, tmp_path, country, port) as log:
        sota.browser.get(f"http://127.0.0.1:{port}/login")
        sota.tap(pin=PIN)
        assert sota.browser.has("invalid_client"), log.read_text()
        assert sota.browser.has("the assertion does not verify with the registered key")
