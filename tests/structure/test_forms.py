"""Forms: each act has one on some page, and what a page calls optional it takes empty."""

import ast
import importlib
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.datastructures import FormData

from kazasu.exchange.street import street
from kazasu.foundation.web.acting.kept import Invalid
from kazasu.foundation.web.forms import ON_A_CARD, Form, _asked_of, _kind
from kazasu.foundation.web.site import DeclaredRoute
from tests.support.sources import tree_of
from tests.support.street import Street

SOURCE = Path(__file__).parents[2] / "src" / "kazasu"
ACTION = re.compile(r"""<form[^>]*\baction=(?:"([^"]*)"|'([^']*)')""")
FRAME: tuple[str, ...] = (
    "/signout", "/integrators/signout",
    "/desk/alarms/{alarm_id}", "/operator/alarms/{alarm_id}",  # the page of alarms of each room fills in where it lies
)  # fmt: skip


@pytest.fixture(scope="module")
def pages(module_databases):
    """``(room, path, methods)`` of every page of a person; what scripts call apart."""
    opened = Street(module_databases, module_databases.clock)
    found = []
    for name, room in opened.process.rooms.items():
        for route in room.app.routes:
            cells = getattr(getattr(route, "endpoint", None), "__closure__", None) or ()
            one = next(
                (c.cell_contents for c in cells if isinstance(c.cell_contents, DeclaredRoute)), None
            )
            if one and not one.api and not one.script:
                found.append((name, one.path, one.methods))
    return found


def forms(room):
    """Where the forms and buttons of a room's templates lead; NUL stands for what the page fills in."""
    folders = {one.folder for one in street() if one.schema == room}
    for folder in (*folders, SOURCE / "foundation", SOURCE / "lab"):
        for path in folder.rglob("templates/**/*.html"):
            for given in ACTION.finditer(path.read_text(encoding="utf-8")):
                action = given[1] or given[2]
                yield re.sub(r"\{\{.*?\}\}", "\0", action)
                yield from re.findall(r"'(/[^']*)'", action)  # one of several


def test_every_act_has_a_form_on_some_page(pages):
    """Signing out has its form in the frame of every page."""
    acts = {(room, path) for room, path, methods in pages if "POST" in methods}
    assert len(acts) > 60
    missing = []
    for room, path in sorted(acts):
        fixed = [one for one in forms(room) if one.strip("\0/")]
        patterns = [re.compile(".+".join(map(re.escape, one.split("\0")))) for one in fixed]
        plain = re.sub(r"\{[^}]*\}", "x", path)
        if path not in FRAME and not any(one.fullmatch(plain) for one in patterns):
            missing.append((room, path))
    assert missing == [], "an act that nobody can begin"


def test_the_way_out_stands_in_the_frame_of_every_page():
    """No template has a form of its own for it: the next one would forget it."""
    own = [
        f"{path.relative_to(SOURCE)}"
        for path in SOURCE.rglob("templates/**/*.html")
        if re.search(r'action="[^"]*/signout"', path.read_text(encoding="utf-8"))
    ]
    assert own == []


# ---------------------------------------------------------------- optional means optional


def _refused_when_empty(tree):
    """Fields ``x`` of which a module says ``if not form.x: raise form.wrong("x", …)``."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.If):
            continue
        for test in ast.walk(node.test):
            match test:
                case ast.UnaryOp(
                    op=ast.Not(), operand=ast.Attribute(value=ast.Name(id="form"), attr=name)
                ):
                    said = [
                        c.args[0]
                        for c in ast.walk(node)
                        if isinstance(c, ast.Call) and _is(c, "wrong")
                    ]
                    if any(isinstance(one, ast.Constant) and one.value == name for one in said):
                        yield name


def _is(call, name):
    return isinstance(call.func, ast.Attribute) and call.func.attr == name


def _called_optional(tree):
    """Fields that a form of the module has with a default, and does not call needed."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.value, ast.Call):
            continue
        if getattr(node.value.func, "id", "") == "asked":
            given = {one.arg for one in node.value.keywords}
            if "default" in given and "needed" not in given:
                yield node.target.id


def test_what_a_page_calls_optional_is_not_refused_when_empty():
    """A form may stand in another module than the page that reads it; both are of one folder."""
    found, judged = [], 0
    for folder in {path.parent for path in SOURCE.rglob("*.py")}:
        trees = [tree_of(path) for path in folder.glob("*.py")]
        refused = {name for tree in trees for name in _refused_when_empty(tree)}
        optional = {name for tree in trees for name in _called_optional(tree)}
        judged += len(refused)
        found += [(folder.name, name) for name in refused & optional]
    assert judged, "the rule looks for what nobody writes any more"
    assert found == []


