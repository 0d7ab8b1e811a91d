"""Forms: pydantic models whose fields have a label and messages in both languages.

    class TransferForm(Form):
        to_account: str = asked("振込先の口座番号", "Account number of the payee", most=20)
        amount: str = asked("金額（円）", "Amount (yen)", most=20)

    form = TransferForm.read(request)           # in a POST: the values, or Invalid
    raise form.wrong("amount", NOT_AN_AMOUNT)   # found later
    TransferForm.show(request, amount="1000")   # in a GET: fields for the macros of kit/forms.html
    found, shown = PeriodForm.sought(request)   # a filter, whose answers stand in the address
    with form.at({UNKNOWN_ACCOUNT: "to_account"}):   # what a service refuses, beside its field
        transfers.prepare(…)

Fields without :func:`asked` are not typed by a person (hidden ones, buttons); they are not kept for the page, and
neither is a ``SecretStr``. A ``dict`` takes all fields ``name-…``; a ``date`` comes from three inputs; a ``bool`` is ticked or not.
"""

import re
import unicodedata
from calendar import month_name
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from types import UnionType
from typing import Annotated, Any, ClassVar, Final, Self, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request

from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Text, Words
from kazasu.foundation.time import old_writing
from kazasu.foundation.time.dates import ERAS, SOLAR
from kazasu.foundation.values.numerals import arabic
from kazasu.foundation.values.typed import addresses, written
from kazasu.foundation.values.typed.amounts import yen_of
from kazasu.foundation.values.typed.web_addresses import web_address
from kazasu.foundation.values.visible import unseen_letter, without_marks
from kazasu.foundation.web.acting.kept import FieldError, Invalid, Kept
from kazasu.foundation.web.acting.numbered import ONCE
from kazasu.foundation.web.faults import UNREADABLE

REQUIRED = Text("入力してください", "Please fill this in", "書いてください")
TOO_LONG = Text(
    "{most}文字までで入力してください",
    "Use at most {most} characters",
    "{most}文字までで 書いてください",
)
UNSEEN = Text(
    "目に見えない文字（{letter}）が入っています。消して入力し直してください",
    "There is a letter that cannot be seen ({letter}). Delete it and type again",
    "目に 見えない 文字（{letter}）が あります。消して、もう一度 書いてください",
)
NOT_A_CHOICE = Text("選び直してください", "Please choose again", "もう一度 えらんでください")
NOT_AN_AMOUNT = Text(
    "1円以上の金額を数字で入力してください", "Enter an amount of at least 1 yen in digits"
)
NOT_A_DATE = Text(
    "年・月・日を数字で入力してください（年は 2026 または 令和8）",
    "Enter year, month and day in digits (the year as 2026, or 令和8)",
    "年・月・日を 数字で 書いてください（年は 2026 か 令和8）",
)
NO_SUCH_DAY = Text(
    "その日付は暦にありません", "There is no such day in the calendar", "その日は ありません"
)
TOO_FAR = Text(
    "1873年（明治6年）1月1日から2200年までの日付を入力してください",
    "Enter a day between 1 January 1873 and the end of 2200",
    "1873年から 2200年までの 日を 書いてください",
)
FIRST_DAY: Final = SOLAR
"""Days before it were counted by the moon."""
LAST_DAY: Final = date(2200, 12, 31)
"""As in letters (:data:`kazasu.contracts.base.CivilDate`)."""
_DIGITS: Final = re.compile(r"\d{4}-\d{2,4}-\d{2,4}\Z")
_YEAR: Final = re.compile(
    r"(?P<era>明治?|大正?|昭和?|平成?|令和?|[MTSHR])?\s*(?P<year>元|\d+)年?\Z", re.IGNORECASE
)
_WHOLE: Final = re.compile(
    r"(?P<year>.*[\d元]年?)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?\Z"
)
"""A day pasted into the first of the three fields."""
_WEEKDAY: Final = re.compile(
    r"\s*\([月火水木金土日](?:曜日?)?\)|\A[a-z]{3,9},?\s+(?=\d)|\s*\(\d{4}年\)\Z", re.IGNORECASE
)
"""What pages write beside a day, and its numbers do without: 令和8年12月1日(火)（2026年）, Tuesday 1 December 2026."""
_IN_WORDS: Final = re.compile(
    r"(?P<day>\d{1,2})\s+(?P<month>[a-z]{3,9})\.?,?\s+(?P<year>\d{4})\Z", re.IGNORECASE
)
_MONTH_FIRST: Final = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2}),\s*(?P<year>\d{4})\Z",
    re.IGNORECASE,
)
"""December 1, 2026. Not 12/1/2026, which is another day in every other country."""
_EIGHT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_MONTHS: Final = tuple(one.casefold() for one in month_name)
PARTS: Final = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class _Asked:
    label: Text
    missing: Text
    needed: bool
    lines: bool


