"""Applications on a person's own device (RFC 8252): loopback on any port, a scheme of their own, claimed https; and each its own sector."""

import pytest

from kazasu.identity.clients import addresses, model
from kazasu.identity.clients.model import Registration
from kazasu.identity.oauth.model import OAuthError
from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome

LOOPBACK = "http://127.0.0.1/callback"
SCHEME = "com.example.app:/oauth2redirect"
CLAIMED = "https://app.example/oauth2redirect"


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


def native(world, name, *uris, **more):
    return Relying(
        world, name, application_type="native", redirect_uris=list(uris),
        post_logout_redirect_uris=None, **more,
    )  # fmt: skip


@pytest.mark.parametrize("uri", [LOOPBACK, "http://[::1]/callback", SCHEME, CLAIMED])
def test_it_signs_a_person_in(world, uri):
    party = native(world, "app", uri)
    assert party.registered["application_type"] == "native"
    began = party.authorize()
    verifier = party.verifier
    back = world.tapped(began)
    assert back.headers["location"].startswith(f"{uri}?code=")
    assert party.redeem(world.answer(back)["code"], verifier).is_success


@pytest.mark.parametrize("pushed", [False, True])
def test_the_loopback_address_has_any_port(world, pushed):
    party = native(world, "app", LOOPBACK)
    there = "http://127.0.0.1:51234/callback"
    if pushed:
        reference = party.push(redirect_uri=there).json()["request_uri"]
        verifier = party.verifier
        began = party.visit({"client_id": party.client_id, "request_uri": reference})
    else:
        began = party.authorize(redirect_uri=there)
        verifier = party.verifier
    back = world.tapped(began)
    assert back.headers["location"].startswith(there + "?")
    code = world.answer(back)["code"]
    assert outcome(party.redeem(code, verifier, redirect_uri=LOOPBACK)) == "invalid_grant", (
        "what was asked for is said again to the letter"
    )


@pytest.mark.parametrize(
    "uri",
    ["http://127.0.0.1:1/other", "http://127.0.0.1:1/callback/", "http://127.0.0.2:1/callback",
     "http://localhost:1/callback", "https://127.0.0.1:1/callback", "http://[::1]:1/callback",
     "http://127.0.0.1:0/callback", "http://127.0.0.1:70000/callback", "http://127.0.0.1:/callback",
     "http://127.0.0.1:x/callback", "http://a@127.0.0.1:1/callback", "http://127.0.0.1:1",
     "http://127.0.0.1:1/callback?a=1", "http://127.0.0.1.evil.test/callback",
     "http://127.0.0.1:1@evil.test/callback"],
)  # fmt: skip
def test_and_nothing_else_is_left_open(world, uri):
    party = native(world, "app", LOOPBACK)
    assert outcome(party.authorize(redirect_uri=uri)) == "identity.bad-redirect"


def test_a_web_party_keeps_its_port(world):
    party = Relying(world, "web", redirect_uris=[LOOPBACK], post_logout_redirect_uris=None)
    there = party.authorize(redirect_uri="http://127.0.0.1:51234/callback")
    assert outcome(there) == "identity.bad-redirect"


def test_who_proves_no_host_has_a_sector_of_its_own(world):
    """Anybody may register the loopback address, and anybody's application may take a scheme."""
    parties = [
        native(world, "app", *uris) for uris in ((LOOPBACK,), (LOOPBACK,), (SCHEME, CLAIMED))
    ]
    assert [p.registered["sector"] for p in parties] == [f"app:{p.client_id}" for p in parties]
    subjects = {p.userinfo(p.login()["access_token"]).json()["sub"] for p in parties[:2]}
    assert len(subjects) == 2
    assert native(world, "app", CLAIMED).registered["sector"] == "app.example"
    told = parties[0].manage().json()
    assert parties[0].manage("PUT", json=told).json() == told


@pytest.mark.parametrize(
    "uri",
    ["app:/cb", "myapp://cb", "javascript:alert(1)", "data:text/html,x", "http://rp.example/cb",
     "com.example.app:", "com.example.app:/", "COM.example.app:/cb", "com.example.app:/a#b",
     "com.example.app://u@h/cb", "com.example.app:/a b", "com.example.app:/a/../b",
     "com.example.app:/" + "x" * 250, "http://127.0.0.1:99999/cb", "http://10.0.0.1/cb",
     "http://[::2]/cb", "com..app:/cb", ".app:/cb"],
)  # fmt: skip
def test_what_is_neither_is_refused(uri):
    assert not addresses.fits_application(uri)
    asked = Registration(
        client_name="X", redirect_uris=[uri], application_type="native", jwks={"keys": []}
    )
    with pytest.raises(OAuthError) as refused:
        model.check(asked, sandbox=False)
    assert refused.value.error == "invalid_redirect_uri"


@pytest.mark.parametrize("uri", [LOOPBACK, "http://127.0.0.1:8080/cb", SCHEME, CLAIMED])
def test_production_takes_them_from_applications_alone(uri):
    for kind in ("native", "web"):
        asked = Registration(
            client_name="X", redirect_uris=[uri], application_type=kind, jwks={"keys": []}
        )
        with pytest.raises(OAuthError) as refused:
            model.check(asked, sandbox=False)
        fits = kind == "native" or uri == CLAIMED
        assert (
            refused.value.error == "invalid_client_metadata"
        ) is fits  # the keys alone are wrong


def test_another_scheme_is_looked_at_again():
    """A reviewed application that sends its answers to another one is another one."""

    def party(**changes):
        given = {"redirect_uris": [SCHEME], "native": True, "logout_uris": []} | changes
        return model.Client(
            client_id="RP00000001", institution="", sector="app:RP00000001", name_ja="店",
            name_en="Shop", colour="#003366", keys=None, scopes=[], grants=[],
            public_institution=False, **given,
        )  # fmt: skip

    assert model.is_as_reviewed(party(redirect_uris=["com.example.app:/other"]), party())
    assert not model.is_as_reviewed(party(redirect_uris=["com.evil.app:/cb"]), party())
    assert not model.is_as_reviewed(party(native=True), party(native=False))
