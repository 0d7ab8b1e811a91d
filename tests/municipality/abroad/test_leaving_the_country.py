"""A move abroad: until the day somebody is leaving, then registered nowhere, and the network, J-LIS and the card say the same."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from lxml import html

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.jpki.register import store as jpki_store
from kazasu.jukinet import store as jukinet_store
from kazasu.kit import periods
from kazasu.municipality.abroad.model import Said
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.households.service import HouseholdChanges
from kazasu.municipality.moving.at_counter.service import NoticeCounter
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.service.corrections import Corrections
from tests.jpki.test_continuing import READING
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support import pki
from tests.support.city import CLERK, COUNTER, OLD, reading
from tests.support.town import Town

HEAD, WIFE, CHILD = 10, 11, 12


@dataclass(frozen=True)
class Purpose:
    purpose_ja: str
    purpose_en: str


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def ids(town, *numbers):
    return tuple(town.resident(one).resident_id for one in numbers)


def goes(town, *numbers, days=7, clerk=CLERK, mark="", **said):
    """These give notice of moving abroad, in so many days."""
    on = today(town.clock) + timedelta(days=days)
    giver = ids(town, WIFE if CHILD in numbers and HEAD not in numbers else HEAD)[0]
    what = Said(ids(town, *numbers), on, "アメリカ合衆国", giver, "passport")
    given = replace(what, **said)
    LeavingTheCountry(town.city).enter(OLD, clerk, given.people[0], given, mark=mark)
    town.settle()
    return given


def later(town, days):
    town.clock.set(town.clock.now() + timedelta(days=days))
    town.settle()


def states(town, *numbers):
    return [town.resident(one).state for one in numbers or (HEAD, WIFE, CHILD)]


def network(town, number):
    """Days of the last registration that the network has."""

    def look(tx):
        found = jukinet_store.latest_registration(tx, town.resident(number).record_code)
        return found.municipality_code, found.until

    return town.databases("jukinet").read("test.network", look, access=reading())


def good(town, number):
    """Kinds of certificates of a card that J-LIS has as good."""
    card = f"{int(town.resident(number).resident_id):015d}"

    def look(tx):
        return sorted(
            one.kind for one in jpki_store.certificates_on(tx, card) if not one.revoked_at
        )

    return town.databases("jpki").read("test.good", look, access=READING)


def test_the_day_closes_the_record_and_not_before(town):
    said = goes(town, HEAD)
    assert states(town) == ["leaving", "resident", "resident"]
    head = town.resident(HEAD)
    assert (head.planned_to, head.planned_on, head.is_head) == (
        "国外（アメリカ合衆国）",
        said.on,
        True,
    )
    assert network(town, HEAD) == (OLD, None)
    later(town, 6)
    assert states(town)[0] == "leaving"
    assert town.broken() == {}
    later(town, 1)
    head = town.resident(HEAD)
    assert (head.state, head.reason, head.is_head, head.has_card) == (
        "left",
        "国外転出",
        False,
        False,
    )
    assert (head.confirmed_to, head.confirmed_on) == ("国外（アメリカ合衆国）", said.on)
    assert town.resident(WIFE).is_head, "who stays has a head"
    assert network(town, HEAD) == (OLD, said.on)
    assert network(town, WIFE) == (OLD, None)
    assert town.broken() == {}
    later(town, 60)
    assert states(town) == ["left", "resident", "resident"]
    assert town.broken() == {}


def test_a_whole_family_goes(town):
    goes(town, HEAD, WIFE, CHILD)
    later(town, 7)
    assert states(town) == ["left", "left", "left"]
    assert town.broken() == {}


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_card_goes_on_abroad_only_where_it_was_made_one(town, goes_on):
    town.sign_in_key(town.members()[0], 2, pki.public(5))
    assert good(town, HEAD) == ["authentication", "signing"]
    goes(town, HEAD, cards=ids(town, HEAD) if goes_on else ())
    later(town, 7)
    assert good(town, HEAD) == (["authentication"] if goes_on else [])
    assert town.resident(HEAD).has_card is goes_on
    assert town.broken() == {}


@pytest.mark.parametrize("days", [0, -3])
def test_today_or_past_it_is_closed_at_once_and_no_card_goes_on(town, days):
    with pytest.raises(Refusal) as refused:
        goes(town, WIFE, days=days, cards=ids(town, WIFE))
    assert refused.value.fault.code == "municipality.abroad-card-ends"
    goes(town, WIFE, days=days)
    assert states(town) == ["resident", "left", "resident"]
    assert town.resident(WIFE).notified_on == today(town.clock)
    assert town.broken() == {}


def test_too_late_it_is_recorded_ex_officio(town):
    long_ago = 15
    while not periods.notice_is_late(
        today(town.clock) - timedelta(days=long_ago), today(town.clock)
    ):
        long_ago += 1
    assert periods.moving_in_until(today(town.clock) - timedelta(days=long_ago)) < today(town.clock)
    with pytest.raises(Refusal) as refused:
        goes(town, WIFE, days=-long_ago)
    assert refused.value.fault.code == "municipality.abroad-late-because"
    goes(town, WIFE, days=-long_ago, because="旅券の出国印")
    wife = town.resident(WIFE)
    assert (wife.state, wife.notified_on) == ("left", None)
    goes(town, HEAD, days=1 - long_ago)
    assert town.resident(HEAD).notified_on == today(town.clock), "the day before is in time"


def test_pressed_twice_it_is_written_once(town):
    said = goes(town, WIFE, mark="a" * 32)
    version = town.resident(WIFE).version
    again = LeavingTheCountry(town.city).enter
    again(OLD, CLERK, said.people[0], said, mark="a" * 32)
    with pytest.raises(
        Refusal
    ) as refused:  # another page: a mandate that the first one did not have
        again(OLD, CLERK, said.people[0], replace(said, document="licence"), mark="b" * 32)
    assert refused.value.fault.code == "municipality.abroad-nobody"
    assert town.resident(WIFE).version == version
    LeavingTheCountry(town.city).cancel(OLD, CLERK, said.people[0], "やめた")
    again(OLD, CLERK, said.people[0], said, mark="a" * 32)
    assert town.resident(WIFE).state == "leaving", (
        "the same page, after it was taken back, writes anew"
    )
    later(town, 7)
    version = town.resident(WIFE).version
    LeavingTheCountry(town.city).leave(OLD, today(town.clock))
    town.settle()
    assert town.resident(WIFE).version == version


def test_who_stays_after_all_is_where_they_were(town):
    goes(town, HEAD, WIFE)
    LeavingTheCountry(town.city).cancel(OLD, CLERK, ids(town, HEAD)[0], "赴任がなくなった")
    later(town, 7)
    assert states(town) == ["resident", "left", "resident"]
    assert town.resident(HEAD).is_head
    assert town.broken() == {}
    with pytest.raises(Refusal) as refused:
        LeavingTheCountry(town.city).cancel(OLD, CLERK, ids(town, WIFE)[0], "遅い")
    assert refused.value.fault.code == "municipality.abroad-not-planned"
    goes(town, HEAD, days=3)
    later(town, 3)
    assert states(town)[0] == "left", "and can go another time"


def test_who_dies_before_the_day_is_dead_and_not_abroad(town):
    goes(town, WIFE)
    one = town.resident(WIFE)
    Deaths(town.city).enter(OLD, CLERK, one.resident_id, one.version, Death(today(town.clock), "notice"))  # fmt: skip
    town.settle()
    later(town, 8)
    assert town.resident(WIFE).reason == "死亡"
    assert town.broken() == {}


def test_whose_record_was_closed_meanwhile_is_told_so(town):
    """A death and a move abroad at once: the record is there, and what became of it is said; its number is right."""
    one = town.resident(WIFE)
    Deaths(town.city).enter(
        OLD, CLERK, one.resident_id, one.version, Death(today(town.clock), "notice")
    )
    for work in (
        lambda: goes(town, WIFE),
        lambda: HouseholdChanges(town.city).household(OLD, CLERK, one.resident_id),
        lambda: NoticeCounter(town.city).household(OLD, CLERK, one.resident_id),
    ):
        with pytest.raises(Refusal) as refused:
            work()
        assert refused.value.fault.code == "municipality.wrong-state"
        assert refused.value.facts["state"]


def test_nobody_moves_within_the_country_and_abroad_at_once(town):
    goes(town, HEAD)
    case = town.submit(movers=[0, 1])
    town.settle()
    found = [one for one in town.out_case(case).checks if one.check == "not-moving"]
    assert [one.good for one in found] == [False]
    assert "国外（アメリカ合衆国）" in found[0].ja, "sent in spite of it: the desk asks which it is"
    with pytest.raises(Refusal):
        town.accept(case)
    assert states(town) == ["leaving", "resident", "resident"]


def test_who_has_an_accepted_notice_cannot_go_as_well(town):
    case = town.submit(movers=[1], moves_on=today(town.clock) + timedelta(days=3))
    town.settle()
    town.accept(case)
    town.settle()
    with pytest.raises(Refusal) as refused:
        goes(town, WIFE)
    assert refused.value.fault.code == "municipality.abroad-nobody"


def test_the_household_is_corrected_with_who_is_leaving(town):
    goes(town, WIFE)
    head = town.resident(HEAD)
    Corrections(town.city).correct(
        OLD, CLERK, head.resident_id, head.version, {"block": "９番地"}, "番地の誤り", whole_household=True
    )  # fmt: skip
    town.settle()
    assert town.resident(WIFE).block == town.resident(HEAD).block
    later(town, 7)
    assert states(town)[1] == "left"
    assert town.broken() == {}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"people": ("0000000000",)}, "municipality.unknown-resident"),
        ({"country": "　"}, "municipality.abroad-country"),
        ({"given_by": "0000000000"}, "municipality.abroad-not-their-notice"),
        ({"given_by": "agent"}, "municipality.abroad-not-their-notice"),
    ],
)
def test_what_cannot_be(town, said, code):
    with pytest.raises(Refusal) as refused:
        goes(town, HEAD, **said)
    assert refused.value.fault.code == code
    assert states(town) == ["resident", "resident", "resident"]


@pytest.mark.parametrize(("days", "code"), [(400, "municipality.abroad-in-a-year"), (-40_000, "municipality.abroad-before-they-came")])  # fmt: skip
def test_a_day_that_cannot_be(town, days, code):
    with pytest.raises(Refusal) as refused:
        goes(town, HEAD, days=days, because="旅券")
    assert refused.value.fault.code == code


def test_children_are_not_left_alone_unsaid(town):
    def young(tx):
        child, day = register_store.by_id(tx, ids(town, CHILD)[0]), today(town.clock)
        born = day.replace(year=day.year - 10)
        text = f"{born.year}年{born.month}月{born.day}日"
        register_store.change(
            tx, child, reason="職権修正", changed_on=day, birth_date=born, birth_text=text
        )

    town.databases("municipality").run("test.young", young, tenant=OLD, access=reading())
    with pytest.raises(Refusal) as refused:
        goes(town, HEAD, WIFE)
    assert refused.value.fault.code == "municipality.abroad-left-alone"
    goes(town, HEAD, WIFE, because="祖母が引き取る")
    assert states(town) == ["leaving", "leaving", "resident"]


def test_only_who_decides_enters_it(town):
    with pytest.raises(Refusal):
        goes(town, HEAD, clerk=COUNTER)


def test_it_is_looked_at_before_it_is_written(town):
    browser, one = desk(town, OLD), town.resident(HEAD)
    here = f"/desk/residents/{one.resident_id}"
    page = html.fromstring(browser.get(f"{here}?lang=en").content)
    assert page.get_element_by_id("abroad").find("a").get("href") == f"{here}/abroad"
    form = html.fromstring(browser.get(f"{here}/abroad").content).get_element_by_id("main-form")
    empty = sent(browser, form, "")
    for words in ("Choose who gives notice", "Choose the document that was seen"):
        assert words in empty.text_content()
    day = today(town.clock) + timedelta(days=5)
    fields = {"on-year": f"{day.year}", "on-month": f"{day.month}", "on-day": f"{day.day}", "on": f"{day}"}  # fmt: skip
    shown = sent(
        browser, form, "", people=one.resident_id, cards=one.resident_id, country="フランス", given_by=one.resident_id,
        document="passport", **fields,
    )  # fmt: skip
    assert states(town)[0] == "resident"
    assert town.resident(WIFE).name in shown.get_element_by_id("heir").text_content()
    assert "goes on abroad" in shown.get_element_by_id("going").text_content()
    done = sent(browser, shown.get_element_by_id("main-form"), "write")
    assert "The move abroad was entered" in done.text_content()
    again = sent(browser, shown.get_element_by_id("main-form"), "write")
    assert "The move abroad was entered" in again.text_content()
    stays = html.fromstring(browser.get(f"{here}/stays").content).get_element_by_id("main-form")
    back = sent(browser, stays, "", because="行かない")
    assert "this person stays" in back.text_content()
    assert states(town)[0] == "resident"


def test_who_looked_reads_it_in_both_languages(town):
    said = goes(town, WIFE, country="ベトナム")
    assert (said.reason.ja, said.reason.en) == ("行き先：ベトナム", "to Viet Nam")
    assert replace(said, country="どこか").reason.en == "to どこか", "as it was written"
    found = town.databases("municipality").read(
        "test.looked",
        lambda tx: tx.all(
            Purpose,
            "SELECT purpose_ja, purpose_en FROM audit_log WHERE action = 'municipality.abroad.enter'",
        ),
        tenant=OLD, access=reading(),
    )  # fmt: skip
    assert [(one.purpose_ja, one.purpose_en) for one in found] == [
        ("国外転出の受付（行き先：ベトナム）", "Taking a notice of moving abroad (to Viet Nam)")
    ]
