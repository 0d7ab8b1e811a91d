"""A refusal as an answer: RFC 9457 for programs; a plain page where there is no site to draw one."""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Final

from starlette.responses import HTMLResponse, JSONResponse, Response

from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import LANGUAGES
from kazasu.foundation.web.edge.preferences import prefers_page
from kazasu.foundation.web.edge.security import security_headers

_RETRY_AFTER: Final = MappingProxyType({408: "1", 429: "60", 503: "5"})
"""Seconds after which it is worth another try, by status (RFC 9110 §10.2.3)."""


def retry_after(fault: Fault) -> dict[str, str]:
    """The header that says when to come again, where coming again helps."""
    seconds = _RETRY_AFTER.get(fault.status)
    return {"retry-after": seconds} if seconds else {}


def problem(refusal: Refusal) -> JSONResponse:
    """For programs: both languages and the facts."""
    return JSONResponse(
        refusal.to_document(),
        status_code=refusal.fault.status,
        headers=retry_after(refusal.fault),
        media_type="application/problem+json",
    )


def answer_to(refusal: Refusal, headers: Mapping[str, str]) -> Response:
    """To a client that asked with ``headers`` something that reached no site."""
    if not prefers_page(headers.get("accept", "")):
        return problem(refusal)
    code = escape(refusal.fault.code)
    sections = "".join(
        f'<section lang="{one}"><h1>{escape(refusal.title.to(one))}</h1>'
        f"<p>{escape(refusal.todo.to(one))}</p></section>"
        for one in LANGUAGES
    )
    page = f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{code}</title>'
    page += (
        f'<meta name="viewport" content="width=device-width"><main>{sections}<p>{code}</p></main>'
    )
    response = HTMLResponse(page, refusal.fault.status, retry_after(refusal.fault))
    security_headers(response, ())
    return response
