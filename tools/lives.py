"""``python -m tools.lives``: write the tables of a move's life into the documentation, as they are in the code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kazasu.foundation.procedures.states import Table, Turn
from kazasu.jukinet.life import TRANSFER
from kazasu.municipality.moving.life import IN, LEAVER, OUT

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "institutions" / "moving.md"
HEAD: Final = """\
# The life of a move, as tables

Written by `python -m tools.lives` from the tables that the services ask ([`municipality/moving/life.py`](../../src/kazasu/municipality/moving/life.py),
[`jukinet/life.py`](../../src/kazasu/jukinet/life.py); [steps and states](../steps-and-states.md)). A move has four of them at three institutions, and none
knows the others' states: they tell each other by letters, in any order. What the resident's page says is derived at the portal from what it was
told ([portal](portal.md)).

A cell that is not in a table cannot happen: a page has no button for it and refuses it by name, and a letter that brings it is of no account any
more. A cell that leads back to where it stands is taken, and changes nothing of where the case stands.
"""


def written() -> str:
    """The whole document."""
    where = {
        "The old city": (OUT, LEAVER),
        "The new city, or the one and only": (IN,),
        "The network": (TRANSFER,),
    }
    parts = [HEAD]
    for institution, tables in where.items():
        for table in tables:
            parts.append(f"\n## {table.name[0].upper()}{table.name[1:]}\n\n{institution}.\n")
            parts.append("\n".join(_states(table)) + "\n")
            parts.append("\n" + "\n".join(_cells(table)) + "\n")
    return "".join(parts)


def _states(table: Table) -> Iterator[str]:
    yield "\n| state | at the desk | the resident | whose turn |\n|---|---|---|---|"
    for key, state in table.states.items():
        turn = state.acts or "over"
        yield f"| `{key}` | {state.desk.ja}<br>{state.desk.en} | {state.reads.ja}<br>{state.reads.en} | {turn} |"


def _cells(table: Table) -> Iterator[str]:
    yield "| event | by | from → to | letters | told to the resident |\n|---|---|---|---|---|"
    for key, event in table.events.items():
        turns: dict[tuple[str, Turn], list[str]] = {}
        for here in table.sources(key):
            turn = table.turn(here, key)
            turns.setdefault(("" if turn.to == here else turn.to, turn), []).append(here)
        merged: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
        for (to, turn), sources in turns.items():
            merged.setdefault((to, turn.letters, turn.tells), []).extend(sources)
        for (to, letters, tells), sources in merged.items():
            here = ", ".join(f"`{one}`" for one in sources)
            moves = f"{here} → `{to}`" if to else f"{here} stay"
            sent = ", ".join(f"`{one}`" for one in letters) or "–"
            told = ", ".join(f"`{one}`" for one in tells) or "–"
            yield f"| {event.words.en} (`{key}`) | {', '.join(event.by)} | {moves} | {sent} | {told} |"


if __name__ == "__main__":
    DOCUMENT.write_text(written(), encoding="utf-8")
    print(DOCUMENT)
