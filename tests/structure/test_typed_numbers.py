"""A number that a person types is read in one way, in every form: a bare ``int`` takes ``+5`` and ``1_000``."""

import importlib
import pkgutil
from typing import get_args

import kazasu
from kazasu.foundation.web.forms import Form, Yen


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
