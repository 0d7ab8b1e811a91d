"""A conformance run: a good party passes everything, each broken one fails exactly its scenario."""

import threading

import pytest

from kazasu.exchange.faults import BAD_SIGNATURE
from kazasu.exchange.keys import verified
from kazasu.foundation.faults import Refusal
from kazasu.lab.conformance import runs
from kazasu.lab.conformance.model import BY_ID, GOOD, SCENARIOS
from kazasu.lab.conformance.service import REPORT_TYP
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
        verified(
            answer.json()["signed"][:-8] + "AAAAAAAA", REPORT_TYP, country.directory, "identity"
        )
    assert refused.value.fault is BAD_SIGNATURE


def test_a_party_that_pushes_and_binds_is_tried_all_the_same(application):
    report = run(application(strict=True)).json()["report"]
    assert report["passed"], [r for r in report["results"] if r["verdict"] != "passed"]


def test_a_party_of_rs256_is_tried_with_rs256(application):
    """Keys that rotate, foreign keys and logout tokens are of the kind that it registered: else it would refuse them for that alone."""
    report = run(application(algorithm="RS256")).json()["report"]
    assert {k: v for k, v in verdicts(report).items() if v != "passed"} == {}
    flaws = ("signature", "logout-signature")
    report = run(application(flaws, algorithm="RS256")).json()["report"]
    wrong = {name for name, verdict in verdicts(report).items() if verdict != "passed"}
    assert wrong == set().union(*(BROKEN[flaw] for flaw in flaws))


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


TOGETHER = (
    {"state", "nonce", "issuer", "stale-keys", "deaf", "logout-nonce"},
    {"iss", "audience", "any-browser", "userinfo", "logout-audience", "logout-events"},
    {"denied", "expiry", "none", "replay", "logout-issuer", "logout-expired"},
    {"impolite", "subject", "unsolicited", "logout-signature"},
    {"signature"},
)
"""Flaws that do not hide one another: a run takes seconds, so they are tried in groups. Deep: one by one."""


def test_every_flaw_is_tried():
    assert set().union(*TOGETHER) == set(BROKEN)


def fails_exactly(application, flaws):
    report = run(application(flaws)).json()["report"]
    wrong = {name for name, verdict in verdicts(report).items() if verdict != "passed"}
    assert wrong == set().union(*(BROKEN[flaw] for flaw in flaws))
    assert report["passed"] is False
    for one in report["results"]:
        if one["verdict"] == "failed":
            assert one["reason"]
            assert one["did"]


@pytest.mark.parametrize("flaws", TOGETHER, ids=lambda flaws: "+".join(sorted(flaws)))
def test_broken_parties_fail_exactly_their_scenarios(application, flaws):
    fails_exactly(application, flaws)


@pytest.mark.deep
@pytest.mark.parametrize("flaw", BROKEN)
def test_a_broken_party_fails_exactly_its_scenarios(application, flaw):
    fails_exactly(application, {flaw})


def test_what_is_only_recommended_is_a_warning(application):
    report = run(application({"at_hash", "logout-replayed"})).json()["report"]
    warned = {name for name, verdict in verdicts(report).items() if verdict != "passed"}
    assert warned == {"at-hash-wrong", "logout-replayed"}
    assert report["passed"] is True
    assert report["counts"]["warned"] == 2


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


def test_an_application_that_is_not_there_or_open_to_all_is_one_error_and_no_report(application):
    """Not forty of the same kind, and the next run may begin at once."""
    one = application()
    for elsewhere in ("http://127.0.0.1:9/login", "http://[", "http://\u2100.com/"):
        answer = run(one, start_url=elsewhere)
        assert answer.json()["code"] == "lab.conformance-elsewhere", "only its own hosts are asked"
    assert run(application({"open"})).json()["code"] == "lab.check-is-open"
    missing = run(one, check_url=f"{one.home}/nothing").json()
    assert missing["code"] == "lab.check-missing"
    assert "HTTP 404" in missing["title"]
    one.stop()
    for _ in range(2):
        answer = run(one)
        assert answer.json()["code"] == "lab.application-silent"
        assert one.home in answer.json()["title"]


def test_only_ones_own_service_and_only_in_test_mode(application, country):
    one = application()
    answer = run(one, start_url="http://portal.localhost/")
    assert answer.json()["code"] == "lab.conformance-elsewhere"
    assert run(one, check_url="file:///etc/passwd").json()["code"] == "lab.conformance-elsewhere"
    assert run(one, more="x").json()["code"] == "exchange.unreadable"
    kept = country.process.prepared.databases["identity"]
    kept.run("test.team", lambda tx: tx.execute(
        "UPDATE client SET mode = 'team' WHERE client_id = %s", (one.party.client_id,)))  # fmt: skip
    assert run(one).json()["code"] == "lab.test-mode-only"


def test_nobody_else_meets_what_a_run_plays(application, shop, person):
    """While a run is under way another party signs somebody in, and no second run begins."""
    one, party = application(), shop("bystander")
    answers = []
    thread = threading.Thread(target=lambda: answers.append(run(one)))
    thread.start()
    found = party.login(person("山田　颯太"), "openid name")
    assert found.name == "山田　颯太"
    assert thread.is_alive(), "the run was over too early to prove anything"
    assert run(one).json()["code"] == "lab.conformance-running"
    thread.join()
    assert answers[0].json()["report"]["passed"]


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
