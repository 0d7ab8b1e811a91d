"""A birth at any point of a move: the child is registered once, in the household of a parent, with numbers of their own."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kazasu.contracts.jpki.people import ProtectionChanged
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.carrier.letters import Post
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import wareki
from kazasu.jukinet import store as jukinet_store
from kazasu.municipality.births.model import Birth, stands
from kazasu.municipality.births.pages import BirthForm
from kazasu.municipality.births.service import Births
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.moving.at_counter.model import Said
from kazasu.municipality.moving.at_counter.service import NoticeCounter
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.items.foreigners import Stay
from kazasu.municipality.register.relationships.forms import LINKS, MOST_LINKS, allowed
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support.city import CLERK, COUNTER, NEW, OLD, reading
from tests.support.town import Town

HEAD, WIFE = 10, 11


@dataclass(frozen=True)
class Purpose:
    purpose_ja: str
    purpose_en: str


BORN = Birth("佐藤　海", "サトウ　ウミ", "女", date(2026, 11, 23), "notice", "", "横浜市中区本町１番", "佐藤　太郎")  # fmt: skip


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def born(town, number=WIFE, city=OLD, clerk=CLERK, *, days=0, mark="", **said):
    """Returns 宛名番号 of the child."""
    parent = town.resident(number, city)
    birth = Birth(
        "佐藤　空", "サトウ　ソラ", "女", today(town.clock) - timedelta(days=days), "notice", registered_domicile="横浜市中区本町１番",
        domicile_head="佐藤　太郎", note="第7号",
    )  # fmt: skip
    return Births(town.city).enter(
        city, clerk, parent.resident_id, replace(birth, **said), mark=mark
    )


def record(town, resident_id, city=OLD):
    return town._read(city, lambda tx: register_store.by_id(tx, resident_id))


def network(town, code):
    """Registrations that the network has of somebody."""
    return town.databases("jukinet").read(
        "test.network", lambda tx: jukinet_store.registrations(tx, code), access=reading()
    )


def everybody(town, city=OLD):
    home = town.resident(HEAD, city).household_number
    return town._read(city, lambda tx: register_store.household(tx, home))


def test_a_child_is_registered_with_numbers_of_their_own(town):
    before = len(everybody(town))
    child = record(town, born(town, other=town.resident(HEAD).resident_id))
    town.settle()
    assert len(everybody(town)) == before + 1
    assert (child.relationship, child.state, child.reason, child.is_head) == (
        "子",
        "resident",
        "出生",
        False,
    )
    assert child.address == town.resident(WIFE).address
    assert child.birth_text.startswith("令和8年11月")
    assert child.because == "出生届（この市区町村で受理）　第7号"
    assert not child.has_card
    numbers = {one.individual_number for one in everybody(town)}
    assert len(numbers) == before + 1
    assert [(one.municipality_code, one.since, one.until) for one in network(town, child.record_code)] == [
        (OLD, child.birth_date, None)
    ]  # fmt: skip
    assert town.broken() == {}


def test_pressed_twice_or_killed_after_the_numbers_it_is_one_child(town, monkeypatch):
    """What J-LIS has given is asked for anew, and is the same."""
    ask, calls = Inquirer.ask, []

    def killed(inquirer, inquiry, **more):
        answer = ask(inquirer, inquiry, **more)
        if inquiry.kind == "jukinet/give-numbers/1":
            calls.append(answer)
            if len(calls) == 1:
                raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(Inquirer, "ask", killed)
    before = len(everybody(town))
    with pytest.raises(KeyboardInterrupt):
        born(town)
    assert len(everybody(town)) == before
    first, again = (born(town, mark="a" * 32) for _ in range(2))
    with pytest.raises(Refusal) as refused:
        born(town, mark="b" * 32, kana="サトウ　ソラミ")
    assert refused.value.fault.code == "municipality.birth-entered", (
        "another page: what it says is not written"
    )
    town.settle()
    assert first == again
    assert len(everybody(town)) == before + 1
    assert {one.resident_record_code for one in calls} == {record(town, first).record_code}
    assert town.broken() == {}


def test_twins_are_two(town):
    one = born(town)
    page = Births(town.city).propose(
        OLD, CLERK, town.resident(WIFE).resident_id, BORN,
    )  # fmt: skip
    assert [twin.resident_id for twin in page.entered] == [one], "the clerk is told of the other"
    other = born(town, name="佐藤　海", kana="サトウ　ウミ")
    town.settle()
    assert record(town, one).individual_number != record(town, other).individual_number
    assert town.broken() == {}


def test_a_child_of_movers_stays_until_a_notice_of_their_own(town):
    """Their notice does not name the child; the counter takes one, and the new city has them join the family."""
    case = town.submit(moves_on=today(town.clock) + timedelta(days=1))
    town.settle()
    town.accept(case)
    town.settle()
    seen = Births(town.city).propose(OLD, CLERK, town.resident(HEAD).resident_id, BORN)
    assert [one.resident_id for one in seen.leaving] == [town.resident(HEAD).resident_id]
    child = born(town, HEAD)
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    assert record(town, child).state == "resident"
    assert record(town, child).is_head, "somebody heads who is there; the desk sees who it is"
    assert town.broken() == {}
    town.visit(case)
    town.enter(case)
    town.register(case)
    town.settle()
    said = Said(
        (child,), today(town.clock), "札幌市", "guardian", "licence", giver_name="佐藤　太郎", mandate="戸籍", joins=True,
        arrives_by="paper",
    )  # fmt: skip
    counter = NoticeCounter(town.city)
    proposal = counter.propose(OLD, CLERK, child, said)
    assert not proposal.in_the_way, [one.ja for one in proposal.findings if not one.good]


def test_the_city_where_a_parent_is_registered_enters_the_child(town):
    case = town.to_the_desk()
    with pytest.raises(Refusal) as refused:
        born(town, HEAD)
    assert refused.value.fault.code == "municipality.birth-parent-not-here"
    town.enter(case)
    town.register(case)
    town.settle()
    child = born(town, HEAD, NEW, days=3)
    town.settle()
    found = record(town, child, NEW)
    assert found.resident_since == town.resident(HEAD, NEW).lives_here_since, "not before they came"
    assert found.birth_date < found.resident_since
    assert town.broken() == {}


def test_a_child_who_died_is_not_entered_again(town):
    child = born(town)
    town.settle()
    found = record(town, child)
    Deaths(town.city).enter(OLD, CLERK, child, found.version, Death(today(town.clock), "notice"))
    town.settle()
    with pytest.raises(Refusal) as refused:
        born(town)
    assert refused.value.fault.code == "municipality.birth-entered-and-closed"
    assert town.broken() == {}


def test_a_child_of_a_protected_parent_is_protected_before_anybody_hears_of_them(databases, clock, monkeypatch):  # fmt: skip
    town = Town(databases, clock, size=3, protected=True)
    left, send = [], Post.send

    def keeping(self, tx, letter, **more):
        left.append(letter)
        return send(self, tx, letter, **more)

    monkeypatch.setattr(Post, "send", keeping)
    child = record(town, born(town, HEAD))
    town.settle()
    assert child.protected
    assert isinstance(left[0], ProtectionChanged)
    assert town.broken() == {}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"days": -1}, "municipality.birth-day-ahead"),
        ({"days": 400}, "municipality.birth-day-too-far"),
        ({"other": "0000000000"}, "municipality.birth-other-parent"),
        ({"registered_domicile": "", "domicile_head": ""}, "municipality.birth-domicile-missing"),
        ({"domicile_head": ""}, "municipality.birth-domicile-missing"),
        ({"name": "　"}, "municipality.item-empty"),
        ({"name": "１２"}, "municipality.item-malformed"),
        ({"kana": "Sora"}, "names.bad-kana"),
    ],
)
def test_what_cannot_be(town, said, code):
    before = len(everybody(town))
    with pytest.raises(Refusal) as refused:
        born(town, **said)
    assert refused.value.fault.code == code
    assert len(everybody(town)) == before


def test_only_who_decides_enters_it(town):
    with pytest.raises(Refusal):
        born(town, clerk=COUNTER)


def test_it_is_looked_at_before_it_is_written(town):
    browser, parent = desk(town, OLD), town.resident(WIFE)
    here = f"/desk/residents/{parent.resident_id}"
    page = html.fromstring(browser.get(f"{here}?lang=en").content)
    assert page.get_element_by_id("birth").find("a").get("href") == f"{here}/birth"
    form = html.fromstring(browser.get(f"{here}/birth").content).get_element_by_id("main-form")
    empty = sent(browser, form, "")
    for words in ("Choose what it rests on", "Choose the sex", "Choose the other parent"):
        assert words in empty.text_content()
    day = today(town.clock)
    fields = {"on-year": f"{day.year}", "on-month": f"{day.month}", "on-day": f"{day.day}", "on": f"{day}"}  # fmt: skip
    shown = sent(
        browser, form, "", name="佐藤　空", kana="サトウ　ソラ", sex="女", other=town.resident(HEAD).resident_id, basis="notice",
        registered_domicile="横浜市中区本町１番", domicile_head="佐藤　太郎", **fields,
    )  # fmt: skip
    before = len(everybody(town))
    assert "child" in shown.text_content()
    done = sent(browser, shown.get_element_by_id("main-form"), "write")
    assert "The birth was entered" in done.text_content()
    sent(browser, shown.get_element_by_id("main-form"), "write")
    assert len(everybody(town)) == before + 1


# ---------------------------------------------------------------- 続柄


def parent(town_resident, relationship):
    return replace(town_resident, relationship=relationship)


@pytest.mark.parametrize(
    ("parents", "sex", "said"),
    [
        (("世帯主",), "男", "子"),
        (("妻", "世帯主"), "男", "子"),
        (("妻",), "女", "妻の子"),
        (("妻（未届）",), "女", "妻（未届）の子"),
        (("子",), "男", "子の子"),
        (("子の妻", "子"), "男", "子の子"),
        (("子の妻",), "男", "子の妻の子"),
        (("子の子",), "男", "子の子の子"),
        (("母",), "男", "弟"),
        (("母", "父"), "女", "妹"),
        (("妻の母",), "女", "妻の妹"),
        (("妹",), "女", "妹の子"),
        (("子の子の子の子",), "女", "縁故者"),
        (("同居人",), "女", "同居人"),
        (("縁故者",), "女", "縁故者"),
        (("同居人", "妹"), "女", "妹の子"),
    ],
)
def test_how_a_child_stands_to_the_head(town, parents, sex, said):
    one = town.resident(WIFE)
    assert stands([parent(one, word) for word in parents], sex) == said


@given(st.lists(st.sampled_from(sorted(LINKS)), min_size=1, max_size=MOST_LINKS), st.sampled_from("男女"))  # fmt: skip
def test_it_is_always_a_form_of_the_register(links, sex):
    class Someone:
        relationship = "の".join(links)

    assert allowed(stands([Someone()], sex))


def sibling(town, age):
    """Somebody of the household becomes of this age today."""
    one = town.resident(12)
    day = today(town.clock)
    birthday = day.replace(year=day.year - age)

    def corrected(tx):
        record = register_store.by_id(tx, one.resident_id)
        register_store.change(
            tx,
            record,
            reason="職権修正",
            changed_on=day,
            birth_date=birthday,
            birth_text=wareki(birthday),
        )

    town.databases("municipality").run("test.age", corrected, tenant=OLD, access=reading())
    return one.resident_id


@pytest.mark.parametrize(("age", "offered"), [(3, False), (14, False), (15, True), (40, True)])
def test_small_brothers_and_sisters_are_no_parents(town, age, offered):
    other = sibling(town, age)
    parent = town.resident(WIFE).resident_id
    _, beside = Births(town.city).look(OLD, CLERK, parent)
    assert (other in {one.resident_id for one in beside}) == offered
    assert town.resident(HEAD).resident_id in {one.resident_id for one in beside}
    page = html.fromstring(desk(town, OLD).get(f"/desk/residents/{parent}/birth?lang=en").content)
    assert (other in page.xpath("//input[@name='other']/@value")) == offered
    if offered:
        assert record(town, born(town, other=other)).state == "resident"
        return
    with pytest.raises(Refusal) as refused:
        born(town, other=other)
    assert refused.value.fault.code == "municipality.birth-other-too-young"


@pytest.mark.parametrize(("age", "offered"), [(0, False), (9, False), (10, True), (14, True)])
def test_nobody_under_ten_is_a_parent(town, age, offered):
    """Their record has no way there, the typed address says why, and so does the field."""
    child = sibling(town, age)
    browser, here = desk(town, OLD), f"/desk/residents/{child}"
    page = html.fromstring(browser.get(f"{here}?lang=en").content)
    assert bool(page.xpath("//p[@id='birth']")) == offered
    assert browser.get(f"{here}/birth").status_code == (200 if offered else 422)
    birth = replace(BORN, on=today(town.clock))
    if offered:
        assert Births(town.city).propose(OLD, CLERK, child, birth).young
        return
    before = len(everybody(town))
    for entered in (Births(town.city).propose, Births(town.city).enter):
        with pytest.raises(Refusal) as refused:
            entered(OLD, CLERK, child, birth)
        assert refused.value.fault.code == "municipality.birth-parent-too-young"
    assert len(everybody(town)) == before
    assert BirthForm.AT[refused.value.fault] == "on"


def test_the_age_of_the_parent_is_that_of_the_day_of_the_birth(town):
    child = sibling(town, 10)
    with pytest.raises(Refusal) as refused:
        Births(town.city).propose(
            OLD, CLERK, child, replace(BORN, on=today(town.clock) - timedelta(days=1))
        )
    assert refused.value.fault.code == "municipality.birth-parent-too-young"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "born on Monday 16 November 2026). If this is no twin"),
        ({"sex": "男"}, "same day of birth and the other sex"),
        ({"days": 6, "name": "佐藤　空", "kana": "サトウ　ソラ"}, "of this name is entered with another day of birth"),
        ({"days": 8, "name": "佐藤空", "kana": "サトウ　クウ"}, "of this name is entered with another day of birth"),
        ({"days": 0}, "does not bear twice in that time"),
        ({"days": 28}, "does not bear twice in that time"),
        ({"days": 7 + 153}, "does not bear twice in that time"),
        ({"days": 7 + 154}, ""),
    ],
)  # fmt: skip
def test_who_was_born_about_then_is_named_with_the_day(town, said, words):
    """A child that was entered with another day, sex or name is another child for every number: only the review can say so."""
    born(town, days=7)
    birth = replace(BORN, on=today(town.clock) - timedelta(days=said.get("days", 7)))
    birth = replace(birth, **{item: it for item, it in said.items() if item != "days"})
    found = Births(town.city).propose(OLD, CLERK, town.resident(WIFE).resident_id, birth).doubts
    assert [words in one.en and "佐藤　空" in one.ja for one in found] == [True] * bool(words)


def test_a_child_entered_from_the_record_of_the_other_parent_elsewhere_in_the_city_is_named(
    databases, clock
):
    """The parents have a household each: the same child is looked for by name in the whole city, and in closed records."""
    town = Town(databases, clock, households=2, size=2)
    child = born(town, 10, days=3)
    other = next(one for one in town.members(2))
    birth = replace(BORN, name="佐藤　空", kana="サトウ　ソラ", on=today(clock) - timedelta(days=2))

    def doubts():
        return Births(town.city).propose(OLD, CLERK, other.resident_id, birth).doubts

    assert ["of this name" in one.en for one in doubts()] == [True]
    assert not Births(town.city).propose(OLD, CLERK, other.resident_id, replace(birth, name="林　海", kana="ハヤシ　ウミ")).doubts  # fmt: skip
    found = record(town, child)
    Deaths(town.city).enter(OLD, CLERK, child, found.version, Death(today(clock), "notice"))
    assert len(doubts()) == 1


def foreign(town, *numbers):
    """These are foreign nationals."""

    def written(tx):
        for number in numbers:
            one = register_store.by_id(tx, town.resident(number).resident_id)
            register_store.change(
                tx, one, reason="職権修正", changed_on=today(town.clock), nationality="ベトナム", registered_domicile="", domicile_head="",
                residence_status="永住者",
            )  # fmt: skip

    town.databases("municipality").run("test.foreign", written, tenant=OLD, access=reading())


NO_DOMICILE = {"registered_domicile": "", "domicile_head": ""}
GOT = Stay("家族滞在", date(2027, 9, 1), "AB12345678CD")


@pytest.mark.parametrize(
    ("days", "stay", "said"),
    [
        (0, Stay(), "出生による経過滞在者"),
        (60, Stay(), "出生による経過滞在者"),
        (61, Stay(), "municipality.birth-sixty-days"),
        (120, Stay(), "municipality.birth-sixty-days"),
        (20, GOT, "家族滞在"),
        (120, GOT, "家族滞在"),
        (120, Stay("永住者", None, "AB12345678CD"), "永住者"),
        (120, replace(GOT, status="短期滞在"), "municipality.first-entry-status"),
        (120, replace(GOT, until=None), "municipality.first-entry-stay"),
        (120, replace(GOT, until=date(2026, 11, 1)), "municipality.first-entry-stay"),
        (120, replace(GOT, card="123"), "municipality.first-entry-card-number"),
    ],
)
def test_a_foreign_child_is_passing_for_sixty_days_only(town, days, stay, said):
    """住民基本台帳法 30条の45: afterwards by the status that they have got, or not at all."""
    foreign(town, HEAD, WIFE)
    if "." in said:
        with pytest.raises(Refusal) as refused:
            born(town, days=days, stay=stay, **NO_DOMICILE)
        assert refused.value.fault.code == said
        return
    child = record(town, born(town, days=days, stay=stay, **NO_DOMICILE))
    until = stay.until if stay != Stay() else child.birth_date + timedelta(days=60)
    assert (child.residence_status, child.residence_until, child.residence_card_number) == (
        said,
        until,
        stay.card,
    )


def test_a_japanese_child_has_no_status_of_residence(town):
    with pytest.raises(Refusal) as refused:
        born(town, stay=GOT)
    assert refused.value.fault.code == "municipality.birth-foreign-items"


def test_the_page_asks_for_the_status_of_a_foreign_child_and_says_what_is_missing(town):
    foreign(town, HEAD, WIFE)
    browser, parent = desk(town, OLD), town.resident(WIFE)
    page = browser.get(f"/desk/residents/{parent.resident_id}/birth?lang=en")
    form, day = (
        html.fromstring(page.content).get_element_by_id("main-form"),
        today(town.clock) - timedelta(days=120),
    )
    fields = {
        "on-year": f"{day.year}", "on-month": f"{day.month}", "on-day": f"{day.day}", "on": f"{day}", "name": "グエン　アン", "kana": "グエン　アン",
        "sex": "女", "other": "none", "basis": "notice",
    }  # fmt: skip
    refused = sent(browser, form, "", **fields)
    assert "more than sixty days ago" in refused.get_element_by_id("status-error").text_content()
    shown = sent(
        browser,
        refused.get_element_by_id("main-form"),
        "",
        status="永住者",
        card_number="ab 1234-5678 cd",
    )
    words = " ".join(shown.text_content().split())
    assert "Permanent Resident" in words
    assert "AB12345678CD" in words


def test_a_child_lives_in_the_city_since_the_birth_though_their_parents_moved_within_it_since(town):
    """住民となった日 and 住所を定めた日 are two columns (住民基本台帳法 7条6号・7号): the network hears the first."""
    moved = today(town.clock) - timedelta(days=3)

    def within_the_city(tx):
        for number in (HEAD, WIFE):
            one = register_store.by_id(tx, town.resident(number).resident_id)
            register_store.change(tx, one, reason="転居", changed_on=moved, lives_here_since=moved)

    town.databases("municipality").run("test.moved", within_the_city, tenant=OLD, access=reading())
    child = record(town, born(town, days=8))
    town.settle()
    assert (child.resident_since, child.lives_here_since) == (child.birth_date, moved)
    assert [one.since for one in network(town, child.record_code)] == [child.birth_date]
    assert town.broken() == {}


def test_who_looked_says_what_it_rested_on_in_both_languages(town):
    child = born(town, note="第7号")
    rows = town._read(
        OLD,
        lambda tx: tx.all(
            Purpose,
            """SELECT a.purpose_ja, a.purpose_en FROM audit_subject s JOIN audit_log a ON a.tenant = s.tenant AND a.id = s.audit_id
               WHERE s.tenant = %s AND s.subject = %s AND a.action = 'municipality.birth.enter'""",
            (OLD, child),
        ),
    )  # fmt: skip
    assert [(one.purpose_ja, one.purpose_en) for one in rows] == [
        (
            "出生の記載（住民票を作る）（出生届（この市区町村で受理） 第7号）",
            "Entering a birth (a record is made) (a notice of birth, accepted by this city 第7号)",
        )
    ]


def test_the_age_is_that_of_the_day_of_the_birth(town):
    other = sibling(town, 15)
    with pytest.raises(Refusal) as refused:
        born(town, other=other, days=1)
    assert refused.value.fault.code == "municipality.birth-other-too-young"


def test_who_is_a_parent_by_the_birth_may_be_younger_and_the_clerk_makes_sure(town):
    young = sibling(town, 14)
    birth = replace(BORN, on=today(town.clock), other=town.resident(HEAD).resident_id)
    assert Births(town.city).propose(OLD, CLERK, young, birth).young
    assert not Births(town.city).propose(OLD, CLERK, town.resident(WIFE).resident_id, birth).young


COURT = "横浜家庭裁判所 令和8年（家イ）第123号 受理証明書"


@pytest.mark.parametrize("days", [20, 2500], ids=["a baby", "of school age"])
def test_whom_no_family_register_has_is_entered_by_the_mayors_judgement(town, days):
    """総行市143号: Japanese by the mother, without what only the family register says, of any age."""
    child = record(town, born(
        town, days=days, basis="before-register", registered_domicile="", domicile_head="", note=COURT
    ))  # fmt: skip
    town.settle()
    assert (child.state, child.nationality, child.residence_status) == ("resident", "", "")
    assert (child.registered_domicile, child.domicile_head) == ("", "")
    assert COURT in child.because
    assert "総行市143号" in child.because
    assert [one.municipality_code for one in network(town, child.record_code)] == [OLD]
    assert town.broken() == {}


def test_what_the_notice_asks_for_is_there(town):
    empty = {
        "basis": "before-register",
        "registered_domicile": "",
        "domicile_head": "",
        "note": COURT,
    }
    for more, code in (
        ({"note": "　"}, "municipality.birth-before-court"),
        ({"domicile_head": "佐藤　太郎"}, "municipality.birth-before-domicile"),
        ({"other": town.resident(HEAD).resident_id}, "municipality.birth-before-father"),
    ):
        with pytest.raises(Refusal) as refused:
            born(town, **empty | more)
        assert refused.value.fault.code == code
    with pytest.raises(Refusal) as refused:
        born(town, HEAD, **empty)
    assert refused.value.fault.code == "municipality.birth-before-mother"
    with pytest.raises(Refusal) as refused:
        born(town, days=2500)
    assert refused.value.fault.code == "municipality.birth-day-too-far"
