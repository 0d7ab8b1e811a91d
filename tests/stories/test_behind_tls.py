"""A live party with bound tokens, by http and behind the proxy by https: the same story, and nothing differs but the scheme."""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt

from kazasu.cli.found import proxy
from kazasu.cli.found.charter import Charter
from kazasu.cli.processes.countries import free_port
from kazasu.foundation.faults import Refusal
from kazasu.foundation.http import http_client
from kazasu.foundation.web.edge.forwarding.front import HSTS
from kazasu.kit.latest import SCOPE, Latest
from kazasu.society.stories.stage import Person, Stage
from tests.support.country import founded
from tests.support.party import PASSWORD, PIN, PURPOSES, Listener, Party
from tests.support.production import NGINX, TlsStage, WebAuthority

pytestmark = [
    pytest.mark.skipif(shutil.which(NGINX) is None, reason="nginx-light is not installed"),
    pytest.mark.xdist_group("country"),
]
PLACES = {
    "identity": "id", "jpki": "jpki", "jukinet": "jukinet", "portal": "portal",
    "society": "sandbox", "terminal": "terminal",
}  # fmt: skip
WHO, OPERATOR = "松本　玲", "岡田　翠"
CONTRACT = """{"title": {"ja": "売買契約", "en": "Contract of sale"},
 "lines": [{"label_ja": "品目", "label_en": "Item", "value": "Bicycle, 1"}], "data": {"order": 7}}"""
OF_THE_WIRE = {"date", "server", "connection", "keep-alive", "transfer-encoding", "content-length", "strict-transport-security"}  # fmt: skip
"""Headers that are the proxy's, or say how long an answer is, whose addresses have a letter more."""


@contextmanager
def behind_the_proxy(folder):
    """A country by https alone, behind nginx as ``found nginx`` writes it. Gives it, and the file of who vouches for its names."""
    port, web = free_port(), WebAuthority(folder)
    upstream = folder / "web.socket"
    certificate, key = web.site([f"{host}.localhost" for host in PLACES.values()])
    charters = tuple(
        Charter(id=one, origin=f"https://{host}.localhost:{port}") for one, host in PLACES.items()
    )
    given = argparse.Namespace(
        charter="", upstream=[f"unix:{upstream}"], certificate=str(certificate), key=str(key),
        logs=str(folder), listen_http=f"127.0.0.1:{free_port()}", address=["127.0.0.1"],
    )  # fmt: skip
    (folder / "site.conf").write_text(proxy.written(charters, given))
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = " ".join(
        f"{part}_temp_path {folder}/{part};"
        for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/main.log;\n"
        f"events {{}}\nhttp {{ {temporary} include {folder}/site.conf; }}\n"
    )
    settings = {
        "scheme": "https", "port": port, "socket": str(upstream), "proxies": "unix",
        "authorities": str(web.file),
    }  # fmt: skip
    with founded(**settings) as country:
        process = subprocess.Popen([NGINX, "-c", folder / "nginx.conf"])
        try:
            yield country, web
        finally:
            process.terminate()
            process.wait(timeout=10)


# ---------------------------------------------------------------- the story


