"""Handles: J-LIS names a person to one institution, through hands that cannot read it.

The alternative, a number that everybody knows, is what the design forbids (§3.1). The form is
simulated, by analogy with 番号法 21条の2; see ``contracts.jpki.validation.AddressPerson``.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from kazasu.contracts.accesses import SubjectInHandle
from kazasu.contracts.base import InstitutionId
from kazasu.contracts.jpki.validation import PersonInHandle
from kazasu.exchange.faults import BAD_HANDLE, STALE_HANDLE
from kazasu.exchange.keys import Institution
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.numbers import ResidentRecordCode

LIFE = timedelta(minutes=30)
ISSUER = "jpki"
_TYP = "kazasu-handle+jws"
NAMER = "identity"
"""Who names a person to institutions that know no resident record code."""
_SUBJECT_TYP = "kazasu-subject-handle+jws"


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a handle names: by a register's code, or by a subject that this institution alone knows."""

    resident_record_code: str = ""
    subject: str = ""


def seal_handle(
    issuer: Institution, person: ResidentRecordCode, audience: str, clock: Clock
) -> str:
    """A handle of ``person`` that only ``audience`` can open."""
    content = PersonInHandle(
        resident_record_code=person,
        audience=audience,
        expires_at=clock.now() + LIFE,
        handle_id=uuid4().hex,
    )
    return issuer.seal(content.model_dump_json().encode(), _TYP, audience)


def open_handle(institution: Institution, handle: str, clock: Clock) -> PersonInHandle:
    """Whom the handle names.

    Raises:
        Refusal: ``exchange.bad-handle`` (not by J-LIS, not for this institution),
            ``exchange.stale-handle``.
    """
    try:
        _, payload = institution.open(handle, _TYP, signer=ISSUER)
        person = PersonInHandle.model_validate_json(payload)
    except (Refusal, ValueError) as error:
        raise Refusal(BAD_HANDLE) from error
    if person.audience != institution.id:
        raise Refusal(BAD_HANDLE)
    if person.expires_at < clock.now():
        raise Refusal(STALE_HANDLE)
    return person


def seal_subject(issuer: Institution, subject: str, audience: str, clock: Clock) -> str:
    """A handle of ``subject``, the audience's own name for a person, that only ``audience`` can open."""
    content = SubjectInHandle(
        subject=subject, audience=InstitutionId(audience), expires_at=clock.now() + LIFE
    )
    return issuer.seal(content.model_dump_json().encode(), _SUBJECT_TYP, audience)


def open_name(institution: Institution, handle: str, clock: Clock) -> Named:
    """Whom the handle names, whichever of the two it is.

    Raises:
        Refusal: ``exchange.bad-handle``, ``exchange.stale-handle``.
    """
    try:
        _, payload = institution.open(handle, _SUBJECT_TYP, signer=NAMER)
        person = SubjectInHandle.model_validate_json(payload)
    except (Refusal, ValueError):
        code = open_handle(institution, handle, clock).resident_record_code
        return Named(resident_record_code=code)
    if person.audience != institution.id:
        raise Refusal(BAD_HANDLE)
    if person.expires_at < clock.now():
        raise Refusal(STALE_HANDLE)
    return Named(subject=person.subject)
