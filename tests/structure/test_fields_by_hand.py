"""A field that a template draws by hand says what is wrong with it, as the form's macro does: at the field, and to a screen reader."""

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
