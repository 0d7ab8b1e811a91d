"""A journey and a case over HTTP: any order, refresh, two tabs, changed answers, forbidden events."""

from urllib.parse import urlsplit

import pytest
from lxml import html
from pydantic import BaseModel
from starlette.testclient import TestClient

from kazasu.foundation.procedures.states import Event, State, Table, Turn
from kazasu.foundation.procedures.steps import REVIEW, Journey, Step
from kazasu.foundation.text import Text
from kazasu.foundation.web.cases import CasePages
from kazasu.foundation.web.journey import JourneyPages
from tests.support.centre import open_centre
from tests.support.pages import TEMPLATES, followed
from tests.support.street import Street

HERE = "http://portal.localhost:8000"
PURPOSE = {"purpose": "meeting", "people": "5"}
DAY = {"day-year": "2026", "day-month": "11", "day-day": "24"}
FRIDAY = DAY | {"day-day": "27"}


class Tab:
    """One page in a browser; ``send`` sends its form as it was drawn."""

    def __init__(self, client, path):
        self._client = client
        self._take(followed(client, client.get(HERE + path)))

    def _take(self, answer):
        self.answer, self.path = answer, urlsplit(str(answer.url)).path
        self.page = html.fromstring(answer.text)
        self.text = " ".join(self.page.text_content().split())

    def form(self, action=""):
        forms = self.page.forms if action else [f for f in self.page.forms if f.get("id")]
        return next(form for form in forms if form.action.endswith(action))

    def send(self, *, to="", **fields):
        form = self.form(to)
        given = dict(form.form_values()) | {k.replace("__", "-"): v for k, v in fields.items()}
        sent = self._client.post(HERE + form.action, data=given, headers={"origin": HERE})
        assert sent.status_code == 303
        self._take(followed(self._client, sent))
        return self

    def fill(self, fields):
        return self.send(**fields)

    @property
    def fault(self):
        return "".join(self.page.xpath("//*[@class='fault-code']/code/text()"))

    @property
    def buttons(self):
        return self.page.xpath(
            "//main//form[starts-with(@action, '/')]//button[contains(@class, 'button')]/text()"
        )


@pytest.fixture
def opened(databases, clock):
    street = Street(databases, clock, "portal")
    site, centre = open_centre(databases, street, clock, TEMPLATES)
    made = TestClient(
        site.app(), base_url=HERE, follow_redirects=False, headers={"accept-language": "en"}
    )
    made.get(f"{HERE}/in")
    with made:
        yield made, centre


@pytest.fixture
def tab(opened):
    return lambda path="/lend": Tab(opened[0], path)


def answered(tab):
    """At the review, by the shortest way."""
    return tab().fill(PURPOSE).fill(DAY).send(hall="tea").send(phone="090")


def test_from_the_first_question_to_the_case(tab):
    one = tab()
    assert one.path == "/lend/purpose"
    assert "Step 1 / 5" in one.text
    one.fill(PURPOSE)
    assert (one.path, "Step 2 / 5" in one.text, "Closed on Sundays." in one.text) == (
        "/lend/day",
        True,
        True,
    )
    one.fill(DAY).send(hall="hall", extras=["piano"])
    assert one.path == "/lend/contact"
    one.send(phone="090")
    assert one.path == "/lend/review"
    said = ["".join(dd.itertext()).partition(" Change")[0] for dd in one.page.xpath("//dd")]
    assert said == ["A meeting", "5", "Tuesday 24 November 2026", "The hall", "Piano", "090", "No"]
    assert one.page.xpath("//dd/a/@href")[2] == "/lend/day"
    one.send()
    assert one.path.startswith("/lent/")
    assert "You asked for a room" in one.text
    assert tab().path == "/lend/purpose", "the draft is gone"


def test_a_branch_is_asked_where_it_is_meant(tab):
    one = tab().fill(PURPOSE | {"purpose": "class"})
    assert (one.path, "Step 2 / 6" in one.text) == ("/lend/teacher", True)
    one.send(teacher="Sato")
    assert one.path == "/lend/day"


def test_any_order_leads_to_the_first_question_that_is_missing(tab):
    assert tab("/lend/hall").path == "/lend/purpose"
    assert tab("/lend/contact").send(phone="1").path == "/lend/purpose"
    assert tab("/lend/day").fill(DAY).path == "/lend/purpose"
    assert tab("/lend/review").path == "/lend/purpose"
    assert tab().fill(PURPOSE).path == "/lend/hall"
    assert tab("/lend/hall").send(hall="tea").path == "/lend/review"


