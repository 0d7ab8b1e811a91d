"""What is said of a person's registration: of each letter, by what it is ordered, so that none that came later undoes one that came before."""

import ast
from pathlib import Path

import pytest

import kazasu
from kazasu.contracts.base import Letter
from tests.support.messages import kinds
from tests.support.sources import tree_of

CITY = "what one city says of one person: the carrier's case is the person"
MOVE = "what is said of one move: the carrier's case is the move"
EPOCH = "the network's count of what it decided of the person: an older one changes nothing"
TIME = "the time at which the city wrote it: an older one changes nothing"
ONCE = "said once of somebody, whatever else is said of them"

ORDERED_BY = {
    "jukinet/registration-changed/1": CITY,
    "jukinet/transfer-opened/1": MOVE,
    "jukinet/departure-effective/1": MOVE,
    "jukinet/transfer-consumed/1": EPOCH,
    "jukinet/death-told/1": ONCE,
    "municipality/notice-of-moved-in/1": EPOCH,
    "jpki/person-changed/1": EPOCH,
    "jpki/card-not-continued/1": EPOCH,
    "jpki/protection-changed/1": TIME,
}
"""Of all that name somebody by their resident record code. Of a move and of a person: what may pass whom is in tests/jukinet/test_what_cities_tell.py."""
FIELD = {MOVE: "case_id", EPOCH: "epoch", TIME: "at"}
BY_TOKEN = {"jukinet/departure-effective/1"}
"""Of a move by its token; the case is that of the envelope."""


def about_registrations():
    return [one for one in kinds(Letter) if "resident_record_code" in one.model_fields]


def test_of_each_it_is_said():
    assert {one.kind for one in about_registrations()} == set(ORDERED_BY)


@pytest.mark.parametrize("letter", about_registrations(), ids=lambda one: one.__name__)
def test_what_orders_it_is_in_it(letter):
    field = FIELD.get(ORDERED_BY[letter.kind])
    if field is not None and letter.kind not in BY_TOKEN:
        assert field in letter.model_fields


def test_what_a_city_says_of_a_person_is_written_in_one_place():
    """There its case is the person's; a second place would have a case of its own, and pass by."""
    root = Path(kazasu.__file__).parent
    written = [
        f"{path.relative_to(root)}"
        for path in sorted(root.rglob("*.py"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "RegistrationChanged"
    ]
    assert written == ["municipality/hall/context.py"]
