"""A private relying party before the identity service, with the routes that it uses and a tap in one call."""

import base64
from types import SimpleNamespace
from uuid import UUID

import psycopg
from starlette.testclient import TestClient

from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, public
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.store import copy_clients
from kazasu.identity.consents import store as agreed
from kazasu.identity.faults import NOT_AUTHORIZED
from kazasu.identity.latest import api
from kazasu.identity.latest.service import LatestAttributes
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.signing import Signings
from kazasu.identity.store import transactions
from tests.support import pki

BANK, SHOP = "RP00000001", "RP00000002"
PERSONS_CARD, OTHERS_CARD = 2, 4
TESTING = Text("試験", "test")


class Party:
    """What ``BANK`` (or another party) does; ``headers``: who calls, instead of a token."""

    def __init__(self, world, databases, folder):
        self.world, self.clock = world, world.clock
        databases.founder("identity").run(
            "test.parties",
            lambda tx: copy_clients(tx, [_client(BANK, "例の銀行"), _client(SHOP, "例の店")]),
        )
        process = world.street.process
        self.database = databases("identity")
        self.desk = IdentityContext(
            database=self.database,
            clock=self.clock,
            directory=world.directory,
            institution=process.institution("identity"),
            inquirer=process._house("identity").inquirer("identity"),
            keys=world.token_keys(),
        )
        self.signings = Signings(self.desk)
        self.latest = LatestAttributes(self.desk, self.signings)
        self.http = TestClient(self._site(world, folder).app(), base_url="http://id.localhost:8000")

    def _site(self, world, folder):
        site = Site(
            room="identity", name=TESTING, templates=folder, settings=world.street.settings,
            clock=self.clock, database=self.database,
        )  # fmt: skip

        def route(path, reason, *methods):
            return site.route(path, access=public(reason), methods=methods, api=True)

        def client_of(request, scope, spends=None):
            client_id, _, scopes = request.headers.get("x-client", "").partition(" ")
            if scope not in scopes.split():
                raise Refusal(NOT_AUTHORIZED)
            return client_id

        api.enter(route, client_of, self.latest)
        api.enter_verification(route, client_of, self.signings)
        return site

    def know(self, client_id):
        """The person has signed in there once."""
        reference = self.world.reference()
        self.database.run(
            "test.know",
            lambda tx: agreed.subject(
                tx, reference, f"{client_id}.example", f"subject-of-{client_id}"
            ),
            access=Access("system:test", "test.know", TESTING, (reference,)),
        )

    def admin(self):
        return psycopg.connect(self.world.street.databases.url("identity"))

    # ------------------------------------------------------------ HTTP

    def call(self, method, path, body=None, *, party=BANK, scopes="latest_attributes sign"):
        return self.http.request(method, path, json=body, headers={"x-client": f"{party} {scopes}"})

    def latest_call(self, name, body=None, *, party=BANK, **more):
        return self.call("POST", f"/api/latest-attributes/{name}", body, party=party, **more)

    def propose(self, *, party=BANK, **changes):
        body = {"items": ["name", "address"], "purpose": "keep-customer-data", "months": 12}
        return self.latest_call("consents", body | changes, party=party)

    # ------------------------------------------------------------ the tap

    def tap(self, number, party=BANK, *, card=None, key=PERSONS_CARD, audiences=(), **changes):
        """What the tap does: J-LIS confirms, then signature and evidence are one transaction."""
        if party in (BANK, SHOP):
            self.know(party)
        content = self.content(number, party)
        evidence = TapEvidence(**{
            "certificate": pki.b64(card or self.world.issued.signing),
            "signed": pki.b64(content),
            "signature": pki.b64(pki.sign(key, content)),
        } | changes)  # fmt: skip
        signed = self.signings.confirmed(party, content, evidence)

        def work(tx):
            client, sealed = self.desk.client(party), dict.fromkeys(audiences, "sealed")
            assert self.signings.keep(
                tx, client, _uuid(number), signed, certificates=sealed, grant_id="grant"
            )

        access = Access("institution:test", "identity.sign", TESTING, (signed.person.person_ref,))
        self.database.run("test.tap", work, access=access)
        return signed

    def content(self, number, party=BANK):
        found = self.database.read(
            "test", lambda tx: transactions.signing(tx, _uuid(number), party)
        )
        return self.desk.unseal(found.document)

    def agreed(self, party=BANK, **changes):
        """A consent, the whole way. Returns its number and the result of the signature."""
        number = self.propose(party=party, **changes).json()["sign_transaction_id"]
        self.tap(number, party)
        result = self.signings.result(party, number)
        return SimpleNamespace(id=result["consent"]["consent_id"], result=result)


def _uuid(number):
    return UUID(str(number))


def _client(client_id, name):
    return Client(
        client_id=client_id, institution="", sector=f"{client_id}.example", name_ja=name,
        name_en=f"Example {client_id}", colour="#0017C1", keys={"keys": []}, mode="test",
        redirect_uris=["https://rp.example/cb"], logout_uris=[], scopes=["sign"],
        grants=["authorization_code", "client_credentials"], public_institution=False,
    )  # fmt: skip


def encoded(content):
    return base64.b64encode(content).decode()
