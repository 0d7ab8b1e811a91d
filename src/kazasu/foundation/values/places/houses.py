"""Whether two lines name one house, however its number is written."""

import re
from typing import Final

from kazasu.foundation.values.names import comparison_key

_COUNTED: Final = re.compile(r"丁目|番地の|番地|番|号室|号|の(?=\d)|−")
_WARD: Final = re.compile(r"^((?:.{2,3}[都道府県])?[^市\d]{1,5}市)[^市区町\d]{1,4}区")
"""Municipality and ward at the head of a line (地方自治法 252条の20)."""
_ENDS: Final = re.compile(r"-+(?=\D|$)")


def same_house(one: str, other: str) -> bool:
    """大通西２丁目１番地 and 大通西2-1 are one house; another room of it is another home. Never to be registered by."""
    return _key(one) == _key(other)


def as_announced(announced: str, registered: str) -> bool:
    """The same house, also where what was announced leaves out the ward that the register completes: 札幌市大通１番地 and
    札幌市中央区大通１番地. Two wards are two places."""
    if same_house(announced, registered):
        return True
    return not _WARD.match(announced) and same_house(announced, _WARD.sub(r"\1", registered))


def _key(line: str) -> str:
    return _ENDS.sub("", _COUNTED.sub("-", comparison_key(line)))
