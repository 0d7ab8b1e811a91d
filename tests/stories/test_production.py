"""A production, founded as docs/production.md says, behind nginx: a move from the notice to the continued card, by https.

Nothing of the sandbox is open. Simplified: cards come from ``found cards`` and lie on a vpcd reader behind a real pcscd; the clock is the machine's, so the movers arrive on the day of the notice.
"""

import json
import re
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs

import httpx
import psycopg
import pytest
from joserfc import jwt

from kazasu.foundation.web.edge.forwarding.front import HSTS
from kazasu.society.stories import moving
from tests.support.party import PURPOSES, Listener, Party
from tests.support.production import (
    CHARTERS,
    NGINX,
    PEOPLE,
    RECEIVER,
    SAPPORO,
    YOKOHAMA,
    Desk,
    Production,
    write_residents,
)

pytestmark = [
    pytest.mark.skipif(shutil.which(NGINX) is None, reason="nginx-light is not installed"),
    pytest.mark.xdist_group("production"),
]
CARDS = {one.name: one.card_id for one in PEOPLE}
_SUBJECT = re.compile(r"number: ([A-Za-z0-9_-]{32})")


@pytest.fixture(scope="module")
def production():
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kazasu-production-")))
        folder.chmod(0o711)
        made = Production(folder, stack)
        made.found()
        desk = Desk(made.make_cards())
        stack.callback(desk.close)
        made.open(desk.service.environment)
        made.desk = desk
        yield made


@pytest.fixture
def person(production, monkeypatch):
    """``Person`` of the stories, whose card lies on a real reader instead of coming from a tray."""

    @dataclass
    class AtTheReader(moving.Person):
        def tap(self, **secrets):
            with production.desk.holding(CARDS[self.card]):
                self.browser.click("My card is there")
                self.browser.press("Sign" if "password" in secrets else "Confirm", **secrets)
            return self.browser

    monkeypatch.setattr(moving, "Person", AtTheReader)
    return AtTheReader


@pytest.fixture
def stage(production):
    stage = production.stage()
    yield stage
    stage.close()


def refused_subject(stage, person, name, address):
    """The first sign-in of somebody who has no post yet: the page shows what to read out."""
    somebody = person(stage, name, stage.browser())
    somebody.browser.get(address)
    somebody.tap(pin=moving.PIN)
    return _SUBJECT.search(somebody.browser.text)[1]


def employ(production, stage, person, code, name, card):
    subject = refused_subject(stage, person, name, f"{stage.origin(f'city:{code}')}/desk")
    file = production.folder / f"staff-{code}.csv"
    file.write_text(f"staff_id,name,roles,subject\n{card},{name},counter decider,{subject}\n")
    for _ in range(2):  # twice is once
        production.command("cities", "found", "staff", f"city:{code}", file)


def test_a_move_from_sign_in_to_the_end(production, stage, person):
    employ(production, stage, person, YOKOHAMA, "鈴木　真理", "mari")
    employ(production, stage, person, SAPPORO, "木村　直子", "naoko")
    moving.play(stage)
    _cookies_are_of_their_host(stage)


def _cookies_are_of_their_host(stage):
    cookies = [cookie for one in stage.browsers for cookie in one.client.cookies.jar]
    assert cookies
    for one in cookies:
        assert one.name.startswith("__Host-")
        assert one.secure
        assert one.path == "/"
        assert not one.domain_specified


def test_an_operator_is_entered_by_the_subject_that_was_refused(production, stage, person):
    page = f"{stage.origin('identity')}/operator"
    subject = refused_subject(stage, person, "木村　直子", page)
    production.command("digital", "found", "operator", subject)
    operator = person(stage, "木村　直子", stage.browser())
    operator.browser.get(page)
    operator.tap(pin=moving.PIN)
    assert operator.browser.status == 200


