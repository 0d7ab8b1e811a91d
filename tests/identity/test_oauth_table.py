"""The table of OAuth refusals: whole, each row raised somewhere, each with its place among an endpoint's checks."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import kazasu.identity.oauth
from kazasu.identity.clients import model
from kazasu.identity.clients.model import Registration
from kazasu.identity.oauth import client, registration, request, token
from kazasu.identity.oauth.client import CRIT, single
from kazasu.identity.oauth.model import TABLE, OAuthError, OAuthFault, row
from kazasu.lab.inspector.steps import STEPS
from kazasu.lab.personas import faults as played
from tests.support.sources import tree_of

SOURCE = Path(kazasu.__path__[0])
MODULES = (client, request, token, registration, played)
ROWS = {
    fault.code: name
    for module in MODULES
    for name, fault in vars(module).items()
    if isinstance(fault, OAuthFault)
}


def loaded():
    """Every name that the code loads, by itself or as an attribute."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                yield node.id


def test_the_modules_of_the_table_are_all_looked_at():
    names = {m.name for m in pkgutil.iter_modules(kazasu.identity.oauth.__path__)} - {"model"}
    assert {importlib.import_module(f"kazasu.identity.oauth.{n}") for n in names} < {*MODULES}
    assert ROWS.keys() == TABLE.keys()
    assert len(ROWS) > 75


def test_every_row_is_raised_by_something():
    names = set(loaded())
    assert {code for code, name in ROWS.items() if name not in names} == set()


@pytest.mark.parametrize("code", sorted(TABLE))
def test_a_row_says_what_to_change_in_both_languages(code):
    fault = TABLE[code]
    assert fault.hint.ja
    assert fault.hint.en.isascii() or not fault.hint.en.isspace()
    assert fault.hint.ja != fault.hint.en
    assert fault.error.replace("_", "").isalpha()
    assert fault.status in (400, 401)


def test_every_check_is_a_step_of_an_endpoint():
    """A registration has a page of its own, and a tap that came to nothing is no request's fault."""
    placed = {check for checks in STEPS.values() for check in checks}
    elsewhere = {registration.REGISTRATION, request.TAPPED}
    assert {fault.check for fault in TABLE.values()} <= placed | elsewhere


def test_a_code_stands_for_one_row():
    with pytest.raises(ValueError, match=CRIT.code):
        row(CRIT.code, "invalid_client", "x", CRIT.check, "あ", "a")
    with pytest.raises(ValueError, match="not-ascii"):
        row("not-ascii", "invalid_client", "é", CRIT.check, "あ", "a")
    assert "not-ascii" not in TABLE


def test_an_error_carries_its_row_and_what_differs():
    with pytest.raises(OAuthError) as refused:
        single([("scope", "a"), ("scope", "b")])
    assert refused.value.fault is client.REPEATED
    assert refused.value.description == "parameter scope is repeated"
    assert str(refused.value) == "invalid_request: parameter scope is repeated"


@pytest.mark.parametrize(
    ("changes", "member", "error"),
    [
        ({"client_name": "a\u202eb"}, "client_name", "invalid_client_metadata"),
        ({"contact": "a\nb"}, "contact", "invalid_client_metadata"),
        ({"redirect_uris": ["http://shop.example/"]}, "redirect_uris", "invalid_redirect_uri"),
        ({"post_logout_redirect_uris": ["x"]}, "post_logout_redirect_uris", "invalid_redirect_uri"),
        ({"events_uri": "http://shop.example/"}, "events_uri", "invalid_client_metadata"),
        ({"events_uri": "https://other.example/"}, "events_uri", "invalid_client_metadata"),
        ({"scope": "openid resident"}, "scope", "invalid_client_metadata"),
        ({"purposes": {"name": ["x"]}, "scope": "name"}, "purposes", "invalid_client_metadata"),
        ({"jwks": {"keys": []}}, "jwks", "invalid_client_metadata"),
    ],
)
def test_a_registration_that_is_refused_names_the_member(changes, member, error):
    """The form says it beside the field of that member, whatever the description's words are."""
    given = {"client_name": "X", "redirect_uris": ["https://rp.example/cb"], "jwks": {"keys": []}}
    with pytest.raises(OAuthError) as refused:
        model.check(Registration.model_validate(given | changes))
    assert (refused.value.member, refused.value.error) == (member, error)
