"""A new integrator at the desk, and the operator behind it: over HTTP, in a running country."""

import ast
import json
import re

import pytest
from joserfc.jwk import ECKey

from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import GivenPostgres
from kazasu.identity.events import store
from kazasu.identity.faults import NO_REASON, NOT_AN_OPERATOR
from kazasu.society.stories.moving import PIN
from tests.support.pages import followed

OPERATOR = "岡田　翠"


def public(key):
    return key.as_dict(private=False)


@pytest.fixture
def desk(stage):
    """An integrator's browser, at the desk."""
    browser = stage.browser()
    browser.get(f"{stage.origin('identity')}/integrators")
    return browser


def register(browser, **changes):
    key = ECKey.generate_key("P-256", auto_kid=True)
    fields = {
        "name_ja": "例の店",
        "name": "Example Shop",
        "redirect_uris": "http://desk.localhost:9000/callback",
        "items": ["name", "birthdate"],
        "jwks": json.dumps({"keys": [public(key)]}),
    } | changes
    browser.click("Register").press("Register", **fields)
    return key


def shown(browser, mark):
    return browser.page.xpath(f"//*[@id='{mark}']")[0].text_content()


def registered(browser, **changes):
    key = register(browser, **changes)
    browser.expect("Registered")
    return shown(browser, "client-id"), shown(browser, "registration-token"), key


def operator(stage, person, name=OPERATOR):
    one = person(name)
    one.browser.get(f"{stage.origin('identity')}/operator")
    one.tap(pin=PIN)
    return one.browser


def test_registering_gives_everything_at_once_and_the_token_only_once(desk):
    client_id, token, _ = registered(desk)
    assert re.fullmatch(r"RP\d{8}", client_id)
    assert client_id in desk.text
    assert "authlib" in desk.text
    desk.get("/integrators/client").expect("Example Shop")
    assert token not in desk.content.decode()


def test_the_code_to_copy_is_code_and_names_this_client(desk):
    client_id, *_ = registered(desk)
    blocks = [b.text_content() for b in desk.page.xpath("//pre/code")]
    programs = [b for b in blocks if "import" in b and "oauth" in b]
    assert len(programs) == 3
    for program in programs:
        ast.parse(program)
        assert client_id in program
        assert "http://desk.localhost:9000/callback" in program
    desk.expect("uvicorn app:app").expect("http://desk.localhost:9000/login")


def test_a_login_is_tried_without_a_server(desk):
    """By a client of the sandbox with this registration's items: claims, userinfo, and every request with its checks."""
    client_id, *_ = registered(desk)
    desk.get("/integrators/try").press("Log in without a page", persona="yamada-sota")
    desk.expect("The login went through")
    claims, facts = (json.loads(one.text_content()) for one in desk.page.xpath("//pre/code"))
    assert (facts["name"], facts["birthdate"]) == ("山田　颯太", "2005-09-09")
    assert claims["acr"] == "aal3"
    assert claims["aud"] != client_id, "the party's own client was not spoken for"
    steps = [one.text_content() for one in desk.page.xpath("//main/ol/li/span[1]")]
    assert steps == ["passed"] * 3, "authorization, token, userinfo"
    desk.get("/integrators/client").expect("Example Shop")
    again = desk.get("/integrators/try").press("Log in without a page", persona="yamada-sota")
    assert json.loads(again.page.xpath("//pre/code")[0].text_content())["aud"] == claims["aud"]


def test_a_try_that_is_refused_says_so_and_its_answer_counts_once(desk):
    registered(desk)
    desk.get("/integrators/try").press("Log in without a page", persona="kato-yoko")
    desk.expect("Your card was not confirmed")
    assert desk.fault == "signin.cancelled"
    desk.get("/integrators/try/return?code=x&state=y")
    assert desk.fault == "lab.no-trial"


def test_whom_one_can_be_stands_on_the_desk(desk):
    registered(desk)
    desk.get("/integrators/people").expect("persona:kato-yoko").expect("Her PIN is locked")
    assert not desk.has("Clerk of Yokohama")


