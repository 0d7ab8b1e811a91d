"""Every letter of every room: who may send it is somebody, and theirs is handed to the room.

That nobody else's is belongs to each room's contract (``tests/contracts``).
"""

import pytest

from kazasu.contracts.base import Inquiry, InstitutionId, Letter
from kazasu.exchange.carrier.letters import Inbox
from kazasu.exchange.room import tenant_of
from tests.support.messages import kinds
from tests.support.strangers import World, body_of, rightful
from tests.support.street import Street


@pytest.fixture(scope="module")
def world(module_databases):
    return World(Street(module_databases, module_databases.clock), module_databases)


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
