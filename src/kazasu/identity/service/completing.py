"""The end of a tap: whose card it was, what they agreed to, and the relying party's code."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jpki.validation import TapEvidence, ValidateAuthentication, ValidatedPerson
from kazasu.contracts.terminal import TapResult
from kazasu.exchange.keys import encrypt
from kazasu.foundation.actions import action
from kazasu.foundation.alarms.harvest import tapped
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import CATALOGUE, Fault, Refusal
from kazasu.foundation.text import Text, Words, locales_of_words
from kazasu.foundation.time.clock import JST
from kazasu.foundation.time.dates import long_moment
from kazasu.foundation.values.encoding import base64_text
from kazasu.identity import model, scopes
from kazasu.identity.clients import store as clients_store
from kazasu.identity.clients.model import Client
from kazasu.identity.consents import model as consents
from kazasu.identity.consents import payment
from kazasu.identity.consents import store as consents_store
from kazasu.identity.faults import (
    ANOTHER_PERSON,
    ATTRIBUTES_MISSING,
    CARD_NEEDED,
    NO_EVIDENCE,
    NOT_IN_TEAM,
    NOT_STRONG_ENOUGH,
    OF_A_PHONE,
    PHONE_ENDED,
    PHONE_HELD,
    STOPPED,
    SUSPENDED,
    TAP_FAILED,
    TEST_ONLY,
    UNKNOWN_REQUEST,
    WRONG_CHALLENGE,
    WRONG_NUMBER,
)
from kazasu.identity.latest.statement import AUTHENTICATED, SIGNED
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.authorizing import Authorizing
from kazasu.identity.service.challenge import Challenge, challenge_of, signing_of
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.signing import Signed, Signings
from kazasu.identity.service.taps import SIGN_IN, Taps
from kazasu.identity.store import authorizations, grants
from kazasu.identity.store.authorizations import Answer, Tap, Waiting
from kazasu.identity.store.grants import Grant
from kazasu.kit.levels import ACR_OF_HOLDER
from kazasu.kit.openid import OF_A_CARD

VERIFYING: Final = Text("カードの署名と有効性の確認", "Checking the card's signature and validity")
SIGN: Final = action(
    "identity.signature.give", ("client", "institution"), Text("電子署名", "Signing")
)
ENTER: Final = action("identity.sign-in.grant", ("client", "institution"), SIGN_IN)


@dataclass(frozen=True, slots=True)
class Proven:
    """Who it was, and how that was proven."""

    person_ref: str
    acr: str
    amr: list[str]
    evidence_id: str
    steps: list[list[str]]
    """The proof narrative: Japanese, English, evidence."""
    attributes: FourAttributes | None
    signed: str
    """What was signed, with its signature: the evidence of the consent."""


class Finishing:
    """Evidence in, code out; or a failure that the person reads."""

    def __init__(
        self, desk: IdentityContext, taps: Taps, authorizing: Authorizing, signings: Signings
    ) -> None:
        self._desk = desk
        self._signings = signings
        self._taps = taps
        self._authorizing = authorizing

    def finish(
        self,
        answer: Answer,
        verifying: Callable[[Waiting, Client], None],
        words: Words | None = None,
        screen: str = "",
    ) -> str:
        """Where to send the browser: the relying party's address with the code.

        Args:
            verifying: called before J-LIS is asked (``Hooks.verifying``).
            words: in which the person reads now: an institution of the country goes on in these. None: nobody reads.
            screen: network address of the browser beside the terminal; empty: not known.

        What the terminal has refused it has also explained: then the browser goes back to the relying party in one
        step. What is found only here is said here.

        Raises:
            Refusal: why the card was not confirmed; the request stays open for another tap.
        """
        result = TapResult.model_validate_json(self._desk.unseal(answer.sealed))
        opened = self._taps.open(answer.tap_id)
        tap, waiting, client = opened.tap, opened.waiting, opened.client
        try:
            challenge = challenge_of(self._desk, tap, waiting, client)
            evidence = _evidence(tap, challenge, result)
            verifying(waiting, client)
            proven, signed = self._proven(challenge, waiting, evidence, result)
            if screen and tap.device == "terminal":
                self._count(screen, proven.person_ref)
            return self.grant(
                waiting,
                client,
                proven,
                challenge.consent,
                evidence if signed else None,
                signed,
                words=words,
            )
        except Refusal as of_card:
            refusal = of_card
            if result.holder == "phone-lock" and refusal.fault.code in OF_A_PHONE:
                refusal = Refusal(OF_A_PHONE[refusal.fault.code])
            self._fail(waiting, refusal, signed=result.evidence is not None)
            if result.failure is not None and tap.device == "terminal":
                return self._ended(waiting, client, result.failure.code, words)
            raise refusal from of_card

    def _count(self, screen: str, person_ref: str) -> None:
        """How many people hold their cards at one terminal: an alarm rings where it is too many."""
        desk = self._desk
        desk.database.run(
            "identity.tapped",
            lambda tx: tapped(tx, screen, person_ref, desk.limits, room=desk.database.room),
            isolation="READ COMMITTED",
            lazily=True,
        )

    # ------------------------------------------------------------ proven

    def _proven(
        self, challenge: Challenge, waiting: Waiting, evidence: TapEvidence, result: TapResult
    ) -> tuple[Proven, Signed | None]:
        signed: Signed | None = None
        if challenge.shown:
            signed = self._signings.confirmed(waiting.client_id, challenge.content, evidence)
            person = signed.person
        else:
            expected = base64_text(challenge.content)
            inquiry = ValidateAuthentication(evidence=evidence, expected=expected)
            person = self._desk.inquirer.ask(inquiry, of="jpki", purpose=VERIFYING)
        if waiting.card_only and person.media != "card":
            raise Refusal(CARD_NEEDED)
        # The weaker of the two counts: what the key signed, and how the terminal says it saw the holder.
        seen = ACR_OF_HOLDER[result.holder] if result.holder else model.AAL2
        if seen != model.AAL3:
            person = person.model_copy(update={"pin_less": True})
        if person.pin_less and (
            signed is not None or person.attributes is not None or waiting.details
        ):
            raise Refusal(NOT_STRONG_ENOUGH)
        model.check_acr(waiting.acr_values, model.acr_of(person))
        if person.attributes is None and scopes.asks_attributes(waiting.scopes):
            raise Refusal(ATTRIBUTES_MISSING)
        return _proven_by(person, evidence, signs=signed is not None), signed

    # ------------------------------------------------------------ granted

    def grant(
        self,
        waiting: Waiting,
        client: Client,
        proven: Proven,
        consent: bytes,
        evidence: TapEvidence | None = None,
        signed: Signed | None = None,
        *,
        words: Words | None = None,
    ) -> str:
        """Subject, consent, code and record in one transaction. Returns where the browser goes.

        Args:
            evidence, signed: where a document was signed: the card's, and what J-LIS said of it.

        Raises Refusal ``identity.test-only``, ``identity.not-in-team``, ``identity.client-suspended``,
        ``identity.unknown-request``, ``identity.another-person``.
        """
        code, new_sub = secrets.token_urlsafe(32), secrets.token_hex(16)  # a subject is typed
        grant_id, release_id = secrets.token_urlsafe(18), uuid4()
        certificates = self._certificates(waiting, evidence)
        agreed_on = self._desk.seal(proven.signed.encode())
        details = self._desk.seal(waiting.details.encode()) if waiting.details else ""

        def work(tx: Transaction) -> None:
            self._check_mode(tx, client, proven.person_ref)
            once = authorizations.finish_request(tx, waiting.authorization_id, "granted")
            if not (once and authorizations.spend_pushed(tx, waiting)):
                raise Refusal(UNKNOWN_REQUEST)
            sub = consents_store.subject(tx, proven.person_ref, client.sector, new_sub)
            if waiting.expected_sub not in ("", sub):
                raise Refusal(ANOTHER_PERSON)
            consent_id = _agree(tx, waiting, proven, consent, agreed_on)
            granted = _grant(grant_id, release_id, waiting, proven, sub, tx.now)
            grants.insert_grant(tx, granted, code)
            if proven.attributes is not None and scopes.asks_attributes(waiting.scopes):
                sealed = self._desk.seal(proven.attributes.model_dump_json().encode())
                grants.insert_attributes(tx, grant_id, sealed, model.ATTRIBUTES_LIFE)
            if signed is not None and waiting.sign_transaction_id is not None:
                number = waiting.sign_transaction_id
                if not self._signings.keep(
                    tx, client, number, signed, certificates=certificates, grant_id=grant_id
                ):
                    raise Refusal(UNKNOWN_REQUEST)
            consents_store.insert_release(
                tx, _release(granted, waiting, proven, consent_id, signed)
            )
            if details:
                consents_store.insert_payment(tx, release_id, details, payment.KEPT)

        done = SIGN if waiting.sign_transaction_id else ENTER
        access = done.by(client.actor, subjects=(proven.person_ref,), fields=waiting.scopes)
        self._desk.database.run("identity.grant", work, access=access)
        return model.answer_url(
            waiting.redirect_uri,
            code=code,
            state=waiting.state,
            iss=self._desk.issuer,
            **_reads(client, words),
            **self._session(client),
        )

    def _session(self, client: Client) -> dict[str, str]:
        """What the public sandbox writes beside the code, and the only published adapter wants to see: a name of nothing here."""
        return (
            {"session_state": str(uuid4())} if client.compatible(sandbox=self._desk.sandbox) else {}
        )

    def _check_mode(self, tx: Transaction, client: Client, person_ref: str) -> None:
        """Raises Refusal ``identity.test-only``, ``identity.not-in-team``, ``identity.client-suspended``: since it asked."""
        standing = clients_store.client(tx, client.client_id)
        if standing is None or standing.suspended_at is not None:
            raise Refusal(SUSPENDED)
        if client.mode == "test" and not self._desk.sandbox:
            raise Refusal(TEST_ONLY)
        if client.mode == "team" and not clients_store.in_team(tx, client.client_id, person_ref):
            raise Refusal(NOT_IN_TEAM)

    def _certificates(self, waiting: Waiting, evidence: TapEvidence | None) -> dict[str, str]:
        """The signing certificate, for each audience's eyes alone."""
        if evidence is None:
            return {}
        signing = signing_of(self._desk, waiting)
        content = evidence.certificate.encode()
        return {who: encrypt(content, who, self._desk.directory) for who in signing.audiences}

    # ------------------------------------------------------------ failures

    def stop(self, authorization_id: str, cookie: str, words: Words | None = None) -> str:
        """The person goes back: the relying party's address with the error."""

        def work(tx: Transaction) -> tuple[Waiting, Client | None]:
            waiting = self._taps.opened(tx, authorization_id, cookie)
            authorizations.finish_request(tx, authorization_id, "stopped")
            return waiting, clients_store.client(tx, waiting.client_id)

        waiting, client = self._desk.database.run("identity.stop", work)
        code = (waiting.failure or {}).get("code", STOPPED.code)
        return self._error_url(waiting, client, code, words)

    def _ended(self, waiting: Waiting, client: Client, code: str, words: Words | None) -> str:
        self._desk.database.run(
            "identity.stop",
            lambda tx: authorizations.finish_request(tx, waiting.authorization_id, "stopped"),
        )
        return self._error_url(waiting, client, code, words)

    def _error_url(
        self, waiting: Waiting, client: Client | None, code: str, words: Words | None
    ) -> str:
        error = OAuthError(model.error_for(code))
        url = self._authorizing.error_url(waiting.redirect_uri, waiting.state, error)
        more = _reads(client, words)
        more |= _why(client, code)
        return model.answer_url(url, **more) if more else url

    def _fail(self, waiting: Waiting, refusal: Refusal, *, signed: bool) -> None:
        """``signed``: a card gave its answer; where it was asked for a signature it has made one."""
        self._desk.database.run(
            "identity.tap-failed",
            lambda tx: authorizations.set_failure(
                tx, waiting.authorization_id, refusal.to_document() | {"signed": signed}
            ),
        )


