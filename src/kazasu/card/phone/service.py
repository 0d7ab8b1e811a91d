"""What a phone does beside taps: gets certificates, shows them, ends them; holds a lost phone's with the card."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kazasu.card.challenge import challenge_bytes
from kazasu.card.client import AUTHENTICATION, SIGNING, CardClient, Signed, opened
from kazasu.card.making import Certificates, phone_keys, phone_store
from kazasu.card.phone.enrolling import Application
from kazasu.card.phone.faults import HAS_THEM, NOTHING_ON_IT, own_keys_used
from kazasu.card.phone.model import Phone
from kazasu.card.phone.store import PhoneStore
from kazasu.card.profiles import profile
from kazasu.card.transports import Reader
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.jpki.phones import (
    ChangePhone,
    IssuePhoneCertificates,
    MayCardSign,
    PhoneApplication,
    PhoneCertificates,
    PhoneCertificateShown,
    PhonesOfHolder,
    StateOfPhone,
)
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.contracts.phone import PhoneAction, label_of
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.faults import TIMEOUT, UNREACHABLE
from kazasu.foundation.algorithms import sign
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.encoding import base64_text

APPLYING: Final = Text("スマホ用電子証明書の申請", "Application for a phone's certificates")
CHANGING: Final = Text("スマホ用電子証明書の管理", "Keeping a phone's certificates")
LOOKING: Final = Text("スマホ用電子証明書の状態の確認", "State of a phone's certificates")
_NOT_TOLD: Final = (UNREACHABLE, TIMEOUT)
NOT_KNOWN: Final = "jpki.no-phone"
Place = Callable[[], Reader]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the owner typed for enrolment."""

    card_password: str
    """The card's signing password."""
    pin: str
    """The phone's own two secrets, as they were chosen."""
    password: str
    use_last_try: bool = False


