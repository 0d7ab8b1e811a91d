"""The contract of a room: what each one is held to, whatever it does. One call from its own tests:

    def test_it_keeps_the_contract_of_a_room(databases, clock):
        Contract("library", databases, clock).holds()

Each part is a walk over all that the room declares, and gives sentences that say what is wrong: **routes** × roles ×
other tenants, **tables** × audit, **letters** × wrong senders, **faults** × languages, **forms** × malformed values,
**steps** × refresh, **sign-outs** from afar, and **people** × all that they may open and send. ``tests/contracts`` walks all rooms that there are; ``tests/structure`` has the rules about the house
as a whole.
"""

import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import psycopg
from starlette.datastructures import FormData
from starlette.routing import Route

from kazasu.exchange.institution import Institution
from kazasu.exchange.street import street as whole_street
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.text import LANGUAGES, Text
from kazasu.foundation.web.acting.kept import Invalid
from kazasu.foundation.web.forms import PARTS as PARTS_OF_A_DAY
from kazasu.foundation.web.forms import Form
from kazasu.foundation.web.site import DeclaredRoute
from kazasu.identity.founding import clients_of
from kazasu.identity.service.context import SELF
from tests.structure.nets import let_off, silent_about_who_looked, table_findings
from tests.support.pages import followed, signed_in_at
from tests.support.storm import NASTY
from tests.support.strangers import World, body_of, strangers
from tests.support.street import Street
from tests.support.tables import tables_of
from tests.support.walked_in import WalkedIn, incidents_told, nobodys

PARTS = ("routes", "tables", "letters", "faults", "forms", "people", "steps", "sign_outs")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_OF_THE_FRAME = re.compile("audit_|web_session|clock_seen")
"""Tables that a look may change: its record, its session."""
NONSENSE = ({}, {"_page": "/", "request": "x", "version": "x", "pin": "1234"})


def declared_by(room: str) -> list[Institution]:
    return [one for one in whole_street() if one.schema == room]


def tenants_of(room: str) -> bool:
    return any(one.each for one in declared_by(room))


REFERENCE = re.compile(r"<strong>[0-9A-Z]{4}-[0-9A-Z]{4}</strong>")
"""Of a refusal that is told to a desk: each request has its own."""


