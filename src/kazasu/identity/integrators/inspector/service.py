"""Records what relying parties in test mode send: noted in memory, written after the answer has gone.

The note takes the request's path nothing but an append; the writing is a tick, and whoever looks writes
first. A flood pushes out the oldest notes, never a request.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.clock import Clock
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.identity.clients.assertion import unverified_client_id
from kazasu.identity.integrators.inspector import store
from kazasu.identity.integrators.inspector.hints import Step, steps_of
from kazasu.identity.integrators.inspector.redaction import redacted
from kazasu.identity.integrators.inspector.store import Inspected
from kazasu.identity.oauth import OAuthError

T = TypeVar("T")

WAITING: Final = 4000
"""Notes that wait to be written, at most."""
_ENDPOINTS: Final = (
    ("/ext/par/request", "par"),
    ("/token", "token"),
    ("/userinfo", "userinfo"),
    ("/auth", "auth"),
)


@dataclass(frozen=True, slots=True)
class _Note:
    at: datetime
    endpoint: str
    method: str
    sent: list[tuple[str, str]]
    status: int
    error: str = ""
    description: str = ""
    fault: str = ""


class Inspector:
    """Notes, writes, shows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._notes: deque[_Note] = deque(maxlen=WAITING)

    # ------------------------------------------------------------ note

    def watched(self, path: str, page: Callable[[Request], T]) -> Callable[[Request], T]:
        """The page as it was; what it did with each request is noted."""
        endpoint = endpoint_of(path)
        if not endpoint:
            return page

        def watching(request: Request) -> T:
            try:
                answer = page(request)
            except OAuthError as error:
                self._note(request, endpoint, error.status, error.error, error.description)
                raise
            except Refusal as refusal:
                fault = refusal.fault
                self._note(request, endpoint, fault.status, fault=fault.code)
                raise
            status = answer.status_code if isinstance(answer, Response) else 303
            self._note(request, endpoint, status)
            return answer

        return watching

    def _note(
        self, request: Request, endpoint: str, status: int, error: str = "",
        description: str = "", fault: str = "",
    ) -> None:  # fmt: skip
        self._notes.append(
            _Note(
                self._clock.now(), endpoint, request.method, _sent(request), status, error,
                description, fault,
            )
        )  # fmt: skip

    # ------------------------------------------------------------ write

    def write(self) -> None:
        """All that was noted, redacted."""
        taken = []
        while self._notes:
            try:
                taken.append(self._notes.popleft())
            except IndexError:  # another thread was quicker
                break

        def work(tx: Transaction) -> None:
            claimed = [(note, self._claimed(tx, note)) for note in taken]
            known = store.test_clients(tx, [client for _, client in claimed if client])
            store.insert(tx, [_row(n, client) for n, client in claimed if client in known])

        if taken:
            self._database.run("identity.inspect", work, isolation="READ COMMITTED")

    @staticmethod
    def _claimed(tx: Transaction, note: _Note) -> str:
        """Whom the request says it is from: it is shown to that party, and proves nothing."""
        form = dict(note.sent)
        if note.endpoint == "auth":
            return form.get("client_id", "")
        if note.endpoint in ("par", "token"):
            try:
                return unverified_client_id(form)
            except OAuthError:
                return form.get("client_id", "")
        return store.client_of_token(tx, form.get("authorization", "").partition(" ")[2].strip())

    # ------------------------------------------------------------ show

    def newest(self, client_id: str) -> list[Inspected]:
        self.write()
        return self._database.read("identity.inspected", lambda tx: store.newest(tx, client_id))

    def one(self, client_id: str, request_id: str) -> Inspected | None:
        """The party's own request; None: unknown, over, or another's."""
        try:
            number = UUID(request_id)
        except ValueError:
            return None
        return self._database.read(
            "identity.inspected-one", lambda tx: store.one(tx, client_id, number)
        )

    def client_of_registration(self, token: str) -> str:
        return self._database.read(
            "identity.client-of-registration", lambda tx: store.client_of_registration(tx, token)
        )


def endpoint_of(path: str) -> str:
    """Which of the inspected endpoints an address is; empty: none."""
    for end, name in _ENDPOINTS:
        if path.endswith(f"/protocol/openid-connect{end}"):
            return name
    for start, name in (("/api/sign-transactions", "sign"), ("/api/latest-attributes", "latest")):
        if path.startswith(start):
            return name
    return ""


def steps(row: Inspected) -> list[Step]:
    sent = {name for name, _ in row.sent}
    return steps_of(row.endpoint, sent, row.error, row.description, row.fault)


def as_json(row: Inspected) -> dict[str, Any]:
    """One request for programs."""
    return {
        "request_id": str(row.request_id),
        "at": row.at.isoformat(),
        "endpoint": row.endpoint,
        "method": row.method,
        "sent": [{"name": name, "value": value} for name, value in row.sent],
        "status": row.status,
        "error": row.error or None,
        "error_description": row.description or None,
        "fault": row.fault or None,
        "checks": [
            {
                "check_ja": step.title.ja,
                "check_en": step.title.en,
                "state": step.state,
                "change_ja": step.hint.ja if step.hint else None,
                "change_en": step.hint.en if step.hint else None,
            }
            for step in steps(row)
        ],
    }


def _row(note: _Note, client_id: str) -> Inspected:
    return Inspected(
        client_id=client_id,
        request_id=uuid4(),
        at=note.at,
        endpoint=note.endpoint,
        method=note.method,
        sent=[list(pair) for pair in redacted(note.sent)],
        status=note.status,
        error=note.error,
        description=note.description,
        fault=note.fault,
    )


def _sent(request: Request) -> list[tuple[str, str]]:
    """Parameters and the headers that count, as they came."""
    pairs = [("path", request.url.path), *request.query_params.multi_items()]
    pairs += [(name, str(value)) for name, value in request.state.form.multi_items()]
    kind = request.headers.get("content-type", "")
    if kind:
        pairs.append(("content-type", kind))
    if kind.startswith("application/json"):
        pairs += _members(getattr(request.state, "body", b""))
    pairs += [("authorization", value) for value in request.headers.getlist("authorization")]
    return pairs + [("DPoP", value) for value in request.headers.getlist("dpop")]


def _members(body: bytes) -> list[tuple[str, str]]:
    try:
        found = json.loads(body)
    except ValueError:
        return []
    return [(name, str(value)) for name, value in found.items()] if isinstance(found, dict) else []
