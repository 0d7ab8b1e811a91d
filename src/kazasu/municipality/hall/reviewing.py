"""What a clerk enters is looked at before it is written: the pages ask, show all that would be written, and write that or nothing."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.web import Form
from kazasu.foundation.web.acting.reviewed import mark_of
from kazasu.foundation.web.forms import Place
from kazasu.municipality.hall.desk import DeskPages, carried, clerk


class Shown(Protocol):
    """What would be written."""

    @property
    def document(self) -> bytes:
        """All that the page shows of it."""


F = TypeVar("F", bound=Form)
P = TypeVar("P", bound=Shown)


def asked(
    desk: DeskPages, request: Request, form: type[F], at: Mapping[Fault, Place],
    propose: Callable[[F], object], onward: Callable[[F], str],
) -> Response:  # fmt: skip
    """On to what would be written; nothing is written yet.

    Args:
        at: beside which field the page says what ``propose`` refuses.
        onward: address of the review.
    """
    given = form.read(request)
    with given.at(at):
        propose(given)
    return desk.site.go_on(request, onward(given))


def review(
    desk: DeskPages, request: Request, template: str, form: type[F], propose: Callable[[F], P],
    *, again: str, instead: str = "", anew: Collection[str] = ("act",), facts: Callable[[F, P], Mapping[str, Any]],
) -> Response:  # fmt: skip
    """The page of what would be written, which says it back (``reviewed``, ``carried``).

    Args:
        again: where it is asked for, once what was typed is forgotten.
        instead: where to say that it can no longer be: it changed meanwhile, or is written by now; empty: ``again``.
        anew: of the form, what this page says itself.
        facts: what else the template shows.
    """
    given = form.again(request)
    if given is None:
        return desk.site.redirect(again)
    try:
        proposal = propose(given)
    except Refusal as refusal:
        return desk.site.tell(request, instead or again, refusal=refusal)
    return desk.site.render(
        request, template, clerk=clerk(request), proposal=proposal, reviewed=mark_of(proposal.document),
        carried=[one for one in carried(request, form) if one[0] not in anew], **facts(given, proposal),
    )  # fmt: skip
