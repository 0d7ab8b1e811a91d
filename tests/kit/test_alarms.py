"""Alarms: each rings within a minute of its cause, is told by health and on the operators' page, and ends by a person's word."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from kazasu.app import background
from kazasu.app.rooms import ROOMS
from kazasu.contracts.jukinet import MunicipalitiesOf, RegistrationChanged
from kazasu.exchange.carrier.inquiries import TYP as INQUIRY
from kazasu.exchange.carrier.letters import TYP
from kazasu.foundation.alarms import harvest
from kazasu.foundation.alarms.harvest import Limits
from kazasu.foundation.alarms.kinds import KINDS
from kazasu.foundation.alarms.ringing import ring, see, unseen
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import CATALOGUE, Refusal, define
from kazasu.foundation.health import Health, Pulse
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.foundation.time.dates import long_moment
from kazasu.jpki.faults import CARD_OF_OTHER
from kazasu.kit.alarms import PRELIMINARY, shown
from kazasu.kit.emergency.service import LATE, OPENED, WRONG
from kazasu.kit.openid import OpenId
from kazasu.kit.staff import Member, employ
from kazasu.kit.told.staff_cards import KIND as STAFF_CARD
from tests.support.institutions import Institutions
from tests.support.messages import example
from tests.support.pages import followed, signed_in_at
from tests.support.room_contract import Contract
from tests.support.street import Street

ROOM = "jukinet"
LIMITS = {"alarm_people_of_clerk": 20, "alarm_people_of_desk": 50, "alarm_people_of_party": 30}
LOOKED = Text("試験", "Test")


@pytest.fixture(scope="module")
def opened(module_databases):
    return Street(module_databases, module_databases.clock, **LIMITS)


@pytest.fixture(name="databases")
def emptied(module_databases):
    """The module's, without what rang before."""
    for room in (ROOM, "municipality"):
        module_databases.founder(room).run(
            "test.empty",
            lambda tx: [
                tx.execute(f"DELETE FROM {table}")
                for table in ("alarm", "alarm_shown", "alarm_usual", "staff")
            ],
        )
    return module_databases


@pytest.fixture
def clock(databases):
    return databases.clock


@pytest.fixture
def street(databases, opened):
    return opened


@pytest.fixture
def behind(street):
    made = street.process.behind[ROOM]
    made.seal()
    made.pulses["alarms"] = Pulse(60)
    return made


def looked(databases, actor, people, *, room=ROOM, tenant=""):
    """One record of ``actor`` that names these people."""
    named = tuple(f"P-{one}" for one in people)
    database = databases(room)
    database.run(
        "test.look", lambda tx: tx.audit(Access(actor, "test.look", LOOKED, named)), tenant=tenant
    )


def minute(behind):
    """What goes on behind a room within a minute: sealing, and the look for health. Returns the part of it."""
    behind.seal()
    behind._guarded("alarms", behind.count_alarms)
    return behind.pulses["alarms"]


def rung(databases, room=ROOM, tenant=""):
    return databases(room).read("test", unseen, tenant=tenant)


def close(databases, alarm, reason="a busy day"):
    assert databases(ROOM).run("test", lambda tx: see(tx, alarm.alarm_id, "clerk:op", reason))


def test_what_is_promised_is_less_than_a_minute():
    assert background.SEAL_SECONDS + background.ALARMS_SECONDS <= 30


@pytest.mark.parametrize("actor", ["clerk:k-1", "operator:o-1"])
def test_one_who_is_shown_many_rings(databases, behind, actor):
    looked(databases, actor, range(20))
    assert (minute(behind).state, rung(databases)) == ("ok", [])
    looked(databases, actor, [20])
    pulse = minute(behind)
    assert (pulse.state, pulse.facts["open"], pulse.facts["open_many-people"]) == ("warning", 1, 1)
    assert Health({"alarms": pulse}).good, "nobody is turned away for it"
    (alarm,) = rung(databases)
    assert (alarm.kind, alarm.cause, alarm.facts["people"]) == ("many-people", actor, 21)


def test_the_same_people_again_are_not_more(databases, behind):
    for _ in range(5):
        looked(databases, "clerk:k-1", range(20))
    minute(behind)
    assert rung(databases) == []


