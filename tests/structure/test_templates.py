"""Templates: both languages, nothing inline that the Content-Security-Policy would refuse."""

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

SOURCE = Path(__file__).parents[2] / "src"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ㐀-鿿]")
WORDS = re.compile(r"[A-Za-z]{3,}")
NAMES_OF_LANGUAGES = {"日本語", "English", "Language"}
"""Shown in their own language on purpose."""


def visible(source):
    """What a template shows by itself: text and spoken attributes, without Jinja."""
    plain = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", source, flags=re.DOTALL)
    reader = _Reader()
    reader.feed(plain)
    # A macro that makes attributes looks like text to the reader.
    shown = (re.sub(r'[\w-]+="[^"]*"', "", text).strip() for text in reader.found)
    return [text for text in shown if text not in NAMES_OF_LANGUAGES]


class _Reader(HTMLParser):
    SPOKEN = ("alt", "title", "aria-label", "placeholder")

    def __init__(self):
        super().__init__()
        self.found = []
        self.inline = []
        self._script = False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.found += [value or "" for name, value in attributes if name in self.SPOKEN]
        self.inline += [
            f"<{tag} {name}>"
            for name, value in attributes
            if name.startswith("on") or name == "style" or "javascript:" in (value or "")
        ]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(f"<{tag}>")
        self._script = tag in {"script", "style"}

    def handle_endtag(self, tag):
        self._script = False

    def handle_data(self, data):
        if not self._script:
            self.found.append(data)


