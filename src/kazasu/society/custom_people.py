"""Any person, typed: a card in the tray a second later, with real certificates and in no register.

For integrators whose test needs this very name, age or address. The person can sign in and sign; cities do
not know them, so nothing that needs the register works, and the card says so.
"""

import base64
import secrets
import threading
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import field_validator

from kazasu.card.chip.image import CardBox
from kazasu.card.making import Blank, Certificates, blank, personalise
from kazasu.card.transports.tray import Shown, read_tray, write_tray
from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jpki.cards import IssueOnRequest
from kazasu.exchange.room import RoomContext
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import attained_on
from kazasu.foundation.values.encoding import base64_text
from kazasu.foundation.values.names import CARD, katakana, substitute
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.foundation.web.forms import Carried, Form, Wrong, asked, one_of
from kazasu.jpki.authorities.keys import read_authorities
from kazasu.kit.periods import expiry_of_card

TRAY_FULL = define("society.tray-full", 409,
    "入力で作れるカードは{most}枚までです", "At most {most} cards can be typed",
    "すでにあるカードを使ってください", "Use one of the cards that are there", who="integrator")  # fmt: skip
MOST: Final = 200
PREFIX: Final = "typed-"
ISSUED_BY: Final = ("141003", "Kanagawa-ken", "Yokohama-shi", "横浜市", "Yokohama")
"""As if this city had issued the card."""
SEX: Final = {
    "1": Text("男", "male"),
    "2": Text("女", "female"),
    "9": Text("記載なし", "not stated"),
}
STORY: Final = Text(
    "入力で作られたカード。どの市区町村の記録にもありません",
    "Typed by somebody; in no city's register",
)
WRITING: Final = Text("体験環境のカードの発行", "Issue of a sandbox card")
_one_at_a_time = threading.Lock()


NOT_KANA: Final = Text(
    "カタカナで入力してください（長音・中点・空白は使えます）",
    "Enter it in katakana; ー, ・ and spaces are allowed",
)


class TypedForm(Form):
    """Any identity; everything has an example, so that nothing must be thought up."""

    name: Carried = asked("氏名", "Name", most=40)
    kana: str = asked("フリガナ", "Reading in katakana", most=40)
    birth: date = asked("生年月日", "Date of birth")
    address: Carried = asked("住所", "Address", most=80)
    sex: Annotated[str, one_of(SEX)] = asked("性別", "Sex")

    @field_validator("kana")
    @classmethod
    def _read(cls, kana: str) -> str:
        try:
            return katakana(kana)
        except Refusal:
            raise Wrong(NOT_KANA) from None


EXAMPLE: Final = {
    "name": "体験　太郎", "kana": "タイケン　タロウ", "birth": date(1990, 4, 1),
    "address": "神奈川県横浜市中区本町６丁目５０番地", "sex": "1",
}  # fmt: skip
NOT_BORN: Final = Text("今日までの日付を入れてください", "Enter a date that is not after today")


class Typing:
    """Makes such cards."""

    def __init__(self, house: RoomContext) -> None:
        self._house = house
        self._folder: Path = house.settings.directory_file.parent
        self._box = CardBox(self._folder / "cards")

    def make(self, form: TypedForm) -> str:
        """The new card's name in the tray. Raises Refusal ``society.tray-full``."""
        born, shown = form.birth, read_tray(self._folder)
        if sum(one.card_id.startswith(PREFIX) for one in shown) >= MOST:
            raise Refusal(TRAY_FULL, most=MOST)
        card_id = f"{PREFIX}{secrets.token_hex(4)}"
        adult_enough = attained_on(born, 15) <= today(self._house.clock)
        made = blank(card_id, f"8{secrets.randbelow(10**14):014}", signing=adult_enough)
        expires_on = self._write(made, form)
        self._show(
            Shown(
                card_id=card_id, name=form.name, kana=form.kana, born=born.isoformat(),
                city_ja=ISSUED_BY[3], city_en=ISSUED_BY[4], story_ja=STORY.ja, story_en=STORY.en,
                staff=False, sex=form.sex, expires_on=expires_on.isoformat(),
            )
        )  # fmt: skip
        return card_id

    def _write(self, made: Blank, form: TypedForm) -> date:
        """Returns the card's expiry."""
        born = form.birth
        name, address = substitute(form.name, CARD), substitute(form.address, CARD)
        attributes = FourAttributes(
            name=name.text, address=address.text, birth_date=born, sex=form.sex
        )
        day = today(self._house.clock)
        expires_on = expiry_of_card(day, born)
        code, prefecture, city, *_ = ISSUED_BY
        # People who were typed have numbers that begin with 8 and 98: they meet nobody's.
        issued = self._house.inquirer("society").ask(
            IssueOnRequest(
                resident_record_code=ResidentRecordCode.from_body(
                    f"8{secrets.randbelow(10**9):09}"
                ),
                card_id=made.serial,
                municipality_code=code,
                prefecture=prefecture,
                city=city,
                attributes=attributes,
                name_flags=name.flags,
                address_flags=address.flags,
                expires_on=expires_on,
                authentication_key=base64_text(made.authentication_key),
                signing_key=base64_text(made.signing_key or b""),
            ),
            of="jpki",
            purpose=WRITING,
        )
        authorities = read_authorities(self._folder, self._house.settings.pki_passphrase())
        self._box.save(
            personalise(
                made,
                attributes=attributes,
                individual_number=IndividualNumber.from_body(f"98{secrets.randbelow(10**9):09}"),
                municipality_code=code,
                expires_on=expires_on,
                security_code=f"{secrets.randbelow(10_000):04}",
                certificates=Certificates(
                    authentication=base64.b64decode(issued.authentication),
                    signing=base64.b64decode(issued.signing) or None,
                    authentication_ca=base64.b64decode(issued.authentication_ca),
                    signing_ca=base64.b64decode(issued.signing_ca),
                ),
                issuer=authorities.card_issuer,
            )
        )
        return expires_on

    def _show(self, card: Shown) -> None:
        with _one_at_a_time:
            write_tray(self._folder, [card, *read_tray(self._folder)])
