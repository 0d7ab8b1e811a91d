"""Whom somebody else's notice names reads it before it is decided: on the first page, and before they answer anything themselves."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from lxml import html

from kazasu.contracts.municipality import HouseholdChanged
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import long_date
from kazasu.kit import periods
from kazasu.portal.home import visits_of_others
from kazasu.portal.household.moved import UNKNOWN, MovesShown, OwnRecord
from kazasu.portal.household.registered import household_now, renewed, same, same_register
from kazasu.portal.pages.handles import Handles
from kazasu.portal.pages.wizard import Wizard
from kazasu.portal.store import Draft
from tests.portal.test_registered import answered, handles, household, inquirer, soon
from tests.support.city import NEW, OLD
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town

WIFE = 11


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def sent(town, **more):
    case = town.submit(**{"moves_on": soon(town)} | more)
    town.settle()
    return case


@pytest.fixture
def as_wife(town):
    with (
        patch.object(Handles, "of", lambda *_: handles(town, WIFE)),
        patch.object(Wizard, "_handle", lambda *_: handles(town, WIFE)),
    ):
        yield signed_in_at(town.street, "portal", "portal", "resident", "sub-wife")


def main_of(answer):
    assert answer.status_code == 200
    return html.fromstring(answer.content).find(".//main")


def words_in(element):
    """Without the readings over it."""
    return "".join(element.xpath(".//text()[not(ancestor::rt or ancestor::rp)]")).strip()


def words_of(answer):
    return " ".join(main_of(answer).text_content().split())


SAID = {
    "en": ("Somebody else gave notice of your move", "Another notice of the same move is not needed"),
    "ja": ("ほかの人が、あなたの引越しを届け出ています", "もう一度送る必要はありません"),
    "easy": ("announced",),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["ja", "en", "easy"])
@pytest.mark.parametrize("to", [NEW, OLD], ids=["between cities", "within"])
def test_the_first_page_says_it_before_it_is_decided(town, as_wife, lang, to):
    more = {} if to == NEW else {"to": OLD, "moves_on": today(town.clock)}
    sent(town, **more)
    page = main_of(as_wife.get(f"/?lang={lang}"))
    assert page.xpath(".//dl[@id='announced']")
    due = periods.moving_in_until(more.get("moves_on", soon(town)))
    (told_due,) = page.xpath(".//dl[@id='announced']/div[@class='due']/dd")
    assert long_date(due, "en" if lang == "en" else "ja") in words_in(told_due), (
        "the last day is theirs, too"
    )
    assert bool(page.xpath(".//a[@href='/#announced']")) == (to == OLD), (
        "the day on which they come with their card waits for them"
    )
    if lang == "easy":
        return  # each word has its reading beside it
    words = " ".join(page.text_content().split())
    (banner,) = page.xpath(".//dl[@id='announced']/..")
    told = "".join(banner.text_content().split())
    for one in SAID[lang]:
        assert one in words
    assert ("not accepted yet" in words or "まだ受理されていません" in words) == (to == NEW)
    assert ("itsPIN" in told or "暗証番号" in told) == (to == OLD)
    assert town.members(1)[0].name.replace("　", "") in told
    assert "You have sent none yet" not in words
    assert "送った手続きは、まだありません" not in words


def test_ones_own_notice_is_nobody_elses(town):
    case = sent(town)
    record = MovesShown(inquirer(town)).own({}, handles(town, 10), town.clock.now(), [])
    assert [one.case_id for one in record.announced_by_others(())] == [case]
    assert record.announced_by_others((case,)) == []
    own = household_now(inquirer(town), handles(town, 10), {case})
    assert (own.own_announced, own.announced, own.announced_by) == (None, [], "")


def test_before_anything_is_answered_it_is_said_and_nobody_is_taken_to_move(town, as_wife):
    sent(town)
    words = words_of(followed(as_wife, as_wife.get("/move?lang=en")))
    assert "Somebody else gave notice of your move already" in words
    assert "Another notice of the same move is not needed" in words
    assert words.count("named in a notice that waits") == 3
    page = main_of(as_wife.get("/move/who?lang=en"))
    assert page.xpath(".//input[@name='chosen'][@checked]") == []


def test_who_is_not_named_there_is_told_nothing_and_moves_as_ever(town):
    sent(town, movers=[0])
    now = household_now(inquirer(town), handles(town, WIFE))
    assert (now.own_announced, now.announced) == (None, [])
    assert len(now.free) == 3


def test_of_those_whom_no_notice_names_it_goes_on(town, as_wife):
    """The notice names the wife and its giver; the child is free, and nobody is taken for granted of the others."""
    sent(town, movers=[0, 1])
    now = household_now(inquirer(town), handles(town, WIFE))
    child = now.members[2]
    assert now.free == [child.member_id]
    followed(as_wife, as_wife.get("/move?lang=en"))
    page = main_of(as_wife.get("/move/who?lang=en"))
    assert page.xpath(".//input[@name='chosen'][@checked]") == []
    assert page.text_content().count("named in a notice that waits") == 2


def test_what_came_while_a_draft_lay_open_is_said_before_it_is_signed(town, as_wife):
    before = answered(household_now(inquirer(town), handles(town, WIFE)))
    case = sent(town)
    now = household_now(inquirer(town), handles(town, WIFE))
    assert not same(before, now)
    assert same_register(before, now)
    after = renewed(before, now)
    assert (after.chosen, after.next_step()) == ((), "who")

    town._keep("sub-wife", Draft("MV-TEST0001", 1, before))
    words = words_of(followed(as_wife, as_wife.get("/move/review?lang=en")))
    assert "Somebody else gave notice of your move already" in words
    assert "Your registration changed" not in words, "it is as it was"
    town.portal.withdraw("sub-1", case)
    town.settle()
    words = words_of(followed(as_wife, as_wife.get("/move?lang=en")))
    assert "Somebody else gave notice" not in words


def test_a_day_that_is_past_waits_no_more(town):
    sent(town, to=OLD, moves_on=today(town.clock))
    (found,) = household(town, WIFE).announced
    for days, urgency in ((-3, "later"), (-1, "now"), (0, "now")):
        (one,) = visits_of_others([found], found.visit_on + timedelta(days=days))
        assert (one.urgency, one.on, one.starts) == (urgency, found.visit_on, "09:00")
    assert visits_of_others([found], found.visit_on + timedelta(days=1)) == []
    assert visits_of_others([found.model_copy(update={"visit_on": None})], found.visit_on) == []


# ------------------------------------------------------------ changes of the household


def changed(town, kind, names, seconds, **more):
    at = town.clock.now() - timedelta(seconds=seconds)
    return HouseholdChanged(kind=kind, on=today(town.clock), written_at=at, names=names, **more)


@pytest.mark.parametrize("lang", ["ja", "en", "easy"])
def test_every_change_of_the_household_stands_on_the_first_page(town, monkeypatch, lang):
    record = OwnRecord(None, None, OLD, (
        changed(town, "merge", ("試験　三郎",), 1),
        changed(town, "split", ("試験　三郎",), 2),
        changed(town, "head", ("試験　花子",), 3, relationship="夫", given_by="試験　花子", with_move=True),
        changed(town, "head", ("試験　二郎",), 31 * 24 * 3600),
    ))  # fmt: skip
    monkeypatch.setattr(MovesShown, "own", lambda *_: record)
    browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-1")
    page = main_of(browser.get(f"/?lang={lang}"))
    ids = [one for one in page.xpath(".//@id") if one.startswith("regrouped")]
    assert ids == ["regrouped", "regrouped-2", "regrouped-3"]
    words = " ".join(page.text_content().split())
    if lang == "en":
        assert "Your relationship to the head" in words
        assert words.count("Address and card stay as they are") == 2, "not where they moved"
        assert (
            words.index("Joined by")
            < words.index("a household of its own")
            < words.index("Another head")
        )
    if lang == "ja":
        assert "あなたの続柄" in words
        assert "世帯主変更。新しい世帯主：" in words


def test_without_an_answer_nothing_is_said():
    assert (UNKNOWN.changes, UNKNOWN.announced) == ((), ())
