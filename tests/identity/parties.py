"""Relying parties of their own, as programs on the other side of the wire: what they send is what tests change."""

import base64
import hashlib
import hmac
import json
import secrets
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey

from tests.identity.conftest import JWT_BEARER
from tests.support import pki

FORM = "application/x-www-form-urlencoded"
EVERYTHING = (
    "openid name address birthdate gender age_over_20 sign offline_access latest_attributes"
)


def digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


class Relying:
    """``Relying(world, "alpha")`` registers itself; ``None`` in any ``**changes`` takes the member away."""

    def __init__(self, world, name, **registration):
        self.world = world
        self.key = ECKey.generate_key("P-256", {"kid": f"{name}-1"})
        self.dpop = ECKey.generate_key("P-256")
        self.home = f"https://{name}.example"
        answer = self.register(world, name, self.key, **registration)
        assert answer.status_code == 201, answer.text
        self.registered = answer.json()
        self.client_id = self.registered["client_id"]
        self.management = self.registered["registration_client_uri"]
        self.redirect_uri = self.registered["redirect_uris"][0]

    @staticmethod
    def metadata(name, key, **changes):
        values = {
            "client_name": name.title(),
            "redirect_uris": [f"https://{name}.example/callback"],
            "post_logout_redirect_uris": [f"https://{name}.example/bye"],
            "jwks": {"keys": [{**key.as_dict(private=False), "kid": f"{name}-1"}]},
            "scope": EVERYTHING,
        } | changes
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def register(cls, world, name="gamma", key=None, **changes):
        body = cls.metadata(name, key or ECKey.generate_key("P-256"), **changes)
        return world.browser.post(f"{world.issuer}/clients-registrations/openid-connect", json=body)

    def manage(self, method="GET", token=None, of=None, path="", **more):
        """Call the registration's own address. ``of``: another party's, with our secret."""
        token = token or self.registered["registration_access_token"]
        return self.world.browser.request(
            method,
            f"{(of or self).management}{path}",
            headers={"authorization": f"Bearer {token}"},
            **more,
        )

    # ------------------------------------------------------------ authorization

    def request(self, **changes):
        self.verifier = secrets.token_urlsafe(32)
        values = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": "state-1234567890",
            "nonce": "nonce-1234567890",
            "code_challenge": digest(self.verifier),
            "code_challenge_method": "S256",
        } | changes
        return {name: value for name, value in values.items() if value is not None}

    def authorize(self, more=(), **changes):
        return self.visit([*self.request(**changes).items(), *more])

    def visit(self, parameters):
        return self.world.browser.get(f"{self.world.protocol}/auth", params=parameters)

    def push(self, more=(), headers=None, assertion=None, **changes):
        form = self.request(**changes) | self.proven(assertion)
        return self.form("ext/par/request", form, more, headers)

    def code(self, card=1, **request):
        """A fresh code, and the verifier that belongs to it."""
        response = self.authorize(**request)
        verifier = self.verifier
        return self.world.answer_of(response, card)["code"], verifier

    # ------------------------------------------------------------ token endpoint

    def assertion(self, key=None, header=None, **changes):
        now = int(self.world.clock.now().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.world.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + 60,
        } | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        # Any header at all: what is checked is the other side.
        header = {"alg": "ES256", "kid": self.key.kid} | (header or {})
        header = {name: value for name, value in header.items() if value is not None}
        return encoded(header, claims, key or self.key)

    def proven(self, assertion=None):
        given = self.assertion() if assertion is None else assertion
        return {"client_assertion_type": JWT_BEARER, "client_assertion": given}

    def form(self, endpoint, form, more=(), headers=None):
        """Post pairs; ``more`` may repeat names."""
        pairs = [(k, v) for k, v in [*form.items(), *more] if v is not None]
        body = "&".join(f"{_quoted(k)}={_quoted(v)}" for k, v in pairs)
        return self.world.browser.post(
            f"{self.world.protocol}/{endpoint}",
            content=body,
            headers={"content-type": FORM} | dict(headers or {}),
        )

    def token(self, more=(), headers=None, assertion=None, **form):
        return self.form("token", self.proven(assertion) | form, more, headers)

    def redeem(self, code, verifier, **changes):
        values = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        } | changes
        return self.token(**values)

    def login(self, card=1, headers=None, **request):
        code, verifier = self.code(card, **request)
        answer = self.redeem(code, verifier, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def revoke(self, token, **more):
        return self.form("revoke", self.proven() | {"token": token} | more)

    def introspect(self, token, **more):
        return self.form("token/introspect", self.proven() | {"token": token} | more)

    def refresh(self, token, **more):
        return self.token(grant_type="refresh_token", refresh_token=token, **more)

    def own(self, scope="sign", **more):
        """A token of the party's own."""
        answer = self.token(grant_type="client_credentials", scope=scope, **more)
        assert answer.is_success, answer.text
        return answer.json()["access_token"]

    # ------------------------------------------------------------ presenting

    def proof(self, method, url, token="", *, key=None, header=None, **changes):
        key = key or self.dpop
        claims = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(self.world.clock.now().timestamp()),
            "ath": digest(token) if token else None,
        } | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        public = key.as_dict(private=False) if hasattr(key, "as_dict") else None
        given = {"alg": "ES256", "typ": "dpop+jwt", "jwk": public} | (header or {})
        return encoded({k: v for k, v in given.items() if v is not None}, claims, key)

    def userinfo(self, token, scheme="Bearer", proof="", **more):
        headers = {"authorization": f"{scheme} {token}"} | ({"dpop": proof} if proof else {})
        return self.world.browser.get(f"{self.world.protocol}/userinfo", headers=headers, **more)

    def bound(self, **request):
        """Tokens bound to this party's DPoP key."""
        proof = self.proof("POST", f"{self.world.protocol}/token")
        return self.login(headers={"dpop": proof}, **request)

    # ------------------------------------------------------------ signing

    def deposit(self, token=None, document=None, **changes):
        body = {"document": pki.b64(document or self.world.document(())), "audiences": []} | changes
        return self.world.browser.post(
            f"{self.world.origin}/api/sign-transactions",
            json=body,
            headers={"authorization": f"Bearer {token or self.own()}"},
        )

    def result(self, number, token=None, method="GET"):
        return self.world.browser.request(
            method,
            f"{self.world.origin}/api/sign-transactions/{number}/result",
            headers={"authorization": f"Bearer {token or self.own()}"},
        )


def encoded(header, claims, key):
    """A JWS with whatever the header says: no library of ours or of the service stands in between."""
    content = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    signed = f"{raw(json.dumps(header).encode())}.{raw(content)}".encode()
    return f"{signed.decode()}.{raw(_signature(header['alg'], signed, key))}"


def _signature(algorithm, content, key):
    if algorithm == "HS256":
        return hmac.digest(key if isinstance(key, bytes) else key.as_pem(), content, "sha256")
    hashing = hashes.SHA384() if algorithm == "ES384" else hashes.SHA256()
    if algorithm.startswith("ES"):
        size = key.private_key.curve.key_size // 8
        r, s = decode_dss_signature(key.private_key.sign(content, ec.ECDSA(hashing)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    pss = padding.PSS(padding.MGF1(hashing), 32)
    return key.private_key.sign(
        content, pss if algorithm == "PS256" else padding.PKCS1v15(), hashing
    )


def unsigned(token):
    """The same claims with ``alg: none`` and no signature."""
    head = raw(b'{"alg":"none"}')
    return f"{head}.{token.split('.')[1]}."


def raw(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def host_of(url):
    return urlsplit(url).netloc


def _quoted(value):
    return quote(str(value).encode("utf-8", "surrogatepass"), safe="")
