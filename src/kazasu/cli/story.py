"""``kazasu story NAME``: a whole life event, played over HTTP with virtual cards, then checked."""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import psycopg

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.cli.output.refusals import BAD_USAGE, NO_SUCH_STEP
from kazasu.cli.output.speech import language, put, say, tell
from kazasu.cli.processes.countries import Country, apart, together
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.society.stories import MOVES, STORIES
from kazasu.society.stories.stage import Stage

SUMMARY = Text("物語を演じる", "play a story")
ALL: Final = "all"
_SETTLE_SECONDS = 30.0
_HAS_MOVES: Final = "moving"
_WIDTH: Final = 12


@dataclass(frozen=True, slots=True)
class Play:
    """One story as it was chosen."""

    name: str
    of: str
    """Which move; empty: the story is one alone."""
    summary: Text
    play: Callable[[Stage], object]
    cities: int = 2

    @property
    def facts(self) -> dict[str, Any]:
        return {"story": self.name} | ({"of": self.of} if self.of else {})


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=("list", *STORIES), help="物語の名前 / which story")
    parser.add_argument(
        "--of", action="append", choices=(ALL, *MOVES), metavar="NAME",
        help=f"どの引越しか。くり返せる（{ALL}: すべて） / which move; may be repeated ({ALL}: each): {', '.join(MOVES)}",
    )  # fmt: skip
    parser.add_argument(
        "--break", dest="falsely", metavar="STEP", default="",
        help="その段をわざと違えて演じる。読み返しで赤くなる / play this step falsely: reading it back turns the story red",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="一行一件 / one object a line")
    parser.add_argument(
        "--apart", action="store_true",
        help="機関ごとに別のプロセスとデータベースで / each institution in a process of its own",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """0 when every story that was chosen ends well and every invariant holds, 1 otherwise.

    Raises Refusal ``cli.bad-usage``, ``cli.no-such-step``.
    """
    if arguments.name == "list":
        for line in _listed():
            put(line)
        return 0
    statuses = [_in_a_country_of_its_own(arguments, one) for one in _chosen(arguments)]
    return max(statuses)


def _listed() -> Iterator[str]:
    """Each story with a sentence in both languages; of moves their steps, too."""
    for name in STORIES:
        yield f"{name:<{_WIDTH}} {_both(_module(name).SUMMARY)}"
        for story in _moves().values() if name == _HAS_MOVES else ():
            yield f"  --of {story.name:<{_WIDTH}} {_both(story.summary)}"
            yield f"  {'--break':>{_WIDTH + 5}} {' '.join(one.name for one in story.steps)}"


def _both(text: Text) -> str:
    own = language()
    return f"{text.to(own)} / {text.to('en' if own == 'ja' else 'ja')}"


def _chosen(arguments: argparse.Namespace) -> Sequence[Play]:
    """Raises Refusal ``cli.bad-usage``: only moves are chosen by ``--of``; ``cli.no-such-step``."""
    name, falsely = arguments.name, arguments.falsely
    if name != _HAS_MOVES:
        if arguments.of:
            raise Refusal(
                BAD_USAGE, command="kazasu story",
                ja=f"--of は {_HAS_MOVES} だけに付けます", en=f"--of is for {_HAS_MOVES} alone",
            )  # fmt: skip
        if falsely:
            raise Refusal(NO_SUCH_STEP, given=falsely, steps="–")
        module = _module(name)
        return [Play(name, "", module.SUMMARY, module.play)]
    wanted = arguments.of or MOVES[:1]
    stories = [one for one in _moves().values() if ALL in wanted or one.name in wanted]
    steps = [step.name for story in stories for step in story.steps]
    if falsely and falsely not in steps:
        raise Refusal(NO_SUCH_STEP, given=falsely, steps=", ".join(dict.fromkeys(steps)))
    return [
        Play(name, one.name, one.summary, _as_told(one, falsely), one.cities) for one in stories
    ]


def _as_told(story: Any, falsely: str) -> Callable[[Stage], object]:
    telling = import_module("kazasu.society.stories.moves.tale")
    return lambda stage: telling.play(stage, story, falsely)


def _moves() -> dict[str, Any]:
    return dict(import_module("kazasu.society.stories.moves.listed").BY_NAME)


def _module(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return import_module(f"kazasu.society.stories.{name}")


def _in_a_country_of_its_own(arguments: argparse.Namespace, chosen: Play) -> int:
    with tempfile.TemporaryDirectory(prefix="kazasu-story-") as folder:
        Path(folder).chmod(0o711)  # so that, as root, the server's user gets in
        return _play(arguments, chosen, Path(folder))


def _play(arguments: argparse.Namespace, chosen: Play, folder: Path) -> int:
    began = time.monotonic()
    failure = step = ""
    broken: list[str] = []
    way = apart(folder, chosen.cities) if arguments.apart else together(folder)
    tell(Text("物語のために国を建てています…", "Founding a country for the story…"))
    with way as country:
        stage = Stage(
            country.directory, country.clock, put, language=language(), as_json=arguments.json,
            folder=country.folder,
        )  # fmt: skip
        if not arguments.json:
            say(chosen.summary)
        try:
            chosen.play(stage)
        except AssertionError as error:
            failure, step = str(error), getattr(error, "step", "")
        finally:
            stage.close()
        tell(Text("不変条件を調べています…", "Checking the invariants…"))
        broken = _checked(country)
    seconds = round(time.monotonic() - began, 1)
    good = not failure and not broken
    if arguments.json:
        verdict = chosen.facts | {"ok": good, "steps": stage.steps, "seconds": seconds}
        if failure:
            verdict["failure"] = failure
        if step:
            verdict["failed_at"] = step
        if broken:
            verdict["broken"] = broken
        put(json.dumps(verdict, ensure_ascii=False))
    elif good:
        say(Text("めでたし。{steps} 段、不変条件はすべて成り立つ（{seconds} 秒）",
                 "All well: {steps} steps, every invariant holds ({seconds} s)"),
            steps=stage.steps, seconds=seconds)  # fmt: skip
    else:
        put("\n".join(filter(None, [failure, *broken])))
    return 0 if good else 1


def _checked(country: Country) -> list[str]:
    """Every invariant over all databases, once the letters under way have arrived."""
    end = time.monotonic() + _SETTLE_SECONDS
    while True:
        with ExitStack() as stack:
            sight = CheckerView(
                [stack.enter_context(psycopg.connect(url)) for url in country.databases]
            )
            broken = [
                f"{one.name}: {violation}" if seen else f"{one.name}: cannot be seen"
                for one in INVARIANTS
                for seen in [one.can_be_seen(sight)]
                for violation in (sorted(one.violations(sight)) if seen else [""])
            ]
        if not broken or time.monotonic() > end:
            return broken
        time.sleep(0.5)
