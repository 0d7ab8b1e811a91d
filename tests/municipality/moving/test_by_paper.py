"""Who did not arrive within the days of the special route: paper at the old city, paper at the new one, a cancellation, a question.

No page sends anybody to a place which has no act for it: the acts are pressed on the pages that offer them.
"""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from lxml import html
from pypdf import PdfReader

from kazasu.contracts.jukinet import OpenForPaper
from kazasu.contracts.municipality import RequestDataByPaper
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.kit import periods
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.moving.outstanding.asking import Asking
from kazasu.municipality.moving.outstanding.papers import PaperDesk
from kazasu.municipality.moving.paper import _certificate, certificate_of_moving_out
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.moving.service.departures import as_accepted
from kazasu.municipality.moving.service.walk_in import PaperCounter, WalkInDesk
from kazasu.municipality.moving.store import notices, papers
from kazasu.municipality.moving.store.papers import Paper, Query
from kazasu.municipality.register import store as register_store
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.municipality.moving.test_refused_arrivals import refused
from tests.support.city import CLERK, NAMES, NEW, OLD, THIRD, reading
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town, entered

SAID = "カードの期間が過ぎたので、本人が窓口で申し出た"


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    town.found_third()
    town.papers = PaperDesk(town.city)
    town.counter = PaperCounter(town.city)
    town.cancelling = Cancelling(town.city)
    return town


def ran_out(town, **more):
    """Accepted in time; nobody comes for forty days."""
    case = town.submit(**more)
    town.settle()
    town.accept(case)
    town.settle()
    for days in (1, 40):
        town.clock.set(town.clock.now() + timedelta(days=days))
        town.settle()
    assert town.arrival(case).state == "expired"
    assert [one.state for one in leavers(town, case)] == ["departed", "departed"]
    return case


def leavers(town, case):
    return town._read(OLD, lambda tx: notices.leavers(tx, case))


def issued(town, case):
    number = town.papers.issue(OLD, CLERK, case, town.out_case(case).version, SAID)
    town.settle()
    return number


def by_paper(town, case, number, city=NEW):
    """At a city's counter, from the number to the registration."""
    assert town.counter.fetch(city, CLERK, number.lower().replace("-", " "), "横浜市") == case
    town.settle()
    shown(town, case, city)
    home = town.elsewhere(city).model_copy(update={"city": f"{NAMES[city][0]}中央区"})
    town.enter(case, city, address=home)
    town.register(case, city)
    town.settle()


def shown(town, case, city=NEW, document="licence"):
    who = str(town.people(case, city)[0].token)
    version = town.arrival(case, city).version
    town.counter.identify(city, CLERK, case, version, who, document)


@pytest.mark.parametrize("city", [NEW, THIRD], ids=["as planned", "another city"])
def test_who_came_too_late_for_a_card_is_registered_with_a_paper(town, city):
    case = ran_out(town)
    number = issued(town, case)
    assert re.fullmatch(r"TS(-[0-9A-Z]{4}){3}", number)
    by_paper(town, case, number, city)
    for one in (10, 11):
        assert town.resident(one, OLD).state == "left"
        assert town.resident(one, city).state == "resident"
    assert town.arrival(case, city).visit["document"] == "licence"
    assert town.out_case(case).state == "closed"
    events = [one.event for one in town.portal.move("sub-1", case).events]
    assert [events.count(one) for one in ("paper-issued", "registered")] == [1, 1]
    notes = town.arrivals.look(city, CLERK, case).standing.notes
    assert any("届出期間経過通知" in one.words for one in notes) is False, "moved today: in time"
    assert town.broken() == {}


def test_a_late_notice_is_taken_and_says_how_late(town):
    case = ran_out(town)
    town.counter.fetch(NEW, CLERK, issued(town, case), OLD)
    town.settle()
    shown(town, case)
    town.enter(case, moved_on=today(town.clock) - timedelta(days=30))
    [late] = [
        one for one in town.arrivals.look(NEW, CLERK, case).differences if one.check == "late"
    ]
    days = (
        today(town.clock) - periods.moving_in_until(today(town.clock) - timedelta(days=30))
    ).days
    assert f"{days}日過ぎています" in late.ja
    town.register(case)
    town.settle()
    assert town.states(10) == {OLD: "left", NEW: "resident"}
    notes = town.arrivals.look(NEW, CLERK, case).standing.notes
    assert any("届出期間経過通知" in one.words for one in notes)


