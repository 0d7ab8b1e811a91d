"""Binding a passkey to a person who tapped, and taking one in place of a tap."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text, Words
from kazasu.identity import model
from kazasu.identity.clients.model import Client
from kazasu.identity.consents import model as consents
from kazasu.identity.consents.store import PASSKEY
from kazasu.identity.faults import BAD_PASSKEY, CARD_NEEDED, PASSKEY_KNOWN, UNKNOWN_PASSKEY
from kazasu.identity.passkeys import store
from kazasu.identity.passkeys.store import Passkey
from kazasu.identity.scopes import OFFLINE
from kazasu.identity.service.completing import Finishing, Proven
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.taps import Taps
from kazasu.identity.store.authorizations import Waiting

BINDING: Final = Text("パスキーの登録", "Binding a passkey")
READ: Final = action("identity.passkey.read", "resident", BINDING)
BIND: Final = action("identity.passkey.bind", "resident", BINDING)
END: Final = action(
    "identity.passkey.end", "resident", Text("パスキーの削除", "Removing a passkey")
)
CHECK: Final = action(
    "identity.passkey.check", "system", Text("パスキーの確認", "Checking a passkey"),
    itself="passkey", shows="found",
)  # fmt: skip
NAME: Final = "Kazasu"
_STEPS: Final = (
    ("パスキーの署名を、登録された公開鍵で検証", "The passkey's signature verifies with its registered key"),
    ("この画面とこの要求のための署名であることを確認", "It was made for this site and this very request"),
    ("端末が持ち主を確かめたことを確認（指紋・顔・端末の暗証番号）", "The device confirmed its owner (fingerprint, face or its PIN)"),
)  # fmt: skip


def enough(scopes: Iterable[str], acr_values: Iterable[str]) -> bool:
    """May a passkey answer this request? It proves no attribute, signs nothing, and is no card."""
    asked = set(acr_values) & {model.AAL2, model.AAL3}
    return set(scopes) <= {"openid", OFFLINE} and asked != {model.AAL3}


class Passkeys:
    def __init__(self, desk: IdentityContext, taps: Taps, finishing: Finishing) -> None:
        self._desk = desk
        self._taps = taps
        self._finishing = finishing
        self._rp_id = urlsplit(desk.origin).hostname or ""

    # ------------------------------------------------------------ binding

    def of(self, person_ref: str) -> list[Passkey]:
        return self._desk.database.read(
            "identity.passkeys",
            lambda tx: store.of_person(tx, person_ref),
            access=READ.by("resident", subjects=(person_ref,)),
        )

    def offer(self, person_ref: str) -> tuple[str, str]:
        """Options for the browser (JSON), and the challenge to keep in the session."""
        fresh = secrets.token_bytes(32)

        def work(tx: Transaction) -> tuple[bytes, list[Passkey]]:
            return store.user_handle(tx, person_ref, fresh), store.of_person(tx, person_ref)

        handle, known = self._desk.database.run(
            "identity.offer-passkey",
            work,
            access=BIND.by("resident", subjects=(person_ref,)),
        )
        challenge = secrets.token_bytes(32)
        options = generate_registration_options(
            rp_id=self._rp_id,
            rp_name=NAME,
            user_id=handle,
            user_name=NAME,  # shown by the device; a name of the person would tell who looks at it
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=k.credential_id) for k in known],
        )
        return options_to_json(options), challenge.hex()

    def bind(
        self, person_ref: str, challenge: str, credential: dict[str, Any], evidence_id: str
    ) -> None:
        """Raises Refusal ``identity.bad-passkey``, ``identity.passkey-known``."""
        try:
            found = verify_registration_response(
                credential=credential,
                expected_challenge=bytes.fromhex(challenge),
                expected_rp_id=self._rp_id,
                expected_origin=self._desk.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise Refusal(BAD_PASSKEY) from error

        def work(tx: Transaction) -> bool:
            new = Passkey(
                person_ref=person_ref,
                credential_id=found.credential_id,
                public_key=found.credential_public_key,
                sign_count=found.sign_count,
                synced=found.credential_backed_up,
                bound_at=tx.now,
                evidence_id=evidence_id,
            )
            return store.insert(tx, new)

        access = BIND.by("resident", subjects=(person_ref,))
        if not self._desk.database.run("identity.bind-passkey", work, access=access):
            raise Refusal(PASSKEY_KNOWN)

    def end(self, person_ref: str, credential_id: str) -> None:
        """Raises Refusal ``identity.unknown-passkey``."""
        try:
            number = bytes.fromhex(credential_id)
        except ValueError:
            raise Refusal(UNKNOWN_PASSKEY) from None
        access = END.by("resident", subjects=(person_ref,))
        if not self._desk.database.run(
            "identity.end-passkey",
            lambda tx: store.end(tx, person_ref, number, "resident"),
            access=access,
        ):
            raise Refusal(UNKNOWN_PASSKEY)

    # ------------------------------------------------------------ in place of a tap

    def ask(self, authorization_id: str, cookie: str) -> str:
        """Options for the browser (JSON): a challenge for this request and its consent.

        Raises Refusal ``identity.card-needed``.
        """
        waiting, client = self._waiting(authorization_id, cookie)
        challenge = secrets.token_bytes(32) + _consent_digest(waiting, client)

        def work(tx: Transaction) -> None:
            store.set_challenge(tx, authorization_id, challenge, model.TAP_LIFE)

        self._desk.database.run("identity.ask-passkey", work)
        options = generate_authentication_options(
            rp_id=self._rp_id,
            challenge=challenge,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def finish(
        self,
        authorization_id: str,
        cookie: str,
        credential: dict[str, Any],
        words: Words | None = None,
    ) -> str:
        """Where to send the browser: the relying party's address with the code.

        Args:
            words: in which the person reads, as :meth:`Finishing.finish` has them.

        Raises Refusal ``identity.bad-passkey``, ``identity.card-needed``.
        """
        waiting, client = self._waiting(authorization_id, cookie)
        challenge = self._desk.database.run(
            "identity.take-passkey-challenge",
            lambda tx: store.take_challenge(tx, authorization_id),
        )
        # Registered in between: what was agreed to is no longer what the client asks for.
        if challenge is None or challenge[32:] != _consent_digest(waiting, client):
            raise Refusal(BAD_PASSKEY)
        passkey = self._verified(challenge, credential)
        proven = Proven(
            person_ref=passkey.person_ref,
            acr=model.AAL2,
            amr=["hwk", "user"],
            evidence_id=f"{PASSKEY}{hashlib.sha256(passkey.credential_id).hexdigest()[:16]}",
            steps=[[ja, en, ""] for ja, en in _STEPS],
            attributes=None,
            signed=json.dumps(credential.get("response", {})),
        )
        consent = consents.document(client, waiting.scopes)
        return self._finishing.grant(waiting, client, proven, consent, words=words)

    def _waiting(self, authorization_id: str, cookie: str) -> tuple[Waiting, Client]:
        waiting, client = self._taps.waiting(authorization_id, cookie)
        if waiting.details or waiting.card_only or not enough(waiting.scopes, waiting.acr_values):
            raise Refusal(CARD_NEEDED)
        return waiting, client

    def _verified(self, challenge: bytes, credential: dict[str, Any]) -> Passkey:
        access = CHECK.by()
        try:
            number = base64url_to_bytes(str(credential["id"]))
            told = credential["response"].get("userHandle")
            handle = base64url_to_bytes(str(told)) if told else b""
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refusal(BAD_PASSKEY) from error

        def work(tx: Transaction) -> Passkey:
            known = store.by_credential(tx, number)
            if known is None:
                raise Refusal(BAD_PASSKEY)
            # WebAuthn 7.2 (6): whom the device holds it for. Some do not say; the credential's number is one person's all the same.
            if handle and store.holder(tx, handle) != known.person_ref:
                raise Refusal(BAD_PASSKEY)
            try:
                done = verify_authentication_response(
                    credential=credential,
                    expected_challenge=challenge,
                    expected_rp_id=self._rp_id,
                    expected_origin=self._desk.origin,
                    credential_public_key=known.public_key,
                    credential_current_sign_count=known.sign_count,
                    require_user_verification=True,
                )
            except (WebAuthnException, ValueError, KeyError, TypeError) as error:
                raise Refusal(BAD_PASSKEY) from error
            store.used(tx, known, done.new_sign_count)
            return known

        return self._desk.database.run("identity.check-passkey", work, access=access)


def _consent_digest(waiting: Waiting, client: Client) -> bytes:
    return consents.digest(consents.document(client, waiting.scopes))
