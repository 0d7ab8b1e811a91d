"""A command line that is written wrongly: which word was meant, and where help is, in the shell's language."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.cli.commands import COMMANDS, _parser, run
from kazasu.cli.output.examples import EXAMPLES
from kazasu.foundation.faults import Refusal

WHOLE = _parser(COMMANDS)
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


@given(st.sampled_from(sorted(EXAMPLES)), st.data())
def test_a_misspelt_command_is_told_the_one_that_was_meant(name, data):
    *before, last = name.split()
    at = data.draw(st.integers(1, len(last) - 1)) if len(last) > 3 else 1
    misspelt = last[:at] + "x" + last[at:]
    with pytest.raises(Refusal) as refusal:
        WHOLE.parsed([*before, misspelt])
    assert refusal.value.fault.code == "cli.unknown-command"
    assert last in refusal.value.facts["near"].split(", ")


def test_an_unknown_option_is_refused_with_the_near_ones():
    with pytest.raises(Refusal) as refusal:
        WHOLE.parsed(["check", "--no-such"])
    assert refusal.value.fault.code == "cli.unknown-option"


@pytest.mark.parametrize(("words", "near"), [(["up", "--residnts", "9"], "--residents"), (["clock", "--dta", "x"], "--data"), (["check", "--jsn"], "--json")])  # fmt: skip
def test_a_misspelt_option_is_told_the_one_that_was_meant(words, near):
    with pytest.raises(Refusal) as refusal:
        WHOLE.parsed(words)
    assert refusal.value.facts["near"].split(", ")[0] == near


WRONG = [["card", "make"], ["card", "read", "--what", "x"], ["up", "--port"], ["up", "--seed", "x"],
         ["clock", "a", "b"], ["up", "--port", "x"], ["up", "--d", "x"], ["serve"], []]  # fmt: skip


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_what_is_written_otherwise_is_told_in_the_shells_language(words, monkeypatch, capsys):
    for language in ("ja_JP.UTF-8", "C"):
        monkeypatch.setenv("LC_ALL", language)
        assert run(words) == 2
        told = capsys.readouterr().err
        assert "[cli.bad-usage]" in told
        assert bool(JAPANESE.search(told)) is (language != "C")
        assert "required" not in told or language == "C"
