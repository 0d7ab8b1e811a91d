"""A relying party as registered, and what a registration must be (RFC 7591; identity §4, §6.3)."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
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
COMPATIBLE: Final = (*ALGORITHMS, "RS256")
"""Of assertions of a test party that is treated as the public sandbox treats it."""
SIGNED_BY: Final = ("ES256", "RS256")
"""ID tokens and what else this service signs for a party, as it registers it."""
OWN_SECTOR: Final = "app:"
"""Begins the sector of an application whose addresses prove no host: it has one of its own."""
LONGEST_NAME: Final = 60
MOST_URIS: Final = 10
MOST_KEYS: Final = 5
MOST_KEY_BYTES: Final = 20_000
"""Of a key set as JSON; an RSA key of 4096 bits has 800."""
SMALLEST_RSA: Final = 2048
PRIVATE_COLOUR: Final = "#5C3D99"
_CLIENT_ID = re.compile(r"^[0-9A-Za-z]{1,255}\Z")
_PUBLIC_MEMBERS = ("kty", "crv", "x", "y", "n", "e", "kid", "use", "alg")
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
    """Public JWK set of a private party; of one with a ``jwks_uri``, what was found there last."""
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
    native: bool = False
    """An application on the person's own device (RFC 8252)."""
    id_token_alg: str = "ES256"  # noqa: S105
    """One of :data:`SIGNED_BY`."""
    compat: bool = False
    """Treated as the public sandbox treats it; a test party of a sandbox alone (:meth:`compatible`)."""
    jwks_uri: str = ""
    """Where the party's keys lie; empty: they were registered."""
    keys_at: datetime | None = None
    """When they were fetched there."""

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

    def compatible(self, *, sandbox: bool) -> bool:
        """Whether what the public sandbox takes is taken of it: never of whoever is more than a test party, never in production."""
        return self.compat and sandbox and self.mode == "test"

    def redirects_to(self, uri: str) -> bool:
        """Exactly one of the registered addresses (RFC 9700 2.1); of an application, its loopback address on any port, which it
        learns when it starts (RFC 8252 7.3)."""
        return uri in self.redirect_uris or (
            self.native and addresses.portless(uri) in map(addresses.portless, self.redirect_uris)
        )

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
    jwks: dict[str, Any] | None = None
    jwks_uri: str = ""
    """Instead of ``jwks``: where the keys lie (RFC 7591 2)."""
    scope: str = Field(default="openid", max_length=2000)
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
    id_token_signed_response_alg: Literal["ES256", "RS256"] = "ES256"  # noqa: S105
    """Without it ES256, and the answer says so, though OpenID Connect Registration 2 would have RS256: RFC 7591 2 lets a server choose."""
    token_endpoint_auth_signing_alg: Literal["ES256", "PS256", "RS256"] = "ES256"  # noqa: S105
    """``RS256`` with ``compat`` alone."""
    application_type: Literal["web", "native"] = "web"
    dpop_bound_access_tokens: bool = False
    require_pushed_authorization_requests: bool = False
    compat: bool = False
    """Our own: a test party to be treated as the public sandbox treats it."""

    @property
    def scopes(self) -> list[str]:
        """Those that are known here (OpenID Connect Core 3.1.2.1: what is not understood should be ignored)."""
        return [
            one
            for one in dict.fromkeys(self.scope.split())
            if one in scopes.KNOWN and one != "openid"
        ]

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


Unfit = Callable[[str], Text | None]
"""What to change about an address; None: nothing."""


def check(
    registration: Registration, *, sandbox: bool = True, inside: Collection[str] = ()
) -> None:
    """Everything about it that needs no look elsewhere.

    Args:
        sandbox: addresses may be on this very machine. Elsewhere the service would post into its own house.
        inside: hosts of a private network that the operator declared.

    Raises OAuthError ``invalid_redirect_uri``, ``invalid_client_metadata`` (RFC 7591 3.2.2).
    """
    for name in ("client_name", "client_name_ja", "reached_at"):
        if (text := getattr(registration, name)) and not _words(text):
            raise OAuthError(wrong.WORDS, name="contact" if name == "reached_at" else name)
    _check_addresses(registration, partial(addresses.unfit, sandbox=sandbox, inside=inside))
    _check_compatibility(registration, sandbox=sandbox)
    for scope in registration.scopes:
        if scope not in scopes.FOR_PRIVATE:
            raise OAuthError(wrong.SCOPE, scope=scope)
    for scope, words in registration.purposes.items():
        if scope not in registration.scopes or len(words) != 2 or not all(_short(w) for w in words):
            raise OAuthError(wrong.PURPOSE, scope=scope)
    if (registration.jwks is None) == (not registration.jwks_uri):
        raise OAuthError(wrong.KEYS_ONCE)
    if registration.jwks is not None:
        check_keys(registration.jwks)


def _check_addresses(registration: Registration, unfit: Unfit) -> None:
    native = registration.application_type == "native"
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        for uri in getattr(registration, name):
            _check_uri(uri, name, unfit, native=native)
    hosts = hosts_of(registration.redirect_uris)
    for name in ("backchannel_logout_uri", "events_uri"):
        if uri := getattr(registration, name):
            _check_uri(uri, name, unfit)
            if urlsplit(uri).hostname not in hosts:
                raise OAuthError(wrong.OTHER_HOST, name=name)
    if registration.jwks_uri:
        _check_uri(registration.jwks_uri, "jwks_uri", unfit)


