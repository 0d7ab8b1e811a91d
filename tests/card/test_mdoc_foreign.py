"""Electronic records and other people's programs: npm ``@auth0/mdl`` and ``@owf/mdoc``, both ways.

They look at the machine's clock, so the street of these tests stands at the real time.
"""

import base64
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from kazasu.card.mdoc import presentation
from kazasu.card.mdoc.checking import verify_issuer
from kazasu.card.mdoc.formats.credential import DocumentSigner
from kazasu.card.mdoc.formats.elements import ELEMENTS, ISO, JP, Wanted
from kazasu.card.mdoc.presentation import Session
from kazasu.card.mdoc.request import _pem
from kazasu.foundation.faults import Refusal
from tests.support import mdoc
from tests.support.mdoc import NAME, OVER_20, RESPONSE_URI, Street, key

AGE = (ISO, "age_in_years")
FOREIGN = Path(__file__).parents[1] / "foreign"
BOUND = ("x509_san_dns:bank.localhost", RESPONSE_URI, "n" * 32)
SESSIONS = {
    "ISO/IEC TS 18013-7 Annex B": Session(*BOUND, mdoc_generated_nonce="m" * 32),
    "OpenID4VP 1.0, encrypted": Session(*BOUND, key_thumbprint=bytes(range(32))),
    "OpenID4VP 1.0, plain": Session(*BOUND),
}

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (FOREIGN / "node_modules" / "@auth0" / "mdl").exists(),
    reason="node and tests/foreign/node_modules are missing",
)


@pytest.fixture
def street():
    return Street(datetime.now(UTC))


def node(**question):
    done = subprocess.run(
        ["node", "mdoc.mjs"], cwd=FOREIGN, input=json.dumps(question), capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def parameters(session):
    thumbprint = session.key_thumbprint
    return {
        "clientId": session.client_id,
        "responseUri": session.response_uri,
        "nonce": session.nonce,
        "mdocGeneratedNonce": session.mdoc_generated_nonce,
        "keyThumbprint": mdoc.b64(thumbprint) if thumbprint else "",
    }


def asked_of_them(street, session, **changes):
    items = [item for item in street.record.items if item.name != (JP, "portrait")]
    response = presentation.present(street.record, items, street.wallet._key, session)
    given = {
        "action": "verify", "response": mdoc.b64(response), "authority": mdoc.pem(street.authority),
        "session": parameters(session) | changes.pop("other", {}),
    }  # fmt: skip
    return node(**given | changes)


@pytest.mark.parametrize("name", SESSIONS)
def test_both_verify_ours(street, name):
    answer = asked_of_them(street, SESSIONS[name])
    assert answer["failed"] == {"auth0": [], "owf": []}
    assert answer["docType"] == "org.iso.23220.1.jp.mnc"
    values = {(space, element): value for space, element, value in answer["values"]}
    assert set(values) == set(ELEMENTS) - {(JP, "portrait")}
    assert values[NAME] == "横浜　花子"
    assert values[ISO, "birth_date"] == "1990-04-01"
    assert values[OVER_20] is True


@pytest.mark.parametrize("name", SESSIONS)
def test_both_refuse_ours_for_another_exchange(street, name):
    failed = asked_of_them(street, SESSIONS[name], other={"nonce": "x" * 32})["failed"]
    assert all("evice signature" in " ".join(failed[one]) for one in ("auth0", "owf"))


def test_both_refuse_ours_under_another_authority(street):
    failed = asked_of_them(
        street, SESSIONS["OpenID4VP 1.0, plain"], authority=mdoc.pem(street.askers_authority)
    )["failed"]
    assert all("ssuer certificate" in " ".join(failed[one]) for one in ("auth0", "owf"))


@pytest.mark.parametrize("name", SESSIONS)
def test_we_verify_theirs(street, name):
    """Issued and presented by @auth0/mdl, under our authority."""
    session = SESSIONS[name]
    given = theirs(street, session)
    shown = presentation.read_response(given)
    mso = verify_issuer(shown.record, [street.authority], street.now)
    presentation.verify_device(shown, mso.device_key, session)
    assert {item.name: item.value for item in shown.record.items} == {
        NAME: "川崎　太郎", OVER_20: True, AGE: 46,
    }  # fmt: skip
    other = Session(*BOUND, mdoc_generated_nonce="other")
    with pytest.raises(Refusal, match=r"mdoc\.other-session"):
        presentation.verify_device(shown, mso.device_key, other)


def theirs(street, session, certificate=None):
    signer = ECKey.import_key(_pem(street.signer.key)).as_dict(private=True)
    answer = node(
        action="present", signerKey={**signer, "kid": "ds"},
        signerCertificate=mdoc.pem(certificate or street.signer.certificate),
        values={JP: {"full_name_unicode": "川崎　太郎", "sex_unicode": "男"},
                ISO: {"age_in_years": 46, "age_over_20": True}},
        wanted=[NAME, OVER_20, AGE], session=parameters(session),
    )  # fmt: skip
    return base64.b64decode(answer["response"])


def test_theirs_goes_through_our_verifier_to_its_last_check(street):
    """Everything is proven; only a status list, which @auth0/mdl cannot put in, is missing."""
    wanted = (Wanted(*NAME), Wanted(*OVER_20), Wanted(*AGE))
    pending = street.ask(wanted, mode="direct_post").pending
    session = Session(pending.client_id, pending.response_uri, pending.nonce)
    token = base64.urlsafe_b64encode(theirs(street, session)).rstrip(b"=").decode()
    form = {"state": pending.state, "vp_token": json.dumps({"mnc": [token]})}
    with pytest.raises(Refusal, match=r"mdoc\.status-unknown"):
        street.answer(form)


def test_theirs_under_a_signer_of_another_authority_is_refused(street):
    other = mdoc.certificate("DS", key(2), "IACA", key(7), street.now, start=timedelta(days=-30))
    street.signer = DocumentSigner(key(2), other)
    shown = presentation.read_response(theirs(street, SESSIONS["OpenID4VP 1.0, plain"]))
    with pytest.raises(Refusal, match=r"mdoc\.unknown-issuer"):
        verify_issuer(shown.record, [street.authority], street.now)
