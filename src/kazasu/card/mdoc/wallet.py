"""The holder's side: one phone's record and its key. No server and no store in it.

Who uses it keeps :meth:`Wallet.to_json` as a secret (it holds the phone's private key) and asks ``jpki`` with the
inquiries that it makes::

    wallet = Wallet()
    application = wallet.offer(now)              # application.content is what the card signs (signing key)
    answer = ask(wallet.issue_request(application, evidence, phone))
    wallet.accept(answer, authorities, now)      # proves what came before it keeps it
    request = wallet.read(given, askers, now)    # who asks for what: show it, item by item
    form = wallet.present(request, chosen, now)  # or wallet.refuse(request); POST it to request.response_uri
"""

import base64
import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc import jwe
from joserfc.jwk import ECKey

from kazasu.card.mdoc.application import Action, application_bytes, public_der
from kazasu.card.mdoc.checking import Authorities, verify_issuer
from kazasu.card.mdoc.faults import EXPIRED, ITEM_REFUSED, MALFORMED, NOT_ASKED, NOTHING_HELD
from kazasu.card.mdoc.formats.credential import IssuerSigned, read_issuer_signed
from kazasu.card.mdoc.formats.elements import Name
from kazasu.card.mdoc.presentation import Session, present
from kazasu.card.mdoc.reading import read_request
from kazasu.card.mdoc.request import QUERY_ID, Request
from kazasu.contracts.base import Instant, Message
from kazasu.contracts.jpki.mdoc import EndMdoc, IssuedMdoc, IssueMdoc, RefreshMdoc
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.encoding import base64_text, base64url_text

_JWE: Final = ["ECDH-ES", "A256GCM"]
_Signed = Callable[[Session], bytes]
"""Makes the DeviceResponse for a session."""


class Held(Message):
    """The record on the phone."""

    mdoc_id: str
    person_ref: str
    credential: str
    """Base64 IssuerSigned."""
    valid_until: Instant


class Told(Message):
    """One line of the phone's own list: who got what, when. It stays on the phone."""

    at: Instant
    client_id: str
    name_ja: str
    name_en: str
    items: tuple[tuple[str, str], ...]
    """Empty: refused."""


class WalletState(Message):
    """All of a wallet, as it is kept."""

    version: int = 1
    key: str
    """PKCS #8, PEM."""
    held: Held | None = None
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    at: datetime
    device_key: str
    content: bytes
    """What the card's signing key signs."""


