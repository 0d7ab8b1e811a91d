"""Where the resident chooses: who would stay alone, which days are too late, a day that the keyboard can reach."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html

from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import next_open
from kazasu.kit import periods
from kazasu.portal.household.family import overlooked, plainly
from kazasu.portal.move.answers import Answers, Member, answers_from
from kazasu.portal.pages import wizard
from kazasu.portal.store import Draft
from tests.support.pages import followed, signed_in_at
from tests.support.town import NEW, OLD, Town

BABY = "試験　赤子"


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    town.day = today(clock)
    born = f"{town.day.year - 1}年1月1日"
    town.answers = Answers(
        origin=OLD, old_address="神奈川県横浜市中区本町1番地", head_name="試験　一郎", together=True,
        members=(
            Member("a", "試験　一郎", "シケン　イチロウ", "昭和55年1月1日", "世帯主", True, True),
            Member("b", "試験　花子", "シケン　ハナコ", "昭和56年1月1日", "妻", False, True),
            Member("c", BABY, "シケン　アカゴ", born, "子", False, True),
        ),
        chosen=("a", "b", "c"), new_head="試験　一郎", prefecture="北海道", city="札幌市中央区", town="大通",
        block="1", destination=NEW, move_date=town.day.isoformat(),
    )  # fmt: skip
    return town


def resident(town, **changes):
    town._keep("sub-1", Draft("MV-TEST0001", 1, replace(town.answers, **changes)))
    return signed_in_at(town.street, "portal", "portal", "resident", "sub-1")


def posted(browser, path, fields):
    return browser.post(path, data=fields, headers={"origin": str(browser.base_url).rstrip("/")})


def main_of(answer):
    assert answer.status_code == 200
    return html.fromstring(answer.content).find(".//main")


@pytest.mark.parametrize("to", [NEW, OLD], ids=["between cities", "within"])
def test_who_leaves_children_alone_is_told_at_the_field_and_says_who_cares(town, to):
    browser = resident(town, destination=to, chosen=())
    assert "cared_for" not in browser.get("/move/who?lang=en").text

    def sent(*chosen, **more):
        fields = {"chosen": list(chosen), "new_head": "a", **more}
        return followed(browser, posted(browser, "/move/who", fields))

    told = main_of(sent("a", "b"))
    field = told.get_element_by_id("chosen")
    assert "Only people under 15 would stay: Shiken Akago" in field.text_content()
    assert field.get("aria-invalid") == "true"
    assert BABY in field.text_content()
    assert sent("a", "b", cared_for="y").url.path != "/move/who", "the city asks who"
    held = town.portal.draft("sub-1").answers
    assert (held.chosen, held.cared_for) == (("a", "b"), True)
    for chosen in (("a",), ("a", "b", "c"), ("a", "c")):
        assert sent(*chosen).url.path != "/move/who", "nobody stays, or somebody grown up does"
        assert not town.portal.draft("sub-1").answers.cared_for


def test_days_after_the_last_day_are_marked_and_come_last(town):
    moved = town.day - timedelta(days=11)
    due = periods.moving_in_until(moved)
    browser = resident(town, move_date=moved.isoformat())
    page = main_of(browser.get("/move/visit?lang=en"))
    days = page.xpath(".//details[@name='visit-day']")
    late = [bool(one.xpath(".//summary/*[contains(@class,'badge')]")) for one in days]
    dates = [one.xpath(".//input[@name='slot']/@value")[0].split("|")[1] for one in days]
    assert late == [one > due.isoformat() for one in dates]
    assert 0 < sum(late) < len(late)
    assert "From here on it is too late" in page.text_content()
    forms = page.xpath(".//form[.//input[@name='slot']]")
    assert len(forms) == len(days), "one group of radio buttons in each: the next stop of the key"
    assert all(one.xpath(".//button") for one in forms)
    slot = days[-1].xpath(".//input[@name='slot']/@value")[0]
    followed(browser, posted(browser, "/move/visit", {"slot": slot}))
    assert town.portal.draft("sub-1").answers.visits_late
    followed(browser, posted(browser, "/move/contact", {"phone": "", "email": ""}))
    review = main_of(browser.get("/move/review?lang=en")).text_content()
    assert "after the last day for it" in re.sub(r"\s+", " ", review)


def test_in_time_there_is_nothing_to_mark(town):
    page = main_of(resident(town).get("/move/visit?lang=en"))
    assert "too late" not in page.text_content()
    assert page.xpath(".//input[@name='slot']")


def whole(town, **changes):
    """All answered, with a place that is held; the review's page and browser."""
    day = next_open(town.day + timedelta(days=2))
    hold = town.hold("MV-TEST0001", day)
    slot = {"visit_date": day.isoformat(), "visit_starts": "09:00", "hold_id": str(hold.hold_id)}
    browser = resident(town, office="hall", office_ja="本庁", contact_asked=True, **slot, **changes)
    review = main_of(browser.get("/move/review?lang=en"))
    return browser, review.xpath(".//input[@name='reviewed']/@value")[0]


