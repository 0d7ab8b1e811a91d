"""Whose cards wait at which city's desk, until when, and what becomes of those that nobody had continued."""

import base64
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from lxml import html

from kazasu.card import tlv
from kazasu.card.chip import common_ap
from kazasu.contracts.jpki.cards import CardNotContinued
from kazasu.contracts.terminal import TapRequest, TapResult
from kazasu.exchange.carrier.letters import Post
from kazasu.foundation import audit
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.values.romaji import with_reading
from kazasu.jpki.register import store as jpki_store
from kazasu.kit import periods
from kazasu.municipality.cards.left import each_once
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.service.corrections import Corrections
from tests.jpki.test_continuing import READING
from tests.jpki.test_service import code_of
from tests.municipality.moving.test_entry_fields import desk
from tests.municipality.moving.test_within_the_city import at_the_desk, on_their_own
from tests.support import pki
from tests.support.city import CLERK, COUNTER, NEW, OLD, reading
from tests.support.city import code_of as code_of_person
from tests.support.pages import followed
from tests.support.town import Town

_keys = count(40)


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def waiting(town, city=NEW):
    return town.cards.waiting(city, COUNTER)


def his(town, number=10, city=NEW):
    """The card of the one who signed."""
    mine = town.resident(number, city).resident_id
    return next(one for one in waiting(town, city) if one.resident_id == mine)


def begin(town, card, city=NEW):
    """The card lies on the reader: the tap's number."""
    town.cards.begin(city, COUNTER, card.case_id, card.token)
    return town._read(
        city, lambda tx: tx.column("SELECT request_id FROM card_tap ORDER BY expires_at DESC")
    )[0]


def brought(town, request_id, resident, city=NEW):
    """What the terminal posts."""
    record = common_ap.CommonRecord(f"{int(resident.resident_id):015d}", city[:5], today(town.clock)).encode()  # fmt: skip
    return TapResult(
        request_id=request_id, audience=f"city:{city}", reader="terminal",
        card_record=pki.b64(record + tlv.encode(0xDF31, bytes(32))),
        signing_public_key=pki.b64(pki.public(next(_keys))),
    )  # fmt: skip


def tap(town, card, resident, city=NEW):
    request_id = begin(town, card, city)
    receipt = town.cards.receive(city, brought(town, request_id, resident, city))
    town.cards.finish(city, COUNTER, receipt.handle)
    town.settle()


def events(town, case, household=1):
    return [one.event for one in town.portal.move(f"sub-{household}", case).events]


def signing(town, resident):
    """Municipalities of their good signing certificates."""

    def look(tx):
        found = jpki_store.certificates_on(tx, f"{int(resident.resident_id):015d}")
        return [one.municipality_code for one in found if one.kind == "signing"]

    return town.databases("jpki").read("test.signing", look, access=READING)


# ---------------------------------------------------------------- who has left


def set_state(town, state, number=10, city=NEW):
    """Their record here, as a move to a third city would have it."""

    def work(tx):
        resident = register_store.by_record_code(tx, code_of_person(number))
        register_store.change(
            tx,
            resident,
            state=state,
            reason="国内転出",
            is_head=False,
            changed_on=today(town.clock),
        )

    town.databases("municipality").run("test.leave", work, tenant=city, access=reading())


@pytest.mark.parametrize(
    ("state", "waits"), [("leaving", True), ("left-planned", False), ("left", False)]
)
def test_a_card_waits_as_long_as_its_holder_is_registered_here(town, state, waits):
    town.moved()
    card = his(town)
    [other] = [one for one in waiting(town) if one != card]
    under_way = begin(town, card)
    set_state(town, state)
    assert card in waiting(town) if waits else waiting(town) == [other]
    assert town._read(NEW, lambda tx: town.cards.count(tx, today(town.clock))) == 1 + waits
    bring = brought(town, under_way, town.members()[0])
    if waits:
        assert town.cards.receive(NEW, bring).script
        return
    again = (NEW, COUNTER, card.case_id, card.token)
    assert code_of(town.cards.begin, *again) == "municipality.unknown-case"
    assert code_of(town.cards.receive, NEW, bring) == "municipality.unknown-case", "on the reader"
    assert signing(town, town.members()[0]) == []


