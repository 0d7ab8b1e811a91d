"""Reading and writing cases as a clerk saw them: the second of two clerks is told (I9)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

from kazasu.contracts.municipality import CertificateCancelled
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import short_moment
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.casework.model import Colleague
from kazasu.municipality.hall.context import CityContext, city_id
from kazasu.municipality.hall.faults import (
    CHANGED_BY,
    CHANGED_MEANWHILE,
    DONE_ALREADY,
    HAPPENED_MEANWHILE,
    UNKNOWN_CASE,
    WRONG_STATE,
)
from kazasu.municipality.hall.model import Clerk, Role
from kazasu.municipality.hall.ports import Announced, Gone, HeadSaid, Touched, Way
from kazasu.municipality.moving import happened, lists
from kazasu.municipality.moving.life import (
    DONE_IN,
    DONE_OUT,
    IN,
    LEAVER,
    OUT,
    InEvent,
    InState,
    OutEvent,
    OutState,
)
from kazasu.municipality.moving.model import (
    IN_DESK,
    OUT_DESK,
    SYSTEM,
    Arriver,
    MovingIn,
    MovingOut,
    to_come,
)
from kazasu.municipality.moving.store import announced as announced_store
from kazasu.municipality.moving.store import arrivals, notices, visits
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import HEAD, LODGER, Standing

DONE: Final = (*DONE_OUT, *DONE_IN)
C = TypeVar("C", MovingOut, MovingIn)
Ending = Literal["data-taken-back", "arrived-elsewhere", "nobody-left"]
READY: Final[Mapping[bool, tuple[InEvent, ...]]] = {True: ("complete",), False: ()}
WAITS: Final[Mapping[bool, tuple[InEvent, ...]]] = {True: ("rest-waits",), False: ()}
DIED: Final = (
    "{name}さんの死亡を記載しました。転出先の市区町村には、この人の転出の取消しを知らせました"
)
DIED_UNDECIDED: Final = "{name}さんの死亡を記載しました。この届出は、ほかの人だけで進みます"
ABROAD_UNDECIDED: Final = "{names}さんの国外転出を受け付けました。この人はこの届出から外れ、ほかの人がいればその人だけで進みます"
SENT_BEFORE: Final = "{what}を職権で直しました。転出証明書情報は、直す前の内容で{cities}に送ってあります。先方に知らせてください"
"""As a note among the staff, which is in Japanese as all of them are."""
PAPER_ROUTE: Final = Text(
    "前の市区町村の窓口で紙の転出証明書を受け取り、新しい市区町村の窓口へお持ちください。引っ越した人のカードは、その転入届で失効します（新しいカードは窓口で申請できます）。引っ越さないことにしたら、この引越しを取り消せます",
    "Get a paper certificate of moving out at the counter of your old city and bring it to that of the new one. The cards of who moved end with that notice (new ones can be applied for at the counter). If you do not move, you can cancel this move",
)


def notice(tx: Transaction, case_id: str) -> MovingOut:
    """Raises Refusal ``municipality.unknown-case``."""
    return _known(notices.find(tx, case_id))


def arrival(tx: Transaction, case_id: str) -> MovingIn:
    """Raises Refusal ``municipality.unknown-case``."""
    return _known(arrivals.find(tx, case_id))


def notice_at(
    tx: Transaction, case_id: str, version: int, event: OutEvent, clerk: Clerk
) -> MovingOut:
    """The notice of moving out, if it is still as it was seen and this can happen to it.

    Raises Refusal ``municipality.unknown-case``, ``municipality.changed-meanwhile``, ``municipality.done-already``,
    ``municipality.changed-by``, ``municipality.wrong-state``.
    """
    return _unchanged(tx, notice(tx, case_id), version, event, clerk)


def arrival_at(
    tx: Transaction, case_id: str, version: int, event: InEvent, clerk: Clerk
) -> MovingIn:
    """The same for an arrival."""
    return _unchanged(tx, arrival(tx, case_id), version, event, clerk)


def stands(tx: Transaction, way: str, case_id: str) -> Sequence[Role] | None:
    """Who can do what comes next; None: there is no such case at this desk."""
    found = notices.find(tx, case_id) if way == "out" else arrivals.find(tx, case_id)
    return None if found is None else lists.next_by(way, found.state)


def given_by(tx: Transaction, case_id: str) -> str:
    """Who gave notice of this move, by name; empty where it is not known here, and where they are protected by now (I8): who stayed
    is not told of who went."""
    if (there := notices.find(tx, case_id)) is not None and there.applicant_id:
        applicant = register_store.by_id(tx, there.applicant_id)
        if applicant is not None and applicant.protected:
            return ""
        name = applicant.name if applicant else ""
        return str(there.taken["giver"]) if there.represented else name
    here = arrivals.find(tx, case_id)
    reservation = (here.reservation if here else None) or {}
    with tx.unseen():
        involved = [reservation.get("applicant_id", ""), *arrivals.registered_by(tx, case_id)]
        protected = any(one.protected for one in register_store.several(tx, involved))
    return "" if protected else str(reservation.get("applicant_name", ""))


def announced(tx: Transaction, resident_id: str, beside: Sequence[str]) -> list[Announced]:
    """As :class:`kazasu.municipality.hall.ports.AnnouncedMoves`."""
    return [
        Announced(
            one.case_id, one.moves_on, one.received_at, one.within_city, tuple(one.people),
            given_by(tx, one.case_id), one.on_date, one.starts,
            tuple(child.resident_id for child in born_since(tx, one.people, one.given_at)),
        )
        for one in announced_store.naming(tx, resident_id, beside)
    ]  # fmt: skip


def born_since(tx: Transaction, people: Collection[str], since: datetime) -> list[Resident]:
    """Children of these people's households whose birth was entered after their notice came, and whom no notice names: a birth is entered while a
    notice waits, and the notice is what was signed before.

    Args:
        people: 宛名番号 of whom the notice names.
    """
    with tx.unseen():
        homes = {one.household_number for one in register_store.several(tx, list(people))}
        children = register_store.born_since(tx, sorted(homes), since)
        named = {
            one.resident_id
            for one in children
            if one.resident_id in people or announced_store.naming(tx, one.resident_id, [])
        }
    found = [one for one in children if one.resident_id not in named]
    if not any(one.protected for one in found):
        tx.shown(one.resident_id for one in found)
    return found


def newborn_of(tx: Transaction, case_id: str) -> list[str]:
    """As :class:`kazasu.municipality.hall.ports.NewbornOf`."""
    case = notices.find(tx, case_id)
    if case is None:
        return []
    ids = register_store.residents_of_members(tx, case.notice["member_ids"])
    return [one.resident_id for one in born_since(tx, ids, case.given_at or case.received_at)]


def head_said(tx: Transaction, case_id: str, resident_id: str) -> HeadSaid:
    """As :class:`kazasu.municipality.hall.ports.HeadsSaid`."""
    case = arrivals.find(tx, case_id)
    notice = (case.reservation or {}).get("notice", {}) if case else {}
    before = arrivals.relationship_before(tx, case_id, resident_id)
    return HeadSaid(str(notice.get("new_head", "")), before == HEAD)


class Leaving:
    """As :data:`~kazasu.municipality.hall.ports.LEAVING`."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def lives_here(self, tx: Transaction, case_id: str, resident_id: str) -> bool:
        if not case_id:
            return True  # who will move abroad, which is no case of this desk
        found = (one for one in notices.leavers(tx, case_id) if one.resident_id == resident_id)
        return any(one.on_the_way for one in found)

    def corrected(self, tx: Transaction, case_id: str, staff_id: str, what: Text) -> None:
        """No letter corrects certificate data that were sent: the clerk tells each city that has them."""
        names = [
            self._city.entry(code).name.ja if city_id(code) in self._city.directory else code
            for code in notices.cities_with_data(tx, case_id)
        ]
        words = SENT_BEFORE.format(what=what.ja, cities="、".join(names))
        casework_store.write(tx, "out", case_id, staff_id, "note", words)

    def expected_in(self, tx: Transaction, case_id: str, resident_id: str) -> list[str]:
        on_the_way = self.lives_here(tx, case_id, resident_id)
        return notices.cities_with_data(tx, case_id) if on_the_way else []

    def registered_in(self, tx: Transaction, case_id: str, resident_id: str) -> str:
        found = (one for one in notices.leavers(tx, case_id) if one.resident_id == resident_id)
        return next((one.consumed_by or "" for one in found), "")

    def alone(self, tx: Transaction, case_id: str, resident_id: str) -> bool:
        found = [one for one in notices.leavers(tx, case_id) if one.on_the_way]
        return [one.resident_id for one in found] == [resident_id]

    def touched_by(self, tx: Transaction, *gone: Gone) -> list[Touched]:
        found = [
            Touched(one, "undecided", over=not self._others(tx, one, gone))
            for one in _cases_of(gone, lambda who: notices.undecided_of(tx, who.resident_id))
        ]
        for one in _cases_of(gone, lambda who: arrivals.awaited_within(tx, who.record_code)):
            rest = [m for m in to_come(arrivals.arrivers(tx, one)) if not _among(m, gone)]
            place = visits.place_of(tx, one)
            booked = place is not None and place.held_until is None
            found.append(
                Touched(
                    one, "within-city", over=not rest,
                    on_date=place.on_date if place and booked else None,
                    starts=place.starts if place and booked else "",
                )
            )  # fmt: skip
        return found

    @staticmethod
    def _others(tx: Transaction, case_id: str, but: Sequence[Gone]) -> list[str]:
        """宛名番号 of who moves by a notice, without these."""
        named, out = notice(tx, case_id).notice["member_ids"], {one.resident_id for one in but}
        return [one for one in register_store.residents_of_members(tx, named) if one not in out]

    def died(self, tx: Transaction, case_id: str, dead: Gone, staff_id: str) -> None:
        """The token of an accepted notice the network ends by itself, on the word of their death."""
        if not dead.protected:
            for one in arrivals.unsettled_of(tx, dead.resident_id):
                self._city.send_progress(tx, one, "mover-died", IN_DESK, gone=[dead.name])
        self.gone(tx, dead.resident_id)
        self._accepted(tx, case_id, dead, staff_id)
        for one in notices.undecided_of(tx, dead.resident_id):
            without_the_dead(self._city, tx, notice(tx, one), [dead.name])
            words = DIED_UNDECIDED.format(name=dead.name)
            casework_store.write(tx, "out", one, staff_id, "note", words)
        for one in arrivals.awaited_within(tx, dead.record_code):
            people = arrivals.arrivers(tx, one)
            tokens = [m.token for m in to_come(people) if _among(m, [dead])]
            self._city.send_progress(tx, one, "mover-died", IN_DESK, gone=[dead.name])
            no_longer_expected(tx, arrival(tx, one), tokens, "nobody-left", [dead.name])

    def go_abroad(self, tx: Transaction, going: Sequence[Gone], staff_id: str) -> None:
        """Nothing of a notice that is not accepted has left this city; the appointment elsewhere the portal takes back."""
        for one in _cases_of(going, lambda who: notices.undecided_of(tx, who.resident_id)):
            names = without_who_goes_abroad(self._city, tx, notice(tx, one))
            words = ABROAD_UNDECIDED.format(names="、".join(names))
            casework_store.write(tx, "out", one, staff_id, "note", words)
        for one in _cases_of(going, lambda who: arrivals.awaited_within(tx, who.record_code)):
            reservation_without_who_goes_abroad(self._city, tx, arrival(tx, one), going)

    def _accepted(self, tx: Transaction, case_id: str, dead: Gone, staff_id: str) -> None:
        found = [one for one in notices.leavers(tx, case_id) if one.resident_id == dead.resident_id]
        leaver = next((one for one in found if one.on_the_way), None)
        if leaver is None:
            return
        notices.turn_leaver(tx, leaver, "died", notified_at=None, revision=0)
        letter = CertificateCancelled(case_id=case_id, tokens=(leaver.token,), at=tx.now, died=True)
        for city in notices.cities_with_data(tx, case_id):
            self._city.post(tx).send(tx, letter, to=city_id(city), case=case_id)
        casework_store.write(tx, "out", case_id, staff_id, "note", DIED.format(name=dead.name))
        self._city.send_progress(tx, case_id, "mover-died", OUT_DESK, gone=[dead.name])
        close_if_all_are_gone(self._city, tx, case_id)

    def gone(self, tx: Transaction, resident_id: str) -> None:
        for waited in arrivals.forget_cards(tx, resident_id):
            if not arrivals.cards_of_case(tx, waited):
                self._city.send_progress(tx, waited, "closed", IN_DESK)


