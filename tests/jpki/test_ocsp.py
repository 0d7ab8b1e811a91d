"""The OCSP responder, asked by whoever likes: RFC 6960, RFC 5019, RFC 9654."""

import base64
import hashlib
import random
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import psycopg
import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1
from asn1crypto.parser import emit
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp as x509_ocsp

from kazasu.foundation.algorithms import ALGORITHMS, new_key, verify
from kazasu.jpki.authorities.keyring import Authority
from kazasu.jpki.register.model import Status, StatusUnavailable
from kazasu.jpki.status import ocsp
from kazasu.jpki.status.ocsp_request import MOST_ASKED
from tests.jpki.test_service import CARD_ID, World, _certificate
from tests.support import pki
from tests.support.street import Street

GOOD, REVOKED, UNKNOWN = "good", "revoked", "unknown"
SIGNING, AUTHENTICATION = 0x11000001, 0x12000002
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NONCE = "1.3.6.1.5.5.7.48.1.2"


def register(kind, serial):
    """Two certificates that were issued; one is revoked."""
    if (kind, serial) == ("authentication", AUTHENTICATION):
        return Status(None)
    if (kind, serial) == ("signing", SIGNING):
        return Status(LONG_AGO, "key_compromise")
    return None


@pytest.fixture
def authorities(clock):
    return pki.authorities(clock)


@pytest.fixture
def ask(authorities, clock):
    """DER request → OCSPResponse as asn1crypto reads it."""

    def ask(der, status=register):
        return asn1.OCSPResponse.load(
            ocsp.answer(der, authorities.responders, status, clock.now()), strict=True
        )

    return ask


def issuer(authorities, kind="authentication"):
    return authorities.issuing[kind].certificate


def cert_id(authority, serial, algorithm="sha1", oid=None, **changes):
    """A CertID made by hand, of any hash."""
    spki = authority.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    bits = core.Sequence.load(spki)[1].contents[1:]
    values = {
        "hash_algorithm": {"algorithm": oid or algorithm, "parameters": core.Null()},
        "issuer_name_hash": _digest(algorithm, authority.subject.public_bytes()),
        "issuer_key_hash": _digest(algorithm, bits),
        "serial_number": serial,
    }
    return values | changes


def _digest(algorithm, content):
    return hashlib.new(algorithm, content, usedforsecurity=False).digest()


def request(*ids, extensions=None, version="v1", each=None):
    tbs = {"version": version, "request_list": [{"req_cert": one} for one in ids]}
    if each:
        for one in tbs["request_list"]:
            one["single_request_extensions"] = each
    if extensions:
        tbs["request_extensions"] = extensions
    return asn1.OCSPRequest({"tbs_request": tbs}).dump()


def nonce(value, *, wrapped=True):
    given = core.OctetString(value).dump() if wrapped else value
    return {"extn_id": NONCE, "critical": False, "extn_value": core.ParsableOctetString(given)}


def other(oid, *, critical, value=b"\x05\x00"):
    return {"extn_id": oid, "critical": critical, "extn_value": core.ParsableOctetString(value)}


def states(response):
    assert response["response_status"].native == "successful"
    data = response.response_data
    return [
        (one["cert_id"]["serial_number"].native, one["cert_status"].name)
        for one in data["responses"]
    ]


def refused(response):
    assert isinstance(response["response_bytes"], core.Void)
    return response["response_status"].native


def test_several_certificates_are_answered_in_one_response(ask, authorities):
    ca = issuer(authorities)
    der = request(cert_id(ca, AUTHENTICATION), cert_id(ca, 2), cert_id(ca, SIGNING))
    assert states(ask(der)) == [(AUTHENTICATION, GOOD), (2, UNKNOWN), (SIGNING, UNKNOWN)]
    both = request(cert_id(ca, AUTHENTICATION), cert_id(issuer(authorities, "signing"), SIGNING))
    assert refused(ask(both)) == "unauthorized", "a responder speaks for its own authority alone"
    foreign = cert_id(ca, AUTHENTICATION, issuer_key_hash=b"x" * 20)
    assert states(ask(request(foreign, cert_id(ca, AUTHENTICATION)))) == [
        (AUTHENTICATION, UNKNOWN),
        (AUTHENTICATION, GOOD),
    ]
    assert refused(ask(request(foreign))) == "unauthorized"
    assert refused(ask(request(*[cert_id(ca, 2)] * (MOST_ASKED + 1)))) == "unauthorized"
    assert len(states(ask(request(*[cert_id(ca, 2)] * MOST_ASKED)))) == MOST_ASKED


