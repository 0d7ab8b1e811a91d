"""Where a step is read back: pages of institutions, the network by a signed inquiry, J-LIS by OCSP, and the card itself.

Each shows what its own institution knows; none asks the one that a step was done at.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from kazasu.card.chip.image import CardBox
from kazasu.card.client import CardClient, opened
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.base import Inquiry
from kazasu.contracts.jpki.validation import AddressPerson, TapEvidence, ValidateAuthentication
from kazasu.contracts.jukinet import NOWHERE_REGISTERED, WhereRegistered
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.carrier.transport import HttpTransport
from kazasu.exchange.keys import Institution, read_institution
from kazasu.foundation.faults import Refusal
from kazasu.foundation.http import http_client
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values import relationships
from kazasu.foundation.values.encoding import base64_text
from kazasu.society.stories.browser import Browser, NotOnPage
from kazasu.society.stories.moves.cast import Cast, Member
from kazasu.society.stories.moving import LOOK, PASSWORD, PIN, UNVEIL
from kazasu.society.stories.stage import Person, Stage

T = TypeVar("T")
ASKER: Final = "identity"
"""Who may ask both J-LIS for a name of somebody and the network where they are."""
WHY: Final = Text("物語の確かめ", "Reading a story back")
_HEAD: Final = relationships.shown("世帯主", "en")
NOWHERE: Final = ""
"""The network's word: registered in no city today."""


class _Asker(Inquirer):
    """An institution that asks and keeps no record of its own: whoever answers records it all the same."""

    def __init__(self, institution: Institution, transport: HttpTransport, clock: Clock) -> None:
        self._institution = institution
        self._transport = transport
        self._clock = clock

    def _record(
        self, inquiry_id: UUID, inquiry: Inquiry[Any], of: str, purpose: Text, actor: str
    ) -> None:
        pass

    def _close(self, inquiry_id: UUID, of: str, outcome: str) -> None:
        pass


def _plain(element: Any) -> str:
    return " ".join(element.text_content().split())


