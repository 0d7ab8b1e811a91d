"""Nobody can join people from what services are given (design §3.16): ten services, all that each may get, and a joiner.

Left out is what a person knowingly gives to both: attributes. J-LIS is played here, and says of each person what only they
have: until when the certificate is valid, its serial's name, the card's own deterministic signature.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kazasu.card.agreed.consent import read as read_at_the_reader
from kazasu.contracts.identity import CertificateEvent
from kazasu.contracts.jpki.validation import Reverified, ReverifyStep, ValidatedPerson
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.faults import Refusal
from kazasu.foundation.lanes import Lanes
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.encoding import base64_text, base64url_text
from kazasu.identity.api import proof_of
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.store import copy_clients
from kazasu.identity.consents import model as consents
from kazasu.identity.consents.service import Links
from kazasu.identity.events import store
from kazasu.identity.events.certificates import Certificates
from kazasu.identity.events.deliveries import Deliveries
from kazasu.identity.keys import TokenKeys
from kazasu.identity.model import AuthorizationRequest
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.authorizing import Authorizing
from kazasu.identity.service.completing import Finishing, Proven, narrative
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.handles import Handles
from kazasu.identity.service.signing import Signed, Signings
from kazasu.identity.service.taps import Taps
from kazasu.identity.service.tokens import Tokens
from kazasu.identity.store import authorizations
from tests.identity.joiner import Joiner
from tests.support.street import Street

CALLBACK = "https://rp.example/cb"


class Person:
    def __init__(self, number, day):
        self.number, self.ref = number, f"person-{uuid4()}"
        self.key = rsa.generate_private_key(public_exponent=3, key_size=1024)  # noqa: S505 - quick
        self.until = day + timedelta(days=700 + 5 * number)
        self.passkey = f"passkey:{secrets.token_hex(8)}"

    def signs(self, document):
        return base64_text(self.key.sign(document, padding.PKCS1v15(), hashes.SHA256()))

    @property
    def valid(self):
        day = f"{self.until:%Y-%m-%d}"
        return f"有効期間内であることを確認（{day}まで）", f"Within its validity (to {day})"

    def validated(self, now):
        check = str(uuid4())
        return ValidatedPerson(
            person_ref=self.ref, media="card", checked_at=now, status_method="OCSP", evidence_id=check,
            certificate_id=uuid4(), steps=((*self.valid, check),),
        )  # fmt: skip


class Jlis:
    """Answers re-verifications as J-LIS does: with the date until which this very certificate is valid."""

    def __init__(self, clock):
        self.clock, self.holder = clock, {}

    def ask(self, question, **_):
        ja, en = self.holder[question.certificate_id].valid
        steps = (ReverifyStep(name="time", ja=ja, en=en, good=True),)
        return Reverified(good=True, policy="archive", at=question.at, checked_at=self.clock.now(), sentence_ja=ja,
                          sentence_en=en, steps=steps)  # fmt: skip


def client_of(number):
    name = f"RP{number:08}"
    return Client(
        client_id=name, institution="", sector=f"{name}.example", name_ja=f"例の店{number:02}", name_en=f"Shop {number:02}",
        colour="#0017C1", keys={"keys": []}, redirect_uris=[CALLBACK], logout_uris=[], scopes=["sign"],
        grants=["authorization_code", "client_credentials"], public_institution=False, mode="live", strict=True,
        backchannel_logout_uri="https://rp.example/bye",
    )  # fmt: skip


class Country:
    """People and private services, and what each service writes down of each person."""

    def __init__(self, databases, clock, people, services):
        street = Street(databases, clock, "identity")
        self.clock, self.random, self.database = (
            clock,
            secrets.SystemRandom(),
            databases("identity"),
        )
        self.clients = [client_of(number) for number in range(1, services + 1)]
        now = clock.now().astimezone(JST)
        self.day = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=60)
        self.people = [Person(number, self.day) for number in range(people)]
        self.by_ref = {one.ref: one for one in self.people}
        databases.founder("identity").run("test.parties", lambda tx: copy_clients(tx, self.clients))
        institution = street.process.institution("identity")
        self.jlis = Jlis(clock)
        self.desk = IdentityContext(
            database=self.database, clock=clock, directory=street.directory, institution=institution,
            inquirer=self.jlis, keys=TokenKeys(self.database, institution, clock),
        )  # fmt: skip
        self.signings, taps = Signings(self.desk), Taps(self.desk)
        self.finishing = Finishing(self.desk, taps, Authorizing(self.desk), self.signings)
        self.tokens = Tokens(self.desk, Handles(self.desk))
        self.heard = []
        http = httpx.Client(transport=httpx.MockTransport(self._hear))
        self.deliveries = Deliveries(
            self.database, clock, lambda _: http, self.desk.issuer, self._sign, Lanes()
        )
        self.links = Links(self.database, self.deliveries, self.desk.unseal)
        self.notes = {one.client_id: {} for one in self.clients}
        self.known = {one.client_id: {} for one in self.clients}

    def _sign(self, claims, typ, algorithm):
        return self.desk.keys.sign(claims, typ, algorithm=algorithm)

    def _hear(self, request):
        self.heard.append(parse_qs(request.content.decode())["logout_token"][0])
        return httpx.Response(200)

    # ------------------------------------------------------------ what a person does at a service

    def visits(self):
        """Everybody uses every service once with the card, signing, and once with a passkey; in any order, at any time."""
        visits = [(who, client) for who in self.people for client in self.clients]
        self.random.shuffle(visits)
        for who, client in visits:
            self.clock.advance(timedelta(seconds=self.random.uniform(5, 200)))
            self.notes[client.client_id][who.number] = self._signs(who, client) | self._looks(who, client)  # fmt: skip

    def _signs(self, who, client):
        """Half of the people sign the same words everywhere, half words of the service."""
        words = "会員規約" if who.number % 2 else f"契約 {client.name_ja}"
        line = {"label_ja": "内容", "label_en": "What", "value": words}
        content = json.dumps({"title": {"ja": "同意", "en": "Agreement"}, "lines": [line]}).encode()
        number = self.signings.deposit(client.client_id, base64_text(content), [])
        found = who.validated(self.clock.now())
        self.jlis.holder[found.certificate_id] = who
        signed = Signed(found, who.signs(content), hashlib.sha256(content).hexdigest())
        proven = Proven(who.ref, "aal3", ["hwk", "sc", "pin"], found.evidence_id,
                        narrative(found, signs=True), None, "{}")  # fmt: skip
        told = self._granted(client, proven, ("openid", "sign"), number, signed)
        result = self.signings.result(client.client_id, str(number))
        again = self.signings.verify(
            client.client_id, UUID(result["evidence_id"]), base64_text(content)
        )
        return {"document": base64_text(content), "signed": told, "result": result, "again": again}

    def _looks(self, who, client):
        proven = Proven(who.ref, "aal2", ["hwk", "user"], who.passkey, [["鍵", "key", ""]], None, "{}")  # fmt: skip
        return {"looked": self._granted(client, proven, ("openid",))}

    def _granted(self, client, proven, scopes, number=None, signed=None):
        own, verifier = secrets.token_hex(16), secrets.token_urlsafe(32)
        challenge = base64url_text(hashlib.sha256(verifier.encode()).digest())
        request = AuthorizationRequest(
            client.client_id, CALLBACK, scopes, "state", "nonce", challenge, (), number, "terminal"
        )

        def begin(tx):
            authorizations.insert_request(tx, own, request, binding=b"", life=timedelta(minutes=5))
            return authorizations.waiting(tx, own)

        waiting = self.database.run("test.begin", begin)
        agreed = consents.document(client, waiting.scopes)
        back = self.finishing.grant(waiting, client, proven, agreed, signed=signed)
        code = parse_qs(urlsplit(back).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": verifier}  # fmt: skip
        answer = self.tokens.token(client, form, "k" * 43)
        active = self.tokens.introspect(client, {"token": answer["access_token"]})
        claims = json.loads(base64.urlsafe_b64decode(answer["id_token"].split(".")[1] + "=="))
        proof = proof_of(self.links.proof(client.client_id, claims["txn"]))
        self.known[client.client_id][claims["sub"]] = self.by_ref[proven.person_ref].number
        return {"back": len(back), "answer": answer, "active": active, "proof": proof}

    # ------------------------------------------------------------ what happens to everybody, and who is told when

    def happens(self, event, begin, within, how, name):
        """To everybody, at a second of their own; the services look out all the while."""
        moments = sorted((begin + within * self.random.random(), one) for one in self.people)
        for count, (at, who) in enumerate(moments):
            self.clock.set(at)
            if count * 25 % len(moments) < 25:
                how(name)
            letter = CertificateEvent(person_ref=who.ref, event=event, at=at, signs_in=True)
            received = Received("identity", "jpki", uuid4(), "case", at)
            self.database.run(
                "test.happens",
                lambda tx, letter=letter, received=received: Certificates(self.deliveries).changed(
                    tx, letter, received
                ),
            )

    def fetch(self, name):
        """Every service asks now for what waits, and notes when it came and in which place."""
        for client in self.clients:
            taken, more = [], True
            while more:
                found = self.deliveries.poll(client.client_id, taken, 100)
                taken, more = list(found["sets"]), found["moreAvailable"]
                for place, token in enumerate(found["sets"].values()):
                    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
                    self._note(client.client_id, claims["sub_id"]["sub"], name, token, place)
            if taken:
                self.deliveries.poll(client.client_id, taken, 0)

    def push(self, name):
        """What is due is brought."""
        for lane in self.database.glance(store.lanes):
            if lane.kind == "logout":
                self.deliveries.bring(lane)
        for place, token in enumerate(self.heard):
            claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
            self._note(claims["aud"], claims["sub"], name, token, place)
        self.heard = []

    def _note(self, client_id, sub, name, token, place):
        note = self.notes[client_id][self.known[client_id][sub]]
        came = {"token": token, "at": self.clock.now().timestamp(), "place": place}
        note.setdefault(name, []).append(came)

    def asks(self, name, begin, step, steps, how):
        for number in range(steps):
            self.clock.set(begin + step * number)
            how(name)

    def year(self):
        day = self.day
        self.visits()
        assert self.clock.now() < day
        self.happens("reissued", day, timedelta(days=1), self.fetch, "reissued")
        self.asks("reissued", day + timedelta(hours=24, minutes=1), timedelta(hours=1), 25, self.fetch)  # fmt: skip
        self.happens("revoked", day + timedelta(days=9), timedelta(minutes=10), self.push, "ended")
        self.asks("ended", day + timedelta(days=9, minutes=10), timedelta(minutes=1), 21, self.push)
        self.clock.set(day + timedelta(days=12))
        self.fetch("revoked")
        return self

    def joiner(self):
        return Joiner([self.notes[one.client_id] for one in self.clients])


def joined_by_nobody(country):
    joiner = country.joiner()
    ways = joiner.found()
    assert ways[0][1] <= joiner.chance, ways[:10]


def everybody_was_told_everything(country):
    for notes in country.notes.values():
        assert len(notes) == len(country.people)
        for note in notes.values():
            assert [len(note[name]) for name in ("reissued", "revoked", "ended")] == [1, 1, 1]


@pytest.mark.timeout(900)  # some 10 s by itself; much longer on a machine that many share
def test_services_find_nobody_whom_they_both_know(databases, clock):
    country = Country(databases, clock, people=30, services=4).year()
    everybody_was_told_everything(country)
    joined_by_nobody(country)
    a_number_of_anothers_is_a_number_of_nobodys(country)


@pytest.mark.deep
@pytest.mark.timeout(7_200)
def test_ten_services_find_nobody_of_a_thousand(databases, clock):
    country = Country(databases, clock, people=1_000, services=10).year()
    everybody_was_told_everything(country)
    joined_by_nobody(country)


def a_number_of_anothers_is_a_number_of_nobodys(country):
    """What the other service has opens nothing, and nothing tells it from what nobody has."""
    one, other = country.clients[:2]
    theirs = country.notes[other.client_id][0]
    document, proof = theirs["document"], theirs["signed"]["proof"]["txn"]
    ways = {
        "evidence": (
            lambda n: country.signings.verify(one.client_id, UUID(n), document),
            theirs["result"]["evidence_id"],
        ),
        "proof": (lambda n: country.links.proof(one.client_id, n), proof),
    }
    for ask, number in ways.values():
        assert _told(ask, number) == _told(ask, str(uuid4()))
    token = theirs["looked"]["answer"]["access_token"]
    told = {
        str(country.tokens.introspect(one, {"token": each})) for each in (token, "nothing of ours")
    }
    assert told == {"{'active': False}"}


def _told(ask, number):
    with pytest.raises((Refusal, OAuthError)) as caught:
        ask(number)
    return repr(caught.value.to_document())


# ---------------------------------------------------------------- the joiner itself finds what there is to find


@pytest.mark.parametrize(
    "leak",
    [
        lambda who, at: {"words": f"until {2030 + who}-01-02, and more"},
        lambda who, at: {"at": at + who * 10.0},
        lambda who, at: {"at": datetime.fromtimestamp(at + who * 10, JST).isoformat()},
        lambda who, at: {"text": "x" * who},
        lambda who, at: {"deep": [{"number": who * 3}]},
    ],
    ids=["a word", "a time", "a time in words", "a length", "a number"],
)
def test_the_joiner_finds_what_leaks(leak):
    services = [{who: leak(who, 1.8e9 + number) for who in range(30)} for number in range(4)]
    joiner = Joiner(services)
    assert joiner.found()[0][1] > 100 > joiner.chance


def test_the_joiner_computes_a_modulus_from_two_documents():
    people = [Person(number, datetime.now(JST)) for number in range(6)]
    notes = [
        {
            who.number: {"document": base64_text(words), "signature": who.signs(words)}
            for who in people
        }
        for words in (b"one", b"another")
    ]
    assert dict(Joiner(notes).found())["modulus"] == 6


def test_the_joiner_finds_nothing_in_numbers_drawn_for_each_service():
    services = [
        {who: {"id": str(uuid4()), "at": secrets.randbelow(10**6)} for who in range(30)}
        for _ in range(4)
    ]
    joiner = Joiner(services)
    assert joiner.found()[0][1] <= joiner.chance


def test_the_tap_says_what_makes_one_recognisable():
    """To private parties alone, and only where they are given what others have, too; it is part of what is agreed to."""
    private = client_of(1)
    public = replace(private, public_institution=True)
    said = {
        (client.public_institution, scope): consents.RECOGNISED
        in read_at_the_reader(consents.document(client, ["openid", scope]), None).learns
        for client in (private, public)
        for scope in ("name", "address", "birthdate", "gender", "age_over_20", "sign")
    }
    assert {asked for asked, is_said in said.items() if is_said} == {
        (False, "name"),
        (False, "address"),
        (False, "birthdate"),
    }
    agreed = json.loads(consents.document(private, ["openid", "name"]))
    assert agreed["recognised"] == [consents.RECOGNISED.ja, consents.RECOGNISED.en]
    assert "recognised" not in json.loads(consents.document(private, ["openid", "sign"]))
