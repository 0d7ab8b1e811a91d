"""Every act that promises to end sign-ins ends them everywhere: at the service, at the house's parties, at those that registered."""

import re
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urljoin

import httpx
import psycopg
import pytest
from starlette.testclient import TestClient

import kazasu.identity
from kazasu.contracts.jpki.people import PersonChanged
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.sessions import end_card_sessions
from kazasu.identity.consents import store
from kazasu.identity.consents.service import READ, Links
from tests.identity.conftest import PERSON, World
from tests.identity.party import BANK, SHOP, Party

SELF = "sub-at-the-service-itself"


class Everywhere(World):
    """Rooms that speak to each other; the person is signed in at the service itself, the portal and a party."""

    def __init__(self, databases, clock):
        client = httpx.Client(transport=httpx.MockTransport(self._carried))
        outward = httpx.Client(transport=httpx.MockTransport(_nothing_inside))
        with (
            patch("kazasu.app.process.http_client", lambda *_, **__: client),
            patch("kazasu.app.process.outward_client", lambda *_, **__: outward),
        ):
            super().__init__(databases, clock, "portal")

    def _carried(self, request):
        browser = TestClient(self.street.application, follow_redirects=False)
        content, headers = request.content, request.headers.multi_items()
        headers = [(k, v) for k, v in headers if k != "content-length"]
        answer = browser.request(request.method, str(request.url), content=content, headers=headers)
        return httpx.Response(
            answer.status_code, headers=answer.headers.multi_items(), content=answer.content
        )

    def signed_in(self, address):
        """A browser of its own, whose tap let it in at this page."""
        self.browser = self.street.browser()
        answer = self.onward(
            self.browser, self.browser.get(address), self.directory.origin("terminal")
        )
        answer = self.onward(self.browser, self.tapped(answer))
        assert answer.status_code == 200, answer.text
        return self.browser

    @staticmethod
    def onward(browser, answer, stop="nowhere"):
        """Where the redirects end, or before the one that leads to ``stop``."""
        while answer.status_code == 303 and not answer.headers["location"].startswith(stop):
            answer = browser.get(urljoin(str(answer.url), answer.headers["location"]))
        return answer

    def post(self, browser, path):
        """Returns where the redirects end."""
        headers = {"origin": self.origin}
        return self.onward(browser, browser.post(f"{self.origin}{path}", headers=headers))


def _nothing_inside(request):
    """As in production: what others registered never leads to the house's own machines."""
    raise httpx.ConnectError("inside", request=request)


@pytest.fixture
def everywhere(databases, clock):
    return Everywhere(databases, clock)


def test_signing_out_everywhere_ends_every_browser_here_and_at_the_parties(everywhere):
    account, portal = f"{everywhere.origin}/account", everywhere.directory.origin("portal")
    at_portal, elsewhere = everywhere.signed_in(f"{portal}/accesses"), everywhere.signed_in(account)
    here = everywhere.signed_in(account)
    said = everywhere.post(here, "/account/sign-out-everywhere")
    assert "すべての端末からサインアウトしました" in said.text
    assert "民間のサービスは、20分以内に終わります" in said.text, "as the page that asked said"
    for browser in (here, elsewhere):
        assert browser.get(account).status_code == 303, "in the same act"
    assert here.get(f"{everywhere.origin}/signed-out-everywhere").headers["location"] == "/"
    everywhere.street.settle()
    assert at_portal.get(f"{portal}/accesses").status_code == 303


def test_signing_out_at_the_service_runs_the_whole_sign_out(everywhere, databases):
    browser = everywhere.signed_in(f"{everywhere.origin}/account")
    said = everywhere.post(browser, "/signout")
    assert said.url.path == "/signed-out"
    (onward,) = re.findall(r'class="button button-outline" href="([^"]+)"', said.text)
    assert browser.get(f"{everywhere.origin}{onward}").status_code == 200, "the first page opens"
    with psycopg.connect(databases.url("identity")) as connection:
        ((revoked,),) = connection.execute(
            "SELECT revoked_at FROM identity.authorization_grant"
        ).fetchall()
    assert revoked is not None


