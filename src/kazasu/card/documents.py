"""Documents signed with the card's signing key: CMS, PDF (PAdES) and XML.

The libraries make the formats; the card makes the signature, once for each document.
"""

import io
from typing import Any, Final

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from lxml import etree
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from signxml.signer import XMLSigner

from kazasu.card.chip.key_objects import CardKey
from kazasu.card.client import CardClient
from kazasu.card.faults import UNREADABLE_DOCUMENT, UNSUITABLE_KEY
from kazasu.card.forms import Form
from kazasu.foundation.faults import Refusal


def sign_document(
    client: CardClient, content: bytes, form: Form, password: str, *, force: bool = False
) -> bytes:
    """Sign with the signing key.

    ``raw`` gives the signature alone; ``cms`` a detached CMS signature in DER; ``pdf`` and ``xml`` the
    document with the signature in it.

    Raises Refusal ``card.unreadable-document``, ``card.unsuitable-key`` and what VERIFY raises.
    """
    if form == "raw":
        return client.sign(content, password, force=force).signature
    _check_readable(content, form)  # before a try of the password is used
    try:
        authority = client.certificate(
            "signing-ca"
        )  # first: a card may forget PINs at re-selection
        der, key = client.signing_key(password, force=force)
        return _MAKERS[form](content, der, authority, key)
    except UnsupportedAlgorithm as error:
        raise Refusal(UNSUITABLE_KEY, form=form) from error


def _check_readable(content: bytes, form: Form) -> None:
    try:
        if form == "pdf":
            IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
        elif form == "xml":
            _tree(content)
    except (PdfError, etree.XMLSyntaxError, ValueError) as error:
        raise Refusal(UNREADABLE_DOCUMENT, form=form) from error


def _cms(content: bytes, der: bytes, authority: bytes, key: CardKey) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    certificate = x509.load_der_x509_certificate(der)
    builder = builder.add_signer(certificate, key, _hash(key))
    builder = builder.add_certificate(x509.load_der_x509_certificate(authority))
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.sign(Encoding.DER, options)


def _pdf(content: bytes, der: bytes, authority: bytes, key: CardKey) -> bytes:
    """PAdES B-B (ETSI EN 319 142-1): an incremental update, what was there stays as it was."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
    name = fields.SigSeedSubFilter.PADES
    algorithm = _hash(key).name
    meta = signers.PdfSignatureMetadata(
        field_name=f"Signature{len(writer.prev.embedded_signatures) + 1}",
        md_algorithm=algorithm,
        subfilter=name,
        signer_key_usage={"non_repudiation"},
    )
    out = signers.sign_pdf(writer, meta, _PdfSigner(der, authority, key), bytes_reserved=16384)
    return bytes(out.getbuffer())


def _xml(content: bytes, der: bytes, authority: bytes, key: CardKey) -> bytes:
    """An enveloped XML signature (XMLDSig), the certificates in KeyInfo."""
    name = "ECDSA_SHA384" if isinstance(key, ec.EllipticCurvePrivateKey) else "RSA_SHA256"
    signer = _XmlSigner(
        signature_algorithm=name.lower().replace("_", "-"),
        digest_algorithm=_hash(key).name,
    )
    chain = [x509.load_der_x509_certificate(one) for one in (der, authority)]
    signed = signer.sign(_tree(content), key=key, cert=chain)
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")


_MAKERS: Final = {"cms": _cms, "pdf": _pdf, "xml": _xml}


def _tree(content: bytes) -> Any:
    """No entities, no network: the document is somebody else's."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


class _XmlSigner(XMLSigner):
    """signxml copies a tree through ASCII, which no element name in Japanese survives."""

    def _tostring(self, xml_node: Any, **options: Any) -> bytes:
        return bytes(etree.tostring(xml_node, **{"encoding": "utf-8", **options}))


class _PdfSigner(signers.Signer):
    """pyHanko's signer, with the card as its hand."""

    def __init__(self, der: bytes, authority: bytes, key: CardKey) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register(asn1_x509.Certificate.load(authority))
        super().__init__(signing_cert=asn1_x509.Certificate.load(der), cert_registry=store)
        self._key = key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 - the card has one
        dry_run: bool = False,
    ) -> bytes:
        if dry_run:
            return bytes(512)
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), _hash(self._key))
        return self._key.sign(data, ec.ECDSA(_hash(self._key)))


def _hash(key: CardKey) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA384() if isinstance(key, ec.EllipticCurvePrivateKey) else hashes.SHA256()
