"""What all tests stand on: a real PostgreSQL, a standing clock, no network, one browser.

Fixtures for everybody: ``databases`` (a room's empty database, fresh for each test),
``module_databases`` (the same, shared by a module), ``clock``. See CONTRIBUTING.md.
"""

import logging
import os
import shutil
import signal
import sys
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import hypothesis
import pytest
import structlog

from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.time.clock import FixedClock
from tests.support.databases import FORGETFUL, Databases, hang_up
from tests.support.folders import in_memory, remove_all

pytest_plugins = [
    "kazasu.workbench.pytest_plugin",
    "tests.support.country",
    "tests.support.faults_met",
]
ROOT = Path(__file__).parent.parent
THE_DAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""10 o'clock in Tokyo."""

in_memory()
# Child processes find the packages; no setting of the developer's shell reaches a test.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
for name in [name for name in os.environ if name.startswith("KAZASU_")]:
    del os.environ[name]

# Derandomised in the normal run, so that a red run is red again; the deep run explores.
hypothesis.settings.register_profile(
    "normal", max_examples=60, deadline=None, derandomize=True, database=None
)
hypothesis.settings.register_profile("deep", max_examples=2000, deadline=None, print_blob=True)


def pytest_addoption(parser):
    group = parser.getgroup("kazasu")
    group.addoption("--deep", action="store_true", help="also run the heavy rigs")
    group.addoption(
        "--scratch",
        type=Path,
        metavar="DIR",
        help="make databases on the server whose data lie here, and leave it as it is at the end",
    )
    group.addoption(
        "--require-all", action="store_true", help="a missing optional part fails instead of skips"
    )


def pytest_configure(config):
    _log_in_words()
    hypothesis.settings.load_profile("deep" if config.getoption("--deep") else "normal")
    if not hasattr(config, "workerinput"):  # the one process that is no xdist worker
        signal.signal(signal.SIGTERM, _as_ctrl_c)  # else a run that is ended leaves its server
        config.kazasu_scratch = config.getoption("--scratch") or _own_scratch()


def _own_scratch():
    made = Path(tempfile.mkdtemp(prefix="kazasu-tests-"))
    made.chmod(0o711)  # so that, as root, the server's user gets in
    return made


def _log_in_words():
    """As a country does it, in every process from the beginning: what is an error is one whichever test came before."""
    logging.getLogger("kazasu").setLevel(logging.INFO)
    # A country of one test configures too: a logger that it kept for good would tell the next test nothing.
    structlog.configure = partial(_configured_anew, structlog.configure)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=lambda *_: logging.getLogger("kazasu"),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _configured_anew(configure, *arguments, **options):
    configure(*arguments, **options | {"cache_logger_on_first_use": False})


def _as_ctrl_c(*_):
    raise KeyboardInterrupt


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["kazasu_scratch"] = str(node.config.kazasu_scratch)


def pytest_unconfigure(config):
    remove_all()
    scratch = getattr(config, "kazasu_scratch", None)
    if scratch and not config.getoption("--scratch"):
        EmbeddedPostgres(scratch / "server").destroy()
        shutil.rmtree(scratch, ignore_errors=True)


def _group(item):
    """What one process makes once: the country of the stories, or what a module's tests share.

    Tests that share nothing stay single, so that the processes end together.
    """
    if "country" in item.fixturenames:
        return "country"
    found = item._fixtureinfo.name2fixturedefs.values()
    shares = any(one.scope in ("module", "class") for made in found for one in made)
    return item.module.__name__ if shares else None


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config, items):
    for item in items:
        group = _group(item)
        if group and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group))
    if config.getoption("--deep"):
        return
    by_name = {asked for asked in config.args if "::" in asked}  # who asks for one gets it
    deep = [
        item for item in items
        if item.get_closest_marker("deep") and item.nodeid not in by_name
    ]  # fmt: skip
    config.hook.pytest_deselected(items=deep)
    items[:] = [item for item in items if item not in deep]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if (
        report.skipped
        and item.config.getoption("--require-all")
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {call.excinfo.value}"


def _no_network(event, arguments):
    """Tests speak to this machine only; whoever tries more is told so at once."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host not in (None, "", "127.0.0.1", "::1", "localhost"):
        raise PermissionError(f"a test tried to reach {host}")


sys.addaudithook(_no_network)


@pytest.fixture(autouse=True)
def _told_of_no_fault(request, caplog):
    """Work in the background that fails behind a passing test is a failure; ``told_of_faults`` marks what must be told."""
    yield
    if request.node.get_closest_marker("told_of_faults"):
        return
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    told = [one.getMessage() for one in records if one.levelno >= logging.ERROR]
    assert not told, "\n".join(told)


@pytest.fixture
def clock():
    """A clock that stands at 2026-11-23 10:00 in Tokyo until the test moves it."""
    return FixedClock(THE_DAY)


@pytest.fixture(scope="session")
def scratch(request):
    """A folder of this run that all its processes share."""
    config = request.config
    if hasattr(config, "workerinput"):
        return Path(config.workerinput["kazasu_scratch"])
    return config.kazasu_scratch


@pytest.fixture(scope="session")
def postgres_server(scratch):
    """One embedded server for the whole run; it forgets at a power cut, so it is fast."""
    with EmbeddedPostgres(scratch / "server", FORGETFUL) as server:
        yield server
        hang_up()


@pytest.fixture
def databases(postgres_server, scratch, clock):
    """``databases("municipality")`` is the room's database, empty, with all its migrations."""
    with Databases(postgres_server, scratch, clock) as made:
        yield made


@pytest.fixture(scope="module")
def module_databases(postgres_server, scratch):
    """Like ``databases`` for all tests of a module, with a clock of its own (``.clock``)."""
    with Databases(postgres_server, scratch, FixedClock(THE_DAY)) as made:
        yield made


@pytest.fixture(scope="session")
def axe_source():
    """The text of axe-core, fetched with its checksum by ``./kazasu test``."""
    file = ROOT / ".kazasu" / "axe-core" / "axe.min.js"
    if not file.exists():
        pytest.skip("axe-core is missing: run ./kazasu test once with a package registry in reach")
    return file.read_text(encoding="utf-8")
