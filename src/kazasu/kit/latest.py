"""The latest four attributes of customers who agreed, as a relying party asks for them.

1 :meth:`Latest.ask_consent` gives a document that the service wrote; the customer signs it in a tap
of its own. 2 Later: :meth:`changes` ("changed since?") before :meth:`give`. Nothing is supplied while
the old certificate is revoked and no new one exists; the reason is never told (identity §3). The
message format is simulated: J-LIS's own is not public.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeVar

import httpx

from kazasu.foundation.faults import Refusal
from kazasu.kit.faults import (
    CONSENT_ENDED,
    LATEST_FAILED,
    LATEST_UNREACHABLE,
    NOTHING_SUPPLIED,
)

SCOPE: Final = "latest_attributes"
MOST_AT_ONCE: Final = 10_000
_REFUSALS = {"jpki.nothing-supplied": NOTHING_SUPPLIED, "jpki.consent-ended": CONSENT_ENDED}

T = TypeVar("T")
Purpose = Literal["keep-customer-data", "contract-screening", "legal-duty"]
CertificateState = Literal["GOOD", "REVOKED", "EXPIRED", "UNKNOWN"]
ChangeState = Literal["unchanged", "changed", "pending", "ended"]


@dataclass(frozen=True, slots=True)
class ConsentDocument:
    """A consent that waits for its signature."""

    sign_transaction_id: str
    document: bytes


@dataclass(frozen=True, slots=True)
class Status:
    """Of one stored certificate. UNKNOWN is not bad."""

    certificate_id: str
    state: CertificateState
    reason: str
    check_method: str


@dataclass(frozen=True, slots=True)
class Given:
    """What was supplied: only what the customer agreed to. Absent: None."""

    certificate_id: str
    as_of: datetime
    name: str | None = None
    address: str | None = None
    birth_date: date | None = None
    sex: str | None = None


class Latest:
    """The service for latest attributes, for one relying party."""

    def __init__(
        self, http: httpx.Client, origin: str, headers: Callable[[str, str], Mapping[str, str]]
    ) -> None:
        """``headers`` gives those of one call (method, address): a token of scope
        ``latest_attributes``, and the proof of its key where it is bound to one."""
        self._http = http
        self._place = f"{origin}/api/latest-attributes"
        self._headers = headers

    def ask_consent(self, items: Sequence[str], purpose: Purpose, months: int) -> ConsentDocument:
        body = {"items": list(items), "purpose": purpose, "months": months}
        answer = self._ask("POST", "/consents", body)
        content = base64.b64decode(str(answer["document"]))
        return ConsentDocument(str(answer["sign_transaction_id"]), content)

    def status(self, certificate_ids: Sequence[str]) -> list[Status]:
        """Current status of stored certificates, any number."""
        return [
            Status(one["certificate_id"], one["state"], str(one.get("reason") or ""),
                   str(one.get("check_method") or ""))
            for some in _chunks(certificate_ids)
            for one in self._ask("POST", "/status", {"certificate_ids": some})["states"]
        ]  # fmt: skip

    def changes(self, consent_ids: Sequence[str]) -> dict[str, ChangeState]:
        """Who changed since they were last given, by consent; any number."""
        return {
            str(one["consent_id"]): one["state"]
            for some in _chunks(consent_ids)
            for one in self._ask("POST", "/changes", {"consent_ids": some})["answers"]
        }

    def give(self, consent_id: str, items: Sequence[str] = ()) -> Given:
        """Raises Refusal ``kit.nothing-supplied`` (now), ``kit.consent-ended`` (for good)."""
        body: dict[str, Any] = {"consent_id": consent_id}
        answer = self._ask("POST", "/give", body | ({"items": list(items)} if items else {}))
        found = answer["attributes"]
        address, born = found.get("address"), found.get("birthdate")
        if isinstance(address, dict):
            address = address.get("formatted")
        return Given(
            certificate_id=str(answer["certificate_id"]),
            as_of=datetime.fromisoformat(answer["as_of"]),
            name=found.get("name"),
            address=address,
            birth_date=date.fromisoformat(born) if born else None,
            sex=found.get("gender"),
        )

    def subscribe(self, consent_id: str, *, on: bool) -> None:
        """Ask to be told of changes by the event ``attributes-changed``."""
        self._ask("PUT", f"/consents/{consent_id}/subscription", {"on": on})

    def give_up(self, consent_id: str) -> None:
        """The relying party no longer needs the consent. One that has ended is given up."""
        try:
            self._ask("DELETE", f"/consents/{consent_id}")
        except Refusal as refusal:
            if refusal.fault is not CONSENT_ENDED:
                raise

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        url = self._place + path
        try:
            response = self._http.request(
                method, url, json=body, headers=dict(self._headers(method, url))
            )
        except httpx.TransportError as error:
            raise Refusal(LATEST_UNREACHABLE) from error
        try:
            content = response.json() if response.content else {}
        except ValueError:
            content = None
        if response.is_success and isinstance(content, dict):
            return content
        said = content if isinstance(content, dict) else {}
        code = str(said.get("code") or said.get("error") or response.status_code)
        if code in _REFUSALS:
            raise Refusal(_REFUSALS[code])
        if response.status_code == 503:
            raise Refusal(LATEST_UNREACHABLE)
        raise Refusal(LATEST_FAILED, code=code)


def _chunks(values: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(values), MOST_AT_ONCE):
        yield list(values[start : start + MOST_AT_ONCE])
