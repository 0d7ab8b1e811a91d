"""The room of the certification service, opened."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.mdoc.formats.status import MEDIA_TYPE
from kazasu.contracts.base import Inquiry
from kazasu.contracts.jpki.cards import CardNotContinued, ContinueCard, IssueOnRequest
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
from kazasu.contracts.jpki.own import CardOfStaff, OwnCards
from kazasu.contracts.jpki.people import PersonChanged, ProtectionChanged
from kazasu.contracts.jpki.phones import (
    ChangePhone,
    IssuePhoneCertificates,
    MayCardSign,
    StateOfPhone,
)
from kazasu.contracts.jpki.validation import (
    AddressPerson,
    ReverifySignature,
    ValidateAuthentication,
    ValidateSignature,
)
from kazasu.exchange.carrier.inquiries import Handler
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.foundation.web import Site, public
from kazasu.jpki.authorities.keys import Authorities, read_authorities
from kazasu.jpki.institution import INSTITUTION
from kazasu.jpki.issuing.on_request import issue_typed
from kazasu.jpki.issuing.service import Issuing
from kazasu.jpki.mdoc.service import MdocIssuer
from kazasu.jpki.published.routes import publish
from kazasu.jpki.services import services
from kazasu.jpki.status import ocsp
from kazasu.jpki.status.revocation_lists import RevocationLists
from kazasu.kit.letters.pages import desk_of_letters

SELF = "jpki"


def open_room(house: RoomContext) -> Room:
    authorities = read_authorities(
        house.settings.directory_file.parent, house.settings.pki_passphrase()
    )
    of = services(
        house.database, authorities, house.institution(SELF), house.clock, house.post(SELF)
    )
    answers = ocsp.Answers(authorities.responders, of.life.status, house.clock.now)
    lists = RevocationLists(house.database, authorities.by_generation)
    entry = house.directory.entry(SELF)
    mdocs = MdocIssuer(
        house.database, authorities, of.validation, house.clock, f"{entry.origin}/mdoc/status"
    )
    return room_of(
        house,
        INSTITUTION,
        _site(house, authorities, answers, lists, mdocs),
        letters={
            CardNotContinued: of.life.not_continued,
            PersonChanged: of.life.person_changed,
            ProtectionChanged: of.protection.protection_changed,
        },
        names=of.persons.names,
        inquiries={
            ValidateAuthentication: of.validation.validate_authentication,
            ValidateSignature: of.validation.validate_signature,
            AddressPerson: of.persons.address_person,
            ContinueCard: of.continuing.continue_card,
            IssueMdoc: mdocs.issue,
            RefreshMdoc: mdocs.refresh,
            EndMdoc: mdocs.end,
            GiveAttributeConsent: of.consents.give_consent,
            EndAttributeConsent: of.consents.end_consent,
            SetSubscription: of.consents.subscribe,
            AttributeConsentsOf: of.consents.consents_of,
            CertificateStates: of.supplying.states,
            AttributesChanged: of.supplying.changes,
            GiveAttributes: of.supplying.give,
            ReverifySignature: of.reverifying.reverify,
            IssuePhoneCertificates: of.phones.issue,
            ChangePhone: of.phones.change,
            OwnCards: of.own_cards.cards,
            CardOfStaff: of.own_cards.of_staff,
            StateOfPhone: of.phones.state,
            MayCardSign: of.phones.may_sign,
            **_of_the_sandbox(house, of.issuing, authorities),
        },
        ticks={
            "ocsp": answers.ahead,
            "inspection": of.inspection.when_due,
            "moduli": of.issuing.primes.gather,
        },
    )


def _of_the_sandbox(
    house: RoomContext, issuing: Issuing, authorities: Authorities
) -> dict[type[Inquiry[Any]], Handler]:
    """Production knows nobody who was typed."""
    if not house.settings.sandbox:
        return {}
    return {IssueOnRequest: issue_typed(issuing, authorities, house.clock)}


def _site(
    house: RoomContext,
    authorities: Authorities,
    answers: ocsp.Answers,
    lists: RevocationLists,
    mdocs: MdocIssuer,
) -> Site:
    site = site_of(house, INSTITUTION)
    desk_of_letters(house, INSTITUTION, site)

    @site.route("/", access=public("what the service is; no personal data"))
    def front(request: Request) -> Response:
        rows = [(kind, authorities.issuing[kind].certificate) for kind in authorities.issuing]
        return site.render(request, "front.html", authorities=rows)

    publish(site, authorities, answers, lists, house.clock)

    @site.route(
        "/mdoc/status/{number:int}",
        access=public("Token Status List: places and states, no persons"),
        api=True,
    )
    def status_list(request: Request) -> Response:
        token = mdocs.status_list(request.path_params["number"])
        return Response(token, media_type=MEDIA_TYPE)

    return site