def _cases_of(people: Sequence[Gone], cases: Callable[[Gone], Sequence[str]]) -> list[str]:
    """Each once, in their order."""
    return list(dict.fromkeys(case for one in people for case in cases(one)))


def _among(one: Arriver, gone: Sequence[Gone]) -> bool:
    return str(one.mover.resident_record_code) in {who.record_code for who in gone}


def without_who_goes_abroad(
    city: CityContext, tx: Transaction, case: MovingOut, sent_at: datetime | None = None
) -> list[str]:
    """A notice that is not accepted goes on for the others, also where the move abroad is cancelled later: they give notice again. Where there are
    none it ends, and the portal takes the appointment back.

    Args:
        sent_at: of a notice that comes now: only whose move abroad was entered after it was sent is taken off; of the others the desk asks.

    Returns: names of who goes abroad; empty: nobody of it does.
    """
    members = case.notice["member_ids"]
    going = register_store.abroad_of_members(tx, members, sent_at)
    if not going:
        return []
    names, out = [one.name for one in going], {one.member_id for one in going}
    city.send_progress(tx, case.case_id, "mover-abroad", OUT_DESK, gone=names)
    stay = [one for one in members if one not in out]
    case = replace(
        case, notice=case.notice | {"member_ids": stay}, named=case.named or list(members)
    )
    if register_store.residents_of_members(tx, stay):
        save(tx, case)
    else:
        turn(tx, case, "nobody-left")
    return names