def test_of_who_has_left_no_city_says_that_their_card_stopped_working(town):
    case = town.moved()
    for number in (10, 11):
        set_state(town, "left", number)
    town.clock.set(town.clock.now() + timedelta(days=120))
    town.settle()
    assert "card-lost" not in events(town, case)
    assert {one.card for one in town.people(case)} == {"none"}, "and nothing falls due any more"
    assert town.databases("municipality").glance(
        lambda tx: tx.column("SELECT cities_due(%s, %s)", (today(town.clock), tx.now))
    ) == []  # fmt: skip


def posted(browser, path, **fields):
    origin = str(browser.base_url).rstrip("/")
    return browser.post(path, data=fields, headers={"origin": origin}, follow_redirects=False)


def shown_at(browser, answer):
    return html.fromstring(followed(browser, answer).content).text_content()


def test_of_who_has_moved_on_nobody_says_that_their_card_is_done(town):
    case = town.moved()
    for number in (10, 11):
        set_state(town, "left-planned", number)
    browser = desk(town, NEW)
    page = html.fromstring(browser.get(f"/desk/in/{case}?lang=en").content)
    table = page.get_element_by_id("registered").text_content()
    assert table.count("has moved on") == 2
    assert "to be updated by" not in table
    assert not page.xpath("//form[@action='/desk/cards/family']")
    said = shown_at(browser, posted(browser, "/desk/cards/family", case_id=case))
    assert "All cards of this move are done" not in said
    assert "where they are registered next" in said


def test_one_after_the_other_goes_by_age_and_on_without_whoever_has_no_card_with_them(town):
    case = town.moved()
    people = [town.resident(number, NEW) for number in (10, 11)]
    first, second = sorted(people, key=lambda one: one.resident_id)

    def younger(tx):
        register_store.change(
            tx, first, reason="職権修正", changed_on=today(town.clock), birth_date=date(2020, 1, 1)
        )

    town.databases("municipality").run("test.young", younger, tenant=NEW, access=reading())
    found, _ = town.cards.of_family(NEW, CLERK, case)
    assert [one.resident_id for one in found] == [
        second.resident_id,
        first.resident_id,
    ], "grown-ups first"
    browser = desk(town, NEW)
    assert "/tap?" in posted(browser, "/desk/cards/family", case_id=case).headers["location"]
    page = html.fromstring(browser.get("/desk/cards?lang=en").content)
    (form,) = page.xpath("//section[@id='family']//form")
    assert dict(form.form_values())["token"] == str(found[0].token)
    skipped = posted(browser, "/desk/cards/skip", **dict(form.form_values()))
    assert "/tap?" in skipped.headers["location"], "the next one is asked for"
    page = html.fromstring(browser.get("/desk/cards?lang=en").content)
    (form,) = page.xpath("//section[@id='family']//form")
    assert dict(form.form_values())["token"] == str(found[1].token)
    said = shown_at(browser, posted(browser, "/desk/cards/skip", **dict(form.form_values())))
    assert "skipped are still to be updated" in said
    assert len(waiting(town)) == 2
    assert not html.fromstring(browser.get("/desk/cards").content).xpath("//section[@id='family']")


def test_who_moves_on_is_told_that_this_case_waits_for_no_card(town):
    """A change of address in Yokohama, nobody updates the cards, then the move to Sapporo."""
    first = at_the_desk(town, movers=[0])
    on_their_own(town, first)
    town.register(first, OLD)
    town.settle()
    assert [one.case_id for one in waiting(town, OLD)] == [first]
    second = town.submit(movers=[0], key=3)
    town.settle()
    town.accept(second)
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    town.visit(second, 10, address=town.resident(10).address)
    town.enter(second)
    town.register(second)
    town.settle()
    assert waiting(town, OLD) == []
    [told] = [one for one in town.portal.move("sub-1", first).events if one.event == "closed"]
    assert "where they are registered now" in told.note_en
    assert town.portal.move("sub-1", first).cards_left == 0
    assert [one.case_id for one in waiting(town)] == [second]


