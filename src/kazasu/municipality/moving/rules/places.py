"""A municipality by what people call it, on paper or at the counter."""

from kazasu.exchange.directory import Directory, Entry
from kazasu.foundation.values.romaji import romaji
from kazasu.foundation.values.typed.amounts import digits
from kazasu.municipality.hall.context import city_id


def named(directory: Directory, typed: str) -> str:
    """The code of a city by its name, the beginning of it where one city alone begins so, its reading, or its code; empty: none, or
    several."""
    code = digits(typed)
    if len(code) == 6 and city_id(code) in directory:
        return code
    wanted = typed.strip().casefold()
    cities = directory.of_kind("city")
    found = [one for one in cities if wanted in _names(one)]
    if not found and wanted:
        ways = (wanted, romaji(wanted).casefold() or wanted)
        found = [one for one in cities if any(name.startswith(ways) for name in _names(one))]
    return str(found[0].id.tenant) if len(found) == 1 else ""


def _names(entry: Entry) -> tuple[str, ...]:
    """What a city is called on paper: alone, with its prefecture, in English."""
    within = prefecture_of(entry)
    return entry.name.ja, within + entry.name.ja, entry.name.en.casefold()


def prefecture_of(entry: Entry) -> str:
    """As addresses write it; empty: the directory does not say it."""
    prefecture = entry.facts.get("prefecture")
    return prefecture.ja if prefecture else ""
