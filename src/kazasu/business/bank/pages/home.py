"""The customer's own pages: overview, statement, data, closing."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank import model, proofing, retention
from kazasu.business.bank.faults import SANDBOX_ONLY
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.context import BankContext, must_have
from kazasu.business.bank.service.linking import PARTNERS
from kazasu.business.bank.service.money import EXPORTED, SHOWN, Money
from kazasu.business.bank.store import customers
from kazasu.business.bank.store.customers import AttributeChange
from kazasu.foundation import audit
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Language, Text
from kazasu.foundation.time.clock import JST, civil, today
from kazasu.foundation.values import readable, spreadsheet
from kazasu.foundation.web import Form, Site, get, post, public, signed_in
from kazasu.foundation.web.acting.numbered import ONCE, number_for
from kazasu.kit.letters.pages import WAYS
from kazasu.kit.staff import KIND as STAFF

FIGURES = "/desk/figures"
OPERATORS = (*WAYS, (FIGURES, Text("運用の数字", "Figures")))
"""The pages of the bank's own people."""
SANDBOX_CASH = 50_000
KINDS = {
    "cash": Text("入金", "Paid in"),
    "transfer": Text("振込", "Transfer"),
    "charge": Text("チャージ", "Top-up"),
}
SYSTEM = Text("この銀行（自動の処理）", "This bank (by itself)")
_HOLDER = Text("口座名義", "Holder")
_ACCOUNT = Text("口座番号", "Account number")
_PERIOD = Text("対象期間", "Period")
_MADE = Text("作成日時", "Made")
_COLUMNS = (
    Text("日時", "When"),
    Text("種類", "Kind"),
    Text("相手", "With"),
    Text("相手の口座番号", "Their account"),
    Text("受付番号", "Number"),
    Text("金額", "Amount"),
    Text("残高", "Balance"),
)


def kind_of(line: model.Entry) -> Text:
    """What a line of the statement was."""
    if line.kind == "cash" and line.amount < 0:
        return Text("引き出し", "Withdrawn")
    return KINDS[line.kind]


def _clock(at: datetime) -> str:
    """As spreadsheets read it, by the clock in Japan."""
    return at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S")


def evidence_number(evidence: UUID | str) -> str:
    """As people say it; what is none of the identity service's (a call of the operator's) stays as it is."""
    try:
        return readable.of(UUID(str(evidence)), "EV")
    except ValueError:
        return str(evidence)


def proof_of(change: AttributeChange) -> Text:
    """By what a change was proven: its kind in words, and its number as people say it."""
    kind, _, number = change.proof.partition(" ")
    if kind == "consent":
        said = model.consent_number(number)
        return Text(f"同意 {said}", f"Consent {said}")
    said = evidence_number(number)
    return Text(f"カードでの確認 {said}", f"Confirmed with the card, {said}")


class PayInForm(Form):
    key: Annotated[str, Field(max_length=64), ONCE] = ""