def test_what_a_person_or_the_system_does_for_themselves_is_not_counted(databases, behind):
    for actor in ("system:x", "resident", "institution:portal"):
        looked(databases, actor, range(100))
    minute(behind)
    assert rung(databases) == []


def test_a_little_with_each_of_many_posts_rings_too(databases, behind):
    for clerk in range(10):
        looked(databases, f"clerk:k-{clerk}", range(clerk * 5, clerk * 5 + 5))
    minute(behind)
    assert rung(databases) == [], "fifty people in all"
    looked(databases, "clerk:k-11", [50])
    minute(behind)
    assert [(one.kind, one.cause) for one in rung(databases)] == [("spread", "clerk:*")]


def test_an_hour_is_any_sixty_minutes(databases, behind, clock):
    """Not the clock's: half before the stroke and half after it are one harvest. And slowly enough is none."""
    looked(databases, "clerk:k-1", range(15))
    minute(behind)
    clock.advance(timedelta(minutes=75))
    looked(databases, "clerk:k-1", range(15, 25))
    minute(behind)
    assert rung(databases) == []
    clock.advance(timedelta(minutes=30))
    looked(databases, "clerk:k-1", range(25, 40))
    minute(behind)
    assert [one.facts["people"] for one in rung(databases)] == [25]


def test_what_is_usual_for_the_post_is_learnt_and_bounded(databases, behind, clock):
    """Ten an hour for a hundred hours: thirty rings. Whoever trains it gets three times the setting, and never more."""
    small = Limits(clerk=4, desk=1000, factor=3.0)

    def shown(people, who="clerk:k-1"):
        def work(tx):
            record = tx.audit(Access(who, "test.look", LOOKED, tuple(f"P-{n}" for n in people)))
            harvest.sealed(tx, [record], small, room=ROOM)

        databases(ROOM).run("test", work)

    for _ in range(6):
        shown(range(3))
        clock.advance(timedelta(hours=2))
    shown(range(9), "clerk:new")  # usual for the post: also for who is new
    assert rung(databases) == []
    shown(range(10), "clerk:new")
    (alarm,) = rung(databases)
    assert (alarm.facts["usual"], alarm.facts["most"]) == (3.0, 9)
    for _ in range(30):
        clock.advance(timedelta(hours=2))
        shown(range(200))
    shown(range(13), "clerk:other")
    most = {one.cause: one.facts["most"] for one in rung(databases)}
    assert most["clerk:other"] <= 12, "an hour teaches the setting at most"


def test_what_was_counted_is_forgotten(databases, behind, clock):
    looked(databases, "clerk:k-1", range(12))
    minute(behind)
    clock.advance(timedelta(hours=3))
    looked(databases, "clerk:k-2", [1])
    minute(behind)
    left = databases(ROOM).read("test", lambda tx: tx.column("SELECT who FROM alarm_shown"))
    assert sorted(left) == ["clerk:*", "clerk:k-2"]


def test_the_work_is_that_of_the_new_records(databases, behind):
    """The plan: by key of the portion's records and by the last hour of who acted; the log is never read as a whole."""
    for _ in range(40):
        looked(databases, "clerk:k-1", range(15))
    minute(behind)

    def plan(tx):
        tx.execute("SET LOCAL enable_seqscan = off")
        return tx.column(
            """EXPLAIN SELECT count(DISTINCT shown) FROM alarm_shown
               WHERE tenant = '' AND who = ANY(ARRAY['clerk:k-1']) AND slot > now() - interval '1 hour'"""
        )

    lines = databases(ROOM).read("test", plan)
    assert any("alarm_shown_" in line for line in lines)
    assert not any("Seq Scan" in line for line in lines)
    by_id = databases(ROOM).read(
        "test",
        lambda tx: (
            tx.execute("SET LOCAL enable_seqscan = off"),
            tx.column(
                "EXPLAIN SELECT actor FROM audit_log WHERE tenant = '' AND id = ANY(ARRAY[1, 2])"
            ),
        )[1],
    )
    assert any("audit_log_pkey" in line for line in by_id)