class Story:
    """A party from its registration to a person's leaving, and what it saw: each exchange by method, path, status and shape."""

    def __init__(self, country, listener, stage, authorities=""):
        self.stage, self.listener = stage, listener
        self.scheme = urlsplit(country.directory.origin("identity")).scheme
        self.party = Party(
            country, "velo", home=listener.address, strict=True, authorities=authorities,
            client_name="Velo", purposes=PURPOSES,
            events_uri=f"{listener.address}/events",
            backchannel_logout_uri=f"{listener.address}/bye",
        )  # fmt: skip
        self.seen = []
        self.party.http.event_hooks["response"].append(self._note)
        self.origin = self.party.origin

    def _note(self, response):
        response.read()
        assert response.url.scheme == self.scheme
        kind = response.headers.get("content-type", "")
        keys = sorted(response.json()) if "json" in kind else []
        path = re.sub(r"RP\d{8}|[0-9a-f-]{36}", "N", response.url.path)
        headers = sorted(set(response.headers) - OF_THE_WIRE)
        self.seen.append((response.request.method, path, response.status_code, kind, keys, headers))

    def person(self, name):
        return Person(self.stage, name, self.stage.browser())

    def goes_live(self):
        place = self.party.registered["registration_client_uri"]
        asked = self.party.http.post(f"{place}/review?mode=live", headers=self.party.bearer)
        assert asked.is_success, asked.text
        clerk = self.person(OPERATOR)
        clerk.browser.get(f"{self.origin}/operator")
        clerk.tap(pin=PIN)
        clerk.browser.get(f"/operator/parties/{self.party.client_id}")
        problems = clerk.browser.fields("over")
        clerk.browser.press("Grant", reason="seen", over=problems).expect("granted")
        told = self.party.http.get(place, headers=self.party.bearer).json()
        assert told["mode"] == "live"

    def signs_in(self, rei):
        found = self.party.login(rei, "openid name offline_access")
        assert found.name == WHO
        again = self.party.openid.refresh(self.party.party, found.refresh_token, found.subject)
        assert self.party.openid.userinfo(self.party.party, again.access_token, found.subject)
        proof = self.call("events", "GET", f"/api/proofs/{found.proof}")
        assert proof["sub"] == found.subject
        return found

    def call(self, scope, method, path, **arguments):
        return self.party.call(scope, method, f"{self.origin}{path}", **arguments)

    def has_signed(self, rei, subject):
        done = self.party.sign(rei, CONTRACT.encode())
        assert done.person.subject == subject
        digest = hashlib.sha256(CONTRACT.encode()).hexdigest()
        evidence = self.party.openid.evidence(self.party.party, done.number, digest, subject)
        assert evidence.evidence_id == done.result["evidence_id"]

    def pulls_what_is_latest(self, rei):
        latest = Latest(
            self.party.http, self.origin,
            lambda method, url: self.party.openid.own_headers(self.party.party, SCOPE, method, url),
        )  # fmt: skip
        asked = latest.ask_consent(["name", "address"], "keep-customer-data", 12)
        started = self.party.start(
            rei, "openid sign", sign_transaction_id=asked.sign_transaction_id
        )
        rei.tap(password=PASSWORD)
        self.party.finish(rei, started)
        consent = self.party.result(asked.sign_transaction_id)["consent"]["consent_id"]
        latest.subscribe(consent, on=True)
        assert latest.changes([consent]) == {consent: "unchanged"}
        assert latest.give(consent).name == WHO

    def is_told(self, rei, subject):
        """The person ends it all at the service: by event and by logout token, each signed for this issuer."""
        rei.browser.get(f"{self.origin}/account")
        rei.tap(pin=PIN)
        rei.browser.click("Velo").click("Remove the link").press("Remove the link")

        def at(path):
            return [body for body in self.listener.at(path) if body]  # the operator's page knocked

        self.stage.until("event and logout token", lambda: at("/events") and at("/bye"))
        keys = self.party.openid.keys(fresh=False)
        events = [jwt.decode(one, keys, ["ES256"]).claims for one in at("/events")]
        assert {one["iss"] for one in events} == {self.party.issuer}
        assert {one["sub_id"]["sub"] for one in events} == {subject}
        (bye, *_) = (parse_qs(one)["logout_token"][0] for one in at("/bye"))
        assert jwt.decode(bye, keys, ["ES256"]).claims["iss"] == self.party.issuer

    def leaves(self, rei):
        found = self.party.login(rei)
        rei.browser.get(self.party.openid.sign_out_url(found.id_token, f"{self.party.home}/"))
        assert rei.browser.url == f"{self.party.home}/"
        with pytest.raises(Refusal):
            self.party.openid.userinfo(self.party.party, found.access_token, found.subject)

    def is_refused_by_the_other_scheme(self):
        """A proof for the address with the other scheme proves nothing (RFC 9449 4.3)."""
        url = f"{self.origin}/api/events/poll"
        other = url.replace(self.scheme, {"http": "https", "https": "http"}[self.scheme], 1)
        headers = self.party.openid.own_headers(self.party.party, "events", "POST", other)
        answer = self.party.http.post(url, json={}, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_dpop_proof")

    def told(self):
        """From the beginning to the end; what was seen on the way."""
        self.goes_live()
        rei = self.person(WHO)
        found = self.signs_in(rei)
        self.has_signed(rei, found.subject)
        self.pulls_what_is_latest(rei)
        self.is_told(rei, found.subject)
        self.leaves(rei)
        self.is_refused_by_the_other_scheme()
        return self.seen


@pytest.fixture(scope="module")
def encrypted():
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kazasu-tls-")))
        folder.chmod(0o711)
        yield stack.enter_context(behind_the_proxy(folder))


def played(country, stage, listener, authorities=""):
    story = Story(country, listener, stage, authorities)
    try:
        return story, story.told()
    finally:
        story.party.close()
        listener.close()
        stage.close()


def test_a_live_party_lives_alike_by_http_and_behind_tls(country, encrypted):
    plain, by_http = played(
        country,
        Stage(country.directory, country.clock, lambda _: None),
        Listener(host="velo.localhost"),
    )
    behind, web = encrypted
    tls = web.site(["velo.localhost"], "velo")
    stage = TlsStage(behind.directory, behind.clock, lambda _: None, authorities=str(web.file))
    secure, by_https = played(
        behind, stage, Listener(host="velo.localhost", tls=tls), str(web.file)
    )
    assert by_http == by_https
    assert {plain.scheme, secure.scheme} == {"http", "https"}
    assert len(by_https) > 30


def test_no_address_of_the_service_names_another_scheme(encrypted):
    behind, web = encrypted
    origin = behind.directory.origin("identity")
    with http_client(30.0, authorities=str(web.file)) as http:
        for path in (
            "/api/realms/main/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server/api/realms/main",
            "/api/openapi.json", "/.well-known/security.txt", "/integrators", "/integrators/register",
        ):  # fmt: skip
            answer = http.get(origin + path)
            assert answer.status_code == 200, path
            assert answer.headers.get_list("strict-transport-security") == [HSTS]
            own = re.findall(r"(https?)://[a-z.]+\.localhost", answer.text)
            assert set(own) <= {"https"}, path
