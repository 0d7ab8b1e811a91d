"""A browser in the words of its owner: “Chrome on Windows”. For recognising one's own screen, for nothing else."""

from typing import Final

from kazasu.foundation.text import Text

UNKNOWN: Final = Text("名前の分からないブラウザー", "a browser of unknown name")
_PROGRAMS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""The first that is found: most claim to be what came before them, too."""
_SYSTEMS: Final = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def described(user_agent: str) -> Text:
    """From the User-Agent header; what it says of itself is not proof of anything."""
    program = next((name for mark, name in _PROGRAMS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if not program or not system:
        return Text(program, program) if program else UNKNOWN
    return Text(f"{system} の {program}", f"{program} on {system}")
