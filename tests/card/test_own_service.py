"""A PC/SC service of one's own where there is none to be had."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kazasu.card.transports import own_pcscd
from kazasu.foundation.faults import Refusal


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [("DRIVERS", "no/such/driver", "vsmartcard-vpcd"), ("NEEDED", ("no-such-program",), "no-such-program")],
)  # fmt: skip
def test_what_is_missing_is_named(monkeypatch, name, value, why):
    monkeypatch.setattr(own_pcscd, name, value)
    with pytest.raises(Refusal) as refusal:
        own_pcscd.OwnPcscd([])
    assert refusal.value.fault.code == "card.no-pcsc-service"
    assert why in refusal.value.title.en


def test_a_service_that_does_not_start_says_why(monkeypatch):
    monkeypatch.setattr(own_pcscd, "_SCRIPT", "echo no leave >&2; exit 1")
    with pytest.raises(Refusal) as refusal:
        own_pcscd.OwnPcscd([])
    assert "no leave" in refusal.value.title.en


PCSCD = """#!/bin/sh
# A pcscd that was built with polkit and has none: it has a socket, and turns everybody away.
case "$*" in
*--help*) echo "  --disable-polkit   disable polkit support"; exit;;
*--disable-polkit*) exec {own} -f -c "$4";;
esac
exec {python} -c 'import socket, time
s = socket.socket(socket.AF_UNIX); s.bind("/run/pcscd/pcscd.comm"); s.listen(); print("Rejected unauthorized PC/SC client", flush=True)
while True: s.accept()[0].close()'
"""


@pytest.fixture
def with_polkit(tmp_path, monkeypatch):
    """The machine's pcscd as Debian 13 has it: nobody gets in without polkit, or the option that does without."""
    own = shutil.which("pcscd", path=own_pcscd._path())
    program = tmp_path / "pcscd"
    program.write_text(PCSCD.format(own=own, python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setattr(own_pcscd, "_path", lambda: f"{tmp_path}:/usr/sbin:/usr/bin:/sbin:/bin")
    return program


def test_a_service_with_polkit_lets_programs_in(with_polkit, card):
    with own_pcscd.OwnPcscd([lambda: card]) as service:
        assert service.wait(0, present=True)
        seen = subprocess.run(
            ["opensc-tool", "--list-readers"], env={**os.environ, **service.environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Kazasu virtual reader" in seen.stdout


def test_a_service_that_turns_programs_away_is_not_called_ready(with_polkit, monkeypatch):
    """Its socket is there; the first client is what counts."""
    with_polkit.write_text(with_polkit.read_text().replace("*--disable-polkit*)", "*--no-such*)"))
    monkeypatch.setattr(own_pcscd, "_SETTLED", 3.0)
    with pytest.raises(Refusal) as refusal:
        own_pcscd.OwnPcscd([])
    assert refusal.value.fault.code == "card.no-pcsc-service"
    assert "SCARD_" in refusal.value.title.en


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_a_user_of_a_machine_without_the_services_folder(tmp_path):
    """/run is root's and empty, nobody runs anything: as in a container that is not root's."""
    script = (
        "from kazasu.card.transports.own_pcscd import OwnPcscd\n"
        "with OwnPcscd([]) as service:\n"
        "    print(sorted(service.environment))\n"
    )
    home = tmp_path / "home"
    home.mkdir()
    told = subprocess.run(
        ["unshare", "--mount", "sh", "-c",
         'mount -t tmpfs -o mode=0755,uid=12345,gid=12345 none /run && exec unshare --user --map-user=1000 --map-group=1000 "$@"', "sh",
         sys.executable, "-c", script],
        env={**os.environ, "HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "PCSCLITE_CSOCK_NAME" in told.stdout, told.stderr


@pytest.mark.parametrize("place", ["/run/user/0/x", "/srv/" + "long" * 30])
def test_a_place_that_sockets_cannot_lie_in_is_not_used(monkeypatch, place):
    """What lies below /run is hidden from the service, and a socket's name has 107 bytes at most (unix(7))."""
    monkeypatch.setattr(own_pcscd.tempfile, "gettempdir", lambda: place)
    folder = own_pcscd._folder()
    assert folder.parent == Path("/tmp")  # noqa: S108
    folder.rmdir()
