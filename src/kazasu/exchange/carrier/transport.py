"""How sealed messages travel: to a room of this process directly, elsewhere by HTTP.

Same bytes, same checks; only the way differs (design §2).
"""

from collections.abc import Callable
from typing import Final, Protocol

import httpx

from kazasu.exchange.directory import Directory
from kazasu.exchange.faults import TIMEOUT, UNREACHABLE
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.http import SHARE
from kazasu.foundation.http.shares import Shares
from kazasu.foundation.text import Text

PATIENCE: Final = 1.0
"""Seconds that an inquiry waits for a place at a room of its own process: who waits holds a thread for pages meanwhile."""
LETTERS_PATH = "/exchange/letters"
INQUIRIES_PATH = "/exchange/inquiries"
CONTENT_TYPE = "application/jose"


class Transport(Protocol):
    def deliver(self, to: str, sealed: str) -> str:
        """Bring a letter. Returns the receiver's signed receipt. Raises Refusal."""

    def inquire(self, of: str, sealed: str) -> str:
        """Bring an inquiry. Returns the sealed answer. Raises Refusal."""


class HttpTransport:
    def __init__(self, directory: Directory, client: httpx.Client) -> None:
        self._directory = directory
        self._client = client

    def deliver(self, to: str, sealed: str) -> str:
        return self._post(to, LETTERS_PATH, sealed)

    def inquire(self, of: str, sealed: str) -> str:
        return self._post(of, INQUIRIES_PATH, sealed)

    def _post(self, to: str, path: str, sealed: str) -> str:
        entry = self._directory.entry(to)
        headers = {"content-type": CONTENT_TYPE, "kazasu-institution": to}
        try:
            response = self._client.post(
                (entry.internal or entry.origin) + path, content=sealed, headers=headers
            )
        except httpx.TimeoutException:
            raise _away(TIMEOUT, entry.name) from None
        except httpx.TransportError:
            raise _away(UNREACHABLE, entry.name) from None
        if response.status_code == 200:
            return response.text
        raise _problem(response, entry.name)


def _away(fault: Fault, name: Text) -> Refusal:
    return Refusal(fault, institution_ja=name.ja, institution_en=name.en)


def _problem(response: httpx.Response, name: Text) -> Refusal:
    """The refusal in an RFC 9457 problem; anything else means that the other side is not in order."""
    try:
        return Refusal.of(response.json())
    except ValueError:
        return _away(UNREACHABLE, name)


class LocalTransport:
    """To a room in this process, or onward.

    A room that stands still (a held table) holds no more than its share of the threads that ask it; further inquiries
    are refused soon, so that pages which do not need that room go on.
    """

    def __init__(
        self,
        directory: Directory,
        room_of: Callable[[str], str],
        deliver: Callable[[str, str], str | None],
        inquire: Callable[[str, str], str | None],
        onward: Transport,
    ) -> None:
        self._directory = directory
        self._room_of = room_of
        self._deliver = deliver
        self._inquire = inquire
        self._onward = onward
        self._shares = Shares(SHARE)

    def deliver(self, to: str, sealed: str) -> str:
        receipt = self._deliver(to, sealed)
        return self._onward.deliver(to, sealed) if receipt is None else receipt

    def inquire(self, of: str, sealed: str) -> str:
        answer = self._asked_here(of, sealed)
        return self._onward.inquire(of, sealed) if answer is None else answer

    def _asked_here(self, of: str, sealed: str) -> str | None:
        room = self._room_of(of)
        try:
            self._shares.take(room, PATIENCE)
        except httpx.TimeoutException:
            raise _away(TIMEOUT, self._directory.entry(of).name) from None
        try:
            return self._inquire(of, sealed)
        finally:
            self._shares.give_back(room)
