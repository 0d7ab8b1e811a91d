"""The elements of ``org.iso.23220.1.jp.mnc`` that exist here (identity §3, card §2), in words for the holder.

``individual_number_unicode`` exists in the real record. Here nobody can issue it (``jpki`` never sees the number),
ask for it or show it: 番号法 forbids it to almost every relying party, and consent does not help (identity §6.1).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kazasu.card.mdoc.faults import MALFORMED, NUMBER_NOT_ASKED, UNKNOWN_ELEMENT
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

DOC_TYPE: Final = "org.iso.23220.1.jp.mnc"
JP: Final = "org.iso.23220.1.jp"
ISO: Final = "org.iso.23220.1"
AGES: Final = (13, 15, 16, 18, 20, 25, 60, 65, 75)
"""Limits that are asked about (simulated list); 20 is the one for alcohol and tobacco."""

Name = tuple[str, str]
"""Namespace and element identifier."""

ELEMENTS: Final[dict[Name, Text]] = {
    (JP, "full_name_unicode"): Text("氏名", "Name"),
    (JP, "resident_address_unicode"): Text("住所", "Address"),
    (JP, "sex_unicode"): Text("性別（文字）", "Sex (in letters)"),
    (JP, "birth_date_unicode"): Text("生年月日（文字）", "Date of birth (in letters)"),
    (JP, "local_gov_code_unicode"): Text("市区町村コード", "Code of the municipality"),
    (JP, "portrait"): Text("顔写真", "Portrait"),
    (ISO, "sex"): Text("性別", "Sex"),
    (ISO, "birth_date"): Text("生年月日", "Date of birth"),
    (ISO, "age_in_years"): Text("年齢", "Age"),
    **{
        (ISO, f"age_over_{years}"): Text(f"{years}歳以上かどうか", f"Whether {years} or older")
        for years in AGES
    },
}

_TYPES: Final[dict[Name, type]] = {
    **dict.fromkeys(ELEMENTS, str),
    (JP, "portrait"): bytes,
    (ISO, "sex"): int,
    (ISO, "birth_date"): date,
    (ISO, "age_in_years"): int,
    **{(ISO, f"age_over_{years}"): bool for years in AGES},
}

_EVERYTHING: Final = {"", "*", "all", "any", "everything", "all elements", "すべて", "全部", "全て"}
_OF_THE_NUMBER: Final = (
    "individualnumber", "mynumber", "documentnumber", "personalnumber", "kojinbango", "kojinbangou",
    "個人番号", "マイナンバー", "kojin",
)  # fmt: skip
"""``documentNumber`` is how one vendor's interface names it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One item that a relying party asks for. Cannot be made for the number, in no spelling.

    Raises Refusal ``mdoc.number-not-asked`` (also for "all elements"), ``mdoc.unknown-element``.
    """

    namespace: str
    element: str
    required: bool = True
    """False: the holder may refuse it and still be served."""
    retain: bool = False
    """Does the asker keep the value (ISO/IEC 18013-5 IntentToRetain)?"""

    def __post_init__(self) -> None:
        check_askable(self.namespace, self.element)

    @property
    def name(self) -> Name:
        return self.namespace, self.element

    @property
    def text(self) -> Text:
        return ELEMENTS[self.name]


def check_askable(namespace: object, element: object) -> Name:
    """Only what is on the list, spelled as it is on the list.

    Raises Refusal ``mdoc.number-not-asked``, ``mdoc.unknown-element``.
    """
    if not isinstance(namespace, str) or not isinstance(element, str):
        # ``null`` in a DCQL path means every element: the number too.
        raise Refusal(NUMBER_NOT_ASKED)
    name = (namespace, element)
    if name in ELEMENTS:
        return name
    if any(_names_the_number(part) for part in (element, namespace, namespace + element)):
        raise Refusal(NUMBER_NOT_ASKED)
    raise Refusal(UNKNOWN_ELEMENT, element=f"{namespace} {element}"[:120])


def check_value(name: Name, value: Any) -> None:
    """The very type: the text "false" is no answer to whether somebody is 20. Raises Refusal ``mdoc.malformed``."""
    if type(value) is not _TYPES[name]:
        raise Refusal(MALFORMED, why=f"type of {name[1]}")


def _names_the_number(part: str) -> bool:
    plain = unicodedata.normalize("NFKC", part).casefold()
    letters = re.sub(r"[\W_]", "", plain)
    return plain.strip() in _EVERYTHING or any(word in letters for word in _OF_THE_NUMBER)
