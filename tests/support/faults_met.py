"""A pytest plugin: which faults a run has met, in the very processes of the tests.

After a whole run (no paths, no ``-k``) those that were met by none are listed; under ``--deep`` the run fails for them. What only
a process of its own meets, whose words a test reads from its output, is in :data:`ELSEWHERE`.
"""

import json
import re
import tempfile
from pathlib import Path

import pytest

from kazasu.foundation.faults import Refusal

ELSEWHERE = {
    "cli.": "commands run in a process of their own; tests read the code from what they print",
    "app.": "a country's start runs in a process of its own",
    "postgres.": "a server's start runs in a process of its own",
}
"""Beginning of the code → why no process of the tests meets it."""
_met: set[str] = set()
_FOLDER = "faults_met_folder"


def pytest_configure(config):
    worker = getattr(config, "workerinput", None)
    here = worker.get(_FOLDER, "") if worker else ""
    if worker is None and _whole(config):
        here = tempfile.mkdtemp(prefix="kazasu-faults-met-")
    config.faults_met = Path(here) if here else None
    if not here:
        return
    made = Refusal.__init__

    def noted(self, fault, **facts):
        _met.add(fault.code)
        made(self, fault, **facts)

    Refusal.__init__ = noted


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Of pytest-xdist: where each worker leaves its own."""
    node.workerinput[_FOLDER] = str(node.config.faults_met or "")


def pytest_sessionfinish(session, exitstatus):
    config = session.config
    if config.faults_met is None:
        return
    worker = getattr(config, "workerinput", {}).get("workerid", "controller")
    (config.faults_met / f"{worker}.json").write_text(json.dumps(sorted(_met)))
    if worker == "controller" and unmet(config) and config.getoption("--deep"):
        session.exitstatus = exitstatus or 1


def pytest_terminal_summary(terminalreporter, config):
    if config.faults_met is not None and (missing := unmet(config)):
        terminalreporter.section("faults that no test met at run time")
        terminalreporter.write_line(", ".join(missing))


def pytest_unconfigure(config):
    if config.faults_met is not None and not hasattr(config, "workerinput"):
        for file in config.faults_met.glob("*.json"):
            file.unlink()
        config.faults_met.rmdir()


def _whole(config):
    return config.args == config.getini("testpaths") and not config.getoption("keyword")


def unmet(config):
    """Codes of ``docs/faults.md`` that were met by no process of this run."""
    met = {
        code for file in config.faults_met.glob("*.json") for code in json.loads(file.read_text())
    }
    listed = (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"^\| `([\w.-]+)`", listed, re.MULTILINE))
    return sorted(
        code for code in codes - met if not any(code.startswith(start) for start in ELSEWHERE)
    )