def test_a_request_is_found_by_the_number_on_the_faults_page(desk, stage):
    client_id, *_ = registered(desk)
    stranger = stage.browser()
    stranger.get(
        f"{stage.origin('identity')}/api/realms/main/protocol/openid-connect/auth?client_id={client_id}"
        "&redirect_uri=http://desk.localhost:9000/callback/"
    )
    assert stranger.fault == "identity.bad-redirect"
    stranger.expect("tell its help desk the number below")
    folded = stranger.page.xpath("//details[contains(., 'For whoever builds the service')]")[0]
    assert "http://desk.localhost:9000/callback/" in folded.text_content()
    number = stranger.page.xpath("//p[@class='fault-code']/strong")[0].text_content()
    desk.get(f"/integrators/requests?q={number.lower().replace('-', ' ')}")
    (row,) = desk.page.xpath("//tbody/tr")
    assert number in row.text_content()
    desk.get(row.xpath(".//a/@href")[0])
    hint = desk.page.xpath("//*[@class='banner banner-warning']")[0].text_content()
    assert "“http://desk.localhost:9000/callback”" in hint
    assert "the final slash" in hint
    assert "Do not use your card" not in hint
    desk.get("/integrators/requests?q=no+such+number").expect("None found")


def test_what_a_party_is_told_lies_open_to_it(desk, country):
    client_id, *_ = registered(desk)
    desk.get("/integrators/events").expect("Nothing here yet")
    kept = country.process.prepared.databases["identity"]

    def told(tx):
        for kind in ("credential-revoked", "link-ended"):
            store.insert(tx, client_id, "event", kind, "sub-of-somebody", "", {})
        first = store.waiting(tx, client_id, 2)[0]
        store.delivered(tx, client_id, first.delivery_id)

    kept.run("test.tell", told)
    desk.get("/integrators/events").expect("taken").expect("sub-of-somebody").expect(
        "to be fetched"
    )
    assert not desk.has("Next"), "it waits for nobody's try"
    assert len(desk.page.xpath("//main//ol/li")) == 2
    body = json.loads(desk.page.xpath("//pre/code")[0].text_content())
    assert body["aud"] == client_id


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Please fill this in"),
        ({"redirect_uris": "http://shop.example/callback"}, "On your own machine, for tests, http://localhost"),
        (
            {"redirect_uris": "https://shop.example/a\nhttps://shop.example/b#x\nhttps://10.0.0.1/c"},
            "Line 2: Leave out the # and what follows it. Line 3: Use https with a host name",
        ),
        ({"jwks": "nonsense"}, "Paste JSON"),
        ({"jwks": "9" * 5_000}, "Paste JSON"),
        ({"jwks": "[" * 9_000}, "Paste JSON"),
        ({"jwks": '{"keys": []}'}, "with 1 to 5 keys"),
        ({"jwks": json.dumps({"keys": [ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True)]})}, "A private key was in it"),
        ({"items": ["name"], "purpose-name-ja": "本人確認のため"}, "once in Japanese and once in English"),
        ({"events_uri": "http://other.localhost/x"}, "same host as a redirect address"),
    ],
)  # fmt: skip
def test_a_registration_that_does_not_fit_says_what_to_do_and_keeps_what_was_typed(
    desk, changes, message
):
    register(desk, **changes)
    desk.expect("Please correct the following").expect(message)
    assert desk.fields("name_ja") == ["例の店"]


def test_opening_a_registration_with_its_token(stage, desk):
    client_id, token, _ = registered(desk)
    other = stage.browser()
    other.get(f"{stage.origin('identity')}/integrators/client").expect("Open the registration")
    other.press("Open", client_id=client_id, token="wrong").expect("is wrong")
    other.press("Open", client_id=client_id, token=token).expect("Example Shop")
    other.press("Sign out")
    other.get("/integrators/client").expect("Open the registration")


