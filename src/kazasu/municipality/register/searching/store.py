"""The statements of the search. Each way in which somebody may be found is a statement of its own with an index, and gives a page's worth:
the work does not grow with the register. Migrations 0111, 0185, 0190, 0245 and 0255 have the keys."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.foundation.time.legal_dates import last_of_month
from kazasu.foundation.values.romaji import kana_of
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.searching.conditions import Born, Wanted

MOST: Final = 50
"""People of one page; of more it is said that there are."""
_LIST: Final = columns(Resident)
_KEYS: Final = (
    ("kana_key", "search_key", "text"), ("name_key", "search_key", "text"),
    ("given_kana_key", "search_key", "text"), ("given_name_key", "search_key", "text"),
    ("roman_key", "search_key", "text"), ("sound_key", "sound_key", "sound"),
    ("given_sound_key", "sound_key", "sound"), ("sound_key", "sound_key", "turned"),
    ("sound_key", "sound_key", "text"), ("given_sound_key", "sound_key", "text"),
    ("alias_key", "search_key", "text"), ("given_alias_key", "search_key", "text"),
    ("alias_sound_key", "sound_key", "sound"), ("alias_sound_key", "sound_key", "turned"),
    ("alias_sound_key", "sound_key", "text"), ("former_surname_key", "search_key", "text"),
)  # fmt: skip
"""Which key of a record is compared, by which function, with what: as typed, or as Latin letters are read, in either order."""
_FORMER_KEYS: Final = (
    ("name_key", "search_key", "text"), ("kana_key", "search_key", "text"),
    ("sound_key", "sound_key", "sound"), ("sound_key", "sound_key", "turned"), ("sound_key", "sound_key", "text"),
)  # fmt: skip
"""The same for the names that somebody had before."""
_WHOLE: Final = ("name_key", "kana_key", "alias_key", "roman_key")
_ANYWHERE: Final = (
    "loose_key(%(text)s, false)", "loose_key(%(text)s, true)", "loose_key(%(sound)s, true)", "loose_key(%(turned)s, true)",
)  # fmt: skip
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_PLACE: Final = """p.municipality_code = %(tenant)s AND p.kind = 'place'
            AND place_line(%(place)s) <> '' AND p.key ^@ place_line(%(place)s)
            AND NOT (place_line(%(place)s) ~ '[0-9]$' AND substr(p.key, length(place_line(%(place)s)) + 1, 1) ~ '[0-9]')"""
"""Begins with the place that was typed, and a number at its end is whole: 1番地 is not 12番地."""
_IN_YEAR: Final = """r.birth_unsure AND r.birth_date BETWEEN %(year_first)s AND %(year_last)s
            AND (r.birth_text !~ '[0-9０-９一二三四五六七八九十]月' OR r.birth_date BETWEEN %(month_first)s AND %(month_last)s)"""
"""Those of whom not all is known, of the same years, and of the same months where one is known."""
_UNKNOWN: Final = (
    "r.birth_unsure AND (r.birth_date IS NULL OR r.birth_text ~ '^生?年月日不詳|^不詳')"
)


def found(tx: Transaction, wanted: Wanted) -> list[Resident]:
    """One more than :data:`MOST` where there are more. Nobody is shown by asking: whoever shows them names them."""
    with tx.unseen():
        return tx.all(Resident, _statement(wanted), _values(tx, wanted))


def _statement(wanted: Wanted) -> str:
    also = _also(wanted)
    ways = " UNION ALL ".join(f"({way})" for way in _ways(wanted, also))
    return f"""SELECT {_LIST} FROM (
            SELECT DISTINCT ON (resident_id) * FROM ({ways}) way ORDER BY resident_id) once
        ORDER BY kana_key, resident_id LIMIT {MOST + 1}"""


def _ways(wanted: Wanted, also: str) -> Iterator[str]:
    if wanted.name and wanted.match == "exact":
        for key in _WHOLE:
            yield _of(f"r.{key} <> '' AND r.{key} = search_key(%(text)s)", also, key)
        for key in ("name_key", "kana_key"):
            yield _before(f"f.{key} = search_key(%(text)s)", also, key)
    elif wanted.name:
        if wanted.number:
            yield _of("r.resident_id = %(number)s", also)
            here = "r.household_number = %(number)s AND r.state IN ('resident', 'leaving')"
            yield _of(here, also)
        for key, of, given in _KEYS:
            begins = f"r.{key} <> '' AND {_begins(f'r.{key}', f'{of}(%({given})s)')}"
            yield _of(begins, also, key)
        for key, of, given in _FORMER_KEYS:
            begins = f"f.{key} <> '' AND {_begins(f'f.{key}', f'{of}(%({given})s)')}"
            yield _before(begins, also, key)
        if wanted.match == "anywhere":
            for text in _ANYWHERE:
                part = f"p.municipality_code = %(tenant)s AND p.kind = 'name' AND {_begins('p.key', text)}"
                yield _part(part, also)
    elif wanted.place:
        yield _part(_PLACE, also)
    elif wanted.born and wanted.born.first is None:
        yield _of(_UNKNOWN, also, "birth_date")
    else:
        yield _of("r.birth_date BETWEEN %(first)s AND %(last)s", also, "birth_date")
        yield _of(_IN_YEAR, also, "birth_date")


def _begins(key: str, text: str) -> str:
    return f"{text} <> '' AND {key} ^@ {text}"


def _of(condition: str, also: str, order: str = "resident_id") -> str:
    return f"""SELECT r.* FROM resident r WHERE r.municipality_code = %(tenant)s AND {condition}{also}
            ORDER BY r.{order}, r.resident_id LIMIT {MOST + 1}"""


def _before(condition: str, also: str, order: str) -> str:
    """Who has the name still is found by the other one."""
    return f"""SELECT r.* FROM former_name f JOIN resident r USING (municipality_code, resident_id)
            WHERE f.municipality_code = %(tenant)s AND {condition}{also}
            ORDER BY f.{order}, f.resident_id LIMIT {MOST + 1}"""


def _part(condition: str, also: str) -> str:
    """Some have the same piece several times."""
    return f"""SELECT r.* FROM search_part p JOIN resident r USING (municipality_code, resident_id)
            WHERE {condition}{also} ORDER BY p.key, p.resident_id LIMIT {4 * MOST}"""


def _also(wanted: Wanted) -> str:
    """What must hold besides. Who is protected is found by no place: that they are would say where they live (I8)."""
    more = []
    if wanted.place:
        more.append("NOT r.protected")
        if wanted.name:
            same = "p.resident_id = r.resident_id"
            more.append(f"EXISTS (SELECT FROM search_part p WHERE {same} AND {_PLACE})")
    if wanted.born and (wanted.name or wanted.place):
        between = f"(r.birth_date BETWEEN %(first)s AND %(last)s OR ({_IN_YEAR}))"
        more.append(between if wanted.born.first else f"({_UNKNOWN})")
    if wanted.sex:
        more.append("r.sex = %(sex)s")
    if wanted.state:
        here = "IN" if wanted.state == "here" else "NOT IN"
        more.append(f"r.state {here} ('resident', 'leaving')")
    return "".join(f" AND {one}" for one in more)


def _values(tx: Transaction, wanted: Wanted) -> dict[str, object]:
    sound = kana_of(wanted.name)
    given, _, surname = sound.partition(" ")
    return {
        "tenant": tx.tenant, "text": _without_accents(wanted.name), "number": wanted.number, "sound": sound,
        "turned": f"{surname}{given}" if surname else "", "place": wanted.place, "sex": wanted.sex,
        **_days(wanted.born or Born(None, None)),
    }  # fmt: skip


def _days(born: Born) -> dict[str, date | None]:
    first, last = born.first, born.last
    return {
        "first": first, "last": last,
        "year_first": first and first.replace(month=1, day=1), "year_last": last and last.replace(month=12, day=31),
        "month_first": first and first.replace(day=1), "month_last": last and last_of_month(last.year, last.month),
    }  # fmt: skip


def _without_accents(text: str) -> str:
    """As passports write Latin letters; the marks of kana are others and stay."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d")
    return unicodedata.normalize("NFC", plain.replace("Đ", "D"))


