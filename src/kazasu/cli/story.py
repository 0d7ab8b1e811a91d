"""``kazasu story NAME``: a whole life event, played over HTTP with virtual cards, then checked."""

import argparse
import json
import tempfile
import time
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import psycopg

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.cli.output.speech import language, put, say, tell
from kazasu.cli.processes.countries import Country, apart, together
from kazasu.foundation.text import Text
from kazasu.society.stories import STORIES
from kazasu.society.stories.stage import Stage

SUMMARY = Text("物語を演じる", "play a story")
_SETTLE_SECONDS = 30.0


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=("list", *STORIES), help="物語の名前 / which story")
    parser.add_argument("--json", action="store_true", help="一行一件 / one object a line")
    parser.add_argument(
        "--apart", action="store_true",
        help="機関ごとに別のプロセスとデータベースで / each institution in a process of its own",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """0 when the story ends well and every invariant holds, 1 otherwise."""
    if arguments.name == "list":
        for name in STORIES:
            put(f"{name:<12} {_module(name).SUMMARY.to(language())}")
        return 0
    with tempfile.TemporaryDirectory(prefix="kazasu-story-") as folder:
        Path(folder).chmod(0o711)  # so that, as root, the server's user gets in
        return _play(arguments, Path(folder))


def _module(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return import_module(f"kazasu.society.stories.{name}")


def _play(arguments: argparse.Namespace, folder: Path) -> int:
    story = _module(arguments.name)
    began = time.monotonic()
    failure = ""
    broken: list[str] = []
    way = apart if arguments.apart else together
    tell(Text("物語のために国を建てています…", "Founding a country for the story…"))
    with way(folder) as country:
        stage = Stage(
            country.directory, country.clock, put, language=language(), as_json=arguments.json
        )
        if not arguments.json:
            say(story.SUMMARY)
        try:
            story.play(stage)
        except AssertionError as error:
            failure = str(error)
        finally:
            stage.close()
        tell(Text("不変条件を調べています…", "Checking the invariants…"))
        broken = _checked(country)
    seconds = round(time.monotonic() - began, 1)
    good = not failure and not broken
    if arguments.json:
        verdict = {"story": arguments.name, "ok": good, "steps": stage.steps, "seconds": seconds}
        if failure:
            verdict["failure"] = failure
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
