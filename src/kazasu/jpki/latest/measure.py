"""Who may begin and end a protective measure (支援措置). Pure: no input, no output, no clock.

The city of residence alone, as the network says it. What another city says of somebody who is on the way to it waits for the
network; in doubt a person stays protected.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from kazasu.foundation.faults import Refusal
from kazasu.jpki.faults import NOT_OF_THIS_CITY


@dataclass(frozen=True, slots=True)
class Measure:
    """Whether new data are told to nobody, in the name of which city, and when it said so."""

    protected: bool
    municipality_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Protected:
    """All that is known of one person."""

    residence: str | None = None
    """The city where they are registered; None where nobody has told yet, or nowhere."""
    measure: Measure | None = None
    announced: Mapping[str, datetime] = field(default_factory=dict)
    """Cities that call them protected and are not, or not yet, known to be theirs; and since when."""

    def begin(self, city: str, at: datetime) -> Self:
        """The city says that they are protected. It counts at once where nobody knows better."""
        if self.residence == city:
            return replace(self._without(city), measure=Measure(True, city, at))
        held = replace(self, announced={**self.announced, city: at})
        if self.residence is not None or (self.measure and self.measure.protected):
            return held
        return replace(held, measure=Measure(True, city, at))

    def end(self, city: str, at: datetime) -> Self:
        """The city says that the measure is over.

        What it wrote no later than its own beginning was overtaken on the way, and changes nothing.

        Raises Refusal ``jpki.not-of-this-city``.
        """
        if self.residence == city:
            measure = self.measure
            if measure is None or (measure.municipality_code == city and at <= measure.at):
                return self
            return replace(self._without(city), measure=Measure(False, city, at))
        if self.residence is not None or city not in self.announced:
            raise Refusal(NOT_OF_THIS_CITY)
        if at <= self.announced[city]:
            return self
        rest = self._without(city)
        if self.measure is None or not self.measure.protected:
            return rest
        others = {**rest.announced, self.measure.municipality_code: self.measure.at}
        others.pop(city, None)
        name = min(others, key=lambda one: others[one], default=None)
        if name is None:
            return replace(rest, measure=Measure(False, city, at))
        return replace(rest, measure=Measure(True, name, others[name]))

    def registered(self, city: str | None) -> Self:
        """The network says where they are registered now; None: nowhere, after death or emigration.

        A measure goes on, whoever's it was, until their city ends it.
        """
        announced, measure = dict(self.announced), self.measure
        since = announced.pop(city, None) if city is not None else None
        if city is not None and since is not None:
            measure = Measure(True, city, since)
        return replace(self, residence=city, announced=announced, measure=measure)

    def _without(self, city: str) -> Self:
        left = {one: since for one, since in self.announced.items() if one != city}
        return replace(self, announced=left)
