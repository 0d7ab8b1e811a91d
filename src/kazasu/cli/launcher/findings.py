"""What ``./kazasu doctor`` finds: one line each, with what it is for and the command that helps."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from kazasu.cli.launcher.messages import japanese

Words = tuple[str, str]
"""Japanese, English."""
State = Literal["ok", "missing", "broken"]

_MARKS: Final = {"ok": "✓", "missing": "–", "broken": "✗"}
_COLOURS: Final = {"ok": "32", "missing": "33", "broken": "31"}
_NAMES: Final[dict[str, Words]] = {
    "ok": ("よし", "ok"),
    "missing": ("なし（なくてもよい）", "missing, optional"),
    "broken": ("要修理", "needed"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    check: str
    """Its stable name, as ``machine.memory``."""
    state: State
    """``missing``: it is not there or does not work, and only a part of the house needs it. ``broken``: without
    it no country runs."""
    told: Words
    """What was found."""
    use: Words
    """What it is needed for."""
    help: str = ""
    """A command that mends it; empty where nothing has to be done or no command can."""


def judged(*, good: bool, needed: bool) -> State:
    """The state of a thing that is there or not."""
    return "ok" if good else "broken" if needed else "missing"


def show(findings: Sequence[Finding], *, as_json: bool) -> int:
    """Print them, one object a line for programs. Returns the exit status: 1 where one is ``broken``."""
    for finding in findings:
        print(_object(finding) if as_json else _line(finding), flush=True)
    broken = [one.check for one in findings if one.state == "broken"]
    if not as_json:
        print(_sum(broken), flush=True)
    return 1 if broken else 0


def _object(finding: Finding) -> str:
    told = {"told_ja": finding.told[0], "told_en": finding.told[1]}
    use = {"use_ja": finding.use[0], "use_en": finding.use[1]}
    kept = {key: value for key, value in asdict(finding).items() if key not in ("told", "use")}
    return json.dumps(kept | told | use, ensure_ascii=False)


def _line(finding: Finding) -> str:
    """A good one in one line; of another also what for, and what helps."""
    own = 0 if japanese() else 1
    mark = coloured(_MARKS[finding.state], _COLOURS[finding.state])
    lines = [f"{mark} {finding.check:<22} {finding.told[own]}"]
    if finding.state != "ok":
        word = _NAMES[finding.state][own]
        use = f"{word}。{finding.use[own]}" if own == 0 else f"{word}: {finding.use[own]}"
        lines.append(f"    {use}")
        if finding.help:
            lines.append(f"    → {finding.help}")
    return "\n".join(lines)


def _sum(broken: Sequence[str]) -> str:
    own = 0 if japanese() else 1
    if not broken:
        return ("動かすのに要るものはそろっています。", "All that a country needs is here.")[own]
    return (f"足りないもの: {', '.join(broken)}", f"Needed and not here: {', '.join(broken)}")[own]


def coloured(text: str, colour: str) -> str:
    """``text`` in an ANSI colour, on terminals alone (neither with ``NO_COLOR`` nor with ``TERM=dumb``)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return text if plain or not sys.stdout.isatty() else f"\x1b[{colour}m{text}\x1b[0m"
