"""Self-service registration from the party's side: at once in test mode, changed by its own secret, reviewed for more."""

import json
import re
import socket
from copy import copy
from types import SimpleNamespace

import httpcore
import pytest
from joserfc.jwk import ECKey

from kazasu.foundation.faults import Refusal
from kazasu.identity.clients import addresses, model
from kazasu.identity.clients.model import Registration
from kazasu.identity.clients.service import Clients
from kazasu.identity.hooks import Hooks
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.operators.findings import findings
from kazasu.identity.operators.service import Operating
from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome
from tests.support.pages import followed, signed_in_at
from tests.support.street import Street

FOUR = ("name", "address", "birthdate", "gender", "age_over_20")
PURPOSES = {item: ["本人確認", "identity proofing"] for item in FOUR}


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


def test_a_new_party_signs_people_in_at_once(world):
    party = Relying(world, "shop")
    assert party.registered["mode"] == "test"
    assert party.client_id.startswith("RP")
    assert party.registered["sector"] == "shop.example"
    tokens = party.login(scope="openid name")
    assert party.userinfo(tokens["access_token"]).json()["name"] == "横浜　花子"


def test_the_registration_says_what_was_registered(world):
    party = Relying(world, "echo")
    told = party.manage().json()
    assert "registration_access_token" not in told
    for name in ("client_name", "redirect_uris", "jwks", "scope"):
        assert told[name] == party.registered[name]
    assert told["token_endpoint_auth_method"] == "private_key_jwt"
    assert told["subject_type"] == "pairwise"


def test_what_is_not_known_is_ignored_and_grants_nothing(world):
    """RFC 7591 2: other people's software sends what it has. A wish for another number, mode or standing is none of it."""
    party = Relying(
        world, "lenient", client_id="RP00000001", mode="live", public_institution=True,
        redirect_uri="https://x.example/", logo_uri="https://x.example/logo.png",
        client_uri="https://x.example/", policy_uri="https://x.example/p", software_id="a",
        contacts=["ops@x.example", "dev@x.example"],
    )  # fmt: skip
    told = party.manage().json()
    assert told["client_id"] != "RP00000001"
    assert told["mode"] == "test"
    assert not {"public_institution", "redirect_uri", "logo_uri"} & told.keys()
    assert told["contacts"] == ["ops@x.example, dev@x.example"]


@pytest.mark.parametrize(
    ("member", "value", "allowed"),
    [
        ("token_endpoint_auth_method", "client_secret_basic", "private_key_jwt"),
        ("response_types", ["token"], "code"),
        ("application_type", "spa", "native"),
    ],
)
def test_a_member_that_takes_few_values_says_which(world, member, value, allowed):
    party = Relying(world, "few")
    answer = party.manage("PUT", json=party.manage().json() | {member: value})
    assert answer.status_code == 400
    assert allowed in answer.json()["error_description"]
    assert "literal_error" not in answer.text


def test_what_is_told_can_be_sent_back_and_changes_nothing(world):
    """RFC 7592 2.2: the client_id is in it."""
    party = Relying(world, "back", purposes=PURPOSES, contact="ops", colour="#003366")
    told = party.manage().json()
    assert party.manage("PUT", json=told).json() == told
    assert party.manage().json() == told
    assert outcome(party.manage("PUT", json=told | {"client_id": "RP00000001"})) == (
        "invalid_client_metadata"
    )


def test_keys_are_changed_and_the_old_one_is_worth_nothing(world):
    party = Relying(world, "keys")
    old, new = party.key, ECKey.generate_key("P-256", {"kid": "keys-2"})
    both = {"keys": [{**k.as_dict(private=False), "kid": k.kid} for k in (old, new)]}
    assert party.manage("PUT", json=Relying.metadata("keys", old, jwks=both)).is_success
    for key in (old, new):
        good = party.assertion(key=key, header={"kid": key.kid})
        assert party.token(assertion=good, grant_type="client_credentials", scope="sign").is_success
    alone = {"keys": both["keys"][1:]}
    assert party.manage("PUT", json=Relying.metadata("keys", new, jwks=alone)).is_success
    late = party.assertion(key=old, header={"kid": old.kid})
    answer = party.token(assertion=late, grant_type="client_credentials", scope="sign")
    assert outcome(answer) == "invalid_client"


