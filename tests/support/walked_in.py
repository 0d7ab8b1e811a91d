"""The walks of somebody who is signed in, for the contract of a room: what its pages show and do for people who are there.

Everything is asked of the room itself: its pages, the names that they look for in a query, the forms that they take. What a page
raises is told with its words, for a mistake of a room is an incident (``kazasu.foundation.actions``) and says there what to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

import httpx
from starlette.datastructures import ImmutableMultiDict, QueryParams

from kazasu.exchange.room import tenant_of
from kazasu.foundation.web.access import DESK
from kazasu.foundation.web.edge import failures
from kazasu.kit.staff import Member, employ
from tests.structure.nets import CARRIER, PEOPLE
from tests.support.pages import followed, signed_in_at

MALFORMED = ("x", "", "²", "-1", "9" * 5000, "2027-02-30", "not-a-uuid")
"""Of what stands in a query: neither number, nor date, nor id, for whoever reads it raw."""
ANYTHING = ({}, {"_page": "/", "request": "x", "version": "x", "pin": "1234"})


@dataclass
class Somebody:
    """Who is signed in: what they are called here, and with what browser."""

    name: str
    kind: str
    subject: str
    browser: httpx.Client


@contextmanager
def incidents_told():
    """A list that fills with what pages raise and nobody caught: one sentence each."""
    told = []

    class Listening:
        def error(self, event, *, exc_info=None, **_):
            told.append(f"{type(exc_info).__name__}: {exc_info}" if exc_info else event)

        def warning(self, *_, **__):
            pass

    with patch.object(failures, "log", Listening()):
        yield told


@contextmanager
def names_asked_for():
    """A set that fills with the names that pages look for in queries."""
    asked = set()
    item, several = ImmutableMultiDict.__getitem__, ImmutableMultiDict.getlist

    def one(self, key):
        if isinstance(self, QueryParams):
            asked.add(key)
        return item(self, key)

    def all_of(self, key):
        if isinstance(self, QueryParams):
            asked.add(key)
        return several(self, key)

    with (
        patch.object(ImmutableMultiDict, "__getitem__", one),
        patch.object(ImmutableMultiDict, "getlist", all_of),
    ):
        yield asked


@dataclass
class WalkedIn:
    """``contract``: the room's (:class:`tests.support.room_contract.Contract`), whose ``begins`` says which sessions there are."""

    contract: object
    roles: tuple[str, ...]
    """Of the desk."""
    _somebody: dict[str, list[Somebody]] = field(default_factory=dict)

    def people(self, kind: str) -> list[Somebody]:
        """Two persons for each kind. Of a desk: nobody's post with a session that says all roles; a post without a role; one
        for each role alone; one with all."""
        if kind not in self._somebody:
            made = self._staff() if kind == DESK else self._persons(kind)
            self._somebody[kind] = list(made)
        return self._somebody[kind]

    def _persons(self, kind: str) -> Iterator[Somebody]:
        for letter in ("a", "b"):
            subject = f"{kind}-{letter}-of-the-contract"
            # The identity service's own sessions know the person besides by its reference.
            yield self._signed_in(
                f"{kind} {letter}", kind, subject, name=f"（{letter}）", person_ref=subject
            )

    def _staff(self) -> Iterator[Somebody]:
        yield self._clerk("somebody without a post", "none-of-the-contract", self.roles)
        posts = {"a clerk without roles": ()} | {f"a clerk who is {r}": (r,) for r in self.roles}
        members = []
        for n, (name, roles) in enumerate(posts.items()):
            members.append(Member(f"post-{n}-of-the-contract", "職員", list(roles), f"post-{n}"))
            yield self._clerk(name, members[-1].staff_id, roles)
        founder = self.contract.databases.founder(self.contract.room)
        founder.run("contract", lambda tx: employ(tx, members), tenant=self.tenant)

    @property
    def tenant(self) -> str:
        return tenant_of(self.contract.entries[0].id)

    def _clerk(self, name, staff_id, roles) -> Somebody:
        return self._signed_in(name, DESK, staff_id, name="職員", roles=list(roles))

    def _signed_in(self, who, kind, subject, **data) -> Somebody:
        browser = signed_in_at(
            self.contract.street, self.contract.entries[0].id, self.contract.room, kind, subject, **data
        )  # fmt: skip
        return Somebody(who, kind, subject, browser)

    # ------------------------------------------------------------ pages and forms of those who are there

    def pages(self, method: str) -> Iterator[tuple[object, object]]:
        """Routes for people who are signed in, and those for everybody."""
        for route, declared in self.contract.pages():
            if declared and not declared.api and method in declared.methods:
                yield route, declared

    def opened(self) -> Iterator[str]:
        """Each page, by each who may open it, with each value that nobody would write into its query."""
        for kind in self.contract.begins:
            for somebody in self.people(kind):
                yield from self._looked(somebody, malformed=somebody is self.people(kind)[-1])

    def _looked(self, somebody: Somebody, *, malformed: bool) -> Iterator[str]:
        for route, declared in self.pages("GET"):
            if declared.access.kind not in {somebody.kind, ""}:
                continue
            path = self.contract._path(route)
            yield from self._answered(route, somebody, path, {})
            if malformed and declared.access.kind:
                yield from self._malformed(route, somebody, path)

    def _malformed(self, route, somebody: Somebody, path: str) -> Iterator[str]:
        """What it asks for may hang on what it was told: until it asks for no other name."""
        tried: set[str] = set()
        with names_asked_for() as asked:
            somebody.browser.get(path)
            while ahead := sorted(asked - tried - {"lang", "kept"}):
                tried |= set(ahead)
                for value in MALFORMED:
                    for name in ahead:
                        yield from self._answered(route, somebody, path, {name: value})
                    yield from self._answered(route, somebody, path, dict.fromkeys(tried, value))

    def _answered(self, route, somebody: Somebody, path: str, query: dict) -> Iterator[str]:
        with incidents_told() as told:
            answer = somebody.browser.get(path, params=query)
        shown = {name: value[:20] for name, value in query.items()}
        for one in dict.fromkeys(told):
            yield f"GET {route.path} {shown or ''} by {somebody.name} is an incident: {one}"
        if somebody.kind != DESK:
            others = [one for one in self.people(somebody.kind) if one is not somebody]
            for other in others:
                if other.subject in answer.text:
                    yield f"GET {route.path}: {somebody.name} reads a row of {other.name}: ask for the session's own person in WHERE"

    def sent(self) -> Iterator[str]:
        """Each form by each who may send it, with nothing that is right in it; then everybody looks."""
        for route, declared in self.pages("POST"):
            for kind in self.contract.begins:
                if declared.access.kind not in {kind, ""}:
                    continue
                for somebody in self.people(kind):
                    yield from self._sent(route, somebody)

    def _sent(self, route, somebody: Somebody) -> Iterator[str]:
        if "sign" in route.path and "out" in route.path:  # who has left sees nothing more
            return
        for data in ANYTHING:
            with incidents_told() as told:
                answer = somebody.browser.post(
                    self.contract._path(route), data=data, headers={"origin": self.contract.origin}
                )
                if answer.status_code == 303 and "://" not in answer.headers["location"]:
                    followed(somebody.browser, answer)
            for one in dict.fromkeys(told):
                yield f"POST {route.path} by {somebody.name} is an incident: {one}"


def nobodys(connection, room, tables) -> Iterator[str]:
    """Rows of nobody: a column that names a person, and is empty."""
    for table in (one for one in tables if one.name not in CARRIER):
        for column in sorted(PEOPLE & set(table.columns)):
            if connection.execute(
                f'SELECT 1 FROM "{room}"."{table.name}" WHERE "{column}"::text = %s LIMIT 1', ("",)
            ).fetchone():
                yield (
                    f"{room}.{table.name} holds a row whose {column} is empty: whose is it? A page that writes it is for who is "
                    "signed in, never public"
                )
