"""The electronic record of a card: shown, verified, and everything that must not be believed."""

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import ECKey

from kazasu.card.mdoc import checking, presentation, reading
from kazasu.card.mdoc import request as requests
from kazasu.card.mdoc.formats import cbor, cose, credential, elements, status
from kazasu.card.mdoc.formats.credential import DocumentSigner, IssuerSigned, StatusPlace
from kazasu.card.mdoc.formats.elements import ELEMENTS, ISO, JP, Wanted
from kazasu.card.mdoc.presentation import Session
from kazasu.card.mdoc.verifier import LIFE, Pending
from kazasu.card.mdoc.wallet import Wallet
from kazasu.contracts.jpki.mdoc import IssuedMdoc
from kazasu.foundation.faults import Refusal
from kazasu.jpki.mdoc.values import values_of
from tests.support import mdoc
from tests.support.mdoc import ADDRESS, NAME, OVER_20, PERSON, RESPONSE_URI, WANTED, Street, key


@pytest.fixture
def street(clock):
    return Street(clock.now())


def code_of(call, *arguments, **more):
    with pytest.raises(Refusal) as refused:
        call(*arguments, **more)
    return refused.value.fault.code


# ---------------------------------------------------------------- what is shown


@pytest.mark.parametrize(
    ("mode", "annex_b"),
    [("direct_post.jwt", True), ("direct_post.jwt", False), ("direct_post", True)],
)
def test_shown_item_by_item_and_proven(street, mode, annex_b):
    shown = street.whole([NAME, OVER_20], mode=mode, annex_b=annex_b)
    assert dict(shown.values) == {NAME: "横浜　花子", OVER_20: True}
    assert shown.refused == (ADDRESS,)
    named = "18013-7" if mode.endswith("jwt") and annex_b else "OpenID4VP 1.0"
    assert named in shown.steps[3].en
    assert [line.items for line in street.wallet.told] == [(NAME, OVER_20)]


def test_all_elements_are_shown_as_issued(street):
    wanted = [Wanted(*name) for name in ELEMENTS if name != (JP, "portrait")]
    shown = street.whole(wanted=wanted)
    assert shown.values[ISO, "birth_date"] == date(1990, 4, 1)
    assert shown.values[JP, "local_gov_code_unicode"] == "14100"
    assert shown.values[JP, "sex_unicode"] == "女"
    assert shown.values[ISO, "sex"] == 2
    assert shown.values[ISO, "age_in_years"] == 36
    assert (shown.values[ISO, "age_over_20"], shown.values[ISO, "age_over_60"]) == (True, False)


def test_the_holder_sees_who_asks_for_what(street):
    request = street.read(street.ask())
    assert (request.host, request.proven, request.name) == (mdoc.HOST, True, mdoc.BANK)
    assert request.purpose == mdoc.PURPOSE
    assert [(one.text.ja, one.required, one.retain) for one in request.wanted] == [
        ("氏名", True, False), ("住所", False, True), ("20歳以上かどうか", True, False),
    ]  # fmt: skip
    assert street.wallet.available(request) == (NAME, ADDRESS, OVER_20)


def test_a_holder_may_say_no_and_the_request_is_over(street):
    asked = street.ask()
    form = street.wallet.refuse(street.read(asked), street.now)
    assert set(form) == {"error", "state"}
    assert code_of(street.answer, form) == "mdoc.declined"
    assert code_of(street.answer, form) == "mdoc.unknown-request"
    assert street.wallet.told[-1].items == ()


def test_without_what_is_needed_nothing_is_shown(street):
    request = street.read(street.ask())
    assert code_of(street.wallet.present, request, [ADDRESS], street.now) == "mdoc.item-refused"
    assert code_of(street.wallet.present, request, [], street.now) == "mdoc.item-refused"
    more = [NAME, OVER_20, (ISO, "sex")]
    assert code_of(street.wallet.present, request, more, street.now) == "mdoc.not-asked"
    assert street.wallet.told == ()


def test_two_answers_share_nothing_but_what_the_issuer_made(street):
    forms = []
    for _ in range(2):
        request = street.read(street.ask(mode="direct_post"))
        forms.append(street.wallet.present(request, [NAME, OVER_20], street.now))
    one, two = (presentation.read_response(token_of(form)) for form in forms)
    assert one.device_signature[3] != two.device_signature[3]


def test_a_wallet_is_kept_and_read_back(street):
    street.whole()
    again = Wallet.from_json(street.wallet.to_json())
    assert again.to_json() == street.wallet.to_json()
    street.wallet = again
    assert street.whole().values[OVER_20] is True
    again.forget()
    assert code_of(again.available, street.read(street.ask())) == "mdoc.nothing-held"
    assert code_of(again.refresh_request, street.now) == "mdoc.nothing-held"


