"""Names looked up: each by one thread at a time, whoever asks; silent ones share a few places.

``getaddrinfo`` has no deadline of its own: a name whose servers are silent holds its thread for half a minute. So a name
is looked up once however many ask for it, names that were silent the last time have places of their own, and those that
were found the last time have a reserve that no other name takes. Which these are is a hint: nothing depends on it.
"""

import socket
import threading
import time
from typing import Final

import httpcore

MOST: Final = 64
"""Names looked up at once."""
RESERVE: Final = 16
"""Of those, for names that were found the last time."""
SILENT: Final = 16
"""Of those, for names that were given up the last time."""
_SLOW_SECONDS: Final = 2.0
"""Who answers after that is still counted as silent."""
_MOST_KNOWN: Final = 100_000


class _Look:
    """One look-up under way, and what came of it."""

    def __init__(self, groups: tuple[str, ...]) -> None:
        self.groups: Final = groups
        self.begun: Final = time.monotonic()
        self.over = threading.Event()
        self.found: list[str] = []
        self.failed: Exception | None = None


class LookUps:
    """Of one kind of names; used by any thread."""

    def __init__(self, most: int = MOST, reserve: int = RESERVE, silent: int = SILENT) -> None:
        self._most: Final = {"all": most, "unproven": most - reserve, "silent": silent}
        self._taken = dict.fromkeys(self._most, 0)
        self._under_way: dict[str, _Look] = {}
        self._proven: set[str] = set()
        self._silent: set[str] = set()
        self._change = threading.Condition()

    def addresses(self, name: str, seconds: float) -> list[str]:
        """Its addresses. Raises ``httpcore.ConnectTimeout`` after ``seconds``, ``httpcore.ConnectError``: it has none."""
        end = time.monotonic() + seconds
        look = self._joined(name, seconds)
        if not look.over.wait(max(0.0, end - time.monotonic())):
            with self._change:
                self._note(self._silent, name)
            raise httpcore.ConnectTimeout("the name was not found in time")
        if look.failed is not None:
            raise httpcore.ConnectError(
                f"no address: {type(look.failed).__name__}"
            ) from look.failed
        return list(look.found)

    def _joined(self, name: str, seconds: float) -> _Look:
        """The look-up of this name that is under way, or a new one as soon as it has a place."""
        with self._change:
            if not self._change.wait_for(
                lambda: name in self._under_way or self._has_place(name), seconds
            ):
                raise httpcore.ConnectTimeout("too many names are being looked up")
            if (look := self._under_way.get(name)) is None:
                look = self._under_way[name] = _Look(self._groups(name))
                for group in look.groups:
                    self._taken[group] += 1
                threading.Thread(
                    target=self._do, args=(name, look), name=f"look up {name}", daemon=True
                ).start()
            return look

    def _groups(self, name: str) -> tuple[str, ...]:
        if name in self._proven:
            return ("all",)
        return ("all", "unproven", "silent") if name in self._silent else ("all", "unproven")

    def _has_place(self, name: str) -> bool:
        return all(self._taken[one] < self._most[one] for one in self._groups(name))

    def _do(self, name: str, look: _Look) -> None:
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
            look.found = list(dict.fromkeys(str(info[4][0]) for info in found))
        except Exception as error:  # whoever waits is told, whatever it was
            look.failed = error
        finally:
            with self._change:
                del self._under_way[name]
                for group in look.groups:
                    self._taken[group] -= 1
                soon = time.monotonic() - look.begun < _SLOW_SECONDS
                self._silent.discard(name) if soon else self._note(self._silent, name)
                if soon and look.found:
                    self._note(self._proven, name)
                else:
                    self._proven.discard(name)
                self._change.notify_all()
            look.over.set()

    @staticmethod
    def _note(names: set[str], name: str) -> None:
        if len(names) > _MOST_KNOWN:
            names.clear()
        names.add(name)