def test_a_paper_names_who_headed_the_household_that_they_left_and_not_who_heads_it_since(
    databases, clock
):
    """施行令 23条2項: whoever stays became head by this very move; 妻 and 子 are written of who headed before."""
    town = Town(databases, clock, size=4)
    town.papers = PaperDesk(town.city)
    case = town.submit(movers=[0, 1, 2])
    town.settle()
    town.accept(case)
    town.settle()
    assert town.resident(13).is_head
    issued(town, case)
    (kept,) = town._read(OLD, lambda tx: papers.of_case(tx, case))
    people = [(one["head_of_household"], one["relationship"]) for one in kept.content["people"]]
    head = town.resident(10).name
    assert people == [(head, "世帯主"), (head, "妻"), (head, "子")]

    def gone_alone(tx):
        wife = register_store.by_id(tx, town.resident(11).resident_id)
        return as_accepted(tx, town.out_case(case), [wife])

    (wife,), named = town._read(OLD, gone_alone)
    assert (wife.relationship, named) == ("妻", head), "also of who comes without the head"


def test_no_paper_names_the_dead_as_head_and_no_page_names_somebody_by_a_number(databases, clock):
    """The head died after the notice was accepted: who heads the household now is named, and the dead by name among who left."""
    town = Town(databases, clock, size=3)
    town.papers = PaperDesk(town.city)
    case = town.submit(moves_on=today(clock) + timedelta(days=2))
    town.settle()
    town.accept(case)
    town.settle()
    dead, wife = town.resident(10), town.resident(11)
    Deaths(town.city).enter(
        OLD, CLERK, dead.resident_id, dead.version, Death(today(clock), "notice")
    )
    town.settle()
    issued(town, case)
    (kept,) = town._read(OLD, lambda tx: papers.of_case(tx, case))
    people = [
        (one["name"], one["head_of_household"], one["relationship"])
        for one in kept.content["people"]
    ]
    assert people[0] == (wife.name, wife.name, "世帯主")
    assert {one[1] for one in people} == {wife.name}
    browser = signed_in_at(
        town.street, f"city:{OLD}", "municipality", "staff", CLERK.staff_id, name=CLERK.name, roles=sorted(CLERK.roles),
    )  # fmt: skip
    left = (
        html.fromstring(browser.get(f"/desk/out/{case}?lang=ja").content)
        .get_element_by_id("outstanding")
        .text_content()
    )
    assert f"{dead.name}：死亡" in left
    assert dead.resident_id not in left


def test_the_certificate_of_a_departure_ex_officio_certifies_no_notice():
    """標準仕様書 4.1.3.0.1, 4.1.3.0.3: 転出証明書に準ずる証明書, with the day of the departure and none that is planned."""
    person = {"name": "甲", "kana": "", "former_surname": "", "alias": "", "birth_text": "", "sex": "", "relationship": "世帯主",
              "nationality": "", "registered_domicile": "", "head_of_household": "甲"}  # fmt: skip
    content = {
        "old_address": "",
        "new_address": "",
        "planned_on": "2026-10-01",
        "special": False,
        "people": [person],
    }
    paper = Paper(
        "TS-0000", "CO-1", 1, content | {"ex_officio": True}, "1", date(2026, 11, 23), "clerk-1"
    )
    printed = _certificate("横浜市", paper, sandbox=True)
    assert (printed["title"], printed["day"]) == ("転出証明書に準ずる証明書", "転出年月日")
    assert "届出があった" not in printed["certified"]
    assert "職権" in printed["certified"]
    ordinary = _certificate("横浜市", replace(paper, content=content), sandbox=True)
    assert (ordinary["title"], ordinary["day"]) == ("転出証明書", "転出の予定年月日")
    assert "届出があった" in ordinary["certified"]
    assert certificate_of_moving_out("横浜市", paper, sandbox=True).startswith(b"%PDF")


