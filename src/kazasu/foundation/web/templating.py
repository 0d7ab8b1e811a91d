"""Templates: Jinja2, strict, escaping; both languages beside each other in the template."""

from datetime import date, datetime
from pathlib import Path

import jinja2
from jinja2 import pass_context
from jinja2.runtime import Context

from kazasu.foundation.text import Text
from kazasu.foundation.time import legal_dates
from kazasu.foundation.time.clock import JST, civil
from kazasu.foundation.time.dates import long_date, long_time
from kazasu.foundation.values import relationships
from kazasu.foundation.web.drawings import icon, is_mark, mark

_KIT = Path(__file__).parent / "templates"


@pass_context
def _t(context: Context, ja: str, en: str) -> str:
    """The sentence in the page's language."""
    return ja if context["lang"] == "ja" else en


@pass_context
def _text(context: Context, text: Text) -> str:
    return text.to(context["lang"])


@pass_context
def _date(context: Context, value: date | datetime) -> str:
    """令和8年11月23日(月) with the year 2026 beside it; or Monday 23 November 2026."""
    on = civil(value) if isinstance(value, datetime) else value
    return long_date(on, context["lang"])


@pass_context
def _moment(context: Context, value: datetime) -> str:
    """Date and time of day in Japan."""
    local = value.astimezone(JST)
    return f"{_date(context, value)} {long_time(local.time(), context['lang'])}"


@pass_context
def _clock_time(context: Context, value: str) -> str:
    """``HH:MM`` as 午前/午後."""
    return long_time(datetime.strptime(value, "%H:%M").time(), context["lang"])  # noqa: DTZ007


@pass_context
def _yen(context: Context, amount: int) -> str:
    return f"{amount:,}円" if context["lang"] == "ja" else f"{amount:,} yen"


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
    made.globals.update(
        t=_t,
        text=_text,
        civil=_date,
        wareki=_date,
        moment=_moment,
        clock_time=_clock_time,
        yen=_yen,
        born=_born,
        related=_related,
        draw_icon=icon,
        draw_mark=mark,
        has_mark=is_mark,
    )
    return made