def test_a_wallet_keeps_only_what_is_its_own(street):
    def issued(record):
        return IssuedMdoc(
            credential=mdoc.b64(record.encode()), mdoc_id="m", person_ref="p",
            valid_until=street.now,
        )  # fmt: skip

    street.wallet.accept(issued(street.record), [street.authority], street.now)
    other = street.issue(device=key(9))
    assert code_of(street.wallet.accept, issued(other), [street.authority], street.now) == (
        "mdoc.malformed"
    )
    foreign = [street.askers_authority]
    assert code_of(street.wallet.accept, issued(street.record), foreign, street.now) == (
        "mdoc.unknown-issuer"
    )


def test_an_old_record_is_not_shown(street):
    request = street.read(street.ask())
    late = street.now + timedelta(days=15)
    assert code_of(street.wallet.present, request, [NAME, OVER_20], late) == "mdoc.expired"


# ---------------------------------------------------------------- the number

NUMBER_SPELLINGS = [
    "individual_number_unicode", "INDIVIDUAL_NUMBER_UNICODE", "Individual-Number-Unicode",
    "individual number unicode", "ｉｎｄｉｖｉｄｕａｌ＿ｎｕｍｂｅｒ＿ｕｎｉｃｏｄｅ", "individual_number", "individualNumber",
    "my_number", "MyNumber", "document_number", "documentNumber", "個人番号", "マイナンバー",
    "ﾏｲﾅﾝﾊﾞｰ", "kojin_bango", "personal_number", "x.individual_number_unicode.y",
    "individual_number_unicode\u200b", "*", "", "all", "ALL", " all ", "すべて", None, 0, True,
]  # fmt: skip


@pytest.mark.parametrize("spelling", NUMBER_SPELLINGS, ids=repr)
@pytest.mark.parametrize("namespace", [JP, ISO, "org.iso.18013.5.1", "x"])
def test_the_number_cannot_be_asked_for(street, namespace, spelling):
    assert code_of(Wanted, namespace, spelling) == "mdoc.number-not-asked"
    # … nor by a request that another program made, which the wallet reads
    claims = requests.as_claims(street.read(street.ask()), street.now)
    claims["dcql_query"]["credentials"][0]["claims"].append({"path": [namespace, spelling]})
    signed = requests.sign_request(claims, key(4), street.reader)
    assert code_of(Wallet.read, signed, [street.askers_authority], street.now) == (
        "mdoc.number-not-asked"
    )


@given(st.text(), st.text())
def test_nothing_off_the_list_can_be_asked_for(namespace, element):
    if (namespace, element) not in ELEMENTS:
        assert code_of(Wanted, namespace, element).startswith("mdoc.")


@given(
    st.sampled_from(["individual_number_unicode", "my_number", "個人番号"]),
    st.lists(st.sampled_from("_- .:/\u200b\u00ad"), max_size=4),
    st.randoms(use_true_random=False),
)
def test_no_spelling_of_the_number_passes(word, noise, dice):
    letters = [dice.choice((one.upper(), one.lower())) for one in word]
    for one in noise:
        letters.insert(dice.randrange(len(letters) + 1), one)
    assert code_of(Wanted, JP, "".join(letters)) == "mdoc.number-not-asked"


def test_no_element_of_ours_is_the_number():
    assert not [name for name in ELEMENTS if elements._names_the_number("".join(name))]
    assert not [name for name in values_of(PERSON, "141003", date(2026, 1, 1)) if name not in ELEMENTS]  # fmt: skip


def test_a_stored_row_cannot_ask_for_the_number(street):
    pending = street.ask().pending.model_copy(
        update={"wanted": ((JP, "individual_number_unicode", True, False),)}
    )
    assert code_of(pending.items) == "mdoc.number-not-asked"
    assert Pending.model_validate_json(street.ask().pending.model_dump_json()).items() == WANTED


@pytest.mark.parametrize("claims", [None, [], [{"path": [JP]}], [{"path": [JP, None]}]])
def test_all_elements_at_once_cannot_be_asked_for(claims):
    query = requests.query(WANTED)
    query["credentials"][0]["claims"] = claims
    assert code_of(reading.read_query, query) == "mdoc.number-not-asked"


def test_a_number_that_an_issuer_put_in_is_not_taken(street):
    """Another issuer under a trusted authority; the holder's program shows it: the asker does not take it."""
    values = values_of(PERSON, "141003", street.now.date())
    record = street.issue(values={**values, (JP, "individual_number_unicode"): "1" * 12})
    held = IssuedMdoc(
        credential=mdoc.b64(record.encode()), mdoc_id="m", person_ref="p", valid_until=street.now
    )
    assert code_of(street.wallet.accept, held, [street.authority], street.now) == (
        "mdoc.number-not-asked"
    )
    form = forged(street, record, [*WANTED_NAMES, (JP, "individual_number_unicode")])
    assert code_of(street.answer, form) == "mdoc.number-not-asked"


