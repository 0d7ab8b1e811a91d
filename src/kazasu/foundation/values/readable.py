"""Numbers that people read aloud: of cases, transfers, incidents.

``MV-7K3D-9QF2-XM4T``: Douglas Crockford's base 32 (no I, L, O, U), in groups of four, the last letter a check. A new one is
random; what was given out before in another shape stays as it is. Typed by people it may have other cases, blanks or none
at all, and O for 0 or I for 1.
"""

import re
import secrets
import unicodedata
from typing import Final
from uuid import UUID

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP: Final = 4
_ALIKE: Final = str.maketrans("OIL", "011")
_POLYNOMIAL: Final = 0b100101
"""x⁵ + x² + 1: doubling in this field visits every value, so one wrong letter and two that changed places are noticed."""


def new(prefix: str = "", groups: int = 3) -> str:
    """A number that nobody can guess.

    Args:
        prefix: what kind it is (``MV``); empty for none.
        groups: of four letters each; three hold 55 random bits.
    """
    body = "".join(secrets.choice(ALPHABET) for _ in range(groups * _GROUP - 1))
    return _written(prefix, body + check_letter(body))


def check_letter(body: str) -> str:
    """For letters of :data:`ALPHABET`."""
    total = 0
    for letter in body:
        total = _doubled(total ^ ALPHABET.index(letter))
    return ALPHABET[total]


def as_given(typed: str, prefix: str | tuple[str, ...] = "", groups: int = 3) -> str:
    """The number that somebody typed or said, as it was given out.

    What is not one of ours (an older shape, another kind, a slip) comes back as it was typed, without blanks around it: the
    look-up then finds the older one, or says that there is none.

    Args:
        prefix: or several, where the same page takes numbers of several kinds; typed without any, it is of the first kind.
    """
    kind, body = _body(typed, (prefix,) if isinstance(prefix, str) else prefix, groups)
    if not body or check_letter(body[:-1]) != body[-1]:
        return typed.strip()
    return _written(kind, body)


def _body(typed: str, kinds: tuple[str, ...], groups: int) -> tuple[str, str]:
    """Kind and letters, the check among them; no letters: it has not the shape of one of ours."""
    plain = re.sub(r"[\s‐-―−ー・-]", "", unicodedata.normalize("NFKC", typed)).upper()
    typed_kind = (one for one in kinds if len(plain) > groups * _GROUP and plain.startswith(one))
    kind = next(typed_kind, kinds[0])
    body = plain.removeprefix(kind).translate(_ALIKE)
    right = len(body) == groups * _GROUP and all(one in ALPHABET for one in body)
    return kind, body if right else ""


def mistyped(typed: str, prefix: str, groups: int = 3) -> bool:
    """Whether it has the shape of such a number, and its last letter does not agree: a slip of whoever read or typed it."""
    return bool(body := _body(typed, (prefix,), groups)[1]) and check_letter(body[:-1]) != body[-1]


def of(number: UUID, prefix: str = "") -> str:
    """A number of the database as people say it; of the same one always the same."""
    value = number.int >> (128 - 55)
    body = "".join(ALPHABET[value >> (5 * place) & 31] for place in reversed(range(11)))
    return _written(prefix, body + check_letter(body))


def _written(prefix: str, body: str) -> str:
    groups = [body[start : start + _GROUP] for start in range(0, len(body), _GROUP)]
    return "-".join(filter(None, [prefix, *groups]))


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value >= 32 else value
