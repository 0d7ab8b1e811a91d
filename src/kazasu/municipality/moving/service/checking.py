"""What the machine checks on a notice of moving out, each with its reason; the clerk decides."""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from kazasu.contracts.jpki.validation import TapEvidence, ValidatedPerson, ValidateSignature
from kazasu.contracts.municipality import (
    MoveNotice,
)
from kazasu.exchange.keys import decrypt
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values import readable
from kazasu.foundation.values.romaji import with_reading
from kazasu.kit import periods
from kazasu.municipality.hall.context import CityContext, city_id, own
from kazasu.municipality.moving.model import Finding, MovingOut, OutState
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import HeadAfter, Resident, head_after, left_alone

CHECKING = Text("転出届の確認（署名・本人・世帯）", "Checking a notice of moving out")
READ: Final = own("moving-out.read", CHECKING)
CHECK: Final = own("moving-out.check", CHECKING)
_NETWORK_UNREACHABLE = ("exchange.unreachable", "exchange.timeout")


class Checking:
    """転出届の確認."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def check(self, tenant: str, *, case_id: str) -> None:
        """Job: who signed, may they, and does the notice hold. Repeating it changes nothing."""
        case = self._city.look_itself(
            READ, lambda tx: cases.notice(tx, case_id), tenant=tenant, case=case_id
        )
        if case.state != OutState.RECEIVED:
            return
        notice = MoveNotice.model_validate(case.notice)
        findings, person = self._signature(tenant, case, notice)
        record_code = ""
        if person is not None and person.handle is not None:
            record_code = self._city.record_code(tenant, person.handle)

        def work(tx: Transaction) -> None:
            now = notices.find(tx, case_id)
            if now is None or now.state != OutState.RECEIVED or now.revision != case.revision:
                return
            applicant = register_store.by_record_code(tx, record_code) if record_code else None
            every = [*findings, *self._household(tx, notice, applicant, case)]
            cases.save(
                tx,
                replace(
                    now,
                    state=OutState.CHECKED,
                    findings=[asdict(one) for one in every],
                    applicant_id=applicant.resident_id if applicant else "",
                ),
            )

        self._city.act_itself(CHECK, work, tenant=tenant, case=case_id)

    def _signature(
        self, tenant: str, case: MovingOut, notice: MoveNotice
    ) -> tuple[list[Finding], ValidatedPerson | None]:
        """The signature proven by J-LIS, and the notice the very one that was signed."""
        institution = self._city.institution(tenant)
        signed = case.signed
        inquiry = ValidateSignature(
            evidence=TapEvidence(
                certificate=decrypt(signed["certificate"], institution).decode(),
                signed=signed["document"],
                signature=signed["signature"],
            ),
            expected=signed["document"],
            at=signed["signed_at"],
        )
        same = _data(signed["document"]) == notice.model_dump(mode="json")
        document = Finding(
            "document", same,
            "署名された文書と届出の内容が一致" if same else "署名された文書と届出の内容が違います",
            "The signed document says the same as the notice" if same
            else "The signed document says something else than the notice",
        )  # fmt: skip
        try:
            person = self._city.inquirer(tenant).ask(inquiry, of="jpki", purpose=CHECKING)
        except Refusal as refusal:
            if refusal.fault.code in _NETWORK_UNREACHABLE:
                raise
            return [
                Finding("signature", False, refusal.title.ja, refusal.title.en),
                document,
            ], None
        evidence = readable.of(UUID(person.evidence_id), "EV")
        good = Finding(
            "signature", True,
            f"電子署名と証明書は有効（{person.status_method}、証拠 {evidence}）",
            f"Signature and certificate are good ({person.status_method}, evidence {evidence})",
        )  # fmt: skip
        return [good, document], person

    def _household(
        self, tx: Transaction, notice: MoveNotice, applicant: Resident | None, case: MovingOut
    ) -> list[Finding]:
        """What the register says of the notice, in the order in which a clerk would look.

        1. The applicant is a resident; otherwise nothing else can be judged.
        2. All movers are of the applicant's household: nobody gives notice for another one
           (cf. 住民基本台帳法 26条).
        3. None of them is moving already: a person has one open notice.
        4. The notice came within its period (:mod:`kazasu.kit.periods`), and not so late that it is
           no notice any more.
        5. The destination is a city that letters reach.
        6. Nobody under 15 moves alone or is head of the household (:mod:`kazasu.kit.periods`).
        7. Nobody under 15 is left without anybody older; the decider may decide otherwise, with what they decided.
        8. Without effect on acceptance, but for the clerk to see: whole or part of the household, the
           head who remains (municipal §1.3), 支援措置 (I8).
        """
        if applicant is None or not applicant.here:
            return [
                Finding("applicant", False, "届け出た人はこの市の住民ではありません",
                        "The applicant is not a resident of this city")
            ]  # fmt: skip
        members = register_store.household(tx, applicant.household_number)
        ids = {member.resident_id for member in members}
        chosen = set(register_store.residents_of_members(tx, notice.member_ids))
        strangers = len(chosen) != len(set(notice.member_ids)) or not chosen <= ids
        going = [member for member in members if member.resident_id in chosen]
        return [
            Finding("applicant", True, f"届け出た人は住民（{applicant.name}）",
                    f"The applicant is a resident ({with_reading(applicant.name, applicant.kana)})"),
            _same_household(len(going), good=bool(going) and not strangers),
            _not_moving(good=all(member.state == "resident" for member in going)),
            *_in_time(notice.move_date, civil(case.submitted_at)),
            _destination(good=city_id(notice.destination_municipality) in self._city.directory),
            _scope(good=(notice.scope == "whole-household") == (chosen == ids)),
            *_old_enough(notice, going, civil(case.submitted_at)),
            *_head(head_after(members, chosen)),
            *_left_alone(left_alone(members, chosen, civil(case.submitted_at))),
            *_protected(any(member.protected for member in going)),
        ]  # fmt: skip


def _same_household(movers: int, *, good: bool) -> Finding:
    if good:
        en = "The mover is" if movers == 1 else f"All {movers} movers are"
        return Finding(
            "members", True, f"異動する{movers}人は同じ世帯", f"{en} of the same household"
        )
    return Finding("members", False, "同じ世帯でない人が含まれています",
                   "Somebody is not of the same household")  # fmt: skip


def _not_moving(*, good: bool) -> Finding:
    if good:
        return Finding("not-moving", True, "ほかの異動はない", "No other move is under way")
    return Finding("not-moving", False, "すでに転出の届出があります",
                   "A notice of moving out exists already")  # fmt: skip


def _in_time(moves_on: date, submitted_on: date) -> list[Finding]:
    """The online window; past the period of law, also what the city does instead."""
    first, last = periods.online_notice_window(moves_on)
    good = first <= submitted_on <= last
    ja = f"（{long_date(first)}〜{long_date(last)}）"
    en = f"({long_date(first, 'en')} to {long_date(last, 'en')})"
    window = Finding(
        "window", good,
        f"届出の期間内{ja}" if good else f"届出の期間{ja}の外です",
        f"Within the period for notice {en}" if good else f"Outside the period for notice {en}",
    )  # fmt: skip
    if not periods.notice_is_late(moves_on, submitted_on):
        return [window]
    until = periods.moving_in_until(moves_on)
    return [window, Finding(
        "late", False,
        f"異動から14日（{long_date(until)}）を過ぎています。届出としては受理せず、職権で記載します",
        f"More than 14 days after moving (until {long_date(until, 'en')}): "
        "not accepted as a notice; the departure is recorded ex officio",
    )]  # fmt: skip


def _destination(*, good: bool) -> Finding:
    if good:
        return Finding("destination", True, "転出先の市区町村につながる",
                       "The destination is in the directory")  # fmt: skip
    return Finding("destination", False, "転出先の市区町村が名簿にありません",
                   "The destination is not in the directory")  # fmt: skip


def _scope(*, good: bool) -> Finding:
    if good:
        return Finding("scope", True, "世帯全部／一部の別が台帳と合う",
                       "Whole or part of the household, as the register has it", blocking=False)  # fmt: skip
    return Finding("scope", False, "世帯全部／一部の別が台帳と違います",
                   "Whole or part of the household: the register says otherwise", blocking=False)  # fmt: skip


def _head(after: HeadAfter) -> list[Finding]:
    if after.kind != "to-be-named":
        return []
    return [Finding("head", False, "残る世帯の世帯主を決める必要があります",
                    "The household that remains needs a new head", blocking=False)]  # fmt: skip


def _left_alone(children: Sequence[Resident]) -> list[Finding]:
    """Only said where it is so. Names are of the household that the applicant belongs to; the desk sees them anyway."""
    if not children:
        return []
    ja = "、".join(one.name for one in children)
    en = ", ".join(with_reading(one.name, one.kana) for one in children)
    return [Finding(
        "left-alone", False,
        f"15歳未満の人だけが残ります（{ja}）。だれが世話をするかを、決裁者が決めてから受理します（民法820条・822条、住民基本台帳法26条）",
        f"Only people under 15 would remain ({en}). Who looks after them is decided before this is accepted "
        "(Civil Code 820, 822; Basic Resident Register Act 26)",
        decidable=True,
    )]  # fmt: skip


def _old_enough(notice: MoveNotice, going: Sequence[Resident], on: date) -> list[Finding]:
    """Only said where somebody is not: most notices have no child on their own."""
    if notice.joins_existing_household:
        return []
    young = {one.name for one in going if periods.too_young(one.birth_text, on)}
    if going and len(young) == len({one.name for one in going}):
        return [Finding("alone", False, "15歳未満の人だけの異動です",
                        "Only people under 15 move, and nobody with them")]  # fmt: skip
    if notice.new_head in young:
        return [Finding("head-age", False, "新しい世帯主が15歳未満です",
                        "The head of the household is under 15")]  # fmt: skip
    return []


def _protected(protected: bool) -> list[Finding]:
    if not protected:
        return []
    return [Finding("protected", False, "支援措置の対象者です。転出先を画面・写しに出しません",
                    "Protected: the new address is shown nowhere", blocking=False)]  # fmt: skip


def _data(document: str) -> Any:
    """The data part of the signed document; None when there is none to compare."""
    try:
        return json.loads(base64.b64decode(document)).get("data")
    except (ValueError, AttributeError, RecursionError):
        return None
