"""Houses in processes of their own: patience follows progress, the log is shown, no secret on a command line."""

import subprocess
import sys

import pytest

from kazasu.cli.output.refusals import HOUSE_ENDED, HOUSE_SILENT
from kazasu.cli.processes import houses
from kazasu.cli.processes.countries import free_port
from kazasu.cli.processes.houses import House, served
from kazasu.foundation.faults import Refusal

SECRET = "postgresql://owner:s3cret@127.0.0.1/country"
SERVE = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


@pytest.fixture
def house(tmp_path):
    begun = []

    def begin(program):
        port, log = free_port(), tmp_path / "house.log"
        with log.open("wb") as paper:
            command = [sys.executable, "-c", program, str(port)]
            process = subprocess.Popen(command, stdout=paper, stderr=paper)
        begun.append(process)
        return House("portal", process, port, log)

    yield begin
    for process in begun:
        process.kill()
        process.wait()


def test_who_works_is_waited_for(house):
    """Its start takes three times as long as a standstill may."""
    busy = "import time; end = time.monotonic() + 3\nwhile time.monotonic() < end: pass\n"
    house(busy + SERVE).wait(standstill=1.0)


def test_who_stands_still_is_given_up_with_its_last_words(house):
    with pytest.raises(Refusal) as caught:
        house("import time; print('waits for nobody', flush=True); time.sleep(60)").wait(
            standstill=1.0
        )
    assert caught.value.fault is HOUSE_SILENT
    assert "waits for nobody" in caught.value.todo.en


def test_who_ends_is_refused_at_once_with_its_last_words(house):
    with pytest.raises(Refusal) as caught:
        house("raise SystemExit('no such room')").wait()
    assert caught.value.fault is HOUSE_ENDED
    assert "no such room" in caught.value.todo.en


def test_the_databases_password_is_on_no_command_line(tmp_path, monkeypatch):
    started = []

    def popen(command, **options):
        started.append((command, options["env"]))
        return real([sys.executable, "-c", ""], stdout=options["stdout"])

    real = subprocess.Popen
    monkeypatch.setattr(houses.subprocess, "Popen", popen)
    with served(tmp_path, ("city:141003",), free_port(), SECRET):
        pass
    ((command, environment),) = started
    assert not [word for word in command if "s3cret" in word]
    assert environment["KAZASU_DATABASE_URL"] == SECRET
