"""Addresses of the web as somebody typed or sent them: whole ones, or none.

``urlsplit`` and httpx raise errors of their own for some texts (half a bracket, letters that fold into a slash, a port of
letters); what comes from others goes through here first.
"""

from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

SCHEMES: Final = ("http", "https")


def web_address(text: str) -> SplitResult | None:
    """Its parts; None where it is no absolute http or https address that can be asked."""
    try:
        parts = urlsplit(text)
        _ = parts.port
        askable = httpx.URL(text)
    except (ValueError, httpx.InvalidURL):
        return None
    return parts if parts.scheme in SCHEMES and parts.hostname and askable.host else None


def place_of(text: str) -> str:
    """Host and port as written; empty where it is no address."""
    parts = web_address(text)
    return parts.netloc if parts else ""


def joined(base: str, reference: str) -> str:
    """Where a redirect leads; empty where that is no address."""
    try:
        found = urljoin(base, reference)
    except ValueError:
        return ""
    return found if web_address(found) else ""
