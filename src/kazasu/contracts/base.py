"""What every message is: a letter (a fact that must arrive) or an inquiry (an answer needed now)."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Final, Generic, Self, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
)
from pydantic_core import CoreSchema, core_schema


class InstitutionId(str):
    """``jpki``, ``portal`` …; one of many of its kind as ``<kind>:<tenant>``: ``city:141003``, ``clinic:1310001``.

    Raises ``ValueError`` for anything else.
    """

    from_database = True
    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if not _INSTITUTION.match(text):
            raise ValueError(f"{text!r} names no institution: <kind> or <kind>:<tenant>")
        return super().__new__(cls, text)

    @classmethod
    def of(cls, kind: str, tenant: str = "") -> Self:
        """The institution of this kind for this tenant; empty: the only one of its kind."""
        return cls(f"{kind}:{tenant}" if tenant else kind)

    @property
    def kind(self) -> str:
        """What ``askers`` and ``senders`` name."""
        return self.partition(":")[0]

    @property
    def tenant(self) -> str:
        """Under which its rows lie in the room of its kind; empty where there is only one."""
        return self.partition(":")[2]

    @property
    def client_id(self) -> str:
        """Its name as a relying party: letters and digits alone (identity §1)."""
        return self.replace(":", "").replace("-", "")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(max_length=60)
        )


_INSTITUTION = re.compile(r"^[a-z]{3,20}(:[a-z0-9-]{1,30})?\Z")

CaseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$", max_length=64)]
MOVES: Final = "MV"
"""What numbers of moves begin with; people read them aloud (:mod:`kazasu.foundation.values.readable`)."""
MOVES_AT_COUNTER: Final = "MC"
"""The same of moves of which notice was given at the counter of the old city: the portal has no case of them."""
ANY_MOVE: Final = (MOVES, MOVES_AT_COUNTER)


def at_counter(case_id: str) -> bool:
    """Was notice of this move given at a counter? Both cities know it by the number, and tell the portal nothing."""
    return case_id.startswith(f"{MOVES_AT_COUNTER}-")


# Whatever comes in is bounded (design §3.15), for a signature proves who wrote and not that it makes sense. A column
# holds all that its field's type takes.
Line = Annotated[str, Field(max_length=400)]
"""A name, an address, a code: what stands in one line."""
Words = Annotated[str, Field(max_length=2_000)]
"""Some sentences, or an address of the web."""
Base64 = Annotated[str, Field(max_length=20_000)]
"""A certificate, a key, a signature, a record of a card."""
LongBase64 = Annotated[str, Field(max_length=200_000)]
"""A document, a script of card commands."""
Steps = Annotated[tuple[tuple[Words, Words, Line], ...], Field(max_length=60)]
"""Of a proof narrative: (Japanese, English, evidence id)."""
Revision = Annotated[int, Field(ge=1, le=1_000_000)]
"""Of a notice, or the epoch of a register: the next is one more."""
Instant = Annotated[
    AwareDatetime, Field(ge=datetime(1926, 1, 1, tzinfo=UTC), le=datetime(2200, 12, 31, tzinfo=UTC))
]
"""The country's clock goes from 1926 to 2126; what it makes ends within decades."""
CivilDate = Annotated[date, Field(ge=date(1800, 1, 1), le=date(2200, 12, 31))]
"""A date in Asia/Tokyo: of a birth that somebody living remembers, up to the end of a certificate."""

SealedHandle = Annotated[str, Field(max_length=4096)]
"""A JWE by J-LIS that names a person to one institution alone; see ``contracts.jpki.validation``."""


