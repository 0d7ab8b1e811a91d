"""Records what relying parties in test mode send: noted in memory, written after the answer has gone.

The note takes the request's path nothing but an append; the writing is a tick, and a reader writes
first. A flood pushes out the oldest notes, never a request.
"""

import json
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.database import Database, unkeepable
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.identity.clients.assertion import unverified_client_id
from kazasu.identity.hooks import Page
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.services import Services
from kazasu.lab.inspector import addresses, store
from kazasu.lab.inspector.redaction import kept, redacted
from kazasu.lab.inspector.steps import Step, steps_of
from kazasu.lab.inspector.store import Inspected

log = structlog.get_logger()

WAITING: Final = 4000
"""Notes that wait to be written, at most."""
_ENDPOINTS: Final = (
    ("/ext/par/request", "par"),
    ("/token", "token"),
    ("/revoke", "revoke"),
    ("/token/introspect", "introspect"),
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
    code: str = ""
    reference: str = ""
    """As the page of a fault shows it."""

    def form(self, name: str) -> str:
        return dict(self.sent).get(name, "")

    @property
    def token(self) -> str:
        """The access token that came with it."""
        return self.form("authorization").partition(" ")[2].strip()


class Inspector:
    """Notes, writes, shows."""

    def __init__(self, database: Database, clock: Clock, services: Services) -> None:
        self._database = database
        self._clock = clock
        self._clients = services.clients
        self._callers = services.callers
        self._notes: deque[_Note] = deque(maxlen=WAITING)
        self._writing = Lock()

    # ------------------------------------------------------------ note

    def watched(self, path: str, page: Page) -> Page:
        """The page as it was; what it did with each request is noted."""
        endpoint = endpoint_of(path)
        if not endpoint:
            return page

        def watching(request: Request) -> Response:
            try:
                answer = page(request)
            except OAuthError as error:
                fault = error.fault
                self._note(
                    request, endpoint, fault.status, fault.error, error.description, fault.code
                )
                raise
            except Refusal as refusal:
                self._note(request, endpoint, refusal.fault.status, code=refusal.fault.code)
                raise
            self._note(request, endpoint, answer.status_code)
            return answer

        return watching

    def _note(
        self, request: Request, endpoint: str, status: int, error: str = "",
        description: str = "", code: str = "",
    ) -> None:  # fmt: skip
        self._notes.append(
            _Note(
                self._clock.now(), endpoint, request.method, _sent(request), status, error,
                kept(description), code, request.state.request_id,
            )
        )  # fmt: skip

    # ------------------------------------------------------------ write

    def write(self) -> None:
        """All that was noted, redacted. What cannot be kept costs itself and no other note.

        One at a time: who reads finds what another thread had just taken to write.
        """
        with self._writing:
            self._write()

    def _write(self) -> None:
        taken = self._taken()
        try:
            owners = self._callers.owners([note.token for note in taken if note.token])
            claimed = [(note, _claimed(note) or owners.get(note.token, "")) for note in taken]
            known = self._clients.in_test_mode({client for _, client in claimed if client})
            rows = [_row(note, client) for note, client in claimed if client in known]
            self._keep(rows)
        except Exception:
            self._take_back(taken)  # the database is away: they are written when it comes back
            raise

    def _taken(self) -> list[_Note]:
        taken = []
        while self._notes:
            try:
                taken.append(self._notes.popleft())
            except IndexError:  # another thread was quicker
                break
        return taken

    def _take_back(self, taken: Sequence[_Note]) -> None:
        for note in reversed(taken):
            if len(self._notes) < WAITING:
                self._notes.appendleft(note)

    def _keep(self, rows: Sequence[Inspected]) -> None:
        if not rows:
            return
        try:
            self._database.run(
                "lab.inspect", lambda tx: store.insert(tx, rows), isolation="READ COMMITTED"
            )
        except Exception as error:
            if not unkeepable(error):
                raise
            if len(rows) == 1:
                log.warning("a request could not be kept", endpoint=rows[0].endpoint)
                return
            for row in rows:
                self._keep([row])

    def forget(self) -> None:
        """What is older than a day."""
        self._database.run("lab.forget", store.purge, isolation="READ COMMITTED")

    # ------------------------------------------------------------ show

    def newest(self, client_id: str) -> list[Inspected]:
        self.write()
        return self._database.read("lab.inspected", lambda tx: store.newest(tx, client_id))

    def one(self, client_id: str, request_id: str) -> Inspected | None:
        """The party's own request; None: unknown, over, or another's."""
        try:
            number = UUID(request_id)
        except ValueError:
            return None
        return self._database.read("lab.inspected-one", lambda tx: store.one(tx, client_id, number))


def _claimed(note: _Note) -> str:
    """Whom the request names as its sender: it is shown to that party, and proves nothing. Empty: its token tells."""
    claimed = note.form("client_id") if note.endpoint in ("par", "token", "auth") else ""
    if note.endpoint in ("par", "token", "revoke", "introspect"):
        with suppress(OAuthError):
            claimed = unverified_client_id(dict(note.sent))
    return claimed if claimed == kept(claimed) else ""  # such a name no party has


def endpoint_of(path: str) -> str:
    """Which of the inspected endpoints an address is; empty: none."""
    for end, name in _ENDPOINTS:
        if path.endswith(f"/protocol/openid-connect{end}"):
            return name
    for start, name in (("/api/sign-transactions", "sign"), ("/api/latest-attributes", "latest")):
        if path.startswith(start):
            return name
    return ""


def steps(row: Inspected, registered: Sequence[str] = ()) -> list[Step]:
    """``registered``: the party's redirect addresses, with which one that was refused is compared."""
    found = steps_of(row.endpoint, {name for name, _ in row.sent}, row.code)
    if row.code not in addresses.CODES or not registered:
        return found
    sent = next((value for name, value in row.sent if name == "redirect_uri"), "")
    pushed = any(name == "request_uri" for name, _ in row.sent)
    if pushed and not sent:
        return found  # what was wrong is the reference to a pushed request
    better = addresses.hint(sent, registered)
    return [replace(one, hint=better) if one.state == "failed" else one for one in found]


def as_json(row: Inspected, registered: Sequence[str] = ()) -> dict[str, Any]:
    """One request for programs."""
    return {
        "request_id": str(row.request_id),
        "reference": row.reference,
        "at": row.at.isoformat(),
        "endpoint": row.endpoint,
        "method": row.method,
        "sent": [{"name": name, "value": value} for name, value in row.sent],
        "status": row.status,
        "error": row.error or None,
        "error_description": row.description or None,
        "fault": None if row.error else row.code or None,
        "checks": [
            {
                "check_ja": step.title.ja,
                "check_en": step.title.en,
                "state": step.state,
                "change_ja": step.hint.ja if step.hint else None,
                "change_en": step.hint.en if step.hint else None,
            }
            for step in steps(row, registered)
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
        code=note.code,
        reference=note.reference,
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
    except (ValueError, RecursionError):
        return []
    return [(name, str(value)) for name, value in found.items()] if isinstance(found, dict) else []
