"""An identity service for tests of relying parties: the wire format of the real one, and people who
hold whatever card a test puts into their hands.

It checks what a relying party sends (assertion, PKCE, redirect address) and signs what it gives, so
that a client that forgets a check is found; it has no terminal, no card and no database.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from kazasu.contracts.base import FourAttributes
from kazasu.contracts.identity import issuer_of


@dataclass
class Holder:
    """A person with a card. ``generation`` counts their signing certificates."""

    name: str
    address: str = "神奈川県横浜市中区本町６丁目５０番地"
    birth_date: date = date(1988, 4, 1)
    sex: str = "2"
    subjects: dict[str, str] = field(default_factory=dict)
    revoked: bool = False
    """The signing certificate is revoked and there is no new one."""
    withheld: bool = False
    """Nothing may be supplied, for a reason that is not told."""
    serial: int = 1

    @property
    def attributes(self):
        return FourAttributes(
            name=self.name, address=self.address, birth_date=self.birth_date, sex=self.sex
        )

    def move(self, address):
        """The old certificate is revoked; a new one comes with :meth:`renew`."""
        self.address, self.revoked = address, True

    def renew(self):
        self.revoked, self.serial = False, self.serial + 1


@dataclass
class Consent:
    consent_id: str
    client: str
    holder: Holder
    items: list
    purpose: str
    until: datetime
    serial: int
    ended: bool = False
    subscribed: bool = False


CLAIMS = {
    "name": lambda a: a.name,
    "address": lambda a: {"formatted": a.address},
    "birthdate": lambda a: a.birth_date.isoformat(),
    "gender": lambda a: a.sex,
}
PLAIN = CLAIMS | {"address": lambda a: a.address}


class FakeIdentity:
    """``handle`` answers a request; ``holder`` is whoever holds a card at the terminal."""

    def __init__(self, directory, clock):
        self.directory = directory
        self.clock = clock
        self.origin = directory.origin("identity")
        self.issuer = issuer_of(self.origin)
        self.key = ECKey.generate_key("P-256", {"kid": "fake-1", "use": "sig", "alg": "ES256"})
        self.holder = None
        self.refuses = ""
        """An OAuth error that the next tap ends in."""
        self.approves = None
        """What the service says was approved, where it is something else than was asked."""
        self.down = False
        self.incomplete = False
        """Sign results lack the certificate's name."""
        self.states, self.states_typ = {}, "kazasu-signature-evidence+jws"
        """Claims of statements that are otherwise than they should be, and their type."""
        self.grants, self.tokens, self.signings, self.pushed = {}, {}, {}, {}
        self.consents: dict[str, Consent] = {}
        self.asked: list[str] = []
        """Paths of the latest-attributes API in the order they were asked."""

    # ------------------------------------------------------------ edge

    def handle(self, request: httpx.Request) -> httpx.Response:  # noqa: PLR0911 - its routes
        if self.down:
            raise httpx.ConnectError("down", request=request)
        path, method = request.url.path, request.method
        place = path.removeprefix(self.issuer.removeprefix(self.origin))
        if place == "/.well-known/openid-configuration":
            return _json(self._metadata())
        if place == "/jwks":
            return _json({"keys": [self.key.as_dict(private=False)]})
        if place == "/authorize":
            return self._authorize(self.pushed.pop(request.url.params["request_uri"]))
        if place == "/par":
            assert request.headers["dpop"]
            uri = f"urn:ietf:params:oauth:request_uri:{secrets.token_urlsafe(12)}"
            self.pushed[uri] = dict(parse_qsl(request.content.decode()))
            return _json({"request_uri": uri, "expires_in": 60}, 201)
        if place == "/token":
            return self._token(dict(parse_qsl(request.content.decode())))
        if place == "/userinfo":
            return self._userinfo(request)
        if place == "/logout":
            return httpx.Response(
                303, headers={"location": request.url.params["post_logout_redirect_uri"]}
            )
        if path.startswith("/api/sign-transactions"):
            return self._signing(request, method, path)
        if path.startswith("/api/latest-attributes"):
            return self._latest(request, method, path.removeprefix("/api/latest-attributes"))
        return httpx.Response(404, json={"code": "web.not-found"})

    def _metadata(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "pushed_authorization_request_endpoint": f"{self.issuer}/par",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            "sign_transactions_endpoint": f"{self.origin}/api/sign-transactions",
            "signature_statements_jwks_uri": f"{self.issuer}/jwks",
        }

    # ------------------------------------------------------------ OpenID Connect

    def _authorize(self, q):
        client = q["client_id"]
        assert q["redirect_uri"] == f"{self.directory.origin(client)}/signin/callback"
        assert q["response_type"] == "code"
        assert q["code_challenge_method"] == "S256"
        assert len(q["state"]) >= 16
        assert len(q["nonce"]) >= 16
        answer = {"state": q["state"], "iss": self.issuer}
        if self.refuses:
            answer["error"], self.refuses = self.refuses, ""
        else:
            answer["code"] = self._tapped(client, q)
        return httpx.Response(303, headers={"location": f"{q['redirect_uri']}?{urlencode(answer)}"})

    def _tapped(self, client, q):
        holder, code = self.holder, secrets.token_urlsafe(16)
        scopes = q["scope"].split()
        if transaction := q.get("sign_transaction_id"):
            assert "sign" in scopes
            signing = self.signings[transaction]
            assert signing["client"] == client
            signing |= {"holder": holder, "signed_at": self.clock.now()}
            if wanted := signing.get("consent"):
                for before in self.consents.values():
                    same = (before.client, before.holder, before.items, before.purpose)
                    if same == (client, holder, wanted["items"], wanted["purpose"]):
                        before.ended = True  # as J-LIS does
                self.consents[wanted["consent_id"]] = Consent(
                    wanted["consent_id"], client, holder, wanted["items"], wanted["purpose"],
                    datetime.fromisoformat(wanted["until"]), holder.serial,
                )  # fmt: skip
        self.grants[code] = (client, holder, scopes, q, self.clock.now())
        return code

    def sub(self, holder, client):
        return holder.subjects.setdefault(client, secrets.token_urlsafe(18))

    def _token(self, form):
        key = self.directory.key
        client = json.loads(base64.urlsafe_b64decode(form["client_assertion"].split(".")[1] + "=="))["sub"]  # fmt: skip
        claims = jwt.decode(form["client_assertion"], key(client, "client"), ["ES256"]).claims
        assert claims["aud"] == self.issuer
        token = secrets.token_urlsafe(24)
        if form["grant_type"] == "client_credentials":
            self.tokens[token] = (client, None, form["scope"].split())
            return _json({"access_token": token, "expires_in": 300, "scope": form["scope"]})
        owner, holder, scopes, q, at = self.grants.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert (owner, challenge) == (client, q["code_challenge"])
        self.tokens[token] = (client, holder, scopes)
        now = int(self.clock.now().timestamp())
        id_token = jwt.encode(
            {"alg": "ES256", "kid": "fake-1"},
            {
                "iss": self.issuer, "sub": self.sub(holder, client), "aud": client, "iat": now,
                "exp": now + 300, "auth_time": int(at.timestamp()), "nonce": q["nonce"],
                "acr": "aal3", "amr": ["hwk", "sc", "pin"], "sid": form["code"],
            },
            self.key,
        )  # fmt: skip
        answer = {"access_token": token, "expires_in": 300, "id_token": id_token}
        if details := q.get("authorization_details"):
            assert scopes == ["openid"]
            answer["authorization_details"] = self.approves or json.loads(details)
        return _json(answer)

    def _userinfo(self, request):
        client, holder, scopes = self.tokens[_bearer(request)]
        claims = {name: of(holder.attributes) for name, of in CLAIMS.items() if name in scopes}
        return _json({"sub": self.sub(holder, client)} | claims)

    # ------------------------------------------------------------ signing

    def _signing(self, request, method, path):
        client, _, scopes = self.tokens[_bearer(request)]
        assert "sign" in scopes
        if method == "POST":
            body = json.loads(request.content)
            assert body["audiences"] == []
            document = base64.b64decode(body["document"])
            shown = json.loads(document)
            assert shown["title"]["ja"]
            assert all(line["value"] for line in shown["lines"])
            return _json({"sign_transaction_id": self._deposit(client, document)}, 201)
        signing = self.signings[path.split("/")[-2]]
        if signing["client"] != client or "holder" not in signing:
            return _problem("identity.not-signed", 409)
        minute, evidence = signing["signed_at"].replace(second=0, microsecond=0), f"EV-{uuid4().hex[:12]}"  # fmt: skip
        stated = {
            "iss": self.issuer, "aud": client, "sub": self.sub(signing["holder"], client), "jti": evidence,
            "iat": int(minute.timestamp()), "document_sha256": hashlib.sha256(signing["document"]).hexdigest(),
            "acr": "aal3", "verdict": "good", "signed_at": int(minute.timestamp()),
            "status": {"method": "OCSP", "at": int(minute.timestamp())},
        } | self.states  # fmt: skip
        header = {"alg": "ES256", "kid": "fake-1", "typ": self.states_typ}
        answer = {
            "statement": jwt.encode(header, stated, self.key),
            "signed_at": minute.isoformat(),
            "certificate_id": str(uuid4()),
            "evidence_id": evidence,
            "verified": True,
        }
        if self.incomplete:
            del answer["certificate_id"]
        if "consent" in signing:
            answer["consent"] = signing["consent"]
        return _json(answer)

    def _deposit(self, client, document, consent=None):
        number = str(uuid4())
        self.signings[number] = {"client": client, "document": document}
        if consent:
            self.signings[number]["consent"] = consent
        return number

    # ------------------------------------------------------------ latest attributes

    def _latest(self, request, method, path):  # noqa: PLR0911 - its routes
        client, _, scopes = self.tokens[_bearer(request)]
        assert "latest_attributes" in scopes
        self.asked.append(path)
        body = json.loads(request.content) if request.content else {}
        parts = path.strip("/").split("/")
        if path == "/consents":
            return self._ask_consent(client, body)
        if path == "/status":
            return _json({"checked_at": self._now(), "states": [self._status(i) for i in body["certificate_ids"]]})  # fmt: skip
        if path == "/changes":
            answers = [
                {"consent_id": one, "state": self._state(client, one)}
                for one in body["consent_ids"]
            ]
            return _json({"as_of": self._now(), "answers": answers})
        if path == "/give":
            return self._give(client, body)
        if self._consent(client, parts[1]) is None:
            return _problem("jpki.consent-ended", 403)
        if method == "DELETE":
            self.consents[parts[1]].ended = True
            return httpx.Response(204)
        self.consents[parts[1]].subscribed = body["on"]
        return _json({})

    def _ask_consent(self, client, body):
        until = (self.clock.now() + timedelta(days=30 * body["months"])).isoformat()
        consent = {"consent_id": f"C-{uuid4().hex[:12]}", "items": body["items"],
                   "purpose": body["purpose"], "until": until}  # fmt: skip
        document = json.dumps({"title": {"ja": "同意", "en": "Consent"}, "lines": []}).encode()
        number = self._deposit(client, document, consent)
        encoded = base64.b64encode(document).decode()
        return _json({"sign_transaction_id": number, "document": encoded}, 201)

    @staticmethod
    def _status(certificate_id):
        return {"certificate_id": certificate_id, "state": "GOOD", "reason": None,
                "check_method": "OCSP"}  # fmt: skip

    def _consent(self, client, consent_id):
        found = self.consents.get(consent_id)
        good = found and found.client == client and not found.ended
        return found if good and found.until > self.clock.now() else None

    def _state(self, client, consent_id):
        consent = self._consent(client, consent_id)
        if consent is None:
            return "ended"
        if consent.holder.revoked or consent.holder.withheld:
            return "pending"
        return "unchanged" if consent.serial == consent.holder.serial else "changed"

    def _give(self, client, body):
        state = self._state(client, body["consent_id"])
        if state == "ended":
            return _problem("jpki.consent-ended", 403)
        if state == "pending":
            return _problem("jpki.nothing-supplied", 403)
        consent = self.consents[body["consent_id"]]
        consent.serial = consent.holder.serial
        given = {item: PLAIN[item](consent.holder.attributes) for item in consent.items}
        return _json({"attributes": given, "certificate_id": str(uuid4()), "as_of": self._now()})

    def _now(self):
        return self.clock.now().isoformat()

    # ------------------------------------------------------------ events, logout tokens

    def logout(self, holder, client, key=None, typ="logout+jwt", **changes):
        """A logout token (Back-Channel Logout 1.0, 2.4); ``changes`` as of an event."""
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.issuer, "aud": client, "jti": secrets.token_urlsafe(12), "iat": now, "exp": now + 120,
            "sub": self.sub(holder, client),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        } | changes  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "ES256", "kid": "fake-1", "typ": typ}
        return jwt.encode(header, claims, key or self.key)

    def event(self, kind, holder, client="bank", facts=None, key=None, header=None, **changes):
        """A security event token; ``changes`` to its claims, None takes one away."""
        claims = {
            "iss": self.issuer,
            "aud": client,
            "jti": secrets.token_urlsafe(12),
            "iat": int(self.clock.now().timestamp()),
            "sub_id": {"format": "iss_sub", "iss": self.issuer, "sub": self.sub(holder, client)},
            "events": {f"urn:kazasu:event:{kind}": facts or {}},
        } | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "ES256", "kid": "fake-1", "typ": "secevent+jwt"} | (header or {})
        return jwt.encode(header, claims, key or self.key)


def _json(content, status=200):
    return httpx.Response(status, json=content)


def _problem(code, status):
    return httpx.Response(
        status, json={"code": code, "status": status, "title_ja": "x", "title_en": "x"}
    )


def _bearer(request):
    assert request.headers["dpop"]
    return request.headers["authorization"].removeprefix("DPoP ")