def test_a_paper_that_was_issued_again_takes_the_place_of_the_first(town):
    case = ran_out(town)
    first, second = issued(town, case), issued(town, case)
    assert first != second
    assert (
        refused(town.counter.fetch, NEW, CLERK, first, "横浜市").fault.code
        == "municipality.paper-replaced"
    )
    kept = town._read(OLD, lambda tx: papers.of_case(tx, case))
    assert [one.issue for one in kept] == [1, 2]
    assert kept[0].content == kept[1].content, "as it was issued first"
    by_paper(town, case, second)
    assert town.states(10) == {OLD: "left", NEW: "resident"}
    assert (
        refused(town.counter.fetch, THIRD, CLERK, second, "横浜市").fault.code
        == "municipality.nobody-to-come"
    )


def test_a_paper_that_is_issued_again_says_what_the_first_said(town):
    """Whatever the register says since (標準仕様書 4.1.3.0.3)."""
    case = ran_out(town)
    issued(town, case)

    def renamed(tx):
        before = register_store.by_id(tx, town.resident(10).resident_id)
        return register_store.change(
            tx, before, reason="職権修正", changed_on=today(town.clock), name="別名　花子"
        )

    town.databases("municipality").run("test.change", renamed, tenant=OLD, access=reading())
    issued(town, case)
    first, second = town._read(OLD, lambda tx: papers.of_case(tx, case))
    assert first.content == second.content
    assert "別名　花子" not in [one["name"] for one in second.content["people"]]


def test_what_is_no_paper_of_that_city_is_refused_in_words(town):
    case = ran_out(town)
    good = issued(town, case)
    for number, city, code in (
        ("TS-0000-0000-0000", "横浜市", "municipality.paper-unknown"),
        ("", "横浜市", "municipality.paper-unknown"),
        (good, "札幌市", "municipality.leaves-this-city"),
        (good, "福岡市", "municipality.paper-unknown"),
        (good, "どこか", "municipality.old-city-unknown"),
        (good, "", "municipality.old-city-unknown"),
    ):
        assert refused(town.counter.fetch, NEW, CLERK, number, city).fault.code == code, (
            number,
            city,
        )
    with pytest.raises(Refusal):
        town.counter.fetch(OLD, CLERK, good, "横浜市")
    assert town.arrival(case).state == "expired"


@pytest.mark.parametrize("named", ["横浜", "神奈川県横浜", "よこはま", "ヨコハマ", "yoko"])
def test_the_beginning_of_a_name_or_its_reading_is_enough_where_one_city_has_it(town, named):
    """As papers and people say it."""
    case = ran_out(town)
    assert town.counter.fetch(NEW, CLERK, issued(town, case), named) == case


def test_a_card_alone_does_not_open_what_is_open_for_a_paper(town):
    case = ran_out(town)
    refusal = refused(WalkInDesk(town.city).fetch, THIRD, CLERK, town.holding(10, THIRD))
    assert refusal.fault.code == "jukinet.transfer-expired"
    issued(town, case)
    refusal = refused(WalkInDesk(town.city).fetch, THIRD, CLERK, town.holding(10, THIRD))
    assert refusal.fault.code == "jukinet.transfer-expired"


def test_a_document_is_enough_only_with_a_paper(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    version = town.out_case(case).version
    early = refused(town.papers.issue, OLD, CLERK, case, version, SAID)
    assert early.fault.code == "municipality.paper-not-heard", "its letter is on the way"
    town.settle()
    assert refused(shown, town, case).fault.code == "municipality.paper-needed"
    town.counter.fetch(NEW, CLERK, issued(town, case), OLD)
    town.settle()
    assert (
        refused(shown, town, case, document="letter").fault.code == "municipality.document-needed"
    )
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    shown(town, case)
    assert town.arrival(case).state == "visited", "no card, and in time"


def test_what_came_by_paper_never_runs_out(town):
    case = ran_out(town)
    town.counter.fetch(NEW, CLERK, issued(town, case), OLD)
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=400))
    town.settle()
    assert town.expected.note_expired(NEW, today(town.clock)) == 0
    assert town.arrival(case).state == "certificate"


