"""The room of the certification service, opened."""

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import Inquiry
from kazasu.contracts.jpki import (
    AccessesOf,
    AddressPerson,
    ContinueCard,
    IssueTyped,
    PersonChanged,
    ValidateAuthentication,
    ValidateSignature,
)
from kazasu.exchange.inquiries import Handler
from kazasu.exchange.room import House, Room
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, Site
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.jpki import ocsp
from kazasu.jpki.authorities import KINDS, Authorities, read_authorities
from kazasu.jpki.faults import NO_LIST
from kazasu.jpki.inspection import Inspection
from kazasu.jpki.revocation_lists import RevocationLists
from kazasu.jpki.service import CertificationService
from kazasu.jpki.typed import issue_typed

ME = "jpki"


def open_room(house: House) -> Room:
    authorities = read_authorities(
        house.settings.directory_file.parent, house.settings.pki_passphrase()
    )
    service = CertificationService(house.database, authorities, house.institution(ME), house.clock)
    answers = ocsp.Answers(authorities.responders, service.status, house.clock.now)
    lists = RevocationLists(house.database, authorities.by_generation)
    inspection = Inspection(house.database, authorities)
    host = house.directory.entry(ME).host
    return Room(
        name=ME,
        app=_site(house, authorities, answers, lists).app(),
        hosts=lambda name: name == host,
        letters={PersonChanged: service.person_changed},
        inquiries={
            ValidateAuthentication: service.validate_authentication,
            ValidateSignature: service.validate_signature,
            AddressPerson: service.address_person,
            ContinueCard: service.continue_card,
            AccessesOf: service.accesses_of,
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
    house: House, authorities: Authorities, answers: ocsp.Answers, lists: RevocationLists
) -> Site:
    site = Site(
        room=ME,
        name=Text("公的個人認証サービス（体験）", "Public-key certification service (sandbox)"),
        templates=Path(__file__).parent / "templates",
        settings=house.settings,
        clock=house.clock,
        database=house.database,
        colour="#0f6c56",
    )

    @site.route("/", access=PUBLIC("what the service is; no personal data"))
    def front(request: Request) -> Response:
        rows = [(kind, authorities.issuing[kind].certificate) for kind in authorities.issuing]
        return site.render(request, "front.html", authorities=rows)

    @site.route("/ca/{name}.pem", access=PUBLIC("certificates of authorities are public"))
    def authority(request: Request) -> Response:
        name = request.path_params["name"]
        kinds = {f"{kind}-ca": kind for kind in authorities.issuing}
        if name not in kinds:
            raise Refusal(NOT_FOUND)
        certificate = authorities.issuing[kinds[name]].certificate
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

    return site
