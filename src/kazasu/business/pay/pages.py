"""The wallet's pages. Thin: :mod:`kazasu.business.pay.service` decides."""

from typing import Annotated

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.business import account_link
from kazasu.business.account_link import Id
from kazasu.business.pay.faults import BAD_AMOUNT, OTHER_PERSON
from kazasu.business.pay.linking import BACK, BANKS, Linking
from kazasu.business.pay.service import AMOUNTS, Wallets
from kazasu.business.pay.till.model import SHOPS
from kazasu.business.pay.till.service import Tills
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, Site, get, post, public, signed_in
from kazasu.foundation.web.acting.numbered import ONCE, number_for
from kazasu.foundation.web.forms import asked, one_of
from kazasu.kit.openid import Person
from kazasu.kit.signin import SignIn

CUSTOMER = signed_in("customer")
WHO = ("openid", "name", "birthdate")
"""What the bank needs to compare; asked for when an account is linked, not before."""


class ChargeForm(Form):
    charge: Annotated[Id, ONCE]
    amount: str = asked("金額", "Amount", "お金", default="")


class BankForm(Form):
    bank: Annotated[str, one_of(BANKS)] = BANKS[0]


class WalletPages:
    """The wallet, charging it, and its bank account."""

    def __init__(
        self, site: Site, wallets: Wallets, linking: Linking, tills: Tills, signin: SignIn,
        directory: Directory,
    ) -> None:  # fmt: skip
        self._site = site
        self._tills = tills
        self._wallets = wallets
        self._linking = linking
        self._signin = signin
        self._directory = directory
        signin.use("who", self.who, scopes=WHO)
        signed = public("the sender's signature is the sign-in")
        site.route(account_link.ENDED, access=signed, methods=["POST"], api=True)(self.ended)

    @get("/", public("what the wallet is; one's own once signed in"))
    def front(self, request: Request) -> Response:
        if request.state.session.kind != "customer":
            return self._site.render(request, "front.html")
        wallet, told = self._wallets.wallet(_wallet(request)), request.state.kept.told
        charged = next((c for c in wallet.charges if c.charge_id == told.get("charged")), None)
        return self._site.render(
            request, "wallet.html", wallet=wallet, amounts=AMOUNTS, charged=charged,
            charge=number_for(request, "charge"), name_of=self._name_of,
            payments=self._tills.payments(_wallet(request)), shops=SHOPS,
        )  # fmt: skip

    @post("/charge", CUSTOMER)
    def charge(self, request: Request) -> Response:
        """Done, or noted until the bank answers: the wallet says which."""
        form = ChargeForm.read(request)
        amount = {str(one): one for one in AMOUNTS}.get(form.amount)
        if amount is None:
            raise Refusal(BAD_AMOUNT)
        self._wallets.charge(_wallet(request), form.charge, amount)
        return self._site.tell(request, "/", charged=form.charge)

    # ------------------------------------------------------------ bank account

    @get("/banks", CUSTOMER)
    def banks(self, request: Request) -> Response:
        return self._site.render(
            request, "banks.html", wallet=self._wallets.wallet(_wallet(request)),
            banks=[self._directory.entry(bank) for bank in BANKS], name_of=self._name_of,
        )  # fmt: skip

    @post("/banks", CUSTOMER)
    def link(self, request: Request) -> Response:
        bank = BankForm.read(request).bank
        return self._signin.begin(request, "who", context={"bank": bank}, back="/banks")

    def who(self, request: Request, person: Person, context: dict[str, str]) -> Response:
        """Back from the tap: the person who signed in here, with what the bank will compare."""
        session = request.state.session
        if session.kind != "customer" or person.subject != session.data.get("card_subject"):
            raise Refusal(OTHER_PERSON)
        request_id = self._linking.begin(_wallet(request), context["bank"], person)
        return self._site.redirect(f"/banks/go/{request_id}")

    @get("/banks/go/{request_id}", CUSTOMER)
    def go(self, request: Request) -> Response:
        """What comes next, before the browser goes to the bank."""
        attempt = self._linking.attempt(_wallet(request), request.path_params["request_id"])
        return self._site.render(request, "go.html", attempt=attempt, name_of=self._name_of)

    @get(BACK, CUSTOMER, takes="the attempt is this wallet's")
    def back(self, request: Request) -> Response:
        """Brought twice at once it is one answer: the token is good once."""

        def work() -> Response:
            self._linking.finish(_wallet(request), dict(request.query_params))
            return self._site.tell(request, "/banks", done="linked")

        secret = f"back {request.state.session.token} {request.url.query}"
        return self._site.once(request, secret, work)

    @get("/banks/end", CUSTOMER)
    def ask_end(self, request: Request) -> Response:
        """The question before the link ends; without one there is nothing to ask."""
        link = self._wallets.wallet(_wallet(request)).link
        if link is None:
            return self._site.redirect("/banks")
        return self._site.render(request, "end.html", link=link, name_of=self._name_of)

    @post("/banks/end", CUSTOMER)
    def end(self, request: Request) -> Response:
        ended = self._linking.unlink(_wallet(request))
        return self._site.tell(request, "/banks", done="ended" if ended else "")

    def ended(self, request: Request) -> Response:
        done = self._linking.ended(request.state.body.decode("ascii", "replace"))
        return JSONResponse(done.model_dump(mode="json"))

    # ------------------------------------------------------------ inside

    def _name_of(self, bank: str) -> Text:
        return self._directory.entry(bank).name


def _wallet(request: Request) -> str:
    return str(request.state.session.subject)
