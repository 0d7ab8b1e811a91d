"""Opening an account: one decision a page, one signature, then one question that may be declined."""

from typing import Any

import wtforms
from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank import model
from kazasu.business.bank.faults import NO_APPLICATION
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.keeping import Keeping
from kazasu.business.bank.service.money import Money
from kazasu.business.bank.service.opening import Opening
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, Site
from kazasu.foundation.web.forms import Form, MaxLength, Required
from kazasu.kit.faults import WRONG_KNOWLEDGE
from kazasu.kit.openid import Person, Signature
from kazasu.kit.signin import SignIn

TITLES = (
    Text("口座を開く", "Open an account"),
    Text("口座の使いみち", "What you will use it for"),
    Text("お仕事", "Your work"),
    Text("確認と署名", "Review and sign"),
    Text("住所が変わったとき", "When your address changes"),
)
CHOOSE = Text("ひとつ選んでください", "Choose one")
ANYBODY = PUBLIC("who opens an account is no customer yet; the signature proves them")
PROOF_SCOPES = ("openid", "sign", "name", "address", "birthdate", "gender")


class PurposeForm(Form):
    purpose = wtforms.StringField(validators=[Required(CHOOSE)])


class OccupationForm(Form):
    occupation = wtforms.StringField(validators=[Required(CHOOSE)])


class NumberForm(Form):
    number = wtforms.StringField(validators=[Required(), MaxLength(20)])


def enter(site: Site, opening: Opening, keeping: Keeping, money: Money, signin: SignIn) -> None:
    pages = _Opening(site, opening, keeping, money, signin)
    both = ["GET", "POST"]
    site.route("/open", access=ANYBODY)(pages.begin)
    site.route("/open/purpose", access=ANYBODY, methods=both)(pages.purpose)
    site.route("/open/occupation", access=ANYBODY, methods=both)(pages.occupation)
    site.route("/open/review", access=ANYBODY, methods=both)(pages.review)
    site.route("/open/known", access=ANYBODY, methods=both)(pages.known)
    site.route("/open/anew", access=ANYBODY, methods=["POST"])(pages.anew)
    site.route("/open/consent", access=CUSTOMER, methods=both)(pages.consent)
    site.route("/open/done", access=CUSTOMER)(pages.done)
    signin.use_signed_proof("open", pages.signed, scopes=PROOF_SCOPES)