def reviewed(production, stage, person, party):
    """An operator lets it be a live party."""
    page = f"{stage.origin('identity')}/operator"
    operator = person(stage, "木村　直子", stage.browser())
    operator.browser.get(page)
    if found := _SUBJECT.search(operator.tap(pin=moving.PIN).text):
        production.command("digital", "found", "operator", found[1])
        operator.browser.get(page)
        operator.tap(pin=moving.PIN)
    place = party.registered["registration_client_uri"]
    asked = party.http.post(f"{place}/review?mode=live", headers=party.bearer)
    assert asked.is_success, asked.text
    operator.browser.get(f"/operator/parties/{party.client_id}")
    problems = operator.browser.fields("over")
    operator.browser.press("Grant", reason="seen", over=problems).expect("granted")
    assert party.http.get(place, headers=party.bearer).json()["mode"] == "live"


def test_a_live_party_on_the_private_network_is_told_where_the_operator_declared_it(
    production, stage, person
):
    """By event and by logout token, each over https behind its own name; beside it a receiver that nobody declared is sent nothing."""
    tls = production.web.site([RECEIVER], "velo")
    listeners = [
        Listener(host=RECEIVER, tls=tls, port=port) for port in (production.receiver_port, 0)
    ]
    declared, undeclared = listeners
    country = SimpleNamespace(directory=stage.directory, clock=stage.clock)
    parties = [
        Party(country, name, home=f"https://{RECEIVER}:{one.server.server_port}", strict=True,
              authorities=str(production.web.file), client_name=name, purposes=PURPOSES,
              events_uri=f"{one.address}/events", backchannel_logout_uri=f"{one.address}/bye")
        for name, one in (("Velo", declared), ("Solo", undeclared))
    ]  # fmt: skip
    mari = person(stage, "鈴木　真理", stage.browser())
    subjects = {}
    try:
        for party in parties:
            reviewed(production, stage, person, party)
            subjects[party.client_id] = party.login(mari, "openid name").subject
        mari.browser.get(f"{parties[0].origin}/account")
        mari.tap(pin=moving.PIN)
        mari.browser.click("Velo").click("Remove the link").press(
            "Remove the link"
        )  # both have one host, and so one link
        told = parties[0]

        def at(path):
            return [body for body in declared.at(path) if body]

        stage.until("event and logout token", lambda: at("/events") and at("/bye"))
        keys = told.openid.keys(fresh=True)
        (event, *_) = (jwt.decode(one, keys, ["ES256"]).claims for one in at("/events"))
        assert event["iss"] == told.issuer
        assert event["sub_id"]["sub"] == subjects[told.client_id]
        (bye, *_) = (parse_qs(one)["logout_token"][0] for one in at("/bye"))
        assert jwt.decode(bye, keys, ["ES256"]).claims["aud"] == told.client_id
        with psycopg.connect(production.server.url("digital")) as connection:
            tried = """SELECT max(attempts), max(last_error) FROM identity.delivery WHERE client_id = %s AND delivered_at IS NULL"""
            stage.until(
                "the other one was tried",
                lambda: (connection.execute(tried, (parties[1].client_id,)).fetchone()[0] or 0) > 0,
            )
            assert (
                connection.execute(tried, (parties[1].client_id,)).fetchone()[1] == "ConnectError"
            )
        assert undeclared.posted == []
    finally:
        for one in (*parties, *listeners):
            one.close()


def test_no_door_of_the_sandbox_is_there(production, stage):
    browser = stage.browser()
    port = production.port
    for host in ("sandbox", "phone", "bank"):
        with pytest.raises(Exception, match=r"CERTIFICATE_VERIFY_FAILED|certificate"):
            browser.get(f"https://{host}.localhost:{port}/tray")
    terminal = stage.origin("terminal")
    for path in ("/reader/insert?card=hanako", "/inspector"):
        assert browser.get(terminal + path).status in (404, 409, 422), path
    assert not list(production.folder.glob("*/tray.json"))
    for place in CHARTERS:
        assert not (production.folder / place / "clock").exists()
    directory = json.loads((production.folder / "jlis" / "directory.json").read_text("utf-8"))
    assert "SANDBOX" not in json.dumps(directory).upper()
    production.command("jlis", "clock", "+1d", refused=True)


