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
from kazasu.municipality.hall.ports import GIVEN_BY
from kazasu.municipality.register import addresses
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import NOTHING_CORRECTED, REASON_NEEDED, UNKNOWN_RESIDENT
from kazasu.municipality.register.model import MOVED_HERE, RECORD_STATES, Resident

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
TOLD: Final[Mapping[str, Text]] = {
    "name": Text("氏名", "name"),
    "birth-date": Text("生年月日", "date of birth"),
    "sex": Text("性別", "sex"),
    "address": Text("住所", "address"),
}
RECORDS: Final = Text("住民記録の担当", "Resident records")
CORRECTABLE: Final = (*TELLS, "kana", "birth_text", "registered_domicile", "domicile_head")


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
    ) -> Resident:
        """Write the record anew with these items corrected.

        Args:
            changes: items of :data:`CORRECTABLE`; those that are as before are left out.
            because: what the correction rests on, kept with the access record.

        Raises:
            Refusal: ``municipality.reason-needed``, ``municipality.nothing-corrected``,
                ``municipality.changed-meanwhile``, ``municipality.wrong-state`` (a closed record),
                ``names.bad-kana``, ``municipality.item-empty``, ``municipality.item-malformed``,
                ``municipality.address-elsewhere``.
        """
        if not seen(because):
            raise Refusal(REASON_NEEDED)
        check_kana(str(changes.get("kana", "")))
        for item, written in changes.items():
            if item != "town" or written:  # whether there is one at all is its postcode's to say
                addresses.check_filled(item, str(written))

        def work(tx: Transaction) -> Resident:
            before = register_store.by_id(tx, resident_id)
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
            if "city" in new:
                addresses.check_area(str(new["city"]), hall_store.city(tx))
            if new.keys() & {"town", "city", "postcode"}:
                place = [
                    new.get(item, getattr(before, item))
                    for item in ("town", "prefecture", "city", "postcode")
                ]
                addresses.check_town(*place)
            return self._write(tx, clerk, before, new)

        return self._city.act(
            CORRECT, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), reason=because
        )

    def _write(
        self, tx: Transaction, clerk: Clerk, before: Resident, new: Mapping[str, Any]
    ) -> Resident:
        after = register_store.change(
            tx, before, reason=REASON, changed_on=civil(tx.now), processed_at=tx.now,
            processed_by=clerk.staff_id, **new,
        )  # fmt: skip
        post = self._city.post(tx)
        for what in dict.fromkeys(TELLS[name] for name in new if name in TELLS):
            letter = RegistrationChanged(
                resident_record_code=after.record_code,
                municipality_code=MunicipalityCode(tx.tenant),
                what=what,
                on=civil(tx.now),
            )
            case = f"CR-{after.resident_id}-{after.version}"
            post.send(tx, letter, to="jukinet", case=case)
        self._tell(tx, before, after, new)
        return after

    def _tell(
        self, tx: Transaction, before: Resident, after: Resident, new: Mapping[str, Any]
    ) -> None:
        """What a move registered here and is corrected is a line of its case; who gave that notice reads it. Of a protected person
        nothing is said (I8)."""
        moved = next(
            (v for v in register_store.history(tx, after.resident_id) if v.reason in MOVED_HERE),
            None,
        )
        items = [TOLD[what] for what in dict.fromkeys(TELLS[one] for one in new if one in TELLS)]
        members = register_store.household(tx, after.household_number)
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
