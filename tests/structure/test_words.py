"""What people read is words: no name of the code stands in a sentence (a rename would put it there)."""

import ast
import re
import tomllib
from pathlib import Path

from tests.support.sources import tree_of

SOURCE = Path(__file__).parents[2] / "src" / "kazasu"
HUMPS = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")
BANNED = Path(__file__).with_name("banned_words.toml")
"""Data: each with its reason and what is said instead."""
SPOKEN = {"Text", "define", "asked"}


def sentences():
    """``(file, sentence)``: arguments of Text, define and asked, f-strings by their parts; texts of templates."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SPOKEN:
                for one in node.args:
                    for part in ast.walk(one):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            yield path, part.value
    for path in SOURCE.rglob("templates/**/*.html"):
        for found in re.findall(r"\bt\('([^']*)', '([^']*)'\)", path.read_text(encoding="utf-8")):
            yield from ((path, one) for one in found)


def test_no_class_stands_in_a_sentence():
    classes = {
        node.name
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and HUMPS.fullmatch(node.name)
    }
    found = {(path.name, name) for path, one in sentences() for name in HUMPS.findall(one)}
    assert classes & {"DeskPages", "Form", "RelyingParty"}
    assert {one for one in found if one[1] in classes} == set()


def banned():
    return tomllib.loads(BANNED.read_text(encoding="utf-8"))["word"]


def says(sentence, word):
    """The word itself: English ones whole, as ``Charge`` is no part of ``Charger``."""
    if word.isascii():
        return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", sentence) is not None
    return word in sentence


def faults_of(path, sentence, entries):
    return [
        f"{path}: “{sentence[:60]}” says {one['word']} ({one['why']}); better: {one['better']}"
        for one in entries
        if says(sentence, one["word"])
        and any(path.startswith(start) for start in one.get("where", [""]))
        and not any(word in sentence for word in one.get("unless", []))
    ]


def test_no_sentence_says_a_banned_word():
    entries = banned()
    found = [
        wrong
        for path, sentence in sentences()
        for wrong in faults_of(path.relative_to(SOURCE).as_posix(), sentence, entries)
    ]
    assert sorted(set(found)) == []


def test_a_banned_word_is_found_where_it_is_banned_and_where_nothing_explains_it():
    entries = banned()
    assert faults_of("portal/x.py", "カードの継続利用の期限", entries)
    assert not faults_of("portal/x.py", "カードの住所の書きかえ（継続利用）", entries)
    assert not faults_of("jpki/x.py", "継続利用", entries)
    assert faults_of("business/x.html", "Charge it", entries)
    assert not faults_of("business/x.html", "Charger", entries)
