"""A death is entered in the city that is left while the other one registers the mover: in whatever order, it reaches whoever has the person
(住民基本台帳法 9条2項), and nothing waits without somebody to act."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from lxml import html

from kazasu.contracts.jukinet import ConsumeTransfers, DeathTold, LastRegistrationOf
from kazasu.contracts.municipality import CertificateCancelled
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.jukinet import store as jukinet_store
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.register import store as register_store
from tests.municipality.abroad.test_leaving_the_country import good
from tests.municipality.deaths.test_deaths import HEAD, WIFE, dies
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support import pki
from tests.support.city import CLERK, COUNTER, NEW, OLD, code_of, reading
from tests.support.pages import signed_in_at
from tests.support.town import Town, entered


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=2)


def standing(town, number):
    def look(tx):
        code = code_of(number)
        return jukinet_store.last_step(tx, code), jukinet_store.latest_registration(tx, code)

    step, latest = town.databases("jukinet").read("test.network", look, access=reading())
    return step, latest.municipality_code, latest.until


def waiting(town):
    """Letters that lie somewhere and are not applied."""
    found = []
    for room in ("jukinet", "municipality", "portal", "jpki"):
        for city in (OLD, NEW) if room == "municipality" else ("",):
            found += town.databases(room).read(
                "test.waiting",
                lambda tx: tx.column("SELECT kind || ' ' || fault FROM inbox WHERE applied_at IS NULL"),
                tenant=city,
            )  # fmt: skip
    return found


def entered_at(town, city, number):
    dies(town, number, city)
    town.settle()


def told(town, lang="en"):
    page = html.fromstring(desk(town, NEW).get(f"/desk/deaths-told?lang={lang}").content)
    return page.find(".//main")


def form_of(town, number):
    """What is told stands in it: the clerk types no day that the system knows."""
    page = html.fromstring(
        desk(town, NEW).get(f"/desk/residents/{town.resident(number, NEW).resident_id}/death?lang=ja").content
    )  # fmt: skip
    given = {one.get("name"): one.get("value") for one in page.iterfind(".//input") if one.get("type") != "radio"}  # fmt: skip
    chosen = [one.get("value") for one in page.iterfind(".//input[@name='basis']") if one.get("checked") is not None]  # fmt: skip
    died, known = today(town.clock), page.find(".//*[@id='told']") is not None
    assert (given["on-month"], given["on-day"]) == ((str(died.month), str(died.day)) if known else ("", ""))  # fmt: skip
    assert chosen == (["notification"] if known else [])
    return page


def ready(town):
    case = town.to_the_desk()
    town.enter(case)
    return case


def test_registered_between_the_answer_and_the_entry(town, monkeypatch):
    """The old city asked, and they were on the way; the new one registers them; the death is written."""
    case = ready(town)
    town.between(monkeypatch, LastRegistrationOf, lambda: town.register(case))
    dies(town, HEAD)
    town.settle()
    assert town.states(HEAD) == {OLD: "left", NEW: "resident"}
    assert town.resident(HEAD).reason == "死亡"
    assert town.resident(HEAD, NEW).name.replace("　", "") in told(town).text_content().replace(" ", "").replace("　", "")  # fmt: skip
    assert "横浜市" in told(town, "ja").text_content()
    assert waiting(town) == []
    assert "横浜市" in form_of(town, HEAD).find(".//*[@id='told']").text_content()
    assert form_of(town, WIFE).find(".//*[@id='told']") is None, "nothing was told of her"
    entered_at(town, NEW, HEAD)
    assert standing(town, HEAD) == ("death", NEW, today(town.clock))
    assert "None." in told(town).text_content()
    assert town.states(WIFE) == {OLD: "left", NEW: "resident"}
    assert town.out_case(case).state == "closed"
    assert waiting(town) == []
    assert town.broken() == {}


@pytest.mark.parametrize("days", [1, 3])
def test_who_had_died_before_the_moving_day_never_moved(town, monkeypatch, days):
    """Of the old city's entry of a day before the move the new one can say what is so: they never came, and the registration is undone."""
    town.sign_in_key(town.members()[0], 3, pki.public(5))
    case = ready(town)
    town.between(monkeypatch, LastRegistrationOf, lambda: town.register(case))
    dies(town, HEAD, days=days)
    town.settle()
    here, died = town.resident(HEAD, NEW), today(town.clock) - timedelta(days=days)
    assert died < here.resident_since
    assert town.broken() == {}, "its desk was told"

    def forgotten(tx):
        tx.execute("UPDATE death_told SET settled_at = %s", (tx.now,))

    def waits(tx):
        tx.execute("UPDATE death_told SET settled_at = NULL")

    for work, found in ((forgotten, ["death-reaches-who-has-them"]), (waits, [])):
        town.databases("municipality").run("test.told", work, tenant=NEW, access=reading())
        assert list(town.broken()) == found
    with pytest.raises(Refusal) as refused:
        dies(town, HEAD, NEW, days=days)
    assert refused.value.fault.code == "municipality.death-day-before", (
        "a notice's day is looked at"
    )
    browser = desk(town, NEW)
    form = html.fromstring(
        browser.get(f"/desk/residents/{here.resident_id}/death?lang=en").content
    ).get_element_by_id("main-form")
    review = sent(browser, form, "")
    assert "they never moved" in review.text_content()
    sent(browser, review.get_element_by_id("main-form"), "write")
    town.settle()
    dead = town.resident(HEAD, NEW)
    assert (dead.state, dead.reason, dead.changed_on, dead.has_card) == (
        "left",
        "死亡",
        died,
        False,
    )
    assert "誤載" in dead.because
    assert "（令和" in dead.because, "a day as people write it"
    assert standing(town, HEAD) == ("death", NEW, here.resident_since), "registered on no day"
    assert "None." in told(town).text_content()
    assert good(town, HEAD) == []
    assert waiting(town) == []
    assert town.broken() == {}


