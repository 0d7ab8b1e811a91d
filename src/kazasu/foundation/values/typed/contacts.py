"""Telephone numbers and e-mail addresses as keyboards write them, and as they are kept.

What keyboards send (width, a dozen signs for a hyphen, 内線) is composed here; what a number or an address is, two libraries know:
phonenumbers (country codes and lengths, ITU-T E.164) and email-validator (RFC 5321, 5322, 6531). Nothing is asked of the network.

A number need only be *possible*: which ranges are given out changes each year, and the sandbox's people have 090-0000-0000, which nobody
has. So 0120, 0570 and 050 are taken, and 110, 118 and 119 are too short. Of Japan the length goes by the beginning (総務省 電気通信番号計画:
eleven digits after 020 and 050 to 090, ten else). Two dots in a row, and one before the @, stay allowed though RFC 5321 4.1.2 has none: Japanese
mobile operators gave such addresses out, and they are in use.
"""

import re
import unicodedata
from typing import Final

from kazasu.foundation.values.names import DASHES

HYPHENS: Final = f"-ーｰ{DASHES}"
"""What stands for a hyphen where digits are typed, depending on the keyboard."""
_HYPHEN: Final = re.compile(f"[{HYPHENS}]")
_ABROAD: Final = re.compile(r"^(?:00|010)(?=[1-9][0-9]{9,})")
"""What is dialled for + in most countries, and in Japan."""
_EXTENSION: Final = re.compile(
    r"[ ,(]*(?:内線|内|ext(?:ension)?\.?|x)[ :.-]*([0-9]{1,7})\)?$", re.IGNORECASE
)
_LONG: Final = re.compile(r"[5-9]0|20")
"""Ten digits follow the zero: mobile telephones, those of the internet, machines."""
_DOTS: Final = re.compile(r"\.+(?=\.[^@]*@|@)")
"""What no standard has before the @, though operators gave it out."""


def hyphened(text: str) -> str:
    """Every sign that stands for a hyphen as one."""
    return _HYPHEN.sub("-", text)


def telephone(text: str) -> str:
    """In half width, grouped as it was typed; an extension as 内線. Raises ``ValueError``: it is none."""
    plain = unicodedata.normalize("NFKC", hyphened(text)).strip()
    extension = _EXTENSION.search(plain)
    if extension:
        plain = plain[: extension.start()]
    if not re.fullmatch(r"[0-9+() .-]*", plain):
        raise ValueError(text)
    digits = re.sub(r"[() .-]", "", plain)
    if foreign := _ABROAD.match(digits):
        plain = "+" + digits[foreign.end() :]
    if not re.match(r"\+[1-9]|0[1-9]", plain.replace("(", "")):
        raise ValueError(text)
    return f"{_dialled(plain)}{f' 内線{extension[1]}' if extension else ''}"


def _dialled(plain: str) -> str:
    """As it was typed; without the 0 that somebody typed behind +81. Raises ``ValueError``."""
    import phonenumbers as library  # noqa: PLC0415 - 40 ms and 7 MB, for who enters a number

    try:
        number = library.parse(plain, "JP")
    except library.NumberParseException as error:
        raise ValueError(plain) from error
    own = library.national_significant_number(number)
    kind = library.PhoneNumberType.UNKNOWN
    if number.country_code == library.country_code_for_region("JP"):
        kinds = library.PhoneNumberType
        kind = kinds.MOBILE if _LONG.match(own) else kinds.FIXED_LINE
    if own.startswith("00") or not library.is_possible_number_for_type(number, kind):
        raise ValueError(plain)
    whole = f"{number.country_code}{own}"
    if plain.startswith("+") and re.sub(r"[^0-9]", "", plain) != whole:
        return str(library.format_number(number, library.PhoneNumberFormat.INTERNATIONAL))
    return plain


def mail(text: str) -> str:
    """With its signs in half width. Raises ``ValueError``: it is none. Whether letters arrive nobody can tell here."""
    import email_validator as library  # noqa: PLC0415 - 25 ms, and 14 MB for a domain in Japanese

    plain = unicodedata.normalize("NFKC", text).strip()
    regular = _DOTS.sub("", plain)
    found = library.validate_email(regular, check_deliverability=False, strict=True)
    return str(found.normalized) if regular == plain else plain
