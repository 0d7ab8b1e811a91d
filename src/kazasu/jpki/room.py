"""The room of the certification service, opened."""

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.mdoc.status import MEDIA_TYPE
from kazasu.contracts.base import Inquiry
from kazasu.contracts.jpki.cards import ContinueCard, IssueTyped
from kazasu.contracts.jpki.latest import (
    AttributeConsentsOf,
    AttributesChanged,
    CertificateStates,
    EndAttributeConsent,
    GiveAttributeConsent,
    GiveAttributes,
    SetSubscription,
)
from kazasu.contracts.jpki.mdoc import EndMdoc, IssueMdoc, RefreshMdoc
from kazasu.contracts.jpki.people import AccessesOf, PersonChanged, ProtectionChanged
from kazasu.contracts.jpki.phones import ChangePhone, IssuePhoneCertificates
from kazasu.contracts.jpki.validation import (
    AddressPerson,
    ReverifySignature,
    ValidateAuthentication,
    ValidateSignature,
)
from kazasu.exchange.inquiries import Handler
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import House, Room
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import PUBLIC, Site
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.jpki.authorities.keys import KINDS, Authorities, read_authorities
from kazasu.jpki.faults import NO_LIST
from kazasu.jpki.inspection.service import Inspection
from kazasu.jpki.institution import INSTITUTION
from kazasu.jpki.issuing.on_request import issue_typed
from kazasu.jpki.issuing.service import CertificationService
from kazasu.jpki.latest.service import LatestAttributes
from kazasu.jpki.mdoc.service import MdocIssuer
from kazasu.jpki.phones.service import Phones
from kazasu.jpki.status import ocsp
from kazasu.jpki.status.revocation_lists import RevocationLists

ME = "jpki"


def open_room(house: House) -> Room:
    authorities = read_authorities(
        house.settings.directory_file.parent, house.settings.pki_passphrase()
    )
    service = CertificationService(
        house.database, authorities, house.institution(ME), house.clock, house.post(ME)
    )
    latest = LatestAttributes(house.database, authorities, service)
    phones = Phones(house.database, service, authorities, house.institution(ME), house.clock)
    answers = ocsp.Answers(authorities.responders, service.status, house.clock.now)
    lists = RevocationLists(house.database, authorities.by_generation)
    inspection = Inspection(house.database, authorities)
    entry = house.directory.entry(ME)
    mdocs = MdocIssuer(house.database, authorities, house.clock, f"{entry.origin}/mdoc/status")
    return room_of(
        house,
        INSTITUTION,
        _site(house, authorities, answers, lists, mdocs),
        letters={
            PersonChanged: service.person_changed,
            ProtectionChanged: latest.protection_changed,
        },
        inquiries={
            ValidateAuthentication: service.validate_authentication,
            ValidateSignature: service.validate_signature,
            AddressPerson: service.address_person,
            ContinueCard: service.continue_card,
            IssueMdoc: mdocs.issue,
            RefreshMdoc: mdocs.refresh,
            EndMdoc: mdocs.end,
            AccessesOf: service.accesses_of,
            GiveAttributeConsent: latest.give_consent,
            EndAttributeConsent: latest.end_consent,
            SetSubscription: latest.subscribe,
            AttributeConsentsOf: latest.consents_of,
            CertificateStates: latest.states,
            AttributesChanged: latest.changes,
            GiveAttributes: latest.give,
            ReverifySignature: latest.reverify,
            IssuePhoneCertificates: phones.issue,
            ChangePhone: phones.change,
            **_of_the_sandbox(house, service, authorities),
        },
        ticks={"ocsp": answers.ahead, "inspection": inspection.when_due},
    )


def _of_the_sandbox(
    house: House, service: CertificationService, authorities: Authorities
) -> dict[type[Inquiry[Any]], Handler]:
    """Production knows nobody who was typed."""
    if not house.settings.sandbox:
        return {}
    return {IssueTyped: issue_typed(service, authorities, house.clock)}


def _site(
    house: House,
    authorities: Authorities,
    answers: ocsp.Answers,
    lists: RevocationLists,
    mdocs: MdocIssuer,
) -> Site:
    site = site_of(house, INSTITUTION)

    @site.route("/", access=PUBLIC("what the service is; no personal data"))
    def front(request: Request) -> Response:
        rows = [(kind, authorities.issuing[kind].certificate) for kind in authorities.issuing]
        return site.render(request, "front.html", authorities=rows)

    @site.route("/ca/{name}.pem", access=PUBLIC("certificates of authorities are public"))
    def authority(request: Request) -> Response:
        name = request.path_params["name"]
        issuing = {f"{kind}-ca": one for kind, one in authorities.issuing.items()}
        if authorities.mdoc is not None:
            issuing["mdoc-ca"] = authorities.mdoc
        if name not in issuing:
            raise Refusal(NOT_FOUND)
        certificate = issuing[name].certificate
        return Response(certificate.public_bytes(Encoding.PEM), media_type="application/x-pem-file")

    @site.route("/ocsp", access=PUBLIC("RFC 6960"), methods=["POST"], api=True)
    def answer(request: Request) -> Response:
        der = answers.answer(request.state.body)
        return Response(der, media_type="application/ocsp-response")

    @site.route(
        "/crl/{kind}/{generation:int}/{municipality}/{form}.crl",
        access=PUBLIC("RFC 5280: serial numbers and reasons, no persons"),
        api=True,
    )
    def revocation_list(request: Request) -> Response:
        given = request.path_params
        form = {"full": lists.full, "delta": lists.delta}.get(given["form"])
        if form is None or given["kind"] not in KINDS:
            raise Refusal(NO_LIST)
        der = form(given["kind"], given["generation"], given["municipality"])
        return Response(der, media_type="application/pkix-crl")

    @site.route(
        "/mdoc/status/{number:int}",
        access=PUBLIC("Token Status List: places and states, no persons"),
        api=True,
    )
    def status_list(request: Request) -> Response:
        token = mdocs.status_list(request.path_params["number"])
        return Response(token, media_type=MEDIA_TYPE)

    return site