def _reads(client: Client | None, words: Words | None) -> dict[str, str]:
    """In which words the person reads, told on the way back: to institutions of the country alone, which are read in three.

    Whoever registered by themselves hears nothing that no line of the tap names; RFC 6749 4.1.2 lets clients ignore it.
    """
    told = words is not None and client is not None and bool(client.institution)
    return {"ui_locales": locales_of_words(words)} if told and words else {}


_OF_THE_CARD: Final = frozenset({"card.locked", "card.expired", "phone.locked", "phone.expired"})
"""What the card itself told at the reader, before anybody was asked about it."""


def _why(client: Client | None, code: str) -> dict[str, str]:
    """Why a card could not serve, told to institutions of the state alone, whose page says again what to do.

    What J-LIS answers is told to nobody (公的個人認証法 52条); whose card it was is not known to them here.
    """
    told = client is not None and client.public_institution and code in _OF_THE_CARD
    return {"tap_failure": code} if told else {}


def narrative(person: ValidatedPerson, *, signs: bool) -> list[list[str]]:
    """Which key, which chain, which status answer, which clause: what J-LIS looked at, and the frame."""
    key, clause = SIGNED if signs else AUTHENTICATED
    at = person.checked_at.astimezone(JST)
    status = Text(
        f"失効の確認: {person.status_method}、{long_moment(at)} の時点",
        f"Status: {person.status_method}, as of {long_moment(at, 'en')}",
    )
    frame = [(step.ja, step.en, person.evidence_id) for step in (status, clause)]
    own = (key.ja, key.en, person.evidence_id)
    return [list(step) for step in (own, *person.steps, *frame)]


