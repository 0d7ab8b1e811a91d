"""A journey on a site: a page for each step, the review, drafts; works by plain forms and redirects (design §3.14).

    JourneyPages(site, LENDING, prefix="/lend", title=…, access=RESIDENT, drafts=…, send=…, sent=…)

What a page was drawn from travels in its form: an answer from a tab that shows less than is known now overwrites nothing.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple, Protocol, cast

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.procedures.cases import CHANGED_MEANWHILE
from kazasu.foundation.procedures.steps import REVIEW, Answers, Document, Journey, Step, document
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.web.access import PageAccess
from kazasu.foundation.web.acting.kept import Invalid
from kazasu.foundation.web.forms import NOT_A_CHOICE, Form
from kazasu.foundation.web.site import Site

SHOWN: Final = "_shown"
DRAFT: Final = "_draft"
YES, NO, NOTHING = Text("はい", "Yes"), Text("いいえ", "No"), Text("–", "–")
CHECK: Final = Text("確認", "Review")

Offers = Mapping[str, Sequence[tuple[str, Text]]]
"""By field: what can be chosen, and its words. Anything else is refused."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person has answered so far."""

    id: str = ""
    """The store gives it; the case may go on under it. Empty: nothing is stored yet."""
    version: int = 0
    answers: Document = field(default_factory=dict)


class Who(NamedTuple):
    """Whose draft it is."""

    tenant: str
    person: str
    """The session's subject."""