# ---------------------------------------------------------------- what is not believed

WANTED_NAMES = [one.name for one in WANTED]


def token_of(form):
    text = json.loads(form["vp_token"])["mnc"][0]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def with_token(form, token):
    text = base64.urlsafe_b64encode(token).rstrip(b"=").decode()
    return {**form, "vp_token": json.dumps({"mnc": [text]})}


def forged(street, record, names=WANTED_NAMES, *, device=None, session=None, items=None, **more):
    """An answer that no wallet of ours would give."""
    pending = street.ask(mode="direct_post").pending
    bound = Session(pending.client_id, pending.response_uri, pending.nonce)
    chosen = items or [item for item in record.items if item.name in names]
    token = presentation.present(
        record, chosen, device or street.wallet._key, session(bound) if session else bound, **more
    )
    return with_token({"state": pending.state}, token)


def tampered(street, change):
    """An honest answer, changed on the way."""
    form = forged(street, street.record)
    return with_token(form, change(token_of(form)))


def structure(change):
    return lambda street: tampered(street, lambda token: mdoc.changed(token, change))


def other_signer(**wrong):
    def make(street):
        given = {"issuer": "IACA", "issuer_key": key(1), "now": street.now, **wrong}
        made = mdoc.certificate("DS", key(2), given.pop("issuer"), given.pop("issuer_key"), **given)
        return forged(street, street.issue(signer=DocumentSigner(key(2), made)))

    return make


def valid(**changes):
    return lambda street: forged(street, street.issue(validity=street.validity(**changes)))


def first_item(change):
    """Change the first issuer-signed item of an honest answer."""

    def on(document):
        items = document["documents"][0]["issuerSigned"]["nameSpaces"][JP]
        items[0] = cbor2.CBORTag(24, mdoc.changed(items[0].value, change))

    return structure(on)


def set_in(*path, value):
    def on(document):
        place = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return structure(on)


DOC = ("documents", 0)


def _twice(document):
    items = document["documents"][0]["issuerSigned"]["nameSpaces"][JP]
    items.append(items[0])


def _moved(document):
    spaces = document["documents"][0]["issuerSigned"]["nameSpaces"]
    spaces[ISO].append(spaces[JP].pop())


def _same_digest_id(street):
    """Two items with one digest id: the issuer's MSO can hold one of them only."""
    items = list(street.record.items)
    names = [item for item in items if item.name in WANTED_NAMES and item.namespace == JP]
    content = cbor2.loads(names[1].encoded)
    content["digestID"] = names[0].digest_id
    twin = credential._read_item(JP, cbor2.dumps(content))
    rest = [item for item in items if item.name == OVER_20]
    return forged(street, street.record, items=[names[0], twin, *rest])


def _other_mso(street):
    """Items of one record under the signature of another one."""
    other = street.issue()
    return forged(street, IssuerSigned(other.items, street.record.issuer_auth))


def _self_signed_chain(street):
    """The authority that a message brings along is not one that is trusted."""
    fake = mdoc.certificate("IACA", key(7), "IACA", key(7), street.now, ca=True)
    leaf = mdoc.certificate("DS", key(2), "IACA", key(7), street.now)
    record = street.issue(signer=DocumentSigner(key(2), leaf))
    chain = [cert.public_bytes(mdoc.Encoding.DER) for cert in (leaf, fake)]
    record.issuer_auth[1][cose.X5CHAIN] = chain
    return forged(street, record)


def _wrong_signer_key(street):
    return forged(street, street.issue(signer=DocumentSigner(key(8), street.signer.certificate)))


def _issuer_alg(street):
    record = street.issue()
    record.issuer_auth[0] = cbor2.dumps({1: -35})
    return forged(street, record)


def _signer_over_since(street):
    """Signed while the certificate was valid; it has ended since."""
    over = mdoc.certificate("DS", key(2), "IACA", key(1), street.now, start=timedelta(days=-40), days=35)  # fmt: skip
    record = street.issue(
        signer=DocumentSigner(key(2), over), validity=street.validity(start=timedelta(days=-10))
    )
    return forged(street, record)


def _authority_over(street):
    over = mdoc.certificate("IACA", key(1), "IACA", key(1), street.now, ca=True, start=timedelta(days=-400))  # fmt: skip
    street.bank = street.verifier(authorities=[over])
    return forged(street, street.record)


def _revoked(street):
    street.states[5] = status.INVALID
    return forged(street, street.record)


def _suspended(street):
    street.states[5] = status.SUSPENDED
    return forged(street, street.record)


def _indefinite(token):
    """The map of the DeviceResponse with an indefinite length."""
    assert token[0] == 0xA3
    return b"\xbf" + token[1:] + b"\xff"


