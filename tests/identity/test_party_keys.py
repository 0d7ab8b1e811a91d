"""Keys that lie at an address of the party (``jwks_uri``): fetched with care, kept, changed by the party alone; keys without names."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc.jwk import ECKey, RSAKey

from kazasu.identity.clients.elsewhere import KEYS_FRESH, KEYS_KEPT, TRIED_EVERY
from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome

EC = [ECKey.generate_key("P-256", {"kid": f"k{n}"}) for n in range(4)]


def public(*keys, **more):
    return {"keys": [{**key.as_dict(private=False), **more} for key in keys]}


class Place:
    """A party's web server: what lies there now, and how often it was asked for."""

    def __init__(self):
        place = self
        self.lies(public(EC[0]))

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                place.asked += 1
                self.send_response(place.status)
                self.send_header("location", "http://127.0.0.1:1/elsewhere")
                self.send_header("content-length", str(len(place.body)))
                self.end_headers()
                self.wfile.write(place.body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/jwks.json"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def lies(self, body, status=200):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.asked = status, 0


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


@pytest.fixture
def place():
    made = Place()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def party(world, place):
    return Relying(world, "remote", jwks=None, jwks_uri=place.address)


def own(party, key, **header):
    """A token of the party's own, by an assertion of this key; ``kid=None`` names none."""
    given = {"kid": key.kid} | header
    header = {"alg": "PS256" if isinstance(key, RSAKey) else "ES256"} | given
    assertion = party.assertion(key=key, header=header)
    return outcome(party.token(assertion=assertion, grant_type="client_credentials", scope="sign"))


def test_keys_are_fetched_at_registration_and_kept(world, place, party):
    told = party.manage().json()
    assert told["jwks_uri"] == place.address
    assert "jwks" not in told
    for _ in range(3):
        assert own(party, EC[0]) == "accepted: 200"
    assert place.asked == 1
    assert party.manage("PUT", json=told).json() == told


def test_a_new_key_needs_no_change_of_the_registration(world, place, party):
    world.clock.advance(TRIED_EVERY)
    place.lies(public(EC[0], EC[1]))
    assert own(party, EC[1]) == "accepted: 200"
    assert own(party, EC[0]) == "accepted: 200"
    assert place.asked == 1


def test_an_unknown_name_asks_once_a_minute(world, place, party):
    world.clock.advance(TRIED_EVERY)
    place.lies(public(EC[0]))
    for key in (EC[2], EC[3], EC[2]):
        assert own(party, key) == "invalid_client"
    assert own(party, EC[0], kid="k0") == "accepted: 200"
    assert place.asked == 1
    place.lies(public(EC[2]))
    assert own(party, EC[2]) == "invalid_client"
    assert place.asked == 0
    world.clock.advance(TRIED_EVERY)
    assert own(party, EC[2]) == "accepted: 200"


def test_a_key_that_was_taken_away_is_worth_nothing_after_an_hour(world, place, party):
    place.lies(public(EC[1]))
    world.clock.advance(KEYS_FRESH)
    assert own(party, EC[0]) == "invalid_client"


@pytest.mark.parametrize(
    "answer",
    [
        (b"", 500), (b"<html>", 200), (b"[" * 50_000, 200), (public(EC[1]), 302),
        (json.dumps(public(EC[1])).encode() + b" " * 200_000, 200), ({"keys": []}, 200), ([], 200),
    ],
    ids=["500", "no json", "nested", "redirect", "endless", "none", "a list"],
)  # fmt: skip
def test_what_is_no_key_set_changes_nothing_for_a_day(world, place, party, answer):
    place.lies(*answer)
    world.clock.advance(KEYS_FRESH)
    assert own(party, EC[0]) == "accepted: 200"
    assert place.asked == 1
    world.clock.advance(KEYS_KEPT)
    assert own(party, EC[0]) == "invalid_client"
    assert outcome(Relying.register(world, jwks=None, jwks_uri=place.address)) == (
        "invalid_client_metadata"
    )


def test_of_a_key_set_what_can_be_used_is_taken(world, place):
    rsa, enc = RSAKey.generate_key(2048, {"kid": "r"}), ECKey.generate_key("P-384", {"kid": "e"})
    other = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    keys = [*public(EC[0], use="enc")["keys"], *public(enc)["keys"], other, *public(rsa)["keys"]]
    place.lies({"keys": keys})
    party = Relying(world, "mixed", jwks=None, jwks_uri=place.address)
    assert own(party, rsa) == "accepted: 200"
    assert own(party, EC[0]) == "invalid_client"


def test_a_private_key_that_lies_open_is_said(world, place):
    place.lies({"keys": [EC[0].as_dict(private=True)]})
    answer = Relying.register(world, jwks=None, jwks_uri=place.address)
    assert "burnt" in answer.json()["error_description"]


@pytest.mark.parametrize("keys", [{"jwks": None}, {"jwks_uri": "https://gamma.example/jwks"}])
def test_keys_are_given_in_one_way(world, keys):
    assert outcome(Relying.register(world, **keys)) == "invalid_client_metadata"


# ---------------------------------------------------------------- names of keys


def test_two_keys_and_an_assertion_that_names_none(world):
    rsa = RSAKey.generate_key(2048)
    party = Relying(world, "unnamed", jwks=public(EC[0], EC[1], rsa))
    for key in (EC[0], EC[1], rsa):
        assert own(party, key, kid=None) == "accepted: 200"
    assert own(party, EC[2], kid=None) == "invalid_client"


def test_keys_without_names_are_called_by_their_thumbprints(world):
    bare = [{k: v for k, v in key.items() if k != "kid"} for key in public(EC[0], EC[1])["keys"]]
    party = Relying(world, "bare", jwks={"keys": [bare[0] | {"x5c": ["MIIC"]}, bare[1]]})
    kept = party.registered["jwks"]["keys"]
    assert [key["kid"] for key in kept] == [EC[0].thumbprint(), EC[1].thumbprint()]
    assert "x5c" not in kept[0]
    assert own(party, EC[1], kid=EC[1].thumbprint()) == "accepted: 200"


def test_a_new_key_that_nobody_names(world, place, party):
    world.clock.advance(TRIED_EVERY)
    place.lies(public(EC[3]))
    assert own(party, EC[3], kid=None) == "accepted: 200"


@pytest.mark.parametrize("kid", ["k" * 256, 7, ["k"]])
def test_a_name_is_a_short_text(world, kid):
    answer = Relying.register(world, jwks=public(EC[0], kid=kid))
    assert outcome(answer) == "invalid_client_metadata"


def test_a_set_is_no_place_to_keep_things(world):
    keys = public(EC[0], alg="x" * 30_000)
    assert outcome(Relying.register(world, jwks=keys)) == "invalid_client_metadata"
