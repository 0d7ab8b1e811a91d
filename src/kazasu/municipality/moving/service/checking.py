"""What the machine checks on a notice when it comes: of moving out, or of a change of address. The clerk decides."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final
from uuid import UUID

from kazasu.contracts.jpki.validation import TapEvidence, ValidateSignature
from kazasu.contracts.municipality import (
    MoveNotice,
)
from kazasu.exchange.keys import decrypt
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values import readable
from kazasu.municipality.hall.context import CityContext, own
from kazasu.municipality.moving.life import BEFORE_ENTRY, InState
from kazasu.municipality.moving.model import Finding
from kazasu.municipality.moving.rules import judging
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import arrivals, notices
from kazasu.municipality.register import store as register_store

CHECKING: Final = Text("転出届の確認（署名・本人・世帯）", "Checking a notice of moving out")
CHECKING_IN: Final = Text("転居届の確認（署名・本人）", "Checking a notice of a change of address")
READ: Final = own("moving-out.read", CHECKING)
CHECK: Final = own("moving-out.check", CHECKING)
READ_IN: Final = own("arrival.read-signed", CHECKING_IN)
CHECK_IN: Final = own("arrival.check", CHECKING_IN)
_UNDECIDED: Final = (*BEFORE_ENTRY, InState.PROVISIONAL)
_NETWORK_UNREACHABLE: Final = ("exchange.unreachable", "exchange.timeout")


class Checking:
    """転出届の確認."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def check(self, tenant: str, *, case_id: str) -> None:
        """Job: who signed, may they, and does the notice hold. Repeating it changes nothing."""
        case = self._city.look_itself(
            READ, lambda tx: cases.notice(tx, case_id), tenant=tenant, case=case_id
        )
        if not case.may("checked"):
            return
        notice = MoveNotice.model_validate(case.as_sent)
        findings, record_code = self._signature(tenant, case.signed, notice, CHECKING)

        def work(tx: Transaction) -> None:
            now = notices.find(tx, case_id)
            if now is None or not now.may("checked") or now.revision != case.revision:
                return
            applicant = register_store.by_record_code(tx, record_code) if record_code else None
            every = [*findings, *judging.moving_out(tx, self._city, case, applicant)]
            cases.turn(
                tx,
                now,
                "checked",
                findings=[asdict(one) for one in every],
                applicant_id=applicant.resident_id if applicant else "",
            )

        self._city.act_itself(CHECK, work, tenant=tenant, case=case_id)

    def check_reservation(self, tenant: str, *, case_id: str) -> None:
        """Job: the same of a change of address within the city, which no other city looks at. Repeating it changes nothing."""
        case = self._city.look_itself(
            READ_IN, lambda tx: arrivals.find(tx, case_id), tenant=tenant, case=case_id
        )
        if case is None or case.reservation is None or case.state not in _UNDECIDED:
            return
        notice = MoveNotice.model_validate(case.as_sent)
        signed = case.reservation["signed"]
        findings, record_code = self._signature(tenant, signed, notice, CHECKING_IN)

        def work(tx: Transaction) -> None:
            now = arrivals.find(tx, case_id)
            kept = now.reservation if now is not None else None
            if now is None or kept is None or now.state not in _UNDECIDED:
                return
            if kept["signed"] != signed or "checks" in kept:
                return  # a corrected notice came, and has a job of its own; or this one is repeated
            applicant = register_store.by_record_code(tx, record_code) if record_code else None
            found = {
                "checks": [asdict(one) for one in findings],
                "applicant_id": applicant.resident_id if applicant else "",
            }
            cases.save(tx, replace(now, reservation=kept | found))

        self._city.act_itself(CHECK_IN, work, tenant=tenant, case=case_id)

    def _signature(
        self, tenant: str, signed: Mapping[str, str], notice: MoveNotice, purpose: Text
    ) -> tuple[list[Finding], str]:
        """The signature proven by J-LIS, and the notice the very one that was signed; with the 住民票コード of who signed, empty where
        that is not proven.
        """
        institution = self._city.institution(tenant)
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
            person = self._city.inquirer(tenant).ask(inquiry, of="jpki", purpose=purpose)
        except Refusal as refusal:
            if refusal.fault.code in _NETWORK_UNREACHABLE:
                raise
            return [
                Finding("signature", False, refusal.title.ja, refusal.title.en),
                document,
            ], ""
        evidence = readable.of(UUID(person.evidence_id), "EV")
        good = Finding(
            "signature", True,
            f"電子署名と証明書は有効（{person.status_method}、証拠 {evidence}）",
            f"Signature and certificate are good ({person.status_method}, evidence {evidence})",
        )  # fmt: skip
        code = self._city.record_code(tenant, person.handle) if person.handle is not None else ""
        return [good, document], code


def _data(document: str) -> Any:
    """The data part of the signed document; None when there is none to compare."""
    try:
        return json.loads(base64.b64decode(document)).get("data")
    except (ValueError, AttributeError, RecursionError):
        return None
