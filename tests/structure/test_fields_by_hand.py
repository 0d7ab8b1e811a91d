"""A field that a template draws by hand says what is wrong with it, as the form's macro does: at the field, and to a screen reader."""

import ast
import re
from pathlib import Path

import pytest

import kazasu
from kazasu.identity.integrators.forms import PartyForm

ROOT = Path(kazasu.__file__).parent
FIELD = re.compile(
    r"<(?:input|select|textarea)\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\}|\{(?![{%]))*>", re.S
)
UNTYPED = re.compile(r'type="(hidden|radio|checkbox|search|submit|file)"')
SAYS = re.compile(r"described_by\(|described\(|aria-invalid")
APART = ("kit/forms.html", "register/templates/purpose.html", "society/templates/faults.html")
"""Parts of one field, whose frame says it; and searches: what is found is the answer, and the page says what lacks."""


def by_hand():
    for template in sorted(ROOT.rglob("*.html")):
        words = template.read_text(encoding="utf-8")
        for tag in FIELD.findall(words):
            if "name=" in tag and not UNTYPED.search(tag):
                yield template, tag


def test_what_was_typed_wrongly_is_said_at_every_field_that_is_typed_into():
    found = list(by_hand())
    assert len(found) > 10, "they are found"
    silent = [
        f"{template.relative_to(ROOT)}: {tag[:90]}"
        for template, tag in found
        if not SAYS.search(tag) and not str(template).endswith(APART)
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("place", "label"),
    [("purpose-address-ja", "in Japanese"), ("purpose-address-en", "in English"), ("name", "")],
)
def test_ten_fields_of_one_name_are_told_apart(place, label):
    own = PartyForm.questions()["name" if place == "name" else "purpose"]
    said = PartyForm.label_of(place, own)
    assert (said == own) == (not label)
    assert said.en.endswith(label)


# ---------------------------------------------------------------- a radio button is never unticked

RADIO = re.compile(r'<input type="radio"[^>]*?name="(?P<name>\w+)" value="(?P<value>[^"]*)"')

SAYS_NOTHING = {"business/pay/templates/wallet.html: amount"}
"""One of them is ticked from the beginning, and none is refused."""


def empty_answers():
    """``(module, field)`` of every form whose field may be empty, and says something by it."""
    for module in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            match node:
                case ast.AnnAssign(
                    target=ast.Name(id=name), value=ast.Call(func=ast.Name(id="asked")) as call
                ):
                    said = {one.arg: one.value for one in call.keywords}
                    default = said.get("default")
                    if (
                        isinstance(default, ast.Constant)
                        and not default.value
                        and "needed" not in said
                    ):
                        yield module, name


def test_an_empty_answer_that_means_something_is_a_choice_of_its_own():
    """Once one of a group is ticked, nobody can say “none of them” but by a button that says so."""
    may_be_empty = {(module.relative_to(ROOT).parts[0], name) for module, name in empty_answers()}
    assert len(may_be_empty) > 20, "they are found"
    groups: dict[tuple[Path, str], list[str]] = {}
    for template in sorted(ROOT.rglob("*.html")):
        for one in RADIO.finditer(template.read_text(encoding="utf-8")):
            groups.setdefault((template, one["name"]), []).append(one["value"])
    assert len(groups) > 3, "they are found"
    without = [
        f"{template.relative_to(ROOT)}: {name}"
        for (template, name), values in groups.items()
        if (template.relative_to(ROOT).parts[0], name) in may_be_empty
        and all("{{" in value for value in values)
    ]
    assert set(without) == SAYS_NOTHING, (
        "give it a choice with a value of its own, for nobody or nothing"
    )