def test_what_another_tab_changed_is_not_signed_unseen(town):
    browser, reviewed = whole(town)
    before = town.portal.draft("sub-1")
    town._keep("sub-1", replace(before, answers=replace(before.answers, building="別館")))
    told = main_of(followed(browser, posted(browser, "/move/review", {"reviewed": reviewed})))
    assert "It was changed after this page was opened" in told.text_content()
    assert "別館" in told.text_content()
    assert told.xpath(".//input[@name='reviewed']/@value")[0] != reviewed
    assert (
        "changed after"
        in main_of(followed(browser, posted(browser, "/move/review", {}))).text_content()
    ), "a form that says nothing shows nothing"


def test_who_signs_what_another_tab_made_incomplete_reads_why_they_are_elsewhere(town):
    """The other tab chose another day, and the place at the counter was given back: the tab that still shows all of it cannot sign."""
    browser, reviewed = whole(town)
    before = town.portal.draft("sub-1")
    gone = replace(before.answers, visit_date="", visit_starts="", hold_id="")
    town._keep("sub-1", replace(before, answers=gone))
    answer = posted(browser, "/move/review", {"reviewed": reviewed})
    assert answer.headers["location"].startswith("/move/visit")
    told = main_of(followed(browser, answer)).text_content()
    assert "Nothing was signed yet" in told
    assert "another tab" in told
    assert "Nothing was signed" not in main_of(browser.get("/move/visit?lang=en")).text_content()


def test_before_signing_it_is_asked_where_they_are_registered(town, monkeypatch):
    """Somebody else's notice registered them elsewhere while this was a draft."""
    browser, reviewed = whole(town)
    now = replace(
        town.answers,
        chosen=(),
        origin=NEW,
        old_address="北海道札幌市中央区北一条西2丁目",
        destination="",
    )
    monkeypatch.setattr(wizard, "household_now", lambda *_: now)
    answer = posted(browser, "/move/review", {"reviewed": reviewed})
    told = main_of(followed(browser, answer)).text_content()
    assert answer.headers["location"].startswith("/move/who")
    assert "Your registration changed" in told
    assert "北一条西" in told
    assert town.portal.draft("sub-1").answers.origin == NEW


def test_nor_is_a_correction_sent_to_a_city_that_one_has_left(town, monkeypatch):
    case = town.submit()
    town.settle()
    sent = town.portal.move("sub-1", case)
    town._keep("sub-1", Draft(case, 2, answers_from(sent.answers)))
    now = replace(town.answers, origin=NEW)
    monkeypatch.setattr(wizard, "household_now", lambda *_: now)
    browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-1")
    told = followed(browser, browser.get("/move/review?lang=en"))
    assert "registered in another city by now" in told.text
    assert "portal.registered-elsewhere" in told.text
    assert str(told.url).partition("?")[0].endswith(case)


def test_nobody_is_moved_twice(town):
    leaving = replace(town.answers.members[1], leaves_on=town.day.isoformat())
    members = (town.answers.members[0], leaving, town.answers.members[2])
    browser = resident(town, members=members, chosen=())
    page = main_of(browser.get("/move/who?lang=en"))
    assert "a notice of moving was accepted" in page.text_content()
    assert page.xpath(".//input[@name='chosen'][@checked]/@value") == ["a", "c"]
    fields = {"chosen": ["a", "b", "c"], "new_head": "a"}
    told = main_of(followed(browser, posted(browser, "/move/who", fields)))
    assert "There cannot be a second one" in told.get_element_by_id("chosen").text_content()
    assert town.portal.draft("sub-1").answers.chosen == ()


def test_whose_day_is_over_is_led_to_the_moving_day(town):
    browser = resident(town, move_date=(town.day - timedelta(days=30)).isoformat())
    page = main_of(browser.get("/move/visit?lang=en"))
    assert "The last day for the notice is past" in page.text_content()
    assert page.xpath(".//a[@href='/move/when']")


def test_a_draft_that_lay_too_long_is_asked_for_its_day_again(town):
    """The city would refuse it, and the portal knows the day. Of a correction: :mod:`tests.portal.test_corrections`."""
    far = (town.day - timedelta(days=36)).isoformat()
    browser, reviewed = whole(town)
    draft = town.portal.draft("sub-1")
    town._keep("sub-1", replace(draft, answers=replace(draft.answers, move_date=far)))
    for answer in (
        browser.get("/move/review?lang=en"),
        posted(browser, "/move/review", {"reviewed": reviewed}),
    ):
        assert answer.headers["location"].startswith("/move/when")
        told = main_of(followed(browser, answer)).text_content()
        assert "no notice can be given of a move on that day any more" in told
        assert "Nothing was sent" in told