def _longer(token):
    return b"\xb8\x03" + token[1:]


def _key_twice(token):
    return b"\xa4" + token[1:] + cbor2.dumps("status") + cbor2.dumps(0)


NEGATIVES = {
    # the items
    "altered value": (first_item(lambda c: c.update(elementValue="川崎　花子")), "mdoc.altered"),
    "altered salt": (first_item(lambda c: c.update(random=bytes(32))), "mdoc.altered"),
    "short salt": (first_item(lambda c: c.update(random=b"1")), "mdoc.malformed"),
    "other digest id": (first_item(lambda c: c.update(digestID=99)), "mdoc.altered"),
    "negative digest id": (first_item(lambda c: c.update(digestID=-1)), "mdoc.malformed"),
    "boolean digest id": (first_item(lambda c: c.update(digestID=True)), "mdoc.malformed"),
    "renamed": (first_item(lambda c: c.update(elementIdentifier="sex_unicode")), "mdoc.altered"),
    "a fifth member": (first_item(lambda c: c.update(more=1)), "mdoc.malformed"),
    "the same item twice": (structure(_twice), "mdoc.altered"),
    "moved to another namespace": (structure(_moved), "mdoc.unknown-element"),
    "digest id used twice": (_same_digest_id, "mdoc.altered"),
    "items of another record": (_other_mso, "mdoc.altered"),
    "a text for a truth": (
        lambda s: forged(s, s.issue(values={NAME: "x", ADDRESS: "y", OVER_20: "false"})), "mdoc.malformed",
    ),
    "a number for a truth": (
        lambda s: forged(s, s.issue(values={NAME: "x", ADDRESS: "y", OVER_20: 1})), "mdoc.malformed",
    ),
    "not asked for": (
        lambda s: forged(s, s.record, [*WANTED_NAMES, (ISO, "sex")]), "mdoc.not-asked",
    ),
    "needed but not there": (lambda s: forged(s, s.record, [NAME]), "mdoc.item-refused"),
    "asserted by the phone": (
        set_in(*DOC, "deviceSigned", "nameSpaces",
               value=cbor2.CBORTag(24, cbor2.dumps({ISO: {"age_over_20": True}}))),
        "mdoc.malformed",
    ),
    # the issuer
    "certificate by another authority": (other_signer(issuer_key=key(7)), "mdoc.unknown-issuer"),
    "authority brought along": (_self_signed_chain, "mdoc.unknown-issuer"),
    "certificate without purpose": (other_signer(purposes=()), "mdoc.bad-signer"),
    "certificate for TLS": (
        other_signer(purposes=(x509.oid.ExtendedKeyUsageOID.SERVER_AUTH,)), "mdoc.bad-signer",
    ),
    "certificate for everything": (
        other_signer(purposes=(x509.oid.ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)),
        "mdoc.bad-signer",
    ),
    "purpose not critical": (other_signer(critical=False), "mdoc.bad-signer"),
    "certificate of an authority": (other_signer(ca=True), "mdoc.bad-signer"),
    "certificate not for signing": (other_signer(signs=False), "mdoc.bad-signer"),
    "certificate over": (other_signer(start=timedelta(days=-400)), "mdoc.bad-signer"),
    "certificate over since": (_signer_over_since, "mdoc.bad-signer"),
    "authority over": (_authority_over, "mdoc.bad-signer"),
    "certificate not begun": (other_signer(start=timedelta(days=1)), "mdoc.bad-signer"),
    "no certificate": (
        lambda s: forged(s, IssuerSigned(s.record.items, _without_chain(s.record.issuer_auth))),
        "mdoc.malformed",
    ),
    "signed by another key": (_wrong_signer_key, "mdoc.bad-issuer-signature"),
    "another algorithm named": (_issuer_alg, "mdoc.bad-issuer-signature"),
    # the record
    "expired": (valid(start=timedelta(days=-15)), "mdoc.expired"),
    "not yet valid": (valid(start=timedelta(days=1)), "mdoc.not-yet-valid"),
    "valid before it was signed": (
        lambda s: forged(s, s.issue(validity=s.validity(signed=s.now + timedelta(minutes=1)))),
        "mdoc.not-yet-valid",
    ),
    "ends before it begins": (valid(life=timedelta(seconds=-1)), "mdoc.not-yet-valid"),
    "signed before the certificate": (
        lambda s: forged(s, s.issue(validity=s.validity(signed=s.now - timedelta(days=40)))),
        "mdoc.bad-signer",
    ),
    "another doctype in the MSO": (
        lambda s: forged(s, s.issue(doc_type="org.iso.18013.5.1.mDL")), "mdoc.wrong-doctype",
    ),
    "another doctype in the answer": (
        lambda s: forged(s, s.record, doc_type="org.iso.18013.5.1.mDL"), "mdoc.wrong-doctype",
    ),
    "revoked": (_revoked, "mdoc.revoked"),
    "suspended": (_suspended, "mdoc.revoked"),
    "without a status": (lambda s: forged(s, s.issue(place=False)), "mdoc.status-unknown"),
    # the phone and the exchange
    "another phone": (lambda s: forged(s, s.record, device=key(9)), "mdoc.other-session"),
    "another nonce": (
        lambda s: forged(s, s.record, session=lambda b: replace(b, nonce="0" * 32)),
        "mdoc.other-session",
    ),
    "another asker": (
        lambda s: forged(s, s.record, session=lambda b: replace(b, client_id="x509_san_dns:evil.localhost")),
        "mdoc.other-session",
    ),
    "another address": (
        lambda s: forged(s, s.record, session=lambda b: replace(b, response_uri=RESPONSE_URI + "2")),
        "mdoc.other-session",
    ),
    "Annex B's transcript in a plain answer": (
        lambda s: forged(s, s.record, session=lambda b: replace(b, mdoc_generated_nonce="n" * 32)),
        "mdoc.other-session",
    ),
    "a key's thumbprint in a plain answer": (
        lambda s: forged(s, s.record, session=lambda b: replace(b, key_thumbprint=bytes(32))),
        "mdoc.other-session",
    ),
    "no device signature": (set_in(*DOC, "deviceSigned", "deviceAuth", value={}), "mdoc.malformed"),
    "a MAC instead": (
        structure(lambda d: d["documents"][0]["deviceSigned"].update(
            deviceAuth={"deviceMac": d["documents"][0]["deviceSigned"]["deviceAuth"]["deviceSignature"]})),
        "mdoc.malformed",
    ),
    "a device signature with a payload": (
        set_in(*DOC, "deviceSigned", "deviceAuth", "deviceSignature", 2, value=b"x"), "mdoc.malformed",
    ),
    "half a device signature": (
        set_in(*DOC, "deviceSigned", "deviceAuth", "deviceSignature", 3, value=bytes(32)),
        "mdoc.other-session",
    ),
    # the message
    "two documents": (structure(lambda d: d["documents"].append(d["documents"][0])), "mdoc.malformed"),
    "no documents": (set_in("documents", value=[]), "mdoc.malformed"),
    "another version": (set_in("version", value="2.0"), "mdoc.malformed"),
    "a status of failure": (set_in("status", value=10), "mdoc.malformed"),
    "truncated": (lambda s: tampered(s, lambda t: t[:-20]), "mdoc.malformed"),
    "empty": (lambda s: tampered(s, lambda _: b""), "mdoc.malformed"),
    "something behind it": (lambda s: tampered(s, lambda t: t + b"\0"), "mdoc.malformed"),
    "indefinite length": (lambda s: tampered(s, _indefinite), "mdoc.malformed"),
    "a longer length than needed": (lambda s: tampered(s, _longer), "mdoc.malformed"),
    "a key twice": (lambda s: tampered(s, _key_twice), "mdoc.malformed"),
    "too large": (lambda s: tampered(s, lambda t: t + bytes(cbor.LARGEST)), "mdoc.malformed"),
    "not base64": (lambda s: {**forged(s, s.record), "vp_token": '{"mnc": ["+/"]}'}, "mdoc.malformed"),
    "two presentations": (
        lambda s: {**forged(s, s.record), "vp_token": '{"mnc": ["AA"], "other": ["AA"]}'}, "mdoc.not-asked",
    ),
    "no presentation": (lambda s: {**forged(s, s.record), "vp_token": "{}"}, "mdoc.malformed"),
    "unknown state": (lambda s: {**forged(s, s.record), "state": "x"}, "mdoc.unknown-request"),
}  # fmt: skip


