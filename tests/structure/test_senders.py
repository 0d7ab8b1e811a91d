"""Every letter of every room, from everybody who may not send it: it waits and changes nothing."""

import json
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from kazasu.app.rooms import room_of
from kazasu.contracts.base import Inquiry, InstitutionId, Letter
from kazasu.exchange.carrier import operator
from kazasu.exchange.carrier.letters import TYP, Inbox
from kazasu.exchange.room import tenant_of
from tests.support.messages import example, kinds, speaking_of
from tests.support.street import Street

CITY, OTHER_CITY = "city:141003", "city:011002"


@dataclass
class World:
    """All rooms, with nobody in them, and everybody's keys."""

    street: Street
    databases: object

    @property
    def everybody(self):
        return [entry.id for entry in self.street.directory]

    def room_of(self, letter):
        (name,) = [
            name for name, room in self.street.process.rooms.items() if letter in room.letters
        ]
        return name

    def receiver(self, room):
        """An institution of this room that is none of the two cities that write, if it can be."""
        return min(
            (one for one in self.everybody if room_of(one) == room),
            key=lambda one: one in (CITY, OTHER_CITY),
        )

    def sealed(self, letter, body, sender, to):
        message_id = uuid4()
        envelope = {
            "iss": sender, "aud": to, "jti": str(message_id), "iat": self.street.clock.now().isoformat(),
            "kind": letter.kind, "case": f"case-{message_id}", "seq": 1, "body": body,
        }  # fmt: skip
        payload = json.dumps(envelope).encode()
        return message_id, self.street.process.institution(sender).seal(payload, TYP, to)

    def waiting(self, to):
        database = self.street.process.prepared.databases[room_of(to)]
        rows = database.read("test", operator.waiting, tenant=tenant_of(to))
        return {row.message_id: row.fault for row in rows}

    def rows(self, room):
        """All that the room holds, but for what waits."""
        with psycopg.connect(self.databases.url(room)) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'inbox'",
                (room,),
            ).fetchall()
            query = sql.SQL("SELECT coalesce(json_agg(t ORDER BY t::text), '[]')::text FROM {} t")
            return {
                table: connection.execute(query.format(sql.Identifier(room, table))).fetchone()
                for (table,) in tables
            }


@pytest.fixture(scope="module")
def world(module_databases):
    return World(Street(module_databases, module_databases.clock), module_databases)


def rightful(letter, everybody):
    return CITY if "city" in letter.senders else next(o for o in everybody if o in letter.senders)


def body_of(letter, everybody):
    speaker = rightful(letter, everybody)
    return speaking_of(letter, letter.named_in, speaker) if letter.named_in else example(letter)


def strangers(letter, everybody):
    """One of each kind that may not send it, and another city than the one that it names."""
    of_kind = {InstitutionId(one).kind: one for one in everybody}
    others = [one for kind, one in of_kind.items() if kind not in letter.senders]
    return [*others, OTHER_CITY] if letter.named_in else others


def test_all_letters_of_all_rooms_are_in_the_treaties(world):
    handled = {letter for room in world.street.process.rooms.values() for letter in room.letters}
    assert handled == set(kinds(Letter))


@pytest.mark.parametrize("message", [*kinds(Letter), *kinds(Inquiry)], ids=lambda m: m.__name__)
def test_who_may_speak_exists(world, message):
    known = {InstitutionId(one).kind for one in world.everybody}
    speakers = getattr(message, "senders", None) or message.askers
    assert isinstance(speakers, tuple)
    assert set(speakers) <= known, f"{message.kind}: nobody is called so"


@pytest.mark.parametrize("letter", kinds(Letter), ids=lambda m: m.__name__)
def test_a_strangers_letter_waits_and_changes_nothing(world, letter):
    room = world.room_of(letter)
    to, body = world.receiver(room), body_of(letter, world.everybody)
    before = world.rows(room)
    sent = set()
    for stranger in strangers(letter, world.everybody):
        message_id, sealed = world.sealed(letter, body, stranger, to)
        assert world.street.process.deliver(to, sealed), "no receipt"
        sent.add(message_id)
    assert len(sent) > len(world.street.process.rooms) - 3
    world.street.process._inboxes[room].retry(world.street.process.institution(to), everything=True)
    waiting = world.waiting(to)
    assert {waiting.get(one) for one in sent} == {"exchange.wrong-sender"}
    assert world.rows(room) == before


@pytest.mark.parametrize("letter", kinds(Letter), ids=lambda m: m.__name__)
def test_the_same_letter_of_its_sender_is_handed_to_the_room(world, letter):
    room, taken = world.room_of(letter), []
    to = world.receiver(room)
    database = world.street.process.prepared.databases[room]
    inbox = Inbox(database, {letter: lambda _, body, __: taken.append(body)}, tenant_of)
    _, sealed = world.sealed(
        letter, body_of(letter, world.everybody), rightful(letter, world.everybody), to
    )
    inbox.receive(world.street.process.institution(to), sealed)
    assert [type(body) for body in taken] == [letter]