def test_what_nginx_tells_is_believed_and_what_a_client_tells_is_not(production, stage):
    client = stage.browser().client
    portal = stage.origin("portal")
    forged = {"forwarded": "for=192.0.2.9;host=evil.example", "x-forwarded-for": "192.0.2.9",
              "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}  # fmt: skip
    answer = client.get(f"{portal}/", headers=forged)
    assert answer.status_code == 200
    assert answer.headers.get_list("strict-transport-security") == [HSTS]
    assert client.get(f"{portal}/healthz").status_code == 404
    plain = client.get(f"http://portal.localhost:{production.http_port}/move?a=1")
    assert (plain.status_code, plain.headers["location"]) == (308, f"{portal}/move?a=1")
    sent = client.post(f"{portal}/signout", headers={"origin": portal})
    assert sent.status_code == 303, "nginx's Host has no port, the form's origin has"
    evil = client.post(f"{portal}/signout", headers={"origin": portal.replace("https", "http")})
    assert "web.wrong-origin" in evil.text


def test_who_is_protected_is_protected_from_the_first_day(production, stage):
    """The import writes the letter; it leaves when both places are open."""
    with psycopg.connect(production.server.url("jlis")) as connection:
        count = "SELECT count(*) FROM jpki.protected_person WHERE protected"
        stage.until(
            "the letter to the certification service",
            lambda: connection.execute(count).fetchone() == (1,),
        )


def test_the_socket_is_the_proxys_and_what_comes_by_it_unsecured_is_refused(production):
    transport = httpx.HTTPTransport(uds=production.environment("digital")["KAZASU_SOCKET"])
    with httpx.Client(transport=transport, base_url="http://portal.localhost") as proxy:
        answer = proxy.get("/", headers={"x-forwarded-proto": "http"})
        assert (answer.status_code, answer.json()["code"]) == (403, "web.not-https")
        assert proxy.get("/", headers={"x-forwarded-proto": "https"}).status_code == 200


def test_a_second_import_changes_nothing_and_writes_a_lost_list_again(production, capsys):
    for code in (YOKOHAMA, SAPPORO):
        production.command("jlis", "found", "registrations", production.folder / f"{code}.jws")
    again = production.folder / "again.jws"
    words = (
        "cities", "found", "city", production.folder / "cities" / "charter.toml",
        production.folder / f"{YOKOHAMA}.csv", "--city", f"city:{YOKOHAMA}", "--registrations", again,
    )  # fmt: skip
    production.command(*words)
    production.command("jlis", "found", "registrations", again)
    again.unlink()
    first, *rest = [one for one in PEOPLE if one.city == YOKOHAMA]
    another = replace(first, number=first.number + 900)
    write_residents(production.folder / "others.csv", [another, *rest])
    production.command(*words[:4], production.folder / "others.csv", *words[5:], refused=True)
    assert "[cli.city-there]" in capsys.readouterr().err
    assert not again.exists()


def test_each_place_checks_what_it_has_and_leaves_the_rest_to_others(production, capsys):
    for place in CHARTERS:
        production.command(place, "check", "--json")
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not [one for one in found if one["violations"]]
    assert any(one["elsewhere"] for one in found)
    assert all(one["seen"] or one["elsewhere"] for one in found)


def test_a_card_of_a_trial_is_made_once_and_for_holders_alone(production, capsys):
    box = production.folder / "jlis" / "cards"
    before = {file.name: file.read_bytes() for file in box.glob("1*")}
    assert {name.split(".")[0] for name in before} == {
        one.card_id for one in PEOPLE if one.card and one.city == YOKOHAMA
    }
    words = ("jlis", "found", "cards", f"city:{YOKOHAMA}", production.folder / f"{YOKOHAMA}.csv")
    production.command(*words)
    assert {file.name: file.read_bytes() for file in box.glob("1*")} == before
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in box.iterdir())
    production.command(*words[:3], "portal", words[4], refused=True)
    production.command(*words[:3], "city:999999", words[4], refused=True)
    production.command(*words[:3], f"city:{SAPPORO}", words[4], refused=True)
    assert "[cli.bad-rows]" in capsys.readouterr().err