def reservation_without_who_goes_abroad(
    city: CityContext, tx: Transaction, case: MovingIn, going: Sequence[Gone]
) -> None:
    """The same of a change of address within the city."""
    people = to_come(arrivals.arrivers(tx, case.case_id))
    tokens = [one.token for one in people if _among(one, going)]
    names = [one.name for one in going if any(_among(m, [one]) for m in people)]
    if not names:
        return
    city.send_progress(tx, case.case_id, "mover-abroad", IN_DESK, gone=names)
    if (kept := case.reservation) is not None:
        members = kept["notice"]["member_ids"]
        out = {one.member_id for one in register_store.abroad_of_members(tx, members)}
        stay = {"member_ids": [one for one in members if one not in out]}
        named = {"named": kept.get("named") or list(members)}
        case = replace(case, reservation=kept | named | {"notice": kept["notice"] | stay})
    no_longer_expected(tx, case, tokens, "nobody-left", abroad=names)


def without_the_dead(
    city: CityContext, tx: Transaction, case: MovingOut, dead: Sequence[str]
) -> None:
    """A notice that is not accepted goes on for the others; where there are none it ends, and the portal takes the appointment back.

    Args:
        dead: their names.
    """
    city.send_progress(tx, case.case_id, "mover-died", OUT_DESK, gone=dead)
    if not register_store.residents_of_members(tx, case.notice["member_ids"]):
        turn(tx, case, "nobody-left")


