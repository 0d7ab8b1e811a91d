"""Opening an account: one decision a page, one signature, then one question that may be declined."""

import json
from typing import Annotated, Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.business.bank import model
from kazasu.business.bank.faults import NO_APPLICATION
from kazasu.business.bank.pages import CUSTOMER, number_of
from kazasu.business.bank.service.customer_data import CustomerData
from kazasu.business.bank.service.money import Money
from kazasu.business.bank.service.opening import Opening
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.typed.amounts import digits
from kazasu.foundation.web import Form, Site, get, post, public
from kazasu.foundation.web.acting.reviewed import mark_of, must_be_reviewed
from kazasu.foundation.web.forms import Plain, asked, one_of
from kazasu.foundation.web.sessions import CARD, SID
from kazasu.kit.faults import WRONG_KNOWLEDGE
from kazasu.kit.openid import Person, SignedEvidence
from kazasu.kit.signin import SignIn

TITLES = (
    Text("口座を開く", "Open an account"),
    Text("口座の使いみち", "What you will use it for", "口座を 何に 使いますか"),
    Text("職業", "Your work", "あなたの 仕事"),
    Text("確認と署名", "Review and sign", "見直して 署名する"),
    Text("住所が変わったとき", "When your address changes", "住所が 変わったら"),
)
CHOOSE = Text("ひとつ選んでください", "Choose one", "1つ えらんでください")
ANYBODY = public("who opens an account is no customer yet; the signature proves them")
PROOF_SCOPES = ("openid", "sign", "name", "address", "birthdate", "gender")


class PurposeForm(Form):
    purpose: Annotated[str, one_of(model.PURPOSES, CHOOSE)] = asked(
        "おもに何に使いますか",
        "What will you mainly use it for?",
        "いちばん 何に 使いますか",
        missing=CHOOSE,
    )


class OccupationForm(Form):
    occupation: Annotated[str, one_of(model.OCCUPATIONS, CHOOSE)] = asked(
        "いちばん近いもの", "What fits best?", "あなたに いちばん 近いもの", missing=CHOOSE
    )


class NumberForm(Form):
    number: Plain = asked("お客さま番号", "Customer number", "お客さま番号", most=20)


class ConsentForm(Form):
    act: Literal["agree", "no"]


