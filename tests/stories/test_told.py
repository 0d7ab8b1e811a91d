"""What relying parties are told without asking: pushed until it is taken, fetched where nothing can be pushed."""

from urllib.parse import parse_qs

import pytest
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from kazasu.foundation.faults import Refusal
from tests.support.party import PIN, Listener

URN = "urn:kazasu:event:"


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def party(shop, listener):
    return shop(
        "club",
        home=listener.address,
        events_uri=f"{listener.address}/events",
        backchannel_logout_uri=f"{listener.address}/bye",
    )


def claims_of(party, token, typ):
    keys = KeySet.import_key_set(
        party.http.get(f"{party.issuer}/protocol/openid-connect/certs").json()
    )
    assert jws.extract_compact(token.encode()).headers()["typ"] == typ
    return jwt.decode(token, keys, ["ES256"]).claims


def ended(stage, person):
    person.browser.get(f"{stage.origin('identity')}/account")
    person.tap(pin=PIN)
    return person.browser.click("Club").click("End the consent").press("End the consent")


def test_a_withdrawn_consent_is_told_and_signs_out(stage, party, listener, person):
    rei = person("松本　玲")
    found = party.login(rei, "openid offline_access")
    ended(stage, rei)
    stage.until(
        "the party is told", lambda: listener.at("/events") and len(listener.at("/bye")) == 2
    )
    told = claims_of(party, listener.at("/events")[0], "secevent+jwt")
    assert told["aud"] == party.client_id
    assert told["sub_id"] == {"format": "iss_sub", "iss": party.issuer, "sub": found.subject}
    assert list(told["events"]) == [f"{URN}consent-withdrawn"]
    byes = [
        claims_of(party, parse_qs(form)["logout_token"][0], "logout+jwt")
        for form in listener.at("/bye")
    ]
    assert {bye["sub"] for bye in byes} == {found.subject}
    assert sorted("sid" in bye for bye in byes) == [False, True], "the one that is known, and all"
    assert not any("nonce" in bye for bye in byes)


def test_a_party_out_of_order_is_told_later_and_once(stage, party, listener, person, country):
    rei = person("松本　玲")
    party.login(rei, "openid offline_access")
    listener.status = 503
    ended(stage, rei)
    send = country.process.rooms["identity"].ticks["deliver"]
    send()
    assert listener.posted == []
    listener.status = 202
    # The country's clock goes on by the back-off.
    stage.until("told after the repair", lambda: bool(listener.at("/events")))
    send()
    assert len(listener.at("/events")) == 1


def test_what_cannot_be_pushed_is_fetched(stage, shop, person):
    party = shop("club")
    rei = person("松本　玲")
    party.login(rei, "openid offline_access")
    ended(stage, rei)
    url = f"{party.origin}/api/events/poll"
    sets = party.call("events", "POST", url, json={})["sets"]
    ((number, token),) = sets.items()
    assert claims_of(party, token, "secevent+jwt")["jti"] == number
    assert party.call("events", "POST", url, json={"ack": [number]})["sets"] == {}


def test_another_party_fetches_nothing(stage, shop, person):
    party, other = shop("club"), shop("thief")
    rei = person("松本　玲")
    party.login(rei, "openid offline_access")
    ended(stage, rei)
    url = f"{party.origin}/api/events/poll"
    number = next(iter(party.call("events", "POST", url, json={})["sets"]))
    assert other.call("events", "POST", url, json={"ack": [number, "no number"]})["sets"] == {}
    assert number in party.call("events", "POST", url, json={})["sets"]


def test_signing_out_at_the_party_is_told_to_its_other_machines(party, listener, person, stage):
    rei = person("松本　玲")
    found = party.login(rei)
    rei.browser.get(party.openid.sign_out_url(found.id_token, f"{party.home}/"))
    stage.until("signed out", lambda: bool(listener.at("/bye")))
    with pytest.raises(Refusal):
        party.openid.userinfo(party.party, found.access_token, found.subject)