def test_a_deleted_party_is_gone_with_all_it_was_given(world):
    party = Relying(world, "gone")
    tokens = party.login(scope="openid name offline_access")
    own = party.own()
    assert party.manage("DELETE").status_code == 204
    assert outcome(party.manage()) == "identity.not-your-registration"
    assert outcome(party.authorize()) == "identity.unknown-client"
    assert outcome(party.userinfo(tokens["access_token"])) == "invalid_token"
    assert outcome(party.refresh(tokens["refresh_token"])) == "invalid_client"
    assert outcome(party.deposit(token=own)) == "invalid_token"


def test_more_than_test_mode_needs_purposes_and_a_review(world):
    silent = Relying(world, "silent")
    assert outcome(silent.manage("POST", path="/review")) == "identity.purposes-missing"
    party = Relying(world, "open", purposes=PURPOSES)
    asked = party.manage("POST", path="/review", params={"mode": "live"}).json()
    assert (asked["mode"], len(asked["reviews"])) == ("test", 1)
    again = party.manage("POST", path="/review").json()
    assert len(again["reviews"]) == 1
    assert again["reviews"][0]["granted"] is None


@pytest.mark.parametrize(
    "blank", ["\u3164", "Shop\u200b", "Shop\u3164", "\u202eShop", "\u2800", "店\ufe0f"], ids=ascii
)
def test_who_asks_and_why_can_be_seen(blank):
    key = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=False)
    asked = Registration(
        client_name="X",
        redirect_uris=["https://rp.example/cb"],
        jwks={"keys": [key]},
        scope="openid name",
    )
    for changed in (
        {"client_name": blank}, {"client_name_ja": blank}, {"contact": blank},
        {"purposes": {"name": [blank, "x"]}}, {"purposes": {"name": ["あ", blank]}},
    ):  # fmt: skip
        with pytest.raises(OAuthError) as refused:
            model.check(asked.model_copy(update=changed))
        assert refused.value.error == "invalid_client_metadata"
    for host in ("rp\u200b.example", "\u3164.example"):
        with pytest.raises(OAuthError) as refused:
            model.check(asked.model_copy(update={"redirect_uris": [f"https://{host}/cb"]}))
        assert refused.value.error == "invalid_redirect_uri"


def test_subjects_are_pairwise_by_sector(world):
    one, other = Relying(world, "one"), Relying(world, "other")
    same = Relying(world, "one", client_name="One again")
    subjects = [p.userinfo(p.login()["access_token"]).json()["sub"] for p in (one, other, same)]
    assert subjects[0] != subjects[1]
    assert subjects[0] == subjects[2]


def test_a_sector_is_a_host_whatever_the_port(world):
    """OpenID Connect Core 8.1. Who was registered with a port before keeps it, and its people their subjects."""

    def asked(*redirects):
        given = Relying.metadata("one", ECKey.generate_key("P-256"))
        return Registration.model_validate(given | {"redirect_uris": list(redirects)})

    sectors = {
        model.sector_of(asked(f"http://{host}/cb"))
        for host in ("rp.localhost", "RP.localhost:9000", "rp.localhost:1")
    }
    assert sectors == {"rp.localhost"}
    assert model.sector_of(asked("http://a.test:1/x", "http://a.test:2/y")) == "a.test"
    with pytest.raises(OAuthError):
        model.sector_of(asked("http://a.test/x", "http://b.test/y"))
    assert model.is_sector("rp.localhost", "rp.localhost:9000")
    assert not model.is_sector("other.localhost", "rp.localhost:9000")


