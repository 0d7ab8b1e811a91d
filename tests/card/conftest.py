"""A card that lies on the table: made once for the run, fresh for each test."""

import copy
from datetime import date

import pytest

from kazasu.card.chip.image import CardBox
from kazasu.card.chip.machine import Card
from kazasu.card.making import Blank, blank
from kazasu.card.profiles import profiles
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.time.clock import FixedClock
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.workbench.bench import Holder
from tests.conftest import THE_DAY
from tests.support import pki

HANAKO = FourAttributes(
    name="横浜　花子",
    address="神奈川県横浜市中区本町６丁目５０番地",
    birth_date=date(1990, 4, 1),
    sex="2",
)
NUMBER = IndividualNumber.from_body("99123456789")
PIN, PASSWORD = "1234", "ABC123"


@pytest.fixture(scope="session")
def workbench():
    return pki.workbench(FixedClock(THE_DAY))


@pytest.fixture(scope="session")
def made(workbench):
    """Hanako's card, an ordinary one."""
    blank = Blank("hanako", "900001000000001", pki.key(1), pki.key(2), pki.key(3))
    return workbench.make("hanako", holder=Holder(HANAKO, NUMBER), on=blank)


@pytest.fixture(scope="session")
def kinds(workbench):
    """A card of every kind; RSA keys are shared, since making them takes long."""
    made = {}
    for key, kind in profiles().items():
        on = (
            blank(f"kind-{key}", f"{len(made):015}", kind)
            if kind.algorithm != "RSA-2048"
            else Blank(f"kind-{key}", f"{len(made):015}", pki.key(1), pki.key(2) if kind.signing else None, pki.key(3), kind)
        )  # fmt: skip
        made[key] = workbench.make(f"kind-{key}", key, on=on)
    return made


@pytest.fixture
def image(made):
    return copy.deepcopy(made)


@pytest.fixture
def box(tmp_path, image):
    box = CardBox(tmp_path / "cards")
    box.save(image)
    return box


@pytest.fixture
def card(box):
    return Card(box.load("hanako"), box.save)
