"""A move that was sent: what its events mean for each of its people, for the appointment and for the cards."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from kazasu.contracts.portal import StillToCome
from kazasu.foundation.database.rows import JSON, NO_COLUMN
from kazasu.foundation.text import Text
from kazasu.foundation.values.romaji import with_reading
from kazasu.portal.move.answers import Answers, answers_from, without
from kazasu.portal.move.events import (
    NEW_CITY_TELLS,
    OLD_CITY_TELLS,
    SENT_AGAIN,
    VISIT_CHOSEN,
    Event,
)


@dataclass(frozen=True, slots=True)
class CardLeft:
    """A card of this move that is to be updated."""

    name: str
    city: str
    """Code of the city at whose counter."""
    until: date
    ends: bool
    """Whether it stops working after that day."""


@dataclass(frozen=True, slots=True)
class EachMover:
    """Where one person of a notice stands, once somebody of it is registered."""

    name: str
    city: str
    """Code of the city where they are registered; empty: they are not yet."""
    until: date | None = None
    """Who is not yet: the last day on which the city can register them by this notice, where it says one."""
    by_paper: bool = False
    """The period for arriving by card is over for them."""


@dataclass(frozen=True, slots=True)
class Move:
    case_id: str
    kind: Literal["between-cities", "within-city"]
    revision: int
    origin: str
    destination: str
    answers: dict[str, Any]
    sent_at: datetime
    withdrawn_at: datetime | None
    former: list[str] = field(default_factory=list, metadata={JSON: True})
    """Codes of the cities that it led to before a correction named another one."""
    events: list[Event] = field(default_factory=list, metadata={NO_COLUMN: True})
    seen: int = field(default=0, metadata={NO_COLUMN: True})
    """Up to which event's ``arrived`` the resident has opened it."""

    def has(self, *events: str) -> bool:
        return any(one.event in events for one in self.events)

    @property
    def _movers(self) -> list[str]:
        """Names of who moves; none of the dead, nor of who goes abroad."""
        return [one for one in self._announced if one not in self.gone]

    @property
    def _announced(self) -> list[str]:
        """Names of whom the notice names."""
        chosen = self.answers.get("chosen", ())
        return [m["name"] for m in self.answers.get("members", ()) if m["member_id"] in chosen]

    @property
    def gone(self) -> frozenset[str]:
        """Names of movers who died, or go abroad: the move goes on without them."""
        return frozenset(name for one in self.events for name in one.gone)

    @property
    def died(self) -> frozenset[str]:
        """Names of those of them who died."""
        return frozenset(
            name for one in self.events if one.event == "mover-died" for name in one.gone
        )

    @property
    def all_abroad(self) -> bool:
        """Nobody is left to move, and somebody of them goes abroad: it is no death that ended it."""
        return self.nobody_left and bool(self.gone - self.died)

    @property
    def nobody_left(self) -> bool:
        """Who was to move died, or goes abroad, before anybody was registered: it is over, and nothing is to be done."""
        return bool(self.gone) and not self._movers and not self.has("registered")

    @property
    def head_gone(self) -> bool:
        """Whom the notice names as head of the new household died or goes abroad: who heads it is said at the counter."""
        return (
            bool(self.answers) and self.answers.get("new_head") in self.gone and bool(self._movers)
        )

    @property
    def head_died(self) -> bool:
        """Of :attr:`head_gone`: they died."""
        return self.head_gone and self.answers.get("new_head") in self.died

    def said_of(self, event: Event) -> Text | None:
        """What is written beside a line of the timeline; None: nothing. Of who died or goes abroad the words are the
        portal's, whichever city tells it."""
        if event.event not in ("mover-died", "mover-abroad"):
            said = event.note_ja and event.note_en
            return Text(event.note_ja, event.note_en) if said else None
        kana = {one["name"]: one["kana"] for one in self.answers.get("members", ())}
        names = "さん、".join(event.gone)
        names_en = ", ".join(with_reading(one, kana.get(one, "")) for one in event.gone)
        gone = (
            Text(
                f"{names}さんの国外への転出が、市区町村の窓口で届け出られました",
                f"Notice was given at the counter of the city that {names_en} moves abroad",
                f"{names}さんは 外国へ 引っ越します。役所に 届けを 出しました",
            )
            if event.event == "mover-abroad"
            else Text(
                f"{names}さんが亡くなられたことが記載されました",
                f"The register has the death of {names_en}",
                f"{names}さんが なくなったことが 記録されました",
            )
        )
        if self.nobody_left or self.has("registered"):
            return gone
        goes_on = Text(
            "この引越しからは外れ、ほかの方の手続きはそのまま続きます",
            "The move goes on for the others as it is",
            "ほかの 人の 手続きは、つづきます",
        )
        return Text(
            f"{gone.ja}。{goes_on.ja}", f"{gone.en}. {goes_on.en}", f"{gone.easy}。{goes_on.easy}"
        )

    @property
    def to_be_done(self) -> Answers:
        """What was sent, as it is carried out: without who died or goes abroad since."""
        return without(answers_from(self.answers), self.gone)

    @property
    def _reader(self) -> str:
        """The name of who gave this notice, where they move, too; empty: others alone do."""
        own = [m["name"] for m in self.answers.get("members", ()) if m["is_self"]]
        return next((one for one in own if one in self._movers), "")

    @property
    def registered_in(self) -> dict[str, str]:
        """By name of each mover who is registered: the code of the city. A family may part, and a city speaks for whom it registered."""
        found: dict[str, str] = {}
        for event in self.events:
            if event.event == "registered":
                here = [one for one in self._movers if one not in event.not_registered]
                found |= {one: event.institution.tenant for one in here if one not in found}
        return found

    @property
    def own_registered(self) -> bool:
        """The one who reads it is; of a notice for others alone, anybody of them."""
        if not self.has("registered"):
            return False
        return not self._reader or self._reader in self.registered_in

    @property
    def others_first(self) -> bool:
        """Others of this move are registered, and the one who gave notice for them all is not yet."""
        return self.has("registered") and not self.own_registered

    @property
    def own_until(self) -> date | None:
        """Where others came first: the last day on which the one who gave notice can be registered by it, too."""
        return next((one.until for one in self.each_mover if one.name == self._reader), None)

    def is_others_alone(self, left: Collection[str]) -> bool:
        """Whether a registration that left these out was of others than the one who gave the notice."""
        return bool(self._reader) and self._reader in left

    @property
    def new_city(self) -> str:
        """Code of the city where the one who reads it is registered; before it, of the one at whose counter they stand, else of the
        planned one."""
        told = [one.institution.tenant for one in self.events if one.event == "registered"]
        if self.own_registered:
            return self.registered_in.get(self._reader, told[-1])
        if not self.has("redirected"):
            return self.destination
        received = (one for one in self.events if one.event in ("redirected", "visited"))
        came = [one.institution.tenant for one in received]
        waiting = [one for one in came if one not in told]
        # Of the others, others alone stood at the counter.
        return waiting[-1] if waiting else self.destination

    @property
    def redirected(self) -> bool:
        """It came about in another city than was announced."""
        return self.new_city != self.destination

    @property
    def cities(self) -> list[str]:
        """Codes of all that have something of this move: its two, and those to whose counter the movers came instead."""
        came = [one.institution.tenant for one in self.events if one.event == "redirected"]
        named = [one.city for one in self.events if one.city]
        return list(dict.fromkeys((self.origin, self.destination, *named, *came)))

    @property
    def ever(self) -> list[str]:
        """Codes of all that have or once had something of it."""
        return list(dict.fromkeys((*self.cities, *self.former)))

    def believes(self, city: str, event: str) -> bool:
        """Whether this event is this city's to tell: each speaks of its own part, and who has none says nothing."""
        if city not in self.cities:
            return False
        return (city == self.origin and event in OLD_CITY_TELLS) or (
            event in NEW_CITY_TELLS and (city != self.origin or self.kind == "within-city")
        )

    def has_left(self, city: str) -> bool:
        """A correction led away from this city, and nobody came there all the same: what it says is of no account any more."""
        return city in self.former and city not in self.cities

    @property
    def registered_address(self) -> str:
        """As the city registered the one who reads it; empty before, and where it is not told."""
        told = (
            e.address
            for e in reversed(self.events)
            if e.event in ("registered", "corrected") and e.institution.tenant == self.new_city
        )
        return next((one for one in told if one), "") if self.own_registered else ""

    @property
    def left_out(self) -> list[str]:
        """Names of movers who are not registered at the new address, while others of the move are."""
        if not self.has("registered"):
            return []
        return [one for one in self._movers if one not in self.registered_in]

    @property
    def each_mover(self) -> list[EachMover]:
        """Who is registered and who is still to come, in the order of the household; empty while all stand alike."""
        if not self.left_out:
            return []
        told = [
            StillToCome.model_validate(said)
            for e in self.events if e.event == "registered" for said in e.to_come
        ]  # fmt: skip
        until = {one.name: one.until for one in told}
        newest = [e.event for e in self.events if e.event in ("registered", "expired-special")]
        expired = newest[-1:] == ["expired-special"]
        return [
            EachMover(one, self.registered_in[one])
            if one in self.registered_in
            else EachMover(one, "", until.get(one), expired)
            for one in self._movers
        ]

    @property
    def still_to_come(self) -> list[EachMover]:
        """Who can still be registered by this notice, once others of it are; nobody where the old city has taken their part back."""
        newest = max((at for at, e in enumerate(self.events) if e.event == "registered"), default=0)
        back = any(e.event == "cancel-refused" and e.note_ja for e in self.events[newest:])
        return [] if back or self.off else [one for one in self.each_mover if not one.city]

    @property
    def identified(self) -> bool:
        """The one who reads it was at the counter; those who were registered before them came for themselves."""
        done = set(self.registered_in.values()) if self.others_first else set()
        came = [one.institution.tenant for one in self.events if one.event == "visited"]
        return any(one not in done for one in came)

    @property
    def undecided(self) -> bool:
        """The old city has not accepted it yet: nobody could be received by it."""
        return self.kind == "between-cities" and not self.has("out-done", "certificate-received")

    @property
    def over(self) -> bool:
        ended = self.has("registered", "withdrawn", "cancelled", "out-rejected")
        return ended or self.nobody_left

    @property
    def may_withdraw(self) -> bool:
        """Until the new city has registered; whether it is in time is decided by the network."""
        return not self.over and self.withdrawn_at is None and not self.has("cancel-refused")

    @property
    def may_change_visit(self) -> bool:
        return (
            self.may_withdraw and not self.redirected and not self.has("visited", "expired-special")
        )

    @property
    def has_visit(self) -> bool:
        """An appointment stands: it can be printed and kept, and is reminded of. At another city's counter nobody comes to it."""
        gone = self.off or (self.over and not self.others_first) or self.visit_missed
        gone = gone or self.redirected or self.has("expired-special")
        return not gone and bool(self.answers.get("visit_date"))

    @property
    def visits_by_paper(self) -> bool:
        """The appointment is kept with a paper certificate of moving out: it lies after the last day on which the card alone is enough
        (特例転入, 住民基本台帳法 24条の2), or the old city has issued one."""
        if self.kind != "between-cities" or not self.has_visit or self.identified:
            return False
        return answers_from(self.answers).visits_late or self.has("paper-issued")

    @property
    def visit_void(self) -> bool:
        """It was void before anybody came: whoever was registered since came without an appointment, or with a paper certificate."""
        return self.visit_missed or self.has("expired-special")

    @property
    def off(self) -> bool:
        """It will not happen: not accepted, or taken back, or on its way to be."""
        ended = self.has("withdrawn", "cancelled", "out-rejected") or self.withdrawn_at is not None
        ended = ended or self.nobody_left
        return ended and not self.has("registered")

    @property
    def needs_fix(self) -> bool:
        """Each time that the old city asks for a correction allows one more revision; this one is not sent yet."""
        times = sum({"needs-fix": 1, "fix-withdrawn": -1}.get(one.event, 0) for one in self.events)
        decided = self.over or self.off or self.has("cancel-refused")
        return times >= self.revision and not decided

    @property
    def cards(self) -> list[CardLeft] | None:
        """Those to be updated, by the newest word of each city that registered somebody; None: none said it."""
        told = {e.institution.tenant: e.cards for e in self.events if e.cards is not None}
        return self._living(_cards_left(told)) if told else None

    def _living(self, cards: Sequence[CardLeft]) -> list[CardLeft]:
        """A city says anew whose cards it waits for when a card is dealt with, and not when its holder died."""
        return [one for one in cards if one.name not in self.gone]

    @property
    def residence_cards(self) -> list[CardLeft]:
        """Residence cards whose new address is still to be written, by the newest word of each city that registered somebody."""
        told = {
            e.institution.tenant: e.residence_cards
            for e in self.events
            if e.residence_cards is not None
        }
        return self._living(_cards_left(told))

    @property
    def cards_left(self) -> int:
        """Cards of those who are registered whose address is still to be rewritten; none before."""
        if self.cards is not None:
            return len(self.cards)
        if not self.has("registered") or self.has("closed", "card-lost"):
            return 0  # what was not updated in time stopped working, all of it on one day
        chosen = self.answers.get("chosen", ())
        cards = sum(
            bool(one["has_card"])
            for one in self.answers.get("members", ())
            if one["member_id"] in chosen and one["name"] not in {*self.left_out, *self.gone}
        )
        done = sum(one.event == "card-continued" for one in self.events)
        return max(0, cards - done)

    @property
    def settled(self) -> bool:
        """Registered, with every card rewritten: no deadline is left."""
        return self.has("registered") and not self.cards_left and not self.residence_cards

    @property
    def to_come(self) -> list[Text]:
        """The steps that are still to come, in their order; none where the move will not happen."""
        if self.off or (self.over and not self.cards_left):
            return []
        if self.by_paper:
            return [_TO_COME["by-paper"], _TO_COME["registered"]]
        steps = _STEPS if self.kind == "between-cities" else _STEPS_WITHIN
        done = [at for at, one in enumerate(steps) if self.has(one)]
        if self.cards_left:
            done = [at for at in done if steps[at] != "card-continued"]
        reached = max(done, default=-1)
        return [_TO_COME[one] for one in steps[reached + 1 :]]

    @property
    def by_paper(self) -> bool:
        """The period for arriving by card is over, and nobody is at a counter or registered: a paper certificate is the way."""
        newest = [
            e.event for e in self.events if e.event in ("visited", "redirected", "expired-special")
        ]
        return newest[-1:] == ["expired-special"] and not self.over and not self.off

    @property
    def visit_missed(self) -> bool:
        """The appointment is void, and no other one was chosen or sent with a corrected notice since."""
        return self._booked == "visit-missed"

    @property
    def visit_chosen(self) -> bool:
        """Another appointment was chosen, and the city has not answered yet."""
        return self._booked == VISIT_CHOSEN

    @property
    def _booked(self) -> str:
        """What was said last of the appointment."""
        booked = ("visit-missed", "visit-changed", "reservation-received", VISIT_CHOSEN, SENT_AGAIN)
        return next((one.event for one in reversed(self.events) if one.event in booked), "")