class PhoneService:
    def __init__(
        self, store: PhoneStore, ask: Callable[[], Inquirer], origin: str, clock: Clock
    ) -> None:
        """
        Args:
            origin: of the phone's program, as it stands in challenges and applications.
        """
        self._store = store
        self._ask = ask
        self._origin = origin
        self._clock = clock

    # ------------------------------------------------------------ certificates

    def enrol(self, phone: Phone, card: Place, application: Application, wanted: Wanted) -> Phone:
        """Get certificates for keys made here, on the word of the card's signing certificate.

        Steps: 1 the card signs the application, byte for byte as it was shown; 2 its keys do, too; 3 J-LIS issues;
        4 all goes into the key store.

        Raises Refusal: ``phone.has-certificates``, the card's faults or J-LIS's.
        """
        if phone.enrolled:
            raise Refusal(HAS_THEM)
        keys, content = application.keys, application.content
        with opened(card) as client:
            signed = client.sign(content, wanted.card_password, force=wanted.use_last_try)  # 1
        inquiry = IssuePhoneCertificates(
            application=base64_text(content),
            evidence=evidence_of(signed, content),
            authentication_proof=base64_text(sign(keys.authentication, content)),  # 2
            signing_proof=base64_text(sign(keys.signing, content)),
        )
        issued = self._ask().ask(inquiry, of="jpki", purpose=APPLYING)  # 3
        image = phone_store(
            phone.key, keys, _certificates(issued), pin=wanted.pin, password=wanted.password
        )
        self._store.keep(image)  # 4
        made = replace(phone, phone_id=issued.phone_id, expires_on=issued.expires_on)
        self._store.save(made)
        return made

    def may_sign(self, card: Place) -> bool | None:
        """Whether J-LIS would take what the card on the reader signs; nothing is typed for it. None: it cannot be told, since the card
        does not read, or J-LIS cannot be asked."""
        try:
            with opened(card) as client:
                record = client.common_record()
            inquiry = MayCardSign(card_record=base64_text(record))
            return self._ask().ask(inquiry, of="jpki", purpose=APPLYING).signs
        except Refusal as refusal:
            if refusal.fault in _NOT_TOLD or refusal.fault.code.startswith("card."):
                return None
            raise

    def application(self, phone: Phone, *, replaces: bool = False) -> Application:
        """What the card will sign, for two keys made now: it is shown first."""
        keys = phone_keys(profile(phone.platform))
        document = PhoneApplication(
            application_id=secrets.token_urlsafe(18),
            applied_at=self._clock.now(),
            origin=self._origin,
            platform=phone.platform,
            authentication_key=base64_text(keys.authentication_key),
            signing_key=base64_text(keys.signing_key),
            replaces=replaces,
        )
        return Application(keys, document.model_dump_json().encode())

    def end(self, phone: Phone, pin: str, *, force: bool = False) -> Phone:
        """Take the certificates off this phone: J-LIS ends them first, then the keys go.

        Raises Refusal: ``phone.no-certificates``, the lock's faults, or J-LIS's.
        """
        with own_keys_used():
            self._change("end", self.own_keys(phone), pin, force=force)
        return self._emptied(phone)

    def forget(self, phone: Phone, pin: str, *, force: bool = False) -> Phone:
        """The same when J-LIS has ended them already: only who knows the lock empties the store."""
        self.check_lock(phone, pin, force=force)
        return self._emptied(phone)

    def end_with_card(self, phone: Phone, card: Place, pin: str, *, force: bool = False) -> Phone:
        """The same by the card of the phone's owner, where the lock is locked or forgotten.

        Raises Refusal: ``phone.no-certificates``, the card's faults, ``jpki.other-persons-phone``, or J-LIS's.
        """
        if not phone.enrolled:
            raise Refusal(NOTHING_ON_IT)
        self._change("end", card, pin, force=force, only=phone.phone_id)
        return self._emptied(phone)

    def emptied_if_ended(self, phone: Phone) -> Phone | None:
        """Where J-LIS has ended all of them the keys are worth nothing, and go without the lock, which may be locked itself.
        None: they are still good for something, or J-LIS cannot be asked."""
        states = self.states(phone) if phone.enrolled else None
        if states is None or any(one.state != "ended" for one in states.values()):
            return None
        return self._emptied(phone)

    def check_lock(self, phone: Phone, pin: str, *, force: bool = False) -> None:
        """Raises Refusal: the lock's faults, ``phone.no-certificates``."""
        with own_keys_used(), opened(self.own_keys(phone)) as client:
            client.certificate("authentication", pin, force=force)

    def _emptied(self, phone: Phone) -> Phone:
        self._store.wipe(phone)
        emptied = replace(phone, phone_id="", expires_on=None, biometric=False)
        self._store.save(emptied)
        return emptied

    # ------------------------------------------------------------ lost and found

    def with_card(
        self, action: PhoneAction, card: Place, pin: str, *, force: bool = False
    ) -> PhonesOfHolder:
        """Show, hold, release or end the phones of the person who holds the card. From any phone, at any hour."""
        return self._change(action, card, pin, force=force)

    def _change(
        self, action: PhoneAction, place: Place, pin: str, *, force: bool = False, only: str = ""
    ) -> PhonesOfHolder:
        nonce, request_id = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        content = challenge_bytes(label_of(action), self._origin, nonce, request_id)
        with opened(place) as client:
            signed = client.authenticate(content, pin, force=force)
        inquiry = ChangePhone(
            action=action,
            evidence=evidence_of(signed, content),
            expected=base64_text(content),
            phone_id=only,
        )
        return self._ask().ask(inquiry, of="jpki", purpose=CHANGING)

    # ------------------------------------------------------------ the key store

    def own_keys(self, phone: Phone) -> Place:
        """This phone's keys as a reader. Raises Refusal ``phone.no-certificates``."""
        if not phone.enrolled or phone.key not in self._store.box:
            raise Refusal(NOTHING_ON_IT)
        return lambda: VirtualReader(self._store.box, phone.key)

    def unlocked(self, phone: Phone) -> str:
        """The PIN that the owner's face or finger stands for (simulated: the switch is the finger).

        A store that is locked stays locked. Raises Refusal ``phone.no-certificates``.
        """
        if not phone.biometric or not phone.enrolled:
            raise Refusal(NOTHING_ON_IT)
        return self._store.box.load(phone.key).applications["jpki"].pins["18"].value

    def states(self, phone: Phone) -> dict[str, PhoneCertificateShown] | None:
        """What J-LIS says of each certificate on this phone, by its kind; None: it cannot be asked at present.

        Empty where J-LIS knows no such phone: nothing on it is good any more.
        """
        try:
            found = self._ask().ask(
                StateOfPhone(phone_id=phone.phone_id), of="jpki", purpose=LOOKING
            )
        except Refusal as refusal:
            if refusal.fault is UNREACHABLE:
                return None
            if refusal.fault.code == NOT_KNOWN:
                return {}
            raise
        return {one.kind: one for one in found.certificates}

    def counters(self, phone: Phone) -> dict[str, int | None]:
        """Tries left of the two secrets of the phone's own lock."""
        with opened(self.own_keys(phone)) as client:
            return {"pin": _left(client, AUTHENTICATION), "password": _left(client, SIGNING)}


def evidence_of(signed: Signed, content: bytes) -> TapEvidence:
    """What J-LIS is shown of a signature over ``content``."""
    return TapEvidence(
        certificate=base64_text(signed.certificate),
        signed=base64_text(content),
        signature=base64_text(signed.signature),
    )


def _left(client: CardClient, which: tuple[str, int]) -> int | None:
    return client.counter(which)


def _certificates(issued: PhoneCertificates) -> Certificates:
    return Certificates(
        authentication=base64.b64decode(issued.authentication),
        signing=base64.b64decode(issued.signing),
        authentication_ca=base64.b64decode(issued.authentication_ca),
        signing_ca=base64.b64decode(issued.signing_ca),
    )
