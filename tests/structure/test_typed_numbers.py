"""A number that a person types is read in one way, in every form: a bare ``int`` takes ``+5`` and ``1_000``."""

import importlib
import pkgutil
import re
from typing import get_args

import kazasu
from kazasu.foundation.web.forms import Form, Yen, is_plain


def forms():
    for module in pkgutil.walk_packages(kazasu.__path__, "kazasu."):
        if not module.name.endswith(("__main__", "pytest_plugin")):
            importlib.import_module(module.name)
    waiting, found = list(Form.__subclasses__()), []
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.startswith("kazasu"):
            found.append(form)
    return found


def test_no_form_takes_a_bare_number():
    assert len(forms()) > 30
    reader = get_args(Yen)[1]
    asked = {form: form.questions() for form in forms()}
    bare = [
        f"{form.__qualname__}.{name}"
        for form in asked
        for name, field in form.model_fields.items()
        if field.annotation in (int, float)
        and reader not in field.metadata
        and (name in asked[form] or len(field.metadata) < 2)  # hidden: a least and a most
    ]
    assert not bare


_OF_NUMBERS = re.compile(
    r"\b(?:number|telephone|e-mail|postcode|amount|address(?:es)? for|redirect)\b", re.IGNORECASE
)
WORDS_TOO = {
    ("SearchForm", "q"): "names, too",
    ("SearchForm", "note"): "words",
    ("PurposeForm", "note"): "words",
    ("FindForm", "q"): "names, too",
    ("FindForm", "note"): "words",
    ("LookForm", "look_note"): "words",
    ("NumberForm", "number_note"): "words",
    ("BirthForm", "note"): "words, beside the number of a notice",
    ("DeathForm", "note"): "words, beside the number of a notification",
    ("WhereForm", "block"): "a place, written in kanji",
    ("ChargeForm", "amount"): "one of those that the page offers",
}
"""Fields whose label speaks of a number, and why letters of their own may stand there."""


def test_of_a_number_nothing_stays_that_nobody_sees():
    """What is copied out of a telephone brings signs along; each field of a number takes them away."""
    found = {
        (form.__name__, name)
        for form in forms()
        for name, label in form.questions().items()
        if _OF_NUMBERS.search(label.en)
        and form.model_fields[name].annotation in (str, int)
        and not is_plain(form.model_fields[name])
    }
    assert found == WORDS_TOO.keys()