class _Opening:
    def __init__(
        self, site: Site, opening: Opening, keeping: Keeping, money: Money, signin: SignIn
    ) -> None:
        self._site = site
        self._opening = opening
        self._keeping = keeping
        self._money = money
        self._signin = signin

    # ------------------------------------------------------------ before the signature

    def begin(self, request: Request) -> Response:
        return self._page(request, "open.html", 1)

    def purpose(self, request: Request) -> Response:
        form = PurposeForm(request)
        if request.method == "POST":
            if form.validate() and self._chosen(form, form.purpose, model.PURPOSES):
                return self._keep(request, "/open/occupation", purpose=form.purpose.data)
        else:
            form.purpose.data = _answers(request).get("purpose", "")
        return self._page(request, "open_purpose.html", 2, form=form, options=model.PURPOSES)

    def occupation(self, request: Request) -> Response:
        form = OccupationForm(request)
        if request.method == "POST":
            if form.validate() and self._chosen(form, form.occupation, model.OCCUPATIONS):
                return self._keep(request, "/open/review", occupation=form.occupation.data)
        else:
            form.occupation.data = _answers(request).get("occupation", "")
        return self._page(request, "open_occupation.html", 3, form=form, options=model.OCCUPATIONS)

    def review(self, request: Request) -> Response:
        answers = _answers(request)
        for step in ("purpose", "occupation"):
            if not answers.get(step):
                return self._site.redirect(f"/open/{step}")
        if request.method == "POST":
            application = self._opening.begin(answers["purpose"], answers["occupation"])
            return self._signin.begin_signature(
                request, "open", application.document, audiences=[],
                context={"application": application.application_id}, back="/open/review",
            )  # fmt: skip
        return self._page(
            request, "open_review.html", 4, purpose=model.PURPOSES[answers["purpose"]],
            occupation=model.OCCUPATIONS[answers["occupation"]],
        )  # fmt: skip

    # ------------------------------------------------------------ after the signature

    def signed(
        self, request: Request, person: Person, signature: Signature, context: dict[str, str]
    ) -> Response:
        """Back from the card: whoever signed is the applicant."""
        opened = self._opening.open(context["application"], person, signature)
        if opened.known:
            data = request.state.session.data
            data["pending"], data["pending_id_token"] = context["application"], person.id_token
            return self._site.redirect("/open/known")
        return self._welcome(
            request, opened.customer_number, person.subject, person.id_token, "/open/consent"
        )

    def known(self, request: Request) -> Response:
        """Somebody with the same attributes is a customer: are you that one?"""
        pending = str(request.state.session.data.get("pending", ""))
        if not pending:
            raise Refusal(NO_APPLICATION)
        form = NumberForm(request)
        if request.method == "POST" and form.validate():
            try:
                number, subject = self._opening.relink(pending, _digits(form.number.data))
            except Refusal as refusal:
                if refusal.fault is not WRONG_KNOWLEDGE:
                    raise
                form.fail(form.number, refusal.title)
            else:
                return self._welcome(request, number, subject, self._id_token(request), "/home")
        return self._site.render(request, "open_known.html", form=form)

    def anew(self, request: Request) -> Response:
        pending = str(request.state.session.data.get("pending", ""))
        number, subject = self._opening.open_anew(pending)
        return self._welcome(request, number, subject, self._id_token(request), "/open/consent")

    def consent(self, request: Request) -> Response:
        """A tap of its own, or a plain no; the account is open either way."""
        refusal = None
        if request.method == "POST":
            if request.state.form.get("act") != "agree":
                self._keeping.decline(number_of(request))
                return self._site.redirect("/open/done")
            try:
                document = self._keeping.ask_consent()
                return self._signin.begin(
                    request, "consent", sign_transaction_id=document.sign_transaction_id,
                    context={"then": "/open/done"}, back="/open/consent",
                )  # fmt: skip
            except Refusal as refused:
                refusal = refused
        status = refusal.fault.status if refusal else 200
        return self._page(
            request, "open_consent.html", 5, status=status, refusal=refusal,
            months=model.CONSENT_MONTHS, items=[model.ITEMS[i] for i in model.CONSENT_ITEMS],
        )  # fmt: skip

    def done(self, request: Request) -> Response:
        overview = self._money.overview(number_of(request))
        agreed = any(h.kind == "consent-given" for h in overview.happenings)
        return self._site.render(request, "open_done.html", overview=overview, agreed=agreed)

    # ------------------------------------------------------------ inside

    def _welcome(
        self, request: Request, number: str, subject: str, id_token: str, then: str
    ) -> Response:
        data = {"card_subject": subject, "id_token": id_token}
        self._site.sign_in(request, kind="customer", subject=number, data=data)
        return self._site.redirect(then)

    @staticmethod
    def _id_token(request: Request) -> str:
        return str(request.state.session.data.get("pending_id_token", ""))

    @staticmethod
    def _chosen(form: Form, field: wtforms.Field, options: dict[str, Text]) -> bool:
        if field.data in options:
            return True
        form.fail(field, CHOOSE)
        return False

    def _keep(self, request: Request, then: str, **answers: str) -> Response:
        request.state.session.data["opening"] = _answers(request) | answers
        return self._site.redirect(then)

    def _page(
        self, request: Request, template: str, step: int, *, status: int = 200, **context: Any
    ) -> Response:
        return self._site.render(
            request, template, status=status, current=step,
            titles=[title.to(request.state.language) for title in TITLES], **context,
        )  # fmt: skip


def _answers(request: Request) -> dict[str, str]:
    return dict(request.state.session.data.get("opening", {}))


def _digits(text: str) -> str:
    """As people type numbers: full width, with spaces or hyphens."""
    return "".join(str(int(c)) for c in text if c.isdecimal())
