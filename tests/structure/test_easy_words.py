"""やさしい日本語: short sentences, everyday words, the same places as the text that they stand for."""

import ast
import re
import tomllib
from pathlib import Path

import jinja2
from jinja2 import nodes

from tests.support.sources import tree_of

SOURCE = Path(__file__).parents[2] / "src" / "kazasu"
BANNED = tomllib.loads(Path(__file__).with_name("easy_words.toml").read_text(encoding="utf-8"))
MOST = 40
PLACE = re.compile(r"\{(\w+)\}")
ENGLISH = re.compile(r"[A-Za-z]{4,}")
NAMES = {"PIN", "Language"}
"""As they stand on the page."""


def easy_texts():
    """``(file, Japanese, easy)``: of Text, define, templates and data; a place that is filled is ``…``."""
    for path in SOURCE.rglob("*.py"):
        for call in ast.walk(tree_of(path)):
            if (
                isinstance(call, ast.Call)
                and getattr(call.func, "id", "") in ("Text", "asked")
                and len(call.args) > 2
            ):
                yield path, _spoken(call.args[0]), _spoken(call.args[2])
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "define":
                for given in (one.value for one in call.keywords if one.arg == "easy"):
                    # A todo that many faults share is a name, not a text, and has no places.
                    todo = call.args[4] if len(call.args) > 5 else ast.Constant("")
                    yield path, _spoken(call.args[2]), _spoken(given.elts[0])
                    yield path, _spoken(todo), _spoken(given.elts[1])
    for path in SOURCE.rglob("templates/**/*.html"):
        tree = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(
            path.read_text(encoding="utf-8")
        )
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t" and len(call.args) > 2:
                yield path, _shown(call.args[0]), _shown(call.args[2])
    path = SOURCE / "portal" / "services.toml"
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["service"]:
        for key in ("easy", *(one for one in row if one.endswith("_easy"))):
            ja = row[key.replace("easy", "ja")]
            yield from (
                (path, *pair)
                for pair in zip(
                    *([one] if isinstance(one, str) else one for one in (ja, row.get(key, ja))),
                    strict=True,
                )
            )


def _spoken(node):
    if isinstance(node, ast.JoinedStr):
        return "".join(one.value if isinstance(one, ast.Constant) else "…" for one in node.values)
    return node.value if isinstance(node, ast.Constant) else ""


def _shown(node):
    """Of a template's expression: constants, joined; a choice is all that can be chosen."""
    if isinstance(node, nodes.Const):
        return str(node.value)
    if isinstance(node, nodes.Concat):
        return "".join(_shown(one) for one in node.nodes)
    if isinstance(node, nodes.CondExpr):
        return f"{_shown(node.expr1)}。{_shown(node.expr2)}"
    return "…"


def too_long(easy):
    sentences = re.split(r"[。：:]", PLACE.sub("…", easy))
    return [one for one in sentences if len(re.sub(r"\s", "", one)) > MOST]


def test_sentences_are_short():
    assert [(path.name, one) for path, _, easy in easy_texts() for one in too_long(easy)] == []


def test_no_word_of_offices_is_said():
    found = [
        f"{path.name}: {easy[:40]} says {word}; better: {better}"
        for path, ja, easy in easy_texts()
        for word, better in BANNED["words"].items()
        if word in easy and ja != easy
    ]
    assert found == []


def test_an_easy_text_knows_no_other_facts_and_no_english():
    texts = list(easy_texts())
    assert len(texts) > 200, (
        "the frame, the tap, the portal, the phone, the faults that people meet most"
    )
    for path, ja, easy in texts:
        if ja:
            # A todo without places of its own is filled with the facts of its title.
            assert set(PLACE.findall(easy)) <= set(PLACE.findall(ja)), (path.name, easy)
        assert not set(ENGLISH.findall(PLACE.sub("", easy))) - NAMES, (path.name, easy)


RESIDENTS = ("portal", "business", "card", "foundation/web/opinions")
"""Whose forms residents fill in."""


def test_what_residents_fill_in_has_an_easy_label():
    without = [
        f"{path.relative_to(SOURCE)}: {ast.unparse(call.args[0])}"
        for place in RESIDENTS
        for path in (SOURCE / place).rglob("*.py")
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "asked"
        and len(call.args) < 3
    ]
    assert without == [], "a third text: asked(Japanese, English, easy)"


def test_the_rules_find_what_they_are_for():
    assert too_long("あ" * 41)
    assert not too_long("あ" * 40 + "。" + "い" * 40)
