"""Whatever a page of a desk does is done by somebody who works there: the site says so to each of them, by nobody's hand."""

from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from kazasu.foundation.actions import Action
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, get, post, public, signed_in
from kazasu.foundation.web.access import DESK

SAME = {"origin": "http://test.localhost:8000"}
OWN = Action(
    name="room.own.read", who=("resident",), purpose=Text("試験", "Test"), role="", reasoned=False,
    shows="asked", why="", itself="",
)  # fmt: skip


class Pages:
    def __init__(self, site):
        self.site = site

    @get("/in/{kind}", public("test"))
    def sign_in(self, request):
        self.site.sign_in(request, kind=request.path_params["kind"], subject="a", data={})
        return PlainTextResponse("in")

    @get("/desk", signed_in(DESK))
    def looks_at_the_desk(self, _):
        return self.acts()

    @post("/desk", signed_in(DESK))
    def acts_at_the_desk(self, _):
        self.acts()
        return self.site.redirect("/in/staff")

    @get("/own", signed_in("resident"))
    def looks_at_ones_own(self, _):
        return self.acts()

    @post("/own", signed_in("resident"))
    def acts_on_ones_own(self, _):
        self.acts()
        return self.site.redirect("/in/resident")

    @staticmethod
    def acts():
        return PlainTextResponse(OWN.by("resident", subjects=("a",)).actor)


@pytest.fixture
def client(clock):
    site = Site(
        room="portal", name=Text("試験", "Test"), templates=Path(__file__).parent / "templates",
        settings=Settings(), clock=clock,
    )  # fmt: skip
    site.enter(Pages(site))
    return TestClient(site.app(), base_url="http://test.localhost:8000", follow_redirects=False)


def shown(client, path):
    """A look, and what a form of the page led to."""
    looked = client.get(path)
    sent = client.post(path, data={"_page": path}, headers=SAME)
    return looked, client.get(sent.headers["location"])


@pytest.mark.told_of_faults
def test_no_page_of_a_desk_acts_as_a_resident(client):
    client.get("/in/staff")
    for answer in shown(client, "/desk"):
        assert answer.status_code == 500
        assert "resident" not in answer.text, "nothing of it is shown"


def test_a_residents_own_page_does(client):
    client.get("/in/resident")
    looked, sent = shown(client, "/own")
    assert (looked.status_code, looked.text) == (200, "resident")
    assert (sent.status_code, sent.text) == (200, "in")
