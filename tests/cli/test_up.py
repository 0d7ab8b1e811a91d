"""What ``up`` decides before it opens: which country, and that a half-founded one is no country."""

import json
import socket
from argparse import Namespace
from dataclasses import asdict

import pytest

from kazasu.cli.countries import free_port
from kazasu.cli.running import _doors
from kazasu.cli.up import Wish, _clear, _wish, read_wish
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.settings import Settings

NOTHING = Namespace(cities=None, residents=None, seed=None)


def test_the_first_start_founds_what_is_asked_for(tmp_path):
    asked = Namespace(cities="all", residents=100, seed=0)
    assert _wish(asked, Settings(data=tmp_path), None) == Wish("all", 100, 0, 8000)
    assert _wish(NOTHING, Settings(data=tmp_path), None) == Wish("default", 3000, 1, 8000)


def test_later_starts_need_not_say_it_again(tmp_path):
    founded = Wish("all", 100, 7, 8000)
    assert _wish(NOTHING, Settings(data=tmp_path), founded) == founded


@pytest.mark.parametrize("other", [{"residents": 200}, {"seed": 2}, {"cities": "141003"}])
def test_another_country_in_the_same_place_is_refused(tmp_path, other):
    founded = Wish("all", 100, 7, 8000)
    with pytest.raises(Refusal) as refusal:
        _wish(Namespace(**(vars(NOTHING) | other)), Settings(data=tmp_path), founded)
    assert refusal.value.fault.code == "cli.other-country"
    assert "100" in refusal.value.title.en


def test_a_half_founded_country_is_cleared_away(tmp_path):
    settings = Settings(data=tmp_path)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "portal.json").touch()
    (tmp_path / "directory.json").write_text("{}")
    assert read_wish(tmp_path) is None
    _clear(EmbeddedPostgres(tmp_path), settings)
    assert not (tmp_path / "keys").exists()
    assert not (tmp_path / "directory.json").exists()


def test_a_whole_one_is_known_by_its_last_file(tmp_path):
    wish = Wish("default", 3000, 1, 8000)
    (tmp_path / "country.json").write_text(json.dumps(asdict(wish)))
    assert read_wish(tmp_path) == wish


def test_answers_are_sent_without_delay():
    """Without it each answer of a running country waits 40 ms (Nagle's algorithm, delayed acknowledgement)."""
    with _doors(free_port()) as doors:
        assert doors.proto == socket.IPPROTO_TCP