class Wallet:
    """Made new with a key of its own, or read back from its state."""

    def __init__(self, state: WalletState | None = None) -> None:
        key = (
            load_pem_private_key(state.key.encode(), None)
            if state
            else ec.generate_private_key(ec.SECP256R1())
        )
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("a device key is a P-256 key")
        self._key = key
        self.held: Held | None = state.held if state else None
        self.told: tuple[Told, ...] = state.told if state else ()

    def to_json(self) -> str:
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return WalletState(key=pem, held=self.held, told=self.told).model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> "Wallet":
        """Raises ``ValueError``."""
        return cls(WalletState.model_validate_json(text))

    # ------------------------------------------------------------ get and keep a record

    def offer(self, now: datetime) -> Application:
        """An application for a record that is bound to this phone's key."""
        device_key, at = self._device_key(), now.replace(microsecond=0)
        return Application(at, device_key, application_bytes("issue", device_key, at))

    def issue_request(
        self, application: Application, evidence: TapEvidence, phone: TapEvidence
    ) -> IssueMdoc:
        """``evidence``: the card's signature over the application's content; ``phone``: that of the certificate on
        the phone. The record's own key signs it, too.
        """
        return IssueMdoc(
            evidence=evidence,
            phone=phone,
            device_key=application.device_key,
            device_proof=self._proof("issue", application.at, ""),
            at=application.at,
        )

    def refresh_request(self, now: datetime) -> RefreshMdoc:
        """A new record with the same card's data before the old one ends; no card is needed.

        Raises Refusal ``mdoc.nothing-held``.
        """
        held, at = self._record(), now.replace(microsecond=0)
        return RefreshMdoc(
            mdoc_id=held.mdoc_id,
            device_key=self._device_key(),
            device_proof=self._proof("refresh", at, held.mdoc_id),
            at=at,
        )

    def end_request(self) -> EndMdoc:
        """Raises Refusal ``mdoc.nothing-held``."""
        held = self._record()
        return EndMdoc(mdoc_id=held.mdoc_id, person_ref=held.person_ref)

    def _device_key(self) -> str:
        return base64_text(public_der(self._key))

    def _proof(self, action: Action, at: datetime, mdoc_id: str) -> str:
        content = application_bytes(action, self._device_key(), at, mdoc_id)
        return base64_text(self._key.sign(content, ec.ECDSA(hashes.SHA256())))

    def accept(self, issued: IssuedMdoc, authorities: Authorities, now: datetime) -> None:
        """Keep what came, once it is proven to be ours.

        Raises Refusal ``mdoc.malformed`` (for another phone's key) and what ``verify_issuer`` raises.
        """
        record = read_issuer_signed(_decoded(issued.credential))
        mso = verify_issuer(record, authorities, now)
        if public_der(mso.device_key) != public_der(self._key):
            raise Refusal(MALFORMED, why="for another phone's key")
        self.held = Held(
            mdoc_id=issued.mdoc_id,
            person_ref=issued.person_ref,
            credential=issued.credential,
            valid_until=mso.validity.end,
        )

    def forget(self) -> None:
        """The record leaves the phone; the list of who got what stays."""
        self.held = None

    # ------------------------------------------------------------ show

    @staticmethod
    def read(
        given: str, askers: Authorities, now: datetime, *, allow_unsigned: bool = False
    ) -> Request:
        """See :func:`~kazasu.card.mdoc.reading.read_request`."""
        return read_request(given, askers, now, allow_unsigned=allow_unsigned)

    def available(self, request: Request) -> tuple[Name, ...]:
        """What this record could show of what is asked for. Raises Refusal ``mdoc.nothing-held``."""
        there = {item.name for item in self._issuer_signed().items}
        return tuple(one.name for one in request.wanted if one.name in there)

    def present(
        self, request: Request, chosen: Collection[Name], now: datetime, *, annex_b: bool = True
    ) -> dict[str, str]:
        """The form to post to ``request.response_uri``: the chosen items, signed for this request alone.

        Args:
            chosen: what the holder agreed to, by name.
            annex_b: with an encrypted answer, sign the transcript of ISO/IEC TS 18013-7 Annex B; else of OpenID4VP 1.0.

        Raises Refusal ``mdoc.nothing-held``, ``mdoc.expired``, ``mdoc.not-asked`` (chosen but not asked for),
        ``mdoc.item-refused`` (without something needed nothing is shown: refuse instead).
        """
        held, record = self._record(), self._issuer_signed()
        if now > held.valid_until:
            raise Refusal(EXPIRED, until=civil(held.valid_until).isoformat())
        if set(chosen) - {one.name for one in request.wanted}:
            raise Refusal(NOT_ASKED)
        items = [item for item in record.items if item.name in set(chosen)]
        given = {item.name for item in items}
        lacking = [one.text for one in request.wanted if one.required and one.name not in given]
        if lacking or not items:
            named = "、".join(f"{text.ja} ({text.en})" for text in lacking)
            raise Refusal(ITEM_REFUSED, items=named or "—")
        form = _Answer(request, annex_b).form(
            lambda session: present(record, items, self._key, session)
        )
        self._note(request, tuple(item.name for item in items), now)
        return form

    def refuse(self, request: Request, now: datetime) -> dict[str, str]:
        """The form that says no and nothing else."""
        self._note(request, (), now)
        return {"error": "access_denied", "state": request.state}

    def _note(self, request: Request, items: tuple[Name, ...], now: datetime) -> None:
        line = Told(
            at=now,
            client_id=request.client_id,
            name_ja=request.name.ja,
            name_en=request.name.en,
            items=items,
        )
        self.told = (*self.told, line)

    def _record(self) -> Held:
        if self.held is None:
            raise Refusal(NOTHING_HELD)
        return self.held

    def _issuer_signed(self) -> IssuerSigned:
        return read_issuer_signed(_decoded(self._record().credential))


class _Answer:
    """How the answer travels, and for which session it is therefore signed."""

    def __init__(self, request: Request, annex_b: bool) -> None:
        self._request = request
        self._annex_b = annex_b and request.encryption_key is not None

    def form(self, signed: _Signed) -> dict[str, str]:
        request = self._request
        bound = (request.client_id, request.response_uri, request.nonce)
        if request.encryption_key is None:
            token = {QUERY_ID: [base64url_text(signed(Session(*bound)))]}
            return {"vp_token": json.dumps(token), "state": request.state}
        key = ECKey.import_key(dict(request.encryption_key))
        header = {"alg": _JWE[0], "enc": _JWE[1], "kid": str(request.encryption_key["kid"])}
        if self._annex_b:
            mine = secrets.token_urlsafe(24)
            session = Session(*bound, mdoc_generated_nonce=mine)
            header["apu"] = base64url_text(mine.encode())
            header["apv"] = base64url_text(request.nonce.encode())
        else:
            session = Session(*bound, key_thumbprint=_from_base64url(key.thumbprint()))
        content = {
            "vp_token": {QUERY_ID: [base64url_text(signed(session))]},
            "state": request.state,
        }
        sealed = jwe.encrypt_compact(header, json.dumps(content).encode(), key, algorithms=_JWE)
        return {"response": sealed}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refusal(MALFORMED, why="base64") from error


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
