"""A hostile day: visitors of every kind send anything to every address of a running country."""

import re

import pytest
from starlette.routing import Route

from kazasu.foundation.web.site import DeclaredRoute
from kazasu.society.stories import account, moving
from kazasu.society.stories.moving import PIN
from kazasu.society.stories.stage import Person, Stage
from tests.support.country import founded
from tests.support.storm import Door, Storm, Visitor

ENDS_IT = re.compile(r"/clock|/signout|/sign-out")
"""The country's clock ends all sessions, signing out one's own: others test both."""


def doors(country):
    for room in country.process.rooms.values():
        origin = next(e.origin for e in country.directory if room.hosts(e.host))
        for route in room.app.routes:
            if isinstance(route, Route):
                for cell in route.endpoint.__closure__ or ():
                    if isinstance(cell.cell_contents, DeclaredRoute):
                        yield Door(origin, route.path)


def visitors(stage):
    """Everybody signed in where they live, work or keep an account."""
    at = stage.origin
    yield Visitor.of(
        "nobody",
        stage.browser(),
        *(
            at(one)
            for one in (
                "portal",
                "bank",
                "pay",
                "identity",
                "society",
                "terminal",
                "phone",
                moving.OLD,
            )
        ),
    )
    hanako = Person(stage, "佐藤　花子", stage.browser())
    case = moving.give_notice(stage, hanako, postcode="0600041")
    yield Visitor.of(
        "resident",
        hanako.browser,
        at("portal"),
        f"{at('portal')}/moves/{case}",
        f"{at('identity')}/account",
    )
    clerk = moving.at_notice(stage, case)
    yield Visitor.of(
        "clerk", clerk.browser, f"{at(moving.OLD)}/desk", f"{at(moving.OLD)}/desk/out/{case}"
    )
    other = moving.clerk_at(stage, moving.NEW, "木村　直子", moving.NEW_CLERK)
    yield Visitor.of("clerk of the new city", other.browser, f"{at(moving.NEW)}/desk")
    customer = Person(stage, "渡邉\U000e0102　徹", stage.browser())
    account.open_account(stage, customer)
    yield Visitor.of(
        "customer", customer.browser, f"{at('bank')}/home", f"{at('identity')}/account"
    )
    operator = Person(stage, "岡田　翠", stage.browser())
    operator.browser.get(f"{at('identity')}/operator")
    operator.tap(pin=PIN)
    yield Visitor.of("operator", operator.browser, f"{at('identity')}/operator")


@pytest.fixture
def country():
    with founded() as running:
        yield running


@pytest.fixture
def raging(country):
    stage = Stage(country.directory, country.clock, lambda _: None)
    yield lambda **luck: Storm(list(visitors(stage)), list(doors(country)), ENDS_IT, **luck)
    stage.close()


@pytest.mark.parametrize(
    "count", [400, pytest.param(20_000, marks=[pytest.mark.deep, pytest.mark.timeout(3600)])]
)
def test_nothing_that_is_sent_is_an_incident(country, raging, count):
    storm = raging(seed=count)
    incidents = list(storm.requests(count))
    assert not incidents, "\n".join(incidents[:20])
    assert {name for name, _ in storm.reached} == {one.name for one in storm.visitors}
    assert len(storm.reached) > 60, sorted(storm.reached)
    print("STATS", storm.answers, len(storm.reached), sorted(storm.reached))
    country.process.settle()