def seen(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, REFERENCE.sub("", answer.text)


class Contract:
    """One room's. ``street``: opened already, with this room in it."""

    def __init__(self, room, databases, clock, street: Street | None = None) -> None:
        self.room = room
        self.databases = databases
        self.street = street or Street(databases, clock, room)
        self.opened = self.street.process.rooms.get(room)
        self.entries = [
            one for one in self.street.directory if self.opened and self.opened.hosts(one.host)
        ]

    def holds(self) -> None:
        """Raises AssertionError with all that does not."""
        broken = [f"{part}: {one}" for part in PARTS for one in self.broken(part)]
        assert broken == [], "\n".join(broken)

    def broken(self, part: str) -> list[str]:
        """What is wrong with one of :data:`PARTS`; nothing, where the room has no such thing."""
        return list(getattr(self, part)())

    # ------------------------------------------------------------ routes × roles × other tenants

    def pages(self) -> Iterator[tuple[Route, DeclaredRoute | None]]:
        """All addresses of the room; the declaration sits in the endpoint's closure."""
        for route in self.opened.app.routes if self.opened else ():
            if not isinstance(route, Route) or route.path in (
                "/healthz",
                "/.well-known/security.txt",
            ):
                continue
            cells = [cell.cell_contents for cell in route.endpoint.__closure__ or ()]
            yield route, next((one for one in cells if isinstance(one, DeclaredRoute)), None)

    @property
    def begins(self) -> dict[str, str]:
        """Where a session of each kind begins, as the institution declares."""
        return {k: path for one in declared_by(self.room) for k, path in one.sessions.items()}

    def routes(self) -> Iterator[str]:
        """Each says who may open it; nobody else can, nor anybody from another site."""
        for route, declared in self.pages():
            if declared is None or not declared.access.reason.strip():
                yield f"{route.path}: who may open it, and if it is public, why?"
            elif declared.access.kind not in {"", *self.begins}:
                yield f"{route.path}: no session of the kind {declared.access.kind} begins here"
            else:
                yield from self._opened_by_others(route, declared)

    def _opened_by_others(self, route: Route, declared: DeclaredRoute) -> Iterator[str]:
        path = self._path(route)
        if "POST" in declared.methods and not declared.api:
            answer = self.street.browser().post(path, headers={"origin": "http://evil.test"})
            if "web.wrong-origin" not in answer.text:
                yield f"{route.path}: takes a form of another site"
        if not (kind := declared.access.kind):
            return
        for who, browser in self._others(kind):
            for method in declared.methods:
                answer = browser.request(method, path, headers={"origin": self.origin})
                led = answer.headers.get("location", "").startswith(f"{self.begins[kind]}?next=")
                script = declared.script and answer.json()["code"] == "web.signed-out"
                if not (script or (answer.status_code == 303 and led)):
                    yield f"{method} {route.path}: {who} is not led to the sign-in ({answer.status_code})"

    def _others(self, kind: str):
        """Nobody; who is signed in as something else; who is signed in just so at another tenant."""
        yield "nobody", self.street.browser()
        here = self.entries[0].id
        for other in sorted(set(self.begins) - {kind}):
            yield f"a {other}", signed_in_at(self.street, here, self.room, other)
        for entry in self.entries[1:2] if tenants_of(self.room) else ():
            yield f"a {kind} of {entry.id}", signed_in_at(self.street, entry.id, self.room, kind)

    @property
    def origin(self) -> str:
        return self.entries[0].origin

    def _path(self, route: Route) -> str:
        path = route.path_format
        return self.origin + path.format_map(dict.fromkeys(route.param_convertors, "MV-00000000"))

    # ------------------------------------------------------------ signing out everywhere

    def sign_outs(self) -> Iterator[str]:
        """Whoever signs out everywhere is signed out here: where the service registers an address for it, this room listens."""
        registered = {one.institution: one for one in clients_of(self.street.directory)}
        for entry in self.entries:
            client = registered.get(entry.id)
            if (
                client is None or entry.id == SELF
            ):  # the service ends its own sessions in the same transaction
                continue
            if not (address := client.backchannel_logout_uri):
                yield f"{entry.id}: people sign in to it, and it hears of no sign-out"
                continue
            answer = self.street.browser().post(address, data={"logout_token": "x"})
            if answer.status_code != 400 or answer.json().get("error") != "invalid_request":
                yield f"{address}: takes no logout tokens (sign_in_of of the kit does): {answer.status_code}"

    # ------------------------------------------------------------ people × what they may open and send

    def people(self) -> Iterator[str]:
        """Whoever is signed in: nothing they send or ask for is an incident, nobody reads another's, nobody's row is written."""
        if not self.opened:
            return
        roles = tuple(dict.fromkeys(role for one in declared_by(self.room) for role in one.staff))
        walk = WalkedIn(self, roles)
        world = World(self.street, self.databases)
        before = self._held(world)
        yield from self._by_nobody()
        with psycopg.connect(self.databases.url(self.room)) as connection:
            tables = tables_of(connection, self.room)
            personal = {one.name for one in tables if "audited()" in one.policies}
        after = self._held(world)
        for table in sorted(personal & {name for name in after if after[name] != before[name]}):
            yield f"{table}: a form that nobody signed in for writes rows of people. Declare it for who is signed in, not public"
        yield from dict.fromkeys(walk.sent())
        yield from dict.fromkeys(walk.opened())
        with psycopg.connect(self.databases.url(self.room)) as connection:
            yield from nobodys(connection, self.room, tables)

    def _by_nobody(self) -> Iterator[str]:
        for route, declared in self.pages():
            if declared and not declared.api and "POST" in declared.methods:
                with incidents_told() as told:
                    for data in NONSENSE:
                        self.street.browser().post(
                            self._path(route), data=data, headers={"origin": self.origin}
                        )
                for one in dict.fromkeys(told):
                    yield f"POST {route.path} by nobody is an incident: {one}"

    # ------------------------------------------------------------ tables × audit

    def tables(self) -> Iterator[str]:
        """Audited, tenant-bound, free of numbers; nobody's but the room's; no time of their own; who looked is told."""
        with psycopg.connect(self.databases.url(self.room)) as connection:
            tables = tables_of(connection, self.room)
            yield from self._of_roles(connection, tables)
        found = table_findings(self.room, tables, tenants=tenants_of(self.room))
        yield from map(str, let_off(found))
        yield from map(str, silent_about_who_looked(self.room, self.opened, tables))
        for table in tables:
            if table.owner != f"{self.room}_owner":
                yield f"{table.name} is {table.owner}'s"
            for key in table.keys:
                if table.tenant and table.tenant not in key:  # rows are spread by it (design §5)
                    yield f"{table.name}{key}: a key without the tenant"

    def _of_roles(self, connection: psycopg.Connection, tables) -> Iterator[str]:
        room, other = self.room, "portal" if self.room != "portal" else "jpki"
        asked = """SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
                          OR pg_has_role(rolname, %(owner)s, 'MEMBER') FROM pg_roles WHERE rolname = %(room)s"""
        names = {"room": room, "owner": f"{room}_owner"}
        if connection.execute(asked, names).fetchone() != (False,):
            yield f"the role {room} may more than use the tables"
        logs_in = "SELECT rolcanlogin FROM pg_roles WHERE rolname = %(owner)s"
        if connection.execute(logs_in, names).fetchone() != (False,):
            yield f"{room}_owner can log in"
        for (default,) in connection.execute(
            """SELECT d.adrelid::regclass::text FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
               WHERE c.relnamespace = %(room)s::regnamespace AND c.relname !~ '^(procrastinate|_?yoyo)'
                 AND pg_get_expr(d.adbin, d.adrelid) ~* '(now\\(|current_(date|timestamp)|clock_timestamp)'""",
            names,
        ):
            yield f"{default}: a default that tells the time past the country's clock"
        with psycopg.connect(self.databases.url(other)) as elsewhere:
            reach = """SELECT has_schema_privilege(%s, %s, 'USAGE') OR has_schema_privilege(%s, 'public', 'CREATE')"""
            if elsewhere.execute(reach, (room, other, room)).fetchone() != (False,):
                yield f"{room} reaches into {other}"

    # ------------------------------------------------------------ letters × wrong senders

    def letters(self) -> Iterator[str]:
        """One of each kind that may not send it, and another tenant than it names: it waits, and nothing changes."""
        world = World(self.street, self.databases)
        process = self.street.process
        for letter in self.opened.letters if self.opened else ():
            to, body = world.receiver(self.room), body_of(letter, world.everybody)
            before, sent = world.rows(self.room), {}
            for stranger in strangers(letter, world.everybody):
                message_id, sealed = world.sealed(letter, body, stranger, to)
                process.deliver(to, sealed)
                sent[message_id] = stranger
            process._inboxes[self.room].retry(process.institution(to), everything=True)
            waiting = world.waiting(to)
            for message_id, stranger in sent.items():
                if waiting.get(message_id) != "exchange.wrong-sender":
                    yield f"{letter.kind} of {stranger} does not wait as a wrong sender's"
            if not sent or world.rows(self.room) != before:
                yield f"{letter.kind}: nobody may not send it, or a stranger's changes something"

    # ------------------------------------------------------------ faults × languages

    def faults(self) -> Iterator[str]:
        """What happened and what to do, in both languages, of the same facts; whole after it travelled."""
        names = {self.room} | {one.package.rpartition(".")[2] for one in declared_by(self.room)}
        for code, fault in CATALOGUE.items():
            if code.partition(".")[0] not in names:
                continue
            places = [_places(text) for text in (fault.title, fault.todo)]
            if any(_bare(ja) != _bare(en) for ja, en in places):
                yield f"{code}: its languages tell different facts"
            for text in (fault.title, fault.todo):
                if not _JAPANESE.search(text.ja) or 3 * len(_JAPANESE.findall(text.en)) > len(
                    text.en
                ):
                    yield f"{code}: {text.ja} / {text.en} are not the two languages"
            facts = dict.fromkeys(set().union(*(ja | en for ja, en in places)), "x")
            refusal = Refusal(fault, **facts)
            if Refusal.of(refusal.to_document()).title != refusal.title:
                yield f"{code}: says something else after it travelled"

    # ------------------------------------------------------------ forms × malformed values

    def forms(self) -> Iterator[str]:
        """Whatever stands in a field: the values, or what is wrong in both languages; never an incident."""
        for form in self._forms():
            for name in form.model_fields:
                for value in NASTY:
                    posted = [(name, value), (f"{name}-x", value)]
                    posted += [(f"{name}-{part}", value) for part in PARTS_OF_A_DAY]
                    if wrong := _misread(form, FormData(posted)):
                        yield f"{form.__name__}.{name} of {value[:20]!r}: {wrong}"

    def _forms(self) -> list[type[Form]]:
        """All that are declared in the room's package, once its modules are there."""
        packages = [one.package for one in declared_by(self.room)]
        for package in packages:
            inside = importlib.import_module(package).__path__
            for module in pkgutil.walk_packages(inside, f"{package}."):
                importlib.import_module(module.name)
        found, wanted = [], [Form]
        while wanted:
            below = wanted.pop().__subclasses__()
            wanted += below
            found += [one for one in below if one.__module__.startswith(tuple(packages))]
        return found

    # ------------------------------------------------------------ steps × refresh

    def steps(self) -> Iterator[str]:
        """A POST of anything ends in a redirect; the page that it leads to is the same again, and changes nothing."""
        landed = []
        for route, declared in self.pages():
            if declared is None or declared.api or "POST" not in declared.methods:
                continue
            if declared.methods != ("POST",):
                yield f"{route.path}: looking and acting are two pages"
            for data in NONSENSE:
                yield from self._sent(route, declared, data, landed)
        world = World(self.street, self.databases)
        before = self._held(world)
        for browser, first in landed:
            again = browser.get(str(first.url))
            if seen(again) != seen(first):
                yield f"refreshed, {first.url} is another page"
        if self._held(world) != before:
            yield "refreshing the pages behind its forms changes what the room holds"

    def _sent(self, route: Route, declared: DeclaredRoute, data, landed: list) -> Iterator[str]:
        browser = self.street.browser()
        answer = browser.post(self._path(route), data=data, headers={"origin": self.origin})
        if declared.script:
            wanted = "application/json" if answer.is_success else "application/problem+json"
            if answer.headers["content-type"] != wanted:
                yield f"{route.path}: a script is answered with {answer.headers['content-type']}"
            return
        if answer.status_code == 429 and "retry-after" in answer.headers:
            return  # so many at once are told so before anything is read
        if answer.status_code != 303 or answer.content or "1234" in answer.headers["location"]:
            yield f"{route.path}: a POST answers with a bare redirect ({answer.status_code})"
            return
        first = followed(browser, answer)
        landed.append((browser, first))
        if "web.unexpected" in first.text:
            yield f"{route.path}: what it does ends in an incident"

    def _held(self, world: World):
        rows = world.rows(self.room)
        return {name: held for name, held in rows.items() if not _OF_THE_FRAME.match(name)}


def _places(text: Text) -> tuple[set[str], set[str]]:
    """The facts that each language tells."""
    ja, en = (
        {name for _, name, _, _ in string.Formatter().parse(text.to(one)) if name}
        for one in LANGUAGES
    )
    return ja, en


def _bare(places: set[str]) -> set[str]:
    """``city_ja`` and ``city_en`` are one fact, told to each language."""
    return {re.sub("_(ja|en)$", "", one) for one in places}


def _misread(form: type[Form], posted: FormData) -> str:
    request = SimpleNamespace(state=SimpleNamespace(form=posted, typed={}))
    try:
        form.read(request)
    except Invalid as invalid:
        silent = [one.name for one in invalid.errors if not (one.message.ja and one.message.en)]
        return f"{silent} is refused without a word" if silent else ""
    except Refusal:
        return ""
    except Exception as error:
        return repr(error)
    return ""
