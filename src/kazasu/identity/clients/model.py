"""A relying party as registered, and what a registration must be (RFC 7591; identity §4, §6.3)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeGuard
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from pydantic import BaseModel, ConfigDict, Field

from kazasu.contracts.terminal import AskerStanding
from kazasu.foundation.text import Text
from kazasu.foundation.values.visible import seen, unseen_letter
from kazasu.identity import scopes
from kazasu.identity.clients import addresses
from kazasu.identity.oauth import registration as wrong
from kazasu.identity.oauth.model import OAuthError

Mode = Literal["test", "team", "live"]
"""``test``: sandbox people, at once. ``team``: also real cards, but only of people whom the party
invited. ``live``: everybody, after an operator's review."""
ALGORITHMS: Final = ("ES256", "PS256")
"""Of client assertions and DPoP proofs."""
LONGEST_NAME: Final = 60
MOST_URIS: Final = 10
MOST_KEYS: Final = 5
SMALLEST_RSA: Final = 2048
PRIVATE_COLOUR: Final = "#5C3D99"
_CLIENT_ID = re.compile(r"^[0-9A-Za-z]{1,255}\Z")
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "k", "oth"})


@dataclass(frozen=True, slots=True)
class Client:
    """A relying party as registered."""

    client_id: str
    institution: str
    """Of the directory, whose client key it uses; empty: a private party with keys of its own."""
    sector: str
    """Subjects are pairwise by sector; never changed after registration."""
    name_ja: str
    name_en: str
    colour: str
    keys: dict[str, Any] | None
    """Public JWK set of a private party."""
    redirect_uris: list[str]
    logout_uris: list[str]
    scopes: list[str]
    grants: list[str]
    """``authorization_code``, ``refresh_token``, ``client_credentials``, token exchange by its URN."""
    public_institution: bool
    mode: Mode = "live"
    purposes: dict[str, list[str]] | None = None
    """By scope: what it is asked for, Japanese and English."""
    backchannel_logout_uri: str = ""
    events_uri: str = ""
    strict: bool = False
    """Requests must be pushed (RFC 9126) and tokens bound to a key (RFC 9449)."""
    suspended_at: datetime | None = None
    """Itself, or the party that it stands for."""
    stands_for: str = ""
    """Of a sandbox's test client: the party whose settings it tries. It may no more than that party may."""
    audiences: list[str] = field(default_factory=list)
    """Kinds of institutions that may be sent the certificate of who signs for it, fixed at its review; of a private party none."""

    @property
    def name(self) -> Text:
        return Text(self.name_ja, self.name_en)

    @property
    def actor(self) -> str:
        """As audit records name it."""
        return f"institution:{self.institution}" if self.institution else f"client:{self.client_id}"

    @property
    def standing(self) -> AskerStanding:
        """Who vouches for the name that the person reads at the tap: nobody, before a party is live."""
        if self.mode != "live":
            return "test"
        return "public" if self.public_institution else "reviewed"

    def may_be_sent_to(self, audiences: Sequence[str]) -> bool:
        """Whether the signing certificate of who signs for it may go to each of these institutions."""
        return all(who.partition(":")[0] in self.audiences for who in audiences)

    def purpose(self, scope: str) -> Text | None:
        """What an item is asked for, as registered."""
        found = (self.purposes or {}).get(scope)
        return Text(*found) if found else None


class Registration(BaseModel):
    """Client metadata as posted. What is not known here is ignored (RFC 7591 2); the answer says what was taken."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, populate_by_name=True)
    client_id: str = Field(default="", max_length=255)
    """Of a change: RFC 7592 2.2 has it there, and it must be the party's own."""
    client_name: str = Field(min_length=1, max_length=LONGEST_NAME)
    client_name_ja: str = Field(default="", max_length=LONGEST_NAME, alias="client_name#ja")
    redirect_uris: list[str] = Field(min_length=1, max_length=MOST_URIS)
    post_logout_redirect_uris: list[str] = Field(default=[], max_length=MOST_URIS)
    jwks: dict[str, Any]
    scope: str = "openid"
    sector_identifier_uri: str = ""
    backchannel_logout_uri: str = ""
    events_uri: str = ""
    purposes: dict[str, list[str]] = {}
    contact: str = Field(default="", max_length=200)
    contacts: list[str] = Field(default=[], max_length=5)
    """The standard's name for it; taken where ``contact`` is not given."""
    colour: str = Field(default=PRIVATE_COLOUR, pattern="^#[0-9A-Fa-f]{6}$")
    token_endpoint_auth_method: Literal["private_key_jwt"] = "private_key_jwt"  # noqa: S105
    subject_type: Literal["pairwise"] = "pairwise"
    response_types: list[Literal["code"]] = ["code"]
    grant_types: list[str] = []
    """Follows from the scopes; taken so that other people's software may send it."""
    id_token_signed_response_alg: Literal["ES256"] = "ES256"  # noqa: S105
    token_endpoint_auth_signing_alg: Literal["ES256", "PS256"] = "ES256"  # noqa: S105
    application_type: Literal["web", "native"] = "web"
    dpop_bound_access_tokens: bool = False
    require_pushed_authorization_requests: bool = False

    @property
    def scopes(self) -> list[str]:
        return [scope for scope in dict.fromkeys(self.scope.split()) if scope != "openid"]

    @property
    def reached_at(self) -> str:
        return self.contact or ", ".join(self.contacts)[:200]

    @property
    def strict(self) -> bool:
        return self.dpop_bound_access_tokens or self.require_pushed_authorization_requests


def is_client_id(text: str) -> bool:
    """Could a party be called so (identity §1)? What could not is not looked up."""
    return bool(_CLIENT_ID.match(text))