@pytest.mark.parametrize("paper", [True, False], ids=["with a paper", "without"])
@pytest.mark.parametrize("by", ["desk", "portal"])
def test_who_stayed_is_brought_back_also_after_the_special_route(town, by, paper):
    case = ran_out(town)
    number = issued(town, case) if paper else ""
    if by == "desk":
        version = town.out_case(case).version
        town.cancelling.cancel_at_desk(OLD, CLERK, case, version, "引っ越していない。本人が窓口で")
    else:
        assert town.portal.move("sub-1", case).may_withdraw
        town.portal.withdraw("sub-1", case)
    town.settle()
    assert [town.states(one) for one in (10, 11)] == [{OLD: "resident", NEW: None}] * 2
    assert town.resident(10).is_head
    assert town.out_case(case).state == "cancelled"
    assert town.arrival(case).state == "cancelled"
    assert town.portal.move("sub-1", case).has("cancelled")
    if paper:
        assert (
            refused(town.counter.fetch, NEW, CLERK, number, "横浜市").fault.code
            == "municipality.nobody-to-come"
        )
    assert (
        refused(town.papers.issue, OLD, CLERK, case, town.out_case(case).version, SAID).fault.code
        == "municipality.wrong-state"
    )
    assert town.broken() == {}
    again = town.submit(case_id="MV-again-0000001", key=6)
    town.settle()
    town.accept(again)
    town.settle()
    assert town.states(10) == {OLD: "left-planned", NEW: None}, "and can move later"


def test_cancelled_between_the_network_and_the_paper_nobody_gets_one(town, monkeypatch):
    case = ran_out(town)
    version = town.out_case(case).version

    def cancelled():
        town.portal.withdraw("sub-1", case)
        town.settle()

    town.between(monkeypatch, OpenForPaper, cancelled)
    assert refused(town.papers.issue, OLD, CLERK, case, version, SAID)
    assert town._read(OLD, lambda tx: papers.of_case(tx, case)) == []
    assert town.states(10) == {OLD: "resident", NEW: None}
    assert town.broken() == {}


def test_cancelled_between_the_data_and_the_registration_the_network_says_so(town, monkeypatch):
    case = ran_out(town)
    number = issued(town, case)
    town.between(
        monkeypatch, RequestDataByPaper, lambda: town.cancelling.cancel_at_desk(
            OLD, CLERK, case, town.out_case(case).version, "引っ越していない"
        ),
    )  # fmt: skip
    town.counter.fetch(NEW, CLERK, number, "横浜市")
    town.settle()
    assert town.arrival(case).state == "cancelled"
    assert town.states(10) == {OLD: "resident", NEW: None}
    assert town.broken() == {}


def test_a_notice_that_is_decided_too_late_says_so_and_is_accepted_on_paper(town):
    """U10-14: the finding, the button beside it, and a paper at once; nothing says that all is well."""
    case = town.submit()
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=40))
    town.settle()
    browser = desk(town, OLD)
    page = html.fromstring(browser.get(f"/desk/out/{case}?lang=en").content)
    assert "The period for arriving by card ended" in page.text_content()
    [button] = page.get_element_by_id("main-form").xpath(".//button[@type='submit']")
    assert button.get("value") == "paper"
    done = sent(browser, page.get_element_by_id("main-form"), "paper")
    assert "paper certificate was issued" in done.get_element_by_id("done").text_content()
    town.settle()
    assert town.arrival(case).state == "expired"
    events = [one.event for one in town.portal.move("sub-1", case).events]
    assert "in-ready" not in events, "never ready for a card"
    assert events.count("expired-special") == 1
    number = re.search(r"TS(-[0-9A-Z]{4}){3}", done.get_element_by_id("paper").text_content())[0]
    by_paper(town, case, number)
    assert town.states(10) == {OLD: "left", NEW: "resident"}
    assert town.broken() == {}


