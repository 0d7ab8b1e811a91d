"""A till's pages (sandbox): amount, hold the card, done, refund. And the customer's receipt."""

from typing import Annotated

from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.pay.faults import SANDBOX_ONLY
from kazasu.business.pay.till import model
from kazasu.business.pay.till.service import Tills
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import Form, Site, get, post, public, signed_in
from kazasu.foundation.web.forms import Yen, asked, one_of
from kazasu.kit.openid import Person
from kazasu.kit.signin import SignIn

_TILL = public("a shop's till: amounts and receipts, nobody's name or wallet")
_CUSTOMER = signed_in("customer")


class AmountForm(Form):
    shop: Annotated[str, one_of(model.SHOPS)] = asked("お店", "Shop", "お店")
    amount: Yen = asked("金額（円）", "Amount (yen)", "お金（円）")


class TillPages:
    """The shop's screen. It learns a number, an amount and a time."""

    def __init__(self, site: Site, tills: Tills, signin: SignIn) -> None:
        self._site = site
        self._tills = tills
        self._signin = signin
        signin.use("pay", self.held, scopes=("openid",))

    @get("/till", _TILL)
    def ask(self, request: Request) -> Response:
        self._only_sandbox()
        shop = request.query_params.get("shop", "")
        chosen = shop if shop in model.SHOPS else next(iter(model.SHOPS))
        return self._site.render(
            request, "till.html", form=AmountForm.show(request, shop=chosen), shops=model.SHOPS, shop=chosen,
            paid=self._tills.paid_today(chosen), most=model.MOST, now=self._site.clock.now(),
        )  # fmt: skip

    @post("/till", _TILL)
    def make(self, request: Request) -> Response:
        self._only_sandbox()
        form = AmountForm.read(request)
        try:
            made = self._tills.make(form.shop, form.amount)
        except Refusal as refusal:
            raise form.wrong("amount", refusal.title) from refusal
        return self._site.redirect(_place(made.payment_id))

    @get("/till/{payment_id}", _TILL)
    def show(self, request: Request) -> Response:
        self._only_sandbox()
        now = self._site.clock.now()
        payment = self._tills.payment(request.path_params["payment_id"])
        return self._site.render(
            request, "till_payment.html", payment=payment, state=payment.state(now),
            refundable=payment.refundable(now), shop=model.SHOPS[payment.shop],
        )  # fmt: skip

    @post("/till/{payment_id}", _TILL)
    def hold(self, request: Request) -> Response:
        """To the reader: the amount and the shop are shown there, and are what is approved."""
        self._only_sandbox()
        payment = self._tills.payment(request.path_params["payment_id"])
        here = _place(payment.payment_id)
        if payment.state(self._site.clock.now()) != "open":
            return self._site.redirect(here)
        return self._signin.begin(
            request, "pay", context={"payment": payment.payment_id}, back=here,
            details=payment.details,
        )  # fmt: skip

    def held(self, request: Request, person: Person, context: dict[str, str]) -> Response:  # noqa: ARG002
        """Back from the reader. Nobody is signed in by it: the screen is the shop's."""
        self._tills.pay(context["payment"], person)
        return self._site.redirect(_place(context["payment"]))

    @post("/till/{payment_id}/stop", _TILL)
    def stop(self, request: Request) -> Response:
        self._only_sandbox()
        payment_id = request.path_params["payment_id"]
        self._tills.stop(payment_id)
        return self._site.redirect(_place(payment_id))

    @get("/till/{payment_id}/refund", _TILL)
    def ask_refund(self, request: Request) -> Response:
        self._only_sandbox()
        payment = self._tills.payment(request.path_params["payment_id"])
        if not payment.refundable(self._site.clock.now()):
            return self._site.redirect(_place(payment.payment_id))
        return self._site.render(
            request, "till_refund.html", payment=payment, shop=model.SHOPS[payment.shop]
        )

    @post("/till/{payment_id}/refund", _TILL)
    def refund(self, request: Request) -> Response:
        self._only_sandbox()
        payment_id = request.path_params["payment_id"]
        self._tills.refund(payment_id)
        return self._site.redirect(_place(payment_id))

    # ------------------------------------------------------------ the customer's own

    @get("/payments/{number}", _CUSTOMER)
    def receipt(self, request: Request) -> Response:
        payment = self._tills.receipt(
            str(request.state.session.subject), request.path_params["number"]
        )
        return self._site.render(
            request, "receipt.html", payment=payment, shop=model.SHOPS[payment.shop]
        )

    def _only_sandbox(self) -> None:
        """Shops of a real country have tills of their own. Raises Refusal ``pay.sandbox-only``."""
        if not self._site.settings.sandbox:
            raise Refusal(SANDBOX_ONLY)


def _place(payment_id: str) -> str:
    return f"/till/{payment_id}"
