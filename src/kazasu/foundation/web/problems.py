"""A refusal for programs: RFC 9457, with both languages and the facts."""

from starlette.responses import JSONResponse

from kazasu.foundation.faults import Refusal


def problem(refusal: Refusal) -> JSONResponse:
    fault, title, todo = refusal.fault, refusal.title, refusal.todo
    return JSONResponse(
        {
            "type": f"urn:kazasu:fault:{fault.code}",
            "code": fault.code,
            "status": fault.status,
            "title": title.en,
            "detail": todo.en,
            "title_ja": title.ja,
            "title_en": title.en,
            "todo_ja": todo.ja,
            "todo_en": todo.en,
            "who": fault.who,
            "facts": {name: str(value) for name, value in refusal.facts.items()},
        },
        status_code=fault.status,
        media_type="application/problem+json",
    )
