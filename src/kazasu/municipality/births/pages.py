"""Entering a birth at the desk: from the record of a parent, looked at before it is written."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Fault
from kazasu.foundation.text import Text
from kazasu.foundation.values.names import BAD_KANA
from kazasu.foundation.web import Form, get, post
from kazasu.foundation.web.acting.reviewed import mark_given, must_be_reviewed
from kazasu.foundation.web.forms import Place, Plain, asked, one_of
from kazasu.municipality.births import faults
from kazasu.municipality.births.model import BASES, Birth, Proposal
from kazasu.municipality.births.service import Births
from kazasu.municipality.hall import reviewing
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.register.addresses import item_of
from kazasu.municipality.register.faults import (
    CARD_NUMBER_UNFIT,
    ITEM_EMPTY,
    ITEM_MALFORMED,
    NO_STATUS,
    STAY_UNFIT,
)
from kazasu.municipality.register.items import foreigners

CHOOSE_BASIS: Final = Text("何に基づくのかを選んでください", "Choose what it rests on")
CHOOSE_SEX: Final = Text("性別を選んでください", "Choose the sex")
CHOOSE_OTHER: Final = Text("もう一人の親を選んでください", "Choose the other parent")
NOT_HERE: Final = "none"
"""Of the other parent: not of this household, or not known."""


class BirthForm(Form):
    name: str = asked("子の氏名", "Name of the child", most=100)
    kana: str = asked("フリガナ", "Reading", most=100)
    sex: Annotated[Literal["男", "女"], one_of(("男", "女"), CHOOSE_SEX)] = asked(
        "性別", "Sex", missing=CHOOSE_SEX
    )
    on: date = asked("生まれた日", "Day of birth")
    other: str = asked("もう一人の親", "The other parent", missing=CHOOSE_OTHER, most=20)
    registered_domicile: str = asked("本籍", "Registered domicile", default="", most=100)
    domicile_head: str = asked("筆頭者", "Head of the family register", default="", most=100)
    status: str = asked("在留資格", "Status of residence", default="", most=40)
    stays_until: date | None = asked(
        "在留期間の満了の日", "Last day of the period of stay", default=None
    )
    card_number: Plain = asked(
        "在留カード等の番号", "Number of the residence card", default="", most=20
    )
    basis: Annotated[str, one_of(BASES, CHOOSE_BASIS)] = asked(
        "何に基づくか", "What it rests on", missing=CHOOSE_BASIS
    )
    note: str = asked(
        "届出・通知の番号、確かめたこと", "Number of the notice, what was made sure of", default="", most=200
    )  # fmt: skip
    act: Literal["write", "change"] = "write"
    """Of the page that shows it: it is written, or goes back to be changed."""

    AT: ClassVar[Mapping[Fault, Place]] = {
        faults.DAY_AHEAD: "on",
        faults.DAY_TOO_FAR: "on",
        faults.NOT_IN_HOUSEHOLD: "other",
        faults.OTHER_TOO_YOUNG: "other",
        faults.NO_DOMICILE: "registered_domicile",
        faults.PARENT_TOO_YOUNG: "on",
        faults.PASSED: "status",
        faults.FOREIGN_ITEMS: "status",
        NO_STATUS: "status",
        STAY_UNFIT: "stays_until",
        CARD_NUMBER_UNFIT: "card_number",
        faults.BEFORE_MOTHER: "basis",
        faults.BEFORE_FATHER: "other",
        faults.BEFORE_DOMICILE: "registered_domicile",
        faults.BEFORE_COURT: "note",
        BAD_KANA: "kana",
        ITEM_EMPTY: item_of,
        ITEM_MALFORMED: item_of,
    }

    @property
    def birth(self) -> Birth:
        return Birth(
            self.name, self.kana, self.sex, self.on, self.basis, "" if self.other == NOT_HERE else self.other,
            self.registered_domicile, self.domicile_head, self.note,
            foreigners.Stay(self.status, self.stays_until, foreigners.number_of(self.card_number)),
        )  # fmt: skip


class BirthPages:
    def __init__(self, desk: DeskPages, births: Births) -> None:
        self._desk = desk
        self._births = births

    @get("/desk/residents/{resident_id}/birth", STAFF)
    def ask(self, request: Request) -> Response:
        parent, others = self._births.look(request.state.tenant, clerk(request), _resident(request))
        return self._desk.site.render(
            request, "birth.html", clerk=clerk(request), parent=parent, others=others, bases=BASES, statuses=foreigners.STATUSES,
            not_here=NOT_HERE, form=BirthForm.show(
                request, registered_domicile=parent.registered_domicile, domicile_head=parent.domicile_head,
            ),
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/birth", STAFF)
    def asked(self, request: Request) -> Response:
        """Nothing is written: all that follows from it is shown before."""
        return reviewing.asked(
            self._desk, request, BirthForm, BirthForm.AT, lambda form: self._propose(request, form),
            lambda _: f"{_here(request)}/review",
        )  # fmt: skip

    @get("/desk/residents/{resident_id}/birth/review", STAFF)
    def review(self, request: Request) -> Response:
        return reviewing.review(
            self._desk, request, "birth_review.html", BirthForm, lambda form: self._propose(request, form),
            again=_here(request), instead=_record(request), facts=lambda *_: {"bases": BASES, "statuses": foreigners.STATUSES},
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/birth/review", STAFF)
    def enter(self, request: Request) -> Response:
        form = BirthForm.read(request)
        if form.act == "change":
            return self._desk.site.go_on(request, _here(request))
        child = self._births.enter(
            request.state.tenant, clerk(request), _resident(request), form.birth,
            mark=mark_given(request), reviewed=lambda found: must_be_reviewed(request, found.document),
        )  # fmt: skip
        self._desk.site.happened("a birth was entered")
        return self._desk.site.tell(request, f"/desk/residents/{child}", done="birth-entered")

    def _propose(self, request: Request, form: BirthForm) -> Proposal:
        return self._births.propose(
            request.state.tenant, clerk(request), _resident(request), form.birth
        )


def _resident(request: Request) -> str:
    return str(request.path_params["resident_id"])


def _record(request: Request) -> str:
    return f"/desk/residents/{_resident(request)}"


def _here(request: Request) -> str:
    return f"{_record(request)}/birth"