@pytest.mark.parametrize(
    ("algorithm", "oid"),
    [
        ("md5", None), ("sha1", None), ("sha224", None), ("sha256", None), ("sha384", None), ("sha512", None),
        ("sha512_256", "2.16.840.1.101.3.4.2.6"), ("sha3_256", "2.16.840.1.101.3.4.2.8"),
        ("sha3_512", "2.16.840.1.101.3.4.2.10"),
    ],
)  # fmt: skip
def test_a_certificate_may_be_named_by_any_hash(ask, authorities, algorithm, oid):
    given = cert_id(issuer(authorities), AUTHENTICATION, algorithm, oid)
    found = ask(request(given))
    assert states(found) == [(AUTHENTICATION, GOOD)]
    assert found.response_data["responses"][0]["cert_id"].dump() == asn1.CertId(given).dump()
    assert refused(ask(request(cert_id(issuer(authorities), 2, "sha1", "1.2.3.4")))) == "unauthorized"  # fmt: skip


def test_the_answer_repeats_the_certid_as_it_was_asked(ask, authorities):
    """Without the NULL of the hash too (openssl#3085 and others compare bytes)."""
    given = cert_id(issuer(authorities), AUTHENTICATION)
    del given["hash_algorithm"]["parameters"]
    found = ask(request(given))
    assert found.response_data["responses"][0]["cert_id"].dump() == asn1.CertId(given).dump()


@pytest.mark.parametrize("serial", [0, -1, -(2**70), 2**63, 2**159, 1 << 4000])
def test_a_serial_number_of_any_size_is_unknown(databases, clock, serial):
    world = World(databases, clock)
    der = request(cert_id(issuer(world.authorities), serial))
    made = ocsp.answer(der, world.authorities.responders, world.services.life.status, clock.now())
    assert states(asn1.OCSPResponse.load(made)) == [(serial, UNKNOWN)]


@pytest.mark.parametrize(("length", "right"), [(0, False), (1, True), (16, True), (32, True), (128, True), (129, False), (20_000, False)])  # fmt: skip
def test_a_nonce_has_1_to_128_bytes(ask, authorities, length, right):
    der = request(cert_id(issuer(authorities), AUTHENTICATION), extensions=[nonce(b"n" * length)])
    found = ask(der)
    if not right:
        assert refused(found) == "malformed_request"
        return
    assert states(found) == [(AUTHENTICATION, GOOD)]
    assert found.response_data["response_extensions"][0]["extn_value"].parsed.native == b"n" * length  # fmt: skip


def test_what_is_critical_and_not_understood_is_refused(ask, authorities):
    one = cert_id(issuer(authorities), AUTHENTICATION)
    unknown = "1.2.3.4.5"
    assert refused(ask(request(one, extensions=[other(unknown, critical=True)]))) == "malformed_request"  # fmt: skip
    assert refused(ask(request(one, each=[other(unknown, critical=True)]))) == "malformed_request"
    assert states(ask(request(one, extensions=[other(unknown, critical=False)])))
    basic = core.SequenceOf([core.ObjectIdentifier("1.3.6.1.5.5.7.48.1.1")], spec=core.ObjectIdentifier)  # fmt: skip
    types = "1.3.6.1.5.5.7.48.1.4"
    assert states(ask(request(one, extensions=[other(types, critical=True, value=basic.dump())])))
    none = core.SequenceOf([core.ObjectIdentifier("1.2.3")], spec=core.ObjectIdentifier)
    assert refused(ask(request(one, extensions=[other(types, critical=False, value=none.dump())]))) == "malformed_request"  # fmt: skip


def test_empty_lists_of_extensions_are_none(ask, authorities):
    """Some clients write them (crtsh/ocsp_monitor#4)."""
    one = asn1.Request({"req_cert": cert_id(issuer(authorities), AUTHENTICATION)}).dump()
    empty = b"\xa0\x02\x30\x00"
    single = _sequence(core.Sequence.load(one).contents + empty)
    der = _sequence(_sequence(_sequence(single) + b"\xa2\x02\x30\x00"))
    assert states(ask(der)) == [(AUTHENTICATION, GOOD)]


