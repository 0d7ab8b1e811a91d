"""Moves by choice: each is played to its end, and each step that is played falsely is found where it is read back."""

from contextlib import contextmanager

import pytest

from kazasu.cli import story as command
from kazasu.cli.commands import run
from kazasu.society.stories import MOVES
from kazasu.society.stories.moves.cast import Cast
from kazasu.society.stories.moves.listed import BY_NAME
from kazasu.society.stories.moves.tale import WentWrong, play
from kazasu.society.stories.stage import Stage
from tests.support.country import founded

SHARED = ("elsewhere", "joining", "protected", "head-leaves", "given-up")
"""In one country, one after the other: of other people each; the last one lets a month go by."""
STEPS = [(story.name, step.name) for story in BY_NAME.values() for step in story.steps]


@pytest.fixture(scope="module")
def shared():
    with founded() as running:
        yield running


@pytest.fixture(scope="module")
def taken():
    """Card ids of who has moved in the shared country."""
    return set()


def on_stage(country):
    return Stage(country.directory, country.clock, lambda _: None, folder=country.folder)


def played(country, name, broken="", taken=()):
    stage = on_stage(country)
    try:
        return {
            member.card_id
            for party in play(stage, BY_NAME[name], broken, frozenset(taken))
            for member in (*party.going, *(party.joins.people if party.joins else ()))
        }
    finally:
        stage.close()


def test_the_command_is_red_at_the_step_that_was_played_falsely(shared, taken, monkeypatch, capsys):
    """The clerk asks for a correction instead: nobody was rejected, so the portal says nothing of it."""

    @contextmanager
    def the_shared_one(_):
        yield shared

    monkeypatch.setattr(command, "together", the_shared_one)
    assert run(["story", "moving", "--of", "rejection", "--break", "reject"]) == 1
    assert "reject: waited" in capsys.readouterr().out.splitlines()[-1]
    taken |= {member.card_id for member in Cast(on_stage(shared)).alone().people}


@pytest.mark.parametrize("name", SHARED)
def test_a_move_is_played_to_its_end(shared, taken, name):
    taken |= played(shared, name, taken=taken)


@pytest.mark.deep
@pytest.mark.parametrize("name", [one for one in MOVES if one not in SHARED])
def test_every_other_move_too(name):
    with founded() as country:
        played(country, name)


@pytest.mark.deep
@pytest.mark.parametrize(("name", "step"), STEPS)
def test_each_step_that_is_played_falsely_is_found_where_it_is_read_back(name, step):
    with founded() as country, pytest.raises(WentWrong) as found:
        played(country, name, step)
    assert (found.value.step, found.value.played) == (step, True), found.value


# ---------------------------------------------------------------- what is declared


def test_the_moves_are_those_that_can_be_chosen():
    assert tuple(BY_NAME) == MOVES


@pytest.mark.parametrize("story", BY_NAME.values(), ids=lambda one: one.name)
def test_steps_are_named_once_told_in_both_languages_and_read_back_elsewhere(story):
    names = [step.name for step in story.steps]
    assert len(set(names)) == len(names)
    facts = dict.fromkeys(
        ("whom", "whom_en", "count", "old", "old_en", "planned", "planned_en", "new", "new_en",
         "case", "day", "today"), "",
    )  # fmt: skip
    for step in story.steps:
        for sentence in (step.did, *(one.says for one in step.seen)):
            assert all(sentence.fill(**facts))
        assert any(one.at is not step.who for one in step.seen), step.name


def test_the_list_has_each_move_in_both_languages_with_its_steps(capsys):
    assert run(["story", "list"]) == 0
    said = capsys.readouterr().out
    for story in BY_NAME.values():
        assert story.summary.ja in said
        assert story.summary.en in said
        assert " ".join(step.name for step in story.steps) in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["moving", "--break", "fly"], "cli.no-such-step"),
        (["moving", "--of", "rejection", "--break", "register"], "cli.no-such-step"),
        (["account", "--break", "accept"], "cli.no-such-step"),
        (["account", "--of", "family"], "cli.bad-usage"),
        (["moving", "--of", "nobody"], "cli.bad-usage"),
    ],
)
def test_what_cannot_be_played_is_refused_before_a_country_is_founded(words, code, capsys):
    assert run(["story", *words]) == 2
    assert f"[{code}]" in capsys.readouterr().err
