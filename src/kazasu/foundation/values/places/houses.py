"""Whether two lines name one house, however its number is written."""

import re
from typing import Final

from kazasu.foundation.values.names import comparison_key

_COUNTED: Final = re.compile(r"丁目|番地の|番地|番|号室|号|の(?=\d)|−")
_ENDS: Final = re.compile(r"-+(?=\D|$)")


def same_house(one: str, other: str) -> bool:
    """大通西２丁目１番地 and 大通西2-1 are one house; another room of it is another home. Never to be registered by."""
    return _key(one) == _key(other)


def _key(line: str) -> str:
    return _ENDS.sub("", _COUNTED.sub("-", comparison_key(line)))
