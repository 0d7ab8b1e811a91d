"""From an OAuth error, or a fault of ours, to the check that failed and what to change."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from kazasu.foundation.faults import CATALOGUE
from kazasu.foundation.text import Text
from kazasu.identity.integrators.inspector.checks import Check
from kazasu.identity.integrators.inspector.registration_checks import REGISTRATION
from kazasu.identity.integrators.inspector.request_checks import STEPS, TAPPED

State = Literal["passed", "failed", "not-reached", "nothing-to-check"]
_EVERY: Final = (*dict.fromkeys(check for steps in STEPS.values() for check in steps), TAPPED)
_REGISTRATION_ERRORS: Final = ("invalid_redirect_uri", "invalid_client_metadata")


@dataclass(frozen=True, slots=True)
class Step:
    """One check of one request, as shown."""

    title: Text
    state: State
    hint: Text | None = None


def hint_for(error: str, description: str) -> Text | None:
    """What to change; None when nobody thought of it (a test proves that this does not happen)."""
    if error in _REGISTRATION_ERRORS:
        return REGISTRATION.hint(description)
    found = (check.hint(description) for check in (*_ordered(error), REGISTRATION))
    return next((hint for hint in found if hint), None)


def _ordered(error: str) -> tuple[Check, ...]:
    """DPoP and the assertion say some things in the same words: the error tells which is meant."""
    dpop_first = error == "invalid_dpop_proof"
    return tuple(sorted(_EVERY, key=lambda check: (check.only_with == "DPoP") != dpop_first))


def steps_of(
    endpoint: str, sent: Collection[str], error: str, description: str, fault: str
) -> list[Step]:
    """The endpoint's checks in their order: which passed, which one failed, which were not reached.

    Args:
        sent: names of parameters and headers that came.
    """
    checks = STEPS.get(endpoint, ())
    failed = _failed(checks, error, description, fault)
    steps = []
    reached = True
    for check in checks:
        if check is failed:
            hint = check.hint(description)
            steps.append(Step(check.title, "failed", hint or _of_fault(fault)))
            reached = False
        elif check.only_with and check.only_with not in sent:
            steps.append(Step(check.title, "nothing-to-check"))
        else:
            steps.append(Step(check.title, "passed" if reached else "not-reached"))
    if failed is None and (error or fault):
        other = Text("そのほか", "Something else")
        steps.append(Step(other, "failed", hint_for(error, description) or _of_fault(fault)))
    return steps


def _failed(checks: Collection[Check], error: str, description: str, fault: str) -> Check | None:
    if fault:
        return next((check for check in checks if fault in check.faults), None)
    if not error:
        return None
    preferred = [c for c in _ordered(error) if c in checks]
    return next((check for check in preferred if check.hint(description)), None)


def _of_fault(code: str) -> Text | None:
    fault = CATALOGUE.get(code)
    return fault.todo if fault else None