def _without_chain(issuer_auth):
    return [issuer_auth[0], {}, *issuer_auth[2:]]


@pytest.mark.parametrize("case", NEGATIVES)
def test_not_believed(street, case):
    make, code = NEGATIVES[case]
    assert code_of(street.answer, make(street)) == code


def test_the_same_rig_is_believed_when_nothing_is_wrong(street):
    assert street.answer(forged(street, street.record)).values[NAME] == "横浜　花子"
    few = street.issue(values={NAME: "x", ADDRESS: "y", OVER_20: False})
    assert street.answer(forged(street, few)).values[OVER_20] is False
    assert street.answer(tampered(street, lambda token: token)).values[OVER_20] is True
    assert street.answer(other_signer()(street)).values[OVER_20] is True


def test_an_answer_counts_once_and_in_time(street):
    form = forged(street, street.record)
    street.answer(form)
    assert code_of(street.answer, form) == "mdoc.unknown-request"
    late = forged(street, street.record)
    assert code_of(street.answer, late, now=street.now + LIFE) == "mdoc.unknown-request"


def test_an_answer_to_one_request_is_worth_nothing_for_another(street):
    """Relayed: what the phone signed for one asker, brought as the answer to another's request."""
    first = street.wallet.present(street.read(street.ask()), WANTED_NAMES, street.now)
    second = street.ask().pending
    moved = {"response": first["response"]}
    street.pending[json.loads(_header(moved))["kid"]] = second  # a thief's mapping
    assert code_of(street.answer, moved) == "mdoc.malformed"  # sealed to another key


