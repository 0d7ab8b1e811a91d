"""Corrections ex officio (職権修正): what was written wrongly becomes a further version, with its reason.

The old version stays in the history; the network is told where identification data changed, and J-LIS
then ends the signing certificate (住民基本台帳法 8条; 公的個人認証法 12条).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.names import check_kana
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.visible import seen
from kazasu.municipality.hall import store as hall_store
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.faults import WRONG_STATE
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import CARD_DIFFERS, LEAVING
from kazasu.municipality.register import addresses, store
from kazasu.municipality.register.faults import (
    CORRECTED_BY_YOU,
    HOUSEHOLD_TOGETHER,
    NOTHING_CORRECTED,
    REASON_NEEDED,
    RECORD_CHANGED,
    UNKNOWN_RESIDENT,
)
from kazasu.municipality.register.items import born
from kazasu.municipality.register.model import ADDRESS, RECORD_STATES, Resident
from kazasu.municipality.register.relationships import HEAD, check, refused
from kazasu.municipality.register.service.moved import read_on
from kazasu.municipality.register.service.proposing import TELLS, Corrected, Proposal, doubts

CORRECT: Final = desk(
    "resident.correct", Text("住民票の職権修正", "Correcting a record ex officio"),
    role="decider", reasoned=True,
)  # fmt: skip
REASON: Final = "職権修正"
PROPOSE: Final = desk(
    "resident.propose", Text("職権修正の内容の確認", "Looking at a correction before it is written"),
    role="decider",
)  # fmt: skip
CORRECTABLE: Final = (
    *TELLS, "postcode", "kana", "birth_text", "registered_domicile", "domicile_head", "relationship",
)  # fmt: skip
TOLD: Final[Mapping[str, Text]] = {
    "name": Text("氏名", "name"),
    "birth-date": Text("生年月日", "date of birth"),
    "sex": Text("性別", "sex"),
    "address": Text("住所", "address"),
}
RECORDS: Final = Text("住民記録の担当", "Resident records")


class Corrections:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def correct(
        self,
        tenant: str,
        clerk: Clerk,
        resident_id: str,
        version: int,
        changes: Mapping[str, str | date | None],
        because: str,
        *,
        whole_household: bool = False,
        reviewed: Callable[[Proposal], None] = lambda _: None,
    ) -> Resident:
        """Write the record anew with these items corrected.

        Pressed a second time, or on a page from before, it finds all written as it says, and writes nothing.

        A household has one address: who lives with them is corrected with them, each by a version of their own.

        Args:
            changes: items of :data:`CORRECTABLE`; those that are as before are left out.
            because: what the correction rests on, kept with the access record and with each version: who is corrected is told, on the portal
                (住民基本台帳法施行令 12条3項 has mistakes corrected; that it is told is ours).
            whole_household: the clerk has seen that an address is corrected for everybody who lives there.
            reviewed: refuses where it is not what the decider was shown; before anything is written.

        Raises:
            Refusal: as :meth:`propose`.
        """
        if not seen(because):
            raise Refusal(REASON_NEEDED)

        def work(tx: Transaction) -> Resident:
            before = _record(tx, resident_id)
            if before.version != version and not _new(before, changes, civil(tx.now)):
                return before
            proposal = self._propose(tx, clerk, before, version, changes, whole=whole_household)
            reviewed(proposal)
            first, *others = proposal.people
            for one in others:
                self._write(tx, clerk, one, because)
            return self._write(tx, clerk, first, because)

        return self._city.act(
            CORRECT, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), reason=because
        )

    def propose(
        self,
        tenant: str,
        clerk: Clerk,
        resident_id: str,
        version: int,
        changes: Mapping[str, str | date | None],
        because: str,
        *,
        whole_household: bool = False,
    ) -> Proposal | None:
        """The same, only to be looked at. None: it is written already.

        Raises:
            Refusal: ``municipality.reason-needed``, ``municipality.nothing-corrected``,
                ``municipality.record-changed``, ``municipality.corrected-by-you``, ``municipality.wrong-state`` (a closed record),
                ``names.bad-kana``, ``municipality.item-empty``, ``municipality.item-malformed``,
                ``municipality.address-elsewhere``, ``municipality.household-moves-together``,
                ``municipality.relationship-needed``, ``municipality.bad-relationship``, ``dates.unreadable``, ``dates.by-the-moon``,
                ``municipality.birth-corrected-ahead``, ``municipality.birth-corrected-after``.
        """
        if not seen(because):
            raise Refusal(REASON_NEEDED)

        def work(tx: Transaction) -> Proposal | None:
            before = _record(tx, resident_id)
            if before.version != version and not _new(before, changes, civil(tx.now)):
                return None
            return self._propose(tx, clerk, before, version, changes, whole=whole_household)

        return self._city.act(PROPOSE, work, tenant=tenant, clerk=clerk, subjects=(resident_id,))

    def _propose(
        self,
        tx: Transaction,
        clerk: Clerk,
        before: Resident,
        version: int,
        changes: Mapping[str, str | date | None],
        *,
        whole: bool,
    ) -> Proposal:
        """Raises Refusal as :meth:`propose`."""
        check_kana(str(changes.get("kana", "")))
        for item, written in changes.items():
            if item != "town" or written:  # whether there is one at all is its postcode's to say
                addresses.check_filled(item, str(written))
        if before.version != version:
            mine = before.processed_by == clerk.staff_id
            raise Refusal(CORRECTED_BY_YOU if mine else RECORD_CHANGED)
        if before.state != "resident":
            words = RECORD_STATES[before.state]
            raise Refusal(WRONG_STATE, state=words.ja, state_en=words.en)
        new = _new(before, changes, civil(tx.now))
        if not new:
            raise Refusal(NOTHING_CORRECTED)
        if "relationship" in new:
            new["relationship"] = check(str(new["relationship"]))
            if new["relationship"] == HEAD or before.is_head:
                raise refused(str(new["relationship"]))
        if "city" in new:
            addresses.check_area(str(new["city"]), hall_store.city(tx))
        if new.keys() & {"town", "city", "postcode"}:
            place = [
                new.get(item, getattr(before, item))
                for item in ("town", "prefecture", "city", "postcode")
            ]
            addresses.check_town(*place)
        household = store.household(tx, before.household_number)
        first = Corrected(before, new)
        together = self._who_lives_with_them(tx, first, household, whole=whole)
        return Proposal([first, *together], doubts(first, household))

    def _who_lives_with_them(
        self, tx: Transaction, first: Corrected, household: Sequence[Resident], *, whole: bool
    ) -> list[Corrected]:
        """The others whose address is corrected with it, as it is: also who is leaving, as long as they live there.

        Raises Refusal ``municipality.household-moves-together``: there are others, and the clerk was not told.
        """
        place = {item: first.items[item] for item in ADDRESS if item in first.items}
        if not place:
            return []
        leaving = self._city.ports.use(LEAVING)
        others = [
            one
            for one in household
            if one.resident_id != first.before.resident_id
            and (one.state == "resident" or leaving.lives_here(tx, one.case_id, one.resident_id))
        ]
        if others and not whole:
            raise Refusal(HOUSEHOLD_TOGETHER, number=len(others))
        found = [
            (one, {item: said for item, said in place.items() if getattr(one, item) != said})
            for one in others
        ]
        return [Corrected(one, items) for one, items in found if items]

    def _write(self, tx: Transaction, clerk: Clerk, one: Corrected, because: str) -> Resident:
        before, new = one.before, one.items
        after = store.change(
            tx, before, reason=REASON, changed_on=civil(tx.now), processed_at=tx.now,
            processed_by=clerk.staff_id, because=because, **new,
        )  # fmt: skip
        case = f"CR-{after.resident_id}-{after.version}"
        for what in one.told:
            self._city.tell_network(tx, after.resident_id, after.record_code, what, civil(tx.now))
        if one.card_differs:
            self._city.ports.use(CARD_DIFFERS)(tx, after.resident_id, case)
        if before.state == "leaving" and before.case_id and one.told:
            items = [TOLD[what] for what in one.told]
            said = Text(
                f"{before.name}さんの{'・'.join(item.ja for item in items)}",
                f"{before.name}: {', '.join(item.en for item in items)}",
            )
            self._city.ports.use(LEAVING).corrected(tx, before.case_id, clerk.staff_id, said)
        self._tell(tx, before, after, new)
        return after

    def _tell(
        self, tx: Transaction, before: Resident, after: Resident, new: Mapping[str, Any]
    ) -> None:
        """What a move registered here and is corrected is a line of its case, for whom :func:`read_on` says."""
        items = [TOLD[what] for what in dict.fromkeys(TELLS[one] for one in new if one in TELLS)]
        case_id = read_on(tx, self._city.ports, after, before.name) if items else ""
        if not case_id:
            return
        ja, en = "・".join(one.ja for one in items), ", ".join(one.en for one in items)
        note = Text(
            f"{before.name}：{ja}を直しました",
            f"{with_reading(before.name, before.kana)}: {en} corrected",
        )
        members = store.household(tx, after.household_number)
        same = {one.address for one in members} == {after.address}
        self._city.send_progress(
            tx, case_id, "corrected", RECORDS, note, address=after.address if same else ""
        )


def _record(tx: Transaction, resident_id: str) -> Resident:
    """Raises Refusal ``municipality.unknown-resident``."""
    found = store.by_id(tx, resident_id)
    if found is None:
        raise Refusal(UNKNOWN_RESIDENT)
    return found


def _new(before: Resident, changes: Mapping[str, str | date | None], today: date) -> dict[str, Any]:
    """Items that would be written otherwise than they are.

    Raises Refusal ``municipality.item-malformed``, ``municipality.not-on-a-card``, as :func:`born.corrected`.
    """
    birth = changes.get("birth_text")
    follows = born.corrected(before, birth, today) if isinstance(birth, str) else {}
    held = {
        name: addresses.as_held(name, value) if isinstance(value, str) else value
        for name, value in changes.items()
        if name in CORRECTABLE and name != "birth_text" and value != getattr(before, name)
    }
    return follows | {name: value for name, value in held.items() if value != getattr(before, name)}