@pytest.mark.parametrize("step", ["who", "where", "when", "visit", "contact", "review"])
def test_going_back_after_sending_says_that_it_was_sent(town, step):
    """A mistake of nobody: there is a notice, and the way to it."""
    browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-1")
    assert "portal.no-draft" in browser.get(f"/move/{step}?lang=en").text
    town.submit()
    told = browser.get(f"/move/{step}?lang=en").text
    assert "portal.sent-already" in told
    assert "This notice was sent already" in told
    assert "/#procedures" in told


def lodging(town, own):
    members = (
        Member("a", "試験　一郎", "シケン　イチロウ", "昭和55年1月1日", "世帯主", own == "a", True),
        Member("b", "試験　花子", "シケン　ハナコ", "昭和56年1月1日", "妻", own == "b", True),
        Member("c", "試験　キヨ", "シケン　キヨ", "昭和15年1月1日", "同居人", own == "c", True),
    )
    return main_of(resident(town, members=members, chosen=(), new_head="").get("/move/who?lang=en"))


@pytest.mark.parametrize(("own", "ticked"), [("a", ["a", "b"]), ("b", ["a", "b"]), ("c", ["c"])])
def test_who_lodges_does_not_find_the_hosts_ticked(town, own, ticked):
    page = lodging(town, own)
    assert page.xpath(".//input[@name='chosen'][@checked]/@value") == ticked
    (head,) = page.xpath(".//input[@name='new_head'][@checked]/@value")
    assert head in ticked
    assert len(page.xpath(".//input[@name='chosen']")) == 3, "they can be chosen"


def test_an_address_of_other_letters_is_signed_as_it_was_typed(town):
    """A field of type email sends what is behind the @ as xn--…"""
    page = main_of(resident(town).get("/move/contact"))
    (field,) = page.xpath(".//input[@name='email']")
    assert (field.get("type"), field.get("inputmode")) == ("text", "email")


def test_a_postcode_with_what_nobody_sees_goes_on(town):
    browser = resident(town)
    fields = {"postcode": "060-\u200b0042\u202c", "act": "find", "shown": ""}
    page = main_of(followed(browser, posted(browser, "/move/where", fields)))
    assert page.xpath(".//input[@name='shown']/@value") == ["060-0042"]
    assert page.get_element_by_id("postcode").get("value") == "060-0042"


# ---------------------------------------------------------------- a child under age who may be theirs

YOUNG, GROWN = (
    "平成22年4月1日",
    "昭和55年1月1日",
)  # of sixteen, and of age, on the day of these tests


def _household(own, *others):
    """``own`` and ``others``: 続柄 with a birth date; the resident first."""
    return [
        Member(str(place), f"試験　{place}", "シケン", born, relationship, place == 0, True)
        for place, (relationship, born) in enumerate([(own, GROWN), *others])
    ]


@pytest.mark.parametrize(
    ("own", "child", "ticked", "asked"),
    [
        ("父", ("世帯主", YOUNG), True, True), ("母", ("世帯主", YOUNG), True, True), ("父", ("世帯主", GROWN), False, False),
        ("父", ("妹", YOUNG), False, True), ("父", ("弟", GROWN), False, False), ("子", ("子の子", YOUNG), False, True),
        ("同居人", ("同居人の子", YOUNG), False, True), ("同居人", ("子", YOUNG), False, False), ("子", ("子", YOUNG), False, False),
        ("世帯主", ("子", YOUNG), True, False), ("夫", ("子", YOUNG), True, False),
    ],
)  # fmt: skip
def test_no_child_under_age_is_left_behind_without_a_word(clock, own, child, ticked, asked):
    """Ticked where it is plain, asked where it may be; who untick a plain one of their own did so knowingly."""
    on, members = today(clock), _household(own, child)
    assert ("1" in plainly(members, on)) == ticked
    assert bool(overlooked(members, ["0"], on)) == asked
    assert overlooked(members, ["0", "1"], on) == []
    assert overlooked(members, ["1"], on) == [], "who stays with the child leaves nobody"


def test_a_father_beside_a_daughter_who_heads_is_asked_before_she_is_left(town):
    members = (
        Member("a", "試験　純", "シケン　ジュン", GROWN, "父", True, True),
        Member("b", "試験　葵", "シケン　アオイ", YOUNG, "世帯主", False, True),
    )
    browser = resident(town, members=members, head_name="試験　葵", chosen=(), new_head="")
    page = html.fromstring(browser.get("/move/who?lang=en").text)
    assert sorted(page.xpath("//input[@name='chosen' and @checked]/@value")) == ["a", "b"]
    assert not page.xpath("//input[@name='stays']"), "nobody is left"
    alone = {"chosen": ["a"], "new_head": "a"}
    told = main_of(followed(browser, posted(browser, "/move/who", alone)))
    assert "葵" in told.text_content()
    (ask,) = told.xpath(".//input[@name='stays']")
    assert "checked" not in ask.attrib
    onward = posted(browser, "/move/who", alone | {"stays": "y"})
    assert onward.headers["location"].startswith("/move/where")