@pytest.mark.parametrize(("visit_in", "needed"), [(14, False), (17, True)])
def test_the_clerk_reads_that_an_appointment_after_the_last_day_needs_a_paper(
    town, visit_in, needed
):
    """Before the decision and after it: the certificate data go, and the card will be refused all the same."""
    case = town.submit(visit_in=visit_in)
    town.settle()
    browser = desk(town, OLD)
    told = [browser.get(f"/desk/out/{case}?lang={lang}").text for lang in ("ja", "en")]
    page = html.fromstring(told[1])
    done = sent(browser, page.get_element_by_id("main-form"), "")
    assert "It was accepted" in done.get_element_by_id("done").text_content()
    told.append(html.tostring(done, encoding="unicode"))
    assert all(("paper-needed" in one) == needed for one in told)
    if needed:
        assert "The card alone is enough in the new city until" in told[2]
        assert "Once the notice is accepted" in told[1]
        assert "Once the notice is accepted" not in told[2], "it is"
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=22))
    page = desk(town, OLD).get(f"/desk/out/{case}?lang=ja").text
    said = html.fromstring(page).get_element_by_id("paper-needed").text_content()
    assert "まででした" in said
    assert "でした。まだ転入していない人には" in said.replace(" ", ""), "the appointment is over"
    assert "受理したあと、この画面で" not in said


@pytest.mark.parametrize("until", [0, 1], ids=["on the last day", "the day after"])
def test_the_finding_stands_from_the_day_after_the_last(town, until):
    case = town.submit()
    town.settle()
    last = periods.transfer_usable_until(today(town.clock))
    town.clock.set(town.clock.now() + (last - today(town.clock)) + timedelta(days=until))
    found = [one.check for one in town.out.look(OLD, CLERK, case).case.checks]
    assert ("special-route" in found) == bool(until)


def test_data_that_were_on_their_way_too_long_make_no_counter_ready(town):
    """Accepted on the last day, for a card, and delivered the day after; their appointment is later still."""
    case = town.submit(visit_in=40)
    town.settle()
    last = periods.transfer_usable_until(today(town.clock))
    town.clock.set(town.clock.now() + (last - today(town.clock)))
    town.accept(case)
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    assert town.arrival(case).state == "expired"
    events = [one.event for one in town.portal.move("sub-1", case).events]
    assert "in-ready" not in events, "never ready for a card"
    assert events.count("expired-special") == 1


def test_a_city_answers_of_each_person_and_not_that_all_are_registered(databases, clock):
    """Of a family of three two were registered there; the third was left out, and no notice of moved-in will come."""
    town = Town(databases, clock, size=3)
    case = town.to_the_desk()
    town.enter(case)
    out = town.people(case)[2]
    people = tuple(
        replace(one, included=one.token != out.token) for one in entered(town.arrival(case)).people
    )
    town.enter(case, people=people)
    town.register(case, left_out="引っ越さないと申し出た")
    town.settle()
    assert town.arrival(case).state in ("registered", "partly")
    town.clock.advance(timedelta(days=40))
    town.settle()
    asked(town, case)
    (query,) = town.out.look(OLD, CLERK, case).asked
    assert query.of(out.token) != "registered"
    assert query.of(town.people(case)[0].token) == "registered"
    text = html.fromstring(desk(town, OLD).get(f"/desk/out/{case}?lang=ja").content)
    said = text.get_element_by_id("asked").text_content()
    assert "転入通知が届きます" not in said
    assert out.mover.name in said


def test_who_was_left_out_is_said_to_be(clock):
    query = Query("MV-1", NEW, clock.now(), "registered", clock.now(), [UUID(int=1)])
    assert [query.of(UUID(int=one)) for one in (1, 2)] == ["registered", "left-out"]
    assert replace(query, answer="expected").of(UUID(int=2)) == "expected"
    assert replace(query, registered=None).of(UUID(int=2)) == "registered"


def asked(town, case):
    Asking(town.city).ask(OLD, CLERK, case, town.out_case(case).version)
    town.settle()
    return {one.to_municipality: one.answer for one in town.out.look(OLD, CLERK, case).asked}