def test_a_suspended_party_is_refused_everywhere_with_what_it_has(world):
    party = Relying(world, "halted")
    tokens = party.login(scope="openid name offline_access")
    own = party.own()
    process = world.street.process
    database = process.prepared.databases["identity"]
    clients = Clients(database, world.clock, process.client, world.directory, sandbox=True)
    desk = Operating(database, process.client, clients, Hooks())
    metadata = Registration.model_validate(Relying.metadata("halted", party.key))
    trial, _ = clients.register(metadata, stands_for=party.client_id)
    tapping = party.authorize()

    def suspend():
        desk.suspend(party.client_id, "operator", suspended=True, reason="a complaint")

    with pytest.raises(Refusal, match=r"identity\.not-an-operator"):
        suspend()  # whose post ended with the page open decides nothing
    founder = world.street.databases.founder("identity")
    founder.run("post", lambda tx: tx.insert("operator_post", sub="operator", since=tx.now))
    desk_of = signed_in_at(world.street, "identity", "identity", "operator", "operator")
    lists = {show: desk_of.get(f"/operator?lang=en&show={show}").text for show in ("", "trials")}
    assert {show: party.client_id in page for show, page in lists.items()} == {
        "": True,
        "trials": False,
    }
    assert {show: trial.client_id in page for show, page in lists.items()} == {
        "": False,
        "trials": True,
    }
    suspend()
    assert outcome(party.userinfo(tokens["access_token"])) == "invalid_token"
    assert outcome(party.deposit(token=own)) == "invalid_token"
    assert outcome(party.refresh(tokens["refresh_token"])) == "invalid_client"
    assert outcome(party.push()) == "invalid_client"
    assert outcome(party.authorize()) == "identity.client-suspended"
    tried = party.authorize(client_id=trial.client_id)
    assert outcome(tried) == "identity.client-suspended", (
        "nor by the client that tries its settings"
    )
    page = world.browser.get(world.tapped(tapping).headers["location"])
    assert "identity.client-suspended" in page.text, "nor with the tap that was under way"
    assert party.manage("DELETE").status_code == 204
    assert clients.get(trial.client_id) is None


# ---------------------------------------------------------------- reviewed by an operator


@pytest.fixture
def operator(world):
    """The register, as the operator's desk calls it."""
    process = world.street.process
    return Clients(
        process.prepared.databases["identity"],
        world.clock,
        process.client,
        world.directory,
        sandbox=True,
    )


def decided(operator, party, mode, *, granted=True):
    assert party.manage("POST", path="/review", params={"mode": mode}).is_success
    review = next(r for r, client in operator.waiting() if client.client_id == party.client_id)
    operator.decide(review.review_id, "operator", granted=granted, reason="looked at")
    return review


def test_a_live_party_pushes_and_binds_and_no_less(world, operator):
    party = Relying(world, "live", purposes=PURPOSES)
    review = decided(operator, party, "live")
    assert party.manage().json()["mode"] == "live"
    assert outcome(party.authorize()) == "back:invalid_request"
    assert (
        outcome(party.token(grant_type="client_credentials", scope="sign")) == "invalid_dpop_proof"
    )
    loose = Relying.metadata("live", party.key, purposes=PURPOSES, dpop_bound_access_tokens=False)
    assert party.manage("PUT", json=loose).json()["dpop_bound_access_tokens"]
    with pytest.raises(Refusal) as refused:
        operator.decide(review.review_id, "another", granted=False, reason="too late")
    assert refused.value.fault.code == "identity.already-decided"


def test_more_items_than_were_reviewed_lead_back_to_test_mode(world, operator):
    party = Relying(world, "more", scope="openid name", purposes={"name": PURPOSES["name"]})
    decided(operator, party, "live")
    more = Relying.metadata(
        "more", party.key, scope="openid name address",
        purposes={item: PURPOSES[item] for item in ("name", "address")},
    )  # fmt: skip
    assert party.manage("PUT", json=more).json()["mode"] == "test"


REVIEWED = {
    "name": {"client_name": "国税相談社"}, "japanese name": {"client_name#ja": "国税相談社"},
    "colour": {"colour": "#003366"},
    "purpose": {"purposes": PURPOSES | {"name": ["還付金の支払い", "Paying a refund"]}},
    "host after signing out": {"post_logout_redirect_uris": ["https://elsewhere.example/bye"]},
}  # fmt: skip
UNREVIEWED = {
    "key": {"jwks": {"keys": [{**ECKey.generate_key("P-256").as_dict(private=False), "kid": "2"}]}},
    "path": {"redirect_uris": ["https://live.example/other/cb"]},
    "less": {"scope": "openid name"},
    "contact": {"contact": "somebody else"},
}