def no_longer_expected(
    tx: Transaction, case: MovingIn, tokens: Sequence[UUID], event: Ending, died: Sequence[str] = (),
    *, abroad: Sequence[str] = (),
) -> None:  # fmt: skip
    """Who will not come is forgotten (I9), whoever else of the family may still come, be registered or be it already.

    Nobody left: so is the case, with its appointment; where some are registered, it is theirs and over. An entry that names one of them is void, also while it is being
    registered: of who was cancelled or is registered elsewhere the network takes all whom it names or none, so nothing was won by it. A death is no
    word of the network's, and waits until that is decided.

    Args:
        died: names of those of them who are dead: the desk keeps them while others are to come.
        abroad: of those who go abroad.
    """
    case = replace(
        case, died=list(dict.fromkeys((*case.died, *died))),
        abroad=list(dict.fromkeys((*case.abroad, *abroad))),
    )  # fmt: skip
    arrivals.purge_arrivers(tx, case.case_id, tokens)
    people = arrivals.arrivers(tx, case.case_id)
    left = {str(one.token) for one in to_come(people)}
    partly = len(left) < len(people)
    if not case.may("rest-gone" if partly else event):
        return
    if not left:
        visits.release(tx, case.case_id)
        if partly:
            turn(tx, case, "rest-gone", visit={}, entry={})
        else:
            forget(tx, case, event)
        return
    events: list[InEvent] = []
    if {one["token"] for one in case.entry.get("people", ())} - left:
        events += ["entry-void"] if case.may("entry-void") else []
        case = replace(case, entry={})
    if case.visit and case.visit["token"] not in left:
        gone = IN.can(IN.through(case.state, events), "visitor-gone")
        events += (
            ["visitor-gone", *(WAITS[True] if partly else READY[not case.half])] if gone else []
        )
        case = replace(case, visit={}) if gone else case
    turn(tx, case, *events)


