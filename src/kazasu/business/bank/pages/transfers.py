"""A transfer: to whom and how much, then one page with everything, then the signature."""

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank.model import DAY_LIMIT, MACHINE, Transfer
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.money import Money
from kazasu.business.bank.service.payees import Payees
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.typed.amounts import digits
from kazasu.foundation.web import Form, Site, get, post
from kazasu.foundation.web.acting.reviewed import mark_of, must_be_reviewed
from kazasu.foundation.web.forms import Plain, Wrong, Yen, asked
from kazasu.kit.openid import SignedEvidence
from kazasu.kit.signin import SignIn

CHANGE = "change"
"""The parameter that names the order which comes back to be changed."""
NOT_AN_ACCOUNT = Text("口座番号は7けたの数字です", "An account number has seven digits")
_ABOUT = {
    "bank.insufficient-funds": "amount",
    "bank.over-limit": "amount",
    "bank.unknown-account": "to_account",
    "bank.same-account": "to_account",
}
"""Fields whose answer these faults are about."""


class PayeeForm(Form):
    account: str = Field("", max_length=20)


class TransferForm(Form):
    to_account: Plain = asked(
        "振込先の口座番号", "Account number of the payee", "お金を 送る 口座の 番号", most=20
    )
    amount: Yen = asked("金額（円）", "Amount (yen)", "お金（円）")

    @field_validator("to_account")
    @classmethod
    def _seven_digits(cls, text: str) -> str:
        account = digits(text)
        if len(account) != 7:
            raise Wrong(NOT_AN_ACCOUNT)
        return account


class WithdrawalForm(Form):
    amount: Yen = asked("金額（円）", "Amount (yen)", "お金（円）")


class TransferPages:
    """From the form to the signature: transfers, withdrawals; and the payees that are kept."""

    def __init__(self, site: Site, money: Money, payees: Payees, signin: SignIn) -> None:
        self._site = site
        self._payees = payees
        self._money = money
        self._signin = signin
        signin.use_signature("transfer", self.signed)

    @get("/transfer", CUSTOMER)
    def ask(self, request: Request) -> Response:
        overview = self._money.overview(number_of(request))
        payees = self._payees.of(number_of(request))
        wanted = request.query_params.get("to", "")
        known = wanted if any(one.account_number == wanted for one in payees) else ""
        before = self._prepared(request)
        form = TransferForm.show(
            request, to_account=before.to_account if before else known,
            amount=_typed_again(before),
        )  # fmt: skip
        return self._site.render(
            request, "transfer.html", form=form, overview=overview, payees=payees
        )

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

    @get("/withdraw", CUSTOMER)
    def ask_withdrawal(self, request: Request) -> Response:
        return self._site.render(
            request, "withdraw.html",
            form=WithdrawalForm.show(request, amount=_typed_again(self._prepared(request))),
            overview=self._money.overview(number_of(request)), limit=DAY_LIMIT,
        )  # fmt: skip

    @post("/withdraw", CUSTOMER)
    def prepare_withdrawal(self, request: Request) -> Response:
        form = WithdrawalForm.read(request)
        try:
            made = self._money.prepare_withdrawal(number_of(request), form.amount)
        except Refusal as refusal:
            if _ABOUT.get(refusal.fault.code) != "amount":
                raise
            raise form.wrong("amount", refusal.title) from refusal
        return self._site.redirect(f"/transfer/{made.transfer_id}")

    @get("/transfer/{transfer_id}", CUSTOMER)
    def review(self, request: Request) -> Response:
        one = self._one(request)
        kept = {payee.account_number for payee in self._payees.of(number_of(request))}
        return self._site.render(
            request, "transfer_review.html", transfer=one, kept=one.to_account in kept,
            machine=MACHINE, reviewed=mark_of(one.document),
        )  # fmt: skip

    # ------------------------------------------------------------ payees

    @post("/payees", CUSTOMER)
    def keep(self, request: Request) -> Response:
        self._payees.keep(number_of(request), PayeeForm.read(request).account)
        return self._site.tell(request, "/transfer", kept=True)

    @get("/payees/{account}/remove", CUSTOMER)
    def ask_remove(self, request: Request) -> Response:
        account = request.path_params["account"]
        for payee in self._payees.of(number_of(request)):
            if payee.account_number == account:
                return self._site.render(request, "payee_remove.html", payee=payee)
        return self._site.redirect("/transfer")

    @post("/payees/{account}/remove", CUSTOMER)
    def remove(self, request: Request) -> Response:
        account = request.path_params["account"]
        self._payees.remove(number_of(request), account)
        return self._site.tell(request, "/transfer", removed=account)

    @post("/transfer/{transfer_id}", CUSTOMER)
    def sign(self, request: Request) -> Response:
        found = self._one(request)
        here = f"/transfer/{found.transfer_id}"
        if found.done_at is not None:
            return self._site.redirect(here)
        must_be_reviewed(request, found.document)
        return self._signin.begin_signature(
            request, "transfer", found.document, audiences=[],
            context={"transfer": str(found.transfer_id)}, back=here,
        )  # fmt: skip

    def signed(
        self, request: Request, signature: SignedEvidence, context: dict[str, str]
    ) -> Response:
        done = self._money.execute(number_of(request), context["transfer"], signature)
        return self._site.redirect(f"/transfer/{done.transfer_id}")

    def _prepared(self, request: Request) -> Transfer | None:
        """What the customer wants to change: one that was prepared and not signed. None: a new one."""
        before = request.query_params.get(CHANGE, "")
        if not before:
            return None
        found = self._money.transfer(number_of(request), before)
        return found if found.done_at is None else None

    def _one(self, request: Request) -> Transfer:
        return self._money.transfer(number_of(request), request.path_params["transfer_id"])


def _typed_again(before: Transfer | None) -> str:
    """The amount as a person would type it."""
    return str(before.amount) if before else ""
