"""The frame of every page: who is signed in and since when, the way out, what the site says of itself."""

from datetime import timedelta

import pytest
from lxml import html
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from kazasu.exchange.street import street
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, get, post, public, signed_in
from kazasu.foundation.web.about import PAGES, About, Ties
from kazasu.foundation.web.acting import owner as owner_of_session
from tests.support.pages import TEMPLATES

OPEN, MINE = public("test"), signed_in("resident")
SAME = {"origin": "http://test.localhost:8000"}
ABOUT = About(
    does=Text("試します", "It tries things."),
    holds=Text("何も残しません", "It keeps nothing."),
    never=Text("何も届きません", "Nothing comes."),
    questions=((Text("なぜですか", "Why?"), Text("試すためです", "To try.")),),
)


class Pages:
    def __init__(self, site):
        self.site = site

    @get("/in", OPEN)
    def enter(self, request):
        given = (
            {"name": "佐藤　花子", "kana": "サトウ　ハナコ"}
            if "name" in request.query_params
            else {}
        )
        self.site.sign_in(request, kind="resident", subject="hanako", data=given)
        return self.site.redirect("/mine")

    @get("/mine", MINE)
    def mine(self, request):
        return self.site.render(request, "mine.html")

    @post("/signout", OPEN)
    def leave(self, request):
        return self.site.signed_out(request, "/mine")


@pytest.fixture
def client(clock, tmp_path):
    site = Site(
        room="portal", name=Text("試験", "Test"), templates=TEMPLATES,
        settings=Settings(data=tmp_path), clock=clock, about=ABOUT, ties=Ties(lost_phone="http://phone.test/lost"),
    )  # fmt: skip
    site.sign_outs[""] = "/signout"
    site.enter(Pages(site))
    with TestClient(site.app(), base_url="http://test.localhost:8000") as opened:
        yield opened


def text(answer, path):
    return " ".join(
        " ".join(one.text_content() for one in html.fromstring(answer.text).xpath(path)).split()
    )


def test_the_person_is_named_in_both_languages(client):
    client.get("/in?name=1")
    assert text(client.get("/mine?lang=ja"), "//*[@class='site-person-name']").endswith(
        "佐藤　花子".replace("　", " ")
    )
    page = client.get("/mine?lang=en")
    assert "Sato Hanako" in text(page, "//*[@class='site-person-name']")
    assert html.fromstring(page.text).xpath("//*[@class='site-person-name']//*[@lang='ja']")


@pytest.mark.parametrize("words", ["ja", "easy", "en"])
def test_help_says_what_to_do_where_and_by_which_number(client, words):
    """Of a lost card, a lost phone, a PIN that is not known, and signing out: each has an address that searches lead to."""
    page = client.get(f"/about/help?lang={words}")
    tree = html.fromstring(page.text)
    led_to = ["lost-card", "lost-phone", "pin", "leaving"]
    assert [one.get("id") for one in tree.xpath("//h2[@id]")] == led_to
    assert "0120-000-000" in page.text
    assert tree.xpath("//a[@href='http://phone.test/lost']")


def test_who_has_no_name_here_is_signed_in_all_the_same(client):
    client.get("/in")
    assert text(client.get("/mine?lang=en"), "//*[@class='site-person-name']") == "Signed in"


def test_the_sign_in_before_this_one_is_told(client, clock):
    assert not text(client.get("/in"), "//*[@class='site-person-last']")
    first = clock.now()
    clock.advance(timedelta(days=2))
    client.get("/in")
    told = text(client.get("/mine?lang=ja"), "//*[@class='site-person-last']")
    assert f"{first.month}月" in told


def test_sign_out_is_told_once_wherever_the_browser_comes_back(client):
    client.get("/in")
    answer = client.post("/signout", headers=SAME)
    assert "サインアウトしました" in answer.text or "You are signed out" in answer.text
    assert answer.url.path == "/signed-out"
    again = client.get(str(answer.url))
    assert again.url.path == "/signed-out", "refresh and the switch of language keep the state"
    assert client.get("/mine", follow_redirects=False).headers["location"].startswith("/signin")