@pytest.mark.parametrize("mode", ["team", "live"])
@pytest.mark.parametrize("what", [*REVIEWED, *UNREVIEWED])
def test_what_was_reviewed_is_reviewed_again_when_it_changes(world, operator, mode, what):
    """A live bicycle shop became a tax office over night: name, purpose and key by one PUT."""
    party = Relying(world, "live", client_name=f"Live {what} {mode}", purposes=PURPOSES)
    decided(operator, party, mode)
    now = party.manage().json()
    given = (
        "client_name", "client_name#ja", "redirect_uris", "post_logout_redirect_uris", "jwks",
        "scope", "purposes",
    )  # fmt: skip
    changed = {name: now[name] for name in given} | {**REVIEWED, **UNREVIEWED}[what]
    asked = changed["scope"].split()
    changed["purposes"] = {k: v for k, v in changed["purposes"].items() if k in asked}
    answer = party.manage("PUT", json=changed)
    assert answer.is_success, answer.text
    assert answer.json()["mode"] == ("test" if what in REVIEWED else mode)


def test_a_change_under_the_operators_eyes_is_not_what_they_grant(world, operator):
    party = Relying(world, "bait", purposes=PURPOSES)
    assert party.manage("POST", path="/review", params={"mode": "live"}).is_success
    review = next(r for r, client in operator.waiting() if client.client_id == party.client_id)
    switched = Relying.metadata("bait", party.key, purposes=PURPOSES, client_name="国税相談社")
    assert party.manage("PUT", json=switched).is_success
    with pytest.raises(Refusal) as refused:
        operator.decide(review.review_id, "operator", granted=True, reason="looked at")
    assert refused.value.fault.code == "identity.already-decided"
    told = party.manage(path="/review").json()
    assert (told["mode"], told["reviews"][0]["granted"]) == ("test", False)
    assert party.manage("POST", path="/review", params={"mode": "live"}).is_success


def test_a_refused_review_changes_nothing_and_says_why(world, operator):
    party = Relying(world, "refused", purposes=PURPOSES)
    decided(operator, party, "live", granted=False)
    told = party.manage(path="/review").json()
    assert (told["mode"], told["reviews"][0]["reason"]) == ("test", "looked at")


def test_a_team_is_of_invited_people_alone_and_small(world, operator):
    party = Relying(world, "team", purposes=PURPOSES)
    decided(operator, party, "team")
    began = party.authorize()
    page = world.tapped(began)
    text = world.browser.get(f"{world.origin}{page.headers['location']}").text
    assert "identity.not-in-team" in text
    codes = [party.manage("POST", path="/team").json()["invitation"] for _ in range(20)]
    assert outcome(party.manage("POST", path="/team")) == "identity.team-full"
    code = codes[0].rpartition("/")[2]
    assert operator.join(code, "somebody").client_id == party.client_id
    assert operator.join(code, "somebody").client_id == party.client_id
    for taken, who in ((code, "another"), ("guess", "somebody")):
        with pytest.raises(Refusal) as refused:
            operator.join(taken, who)
        assert refused.value.fault.code == "identity.bad-invitation"


def test_a_party_in_test_mode_signs_nobody_in_outside_a_sandbox(world, module_databases):
    """Its registration came along with the database."""
    party = Relying(world, "moved-along", purposes=PURPOSES)
    outside = party.world = copy(world)
    outside.street = Street(
        module_databases, world.clock, "jpki", "identity",
        mode="production", pki_passphrase_file=str(world.street.settings.data / "pki" / "passphrase"),
    )  # fmt: skip
    outside.browser = outside.street.browser()
    page = outside.tapped(party.authorize())
    text = outside.browser.get(f"{world.origin}{page.headers['location']}").text
    assert "identity.test-only" in text


@pytest.mark.parametrize(
    "uri",
    ["http://rp.localhost/cb", "https://localhost/cb", "https://vault.internal/cb", "https://10.0.0.1/cb",
     "https://printer.local/cb", "https://127.0.0.1/cb"],
)  # fmt: skip
def test_production_posts_into_nobodys_own_house(uri):
    key = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=False)
    asked = Registration(client_name="X", redirect_uris=[uri], jwks={"keys": [key]})
    with pytest.raises(OAuthError) as refused:
        model.check(asked, sandbox=False)
    assert refused.value.error == "invalid_redirect_uri"
    model.check(
        asked.model_copy(update={"redirect_uris": ["https://rp.example/cb"]}), sandbox=False
    )


