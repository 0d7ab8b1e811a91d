"""Corrections ex officio (職権修正): what was written wrongly becomes a further version, with its reason.

The old version stays in the history; the network is told where identification data changed, and J-LIS
then ends the signing certificate (住民基本台帳法 8条; 公的個人認証法 12条).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from kazasu.contracts.jukinet import RegistrationChanged
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.names import check_kana
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.visible import seen
from kazasu.municipality.hall import store as hall_store
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.faults import CHANGED_MEANWHILE, WRONG_STATE
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import CARD_DIFFERS, GIVEN_BY
from kazasu.municipality.register import addresses, store
from kazasu.municipality.register.faults import (
    BAD_RELATIONSHIP,
    HOUSEHOLD_TOGETHER,
    NOTHING_CORRECTED,
    REASON_NEEDED,
    UNKNOWN_RESIDENT,
)
from kazasu.municipality.register.model import ADDRESS, MOVED_HERE, RECORD_STATES, Resident
from kazasu.municipality.register.relationships import HEAD, check

CORRECT: Final = desk(
    "resident.correct", Text("住民票の職権修正", "Correcting a record ex officio"),
    role="decider", reasoned=True,
)  # fmt: skip
REASON: Final = "職権修正"
TELLS: Final[Mapping[str, Literal["name", "birth-date", "sex", "address"]]] = {
    "name": "name",
    "birth_date": "birth-date",
    "sex": "sex",
    "city": "address",
    "town": "address",
    "block": "address",
    "building": "address",
}
"""Items of 本人確認情報, and what the network is told when one is corrected."""
CORRECTABLE: Final = (
    *TELLS, "kana", "birth_text", "registered_domicile", "domicile_head", "relationship",
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
    ) -> Resident:
        """Write the record anew with these items corrected.

        A household has one address: who lives with them is corrected with them, each by a version of their own.

        Args:
            changes: items of :data:`CORRECTABLE`; those that are as before are left out.
            because: what the correction rests on, kept with the access record.
            whole_household: the clerk has seen that an address is corrected for everybody who lives there.

        Raises:
            Refusal: ``municipality.reason-needed``, ``municipality.nothing-corrected``,
                ``municipality.changed-meanwhile``, ``municipality.wrong-state`` (a closed record),
                ``names.bad-kana``, ``municipality.item-empty``, ``municipality.item-malformed``,
                ``municipality.address-elsewhere``, ``municipality.household-moves-together``,
                ``municipality.relationship-needed``, ``municipality.bad-relationship``.
        """
        if not seen(because):
            raise Refusal(REASON_NEEDED)
        check_kana(str(changes.get("kana", "")))
        for item, written in changes.items():
            if item != "town" or written:  # whether there is one at all is its postcode's to say
                addresses.check_filled(item, str(written))

        def work(tx: Transaction) -> Resident:
            before = store.by_id(tx, resident_id)
            if before is None:
                raise Refusal(UNKNOWN_RESIDENT)
            if before.version != version:
                raise Refusal(CHANGED_MEANWHILE)
            if before.state != "resident":
                words = RECORD_STATES[before.state]
                raise Refusal(WRONG_STATE, state=words.ja, state_en=words.en)
            new = {
                name: addresses.as_held(name, value) if isinstance(value, str) else value
                for name, value in changes.items()
                if name in CORRECTABLE and value != getattr(before, name)
            }
            if not new:
                raise Refusal(NOTHING_CORRECTED)
            if "relationship" in new and (
                check(str(new["relationship"])) == HEAD or before.is_head
            ):
                raise Refusal(BAD_RELATIONSHIP, relationship=str(new["relationship"]))
            if "city" in new:
                addresses.check_area(str(new["city"]), hall_store.city(tx))
            if new.keys() & {"town", "city", "postcode"}:
                place = [
                    new.get(item, getattr(before, item))
                    for item in ("town", "prefecture", "city", "postcode")
                ]
                addresses.check_town(*place)
            together = self._who_lives_with_them(tx, before, new, whole=whole_household)
            for one, items in together:
                self._write(tx, clerk, one, items)
            return self._write(tx, clerk, before, new)

        return self._city.act(
            CORRECT, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), reason=because
        )

    @staticmethod
    def _who_lives_with_them(
        tx: Transaction, before: Resident, new: Mapping[str, Any], *, whole: bool
    ) -> list[tuple[Resident, Mapping[str, Any]]]:
        """The others whose address is corrected with it, as it is; who is leaving has told the new city already.

        Raises Refusal ``municipality.household-moves-together``: there are others, and the clerk was not told.
        """
        place = {item: new[item] for item in ADDRESS if item in new}
        if not place:
            return []
        others = [
            one
            for one in store.household(tx, before.household_number)
            if one.resident_id != before.resident_id and one.state == "resident"
        ]
        if others and not whole:
            raise Refusal(HOUSEHOLD_TOGETHER, number=len(others))
        found = [
            (one, {item: said for item, said in place.items() if getattr(one, item) != said})
            for one in others
        ]
        return [(one, items) for one, items in found if items]

    def _write(
        self, tx: Transaction, clerk: Clerk, before: Resident, new: Mapping[str, Any]
    ) -> Resident:
        after = store.change(
            tx, before, reason=REASON, changed_on=civil(tx.now), processed_at=tx.now,
            processed_by=clerk.staff_id, **new,
        )  # fmt: skip
        post = self._city.post(tx)
        case = f"CR-{after.resident_id}-{after.version}"
        told = dict.fromkeys(TELLS[name] for name in new if name in TELLS)
        for what in told:
            letter = RegistrationChanged(
                resident_record_code=after.record_code,
                municipality_code=MunicipalityCode(tx.tenant),
                what=what,
                on=civil(tx.now),
            )
            post.send(tx, letter, to="jukinet", case=case)
        if told and after.has_card:
            self._city.ports.use(CARD_DIFFERS)(tx, after.resident_id, case)
        self._tell(tx, before, after, new)
        return after

    def _tell(
        self, tx: Transaction, before: Resident, after: Resident, new: Mapping[str, Any]
    ) -> None:
        """What a move registered here and is corrected is a line of its case; who gave that notice reads it. Of a protected person
        nothing is said (I8)."""
        moved = next(
            (v for v in store.history(tx, after.resident_id) if v.reason in MOVED_HERE),
            None,
        )
        items = [TOLD[what] for what in dict.fromkeys(TELLS[one] for one in new if one in TELLS)]
        members = store.household(tx, after.household_number)
        if moved is None or not moved.case_id or not items or any(m.protected for m in members):
            return
        by = self._city.ports.use(GIVEN_BY)(tx, moved.case_id)
        if by not in {before.name, *(one.name for one in members)}:
            return  # whoever gave notice lives elsewhere by now: it is no longer theirs to read
        ja, en = "・".join(one.ja for one in items), ", ".join(one.en for one in items)
        note = Text(
            f"{before.name}：{ja}を直しました",
            f"{with_reading(before.name, before.kana)}: {en} corrected",
        )
        same = {one.address for one in members} == {after.address}
        self._city.send_progress(
            tx, moved.case_id, "corrected", RECORDS, note, address=after.address if same else ""
        )
