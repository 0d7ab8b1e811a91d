"""Messages that a signature proves and nobody can read: each a refusal with its code, never an incident."""

import json
from uuid import uuid4

import pytest
from joserfc import jwe

from kazasu.exchange.carrier import inquiries, letters
from kazasu.exchange.keys import encrypt
from tests.support.street import Street

TYPES = {"/exchange/letters": letters.TYP, "/exchange/inquiries": inquiries.TYP}
KINDS = {
    "/exchange/letters": "jpki/person-changed/1",
    "/exchange/inquiries": "exchange/accesses-of/1",
}
HUGE = b"9" * 5_000
DEEP = b"[" * 20_000
MALFORMED = {
    "kind": [1, None, [], "x" * 5_000, "\0", "\ud800"],
    "jti": [1, None, "", "x", "\0", [], "9" * 5_000],
    "iat": [1, None, "", "2026-11-23", "2026-11-23T10:00:00", "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00", "\0", {}],
    "seq": ["1", 0, -1, 1.5, True, None, 2**63, 10**400],
    "case": [1, None, "", "\0", "a\0b", "\ud800", "x" * 10_000, []],
    "purpose": ["ab", 1, None, [], ["a"], ["a", "b", "c"], ["a", 1], ["a", "\0"], ["a", "\udc00"],
                ["a", "x" * 10_000]],
    "actor": [1, None, "\0", "\ud800", "x" * 10_000, []],
    "basis": [1, "\0", "x" * 10_000],
    "body": [1, None, "x", [], {"\0": 1}, {"a": "\0"}, {"a": ["\ud800"]}, {"x": 10**400}],
    "iss": [1, None, "\0", "\ud800", "city:141003"],
    "aud": [1, None, "\0", "\ud800", "portal"],
}  # fmt: skip
PAYLOADS = [b"", b"\xff\xfe", b"null", b"[]", b'"x"', b"1", HUGE, DEEP, b"{}", b"{" * 5_000,
            b'{"iss":' + DEEP, b'{"kind":' + HUGE + b"}"]  # fmt: skip


@pytest.fixture(scope="module")
def street(module_databases):
    return Street(module_databases, module_databases.clock, "identity", "jpki", "portal")


@pytest.fixture(scope="module")
def browser(street):
    return street.browser()


def envelope(street, path):
    one = {"iss": "portal", "aud": "jpki", "jti": str(uuid4()), "kind": KINDS[path],
           "iat": street.process.clock.now().isoformat(), "body": {}}  # fmt: skip
    if path == "/exchange/letters":
        return one | {"case": "case-0001", "seq": 1}
    return one | {"actor": "test", "purpose": ["a", "b"], "basis": "test"}


def refused(street, browser, path, sealed, institution="jpki"):
    """The code of the refusal; in an answer to an inquiry it is sealed."""
    answer = browser.post(path, content=sealed, headers={"kazasu-institution": institution})
    if answer.status_code == 200 and path == "/exchange/inquiries":
        portal = street.process.institution("portal")
        document = json.loads(portal.open(answer.text, inquiries.ANSWER_TYP)[1])["fault"]
        assert 400 <= document["status"] < 500
        return document["code"]
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["code"]


def sealed(street, path, payload):
    return street.process.institution("portal").seal(payload, TYPES[path], "jpki")


@pytest.mark.parametrize("path", TYPES)
@pytest.mark.parametrize(
    "institution",
    [b"city:999999", b"portal:1", b"jpki:1", b"nobody", b"", b"\xff", b"x" * 5_000, b"../jpki"],
)
def test_an_institution_that_is_not_here(street, browser, path, institution):
    assert refused(street, browser, path, b"x", institution) == "exchange.not-for-us"


@pytest.mark.parametrize("path", TYPES)
def test_what_is_no_message(street, browser, path):
    directory = street.process.directory
    for text in (b"", b"\xff\xfe", b"a.b.c.d.e", b"....", b"e30.e30.e30.e30.e30", b"bnVsbA....",
                 jwe.encrypt_compact({"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}, DEEP,
                                     directory.key("jpki", "seal")).encode()):  # fmt: skip
        refused(street, browser, path, text)
    for inside in (b"\xff\xfe", b"", b"x", b"e30.e30.e30", b"bnVsbA.e30.e30", b"W10.e30.e30"):
        refused(street, browser, path, encrypt(inside, "jpki", directory))


@pytest.mark.parametrize("path", TYPES)
def test_payloads_that_are_no_envelope(street, browser, path):
    for payload in PAYLOADS:
        code = refused(street, browser, path, sealed(street, path, payload))
        assert code == "exchange.unreadable", payload[:40]


@pytest.mark.parametrize("path", TYPES)
def test_fields_that_are_none(street, browser, path):
    known = envelope(street, path)
    tried = 0
    for name, values in MALFORMED.items():
        for value in values if name in known else ():
            wrong = json.dumps(envelope(street, path) | {name: value}).encode()
            expected = "not-for-us" if value in ("city:141003", "portal") else "unreadable"
            code = refused(street, browser, path, sealed(street, path, wrong))
            assert code == f"exchange.{expected}", (name, value)
            tried += 1
        if name in known:
            lacking = {key: one for key, one in known.items() if key != name}
            refused(street, browser, path, sealed(street, path, json.dumps(lacking).encode()))
    assert tried > 40
