"""The workbench's authorities answer for its cards."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from kazasu.foundation.faults import Refusal
from kazasu.jpki.validation.validator import validate


def checked(bench, signed, content, kind="signing"):
    return validate(
        unverified_certificate=signed.certificate,
        signed=content,
        expected=content,
        signature=signed.signature,
        kind=kind,
        authorities=bench.anchors(),
        status=bench.status,
        at=bench._clock.now(),
    )


def test_good_then_revoked(card_bench, my_number_card):
    signed = my_number_card.client.sign(b"contract", my_number_card.password)
    assert checked(card_bench, signed, b"contract")
    certificate = x509.load_der_x509_certificate(signed.certificate)
    issuer = next(one for one in card_bench.anchors() if one.subject == certificate.issuer)
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303

    def answered():
        answer = card_bench.ocsp(request.public_bytes(Encoding.DER))
        return ocsp.load_der_ocsp_response(answer).certificate_status

    assert answered() is ocsp.OCSPCertStatus.GOOD
    card_bench.revoke(signed.certificate)
    assert answered() is ocsp.OCSPCertStatus.REVOKED
    with pytest.raises(Refusal) as refusal:
        checked(card_bench, signed, b"contract")
    assert refusal.value.fault.code == "jpki.revoked"


@pytest.mark.parametrize(
    "name", ["太郎", "Taro2", "たろう 1", "../x", "x", "", "a" * 61, "-x-", "x\n"]
)
def test_a_name_that_no_file_can_have_is_refused_in_words(card_bench, name):
    with pytest.raises(Refusal) as refused:
        card_bench.make(name)
    assert refused.value.fault.code == "card.bad-name"