def test_two_keys_overlap_and_the_sector_stays(desk):
    _, _, old = registered(desk)
    new = ECKey.generate_key("P-256", auto_kid=True)
    desk.get("/integrators/client/change")
    desk.press("Change", jwks=json.dumps({"keys": [public(old), public(new)]}))
    desk.expect("Changed").expect(new.kid).expect("Any of them is accepted")
    desk.get("/integrators/client/change")
    desk.press("Change", redirect_uris="http://elsewhere.localhost:9000/callback")
    desk.expect("On another host people would get other codes")


def test_what_was_sent_is_shown_as_steps_and_to_nobody_else(stage, desk, shop):
    party = shop("inspected")
    stage.browser().get(party.openid.start(party.party, ["name"]).url)
    desk.get("/integrators/client").press(
        "Open", client_id=party.client_id, token=party.registered["registration_access_token"]
    )
    desk.get("/integrators/requests?only=failed").expect("invalid_scope")
    link = desk.page.xpath("//td/a/@href")[0]
    desk.get(link).expect("stopped here").expect("Add openid to scope").expect("not reached")
    other = stage.browser()
    other.get(f"{stage.origin('identity')}/integrators")
    registered(other)
    other.get(link)
    assert other.fault == "web.not-found"


def test_faults_to_try_lead_to_the_party(desk):
    registered(desk)
    desk.get("/integrators/faults").expect("The PIN is locked")
    tries = desk.page.xpath("//td/a/@href")
    assert len(tries) > 15
    answer = desk.client.get(tries[0])
    assert answer.headers["location"].startswith("http://desk.localhost:9000/callback?error=")


def test_from_test_to_live_by_way_of_the_operator(stage, desk, person):
    client_id, _, _ = registered(
        desk, name_ja="本番の店", name="Live Shop", **{"redirect_uris": "https://shop.example/callback",
                 "purpose-name-ja": "会員の本人確認", "purpose-name-en": "identity of members"}
    )  # fmt: skip
    desk.get("/integrators/client").press("Ask for the review: Live")
    assert desk.fault == "identity.purposes-missing"
    desk.get("/integrators/client/change").press(
        "Change", **{"purpose-birthdate-ja": "年齢の確認", "purpose-birthdate-en": "age check"}
    )
    desk.press("Ask for the review: Live").expect("has been asked for").expect("waiting")
    clerk = operator(stage, person).expect("Review of services")
    clerk.get(f"/operator/parties/{client_id}")
    clerk.expect("Key ").expect("https://shop.example/callback is https").expect(
        "No conformance run yet"
    )
    clerk.press("Grant", reason=" ").expect("Please fill this in")
    clerk.press("Grant", reason="\u200b").expect("cannot be seen")
    clerk.press("Grant", reason="\u0301")
    assert clerk.fault == NO_REASON.code
    clerk.press("Grant", reason="addresses and purposes are in order")
    clerk.expect("granted").expect("addresses and purposes are in order")
    desk.get("/integrators/client").expect("everybody").expect(
        "addresses and purposes are in order"
    )


def test_nothing_goes_live_over_a_problem_that_nobody_named(stage, desk, person):
    """A red mark does not decide, and nobody passes it by: it is ticked, kept with the reason, and read by the party."""
    client_id, *_ = registered(
        desk, name_ja="手もとの店", name="Own Machine", items=[],
        **{"redirect_uris": "http://own.localhost:9000/callback"},
    )  # fmt: skip
    desk.get("/integrators/client").press("Ask for the review: Team")
    clerk = operator(stage, person)
    clerk.get(f"/operator/parties/{client_id}").expect("is an address on one's own machine")
    clerk.press("Grant", reason="a friend's").expect("Problems stand that were not named (1)")
    assert clerk.fault == "identity.over-a-problem"
    assert clerk.page.findtext(".//textarea[@name='reason']") == "a friend's", (
        "what was typed stays"
    )
    (problem,) = clerk.fields("over")
    clerk.press("Grant", over=[problem]).expect("granted")
    clerk.expect("a friend's").expect("Granted over: http://own.localhost:9000/callback")
    desk.get("/integrators/client").expect("Granted over: http://own.localhost:9000/callback")


