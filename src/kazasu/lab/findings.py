"""What a machine saw of a party in test mode, for the operator who decides about it."""

from collections.abc import Sequence

from kazasu.foundation.text import Text
from kazasu.identity.operators.findings import Finding
from kazasu.lab.inspector.store import Inspected


def findings(seen: Sequence[Inspected], conformant: bool | None) -> list[Finding]:
    """
    Args:
        seen: what the party sent lately.
        conformant: did the last conformance run pass? None: there was none.
    """
    return [*_practice(seen), _conformance(conformant)]


def _practice(seen: Sequence[Inspected]) -> list[Finding]:
    """Live parties push and bind: have they tried?"""
    pushed = any(row.endpoint == "par" and not row.error for row in seen)
    bound = any(row.endpoint == "token" and not row.error and _proved(row) for row in seen)
    return [
        Finding("good", Text("PAR を試しています", "PAR was tried"))
        if pushed
        else Finding(
            "warn", Text("この24時間に PAR を使っていません", "No PAR in the last 24 hours")
        ),
        Finding("good", Text("DPoP を試しています", "DPoP was tried"))
        if bound
        else Finding(
            "warn", Text("この24時間に DPoP を使っていません", "No DPoP in the last 24 hours")
        ),
    ]


def _proved(row: Inspected) -> bool:
    return any(name == "DPoP" for name, _ in row.sent)


def _conformance(passed: bool | None) -> Finding:
    if passed is None:
        return Finding("warn", Text("適合試験をまだ受けていません", "No conformance run yet"))
    if passed:
        return Finding("good", Text("適合試験に合格しています", "The last conformance run passed"))
    return Finding("bad", Text("適合試験に合格していません", "The last conformance run failed"))
