"""An opinion on every page, and the public page of what was said and what changed because of it.

Nobody is in it: no subject, no session, no address with a number. What looks like a personal number, a telephone number or an
e-mail address is refused before it is stored. Words are read by the operator (``./kazasu opinions``), counts by everybody.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.text import Text
from kazasu.foundation.web.access import public
from kazasu.foundation.web.acting import local
from kazasu.foundation.web.forms import Form, asked, one_of
from kazasu.foundation.web.opinions.changes import changes
from kazasu.foundation.web.opinions.store import Opinions
from kazasu.foundation.web.routes import get, post

if TYPE_CHECKING:
    from kazasu.foundation.web.site import Site

ASKED: Final = "/opinion"
SHOWN: Final = "/about/opinions"
MOST: Final = 400
MOST_TITLE: Final = 80
PER_MINUTE: Final = 6
VERDICTS: Final = {
    "clear": Text("分かりやすい", "Easy to understand"),
    "unclear": Text("分かりにくい", "Hard to understand"),
    "stuck": Text("うまくいかない", "It does not work for me"),
}
CHOOSE: Final = Text("ひとつ選んでください", "Choose one", "ひとつ えらんでください")
NO_PERSONAL: Final = Text(
    "番号やメールアドレスが入っているようです。消してから送ってください",
    "There seems to be a number or an e-mail address in it. Delete it, then send",
    "番号や メールアドレスは 書かないでください。消してから 送ってください",
)
_BETWEEN: Final = r"[\s\-‐‑‒–—―−ー·・\u2022.()/_~]{0,3}"
"""What people and their keyboards put between the digits of a number; a comma and a colon stand in amounts and times."""
_PERSONAL: Final = re.compile(
    rf"(?:\d{_BETWEEN}){{7,}}|\S\s?(?:@|[(\[]at[)\]])\s?\S", re.IGNORECASE
)
"""Seven digits: a postcode already says where somebody lives."""
_DATE: Final = re.compile(r"(?<!\d)(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}(?!\d)")
_KANJI_DIGITS: Final = str.maketrans("〇一二三四五六七八九", "0123456789")


def is_personal(words: str) -> bool:
    """Whether something in it may name a person: a longer number in digits of any script, an address of e-mail."""
    plain = unicodedata.normalize("NFKC", words).translate(_KANJI_DIGITS)
    return _PERSONAL.search(_DATE.sub(" ", plain)) is not None


class OpinionForm(Form):
    """One opinion; ``page`` is the address that the footer gave, and stored only as its route."""

    page: str = ""
    verdict: Annotated[str, one_of(VERDICTS)] = asked(
        "このページは", "This page is", "この ページは", missing=CHOOSE
    )
    words: str = asked("くわしく", "In your words", "くわしく", default="", most=MOST, lines=True)


class OpinionPages:
    """Of one site with a database."""

    def __init__(self, site: "Site", kept: Opinions, route_of: Callable[[str], str]) -> None:
        """``route_of``: the route of a path of this site; empty for a path that it does not have."""
        self._site = site
        self._kept = kept
        self._route_of = route_of

    @get(ASKED, public("whoever was on a page may say what they think of it"))
    def ask(self, request: Request) -> Response:
        """``page``: the address that it is about; ``title``: what that page calls itself."""
        about = local(request.query_params.get("page", "/"))
        return self._site.render(
            request, "kit/about/opinion.html", form=OpinionForm.show(request), about_page=about,
            about_title=request.query_params.get("title", "")[:MOST_TITLE], verdicts=VERDICTS,
        )  # fmt: skip

    @post(ASKED, public("as the page with the form"), per_minute=PER_MINUTE)
    def take(self, request: Request) -> Response:
        form = OpinionForm.read(request)
        if is_personal(form.words):
            raise form.wrong("words", NO_PERSONAL)
        page = self._route_of(local(form.page).partition("?")[0]) or "/"
        self._kept.add(request.state.tenant, page, form.verdict, form.words)
        return self._site.tell(request, SHOWN, thanks=True, back=local(form.page))

    @get(SHOWN, public("counts of nobody in particular, and what changed"))
    def shown(self, request: Request) -> Response:
        return self._site.render(
            request, "kit/about/opinions.html", counts=self._kept.counts(request.state.tenant),
            changes=changes(),
        )  # fmt: skip
