"""Why a redirect address was refused: which registered one is nearest, and what differs."""

import difflib
from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kazasu.foundation.text import Text

CODES: Final = frozenset({"identity.bad-redirect", "request.redirect"})
MISSING: Final = Text(
    "redirect_uri を送ってください。登録した戻り先: {registered}",
    "Send redirect_uri. Registered: {registered}",
)
DIFFERS: Final = Text(
    "登録した戻り先は「{registered}」です。違うのは: {parts}。一字一句同じにするか、登録に足してください",
    "Registered is “{registered}”. What differs: {parts}. Send it to the letter, or add yours to the registration",
)
_PARTS: Final = {
    "scheme": Text("http と https", "http or https"),
    "case": Text("大文字と小文字", "capital and small letters"),
    "host": Text("ホスト", "the host"),
    "port": Text("ポート", "the port"),
    "slash": Text("末尾の /", "the final slash"),
    "path": Text("パス", "the path"),
    "query": Text("? から後ろ", "what follows the ?"),
    "other": Text("書き方", "how it is written"),
}


def hint(sent: str, registered: Sequence[str]) -> Text:
    """What to change, in words; ``registered``: one address or more."""
    if not sent:
        known = ", ".join(registered)
        return Text(MISSING.ja.format(registered=known), MISSING.en.format(registered=known))
    nearest = max(
        registered, key=lambda one: difflib.SequenceMatcher(None, sent.lower(), one.lower()).ratio()
    )
    found = [_PARTS[name] for name in differing(sent, nearest)]
    return Text(
        DIFFERS.ja.format(registered=nearest, parts="、".join(one.ja for one in found)),
        DIFFERS.en.format(registered=nearest, parts=", ".join(one.en for one in found)),
    )


def differing(sent: str, registered: str) -> list[str]:
    """Names of the parts in which two addresses differ; never empty for two that are not the same."""
    if sent != registered and sent.lower() == registered.lower():
        return ["case"]
    try:
        ours, theirs = urlsplit(sent), urlsplit(registered)
        found = _compared(ours, theirs)
    except ValueError:  # no address at all: a port of letters, half a bracket
        return ["other"]
    return found or (["other"] if sent != registered else [])


def _compared(one: SplitResult, other: SplitResult) -> list[str]:
    found = [name for name, differs in (
        ("scheme", one.scheme != other.scheme),
        ("host", one.hostname != other.hostname),
        ("port", one.port != other.port),
        ("query", one.query != other.query),
    ) if differs]  # fmt: skip
    if one.path != other.path:
        found.append("slash" if one.path.rstrip("/") == other.path.rstrip("/") else "path")
    return found