class HomePages:
    """What there is, and the account's end."""

    def __init__(self, site: Site, desk: BankContext, money: Money) -> None:
        self._site = site
        self._desk = desk
        self._money = money

    @get("/", public("what the bank offers"))
    def front(self, request: Request) -> Response:
        if request.state.session.kind == "customer":
            return self._site.redirect("/home")
        return self._site.render(request, "front.html", identity=self._desk.identity)

    @get("/home", CUSTOMER)
    def home(self, request: Request) -> Response:
        overview = self._money.overview(number_of(request))
        language = request.state.language
        entries = [
            {
                "title": one.title.to(language), "at": one.at, "who": one.who.to(language),
                "note": one.note.to(language) if one.note else "", "proof": [], "state": one.state,
            }
            for one in overview.happenings
        ]  # fmt: skip
        return self._site.render(
            request, "home.html", overview=overview, entries=entries,
            key=number_for(request, "key"), cash=SANDBOX_CASH,
        )  # fmt: skip

    @post("/pay-in", CUSTOMER)
    def pay_in(self, request: Request) -> Response:
        """Pretended cash. Raises Refusal ``bank.sandbox-only`` in production."""
        if not self._site.settings.sandbox:
            raise Refusal(SANDBOX_ONLY)
        key, number = PayInForm.read(request).key, number_of(request)
        self._money.pay_in(number, f"{number} {key}", SANDBOX_CASH)
        return self._site.tell(request, "/home", paid_in=SANDBOX_CASH)

    @get("/statement", CUSTOMER)
    def statement(self, request: Request) -> Response:
        return self._site.render(
            request, "statement.html", statement=self._money.statement(number_of(request)),
            kind_of=kind_of, most=SHOWN,
            other_of=lambda line: self._other_of(line, request.state.language),
        )  # fmt: skip

    @get("/statement.csv", CUSTOMER)
    def export(self, request: Request) -> Response:
        """For spreadsheets: whose account, which, of when and as of when; then every line, oldest first.

        The shape is fixed (docs/institutions/bank.md).
        """
        language = request.state.language
        statement = self._money.statement(number_of(request), EXPORTED)
        rows = (
            (
                _clock(line.at), kind_of(line).to(language),
                self._other_of(line, language), line.other_account, line.order, line.amount, line.balance,
            )
            for line in statement.lines[::-1]
        )  # fmt: skip
        told = (
            (_HOLDER, statement.customer.name), (_ACCOUNT, statement.account_number),
            (_PERIOD, civil(statement.since).isoformat(), civil(statement.made_at).isoformat()),
            (_MADE, _clock(statement.made_at)),
        )  # fmt: skip
        above = [(what.to(language), *cells) for what, *cells in told]
        headers = {"content-disposition": 'attachment; filename="statement.csv"'}
        content = spreadsheet.as_csv([one.to(language) for one in _COLUMNS], rows, above)
        return Response(content, media_type="text/csv", headers=headers)

    def _other_of(self, line: model.Entry, language: Language) -> str:
        """With whom a line of the statement was: partners and the machine have names in both languages."""
        known = [self._desk.house.directory.entry(partner).name for partner in PARTNERS]
        same = (one.to(language) for one in (*known, model.MACHINE) if one.ja == line.memo)
        return next(same, line.memo)

    @get("/data", CUSTOMER)
    def data(self, request: Request) -> Response:
        number = number_of(request)

        def work(tx: Transaction):  # type: ignore[no-untyped-def]  # noqa: ANN202
            return (
                must_have(tx, number),
                customers.proofings(tx, number),
                customers.changes(tx, number),
                audit.accesses(tx, number, 500),
            )

        day = today(self._desk.clock)
        customer, proofs, changes, accesses = self._desk.as_customer(number, "data.read", work)
        return self._site.render(
            request, "data.html", customer=customer, proofs=proofs, changes=changes,
            accesses=[one for one in accesses if one.actor != "customer"],
            own=sum(one.actor == "customer" for one in accesses), rules=retention.RULES, model=model, meaning=proofing.MEANING,
            letter=lambda proof: proofing.letter_of(proof.method, day), actor_of=self._actor_of, rule=proofing.RULE,
            evidence_number=evidence_number, proof_of=proof_of,
        )  # fmt: skip

    def _actor_of(self, actor: str) -> Text:
        """Who looked, in words."""
        kind, _, whom = actor.partition(":")
        if kind == "institution" and whom in self._desk.house.directory:
            return self._desk.house.directory.entry(whom).name
        return SYSTEM

    # ------------------------------------------------------------ the end, and the operator

    @get("/close", CUSTOMER)
    def ask_close(self, request: Request) -> Response:
        return self._site.render(
            request, "close.html", overview=self._money.overview(number_of(request))
        )

    @post("/close", CUSTOMER)
    def close(self, request: Request) -> Response:
        self._money.close(number_of(request))
        self._site.sign_out(request)
        return self._site.redirect("/closed")

    @get("/closed", public("a farewell, without a name"))
    def closed(self, request: Request) -> Response:
        return self._site.render(request, "closed.html", rules=retention.RULES)

    @get(FIGURES, signed_in(STAFF))
    def figures(self, request: Request) -> Response:
        """Of the whole bank, nobody's data; how a bank stands is its own matter."""
        figures, queue = self._desk.figures()
        return self._site.render(
            request, "operator.html", figures=figures, queue=queue, ways=OPERATORS
        )
