"""A refusal for programs: RFC 9457, with both languages and the facts."""

from starlette.responses import JSONResponse

from kazasu.foundation.faults import Refusal


def problem(refusal: Refusal) -> JSONResponse:
    return JSONResponse(
        refusal.to_document(),
        status_code=refusal.fault.status,
        media_type="application/problem+json",
    )