def test_the_planned_city_answers_by_itself_where_they_are(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    assert refused_to_ask(town, "MV-of-nobody-00001") == "municipality.unknown-case"
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    assert asked(town, case)[NEW] in ("expected", "missed")
    town.visit(case)
    assert asked(town, case) == {NEW: "at-the-desk"}
    town.clock.set(town.clock.now() + timedelta(days=40))
    town.settle()
    assert asked(town, case) == {NEW: "expired"}
    row = html.fromstring(desk(town, OLD).get("/desk/overdue?lang=en").content)
    assert "nobody came before the period" in row.text_content()
    assert row.xpath(f"//a[@href='/desk/out/{case}#outstanding']"), "what to do next"


def refused_to_ask(town, case):
    return refused(Asking(town.city).ask, OLD, CLERK, case, 1).fault.code


def test_the_paper_says_what_was_issued(town):
    """Read again from the PDF: every letter of it, the mark of the sandbox, and the number."""
    case = ran_out(town)
    number = issued(town, case)
    browser = desk(town, OLD)
    answer = browser.get(f"/desk/out/{case}/paper.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages)
    said = re.sub(r"\s", "", text)
    [kept] = town._read(OLD, lambda tx: papers.of_case(tx, case))
    for one in (
        number,
        "体験環境",
        "SANDBOX",
        "転出証明書",
        "特例による転出処理済",
        kept.content["old_address"],
        kept.content["new_address"],
    ):
        assert re.sub(r"\s", "", one) in said, one
    for one in kept.content["people"]:
        assert re.sub(r"\s", "", one["name"]) in said
        assert one["resident_record_code"] not in said
    assert "再交付" not in said
    issued(town, case)
    again = browser.get(f"/desk/out/{case}/paper.pdf")
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(again.content)).pages)
    assert "再交付" in text


def pressed(browser, page, form, **fields):
    """Every form of a page is sent as it is offered."""
    data = dict(form.form_values()) | fields
    answer = browser.post(
        form.action if form.action.startswith("http") else str(browser.base_url).rstrip("/") + form.action,
        data=data | {"_page": page}, headers={"origin": str(browser.base_url).rstrip("/")},
    )  # fmt: skip
    return html.fromstring(followed(browser, answer).content)


def test_no_page_of_who_ran_out_sends_anybody_where_no_act_is(town):
    """From the new city's page to the old one's, and back with the number: each act that a page offers is there and is done."""
    case = ran_out(town)
    new, old = desk(town, NEW), desk(town, OLD)
    page = html.fromstring(new.get(f"/desk/in/{case}?lang=en").content)
    assert "Nothing is left to do" not in page.text_content()
    [form] = page.xpath(f"//form[@action='/desk/in/{case}/paper']")
    assert dict(form.form_values())["old_city"] == "横浜市", "known from the data that had come"
    overdue = html.fromstring(old.get("/desk/overdue?lang=en").content)
    [link] = {one for one in overdue.xpath("//a/@href") if "#outstanding" in one}
    page = html.fromstring(old.get(f"{link.partition('#')[0]}?lang=en").content)
    assert "Nothing is left to do" not in page.text_content()
    acts = {
        one.rpartition("/")[2]
        for one in page.get_element_by_id("outstanding").xpath(".//form/@action | .//a/@href")
    }
    assert acts == {"paper", "ask", "cancel"}
    [ask] = page.xpath("//form[contains(@action, '/ask')]")
    done = pressed(old, f"/desk/out/{case}", ask)
    assert done.get_element_by_id("done") is not None
    town.settle()
    page = html.fromstring(old.get(f"/desk/out/{case}?lang=en").content)
    assert "nobody came before" in page.get_element_by_id("asked").text_content()
    [give] = page.xpath("//form[contains(@action, '/paper')]")
    refusal = pressed(old, f"/desk/out/{case}", give, because="")
    assert refusal.get_element_by_id("because").get("aria-invalid") == "true", (
        "never without a reason"
    )
    done = pressed(old, f"/desk/out/{case}", give, because=SAID)
    number = re.search(r"TS(-[0-9A-Z]{4}){3}", done.get_element_by_id("paper").text_content())[0]
    town.settle()
    page = pressed(new, f"/desk/in/{case}", form, number="x")
    assert page.get_element_by_id("number").get("aria-invalid") == "true"
    page = pressed(new, f"/desk/in/{case}", form, number=number)
    assert page.get_element_by_id("done") is not None
    town.settle()
    page = html.fromstring(new.get(f"/desk/in/{case}?lang=en").content)
    [document] = page.xpath("//form[contains(@action, '/documents')]")
    assert pressed(new, f"/desk/in/{case}", document).xpath(
        "//*[@data-fault='municipality.document-needed']"
    )
    who = document.xpath(".//input[@name='who']/@value")[0]
    page = pressed(new, f"/desk/in/{case}", document, who=who, document="passport")
    assert page.get_element_by_id("seen-document") is not None
    assert page.get_element_by_id("main-form") is not None, "the notice can be completed"
    confirm = html.fromstring(
        old.get(f"/desk/out/{case}/cancel?lang=en").content
    ).get_element_by_id("main-form")
    assert pressed(old, f"/desk/out/{case}/cancel", confirm).xpath(
        "//*[@data-fault='municipality.reason-needed']"
    )
    pressed(old, f"/desk/out/{case}/cancel", confirm, because="引っ越していない")
    town.settle()
    assert town.states(10) == {OLD: "resident", NEW: None}
    assert town.arrival(case).state == "cancelled"
    for browser, path in ((old, f"/desk/out/{case}"), (new, f"/desk/in/{case}")):
        page = html.fromstring(browser.get(f"{path}?lang=en").content)
        assert not page.xpath("//form[contains(@action, '/paper') or contains(@action, '/ask')]")
    assert town.broken() == {}