def _header(form):
    text = form["response"].split(".")[0]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_an_encrypted_answer_is_bound_to_its_nonces(street):
    asked = street.ask()
    request = street.read(asked)
    for wrong, code in [
        ({"apv": "AAAA"}, "mdoc.other-session"),
        ({"apu": "bm9uY2U"}, "mdoc.other-session"),
        ({"apu": ""}, "mdoc.malformed"),
        ({"apu": None, "apv": None}, "mdoc.other-session"),
    ]:
        form = resealed(street, request, asked.pending, wrong)
        street.pending[asked.pending.state] = asked.pending
        assert code_of(street.answer, form) == code, wrong


def resealed(street, request, pending, header):
    """The honest content, sealed again under another header."""
    algorithms = ["ECDH-ES", "A256GCM"]
    form = street.wallet.present(request, WANTED_NAMES, street.now)
    opened = jwe.decrypt_compact(form["response"], ECKey.import_key(json.loads(pending.key)), algorithms=algorithms)  # fmt: skip
    keep = {"alg", "enc", "kid", "apu", "apv"}
    changed = {name: one for name, one in {**opened.headers(), **header}.items() if one is not None and name in keep}  # fmt: skip
    public = ECKey.import_key(dict(request.encryption_key))
    return {"response": jwe.encrypt_compact(changed, opened.plaintext, public, algorithms=algorithms)}  # fmt: skip


@pytest.mark.parametrize("form", [{}, {"response": "x"}, {"response": "e30.a.b.c.d"}])
def test_forms_that_are_none(street, form):
    assert code_of(street.answer, form) in {"mdoc.unknown-request", "mdoc.malformed"}


def test_nothing_asked_is_no_request(street):
    for wanted in ((), (WANTED[0], WANTED[0])):
        assert code_of(street.ask, wanted) == "mdoc.malformed"


# ---------------------------------------------------------------- the request, as the wallet reads it


def claims_with(**changes):
    return lambda claims: claims.update(changes)


def credential_with(**changes):
    return lambda claims: claims["dcql_query"]["credentials"][0].update(changes)


REQUESTS = {
    "another host's address": (claims_with(response_uri="http://evil.localhost/"), "mdoc.unproven-request"),
    "another host's name": (claims_with(client_id="x509_san_dns:evil.localhost"), "mdoc.unproven-request"),
    "another kind of name": (claims_with(client_id="bank.localhost"), "mdoc.unproven-request"),
    "over": (claims_with(exp=1), "mdoc.unknown-request"),
    "a short nonce": (claims_with(nonce="1"), "mdoc.malformed"),
    "another response type": (claims_with(response_type="code"), "mdoc.malformed"),
    "another response mode": (claims_with(response_mode="fragment"), "mdoc.malformed"),
    "a redirect address": (claims_with(redirect_uri="http://evil.localhost/"), "mdoc.malformed"),
    "no query": (claims_with(dcql_query=None), "mdoc.malformed"),
    "two credentials": (
        lambda c: c["dcql_query"]["credentials"].append(c["dcql_query"]["credentials"][0]), "mdoc.malformed",
    ),
    "another doctype": (credential_with(meta={"doctype_value": "org.iso.18013.5.1.mDL"}), "mdoc.wrong-doctype"),
    "another format": (credential_with(format="dc+sd-jwt"), "mdoc.malformed"),
    "several at once": (credential_with(multiple=True), "mdoc.malformed"),
    "a value to compare": (
        credential_with(claims=[{"path": list(NAME), "values": ["横浜　花子"]}]), "mdoc.malformed",
    ),
    "the same item twice": (
        credential_with(claims=[{"id": "a", "path": list(NAME)}, {"id": "b", "path": list(NAME)}]), "mdoc.malformed",
    ),
    "unknown element": (credential_with(claims=[{"path": [JP, "shoe_size"]}]), "mdoc.unknown-element"),
    "a key with its private half": (
        lambda c: c["client_metadata"]["jwks"]["keys"][0].update(d="AA"), "mdoc.malformed",
    ),
    "no key": (lambda c: c["client_metadata"].pop("jwks"), "mdoc.malformed"),
}  # fmt: skip