@pytest.mark.parametrize(
    ("uri", "fits"),
    [
        ("https://printer.local/cb", True), ("https://printer.local:8443/cb", True), ("https://rp.localhost/cb", True),
        ("http://printer.local/cb", False), ("https://other.local/cb", False), ("https://x.printer.local/cb", False),
        ("https://printer.local#x", False),
    ],
)  # fmt: skip
def test_hosts_that_the_operator_declared_are_the_exception(uri, fits):
    """By https, and otherwise as any other address."""
    here = {"sandbox": False, "inside": {"printer.local", "rp.localhost"}}
    assert (addresses.unfit(uri, **here) is None) is fits
    key = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=False)
    asked = Registration(client_name="X", redirect_uris=[uri], events_uri=uri, jwks={"keys": [key]})
    if fits:
        model.check(asked, **here)
        model.check_sector_uri(uri, **here)
    else:
        with pytest.raises(OAuthError):
            model.check(asked, **here)


class _Line(httpcore.MockStream):
    """A connection to somebody who answers this, whatever is sent."""

    def get_extra_info(self, info):
        plug = SimpleNamespace(
            send=len, settimeout=lambda _: None, close=lambda: None, getpeername=tuple
        )
        plug.dup = lambda: plug
        return plug if info == "socket" else super().get_extra_info(info)


@pytest.mark.parametrize(("address", "visited"), [("10.0.0.7", 0), ("93.184.215.14", 1)])
def test_production_fetches_nothing_from_a_name_that_leads_inside(
    world, module_databases, monkeypatch, address, visited
):
    uris, seen = ["https://rp.example/cb"], []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (address, 443))])

    def connected(_, address, *more):
        seen.append(address)
        body = json.dumps(uris).encode()
        head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body)
        return _Line([head, body])

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connected)
    street = Street(module_databases, world.clock, "identity", mode="production")
    key = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=False)
    answer = street.browser().post(
        f"{world.issuer}/clients-registrations/openid-connect",
        json={"client_name": "X", "redirect_uris": uris, "jwks": {"keys": [key]},
              "sector_identifier_uri": "https://lists.example/x"},
    )  # fmt: skip
    assert seen == [address] * visited
    assert outcome(answer) == ("accepted: 201" if visited else "invalid_client_metadata")


def test_signing_out_may_be_posted(world):
    token = world.login()["id_token"]
    posted = world.browser.post(f"{world.protocol}/logout", data={"id_token_hint": token})
    assert posted.status_code == 303
    assert followed(world.browser, posted).status_code == 200


# ---------------------------------------------------------------- by hand, on the desk's page


def test_registering_by_hand_happens_once_and_its_token_is_this_browsers(world):
    browser, stranger = world.street.browser(), world.street.browser()
    key = ECKey.generate_key("P-256", {"kid": "hand"})
    form = {
        "name": "By Hand", "name_ja": "手で", "redirect_uris": "http://hand.localhost:9000/callback",
        "jwks": json.dumps({"keys": [{**key.as_dict(private=False), "kid": "hand"}]}),
    }  # fmt: skip
    answer = browser.post(
        f"{world.origin}/integrators/register", data=form, headers={"origin": world.origin}
    )
    assert answer.status_code == 303
    address = f"{world.origin}{answer.headers['location']}"
    pages = [browser.get(address).text, browser.get(address).text]
    (token,) = {re.search(r'id="registration-token">([^<]+)', page)[1] for page in pages}
    (client_id,) = {re.search(r'id="client-id">([^<]+)', page)[1] for page in pages}
    assert token not in address
    assert token in browser.get(f"{address}&lang=en").text
    assert token not in stranger.get(address).text
    assert token not in browser.get(f"{world.origin}/integrators/registered").text
    named = world.street.databases("identity").run(
        "test.count", lambda tx: tx.value("SELECT count(*) FROM client WHERE name_en = 'By Hand'")
    )
    assert (client_id[:2], named) == ("RP", 1)


