"""The texts of a fault with an example in each place: the data of ``examples.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.finding import finds, folded
from kazasu.foundation.web.reading.searching import asked_words, meets

DATA: Final = Path(__file__).with_name("examples.toml")


def _texts(table: Mapping[str, Any]) -> dict[str, Text]:
    return {
        name: Text(value, value) if isinstance(value, str) else Text(value["ja"], value["en"])
        for name, value in table.items()
    }


_TABLES: Final = {
    code: _texts(table) for code, table in tomllib.loads(DATA.read_text(encoding="utf-8")).items()
}
VALUES: Final = _TABLES.pop("values")
"""By the place's name, for every fault."""
OF_FAULT: Final = _TABLES
"""By a fault's code: what differs there."""


@cache
def filled(fault: Fault) -> tuple[Text, Text]:
    """What happened and what to do, as somebody would read it.

    Raises ``KeyError``: a place has no example (tests/society/test_catalogue.py walks them all).
    """
    values = VALUES | OF_FAULT.get(fault.code, {})
    ja = Refusal(fault, **{name: text.ja for name, text in values.items()})
    en = Refusal(fault, **{name: text.en for name, text in values.items()})
    return Text(ja.title.ja, en.title.en), Text(ja.todo.ja, en.todo.en)


def fits(fault: Fault, wanted: str) -> bool:
    """Whether its code or its words, in either language, any writing and any form of a word, hold these."""
    title, todo = filled(fault)
    said = " ".join((fault.code, title.ja, title.en, todo.ja, todo.en))
    asked = _asked(wanted)
    return finds(wanted, said) or (bool(asked) and all(meets(one, folded(said)) for one in asked))


_asked: Final = lru_cache(64)(asked_words)