@pytest.mark.parametrize("case", REQUESTS)
def test_not_shown_to_the_holder(street, case):
    change, code = REQUESTS[case]
    claims = requests.as_claims(street.read(street.ask()), street.now)
    change(claims)
    signed = requests.sign_request(claims, key(4), street.reader)
    assert code_of(Wallet.read, signed, [street.askers_authority], street.now) == code


def test_a_request_is_by_whom_it_says(street):
    claims = requests.as_claims(street.read(street.ask()), street.now)
    trusted = [street.askers_authority]

    def read(signed, now=street.now):
        return code_of(Wallet.read, signed, trusted, now)

    def certified(issuer_key=key(3), **more):
        return mdoc.certificate("bank", key(4), "Institutions", issuer_key, street.now, purposes=(), dns=mdoc.HOST, **more)  # fmt: skip

    assert Wallet.read(requests.sign_request(claims, key(4), certified()), trusted, street.now)
    bad = "mdoc.unproven-request"
    assert read(requests.sign_request(claims, key(5), street.reader)) == bad
    assert read(requests.sign_request(claims, key(4), certified(key(7)))) == bad
    assert read(requests.sign_request(claims, key(4), certified(start=timedelta(days=-400)))) == bad
    assert read("a.b.c") == bad
    unsigned = street.ask(bank=street.verifier(key=None, certificate=None))
    assert read(unsigned.request) == bad
    request = street.read(unsigned, allow_unsigned=True)
    assert not request.proven
    other = {**json.loads(unsigned.request), "response_uri": "http://evil.localhost/"}
    with pytest.raises(Refusal, match=bad):
        Wallet.read(json.dumps(other), trusted, street.now, allow_unsigned=True)
    form = street.wallet.present(request, WANTED_NAMES, street.now)
    assert street.answer(form).values[OVER_20] is True


# ---------------------------------------------------------------- the status list


def test_the_drafts_own_example():
    """draft-ietf-oauth-status-list §4.1: one bit each, 0xB9 0xA3."""
    states = dict(enumerate([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]))
    packed = status.pack(states, 16, 1)
    assert packed == base64.urlsafe_b64decode("eNrbuRgAAhcBXQ==")
    assert [status.unpack(packed, index, 1) for index in range(16)] == list(states.values())


@given(st.dictionaries(st.integers(0, 999), st.integers(0, 3)))
def test_status_lists_go_round(states):
    packed = status.pack(states, 1000)
    assert all(status.unpack(packed, n, 2) == states.get(n, 0) for n in range(0, 1000, 7))


def test_a_list_that_says_nothing(street):
    place = StatusPlace(mdoc.STATUS_URI, 5)
    good = status.sign_list(street.signer, mdoc.STATUS_URI, {}, street.now)

    def check(token, at=street.now, where=place, authorities=(street.authority,)):
        def fetch(_):
            if isinstance(token, Exception):
                raise token
            return token

        status.check_status(where, fetch, authorities, at)

    check(good)
    other_signer = DocumentSigner(key(2), mdoc.certificate("DS", key(2), "IACA", key(7), street.now))  # fmt: skip
    ends = [
        (check, OSError("no network")),
        (check, b"nothing"),
        (check, status.sign_list(street.signer, mdoc.STATUS_URI + "1", {}, street.now)),
        (check, status.sign_list(other_signer, mdoc.STATUS_URI, {}, street.now)),
        (check, cbor2.dumps(street.record.issuer_auth)),
    ]
    for call, token in ends:
        assert code_of(call, token) == "mdoc.status-unknown"
    check(
        good, street.now - timedelta(seconds=1)
    )  # made after it was asked for: a second began in between
    assert code_of(check, good, street.now - timedelta(seconds=61)) == "mdoc.status-unknown"
    late = street.now + status.LIFE + timedelta(seconds=1)
    assert code_of(check, good, late) == "mdoc.status-unknown"
    far = StatusPlace(mdoc.STATUS_URI, status.SIZE)
    assert code_of(check, good, where=far) == "mdoc.status-unknown"
    with pytest.raises(ValueError, match="bits"):
        status.unpack(status.pack({}), 0, 3)
    with pytest.raises(ValueError, match="compression"):
        status.unpack(b"none", 0, 2)


# ---------------------------------------------------------------- forms

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.binary(max_size=40) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(VALUES)
def test_cbor_goes_round(value):
    assert cbor.decode(cbor.encode(value)) == value


@given(VALUES, st.data())
def test_cut_cbor_is_never_taken(value, data):
    encoded = cbor.encode(value)
    cut = encoded[: data.draw(st.integers(0, len(encoded) - 1))]
    assert code_of(cbor.decode, cut) == "mdoc.malformed"


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data):
    """No other exception, and what is read is the one way of writing it, apart from the order of keys."""
    try:
        value = cbor.decode(data)
    except Refusal as refusal:
        assert refusal.fault.code == "mdoc.malformed"  # noqa: PT017
        return
    assert len(cbor2.dumps(value)) == len(data) or isinstance(value, date | datetime | dict | list)


