"""Lines of the log: written by another thread, none lost at a clean stop, and said when one is."""

import json
import logging
import subprocess
import sys
import threading
import warnings
from logging.handlers import RotatingFileHandler

import psycopg
import pytest
import structlog

from kazasu.cli.output import logs
from kazasu.cli.output.log_clerk import Clerk
from kazasu.cli.output.logs import write_log
from kazasu.foundation.settings import Settings


@pytest.fixture
def restored():
    """The logging of the test run, whatever a test makes of it."""
    root, ours = logging.getLogger(), logging.getLogger("kazasu")
    before = root.handlers[:], root.level, ours.level
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    root.handlers, root.level, ours.level = before


def clerk_of_root():
    (clerk,) = logging.getLogger().handlers
    return clerk


def test_lines_of_all_threads_stand_in_the_file_each_once_and_in_order(restored, tmp_path):
    write_log(Settings(log="json"), tmp_path / "deep" / "kazasu.log")
    log = structlog.get_logger()

    def work(who):
        for number in range(300):
            log.info("request", who=who, number=number)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clerk_of_root().flush()
    lines = [json.loads(one) for one in (tmp_path / "deep" / "kazasu.log").read_text().splitlines()]
    assert len(lines) == 8 * 300
    for who in range(8):
        assert [one["number"] for one in lines if one["who"] == who] == list(range(300))
    assert {"event", "level", "timestamp"} <= set(lines[0])


@pytest.mark.parametrize(("kind", "times"), [("json", 2), ("text", 4)])  # text shows the line too
def test_an_exception_is_the_one_of_the_thread_that_met_it(restored, tmp_path, kind, times):
    write_log(Settings(log=kind), tmp_path / "kazasu.log")
    try:
        secret = "0123456789" + "12"
        raise ZeroDivisionError("met here")
    except ZeroDivisionError:
        structlog.get_logger().exception("unexpected")
        logging.getLogger("foreign").exception("theirs")
    clerk_of_root().flush()
    written = (tmp_path / "kazasu.log").read_text()
    assert written.count("met here") == times
    assert secret not in written


@pytest.mark.parametrize("kind", ["json", "text"])
def test_an_outage_of_the_database_is_a_line_and_no_traceback(restored, tmp_path, kind):
    write_log(Settings(log=kind), tmp_path / "kazasu.log")
    try:
        try:
            raise psycopg.OperationalError("server closed the connection\nperhaps it was killed")
        except psycopg.OperationalError as error:
            raise RuntimeError("a library's own name for it") from error
    except RuntimeError:
        structlog.get_logger().exception("task failed", task="relay")
        logging.getLogger("foreign").exception("theirs")
    clerk_of_root().flush()
    lines = (tmp_path / "kazasu.log").read_text().splitlines()
    assert len(lines) == 2
    assert all("OperationalError: server closed the connection" in one for one in lines)


def test_a_warning_of_python_and_a_line_that_cannot_be_written(restored, tmp_path, capsys):
    write_log(Settings(), tmp_path / "kazasu.log")
    logging.getLogger("foreign").warning("%d", "not a number")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn("old ways", UserWarning, stacklevel=1)
    clerk_of_root().flush()
    assert "old ways" in (tmp_path / "kazasu.log").read_text()
    assert "not a number" in capsys.readouterr().err


def test_a_clean_stop_loses_nothing(tmp_path):
    program = (
        "import structlog, sys; from pathlib import Path; from kazasu.cli.output.logs import write_log;"
        "from kazasu.foundation.settings import Settings; write_log(Settings(), Path(sys.argv[1]));"
        "[structlog.get_logger().info('line', n=n) for n in range(5000)]"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "x.log")], check=True)
    assert len((tmp_path / "x.log").read_text().splitlines()) == 5000


class Stuck(logging.StreamHandler):
    """Paper on which nothing can be written until it is let go."""

    def __init__(self, stream):
        super().__init__(stream)
        self.begun, self.go = threading.Event(), threading.Event()

    def format(self, record):
        self.begun.set()
        self.go.wait(20)
        return super().format(record)


def test_a_disk_that_hangs_stops_nobody_and_what_is_dropped_is_counted(tmp_path):
    with (tmp_path / "x.log").open("w") as file:
        paper = Stuck(file)
        clerk = Clerk(paper, most_waiting=100)
        clerk.handle(logging.makeLogRecord({"msg": "first", "levelno": logging.WARNING}))
        assert paper.begun.wait(20)
        for number in range(150):
            clerk.handle(logging.makeLogRecord({"msg": f"line {number}", "levelno": 20}))
        paper.go.set()
        clerk.close()
    lines = (tmp_path / "x.log").read_text().splitlines()
    assert lines[:2] == ["first", "line 0"]
    assert "line 99" in lines
    assert "line 100" not in lines
    assert next(one for one in lines if "dropped" in one).startswith("50 ")


def test_full_pages_are_turned(restored, tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "_BIGGEST", 2000)
    write_log(Settings(), tmp_path / "kazasu.log")
    for number in range(100):
        structlog.get_logger().info("line", number=number)
        if number % 10 == 0:
            clerk_of_root().flush()
    clerk_of_root().flush()
    files = sorted(tmp_path.glob("kazasu.log*"))
    assert 1 < len(files) <= logs._KEPT + 1
    assert all(file.stat().st_size < 4000 for file in files)
    assert isinstance(clerk_of_root()._paper, RotatingFileHandler)


def test_its_pages_are_readable_by_us_alone(restored, tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "_BIGGEST", 2000)
    folder = tmp_path / "data"
    write_log(Settings(), folder / "kazasu.log")
    for number in range(100):
        structlog.get_logger().info("line", number=number)
        if number % 10 == 0:
            clerk_of_root().flush()
    clerk_of_root().flush()
    pages = list(folder.glob("kazasu.log*"))
    assert len(pages) > 1
    assert {page.stat().st_mode & 0o777 for page in pages} == {0o600}
    assert folder.stat().st_mode & 0o066 == 0
