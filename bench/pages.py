"""Page times: ``python -m bench.pages [--times 60]``. Medians over HTTP, one client, a small country.

Beside each page the ratio to the same server's bare answer (``/static`` and no database), in the same run.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from bench.limit import machine
from kazasu.cli.processes.countries import together
from kazasu.society.stories import moving
from kazasu.society.stories.browser import Browser
from kazasu.society.stories.stage import Person, Stage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=60)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
        Path(folder).chmod(0o711)
        with together(Path(folder)) as country:
            stage = Stage(country.directory, country.clock, lambda _: None)
            hanako = Person(stage, "佐藤　花子", stage.browser())
            case = moving.give_notice(stage, hanako)
            clerk = moving.at_notice(stage, case)
            portal, city = stage.origin("portal"), stage.origin(moving.OLD)
            print(f"machine: {machine()}")
            bare = _median(hanako.browser, f"{portal}/static/kit/icon.svg", times)
            print(f"bare answer: {bare:.1f} ms")
            for name, browser, url in (
                ("portal, front page", hanako.browser, f"{portal}/"),
                ("portal, the case with its timeline", hanako.browser, f"{portal}/moves/{case}"),
                ("portal, who looked (asks 5 institutions)", hanako.browser, f"{portal}/accesses"),
                ("city, the desk's queues", clerk.browser, f"{city}/desk"),
                ("city, a notice with its checks", clerk.browser, f"{city}/desk/out/{case}"),
                ("city, a resident's record", clerk.browser, f"{city}/desk/residents?q=サトウ"),
            ):
                found = _median(browser, url, times)
                print(f"{name:<42} {found:6.1f} ms  {found / bare:5.1f} × bare")
            began = time.perf_counter()
            again = Person(stage, "山田　颯太", stage.browser())
            again.browser.get(f"{portal}/signin")
            again.tap(pin=moving.PIN)
            print(f"a sign-in with every page of it: {1000 * (time.perf_counter() - began):.0f} ms")
            stage.close()


def _median(browser: Browser, url: str, times: int) -> float:
    """Milliseconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        browser.get(url)
        found.append(1000 * (time.perf_counter() - began))
        if browser.status != 200:
            raise SystemExit(f"{url}: {browser.status}")
    return statistics.median(found)


if __name__ == "__main__":
    main()
