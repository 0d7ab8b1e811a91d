"""What a person sees and ends at the identity service, and what the parties notice of it."""

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.society.stories.moving import PIN
from tests.support.pages import followed


def at_account(stage, person):
    person.browser.get(f"{stage.origin('identity')}/account")
    person.tap(pin=PIN)
    return person.browser.expect("Services that use your data")


@pytest.mark.parametrize("strict", [False, True])
def test_a_registered_party_signs_people_in_at_once(shop, person, strict):
    party = shop("books", strict=strict)
    found = party.login(person("山田　颯太"), "openid name birthdate age_over_20")
    assert (found.acr, found.amr) == ("aal3", ("hwk", "sc", "pin"))
    assert found.name == "山田　颯太"
    assert found.over_20 is True
    assert found.address == ""


def test_a_subject_is_the_same_next_time_and_another_elsewhere(shop, person):
    books, wine = shop("books"), shop("wine")
    kenta = person("山田　颯太")
    first = books.login(kenta).subject
    assert books.login(kenta).subject == first
    assert wine.login(kenta).subject != first


def test_staying_signed_in_ends_with_the_consent(stage, shop, person):
    party = shop("music")
    rei = person("松本　玲")
    found = party.login(rei, "openid offline_access")
    renewed = party.openid.refresh(party.party, found.refresh_token, found.subject)
    assert renewed.refresh_token != found.refresh_token
    browser = at_account(stage, rei).click("Music")
    browser.expect("keep you signed in")
    browser.click("End the consent").expect("End the consent?")
    browser.press("End the consent").expect("No active consent")
    with pytest.raises(Refusal) as refused:
        party.openid.refresh(party.party, renewed.refresh_token, found.subject)
    assert refused.value.fault.code == "signin.stale"


def test_a_refresh_token_used_twice_ends_both(shop, person):
    party = shop("films")
    found = party.login(person("松本　玲"), "openid offline_access")
    second = party.openid.refresh(party.party, found.refresh_token, found.subject)
    third = party.openid.refresh(party.party, second.refresh_token, found.subject)
    for stolen in (found.refresh_token, third.refresh_token):
        with pytest.raises(Refusal):
            party.openid.refresh(party.party, stolen, found.subject)


def test_a_removed_link_ends_and_comes_back_as_the_same_person(stage, shop, person):
    party = shop("games")
    rei = person("松本　玲")
    found = party.login(rei)
    at_account(stage, rei).click("Games").click("Remove the link").expect("is not lost")
    rei.browser.press("Remove the link").expect("The link was removed")
    rei.browser.expect("it learns of it when it next asks"), "it registered no address"
    assert not rei.browser.has("Games")
    with pytest.raises(Refusal):
        party.openid.userinfo(party.party, found.access_token, found.subject)
    assert party.login(rei).subject == found.subject


def test_a_record_tells_how_it_was_proven(stage, shop, person):
    party = shop("records")
    rei = person("松本　玲")
    party.login(rei, "openid name")
    browser = at_account(stage, rei).click("Records").expect("No active consent")
    browser.click("Sign-in, confirmation").expect("The key answers only who knows its PIN")
    browser.expect("Step by step").expect("Recorded as issued, and not revoked")
    browser.expect("The signature verifies with the certificate's key")


def test_another_persons_record_is_not_found(stage, shop, person):
    party = shop("maps")
    rei, kenta = person("松本　玲"), person("山田　颯太")
    party.login(rei)
    browser = at_account(stage, rei).click("Maps").click("Sign-in, confirmation")
    address = browser.url
    at_account(stage, kenta).get(address)
    assert kenta.browser.fault == "identity.unknown-record"


def test_a_public_institution_keeps_its_link(stage, person):
    rei = person("松本　玲")
    rei.browser.get(f"{stage.origin('portal')}/signin")
    rei.tap(pin=PIN)
    at_account(stage, rei).click("Resident portal")
    assert not rei.browser.has("Remove the link")
    page = rei.browser.url
    refused = rei.browser.client.post(
        f"{page}/unlink", headers={"origin": stage.origin("identity")}
    )
    assert "identity.public-link" in followed(rei.browser.client, refused).text
    rei.browser.get(page).expect("Resident portal")


def test_a_party_looks_up_how_it_was_proven_and_no_other_does(shop, person):
    party, other = shop("post"), shop("spy")
    found = party.login(person("松本　玲"), "openid name")
    url = f"{party.origin}/api/proofs/{found.proof}"
    proof = party.call("events", "GET", url)
    assert proof["sub"] == found.subject
    said = [step["en"] for step in proof["steps"]]
    assert said[0] == "Signed with the user-authentication key (JPKI AP, EF 17)"
    assert "Recorded as issued, and not revoked" in said
    assert said[-1] == "Confirmed under the JPKI Act, articles 36 and 38"
    assert "松本" not in str(proof)
    for address in (url, f"{party.origin}/api/proofs/none"):
        with pytest.raises(Refusal) as refused:
            other.call("events", "GET", address)
        assert refused.value.facts["error"] == "identity.unknown-record"
