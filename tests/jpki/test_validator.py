"""The validator as a library: policies, the past, and reports on three levels."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kazasu.jpki.register.model import Status, StatusUnavailable
from kazasu.jpki.validation.report import POLICIES
from kazasu.jpki.validation.validator import examine
from tests.conftest import THE_DAY
from tests.jpki.mutations import MUTATIONS, signed_again
from tests.jpki.test_lint import authorities, good  # noqa: F401 - fixtures
from tests.support import pki

CONTENT = b"contract"


@pytest.fixture
def seen(authorities, good):  # noqa: F811 - fixtures
    """``seen(policy="offline", status=…)``: a report on Hanako's signature, with one thing changed."""

    def seen(policy="online", **changes):
        given = {
            "unverified_certificate": good["signing"].public_bytes(Encoding.DER),
            "signed": CONTENT,
            "expected": CONTENT,
            "signature": pki.sign(1, CONTENT),
            "kind": "signing",
            "authorities": authorities.trusted("signing"),
            "status": lambda *_: Status(None),
            "at": THE_DAY,
        }
        return examine(**given | changes, policy=POLICIES[policy])

    return seen


def answers(report):
    return [report.answer(question) for question in ("intact", "valid", "trusted")]


def code(report):
    return report.refusal.fault.code if report.refusal else None


def test_everything_is_good(seen):
    report = seen()
    assert answers(report) == [True, True, True]
    assert report.sentence().ja == "令和8年11月23日(月)（2026年）の時点で有効です"
    document = report.as_json()
    assert document["good"]
    assert json.loads(json.dumps(document)) == document
    assert "横浜" not in json.dumps(document, ensure_ascii=False), "nothing of the holder"


def test_intact_valid_and_trusted_are_kept_apart(seen, authorities):  # noqa: F811
    assert answers(seen(signature=bytes(256))) == [False, True, True]
    assert answers(seen(expected=b"other")) == [False, True, True]
    assert answers(seen(authorities=authorities.trusted("authentication"))) == [True, True, False]
    assert answers(seen(kind="authentication")) == [True, False, True]
    revoked = Status(datetime(2026, 11, 1, tzinfo=UTC), "key_compromise")
    assert answers(seen(status=lambda *_: revoked)) == [True, False, True]
    assert answers(seen(unverified_certificate=b"nonsense")) == [None, False, None]
    all_wrong = seen(signature=b"", authorities=[], at=datetime(2050, 1, 1, tzinfo=UTC))
    assert answers(all_wrong) == [False, False, False]
    assert code(all_wrong) == "jpki.unknown-issuer", "the first in order is the one to act on"


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("key_compromise", "jpki.revoked"), ("affiliation_changed", "jpki.lapsed-by-change"),
     ("certificate_hold", "jpki.on-hold")],
)  # fmt: skip
def test_the_past(seen, reason, expected):
    revoked = Status(datetime(2026, 11, 20, tzinfo=UTC), reason)
    assert code(seen(status=lambda *_: revoked)) == expected
    then = datetime(2026, 11, 19, tzinfo=UTC)
    assert code(seen(policy="archive", status=lambda *_: revoked, at=then)) is None
    assert code(seen(at=datetime(2026, 1, 1, tzinfo=UTC))) == "jpki.not-yet-valid"
    assert code(seen(at=datetime(2031, 6, 1, tzinfo=UTC))) == "jpki.expired"


def gone(*_):
    raise StatusUnavailable


def test_when_nobody_can_be_asked(seen):
    assert code(seen(status=gone)) == "jpki.status-unknown"
    soft = seen(policy="offline", status=gone)
    assert code(soft) is None
    assert "status was not checked" in soft.sentence().en
    assert soft.as_json()["steps"][-1]["good"] is None
    assert code(seen(policy="anchors-only", status=gone)) is None
    assert code(seen(status=lambda *_: None)) == "jpki.not-recorded"


def test_how_old_an_answer_may_be(seen):
    old = Status(None, as_of=THE_DAY - timedelta(minutes=2))
    assert code(seen(status=lambda *_: old)) == "jpki.status-unknown"
    assert code(seen(policy="offline", status=lambda *_: old)) is None
    assert code(seen(policy="archive", status=lambda *_: old)) is None
    revoked = Status(
        THE_DAY - timedelta(days=9), "key_compromise", as_of=THE_DAY - timedelta(days=8)
    )
    assert code(seen(status=lambda *_: revoked)) == "jpki.revoked", "revoked stays revoked"


def test_another_certificate_with_a_recorded_serial_number(seen):
    assert code(seen(status=lambda *_: Status(None, fingerprint=bytes(32)))) == "jpki.not-recorded"