def is_jti(text: object) -> TypeGuard[str]:
    """Of an assertion or a proof: enough for a random number, and nothing that cannot be kept."""
    return isinstance(text, str) and 8 <= len(text) <= 255 and text.isascii() and text.isprintable()


def check(registration: Registration, *, sandbox: bool = True) -> None:
    """Everything about it that needs no look elsewhere.

    Args:
        sandbox: addresses may be on this very machine. Elsewhere the service would post into its own house.

    Raises OAuthError ``invalid_redirect_uri``, ``invalid_client_metadata`` (RFC 7591 3.2.2).
    """
    for name in ("client_name", "client_name_ja", "reached_at"):
        if (text := getattr(registration, name)) and not _words(text):
            raise OAuthError(wrong.WORDS, name="contact" if name == "reached_at" else name)
    for uri in registration.redirect_uris:
        _check_uri(uri, "redirect_uris", sandbox)
    for uri in registration.post_logout_redirect_uris:
        _check_uri(uri, "post_logout_redirect_uris", sandbox)
    hosts = hosts_of(registration.redirect_uris)
    for name in ("backchannel_logout_uri", "events_uri"):
        if uri := getattr(registration, name):
            _check_uri(uri, name, sandbox)
            if urlsplit(uri).hostname not in hosts:
                raise OAuthError(wrong.OTHER_HOST, name=name)
    for scope in registration.scopes:
        if scope not in scopes.FOR_PRIVATE:
            raise OAuthError(wrong.SCOPE, scope=scope)
    for scope, words in registration.purposes.items():
        if scope not in registration.scopes or len(words) != 2 or not all(_short(w) for w in words):
            raise OAuthError(wrong.PURPOSE, scope=scope)
    check_keys(registration.jwks)


def check_keys(jwks: Mapping[str, Any]) -> None:
    """Public keys only, strong ones, each with a name. Raises OAuthError ``invalid_client_metadata``."""
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_KEYS:
        raise OAuthError(wrong.KEY_COUNT, most=MOST_KEYS)
    names = []
    for key in keys:
        if "\\u0000" in json.dumps(key):
            raise OAuthError(wrong.KEY_ZERO)
        if not isinstance(key, dict) or _PRIVATE_MEMBERS & key.keys():
            raise OAuthError(wrong.KEY_PRIVATE)
        if key.get("use", "sig") != "sig":
            raise OAuthError(wrong.KEY_USE)
        try:
            _check_strength(key)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise OAuthError(wrong.KEY_WEAK) from error
        names.append(key.get("kid"))
    if len(set(names)) != len(names) or not all(isinstance(n, str) and n for n in names):
        raise OAuthError(wrong.KEY_NAME)


def _check_strength(key: dict[str, Any]) -> None:
    if key.get("kty") == "EC" and key.get("crv") == "P-256":
        ECKey.import_key(key)
    elif key.get("kty") == "RSA":
        if RSAKey.import_key(key).public_key.key_size < SMALLEST_RSA:
            raise ValueError("short")
    else:
        raise ValueError("kind of key")


def sector_of(registration: Registration, listed: Sequence[str] | None = None) -> str:
    """The sector by which subjects are pairwise: a host, whatever the port (OpenID Connect Core 8.1).

    Args:
        listed: what the document at ``sector_identifier_uri`` holds, where there is one.

    Raises OAuthError ``invalid_client_metadata``.
    """
    if registration.sector_identifier_uri:
        missing = set(registration.redirect_uris) - set(listed or ())
        if missing:
            raise OAuthError(wrong.NOT_LISTED)
        return _host(registration.sector_identifier_uri)
    hosts = {_host(uri) for uri in registration.redirect_uris}
    if len(hosts) != 1:
        raise OAuthError(wrong.HOSTS)
    return hosts.pop()


def is_as_reviewed(new: Client, reviewed: Client) -> bool:
    """Whether nothing that an operator looked at became another thing; less of it may be asked for."""
    same = (new.name, new.colour) == (reviewed.name, reviewed.colour)
    items = set(new.scopes) <= set(reviewed.scopes)
    why = all(new.purpose(one) == reviewed.purpose(one) for one in new.scopes)
    hosts = all(
        hosts_of(getattr(new, name))
        <= hosts_of(reviewed.redirect_uris) | hosts_of(getattr(reviewed, name))
        for name in ("redirect_uris", "logout_uris")
    )
    return same and items and why and hosts


def hosts_of(uris: Sequence[str]) -> set[str | None]:
    return {urlsplit(uri).hostname for uri in uris}


def same_sector(registered: str, now: str) -> bool:
    """Those of earlier versions were registered with their port, and keep it: their subjects hang on it."""
    return now in (registered, _host(f"//{registered}"))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def check_sector_uri(uri: str, *, sandbox: bool = True) -> None:
    """Raises OAuthError ``invalid_client_metadata``."""
    _check_uri(uri, "sector_identifier_uri", sandbox)


def _check_uri(uri: str, name: str, sandbox: bool) -> None:
    change = addresses.unfit(uri, sandbox=sandbox)
    if change is None:
        return
    redirect, other = (
        (wrong.REDIRECT_NO_ADDRESS, wrong.NO_ADDRESS)
        if change is addresses.NO_ADDRESS
        else (wrong.REDIRECT_UNFIT, wrong.UNFIT)
    )
    raise OAuthError(redirect if name.endswith("redirect_uris") else other, name=name)


def _short(words: object) -> bool:
    return isinstance(words, str) and len(words) <= 100 and _words(words)


def _words(text: str) -> bool:
    """One line that reads as it is written."""
    return seen(text) and not unseen_letter(text)