def test_whoever_is_signed_in_is_never_told_otherwise(client):
    client.get("/in")
    assert client.get("/signed-out?next=/mine").url.path == "/mine"


def test_the_page_of_signing_out_leads_nowhere_else(client):
    page = html.fromstring(client.get("/signed-out?next=https://evil.test/").text)
    assert page.xpath("//main//a/@href") == ["/"]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_what_the_site_says_of_itself(client, page, language):
    answer = client.get(f"/about/{page}?lang={language}")
    assert answer.status_code == 200
    title = PAGES[page].to(language)
    assert text(answer, "//h1") == title
    here = html.fromstring(answer.text).xpath("//footer//a[@aria-current='page']")
    assert [one.text_content() for one in here] == [title]
    if page == "privacy":
        assert ABOUT.holds.to(language) in answer.text
    if page == "help":
        assert ABOUT.questions[0][0].to(language) in answer.text


def test_another_page_on_itself_there_is_not(client):
    assert client.get("/about/nothing").status_code == 404


def test_every_institution_says_what_it_keeps_and_what_it_does_not_learn():
    assert [one.id for one in street() if one.about is None] == []


class Steps:
    """Somebody's step, whose session ends before they send it; and whoever signs in then, led on as the kit does."""

    def __init__(self, site):
        self.site = site

    @get("/step", MINE)
    def step(self, request):
        kept = request.state.kept
        said = kept.refusal.fault.code if kept.refusal else "nothing"
        return PlainTextResponse(
            f"{request.state.session.subject}: {said}, {kept.values.get('block', '')}"
        )

    @post("/step", MINE)
    def take(self, request):
        request.state.typed = {"block": [str(request.state.form["block"])]}
        return self.site.redirect("/mine")

    @get("/signin", OPEN)
    def begin(self, request):
        return PlainTextResponse(request.query_params["next"])

    @get("/as", OPEN)
    def enter(self, request):
        self.site.sign_in(request, kind="resident", subject=request.query_params["who"], data={})
        return self.site.redirect(self.site.onward(request, request.query_params["next"], "/mine"))


@pytest.fixture
def steps(clock, tmp_path):
    site = Site(
        room="portal", name=Text("試験", "Test"), templates=TEMPLATES,
        settings=Settings(data=tmp_path), clock=clock, sign_in_path="/signin",
    )  # fmt: skip
    site.enter(Steps(site))
    site.enter(Pages(site))
    with TestClient(site.app(), base_url="http://test.localhost:8000") as opened:
        yield opened


def _ended_at_a_step(steps):
    """Where who signs in next would be led on to."""
    steps.get("/as?who=hanako&next=/step", follow_redirects=False)
    owner = owner_of_session("", "resident", "hanako")
    steps.cookies.clear()  # as a session that ended by itself
    form = {"block": "1-2", "_owner": owner, "_page": "/step"}
    return steps.post("/step", data=form, headers=SAME).text


def test_whoever_signs_in_next_does_not_land_on_anothers_step(steps):
    onward = _ended_at_a_step(steps)
    assert onward.startswith("/step?kept=")
    landed = steps.get("/as", params={"who": "emi", "next": onward}, follow_redirects=False)
    assert landed.headers["location"] == "/mine", "their own first page"
    assert steps.get(onward).text == "emi: nothing, ", "nor by the address itself"


def test_who_comes_back_is_told_at_their_step_what_was_not_done(steps):
    onward = _ended_at_a_step(steps)
    landed = steps.get("/as", params={"who": "hanako", "next": onward})
    assert landed.text.startswith("hanako: web.session-ended")


def test_a_page_that_is_looked_at_again_is_gone_on_to_without_what_was_kept(steps):
    """Reloaded after the session ended: the page is nobody's, and what was kept for it is gone."""
    onward = steps.get("/step?kept=abc&q=1").text
    assert onward == "/step?q=1"
    landed = steps.get("/as", params={"who": "emi", "next": onward}, follow_redirects=False)
    assert landed.headers["location"] == "/step?q=1"
