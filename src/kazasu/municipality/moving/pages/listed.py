"""What both lists of cases share: which filter and order the address asks for, and the way to the next case."""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import ANY_MOVE
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.values import readable
from kazasu.foundation.web.acting.kept import FieldError
from kazasu.foundation.web.forms import Form, Shown, asked
from kazasu.municipality.hall.desk import DeskPages
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import Way
from kazasu.municipality.moving.lists import Row, following, listing
from kazasu.municipality.register.relationships import as_written

BY_NUMBER: Final = Text("受付番号で開く", "Open by case number")
NO_NUMBER: Final = Text(
    "受付番号ではありません。氏名では、上の「住民」で探せます",
    "This is no case number. By a name look under Residents, above",
)
NOT_TYPED: Final = Text("受付番号を入力してください", "Enter a case number")


class DayForm(Form):
    """Of which day a list is."""

    date: datetime.date | None = asked("日付", "Date", default=None)


def asked_care() -> Any:
    """The field of a decision that leaves children behind; where it does not, nobody is asked."""
    return asked(
        "残る子どもの世話をする人と、決めた理由",
        "Who looks after the children that remain, and why it was decided so",
        default="", most=500, lines=True, needed=True,
    )  # fmt: skip


def asked_because() -> Any:
    """The field beside relationships: needed where one of them is not what the register says."""
    return asked(
        "続柄の理由（案と違うものを書いたとき）",
        "Reason for a relationship that is not as proposed",
        default="", most=500,
    )  # fmt: skip


def of_standing(typed: Mapping[str, str], refused: str) -> str:
    """Beside which of the fields of those who stay a relationship is refused, however it was typed."""
    written = as_written(refused)
    return next((f"standing-{key}" for key, one in typed.items() if as_written(one) == written), "")


def numbered(request: Request) -> str:
    """The number of a case that was typed above the list; empty: none was, or something that can be none, as a name."""
    typed = request.query_params.get("case", "").strip()
    shaped = re.search("[0-9０-９]", typed) or typed.upper().startswith(ANY_MOVE)
    return readable.as_given(typed, ANY_MOVE) if shaped else ""


def found_wrong(request: Request, day: Shown | None = None) -> list[FieldError]:
    """What is wrong with what was typed above the list; ``day``: of :class:`DayForm`."""
    typed, wrong = request.query_params, [*day.errors] if day else []
    if "case" in typed and not typed["case"].strip():
        wrong.append(FieldError("case", BY_NUMBER, NOT_TYPED))
    elif "case" in typed and not numbered(request):
        wrong.append(FieldError("case", BY_NUMBER, NO_NUMBER))
    return wrong


def listed(
    request: Request, rows: Sequence[Row], way: Way, day: datetime.date, who: Clerk
) -> dict[str, Any]:
    """Values for the list's template. ``show``: a filter, ``sort``: an order; unknown ones are the first."""
    query = request.query_params
    found = listing(
        rows, way, day, who.staff_id, chosen=query.get("show", ""), sort=query.get("sort", "")
    )
    return {"listing": found, "way": way, "today_date": day, "all_rows": len(rows)}


def onward(
    desk: DeskPages, request: Request, way: Way, rows: Sequence[Row], who: Clerk
) -> Response:
    """To the next case, or back to the list, which says that there is none."""
    after = readable.as_given(request.query_params.get("after", ""), ANY_MOVE)
    found = following(rows, after, today(desk.city.clock), who.staff_id)
    if found:
        return desk.site.redirect(f"/desk/{way}/{found}")
    return desk.site.tell(request, f"/desk/{way}", done="no-next")
