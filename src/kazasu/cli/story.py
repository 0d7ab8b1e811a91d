"""``kazasu story NAME``: a whole life event, played over HTTP with virtual cards, then checked."""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import psycopg

from kazasu.app.invariants import INVARIANTS, Sight
from kazasu.app.process import Process, open_floors
from kazasu.app.rooms import select
from kazasu.app.web import server_of
from kazasu.cli.apart import Country, apart, free_port
from kazasu.cli.logs import write_log
from kazasu.cli.speech import language, put, say
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.settings import read_settings
from kazasu.foundation.text import Text
from kazasu.society.founding import found_country
from kazasu.society.stories import STORIES
from kazasu.society.stories.stage import Stage

SUMMARY = Text("物語を演じる", "play a story")
RESIDENTS = 150
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
    way = apart if arguments.apart else _together
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


@contextmanager
def _together(folder: Path) -> Iterator[Country]:
    """The whole country in this process, as ``kazasu up`` opens it."""
    settings = replace(read_settings(data=folder, port=free_port()), requests_per_minute=60_000)
    write_log(settings, folder / "kazasu.log")
    with EmbeddedPostgres(folder / "postgres") as server:
        floors = open_floors(settings, server, select(()))
        founders = floors.founders()
        found_country(
            settings, founders, floors.clock, cities="default", residents=RESIDENTS, seed=1
        )
        for founder in founders.values():
            founder.close()
        process = Process(floors)
        web = server_of(process)
        thread = threading.Thread(target=web.run, daemon=True)
        with process:
            thread.start()
            while not web.started:
                time.sleep(0.02)
            yield Country(process.directory, process.clock, [server.url()])
            web.should_exit = True
            thread.join(timeout=10)


def _checked(country: Country) -> list[str]:
    """Every invariant over all databases, once the letters under way have arrived."""
    end = time.monotonic() + _SETTLE_SECONDS
    while True:
        with ExitStack() as stack:
            sight = Sight([stack.enter_context(psycopg.connect(url)) for url in country.databases])
            broken = [
                f"{one.name}: {violation}" if seen else f"{one.name}: cannot be seen"
                for one in INVARIANTS
                for seen in [one.can_be_seen(sight)]
                for violation in (sorted(one.violations(sight)) if seen else [""])
            ]
        if not broken or time.monotonic() > end:
            return broken
        time.sleep(0.5)
