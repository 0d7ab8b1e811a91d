"""From an authorization request over the tap to a code (design §4).

1 ``begin``: the request is kept, bound to the browser by a cookie. 2 ``offer``: a tap request,
signed by us, for the terminal or the phone. 3 ``receive``: the terminal brings the evidence and
gets a one-time handle. 4 ``take``: the browser that began brings the handle; fetched and removed.
5 ``finish``: J-LIS says whose card it was; subject, grant and code are written together.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from kazasu.card.challenge import AUTHENTICATE, PIN_LESS, challenge_bytes
from kazasu.contracts.jpki import (
    TapEvidence,
    ValidateAuthentication,
    ValidatedPerson,
    ValidateSignature,
)
from kazasu.contracts.levels import ACR_OF_HOLDER
from kazasu.contracts.phone import HAND_OVER_SECONDS
from kazasu.contracts.terminal import Begun as BegunOn
from kazasu.contracts.terminal import TapReceipt, TapRequest, TapResult
from kazasu.exchange.keys import encrypt
from kazasu.exchange.taps import TAP_TYP
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.text import Text
from kazasu.identity import model, store
from kazasu.identity.faults import (
    ALREADY_ANSWERED,
    ATTRIBUTES_MISSING,
    BAD_REDIRECT,
    EXPIRED,
    NO_EVIDENCE,
    NOT_STRONG_ENOUGH,
    OTHER_BROWSER,
    STOPPED,
    TAP_FAILED,
    UNKNOWN_CLIENT,
    UNKNOWN_REQUEST,
    WRONG_CHALLENGE,
)
from kazasu.identity.model import AuthorizationRequest, Client, Device, OAuthError
from kazasu.identity.service import document
from kazasu.identity.service.desk import Desk
from kazasu.identity.store import Answer, Grant, Release, Tap, Waiting

SIGN_IN = Text("サインイン", "Sign in")
CONFIRM = Text("本人の確認", "Confirm who you are")
SIGN = Text("電子署名「{title}」", "Sign “{title}”")
VERIFYING = Text("カードの署名と有効性の確認", "Checking the card's signature and validity")


NOWHERE = Text("別の画面", "another screen")
_LIFE: Mapping[Device, timedelta] = {
    "terminal": model.TAP_LIFE,
    "phone": min(model.TAP_LIFE, timedelta(seconds=HAND_OVER_SECONDS)),
}


@dataclass(frozen=True, slots=True)
class Begun:
    authorization_id: str
    cookie: str
    """Secret that binds the request to this browser."""
    device: Device


class Taps:
    """Authorization requests and their taps."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ------------------------------------------------------------ 1 begin

    def begin(self, parameters: Mapping[str, str]) -> Begun:
        """Keep an authorization request.

        Raises:
            Refusal: ``identity.unknown-client``, ``identity.bad-redirect``: for the person; the
                browser is not sent anywhere.
            OAuthError: goes back to the relying party.
        """
        client = self._desk.client(parameters.get("client_id", ""))
        if client is None:
            raise Refusal(UNKNOWN_CLIENT)
        model.check_redirect(client, parameters.get("redirect_uri", ""))
        request = model.read_request(client, parameters)
        begun = Begun(secrets.token_urlsafe(18), secrets.token_urlsafe(32), request.device)
        number = f"{secrets.randbelow(90) + 10}"

        def work(tx: Transaction) -> None:
            self._check_signing(tx, request)
            store.insert_request(
                tx,
                begun.authorization_id,
                request,
                binding=store.hashed(begun.cookie),
                check_number=number,
                life=model.REQUEST_LIFE,
            )

        self._desk.database.run("identity.authorize", work)
        return begun

    @staticmethod
    def _check_signing(tx: Transaction, request: AuthorizationRequest) -> None:
        if request.sign_transaction_id is None:
            return
        found = store.signing(tx, request.sign_transaction_id, request.client_id)
        if found is None or found.signed_at is not None:
            raise OAuthError("invalid_request", "sign_transaction_id is unknown or used")

    # ------------------------------------------------------------ 2 offer

    def offer(
        self, authorization_id: str, cookie: str, device: Device, begun_on: Text = NOWHERE
    ) -> Tap:
        """A new tap for a request of this browser; what failed before is forgotten.

        Args:
            begun_on: this browser in its owner's words, for the phone to name it.
        """

        def work(tx: Transaction) -> Tap:
            waiting = self._open(tx, authorization_id, cookie)
            tap = Tap(
                tap_id=secrets.token_urlsafe(24),
                authorization_id=waiting.authorization_id,
                device=device,
                nonce=secrets.token_urlsafe(32),
                phone_code=secrets.token_urlsafe(12) if device == "phone" else "",
                expires_at=min(tx.now + _LIFE[device], waiting.expires_at),
                begun_on=[begun_on.ja, begun_on.en],
                begun_at=tx.now,
            )
            store.set_failure(tx, authorization_id, None)
            store.insert_tap(tx, tap)
            return tap

        return self._desk.database.run("identity.offer-tap", work)

    def request_of(self, tap: Tap) -> str:
        """The signed tap request, as the terminal takes it."""
        waiting, client = self._of(tap)
        action, challenge, shown = self._challenge(tap, waiting)
        purpose = self._purpose(waiting, shown)
        learns = [model.LEARNS[scope] for scope in waiting.scopes]
        issuer = self._desk.issuer
        on_phone = tap.device == "phone"
        request = TapRequest(
            request_id=tap.tap_id,
            issuer=self._desk.institution.id,
            audience=tap.device,
            expires_at=tap.expires_at,
            pin="not-needed" if _pin_less(tap, waiting) else "required",
            action="sign" if action == "sign" else "authenticate",
            asker_ja=client.name_ja,
            asker_en=client.name_en,
            asker_origin=model.origin_of(waiting.redirect_uri),
            colour=client.colour,
            purpose_ja=purpose.ja,
            purpose_en=purpose.en,
            learns_ja=tuple(text.ja for text in learns),
            learns_en=tuple(text.en for text in learns),
            attributes=any(scope in model.ATTRIBUTES for scope in waiting.scopes),
            challenge=base64.b64encode(challenge).decode(),
            document_title_ja=shown.title.ja if shown else "",
            document_title_en=shown.title.en if shown else "",
            document_lines=shown.lines if shown else (),
            begun=_begun(tap) if on_phone else None,
            check_number=waiting.check_number if on_phone else "",
            respond_to=f"{issuer}/tap/evidence",
            continue_at=f"{issuer}/phone/done" if on_phone else f"{issuer}/tap/return",
            cancel_at=f"{issuer}/phone/stopped" if on_phone else f"{issuer}/tap/cancel?tap={tap.tap_id}",
        )  # fmt: skip
        return self._desk.institution.sign(request.model_dump_json().encode(), TAP_TYP)

    @staticmethod
    def _purpose(waiting: Waiting, shown: document.Document | None) -> Text:
        if shown:
            return Text(SIGN.ja.format(title=shown.title.ja), SIGN.en.format(title=shown.title.en))
        return SIGN_IN if set(waiting.scopes) <= {"openid", "name"} else CONFIRM

    def _challenge(self, tap: Tap, waiting: Waiting) -> tuple[str, bytes, document.Document | None]:
        """Action, exact bytes to be signed, and the document where there is one."""
        if waiting.sign_transaction_id is not None:
            content = self._document(waiting)
            return "sign", content, document.read(content)
        origin = model.origin_of(waiting.redirect_uri)
        label = PIN_LESS if _pin_less(tap, waiting) else AUTHENTICATE
        content = challenge_bytes(label, origin, tap.nonce, tap.tap_id)
        return "authenticate", content, None

    def _document(self, waiting: Waiting) -> bytes:
        found = self._desk.database.read(
            "identity.document",
            lambda tx: (
                store.signing(tx, waiting.sign_transaction_id, waiting.client_id)
                if waiting.sign_transaction_id
                else None
            ),
        )
        if found is None:
            raise Refusal(EXPIRED)
        return self._desk.unseal(found.document)

    # ------------------------------------------------------------ 3 receive

    def receive(self, result: TapResult) -> TapReceipt:
        """What a terminal brought from a card, or why it brought nothing. The first one counts."""
        handle = secrets.token_urlsafe(32)
        sealed = self._desk.seal(result.model_dump_json().encode())

        def work(tx: Transaction) -> None:
            tap = store.tap(tx, result.request_id)
            if tap is None:
                raise Refusal(UNKNOWN_REQUEST)
            if tap.expires_at <= tx.now:
                raise Refusal(EXPIRED)
            if tap.device == "phone" and (result.reader != "phone" or tap.opened_at is None):
                raise Refusal(UNKNOWN_REQUEST)
            if not store.answer_tap(tx, tap, handle, sealed):
                raise Refusal(ALREADY_ANSWERED)
            if result.failure is not None:
                store.confirm_phone(tx, handle)  # the other screen need not wait for the phone

        self._desk.database.run("identity.tap-evidence", work)
        return TapReceipt(handle=handle)

    # ------------------------------------------------------------ 4 take

    def authorization_of(self, handle: str) -> str:
        """Which authorization request a handle belongs to; it proves nothing yet."""
        tap = self._desk.database.read(
            "identity.tap-of-handle", lambda tx: store.tap_of_handle(tx, handle)
        )
        if tap is None:
            raise Refusal(UNKNOWN_REQUEST)
        return tap.authorization_id

    def authorization_of_tap(self, tap_id: str) -> str:
        """The same for a tap that was stopped."""
        return self._tap(tap_id).authorization_id

    def take(self, handle: str, cookie: str) -> Answer:
        """Fetch and remove what the terminal brought, for the browser that began."""
        found = self._desk.database.run(
            "identity.take-answer", lambda tx: store.take_answer(tx, handle, store.hashed(cookie))
        )
        if found is None:
            tap = self._desk.database.read(
                "identity.tap-of-handle", lambda tx: store.tap_of_handle(tx, handle)
            )
            late = tap is not None and tap.expires_at <= self._desk.clock.now()
            raise Refusal(EXPIRED if late else OTHER_BROWSER)
        return found

    def confirm_phone(self, handle: str) -> None:
        """The phone came back with its handle."""
        if not self._desk.database.run(
            "identity.confirm-phone", lambda tx: store.confirm_phone(tx, handle)
        ):
            raise Refusal(UNKNOWN_REQUEST)

    def take_from_phone(self, authorization_id: str, cookie: str) -> Answer | None:
        """The same from a phone that has confirmed; None while it has not."""
        return self._desk.database.run(
            "identity.take-phone-answer",
            lambda tx: store.take_phone_answer(tx, authorization_id, store.hashed(cookie)),
        )

    # ------------------------------------------------------------ 5 finish

    def finish(self, answer: Answer) -> str:
        """Where to send the browser: the relying party's address with the code.

        Raises:
            Refusal: why the card was not confirmed; the request stays open for another tap.
        """
        result = TapResult.model_validate_json(self._desk.unseal(answer.sealed))
        tap = self._tap(answer.tap_id)
        waiting, client = self._of(tap)
        try:
            person, evidence = self._validated(tap, waiting, result)
            return self._grant(waiting, client, person, evidence)
        except Refusal as refusal:
            self._fail(waiting, refusal)
            raise

    def _validated(
        self, tap: Tap, waiting: Waiting, result: TapResult
    ) -> tuple[ValidatedPerson, TapEvidence]:
        if result.failure is not None:
            raise _refusal_of(result.failure.code, result.failure.tries_left)
        if result.evidence is None:
            raise Refusal(NO_EVIDENCE)
        action, challenge, _ = self._challenge(tap, waiting)
        expected = base64.b64encode(challenge).decode()
        chosen = waiting.check_number if tap.device == "phone" else ""
        if result.evidence.signed != expected or result.chosen_number != chosen:
            raise Refusal(WRONG_CHALLENGE)
        inquiry = (
            ValidateSignature(evidence=result.evidence, expected=expected)
            if action == "sign"
            else ValidateAuthentication(evidence=result.evidence, expected=expected)
        )
        person = self._desk.inquirer.ask(inquiry, of="jpki", purpose=VERIFYING)
        # The weaker of the two counts: what the key signed, and how the terminal says it saw the holder.
        seen = ACR_OF_HOLDER[result.holder] if result.holder else model.AAL2
        if seen != model.AAL3:
            person = person.model_copy(update={"pin_less": True})
        if person.pin_less and (action == "sign" or person.attributes is not None):
            raise Refusal(NOT_STRONG_ENOUGH)
        model.check_acr(waiting.acr_values, model.acr_of(person))
        if person.attributes is None and any(s in model.ATTRIBUTES for s in waiting.scopes):
            raise Refusal(ATTRIBUTES_MISSING)
        return person, result.evidence

    def _grant(
        self, waiting: Waiting, client: Client, person: ValidatedPerson, evidence: TapEvidence
    ) -> str:
        code, new_sub = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        grant_id = secrets.token_urlsafe(18)
        certificates = self._certificates(waiting, evidence)

        def work(tx: Transaction) -> None:
            if not store.finish_request(tx, waiting.authorization_id):
                raise Refusal(UNKNOWN_REQUEST)
            sub = store.subject(tx, person.person_ref, client.sector, new_sub)
            store.insert_grant(tx, _grant(grant_id, waiting, person, sub, tx.now), code)
            if person.attributes is not None and not waiting.sign_transaction_id:
                sealed = self._desk.seal(person.attributes.model_dump_json().encode())
                store.insert_attributes(tx, grant_id, sealed, model.ATTRIBUTES_LIFE)
            if waiting.sign_transaction_id is not None and not store.set_signature(
                tx, waiting.sign_transaction_id, evidence.signature, certificates, grant_id
            ):
                raise Refusal(UNKNOWN_REQUEST)
            store.insert_release(tx, _release(waiting, person, sub, tx.now))

        access = Access(
            f"institution:{client.institution}",
            "identity.sign" if waiting.sign_transaction_id else "identity.sign-in",
            SIGN_IN if not waiting.sign_transaction_id else Text("電子署名", "Signing"),
            (person.person_ref,),
            fields=tuple(waiting.scopes),
        )
        self._desk.database.run("identity.grant", work, access=access)
        return model.answer_url(
            waiting.redirect_uri, code=code, state=waiting.state, iss=self._desk.issuer
        )

    def _certificates(self, waiting: Waiting, evidence: TapEvidence) -> dict[str, str]:
        """The signing certificate, for each audience's eyes alone."""
        if waiting.sign_transaction_id is None:
            return {}
        signing = self._desk.database.read(
            "identity.audiences",
            lambda tx: (
                store.signing(tx, waiting.sign_transaction_id, waiting.client_id)
                if waiting.sign_transaction_id
                else None
            ),
        )
        if signing is None:
            raise Refusal(EXPIRED)
        content = evidence.certificate.encode()
        return {who: encrypt(content, who, self._desk.directory) for who in signing.audiences}

    # ------------------------------------------------------------ failures

    def stop(self, authorization_id: str, cookie: str) -> str:
        """The person goes back: the relying party's address with the error."""

        def work(tx: Transaction) -> Waiting:
            waiting = self._open(tx, authorization_id, cookie)
            store.finish_request(tx, authorization_id)
            return waiting

        waiting = self._desk.database.run("identity.stop", work)
        code = (waiting.failure or {}).get("code", STOPPED.code)
        return self.error_url(
            waiting.redirect_uri,
            waiting.state,
            OAuthError(model.error_for(code), "the person's card was not confirmed"),
        )

    def cancelled(self, tap_id: str, cookie: str) -> None:
        """The person pressed stop at the terminal."""
        tap = self._tap(tap_id)

        def work(tx: Transaction) -> None:
            waiting = self._open(tx, tap.authorization_id, cookie)
            store.set_failure(tx, waiting.authorization_id, _failure(Refusal(STOPPED)))

        self._desk.database.run("identity.cancel-tap", work)

    def error_url(self, redirect_uri: str, state: str, error: OAuthError) -> str:
        parameters = {"error": error.error, "error_description": error.description}
        if state:
            parameters["state"] = state
        return model.answer_url(redirect_uri, **parameters, iss=self._desk.issuer)

    def error_url_for(self, parameters: Mapping[str, str], error: OAuthError) -> str:
        """Where an authorization request that does not fit is sent back to.

        Raises:
            Refusal: client or redirect address are not proven, so it is sent nowhere.
        """
        client = self._desk.client(parameters.get("client_id", ""))
        if client is None:
            raise Refusal(UNKNOWN_CLIENT)
        redirect_uri = parameters.get("redirect_uri", "")
        if redirect_uri not in client.redirect_uris:
            raise Refusal(BAD_REDIRECT)
        return self.error_url(redirect_uri, parameters.get("state", ""), error)

    def _fail(self, waiting: Waiting, refusal: Refusal) -> None:
        self._desk.database.run(
            "identity.tap-failed",
            lambda tx: store.set_failure(tx, waiting.authorization_id, _failure(refusal)),
        )

    # ------------------------------------------------------------ look-ups

    def waiting(self, authorization_id: str, cookie: str) -> tuple[Waiting, Client]:
        """A request of this browser that is still open."""
        waiting = self._desk.database.read(
            "identity.waiting", lambda tx: self._open(tx, authorization_id, cookie)
        )
        client = self._desk.client(waiting.client_id)
        if client is None:
            raise Refusal(UNKNOWN_CLIENT)
        return waiting, client

    def phone_tap(self, phone_code: str) -> tuple[Tap, Waiting, Client]:
        """By the code of a QR: which tap this phone is for. The first that opens it has it, and no other."""
        tap = self._desk.database.run(
            "identity.phone-tap", lambda tx: store.open_phone_tap(tx, phone_code)
        )
        if tap is None:
            raise Refusal(UNKNOWN_REQUEST)
        if tap.expires_at <= self._desk.clock.now():
            raise Refusal(EXPIRED)
        return (tap, *self._of(tap))

    def latest_phone_tap(self, authorization_id: str) -> Tap | None:
        return self._desk.database.read(
            "identity.latest-phone-tap", lambda tx: store.latest_phone_tap(tx, authorization_id)
        )

    def _tap(self, tap_id: str) -> Tap:
        tap = self._desk.database.read("identity.tap", lambda tx: store.tap(tx, tap_id))
        if tap is None:
            raise Refusal(UNKNOWN_REQUEST)
        return tap

    def _of(self, tap: Tap) -> tuple[Waiting, Client]:
        waiting = self._desk.database.read(
            "identity.waiting", lambda tx: store.waiting(tx, tap.authorization_id)
        )
        if waiting is None or waiting.done_at is not None:
            raise Refusal(UNKNOWN_REQUEST)
        client = self._desk.client(waiting.client_id)
        if client is None:
            raise Refusal(UNKNOWN_CLIENT)
        return waiting, client

    @staticmethod
    def _open(tx: Transaction, authorization_id: str, cookie: str) -> Waiting:
        waiting = store.waiting(tx, authorization_id)
        if waiting is None or waiting.done_at is not None:
            raise Refusal(UNKNOWN_REQUEST)
        if not secrets.compare_digest(waiting.binding, store.hashed(cookie)):
            raise Refusal(OTHER_BROWSER)
        if waiting.expires_at <= tx.now:
            raise Refusal(EXPIRED)
        return waiting


