"""The identity service with a real certification service behind it, a relying party before it and
a terminal whose cards are keys."""

import base64
import hashlib
import json
import secrets
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from joserfc import jwt

from kazasu.card.chip import text_ap
from kazasu.card.terminal.asking import Askers, shown
from kazasu.contracts.base import FourAttributes
from kazasu.contracts.identity import issuer_of
from kazasu.contracts.terminal import TapRequest, TapResult
from kazasu.exchange.carrier.letters import Received
from kazasu.exchange.keys import verified
from kazasu.exchange.taps import sign_result
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import ResidentRecordCode
from kazasu.identity import founding
from kazasu.identity.keys import TokenKeys
from kazasu.jpki import founding as jpki_founding
from kazasu.jpki.issuing.model import Order
from kazasu.jpki.services import services
from tests.support import pki
from tests.support.street import Street

HANAKO = FourAttributes(
    name="横浜　花子",
    address="神奈川県横浜市中区本町６丁目５０番地",
    birth_date=date(1990, 4, 1),
    sex="2",
)
PERSON = ResidentRecordCode("24727059608")
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class World:
    """What tests do: ask, tap, come back, redeem."""

    def __init__(self, databases, clock, *more, **settings):
        self.clock = clock
        self.street = Street(databases, clock, "jpki", "identity", *more, **settings)
        self.directory = self.street.directory
        self.origin = self.directory.origin("identity")
        self.issuer = issuer_of(self.origin)
        self.protocol = f"{self.issuer}/protocol/openid-connect"
        databases.founder("identity").run(
            "test.found", lambda tx: founding.found(tx, self.directory)
        )
        self.jpki = services(
            databases("jpki"),
            pki.authorities(clock),
            self.street.process.institution("jpki"),
            clock,
        )
        self.issued = self.jpki.issuing.issue(self._order(PERSON, "000000000000001", 1, 2))
        self.other = self.jpki.issuing.issue(
            self._order(ResidentRecordCode.from_body("1111111111"), "000000000000002", 3, 4)
        )
        self.browser = self.street.browser()

    @staticmethod
    def _order(person, card_id, authentication, signing):
        return Order(
            card_id=card_id,
            resident_record_code=person,
            municipality_code="141003",
            prefecture="Kanagawa-ken",
            city="Yokohama-shi",
            attributes=HANAKO,
            name_flags="00000",
            address_flags="0" * len(HANAKO.address),
            issued_on=date(2025, 6, 1),
            card_expires_on=date(2035, 4, 1),
            authentication_key=pki.public(authentication),
            signing_key=pki.public(signing),
        )

    # ------------------------------------------------------------ relying party

    def request(self, client="portal", **changes):
        """Parameters of a good authorization request; None takes one away."""
        entry = self.directory.entry(
            "portal" if client == "portal" else client.replace("city", "city:")
        )
        self.verifier = secrets.token_urlsafe(32)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        values = {
            "response_type": "code",
            "client_id": client,
            "redirect_uri": f"{entry.origin}/signin/callback",
            "scope": "openid",
            "state": "state-1234567890",
            "nonce": "nonce-1234567890",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | changes
        return {name: value for name, value in values.items() if value is not None}

    def authorize(self, browser=None, **request):
        return (browser or self.browser).get(
            f"{self.protocol}/auth", params=self.request(**request)
        )

    def assertion(self, client="portal", key=None, header=None, **changes):
        now = int(self.clock.now().timestamp())
        institution = "portal" if client == "portal" else client.replace("city", "city:")
        claims = {
            "iss": client,
            "sub": client,
            "aud": self.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + 60,
        } | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        key = key or self.street.process.institution(institution).client_key
        return jwt.encode(header or {"alg": "ES256"}, claims, key)

    def token(self, client="portal", assertion=None, **form):
        form = {
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion or self.assertion(client),
        } | form
        form = {name: value for name, value in form.items() if value is not None}
        return self.browser.post(f"{self.protocol}/token", data=form)

    def redeem(self, code, client="portal", **changes):
        values = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.request(client)["redirect_uri"],
            "code_verifier": changes.pop("verifier"),
        } | changes
        return self.token(client, **values)

    def login(self, client="portal", card=1, **request):
        """The whole way. Returns the token endpoint's answer."""
        request = self.request(client, **request)
        verifier = self.verifier
        answer = self.answer_of(self.browser.get(f"{self.protocol}/auth", params=request), card)
        return self.redeem(answer["code"], client, verifier=verifier).json()

    def userinfo(self, token):
        return self.browser.get(
            f"{self.protocol}/userinfo", headers={"authorization": f"Bearer {token}"}
        )

    # ------------------------------------------------------------ terminal and card

    def tap_of(self, response):
        """The tap request that the browser takes to the terminal, as the terminal verifies and shows it."""
        place = urlsplit(response.headers["location"])
        assert place.netloc.startswith(("terminal.", "phone.")), response.headers["location"]
        sealed = parse_qs(place.query)["request"][0]
        _, content = verified(sealed, "kazasu-tap+jws", self.directory, "identity")
        request = TapRequest.model_validate_json(content)
        Askers(self.directory).check(request)
        return shown(request)

    def evidence(self, tap, card=1, **changes):
        number, issued = {1: (1, self.issued), 3: (3, self.other)}[card]
        signs = tap.action == "sign"
        content = base64.b64decode(tap.challenge)
        evidence = {
            "certificate": pki.b64(issued.signing if signs else issued.authentication),
            "signed": tap.challenge,
            "signature": pki.b64(pki.sign(number + 1 if signs else number, content)),
        } | changes
        if tap.attributes:
            evidence |= self.surface()
        return {"request_id": tap.request_id, "evidence": evidence}

    def surface(self, attributes=HANAKO):
        issuer = pki.authorities(self.clock).card_issuer
        basic = text_ap.basic_file(attributes)
        return {
            "card_surface": pki.b64(basic),
            "card_surface_proof": pki.b64(text_ap.proof_file(bytes(32), basic, issuer)),
            "card_surface_key": pki.b64(issuer.cv_certificate),
        }

    def bring(self, tap, result, reader="terminal", **changes):
        """As a terminal does: signed by it, and how it verified the holder."""
        values = {"audience": "identity", "reader": reader, "holder": "pin"} | result | changes
        signer = self.street.process.institution(reader)
        signed = sign_result(signer, TapResult.model_validate(values))
        return self.browser.post(tap.respond_to, content=signed)

    def tapped(self, response, card=1):
        """The browser's way back after a good tap."""
        tap = self.tap_of(response)
        handle = self.bring(tap, self.evidence(tap, card)).json()["handle"]
        return self.browser.get(tap.continue_at, params={"handle": handle})

    def answer_of(self, response, card=1):
        """The relying party's parameters after a good tap."""
        return self.answer(self.tapped(response, card))

    @staticmethod
    def answer(response):
        assert response.status_code == 303, response.text
        query = parse_qs(urlsplit(response.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}

    # ------------------------------------------------------------ signing

    def document(self, audiences=("city:141003",)):
        return json.dumps(
            {
                "title": {"ja": "転出届", "en": "Notice of moving out"},
                "lines": [{"label_ja": "異動日", "label_en": "Date", "value": "2026-12-01"}],
                "audiences": list(audiences),
                "data": {"case": "MV-1"},
            },
            ensure_ascii=False,
        ).encode()

    def bearer(self, client="portal"):
        answer = self.token(client, grant_type="client_credentials", scope="sign").json()
        return {"authorization": f"Bearer {answer['access_token']}"}

    def deposit(self, document=None, audiences=("city:141003",), headers=None):
        return self.browser.post(
            f"{self.origin}/api/sign-transactions",
            json={
                "document": pki.b64(document or self.document(audiences)),
                "audiences": list(audiences),
            },
            headers=headers or self.bearer(),
        )

    def reference(self):
        """Under which name the service knows the person."""
        return self.street.databases("jpki").run(
            "test.reference",
            lambda tx: jpki_founding.reference(tx, "identity", PERSON),
            access=Access("system:test", "test.reference", Text("試験", "test")),
        )

    def jpki_hears(self, letter):
        """A letter of the Basic Resident Register Network, applied."""
        received = Received("jpki", "jukinet", uuid4(), "case", self.clock.now())
        self.street.databases("jpki").run(
            "test.letter", lambda tx: self.jpki.life.person_changed(tx, letter, received)
        )

    def token_keys(self):
        """As another process of the service would have them."""
        institution = self.street.process.institution("identity")
        return TokenKeys(self.street.databases("identity"), institution, self.clock)

    def later(self, **amount):
        self.clock.advance(timedelta(**amount))


@pytest.fixture
def world(databases, clock):
    return World(databases, clock)
