"""Other people's OpenID programs against a real server process: what they refuse, we got wrong.

A person of the sandbox plays the browser's part with a virtual card.
"""

import base64
import json
import shutil
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kazasu.contracts.identity import issuer_of
from tests.stories.conftest import country, person, stage  # noqa: F401 - fixtures
from tests.support.party import PASSWORD, PIN

FOREIGN = Path(__file__).parent.parent / "foreign"
APACHE_MODULE = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")


@pytest.fixture
def issuer(country):  # noqa: F811
    return issuer_of(country.directory.origin("identity"))


class Foreign:
    """A child process that says where the browser must go, and is told where it came back to."""

    def __init__(self, *command, cwd=FOREIGN, env=None):
        self.process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, who):
        """Until it is done; gives its facts."""
        timer = threading.Timer(90, self.process.kill)
        timer.start()
        try:
            for line in self.process.stdout:
                said = json.loads(line)
                if "done" in said:
                    return said["done"]
                self.process.stdin.write(came_back(who, said["visit"], said["does"]) + "\n")
                self.process.stdin.flush()
            raise AssertionError(self.process.stderr.read()[-3000:])
        finally:
            timer.cancel()
            self.process.kill()
            self.process.communicate()


def came_back(who, url, does):
    """Where the browser is in the end: at the party's address, which says 421 and is never read."""
    who.browser.get(url)
    if does == "authenticate":
        who.tap(pin=PIN)
    elif does == "sign":
        who.tap(password=PASSWORD)
    return who.browser.url


def node(name, *arguments):
    program = shutil.which("node")
    if program is None or not (FOREIGN / "node_modules").is_dir():
        pytest.skip("other people's programs are missing: run ./kazasu test once")
    return Foreign(program, f"{name}.mjs", *arguments)


@pytest.mark.parametrize("mode", ["plain", "strict"])
def test_openid_client(issuer, person, mode):  # noqa: F811
    facts = node("openid_client", issuer, mode).run(person("山田　颯太"))
    assert facts["client_id"].startswith("RP")
    assert facts["name"] == "山田　颯太"
    assert facts["type"] == ("dpop" if mode == "strict" else "bearer")
    assert (facts["refreshed"], facts["again"]) == (True, "invalid_grant")
    assert facts["same"]
    assert len(base64.b64decode(facts["signature"])) == 256
    assert urlsplit(facts["left"]).path == "/bye"
    assert facts["gone"] in ("OAUTH_WWW_AUTHENTICATE_CHALLENGE", "OAUTH_RESPONSE_IS_NOT_CONFORM")


@pytest.mark.parametrize("mode", ["plain", "strict"])
def test_oauth4webapi(issuer, person, mode):  # noqa: F811
    facts = node("oauth4webapi", issuer, mode).run(person("山田　颯太"))
    assert (facts["acr"], facts["amr"]) == ("aal3", ["hwk", "sc", "pin"])
    assert facts["name"] == "山田　颯太"
    assert facts["type"] == ("dpop" if mode == "strict" else "bearer")
    assert facts["birthdate"]
    assert facts["refreshed"]
    assert facts["bare"] == (401 if mode == "strict" else 200)
    assert facts["twice"] == "invalid_grant"
    assert urlsplit(facts["left"]).path == "/bye"
