"""What a POST leaves for the page that its redirect leads to: errors, what was typed, a refusal, an outcome.

It lies in the browser's session for a quarter of an hour, bound to that page and to who was signed in. The address
carries only its number (``?kept=``), so that refresh, back, a second tab and the switch of language all show it
again, and opening the page anew does not. Secrets never come here: a form gives what may be kept
(:meth:`kazasu.foundation.web.forms.Form.read`).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

PARAMETER: Final = "kept"
READING: Final = ("lang", "furigana")
"""In which words a page is read (:mod:`kazasu.foundation.web.reading.chosen`)."""
LIFE: Final = timedelta(minutes=15)
MOST: Final = 8
"""Of one session; the oldest go first."""
MOST_TYPED: Final = 60_000
"""Characters; a form that holds more comes back empty."""
_KEY: Final = "_kept"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a form."""

    name: str
    label: Text
    message: Text


class Invalid(Exception):
    """A form that was not filled in as it must be. Without errors: it is only to be shown again.

    ``refusal``: a service said so, with a code and what to do, which stands at the top.
    """

    def __init__(self, *errors: FieldError, refusal: Refusal | None = None) -> None:
        super().__init__(", ".join(one.name for one in errors))
        self.errors: Final = errors
        self.refusal: Final = refusal


@dataclass(frozen=True, slots=True)
class Kept:
    """For one page. Nothing kept is the empty one."""

    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    refusal: Refusal | None = None
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """The first of each field typed."""
        return {name: given[0] for name, given in self.typed.items() if given}


def keep(data: dict[str, Any], kept: Kept, *, page: str, owner: str, now: datetime) -> str:
    """Lay it into a session's data for ``page`` (a local address).

    Returns:
        The page's address with the number of what is kept.
    """
    address = without(page)
    number = secrets.token_urlsafe(9)
    entry = _document(kept) | {
        "number": number, "page": urlsplit(address).path, "owner": owner, "until": (now + LIFE).timestamp(),
    }  # fmt: skip
    data[_KEY] = [*data.get(_KEY, []), entry][-MOST:]
    return f"{address}{'&' if '?' in address else '?'}{urlencode({PARAMETER: number})}"


def find(data: Mapping[str, Any], number: str, *, page: str, owner: str, now: datetime) -> Kept:
    """What is kept under this number for this page and person; else the empty one."""
    entry = next((one for one in data.get(_KEY, ()) if one["number"] == number), None)
    if not entry or entry["page"] != page or entry["until"] < now.timestamp():
        return Kept()
    return _read(entry) if entry["owner"] in ("", owner) else Kept()


def carried(data: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """What of an old session's data goes over into that of whoever signs in, who is ``owner``: what is theirs, and words for nobody in
    particular."""
    entries = [
        one for one in data.get(_KEY, ())
        if one["owner"] == owner or (not one["owner"] and not one["typed"])
    ]  # fmt: skip
    return {_KEY: entries} if entries else {}


def of_another(data: Mapping[str, Any], address: str) -> bool:
    """Whether the address leads to something that is kept, and not for whom ``data`` are: somebody else was at it."""
    number = dict(parse_qsl(urlsplit(address).query)).get(PARAMETER, "")
    return bool(number) and all(one["number"] != number for one in data.get(_KEY, ()))


def without(address: str, *more: str) -> str:
    """The address without our own parameters: as the page was opened."""
    parts = urlsplit(address)
    own = {PARAMETER, *READING, *more}
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in own]
    return f"{parts.path}?{urlencode(query)}" if query else parts.path


def _document(kept: Kept) -> dict[str, Any]:
    typed = {
        name: [one.replace("\0", "") for one in given]  # no text of PostgreSQL has it
        for name, given in kept.typed.items()
    }
    if sum(len(one) for given in typed.values() for one in given) > MOST_TYPED:
        typed = {}
    return {
        "typed": typed,
        "errors": [asdict(one) for one in kept.errors],
        "told": dict(kept.told),
        "refusal": kept.refusal and kept.refusal.to_document(),
    }


def _read(entry: Mapping[str, Any]) -> Kept:
    errors = tuple(
        FieldError(one["name"], Text(**one["label"]), Text(**one["message"]))
        for one in entry["errors"]
    )
    refusal = Refusal.of(entry["refusal"]) if entry["refusal"] else None
    return Kept(entry["typed"], errors, refusal, entry["told"])