def _check_compatibility(registration: Registration, *, sandbox: bool) -> None:
    """Raises OAuthError ``invalid_client_metadata``: it is for test parties of a sandbox."""
    if registration.compat and not sandbox:
        raise OAuthError(wrong.COMPAT)
    if registration.token_endpoint_auth_signing_alg not in ALGORITHMS and not registration.compat:
        raise OAuthError(wrong.ASSERTION_ALGORITHM)


def check_keys(jwks: Mapping[str, Any]) -> None:
    """Public keys only, strong ones, each with a name. Raises OAuthError ``invalid_client_metadata``."""
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_KEYS:
        raise OAuthError(wrong.KEY_COUNT, most=MOST_KEYS)
    if len(json.dumps(jwks)) > MOST_KEY_BYTES:
        raise OAuthError(wrong.KEYS_LONG, most=MOST_KEY_BYTES)
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
        names.append(key.get("kid") or named(key)["kid"])
    if not all(isinstance(n, str) and len(n) <= 255 for n in names) or len({*names}) != len(names):
        raise OAuthError(wrong.KEY_NAME)


def named(key: Mapping[str, Any]) -> dict[str, Any]:
    """A key as it is kept: what a public key has, and a name, be it its thumbprint (RFC 7638; RFC 7517 4.5: ``kid`` may be left out)."""
    kept = {name: key[name] for name in _PUBLIC_MEMBERS if name in key}
    if not kept.get("kid"):
        kept["kid"] = (ECKey if kept["kty"] == "EC" else RSAKey).import_key(kept).thumbprint()
    return kept


def kept_keys(jwks: Mapping[str, Any]) -> dict[str, Any]:
    """Of a set that :func:`check_keys` has looked at."""
    return {"keys": [named(key) for key in jwks["keys"]]}


def fetched_keys(found: object) -> dict[str, Any]:
    """What of the document at a ``jwks_uri`` can be used: others keep keys for encryption, and of other kinds, in it too.

    Raises OAuthError ``invalid_client_metadata``: none can be, or a private key lies there.
    """
    keys = found.get("keys") if isinstance(found, dict) else None
    usable = []
    for key in keys if isinstance(keys, list) else ():
        try:
            check_keys({"keys": [key]})
        except OAuthError as error:
            if error.fault is wrong.KEY_PRIVATE and isinstance(key, dict):
                raise
            continue
        except RecursionError:  # nested as no key is
            continue
        usable.append(key)
    check_keys({"keys": usable})
    return kept_keys({"keys": usable})


def _check_strength(key: dict[str, Any]) -> None:
    if key.get("kty") == "EC" and key.get("crv") == "P-256":
        ECKey.import_key(key)
    elif key.get("kty") == "RSA":
        if RSAKey.import_key(key).public_key.key_size < SMALLEST_RSA:
            raise ValueError("short")
    else:
        raise ValueError("kind of key")


def sector_of(registration: Registration, listed: Sequence[str] | None = None) -> str:
    """The sector by which subjects are pairwise (OpenID Connect Core 8.1): a host, whatever its port.

    Empty: one of its own. An application's own scheme and its loopback address prove no host: whoever registers the same would
    call people by the same codes.

    Args:
        listed: what the document at ``sector_identifier_uri`` holds, where there is one.

    Raises OAuthError ``invalid_client_metadata``.
    """
    if registration.sector_identifier_uri:
        missing = set(registration.redirect_uris) - set(listed or ())
        if missing:
            raise OAuthError(wrong.NOT_LISTED)
        return str(urlsplit(registration.sector_identifier_uri).hostname)
    uris = registration.redirect_uris
    if registration.application_type == "native" and not all(map(addresses.proves_host, uris)):
        return ""
    hosts = hosts_of(uris)
    if len(hosts) != 1:
        raise OAuthError(wrong.HOSTS)
    return str(hosts.pop())


def is_sector(found: str, known: str) -> bool:
    """Is it the one of before? Those that were registered with a port keep it."""
    return found == known or (bool(found) and known.rpartition(":")[0] == found)


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
    return same and items and why and hosts and new.native <= reviewed.native


def hosts_of(uris: Sequence[str]) -> set[str]:
    """Hosts; of an application's own scheme, that with its colon, which no host has."""
    return {urlsplit(uri).hostname or f"{urlsplit(uri).scheme}:" for uri in uris}


def check_sector_uri(uri: str, *, sandbox: bool = True, inside: Collection[str] = ()) -> None:
    """Raises OAuthError ``invalid_client_metadata``."""
    unfit = partial(addresses.unfit, sandbox=sandbox, inside=inside)
    _check_uri(uri, "sector_identifier_uri", unfit)


def _check_uri(uri: str, name: str, unfit: Unfit, *, native: bool = False) -> None:
    change = unfit(uri)
    if change is None or (native and addresses.fits_application(uri)):
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
