"""Templates: Jinja2, strict, escaping; both languages beside each other in the template."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Final

import jinja2
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from kazasu.foundation.text import Text
from kazasu.foundation.time import legal_dates
from kazasu.foundation.time.clock import JST, civil
from kazasu.foundation.time.dates import long_date, long_time, short_moment
from kazasu.foundation.values import readable, relationships
from kazasu.foundation.values.places.readings import roman_address
from kazasu.foundation.values.romaji import romaji, with_reading
from kazasu.foundation.values.terms import term
from kazasu.foundation.values.visible import seen_only
from kazasu.foundation.web.drawings import icon, is_mark, mark

_LETTER: Final = r"[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff9f\U00020000-\U0003ffff]"
_JAPANESE: Final = re.compile(_LETTER)
_UUID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_JAPANESE_OR_UUID: Final = re.compile(
    rf"{_UUID.pattern}|{_LETTER}(?:[^A-Za-z,;:.()]*{_LETTER})?(?:\s*\d+(?![\d-]))?"
)
_KIT = Path(__file__).parent / "templates"


@pass_context
def _t(context: Context, ja: str, en: str, easy: str = "") -> str:
    """The sentence in the page's words; ``easy``: in やさしい日本語, where it has such a form."""
    if context["lang"] == "en":
        return en
    return easy if easy and context["reads"] == "easy" else ja


@pass_context
def _text(context: Context, text: Text) -> str:
    return text.to(context["reads"])


@pass_context
def _date(context: Context, value: date | datetime | str) -> str:
    """令和8年11月23日(月) with the year 2026 beside it; or Monday 23 November 2026. A string is of a session, which keeps days as ISO 8601 has them."""
    on = date.fromisoformat(value) if isinstance(value, str) else value
    on = civil(on) if isinstance(on, datetime) else on
    return long_date(on, context["lang"])


@pass_context
def _moment(context: Context, value: datetime) -> str:
    """Date and time of day in Japan."""
    local = value.astimezone(JST)
    return f"{_date(context, value)} {long_time(local.time(), context['lang'])}"


@pass_context
def _moment_short(context: Context, value: datetime) -> str:
    """Without year: where only the last days and weeks matter."""
    return short_moment(value.astimezone(JST), context["lang"])


@pass_context
def _foreign(context: Context, text: str) -> str | Markup:
    """Words of a register or of another language's speaker. On a page in English what is Japanese is said to be so (a
    screen reader would spell it as noise); numbers of the database are set as code in both."""
    runs = _UUID if context["lang"] == "ja" else _JAPANESE_OR_UUID
    parts, end = [], 0
    for found in runs.finditer(text):
        as_code = _UUID.fullmatch(found[0])
        shown = Markup("<code>{}</code>") if as_code else Markup('<span lang="ja">{}</span>')
        parts += [escape(text[end : found.start()]), shown.format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])]) if parts else text


@pass_context
def _person_name(context: Context, name: str, kana: str = "") -> str | Markup:
    """A name as it is written; on pages in English after its reading, as on the passport: Sato Hanako 佐藤　花子."""
    if kana:
        context["names_read"][name] = kana  # for its furigana, wherever on the page it stands
    read = romaji(kana or name) if context["lang"] == "en" else ""  # a name in kana reads itself
    if not read or not _JAPANESE.search(name):
        return _foreign(context, name)
    return Markup('{} <span lang="ja">{}</span>').format(read, name)


@pass_context
def _read_name(context: Context, name: str, kana: str = "") -> str:
    """The same as plain text, where no element can stand: in an ``option``, in an attribute."""
    return with_reading(name, kana or name) if context["lang"] == "en" else name


@pass_context
def _address(context: Context, line: str) -> str | Markup:
    """An address as it is written; on pages in English after its reading."""
    read = roman_address(line) if context["lang"] == "en" else ""
    return (
        Markup('{}<br><span lang="ja">{}</span>').format(_foreign(context, read), line)
        if read
        else _foreign(context, line)
    )


@pass_context
def _clock_time(context: Context, value: str) -> str:
    """``HH:MM`` as 午前/午後."""
    return long_time(datetime.strptime(value, "%H:%M").time(), context["lang"])  # noqa: DTZ007


@pass_context
def _clock_of(context: Context, value: datetime) -> str:
    """The time of day in Japan."""
    return long_time(value.astimezone(JST).time(), context["lang"])


@pass_context
def _yen(context: Context, amount: int) -> str:
    return f"{amount:,}円" if context["lang"] == "ja" else f"{amount:,} yen"


@pass_context
def _dot(context: Context) -> str:
    """Between two things on one line: ・ in Japanese, the middle dot of Latin letters in English."""
    return " ・ " if context["lang"] == "ja" else " · "


@pass_context
def _born(context: Context, text: str) -> str:
    """A date as the register writes it, readable in the page's language."""
    return legal_dates.shown(text, context["lang"])


@pass_context
def _related(context: Context, relationship: str) -> str:
    return relationships.shown(relationship, context["lang"])


def environment(*templates: Path) -> jinja2.Environment:
    """The room's templates, then the kit's."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*templates, _KIT]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.filters["seen_only"] = seen_only
    made.filters["first_upper"] = first_upper
    made.globals.update(
        t=_t,
        text=_text,
        civil=_date,
        wareki=_date,
        moment=_moment,
        moment_short=_moment_short,
        foreign=_foreign,
        person_name=_person_name,
        read_name=_read_name,
        address=_address,
        spoken=readable.of,
        clock_time=_clock_time,
        clock_of=_clock_of,
        yen=_yen,
        dot=_dot,
        born=_born,
        related=_related,
        explained_term=term,
        draw_icon=icon,
        draw_mark=mark,
        has_mark=is_mark,
    )
    return made


def first_upper(text: str) -> str:
    """As a line begins. Jinja's own ``capitalize`` makes all the rest small, and of a My Number Card a “my number card”."""
    return text[:1].upper() + text[1:]
