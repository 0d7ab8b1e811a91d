"""The two desks by calls: what is written where, what is refused, what races decide once."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from cryptography import x509

from kazasu.contracts.accesses import AccessesOf
from kazasu.contracts.municipality import (
    Address,
    CertificateCancelled,
    CertificateOfMovingOut,
    HouseholdOf,
    MoveNotice,
    NoticeOfMovedIn,
    NoticeOfMovingOut,
    RequestCertificateData,
    SignedDocument,
    VisitReservation,
    WithdrawMove,
)
from kazasu.contracts.terminal import TapFailure, TapResult
from kazasu.exchange.carrier import operator
from kazasu.exchange.carrier.letters import Received
from kazasu.exchange.faults import UNREACHABLE
from kazasu.exchange.handles import seal_handle
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import next_open
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.kit import periods
from kazasu.municipality.hall import printing
from kazasu.municipality.moving import addressing, paper
from kazasu.municipality.moving.rules.judging import _in_time
from kazasu.municipality.moving.store import arrivals, notices
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.history import lines
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.portal.move.answers import answers_from, notice_of
from kazasu.portal.store import Draft, save_draft
from tests.support.city import CLERK, COUNTER, NEW, OLD, STRANGER, code_of, reading
from tests.support.town import Town, asked, entered


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def refused(call, *arguments, **more):
    with pytest.raises(Refusal) as caught:
        call(*arguments, **more)
    return caught.value.fault.code


def test_a_whole_move(town):
    case = town.moved()
    assert town.states(10) == {OLD: "left", NEW: "resident"}
    assert town.states(11) == {OLD: "left", NEW: "resident"}
    assert town.out_case(case).state == "closed"
    old, new = town.resident(10, OLD), town.resident(10, NEW)
    assert old.planned_to
    assert old.confirmed_to == new.address
    assert new.reason == "国内転入"
    assert new.is_head
    versions = town._read(OLD, lambda tx: register_store.history(tx, old.resident_id))
    assert [v.version for v in versions] == list(range(len(versions), 0, -1))
    assert [v.state for v in reversed(versions)][:2] == ["resident", "leaving"]


def test_the_machine_names_every_reason_and_the_clerk_cannot_pass_over_them(town):
    case = town.submit(tamper=True)
    town.settle()
    found = town.out_case(case)
    assert found.state == "checked"
    assert next(c.check for c in found.checks if not c.good and c.blocking) == "signature"
    assert refused(town.accept, case) == "municipality.not-acceptable"
    for act in (town.out.reject, town.out.ask_for_correction):
        assert refused(act, OLD, CLERK, case, found.version, " ") == "municipality.answer-needed"
    assert town.out_case(case) == found
    town.out.reject(OLD, CLERK, case, found.version, "署名が合いません")
    assert refused(town.accept, case) == "municipality.wrong-state"
    assert town.states(10)[OLD] == "resident"
    assert town.arrival(case).state == "reserved"
    town.settle()
    assert town.arrival(case).state == "withdrawn", "the new city expects nobody any more"


def test_a_draft_that_changed_while_its_card_signed_is_not_sent(town):
    """In a second tab. The cities would have got words with a signature over others, and the resident no word."""
    phone = {"phone": "09000000000"}
    assert (
        refused(town.submit, case_id="MV-changed-draft", meanwhile=phone) == "signin.other-document"
    )
    assert town.sent("MV-changed-draft") == (0, phone["phone"]), "nothing is lost, nothing was sent"


def test_a_notice_outside_the_period_is_seen(town):
    case = town.submit(moves_on=today(town.clock) + timedelta(days=40))
    town.settle()
    bad = [c.check for c in town.out_case(case).checks if not c.good and c.blocking]
    assert bad == ["window"]


def test_a_notice_after_fourteen_days_is_no_notice_any_more(town):
    """Its border is 14 days after moving: the clerk reads that the departure is recorded ex officio."""
    moved_on = today(town.clock) - timedelta(days=14)
    until = periods.moving_in_until(moved_on)
    in_time, late = _in_time(moved_on, until), _in_time(moved_on, until + timedelta(days=1))
    assert [c.check for c in in_time] == ["window"]
    assert [(c.check, c.good, c.blocking) for c in late[1:]] == [("late", False, True)]
    case = town.submit(moves_on=today(town.clock) - timedelta(days=20))
    town.settle()
    bad = [c for c in town.out_case(case).checks if not c.good and c.blocking]
    assert [c.check for c in bad] == ["window", "late"]
    assert "職権" in bad[1].ja
    assert refused(town.accept, case) == "municipality.not-acceptable"


def test_a_revoked_signature_is_seen(town):
    certificate = x509.load_der_x509_certificate(town._certificate(town.members()[0], 2))
    named = [("signing", certificate.serial_number)]
    town.jpki.bulk.revoke_many(named, "key_compromise")
    town.clock.advance(timedelta(minutes=1))
    case = town.submit()
    town.settle()
    bad = [c for c in town.out_case(case).checks if not c.good and c.blocking]
    assert [c.check for c in bad] == ["signature", "applicant"]


def test_ahead_of_the_planned_day_the_record_stays_and_then_closes(town):
    moves_on = today(town.clock) + timedelta(days=5)
    case = town.submit(moves_on=moves_on)
    town.settle()
    town.accept(case)
    town.settle()
    assert town.states(10)[OLD] == "leaving"
    town.clock.set(town.clock.now() + timedelta(days=5))
    town.settle()
    assert town.states(10)[OLD] == "left-planned"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"moved_on": date(2027, 1, 1)}, "municipality.moved-in-future"),
        ({"moved_on": date(2026, 10, 1)}, "municipality.special-route-closed"),
        ({"people": ()}, "municipality.nobody-chosen"),
    ],
)
def test_an_entry_that_cannot_be(town, changes, code):
    case = town.to_the_desk()
    assert refused(town.enter, case, **changes) == code
    assert town.arrival(case).state == "visited"
    assert town.states(10)[NEW] is None


def test_the_city_completes_the_address_of_its_own_place(town):
    case = town.to_the_desk()
    address = Address(
        municipality_code=MunicipalityCode(NEW), prefecture="", city="", postcode="060-0042",
        town="大通西", block="１番地",
    )  # fmt: skip
    town.enter(case, address=address)
    assert town.arrival(case).entry["address"]["prefecture"] == "北海道"
    assert town.arrival(case).entry["address"]["city"] == "札幌市中央区"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"city": "大阪市"}, "municipality.address-elsewhere"),
        ({"city": "横浜市中区"}, "municipality.address-elsewhere"),
        ({"city": "札幌市"}, "municipality.address-elsewhere"),
        ({"city": "札幌市大阪区"}, "municipality.address-elsewhere"),
        ({"city": "", "postcode": "5300001"}, "municipality.address-elsewhere"),
        ({"town": ""}, "municipality.item-empty"),
        ({"block": "　\u200b\u3164"}, "municipality.item-empty"),
    ],
)
def test_nobody_is_entered_at_an_address_outside_the_city_or_at_none(town, changes, code):
    case = town.to_the_desk()
    assert refused(town.enter, case, address=_address(**changes)) == code
    assert town.arrival(case).state == "visited"


def test_a_walk_in_has_nothing_to_agree_with(town):
    """What could not be compared is not called the same: no notice for this city, and no postcode."""
    case = town.to_the_desk()
    town.enter(case, address=_address())
    kept = town.arrival(case)
    walked_in = replace(kept, reservation=None, certificate=kept.certificate | {"new_address": ""})
    found = {one.check: one for one in addressing.compared(walked_in)}
    assert {name for name, one in found.items() if one.good} == set()
    assert "nothing to compare" in found["address-announced"].en
    assert "not compared" in found["address-postcode"].en


def test_a_notice_that_knows_the_city_alone_differs_in_nothing(town):
    """As at a counter, where nobody had an address yet: the city agrees, and the rest has nothing to be compared with."""
    case = town.to_the_desk()
    town.enter(case, address=_address())
    kept = town.arrival(case)

    def told(said):
        there = kept.certificate | {"new_address": said}
        (found,) = [
            one
            for one in addressing.compared(replace(kept, reservation=None, certificate=there))
            if one.check == "address-announced"
        ]
        return found

    for said in ("北海道札幌市", "札幌市", "北海道札幌市中央区"):
        assert told(said).good, said
        assert "says no more" in told(said).en
    assert not told("青森県青森市").good
    assert not told("北海道札幌市西区").good


def test_the_form_says_whether_the_whole_household_moves(town):
    """異動の区分 stands on the notice that the resident signed; where none came it is marked by hand."""
    case = town.to_the_desk()
    kept = town.arrival(case)
    people = town.arrivals.look(NEW, CLERK, case).arrivers

    def printed(case):
        return paper._document("札幌市", case, people, None, date(2026, 11, 24), "")["scope"]

    def saying(scope):
        notice = kept.reservation["notice"] | {"scope": scope}
        return replace(kept, reservation=kept.reservation | {"notice": notice})

    assert printed(saying("whole-household")) == "世帯の全部"
    assert printed(saying("part")) == "世帯の一部"
    assert printed(replace(kept, reservation=None)) == "世帯の全部　・　世帯の一部"


def test_numbers_go_as_the_household_is_written_its_head_first(town):
    case = town.moved()
    number = {number: town.resident(number, NEW) for number in (10, 11)}
    head, other = sorted(number.values(), key=lambda one: one.relationship != "世帯主")
    assert head.relationship == "世帯主"
    assert int(other.resident_id[:-1]) == int(head.resident_id[:-1]) + 1, case


def test_the_decider_sees_where_the_address_differs_from_notice_and_postcode(town):
    case = town.to_the_desk()

    def seen(**changes):
        town.enter(case, address=_address(**changes))
        found = town.arrivals.look(NEW, CLERK, case).differences
        return [one.check for one in found if not one.good]

    assert town.arrivals.look(NEW, CLERK, case).differences == []
    assert seen() == ["address-postcode", "address-town"], "no postcode: nothing was compared"
    assert seen(postcode="060-0000") == ["address-town"]
    assert seen(town="大通西") == ["address-announced", "address-postcode"]
    assert seen(town="大通西", postcode="0600042") == ["address-announced"]
    assert seen(town="ほげ町") == ["address-announced", "address-postcode", "address-town"]
    assert seen(postcode="0640820") == ["address-postcode"]
    assert seen(postcode="9999999") == ["address-postcode"]
    assert seen(city="札幌市西区", postcode="0600042") == ["address-announced", "address-postcode"]


def test_what_no_card_can_carry_is_told_at_the_desk(town):
    """－ as Windows types it is composed; ① is refused by name; a name stays as it is, and whoever decides is told."""
    case = town.to_the_desk()
    assert (
        refused(town.enter, case, address=_address(block="１番①")) == "municipality.not-on-a-card"
    )
    assert (
        refused(town.enter, case, address=_address(building="№3")) == "municipality.not-on-a-card"
    )
    town.enter(case, address=_address(block="１\uff0d２", building="ﾊﾞﾙ"))
    entered = town.arrival(case).entry["address"]
    assert (entered["block"], entered["building"]) == ("１−２", "バル")
    look = town.arrivals.look(NEW, CLERK, case)
    (told,) = addressing.letters(
        [
            replace(one, mover=one.mover.model_copy(update={"name": "山田\U0002a6d6子"}))
            for one in look.arrivers[:1]
        ]
    )
    assert "\U0002a6d6" in told.en
    assert not addressing.letters(look.arrivers)


def test_where_the_postcode_has_no_town_none_is_asked_for(town):
    """Numbers right after the municipality: 直島町, 利島村 (一円), and 龍ケ崎市, whose first postcode is for all that is not listed."""
    case = town.to_the_desk()
    assert (
        refused(town.enter, case, address=_address(town="", postcode="0640941"))
        == "municipality.item-empty"
    )
    town.enter(case, address=_address(town="", postcode="0600000"))
    found = town.arrivals.look(NEW, CLERK, case).differences
    assert "address-town" in [one.check for one in found]
    assert "No town" in next(one.en for one in found if one.check == "address-town")


def _address(**changes):
    facts = {"prefecture": "", "city": "札幌市中央区", "town": "大通", "block": "１番地"}
    return Address(municipality_code=MunicipalityCode(NEW), **facts | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "municipality.item-empty"),
        ({"town": " "}, "municipality.item-empty"),
        ({"town": ""}, "municipality.item-empty"),
        ({"block": "\u2060"}, "municipality.item-empty"),
        ({"city": "札幌市中央区"}, "municipality.address-elsewhere"),
        ({"city": ""}, "municipality.item-empty"),
        ({"block": "１番①"}, "municipality.not-on-a-card"),
        ({"building": "№3"}, "municipality.not-on-a-card"),
    ],
)
def test_no_correction_empties_a_record_or_moves_it_out_of_the_city(town, changes, code):
    corrections = Corrections(town.city)
    before = town.resident(10)
    done = (corrections.correct, OLD, CLERK, before.resident_id, before.version)
    assert refused(*done, changes, "戸籍の記載による") == code
    assert town.resident(10) == before
    corrections.correct(*done[1:], {"city": "横浜市南区"}, "住居表示による", whole_household=True)
    assert town.resident(10).city == "横浜市南区"


def test_who_corrects_from_an_older_page_is_told_by_whom(town):
    """Who pressed twice, or has two windows, reads of themselves and not of somebody else."""
    before = town.resident(10)
    correct, who = Corrections(town.city).correct, before.resident_id
    items = ({"city": "横浜市西区"}, "住居表示による")
    older = refused(correct, OLD, CLERK, who, before.version - 1, *items)
    assert older == "municipality.record-changed"
    stale = (OLD, CLERK, who, before.version)
    correct(*stale, {"city": "横浜市南区"}, "住居表示による", whole_household=True)
    assert refused(correct, *stale, *items) == "municipality.corrected-by-you"
    assert town.resident(10).city == "横浜市南区"


def test_a_card_is_continued_after_the_registration_not_before(town):
    case = town.to_the_desk()
    town.enter(case)
    mover = town.people(case)[0]
    assert refused(town.cards.begin, NEW, COUNTER, case, mover.token) == "municipality.unknown-case"
    town.register(case)
    assert town.cards.begin(NEW, COUNTER, case, mover.token)


def test_provisional_data_reach_nothing(town):
    """I4: neither the register nor other institutions."""
    case = town.to_the_desk()
    town.enter(case)
    town.settle()
    assert town.arrival(case).state == "provisional"
    assert town.states(10)[NEW] is None


def test_other_attributes_stop_the_entry(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    compared = town.visit(case, name="別の　名前")
    assert [c.same for c in compared if c.item == "name"] == [False]
    assert refused(town.enter, case) == "municipality.attributes-differ"
    assert refused(town.visit, case, STRANGER) == "municipality.not-of-this-move"


def test_cancelled_before_arrival(town):
    case = town.to_the_desk()
    town.enter(case)
    town.portal.withdraw("sub-1", case)
    town.portal.withdraw("sub-1", case)  # a double click
    town.settle()
    assert town.states(10) == {OLD: "resident", NEW: None}
    assert town.resident(10).is_head
    assert town.people(case) == []
    assert town.arrival(case).certificate is None
    assert refused(town.register, case) == "municipality.wrong-state"
    events = town.portal.move("sub-1", case).events
    town.portal.withdraw("sub-1", case)  # Back and Enter
    town.settle()
    assert town.portal.move("sub-1", case).events == events


def test_who_is_registered_cancels_too_late(town):
    case = town.moved()
    assert refused(town.portal.withdraw, "sub-1", case) == "portal.too-late-to-change"


def test_cancelled_too_late(town):
    case = town.moved()
    letter = WithdrawMove(case_id=case, at=town.clock.now())
    post = town.street.process._house("portal").post("portal")
    for city in (OLD, NEW):
        town.databases("portal").run(
            "test.late", lambda tx, city=city: post.send(tx, letter, to=f"city:{city}", case=case)
        )
    town.settle()
    assert town.states(10) == {OLD: "left", NEW: "resident"}
    events = [e.event for e in town.portal.move("sub-1", case).events]
    assert "cancel-refused" in events
    assert "cancelled" not in events


def test_who_cancels_a_move_within_the_city_while_they_are_registered_reads_that_it_came_too_late(
    town,
):
    """Both press at once: the portal has not heard of the registration yet. Before, no answer ever came."""
    case = town.submit(to=OLD)
    town.settle()
    town.visit(case, 10, OLD)
    town.enter(case, OLD)
    town.register(case, OLD)
    town.portal.withdraw("sub-1", case)
    town.settle()
    events = [e.event for e in town.portal.move("sub-1", case).events]
    assert events.count("cancel-refused") == 1
    assert "registered" in events
    assert town.states(10) == {OLD: "resident", NEW: None}


def test_the_transfer_is_lost_between_entry_and_decision(town):
    """The cancellation wins while the decider looks at the page: nothing is registered."""
    case = town.to_the_desk()
    town.enter(case)
    page = town.arrival(case)
    town.portal.withdraw("sub-1", case)
    # Only the old city has heard of it yet.
    town.street.process._relays["portal"].run(everything=True)
    town.street.process.jobs["municipality"].drain()
    shown = (page.version, entered(page))
    code = refused(town.registering.register, NEW, CLERK, case, *shown)
    assert code in ("jukinet.transfer-cancelled", "municipality.happened-meanwhile")
    town.settle()
    assert town.states(10) == {OLD: "resident", NEW: None}


def receive(town, handler, letter, sender, tenant):
    received = Received(f"city:{tenant}", sender, uuid4(), letter.case_id, town.clock.now())
    database = town.databases("municipality")
    database.run("test.letter", lambda tx: handler(tx, letter, received), tenant=tenant)


def test_only_the_old_city_of_a_case_takes_its_certificate_back(town):
    case = town.to_the_desk()
    purge = CertificateCancelled(
        case_id=case, tokens=tuple(one.token for one in town.people(case)), at=town.clock.now()
    )
    take = town.expected.certificate_cancelled
    assert refused(receive, town, take, purge, "city:401307", NEW) == "exchange.wrong-sender"
    assert len(town.people(case)) == 2
    receive(town, take, purge, f"city:{OLD}", NEW)
    assert town.people(case) == []


def test_a_third_city_writes_nothing_into_a_case_of_two_others(town):
    case = town.to_the_desk()
    known = town.arrival(case, NEW)
    mover = town.people(case)[0].mover
    forged = CertificateOfMovingOut(
        case_id=case, from_municipality=MunicipalityCode("401307"), to_municipality=MunicipalityCode(NEW),
        old_address=Address(municipality_code=MunicipalityCode("401307"), prefecture="福岡県", city="福岡市", town="天神"), new_address="", planned_date=date(2026, 11, 24), revision=9, movers=(mover,),
    )  # fmt: skip
    take = town.expected.certificate
    assert refused(receive, town, take, forged, "city:401307", NEW) == "exchange.wrong-sender"
    assert town.arrival(case, NEW) == known
    assert len(town.people(case)) == 2


def test_letters_that_do_not_fit_the_record_wait(town):
    case = town.moved()
    leaver = town._read(OLD, lambda tx: notices.leavers(tx, case))[0]
    letter = NoticeOfMovedIn(
        case_id=case, token=leaver.token, resident_record_code=code_of(10),
        moved_in_on=date(2026, 11, 24), notified_on=date(2026, 11, 24), new_address="",
        to_municipality=MunicipalityCode(NEW), epoch=leaver.epoch, revision=9,
    )  # fmt: skip
    take = town.departures.moved_in
    for wrong in ({"token": uuid4()}, {"resident_record_code": code_of(11)}):
        altered = letter.model_copy(update=wrong)
        assert (
            refused(receive, town, take, altered, f"city:{NEW}", OLD) == "municipality.not-leaving"
        )
    receive(town, take, letter.model_copy(update={"revision": 1}), f"city:{NEW}", OLD)
    purge = CertificateCancelled(case_id=case, tokens=(leaver.token,), at=town.clock.now())
    receive(town, town.expected.certificate_cancelled, purge, f"city:{OLD}", NEW)
    assert len(town.people(case)) == 2, "a registered arrival is not purged"


def deliver(town, case, letter, sender, handler, tenant=OLD):
    received = Received(f"city:{tenant}", sender, uuid4(), case, town.clock.now())
    town.databases("municipality").run(
        "test.letter", lambda tx: handler(tx, letter, received), tenant=tenant
    )


def test_a_notice_of_moved_in_closes_the_record_once(town):
    case = town.moved()
    before = town.resident(10, OLD)
    leaver = next(
        one
        for one in town._read(OLD, lambda tx: notices.leavers(tx, case))
        if one.resident_id == before.resident_id
    )
    letter = NoticeOfMovedIn(
        case_id=case, token=leaver.token, resident_record_code=code_of(10),
        moved_in_on=date(2026, 11, 20), notified_on=date(2026, 11, 24), new_address="elsewhere",
        to_municipality=MunicipalityCode(NEW), epoch=leaver.epoch, revision=leaver.revision,
    )  # fmt: skip
    deliver(town, case, letter, f"city:{NEW}", town.departures.moved_in)
    assert town.resident(10, OLD) == before, "the same revision again changes nothing"
    last = letter.model_copy(update={"revision": leaver.revision + 2, "new_address": "nowhere"})
    code = refused(receive, town, town.departures.moved_in, last, f"city:{NEW}", OLD)
    assert code == "municipality.revision-skipped", "no revision is so far that none comes after it"
    assert town.resident(10, OLD) == before
    newer = letter.model_copy(update={"revision": leaver.revision + 1})
    deliver(town, case, newer, f"city:{NEW}", town.departures.moved_in)
    assert town.resident(10, OLD).confirmed_to == "elsewhere"


def test_only_a_newer_revision_opens_a_notice_again_and_none_a_decided_one(town):
    case = town.submit()
    town.settle()
    found = town.out_case(case)
    town.out.ask_for_correction(OLD, COUNTER, case, found.version, "訂正")
    letter = NoticeOfMovingOut(
        case_id=case, notice=found.notice, signed=found.signed, submitted_at=found.submitted_at,
        revision=found.revision,
    )  # fmt: skip
    deliver(town, case, letter, "portal", town.out.receive)
    assert town.out_case(case).state == "needs-fix", "the same revision came twice"
    newer = letter.model_copy(update={"revision": found.revision + 1})
    deliver(town, case, newer, "portal", town.out.receive)
    assert town.out_case(case).state == "received"
    town.settle()
    town.accept(case)
    late = letter.model_copy(update={"revision": found.revision + 2})
    deliver(town, case, late, "portal", town.out.receive)
    assert town.out_case(case).state == "accepted"


def test_slots_are_given_once(town):
    day = next_open(today(town.clock) + timedelta(days=1))
    holds = [town.hold(f"MV-case-number-{n}", day) for n in range(2)]
    assert len({h.hold_id for h in holds}) == 2
    assert refused(town.hold, "MV-case-number-9", day) == "municipality.slot-full"
    assert refused(town.hold, "MV-case-number-9", day, "09:17") == "municipality.slot-unknown"
    assert refused(town.hold, "MV-case-number-9", today(town.clock)) == "municipality.slot-unknown"
    town.hold("MV-case-number-0", day, "10:00")
    assert town.hold("MV-case-number-9", day), "moving a hold frees its place"
    town.clock.set(town.clock.now() + timedelta(minutes=16))
    assert town.hold("MV-case-number-8", day), "a hold lapses after fifteen minutes"


@pytest.mark.parametrize("on", [date(2027, 2, 1), date(2036, 1, 7), date(2199, 1, 7)])
def test_a_day_that_was_never_offered_is_given_by_nobody(town, on):
    assert refused(town.hold, "MV-case-number-7", on) == "municipality.slot-unknown"
    case = town.submit()
    town.settle()
    for day in (on, date.min, date.max):
        gone = refused(town.portal.change_visit, "sub-1", case, "hall", day, "09:00")
        assert gone == "portal.slot-gone"


def test_a_visit_that_nobody_came_to(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=3))
    town.settle()
    assert town.arrival(case).state == "missed"
    assert "visit-missed" in [e.event for e in town.portal.move("sub-1", case).events]
    town.visit(case)
    assert town.arrival(case).state == "visited", "who comes all the same is received"


def test_half_arrived_is_shown_as_such(town):
    case = town.submit()
    town.settle()
    rows = town._read(NEW, lambda tx: arrivals.expected(tx, ("reserved", "certificate", "ready")))
    assert [(r.case_id, r.half) for r in rows] == [(case, "certificate")]


def test_a_mover_at_another_city_than_planned(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    leaver = town._read(OLD, lambda tx: notices.leavers(tx, case))[0]
    inquiry = RequestCertificateData(token=leaver.token, resident_record_code=code_of(10))
    assert town.departures.send_elsewhere(inquiry, asked("city:401307", f"city:{OLD}")).sent
    wrong = RequestCertificateData(token=leaver.token, resident_record_code=code_of(11))
    assert not town.departures.send_elsewhere(wrong, asked("city:401307", f"city:{OLD}")).sent


def test_the_household_for_the_portal(town, databases, clock):
    handle = seal_handle(town.street.process.institution("jpki"), code_of(10), f"city:{OLD}", clock)
    answer = town.households.household_of(
        HouseholdOf(handle=handle), asked("portal", f"city:{OLD}")
    )
    assert [m.is_self for m in answer.members] == [True, False]
    assert answer.may_move_together
    stranger = seal_handle(
        town.street.process.institution("jpki"), code_of(STRANGER), f"city:{OLD}", clock
    )
    assert refused(
        town.households.household_of, HouseholdOf(handle=stranger), asked("portal", f"city:{OLD}")
    ) == "municipality.not-resident"  # fmt: skip
    answer = town.street.process.rooms["municipality"].inquiries[AccessesOf]
    seen = answer(AccessesOf(handle=handle), asked("portal", f"city:{OLD}"))
    assert "municipality.household.read" in [e.action for e in seen.entries]


def test_protected_people_leave_no_trace_of_where_they_went(databases, clock):
    town = Town(databases, clock, protected=True)
    town.moved()
    old = town.resident(10, OLD)
    assert old.confirmed_to == ""
    assert town.resident(10, NEW).former_address == ""
    assert town.resident(10, NEW).protected


def test_cards_wait_in_a_queue_of_their_own(town):
    case = town.moved()
    rows = town._read(NEW, arrivals.cards_waiting)
    assert len(rows) == 2
    url = town.cards.begin(NEW, COUNTER, case, rows[0].token)
    assert url.count(".") == 2
    unknown = TapResult(request_id="unknown", audience=f"city:{NEW}", reader="terminal")
    failure = unknown.model_copy(update={"failure": TapFailure(code="card.locked")})
    assert refused(town.cards.receive, NEW, failure) == "municipality.card-tap-over"
    assert refused(
        town.cards.receive, NEW, unknown
    ) == "municipality.card-tap-over"  # fmt: skip
    assert refused(town.cards.finish, NEW, COUNTER, "guess") == "municipality.card-tap-over"
    town.clock.set(town.clock.now() + timedelta(days=120))  # the tick has not come yet
    assert (
        refused(town.cards.begin, NEW, COUNTER, case, rows[0].token) == "municipality.card-too-late"
    )


def test_the_form_is_printed_with_the_right_letters_or_not_at_all(town, monkeypatch):
    case = town.to_the_desk()
    arrival, people = town.arrival(case), town.people(case)
    given = ("札幌市", arrival, people, None, today(town.clock), "横浜市")
    pdf = paper.notice_of_moving_in(*given)
    assert pdf.startswith(b"%PDF")
    monkeypatch.setattr(printing, "families", lambda: frozenset({"DejaVu Sans"}))
    assert refused(paper.notice_of_moving_in, *given) == "municipality.no-fonts"


def test_a_draft_whose_time_was_taken_keeps_its_answers(town):
    """The portal: incomplete drafts are not sent; a lost place sends back to choose, nothing else."""
    town.submit(case_id="MV-of-household-1")
    draft = town.portal.move("sub-1", "MV-of-household-1")
    answers = answers_from(draft.answers)
    lacking = replace(answers, hold_id="")
    assert refused(notice_of, "MV-x-0000000000", lacking) == "portal.incomplete"
    day = answers.visits_on
    for number in range(2):
        town.hold(f"MV-others-number-{number}", day, "16:30")
    late = replace(answers, visit_starts="16:30")
    town.databases("portal").run(
        "test.draft",
        lambda tx: save_draft(tx, "sub-9", Draft("MV-of-somebody-9", 1, late)),
        access=reading(),
    )
    assert refused(town.portal.before_signing, "sub-9") == "portal.slot-gone"
    kept = town.portal.draft("sub-9").answers
    assert kept.new_address == answers.new_address
    assert kept.next_step() == "visit"


def test_a_city_that_is_down_for_days_gets_every_letter_in_order(town, monkeypatch):
    """Nothing lost, nothing twice, and everybody else goes on."""
    transport = town.street.process._transport
    deliver = transport.deliver

    def down(to, sealed):
        if to == f"city:{NEW}":
            raise Refusal(UNREACHABLE, institution="札幌市")
        return deliver(to, sealed)

    case = town.submit()
    with monkeypatch.context() as outage:
        outage.setattr(transport, "deliver", down)
        for _ in range(3):
            town.settle()
            town.clock.set(town.clock.now() + timedelta(days=1))
        town.accept(case)
        town.settle()
        assert town.arrival(case) is None
        assert town.states(10)[OLD] in ("leaving", "left-planned")
        waiting = town.databases("municipality").read(
            "test.waiting", operator.undelivered, tenant=OLD
        )
        assert [w.recipient for w in waiting] == [f"city:{NEW}"]
        assert waiting[0].last_error
    town.settle()
    assert town.arrival(case).half == ""
    assert [e.event for e in town.portal.move("sub-1", case).events].count(
        "certificate-received"
    ) == 1


def test_the_special_route_ends_and_the_resident_is_told(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=45))
    town.settle()
    assert town.arrival(case).state == "expired"
    told = [e.event for e in town.portal.move("sub-1", case).events]
    assert told.count("expired-special") == 1
    assert town.arrivals.queue(NEW, CLERK, done=True, on=None) == [], "a paper is waited for"
    waiting = town.arrivals.queue(NEW, CLERK)
    assert [(one.case_id, one.state) for one in waiting] == [(case, "expired")]
    assert refused(town.visit, case) == "municipality.wrong-state"


def test_cards_that_nobody_continued_lapse_once(town):
    case = town.moved()
    town.clock.set(town.clock.now() + timedelta(days=120))
    town.settle()
    town.settle()
    assert {p.card for p in town.people(case)} == {"lost"}
    told = [e.event for e in town.portal.move("sub-1", case).events]
    assert told.count("card-lost") == 1
    assert town._read(NEW, arrivals.cards_waiting) == []


def test_each_version_is_dated_by_what_it_is_about_and_says_what_changed(town):
    """The wife becomes head on the day on which the head moves, not on that of the clerk's work, or when she once moved in."""
    case = town.submit(movers=[0], moves_on=today(town.clock) + timedelta(days=3))
    town.settle()
    town.accept(case)
    for number, says in ((10, ("本人", "本人ではない")), (11, ("本人ではない", "本人"))):
        resident = town.resident(number, OLD)
        versions = town._read(
            OLD, lambda tx, one=resident: register_store.history(tx, one.resident_id)
        )
        changed = next(
            one for one in lines(versions, hide=False) if one.version.reason == "世帯主変更"
        )
        assert changed.version.changed_on == today(town.clock) + timedelta(days=3)
        head = next(one for one in changed.changes if one.item == "is_head")
        assert (head.before.ja, head.after.ja) == says


