"""Who asks a reader for what, judged by what the reader itself can look up and read in the bytes: never by the page behind.

- *Who*: the directory says which institution signed, the contracts what it may ask for. An institution is named as the directory names it;
  a party that the identity service registered may not look like one.
- *What*: the document, or the consent whose digest is in the challenge, is read here, and what it says is what is shown.
"""

import base64
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kazasu.card.agreed import consent, payment, to_be_signed
from kazasu.card.challenge import AUTHENTICATE, PIN_LESS, Challenge, read_challenge
from kazasu.contracts.terminal import ASKERS, TapRequest
from kazasu.exchange.directory import Directory, Entry
from kazasu.exchange.street import mark_of
from kazasu.foundation.values.typed.lookalikes import alike
from kazasu.foundation.values.visible import isolated, unseen_letter

IDENTITY: Final = "identity"
"""It alone asks for others, whom it registered."""


Both = tuple[str, str]
"""Japanese and English."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it is shown, all of it, its stretches from right to left in isolates."""

    title: Both
    lines: tuple[tuple[Both, Both], ...]
    """Label and value; a value may be left open."""
    audiences: tuple[Both, ...]
    """Who will be sent the signing certificate, by their names in the directory."""
    data: str
    """What stands in it for machines; empty: nothing."""


class Askers:
    """Who may ask, and under which name."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def check(self, request: TapRequest) -> None:
        """Raises ``ValueError``: not theirs to ask, or not under this name."""
        if request.issuer.kind not in ASKERS[request.action]:
            raise ValueError("who signs may not ask for this")
        if request.issuer == IDENTITY:
            self._check_registered(request)
        else:
            self._check_own(request, self._directory.entry(request.issuer))

    def _check_own(self, request: TapRequest, entry: Entry) -> None:
        """An institution asks for itself: under its name (of one of its desks), at its address, under its mark."""
        begins = ((request.asker_ja, entry.name.ja), (request.asker_en, entry.name.en))
        if request.asker_origin != entry.origin or not all(a.startswith(b) for a, b in begins):
            raise ValueError("another institution's name or address")
        if request.mark not in ("", mark_of(entry.id)):
            raise ValueError("another institution's mark")

    def _check_registered(self, request: TapRequest) -> None:
        """Who is marked as an institution, or called like one, is that institution, at its address."""
        at = [one for one in self._directory if one.origin == request.asker_origin]
        itself = [
            one for one in at if (one.name.ja, one.name.en) == (request.asker_ja, request.asker_en)
        ]
        if request.mark and request.mark not in {mark_of(one.id) for one in itself}:
            raise ValueError("not the institution of this mark")
        if request.asker_standing == "public" and not itself:
            raise ValueError("no public institution")
        if not itself and alike(request.asker_ja, request.asker_en) & self._names:
            raise ValueError("looks like an institution")

    @cached_property
    def _names(self) -> frozenset[str]:
        """What the names of all institutions look like: some 3,500 in the whole country, read once."""
        return frozenset().union(*(alike(one.name.ja, one.name.en) for one in self._directory))


def shown(request: TapRequest) -> TapRequest:
    """The request as its pages show it. What the person reads is what the key signs (design §3.12).

    A request without a PIN is for user authentication alone, under its own label, without attributes.

    Raises ``ValueError``: the bytes say something else, or something that nobody could read.
    """
    pin_less = request.pin == "not-needed"
    if pin_less and (request.action != "authenticate" or request.attributes):
        raise ValueError("not without a PIN")
    nonce, words = None, {}
    if request.action == "sign":
        title = to_be_signed.read(base64.b64decode(request.challenge)).title
        words = {"purpose_ja": f"電子署名「{title.ja}」", "purpose_en": f"Sign “{title.en}”"}
    else:
        nonce = _challenge(request, PIN_LESS if pin_less else _LABELS[request.action]).nonce
    if request.issuer == IDENTITY:
        request = _agreed(request, nonce)
    return _in_order(request.model_copy(update=words))


def paper_of(request: TapRequest, directory: Directory) -> Paper:
    """Of a request that was looked at by :func:`shown`. Raises Refusal ``exchange.unknown-institution``."""
    read = to_be_signed.read(base64.b64decode(request.challenge))
    lines = (
        (_both(one.label_ja, one.label_en), _both(one.value, one.value_en or one.value))
        for one in read.lines
    )
    return Paper(
        _both(read.title.ja, read.title.en),
        tuple(lines),
        tuple(_both(*directory.entry(who).name) for who in read.audiences),
        isolated(read.data_text),
    )


_WORDS: Final = ("asker_ja", "asker_en", "purpose_ja", "purpose_en")
_LABELS: Final = {"authenticate": AUTHENTICATE, "continue-card": "continue-card"}


def _challenge(request: TapRequest, label: str) -> Challenge:
    """Raises ``ValueError``: none, or of another asker, request or action."""
    found = read_challenge(base64.b64decode(request.challenge))
    named = (label, request.asker_origin, request.request_id)
    if found is None or (found.action, found.asker_origin, found.request_id) != named:
        raise ValueError("the challenge is another's")
    return found


def _in_order(request: TapRequest) -> TapRequest:
    """Its words as a page can show them. Raises ``ValueError``: something in them cannot be seen."""
    words = {one: getattr(request, one) for one in _WORDS}
    lists = {one: getattr(request, one) for one in ("learns_ja", "learns_en")}
    if any(map(unseen_letter, (*words.values(), *lists["learns_ja"], *lists["learns_en"]))):
        raise ValueError("words that nobody sees")
    shown_words = {one: isolated(text) for one, text in words.items()}
    return request.model_copy(
        update=shown_words | {one: tuple(map(isolated, texts)) for one, texts in lists.items()}
    )


def _agreed(request: TapRequest, nonce: str | None) -> TapRequest:
    """The request with what stands in its consent, and nothing from beside it."""
    read = consent.read(base64.b64decode(request.consent), nonce)
    if (read.party.ja, read.party.en) != (request.asker_ja, request.asker_en):
        raise ValueError("the consent is another party's")
    learns = {
        "learns_ja": tuple(one.ja for one in read.learns),
        "learns_en": tuple(one.en for one in read.learns),
    }
    details = base64.b64decode(request.details)
    if (payment.digest(details) if details else "") != read.details:
        raise ValueError("another payment is approved")
    asked = payment.purpose(details) if details else None
    words = {"purpose_ja": asked.ja, "purpose_en": asked.en} if asked else {}
    return request.model_copy(update=learns | words)


def _both(ja: str, en: str) -> Both:
    return isolated(ja), isolated(en)