@pytest.mark.parametrize("name", [name for name in MUTATIONS if name != "validity-end"])
def test_inspection_names_the_broken_rule(seen, authorities, good, name):  # noqa: F811
    """The validity's end by birthday and card is the issuer's to know; all else shows in the certificate."""
    kind, change = MUTATIONS[name][0]
    der = signed_again(good[kind].public_bytes(Encoding.DER), change, authorities.issuing[kind].key)
    report = seen(policy="inspection", unverified_certificate=der, kind=kind, authorities=authorities.trusted(kind))  # fmt: skip
    steps = {step.name: step for step in report.steps}
    if "profile" in steps:
        assert name in steps["profile"].evidence["rules"].split(", ")
    else:
        assert code(report) in {"jpki.unknown-issuer", "jpki.unreadable-certificate"}


def test_policies_have_names_in_both_languages():
    assert set(POLICIES) == {"online", "archive", "offline", "inspection", "anchors-only"}
    assert all(policy.text.ja and policy.text.en for policy in POLICIES.values())


def steps(report):
    """Each step as it is read elsewhere: name, question, outcome."""
    return [
        (one.name, one.question, one.refusal.fault.code if one.refusal else "good")
        for one in report.steps
    ]


ALL_GOOD = [
    ("content", "intact", "good"),
    ("issuer", "trusted", "good"),
    ("purpose", "valid", "good"),
    ("signature", "intact", "good"),
    ("time", "valid", "good"),
    ("status", "valid", "good"),
]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, {}),
        ({"expected": b"other"}, {"content": "jpki.wrong-challenge"}),
        ({"authorities": []}, {"issuer": "jpki.unknown-issuer"}),
        ({"kind": "authentication"}, {"purpose": "jpki.wrong-purpose"}),
        ({"signature": bytes(256)}, {"signature": "jpki.bad-signature"}),
        ({"signature": b""}, {"signature": "jpki.bad-signature"}),
        ({"at": datetime(2050, 1, 1, tzinfo=UTC)}, {"time": "jpki.expired"}),
        ({"status": gone}, {"status": "jpki.status-unknown"}),
        ({"status": lambda *_: None}, {"status": "jpki.not-recorded"}),
    ],
    ids=lambda one: "-".join(one) or "good" if isinstance(one, dict) else None,
)
def test_each_step_is_told_under_its_own_name(seen, changes, wrong):
    report = seen(**changes)
    if changes.get("authorities") == []:
        assert steps(report)[1] == ("issuer", "trusted", "jpki.unknown-issuer")
    assert steps(report) == [
        (name, question, wrong.get(name, outcome)) for name, question, outcome in ALL_GOOD
    ]
    assert all(one.what.ja and one.what.en for one in report.steps)


def test_evidence_of_each_step_is_what_was_looked_at(seen, good):  # noqa: F811
    found = {one.name: one.evidence for one in seen().steps}
    certificate = good["signing"]
    assert found["issuer"]["issuer"] == certificate.issuer.rfc4514_string()
    assert found["purpose"] == {"policy": "1.2.392.200149.8.5.1.1.20"}
    assert found["time"] == {
        "until": certificate.not_valid_after_utc.isoformat(),
        "at": THE_DAY.isoformat(),
    }
    assert found["status"]["as_of"] == THE_DAY.isoformat()
    revoked = Status(THE_DAY - timedelta(days=1), "key_compromise")
    (last,) = [one for one in seen(status=lambda *_: revoked).steps if one.name == "status"]
    assert last.evidence["reason"] == "key_compromise"


def test_what_does_not_read_is_one_step(seen):
    report = seen(unverified_certificate=b"nonsense")
    assert steps(report) == [("certificate", "valid", "jpki.unreadable-certificate")]
    assert report.steps[0].what.en == "The certificate reads"


def test_a_certificate_without_extensions_is_for_no_purpose(seen, authorities):  # noqa: F811
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    bare = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authorities.trusted("signing")[0].subject)
        .public_key(pki.key(1).public_key())
        .serial_number(7)
        .not_valid_before(THE_DAY - timedelta(days=1))
        .not_valid_after(THE_DAY + timedelta(days=1))
        .sign(authorities.issuing["signing"].key, hashes.SHA256())
    )
    report = seen(unverified_certificate=bare.public_bytes(Encoding.DER))
    assert ("purpose", "valid", "jpki.wrong-purpose") in steps(report)
    assert {one.name: one.evidence for one in report.steps}["purpose"] == {"policy": ""}
