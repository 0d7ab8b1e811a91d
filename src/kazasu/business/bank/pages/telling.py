"""A new address or name, told by the customer with the card: for who did not agree that the bank is told."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank.faults import OTHER_PERSON
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.customer_data import CustomerData
from kazasu.business.bank.service.money import Money
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import Site, get, post
from kazasu.kit.openid import Person
from kazasu.kit.signin import SignIn

PLACE = "/data/address"
WHO = ("openid", "name", "address", "birthdate")


class TellingPages:
    """One page: what the bank has, and the card that says what is right."""

    def __init__(self, site: Site, money: Money, keeping: CustomerData, signin: SignIn) -> None:
        self._site = site
        self._money = money
        self._keeping = keeping
        self._signin = signin
        signin.use("tell", self.told, scopes=WHO)

    @get(PLACE, CUSTOMER)
    def ask(self, request: Request) -> Response:
        overview = self._money.overview(number_of(request))
        told = request.state.kept.told.get("told")
        return self._site.render(request, "tell.html", customer=overview.customer, outcome=told)

    @post(PLACE, CUSTOMER)
    def tell(self, request: Request) -> Response:
        return self._signin.begin(request, "tell", back=PLACE)

    def told(self, request: Request, person: Person, _: dict[str, str]) -> Response:
        """Back from the tap: the person signed in here, with what is on their card."""
        session = request.state.session
        if session.kind != "customer" or person.subject != session.data.get("card_subject"):
            raise Refusal(OTHER_PERSON)
        changed = self._keeping.tell(number_of(request), person)
        return self._site.tell(request, PLACE, told="changed" if changed else "same")
