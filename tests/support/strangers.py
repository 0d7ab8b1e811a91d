"""Letters of those who may not send them: whoever there is, with real keys, to a room's own inbox."""

import json
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from psycopg import sql

from kazasu.app.rooms import room_of
from kazasu.contracts.base import InstitutionId
from kazasu.exchange.carrier import operator
from kazasu.exchange.carrier.letters import TYP
from kazasu.exchange.room import tenant_of
from tests.support.messages import example, speaking_of
from tests.support.street import Street

CITY, OTHER_CITY = "city:141003", "city:011002"


@dataclass
class World:
    """Rooms with nobody in them, and everybody's keys."""

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
        case = f"case-{message_id}"
        if "case_id" in body:
            body = body | {"case_id": case}  # a letter lies in its own case's envelope
        envelope = {
            "iss": sender, "aud": to, "jti": str(message_id), "iat": self.street.clock.now().isoformat(),
            "kind": letter.kind, "case": case, "seq": 1, "body": body,
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
                "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename NOT IN ('inbox', 'alarm')",
                (room,),
            ).fetchall()
            query = sql.SQL("SELECT coalesce(json_agg(t ORDER BY t::text), '[]')::text FROM {} t")
            return {
                table: connection.execute(query.format(sql.Identifier(room, table))).fetchone()
                for (table,) in tables
            }


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