@pytest.mark.parametrize("what", ["nothing", "empty", "trailing", "version", "twice", "bare-nonce", "parameters", "list"])  # fmt: skip
def test_what_is_not_to_the_syntax_is_malformed(ask, authorities, what):
    one = cert_id(issuer(authorities), AUTHENTICATION)
    whole = request(one)
    der = {
        "nothing": lambda: b"",
        "empty": lambda: _sequence(_sequence(_sequence(b""))),
        "trailing": lambda: whole + b"\x00",
        "version": lambda: _sequence(_sequence(b"\xa0\x03\x02\x01\x01" + core.Sequence.load(whole)[0].contents)),
        "twice": lambda: request(one, extensions=[nonce(b"a" * 16)] * 2),
        "bare-nonce": lambda: request(one, extensions=[nonce(b"a" * 16)]).replace(b"\x04\x10aaaa", b"\x02\x10aaaa"),
        "parameters": lambda: whole.replace(b"\x05\x00", b"\x04\x00"),
        "list": lambda: b"\x30\x80" * 5000,
    }[what]()  # fmt: skip
    assert refused(ask(der)) == "malformed_request"


def _sequence(content):
    return emit(0, 1, 16, content)


def test_a_register_out_of_reach_says_try_later(ask, authorities, databases, clock, monkeypatch):
    def away(*_):
        raise StatusUnavailable

    der = request(cert_id(issuer(authorities), AUTHENTICATION))
    assert refused(ask(der, away)) == "try_later"
    world = World(databases, clock)
    monkeypatch.setattr(
        world.services.life._database, "read",
        lambda *_, **__: (_ for _ in ()).throw(psycopg.OperationalError("gone")),
    )  # fmt: skip
    with pytest.raises(StatusUnavailable):
        world.services.life.status("signing", 5)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_responder_of_any_algorithm_signs(authorities, clock, algorithm):
    before = next(one for one in authorities.responders if one.kind == "authentication")
    key = new_key(algorithm)
    old = before.signer.certificate
    certificate = (
        x509.CertificateBuilder().subject_name(old.subject).issuer_name(old.issuer)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(old.not_valid_before_utc).not_valid_after(old.not_valid_after_utc)
        .sign(authorities.issuing["authentication"].key, hashes.SHA256())
    )  # fmt: skip
    responder = type(before)(before.kind, before.issuer, Authority("o", key, certificate))
    der = request(cert_id(issuer(authorities), AUTHENTICATION))
    made = ocsp.answer(der, [responder], register, clock.now())
    basic = asn1.OCSPResponse.load(made).basic_ocsp_response
    signature = basic["signature"].native
    verify(key.public_key(), signature, basic["tbs_response_data"].dump())
    if algorithm != "ML-DSA-65":  # newer than that reader
        read = x509_ocsp.load_der_ocsp_response(made)
        verify(key.public_key(), read.signature, read.tbs_response_bytes)


def test_answers_of_what_was_never_issued_take_no_place(authorities, clock):
    answers = ocsp.Answers(authorities.responders, register, clock.now)
    for serial in range(1, 50):
        answers.answer(request(cert_id(issuer(authorities), serial)))
    assert answers._kept == {}
    answers.answer(request(cert_id(issuer(authorities), AUTHENTICATION)))
    assert len(answers._kept) == 1


# ---------------------------------------------------------------- over HTTP


@pytest.fixture
def door(databases, clock):
    """A browser at the real site, with a certificate that was issued."""
    street = Street(databases, clock, "jpki")
    world = World(databases, clock)
    world.authorities = street.house("jpki") and pki.authorities(clock)
    world.issued = world.services.issuing.issue(world.order())
    world.origin = street.directory.origin("jpki")
    world.web = street.browser()
    world.certificate = x509.load_der_x509_certificate(world.issued.authentication)
    world.request = request(
        cert_id(issuer(world.authorities), world.certificate.serial_number)
    )  # fmt: skip
    return world


def read(response):
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/ocsp-response"
    return asn1.OCSPResponse.load(response.content, strict=True)


