"""``found cards``: cards for a trial, with certificates of this production's own authorities.

Real cards come from the factory of J-LIS after an application. A trial without hardware needs some that its sign-in service
believes: this makes them as files, at the place of the authorities, for residents of a city's file who hold a card there
(``kojinbangokado``). They lie on a reader like any card (``card serve --system``), so no door of the sandbox is opened.
"""

import argparse
import secrets
import string
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from kazasu.card.chip.image import CardImage
from kazasu.card.making import Certificates, Pins, blank, personalise
from kazasu.cli.card.card_selection import Verbs, add_verb, boxes
from kazasu.cli.found.cities import read_file
from kazasu.cli.found.place import in_production
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import BAD_CHARTER, NO_COUNTRY
from kazasu.cli.output.speech import say
from kazasu.cli.pki.opening import certification
from kazasu.contracts.base import FourAttributes
from kazasu.exchange.directory import Directory, Entry, read_directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_private
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.country_clock import open_clock
from kazasu.foundation.time.dates import age
from kazasu.foundation.values.names import CARD, substitute
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.jpki.authorities.keys import Authorities, read_authorities
from kazasu.jpki.issuing.model import Order
from kazasu.jpki.issuing.service import Issuing
from kazasu.kit.periods import expiry_of_card
from kazasu.municipality.founding import FoundingResident
from kazasu.municipality.standard_data import SEX

_SEX: Final = {written: code for code, written in SEX.items()}
SIGNS_FROM: Final = 15
"""Age in years from which a card has a signing certificate."""


def configure(verbs: Verbs) -> None:
    cards = add_verb(
        verbs, "cards", Text("試行用のカードをつくる（認証局の場で）", "at the ceremony's place: make cards for a trial"), _cards
    )  # fmt: skip
    cards.add_argument("city", help="市区町村 / city:CODE")
    cards.add_argument(
        "residents", type=Path, help="住民の CSV / CSV of the residents (found columns)"
    )


def _cards(arguments: argparse.Namespace) -> int:
    """Who has a card already keeps it, so that one interrupted is run again.

    Raises Refusal ``cli.bad-charter``, ``cli.bad-rows``, and as :func:`kazasu.cli.pki.opening.certification`.
    """
    settings = in_production(settings_from(arguments))
    if not settings.directory_file.exists():
        raise Refusal(NO_COUNTRY, data=settings.data)
    clock = open_clock(settings)
    city = _city(arguments.city, read_directory(settings.directory_file, clock))
    people = [
        (one, one.birth_date)
        for one in read_file(arguments.residents, MunicipalityCode(city.id.tenant))
        if one.has_card and one.birth_date
    ]
    box = boxes(settings)["country"]
    with ExitStack() as stack:
        service = certification(settings, stack)
        factory = CardFactory(
            city, service.issuing, read_authorities(settings.directory_file.parent, settings.pki_passphrase()), today(clock)
        )  # fmt: skip
        for one, born in people:
            if (name := f"{city.id.tenant}-{one.resident_id}") not in box:
                image, pins = factory.make(name, one, born)
                write_private(box.folder / f"{name}.pins", pins)
                box.save(image)
    say(
        Text("{count} 人のカードが {folder} にあります（暗証番号は .pins）。",
             "Cards of {count} people are in {folder}, each with its PINs in .pins."),
        count=len(people), folder=box.folder,
    )  # fmt: skip
    return 0


def _city(given: str, directory: Directory) -> Entry:
    """Raises Refusal ``cli.bad-charter``, ``exchange.unknown-institution``."""
    entry = directory.entry(given)
    if entry.id.kind != "city":
        raise Refusal(BAD_CHARTER, file=given, why="city:CODE")
    return entry


@dataclass(frozen=True, slots=True)
class CardFactory:
    """Keys, certificates, files and PINs, as a card leaves the counter."""

    city: Entry
    issuing: Issuing
    authorities: Authorities
    day: date

    def make(self, name: str, one: FoundingResident, born: date) -> tuple[CardImage, str]:
        """The card, and its PINs as its holder reads them. Raises Refusal ``names.unmappable-character``, ``jpki.weak-key``."""
        years = age(born, self.day)
        expires_on = one.residence_until or expiry_of_card(self.day, born)
        made = blank(name, f"9{secrets.randbelow(10**14):014}", signing=years >= SIGNS_FROM)
        written, lives = substitute(one.name, CARD), substitute(one.address.line, CARD)
        attributes = FourAttributes(
            name=written.text, address=lives.text, birth_date=born, sex=_SEX[one.sex]
        )
        issued = self.issuing.issue(
            Order(
                card_id=made.serial,
                resident_record_code=one.record_code,
                municipality_code=self.city.id.tenant,
                prefecture=self.city.facts["prefecture"].en,
                city=f"{self.city.name.en}-shi",
                attributes=attributes,
                name_flags=written.flags,
                address_flags=lives.flags,
                issued_on=self.day,
                card_expires_on=expires_on,
                authentication_key=made.authentication_key,
                signing_key=made.signing_key,
            )
        )
        pins = _pins()
        image = personalise(
            made,
            attributes=attributes,
            individual_number=one.individual_number,
            municipality_code=self.city.id.tenant,
            expires_on=expires_on,
            security_code=_digits(4),
            certificates=Certificates(
                issued.authentication or b"",
                issued.signing,
                self.authorities.der("authentication"),
                self.authorities.der("signing"),
            ),
            issuer=self.authorities.card_issuer,
            pins=pins,
        )
        told = [f"authentication, text, resident: {pins.authentication}"]
        told += [f"signing: {pins.signing}"] if made.signing else []
        return image, "\n".join((*told, ""))


def _digits(length: int) -> str:
    return "".join(secrets.choice(string.digits) for _ in range(length))


def _pins() -> Pins:
    """Chosen by nobody: a trial's cards sign as people of a register. ``card pin`` changes them."""
    own = _digits(4)
    letters = "".join(secrets.choice(string.ascii_uppercase) for _ in range(4))
    return Pins(authentication=own, text=own, resident=own, signing=letters + _digits(4))
