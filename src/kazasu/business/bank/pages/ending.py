"""Consents and account links: what there is; ending one asks first and says afterwards that it ended."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank import model
from kazasu.business.bank.faults import UNKNOWN_CONSENT, UNKNOWN_LINK
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.context import BankContext
from kazasu.business.bank.service.customer_data import CustomerData
from kazasu.business.bank.service.linking import Linking
from kazasu.business.bank.store import customers
from kazasu.business.bank.store.links import AccountLink
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, get, post
from kazasu.kit.openid import SignedEvidence
from kazasu.kit.signin import SignIn

PLACE: Final = "/consents"
WHYS: Final = {
    "customer": Text("あなたがこの銀行でやめた", "you ended it here"),
    "withdrawn": Text(
        "あなたがカード認証サービスでやめた", "you withdrew it at the identity service"
    ),
    "ended": Text("カード認証サービスで終わっていた", "it had ended at the identity service"),
    "link-ended": Text("カードとのつながりが終わった", "the link with your card ended"),
    "replaced": Text("新しい同意に替わった", "a newer consent took its place"),
    "closed": Text("口座の解約", "the account was closed"),
}


class EndingPages:
    """The page of consents and links, and the question before one of them ends."""

    def __init__(
        self, site: Site, desk: BankContext, keeping: CustomerData, linking: Linking, signin: SignIn
    ) -> None:
        self._site = site
        self._desk = desk
        self._keeping = keeping
        self._linking = linking
        self._signin = signin
        signin.use_signature("consent", self.consent_signed)

    @get(PLACE, CUSTOMER)
    def consents(self, request: Request) -> Response:
        now = self._desk.clock.now()
        found = self._of(number_of(request))
        return self._site.render(
            request, "consents.html", consents=found, model=model, whys=WHYS, now=now,
            live=any(c.ended_at is None and c.until > now for c in found),
            links=self._linking.links(number_of(request)), identity=self._desk.identity,
            partner=self._partner, months=model.CONSENT_MONTHS, consent_number=model.consent_number,
        )  # fmt: skip

    @post(PLACE, CUSTOMER)
    def give_consent(self, request: Request) -> Response:
        document = self._keeping.ask_consent()
        return self._signin.begin(
            request, "consent", sign_transaction_id=document.sign_transaction_id,
            context={"then": PLACE}, back=PLACE,
        )  # fmt: skip

    def consent_signed(
        self, request: Request, signature: SignedEvidence, context: dict[str, str]
    ) -> Response:
        """Back from the tap of the consent."""
        self._keeping.take_consent(number_of(request), signature)
        then = context.get("then", PLACE)
        if then != PLACE:
            return self._site.redirect(then)
        return self._site.tell(request, PLACE, done="given")

    @post("/consents/check", CUSTOMER)
    def check(self, request: Request) -> Response:
        """The customer does not want to wait for the event or the daily question."""
        states = self._keeping.check(number_of(request))
        found = next((one for one in ("changed", "pending", "ended") if one in states), "unchanged")
        return self._site.tell(request, PLACE, done=found)

    # ------------------------------------------------------------ asked before anything ends

    @get("/consents/{consent_id}/end", CUSTOMER)
    def ask_end_consent(self, request: Request) -> Response:
        """Raises Refusal ``bank.unknown-consent``: also for somebody else's; what has ended is on the list."""
        consent_id = request.path_params["consent_id"]
        own = [one for one in self._of(number_of(request)) if one.consent_id == consent_id]
        if not own:
            raise Refusal(UNKNOWN_CONSENT)
        if own[0].ended_at is not None:
            return self._site.redirect(PLACE)
        return self._site.render(request, "end_consent.html", consent=own[0], model=model)

    @post("/consents/{consent_id}/end", CUSTOMER)
    def end_consent(self, request: Request) -> Response:
        number, consent_id = number_of(request), request.path_params["consent_id"]
        return self._ended(
            request, "consent-ended", lambda: self._keeping.withdraw(number, consent_id)
        )

    @get("/links/{link_id}/end", CUSTOMER)
    def ask_end_link(self, request: Request) -> Response:
        """Raises Refusal ``bank.unknown-link``: also for somebody else's; what has ended is on the list."""
        link_id = request.path_params["link_id"]
        own = [one for one in self._linking.links(number_of(request)) if one.link_id == link_id]
        if not own:
            raise Refusal(UNKNOWN_LINK)
        if own[0].ended_at is not None:
            return self._site.redirect(PLACE)
        return self._site.render(
            request, "end_link.html", link=own[0], partner=self._partner(own[0])
        )

    @post("/links/{link_id}/end", CUSTOMER)
    def end_link(self, request: Request) -> Response:
        number, link_id = number_of(request), request.path_params["link_id"]
        return self._ended(request, "link-ended", lambda: self._linking.unlink(number, link_id))

    # ------------------------------------------------------------ inside

    def _ended(self, request: Request, done: str, end: Callable[[], None]) -> Response:
        """What is refused is said on the list: the question's own page may be gone with what it asked about."""
        try:
            end()
        except Refusal as refusal:
            return self._site.tell(request, PLACE, refusal=refusal)
        return self._site.tell(request, PLACE, done=done)

    def _of(self, number: str) -> list[model.Consent]:
        return self._desk.as_customer(
            number, "consent.list", lambda tx: customers.consents(tx, number)
        )

    def _partner(self, link: AccountLink) -> Text:
        return self._desk.house.directory.entry(link.partner).name
