"""What the machine checks on a notice of moving out, each with its reason; the clerk decides."""

import base64
import json
from dataclasses import asdict, replace
from typing import Any

from kazasu.contracts.jpki.validation import TapEvidence, ValidatedPerson, ValidateSignature
from kazasu.contracts.municipality import (
    MoveNotice,
)
from kazasu.exchange.handles import open_handle
from kazasu.exchange.keys import decrypt
from kazasu.foundation import periods
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Transaction
from kazasu.foundation.dates import long_date
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.faults import (
    UNKNOWN_CASE,
)
from kazasu.municipality.hall.context import (
    Hall,
    city_id,
    system_access,
)
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.register import model
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import Finding, MovingOut, Resident

CHECKING = Text("転出届の確認（署名・本人・世帯）", "Checking a notice of moving out")
_NETWORK_UNREACHABLE = ("exchange.unreachable", "exchange.timeout")


class Checking:
    """転出届の確認."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def check(self, tenant: str, *, case_id: str) -> None:
        """Job: who signed, may they, and does the notice hold. Repeating it changes nothing."""
        case = self._read(tenant, case_id)
        if case.state != "received":
            return
        notice = MoveNotice.model_validate(case.notice)
        findings, person = self._signature(tenant, case, notice)
        record_code = ""
        if person is not None and person.handle is not None:
            institution = self._hall.house.institution(city_id(tenant))
            record_code = open_handle(
                institution, person.handle, self._hall.clock
            ).resident_record_code

        def work(tx: Transaction) -> None:
            now = moving.out(tx, case_id)
            if now is None or now.state != "received" or now.revision != case.revision:
                return
            applicant = register.by_record_code(tx, record_code) if record_code else None
            every = [*findings, *self._household(tx, notice, applicant, case)]
            cases.save(
                tx,
                replace(
                    now,
                    state="checked",
                    findings=[asdict(one) for one in every],
                    applicant_id=applicant.resident_id if applicant else "",
                ),
            )

        self._hall.database.run(
            "moving-out.check",
            work,
            tenant=tenant,
            access=system_access("moving-out.check", CHECKING, case=case_id),
        )

    def _signature(
        self, tenant: str, case: MovingOut, notice: MoveNotice
    ) -> tuple[list[Finding], ValidatedPerson | None]:
        """The signature proven by J-LIS, and the notice the very one that was signed."""
        institution = self._hall.house.institution(city_id(tenant))
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
            person = self._hall.house.inquirer(city_id(tenant)).ask(
                inquiry, of="jpki", purpose=CHECKING
            )
        except Refusal as refusal:
            if refusal.fault.code in _NETWORK_UNREACHABLE:
                raise
            return [
                Finding("signature", False, refusal.title.ja, refusal.title.en),
                document,
            ], None
        good = Finding(
            "signature", True,
            f"電子署名と証明書は有効（{person.status_method}、証拠 {person.evidence_id}）",
            f"Signature and certificate are good ({person.status_method}, evidence {person.evidence_id})",
        )  # fmt: skip
        return [good, document], person

    def _household(
        self, tx: Transaction, notice: MoveNotice, applicant: Resident | None, case: MovingOut
    ) -> list[Finding]:
        if applicant is None or not applicant.here:
            return [_finding("applicant", False, "届け出た人はこの市の住民ではありません", "The applicant is not a resident of this city")]  # fmt: skip
        members = register.household(tx, applicant.household_number)
        chosen = set(register.residents_of_members(tx, notice.member_ids))
        ids = {member.resident_id for member in members}
        strangers = len(chosen) != len(set(notice.member_ids)) or not chosen <= ids
        going = [member for member in members if member.resident_id in chosen]
        moving_already = [member for member in going if member.state != "resident"]
        first, last = periods.online_notice_window(notice.move_date)
        on_time = first <= civil(case.submitted_at) <= last
        whole = (notice.scope == "whole-household") == (chosen == ids)
        there = city_id(notice.destination_municipality) in self._hall.directory
        head = model.head_after(members, chosen)
        return [
            _finding("applicant", True, f"届け出た人は住民（{applicant.name}）", f"The applicant is a resident ({applicant.name})"),
            _finding("members", not strangers and bool(going), f"異動する{len(going)}人は同じ世帯", f"All {len(going)} movers are of the same household")
            if not strangers and going
            else _finding("members", False, "同じ世帯でない人が含まれています", "Somebody is not of the same household"),
            _finding("not-moving", not moving_already, "ほかの異動はない", "No other move is under way")
            if not moving_already
            else _finding("not-moving", False, "すでに転出の届出があります", "A notice of moving out exists already"),
            _finding("window", on_time, f"届出の期間内（{long_date(first)}〜{long_date(last)}）" if on_time else f"届出の期間（{long_date(first)}〜{long_date(last)}）の外です",
                     f"Within the period for notice ({long_date(first, 'en')} to {long_date(last, 'en')})" if on_time else f"Outside the period for notice ({long_date(first, 'en')} to {long_date(last, 'en')})"),
            _finding("destination", there, "転出先の市区町村につながる" if there else "転出先の市区町村が名簿にありません",
                     "The destination is in the directory" if there else "The destination is not in the directory"),
            Finding("scope", whole, "世帯全部／一部の別が台帳と合う" if whole else "世帯全部／一部の別が台帳と違います",
                    "Whole or part of the household, as the register has it" if whole else "Whole or part of the household: the register says otherwise", blocking=False),
            *([Finding("head", False, "残る世帯の世帯主を決める必要があります", "The household that remains needs a new head", blocking=False)] if head.kind == "to-be-named" else []),
            *([Finding("protected", False, "支援措置の対象者です。転出先を画面・写しに出しません", "Protected: the new address is shown nowhere", blocking=False)] if any(m.protected for m in going) else []),
        ]  # fmt: skip

    def _read(self, tenant: str, case_id: str) -> MovingOut:
        found = self._hall.database.read(
            "moving-out.read",
            lambda tx: moving.out(tx, case_id),
            tenant=tenant,
            access=system_access("moving-out.read", CHECKING, case=case_id),
        )
        if found is None:
            raise Refusal(UNKNOWN_CASE)
        return found


def _finding(check: str, good: bool, ja: str, en: str) -> Finding:
    return Finding(check, good, ja, en)


def _data(document: str) -> Any:
    """The data part of the signed document; None when there is none to compare."""
    try:
        return json.loads(base64.b64decode(document)).get("data")
    except (ValueError, AttributeError):
        return None