def all_forms():
    """Every form of every room, once its modules are there."""
    for path in SOURCE.rglob("*.py"):
        if "(Form)" in (text := path.read_text(encoding="utf-8")) or "Form):" in text:
            importlib.import_module(
                ".".join(("kazasu", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(
                    ".__init__"
                )
            )
    found, wanted = [], [Form]
    while wanted:
        below = wanted.pop().__subclasses__()
        found += [one for one in below if one.__module__.startswith("kazasu.")]
        wanted += below
    return found


def test_no_form_takes_a_letter_that_cannot_be_seen():
    """Not one of them, in no text that a person types; line feeds where the field has lines alone."""
    tried = 0
    for form in all_forms():
        for name, info in form.model_fields.items():
            asked = _asked_of(info)
            if asked is None or _kind(info) is not str:
                continue
            tried += 1
            assert form._unseen(name, "横\u202e浜") is not None, (form, name)
            assert (form._unseen(name, "一\n二") is None) is asked.lines, (form, name)
            assert form._unseen(name, "渡邉\U000e0102") is None, (form, name)
    assert tried > 40


def test_a_field_with_lines_is_drawn_with_lines():
    """And no other is: what the page offers is what the form takes."""
    drawn = set()
    for path in SOURCE.rglob("templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        drawn |= set(re.findall(r"\{\{ textarea\(\w+\.(\w+)", text))
        drawn |= set(re.findall(r'<textarea[^>]*\bname="(\w+)"', text))
    with_lines = {
        name
        for form in all_forms()
        for name, info in form.model_fields.items()
        if (asked := _asked_of(info)) and asked.lines
    }
    assert with_lines == drawn


def test_no_page_asks_in_the_browsers_own_language():
    """Date, time and number fields of the browser speak its language, and drop what they cannot read."""
    own = re.compile(r"""type=["'](?:date|time|datetime-local|month|week|number|color|range)["']""")
    found = [
        path.name
        for path in SOURCE.rglob("templates/**/*.html")
        if own.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


# ---------------------------------------------------------------- addresses of the web

ADDRESSED = re.compile(r"(^|_)ur[il]s?$")
NO_ADDRESSES = (
    "http://[", "//[", "http://\u2100.com/", "http://shop.example:port/", "http://a:99999/", "http:///x",
    "ftp://shop.example/", "javascript:alert(1)", "shop.example/callback", "http://x\x7f/",
)  # fmt: skip


def posted(form, **values):
    """The form as read from what a browser would post: every other field as it may be left."""
    return form.read(SimpleNamespace(state=SimpleNamespace(form=FormData(values))))


def test_an_address_typed_wrong_is_an_error_at_its_field():
    """In every form that takes one: neither an incident nor a page of its own."""
    tried = 0
    for form in all_forms():
        for name, info in form.model_fields.items():
            if not ADDRESSED.search(name) or _asked_of(info) is None:
                continue
            tried += 1
            for typed in NO_ADDRESSES:
                with pytest.raises(Invalid) as refused:
                    posted(form, **{name: typed})
                assert name in [one.name for one in refused.value.errors], (form, name, typed)
    assert tried >= 6


LOOKED_UP = "looked up among the person's own; what is not there is refused"
COMPARED = "compared with what this browser was given"
UNTYPED = {
    "card.phone.pages EnrolForm application_id": COMPARED,
    "card.phone.pages LostForm unlock": COMPARED,
    "card.phone.pages SettingsForm unlock": COMPARED,
    "card.phone.record_pages GetForm application": COMPARED,
    "card.phone.record_pages GetForm unlock": COMPARED,
    "card.phone.record_pages LockForm unlock": COMPARED,
    "card.phone.record_pages PresentForm do": COMPARED,
    "card.phone.record_pages PresentForm request_uri": COMPARED,
    "card.phone.record_pages PresentForm unlock": COMPARED,
    "card.phone.taps ChooseForm number": COMPARED,
    "card.phone.taps ChooseForm request": "a signed request: verified",
    "card.phone.taps PhoneTapForm request": "a signed request: verified",
    "card.phone.taps PhoneTapForm unlock": COMPARED,
    "card.terminal.pages StopForm failure": "looked up in the catalogue of faults",
    "card.terminal.pages StopForm request": "a signed request: verified",
    "card.terminal.pages TapForm request": "a signed request: verified",
    "card.terminal.reader RemoveForm back": "an address of one's own, checked",
    "foundation.web.opinions OpinionForm page": "an address of one's own, checked",
    "identity.integrators.pages SignInForm next": "an address of one's own, checked",
    "municipality.cards.pages ContinueForm case_id": LOOKED_UP,
    "municipality.cards.pages FamilyForm case_id": LOOKED_UP,
    "municipality.cards.pages SkipForm case_id": LOOKED_UP,
    "municipality.casework.pages HandForm to": LOOKED_UP,
    "municipality.casework.pages TakeForm seen": COMPARED,
    "portal.pages.questions WhereForm shown": COMPARED,
    "society.pages BackForm back": "an address of one's own, checked",
}
"""Text that nobody types, without a type of its own → what becomes of it. None is stored, and none goes into a message."""


ON_CARDS = {"town", "other_town", "block", "building", "address"}
"""Fields whose text a card, a certificate or a form will carry."""
NOT_COMPOSED = {
    **dict.fromkeys(
        (
            f"municipality.register.pages CorrectionForm {name}"
            for name in ("town", "block", "building")
        ),
        "what the register has is never composed: the service judges what was changed",
    ),
    "portal.pages.questions WhereForm town": "one of the page's own places",
}


def test_a_field_of_an_address_takes_what_a_card_can_carry():
    """－ of a Windows keyboard was registered, and the card could never be updated (jpmobile#16, japanese-address-parser#139)."""
    fields = [
        (f"{form.__module__.removeprefix('kazasu.')} {form.__name__}", name, info)
        for form in all_forms()
        for name, info in form.model_fields.items()
        if name in ON_CARDS
    ]
    assert len(fields) > 8
    assert {
        f"{form} {name}" for form, name, info in fields if ON_A_CARD not in info.metadata
    } == NOT_COMPOSED.keys()


def test_what_nobody_types_is_read_by_its_type_at_the_door():
    """A charge's number of any letters was stored, and became no message, for ever."""
    found = {
        f"{form.__module__.removeprefix('kazasu.')} {form.__name__} {name}"
        for form in all_forms()
        for name, info in form.model_fields.items()
        if _asked_of(info) is None and info.annotation is str and not info.metadata
    }
    assert found <= UNTYPED.keys(), "give it the type of what it becomes (Id, one_of, UUID)"
