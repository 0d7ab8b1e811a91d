"""One row of the tables, the two parties that send it, and what an answer says."""

import base64
import json
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc.jwk import ECKey, RSAKey

from kazasu.identity.keys import TokenKeys
from tests.identity.parties import Relying

ANOTHER = ECKey.generate_key("P-256", {"kid": "another"})
RSA = RSAKey.generate_key(2048)
with warnings.catch_warnings(action="ignore"):
    SHORT_RSA = RSAKey.generate_key(1024)
P384 = ECKey.generate_key("P-384")


class Two:
    """Two parties that must not be able to do anything for each other, and what they were given."""

    def __init__(self, world):
        self.world = world
        self.a, self.b = Relying(world, "alpha"), Relying(world, "beta")
        self.strict = Relying(world, "strict", dpop_bound_access_tokens=True)

    @cached_property
    def service_keys(self):
        """The service's own token keys."""
        process = self.world.street.process
        database = process.prepared.databases["identity"]
        return TokenKeys(database, process.institution("identity"), self.world.clock)

    def by_service(self, typ, **claims):
        """A token of another kind, by the keys that ID tokens are signed with."""
        given = {"iss": self.world.issuer, "aud": self.a.client_id, "sid": "x", "sub": "x"} | claims
        return self.service_keys.sign(given, typ)

    def now(self):
        return int(self.world.clock.now().timestamp())

    @cached_property
    def tokens(self):
        """A's bearer tokens, with everything."""
        return self.a.login(scope="openid name offline_access")

    @cached_property
    def others(self):
        return self.b.login(scope="openid name offline_access")

    @cached_property
    def bound(self):
        """A's tokens, bound to its DPoP key."""
        return self.a.bound(scope="openid name offline_access")

    @cached_property
    def transaction(self):
        return self.a.deposit().json()["sign_transaction_id"]

    @cached_property
    def signed(self):
        """The result of a document that A had signed."""
        number = self.a.deposit().json()["sign_transaction_id"]
        code, verifier = self.a.code(scope="openid sign", sign_transaction_id=number)
        assert self.a.redeem(code, verifier).is_success
        return self.a.result(number).json()

    @cached_property
    def proof_of_a(self):
        """Number of A's record of a sign-in, as its ID token names it."""
        payload = self.a.login()["id_token"].split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["txn"]

    @cached_property
    def userinfo_url(self):
        return f"{self.world.protocol}/userinfo"

    @cached_property
    def token_url(self):
        return f"{self.world.protocol}/token"

    def showing(self, method="GET", url="", **changes):
        """A's bound token with a proof that has something wrong."""
        token = self.bound["access_token"]
        proof = self.a.proof(
            method, url or self.userinfo_url, changes.pop("token", token), **changes
        )
        return self.a.userinfo(token, "DPoP", proof)

    def proving(self, **changes):
        """A client-credentials request with a proof that has something wrong."""
        proof = self.a.proof("POST", changes.pop("url", self.token_url), **changes)
        return self.a.token(headers={"dpop": proof}, grant_type="client_credentials", scope="sign")

    def asserting(self, assertion, **form):
        form = {"grant_type": "client_credentials", "scope": "sign"} | form
        return self.a.token(assertion=assertion, **form)


@dataclass(frozen=True)
class Case:
    name: str
    follows: str
    send: Callable[[Two], Any]
    expected: str
    """An OAuth error or a fault; ``back:…`` when it goes to the relying party by redirect."""


def outcome(response):
    """What an answer says: an error's name, or ``accepted``."""
    where = response.headers.get("location", "")
    if response.status_code in (302, 303):
        query = parse_qs(urlsplit(where).query or urlsplit(where).fragment)
        return f"back:{query['error'][0]}" if "error" in query else f"accepted: {where[:80]}"
    if response.status_code < 400:
        return f"accepted: {response.status_code}"
    if "json" in response.headers.get("content-type", ""):
        body = response.json()
        return body.get("error") or body["code"]
    found = re.search(r'class="fault-code[^>]*>.*?<code>([^<]+)</code>', response.text, re.DOTALL)
    return found.group(1) if found else f"{response.status_code}: {response.text[:80]}"


def rows(expected, follows, /, **named):
    """One group of rows with the same expected answer."""
    return [Case(name, follows, send, expected) for name, send in named.items()]