@pytest.mark.parametrize(
    "written",
    ["9f01ff", "5f4101ff", "7f6161ff", "bf6161f5ff", "1801", "190001", "f7", "f93c00", "fb3ff0000000000000",
     "c11a514b67b0", "d81c80", "d8238161", "a2616101616102", "1c", "81" * 17 + "01", "c06161", "62ff"],
)  # fmt: skip
def test_cbor_that_two_readers_may_read_differently(written):
    assert code_of(cbor.decode, bytes.fromhex(written)) == "mdoc.malformed"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


OF_TYPE = {
    str: TEXTS, bytes: st.binary(max_size=99), int: st.integers(0, 150), bool: st.booleans(), date: st.dates(),
}  # fmt: skip


@given(st.fixed_dictionaries({}, optional={n: OF_TYPE[elements._TYPES[n]] for n in ELEMENTS}))
def test_records_go_round(values):
    street = _street()
    written = {n: credential.full_date(v.isoformat()) if type(v) is date else v for n, v in values.items()}  # fmt: skip
    record = street.issue(values=written)
    again = credential.read_issuer_signed(record.encode())
    assert {item.name: item.value for item in again.items} == values
    assert again.encode() == record.encode()
    found = checking.verify_issuer(again, [street.authority], street.now)
    assert found.status == StatusPlace(mdoc.STATUS_URI, 5)
    assert found.validity == street.validity()


def _street():
    """One for all examples: what they use of it does not change."""
    if not _KEPT:
        _KEPT.append(Street(datetime(2026, 11, 23, 1, 0, tzinfo=UTC)))
    return _KEPT[0]


_KEPT: list[Street] = []


@given(st.binary(max_size=200))
def test_no_bytes_are_an_answer(data):
    assert code_of(presentation.read_response, data) == "mdoc.malformed"


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_one_turned_bit_is_never_believed(place, bit):
    """Wherever it is in the answer: refused, or (in a certificate's or header's own slack) changes no value."""
    street = _street()
    form = forged(street, street.record)
    token = bytearray(token_of(form))
    token[place % len(token)] ^= 1 << bit
    assert code_of(street.answer, with_token(form, bytes(token))).startswith("mdoc.")


def test_device_keys(street):
    good = cose.key_to_cose(key(1).public_key())
    assert cose.key_from_cose(good).public_numbers() == key(1).public_key().public_numbers()
    for wrong in (
        None, {}, {**good, 1: 3}, {**good, -1: 2}, {**good, -2: b"x"}, {**good, -3: bytes(32)}, {**good, -4: b"d"},
    ):  # fmt: skip
        assert code_of(cose.key_from_cose, wrong) == "mdoc.malformed"
    with pytest.raises(cose.BadSignature):
        cose.verify1(street.record.issuer_auth, ec.generate_private_key(ec.SECP384R1()).public_key())  # fmt: skip


def raw_sign1(protected, payload, signing_key):
    """A correct signature under a header that no library would write."""
    header = cbor2.dumps(protected)
    to_sign = cbor2.dumps(["Signature1", header, b"", payload])
    r, s = decode_dss_signature(signing_key.sign(to_sign, ec.ECDSA(hashes.SHA256())))
    return [header, {}, payload, r.to_bytes(32) + s.to_bytes(32)]


def test_a_header_decides_nothing():
    def check(protected):
        return cose.verify1(raw_sign1(protected, b"content", key(1)), key(1).public_key())

    assert check({1: -7}) == b"content"
    assert check({1: -7, 4: b"some kid"}) == b"content"
    for wrong in ({1: -35}, {1: -8}, {}, {1: "ES256"}, {1: -7, 2: [99], 99: 1}):
        with pytest.raises(cose.BadSignature):
            check(wrong)


def test_transcripts_are_those_of_the_standards():
    """Both handovers, computed here a second time from their definitions."""
    bound = ("x509_san_dns:bank.localhost", RESPONSE_URI, "nonce")
    annex_b = presentation.transcript(Session(*bound, mdoc_generated_nonce="mine"))
    assert annex_b == [
        None, None,
        [sha256(cbor2.dumps([bound[0], "mine"])).digest(), sha256(cbor2.dumps([RESPONSE_URI, "mine"])).digest(), "nonce"],
    ]  # fmt: skip
    final = presentation.transcript(Session(*bound, key_thumbprint=bytes(32)))
    info = sha256(cbor2.dumps([bound[0], "nonce", bytes(32), RESPONSE_URI])).digest()
    assert final == [None, None, ["OpenID4VPHandover", info]]
