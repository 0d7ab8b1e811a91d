"""Whose city a place of a postcode is, in this country's directory."""

from collections.abc import Iterable

from kazasu.exchange.directory import Entry
from kazasu.foundation.values.places.postcodes import Place, lies_in


def city_of(place: Place, cities: Iterable[Entry]) -> Entry | None:
    """The municipality that a town belongs to: a ward's is its designated city (政令指定都市)."""
    for entry in cities:
        prefecture = entry.facts.get("prefecture")
        if prefecture is None or prefecture.ja != place.prefecture:
            continue
        if lies_in(place.city, entry.name.ja):
            return entry
    return None