def test_not_to_grant_names_no_problem(stage, desk, person):
    client_id, *_ = registered(desk, items=[])
    desk.get("/integrators/client").press("Ask for the review: Team")
    clerk = operator(stage, person)
    clerk.get(f"/operator/parties/{client_id}").press("Do not grant", reason="not yet")
    assert "Granted over" not in clerk.expect("not granted").text


def test_while_a_review_waits_no_other_is_asked_for(stage, desk):
    registered(desk, items=[])
    headers = {"origin": stage.origin("identity")}

    def asks(wanted):
        answer = desk.client.post(
            f"{stage.origin('identity')}/integrators/client/review", data={"wanted": wanted}, headers=headers,
        )  # fmt: skip
        return followed(desk.client, answer).text

    desk.get("/integrators/client").press("Ask for the review: Team")
    desk.expect("A review for Team waits for its decision")
    assert not desk.page.xpath("//form[contains(@action, '/review')]")
    assert "identity.review-waits" in asks("live"), "the other tab"
    assert "identity.review-waits" not in asks("team"), "twice is once"
    desk.get("/integrators/client")
    assert len(desk.page.xpath("//table[caption='Reviews']/tbody/tr")) == 1


def test_a_review_is_decided_once(stage, desk, person):
    client_id, *_ = registered(desk, items=[])
    desk.get("/integrators/client").press("Ask for the review: Team")
    clerk = operator(stage, person)
    clerk.get(f"/operator/parties/{client_id}")
    review = clerk.page.xpath("//form[@id='main-form']/@action")[0]
    clerk.press("Do not grant", reason="not yet").expect("not granted")
    headers = {"origin": stage.origin("identity")}
    for number in (review, "/operator/reviews/nonsense"):
        answer = clerk.client.post(
            stage.origin("identity") + number,
            data={"decision": "grant", "reason": "again"}, headers=headers,
        )  # fmt: skip
        assert "identity.already-decided" in followed(clerk.client, answer).text
    desk.get("/integrators/client").expect("not yet")


def test_suspending_and_lifting_are_kept_with_their_reasons(stage, person, shop):
    party = shop("suspended")
    clerk = operator(stage, person)
    clerk.get(f"/operator/parties/{party.client_id}").press("Suspend", why="complaints")
    clerk.expect("complaints")
    browser = stage.browser().get(party.openid.start(party.party, ["openid"]).url)
    assert browser.fault == "identity.client-suspended"
    with pytest.raises(Refusal, match="invalid_client"):
        party.openid.open_signing(party.party, b"x", [])
    clerk.get("/operator?show=suspended").expect(party.client_id)
    clerk.get(f"/operator/parties/{party.client_id}").press("Lift", why="resolved")
    clerk.expect("complaints").expect("resolved").expect("lifted")


def test_nobody_without_a_post_gets_in(stage, person):
    browser = operator(stage, person, "山田　颯太")
    assert browser.fault == NOT_AN_OPERATOR.code
    browser.get(f"{stage.origin('identity')}/operator")
    assert "/tap" in browser.url, "signed in as nothing: the tap is asked for again"


def test_a_post_that_ended_is_no_post(stage, person, country):
    browser = operator(stage, person).expect("Review of services")
    end = "UPDATE operator_post SET until = since + interval '1 second'"
    with country.process.prepared.founders(GivenPostgres(country.databases[0]).start()) as founders:
        founder = founders["identity"]
        founder.run("test.end", lambda tx: tx.execute(end))
        try:
            browser.get(f"{stage.origin('identity')}/operator")
            assert browser.fault == NOT_AN_OPERATOR.code
        finally:
            founder.run("test.back", lambda tx: tx.execute("UPDATE operator_post SET until = NULL"))


def test_institutions_are_not_decided_about_here(stage, person):
    browser = operator(stage, person).get("/operator/parties/portal")
    assert browser.fault == "identity.unknown-client"