def test_who_moves_on_before_the_card_was_updated_shows_the_card_of_before(town):
    """They have their time for it by law, and the second move does not take it away (U9-4)."""
    first = at_the_desk(town, movers=[0])
    on_their_own(town, first)
    town.register(first, OLD)
    town.settle()
    second = town.submit(movers=[0], key=3)
    town.settle()
    town.accept(second)
    town.settle()
    [mover] = [one.mover for one in town.people(second)]
    carried = town.by_code[code_of_person(10)].address.line
    assert mover.card_address == carried != town.resident(10).address
    compared = {one.item: one for one in town.visit(second, 10)}
    assert (compared["address"].same, compared["address"].earlier) == (True, True)
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    town.enter(second)
    town.register(second)
    town.settle()
    [told] = [one for one in town.portal.move("sub-1", second).events if one.event == "registered"]
    assert any("waits to be updated" in en for _, en, _ in told.proof)


def test_a_card_of_yet_another_address_is_not_the_one_that_waits(town):
    first = at_the_desk(town, movers=[0])
    on_their_own(town, first)
    town.register(first, OLD)
    town.settle()
    second = town.submit(movers=[0], key=3)
    town.settle()
    town.accept(second)
    town.settle()
    compared = {one.item: one for one in town.visit(second, 10, address="東京都千代田区１番")}
    assert not compared["address"].same
    assert code_of(town.enter, second) == "municipality.attributes-differ"


# ---------------------------------------------------------------- until when


def test_cards_that_nobody_continued_end_at_jlis_as_the_resident_reads(town, monkeypatch):
    case = town.moved()
    assert his(town).until == periods.card_continuation_until(today(town.clock))
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    tap(town, his(town), town.members()[0])
    assert signing(town, town.members()[0]) == [NEW]
    letters = sent(town, monkeypatch)
    town.clock.set(town.clock.now() + timedelta(days=120))
    town.settle()
    assert events(town, case).count("card-lost") == 1
    [letter] = [one for one in letters if isinstance(one, CardNotContinued)]
    assert letter.resident_record_code == town.resident(11, NEW).record_code, "hers, not his"
    assert letter.notified_on == town.resident(11, NEW).notified_on
    assert letter.registered_at == town.arrival(case).registered_at, "cards made before it end"
    assert signing(town, town.members()[0]) == [NEW], "his goes on"


def sent(town, monkeypatch):
    """Letters that this country posts from now on."""
    letters, send = [], Post.send

    def keeping(self, tx, letter, **more):
        letters.append(letter)
        return send(self, tx, letter, **more)

    monkeypatch.setattr(Post, "send", keeping)
    return letters


def said_at_the_terminal(town, card, city=NEW):
    sealed = town.cards.begin(city, COUNTER, card.case_id, card.token)
    return TapRequest.model_validate_json(
        base64.urlsafe_b64decode(sealed.split(".")[1] + "==")
    ).purpose_ja


def test_after_a_move_from_another_city_the_card_is_continued(town):
    town.moved()
    assert "継続利用" in said_at_the_terminal(town, his(town))


def test_a_change_of_address_within_the_city_ends_no_card(town, monkeypatch):
    """番号法施行令 14条 is of an arrival from another city; here the card is to be updated in 14 days, and can be later."""
    case = at_the_desk(town, movers=[0])
    on_their_own(town, case)
    town.register(case, OLD)
    town.settle()
    [card] = waiting(town, OLD)
    assert card.until == periods.card_update_until(today(town.clock))
    [note] = [one.note_en for one in town.portal.move("sub-1", case).events if one.event == "card-pending"]  # fmt: skip
    assert "7 December" in note, "23 November and 14 days"
    letters = sent(town, monkeypatch)
    town.clock.set(town.clock.now() + timedelta(days=120))
    town.settle()
    assert letters == []
    assert waiting(town, OLD) == [card]
    assert "継続利用" not in said_at_the_terminal(town, card, OLD), (
        "that is after a move from another city"
    )
    assert "券面記載事項変更" in said_at_the_terminal(town, card, OLD)
    [note] = [one.note_ja for one in town.portal.move("sub-1", case).events if one.event == "card-pending"]  # fmt: skip
    assert "継続利用" not in note
    tap(town, card, town.members()[0], OLD)
    assert signing(town, town.members()[0]) == [OLD]
    assert events(town, case).count("card-continued") == 1