def _cards_left(told: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[CardLeft]:
    """By the code of the city that tells it."""
    return [
        CardLeft(one["name"], city, date.fromisoformat(one["until"]), one["ends"])
        for city, cards in told.items()
        for one in cards
    ]


_STEPS: Final = ("out-done", "in-ready", "visited", "registered", "card-continued")
_STEPS_WITHIN: Final = ("in-ready", "visited", "registered", "card-continued")
_TO_COME: Final = {
    "out-done": Text("前の市区町村が転出届を確認します", "Your old city checks the notice", "前の 役所が 手続きを します"),
    "in-ready": Text("窓口が準備します", "The counter gets ready for you", "役所の 窓口が 準備します"),
    "visited": Text("窓口でカードをかざします", "You hold your card at the counter", "窓口で カードを かざします"),
    "by-paper": Text("紙の転出証明書を新しい市区町村の窓口へ持っていきます", "You bring the paper certificate to the counter of your new city", "紙の 転出証明書を 新しい 役所へ 持っていきます"),
    "registered": Text("新しい住所で登録されます", "You are registered at the new address", "新しい 住所に なります"),
    "card-continued": Text("カードに新しい住所を書きます", "The new address is written to your cards", "カードに 新しい 住所を 書きます"),
}  # fmt: skip
"""What a resident can expect, in words for what is not done yet."""
