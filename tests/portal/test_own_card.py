"""Each person reads the truth about their own card, move and household: whose card waits, where, until when, and what is void."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from kazasu.contracts.base import InstitutionId
from kazasu.contracts.jpki.own import CardOfOwn, CertificateOfOwn
from kazasu.contracts.municipality import CardToUpdate, OwnMove
from kazasu.contracts.portal import CaseProgress
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.kit import periods
from kazasu.municipality.moving.rules import judging
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.portal.cards import ended, line, waits
from kazasu.portal.home import changes, own_card, waiting
from kazasu.portal.household.family import plainly
from kazasu.portal.household.moved import UNKNOWN, Moved, MovesShown, OwnRecord
from kazasu.portal.move.answers import Member
from kazasu.portal.move.events import Event
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import TABLE, standing
from kazasu.portal.pages.cases import _timeline, shown_of
from kazasu.portal.pages.front import Front
from kazasu.portal.service import _for_the_reader
from tests.municipality.cards.test_card_desk import tap
from tests.municipality.cards.test_card_desk import waiting as at_the_desk
from tests.portal.test_case_page import words as plain
from tests.portal.test_registered import handles, household, inquirer
from tests.portal.test_standing import ANSWERS, AT, DAY, MEMBERS, SENT, page, told
from tests.support.city import CLERK, NEW, OLD
from tests.support.pages import signed_in_at
from tests.support.town import Town

RESIDENT = "sub-1"
SAPPORO, FUKUOKA = "011002", "401307"


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def correct(town, block="９番地"):
    one = town.resident(10, NEW)
    Corrections(town.city).correct(
        NEW, CLERK, one.resident_id, one.version, {"block": block}, "本人の申出による",
        whole_household=True,
    )  # fmt: skip
    town.settle()


def update(town, number):
    """Their card is held at the desk."""
    mine = town.resident(number, NEW).resident_id
    card = next(one for one in at_the_desk(town) if one.resident_id == mine)
    tap(town, card, town.members()[number - 10], NEW)


def test_a_correction_undoes_what_was_done(town):
    """Headline, what waits, deadline, lines and counts follow the register, and the second update is a line, too."""
    town.sign_in_key(town.members()[1], 3)
    case = town.moved()
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    read = lambda: town.portal.move(RESIDENT, case)  # noqa: E731
    assert [one.until for one in read().cards] == [
        periods.card_continuation_until(today(town.clock))
    ] * 2
    update(town, 10)
    assert [one.name for one in read().cards] == [town.resident(11, NEW).name]
    update(town, 11)
    assert (standing(read()).name, read().settled) == ("done", True)
    correct(town)
    move, until = read(), periods.card_update_until(today(town.clock))
    found = standing(move)
    assert (found.name, found.until, move.cards_left) == ("cards", until, 2)
    assert "stops working" not in found.todo.en
    first = waiting(None, [move], today(town.clock))[0]
    assert (first.title.en, first.on) == (found.says.en, until)
    assert "9番地" in page(move).replace("９", "9")
    update(town, 10)
    assert read().events[-1].event == "card-continued"
    update(town, 11)
    assert standing(read()).name == "done"


def test_of_several_cards_a_correction_makes_all_wait_by_the_nearer_day(town):
    case = town.moved()
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    update(town, 10)
    correct(town)
    move = town.portal.move(RESIDENT, case)
    assert move.cards_left == 2
    assert standing(move).until == periods.card_update_until(today(town.clock))
    said = [one for one in changes([move]) if one.title.en == "The register was corrected"]
    assert all(one.of_whom and "address corrected" in one.note.en for one in said)


def test_whose_card_was_updated_is_named_and_it_is_not_called_ones_own(town):
    """Four messages said “Your card”, three of them of the cards of others."""
    town.sign_in_key(town.members()[1], 3)
    case = town.moved()
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    update(town, 10)
    update(town, 11)
    told = [one for one in changes(town.portal.moves(RESIDENT), None) if "card" in one.title.en]
    assert not any("Your" in one.title.en for one in told)
    notes = " ".join(one.note.en for one in told if one.note)
    assert all(town.resident(who, NEW).name in notes for who in (10, 11)), case


def test_who_was_moved_by_another_has_sent_none_themselves(town, monkeypatch):
    town.moved()
    record = MovesShown(inquirer(town)).own({}, handles(town, 11), town.clock.now(), [])
    for found, said in (
        (record, "You have sent none yourself"),
        (UNKNOWN, "You have sent none yet"),
    ):
        monkeypatch.setattr(Front, "_record", lambda *_, found=found: found)
        browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-2")
        shown = browser.get("/?lang=en").text
        assert said in shown
        assert ("You were registered" in shown) == (found is record)


def test_who_was_moved_by_another_reads_of_their_own_card(town):
    """They have no procedure of their own, and lose the card all the same."""
    assert household(town, 11).own_card is None
    town.moved()
    shown = MovesShown(inquirer(town)).own({}, handles(town, 11), town.clock.now(), [])
    until = periods.card_continuation_until(today(town.clock))
    assert shown.card == CardToUpdate(name=town.resident(11, NEW).name, until=until, ends=True)
    assert shown.city == NEW
    for on, urgency in ((until, "now"), (until + timedelta(days=1), "late")):
        (one,) = own_card(shown.card, Text("札幌市", "Sapporo"), [], on)
        assert (one.urgency, one.on) == (urgency, until)
        assert "at the counter of Sapporo" in one.note.en
        assert "stops working" in one.note.en
    (near,) = own_card(shown.card, Text("札幌市", "Sapporo"), [], until - timedelta(days=3))
    assert "3 days are left" in near.note.en
    for words in ("ja", "en", "easy"):
        assert near.note.to(words)


def test_it_is_not_said_twice_to_who_gave_notice(town):
    case = town.moved()
    move = town.portal.move(RESIDENT, case)
    mine = household(town, 10, NEW).own_card
    assert own_card(mine, Text("札幌市", "Sapporo"), [move], today(town.clock)) == []
    elsewhere = replace(move, events=[e for e in move.events if e.event == "received-out"])
    assert own_card(mine, Text("札幌市", "Sapporo"), [elsewhere], today(town.clock))


def of_own(authentication, signing="stopped"):
    certificates = [
        CertificateOfOwn(kind=kind, standing=state, expires_on=date(2030, 1, 1), renewable_from=date(2029, 10, 1), since=AT)
        for kind, state in (("authentication", authentication), ("signing", signing))
    ]  # fmt: skip
    return CardOfOwn(media="card", issued_at=AT, expires_on=date(2035, 1, 1), certificates=certificates)  # fmt: skip


def test_a_card_that_has_ended_needs_a_new_card():
    """Not a certificate, which nobody writes on it; and it waits, since no other page says so to a co-mover."""
    over = of_own("stopped")
    assert ended(over)
    for one in over.certificates:
        assert "apply for a new card" in line(over, one, DAY).do.en
        assert "Get a new certificate" not in line(over, one, DAY).do.en
    assert [one.title.en for one in waits([over], DAY)] == [
        "Your card has ended: apply for a new card"
    ]
    works = of_own("good", "lapsed")
    assert not ended(works)
    assert waits([works], DAY) == []
    assert "new certificate" in line(works, works.certificates[1], DAY).do.en


# ---------------------------------------------------------------- another's notice was first


def by_another(**changes):
    move = OwnMove(
        case_id="MV-OTHER001",
        on=DAY,
        registered=False,
        given_by="佐藤1",
        written_at=AT + timedelta(days=1),
    )
    return Moved(move.model_copy(update=changes), "東京都", OLD, AT + timedelta(days=2))


@pytest.mark.parametrize("registered", [False, True])
@pytest.mark.parametrize("words", ["ja", "en", "easy"])
def test_a_notice_that_another_one_overtook_says_so_and_nothing_of_it_is_ahead(registered, words):
    moved = by_another(registered=registered)
    for events in (
        "received-out",
        "received-out reservation-received",
        "out-done in-ready",
        "needs-fix",
    ):
        move = told(events)
        assert moved.overtakes(move)
        found = waiting(None, [move], date(2026, 12, 7), moved=moved)
        assert [one.title for one in found] == [standing(move, overtaken=True).says], (
            "no visit, no deadline"
        )
        html = overtaken_page(move, words)
        assert standing(move, overtaken=True).says.to(words) in html
        assert f"/moves/{move.case_id}/cancel" in html
        assert "visit.ics" not in html
        assert "visit/sheet" not in html
        entries = _timeline(move, SimpleNamespace(directory={}), "en", overtaken=True)
        assert [one for one in entries if one.state == "wait"] == [], "nor a step to come"
    for over in ("in-ready visited registered", "out-rejected"):
        assert not moved.overtakes(told(over))


def overtaken_page(move, words):
    language = "en" if words == "en" else "ja"
    shown = shown_of(move, None, DAY, language, overtaken=True)
    return page(move, words, shown=shown)


def test_an_earlier_move_overtakes_nothing():
    """Everybody came to their address by some notice once."""
    before = by_another(registered=True, written_at=AT - timedelta(days=900))
    move = told("in-ready")
    assert replace(before, city=move.origin).overtakes(move) is False
    assert replace(before, city="999999").overtakes(move), "they live elsewhere by now"
    assert not by_another(case_id=move.case_id).overtakes(move)


def test_what_the_city_said_before_a_notice_was_sent_overtakes_nothing():
    """Asked while the last move was open; that one came to its end, and the next notice was given within the minute."""
    open_then = replace(by_another(registered=False), asked_at=AT - timedelta(seconds=30))
    move = told("received-out")
    assert move.sent_at > open_then.asked_at
    assert not open_then.overtakes(move)
    assert replace(open_then, asked_at=move.sent_at).overtakes(move)


def test_the_city_says_when_it_wrote_the_move(town):
    case = town.submit(moves_on=today(town.clock) + timedelta(days=5))
    town.settle()
    town.accept(case)
    town.settle()
    own = household(town, 11).own_move
    assert own.written_at >= town.portal.move(RESIDENT, case).sent_at


# ---------------------------------------------------------------- a family in two cities


def parted(*registered, cards=()):
    """Events of several cities: (city, names not registered there)."""
    events = [
        Event("registered", AT + timedelta(days=n), InstitutionId(f"city:{city}"), "窓口", "Counter", "", "", [], n,
              address=f"{city}の住所", not_registered=list(left),
              cards=[one.model_dump(mode="json") for one in cards])
        for n, (city, left) in enumerate(registered)
    ]  # fmt: skip
    return replace(SENT, events=events)


def test_who_is_registered_elsewhere_first_makes_nobody_else_so():
    only = parted((FUKUOKA, ["佐藤0", "佐藤2"]))
    assert (only.own_registered, only.others_first, only.new_city) == (False, True, SAPPORO)
    assert only.registered_address == ""
    said = standing(only)
    assert said.name == "others-first"
    assert said.says.ja.startswith("佐藤1は新しい住所で登録されました")
    titles = [one.title.en for one in waiting(None, [only], date(2026, 12, 7))]
    assert "Your visit is today" in titles
    assert "Notice at the counter is due" in titles
    both = replace(only, events=[*only.events, *parted((SAPPORO, ["佐藤1", "佐藤2"])).events])
    assert both.registered_in == {"佐藤1": FUKUOKA, "佐藤0": SAPPORO}
    assert (both.own_registered, both.new_city, both.left_out) == (True, SAPPORO, ["佐藤2"])
    assert both.registered_address == f"{SAPPORO}の住所"


def test_cards_are_counted_by_city_and_named():
    card = lambda name: CardToUpdate(name=name, until=date(2027, 3, 1), ends=True)  # noqa: E731
    first = parted((FUKUOKA, ["佐藤0", "佐藤2"]), cards=[card("佐藤1")])
    second = parted((SAPPORO, ["佐藤1", "佐藤2"]), cards=[card("佐藤0")])
    move = replace(first, events=[*first.events, *second.events])
    assert {(one.name, one.city) for one in move.cards} == {("佐藤1", FUKUOKA), ("佐藤0", SAPPORO)}
    html = page(move)
    for name, city in (("佐藤1", FUKUOKA), ("佐藤0", SAPPORO)):
        assert (
            f"{name}</span>: at the counter of {city}" in html
            or f"{name}: at the counter of {city}" in html
        )


def test_where_others_registered_without_them_is_not_kept():
    letter = CaseProgress(
        case_id="MV-7YXW-VTRP-NMKH", event="registered", at=AT, institution=InstitutionId(f"city:{FUKUOKA}"), desk_ja="窓口", desk_en="Counter",
        note_ja="登録した住所：福岡県福岡市", note_en="Registered address: Fukuoka", address="福岡県福岡市", not_registered=("佐藤0",),
    )  # fmt: skip
    kept = _for_the_reader(SENT, letter)
    assert (kept.address, "福岡" in kept.note_ja, "Fukuoka" in kept.note_en) == ("", False, False)
    assert "佐藤1、佐藤2" in kept.note_ja
    for own in (("佐藤1",), ()):
        asis = letter.model_copy(update={"not_registered": own})
        assert _for_the_reader(SENT, asis) == asis


# ---------------------------------------------------------------- who is ticked


def member(number, relationship, born="昭和55年1月1日", *, own=False):
    return Member(number, f"試験{number}", "", born, relationship, own, True)


SON, GROWN = "平成25年1月1日", "平成12年1月1日"


@pytest.mark.parametrize(
    ("own", "ticked"),
    [("head", "head wife son step"), ("wife", "head wife son step"), ("son", "son"), ("grown", "grown"),
     ("mother", "mother"), ("lodger", "lodger"), ("theirs", "theirs"), ("kin", "kin")],
)  # fmt: skip
def test_ticked_are_those_for_whom_it_is_plain(own, ticked):
    house = [
        ("head", "世帯主", ""), ("wife", "妻", ""), ("son", "子", SON), ("step", "妻の子", SON), ("grown", "子", GROWN),
        ("mother", "母", ""), ("lodger", "同居人", ""), ("theirs", "同居人の子", SON), ("kin", "縁故者", ""),
    ]  # fmt: skip
    members = [member(n, r, b or "昭和55年1月1日", own=n == own) for n, r, b in house]
    assert plainly(members, DAY) == ticked.split()


def test_the_desk_is_told_of_movers_without_a_tie_of_family():
    def one(number, relationship):
        return SimpleNamespace(
            resident_id=number, name=f"試験　{number}", kana="シケン", relationship=relationship
        )

    head, wife, lodger = one("1", "世帯主"), one("2", "妻"), one("3", "同居人")
    for applicant, going, named in (
        (lodger, [head, wife, lodger], ["1", "2"]), (head, [head, lodger], ["3"]), (head, [head, wife], []), (lodger, [lodger], []),
        (lodger, [lodger, one("4", "同居人")], ["4"]),
    ):  # fmt: skip
        found = judging._no_family(applicant, going)
        assert [f.blocking for f in found] == ([False] if named else [])
        assert all(f"試験　{n}" in f.ja for f in found for n in named)


# ---------------------------------------------------------------- what is void is not said to stand


def test_an_appointment_that_is_void_does_not_stand_beside_a_correction():
    for events in ("received-out needs-fix visit-missed", "received-out visit-missed needs-fix"):
        found = standing(told(events))
        assert found.name == "correct"
        assert "appointment stand" not in found.todo.en
        assert "past" in found.todo.en
    assert "appointment stand" in standing(told("received-out needs-fix")).todo.en
    begun = SimpleNamespace(case_id="MV-1", revision=2, answers=ANSWERS)
    assert "appointment stand" not in standing(told("needs-fix visit-missed"), begun).todo.en


def test_who_was_not_decided_on_in_time_is_not_said_to_have_stayed_away():
    assert "had not decided" in standing(told("received-out visit-missed")).todo.en
    assert "had not decided" not in standing(told("out-done in-ready visit-missed")).todo.en


def test_a_visit_that_is_needless_is_not_an_appointment():
    """Registered before the booked day: nobody goes a second time."""
    early = replace(told("in-ready visited registered"))
    assert "no longer needed" in page(early)
    late = [replace(one, at=datetime(2026, 12, 7, 3, tzinfo=UTC)) for one in early.events]
    assert "no longer needed" not in page(replace(early, events=late))


@pytest.mark.parametrize(
    ("events", "said"),
    [("", True), ("received-out", True), ("reservation-received received-out", True), ("received-out out-done", False), ("in-ready visited registered", False), ("needs-fix", False)],
)  # fmt: skip
def test_that_it_was_sent_is_said_until_more_has_happened(events, said):
    """Cities may have it before the page that follows the signature is drawn: who sent it is told so all the same."""
    assert ("Your notice was sent" in page(told(events), told={"sent": True})) == said


def test_a_residence_card_is_brought_too():
    foreign = replace(MEMBERS[1], residence_card=True)
    with_it = replace(ANSWERS, members=(MEMBERS[0], foreign, MEMBERS[2]))
    html = page(replace(told("in-ready"), answers=with_it.to_json()))
    assert "residence card" in html
    assert "佐藤1" in html[html.index('id="residence-cards"') :]
    assert "residence-cards" not in page(told("in-ready"))


def test_every_row_has_words_in_easy_japanese():
    for row in TABLE:
        assert row.says.easy, row.name


def test_older_senders_say_nothing_of_cards():
    assert isinstance(SENT, Move)
    assert told("registered").cards is None
    assert told("registered").cards_left == 2


# ---------------------------------------------------------------- the first page


@pytest.fixture
def front(town, monkeypatch):
    """The first page of the applicant, with what their city has of them."""

    def read(record, words="en"):
        monkeypatch.setattr(MovesShown, "own", lambda *_: record)
        browser = signed_in_at(town.street, "portal", "portal", "resident", RESIDENT)
        answer = browser.get("/" if words == "ja" else f"/?lang={words}")
        assert answer.status_code == 200
        return plain(answer)

    return read


@pytest.mark.parametrize("words", ["ja", "en", "easy"])
def test_the_first_page_says_whose_card_until_when_and_where(town, front, words):
    until = today(town.clock) + timedelta(days=60)
    card = CardToUpdate(name="試験　花子", until=until, ends=True)
    record = OwnRecord(replace(by_another(registered=True), city=NEW), card, NEW)
    said = {
        "en": ("Your card has still to be updated", "at the counter of Sapporo", "After this day the card stops working"),
        "ja": ("あなたのカードの住所などの書きかえが残っています", "札幌市の窓口で", "カードは使えなくなります"),
    }  # fmt: skip
    shown = front(record, words)
    if words == "easy":
        return  # each word has its reading beside it
    for one in said[words]:
        assert one in shown
    assert said[words][0] not in front(replace(record, card=None), words)


def test_two_procedures_of_one_day_are_told_apart(town, front):
    """By where they lead, and when."""
    case = town.submit(moves_on=today(town.clock) + timedelta(days=5))
    on = today(town.clock) + timedelta(days=5)
    shown = front(UNKNOWN)
    assert f"Move: to Sapporo, {on:%A} {on.day} {on:%B} {on.year}" in shown
    assert f"/moves/{case}" not in shown
    both = OwnRecord(by_another(written_at=town.clock.now() + timedelta(days=1)), None, OLD)
    overtaken = front(both)
    assert "Another notice for you was accepted before this one" in overtaken
    assert "Your visit" not in overtaken.partition("Your procedures")[0]
