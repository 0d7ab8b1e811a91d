"""A command line that is written wrongly: which word was meant, and where help is, in the shell's language."""

import argparse
import ast
import inspect
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.cli.commands import COMMANDS, _parser, run
from kazasu.cli.launcher.usage import why
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
        assert not OF_ARGPARSE.search(told)


def _templates():
    """What argparse itself writes about a line, by its source; not what it raises about a parser that is made wrongly."""
    of_programmers = re.compile(
        "conflict|merge|must|not defined|not callable|dest=|argument_name|cannot have|invalid argument for|mode %r|show this|^usage|^options|^positional|^%"
    )
    for one in ast.walk(ast.parse(inspect.getsource(argparse))):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in ("_", "ngettext"):  # fmt: skip
            yield from (
                each.value
                for each in one.args
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
                and not of_programmers.search(each.value)
            )  # fmt: skip


# the last two lie in a variable first
TEMPLATES = sorted({*_templates(), "not allowed with argument %s", "ignored explicit argument %r"})
OF_A_LINE = re.compile("ambiguous|one of|the following|unexpected|unrecognized")
"""These name no argument before them."""
OF_ARGPARSE = re.compile(
    "|".join(
        sorted(
            {
                re.escape(part.strip(" :()"))
                for one in TEMPLATES
                for part in re.split(r"%(?:\(\w+\))?[sr]", one)
                if len(part.strip(" :()")) > 5
            },
            key=len,
            reverse=True,
        )
    )
)
"""argparse's own words."""


@pytest.mark.parametrize("template", TEMPLATES)
def test_whatever_argparse_can_say_is_said_in_the_words_of_the_house(template):
    named = "" if OF_A_LINE.match(template) else "argument --of: "
    facts = {"type": "int", "value": "'x'", "choices": "'a', 'b'", "option": "--d", "matches": "--data, --database",
             "filename": "x", "error": "none", "parser_name": "'x'"}  # fmt: skip
    filled = re.sub(r"%\((\w+)\)[sr]", lambda found: facts[found[1]], template)
    ja, en = why(named + re.sub("%[sr]", "2", filled))
    assert JAPANESE.search(ja)
    assert not OF_ARGPARSE.search(ja + en)
    assert "{" not in ja + en


def _leaves(parser):
    if parser.verbs is None:
        yield parser
        return
    for one in parser.verbs.choices.values():
        yield from _leaves(one)


def _value(action):
    return str(next(iter(action.choices))) if action.choices else "60"


def _required(action):
    return action.required and action.nargs not in ("*", argparse.REMAINDER)


def _enough(parser, without=None):
    """The words that the command needs, but one."""
    words = []
    for one in parser._actions:
        if one is without or not _required(one):
            continue
        words += [*one.option_strings[:1], _value(one)] if one.option_strings else [_value(one)]
    return words


def _wrong(parser):
    """Each kind of wrong usage of one command, by what it takes."""
    takes = [one for one in parser._actions if not isinstance(one, argparse._HelpAction) and one.dest != "help"]  # fmt: skip
    for one in takes:
        if _required(one):
            yield _enough(parser, without=one)
        if takes[-1].nargs == argparse.REMAINDER:
            continue  # whatever follows is another program's
        option = one.option_strings[-1:]
        value = one.nargs != 0
        if option and value and one.nargs in (None, "+"):
            yield [*_enough(parser, without=one), *option]
        if option and not value:
            yield [*_enough(parser), f"{option[0]}=3"]
        if one.choices or (one.type is not None and one.type is not Path):
            yield [*_enough(parser, without=one), *option, "no such"]
    options = [name for one in takes for name in one.option_strings if name.startswith("--")]
    for a, b in itertools.combinations(options, 2):
        shared = "".join(x for x, y in itertools.takewhile(lambda both: both[0] == both[1], zip(a, b, strict=False)))  # fmt: skip
        if len(shared) > 2 and shared not in options:
            yield [*_enough(parser), shared]
    positional = [one.nargs for one in takes if not one.option_strings]
    if argparse.REMAINDER in positional:
        return
    if not {"*", "+"} & {*positional}:
        yield [*_enough(parser), "60", "one", "too many"]
    yield [*_enough(parser), "--no-such-option"]


LINES = [[*leaf.command.split(), *words] for leaf in _leaves(WHOLE) for words in _wrong(leaf)]


def test_there_is_something_to_walk():
    commands = {" ".join(one.command.split()) for one in _leaves(WHOLE)}
    assert commands >= set(EXAMPLES)
    assert len(LINES) > 2 * len(commands)


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_each_kind_of_wrong_usage_of_each_command_is_told_in_both_languages(words):
    with pytest.raises(Refusal) as refusal:
        WHOLE.parsed(words)
    assert refusal.value.fault.code in ("cli.bad-usage", "cli.unknown-option")
    title, todo = refusal.value.title, refusal.value.todo
    assert JAPANESE.search(
        title.ja.replace("の書き方が違います", "").replace("何もしていません", "")
    )
    assert not OF_ARGPARSE.search(title.ja + title.en), title
    assert "--help" in todo.ja
    assert "--help" in todo.en
