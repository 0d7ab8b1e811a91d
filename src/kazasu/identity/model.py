"""Terms and rules of the identity service, without any input or output.

The profile (identity §4): code flow, PKCE S256, state and nonce required, ``private_key_jwt``,
pairwise subjects only, exact redirect match, ``iss`` in the response. Everything else is refused.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from kazasu.contracts.jpki.validation import ValidatedPerson
from kazasu.foundation.database.rows import NO_COLUMN
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.encoding import base64url_text
from kazasu.identity.clients.model import Client
from kazasu.identity.consents import payment
from kazasu.identity.faults import ANOTHER_PERSON, BAD_REDIRECT, NOT_STRONG_ENOUGH
from kazasu.identity.oauth import request as wrong
from kazasu.identity.oauth import token
from kazasu.identity.oauth.model import OAuthError, OAuthFault
from kazasu.identity.scopes import KNOWN, SCOPES

AT_ONCE: Final = timedelta(seconds=10)
"""Two requests of one browser so near to each other are one press, or the page's own way on beside its link."""
TAP_LIFE: Final = timedelta(minutes=5)
REQUEST_LIFE: Final = timedelta(minutes=15)
CODE_LIFE: Final = timedelta(seconds=60)
ID_TOKEN_LIFE: Final = timedelta(minutes=5)
PUSHED_LIFE: Final = timedelta(seconds=60)
REFRESH_LIFE: Final = timedelta(days=90)
"""Of one refresh token; each use gives the next, until the consent ends."""
REFRESH_LEEWAY: Final = timedelta(seconds=30)
"""For so long who sends it again, having lost the answer, gets the same next one."""
OFFLINE_TERM: Final = timedelta(days=365)
"""Of a consent to stay signed in."""
ATTRIBUTES_LIFE: Final = timedelta(minutes=10)
ACCESS_TOKEN_LIFE: Final = timedelta(hours=1)
SERVICE_TOKEN_LIFE: Final = timedelta(minutes=5)
SIGNING_LIFE: Final = timedelta(minutes=30)

Device = Literal["terminal", "phone"]

AAL3, AAL2 = "aal3", "aal2"
_PRINTABLE = re.compile(r"^[\x20-\x7E]{1,255}\Z")
_CHALLENGE = re.compile(r"^[A-Za-z0-9_-]{43}\Z")
_SCOPE = re.compile(r"^[\x21\x23-\x5B\x5D-\x7E]+\Z")
_SECONDS = re.compile(r"^\d{1,10}\Z", re.ASCII)
_VERIFIER = re.compile(r"^[A-Za-z0-9._~-]{43,128}\Z")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that fits the profile."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    nonce: str
    code_challenge: str
    acr_values: tuple[str, ...]
    sign_transaction_id: UUID | None
    device: Device = field(metadata={NO_COLUMN: True})
    """Where the first tap is made."""
    dpop_jkt: str = ""
    """The key that the code, and all that comes of it, is bound to (RFC 9449 10)."""
    login_hint: str = ""
    """Means something to an integrators' workshop alone (``hooks``)."""
    card_only: bool = False
    """Only a card itself will do (``device=card``)."""
    details: str = ""
    """A payment to be approved, in canonical form (:mod:`kazasu.identity.consents.payment`); empty: none."""
    expected_sub: str = ""
    """The person of ``id_token_hint``: nobody else will do. Empty: whoever comes."""


def check_redirect(client: Client, redirect_uri: str) -> None:
    """Exact string comparison with what was registered (RFC 9700 2.1). Raises Refusal ``identity.bad-redirect``."""
    if not client.redirects_to(redirect_uri):
        raise Refusal(BAD_REDIRECT)


def read_request(client: Client, parameters: Mapping[str, str]) -> AuthorizationRequest:
    """The authorization request, client and redirect address being proven already.

    Raises:
        OAuthError: with the error that goes back to the relying party.
    """
    _refuse_what_is_not_done(parameters)
    for name in ("state", "nonce"):
        if not _PRINTABLE.match(parameters.get(name, "")):
            raise OAuthError(wrong.RANDOM, parameter=name)
    if parameters.get("code_challenge_method") != "S256":
        raise OAuthError(wrong.PKCE_METHOD)
    if not _CHALLENGE.match(parameters.get("code_challenge", "")):
        raise OAuthError(wrong.PKCE_MISSING)
    scopes = _scopes(client, parameters.get("scope", ""))
    return AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=parameters["redirect_uri"],
        scopes=scopes,
        state=parameters["state"],
        nonce=parameters["nonce"],
        code_challenge=parameters["code_challenge"],
        acr_values=tuple(parameters.get("acr_values", "").split()),
        sign_transaction_id=_transaction(scopes, parameters.get("sign_transaction_id", "")),
        device="phone" if parameters.get("device") == "phone" else "terminal",
        card_only=parameters.get("device") == "card",
        dpop_jkt=_thumbprint(parameters.get("dpop_jkt", "")),
        login_hint=parameters.get("login_hint", "")[:255],
        details=payment.read(client, scopes, parameters.get("authorization_details", "")),
    )


