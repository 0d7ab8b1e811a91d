"""A transfer: to whom and how much, then one page with everything, then the signature."""

from pydantic import field_validator
from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank.model import Transfer
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.money import Money
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.typed_numbers import digits
from kazasu.foundation.web import Form, Site, get, post
from kazasu.foundation.web.forms import Wrong, Yen, asked
from kazasu.kit.openid import Signature
from kazasu.kit.signin import SignIn

NOT_AN_ACCOUNT = Text("口座番号は7けたの数字です", "An account number has seven digits")
_ABOUT = {
    "bank.insufficient-funds": "amount",
    "bank.over-limit": "amount",
    "bank.unknown-account": "to_account",
    "bank.same-account": "to_account",
}
"""Fields whose answer these faults are about."""


class TransferForm(Form):
    to_account: str = asked("振込先の口座番号", "Account number of the payee", most=20)
    amount: Yen = asked("金額（円）", "Amount (yen)")

    @field_validator("to_account")
    @classmethod
    def _seven_digits(cls, text: str) -> str:
        account = digits(text)
        if len(account) != 7:
            raise Wrong(NOT_AN_ACCOUNT)
        return account


class TransferPages:
    """From the form to the signature."""

    def __init__(self, site: Site, money: Money, signin: SignIn) -> None:
        self._site = site
        self._money = money
        self._signin = signin
        signin.use_signature("transfer", self.signed)

    @get("/transfer", CUSTOMER)
    def ask(self, request: Request) -> Response:
        overview = self._money.overview(number_of(request))
        form = TransferForm.show(request)
        return self._site.render(request, "transfer.html", form=form, overview=overview)

    @post("/transfer", CUSTOMER)
    def prepare(self, request: Request) -> Response:
        form = TransferForm.read(request)
        try:
            made = self._money.prepare(number_of(request), form.to_account, form.amount)
        except Refusal as refusal:
            field = _ABOUT.get(refusal.fault.code)
            if field is None:
                raise
            raise form.wrong(field, refusal.title) from refusal
        return self._site.redirect(f"/transfer/{made.transfer_id}")

    @get("/transfer/{transfer_id}", CUSTOMER)
    def review(self, request: Request) -> Response:
        return self._site.render(request, "transfer_review.html", transfer=self._one(request))

    @post("/transfer/{transfer_id}", CUSTOMER)
    def sign(self, request: Request) -> Response:
        found = self._one(request)
        here = f"/transfer/{found.transfer_id}"
        if found.done_at is not None:
            return self._site.redirect(here)
        return self._signin.begin_signature(
            request, "transfer", found.document, audiences=[],
            context={"transfer": str(found.transfer_id)}, back=here,
        )  # fmt: skip

    def signed(self, request: Request, signature: Signature, context: dict[str, str]) -> Response:
        done = self._money.execute(number_of(request), context["transfer"], signature)
        return self._site.redirect(f"/transfer/{done.transfer_id}")

    def _one(self, request: Request) -> Transfer:
        return self._money.transfer(number_of(request), request.path_params["transfer_id"])