def test_the_old_address_of_a_move_within_the_city_is_in_its_own_register(town):
    case = town.submit(to=OLD)
    town.settle()
    look = town.arrivals.look
    home = town.members()[0].address.line
    assert look(OLD, CLERK, case).old_address == home
    town.visit(case, city=OLD)
    new = town.members()[0].address.model_copy(update={"block": "９９番地"})
    town.enter(case, OLD, address=new)
    town.register(case, OLD)
    assert town.resident(10, OLD).address == new.line
    assert look(OLD, CLERK, case).old_address == home, "also afterwards, on the paper"


def test_an_address_has_one_writing_whatever_the_keyboard(town):
    """3-7 was registered as it was typed, beside ３−７ of everybody else; whoever decides sees where what was signed differs in form."""
    case = town.to_the_desk()
    town.enter(case, address=_address(block="1番地", building="ﾊｲﾂ 305"))
    entered = town.arrival(case).entry["address"]
    assert (entered["block"], entered["building"]) == ("１番地", "ハイツ　３０５")
    town.enter(case, address=_address(block="1-2"))
    assert town.arrival(case).entry["address"]["block"] == "１−２"
    town.enter(case, address=_address(block="１−"))
    [told] = [
        one
        for one in town.arrivals.look(NEW, CLERK, case).differences
        if one.check == "address-announced"
    ]
    assert not told.good
    assert not told.blocking
    assert "in another writing" in told.en
    assert "大通１番地" in told.ja
    assert "大通１−" in told.ja


