"""The relying party's library: ask for items, take the answer, believe only what is proven.

No server and no store in it. Who uses it keeps :class:`Pending` (one row) until the answer comes, and gives a function
that fetches and removes it in one statement, so that an answer counts once::

    asked = verifier.ask((Wanted(ISO, "age_over_20"),), purpose, response_uri, now)
    # keep asked.pending under asked.pending.state; give asked.request to the phone
    shown = verifier.answer(form, take, now)   # form: what the phone posted to response_uri
    shown.values[ISO, "age_over_20"]

The individual number cannot be asked for: :class:`~kazasu.card.mdoc.formats.elements.Wanted` cannot be made for it.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from kazasu.card.mdoc.checking import Authorities, verify_issuer
from kazasu.card.mdoc.faults import (
    DECLINED,
    ITEM_REFUSED,
    MALFORMED,
    NOT_ASKED,
    OTHER_SESSION,
    UNKNOWN_REQUEST,
)
from kazasu.card.mdoc.formats.credential import Mso, signer_chain
from kazasu.card.mdoc.formats.elements import ELEMENTS, Name, Wanted
from kazasu.card.mdoc.formats.status import Fetch, check_status
from kazasu.card.mdoc.presentation import Session, Shown, read_response, verify_device
from kazasu.card.mdoc.request import (
    BY_ADDRESS,
    BY_CERTIFICATE,
    QUERY_ID,
    Mode,
    Request,
    as_claims,
    sign_request,
)
from kazasu.contracts.base import Instant, Message
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date

LIFE: Final = timedelta(minutes=5)
_JWE: Final = ["ECDH-ES", "A256GCM"]


class Pending(Message):
    """What the asker keeps until the answer comes. It holds a private key: keep it as a secret, and not for long."""

    state: str
    nonce: str
    client_id: str
    response_uri: str
    mode: Mode
    wanted: tuple[tuple[str, str, bool, bool], ...]
    expires_at: Instant
    key: str = ""
    """Private JWK for the answer, made for this request alone."""

    def items(self) -> tuple[Wanted, ...]:
        """Raises what making :class:`Wanted` raises: also a stored row cannot ask for the number."""
        return tuple(Wanted(*one) for one in self.wanted)


@dataclass(frozen=True, slots=True)
class Asked:
    request: str
    """The request object, for ``request_uri`` or a QR code."""
    pending: Pending


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What was shown, proven. Nothing here names the phone: two answers are not linked by it."""

    values: Mapping[Name, Any]
    refused: tuple[Name, ...]
    """Asked for, not given."""
    valid_until: datetime
    checked_at: datetime
    steps: tuple[Text, ...]
    """What was checked, for the proof narrative."""


Take = Callable[[str], Pending | None]
"""Fetch and remove by ``state``; None when there is none (any more)."""


class Verifier:
    """One relying party."""

    def __init__(
        self,
        *,
        name: Text,
        host: str,
        key: ec.EllipticCurvePrivateKey | None,
        certificate: x509.Certificate | None,
        authorities: Authorities,
        fetch: Fetch,
    ) -> None:
        """``key`` and ``certificate`` (for ``host``) sign requests; without them requests are unsigned (sandbox)."""
        self._name = name
        self._host = host
        self._key = key
        self._certificate = certificate
        self._authorities = authorities
        self._fetch = fetch

    # ------------------------------------------------------------ ask

    def ask(
        self,
        wanted: Sequence[Wanted],
        purpose: Text,
        response_uri: str,
        now: datetime,
        *,
        mode: Mode = "direct_post.jwt",
    ) -> Asked:
        """Raises Refusal ``mdoc.malformed``: nothing is asked for, or something twice."""
        if not wanted or len({one.name for one in wanted}) != len(wanted):
            raise Refusal(MALFORMED, why="wanted")
        state = secrets.token_urlsafe(24)
        signed = self._key is not None and self._certificate is not None
        key = ECKey.generate_key("P-256") if mode == "direct_post.jwt" else None
        request = Request(
            client_id=BY_CERTIFICATE + self._host if signed else BY_ADDRESS + response_uri,
            name=self._name,
            purpose=purpose,
            response_uri=response_uri,
            mode=mode,
            nonce=secrets.token_urlsafe(24),
            state=state,
            wanted=tuple(wanted),
            expires_at=now.replace(microsecond=0) + LIFE,
            encryption_key=_public(key, state) if key else None,
        )
        pending = Pending(
            state=state,
            nonce=request.nonce,
            client_id=request.client_id,
            response_uri=response_uri,
            mode=mode,
            wanted=tuple((w.namespace, w.element, w.required, w.retain) for w in wanted),
            expires_at=request.expires_at,
            key=json.dumps(key.as_dict(private=True)) if key else "",
        )
        return Asked(self._sign(request, now), pending)

    def _sign(self, request: Request, now: datetime) -> str:
        claims = as_claims(request, now)
        if self._key is None or self._certificate is None:
            return json.dumps(claims)
        return sign_request(claims, self._key, self._certificate)

    # ------------------------------------------------------------ take the answer

    def answer(self, form: Mapping[str, str], take: Take, now: datetime) -> Disclosed:
        """What was shown, once everything is proven.

        Raises Refusal ``mdoc.unknown-request`` (answered before, or too late), ``mdoc.declined``,
        ``mdoc.other-session``, ``mdoc.not-asked``, ``mdoc.item-refused``, ``mdoc.revoked``, ``mdoc.status-unknown``
        and what :func:`~kazasu.card.mdoc.checking.verify_issuer` raises.
        """
        pending = take(_state_of(form))
        if pending is None or now >= pending.expires_at:
            raise Refusal(UNKNOWN_REQUEST)
        if "error" in form:
            raise Refusal(DECLINED)
        response, session = _opened(form, pending)
        shown = read_response(response)
        mso = verify_issuer(shown.record, self._authorities, now)
        verify_device(shown, mso.device_key, session)
        values, refused = _sorted(shown, pending.items())
        check_status(mso.status, self._fetch, self._authorities, now)
        return Disclosed(
            values, refused, mso.validity.end, now, _narrative(shown, mso, session, pending)
        )


