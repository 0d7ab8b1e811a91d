"""Schemathesis over the published interface: whatever comes, no incident, and only what the document says."""

import hypothesis
import pytest
import schemathesis
import schemathesis.specs.openapi.schemas  # before threads run: pytest rewrites it, and ast is not made for two at once
from schemathesis.checks import (
    content_type_conformance,
    ignored_auth,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kazasu.identity.openapi import NOTES, PATH
from tests.identity.conftest import World
from tests.identity.parties import Relying

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
pytestmark = pytest.mark.filterwarnings("ignore")  # short keys on purpose; schemathesis' own


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock, "lab")


@pytest.fixture(scope="module")
def party(world):
    return Relying(world, "alpha")


def at_identity(application):
    """The house's application, called by the identity service's name whoever calls."""

    async def called(scope, receive, send):
        if scope["type"] == "http":
            others = [(k, v) for k, v in scope["headers"] if k != b"host"]
            scope = scope | {"headers": [*others, (b"host", b"id.localhost:8000")]}
        await application(scope, receive, send)

    return called


@pytest.fixture(scope="module")
def interface(world):
    return schemathesis.openapi.from_asgi(PATH, at_identity(world.street.application))


def test_the_document_has_every_route_that_programs_call(world):
    document = world.browser.get(f"{world.origin}{PATH}").json()
    written = {(m.upper(), path) for path, methods in document["paths"].items() for m in methods}
    assert set(NOTES) <= written
    assert written >= {("POST", "/api/sign-transactions"), ("GET", PATH)}


def fuzz(interface, examples, prepare, checks=CHECKS):
    """Every operation with generated requests; ``prepare`` puts in what no generator could know."""
    tried = 0
    for operation in (found.ok() for found in interface.get_all_operations()):

        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy())
        def one(case):
            case.call_and_validate(headers=prepare(case), checks=checks)

        one()
        tried += 1
    return tried


def test_strangers_find_no_incident(interface):
    assert fuzz(interface, 25, lambda case: {}) >= len(NOTES)


def test_a_party_with_its_secrets_finds_no_incident(world, party, interface):
    """The proof of who calls is good, everything else is anything."""
    managed = Relying(world, "gamma")

    def prepare(case):
        if "client_id" in case.path_parameters:
            case.path_parameters["client_id"] = managed.client_id
            return {"authorization": f"Bearer {managed.registered['registration_access_token']}"}
        if isinstance(case.body, dict) and "client_assertion" in case.body:
            case.body |= party.proven()
            return {}
        if "token" in case.path or "par" in case.path:
            return {}
        return {"authorization": f"Bearer {party.own('sign')}"}

    assert fuzz(interface, 12, prepare) >= len(NOTES)


def test_no_interface_with_a_token_answers_without_one(interface):
    assert fuzz(interface, 5, lambda case: {}, [ignored_auth])
