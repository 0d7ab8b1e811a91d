"""町字ID where the city has taken the Address Base Registry: at the desk and in what the city tells others; and nothing where it has not."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from kazasu.contracts.municipality import Address
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.places import tables
from kazasu.foundation.values.places.importing import address_base
from kazasu.foundation.values.places.importing.delivered import delivered
from kazasu.municipality.moving import addressing
from kazasu.municipality.register.model import address_of
from tests.municipality.register.test_rules import member
from tests.support.places import mt_town, written
from tests.support.places import town as row

CITY = MunicipalityCode("141003")
HERE = Address(
    municipality_code=CITY, prefecture="神奈川県", city="横浜市中区", town="本町", block="５０番地"
)


@pytest.fixture(params=[False, True], ids=["published", "sample"])
def taken(request, tmp_path):
    file = delivered(written(tmp_path, "t.csv", mt_town(row())))
    about = tables.About("x", "x", "x", 1, sample=request.param)
    tables.lay(
        tmp_path,
        tables.REGISTRY,
        address_base.laid(address_base.read([file], date(2026, 11, 30)), about),
    )
    tables.use(tmp_path)
    yield about
    tables.use(None)


def resident(**items):
    return replace(member(1, head=True), **items)


def identified(address):
    case = SimpleNamespace(
        entry={"address": address.model_dump(mode="json")}, reservation=None, certificate=None
    )
    return [one for one in addressing.compared(case) if one.check == "address-code"]


def test_the_desk_reads_the_identifier_or_that_it_is_not_known(taken):
    (known,) = identified(HERE)
    assert known.good
    assert "1410460001000" in known.ja
    assert ("架空" in known.ja) == taken.sample
    (unknown,) = identified(HERE.model_copy(update={"town": "ほげ町"}))
    assert (unknown.good, unknown.blocking) == (False, False)


def test_an_address_that_is_told_carries_it(taken):
    someone = resident(prefecture="神奈川県", city="横浜市中区", town="本町", block="５０番地")
    assert address_of(someone, CITY).machiaza_id == "1410460001000"
    assert address_of(resident(town="ほげ町"), CITY).machiaza_id == ""


def test_without_the_registry_nothing_is_said():
    assert identified(HERE) == []
    assert address_of(resident(), CITY).machiaza_id == ""


def test_who_writes_an_older_message_is_understood():
    old = HERE.model_dump(mode="json")
    del old["machiaza_id"]
    assert Address.model_validate(old) == HERE