class Wrong(ValueError):
    """Raised by a validator of a form: what is wrong, in words."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text: Final = text


def asked(
    ja: str,
    en: str,
    easy: str = "",
    *,
    default: Any = ...,
    most: int | None = None,
    missing: Text = REQUIRED,
    needed: bool = False,
    lines: bool = False,
) -> Any:
    """A field that a person fills in, with its label.

    Args:
        easy: the label in やさしい日本語; what residents fill in has one.
        default: makes it optional.
        most: characters, as people count them.
        missing: what is said when it is empty.
        needed: the page calls it required although it has a default: one of its buttons does without it, and the page
            itself refuses it empty behind the others.
        lines: it may have several (a ``textarea``).
    """
    info = Field(default, max_length=most)
    info.metadata.append(_Asked(Text(ja, en, easy), missing, needed, lines))
    return info


class _Plain:
    """Marks an answer of digits or of letters of a keyboard alone."""


PLAIN: Final = _Plain()
"""What cannot be seen is taken away from it before it is read or shown again (:func:`~kazasu.foundation.values.visible.without_marks`):
it comes with what was copied."""
Plain = Annotated[str, PLAIN]
"""A number that is kept as it was typed, a telephone's, an address of the network."""


def _yen(typed: object) -> int:
    amount = yen_of(str(typed))
    if amount is None:
        raise Wrong(NOT_AN_AMOUNT)
    return amount


Yen = Annotated[int, BeforeValidator(_yen), PLAIN]
"""An amount that a person types. No form takes a bare ``int``, which reads ``+5`` and ``1_000``."""

NOT_A_WEB_ADDRESS = Text(
    "アドレスの形になっていません。https://shop.example/login のように入力してください",
    "This is not an address. Enter one such as https://shop.example/login",
)
OF_LINE = Text("{line}行目：{said}", "Line {line}: {said}")


def _web_address(typed: str) -> str:
    if typed and web_address(typed) is None:
        raise Wrong(NOT_A_WEB_ADDRESS)
    return typed


def _web_addresses(typed: str) -> str:
    if found := of_lines(typed, lambda one: None if web_address(one) else NOT_A_WEB_ADDRESS):
        raise Wrong(found)
    return typed


def of_lines(typed: str, wrong: Callable[[str], Text | None]) -> Text | None:
    """What is wrong with a field of one thing a line: each line that is, by its number where there are several."""
    lines = typed.splitlines()
    found = [
        (at, said)
        for at, one in enumerate(lines, 1)
        if one.strip() and (said := wrong(one.strip()))
    ]
    if len(lines) > 1:
        found = [
            (
                at,
                Text(
                    OF_LINE.ja.format(line=at, said=said.ja),
                    OF_LINE.en.format(line=at, said=said.en),
                ),
            )
            for at, said in found
        ]
    return (
        Text("。".join(s.ja for _, s in found), ". ".join(s.en for _, s in found))
        if found
        else None
    )


WebAddress = Annotated[str, AfterValidator(_web_address), PLAIN]
"""An http or https address that a person types; empty where the field may be."""
WebAddresses = Annotated[str, AfterValidator(_web_addresses), PLAIN]
"""The same, one a line."""


NOT_A_POSTCODE = Text(
    "郵便番号は7けたの数字です（例: 060-0042）", "A postcode has seven digits, such as 060-0042"
)
NOT_A_BLOCK = Text(
    "番地には数字が必要です（例: ３丁目６番地。ないときは 無番地）",
    "A block has a number, such as ３丁目６番地; where there is none write 無番地",
)
NOT_A_PLACE = Text(
    "地名を、漢字かかなで入力してください", "Write the place in Japanese, as the register does"
)


NOT_ON_A_CARD = Text(
    "「{letter}」はカードや証明書に書けません。ほかの書き方にしてください（丸で囲んだ数字は、ふつうの数字に）",
    "{letter} cannot be written on a card or in a certificate. Write it another way, such as a plain number for one in a circle",
    "「{letter}」は カードに 書けません。ほかの 書き方に してください",
)


