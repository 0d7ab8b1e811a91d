"""Where there is no workshop, nothing of it is there: not in production, not where it was not asked for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kazasu.app.databases import NOT_IN_PRODUCTION, RoomDatabases
from kazasu.app.rooms import NOTHING_TO_ENTER, select
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from tests.identity.conftest import World
from tests.identity.registered_party import Party
from tests.support.databases import PASSWORD
from tests.support.street import Street

PATHS = (
    "/api/requests", "/api/conformance", "/integrators/requests", "/integrators/requests/x",
    "/integrators/faults", "/integrators/conformance", "/integrators/conformance/x",
    "/integrators/conformance/x/report.jws",
)  # fmt: skip
PROGRAM = """
import json, sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from starlette.testclient import TestClient

from kazasu.app.process import Process
from kazasu.app.rooms import select
from kazasu.app.web import web_application
from kazasu.foundation.time.clock import FixedClock
from kazasu.foundation.database import Database
from kazasu.foundation.database.jobs import Jobs
from kazasu.foundation.settings import read_settings

folder, url, now, password, *rooms = sys.argv[1:]
room = {"room": "identity", "role": "identity", "password": password}
clock = FixedClock(datetime.fromisoformat(now))
with_doors = Process(SimpleNamespace(
    settings=read_settings(data=Path(folder)), clock=clock, selection=select(rooms),
    databases={"identity": Database(url, clock=clock, size=2, **room)},
    jobs=lambda _: Jobs(url, **room), close=lambda: None,
))
browser = TestClient(web_application(with_doors), base_url="http://id.localhost:8000")
print(json.dumps({
    "mode": with_doors.settings.mode,
    "open": browser.get("/integrators").status_code,
    "lab": sorted(name for name in sys.modules if name.startswith("kazasu.lab")),
    "card": sorted(name for name in sys.modules if name.startswith("kazasu.card.client")),
}))
"""


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock, "lab")


@pytest.fixture(scope="module")
def outside(world, module_databases):
    """The same service, in production."""
    return Street(module_databases, world.clock, "identity", mode="production")


def test_identity_opens_in_production_without_a_line_of_the_workshop(world, module_databases):
    """In a process of its own, as a real one: nothing else has imported it."""
    arguments = (
        str(world.street.settings.data), module_databases.url("identity"),
        world.clock.now().isoformat(), PASSWORD, "identity",
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=os.environ | {"KAZASU_MODE": "production"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {"mode": "production", "open": 200, "lab": [], "card": []}


@pytest.mark.parametrize("path", PATHS)
def test_its_pages_are_nowhere_in_production(world, outside, path):
    inside, out = world.street.browser(), outside.browser()
    for method in ("GET", "POST"):
        assert out.request(method, f"{world.origin}{path}").status_code == 404
    statuses = {inside.request(m, f"{world.origin}{path}").status_code for m in ("GET", "POST")}
    assert statuses != {404}, "it is there where there is a workshop"


def test_a_registration_in_production_shows_no_way_into_it(world, outside):
    page = f"{world.origin}/integrators?lang=en"
    front, inside = (one.browser().get(page).text for one in (outside, world.street))
    assert "/integrators/register" in front
    assert "without a card for CI" in inside
    assert "without a card for CI" not in front
    party = Party(world)
    browser = outside.browser()
    browser.post(
        f"{world.origin}/integrators/signin", headers={"origin": world.origin},
        data={"client_id": party.client_id, "token": party.registration_token},
    )  # fmt: skip
    shown = browser.get(f"{world.origin}/integrators/client").text
    assert party.client_id in shown
    assert not [path for path in PATHS if path in shown]
    assert "authlib" not in shown


def test_the_floor_of_the_workshop_is_not_laid_in_production(tmp_path):
    settings = Settings(data=tmp_path, mode="production")
    with pytest.raises(Refusal) as refused:
        RoomDatabases(settings, _NoServer(), select(["lab", "identity"]), None)
    assert refused.value.fault in (NOT_IN_PRODUCTION,)
    assert refused.value.facts["room"] == "lab"


class _NoServer:
    def url(self):
        return "postgresql://nowhere.invalid/"


def test_the_workshop_alone_is_refused_with_what_to_name():
    with pytest.raises(Refusal) as refused:
        select(["lab"])
    assert refused.value.fault is NOTHING_TO_ENTER
    assert "identity lab" in refused.value.todo.en


def test_the_service_names_nothing_of_the_workshop():
    """By hooks alone: import-linter proves the imports, this the words that would go round it."""
    source = Path(__file__).parents[2] / "src" / "kazasu" / "identity"
    named = [path.name for path in source.rglob("*.py") if "kazasu.lab" in path.read_text("utf-8")]
    assert named == []