def test_get_as_every_client_writes_it(door):
    plain = base64.b64encode(door.request).decode()
    serial = door.certificate.serial_number
    for path in (plain, quote(plain, safe=""), quote(quote(plain, safe=""), safe=""), plain.rstrip("="), "/" + plain, plain.translate({43: 45, 47: 95})):  # fmt: skip
        answer = door.web.get(f"{door.origin}/ocsp/{path}")
        assert states(read(answer)) == [(serial, GOOD)], path
    posted = door.web.post(f"{door.origin}/ocsp", content=door.request)
    assert read(posted).dump() == read(answer).dump(), "one answer, however it was asked"


def test_get_with_slashes_and_pluses_in_the_base64(door):
    """Base64 has both, and two slashes side by side (boulder met all of it)."""
    ca = issuer(door.authorities)
    for serial in (0xFFFFFF, 0x3FFFFFFFFF, 0x0FBEFBEFBEFBE, 0xFFFFFFFFFFFFFFFF):
        for pad in range(3):
            der = request(cert_id(ca, serial), extensions=[nonce(b"\xff\xef\xbe" * 9 + b"x" * pad)])
            text = base64.b64encode(der).decode()
            assert "/" in text
            found = read(door.web.get(f"{door.origin}/ocsp/{text}"))
            assert states(found) == [(serial, UNKNOWN)]
    long = request(*[cert_id(ca, 2**100 + n) for n in range(MOST_ASKED)])
    text = quote(base64.b64encode(long).decode(), safe="")
    assert len(text) > 255
    assert len(states(read(door.web.get(f"{door.origin}/ocsp/{text}")))) == MOST_ASKED


@pytest.mark.parametrize(
    "path", ["/ocsp", "/ocsp/", "/ocsp/%00", "/ocsp/%FF%FE", "/ocsp/not-base64", "/ocsp/AAAA", "/ocsp/" + "A" * 4000, "/ocsp/a/b//c", "/ocsp/%E3%81%82"]
)  # fmt: skip
def test_a_malformed_get_gets_an_ocsp_answer(door, path):
    assert refused(read(door.web.get(door.origin + path))) == "malformed_request"


@pytest.mark.parametrize("kind", ["", "application/ocsp-request", "application/x-www-form-urlencoded", "text/plain", "application/json"])  # fmt: skip
def test_the_body_counts_whatever_it_is_called(door, kind):
    """``curl --data-binary`` calls everything a form."""
    answer = door.web.post(
        f"{door.origin}/ocsp", content=door.request, headers={"content-type": kind} if kind else {}
    )
    assert states(read(answer))[0][1] == GOOD
    bad = door.web.post(f"{door.origin}/ocsp", content=b"\xff\xfe&=;" * 20, headers={"content-type": kind})  # fmt: skip
    assert refused(read(bad)) == "malformed_request"


def test_an_answer_says_how_long_it_is_good_and_is_asked_for_again_by_its_tag(door):
    url = f"{door.origin}/ocsp/{base64.b64encode(door.request).decode()}"
    first = door.web.get(url)
    single = read(first).response_data["responses"][0]
    until, at = single["next_update"].native, single["this_update"].native
    assert parsedate_to_datetime(first.headers["expires"]) == until
    assert parsedate_to_datetime(first.headers["last-modified"]) == at
    age, *rest = first.headers["cache-control"].split(", ")
    assert rest == ["public", "no-transform", "must-revalidate"]
    assert 0 < int(age.removeprefix("max-age=")) < (until - door.clock.now()).total_seconds()
    door.clock.advance(timedelta(seconds=10))
    for headers in ({"if-none-match": first.headers["etag"]}, {"if-none-match": f'"x", W/{first.headers["etag"]}'}, {"if-modified-since": first.headers["last-modified"]}):  # fmt: skip
        again = door.web.get(url, headers=headers)
        assert (again.status_code, again.content) == (304, b""), headers
        assert again.headers["etag"] == first.headers["etag"]
        assert int(again.headers["cache-control"].split(",")[0][8:]) == int(age[8:]) - 10
    for headers in ({"if-none-match": '"x"'}, {"if-modified-since": "yesterday"}, {"if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"}):  # fmt: skip
        assert door.web.get(url, headers=headers).status_code == 200
    door.services.life.end_card(CARD_ID)
    door.clock.advance(timedelta(seconds=31))
    changed = door.web.get(url, headers={"if-none-match": first.headers["etag"]})
    assert states(read(changed))[0][1] == REVOKED
    own = request(cert_id(issuer(door.authorities), 2), extensions=[nonce(b"n" * 16)])
    for one in (own, b"x"):
        answer = door.web.post(f"{door.origin}/ocsp", content=one)
        assert answer.headers["cache-control"] == "no-store", "this asker's alone"


