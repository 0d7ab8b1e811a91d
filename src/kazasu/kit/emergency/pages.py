"""The pages of emergency looks, for whoever works at a desk.

    emergencies_at(site, Emergencies(…), template="emergency.html")     # /desk/emergency

All see which there are; who has not the role asks from the record's page, one who has the deciding role answers, another reviews.
"""

from typing import Annotated, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.actions import MOST_OF_A_REASON
from kazasu.foundation.text import Text
from kazasu.foundation.values import readable
from kazasu.foundation.web import Form, Site, signed_in
from kazasu.foundation.web.forms import asked, one_of
from kazasu.kit.emergency.model import NUMBERS, VERDICTS
from kazasu.kit.emergency.service import Act, Emergencies
from kazasu.kit.staff import KIND, clerk, must_be_for

PATH: Final = "/desk/emergency"
MOST_OF_A_NOTE: Final = 80
CHOOSE: Final = Text("緊急の理由を選んでください", "Choose what the emergency is")
WRITE: Final = Text("どのような緊急かを書いてください", "Write what the emergency is")
JUDGE: Final = Text("どちらかを選んでください", "Choose one of them")


class ActForm(Form):
    act: Act | Literal["review"]


class AskForm(Form):
    reason: str = asked("何の緊急ですか", "What is the emergency?", missing=CHOOSE)
    note: str = asked(
        "状況と照会元（本人が後で読みます。住所は書かないでください）",
        "What happened, and who asks (the person reads it later; write no address)",
        most=MOST_OF_A_NOTE,
        missing=WRITE,
    )


class ReviewForm(Form):
    verdict: Annotated[Literal["right", "wrong"], one_of(VERDICTS, JUDGE)] = asked(
        "点検の結果", "What the review found", missing=JUDGE
    )
    words: str = asked(
        "確かめたこと（記録に残ります）",
        "What was looked into (it goes on record)",
        most=MOST_OF_A_REASON,
        missing=Text("確かめたことを書いてください", "Write what was looked into"),
    )


def emergencies_at(site: Site, emergencies: Emergencies, *, template: str) -> None:
    """Enter the pages. ``template``: of the room, with the macros of ``kit/emergency_lines.html``."""
    reasons = emergencies.reasons

    def show(request: Request) -> Response:
        lines = emergencies.every(request.state.tenant, clerk(request))
        return site.render(request, template, lines=lines, one=None, whose=None, me=clerk(request))

    def begin(request: Request) -> Response:
        """Raises Refusal ``kit.nothing-closed``, or the room's."""
        about = str(request.path_params["about"])
        must_be_for(clerk(request), emergencies.acts.ask)
        whose = emergencies.whose(request.state.tenant, clerk(request), about)
        form = AskForm.show(request)
        return site.render(
            request, template, whose=whose, one=None, form=form, reasons=reasons, errors=form.errors
        )

    def ask(request: Request) -> Response:
        """Raises Refusal ``kit.nothing-closed``, or the room's."""
        form, about = AskForm.read(request), str(request.path_params["about"])
        if form.reason not in reasons:
            raise form.wrong("reason", CHOOSE)
        number = emergencies.ask(
            request.state.tenant, clerk(request), about, form.reason, form.note
        )
        return site.tell(request, f"{PATH}/{number}", done="emergency-asked")

    def one(request: Request) -> Response:
        """Raises Refusal ``kit.no-such-look``."""
        found = emergencies.look(request.state.tenant, clerk(request), _number(request))
        form = ReviewForm.show(request)
        return site.render(
            request, template, one=found, whose=found.whose, form=form, verdicts=VERDICTS,
            me=clerk(request), errors=form.errors,
        )  # fmt: skip

    def act(request: Request) -> Response:
        """Raises Refusal as :meth:`Emergencies.act` and :meth:`Emergencies.review`."""
        what, number = ActForm.read(request).act, _number(request)
        tenant, who = request.state.tenant, clerk(request)
        if what == "review":
            form = ReviewForm.read(request)
            emergencies.review(tenant, who, number, form.verdict, form.words)
        else:
            emergencies.act(tenant, who, number, what)
        return site.tell(request, f"{PATH}/{number}", done=f"emergency-{what}")

    staff = signed_in(KIND)
    site.route(PATH, access=staff)(show)
    site.route(f"{PATH}/of/{{about}}", access=staff)(begin)
    site.route(f"{PATH}/of/{{about}}", access=staff, methods=["POST"])(ask)
    site.route(f"{PATH}/{{look_id}}", access=staff)(one)
    site.route(f"{PATH}/{{look_id}}", access=staff, methods=["POST"])(act)


def _number(request: Request) -> str:
    return readable.as_given(str(request.path_params["look_id"]), NUMBERS)


SAID: Final = {
    "emergency-asked": Text("緊急の閲覧を求めました。別の職員の同意を待っています。", "The emergency look was asked for. It waits for another member of staff."),
    "emergency-agree": Text("同意しました。60分のあいだ開いています。", "You agreed. It is open for 60 minutes."),
    "emergency-refuse": Text("同意しませんでした。", "You refused it."),
    "emergency-withdraw": Text("取り下げました。", "It was withdrawn."),
    "emergency-end": Text("終えました。もう開けません。", "It was ended, and opens nothing any more."),
    "emergency-review": Text("点検の結果を残しました。", "The review is on record."),
}  # fmt: skip
"""What was done, by the word of each act: for the room's own list of such words."""
