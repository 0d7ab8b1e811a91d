"""A folder with a small public-key infrastructure and cards of any kind, made in seconds.

The cards are the country's in every byte but one: the authorities' names say *workbench*, and no register knows
the people. Certificates are recorded before they are signed, as in the certification service.
"""

import json
import secrets
from collections.abc import Mapping
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
from kazasu.card.profiles import Profile
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.time.clock import Clock, SystemClock, today
from kazasu.foundation.time.dates import attained_on, birthday_in
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
from kazasu.jpki.status.model import Listed
from kazasu.jpki.status.revocation_lists import FULL_LIFE, sign_list
from kazasu.jpki.terms import CertificateKind
from kazasu.kit.periods import expiry_of_card

_MUNICIPALITY: Final = ("141003", "Kanagawa-ken", "Yokohama-shi")
_ADDRESS: Final = "神奈川県横浜市中区本町６丁目５０番地の１０"


SIGNS_FROM: Final = 15
"""Years."""
NOTHING: Final[Mapping[str, object]] = {}


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
        chosen: Mapping[str, object] = NOTHING,
    ) -> CardImage:
        """A card of one of the kinds in ``profiles.toml``, put into the box.

        Args:
            chosen: what of the invented holder is to be another: any of the four attributes. Who is under fifteen has no signing certificate
                (公的個人認証法 3条).
            on: a blank with keys already made (making RSA keys takes a while).

        Raises Refusal ``card.bad-name``, ``card.unknown-profile``, ``jpki.weak-key``.
        """
        if not CARD_ID.match(card_id):
            raise Refusal(BAD_CARD_NAME, given=card_id)
        day, serial, of_kind = today(self._clock), self._serial(), profiles.profile(kind)
        whose = holder or self._holder(on.serial if on else serial, of_kind, day, chosen)
        born = whose.attributes.birth_date
        issued_on = max(birthday_in(day, day.year - of_kind.issued_years_ago), born)
        made = on or blank(
            card_id, serial, of_kind, signing=attained_on(born, SIGNS_FROM) <= issued_on
        )
        expires_on = expiry_of_card(issued_on, born)
        signing = made.signing_key
        image = personalise(
            made,
            attributes=_on_a_card(whose.attributes),
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

    @staticmethod
    def _holder(serial: str, kind: Profile, day: date, chosen: Mapping[str, object]) -> Holder:
        """Somebody of the right age; the name tells that it is nobody."""
        body = f"99{int(serial) % 10**9:09}"
        invented: dict[str, object] = {
            "name": "見本　花子",
            "address": _ADDRESS,
            "birth_date": birthday_in(date(1990, 4, 1), day.year - kind.born_years_ago),
            "sex": "2",
        }
        attributes = FourAttributes.model_validate(invented | dict(chosen))
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
        subject = Subject(
            attributes=_on_a_card(whose.attributes),
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

    def lists(self) -> bytes:
        """What is revoked, by each authority that issues to cards: lists of today in PEM, as the certificates' distribution points name them."""
        now = self._clock.now().replace(microsecond=0)
        revoked = {
            key: Listed(
                int(key.partition("/")[2]), datetime.fromisoformat(one["revoked_at"]), one["reason"]
            )
            for key, one in self._records().items()
            if one["revoked_at"]
        }
        pem = b""
        for kind, authority in self.authorities.issuing.items():
            entries = [one for key, one in sorted(revoked.items()) if key.startswith(f"{kind}/")]
            point = profile.distribution_point(authority.certificate.subject, *_MUNICIPALITY[1:])
            der = sign_list(authority, point, int(now.timestamp()), now, now + FULL_LIFE, entries)
            pem += x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
        return pem

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


def _on_a_card(attributes: FourAttributes) -> FourAttributes:
    """In the letters that a card has. Raises Refusal ``names.unmappable-character``."""
    name, address = substitute(attributes.name, CARD), substitute(attributes.address, CARD)
    return attributes.model_copy(update={"name": name.text, "address": address.text})
