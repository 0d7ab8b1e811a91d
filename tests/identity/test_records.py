"""What the person's own record says: which document was signed, and how it was proven, in plain words."""

import hashlib
from types import SimpleNamespace
from uuid import UUID

import psycopg
import pytest

from kazasu.foundation.faults import Refusal
from kazasu.identity import model
from kazasu.identity.consents import words
from kazasu.identity.consents.pages import Account
from tests.identity.party import Party


def released(world):
    with psycopg.connect(world.street.databases.url("identity")) as connection:
        connection.execute("SET search_path TO identity")
        return connection.execute(
            """SELECT document_ja, document_en, document_digest, sign_transaction_id
               FROM release ORDER BY at DESC LIMIT 1"""
        ).fetchone()


def test_a_record_names_the_document_and_gives_it_while_it_is_here(world, databases, tmp_path):
    content = world.document()
    number = world.deposit(content).json()["sign_transaction_id"]
    world.login(scope="openid sign", sign_transaction_id=number)
    digest = hashlib.sha256(content).hexdigest()
    assert released(world) == ("転出届", "Notice of moving out", digest, UUID(number))
    signings = Party(world, databases, tmp_path).signings
    assert signings.document_of("portal", UUID(number)) == content
    assert signings.document_of("bank", UUID(number)) is None, "another party's is nobody's"
    world.later(minutes=31)
    assert signings.document_of("portal", UUID(number)) is None
    assert signings.document_of("portal", None) is None


def test_a_document_that_is_gone_is_said_to_be():
    account = Account.__new__(Account)
    account._record = lambda _: SimpleNamespace(client_id="portal", sign_transaction_id=None)
    account._signings = SimpleNamespace(document_of=lambda *_: None)
    with pytest.raises(Refusal) as caught:
        account._document(None)
    assert caught.value.fault.code == "identity.document-gone"


def test_a_sign_in_names_none(world):
    world.login()
    assert released(world) == ("", "", "", None)


@pytest.mark.parametrize(
    ("action", "acr", "items", "first", "told"),
    [
        ("sign", model.AAL3, ["openid", "sign"], "signing key", False),
        ("authenticate", model.AAL3, ["openid", "name"], "answered a question", True),
        ("authenticate", model.AAL3, ["openid"], "answered a question", False),
        ("authenticate", model.AAL2, ["openid"], "without a PIN", False),
    ],
)
def test_a_proof_in_plain_words(action, acr, items, first, told):
    steps = words.plain_steps(SimpleNamespace(action=action, acr=acr, items=items))
    assert first in steps[0].en
    assert any("read from the card" in step.en for step in steps) == told
    for step in steps:
        assert not {"EF", "AP", "OU=", acr} & set(step.ja.split())