def test_a_walk_in_with_a_paper_that_nobody_expected_is_taken_from_its_own_page(town):
    case = ran_out(town)
    number = issued(town, case)
    browser = desk(town, THIRD)
    assert html.fromstring(browser.get("/desk/walk-in").content).xpath("//a[@href='/desk/paper']")
    [form] = html.fromstring(browser.get("/desk/paper?lang=en").content).xpath(
        "//form[@action='/desk/paper']"
    )
    page = pressed(browser, "/desk/paper", form, number=number, old_city="神奈川県横浜市")
    town.settle()
    [link] = page.xpath("//*[@id='fetched']//a/@href")
    assert link == f"/desk/in/{case}"
    assert browser.get(link).status_code == 200
    assert town.arrival(case, THIRD).state == "certificate"


def test_a_void_appointment_is_void_after_the_registration_by_paper_too(town):
    """The portal showed the day of it again, as if somebody had come on it."""
    case = ran_out(town)
    town.counter.fetch(NEW, CLERK, issued(town, case), OLD)
    town.settle()
    assert town.arrival(case).state == "certificate"
    words = desk(town, NEW).get(f"/desk/in/{case}?lang=en").text
    assert "certificate data here, the visit awaited" in words
    assert "no reservation" not in words
    shown(town, case)
    town.enter(case)
    town.register(case)
    town.settle()
    browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-1")
    page = html.fromstring(browser.get(f"/moves/{case}?lang=en").content)
    [appointment] = [
        one.getnext().text_content()
        for one in page.iter("dt")
        if one.text_content() == "Appointment"
    ]
    assert "void (it was" in appointment


def test_a_slip_in_the_number_is_said_before_another_city_is_asked(town):
    """The last letter does not agree; a number that is well written and unknown is another thing."""
    browser = desk(town, NEW)
    [form] = html.fromstring(browser.get("/desk/paper?lang=en").content).xpath(
        "//form[@action='/desk/paper']"
    )
    for number, slip in (
        ("TS-0000-0000-0001", True),
        ("ts 0000 0000 0010", True),
        ("TS-0000-0000-0000", False),
    ):
        page = pressed(browser, "/desk/paper", form, number=number, old_city="神奈川県横浜市")
        assert ("A letter of this number is wrong" in page.text_content()) == slip, number
