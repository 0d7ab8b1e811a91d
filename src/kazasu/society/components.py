"""Every component of the kit in all its states on one page: to look at, and to be tested by (tests/pages/test_components.py)."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, Site, get, post, public
from kazasu.foundation.web.forms import asked

WHY: Final = "examples; nothing is kept"
WAYS: Final = {"post": Text("郵便", "By post"), "counter": Text("窓口", "At the counter")}
MANY: Final = tuple(f"{number}" for number in range(1, 13))


class ExampleForm(Form):
    """A question of each kind."""

    who: str = asked("氏名", "Name", most=40)
    remark: str = asked("ひとこと", "A remark", default="", most=200, lines=True)
    on: date = asked("生年月日", "Date of birth")
    way: str = asked("受け取り方", "How you receive it")
    about: list[str] = asked("知らせてほしいこと", "What to tell you about", default=[])
    month: str = asked("月", "Month", default="")
    agrees: bool = asked("同意します", "I agree", default=False)


class ComponentPages:
    """One page; sent, its form shows what is wrong with it."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @get("/components", public(WHY))
    def page(self, request: Request) -> Response:
        """``page``: of the pagination, 1 to 3."""
        page = request.query_params.get("page", "1")
        return self._site.render(
            request,
            "components.html",
            form=ExampleForm.show(request),
            ways=[(key, words, "") for key, words in WAYS.items()],
            months=MANY,
            entries=_timeline(self._site.clock.now(), request.state.language),
            holders=_holders(self._site.clock.now()),
            page=int(page) if page in ("1", "2", "3") else 1,
        )

    @post("/components", public(WHY))
    def send(self, request: Request) -> Response:
        ExampleForm.read(request)
        return self._site.tell(request, "/components", sent=True)


def _holders(now: datetime) -> list[SimpleNamespace | None]:
    """A colleague's, one's own, nobody's."""
    return [
        SimpleNamespace(staff_id="other", name="木村　直子", kana="キムラ　ナオコ", since=now),
        SimpleNamespace(staff_id="me", name="田中　修", kana="タナカ　オサム", since=now),
        None,
    ]


def _timeline(now: datetime, language: Any) -> list[SimpleNamespace]:
    """What was done, what runs, what waits, what went wrong."""
    told = (
        ("done", Text("届出を送りました", "The notice was sent")),
        ("bad", Text("訂正のお願いが来ました", "A correction was asked for")),
        ("now", Text("市が確認しています", "The city is checking it")),
        ("wait", Text("窓口に来てもらいます", "You come to the counter")),
    )
    return [
        SimpleNamespace(
            title=words.to(language), at=None if state == "wait" else now + timedelta(hours=place),
            who="", note="", proof=[words.to(language)] if state == "done" else [], state=state,
        )
        for place, (state, words) in enumerate(told)
    ]  # fmt: skip
