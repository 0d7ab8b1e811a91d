"""What was reviewed is what is signed: every page that leads to a signature compares what it showed with what it sends."""

import ast
from pathlib import Path

from tests.support.sources import tree_of

SOURCE = Path(__file__).parents[2] / "src" / "kazasu"


def signing_pages():
    """``(file:function, whether it compares before)`` of each that has a document of its own signed."""
    for path in SOURCE.rglob("pages/*.py"):
        for function in (
            one for one in ast.walk(tree_of(path)) if isinstance(one, ast.FunctionDef)
        ):
            calls = [one.func for one in ast.walk(function) if isinstance(one, ast.Call)]
            names = {getattr(one, "attr", getattr(one, "id", "")) for one in calls}
            if "begin_signature" in names:
                yield f"{path.relative_to(SOURCE)}:{function.name}", "must_be_reviewed" in names


def test_no_page_signs_what_it_did_not_show():
    """A second tab changes what this one still shows. Consents are not of these: their words are the same for everybody."""
    found = dict(signing_pages())
    assert {one.partition(":")[0] for one in found} >= {
        "portal/pages/wizard.py", "business/bank/pages/opening.py", "business/bank/pages/transfers.py",
    }, "seen at all"  # fmt: skip
    assert [one for one, compares in found.items() if not compares] == []


def test_every_signature_begins_on_a_page():
    """Where this net looks."""
    begun = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if ".begin_signature(" in path.read_text(encoding="utf-8") and path.parent.name != "pages"
    }
    assert begun == {"kit/signin.py"}, "its own documentation"