def _pin_less(tap: Tap, waiting: Waiting) -> bool:
    """Does the relying party ask for a tap without a PIN first? Only for who it is, at a terminal."""
    levels = [one for one in waiting.acr_values if one in (model.AAL2, model.AAL3)]
    facts = any(scope in model.ATTRIBUTES for scope in waiting.scopes)
    plain = tap.device == "terminal" and waiting.sign_transaction_id is None and not facts
    return plain and levels[:1] == [model.AAL2]


def _begun(tap: Tap) -> BegunOn:
    ja, en = tap.begun_on
    return BegunOn(device_ja=ja, device_en=en, at=tap.begun_at)


def _grant(
    grant_id: str, waiting: Waiting, person: ValidatedPerson, sub: str, now: datetime
) -> Grant:
    return Grant(
        grant_id=grant_id,
        client_id=waiting.client_id,
        person_ref=person.person_ref,
        sub=sub,
        scopes=waiting.scopes,
        redirect_uri=waiting.redirect_uri,
        nonce=waiting.nonce,
        code_challenge=waiting.code_challenge,
        acr=model.acr_of(person),
        amr=model.amr_of(person),
        auth_time=now,
        code_until=now + model.CODE_LIFE,
        code_used_at=None,
        revoked_at=None,
        expires_at=now + model.CODE_LIFE + model.ACCESS_TOKEN_LIFE,
    )


def _release(waiting: Waiting, person: ValidatedPerson, sub: str, now: datetime) -> Release:
    return Release(
        person_ref=person.person_ref,
        release_id=uuid4(),
        client_id=waiting.client_id,
        sub=sub,
        at=now,
        action="sign" if waiting.sign_transaction_id else "authenticate",
        items=waiting.scopes,
        acr=model.acr_of(person),
        evidence_id=person.evidence_id,
    )


def _refusal_of(code: str, tries_left: int | None) -> Refusal:
    """The terminal's fault as a refusal here; a code that is not in our catalogue keeps its name."""
    fault = CATALOGUE.get(code)
    refusal = Refusal(fault, tries_left=tries_left) if fault else Refusal(TAP_FAILED, code=code)
    try:
        _ = (refusal.title, refusal.todo)
    except KeyError:  # its texts want facts that only the terminal had
        return Refusal(TAP_FAILED, code=code)
    return refusal


def _failure(refusal: Refusal) -> dict[str, Any]:
    title, todo = refusal.title, refusal.todo
    return {
        "code": refusal.fault.code,
        "title": [title.ja, title.en],
        "todo": [todo.ja, todo.en],
    }