class Drafts(Protocol):
    """A room's own table of drafts, one for each person."""

    def load(self, who: Who) -> Draft:
        """The stored one, or ``Draft()``."""

    def save(self, who: Who, draft: Draft, taken_back: Sequence[str]) -> bool:
        """Store these answers as the next version. False, and nothing stored, where the stored version is not ``draft.version``
        (none: 0). ``taken_back``: steps whose answers fell with it; whatever was reserved for them is set free here."""

    def drop(self, who: Who) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a step meets the person, beyond its form."""

    lead: Text | None = None
    hints: Mapping[str, Text] = field(default_factory=dict)
    offers: Callable[[Request, Answers], Offers] = lambda *_: {}
    take: Callable[[Request, Answers, Any], Any] = lambda _request, _answers, form: form
    """Looks further than the form can. Returns the answer; raises ``form.wrong(…)`` or a Refusal."""
    template: str = "kit/step.html"
    """Extends it where the fields are not drawn one below the other."""


class JourneyPages:
    """Entered by being made."""

    def __init__(
        self,
        site: Site,
        journey: Journey,
        *,
        prefix: str,
        access: PageAccess,
        drafts: Drafts,
        send: Callable[[Request, Draft, Answers], Response],
        sent: Callable[[Request, str], str],
        send_words: Text,
        asking: Mapping[str, Asking] | None = None,
        home: str = "/",
    ) -> None:
        """
        Args:
            send: drops the draft and begins the case in one transaction; answers with a redirect.
            sent: where the draft of this id went, once it is sent: Enter pressed twice leads there. Empty: nowhere.
        """
        for step in journey.steps.values():
            if not issubclass(step.form, Form):
                raise TypeError(
                    f"{step.key}: {step.form.__name__} is no Form: nobody can be asked it"
                )
        self._site, self._journey, self._prefix, self._home = site, journey, prefix, home
        self._drafts, self._send, self._sent, self._send_words = drafts, send, sent, send_words
        self._asking = asking or {}
        self._enter(access)

    def _enter(self, access: PageAccess) -> None:
        looks = {"": self.begin, f"/{REVIEW}": self.review}
        acts = {f"/{REVIEW}": self.send, f"/{REVIEW}/discard": self.discard}
        for key, step in self._journey.steps.items():
            looks[f"/{key}"] = partial(self.show, step)
            acts[f"/{key}"] = partial(self.take, step)
        for path, look in looks.items():
            self._site.route(self._prefix + path, access=access)(look)
        for path, act in acts.items():
            self._site.route(self._prefix + path, access=access, methods=["POST"])(act)

    # ------------------------------------------------------------ pages

    def begin(self, request: Request) -> Response:
        return self._to(self._journey.open(self._load(request)[1]))

    def show(self, step: Step, request: Request) -> Response:
        draft, answers = self._load(request)
        if (here := self._journey.open(answers, step.key)) != step.key:
            return self._to(here)
        asking, given = self._of(step), answers.get(step.key)
        form = _form(step).show(request, **(dict(given) if given else {}))
        return self._draw(
            request, asking.template, step.key, draft, answers,
            form=form, asking=asking, offers=asking.offers(request, answers),
        )  # fmt: skip

    def take(self, step: Step, request: Request) -> Response:
        """1 read; 2 was the page drawn from what is known now? 3 is the step open? 4 look further; 5 store; 6 on to the first open
        question, with what was taken back."""
        draft, answers = self._load(request)
        as_shown = request.state.form.get(SHOWN) == self._mark(step.key, draft, answers)
        form = self._read(step, request, as_shown=as_shown)
        if not as_shown:
            if _same(form, answers.get(step.key)):  # Enter pressed twice
                return self._to(self._journey.open(answers))
            raise Refusal(CHANGED_MEANWHILE)
        if (here := self._journey.open(answers, step.key)) != step.key:
            return self._to(here)
        asking = self._of(step)
        _check_offered(form, asking.offers(request, answers))
        changed = self._journey.change(answers, step.key, asking.take(request, answers, form))
        after = replace(draft, answers=document(changed.answers))
        if not self._drafts.save(who_asks(request), after, [one.key for one in changed.taken_back]):
            raise Refusal(CHANGED_MEANWHILE)
        taken = [list(one.title) for one in changed.taken_back]
        return self._to(self._journey.open(changed.answers), request, taken)

    def review(self, request: Request) -> Response:
        draft, answers = self._load(request)
        if (here := self._journey.open(answers)) != REVIEW:
            return self._to(here)
        lines = [
            (
                label,
                _said(getattr(answers[step.key], name), offers.get(name, ())),
                self._path(step.key),
            )
            for step in self._journey.way(answers)
            for offers in [self._of(step).offers(request, answers)]
            for name, label in _form(step).questions().items()
        ]
        return self._draw(
            request, "kit/review.html", REVIEW, draft, answers,
            lines=lines, send_words=self._send_words, discard=self._path(f"{REVIEW}/discard"),
        )  # fmt: skip

    def send(self, request: Request) -> Response:
        draft, answers = self._load(request)
        if request.state.form.get(SHOWN) != self._mark(REVIEW, draft, answers):
            posted = str(request.state.form.get(DRAFT, ""))
            if posted != draft.id and (where := self._sent(request, posted)):
                return self._site.redirect(where)
            raise Refusal(CHANGED_MEANWHILE)
        if (here := self._journey.open(answers)) != REVIEW:
            return self._to(here)
        return self._send(request, draft, answers)

    def discard(self, request: Request) -> Response:
        draft, _ = self._load(request)
        if (
            request.state.form.get(DRAFT) != draft.id
        ):  # of a review that was sent, while another draft was begun
            raise Refusal(CHANGED_MEANWHILE)
        self._drafts.drop(who_asks(request))
        return self._site.redirect(self._home)

    # ------------------------------------------------------------ inside

    def _load(self, request: Request) -> tuple[Draft, dict[str, Any]]:
        draft = self._drafts.load(who_asks(request))
        return draft, self._journey.read(draft.answers)

    def _of(self, step: Step) -> Asking:
        return self._asking.get(step.key) or Asking()

    def _path(self, key: str) -> str:
        return f"{self._prefix}/{key}"

    def _to(self, key: str, request: Request | None = None, taken: Sequence[Any] = ()) -> Response:
        if request is not None and taken:
            return self._site.tell(request, self._path(key), taken=taken)
        return self._site.redirect(self._path(key))

    def _mark(self, key: str, draft: Draft, answers: Answers) -> str:
        """What the page of this step stands on."""
        stands_on = json.dumps([draft.id, self._journey.stands_on(key, answers)], sort_keys=True)
        return hashlib.sha256(stands_on.encode()).hexdigest()[:24]

    @staticmethod
    def _read(step: Step, request: Request, *, as_shown: bool) -> Form:
        try:
            return _form(step).read(request)
        except Invalid:
            if as_shown:
                raise
            # Shown with its errors alone, the page would be one of now, and what is put right in it would overwrite.
            raise Refusal(CHANGED_MEANWHILE) from None

    def _draw(
        self, request: Request, template: str, key: str, draft: Draft, answers: Answers, **more: Any
    ) -> Response:
        way = self._journey.way(answers)
        keys = [*(step.key for step in way), REVIEW]
        titles = [*(step.title for step in way), CHECK]
        place = keys.index(key)
        complete = key != REVIEW and self._journey.open(answers) == REVIEW
        back = (
            self._path(REVIEW if complete else keys[place - 1]) if complete or place else self._home
        )
        return self._site.render(
            request, template, titles=[one.to(request.state.reading.words) for one in titles], current=place + 1, back=back,
            hidden={SHOWN: self._mark(key, draft, answers), DRAFT: draft.id}, here=self._path(key), **more,
        )  # fmt: skip


def who_asks(request: Request) -> Who:
    return Who(request.state.tenant, request.state.session.subject)


def _form(step: Step) -> type[Form]:
    return cast("type[Form]", step.form)


def _same(form: Form, given: Any) -> bool:
    return given is not None and all(
        getattr(form, name) == getattr(given, name) for name in form.questions()
    )


def _check_offered(form: Form, offers: Offers) -> None:
    for name, choices in offers.items():
        given = getattr(form, name)
        offered = {value for value, _ in choices}
        chosen = set(given) if isinstance(given, list | tuple) else {given}
        if not chosen <= offered and (given or type(form).model_fields[name].is_required()):
            raise form.wrong(name, NOT_A_CHOICE)


def _said(given: Any, choices: Sequence[tuple[str, Text]]) -> Text:
    """An answer in words."""
    if isinstance(given, bool):
        return YES if given else NO
    if isinstance(given, date):
        return Text(long_date(given, "ja"), long_date(given, "en"))
    words = dict(choices)
    said = [words.get(one, Text(one, one)) for one in _several(given)]
    if not said:
        return NOTHING
    return Text("、".join(one.ja for one in said), ", ".join(one.en for one in said))


def _several(given: Any) -> list[str]:
    """What was answered, one by one; an empty answer is none."""
    each = given if isinstance(given, list | tuple) else [given]
    return [str(one) for one in each if one not in {"", None}]
