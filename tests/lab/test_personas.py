"""Personas and faults by magic value: what the relying party sees is what it would really see."""

from urllib.parse import parse_qs, urlsplit

import pytest

from kazasu.card.chip.image import CardBox
from kazasu.card.making import Certificates, blank, personalise
from kazasu.card.transports.played import FAULTS as AT_THE_READER
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.identity.faults import TAP_FAILED
from kazasu.jpki.issuing.model import Order
from kazasu.lab.personas import model
from kazasu.lab.personas.acting import Personas
from tests.identity.conftest import HANAKO, World
from tests.identity.registered_party import Party
from tests.support import pki
from tests.support.pages import followed
from tests.support.street import Street

CARD = "sato-hanako"


def lay_card(world, folder, card_id=CARD):
    """A real virtual card, with certificates that J-LIS knows."""
    authorities = pki.authorities(world.clock)
    made = blank(card_id, "900000000000777")
    order = World._order(ResidentRecordCode.from_body("2222222222"), made.serial, 1, 2)
    values = {name: getattr(order, name) for name in Order.__slots__} | {
        "authentication_key": made.authentication_key,
        "signing_key": made.signing_key,
    }
    issued = world.jpki.issuing.issue(Order(**values))
    box = CardBox(folder)
    box.save(
        personalise(
            made,
            attributes=HANAKO,
            individual_number=IndividualNumber.from_body("99123456789"),
            municipality_code="141003",
            expires_on=order.card_expires_on,
            security_code="1234",
            certificates=Certificates(
                issued.authentication,
                issued.signing,
                authorities.der("authentication"),
                authorities.der("signing"),
            ),
            issuer=authorities.card_issuer,
        )
    )
    return box


@pytest.fixture(scope="module")
def sandbox(module_databases):
    """The service and a terminal with one card in the tray."""
    databases, clock = module_databases, module_databases.clock
    world = World(databases, clock)
    world.street = Street(databases, clock, "jpki", "identity", "lab", "terminal")
    world.browser = world.street.browser()
    folder = world.street.settings.directory_file.parent / "cards"
    world.box = lay_card(world, folder)
    return world


@pytest.fixture
def party(sandbox):
    return Party(sandbox)


def answer(response):
    assert response.status_code == 303, response.text
    location = response.headers["location"]
    assert location.startswith("http://rp.localhost:9000/callback?"), location
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def test_every_fault_of_the_reader_can_be_played_and_the_other_way_round():
    assert {f.code for f in model.FAULTS.values() if f.played_by == "reader"} == set(AT_THE_READER)


def test_a_persona_is_approved_without_a_page(party, sandbox):
    found = answer(party.authorize(login_hint=f"persona:{CARD};auto", scope="openid name"))
    assert found["state"] == "state-1234567890"
    tokens = party.redeem(found["code"]).json()
    assert sandbox.userinfo(tokens["access_token"]).json()["name"] == HANAKO.name


def test_a_persona_signs_without_a_page(party, sandbox):
    own = party.token(grant_type="client_credentials", scope="sign").json()["access_token"]
    bearer = {"authorization": f"Bearer {own}"}
    number = sandbox.deposit(audiences=(), headers=bearer).json()["sign_transaction_id"]
    found = answer(
        party.authorize(
            scope="openid sign", sign_transaction_id=number, login_hint=f"persona:{CARD};auto"
        )
    )
    assert "code" in found
    result = sandbox.browser.get(
        f"{sandbox.origin}/api/sign-transactions/{number}/result", headers=bearer
    )
    assert result.json()["statement"]


def test_a_hint_that_was_pushed_counts_too(party, sandbox):
    form = party.request(login_hint=f"persona:{CARD};auto") | {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": party.assertion(),
    }
    pushed = sandbox.browser.post(f"{sandbox.protocol}/ext/par/request", data=form).json()
    query = {"client_id": party.client_id, "request_uri": pushed["request_uri"]}
    assert "code" in answer(sandbox.browser.get(f"{sandbox.protocol}/auth", params=query))


@pytest.mark.parametrize("code", sorted([*model.FAULTS, "cancelled"]))
def test_each_fault_reaches_the_relying_party_as_it_would_really(code, party):
    fault = model.FAULTS["identity.stopped" if code == "cancelled" else code]
    first, second = (
        answer(party.authorize(login_hint=f"fault:{code};auto", scope="openid name"))
        for _ in range(2)
    )
    assert first == second, "reproducible"
    assert first["error"] == fault.error
    assert first["iss"]
    assert first["state"]
    assert fault.code.partition(".")[2] not in str(first), "the cause is for the person alone"