def test_an_answer_that_was_not_asked_for_yet_is_not_taken(opened, tab):
    client, _ = opened
    mark = tab("/lend/contact").form().form_values()
    for path, data in (("hall", {"hall": "tea"}), ("teacher", {"teacher": "x"})):
        answer = client.post(
            f"{HERE}/lend/{path}", data=dict(mark) | data, headers={"origin": HERE}
        )
        assert followed(client, answer).status_code == 200
    assert tab("/lend/review").path == "/lend/purpose"


def test_what_is_not_offered_is_not_taken(tab):
    one = tab().fill(PURPOSE | {"people": "7"}).fill(DAY)
    assert one.page.xpath("//input[@type='radio']/@value") == ["hall"]
    one.page.xpath("//input[@type='radio']")[0].set("value", "tea")
    assert "Room: Please choose again" in one.send(hall="tea").text
    one.send(hall="hall", extras=["piano", "elephant"])
    assert "To borrow: Please choose again" in one.text
    assert one.send(hall="hall", extras=["piano"]).path == "/lend/contact"


def test_what_only_the_step_finds_wrong_stands_beside_its_field(tab):
    one = tab().fill(PURPOSE).fill(DAY | {"day-day": "29"})
    assert (one.path, "The day: The centre is closed on Sundays" in one.text) == ("/lend/day", True)


def test_a_change_from_the_review_comes_back_to_it(tab):
    answered(tab)
    one = tab("/lend/contact")
    assert one.page.xpath("//div[@class='actions']/a/@href") == ["/lend/review"]
    one.send(phone="080")
    assert (one.path, "080" in one.text, "taken back" in one.text) == ("/lend/review", True, False)


def test_a_changed_answer_takes_back_what_stood_on_it_and_says_so(opened, tab):
    answered(tab)
    one = tab("/lend/day").fill(FRIDAY)
    assert one.path == "/lend/hall"
    assert "With your change these answers were taken back Room" in one.text
    assert not one.page.xpath("//input[@checked]"), "the old room is not offered as chosen"
    assert opened[1].drafts.taken_back == ["hall"]
    again = one._client.get(str(one.answer.url) + "&lang=ja")
    assert "次の答えを取り消しました" in again.text
    assert "部屋" in again.text
    assert tab("/lend/review").path == "/lend/hall"
    assert one.send(hall="tea").path == "/lend/review"


def test_the_tab_that_saw_less_overwrites_nothing_and_says_so(tab):
    answered(tab)
    old, new = tab("/lend/contact"), tab("/lend/contact")
    new.send(phone="111")
    old.send(phone="222")
    assert (old.path, old.fault) == ("/lend/contact", "states.changed-meanwhile")
    assert "111" in tab("/lend/review").text
    assert old.page.xpath("//input[@name='phone']/@value") == ["222"], "nothing typed is lost"
    assert "222" in old.send().text, "now it was shown"


def test_what_an_answer_stands_on_counts_and_another_question_does_not(tab):
    answered(tab)
    hall, contact = tab("/lend/hall"), tab("/lend/contact")
    tab("/lend/day").fill(FRIDAY)
    assert contact.send(phone="333").path == "/lend/hall"
    assert hall.send(hall="tea").fault == "states.changed-meanwhile"
    assert tab("/lend/review").path == "/lend/hall"


def test_an_error_does_not_make_an_old_tab_new(tab):
    answered(tab)
    old = tab("/lend/day")
    tab("/lend/day").fill(FRIDAY)
    assert old.fill(DAY | {"day-month": "x"}).fault == "states.changed-meanwhile"


def test_the_review_sends_what_it_shows(opened, tab):
    answered(tab)
    old = tab("/lend/review")
    tab("/lend/contact").send(phone="444")
    old.send()
    assert (old.path, old.fault) == ("/lend/review", "states.changed-meanwhile")
    assert "444" in old.text
    assert old.send().path.startswith("/lent/")


def test_enter_pressed_twice_does_it_once(opened, tab):
    one, same = tab(), tab()
    one.fill(PURPOSE)
    assert same.fill(PURPOSE).fault == ""
    assert same.path == "/lend/day"
    review = answered_from(same)
    again = tab("/lend/review")
    case = review.send().path
    assert again.send().path == case
    assert again.fault == ""


def answered_from(one):
    return one.fill(DAY).send(hall="tea").send(phone="090")


def test_a_draft_that_ended_elsewhere_takes_no_more_answers(tab):
    answered(tab)
    old = tab("/lend/contact")
    assert (
        tab("/lend/review").send(to="/discard").answer.status_code == 404
    )  # this site has no first page
    assert old.send(phone="555").fault == "states.changed-meanwhile"
    assert old.path == "/lend/contact"
    assert tab().path == "/lend/purpose"


