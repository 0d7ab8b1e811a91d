"""A transfer: to whom and how much, then one page with everything, then the signature."""

import unicodedata

import wtforms
from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.money import Money
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.foundation.web.forms import Form, MaxLength, Required
from kazasu.kit.openid import Signature
from kazasu.kit.signin import SignIn

NOT_AN_AMOUNT = Text(
    "1円以上の金額を数字で入力してください", "Enter an amount of at least 1 yen in digits"
)
NOT_AN_ACCOUNT = Text("口座番号は7けたの数字です", "An account number has seven digits")
_ABOUT_AMOUNT = ("bank.insufficient-funds", "bank.over-limit")
_ABOUT_ACCOUNT = ("bank.unknown-account", "bank.same-account")


class TransferForm(Form):
    to_account = wtforms.StringField(validators=[Required(), MaxLength(20)])
    amount = wtforms.StringField(validators=[Required(), MaxLength(20)])


def enter(site: Site, money: Money, signin: SignIn) -> None:
    @site.route("/transfer", access=CUSTOMER, methods=["GET", "POST"])
    def begin(request: Request) -> Response:
        form = TransferForm(request)
        if request.method == "POST" and form.validate():
            account, amount = plain(form.to_account.data), yen_of(form.amount.data)
            if not (account.isascii() and account.isdecimal() and len(account) == 7):
                form.fail(form.to_account, NOT_AN_ACCOUNT)
            elif amount is None:
                form.fail(form.amount, NOT_AN_AMOUNT)
            else:
                try:
                    made = money.prepare(number_of(request), account, amount)
                    return site.redirect(f"/transfer/{made.transfer_id}")
                except Refusal as refusal:
                    _on_field(form, refusal)
        overview = money.overview(number_of(request))
        return site.render(request, "transfer.html", form=form, overview=overview)

    @site.route("/transfer/{transfer_id}", access=CUSTOMER, methods=["GET", "POST"])
    def one(request: Request) -> Response:
        found = money.transfer(number_of(request), request.path_params["transfer_id"])
        if request.method == "POST" and found.done_at is None:
            return signin.begin_signature(
                request, "transfer", found.document, audiences=[],
                context={"transfer": str(found.transfer_id)}, back=f"/transfer/{found.transfer_id}",
            )  # fmt: skip
        return site.render(request, "transfer_review.html", transfer=found)

    def signed(request: Request, signature: Signature, context: dict[str, str]) -> Response:
        done = money.execute(number_of(request), context["transfer"], signature)
        return site.redirect(f"/transfer/{done.transfer_id}")

    signin.use_signature("transfer", signed)


def _on_field(form: TransferForm, refusal: Refusal) -> None:
    """What is wrong with an answer is said at its field; anything else is a page."""
    if refusal.fault.code in _ABOUT_AMOUNT:
        form.fail(form.amount, refusal.title)
    elif refusal.fault.code in _ABOUT_ACCOUNT:
        form.fail(form.to_account, refusal.title)
    else:
        raise refusal


def plain(text: str) -> str:
    """Digits as people type them: full width, commas, spaces, 円."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if c not in " ,-円")


def yen_of(text: str) -> int | None:
    """An amount, or None."""
    digits = plain(text)
    good = digits.isascii() and digits.isdecimal() and len(digits) <= 12
    return int(digits) or None if good else None