def check_number() -> str:
    """Two digits for one code that a phone reads: any of 90, whatever was drawn before."""
    return f"{secrets.randbelow(90) + 10}"


def _thumbprint(text: str) -> str:
    if text and not _CHALLENGE.match(text):
        raise OAuthError(wrong.THUMBPRINT)
    return text


def _refuse_what_is_not_done(parameters: Mapping[str, str]) -> None:
    if "request" in parameters:
        raise OAuthError(wrong.REQUEST_OBJECT)
    if "request_uri" in parameters:
        raise OAuthError(wrong.NOT_PUSHED)
    if "response_type" not in parameters:
        raise OAuthError(wrong.NO_RESPONSE_TYPE)
    if parameters["response_type"] != "code":
        raise OAuthError(wrong.OTHER_FLOW)
    if parameters.get("response_mode", "query") != "query":
        raise OAuthError(wrong.RESPONSE_MODE)
    prompts = parameters.get("prompt", "").split()
    if "none" in prompts:
        raise OAuthError(wrong.NO_SESSION if len(set(prompts)) == 1 else wrong.NONE_ALONE)
    # However short, it is kept: every authorization is a tap, and auth_time is its second (OpenID Connect Core 3.1.2.1).
    if not _SECONDS.match(parameters.get("max_age", "0")):
        raise OAuthError(wrong.MAX_AGE)


def _scopes(client: Client, text: str) -> tuple[str, ...]:
    """What nobody here knows (``profile``, ``email``: the default of most libraries) is ignored, and the answer's ``scope`` tells so
    (OpenID Connect Core 3.1.2.1); what is known and not registered is an error."""
    asked = tuple(dict.fromkeys(text.split()))
    if "openid" not in asked:
        raise OAuthError(wrong.NO_OPENID)
    for scope in asked:
        registered = scope == "openid" or (scope in SCOPES and scope in client.scopes)
        if not _SCOPE.match(scope) or (scope in KNOWN and not registered):
            raise OAuthError(wrong.OTHER_SCOPE, scope=scope)
    return tuple(scope for scope in asked if scope in KNOWN)


def _transaction(scopes: tuple[str, ...], text: str) -> UUID | None:
    if ("sign" in scopes) != bool(text):
        raise OAuthError(wrong.SIGN_TOGETHER)
    try:
        return UUID(text) if text else None
    except ValueError:
        raise OAuthError(wrong.SIGN_NO_UUID) from None


def check_verifier(code_challenge: str, verifier: str) -> None:
    """PKCE, S256 (RFC 7636 4.6). Raises OAuthError ``invalid_grant``."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    expected = base64url_text(digest)
    if not _VERIFIER.match(verifier) or not hmac.compare_digest(expected, code_challenge):
        raise OAuthError(token.VERIFIER)


def origin_of(url: str) -> str:
    """Scheme and host; of an application's own scheme, that alone."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def answer_url(redirect_uri: str, **parameters: str) -> str:
    """The redirect address with the answer's parameters added to its query."""
    joint = "&" if urlsplit(redirect_uri).query else "?"
    return redirect_uri + joint + urlencode(parameters)


def acr_of(person: ValidatedPerson) -> str:
    """Assurance of the authentication: a proven chip alone, or chip and PIN."""
    return AAL2 if person.pin_less else AAL3


def amr_of(person: ValidatedPerson) -> list[str]:
    """Methods by RFC 8176."""
    methods = ["hwk", "sc"] if person.media == "card" else ["hwk"]
    return methods if person.pin_less else [*methods, "pin"]


def check_acr(acr_values: Iterable[str], acr: str) -> None:
    """A relying party that asks for ``aal3`` and nothing weaker gets nothing weaker."""
    wanted = set(acr_values) & {AAL2, AAL3}
    if wanted == {AAL3} and acr != AAL3:
        raise Refusal(NOT_STRONG_ENOUGH)


def error_for(code: str) -> OAuthFault:
    """The error of OAuth by which a relying party learns that a tap came to nothing.

    It is coarse on purpose: whether a certificate is revoked is for the person alone, not for
    the relying party (公的個人認証法 52条; identity §6.2).
    """
    if code in ("exchange.unreachable", "exchange.timeout"):
        return wrong.UNREACHABLE
    if code == NOT_STRONG_ENOUGH.code:
        return wrong.TOO_WEAK
    if code == ANOTHER_PERSON.code:
        return wrong.OTHER_PERSON
    return wrong.DENIED
