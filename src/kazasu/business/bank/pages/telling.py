"""What a customer tells: a new address or name, with the card, for who did not agree that the bank is told; and how the
name is read, which no card tells."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank.faults import OTHER_PERSON
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.customer_data import CustomerData
from kazasu.business.bank.service.money import Money
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.names import BAD_KANA
from kazasu.foundation.web import Form, Site, get, post
from kazasu.foundation.web.forms import asked
from kazasu.kit.openid import Person
from kazasu.kit.signin import SignIn

PLACE = "/data/address"
READING = "/data/reading"
WHO = ("openid", "name", "address", "birthdate")


class ReadingForm(Form):
    kana: str = asked(
        "名前の読みかた（カタカナ）",
        "How your name is read (in katakana)",
        "名前の 読みかた（カタカナ）",
        default="",
        most=60,
    )


class TellingPages:
    """What the bank has, and the card, or the customer, that says what is right."""

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
        session.data |= self._money.name_of(number_of(request))
        return self._site.tell(request, PLACE, told="changed" if changed else "same")

    # ------------------------------------------------------------ how the name is read

    @get(READING, CUSTOMER)
    def ask_reading(self, request: Request) -> Response:
        customer = self._money.overview(number_of(request)).customer
        form = ReadingForm.show(request, kana=customer.kana)
        return self._site.render(request, "reading.html", customer=customer, form=form)

    @post(READING, CUSTOMER)
    def set_reading(self, request: Request) -> Response:
        form, number = ReadingForm.read(request), number_of(request)
        try:
            self._keeping.set_reading(number, form.kana)
        except Refusal as refusal:
            if refusal.fault is not BAD_KANA:
                raise
            raise form.wrong("kana", refusal.title) from refusal
        request.state.session.data |= self._money.name_of(number)
        return self._site.tell(request, "/data", done="reading")
