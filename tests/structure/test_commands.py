"""Every command: help in both languages with an example and its exit statuses, and what it says to a wrong option."""

import contextlib
import io
import re
import shlex

import pytest

from kazasu.cli.commands import COMMANDS, _parser, run
from kazasu.cli.output.examples import EXAMPLES, OF_ITS_OWN
from kazasu.cli.output.usage import Parser

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


def test_every_parser_is_ours():
    """A parser of argparse's own would end the process, and speak English alone."""
    assert {type(one) for one in LEAVES.values()} == {Parser}