class OpeningPages:
    """The steps of the opening."""

    def __init__(
        self, site: Site, opening: Opening, keeping: CustomerData, money: Money, signin: SignIn
    ) -> None:
        self._site = site
        self._opening = opening
        self._keeping = keeping
        self._money = money
        self._signin = signin
        signin.use_signed_proof("open", self.signed, scopes=PROOF_SCOPES)

    # ------------------------------------------------------------ before the signature

    @get("/open", ANYBODY)
    def begin(self, request: Request) -> Response:
        return self._page(request, "open.html", 1)

    @get("/open/purpose", ANYBODY)
    def purpose(self, request: Request) -> Response:
        form = PurposeForm.show(request, purpose=_answers(request).get("purpose", ""))
        return self._page(request, "open_purpose.html", 2, form=form, options=model.PURPOSES)

    @post("/open/purpose", ANYBODY)
    def take_purpose(self, request: Request) -> Response:
        form = PurposeForm.read(request)
        return self._keep(request, purpose=form.purpose)

    @get("/open/occupation", ANYBODY)
    def occupation(self, request: Request) -> Response:
        form = OccupationForm.show(request, occupation=_answers(request).get("occupation", ""))
        return self._page(request, "open_occupation.html", 3, form=form, options=model.OCCUPATIONS)

    @post("/open/occupation", ANYBODY)
    def take_occupation(self, request: Request) -> Response:
        form = OccupationForm.read(request)
        return self._keep(request, occupation=form.occupation)

    @get("/open/review", ANYBODY)
    def review(self, request: Request) -> Response:
        answers = _answers(request)
        if missing := _missing(answers):
            return self._site.redirect(f"/open/{missing}")
        return self._page(
            request, "open_review.html", 4, purpose=model.PURPOSES[answers["purpose"]],
            occupation=model.OCCUPATIONS[answers["occupation"]], reviewed=mark_of(_shown(answers)),
        )  # fmt: skip

    @post("/open/review", ANYBODY)
    def sign(self, request: Request) -> Response:
        answers = _answers(request)
        if missing := _missing(answers):
            return self._site.redirect(f"/open/{missing}")
        must_be_reviewed(request, _shown(answers))
        application = self._opening.begin(answers["purpose"], answers["occupation"])
        return self._signin.begin_signature(
            request, "open", application.document, audiences=[],
            context={"application": application.application_id}, back="/open/review",
        )  # fmt: skip

    # ------------------------------------------------------------ after the signature

    def signed(
        self, request: Request, person: Person, signature: SignedEvidence, context: dict[str, str]
    ) -> Response:
        """Back from the card: the person who signed is the applicant."""
        opened = self._opening.open(context["application"], person, signature)
        if opened.known:
            data = request.state.session.data
            data["pending"], data["pending_id_token"] = context["application"], person.id_token
            data["pending_sid"] = person.sid
            return self._site.redirect("/open/known")
        return self._welcome(
            request,
            opened.customer_number,
            person.subject,
            person.id_token,
            person.sid,
            "/open/consent",
        )

    @get("/open/known", ANYBODY)
    def known(self, request: Request) -> Response:
        """Somebody with the same attributes is a customer: are you that one?"""
        _pending(request)
        return self._site.render(request, "open_known.html", form=NumberForm.show(request))

    @post("/open/known", ANYBODY)
    def relink(self, request: Request) -> Response:
        pending, form = _pending(request), NumberForm.read(request)
        try:
            number, subject = self._opening.relink(pending, digits(form.number))
        except Refusal as refusal:
            if refusal.fault is not WRONG_KNOWLEDGE:
                raise
            raise form.wrong("number", refusal.title) from refusal
        return self._welcome(request, number, subject, *self._pending(request), "/home")

    @post("/open/anew", ANYBODY)
    def anew(self, request: Request) -> Response:
        number, subject = self._opening.open_anew(_pending(request))
        return self._welcome(request, number, subject, *self._pending(request), "/open/consent")

    @get("/open/consent", CUSTOMER)
    def consent(self, request: Request) -> Response:
        """A tap of its own, or a plain no; the account is open either way."""
        return self._page(
            request, "open_consent.html", 5, months=model.CONSENT_MONTHS,
            items=[model.ITEMS[i] for i in model.CONSENT_ITEMS],
        )  # fmt: skip

    @post("/open/consent", CUSTOMER)
    def answer_consent(self, request: Request) -> Response:
        if ConsentForm.read(request).act == "no":
            self._keeping.decline(number_of(request))
            return self._site.redirect("/open/done")
        document = self._keeping.ask_consent()
        return self._signin.begin(
            request, "consent", sign_transaction_id=document.sign_transaction_id,
            context={"then": "/open/done"}, back="/open/consent",
        )  # fmt: skip

    @get("/open/done", CUSTOMER)
    def done(self, request: Request) -> Response:
        overview = self._money.overview(number_of(request))
        agreed = any(h.kind == "consent-given" for h in overview.happenings)
        return self._site.render(request, "open_done.html", overview=overview, agreed=agreed)

    # ------------------------------------------------------------ inside

    def _welcome(
        self, request: Request, number: str, subject: str, id_token: str, sid: str, then: str
    ) -> Response:
        data = {CARD: subject, SID: sid, "id_token": id_token, **self._money.name_of(number)}
        self._site.sign_in(request, kind="customer", subject=number, data=data)
        return self._site.redirect(then)

    @staticmethod
    def _pending(request: Request) -> tuple[str, str]:
        """The ID token of the tap that it began with, and which sign-in that is."""
        data = request.state.session.data
        return str(data.get("pending_id_token", "")), str(data.get("pending_sid", ""))

    def _keep(self, request: Request, **answers: str) -> Response:
        """On to the first step without an answer; who changes one of them is back at the review."""
        kept = request.state.session.data["opening"] = _answers(request) | answers
        return self._site.redirect(f"/open/{_missing(kept) or 'review'}")

    def _page(self, request: Request, template: str, step: int, **context: Any) -> Response:
        return self._site.render(
            request, template, current=step,
            titles=[title.to(request.state.language) for title in TITLES], **context,
        )  # fmt: skip


def _answers(request: Request) -> dict[str, str]:
    return dict(request.state.session.data.get("opening", {}))


def _shown(answers: dict[str, str]) -> bytes:
    """What the review shows of them."""
    return json.dumps([answers["purpose"], answers["occupation"]]).encode()


def _missing(answers: dict[str, str]) -> str:
    """The first step without an answer; empty when all have one."""
    return next((step for step in ("purpose", "occupation") if not answers.get(step)), "")


def _pending(request: Request) -> str:
    """The application that waits for an answer. Raises Refusal ``bank.no-application``."""
    pending = str(request.state.session.data.get("pending", ""))
    if not pending:
        raise Refusal(NO_APPLICATION)
    return pending
