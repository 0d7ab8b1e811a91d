"""Terms and rules of the identity service, without any input or output.

The profile (identity §4): code flow, PKCE S256, state and nonce required, ``private_key_jwt``,
pairwise subjects only, exact redirect match, ``iss`` in the response. Everything else is refused.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from kazasu.contracts.jpki import ValidatedPerson
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.identity.faults import BAD_REDIRECT, NOT_STRONG_ENOUGH

TAP_LIFE: Final = timedelta(minutes=5)
REQUEST_LIFE: Final = timedelta(minutes=15)
CODE_LIFE: Final = timedelta(seconds=60)
ID_TOKEN_LIFE: Final = timedelta(minutes=5)
ATTRIBUTES_LIFE: Final = timedelta(minutes=10)
ACCESS_TOKEN_LIFE: Final = timedelta(hours=1)
SERVICE_TOKEN_LIFE: Final = timedelta(minutes=5)
SIGNING_LIFE: Final = timedelta(minutes=30)

Device = Literal["terminal", "phone"]

ATTRIBUTES: Final = ("name", "address", "birthdate", "gender")
"""Scopes for the four attributes, one each."""
SCOPES: Final = ("openid", *ATTRIBUTES, "resident", "sign")
LEARNS: Final[Mapping[str, Text]] = {
    "openid": Text(
        "このサービスだけで使う、あなたの記号", "A code for you that this service alone uses"
    ),
    "name": Text("氏名", "Name"),
    "address": Text("住所", "Address"),
    "birthdate": Text("生年月日", "Date of birth"),
    "gender": Text("性別", "Sex"),
    "resident": Text(
        "住民の記録と結びつけるための情報（個人番号ではありません）",
        "What links you to your resident record (not your individual number)",
    ),
    "sign": Text(
        "署名した文書と、署名用電子証明書（氏名・住所・生年月日・性別）",
        "The signed document and your signing certificate (name, address, birth date, sex)",
    ),
}
"""What the relying party learns by each scope, in words for the person."""

AAL3, AAL2 = "aal3", "aal2"
_PRINTABLE = re.compile(r"^[\x20-\x7E]{1,255}$")
_CHALLENGE = re.compile(r"^[A-Za-z0-9_-]{43}$")
_VERIFIER = re.compile(r"^[A-Za-z0-9._~-]{43,128}$")


class OAuthError(Exception):
    """An error that the protocol defines; ``description`` is for developers, in ASCII."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error: Final = error
        self.description: Final = description
        self.status: Final = status


@dataclass(frozen=True, slots=True)
class Client:
    """A relying party as registered."""

    client_id: str
    institution: str
    sector: str
    """Subjects are pairwise by sector; never changed after registration."""
    name_ja: str
    name_en: str
    colour: str
    certificate: str
    """PEM; its key verifies the client's assertions."""
    redirect_uris: list[str]
    logout_uris: list[str]
    scopes: list[str]
    grants: list[str]
    """``authorization_code``, ``client_credentials``, token exchange by its URN."""
    public_institution: bool

    @property
    def name(self) -> Text:
        return Text(self.name_ja, self.name_en)


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
    device: Device

    @property
    def signs(self) -> bool:
        return "sign" in self.scopes

    @property
    def asks_attributes(self) -> bool:
        return any(scope in ATTRIBUTES for scope in self.scopes)


def single(parameters: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each parameter at most once; empty ones count as absent (RFC 6749 3.1, 3.2).

    Raises OAuthError ``invalid_request``.
    """
    found: dict[str, str] = {}
    for name, value in parameters:
        if name in found:
            raise OAuthError("invalid_request", f"parameter {name} is repeated")
        found[name] = value
    return {name: value for name, value in found.items() if value}


def check_redirect(client: Client, redirect_uri: str) -> None:
    """Exact string comparison with what was registered (RFC 9700 2.1)."""
    if redirect_uri not in client.redirect_uris:
        raise Refusal(BAD_REDIRECT)


def read_request(client: Client, parameters: Mapping[str, str]) -> AuthorizationRequest:
    """The authorization request, client and redirect address being proven already.

    Raises:
        OAuthError: with the error that goes back to the relying party.
    """
    _refuse_what_is_not_done(parameters)
    for name in ("state", "nonce"):
        if not _PRINTABLE.match(parameters.get(name, "")):
            raise OAuthError(
                "invalid_request", f"{name} is required, 1 to 255 printable characters"
            )
    if parameters.get("code_challenge_method") != "S256":
        raise OAuthError("invalid_request", "code_challenge_method must be S256")
    if not _CHALLENGE.match(parameters.get("code_challenge", "")):
        raise OAuthError("invalid_request", "code_challenge is required, 43 characters base64url")
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
    )


def _refuse_what_is_not_done(parameters: Mapping[str, str]) -> None:
    if "request" in parameters:
        raise OAuthError("request_not_supported", "request objects are not supported")
    if "request_uri" in parameters:
        raise OAuthError("request_uri_not_supported", "request_uri is not supported")
    if "response_type" not in parameters:
        raise OAuthError("invalid_request", "response_type is required")
    if parameters["response_type"] != "code":
        raise OAuthError("unsupported_response_type", "only the code flow is supported")
    if parameters.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "only response_mode query is supported")
    if "none" in parameters.get("prompt", "").split():
        raise OAuthError("login_required", "every authorization is a tap; there is no session")


def _scopes(client: Client, text: str) -> tuple[str, ...]:
    scopes = tuple(dict.fromkeys(text.split()))
    if "openid" not in scopes:
        raise OAuthError("invalid_scope", "scope openid is required")
    for scope in scopes:
        if scope not in SCOPES or (scope != "openid" and scope not in client.scopes):
            raise OAuthError("invalid_scope", f"scope {scope!a} is not allowed for this client")
    return scopes


def _transaction(scopes: tuple[str, ...], text: str) -> UUID | None:
    if ("sign" in scopes) != bool(text):
        raise OAuthError("invalid_request", "scope sign and sign_transaction_id go together")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise OAuthError("invalid_request", "sign_transaction_id is no UUID") from None


def check_verifier(code_challenge: str, verifier: str) -> None:
    """PKCE, S256 (RFC 7636 4.6). Raises OAuthError ``invalid_grant``."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not _VERIFIER.match(verifier) or not hmac.compare_digest(expected, code_challenge):
        raise OAuthError("invalid_grant", "code_verifier does not fit")


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


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


def error_for(code: str) -> str:
    """The OAuth error by which a relying party learns that a tap came to nothing.

    It is coarse on purpose: whether a certificate is revoked is for the person alone, not for
    the relying party (公的個人認証法 52条; identity §6.2).
    """
    if code in ("exchange.unreachable", "exchange.timeout"):
        return "temporarily_unavailable"
    if code == NOT_STRONG_ENOUGH.code:
        return "unmet_authentication_requirements"
    return "access_denied"


def claims_of(scopes: Iterable[str], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Userinfo claims of the granted scopes (OpenID Connect Core 5.1).

    ``gender`` keeps the register's code (1 male, 2 female, 9 not applicable, 0 unknown).
    """
    every = {
        "name": attributes["name"],
        "address": {"formatted": attributes["address"]},
        "birthdate": attributes["birth_date"],
        "gender": attributes["sex"],
    }
    return {name: every[name] for name in ATTRIBUTES if name in scopes}
