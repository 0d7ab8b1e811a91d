"""The cards of the sandbox, made at founding; the list of them is :mod:`kazasu.card.transports.tray`."""

from datetime import date

from kazasu.card.chip.image import CardBox
from kazasu.card.making import Certificates, Pins, blank, personalise
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.time.dates import attained_on, birthday_in
from kazasu.foundation.values.names import CARD, substitute
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.issuing.model import Order
from kazasu.jpki.issuing.service import Issuing
from kazasu.kit.periods import expiry_of_card
from kazasu.municipality.founding import FoundingResident
from kazasu.society.numbers import card_serial
from kazasu.society.personas import Persona
from kazasu.society.places import Municipality
from kazasu.society.registering import STORY_YEAR

SEX_CODE = {"男": "1", "女": "2"}


def make_card(
    persona: Persona,
    number: int,
    seed: int,
    resident: FoundingResident,
    city: Municipality,
    today: date,
    issuing: Issuing,
    authorities: Authorities,
    box: CardBox,
) -> date:
    """Keys, certificates, files, PINs: a card as its counter would hand it over. Returns its expiry."""
    born = resident.birth_date or today
    issued_on = _issued(persona, born, today)
    expires_on = _expires(resident, born, issued_on)
    adult_enough = attained_on(born, 15) <= issued_on
    made = blank(persona.card_id, card_serial(seed, number), signing=adult_enough)
    name = substitute(resident.name, CARD)
    address = substitute(resident.address.line, CARD)
    attributes = FourAttributes(
        name=name.text, address=address.text, birth_date=born, sex=SEX_CODE[resident.sex]
    )
    issued = issuing.issue(
        Order(
            card_id=made.serial,
            resident_record_code=resident.record_code,
            municipality_code=str(city.code),
            prefecture=city.prefecture_roman,
            city=f"{city.roman}-shi",
            attributes=attributes,
            name_flags=name.flags,
            address_flags=address.flags,
            issued_on=issued_on,
            card_expires_on=expires_on,
            authentication_key=made.authentication_key,
            signing_key=made.signing_key,
        )
    )
    certificates = Certificates(
        authentication=issued.authentication or b"",
        signing=issued.signing,
        authentication_ca=authorities.der("authentication"),
        signing_ca=authorities.der("signing"),
    )
    pins = Pins(
        authentication_left=persona.card.authentication_left,
        signing_left=persona.card.signing_left,
    )
    box.save(
        personalise(
            made,
            attributes=attributes,
            individual_number=resident.individual_number,
            municipality_code=str(city.code),
            expires_on=expires_on,
            security_code=f"{(seed * 31 + number * 7919) % 10_000:04}",
            certificates=certificates,
            issuer=authorities.card_issuer,
            pins=pins,
        )
    )
    return expires_on


def _issued(persona: Persona, born: date, today: date) -> date:
    wished = persona.card.issued_on
    wished = birthday_in(wished, wished.year + today.year - STORY_YEAR)
    return max(wished, min(today, born.fromordinal(born.toordinal() + 10)))


def _expires(resident: FoundingResident, born: date, issued_on: date) -> date:
    """As every card; the end of a period of stay where there is one."""
    return resident.residence_until or expiry_of_card(issued_on, born)