def by_residence_card(tx: Transaction, number: str) -> Resident | None:
    """Who has this 在留カード番号 or 特別永住者証明書番号 here."""
    return tx.maybe(
        Resident,
        f"""SELECT {_LIST} FROM resident WHERE municipality_code = %(tenant)s AND residence_card_number = %(number)s
            ORDER BY state = 'left', resident_id LIMIT 1""",
        {"tenant": tx.tenant, "number": number},
    )


# ---------------------------------------------------------------- where somebody lived before


@dataclass(frozen=True, slots=True)
class FormerPlace:
    """An address of somebody's earlier versions, or the one that they came from."""

    PERSON: ClassVar = "resident_id"

    resident_id: str
    line: str


def former_places(tx: Transaction, people: Sequence[Resident], place: str) -> list[FormerPlace]:
    """Which of these people's addresses of before have the ``place`` in them, and the one of now has not."""
    with tx.unseen():
        return tx.all(
            FormerPlace,
            """SELECT DISTINCT h.resident_id, line FROM resident_history h JOIN resident r USING (municipality_code, resident_id),
                   LATERAL (VALUES (h.former_address),
                       (h.prefecture || h.city || h.town || h.block || CASE WHEN h.building <> '' THEN '　' ELSE '' END || h.building)) given(line)
               WHERE h.municipality_code = %(tenant)s AND h.resident_id = ANY(%(ids)s) AND line <> ''
                   AND strpos(place_line(line), place_line(%(place)s)) > 0
                   AND strpos(place_line(r.prefecture || r.city || r.town || r.block || ' ' || r.building), place_line(%(place)s)) = 0
               ORDER BY h.resident_id, line""",
            {"tenant": tx.tenant, "ids": [one.resident_id for one in people], "place": place},
        )