def test_only_whose_card_ends_is_in_the_record_of_it(databases, clock):
    """Others who wait, and those whose time is not over, are looked at by nobody."""
    town = Town(databases, clock, households=2)
    town.moved()
    town.clock.set(town.clock.now() + timedelta(days=60))
    town.settle()
    town.moved(household=2, key=3)
    town.clock.set(town.clock.now() + timedelta(days=60))
    town.settle()
    assert len(waiting(town)) == 2

    def looked(tx):
        people = {n: register_store.by_record_code(tx, code_of_person(n)) for n in (10, 11, 20, 21)}  # fmt: skip
        return {
            n: [a.action for a in audit.accesses(tx, one.resident_id) if ".card." in a.action]
            for n, one in people.items()
        }

    seen = town._read(NEW, looked)
    assert {n: [a for a in of if a.endswith("lost")] for n, of in seen.items()} == {
        10: ["municipality.card.lost"], 11: ["municipality.card.lost"], 20: [], 21: [],
    }  # fmt: skip


# ---------------------------------------------------------------- one tap, one certificate


def test_one_tap_is_answered_once(town):
    town.moved()
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    card, resident = his(town), town.members()[0]
    under_way = begin(town, card)
    wrong = brought(town, under_way, town.members()[1])
    assert code_of(town.cards.receive, NEW, wrong) == "municipality.card-refused", "the wrong card"
    receipt = town.cards.receive(NEW, brought(town, under_way, resident))
    again = brought(town, under_way, resident)
    assert code_of(town.cards.receive, NEW, again) == "municipality.card-tap-over"
    assert signing(town, resident) == [NEW]
    town.cards.finish(NEW, COUNTER, receipt.handle)
    assert code_of(town.cards.finish, NEW, COUNTER, receipt.handle) == "municipality.card-tap-over"


def test_a_card_of_a_household_is_refused_with_whose_it_is(town):
    """Several lie on the desk: by J-LIS's reason alone nobody knows which one to take away."""
    case = town.moved()
    mine = his(town)
    (other,) = [one for one in waiting(town) if one.resident_id != mine.resident_id]
    day = today(town.clock) - timedelta(days=1)
    town.databases("jpki").run(
        "test.expired",
        lambda tx: tx.execute("UPDATE card SET expires_on = %s", (day,)),
        access=READING,
    )
    said = {}
    for card, resident in zip((mine, other), town.members(), strict=True):
        town.clock.set(town.clock.now() + timedelta(minutes=1))  # the later tap is the later one
        with pytest.raises(Refusal) as refused:
            town.cards.receive(NEW, brought(town, begin(town, card), resident))
        assert refused.value.fault.code == "municipality.card-refused"
        said[card.resident_id] = refused.value
    expired = said[mine.resident_id]
    assert mine.name in expired.title.ja
    assert with_reading(mine.name, mine.kana) in expired.title.en
    assert "This card expired on" in expired.title.en
    assert "apply for a new card" in expired.todo.en
    assert "このカードの有効期限" in expired.title.ja
    unknown = said[other.resident_id]
    assert other.name in unknown.title.ja
    assert "There is no record of this card" in unknown.title.en
    town.clock.set(town.clock.now() + timedelta(days=120))
    with pytest.raises(Refusal) as refused:
        town.cards.begin(NEW, COUNTER, case, other.token)
    assert refused.value.fault.code == "municipality.card-too-late"
    assert other.name in refused.value.title.ja
    assert with_reading(other.name, other.kana) in refused.value.title.en