def test_what_was_looked_into_rings_again_when_it_doubles(databases, behind):
    looked(databases, "clerk:k-1", range(21))
    minute(behind)
    close(databases, *rung(databases))
    assert minute(behind).state == "ok"
    looked(databases, "clerk:k-1", range(41))
    minute(behind)
    assert rung(databases) == []
    looked(databases, "clerk:k-1", [41])
    assert minute(behind).state == "warning"


def test_a_terminal_at_which_many_hold_their_cards_rings(databases, behind):
    limits = Limits(terminal=3)

    def held(person, terminal="10.0.0.1"):
        work = lambda tx: harvest.tapped(tx, terminal, person, limits, room=ROOM)  # noqa: E731
        databases(ROOM).run("test", work, isolation="READ COMMITTED")

    for person in ("a", "b", "c", "a", "b"):
        held(person)
    held("d", "10.0.0.2")
    assert rung(databases) == []
    held("d")
    assert minute(behind).facts["open_one-terminal"] == 1
    assert [one.cause for one in rung(databases)] == ["terminal:10.0.0.1"]


# ---------------------------------------------------------------- faults that ring


def letter(street, sender="jpki", number=None, seq=1, **changes):
    body = json.loads(json.dumps(example(RegistrationChanged)))
    envelope = {
        "iss": sender, "aud": ROOM, "jti": str(number or uuid4()), "kind": RegistrationChanged.kind,
        "case": body.get("case_id", "case-0001"), "seq": seq, "body": body | changes,
        "iat": street.clock.now().isoformat(),
    }  # fmt: skip
    return street.process.institution(sender).seal(json.dumps(envelope).encode(), TYP, ROOM)


def test_a_letter_of_a_wrong_sender_rings_once(databases, street, behind, clock):
    street.process.deliver(ROOM, letter(street))
    assert minute(behind).facts["open_wrong-sender"] == 1
    (alarm,) = rung(databases)
    assert (alarm.facts["by"], alarm.times) == ("institution:jpki", 1)
    close(databases, alarm)
    clock.advance(timedelta(hours=1))
    behind.retry(everything=True)
    assert minute(behind).state == "ok", "the same letter, tried again, is no news"


@pytest.mark.told_of_faults
def test_a_number_that_comes_with_another_letter_rings(databases, street, behind):
    number = uuid4()
    street.process.deliver(ROOM, letter(street, "city:141003", number))
    for _ in range(2):
        with pytest.raises(Refusal):
            street.process.deliver(ROOM, letter(street, "city:141003", number, seq=2))
    assert minute(behind).state == "warning"
    assert "seen-twice" in {one.kind for one in rung(databases)}


def test_an_inquiry_of_who_may_not_ask_rings(databases, street, behind):
    now = street.clock.now()
    sent = {
        "iss": "jpki", "aud": ROOM, "jti": str(uuid4()), "kind": MunicipalitiesOf.kind,
        "iat": now.isoformat(), "purpose": ["試験", "Test"], "actor": "", "basis": MunicipalitiesOf.basis, "body": example(MunicipalitiesOf),
    }  # fmt: skip
    assert "jpki" not in MunicipalitiesOf.askers
    street.process.inquire(
        ROOM, street.process.institution("jpki").seal(json.dumps(sent).encode(), INQUIRY, ROOM)
    )
    assert minute(behind).facts["open_wrong-sender"] == 1


def wrong(*_, **__):
    raise Refusal(CARD_OF_OTHER)


def test_a_refusal_at_a_page_rings(databases, street, behind, monkeypatch):
    """Shown at once."""
    monkeypatch.setattr(OpenId, "start", wrong)
    answer = street.browser().get(f"{street.directory.origin(ROOM)}/signin")
    assert answer.status_code == 409
    assert minute(behind).facts["open_owner-mismatch"] == 1
    (alarm,) = rung(databases)
    assert (alarm.facts["by"], alarm.facts["where"]) == ("nobody", "GET /signin")


