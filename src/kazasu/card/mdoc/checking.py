"""Is this record one that the issuer made, as it was made, and good now? Raises; never answers with a boolean.

ISO/IEC 18013-5 §9.3.1: certificate, signature, digests, document type, validity. The order is the order of the checks.
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from kazasu.card.mdoc.faults import (
    ALTERED,
    BAD_ISSUER_SIGNATURE,
    BAD_SIGNER,
    EXPIRED,
    NOT_YET_VALID,
    UNKNOWN_ISSUER,
    WRONG_DOCTYPE,
)
from kazasu.card.mdoc.formats import cose
from kazasu.card.mdoc.formats.credential import (
    DS_PURPOSE,
    IssuerSigned,
    Item,
    Mso,
    Validity,
    read_mso,
    signer_chain,
)
from kazasu.card.mdoc.formats.elements import DOC_TYPE, check_askable, check_value
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil

Authorities = Sequence[x509.Certificate]
"""Issuing authorities that are trusted: configuration, never taken from a message."""


def verify_issuer(record: IssuerSigned, authorities: Authorities, at: datetime) -> Mso:
    """The MSO, once signer, signature, type, time and every item are proven.

    Raises Refusal ``mdoc.unknown-issuer``, ``mdoc.bad-signer``, ``mdoc.bad-issuer-signature``,
    ``mdoc.wrong-doctype``, ``mdoc.not-yet-valid``, ``mdoc.expired``, ``mdoc.altered``, ``mdoc.malformed``,
    ``mdoc.number-not-asked`` (an issuer put the number in), ``mdoc.unknown-element``.
    """
    certificate = signer_chain(record.issuer_auth)[0]
    key = verify_signer(certificate, authorities, at)
    try:
        mso = read_mso(cose.verify1(record.issuer_auth, key))
    except cose.BadSignature as error:
        raise Refusal(BAD_ISSUER_SIGNATURE) from error
    if mso.doc_type != DOC_TYPE:
        raise Refusal(WRONG_DOCTYPE, given=mso.doc_type[:60])
    _check_time(mso.validity, certificate, at)
    _check_items(record.items, mso)
    return mso


def verify_signer(
    certificate: x509.Certificate, authorities: Authorities, at: datetime
) -> ec.EllipticCurvePublicKey:
    """The document signer's key. Raises Refusal ``mdoc.unknown-issuer``, ``mdoc.bad-signer``."""
    issuer = next((one for one in authorities if _issued(certificate, one)), None)
    if issuer is None:
        raise Refusal(UNKNOWN_ISSUER)
    for one in (certificate, issuer):
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            raise Refusal(BAD_SIGNER, why="validity")
    try:
        found = certificate.extensions
        purposes = found.get_extension_for_class(x509.ExtendedKeyUsage)
        usage = found.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError) as error:
        raise Refusal(BAD_SIGNER, why="extensions") from error
    if list(purposes.value) != [DS_PURPOSE] or not purposes.critical:
        raise Refusal(BAD_SIGNER, why="extended key usage")
    if not usage.digital_signature or usage.key_cert_sign:
        raise Refusal(BAD_SIGNER, why="key usage")
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not cose.is_p256(key):
        raise Refusal(BAD_SIGNER, why="key")
    return key


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _check_time(validity: Validity, certificate: x509.Certificate, at: datetime) -> None:
    if not certificate.not_valid_before_utc <= validity.signed <= certificate.not_valid_after_utc:
        raise Refusal(BAD_SIGNER, why="signed outside the certificate's validity")
    if not validity.signed <= validity.start <= validity.end or at < validity.start:
        raise Refusal(NOT_YET_VALID)
    if at > validity.end:
        raise Refusal(EXPIRED, until=civil(validity.end).isoformat())


def _check_items(items: Sequence[Item], mso: Mso) -> None:
    places: set[tuple[str, int]] = set()
    names: set[tuple[str, str]] = set()
    for item in items:
        check_value(check_askable(*item.name), item.value)
        place = (item.namespace, item.digest_id)
        if place in places or item.name in names:
            raise Refusal(ALTERED, why="the same item twice")
        if mso.digests.get(item.namespace, {}).get(item.digest_id) != item.digest:
            raise Refusal(ALTERED, why=item.element)
        places.add(place)
        names.add(item.name)