def test_nobody_died_before_their_birth(town):
    one = town.resident(HEAD)
    for basis in ("notification", "family-register"):
        with pytest.raises(Refusal) as refused:
            Deaths(town.city).enter(
                OLD, CLERK, one.resident_id, one.version,
                Death(one.birth_date - timedelta(days=1), basis),
            )  # fmt: skip
        assert refused.value.fault.code == "municipality.death-day-before"


def test_how_long_a_told_death_waits_is_said(town):
    case = ready(town)
    town.register(case)
    town.settle()
    tell(town)
    town.clock.set(town.clock.now() + timedelta(days=9))
    assert "for 9 days" in told(town).text_content()
    assert "9日前から" in told(town, "ja").text_content()


def test_j_lis_hears_of_it(town, monkeypatch):
    town.sign_in_key(town.members()[0], 3, pki.public(5))
    case = ready(town)
    town.between(monkeypatch, LastRegistrationOf, lambda: town.register(case))
    dies(town, HEAD)
    town.settle()
    assert good(town, HEAD) == ["authentication"]
    entered_at(town, NEW, HEAD)
    assert good(town, HEAD) == []


def test_the_letters_come_before_the_new_city_has_written(town, monkeypatch):
    """The network has given them to the new city, which is about to write; the old city's word that they died comes first."""
    case = ready(town)
    token = next(one.token for one in town.people(case) if one.mover.resident_record_code == code_of(HEAD))  # fmt: skip
    letter = CertificateCancelled(case_id=case, tokens=(token,), at=town.clock.now(), died=True)
    seen = []

    def entered():
        monkeypatch.setattr(Deaths, "_must_be_here", lambda *_: None)  # it had asked before
        dies(town, HEAD)
        with pytest.raises(Refusal) as refused:
            town.databases("municipality").run(
                "test.early",
                lambda tx: town.expected.certificate_cancelled(
                    tx, letter, SimpleNamespace(sender=f"city:{OLD}")
                ),
                tenant=NEW,
                access=reading(),
            )
        seen.append(refused.value.fault.code)

    town.between(monkeypatch, ConsumeTransfers, entered)
    town.register(case)
    town.settle()
    assert seen == ["municipality.being-registered"]
    assert town.states(HEAD) == {OLD: "left", NEW: "resident"}
    assert town.states(WIFE) == {OLD: "left", NEW: "resident"}
    assert waiting(town) == []
    entered_at(town, NEW, HEAD)
    assert standing(town, HEAD)[0] == "death"
    assert town.broken() == {}