SHOW_WHAT_WAS_SENT = {"not_sent_on.html"}
"""For whoever built the service that sent it: the parameters as they came, called so."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_template(path):
    source = path.read_text(encoding="utf-8")
    assert [t for t in visible(source) if JAPANESE.search(t) or WORDS.search(t)] == [], (
        "text outside t(ja, en)"
    )
    assert [t for t in visible(source) if "・" in t] == [], "the Japanese dot on every page: dot()"
    reader = _Reader()
    reader.feed(re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL))
    assert reader.inline == []
    parsed = jinja2.Environment(autoescape=True).parse(source)
    read = [one for one in parsed.find_all(nodes.Getattr) if one.attr == "query_params"]
    assert not read or path.name in SHOW_WHAT_WAS_SENT, (
        "an outcome is told (Site.tell), not said of whoever opens an address"
    )
    for joined in parsed.find_all((nodes.Concat, nodes.CondExpr)):
        loose = [one for one in joined.iter_child_nodes() if isinstance(one, nodes.Const)]
        assert "・" not in {str(one.value).strip() for one in loose}, "dot()"
    for call in parsed.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            assert len(call.args) in (2, 3), f"line {call.lineno}: t(ja, en, easy)"
            for argument in call.args:
                assert not isinstance(argument, nodes.Const) or argument.value.strip()


SAID_OF_A_REFUSAL = re.compile(
    r"(?<!foreign\()\btext\((?:\w+\.)*(?:refus\w+\.(?:title|todo)|message)\)"
)
IN_THE_TITLE = re.compile(r"\{% block title %\}.*?\{% endblock %\}", re.DOTALL)
"""An element cannot stand there."""


def test_what_is_wrong_says_which_of_its_words_are_japanese():
    """A name or a block in an English sentence has its language, in the summary, at the field and on a page of its own."""
    found = {
        str(path.relative_to(SOURCE)): said
        for path in TEMPLATES
        if (said := SAID_OF_A_REFUSAL.findall(IN_THE_TITLE.sub("", path.read_text("utf-8"))))
    }
    assert found == {}
    assert SAID_OF_A_REFUSAL.search("{{ text(refusal.title) }} {{ text(one.message) }}")
    assert not SAID_OF_A_REFUSAL.search("{{ foreign(text(case.refused.todo)) }}")


def unlabelled(source):
    """Tables of a template whose columns lie out of sight on a phone, and cells that do not say their column."""
    for attributes, body in re.findall(r"<table([^>]*)>(.*?)</table>", source, re.DOTALL):
        if "stacked" not in attributes and "movers" not in attributes:
            yield f"<table{attributes}> is not stacked"
        elif "stacked" in attributes:
            rows = body.partition("</thead>")[2]
            yield from (
                cell
                for cell in re.findall(r"<td(?:\s[^>]*)?>", rows)
                if "data-label" not in cell and "colspan" not in cell
            )
    queues = re.findall(r"\{% call desk\.queue.*?\{% endcall %\}", source, re.DOTALL)
    for body in queues:
        yield from (one for one in re.findall(r"<td(?:\s[^>]*)?>", body) if "data-label" not in one)


def test_every_table_is_read_on_a_phone():
    """Below 40rem its rows are blocks (kit.css): each cell says its column, or it is seen by nobody."""
    found = {
        str(path.relative_to(SOURCE)): wrong
        for path in TEMPLATES
        if (wrong := list(unlabelled(path.read_text(encoding="utf-8"))))
    }
    assert found == {}
    assert list(unlabelled("<table><thead></thead><td>x</td></table>"))
    assert list(unlabelled('<table class="stacked"><thead></thead><td>x</td></table>'))


def test_no_table_breaks_a_word():
    """``anywhere`` lets a column be narrower than its words (“accept|ed”); the sheet takes it back for cells."""
    sheet = (SOURCE / "kazasu/foundation/web/static/base.css").read_text(encoding="utf-8")
    assert re.search(r"^th, td \{ overflow-wrap: break-word; \}", sheet, re.MULTILINE)


SEARCHES = {
    "navigation.html": "a filter of a list: empty shows all",
    "cards.html": "a filter of a list: empty shows all",
    "faults.html": "a filter of a list: empty shows all",
    "case_list.html": "one field each, whose errors said_at writes",
}
"""Forms in an address that write their input by hand."""
GET_FORM = re.compile(r'<form\b[^>]*method="get"[^>]*>(.*?)</form>', re.DOTALL)
INPUT = re.compile(r'<(?:input|select|textarea)\b(?![^>]*type="hidden")[^>]*\bname=')


def test_forms_in_an_address_say_what_is_missing_at_the_field():
    """Their fields are drawn by kit/forms.html from ``Form.sought``: a choice that was not made is an error, not the same page again."""
    by_hand = {
        path.name
        for path in TEMPLATES
        for body in GET_FORM.findall(path.read_text(encoding="utf-8"))
        if INPUT.search(body)
    }
    assert by_hand == set(SEARCHES)


def test_no_template_makes_names_small():
    """``capitalize`` and ``title`` change every letter of a text; a line begins by ``first_upper``."""
    found = [
        str(one)
        for one in TEMPLATES
        if re.search(r"\|\s*(capitalize|title)\b", one.read_text(encoding="utf-8"))
    ]
    assert found == []


# ---------------------------------------------------------------- what is there at one turn and not at the next


def _set_at_some_turns(tree):
    """Names that a loop sets under a condition, and reads where it does not hold: a loop forgets them with each turn."""
    found = set()
    for loop in tree.find_all(nodes.For):
        for condition in loop.find_all(nodes.If):
            own = _names(condition, "store")
            elsewhere = _names(tree, "store", without=condition)
            found |= (own - elsewhere) & _names(loop, "load", without=condition)
    return found


def _names(node, context, without=None):
    if node is without:
        return set()
    own = {node.name} if isinstance(node, nodes.Name) and node.ctx == context else set()
    return own.union(*(_names(one, context, without) for one in node.iter_child_nodes()))


def test_no_loop_reads_what_only_some_of_its_turns_have_set():
    """A page was drawn for one service and for none, and failed for two."""
    environment = jinja2.Environment()  # noqa: S701
    read = {one.name: environment.parse(one.read_text(encoding="utf-8")) for one in TEMPLATES}
    assert {name: found for name, tree in read.items() if (found := _set_at_some_turns(tree))} == {}


def test_that_is_found():
    broken = "{% for one in all %}{% if loop.first %}{% set ways = [] %}{% endif %}{{ ways }}{% endfor %}"
    whole = "{% set ways = [] %}" + broken
    assert _set_at_some_turns(jinja2.Environment().parse(broken)) == {"ways"}  # noqa: S701
    assert _set_at_some_turns(jinja2.Environment().parse(whole)) == set()  # noqa: S701


OF_A_REFUSAL = re.compile(r"\brefus\w+\.facts(\.(?!get\()\w+|\[)")


def test_a_refusal_is_asked_for_facts_that_it_may_not_have():
    """Each refusal has facts of its own: a case that held another one than the template thought of could never be opened again."""
    unasked = []
    for template in TEMPLATES:
        source = template.read_text(encoding="utf-8")
        for fact in OF_A_REFUSAL.finditer(source):
            asked = f"facts.get('{fact.group(1)[1:]}')"
            before = source[: fact.start()]
            if asked not in before[before.rfind("{% if") :]:
                unasked.append(f"{template.name}: {fact.group()}; ask {asked} first")
    assert unasked == []
