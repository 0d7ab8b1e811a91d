"""Letters that wait are seen by somebody in each institution, with the reason and what can be done."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from lxml import html

from kazasu.app.rooms import ROOMS
from kazasu.contracts.base import LETTERS, Letter
from kazasu.exchange.carrier.letters import TYP
from kazasu.exchange.carrier.operator import waiting
from kazasu.exchange.institution import Institution
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health import Health, Pulse
from kazasu.identity.founding import appoint
from kazasu.kit.letters.words import WORDS, words_of
from kazasu.kit.openid import UNREACHABLE, OpenId
from kazasu.kit.staff import Member, employ
from tests.support.messages import example, kinds, speaking_of
from tests.support.pages import followed, signed_in_at
from tests.support.room_contract import Contract
from tests.support.street import Street

DESKS = {
    "jpki": ("staff", "/desk/letters"),
    "jukinet": ("staff", "/desk/letters"),
    "portal": ("staff", "/desk/letters"),
    "identity": ("operator", "/operator/letters"),
}
SENDERS = {"jpki": "jukinet", "jukinet": "city:141003", "portal": "city:141003", "identity": "jpki"}


@pytest.fixture(scope="module")
def opened(module_databases):
    return Street(module_databases, module_databases.clock)


def of_letters(declared: Institution) -> bool:
    """Does it take letters, or send any?"""
    return any(
        one.kind.partition("/")[0] == declared.schema or declared.id in one.senders
        for one in LETTERS.values()
    )


def test_every_room_of_letters_has_a_page_of_those_that_wait(module_databases, opened):
    found = {}
    for room, declared in ROOMS.items():
        if of_letters(declared):
            contract = Contract(room, module_databases, opened.clock, opened)
            found[room] = {
                (method, page.access.kind)
                for _, page in contract.pages()
                if page is not None and page.path.endswith("/letters")
                for method in page.methods
            }
    assert {"jpki", "jukinet", "identity", "portal", "municipality"} <= found.keys()
    for room, ways in found.items():
        assert {method for method, _ in ways} == {"GET", "POST"}, f"{room}: no page of its letters"
        assert {kind for _, kind in ways} <= {"staff", "operator"}, f"{room}: who looks at them?"


def test_every_letter_is_called_something(opened):
    """Who sees to letters reads what they are, before their kind and number."""
    ours = {kind for kind, one in LETTERS.items() if one.__module__.startswith("kazasu.contracts")}
    assert ours == WORDS.keys()
    assert (
        len({one.en for one in WORDS.values()})
        == len({one.ja for one in WORDS.values()})
        == len(WORDS)
    )
    later = words_of("library/book-sent/9")
    assert (later.ja, later.en) == ("library/book-sent/9",) * 2
    assert words_of("").ja, "what cannot be read has no kind, and the page opens"


def wrongly_dated(opened, to):
    """A letter of four years ahead lies in the inbox. Returns its number."""
    return waits(opened, to, ahead=timedelta(days=1461))


def waits(opened, to, *, ahead=timedelta(0), seq=1):
    """A letter lies in the inbox. The second of its case waits for the first. Returns its number."""
    sender, number = SENDERS[to], uuid4()
    kind = next(
        one for one in kinds(Letter)
        if one.kind.startswith(f"{to}/") and sender.partition(":")[0] in one.senders
    )  # fmt: skip
    body = speaking_of(kind, kind.named_in, sender) if kind.named_in else example(kind)
    case = body.get("case_id", "case-0001")
    envelope = {
        "iss": sender, "aud": to, "jti": str(number), "kind": kind.kind, "case": case, "seq": seq, "body": body,
        "iat": (opened.clock.now() + ahead).isoformat(),
    }  # fmt: skip
    sealed = opened.process.institution(sender).seal(json.dumps(envelope).encode(), TYP, to)
    assert opened.process.deliver(to, sealed)
    return number


def who_works(databases, opened, room):
    """Browsers of an operator, and of somebody with a post and no role."""
    kind, _ = DESKS[room]
    founder = databases.founder(room)
    if kind == "operator":
        founder.run("test", lambda tx: appoint(tx, "op"))
        return signed_in_at(opened, room, room, kind, "op"), None
    members = [Member("op", "運用", ["operator"], "sub-op"), Member("no", "職員", [], "sub-no")]
    founder.run("test", lambda tx: employ(tx, members))
    return tuple(
        signed_in_at(opened, room, room, kind, one.staff_id, name=one.name, roles=one.roles)
        for one in members
    )


@pytest.mark.parametrize("room", sorted(DESKS))
def test_an_operator_sees_what_waits_and_opens_by_hand_what_is_misdated(
    opened, module_databases, room
):
    path = DESKS[room][1]
    number = wrongly_dated(opened, room)
    operator, other = who_works(module_databases, opened, room)
    page = operator.get(f"{path}?lang=en").text
    assert "date cannot be right (dated 2030-11-23 10:00; here it is 2026-11-23 10:00)" in page
    assert opened.directory.entry(SENDERS[room]).name.en in page
    assert "ask the institution that sent it about its clock" in page
    called = html.fromstring(page).xpath("//td[@data-label='Letter']/strong/text()")
    assert set(called) <= {one.en for one in WORDS.values()}
    assert called, "in words first"
    sent = {"way": "dated", "message_id": str(number)}
    headers = {"origin": opened.directory.origin(room)}
    if other is not None:
        assert "Apply with this date" not in other.get(f"{path}?lang=en").text
        refused = followed(other, other.post(path, data=sent, headers=headers))
        assert "“operations”" in refused.text
    told = followed(operator, operator.post(path, data=sent, headers=headers))
    assert "It is applied with this date now" in told.text
    opened.process.behind[room].retry()
    waits = opened.process.prepared.databases[room].read("test", waiting)
    assert "exchange.of-another-time" not in {one.fault for one in waits}
    again = operator.post(path, data={"way": "in", "message_id": str(uuid4())}, headers=headers)
    assert "kit.no-such-letter" in followed(operator, again).text


def test_health_warns_of_a_letter_that_a_person_must_look_at(databases, clock):
    street = Street(databases, clock, "jukinet", "jpki", "municipality")
    behind = street.process.behind["jukinet"]
    behind.pulses["letters"] = pulse = Pulse(60)
    behind._guarded("letters", behind.count_letters)
    assert (pulse.state, pulse.facts["waiting"]) == ("ok", 0)
    wrongly_dated(street, "jukinet")
    behind._guarded("letters", behind.count_letters)
    assert (pulse.state, pulse.facts["waiting"], pulse.facts["alarms"]) == ("warning", 1, 1)
    assert Health({"letters": pulse}).good, "nobody is turned away for it"


def test_health_warns_of_a_letter_that_waits_for_more_than_a_day_whatever_its_reason(
    databases, clock
):
    """Four letters waited a year, and health was green: what they waited for could not come any more."""
    street = Street(databases, clock, "jukinet", "jpki", "municipality")
    behind = street.process.behind["jukinet"]
    behind.pulses["letters"] = pulse = Pulse(60)
    waits(street, "jukinet", seq=2)
    behind.retry()
    behind._guarded("letters", behind.count_letters)
    assert (pulse.state, pulse.facts["waiting"], pulse.facts["reasons_over_a_day"]) == ("ok", 1, 0)
    clock.advance(timedelta(days=1, minutes=1))
    behind._guarded("letters", behind.count_letters)
    assert (pulse.state, pulse.facts["alarms"], pulse.facts["reasons_over_a_day"]) == (
        "warning",
        0,
        1,
    )


@pytest.mark.parametrize("room", [name for name, one in ROOMS.items() if "staff" in one.sessions])
def test_who_works_at_a_desk_comes_in_by_a_card_alone(opened, room, monkeypatch):
    """Whichever institution's desk it is: nothing that a phone holds is offered there."""
    asked = []

    def start(*_, device, **more):
        asked.append(device)
        raise Refusal(UNREACHABLE, error="only what is asked for matters")

    monkeypatch.setattr(OpenId, "start", start)
    institution = "city:141003" if room == "municipality" else room
    opened.browser().get(f"{opened.directory.origin(institution)}{ROOMS[room].sessions['staff']}")
    assert asked == ["card"], "exchange.institution: card_only"
