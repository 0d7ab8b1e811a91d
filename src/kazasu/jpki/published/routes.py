"""Where the published things stand: ``/ca``, ``/ocsp``, ``/crl``."""

import base64
import binascii
from datetime import timedelta
from typing import Final
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.web import Site, public
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.jpki.authorities.keys import KINDS, Authorities
from kazasu.jpki.faults import NO_LIST
from kazasu.jpki.published.caching import cacheable
from kazasu.jpki.status import ocsp
from kazasu.jpki.status.revocation_lists import RevocationLists

_CA_KEPT: Final = timedelta(days=1)
_CA_FORMS: Final = {
    "pem": (Encoding.PEM, "application/x-pem-file"),
    "cer": (Encoding.DER, "application/pkix-cert"),  # RFC 2585 §3
    "der": (Encoding.DER, "application/pkix-cert"),
}
_OCSP: Final = "application/ocsp-response"
_ALPHABET: Final = bytes.maketrans(b" -_", b"++/")
_CRL: Final = "application/pkix-crl"


def publish(
    site: Site,
    authorities: Authorities,
    answers: ocsp.Answers,
    lists: RevocationLists,
    clock: Clock,
) -> None:
    """Enter the addresses."""
    named = _authorities(authorities)

    @site.route(
        "/ca/{name}.{form}", access=public("certificates of authorities are public"), api=True
    )
    def authority(request: Request) -> Response:
        """``signing-ca`` is the one that issues now, ``signing-ca-1`` a generation."""
        found = named.get(request.path_params["name"])
        form = _CA_FORMS.get(request.path_params["form"])
        if found is None or form is None:
            raise Refusal(NOT_FOUND)
        now = clock.now()
        return cacheable(
            request, found.public_bytes(form[0]), form[1],
            at=found.not_valid_before_utc, until=now + _CA_KEPT, now=now,
        )  # fmt: skip

    def answer(request: Request, asked: bytes) -> Response:
        told = answers.told(asked)
        if told.until is None:
            return Response(told.der, media_type=_OCSP)
        return cacheable(
            request, told.der, _OCSP, at=told.at, until=told.until, now=clock.now()
        )  # fmt: skip

    @site.route("/ocsp", access=public("RFC 6960"), methods=["POST"], api=True)
    def posted(request: Request) -> Response:
        return answer(request, request.state.body)

    @site.route("/ocsp", access=public("RFC 6960"), api=True)
    def nothing_asked(request: Request) -> Response:
        return answer(request, b"")

    @site.route("/ocsp/{request:path}", access=public("RFC 6960 appendix A"), api=True)
    def got(request: Request) -> Response:
        return answer(request, asked_in(request.scope.get("raw_path") or b""))

    @site.route(
        "/crl/{kind}/{generation:int}/{municipality}/{form}.crl",
        access=public("RFC 5280: serial numbers and reasons, no persons"),
        api=True,
    )
    def revocation_list(request: Request) -> Response:
        given = request.path_params
        form = {"full": lists.full, "delta": lists.delta}.get(given["form"])
        if form is None or given["kind"] not in KINDS:
            raise Refusal(NO_LIST)
        found = form(given["kind"], given["generation"], given["municipality"])
        return cacheable(
            request, found.der, _CRL, at=found.issued_at, until=found.next_at, now=clock.now()
        )


def asked_in(raw_path: bytes) -> bytes:
    """The request in ``/ocsp/<base64>``: written plainly or with %-coding, once or (by careless proxies) twice, with its padding or
    without, in either alphabet, and after one slash or more: no request begins with one. Empty, and so malformed, where it does not read."""
    text = unquote_to_bytes(raw_path.partition(b"?")[0].partition(b"/ocsp/")[2])
    if b"%" in text:
        text = unquote_to_bytes(text)
    # Who decodes as a query makes spaces of pluses.
    text = text.lstrip(b"/").translate(_ALPHABET).rstrip(b"=")
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return b""


def _authorities(authorities: Authorities) -> dict[str, x509.Certificate]:
    named = {f"{kind}-ca": one.certificate for kind, one in authorities.issuing.items()}
    for (kind, generation), one in authorities.by_generation.items():
        named[f"{kind}-ca-{generation}"] = one.certificate
    if authorities.mdoc is not None:
        named["mdoc-ca"] = authorities.mdoc.certificate
    return named
