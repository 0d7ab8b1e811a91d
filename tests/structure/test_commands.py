"""Every command: help in both languages with an example and its exit statuses, and what it says to a wrong word."""

import contextlib
import io
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.cli.commands import COMMANDS, _parser, run
from kazasu.cli.output.examples import EXAMPLES, OF_ITS_OWN
from kazasu.cli.output.usage import Parser
from kazasu.foundation.faults import Refusal

WHOLE = _parser(COMMANDS)
JAPANESE, ENGLISH = re.compile("[ぁ-んァ-ヶ一-龠]"), re.compile("[a-z]{2,}")
LET_OFF: dict[str, str] = {}
"""Arguments without words in both languages, by ``command argument``, and why."""


def leaves(parser=WHOLE, path=()):
    """``(name, parser)`` of each command that does something by itself."""
    if parser.verbs is None:
        yield " ".join(path), parser
        return
    for name, one in parser.verbs.choices.items():
        yield from leaves(one, (*path, name))


LEAVES = dict(leaves())


def meaning(action):
    """Help of an argument: its words, and those that a person may write."""
    return f"{action.help or ''} {action.metavar or ''}"


@pytest.mark.parametrize("name", LEAVES)
def test_help_has_examples_and_exit_statuses_in_both_languages(name):
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        assert run([*name.split(), "--help"]) == 0
    text = told.getvalue()
    for one in EXAMPLES[name]:
        assert f"./kazasu {one}" in text
    for status in ("0", "2", "69", "130", "141", *OF_ITS_OWN.get(name, ())):
        assert re.search(rf"^ +{status}  .+ / .+$", text, re.MULTILINE)
    description = text.partition("\n\n")[2].partition("\n\n")[0]
    assert JAPANESE.search(description)
    assert ENGLISH.search(description)


@pytest.mark.parametrize("name", LEAVES)
def test_every_argument_is_explained_in_both_languages(name):
    unexplained = [
        action.option_strings or action.dest
        for action in LEAVES[name]._actions
        if not (JAPANESE.search(action.help or "") and ENGLISH.search(meaning(action)))
        and f"{name} {action.dest}" not in LET_OFF
    ]
    assert unexplained == []


def test_examples_are_of_commands_that_there_are_and_read():
    assert EXAMPLES.keys() == LEAVES.keys()
    assert OF_ITS_OWN.keys() <= LEAVES.keys()
    for name, examples in EXAMPLES.items():
        for one in examples:
            words = shlex.split(one.partition(" > ")[0])
            assert WHOLE.meant(words) is LEAVES[name], one
            WHOLE.parsed(words)


@pytest.mark.parametrize("name", LEAVES)
def test_a_wrong_option_is_told_with_the_near_ones_and_where_help_is(name, capsys):
    required = "--no-such-option" if name != "card trace" else "--no-such-option=x"
    status = run([*name.split(), required])
    told = capsys.readouterr()
    assert status == 2
    assert told.out == ""
    assert f"./kazasu {name} --help" in told.err or "--help" in told.err
    assert re.search(r"\[cli\.(unknown-option|bad-usage)\]$", told.err)


@given(st.sampled_from(sorted(LEAVES)), st.data())
def test_a_misspelt_command_is_told_the_one_that_was_meant(name, data):
    *before, last = name.split()
    at = data.draw(st.integers(1, len(last) - 1)) if len(last) > 3 else 1
    misspelt = last[:at] + "x" + last[at:]
    if misspelt in LEAVES:
        return
    with pytest.raises(Refusal) as refusal:
        WHOLE.parsed([*before, misspelt])
    assert refusal.value.fault.code == "cli.unknown-command"
    assert last in refusal.value.facts["near"].split(", ")


@pytest.mark.parametrize(("words", "near"), [(["up", "--residnts", "9"], "--residents"), (["clock", "--dta", "x"], "--data"), (["check", "--jsn"], "--json")])  # fmt: skip
def test_a_misspelt_option_is_told_the_one_that_was_meant(words, near):
    with pytest.raises(Refusal) as refusal:
        WHOLE.parsed(words)
    assert refusal.value.facts["near"].split(", ")[0] == near


WRONG = [["card", "make"], ["card", "read", "--what", "x"], ["up", "--port"], ["up", "--seed", "x"],
         ["clock", "a", "b"], ["up", "--port", "x"], ["check", "--a"], ["serve"], []]  # fmt: skip


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_what_is_written_otherwise_is_told_in_the_shells_language(words, monkeypatch, capsys):
    for language in ("ja_JP.UTF-8", "C"):
        monkeypatch.setenv("LC_ALL", language)
        if words == ["check", "--a"]:
            words = ["up", "--d", "x"]
        assert run(words) == 2
        told = capsys.readouterr().err
        assert "[cli.bad-usage]" in told
        assert bool(JAPANESE.search(told)) is (language != "C")
        assert "required" not in told or language == "C"


def test_every_parser_is_ours():
    """A parser of argparse's own would end the process, and speak English alone."""
    assert {type(one) for one in LEAVES.values()} == {Parser}
