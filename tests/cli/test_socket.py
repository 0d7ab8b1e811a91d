"""The Unix socket at which a place listens: whose it is, and who takes it away."""

import os
import socket
import stat

import pytest

from kazasu.cli.processes.running import bound, place_of
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings


def test_a_socket_is_the_owners_and_its_groups_and_goes_with_the_process(tmp_path):
    path = tmp_path / "web.socket"
    with bound(Settings(socket=str(path))):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        with pytest.raises(Refusal) as refused, bound(Settings(socket=str(path))):
            pass
        assert refused.value.fault.code == "cli.socket-taken"
    assert not path.exists()


def test_what_a_killed_process_left_is_no_obstacle_and_a_file_is(tmp_path):
    path = tmp_path / "web.socket"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with bound(Settings(socket=str(path))):
        pass
    path.write_text("somebody's")
    with pytest.raises(Refusal), bound(Settings(socket=str(path))):
        pass
    assert path.read_text() == "somebody's"


def test_the_socket_has_its_folders_group(tmp_path):
    """nginx is in that group, and in none of ours."""
    others = [one for one in os.getgroups() if one != os.getegid()]
    group = 54_321 if os.geteuid() == 0 else others[0] if others else os.getegid()
    os.chown(tmp_path, -1, group)
    path = tmp_path / "web.socket"
    with bound(Settings(socket=str(path))):
        assert path.stat().st_gid == group


def test_a_process_that_ends_late_leaves_the_next_ones_socket(tmp_path):
    path = tmp_path / "web.socket"
    settings = Settings(socket=str(path))
    with bound(settings) as old:
        old.close()  # what a server that stops does first; a slow client holds the rest of it
        path.unlink()
        with socket.socket(socket.AF_UNIX) as new:
            new.bind(settings.socket)
    assert path.exists()


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"socket": "web.socket"},
        {"socket": "web.socket", "proxies": "127.0.0.1"},
        {"proxies": "unix"},
    ],
)
def test_https_that_no_proxy_ends_is_not_opened(settings):
    """All who come by it would share one limit, and one bucket of tries."""
    with pytest.raises(Refusal) as refused, bound(Settings(scheme="https", **settings)):
        pass
    assert refused.value.fault.code == "cli.https-by-nobody"


def test_where_it_listens_is_told(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert place_of(Settings(port=8000)) == "port 8000"
    assert place_of(Settings(socket="/run/a/{web}.socket")) == "socket /run/a/{web}.socket"