# ---------------------------------------------------------------- every act × every kind of party

ACTS = {
    "signing out everywhere": lambda p, links, me: links.sign_out_everywhere(me),
    "a lost card": lambda p, links, me: p.world.jpki.life.suspend("000000000000001"),
    "a death": lambda p, links, me: p.world.jpki_hears(PersonChanged(
        resident_record_code=PERSON, what="death", municipality_code="141003", at=p.clock.now())),
    "ending a consent": lambda p, links, me: links.end_consent(me, SHOP),
    "removing a link": lambda p, links, me: links.unlink(me, SHOP),
}  # fmt: skip
OF_ONE_PARTY = {"ending a consent", "removing a link"}


@pytest.fixture
def party(world, databases, tmp_path):
    made = Party(world, databases, tmp_path)
    made.know(BANK)
    made.know(SHOP)
    with made.admin() as connection:
        connection.execute(
            "UPDATE identity.client SET backchannel_logout_uri = 'https://shop.example/bye' WHERE client_id = %s",
            [SHOP],
        )
    return made


@pytest.mark.parametrize("act", ACTS)
def test_every_act_that_ends_sign_ins_ends_them_at_all_kinds_of_parties(world, party, act):
    world.login()  # at the portal, an hour and more ago: its grant is forgotten, its session is not
    me, links = world.reference(), _links(world)
    with party.admin() as connection:
        connection.execute(
            "INSERT INTO identity.subject (person_ref, sector, sub, since) VALUES (%s, 'identity', %s, now())",
            [me, SELF],
        )
        connection.execute(
            """INSERT INTO identity.web_session (tenant, id_hash, kind, subject, data, created_at, seen_at)
               VALUES ('', 'h', 'resident', 's', jsonb_build_object('card_subject', %s::text), %s, %s)""",
            [SELF, world.clock.now(), world.clock.now()],
        )
    world.later(hours=2)
    world.street.settle()
    ACTS[act](party, links, me)
    with patch.object(type(_deliveries(world)), "tick"):  # told to nobody: what waits is looked at
        world.street.settle()
    with party.admin() as connection:
        told = connection.execute(
            "SELECT client_id FROM identity.delivery WHERE kind = 'logout' AND sid = ''"
        ).fetchall()
        (own,) = connection.execute(
            "SELECT count(*) FROM identity.web_session WHERE subject = 's'"
        ).fetchone()
    everybody = {(SHOP,), ("portal",)}
    assert set(told) == ({(SHOP,)} if act in OF_ONE_PARTY else everybody)
    assert own == (1 if act in OF_ONE_PARTY else 0)


def _links(world):
    return Links(world.street.databases("identity"), _deliveries(world), lambda _: b"")


def _deliveries(world):
    return world.street.process.rooms["identity"].ticks["deliver"].__self__


def test_who_has_no_back_channel_is_named(world, party):
    left = _links(world).sign_out_everywhere(world.reference())
    assert [one.client_id for one in left] == [BANK]


def test_a_removed_link_comes_back_as_the_same_person(world, party):
    links, me = _links(world), world.reference()
    before = {one.sector: one.sub for one in _subjects(world, me)}
    links.unlink(me, SHOP)
    assert SHOP not in {one.party.client_id for one in links.of(me)}
    with pytest.raises(Refusal):
        links.unlink(me, SHOP)
    party.know(SHOP)
    assert {one.sector: one.sub for one in _subjects(world, me)} == before


def _subjects(world, me):
    access = READ.by("resident", subjects=(me,))
    return world.street.databases("identity").run(
        "test.links", lambda tx: store.links(tx, me), access=access
    )


def test_nothing_else_ends_sign_ins():
    """A further act that ends tokens and forgets the sessions would not be noticed by the walk above."""
    sources = Path(kazasu.identity.__file__).parent
    callers = {
        file.relative_to(sources).as_posix()
        for file in sources.rglob("*.py")
        if re.search(rf"\brevoke_grants\(|\b{end_card_sessions.__name__}\(", file.read_text())
    }
    assert callers == {"consents/store.py", "events/signed_in.py"}


