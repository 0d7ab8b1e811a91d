"""A birth at any point of a move: the child is registered once, in the household of a parent, with numbers of their own."""

from dataclasses import replace
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
from kazasu.municipality.births.service import Births
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.moving.at_counter.model import Said
from kazasu.municipality.moving.at_counter.service import NoticeCounter
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.relationships.forms import LINKS, MOST_LINKS, allowed
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support.city import CLERK, COUNTER, NEW, OLD, reading
from tests.support.town import Town

HEAD, WIFE = 10, 11
BORN = Birth("佐藤　海", "サトウ　ウミ", "女", date(2026, 11, 23), "notice", "", "横浜市中区本町１番", "佐藤　太郎")  # fmt: skip


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def born(town, number=WIFE, city=OLD, clerk=CLERK, *, days=0, **said):
    """Returns 宛名番号 of the child."""
    parent = town.resident(number, city)
    birth = Birth(
        "佐藤　空", "サトウ　ソラ", "女", today(town.clock) - timedelta(days=days), "notice", registered_domicile="横浜市中区本町１番",
        domicile_head="佐藤　太郎", note="第7号",
    )  # fmt: skip
    return Births(town.city).enter(city, clerk, parent.resident_id, replace(birth, **said))


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
    first, again = born(town), born(town)
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
