"""Random families move, give up, are sent back, part and follow, over HTTP; each step is read back, and at rest everything holds."""

import random

import psycopg
import pytest

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.card.chip.image import CardBox
from kazasu.cli import commands
from kazasu.society.stories.moves.cast import Cast
from kazasu.society.stories.stage import Stage
from tests.support.country import founded
from tests.support.families import families
from tests.support.histories import History, may_play

STEPS = 14
IN_A_NORMAL_RUN = 11
"""Of each of three families: a minute of it."""
IN_ONE_COUNTRY = 10
"""Each history lets weeks go by: cards and certificates of later ones are to be alive."""


def broken(country):
    found = {}
    with psycopg.connect(country.databases[0]) as connection:
        sight = CheckerView([connection])
        for one in INVARIANTS:
            if one.can_be_seen(sight) and (violations := sorted(one.violations(sight))):
                found[one.name] = violations
    return found


def operator_of(country):
    """J-LIS's operator, before its command."""
    box = CardBox(country.folder / "cards")

    def act(verb, card_id):
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("KAZASU_DATABASE_URL", country.databases[0])
            place = ("--data", str(country.process.settings.data))
            assert commands.run(["pki", verb, box.load(card_id).serial, *place]) == 0

    return act


def played(seed, how_many, steps=STEPS):
    """Histories of one country. Raises what went wrong, with what happened before it."""
    dice = random.Random(seed)  # noqa: S311 - which family does what next
    with families(seed, how_many), founded() as country:
        stage = Stage(country.directory, country.clock, lambda _: None, folder=country.folder)
        try:
            cast = Cast(stage)
            homes = [one for one in cast.homes if may_play(one)]
            for home in sorted(dice.sample(homes, how_many), key=lambda one: -len(one.people)):
                history = History(stage, cast, home, dice, operator_of(country))
                try:
                    for _ in range(steps):
                        if not history.go_on():
                            break
                    stage.until("everything at rest to hold", lambda: not broken(country))
                except Exception as error:
                    error.add_note("\n".join((f"seed {seed}", *history.told, f"{broken(country)}")))
                    raise
        finally:
            stage.close()
        log = (country.folder / "kazasu.log").read_text(encoding="utf-8")
        assert "Traceback" not in log


@pytest.mark.timeout(900)
def test_families_move_as_it_comes():
    played(1, 3, IN_A_NORMAL_RUN)


@pytest.mark.deep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(2, 22))
def test_many_more(seed):
    played(seed, IN_ONE_COUNTRY)