def _public(key: ECKey, kid: str) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": kid, "use": "enc", "alg": _JWE[0]}


def _state_of(form: Mapping[str, str]) -> str:
    """Of an encrypted answer the key's name says for which request it is."""
    if "response" not in form:
        return form.get("state", "")
    try:
        header = json.loads(_bytes(form["response"].partition(".")[0]))
        return str(header["kid"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(MALFORMED, why="response") from error


def _opened(form: Mapping[str, str], pending: Pending) -> tuple[bytes, Session]:
    """The DeviceResponse, and the exchange that it must have been signed for."""
    bound = (pending.client_id, pending.response_uri, pending.nonce)
    try:
        if pending.mode == "direct_post":
            content = {"vp_token": json.loads(form["vp_token"]), "state": form["state"]}
            session = Session(*bound)
        else:
            key = ECKey.import_key(json.loads(pending.key))
            opened = jwe.decrypt_compact(form["response"], key, algorithms=_JWE)
            content = json.loads(opened.plaintext or b"")
            session = _session(bound, opened.headers(), key)
        if content.get("state") != pending.state:
            raise Refusal(OTHER_SESSION)
        (token,) = content["vp_token"][QUERY_ID]
        if len(content["vp_token"]) != 1:
            raise Refusal(NOT_ASKED)
        return _bytes(token), session
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(MALFORMED, why="response") from error


def _session(bound: tuple[str, str, str], header: Mapping[str, Any], key: ECKey) -> Session:
    if "apu" not in header:
        return Session(*bound, key_thumbprint=_bytes(key.thumbprint()))
    if _bytes(header.get("apv", "")).decode() != bound[2]:
        raise Refusal(OTHER_SESSION)
    mine = _bytes(header["apu"]).decode()
    if not mine:
        raise Refusal(MALFORMED, why="apu")
    return Session(*bound, mdoc_generated_nonce=mine)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("base64url") from error


def _sorted(shown: Shown, wanted: Sequence[Wanted]) -> tuple[Mapping[Name, Any], tuple[Name, ...]]:
    values = {item.name: item.value for item in shown.record.items}
    if set(values) - {one.name for one in wanted}:
        raise Refusal(NOT_ASKED)
    lacking = [one for one in wanted if one.name not in values]
    needed = [one.text for one in lacking if one.required]
    if needed:
        raise Refusal(ITEM_REFUSED, items="、".join(f"{t.ja} ({t.en})" for t in needed))
    return MappingProxyType(values), tuple(one.name for one in lacking)


def _narrative(shown: Shown, mso: Mso, session: Session, pending: Pending) -> tuple[Text, ...]:
    signer = signer_chain(shown.record.issuer_auth)[0].subject.rfc4514_string()
    items = [ELEMENTS[item.name] for item in shown.record.items]
    until = civil(mso.validity.end)
    annex = "ISO/IEC TS 18013-7 Annex B" if session.mdoc_generated_nonce else "OpenID4VP 1.0"
    return (
        Text(
            f"発行者の署名と証明書を確認: {signer}", f"Issuer's signature and certificate: {signer}"
        ),
        Text(
            f"有効期間内であることを確認（{long_date(until)}まで）",
            f"Within its validity (to {long_date(until, 'en')})",
        ),
        Text(
            f"発行時の値のままであることを確認: {'、'.join(t.ja for t in items)}",
            f"Unchanged since its issue: {', '.join(t.en for t in items)}",
        ),
        Text(
            f"この端末が、{pending.client_id} のこの要求に対して署名したことを確認（{annex}）",
            f"Signed by the phone for this request of {pending.client_id} ({annex})",
        ),
        Text("失効していないことを状態リストで確認", "Not revoked, by the status list"),
    )