def test_a_refusal_that_waits_for_the_forms_page_rings_once(databases, street, behind, monkeypatch):
    """Acted, then shown: the page tells it after a redirect."""
    monkeypatch.setattr("kazasu.kit.letters.pages.see_to", wrong)
    operator, _ = who_works(databases, street)
    sent = {"way": "in", "message_id": str(uuid4())}
    origin = street.directory.origin(ROOM)
    followed(operator, operator.post("/desk/letters", data=sent, headers={"origin": origin}))
    assert minute(behind).facts["open_owner-mismatch"] == 1
    (alarm,) = rung(databases)
    assert (alarm.facts["by"], alarm.times) == ("staff:op", 1)


@pytest.mark.told_of_faults
def test_what_cannot_be_written_keeps_nobody_from_the_refusal(street, monkeypatch):
    def away(*_, **__):
        raise RuntimeError("on purpose")

    monkeypatch.setattr(OpenId, "start", wrong)
    monkeypatch.setattr("kazasu.foundation.alarms.ringing.ring", away)
    answer = street.browser().get(f"{street.directory.origin(ROOM)}/signin")
    assert answer.status_code == 409


NO_MISMATCH = {
    "signin.other-person": "who is signed in holds another card, often the family's: nothing is recorded of it",
    "bank.other-person": "the same at the bank",
    "identity.another-person": "the same at the sign-in that was asked for one person: nothing is sent",
    "pay.other-person": "the same at the payment service",
    "kit.already-linked": "one's own card, enrolled before under another number of one's own",
    "web.other-persons-page": "a page that was left open on a shared screen",
    "phone.opened-elsewhere": "another phone of whoever began",
    "phone.in-use": "another page of the same phone",
}
"""Faults that speak of another person and do not ring, with the reason."""


def test_whatever_finds_another_person_than_recorded_is_declared_with_an_alarm():
    for one in ROOMS.values():
        one.part("room")
    speaks = {
        code for code, one in CATALOGUE.items()
        if any(word in f"{code} {one.title.ja} {one.title.en}" for word in ("別の人", "ほかの人の", "another person", "Another person", "other-person", "other person"))
    }  # fmt: skip
    silent = {code for code in speaks if not CATALOGUE[code].alarm}
    assert silent - NO_MISMATCH.keys() == set(), (
        "alarm='owner-mismatch', or a reason in NO_MISMATCH"
    )
    assert all(CATALOGUE[code].alarm == "" for code in NO_MISMATCH)
    assert {"jpki.card-of-other-person", "jukinet.transfer-of-other-person"} <= speaks - silent


def test_every_kind_is_rung_by_something_and_says_what_to_do():
    by_fault = {one.alarm for one in CATALOGUE.values() if one.alarm}
    counted = {"many-people", "spread", "one-terminal"}
    assert by_fault | counted | {OPENED, WRONG, LATE, STAFF_CARD} == KINDS.keys()
    assert all(kind.todo.ja and kind.todo.en for kind in KINDS.values())


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize(
    "room", sorted(name for name, one in ROOMS.items() if not one.stateless and name != "lab")
)
def test_every_room_that_keeps_anything_has_a_page_of_its_alarms(module_databases, opened, room):
    contract = Contract(room, module_databases, opened.clock, opened)
    ways = {
        (method, page.access.kind)
        for _, page in contract.pages()
        if page is not None and page.path.rstrip("}").endswith(("/alarms", "/alarms/{alarm_id"))
        for method in page.methods
    }
    assert {method for method, _ in ways} == {"GET", "POST"}, f"{room}: kit.alarms.pages.alarms_at"
    assert {kind for _, kind in ways} <= {"staff", "operator"}


def who_works(databases, street):
    members = [Member("op", "運用", ["operator"], "sub-op"), Member("no", "職員", [], "sub-no")]
    databases.founder(ROOM).run("test", lambda tx: employ(tx, members))
    return tuple(
        signed_in_at(street, ROOM, ROOM, "staff", one.staff_id, name=one.name, roles=one.roles)
        for one in members
    )