# ---------------------------------------------------------------- one browser, several services


def _in(everywhere, browser, address):
    """The same browser signs in at another place, too."""
    answer = everywhere.onward(
        browser, browser.get(address), everywhere.directory.origin("terminal")
    )
    everywhere.browser = browser
    answer = everywhere.onward(browser, everywhere.tapped(answer))
    assert answer.status_code == 200, answer.text


def _out(everywhere, browser, origin):
    return everywhere.onward(browser, browser.post(f"{origin}/signout", headers={"origin": origin}))


def test_who_signs_out_at_one_service_is_asked_about_the_others_and_ends_them_in_one_press(
    everywhere,
):
    """On a shared terminal the next person opened the service's own pages, and ended a consent."""
    account = f"{everywhere.origin}/account"
    city = f"{everywhere.directory.origin('portal')}/accesses"
    elsewhere = everywhere.signed_in(account)
    browser = everywhere.signed_in(account)
    _in(everywhere, browser, city)
    said = _out(everywhere, browser, everywhere.origin)
    assert said.url.path == "/signed-in-here"
    assert browser.get(city).status_code == 200, "nothing is ended that was not asked for"
    assert "マイナポータル" in said.text or "ポータル" in said.text
    assert "サインアウトしました" in said.text, "what was asked for is done"
    done = everywhere.post(browser, "/signed-in-here")
    assert "終わらせています" in done.text
    everywhere.street.settle()
    assert browser.get(city).status_code == 303
    assert elsewhere.get(account).status_code == 200, "another browser's sign-in is another one"
    again = everywhere.post(browser, "/signed-in-here")
    assert "終わらせています" in again.text, "pressed twice"
    assert "ほかにサインインしていません" in browser.get(f"{everywhere.origin}/signed-in-here").text


def test_the_services_own_pages_end_with_a_sign_out_anywhere(everywhere):
    account, portal = f"{everywhere.origin}/account", everywhere.directory.origin("portal")
    browser = everywhere.signed_in(account)
    _in(everywhere, browser, f"{portal}/accesses")
    said = _out(everywhere, browser, portal)
    assert browser.get(account).status_code == 303
    assert said.url.path == "/signed-out", "nothing else is left to ask about"
    (lead,) = re.findall(r'class="lead">([^<]+)<', said.text)
    assert "からサインアウトしました" in lead
    assert f'href="{everywhere.origin}/signed-in-here"' in said.text


def test_what_another_browser_or_nobody_wrote_is_nothing(everywhere):
    portal = everywhere.directory.origin("portal")
    browser = everywhere.signed_in(f"{portal}/accesses")
    other = everywhere.street.browser()
    other.cookies.set("signed-in-here", "eyJhbGciOiJkaXIifQ..a.b.c")
    page = other.get(f"{everywhere.origin}/signed-in-here")
    assert (page.status_code, "ほかにサインインしていません" in page.text) == (200, True)
    everywhere.post(other, "/signed-in-here")
    everywhere.street.settle()
    assert browser.get(f"{portal}/accesses").status_code == 200


def test_each_tap_of_a_service_is_ended_with_it(everywhere, databases):
    """Signing in, and in again: the session that lasts is the last one's."""
    account, portal = f"{everywhere.origin}/account", everywhere.directory.origin("portal")
    browser = everywhere.signed_in(f"{portal}/accesses")
    for _ in range(8):
        _in(everywhere, browser, f"{portal}/signin?next=/accesses")
    assert (
        len(browser.cookies.get("signed-in-here", domain="id.localhost.local", default="")) < 3800
    )
    everywhere.post(browser, "/signed-in-here")
    everywhere.street.settle()
    assert browser.get(f"{portal}/accesses").status_code == 303
    assert browser.get(account).status_code == 303
