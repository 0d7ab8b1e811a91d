"""A private relying party in tests: registered by itself, with a key of its own."""

import base64
import hashlib
import secrets

from joserfc import jwt
from joserfc.jwk import ECKey

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ORIGIN = "http://rp.localhost:9000"


class Party:
    """Registers at once; ``request``, ``assertion``, ``token`` as a real one would send them."""

    def __init__(self, world, browser=None, **changes):
        self.world = world
        self.browser = browser or world.browser
        self.key = ECKey.generate_key("P-256", auto_kid=True)
        # Of its own: nobody takes the name of a party that is reviewed, as one of them may be by now.
        own = secrets.token_hex(4)
        self.metadata = {
            "client_name": f"Example Shop {own}",
            "client_name#ja": f"例の店 {own}",
            "redirect_uris": [f"{ORIGIN}/callback"],
            "jwks": {"keys": [self.key.as_dict(private=False)]},
            "scope": "openid name address birthdate gender sign offline_access",
        } | changes
        answer = self.browser.post(
            f"{world.issuer}/clients-registrations/openid-connect", json=self.metadata
        )
        assert answer.status_code == 201, answer.text
        self.registered = answer.json()
        self.client_id = self.registered["client_id"]
        self.registration_token = self.registered["registration_access_token"]

    @property
    def bearer(self):
        return {"authorization": f"Bearer {self.registration_token}"}

    def request(self, **changes):
        self.verifier = secrets.token_urlsafe(32)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        values = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.metadata["redirect_uris"][0],
            "scope": "openid name",
            "state": "state-1234567890",
            "nonce": "nonce-1234567890",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | changes
        return {name: value for name, value in values.items() if value is not None}

    def authorize(self, **changes):
        return self.browser.get(f"{self.world.protocol}/auth", params=self.request(**changes))

    def assertion(self, key=None, **changes):
        now = int(self.world.clock.now().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.world.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + 60,
        } | changes
        key = key or self.key
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, key)

    def token(self, assertion=None, headers=None, **form):
        form = {
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion or self.assertion(),
        } | form
        return self.browser.post(f"{self.world.protocol}/token", data=form, headers=headers)

    def redeem(self, code, **changes):
        values = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.metadata["redirect_uris"][0],
            "code_verifier": self.verifier,
        } | changes
        return self.token(**values)

    def requests(self):
        answer = self.browser.get(f"{self.world.origin}/api/requests", headers=self.bearer)
        assert answer.status_code == 200, answer.text
        return answer.json()["requests"]
