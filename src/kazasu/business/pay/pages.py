"""The wallet's pages. Thin: :mod:`kazasu.business.pay.service` decides."""

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.business import account_link
from kazasu.business.pay.faults import BAD_AMOUNT, OTHER_PERSON
from kazasu.business.pay.service import AMOUNTS, BACK, BANKS, Wallets
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, SIGNED_IN, Site
from kazasu.kit.openid import Person
from kazasu.kit.signin import SignIn

CUSTOMER = SIGNED_IN("customer")
WHO = ("openid", "name", "birthdate")
"""What the bank needs to compare; asked for when an account is linked, not before."""


def enter(site: Site, wallets: Wallets, signin: SignIn, directory: Directory) -> None:
    pages = _Pages(site, wallets, signin, directory)
    site.route("/", access=PUBLIC("what the wallet is; one's own once signed in"))(pages.front)
    site.route("/charge", access=CUSTOMER, methods=["POST"])(pages.charge)
    site.route("/banks", access=CUSTOMER, methods=["GET", "POST"])(pages.banks)
    site.route("/banks/go/{request_id}", access=CUSTOMER)(pages.go)
    site.route(BACK, access=CUSTOMER)(pages.back)
    site.route("/banks/end", access=CUSTOMER, methods=["POST"])(pages.end)
    signed = PUBLIC("the sender's signature is the sign-in")
    site.route(account_link.ENDED, access=signed, methods=["POST"], api=True)(pages.ended)
    signin.use("who", pages.who, scopes=WHO)


class _Pages:
    def __init__(self, site: Site, wallets: Wallets, signin: SignIn, directory: Directory) -> None:
        self._site = site
        self._wallets = wallets
        self._signin = signin
        self._directory = directory

    def front(self, request: Request) -> Response:
        if request.state.session.kind != "customer":
            return self._site.render(request, "front.html")
        return self._wallet(request)

    def charge(self, request: Request) -> Response:
        form = request.state.form
        amount = str(form.get("amount", ""))
        if not (amount.isascii() and amount.isdecimal()):
            return self._wallet(request, Refusal(BAD_AMOUNT))
        try:
            self._wallets.charge(_wallet(request), str(form.get("charge", "")), int(amount))
        except Refusal as refusal:
            return self._wallet(request, refusal)
        return self._site.redirect("/?charged=1")

    # ------------------------------------------------------------ bank account

    def banks(self, request: Request) -> Response:
        if request.method == "POST":
            bank = str(request.state.form.get("bank", BANKS[0]))
            return self._signin.begin(request, "who", context={"bank": bank}, back="/banks")
        return self._site.render(
            request, "banks.html", wallet=self._wallets.wallet(_wallet(request)),
            banks=[self._directory.entry(bank) for bank in BANKS], name_of=self._name_of,
        )  # fmt: skip

    def who(self, request: Request, person: Person, context: dict[str, str]) -> Response:
        """Back from the tap: whoever signed in here, with what the bank will compare."""
        session = request.state.session
        if session.kind != "customer" or person.subject != session.data.get("card_subject"):
            raise Refusal(OTHER_PERSON)
        request_id = self._wallets.begin_link(_wallet(request), context["bank"], person)
        return self._site.redirect(f"/banks/go/{request_id}")

    def go(self, request: Request) -> Response:
        """What comes next, before the browser goes to the bank."""
        attempt = self._wallets.attempt(_wallet(request), request.path_params["request_id"])
        return self._site.render(request, "go.html", attempt=attempt, name_of=self._name_of)

    def back(self, request: Request) -> Response:
        self._wallets.finish_link(_wallet(request), dict(request.query_params))
        return self._site.redirect("/banks?linked=1")

    def end(self, request: Request) -> Response:
        self._wallets.unlink(_wallet(request))
        return self._site.redirect("/banks")

    def ended(self, request: Request) -> Response:
        done = self._wallets.ended(request.state.body.decode("ascii", "replace"))
        return JSONResponse(done.model_dump(mode="json"))

    # ------------------------------------------------------------ inside

    def _wallet(self, request: Request, refusal: Refusal | None = None) -> Response:
        return self._site.render(
            request, "wallet.html", status=refusal.fault.status if refusal else 200,
            refusal=refusal, wallet=self._wallets.wallet(_wallet(request)), amounts=AMOUNTS,
            charge=secrets.token_urlsafe(24), name_of=self._name_of,
        )  # fmt: skip

    def _name_of(self, bank: str) -> Text:
        return self._directory.entry(bank).name


def _wallet(request: Request) -> str:
    return str(request.state.session.subject)
