"""A conformance run: a good party passes everything, each broken one fails exactly its scenario."""

import pytest

from kazasu.exchange.faults import BAD_SIGNATURE
from kazasu.exchange.keys import verified
from kazasu.foundation.faults import Refusal
from kazasu.identity.integrators.conformance import runs
from kazasu.identity.integrators.conformance.model import BY_ID, GOOD, SCENARIOS
from kazasu.identity.integrators.conformance.service import REPORT_TYP
from tests.support.application import Application


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    monkeypatch.setattr(runs, "SLOW", 0.1)


@pytest.fixture
def application(country):
    made = []

    def make(*arguments, **options):
        made.append(Application(country, *arguments, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def run(application, **changes):
    party = application.party
    wanted = {"start_url": application.start_url, "check_url": application.check_url} | changes
    return party.http.post(
        f"{party.origin}/api/conformance", json=wanted, headers=party.bearer, timeout=120
    )


def verdicts(report):
    return {one["id"]: one["verdict"] for one in report["results"]}


def test_there_are_enough_scenarios_and_each_names_its_clause():
    assert len(SCENARIOS) >= 25
    assert len(BY_ID) == len(SCENARIOS)
    assert all(scenario.clause for scenario in SCENARIOS)


def test_a_good_party_passes_everything_and_the_report_is_signed(application, country):
    answer = run(application())
    assert answer.status_code == 201, answer.text
    report = answer.json()["report"]
    assert {k: v for k, v in verdicts(report).items() if v != "passed"} == {}
    assert report["passed"] is True
    assert [one["id"] for one in report["results"]] == list(BY_ID), "nothing is skipped"
    signer, content = verified(answer.json()["signed"], REPORT_TYP, country.directory, "identity")
    assert signer == "identity"
    assert report["run_id"].encode() in content
    with pytest.raises(Refusal) as refused:
        verified(answer.json()["signed"][:-8] + "AAAAAAAA", REPORT_TYP, country.directory, "identity")
    assert refused.value.fault is BAD_SIGNATURE


def test_a_party_that_pushes_and_binds_is_tried_all_the_same(application):
    report = run(application(strict=True)).json()["report"]
    assert report["passed"], [r for r in report["results"] if r["verdict"] != "passed"]


BROKEN = {
    "state": {"state-wrong", "state-missing"},
    "iss": {"iss-wrong", "iss-missing"},
    "denied": {"access-denied", "unavailable"},
    "impolite": {"access-denied", "unavailable"},
    "any-browser": {"other-browser"},
    "unsolicited": {"unsolicited"},
    "replay": {"replayed"},
    "nonce": {"nonce-wrong", "nonce-missing"},
    "issuer": {"issuer-wrong"},
    "audience": {"audience-wrong", "audience-foreign"},
    "expiry": {"expired"},
    "subject": {"subject-missing"},
    "none": {"alg-none"},
    "signature": {"signature-bad", "other-key", "kid-unknown", "alg-none", "alg-hs256"},
    "stale-keys": {"keys-rotated"},
    "userinfo": {"userinfo-subject"},
    "deaf": {"logout"},
    "logout-audience": {"logout-audience"},
    "logout-issuer": {"logout-issuer"},
    "logout-signature": {"logout-signature"},
    "logout-nonce": {"logout-nonce"},
    "logout-events": {"logout-events"},
    "logout-expired": {"logout-expired"},
}


@pytest.mark.parametrize("flaw", BROKEN)
def test_a_broken_party_fails_exactly_its_scenarios(application, flaw):
    report = run(application({flaw})).json()["report"]
    wrong = {name for name, verdict in verdicts(report).items() if verdict != "passed"}
    assert wrong == BROKEN[flaw]
    assert report["passed"] is False
    for one in report["results"]:
        if one["verdict"] == "failed":
            assert one["reason"]
            assert one["did"]


@pytest.mark.parametrize(("flaw", "scenario"), [("at_hash", "at-hash-wrong"), ("logout-replayed",) * 2])
def test_what_is_only_recommended_is_a_warning(application, flaw, scenario):
    report = run(application({flaw})).json()["report"]
    assert verdicts(report)[scenario] == "warned"
    assert report["passed"] is True


def test_what_does_not_apply_says_why(application):
    report = run(application(backchannel=False, scope="openid")).json()["report"]
    skipped = [one for one in report["results"] if one["verdict"] == "not-applicable"]
    assert {one["id"] for one in skipped} == {
        s.id for s in SCENARIOS if s.phase in ("logout", "userinfo")
    }
    assert all(one["reason"] for one in skipped)


def test_without_a_good_login_nothing_could_run(application):
    broken = application()
    report = run(broken, start_url=f"{broken.home}/nothing").json()["report"]
    assert verdicts(report)[GOOD] == "could-not-run"
    assert set(verdicts(report).values()) == {"could-not-run"}
    assert report["passed"] is False
    report = run(application({"open"})).json()["report"]
    assert "open to whoever" in report["results"][0]["reason"]
    assert set(verdicts(report).values()) == {"could-not-run"}


def test_only_ones_own_service_and_only_in_test_mode(application, country):
    one = application()
    answer = run(one, start_url="http://portal.localhost/")
    assert answer.json()["code"] == "identity.conformance-elsewhere"
    assert run(one, check_url="file:///etc/passwd").json()["code"] == "identity.conformance-elsewhere"
    assert run(one, more="x").json()["code"] == "exchange.unreadable"
    kept = country.process.floors.databases["identity"]
    kept.run("test.team", lambda tx: tx.execute(
        "UPDATE client SET mode = 'team' WHERE client_id = %s", (one.party.client_id,)))  # fmt: skip
    assert run(one).json()["code"] == "identity.test-mode-only"


def test_nobody_else_meets_what_a_run_plays(application, shop, person):
    """A run is under way the whole time; another party and the same party's ordinary logins see nothing."""
    one, party = application(), shop("bystander")
    answers = []
    import threading  # noqa: PLC0415

    thread = threading.Thread(target=lambda: answers.append(run(one)))
    thread.start()
    anna = person("山田　颯太")
    while thread.is_alive():
        assert party.login(anna, "openid name").name == "山田　颯太"
        second = run(one)
        assert second.status_code in (201, 409)
        break
    thread.join()
    codes = {a.json().get("code", "ran") for a in [*answers, second]}
    assert "ran" in codes
    assert codes <= {"ran", "identity.conformance-running"}


def test_a_run_that_is_over_can_be_asked_for_by_nobody(application):
    one = application()
    started = one.party.openid.start(one.party.party, ["openid"])
    answer = one.party.http.get(started.url + "&login_hint=conformance:0123456789abcdef:alg-none")
    assert "error=invalid_request" in answer.headers["location"]


def test_the_report_has_a_page_and_a_file(stage, application):
    one = application({"nonce"})
    run(one)
    browser = stage.browser()
    browser.get(f"{stage.origin('identity')}/integrators/conformance").press(
        "Open", client_id=one.party.client_id,
        token=one.party.registered["registration_access_token"],
    )  # fmt: skip
    browser.press("Start the run", start_url=one.start_url, check_url=one.check_url)
    browser.expect("Not passed").expect("Wrong nonce").expect("somebody is signed in")
    link = browser.page.xpath("//a[@download]/@href")[0]
    browser.get(link)
    assert browser.content.count(b".") == 2
    other = stage.browser().get(stage.origin("identity") + link)
    assert "Open the registration" in other.text
