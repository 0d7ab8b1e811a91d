"""The street: every room declares its institution, and whatever must name an institution names all of them."""

from pathlib import Path

import pytest

import kazasu
from kazasu.app.rooms import ROOMS, Selection, room_of, select
from kazasu.contracts.base import InstitutionId
from kazasu.exchange.institution import Institution, by_kind
from kazasu.exchange.street import street
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from tests.structure.nets import undeclared

ROOT = Path(__file__).parents[2]
SOURCE = Path(kazasu.__file__).parent


def packages_with(name):
    frame = {"exchange", "kit", "app", "contracts"}
    return {
        str(file.parent.relative_to(SOURCE)).replace("/", ".")
        for file in SOURCE.rglob(name)
        if file.relative_to(SOURCE).parts[0] not in frame
    }


def test_every_package_with_a_room_declares_its_institution():
    declared = {one.room for one in street()}
    found = undeclared(SOURCE, declared)
    assert found == [], "\n".join(map(str, found))
    assert packages_with("room.py") == declared
    assert packages_with("institution.py") == declared


@pytest.mark.parametrize("one", street(), ids=lambda one: one.id)
def test_a_declaration_is_whole(one):
    assert one.folder.is_dir()
    assert InstitutionId(one.id).kind == one.id
    assert one.name.ja.strip()
    assert one.name.en.strip()
    assert bool(one.client) == bool(one.sessions), (
        "who signs in has a session, and the other way round"
    )
    assert all(path.startswith("/") for path in one.sessions.values())
    assert not one.lives_with or one.lives_with in {other.id for other in street()}


def test_no_two_share_an_address_or_a_schema():
    assert (
        len({one.host for one in street()})
        == len({one.schema for one in street()})
        == len(street())
    )
    with pytest.raises(ValueError, match="two institutions"):
        by_kind(
            [
                Institution(id="bank", room=room, host="x", name=Text("x", "x"), mark="party")
                for room in ("a", "b")
            ]
        )


@pytest.mark.parametrize("document", ["README.md", "README.ja.md"])
def test_the_readme_names_every_address_that_people_open(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for one in street():
        if one.sessions and not one.each:
            assert f"http://{one.host}.localhost:8000" in text, f"{document}: {one.host} is missing"


def test_architecture_names_every_package():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for one in street():
        assert f"| `{one.package.split('.')[1]}` |" in text, (
            f"docs/architecture.md: no row for {one.package}"
        )


class TestSelection:
    def test_names_of_rooms_and_of_institutions(self):
        assert select(["portal"]) == Selection(("portal",))
        assert select(["city:141003", "city:011002"]) == Selection(
            ("municipality",), {"municipality": frozenset({"141003", "011002"})}
        )
        assert select([]).rooms == tuple(ROOMS)

    def test_who_lives_here(self):
        here = select(["portal", "city:141003"])
        assert here.houses("portal")
        assert here.houses("city:141003")
        assert not here.houses("city:011002")
        assert not here.houses("bank")
        assert select(["municipality"]).houses("city:011002")

    @pytest.mark.parametrize(
        "name", ["", "nobody", "city:../../x", "CITY:1", "portal\x00", "a" * 99]
    )
    def test_what_names_nobody_is_refused_and_houses_nobody(self, name):
        assert room_of(name) == ""
        assert not select([]).houses(name)
        with pytest.raises(Refusal, match=r"app\.unknown-room"):
            select([name])