class Message(BaseModel):
    """Frozen, closed, and silent about what it holds when it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Letter(Message):
    """A fact that must arrive: written with the change it reports, delivered until applied."""

    kind: ClassVar[str]
    senders: ClassVar[tuple[str, ...]]
    """Who may send it: institution ids, or ``city`` for every city."""
    named_in: ClassVar[str]
    """Path of the field that must name the sender, if any: a city speaks of itself only."""

    def __init_subclass__(
        cls, *, kind: str = "", senders: tuple[str, ...] = (), named_in: str = "", **options: Any
    ) -> None:
        super().__init_subclass__(**options)
        if kind:
            if not senders:
                raise TypeError(f"{kind}: a letter names its senders")
            cls.kind = _enter(LETTERS, kind, cls)
            cls.senders, cls.named_in = senders, named_in

    @classmethod
    def __pydantic_init_subclass__(cls, *, named_in: str = "", **options: Any) -> None:
        _check_path(cls, named_in)


Answer = TypeVar("Answer", bound=Message)


class Inquiry(Message, Generic[Answer]):
    """A question with a typed answer; its legal basis travels with it (番号法 23条, design §2)."""

    kind: ClassVar[str]
    answer: ClassVar[type[Message]]
    askers: ClassVar[tuple[str, ...]]
    """Who may ask: institution ids, or ``city`` for every city."""
    basis: ClassVar[str]
    """The legal basis, or ``simulated``."""
    named_in: ClassVar[str]
    """Path of the field that must name the asker, if any: a city asks for itself only."""

    def __init_subclass__(
        cls,
        *,
        kind: str = "",
        answer: type[Message] | None = None,
        askers: tuple[str, ...] = (),
        basis: str = "",
        named_in: str = "",
        **options: Any,
    ) -> None:
        super().__init_subclass__(**options)
        if kind:
            if answer is None or not askers or not basis:
                raise TypeError(f"{kind}: an inquiry names its answer, its askers and its basis")
            cls.kind, cls.answer = _enter(INQUIRIES, kind, cls), answer
            cls.askers, cls.basis, cls.named_in = askers, basis, named_in

    @classmethod
    def __pydantic_init_subclass__(cls, *, named_in: str = "", **options: Any) -> None:
        _check_path(cls, named_in)


LETTERS: dict[str, type[Letter]] = {}
INQUIRIES: dict[str, type["Inquiry[Any]"]] = {}

_KIND = re.compile(r"^[a-z]+/[a-z-]+/\d+$")


def _enter(shelf: dict[str, Any], kind: str, cls: type) -> str:
    if not _KIND.match(kind) or (shelf.get(kind, cls) is not cls and _differs(shelf[kind], cls)):
        raise TypeError(f"{kind}: malformed or taken")
    shelf[kind] = cls
    return kind


def _check_path(cls: type[BaseModel], path: str) -> None:
    """Raises TypeError where ``a.b`` leads to no field: a misspelt binding would bind nothing."""
    inner: Any = cls
    for name in path.split(".") if path else ():
        fields = getattr(inner, "model_fields", {})
        if name not in fields:
            raise TypeError(f"{cls.__name__}: there is no field {path}")
        inner = fields[name].annotation


def _differs(one: type, other: type) -> bool:
    """Pydantic builds a parametrised generic's class twice; the same class is no conflict."""
    return (one.__module__, one.__qualname__) != (other.__module__, other.__qualname__)


class FourAttributes(Message):
    """基本4情報 as the card carries them (card §1, TEXT 02)."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    address: Annotated[str, Field(max_length=400)]
    birth_date: CivilDate
    sex: Annotated[str, StringConstraints(pattern="^[1290]$", max_length=1)]
    """1 male, 2 female, 9 not applicable, 0 unknown."""


class Done(Message):
    """The answer of an inquiry that only asks for something to be done."""


class AccessEntry(Message):
    """One line of what a resident sees about who looked at their data."""

    at: Instant
    institution: InstitutionId
    actor: Line
    """A post or system, not a clerk's name."""
    action: Line
    purpose_ja: Line
    purpose_en: Line
    fields: Annotated[tuple[Line, ...], Field(max_length=60)] = ()
    record_id: Line
    """Number of the audit record, for questions and for its inclusion proof."""


class AccessList(Message):
    """The latest."""

    entries: Annotated[tuple[AccessEntry, ...], Field(max_length=200)]
