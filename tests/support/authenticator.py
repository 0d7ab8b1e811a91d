"""A device that keeps passkeys, in Python: what it answers may be bent in any way (WebAuthn level 2, §6.1 and §6.5)."""

import hashlib
import json
import secrets

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One device with one passkey. ``origin``: of the page that asks it, as its browser would tell it."""

    def __init__(self, origin, rp_id):
        self.origin, self.rp_id = origin, rp_id
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.number = secrets.token_bytes(32)
        self.handle = b""
        self.count = 0

    def create(self, options, *, origin="", verified=True):
        """What ``navigator.credentials.create`` gives the page, as the page sends it."""
        self.handle = base64url_to_bytes(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        there = (
            self._data(_ATTESTED, verified=verified)
            + bytes(16)
            + len(self.number).to_bytes(2)
            + self.number
            + cbor2.dumps(cose)
        )
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": there})
        client = self._client("webauthn.create", options, origin)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options, *, origin="", verified=True):
        """What ``navigator.credentials.get`` gives the page, as the page sends it."""
        self.count += 1
        data = self._data(0, verified=verified)
        client = self._client("webauthn.get", options, origin)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signed, userHandle=self.handle
        )

    def _data(self, flags, *, verified):
        flags |= _PRESENT | (_VERIFIED if verified else 0)
        rp = hashlib.sha256(self.rp_id.encode()).digest()
        return rp + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, what, options, origin):
        challenge = bytes_to_base64url(base64url_to_bytes(options["challenge"]))
        told = {"type": what, "challenge": challenge, "origin": origin or self.origin}
        return json.dumps(told).encode()

    def _answer(self, **response):
        number = bytes_to_base64url(self.number)
        sent = {name: bytes_to_base64url(content) for name, content in response.items()}
        return {"id": number, "rawId": number, "type": "public-key", "response": sent}