def _carried(typed: str) -> str:
    """As registers write what a keyboard sent."""
    text = written.composed(typed)
    if letter := written.unwritable(text):
        raise Wrong(NOT_ON_A_CARD.fill(letter=letter))
    return text


ON_A_CARD: Final = AfterValidator(_carried)
"""Of each field whose letters a card, a certificate or a form will carry."""


IN_AN_ADDRESS: Final = AfterValidator(written.placed)
"""Of each part of an address, after :data:`ON_A_CARD`: one writing, whatever the keyboard."""


def _with(read: Callable[[str], str], message: Text) -> AfterValidator:
    """An answer as ``read`` has it; empty where the field may be."""

    def check(typed: str) -> str:
        try:
            return read(typed) if typed else typed
        except ValueError:
            raise Wrong(message) from None

    return AfterValidator(check)


Postcode = Annotated[str, _with(addresses.postcode, NOT_A_POSTCODE), PLAIN]
"""Seven digits; empty where the field may be. So are the others."""
Block = Annotated[str, ON_A_CARD, IN_AN_ADDRESS, _with(addresses.block, NOT_A_BLOCK)]
PlaceName = Annotated[str, ON_A_CARD, IN_AN_ADDRESS, _with(addresses.place_name, NOT_A_PLACE)]
Building = Annotated[str, ON_A_CARD, IN_AN_ADDRESS]
Carried = Annotated[str, ON_A_CARD]
"""Any other text of a card: a name."""


def _whole_day(typed: str) -> str:
    """ISO 8601; empty stays so."""
    if not typed:
        return ""
    found = _date((typed, "", ""))
    try:
        day = date.fromisoformat(found)
    except ValueError:
        raise Wrong(NO_SUCH_DAY if _DIGITS.match(found) else NOT_A_DATE) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Wrong(TOO_FAR)
    return found


Day = Annotated[str, AfterValidator(_whole_day), PLAIN]
"""A whole day in one field, in each way in which our own pages write one: for one question of many people (``dict[str, Day]``). Where a page
asks for one day alone a ``date`` has its three fields."""


def one_of(offered: Container[str], message: Text = NOT_A_CHOICE) -> AfterValidator:
    """For ``Annotated[str, …]``: an answer that the page offers."""

    def check(answer: str) -> str:
        if answer not in offered:
            raise Wrong(message)
        return answer

    return AfterValidator(check)


Place = str | Callable[[Refusal], str]
"""The field that a refusal is about, or what finds it."""