def _proven_by(person: ValidatedPerson, evidence: TapEvidence, *, signs: bool) -> Proven:
    return Proven(
        person_ref=person.person_ref,
        acr=model.acr_of(person),
        amr=model.amr_of(person),
        evidence_id=person.evidence_id,
        steps=narrative(person, signs=signs),
        attributes=person.attributes,
        signed=json.dumps({"signed": evidence.signed, "signature": evidence.signature}),
    )


def _agree(tx: Transaction, waiting: Waiting, person: Proven, document: bytes, signed: str) -> UUID:
    """The consent that this tap stands on: the one that holds, or a new version of it.

    To stay signed in is agreed to once; what is for this time only is agreed to each time.
    """
    known = consents_store.live(tx, person.person_ref, waiting.client_id)
    same = known is not None and known.document_hash == consents.digest(document)
    if known is not None and same and consents.continued(waiting.scopes):
        return known.consent_id
    new = consents_store.Consent(
        person_ref=person.person_ref,
        consent_id=uuid4(),
        client_id=waiting.client_id,
        version=consents_store.next_version(tx, person.person_ref, waiting.client_id),
        items=list(waiting.scopes),
        document=document.decode(),
        document_hash=consents.digest(document),
        evidence_id=person.evidence_id,
        signed=signed,
        given_at=tx.now,
        until=consents.until_of(waiting.scopes, tx.now),
    )
    consents_store.insert(tx, new)
    return new.consent_id


