"""A folder with a small public-key infrastructure and cards of any kind, made in seconds.

The cards are the country's in every byte but one: the authorities' names say *workbench*, and no register knows
the people. Certificates are recorded before they are signed, as in the certification service.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from kazasu.card import profiles
from kazasu.card.chip.image import CARD_ID, CardBox, CardImage
from kazasu.card.faults import BAD_CARD_NAME
from kazasu.card.making import Blank, Certificates, blank, personalise, pins_of
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.time.clock import Clock, SystemClock, today
from kazasu.foundation.time.dates import birthday_in
from kazasu.foundation.values.names import CARD, substitute
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.jpki.authorities.ceremony import hold_ceremony
from kazasu.jpki.authorities.keys import Authorities, read_authorities
from kazasu.jpki.certificates import profile
from kazasu.jpki.certificates.profile import Subject
from kazasu.jpki.certificates.validity import end_of_validity
from kazasu.jpki.issuing.model import midday
from kazasu.jpki.register.model import Status
from kazasu.jpki.status import ocsp
from kazasu.jpki.terms import CertificateKind
from kazasu.kit.periods import expiry_of_card

_MUNICIPALITY: Final = ("141003", "Kanagawa-ken", "Yokohama-shi")
_ADDRESS: Final = "神奈川県横浜市中区本町６丁目５０番地の１０"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose card it is: invented."""

    attributes: FourAttributes
    individual_number: IndividualNumber


class Workbench:
    """Authorities in ``<folder>/pki``, cards in ``<folder>/cards``."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        """Makes what is not there yet."""
        self._folder = folder
        self._clock = clock or SystemClock()
        hold_ceremony(folder, self._clock, agency="Kazasu workbench")
        self.authorities: Final[Authorities] = read_authorities(folder)
        self.box: Final = CardBox(folder / "cards")

    # ------------------------------------------------------------ cards

    def make(
        self,
        card_id: str,
        kind: str = "plastic",
        *,
        holder: Holder | None = None,
        on: Blank | None = None,
    ) -> CardImage:
        """A card of one of the kinds in ``profiles.toml``, put into the box.

        Args:
            on: a blank with keys already made (making RSA keys takes a while).

        Raises Refusal ``card.bad-name``, ``card.unknown-profile``, ``jpki.weak-key``.
        """
        if not CARD_ID.match(card_id):
            raise Refusal(BAD_CARD_NAME, given=card_id)
        made = on or blank(card_id, self._serial(), profiles.profile(kind))
        day = today(self._clock)
        whose = holder or self._holder(made, day)
        born = whose.attributes.birth_date
        issued_on = birthday_in(day, day.year - made.profile.issued_years_ago)
        expires_on = expiry_of_card(issued_on, born)
        signing = made.signing_key
        image = personalise(
            made,
            attributes=whose.attributes,
            individual_number=whose.individual_number,
            municipality_code=_MUNICIPALITY[0],
            expires_on=expires_on,
            security_code=f"{int(made.serial) * 7919 % 10_000:04}",
            certificates=Certificates(
                self._certificate(
                    "authentication", made.authentication_key, whose, issued_on, expires_on
                ),
                self._certificate("signing", signing, whose, issued_on, expires_on)
                if signing
                else None,
                self.authorities.der("authentication"),
                self.authorities.der("signing"),
            ),
            issuer=self.authorities.card_issuer,
            pins=pins_of(made.profile),
        )
        self.box.save(image)
        return image

    def _holder(self, made: Blank, day: date) -> Holder:
        """Somebody of the right age; the name tells that it is nobody."""
        body = f"99{int(made.serial) % 10**9:09}"
        attributes = FourAttributes(
            name="見本　花子",
            address=_ADDRESS,
            birth_date=birthday_in(date(1990, 4, 1), day.year - made.profile.born_years_ago),
            sex="2",
        )
        return Holder(attributes, IndividualNumber.from_body(body))

    def _serial(self) -> str:
        """15 digits that begin as no country's of the sandbox do."""
        return f"98{secrets.randbelow(10**13):013}"

    def _certificate(
        self,
        kind: CertificateKind,
        key: bytes,
        whose: Holder,
        issued_on: date,
        expires_on: date,
    ) -> bytes:
        """Recorded, then signed."""
        public = load_der_public_key(key)
        name = substitute(whose.attributes.name, CARD)
        address = substitute(whose.attributes.address, CARD)
        written = {"name": name.text, "address": address.text}
        subject = Subject(
            attributes=whose.attributes.model_copy(update=written),
            name_flags=name.flags,
            address_flags=address.flags,
            prefecture=_MUNICIPALITY[1],
            city=_MUNICIPALITY[2],
            municipality_code=_MUNICIPALITY[0],
        )
        serial = profile.new_serial()
        self._record({f"{kind}/{serial}": {"revoked_at": None, "reason": ""}})
        certificate = profile.build(
            self.authorities.issuing[kind],
            kind,
            subject,
            public,  # type: ignore[arg-type]  # profile.build refuses what is not ours
            serial,
            min(midday(issued_on), self._clock.now()).replace(microsecond=0),
            end_of_validity(issued_on, whose.attributes.birth_date, expires_on),
            issued_on=issued_on,
            card_expires_on=expires_on,
        )
        return certificate.public_bytes(Encoding.DER)

    # ------------------------------------------------------------ status

    def status(self, kind: CertificateKind, serial: int) -> Status | None:
        """A status source for :func:`kazasu.jpki.validation.validator.validate`."""
        found = self._records().get(f"{kind}/{serial}")
        if found is None:
            return None
        at = found["revoked_at"]
        return Status(datetime.fromisoformat(at) if at else None, found["reason"])

    def revoke(self, certificate: bytes, reason: str = "key_compromise") -> None:
        """By DER certificate; its kind is known by its issuer."""
        parsed = x509.load_der_x509_certificate(certificate)
        kind = next(
            kind for kind in self.authorities.issuing
            if self.authorities.issuing[kind].certificate.subject == parsed.issuer
        )  # fmt: skip
        now = self._clock.now().isoformat()
        self._record({f"{kind}/{parsed.serial_number}": {"revoked_at": now, "reason": reason}})

    def ocsp(self, request: bytes) -> bytes:
        """The DER answer to a DER OCSP request."""
        return ocsp.answer(request, self.authorities.responders, self.status, self._clock.now())

    def anchors(self) -> list[x509.Certificate]:
        """Certificates of the authorities that issue to cards."""
        return [one.certificate for one in self.authorities.issuing.values()]

    @property
    def _ledger(self) -> Path:
        return self._folder / "issued.json"

    def _records(self) -> dict[str, Any]:
        if not self._ledger.exists():
            return {}
        records: dict[str, Any] = json.loads(self._ledger.read_text(encoding="utf-8"))
        return records

    def _record(self, more: dict[str, Any]) -> None:
        write_whole(self._ledger, json.dumps({**self._records(), **more}, indent=1))