class Form(BaseModel):
    """What one POST carries."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        str_strip_whitespace=True, frozen=True, extra="ignore"
    )

    @classmethod
    def read(cls, request: Request) -> Self:
        """What was sent; notes in the request what of it may be kept.

        Raises:
            Invalid: a field that was asked for is wrong; every such field is named.
            Refusal: ``web.unreadable``, another field is.
        """
        posted: FormData = request.state.form
        request.state.typed = cls._typed_in(posted)
        return cls._checked(posted)

    @classmethod
    def again(cls, request: Request) -> Self | None:
        """In a GET, what was typed on the page before, as :meth:`~kazasu.foundation.web.Site.go_on` brought it; None: nothing was, or it
        is forgotten by now.

        Fields that nobody types have their defaults: the address says them.

        Raises Invalid as :meth:`read`.
        """
        typed = request.state.kept.typed
        rows = [(name, one) for name, given in typed.items() for one in given]
        return cls._checked(FormData(rows)) if rows else None

    @classmethod
    def sought(cls, request: Request) -> tuple[Self | None, "Shown"]:
        """What the address of a filter says (a form with ``method="get"``), and its fields for the page.

        A day may stand there whole too, as links have it: ``?date=2026-11-30``. What cannot be read is no answer: the values are
        None, and the field has its error and what was typed. The page gives ``errors=shown.errors`` to its frame. An address that
        answers nothing is the page as it is opened first: what is missing then is no mistake.

        Raises Refusal ``web.unreadable``: a field that nobody types.
        """
        given = cls._in_parts(request.query_params)
        try:
            found = cls._checked(given)
        except Invalid as invalid:
            asked_for = any(
                one in cls.model_fields or one.rpartition("-")[0] in cls.model_fields
                for one in request.query_params
            )
            kept = Kept(cls._typed_in(given), invalid.errors) if asked_for else Kept()
            return None, Shown(cls, kept, request.state.reading.words, {})
        return found, Shown(cls, Kept(), request.state.reading.words, dict(found))

    @classmethod
    def _in_parts(cls, query: QueryParams) -> FormData:
        """A whole day becomes what a person pastes into the first of the three fields."""
        days = {name for name, info in cls.model_fields.items() if _kind(info) is date}
        rows = query.multi_items()
        return FormData([(f"{k}-year" if k in days else k, v) for k, v in rows if v])

    @classmethod
    def _typed_in(cls, given: FormData) -> dict[str, list[str]]:
        """What of it may be shown again, by the names of its inputs."""
        return {
            name: values
            for field, info in cls.model_fields.items()
            for name, values in _typed(given, field, info)
        }

    @classmethod
    def _checked(cls, posted: FormData) -> Self:
        """Raises as :meth:`read`."""
        given = {name: _given(posted, name, info) for name, info in cls.model_fields.items()}
        if unseen := [
            found for name, value in given.items() if (found := cls._unseen(name, value))
        ]:
            raise Invalid(*unseen)
        try:
            form = cls.model_validate({k: v for k, v in given.items() if v is not None})
        except ValidationError as error:
            first = {one["loc"][0]: one for one in reversed(error.errors())}
            raise Invalid(*(cls._error(first[k]) for k in given if k in first)) from None
        if far := [name for name in given if _is_far(getattr(form, name))]:
            raise Invalid(*(cls._named(name, TOO_FAR) for name in far))
        return form

    @classmethod
    def show(cls, request: Request, **values: Any) -> "Shown":
        """Its fields for the page: as typed where the page comes back, else with these values."""
        return Shown(cls, request.state.kept, request.state.reading.words, values)

    @classmethod
    def questions(cls) -> dict[str, Text]:
        """The labels of what a person is asked for, in order."""
        found = {name: _asked_of(info) for name, info in cls.model_fields.items()}
        return {name: one.label for name, one in found.items() if one}

    def wrong(self, name: str, message: Text) -> Invalid:
        """To be raised: an error that only its meaning shows."""
        found = _asked_of(type(self).model_fields[name])
        if found is None:
            raise TypeError(f"nobody is asked for {name}: no error can stand beside it")
        return Invalid(FieldError(name, found.label, message))

    @contextmanager
    def at(self, places: Mapping[Fault | str, Place] | Mapping[Fault, Place]) -> Iterator[None]:
        """What a service refuses inside stands beside the field that it is about.

        Args:
            places: by the fault (by its code, where another institution declares it), the field (``relationship-<key>`` for one of a ``dict``), or what finds it; what it finds empty, and
                faults that are not named, stay refusals of the whole page.
        """
        try:
            yield
        except Refusal as refusal:
            by_code: Mapping[Any, Place] = places
            place = by_code.get(refusal.fault) or by_code.get(refusal.fault.code, "")
            name = place(refusal) if callable(place) else place
            found = _asked_of(type(self).model_fields[name.partition("-")[0]]) if name else None
            if found is None:
                raise
            raise Invalid(FieldError(name, found.label, refusal.title), refusal=refusal) from None

    @classmethod
    def label_of(cls, _place: str, label: Text, /) -> Text:
        """What a field is called where an error names it; a form with one question for many fields tells which.

        Args:
            _place: the field's name on the page: ``purpose-name-ja`` for one of a ``dict``.
        """
        return label

    @classmethod
    def _unseen(cls, name: str, value: Any) -> FieldError | None:
        """The error at a field with a letter that cannot be seen. Raises Refusal ``web.unreadable``: nobody typed it."""
        found = _asked_of(cls.model_fields[name])
        for place, text in _texts(name, value):
            if letter := unseen_letter(text, lines=found is not None and found.lines):
                if found is None:
                    raise Refusal(UNREADABLE)
                label = cls.label_of(place, found.label)
                return FieldError(place, label, UNSEEN.fill(letter=letter))
        return None

    @classmethod
    def _named(cls, name: str, message: Text) -> FieldError:
        """Raises Refusal ``web.unreadable``: nobody is asked for it."""
        found = _asked_of(cls.model_fields[name])
        if found is None:
            raise Refusal(UNREADABLE)
        return FieldError(name, found.label, message)

    @classmethod
    def _error(cls, error: ErrorDetails) -> FieldError:
        name = str(error["loc"][0])
        info = cls.model_fields[name]
        found = _asked_of(info)
        if found is None:
            raise Refusal(UNREADABLE) from None
        within = [str(one) for one in error["loc"][1:]] if _kind(info) is dict else []
        place = "-".join([name, *within])
        return FieldError(place, cls.label_of(place, found.label), _said(error, found))


def _texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Where what was sent for a field stands on its page, and each text."""
    if isinstance(value, dict):
        yield from ((f"{name}-{key}", one) for key, one in value.items())
    elif isinstance(value, list):
        yield from ((name, one) for one in value)
    elif isinstance(value, str):
        yield name, value