def test_an_operator_closes_it_with_a_reason_and_nobody_else(databases, street, behind):
    facts = {"fault": "jpki.card-of-other-person", "by": "institution:city:141003", "where": "a"}
    databases(ROOM).run("test", lambda tx: ring(tx, "owner-mismatch", "x", facts, room=ROOM))
    operator, other = who_works(databases, street)
    headers = {"origin": street.directory.origin(ROOM)}
    (alarm,) = rung(databases)
    path = f"/desk/alarms/{alarm.alarm_id}"
    page = operator.get("/desk/alarms?lang=en").text
    assert "This card is another person&#39;s (Yokohama, a)" in page
    assert path in page
    page = other.get(f"{path}?lang=en").text
    assert "Close it" not in page
    refused = followed(other, other.post(path, data={"reason": "nothing"}, headers=headers))
    assert "operations" in refused.text
    for nothing in ("", "  "):
        followed(operator, operator.post(path, data={"reason": nothing}, headers=headers))
    assert len(rung(databases)) == 1, "without a reason it stays"
    told = followed(
        operator, operator.post(path, data={"reason": "their spouse's card"}, headers=headers)
    )
    assert "閉じました" in told.text or "is closed" in told.text
    assert "their spouse&#39;s card" in told.text
    assert minute(behind).state == "ok"
    again = followed(operator, operator.post(path, data={"reason": "once more"}, headers=headers))
    assert "kit.no-such-alarm" in again.text
    assert operator.get("/desk/alarms/x").status_code == 404
    record = databases(ROOM).read(
        "test", lambda tx: tx.column("SELECT purpose_en FROM audit_log WHERE action = 'kit.alarms.see' AND case_id = %s", (str(alarm.alarm_id),))
    )  # fmt: skip
    assert "Closing an alarm after looking into it (their spouse's card)" in record


def test_an_incident_has_a_draft_of_its_report_in_both_languages(databases, street):
    facts = {"fault": "jpki.card-of-other-person", "by": "staff:k-1", "where": "POST /x"}
    databases(ROOM).run("test", lambda tx: ring(tx, "owner-mismatch", "x", facts, room=ROOM))
    operator, _ = who_works(databases, street)
    (alarm,) = rung(databases)
    assert timedelta(days=5) == PRELIMINARY
    for lang in ("ja", "en"):
        page = operator.get(f"/desk/alarms/{alarm.alarm_id}?lang={lang}").text
        assert "報告する機関：住基ネット（体験）" in page
        assert "Reported by: Basic Resident Register Network" in page
        assert str(alarm.alarm_id) in page
        assert "68条1項" in page, "an office, not a business"
        assert "保有個人情報の項目" in page
        by = long_moment((alarm.first_at + PRELIMINARY).astimezone(JST))
        assert page.partition("速報の期限：")[2].startswith(by), "as the clock in Japan has it"


@pytest.mark.parametrize(
    ("who", "article", "people"),
    [("bank", "26条1項", "1,000人"), ("pay", "26条1項", "1,000人"), ("city:141003", "68条1項", "100人"),
     ("portal", "68条1項", "100人"), ("jpki", "68条1項", "100人")],
)  # fmt: skip
def test_an_incident_is_reported_by_the_law_of_who_reports_it(
    databases, street, clock, who, article, people
):
    databases(ROOM).run("test", lambda tx: ring(tx, "owner-mismatch", "x", {"fault": "jpki.card-of-other-person", "by": "staff:k-1", "where": "POST /x"}, room=ROOM))  # fmt: skip
    (alarm,) = rung(databases)
    directory = Institutions(clock, who).directory
    report = shown(alarm, directory, directory.entry(who)).report
    assert article in report.law.ja
    assert people in report.text.ja
    assert report.meant_by - alarm.first_at == timedelta(days=60)


def test_one_tenants_alarm_is_no_others(databases, street):
    ring_it = lambda tx: ring(tx, "wrong-sender", "x", {}, room="municipality")  # noqa: E731
    databases("municipality").run("test", ring_it, tenant="141003")
    assert len(rung(databases, "municipality", "141003")) == 1
    assert rung(databases, "municipality", "011002") == []
    counted = databases("municipality").glance(
        lambda tx: tx.column("SELECT kind FROM alarms_open()")
    )
    assert counted == ["wrong-sender"]


def test_no_alarm_is_declared_that_is_none():
    with pytest.raises(ValueError, match="no alarm is called"):
        define("test.x", 409, "あ", "a", "あ", "a", alarm="bell")
