"""What the operator of a place writes of the institutions that live there: ``charter.toml``."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kazasu.app.rooms import ROOMS, room_of
from kazasu.cli.found.enrolment import Wanted
from kazasu.cli.output.refusals import BAD_CHARTER
from kazasu.cli.output.speech import cause
from kazasu.contracts.base import InstitutionId
from kazasu.exchange.street import institution
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import MunicipalityCode

_Text = Annotated[str, Field(min_length=1, max_length=200)]
Both = tuple[_Text, _Text]
"""Japanese, English."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(_Strict):
    """A counter that residents visit."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,30}$")]
    name: Both
    address: _Text
    places: Annotated[int, Field(ge=1, le=1000)]
    """Visits that it takes in one slot."""


class Charter(_Strict):
    """One institution."""

    id: InstitutionId
    origin: _Text
    name: Both | None = None
    """As the code declares it, where there is only one of its kind."""
    internal: Annotated[str, Field(pattern=r"^https?://[^/]+$|^$")] = ""
    """Where other institutions deliver, if not at ``origin``."""
    prefecture: Both | None = None
    """Of a city; English as certificates write it: ``Kanagawa-ken``."""
    offices: tuple[Office, ...] = ()

    def wanted(self) -> Wanted:
        name = self.name or (institution(self.id.kind).name.ja, institution(self.id.kind).name.en)
        facts = {"prefecture": self.prefecture} if self.prefecture else {}
        return Wanted(self.id, self.origin, name, facts, self.internal)


class _File(_Strict):
    institution: Annotated[tuple[Charter, ...], Field(min_length=1)]


def read_charter(path: Path) -> tuple[Charter, ...]:
    """Raises Refusal ``cli.bad-charter`` with the field, and what is wrong with it."""
    try:
        found = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).institution
        for one in found:
            _check(one)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Refusal(BAD_CHARTER, file=path, why=f"{where}: {first['msg']}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as error:
        raise Refusal(BAD_CHARTER, file=path, why=cause(error)) from None
    return found


def _check(one: Charter) -> None:
    """Raises ValueError."""
    room = ROOMS.get(room_of(one.id))
    if room is None or room.sandbox_only:
        raise ValueError(f"{one.id}: no institution of production")
    if bool(room.each) != bool(one.id.tenant):
        raise ValueError(f"{one.id}: {'one for each municipality' if room.each else 'only one'}")
    if room.each:
        try:
            MunicipalityCode(one.id.tenant)
        except Refusal as refusal:
            raise ValueError(f"{one.id}: {refusal.title.en}") from None
        if one.name is None or one.prefecture is None:
            raise ValueError(f"{one.id}: name and prefecture")