def places(town, case, city=NEW):
    """At the counter, booked or held, under the case's number."""
    return town._read(
        city,
        lambda tx: tx.column(
            "SELECT case_id FROM visit_place WHERE municipality_code = %s AND case_id LIKE %s",
            (city, f"{case}%"),
        ),
    )


def test_of_a_rejected_notice_no_appointment_is_kept_anywhere(town):
    case = town.submit()
    town.settle()
    letter = VisitReservation(
        case_id=case, applicant_name="届出人", submitted_at=town.clock.now(),
        notice=MoveNotice.model_validate(town.arrival(case).reservation["notice"]),
        signed=SignedDocument.model_validate(town.arrival(case).reservation["signed"]), hold_id=uuid4(),
    )  # fmt: skip
    town.hold(case, next_open(today(town.clock) + timedelta(days=3)), "11:00")
    assert len(places(town, case)) == 2, "one is booked, another one is held instead of it"
    town.out.reject(OLD, CLERK, case, town.out_case(case).version, "署名が合いません")
    town.settle()
    assert town.arrival(case).reservation is None
    assert places(town, case) == []
    assert answers_from(town.portal.move("sub-1", case).answers).visits_on is None
    received = Received(f"city:{NEW}", "portal", uuid4(), case, town.clock.now())
    town.databases("municipality").run(
        "test.late", lambda tx: town.expected.reserve(tx, letter, received), tenant=NEW,
        access=reading(),
    )  # fmt: skip
    assert places(town, case) == [], "a reservation that comes late books nothing for nobody"
    assert town.arrival(case).reservation is None
