"""What ``up`` decides before it opens: which country."""

import socket
from argparse import Namespace
from dataclasses import asdict
from types import SimpleNamespace

import pytest
from tests.conftest import THE_DAY
from tests.support.institutions import Institutions

from kazasu.app.country import Mark
from kazasu.app.rooms import select
from kazasu.cli.commands import run
from kazasu.cli.processes.countries import free_port
from kazasu.cli.processes.running import _tell_unfounded, bound
from kazasu.cli.up import CountrySpec, _wish
from kazasu.exchange.directory import read_directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import FixedClock

NOTHING = Namespace(cities=None, residents=None, seed=None)
FOUNDED = CountrySpec("all", 100, 7, 8000)


def marked(state="living", wish=None):
    return Mark("c0", state, "/somewhere", asdict(FOUNDED) if wish is None else wish)


def test_the_first_start_founds_what_is_asked_for(tmp_path):
    asked = Namespace(cities="all", residents=100, seed=0)
    assert _wish(asked, Settings(data=tmp_path), None) == CountrySpec("all", 100, 0, 8000)
    assert _wish(NOTHING, Settings(data=tmp_path), None) == CountrySpec("default", 3000, 1, 8000)


def test_later_starts_need_not_say_it_again(tmp_path):
    assert _wish(NOTHING, Settings(data=tmp_path), marked()) == FOUNDED


def test_a_half_founded_one_may_be_wished_otherwise(tmp_path):
    assert _wish(NOTHING, Settings(data=tmp_path), marked("founding")).residents == 3000


def test_institutions_without_a_country_are_not_founded_over(tmp_path):
    with pytest.raises(Refusal) as refusal:
        _wish(NOTHING, Settings(data=tmp_path), marked(wish={}))
    assert refusal.value.fault.code == "cli.not-founded"


def test_no_country_is_begun_of_a_city_that_there_is_not(tmp_path, capsys):
    """It was refused only with the founding under way, and left a folder half founded."""
    assert run(["up", "--data", str(tmp_path / "data"), "--cities", "14100"]) == 2
    assert "[society.unknown-city]" in capsys.readouterr().err
    assert {one.name for one in (tmp_path / "data").iterdir()} <= {"kazasu.log"}


@pytest.mark.parametrize("other", [{"residents": 200}, {"seed": 2}, {"cities": "141003"}])
def test_another_country_in_the_same_place_is_refused(tmp_path, other):
    with pytest.raises(Refusal) as refusal:
        _wish(Namespace(**(vars(NOTHING) | other)), Settings(data=tmp_path), marked())
    assert refusal.value.fault.code == "cli.other-country"
    assert "100" in refusal.value.title.en


def test_a_room_that_came_after_the_founding_is_named(tmp_path, capsys):
    Institutions(FixedClock(THE_DAY), "bank", "jpki").write(tmp_path)
    directory = read_directory(tmp_path / "directory.json", FixedClock(THE_DAY))
    for rooms, said in ((["bank", "jpki"], False), (["bank", "pay"], True)):
        opened = SimpleNamespace(
            directory=directory, prepared=SimpleNamespace(selection=select(rooms))
        )
        _tell_unfounded(opened)
        told = capsys.readouterr()
        assert ("pay" in told.out + told.err) == said
        assert "bank" not in told.out + told.err


def test_answers_are_sent_without_delay():
    """Without it each answer of a running country waits 40 ms (Nagle's algorithm, delayed acknowledgement)."""
    with bound(Settings(port=free_port())) as doors:
        assert doors.proto == socket.IPPROTO_TCP