def _grant(
    grant_id: str,
    release_id: UUID,
    waiting: Waiting,
    person: Proven,
    sub: str,
    now: datetime,
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
        acr=person.acr,
        amr=person.amr,
        auth_time=now,
        code_until=now + model.CODE_LIFE,
        code_used_at=None,
        revoked_at=None,
        expires_at=max(
            now + model.CODE_LIFE + model.ACCESS_TOKEN_LIFE,
            consents.until_of(waiting.scopes, now),
        ),
        dpop_jkt=waiting.dpop_jkt,
        release_id=release_id,
        details=waiting.details,
    )


def _release(
    granted: Grant, waiting: Waiting, person: Proven, consent_id: UUID, signed: Signed | None
) -> consents_store.Release:
    return consents_store.Release(
        person_ref=person.person_ref,
        release_id=granted.release_id or uuid4(),
        client_id=waiting.client_id,
        sub=granted.sub,
        at=granted.auth_time,
        action=_action_of(waiting),
        items=waiting.scopes,
        acr=granted.acr,
        evidence_id=person.evidence_id,
        consent_id=consent_id,
        steps=person.steps,
        document_ja=signed.title[0] if signed else "",
        document_en=signed.title[1] if signed else "",
        document_digest=signed.digest if signed else "",
        sign_transaction_id=waiting.sign_transaction_id,
        party_evidence_id=signed.evidence_id if signed else uuid4(),
    )


def _action_of(waiting: Waiting) -> str:
    if waiting.sign_transaction_id:
        return "sign"
    return "pay" if waiting.details else "authenticate"


def _evidence(tap: Tap, challenge: Challenge, result: TapResult) -> TapEvidence:
    if result.failure is not None:
        raise _refusal_of(result.failure.code, result.failure.tries_left)
    if result.evidence is None:
        raise Refusal(NO_EVIDENCE)
    expected = base64_text(challenge.content)
    chosen = tap.check_number
    if result.evidence.signed != expected or result.chosen_number != chosen:
        raise Refusal(WRONG_CHALLENGE)
    return result.evidence


_HERE: Final[Mapping[str, Fault]] = {
    **OF_A_CARD,
    "phone.wrong-number": WRONG_NUMBER,
    "phone.suspended": PHONE_HELD,
    **dict.fromkeys(
        ("phone.ended", "phone.signing-lapsed", "phone.certificate-unproven"), PHONE_ENDED
    ),
}
"""What was said at the reader, as it is said on the screen where it was begun."""


def _refusal_of(code: str, tries_left: int | None) -> Refusal:
    """The terminal's fault as a refusal here; a code that is not in our catalogue keeps its name.

    What the institutions' pages say again of a card, this screen says in the same words.
    """
    fault = _HERE.get(code) or CATALOGUE.get(code)
    refusal = Refusal(fault, tries_left=tries_left) if fault else Refusal(TAP_FAILED, code=code)
    try:
        _ = (refusal.title, refusal.todo)
    except KeyError:  # its texts want facts that only the terminal had
        return Refusal(TAP_FAILED, code=code)
    return refusal