def test_a_review_that_was_sent_deletes_no_other_draft(tab):
    answered(tab)
    old = tab("/lend/review")
    tab("/lend/review").send()
    tab("/lend/contact").send(phone="777")
    assert old.send(to="/discard").fault == "states.changed-meanwhile"
    assert tab("/lend/contact").page.xpath("//input[@name='phone']/@value") == ["777"]


def test_a_draft_is_of_one_person(opened, tab):
    answered(tab)
    opened[0].get(f"{HERE}/in?who=taro")
    assert tab("/lend/review").path == "/lend/purpose"


def test_two_who_answer_in_the_same_instant_do_not_overwrite_each_other(opened, tab):
    _, centre = opened
    answered(tab)
    one, load = tab("/lend/contact"), centre.drafts.load

    def overtaken(person):
        found = load(person)
        centre.drafts.save(person, found, [])
        return found

    centre.drafts.load = overtaken
    sent = one.form()
    values = dict(sent.form_values()) | {"phone": "666"}
    answer = one._client.post(HERE + sent.action, data=values, headers={"origin": HERE})
    centre.drafts.load = load
    assert "states.changed-meanwhile" in followed(one._client, answer).text
    assert "666" not in tab("/lend/review").text


# ---------------------------------------------------------------- the case


@pytest.fixture
def lent(opened, tab):
    """A case as the clerk and the resident see it."""
    case = answered(tab).send().path.removeprefix("/lent/")

    def page(by):
        opened[0].get(f"{HERE}/in?kind={'staff' if by == 'clerk' else 'resident'}")
        return tab(f"/{'desk' if by == 'clerk' else 'lent'}/{case}")

    return page


def test_a_case_shows_where_it_stands_whose_turn_it_is_and_what_can_be_done(lent):
    mine = lent("resident")
    assert ("You asked for a room" in mine.text, "Next to act: the staff" in mine.text) == (
        True,
        True,
    )
    assert mine.buttons == ["Withdraw"]
    desk = lent("clerk")
    assert "It is your turn" in desk.text
    assert desk.buttons == ["Lend it", "Ask", "Refuse", "Withdraw"]
    desk.send(to="/ask")
    assert ("asked a question" in desk.text, desk.buttons) == (True, ["Withdraw"])
    mine = lent("resident").send(to="/answer")
    assert [one.strip() for one in mine.page.xpath("//p[@class='timeline-title']/text()")] == [
        "asked a question", "answered",
    ]  # fmt: skip
    assert "This is over" in lent("resident").send(to="/withdraw").text


def test_an_event_without_a_cell_is_refused_and_changes_nothing(opened, lent):
    desk = lent("clerk").send(to="/lend")
    values = dict(desk.form("/withdraw").form_values())
    sent = desk._client.post(HERE + desk.path + "/refuse", data=values, headers={"origin": HERE})
    page = followed(desk._client, sent).text
    assert ("states.not-now" in page, "The room is yours" in page) == (True, True)
    resident = lent("resident")
    for event in ("lend", "day-over", "steal"):
        forged = resident._client.post(
            f"{HERE}{resident.path}/{event}", data=values, headers={"origin": HERE}
        )
        assert forged.status_code == 404, "no page of this party does it"
    assert "The room is yours" in lent("resident").text


def test_a_page_of_an_earlier_state_does_nothing(lent):
    old = lent("clerk")
    lent("clerk").send(to="/ask")
    for seen in ({}, {"_seen": "x"}, {"_seen": "9" * 40}):
        assert old.send(to="/withdraw", **seen).fault == "states.changed-meanwhile"
        old = old if not seen else lent("clerk")
    assert "The centre has a question" in lent("resident").text


def test_a_case_that_there_is_not(lent):
    assert "centre.no-such-case" in lent("clerk")._client.get(f"{HERE}/desk/nothing").text


class Plain(BaseModel):
    pass


def test_what_cannot_be_drawn_is_found_when_the_site_is_made():
    nobody = Journey(Step(key="a", title=Text("a", "a"), form=Plain, next=(REVIEW,)))
    with pytest.raises(TypeError, match="a: Plain is no Form"):
        JourneyPages(
            None, nobody, prefix="", access=None, drafts=None, send=None, sent=None,
            send_words=Text("a", "a"),
        )  # fmt: skip
    words = Text("a", "a")
    ill = State(key="ill", reads=words, desk=words, acts="vet")
    dogs = Table(
        "dogs", [ill, State(key="well", reads=words, desk=words)],
        [Event(key="cure", by=("vet",), words=words)], {("ill", "cure"): Turn("well")}, start="ill",
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"dogs: no words for \['vet'\]"):
        CasePages(None, dogs, prefix="", title=words, access=None, by="vet", past=None, act=None)
