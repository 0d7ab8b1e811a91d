"""What a client would rather have: the weighted lists of ``Accept`` and ``Accept-Language`` (RFC 9110 §12.4.2, §12.5)."""

from kazasu.foundation.text import LANGUAGES, Language

_MOST = 32
"""Entries that are read; browsers send fewer than ten."""


def weights(header: str) -> dict[str, float]:
    """``{name: weight}`` in lower case, parameters but ``q`` left out; what cannot be read weighs nothing."""
    found: dict[str, float] = {}
    for entry in header.lower().split(",")[:_MOST]:
        name, *parameters = (part.strip() for part in entry.split(";"))
        if name:
            found[name] = max(found.get(name, 0.0), _weight(parameters))
    return found


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def language_of(header: str) -> Language:
    """The better of our two languages. Who reads neither is likelier to know English; who says nothing reads Japanese.

    A range covers its regions (``en-GB`` is English), whatever its case (RFC 4647 §3.3.1).
    """
    asked = weights(header)
    ours = {name: weight for name, weight in asked.items() if name.partition("-")[0] in LANGUAGES}
    best = max(ours, key=lambda name: ours[name], default="")  # the first of equals
    if ours.get(best):
        return "ja" if best.startswith("ja") else "en"
    refused = {name.partition("-")[0] for name in ours}
    others = asked.keys() - ours.keys() - {"*"}
    return "en" if "en" not in refused and (others or "ja" in refused) else "ja"


def prefers_json(header: str) -> bool:
    """Whether a program asks: some kind of JSON weighs more than a page."""
    asked = weights(header)
    json = max((weight for name, weight in asked.items() if name.endswith("json")), default=0.0)
    return json > asked.get("text/html", 0.0)


def prefers_page(header: str) -> bool:
    """Whether a person asks: a page is named, and no JSON weighs more."""
    return weights(header).get("text/html", 0.0) > 0 and not prefers_json(header)
