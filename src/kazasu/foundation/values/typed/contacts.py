"""Telephone numbers and e-mail addresses as keyboards write them, and as they are kept.

Sources: 電気通信番号規則 and ITU-T E.164 (a national number from 0 on, ten or eleven digits; from abroad + and at most fifteen); RFC 5322
3.4.1 less what no provider gives out: quoted local parts, comments, domains in brackets. Two dots in a row stay allowed: Japanese
mobile operators gave such addresses out.
"""

import re
import unicodedata
from typing import Final

from kazasu.foundation.values.names import DASHES

HYPHENS: Final = f"-ーｰ{DASHES}"
"""What stands for a hyphen where digits are typed, depending on the keyboard."""
_HYPHEN: Final = re.compile(f"[{HYPHENS}]")
_DIALLED: Final = re.compile(r"0[0-9]{9,10}|\+[1-9][0-9]{6,14}")
_ABROAD: Final = re.compile(r"^(?:00|010)(?=[1-9][0-9]{9,})")
"""What is dialled for + in most countries, and in Japan."""
_MAIL: Final = re.compile(
    r"""[^@\s"(),:;<>\[\\\]]+@[^@\s"(),:;<>\[\\\].]+(?:\.[^@\s"(),:;<>\[\\\].]+)+"""
)


def hyphened(text: str) -> str:
    """Every sign that stands for a hyphen as one."""
    return _HYPHEN.sub("-", text)


def telephone(text: str) -> str:
    """In half width, grouped as it was typed. Raises ``ValueError``: it is none."""
    plain = unicodedata.normalize("NFKC", hyphened(text)).strip()
    if not re.fullmatch(r"[0-9+() .-]*", plain):
        raise ValueError(text)
    digits = re.sub(r"[() .-]", "", plain)
    if foreign := _ABROAD.match(digits):
        plain = digits = "+" + digits[foreign.end() :]
    if not _DIALLED.fullmatch(digits):
        raise ValueError(text)
    return plain


def mail(text: str) -> str:
    """With its signs in half width. Raises ``ValueError``: it is none. Whether letters arrive nobody can tell here."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _MAIL.fullmatch(plain):
        raise ValueError(text)
    return plain