def _said(error: ErrorDetails, field: _Asked) -> Text:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return field.missing
    if kind in ("string_too_long", "too_long"):
        return TOO_LONG.fill(most=context["max_length"])
    if kind == "value_error" and isinstance(context["error"], Wrong):
        return context["error"].text
    if kind.startswith("date"):
        return NO_SUCH_DAY if _DIGITS.match(str(error["input"])) else NOT_A_DATE
    return NOT_A_CHOICE


# ---------------------------------------------------------------- what was sent


class _OfNow:
    """Marks a day of which only the era of now can be meant."""


OF_NOW: Final = _OfNow()
"""A bare year of one or two digits is one of the era of now, 8 as 令和8: pages write it so, and no other era comes near."""
DayOfNow = Annotated[date, OF_NOW]
"""A day about today. Not a birth date: there a bare 8 could be of any era."""


def _given(posted: FormData, name: str, info: FieldInfo) -> Any:
    """As the model takes it; None where nothing was given. An optional text may be given as empty."""
    kind = _kind(info)
    if kind is date:
        parts = _parts(posted, name)
        if any(isinstance(one, _OfNow) for one in info.metadata):
            parts = [_of_now(parts[0]), *parts[1:]]
        return _date(parts) or None
    if kind is list:
        return [str(one) for one in posted.getlist(name)] or None
    if kind is dict:
        start = f"{name}-"
        return {k[len(start) :]: str(v).strip() for k, v in posted.items() if k.startswith(start)}
    if kind is bool:
        return bool(posted.get(name))
    text = posted.get(name)
    given = None if text is None else _plainly(info, str(text)).strip()
    return given if kind is str and not info.is_required() else given or None


def _of_now(year: str) -> str:
    """With its era, where it is a bare year of one or two digits."""
    bare = arabic(unicodedata.normalize("NFKC", year).strip()).removesuffix("年")
    return f"{ERAS[0][1]}{bare}" if bare.isdecimal() and len(bare) <= 2 else year


def _date(parts: Sequence[str]) -> str:
    """ISO 8601; digits of any width, the year also by its era, or the whole day in the year's place.

    What is no number stays one that no date can be read from.
    """
    plain = [arabic(unicodedata.normalize("NFKC", one).strip()) for one in parts]
    if not any(plain):
        return ""
    if whole := _whole(
        plain[0]
    ):  # the one thing that was pasted; what stands beside it is from before
        plain = whole
    year, month, day = _year(plain[0]), plain[1].removesuffix("月"), plain[2].removesuffix("日")
    if not year or not all(one.isdecimal() and len(one) <= 4 for one in (month, day)):
        return "-".join(("x", *parts))
    return f"{year:04}-{int(month):02}-{int(day):02}"


def _whole(given: str) -> list[str]:
    """Year, month and day of a day that stands in one field, in each way in which our own pages write it; empty: it is none."""
    try:
        given = old_writing.in_full(given.strip())
    except old_writing.WhichEra:
        return []
    if found := _EIGHT.match(given.strip()):
        return list(found.groups())
    if found := _MONTH_FIRST.match(given.strip()):
        month = _month(found["month"])
        return [found["year"], month, found["day"]] if month else []
    plain = _WEEKDAY.sub("", given).strip()
    if found := _WHOLE.match(plain):
        return list(found.groups())
    if found := _IN_WORDS.match(plain):
        month = _month(found["month"])
        return [found["year"], month, found["day"]] if month else []
    return []


def _month(said: str) -> str:
    """Its number; empty: it is none."""
    at = (n for n, name in enumerate(_MONTHS) if name and name.startswith(said.casefold()))
    return str(next(at, ""))


