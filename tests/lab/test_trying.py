"""Trial logins: one test client for a party, however often it is posted; a forged answer ends none; nobody is chosen for anybody."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from kazasu.card.transports.tray import Shown, write_tray
from kazasu.foundation.faults import Refusal
from kazasu.identity.clients.model import LONGEST_NAME
from kazasu.identity.clients.service import Clients
from kazasu.identity.service.context import IdentityContext
from kazasu.kit.openid import NOT_GENUINE
from kazasu.lab.faults import NO_TRIAL, PARTY_SUSPENDED
from kazasu.lab.trying import store
from kazasu.lab.trying.pages import offered
from kazasu.lab.trying.service import Trials
from tests.identity.conftest import World
from tests.identity.registered_party import Party
from tests.support.pages import followed, signed_in_at


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock, "lab")


@pytest.fixture(scope="module")
def clients(world):
    database = world.street.databases("identity")
    return Clients(database, world.clock, world.browser, world.directory, sandbox=True)


@pytest.fixture(scope="module")
def trials(world, clients):
    database, process = world.street.databases("identity"), world.street.process
    desk = IdentityContext(
        database=database, clock=world.clock, directory=world.directory,
        institution=process.institution("identity"), keys=None,
        inquirer=process._house("identity").inquirer("identity"), sandbox=True,
    )  # fmt: skip
    return Trials(world.street.databases("lab"), desk, clients, None, world.browser)


@pytest.fixture
def party(world, clients):
    return clients.get(Party(world, scope="openid name").client_id)


def asked(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_however_often_it_is_posted_at_once_there_is_one_test_client(world, trials, party):
    before = len(all_clients(world))
    with ThreadPoolExecutor(8) as pool:
        urls = list(pool.map(lambda _: trials.begin(party, "", "en"), range(8)))
    assert len({asked(url)["client_id"] for url in urls}) == 1
    assert len(all_clients(world)) == before + 1, "and no orphans"
    states = {asked(url)["state"] for url in urls}
    kept = world.street.databases("lab").run(
        "test.kept", lambda tx: {s for s in states if store.take(tx, party.client_id, s)}
    )
    assert kept == states, "whichever of them comes back finds its login"


def all_clients(world):
    database = world.street.databases("identity")
    return database.run("test.clients", lambda tx: tx.column("SELECT client_id FROM client"))


def test_a_forged_answer_ends_no_login(trials, party):
    state = asked(trials.begin(party, "", "en"))["state"]
    for forged in ({"state": "forged", "code": "x"}, {"code": "x"}, {}):
        with pytest.raises(Refusal) as refused:
            trials.finish(party, forged)
        assert refused.value.fault is NO_TRIAL
    with pytest.raises(Refusal) as refused:  # it was found, and judged by what it says
        trials.finish(party, {"state": state, "code": "x", "iss": "https://elsewhere.example"})
    assert refused.value.fault is NOT_GENUINE
    with pytest.raises(Refusal) as refused:
        trials.finish(party, {"state": state, "code": "x"})
    assert refused.value.fault is NO_TRIAL, "an answer counts once"


def test_nobody_elses_login_is_ended(world, trials, party, clients):
    state = asked(trials.begin(party, "", "en"))["state"]
    other = clients.get(Party(world).client_id)
    with pytest.raises(Refusal):
        trials.finish(other, {"state": state, "code": "x"})
    with pytest.raises(Refusal) as refused:
        trials.finish(party, {"state": state, "code": "x"})
    assert refused.value.fault is NOT_GENUINE


def test_what_is_suspended_is_not_tried(trials, party, clock):
    state = asked(trials.begin(party, "", "en"))["state"]
    suspended = replace(party, suspended_at=clock.now())
    for work in (
        lambda: trials.begin(suspended, "", "en"),
        lambda: trials.finish(suspended, {"state": state}),
    ):
        with pytest.raises(Refusal) as refused:
            work()
        assert refused.value.fault is PARTY_SUSPENDED


def test_the_test_client_is_not_called_what_the_party_is_called(trials, clients, world):
    """The person meets it at the tap, and finds it among their services beside the party itself."""
    party = Party(
        world, **{"client_name": "B" * LONGEST_NAME, "client_name#ja": "自" * LONGEST_NAME}
    )
    registered = clients.get(party.client_id)
    test_client = clients.get(asked(trials.begin(registered, "", "en"))["client_id"])
    assert test_client.name_en.endswith("(trial)")
    assert test_client.name_ja.endswith("（試し）")
    assert len(test_client.name_ja) == len(test_client.name_en) == LONGEST_NAME


def test_what_never_came_back_goes(world, trials, party):
    state = asked(trials.begin(party, "", "en"))["state"]
    world.clock.advance(store.LASTS + timedelta(minutes=1))
    trials.begin(party, "", "en")
    database = world.street.databases("lab")
    assert database.run("test.gone", lambda tx: store.take(tx, party.client_id, state)) is None


# ---------------------------------------------------------------- the page


def shown(card_id, name, kana, story):
    return Shown(card_id, name, kana, "1990-04-01", "横浜市", "Yokohama", story, story, staff=False)


PEOPLE = [
    shown("sato-hanako", "佐藤　花子", "サトウ　ハナコ", "A"),
    shown("sato-hanako-2", "佐藤　花子", "サトウ　ハナコ", "B"),
    shown("nguyen-an", "グエン　アン", "グエン　アン", "C"),
]


def test_people_are_offered_by_their_names():
    english = dict(offered(PEOPLE, "en"))
    assert english["sato-hanako"] == "Sato Hanako (A)"
    assert english["sato-hanako-2"] == "Sato Hanako (B)", "namesakes are told apart"
    assert dict(offered(PEOPLE, "ja"))["nguyen-an"] == "グエン アン"


def test_without_a_page_somebody_must_be_chosen(world, party):
    write_tray(world.street.settings.directory_file.parent, PEOPLE)
    until = int(world.clock.now().timestamp()) + 3000
    browser = signed_in_at(
        world.street, "identity", "identity", "integrator", party.client_id, until=until
    )
    page = browser.get("/integrators/try?persona=nguyen-an&lang=en").text
    assert ">sato-hanako" not in page
    assert 'value="nguyen-an" selected' in page
    for persona in ("", "nobody-of-these"):
        sent = {"way": "auto", "persona": persona}
        answer = browser.post(
            "/integrators/try", data=sent, headers={"origin": world.origin}, params={"lang": "en"}
        )
        assert answer.status_code == 303
        again = followed(browser, answer).text
        assert 'id="persona-error"' in again, "at its field, and nobody is chosen in their place"