def free(tx: Transaction, case_id: str) -> None:
    """The place at the counter, and one that is held instead of it."""
    visits.release(tx, case_id)
    visits.release(tx, f"{case_id}+")


def forget(
    tx: Transaction,
    case: MovingIn,
    event: Literal["take-back", "led-elsewhere"] | Ending,
    certificate: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Nobody comes: the case stays with its number and its end, and nothing of what was announced for it (I9).

    Args:
        certificate: kept where the old city has not taken its data back yet, which it does by a letter of its own.
        at: when it was said, where that was not now.
    """
    turn(
        tx, case, event, reservation=None, certificate=certificate, visit={}, entry={},
        moved_on=None, notified_on=None, died=[], abroad=[], at=at,
    )  # fmt: skip


def turn(
    tx: Transaction, case: C, *events: OutEvent | InEvent, by: str = "", at: datetime | None = None, words: str = "", **changes: Any
) -> C:  # fmt: skip
    """These happen to it, one after the other: it is written where the table says that it stands then, with what changes besides, and
    with what happened.

    Args:
        by: number of the staff who makes it happen.
        at: when it was said, where that was not now.
        words: the reason, as the resident reads it.

    Returns: as it is written.

    Raises Refusal ``states.not-now``, ``municipality.changed-meanwhile``: nothing is written.
    """
    after, table = dict(changes), OUT if isinstance(case, MovingOut) else IN
    after["happened"] = happened.more(
        case.happened, table, events, by, at or tx.now, case.version + 1, words
    )
    if isinstance(case, MovingOut):
        after["state"] = OutState(OUT.through(case.state, events))
    else:
        after["state"] = InState(IN.through(case.state, events))
    changed = replace(case, **after)
    save(tx, changed)
    return changed


def save(tx: Transaction, case: MovingOut | MovingIn) -> None:
    """Write it where it stands; somebody else's change in between is not overwritten. Where nothing is left to do, nobody has it any
    more.

    Raises Refusal ``municipality.changed-meanwhile``.
    """
    written = notices.save(tx, case) if isinstance(case, MovingOut) else arrivals.save(tx, case)
    if not written:
        raise Refusal(CHANGED_MEANWHILE)
    if case.state in DONE:
        way: Way = "out" if isinstance(case, MovingOut) else "in"
        casework_store.put_back(tx, way, case.case_id)


def close_if_all_are_gone(city: CityContext, tx: Transaction, case_id: str) -> None:
    """An accepted notice ends: nobody of it is on the way any more, and at least one has arrived."""
    states = {one.state for one in notices.leavers(tx, case_id)}
    case = notices.find(tx, case_id)
    if all(LEAVER.over(one) for one in states) and case is not None and case.may("ended"):
        turn(tx, case, "ended")
        city.send_progress(tx, case_id, "old-record-closed", SYSTEM)


def note_who_is_asked(
    tx: Transaction, case: MovingOut, words: str, asked: Sequence[tuple[Resident, Standing]]
) -> None:
    """How somebody stands to another head does not follow from the register: the staff read who, and what they can be.

    Args:
        words: with a place for ``{names}``.
    """
    if asked:
        names = "、".join(
            f"{one.name}：{'か'.join(dict.fromkeys(stands.offered[:3])) or LODGER}"
            for one, stands in asked
        )
        casework_store.write(
            tx, "out", case.case_id, case.decided_by, "note", words.format(names=names)
        )


def expire(city: CityContext, tx: Transaction, case: MovingIn, *events: InEvent) -> None:
    """特例転入 is over: the card alone no longer suffices, a paper certificate does (municipal §1.2). The resident is told; until they
    bring it nobody of the staff has the case."""
    visits.release(tx, case.case_id)
    turn(tx, case, *events)
    casework_store.put_back(tx, "in", case.case_id)
    city.send_progress(tx, case.case_id, "expired-special", IN_DESK, PAPER_ROUTE)


def take_up(tx: Transaction, case_id: str, clerk: Clerk) -> None:
    """Who receives the visitor has the case, where nobody has it."""
    if casework_store.holders(tx, "in", [case_id]).get(case_id) is None:
        casework_store.give(tx, "in", case_id, clerk.staff_id)
        casework_store.write(tx, "in", case_id, clerk.staff_id, "took")


def _known(case: C | None) -> C:
    if case is None:
        raise Refusal(UNKNOWN_CASE)
    return case


def _unchanged(
    tx: Transaction, case: C, version: int, event: OutEvent | InEvent, clerk: Clerk
) -> C:
    if case.version != version:
        raise _changed(tx, case, version, clerk)
    table = OUT if isinstance(case, MovingOut) else IN
    if not table.can(case.state, event):
        words = table.states[case.state].desk
        raise Refusal(WRONG_STATE, state=words.ja, state_en=words.en)
    return case


def _changed(tx: Transaction, case: MovingOut | MovingIn, version: int, clerk: Clerk) -> Refusal:
    """What happened since the page was shown, by whom and when: who pressed twice, or works in two windows, is not told of somebody
    else, and nobody of a colleague where the resident or another city did it."""
    last = happened.since(case.lines, version)
    if last is None:
        return Refusal(CHANGED_MEANWHILE)
    if last.by == clerk.staff_id:
        return Refusal(DONE_ALREADY)
    if last.by:
        who = casework_store.colleagues(tx).get(last.by, Colleague(last.by, last.by, ""))
        return Refusal(CHANGED_BY, name=who.name, name_en=with_reading(who.name, who.kana))
    what = (OUT if isinstance(case, MovingOut) else IN).events[last.event].words
    return Refusal(
        HAPPENED_MEANWHILE, what=what.ja, what_en=what.en,
        at=short_moment(last.at), at_en=short_moment(last.at, "en"),
    )  # fmt: skip