def test_good_is_only_what_was_recorded_and_handed_out(door):
    rogue = x509.load_der_x509_certificate(
        _certificate(door, "authentication", door.authorities.issuing["authentication"], 0x22334455)
    )
    der = request(cert_id(issuer(door.authorities), rogue.serial_number))
    assert states(read(door.web.post(f"{door.origin}/ocsp", content=der)))[0][1] == UNKNOWN


def _malformed(rng, whole):
    """Bytes that somebody may send: cut, changed, grown, wrapped, or nothing of the kind."""
    der = bytearray(whole)
    match rng.randrange(6):
        case 0:
            return bytes(der[: rng.randrange(len(der))])
        case 1:
            for _ in range(rng.randrange(1, 6)):
                der[rng.randrange(len(der))] = rng.randrange(256)
            return bytes(der)
        case 2:
            at = rng.randrange(len(der))
            return bytes(der[:at]) + rng.randbytes(rng.randrange(1, 40)) + bytes(der[at:])
        case 3:
            return rng.randbytes(rng.randrange(300))
        case 4:
            return bytes([0x30, 0x80]) * rng.randrange(1, 400) + bytes(der)
        case _:
            return bytes([rng.choice([0x30, 0x04, 0xA0, 0x02])]) + b"\x84\xff\xff\xff\xff" + bytes(der)  # fmt: skip


def _besiege(door, many):
    """Returns how many answers there were of each status. Any line of an error in the log fails the test by itself."""
    rng = random.Random(6960)  # noqa: S311 - the same every time
    ca = issuer(door.authorities)
    whole = [
        door.request,
        request(cert_id(ca, 2), cert_id(ca, 3), extensions=[nonce(b"n" * 32)]),
        request(cert_id(ca, 2, "sha256"), each=[other("1.2.3.4", critical=False)]),
    ]
    kinds = ["application/ocsp-request", "application/x-www-form-urlencoded", "text/plain"]
    seen = {}
    for n in range(many):
        der = _malformed(rng, rng.choice(whole))
        if n % 3 == 0 and len(der) < 3000:
            text = base64.b64encode(der).decode()
            answer = door.web.get(f"{door.origin}/ocsp/{quote(text, safe=rng.choice(['', '/+=']))}")
        else:
            answer = door.web.post(
                f"{door.origin}/ocsp", content=der, headers={"content-type": rng.choice(kinds)}
            )
        status = read(answer)["response_status"].native
        seen[status] = seen.get(status, 0) + 1
    return seen


def test_malformed_requests_get_answers_of_the_protocol(door):
    seen = _besiege(door, 300)
    assert seen["malformed_request"] > 150
    assert set(seen) <= {"malformed_request", "unauthorized", "successful"}


@pytest.mark.deep
def test_ten_thousand_malformed_requests(door):
    seen = _besiege(door, 10_000)
    assert sum(seen.values()) == 10_000


def test_openssl_asks_about_two_at_once(door, tmp_path):
    ca = issuer(door.authorities)
    (tmp_path / "ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    serial = str(door.certificate.serial_number)
    asked = subprocess.run(
        ["openssl", "ocsp", "-no_nonce", "-issuer", "ca.pem", "-serial", serial, "-serial", "2", "-sha256", "-serial", "3", "-reqout", "q.der"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    answer = door.web.post(f"{door.origin}/ocsp", content=(tmp_path / "q.der").read_bytes())
    (tmp_path / "a.der").write_bytes(answer.content)
    at = str(int(door.clock.now().timestamp()))
    told = subprocess.run(
        ["openssl", "ocsp", "-no_nonce", "-respin", "a.der", "-issuer", "ca.pem", "-CAfile", "ca.pem",
         "-serial", serial, "-serial", "2", "-sha256", "-serial", "3", "-validity_period", "999999999", "-attime", at],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert f"{serial}: good" in told.stdout, told.stderr
    assert "2: unknown" in told.stdout
    assert "3: unknown" in told.stdout
    assert "Response verify OK" in told.stderr
