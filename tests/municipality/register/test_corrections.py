"""Corrections ex officio: looked at before they are written, of everybody who lives there, also of who is about to leave."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from lxml import html

from kazasu.contracts.jukinet import RegistrationChanged
from kazasu.exchange.carrier.letters import Post
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import wareki
from kazasu.jpki.register import store as jpki_store
from kazasu.municipality.cards.corrected import of as cards_of
from kazasu.municipality.moving.service.visits import STARTS
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.service.corrections import Corrections
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support.city import CLERK, OLD, reading
from tests.support.town import Town

HEAD, WIFE, CHILD = 10, 11, 12


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def form_of(browser, number, town):
    page = browser.get(f"/desk/residents/{town.resident(number).resident_id}?lang=en")
    return html.fromstring(page.content).get_element_by_id("main-form")


def proposed(browser, town, number, /, **fields):
    """The page that comes of the first press."""
    return sent(browser, form_of(browser, number, town), "", because="戸籍の記載", **fields)


def write(browser, page, button="write"):
    return sent(browser, page.get_element_by_id("main-form"), button)


def said(page):
    return " ".join(page.find(".//main").text_content().split())


def versions(town):
    return [town.resident(one).version for one in (HEAD, WIFE, CHILD)]


def test_nothing_is_written_before_it_was_looked_at(town):
    """Who is written anew, from what to what, whose certificates and cards end, what there is to doubt: and then it is written."""
    browser, before = desk(town, OLD), versions(town)
    page = proposed(browser, town, WIFE, town="存在町", whole_household="y")
    assert versions(town) == before
    words = said(page)
    assert "Nothing is written yet" in words
    names = [one.text_content() for one in page.iterfind(".//main//section/h2")]
    assert len(names) == 3
    assert words.count("存在町") >= 3
    assert "3 cards" in page.get_element_by_id("ends").text_content()
    assert "存在町 is not in the table of towns" in words
    after = write(browser, page)
    assert "It was corrected" in after.text_content()
    assert {town.resident(one).town for one in (HEAD, WIFE, CHILD)} == {"存在町"}
    assert versions(town) == [one + 1 for one in before]
    again = write(browser, page)  # Back, and pressed once more
    assert "It was corrected" in again.text_content()
    assert versions(town) == [one + 1 for one in before]


def test_what_stands_meanwhile_is_shown_before_it_is_written(town):
    """A second tab: of who lives with them the page shows it anew; of the person themselves the record does."""
    browser = desk(town, OLD)
    first = proposed(browser, town, WIFE, block="７番地", whole_household="y")
    write(browser, proposed(browser, town, CHILD, kana="シケン　ツグミ"))
    stale = write(browser, first)
    assert "web.changed-since-shown" in stale.text_content()
    assert town.resident(WIFE).block != "７番地"
    write(browser, stale)
    assert town.resident(WIFE).block == town.resident(CHILD).block == "７番地"
    second = proposed(browser, town, WIFE, kana="シケン　ヒバリ")
    write(browser, proposed(browser, town, WIFE, kana="シケン　ツバメ"))
    late = write(browser, second)
    assert "municipality.corrected-by-you" in late.text_content()
    assert town.resident(WIFE).kana == "シケン　ツバメ"


def test_a_correction_goes_back_to_be_changed_with_what_was_typed(town):
    browser = desk(town, OLD)
    page = proposed(browser, town, WIFE, building="", block="１２番地", whole_household="y")
    back = write(browser, page, "change")
    assert back.get_element_by_id("block").get("value") == "１２番地"
    assert back.get_element_by_id("whole-household").get("checked") is not None
    assert back.xpath("//details[@open]//form[@id='main-form']")
    assert versions(town) == [1, 1, 1]


def test_opened_without_anything_proposed_it_is_the_record(town):
    browser = desk(town, OLD)
    record = f"/desk/residents/{town.resident(WIFE).resident_id}"
    for query in ("", "?version=1", "?version=x"):
        answer = browser.get(f"{record}/correction{query}")
        assert (answer.status_code, answer.headers["location"]) == (303, record)


@pytest.mark.parametrize(
    ("number", "fields", "doubt"),
    [
        (WIFE, {"name": "試験花子"}, "No space divides surname and given name"),
        (WIFE, {"kana": "シケンハナコ"}, "No space divides the reading"),
        (WIFE, {"name": "試験　\U00020089"}, "cannot be written on a card"),
        (WIFE, {"relationship": "夫"}, "Sex and relationship (夫)"),
        (WIFE, {"sex": "男"}, "Sex and relationship (妻)"),
        (CHILD, {"birth_text": "昭和5年1月1日"}, "older than"),
        (CHILD, {"relationship": "妻"}, "more than one spouse"),
        (HEAD, {"postcode": "0600042", "whole_household": "y"}, "is not this town’s"),
        (HEAD, {"block": "1", "whole_household": "y"}, "It is the same house as now"),
        (HEAD, {"domicile_head": "試験　一"}, "There is nothing to doubt"),
    ],
)  # fmt: skip
def test_what_an_arrival_is_asked_a_correction_is_asked(town, number, fields, doubt):
    page = proposed(desk(town, OLD), town, number, **fields)
    assert doubt in said(page)
    assert versions(town) == [1, 1, 1]


def told(town, monkeypatch):
    """Of what the network is told."""
    found, send = [], Post.send

    def keeping(self, tx, letter, **more):
        found.append(letter)
        return send(self, tx, letter, **more)

    monkeypatch.setattr(Post, "send", keeping)
    return lambda: [one.what for one in found if isinstance(one, RegistrationChanged)]


def test_date_of_birth_and_sex_are_corrected_and_end_the_certificate(town, monkeypatch):
    """They are two of the four items that a card and its signing certificate carry (公的個人認証法 12条)."""
    one = town.resident(CHILD)
    town.sign_in_key(
        SimpleNamespace(
            name=one.name, address=SimpleNamespace(line=one.address), birth_date=one.birth_date, sex=one.sex, resident_id=one.resident_id,
            record_code=one.record_code,
        )
    )  # fmt: skip
    browser, heard = desk(town, OLD), told(town, monkeypatch)
    right, other = one.birth_date - timedelta(days=1), {"男": "女", "女": "男"}[one.sex]
    page = proposed(browser, town, CHILD, birth_text=f"{right}", sex=other)
    words = said(page)
    assert f"{right.day} {right:%B %Y}" in words
    assert "female" in words
    assert "1 card" in page.get_element_by_id("ends").text_content()
    write(browser, page)
    after = town.resident(CHILD)
    assert (after.birth_date, after.birth_text, after.sex) == (right, wareki(right), other)
    assert (after.resident_since, after.lives_here_since) == (
        one.resident_since,
        one.lives_here_since,
    )
    assert sorted(heard()) == ["birth-date", "sex"]
    town.settle()
    waiting = town._read(OLD, lambda tx: cards_of(tx, [one.resident_id]))
    assert [card.resident_id for card in waiting] == [one.resident_id]
    live = town.databases("jpki").read(
        "test.live",
        lambda tx: [row.kind for row in jpki_store.certificates_on(tx, f"{int(one.resident_id):015d}")],
        access=reading(),
    )  # fmt: skip
    assert live == []
    assert town.broken() == {}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1975-05-03", (date(1975, 5, 3), "昭和50年5月3日")),
        ("3500503", (date(1975, 5, 3), "昭和50年5月3日")),
        ("昭和５０年５月３日", (date(1975, 5, 3), "昭和50年5月3日")),
        ("昭和23年頃", (date(1948, 1, 1), "昭和23年頃")),
        ("年月日不詳", (None, "年月日不詳")),
    ],
)
def test_a_date_of_birth_is_read_as_registers_write_it(town, typed, written):
    browser = desk(town, OLD)
    write(browser, proposed(browser, town, WIFE, birth_text=typed))
    after = town.resident(WIFE)
    assert (after.birth_date, after.birth_text) == written


@pytest.mark.parametrize(
    ("typed", "words", "code"),
    [
        ("", "cannot be read", "dates.unreadable"),
        ("きのう", "cannot be read", "dates.unreadable"),
        ("13.5.3", "Of which era?", "municipality.birth-which-era"),
        ("明治5年1月1日", "before 1 January 1873", "dates.by-the-moon"),
        ("2030-01-01", "still to come", "municipality.birth-corrected-ahead"),
        ("2026-11-20", "after the day on which they became a resident", "municipality.birth-corrected-after"),
    ],
)  # fmt: skip
def test_a_date_of_birth_that_cannot_be_is_refused_at_its_field(town, typed, words, code):
    page = proposed(desk(town, OLD), town, WIFE, birth_text=typed)
    assert words in page.get_element_by_id("birth_text-error").text_content()
    with pytest.raises(Refusal) as refused:
        correct(town, WIFE, birth_text=typed)
    assert refused.value.fault.code == code
    assert versions(town) == [1, 1, 1]


def test_what_stands_there_is_no_correction_of_the_birth(town):
    """Also where nobody can read it: other items are corrected all the same."""

    def unreadable(tx):
        one = register_store.by_id(tx, town.resident(WIFE).resident_id)
        register_store.change(
            tx, one, reason="職権修正", changed_on=today(town.clock), birth_text="読めない日"
        )

    town.databases("municipality").run("test.text", unreadable, tenant=OLD, access=reading())
    browser, before = desk(town, OLD), town.resident(WIFE)
    write(browser, proposed(browser, town, WIFE, kana="シケン　ヒバリ"))
    after = town.resident(WIFE)
    assert (after.kana, after.birth_text, after.birth_date) == (
        "シケン　ヒバリ",
        before.birth_text,
        before.birth_date,
    )


def test_who_was_born_here_is_a_resident_since_the_corrected_day(town):
    """A birth that was entered a day late; the sixty days of a foreign child go with it."""
    born = today(town.clock) - timedelta(days=10)

    def newborn(tx):
        one = register_store.by_id(tx, town.resident(CHILD).resident_id)
        register_store.change(
            tx, one, reason="出生", changed_on=born, birth_date=born, birth_text=wareki(born), resident_since=born, lives_here_since=born,
            nationality="ベトナム", residence_status="出生による経過滞在者", residence_until=born + timedelta(days=60),
        )  # fmt: skip

    town.databases("municipality").run("test.born", newborn, tenant=OLD, access=reading())
    browser, right = desk(town, OLD), born + timedelta(days=1)
    page = proposed(browser, town, CHILD, birth_text=f"{right}")
    assert "since their birth" in said(page)
    write(browser, page)
    after = town.resident(CHILD)
    assert (after.birth_date, after.resident_since, after.lives_here_since) == (right, right, right)
    assert after.residence_until == right + timedelta(days=60)
    assert after.birth_text == f"{right.year}年{right.month}月{right.day}日", "a foreign national's"


def test_of_a_protected_household_it_is_shown_to_who_says_what_for(databases, clock):
    town = Town(databases, clock, protected=True)
    browser, one = desk(town, OLD), town.resident(HEAD)
    record = f"/desk/residents/{one.resident_id}"
    page = html.fromstring(browser.get(f"{record}?purpose=correction&lang=en").content)
    form = page.get_element_by_id("main-form")
    fields = {"block": "７番地", "because": "住居表示の確認", "whole_household": "y"}
    assert "７番地" in said(sent(browser, form, "", **fields))
    form.action = record
    assert "７番地" not in sent(browser, form, "", **fields).text_content()
    assert town.resident(HEAD) == one


def test_a_building_is_taken_out(town):
    browser = desk(town, OLD)
    write(browser, proposed(browser, town, WIFE, building="コーポ101", whole_household="y"))
    write(browser, proposed(browser, town, CHILD, building="", whole_household="y"))
    assert {town.resident(one).building for one in (HEAD, WIFE, CHILD)} == {""}


def correct(town, number, **changes):
    one = town.resident(number)
    Corrections(town.city).correct(
        OLD, CLERK, one.resident_id, one.version, changes, "住居表示の確認", whole_household=True
    )


def accepted(town, household, member, on, key, new_head=""):
    case = town.submit(
        household,
        [member],
        moves_on=on,
        key=key,
        starts=STARTS[(household - 1) // 2 * 2 + member],
    )
    town.settle()
    town.accept(case, new_head=new_head)
    town.settle()
    return case


def test_who_lives_there_until_a_day_to_come_is_corrected_with_it(town):
    """The clerk reads with the case that other data went ahead; who heads from that day on does not head before."""
    child = town.resident(CHILD).resident_id
    on = today(town.clock) + timedelta(days=5)
    case = accepted(town, 1, 0, on, 2, child)
    browser = desk(town, OLD)
    page = proposed(browser, town, CHILD, block="８番地", whole_household="y")
    assert case in said(page)
    write(browser, page)
    assert {town.resident(one).block for one in (HEAD, WIFE, CHILD)} == {"８番地"}
    assert "住所を職権で直しました。転出証明書情報は、直す前の内容で札幌市に" in said(
        html.fromstring(browser.get(f"/desk/out/{case}").content)
    )
    record = said(html.fromstring(browser.get(f"/desk/residents/{child}?lang=en").content))
    assert "head from" in record
    town.settle()
    town.portal.withdraw("sub-1", case)
    town.settle()
    assert {town.resident(one).block for one in (HEAD, WIFE, CHILD)} == {"８番地"}
    assert town.resident(HEAD).is_head
    assert town.broken() == {}


SLOTS = (0, 1, 2)
"""Before anybody has left, once the first has, once both have."""


def test_a_household_has_one_address_however_corrections_and_cancellations_cross(databases, clock):
    """When the address is corrected and when each of two departures is cancelled, in a household of its own for each order."""
    orders = [(0, 0, 1), (0, 2, 2), (1, 0, 2), (1, 2, 1), (2, 0, 1), (2, 2, 1), (2, 2, 2)]
    town = Town(databases, clock, households=len(orders), size=3)
    first, second = (today(clock) + timedelta(days=one) for one in (1, 2))
    cases = {}
    for at in range(1, len(orders) + 1):
        last = town.members(at)[2].resident_id
        cases[at] = (
            accepted(town, at, 0, first, at * 10, last),
            accepted(town, at, 1, second, at * 10 + 1),
        )
    for slot in SLOTS:
        for at, (corrected, *cancelled) in enumerate(orders, 1):
            if corrected == slot:
                correct(town, at * 10 + 2, block="９９番地")
            for case, when in zip(cases[at], cancelled, strict=True):
                if when == slot:
                    town.portal.withdraw(f"sub-{at}", case)
        town.settle()
        assert town.broken() == {}
        clock.set(clock.now() + timedelta(days=1))
        town.settle()
    for at in range(1, len(orders) + 1):
        people = [town.resident(at * 10 + member) for member in range(3)]
        assert {one.state for one in people} == {"resident"}
        assert {one.block for one in people} == {"９９番地"}, orders[at - 1]