def _year(given: str) -> int:
    """2026, 令和8, 令8, R8, 令和元年; 0 where it is neither: a bare 8 could be of any era, and no era has a year 0."""
    found = _YEAR.match(given)
    if not found or len(found["year"]) > 4:
        return 0
    year = 1 if found["year"] == "元" else int(found["year"])
    if not found["era"]:
        return year if year > 999 else 0
    first = next(f for f, era, roman in ERAS if found["era"].upper()[0] in (era[0], roman[0]))
    return first.year + year - 1 if year else 0


def _is_far(value: Any) -> bool:
    """Whether a day of it is one that eras or letters do not reach."""
    days = value if isinstance(value, (tuple, list)) else [value]
    return any(isinstance(one, date) and not FIRST_DAY <= one <= LAST_DAY for one in days)


def _parts(posted: FormData, name: str) -> list[str]:
    return [without_marks(str(posted.get(f"{name}-{part}", ""))).strip() for part in PARTS]


def _typed(posted: FormData, name: str, info: FieldInfo) -> list[tuple[str, list[str]]]:
    """What of a field may be shown again, by the names of its inputs."""
    kind = _kind(info)
    if kind is SecretStr or (_asked_of(info) is None and ONCE not in info.metadata):
        return []
    start = f"{name}-" if kind in (date, dict) else ""
    names = [k for k in dict.fromkeys(posted) if (k.startswith(start) if start else k == name)]
    return [(one, [_plainly(info, str(value)) for value in posted.getlist(one)]) for one in names]


def is_plain(info: FieldInfo) -> bool:
    """Whether an answer has no letter of its own that cannot be seen."""
    return _kind(info) is date or any(isinstance(one, _Plain) for one in info.metadata)


def _plainly(info: FieldInfo, text: str) -> str:
    return without_marks(text) if is_plain(info) else text


def _kind(info: FieldInfo) -> Any:
    """The type behind ``X | None`` and ``list[X]``; a tuple comes as a list does."""
    kind = info.annotation
    if isinstance(kind, UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    origin = get_origin(kind)
    return list if origin is tuple else origin or kind


def _asked_of(info: FieldInfo) -> _Asked | None:
    return next((one for one in info.metadata if isinstance(one, _Asked)), None)


# ---------------------------------------------------------------- what is shown


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field for the macros of ``kit/forms.html``."""

    name: str
    label: Text
    required: bool
    data: Any
    parts: Sequence[str]
    """Year, month and day of a date."""
    errors: Sequence[str]
    kind: str
    """``str``, ``bool``, ``date``, ``list`` …: which macro draws it."""

    @property
    def id(self) -> str:
        return self.name


class Shown:
    """A form on its page; its fields are attributes."""

    def __init__(
        self, form: type[Form], kept: Kept, words: Words, values: Mapping[str, Any]
    ) -> None:
        self._form = form
        own = any(
            one in form.model_fields or one.partition("-")[0] in form.model_fields
            for one in kept.typed
        )
        self._kept = kept if own else replace(kept, typed={})  # another form of the page was sent
        self._words = words
        self._values = values

    @property
    def errors(self) -> Sequence[FieldError]:
        """For the summary of a page whose form stands in its address."""
        return self._kept.errors

    def __getattr__(self, name: str) -> ShownField:
        info = self._form.model_fields.get(name)
        found = _asked_of(info) if info else None
        if info is None or found is None:
            raise AttributeError(name)
        errors = [one.message.to(self._words) for one in self._kept.errors if one.name == name]
        data = self._data(name, info)
        kind = getattr(_kind(info), "__name__", "")
        return ShownField(
            name, found.label, info.is_required() or found.needed, data, self._parts(name),
            errors, kind,
        )  # fmt: skip

    def __iter__(self) -> Iterator[ShownField]:
        return (getattr(self, name) for name in self._form.questions())

    def _data(self, name: str, info: FieldInfo) -> Any:
        if not self._kept.typed:
            return self._values.get(name, [] if _kind(info) is list else "")
        given = self._kept.typed.get(name, ())
        return list(given) if _kind(info) is list else (given[0] if given else "")

    def _parts(self, name: str) -> Sequence[str]:
        if self._kept.typed:
            values = self._kept.values
            return [values.get(f"{name}-{part}", "") for part in PARTS]
        on = self._values.get(name)
        return [str(on.year), str(on.month), str(on.day)] if isinstance(on, date) else ["", "", ""]