class Doors:
    """Everybody's browser at every institution, signed in anew whenever a session has ended."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        self._stage = stage
        self._cast = cast
        self._browsers: dict[tuple[str, str], Browser] = {}
        self._records: dict[tuple[str, str], str] = {}

    # ------------------------------------------------------------ pages

    def at(self, card: str, institution: str, path: str) -> Browser:
        """This person's page there; their card is held where it asks for one."""
        key = (card, institution)
        if key not in self._browsers:
            self._browsers[key] = self._stage.browser()
        browser = self._browsers[key]
        browser.get(f"{self._stage.origin(institution)}{path}")
        if browser.url.startswith(self._stage.origin("terminal")):
            Person(self._stage, card, browser).tap(pin=PIN)
        return browser

    def portal(self, member: Member, path: str) -> Browser:
        return self.at(member.card, "portal", path)

    def desk(self, city: str, path: str) -> Browser:
        """A page of the city's desk, before its clerk; where it asks what a look is for, once that is said."""
        page = self.at(self._cast.clerk(city), city, path)
        return page.press(LOOK, look_for="certificate") if page.has(LOOK) else page

    def unveiled(self, city: str, path: str) -> Browser:
        """The same; where somebody protected hides its places, with what the clerk looks at them for."""
        page = self.desk(city, path)
        return page.press(UNVEIL, purpose="notice") if page.has(UNVEIL) else page

    def record(self, city: str, member: Member) -> Browser:
        """Somebody's record in this city. Raises NotOnPage: it has none."""
        key = (city, member.card_id)
        if key not in self._records:
            query = urlencode({"q": member.name, "purpose": "certificate"})
            found = self.desk(city, f"/desk/residents?{query}").click(member.name)
            self._records[key] = found.url.partition("/desk/")[2]
            return found
        return self.desk(city, f"/desk/{self._records[key]}")

    def stands(self, city: str, member: Member) -> str:
        """How somebody's record stands in this city today, as its page says it: one who comes back has the record of before, open
        again, with its history. Raises NotOnPage: it has none."""
        return str(self.record(city, member).page.get_element_by_id("state").text_content()).strip()

    def household(self, city: str, member: Member) -> list[str]:
        """Names of all who live together with somebody, themselves among them, as their record lists them in English, its head first.

        Raises NotOnPage: it has not one head.
        """
        listed = self.record(city, member).page.xpath("//ul[@class='people']/li")
        said = {_plain(one.find("a")): f"({_HEAD})" in _plain(one) for one in listed}
        if sum(said.values()) != 1:
            raise NotOnPage(f"a household has one head: {said}")
        return sorted(said, key=lambda one: not said[one])

    def until(self, what: str, look: Callable[[], bool]) -> None:
        self._stage.until(what, look)

    # ------------------------------------------------------------ beyond pages

    def network(self, member: Member) -> str:
        """In which city the network has somebody today, as institution id; :data:`NOWHERE`.

        J-LIS names them by their card to the identity service, which asks the network under that name.
        """
        folder = self._folder() / "keys"
        asker = read_institution(folder, ASKER, self._stage.directory)
        with http_client(30.0) as client:
            transport = HttpTransport(self._stage.directory, client)
            inquirer = _Asker(asker, transport, self._stage.clock)
            content = f"{WHY.en} {self._stage.clock.now().isoformat()}".encode()
            signed = self._card(member, lambda card: card.authenticate(content, PIN))
            evidence = TapEvidence(
                certificate=base64_text(signed.certificate),
                signed=base64_text(content),
                signature=base64_text(signed.signature),
            )
            proven = inquirer.ask(
                ValidateAuthentication(evidence=evidence, expected=base64_text(content)),
                of="jpki",
                purpose=WHY,
            )
            named = inquirer.ask(
                AddressPerson(person_ref=proven.person_ref, audience="jukinet"),
                of="jpki",
                purpose=WHY,
            )
            try:
                found = inquirer.ask(
                    WhereRegistered(handle=named.handle), of="jukinet", purpose=WHY
                )
            except Refusal as refusal:
                if refusal.fault.code in NOWHERE_REGISTERED:
                    return NOWHERE
                raise
        return f"city:{found.municipality_code}"

    def is_good(self, member: Member, certificate: bytes) -> bool:
        """Whether J-LIS says by OCSP (RFC 6960) that this certificate for signing is not revoked."""
        issuer = self._card(member, lambda card: card.certificate("signing-ca"))
        request = (
            ocsp.OCSPRequestBuilder()
            .add_certificate(
                x509.load_der_x509_certificate(certificate),
                x509.load_der_x509_certificate(issuer),
                hashes.SHA256(),
            )
            .build()
        )
        with http_client(30.0) as client:
            answer = client.post(
                f"{self._stage.origin('jpki')}/ocsp",
                content=request.public_bytes(Encoding.DER),
                headers={"content-type": "application/ocsp-request"},
            )
        found = ocsp.load_der_ocsp_response(answer.content)
        if found.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise NotOnPage(
                f"J-LIS does not say how the certificate stands: {found.response_status}"
            )
        return found.certificate_status == ocsp.OCSPCertStatus.GOOD

    def signing_certificate(self, member: Member) -> bytes:
        return self._card(member, lambda card: card.certificate("signing", PASSWORD))

    def address_on_card(self, member: Member) -> str:
        """What the chip itself says."""
        return self._card(member, lambda card: card.attributes(PIN)).address

    def card_until(self, member: Member) -> date:
        """The card's last day, which it says without a PIN."""
        return self._card(member, lambda card: card.record()).expires_on

    def _card(self, member: Member, work: Callable[[CardClient], T]) -> T:
        box = CardBox(self._folder() / "cards")
        with opened(lambda: VirtualReader(box, member.card_id)) as card:
            return work(card)

    def _folder(self) -> Any:
        if self._stage.folder is None:
            raise ValueError("a stage without the country's folder has no cards")
        return self._stage.folder