def test_entered_after_the_registration_it_is_refused_before_the_letters_came(town):
    """The old city has heard nothing yet: it asks, and sends the notification on."""
    case = ready(town)
    town.register(case)
    assert town.resident(HEAD).state == "left-planned"
    with pytest.raises(Refusal) as refused:
        dies(town, HEAD)
    assert refused.value.fault.code == "municipality.death-registered-elsewhere"
    assert "札幌" in refused.value.facts["municipality_ja"]
    town.settle()
    assert town.resident(HEAD).reason == "国内転出"
    entered_at(town, NEW, HEAD)
    assert standing(town, HEAD)[0] == "death"
    assert town.broken() == {}


def test_entered_before_the_registration_nobody_is_registered(town):
    """The network heard of the death first: the new city's registration is refused, and goes on without the dead."""
    case = ready(town)
    shown = town.arrival(case)
    dies(town, HEAD)
    town.settle()
    with pytest.raises(Refusal) as refused:
        town.registering.register(NEW, CLERK, case, shown.version, entered(shown), "", (), {}, "別の日に来る")  # fmt: skip
    assert refused.value.fault.code in (
        "municipality.changed-meanwhile",
        "municipality.wrong-state",
    )
    assert town.arrival(case).version != shown.version
    assert town.states(HEAD) == {OLD: "left", NEW: None}
    assert standing(town, HEAD)[:2] == ("death", OLD)
    assert waiting(town) == []
    assert town.broken() == {}


def test_told_twice_and_entered_meanwhile(town):
    case = ready(town)
    town.register(case)
    town.settle()
    dies(town, HEAD, NEW)
    town.settle()
    for _ in range(2):
        tell(town)
    assert "None." in told(town).text_content()


def test_who_moved_on_since_is_told_of_where_they_are(town):
    """The city that was told has nothing to enter any more: the network tells the next one."""
    case = ready(town)
    town.register(case)
    town.settle()
    tell(town)
    home = town.resident(HEAD, NEW)

    def left(tx):
        register_store.change(tx, home, state="left", reason="国外転出", is_head=False, changed_on=today(town.clock))  # fmt: skip
        town.city.tell_network(tx, home.resident_id, home.record_code, "emigration", today(town.clock))  # fmt: skip

    town.databases("municipality").run("test.left", left, tenant=NEW, access=reading())
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    assert standing(town, HEAD)[0] == "death", "nobody comes back from abroad as alive"
    assert "None." in told(town).text_content()
    assert waiting(town) == []


def test_only_a_decider_reads_the_list(town):
    browser = signed_in_at(
        town.street, f"city:{NEW}", "municipality", "staff", COUNTER.staff_id, name=COUNTER.name,
        roles=sorted(COUNTER.roles),
    )  # fmt: skip
    assert browser.get("/desk/deaths-told").status_code == 403


def tell(town):
    letter = DeathTold(resident_record_code=code_of(HEAD), told_by=OLD, on=today(town.clock))
    town.databases("jukinet").run(
        "test.tell",
        lambda tx: town.street.house("jukinet").post("jukinet").send(
            tx, letter, to=f"city:{NEW}", case="REG-0000000001"
        ),
        access=reading(),
    )  # fmt: skip
    town.settle()
