"""Whatever a stranger sends to any route of any room is no incident: schemathesis over all that is declared.

What the identity service publishes is held to its own document besides (``identity/test_fuzz.py``); the other rooms'
routes have no document, so one is made here of the declarations, and of the names that the code looks for.
"""

import re
from pathlib import Path

import hypothesis
import pytest
import schemathesis
import schemathesis.specs.openapi.schemas  # before threads run: pytest rewrites it, and ast is not made for two at once
from starlette.routing import Route

from kazasu.foundation.web.site import DeclaredRoute
from tests.support.street import Street

SOURCES = Path(__file__).parents[2] / "src" / "kazasu"
FOLDERS = {
    "terminal": ["card/terminal"],
    "phone": ["card/phone"],
    "bank": ["business"],
    "pay": ["business"],
    "identity": ["identity", "lab"],
}
ASKED = re.compile(r"""(?:query_params|form)(?:\.get|\.getlist)?[\[(]"([\w-]+)\"""")
EXAMPLES = 3
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def street(module_databases):
    made = Street(module_databases, module_databases.clock)
    (made.settings.data / "tray.json").write_text("[]")  # founding lays the cards down
    return made


def declared_of(room):
    for route in room.app.routes:
        if isinstance(route, Route):
            for cell in route.endpoint.__closure__ or ():
                if isinstance(cell.cell_contents, DeclaredRoute):
                    yield cell.cell_contents


def names_of(room):
    """What this room's code looks for in queries and forms."""
    folders = [SOURCES / folder for folder in FOLDERS.get(room, [room])]
    files = (file for folder in folders for file in folder.rglob("*.py"))
    return sorted({name for file in files for name in ASKED.findall(file.read_text("utf-8"))})


def document_of(room, name):
    fields = {field: {"type": "string"} for field in names_of(name)}
    body = {"type": "object", "properties": fields}
    anything = {"type": "string", "format": "binary"}
    paths = {}
    for declared in declared_of(room):
        path = re.sub(r"{(\w+):\w+}", r"{\1}", declared.path)
        parameters = [
            {
                "name": part,
                "in": "path",
                "required": True,
                "schema": {"type": "string", "minLength": 1},
            }
            for part in re.findall(r"{(\w+)}", path)
        ] + [{"name": field, "in": "query", "schema": schema} for field, schema in fields.items()]
        for method in declared.methods:
            operation = {"parameters": parameters, "responses": {"default": {"description": ""}}}
            if method in ("POST", "PUT"):
                operation["requestBody"] = {"content": {
                    "application/x-www-form-urlencoded": {"schema": body},
                    "application/json": {"schema": {}},
                    "application/octet-stream": {"schema": anything},
                }}  # fmt: skip
            paths.setdefault(path, {})[method.lower()] = operation
    return {"openapi": "3.0.3", "info": {"title": name, "version": "1"}, "paths": paths}


def at(host, application):
    """The house's application, called by this room's name."""

    async def called(scope, receive, send):
        if scope["type"] == "http":
            others = [(k, v) for k, v in scope["headers"] if k not in (b"host", b"origin")]
            own = [(b"host", f"{host}:8000".encode()), (b"origin", f"http://{host}:8000".encode())]
            scope = scope | {"headers": [*others, *own]}
        await application(scope, receive, send)

    return called


def rooms(street):
    for name, room in street.process.rooms.items():
        yield name, room, next(e.host for e in street.directory if room.hosts(e.host))


def test_every_room_is_tried(street):
    incidents = {}
    tried = {
        name: fuzzed(street, room, name, host, incidents) for name, room, host in rooms(street)
    }
    assert incidents == {}
    assert sum(tried.values()) > 200, tried
    silent = {name for name, room, _ in rooms(street) if not list(declared_of(room))}
    assert {name for name, count in tried.items() if not count} == silent


def fuzzed(street, room, name, host, incidents):
    """How many operations were tried. 503 is no incident: somebody who is needed is not there, and it says so."""
    interface = schemathesis.openapi.from_dict(document_of(room, name))
    interface.app = at(host, street.application)
    operations = [found.ok() for found in interface.get_all_operations()]
    for operation in operations:

        @hypothesis.settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )  # fmt: skip
        @hypothesis.given(case=operation.as_strategy())
        def one(case):
            answer = case.call()
            if answer.status_code >= 500 and answer.status_code != 503:
                incidents.setdefault(f"{name}: {case.method} {case.path}", case.as_curl_command())

        one()
    return len(operations)