def test_two_clerks_with_the_same_card_tell_it_once(town):
    case = town.moved()
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    card, resident = his(town), town.members()[0]
    town.cards.begin(NEW, CLERK, card.case_id, card.token)
    [other] = town._read(NEW, lambda tx: tx.column("SELECT request_id FROM card_tap"))
    mine = begin_second(town, card, other)
    first = town.cards.receive(NEW, brought(town, other, resident))
    second = town.cards.receive(NEW, brought(town, mine, resident))
    town.cards.finish(NEW, CLERK, first.handle)
    town.cards.finish(NEW, COUNTER, second.handle)
    town.settle()
    assert events(town, case).count("card-continued") == 1
    assert signing(town, resident) == [NEW], "one of them"


def begin_second(town, card, first):
    town.cards.begin(NEW, COUNTER, card.case_id, card.token)
    return town._read(
        NEW,
        lambda tx: tx.value("SELECT request_id FROM card_tap WHERE request_id <> %s", (first,)),
    )


# ---------------------------------------------------------------- corrected ex officio


def correct(town, changes, number=10):
    resident = town.resident(number)
    Corrections(town.city).correct(
        OLD, CLERK, resident.resident_id, resident.version, changes, "戸籍の届出による",
        whole_household=True,
    )  # fmt: skip
    town.settle()


@pytest.mark.parametrize(
    "changes",
    [{"name": "新川　花子"}, {"block": "九番地"}, {"name": "新川　花子", "block": "九番地"}],
)
def test_a_corrected_record_puts_the_card_into_the_queue(town, changes, monkeypatch):
    """The signing certificate ends by it, and a card desk that did not list it left its holder nowhere to go."""
    resident = town.members()[0]
    town.sign_in_key(resident)
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    correct(town, changes)
    assert signing(town, resident) == []
    found = waiting(town, OLD)
    [card] = [one for one in found if one.name == town.resident(10).name]
    assert not card.ends
    # An address is corrected for the whole household: whoever of it has a card waits, too.
    home = town._read(
        OLD, lambda tx: register_store.household(tx, town.resident(10).household_number)
    )
    with_card = {one.name for one in home if one.has_card and one.state == "resident"}
    assert {one.name for one in found} == (with_card if "block" in changes else {card.name})
    assert town._read(OLD, lambda tx: town.cards.count(tx, today(town.clock))) == len(found)
    town.clock.set(town.clock.now() + timedelta(days=120))
    letters = sent(town, monkeypatch)
    town.settle()
    tap(town, card, resident, OLD)
    assert letters == [], "it is no move: no case is told, nothing ends"
    assert signing(town, resident) == [OLD]
    assert {one.name for one in waiting(town, OLD)} == {one.name for one in found} - {card.name}


def test_what_no_card_carries_puts_none_into_the_queue(town):
    correct(town, {"registered_domicile": "横浜市中区本町九番地"})
    assert waiting(town, OLD) == []


def test_one_update_is_for_everything_that_the_card_waited_for(town):
    case = at_the_desk(town, movers=[0])
    on_their_own(town, case)
    town.register(case, OLD)
    town.settle()
    correct(town, {"name": "新川　花子"})
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    [corrected] = waiting(town, OLD)
    both = (corrected, *corrected.others)
    assert {one.case_id for one in both if one.told} == {case}
    assert [one.told for one in both].count(False) == 1, "one card has one line, with both"
    assert {one.name for one in both} == {"新川　花子"}, "as the register calls them now"
    assert town._read(OLD, lambda tx: town.cards.count(tx, today(town.clock))) == 1
    tap(town, corrected, town.members()[0], OLD)
    assert waiting(town, OLD) == []
    assert events(town, case).count("card-continued") == 1


def test_a_line_says_how_late_it_is_and_when_the_card_ends(town):
    town.moved()
    card = his(town)
    assert card.ends_after == card.until
    assert [card.late(card.until + timedelta(days=one)) for one in (-1, 0, 3)] == [0, 0, 3]
    within = replace(card, ends=False, until=card.until - timedelta(days=80))
    [line] = each_once([card, within])
    assert (line.until, line.ends_after) == (within.until, card.until)