# ---------------------------------------------------------------- names and colours of others


def named(world, ja, en="Bicycles", **more):
    body = {"client_name": en, "client_name#ja": ja} | more
    return Relying.register(world, "named", **body)


@pytest.mark.parametrize(
    "name",
    ["{name}", " {name} ", "{name}。", "Hinata Bank", "HINATA-BANK", "Hinata Bаnk", "Ｈｉｎａｔａ Ｂａｎｋ", "Hinata Bánk"],
)  # fmt: skip
def test_a_name_that_looks_like_an_institution_is_refused(world, name):
    """ "ひなた銀行" in the bank's colour stood at the tap as if it were the bank."""
    known = next(iter(world.directory)).name
    for taken in (known.ja, known.en):
        answer = named(world, name.format(name=taken).replace("Hinata Bank", taken))
        assert answer.status_code == 400
        assert "looks like an institution" in answer.json()["error_description"]
        assert "client_name" in answer.json()["error_description"]


@pytest.mark.parametrize(
    "name",
    ["デジタル庁", "総務省", "国税庁", "文部科学省", "J-LIS", "J LIS", "マイナポータル", "マイナポータル（公式）", "公的個人認証サービス",
     "地方公共団体情報システム機構", "横浜市", "横浜市（体験）", "横浜市役所", "札幌市 カード窓口", "倶知安町", "長崎市役所", "Yokohama City", "City of Kobe",
     "Sapporo City Hall", "My Number Card"],
)  # fmt: skip
def test_a_public_bodys_name_is_refused_whether_it_is_here_or_not(world, name):
    """Anybody could stand at the tap as the tax agency, or as the city whose desk does not exist here."""
    answer = named(world, name)
    assert answer.status_code == 400
    assert "looks like an institution" in answer.json()["error_description"]


@pytest.mark.parametrize(
    "name", ["朝市", "カフェ京都", "茶道教室", "市役所前書店", "官公庁", "横浜市民の本屋", "ゆめの町", "City Bikes", "Capacity", "省エネの店"]
)  # fmt: skip
def test_a_name_that_only_holds_such_a_word_is_taken(world, name):
    assert named(world, name, en="Some shop").status_code == 201
    if name.isascii():
        assert named(world, "店", en=name).status_code == 201


def test_colours_of_institutions_are_theirs(world):
    for colour in ("#0017C1", "#0018c0", "#8B3200", "#8B3300"):
        answer = named(world, "自転車店", colour=colour)
        assert "colour" in answer.json()["error_description"], colour
    assert named(world, "自転車店", colour="#003366").status_code == 201


def test_a_reviewed_name_is_nobody_elses(world, operator):
    """Two may be called so while they try; only the first that is looked at keeps the name."""
    first, second = (
        Relying(world, "shop", purposes=PURPOSES),
        Relying(world, "shop", purposes=PURPOSES),
    )
    third = Relying(world, "other", purposes=PURPOSES)
    assert second.manage("POST", path="/review", params={"mode": "live"}).is_success
    decided(operator, first, "live")
    waits = next(r for r, client in operator.waiting() if client.client_id == second.client_id)
    with pytest.raises(Refusal, match=r"identity\.name-taken"):
        operator.decide(waits.review_id, "operator", granted=True, reason="looked at")
    assert operator.get(second.client_id).mode == "test"
    asked = second.manage("POST", path="/review", params={"mode": "team"})
    assert asked.json()["code"] == "identity.name-taken"
    assert "looks like" in named(world, "店", "ЅНОР").json()["error_description"], "in Cyrillic"
    renamed = third.manage("PUT", json=Relying.metadata("other", third.key, client_name="Shop"))
    assert "looks like" in renamed.json()["error_description"]
    kept = first.manage("PUT", json=Relying.metadata("shop", first.key, purposes=PURPOSES))
    assert kept.json()["mode"] == "live", "one's own name is no other's"


def test_words_of_authority_are_shown_to_the_operator(world, operator):
    party = Relying(world, "tax", **{"client_name#ja": "国税庁相談室", "purposes": PURPOSES})
    found = findings(operator.get(party.client_id), "ops", None)
    assert any(one.state == "warn" and "庁" in one.words.ja for one in found)