@pytest.mark.parametrize("code", sorted(AT_THE_READER))
def test_the_person_meets_the_fault_at_the_terminal(code, party, sandbox):
    response = party.authorize(login_hint=f"fault:{code}", scope="openid name")
    terminal = response.headers["location"]
    browser = sandbox.street.browser()
    page = browser.get(terminal)
    assert page.status_code == 200
    sealed = parse_qs(urlsplit(terminal).query)["request"][0]
    origin = sandbox.directory.origin("terminal")
    tapped = browser.post(
        f"{origin}/tap", headers={"origin": origin},
        data={"request": sealed, "pin": "1234", "_page": terminal.removeprefix(origin)},
    )  # fmt: skip
    assert code in followed(browser, tapped).text
    counted = sandbox.box.load(CARD).applications["jpki"].pins["18"]
    assert (counted.left, counted.limit) == (3, 3), "nothing is counted on the real card"


def test_a_fault_of_the_verifier_is_met_after_a_good_tap(party, sandbox):
    response = party.authorize(login_hint="fault:jpki.revoked")
    back = sandbox.tapped(response)
    page = sandbox.browser.get(f"{sandbox.origin}{back.headers['location']}")
    assert "jpki.revoked" in page.text


def test_a_persona_lies_on_the_reader(party, sandbox):
    response = party.authorize(login_hint=f"persona:{CARD}")
    place = urlsplit(response.headers["location"])
    assert parse_qs(place.query)["card"] == [CARD]
    assert (
        'data-scene="secret"'
        in sandbox.street.browser()
        .get(response.headers["location"], headers={"accept-language": "en"})
        .text
    )


@pytest.mark.parametrize(
    ("hint", "part"),
    [
        ("persona:nobody;auto", "no card"),
        ("fault:jpki.moon", "no fault"),
        ("persona:", "does not read"),
        ("persona:x;now", "does not read"),
    ],
)
def test_a_hint_that_says_nothing_is_an_error_with_a_hint(hint, part, party):
    assert part in answer(party.authorize(login_hint=hint))["error_description"]
    (seen, *_) = party.requests()
    assert next(c for c in seen["checks"] if c["state"] == "failed")["change_en"]


def test_an_ordinary_hint_is_nobodys_business(party):
    response = party.authorize(login_hint="hanako@example.jp")
    assert response.headers["location"].startswith("http://terminal.localhost:")


# ---------------------------------------------------------------- never for real


HINTS = [f"persona:{CARD};auto", f"persona:{CARD}", "fault:card.locked;auto", "conformance:a:b"]


@pytest.mark.parametrize("hint", HINTS)
def test_a_party_out_of_test_mode_gets_an_ordinary_tap(hint, party, module_databases):
    module_databases("identity").run(
        "test.team",
        lambda tx: tx.execute(
            "UPDATE client SET mode = 'team' WHERE client_id = %s", (party.client_id,)
        ),
    )
    _ordinary(party.authorize(login_hint=hint))


@pytest.mark.parametrize("hint", HINTS)
def test_institutions_get_an_ordinary_tap(hint, sandbox):
    _ordinary(sandbox.authorize(login_hint=hint))


@pytest.mark.parametrize("hint", [*HINTS, "persona:nobody", "fault:nothing"])
def test_production_ignores_every_hint(hint, party, sandbox, module_databases):
    street = Street(module_databases, module_databases.clock, "identity", mode="production")
    _ordinary(
        street.browser().get(f"{sandbox.protocol}/auth", params=party.request(login_hint=hint))
    )


def test_a_service_that_knows_no_such_fault_says_its_code(sandbox, monkeypatch):
    monkeypatch.setattr("kazasu.lab.personas.acting.CATALOGUE", {})
    found = Personas._refusal(type("P", (), {"_desk": sandbox})(), "jpki.revoked")
    assert isinstance(found, Refusal)
    assert found.fault is TAP_FAILED


def _ordinary(response):
    place = urlsplit(response.headers["location"])
    assert place.netloc.startswith("terminal."), response.headers["location"]
    assert set(parse_qs(place.query)) == {"request"}
