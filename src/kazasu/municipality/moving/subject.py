"""Moving house, put together: who handles which letter, what is asked, what falls due by date."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from kazasu.contracts.jukinet import TransferConsumed
from kazasu.contracts.municipality import (
    ArrivedElsewhere,
    CardContinuedBefore,
    CertificateCancelled,
    CertificateOfMovingOut,
    ChangeVisit,
    HoldVisit,
    MoverIsHere,
    NoticeOfMovedIn,
    NoticeOfMovingOut,
    RequestCertificateData,
    RequestDataByPaper,
    VisitReservation,
    VisitSlots,
    WhereIsMover,
    WithdrawMove,
)
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.desk import DeskPages
from kazasu.municipality.hall.ports import (
    ANNOUNCED,
    DESK_CASES,
    GIVEN_BY,
    HEAD_SAID,
    LEAVING,
    MOVERS_CARDS,
    NEWBORN,
)
from kazasu.municipality.hall.subject import Link, Queue, Subject
from kazasu.municipality.moving import lists
from kazasu.municipality.moving.at_counter.service import NoticeCounter
from kazasu.municipality.moving.life import AT_THE_DESK, EXPECTED, OPEN_IN, OPEN_OUT, InState
from kazasu.municipality.moving.model import mover_in
from kazasu.municipality.moving.outstanding.asking import Asking
from kazasu.municipality.moving.outstanding.papers import PaperDesk
from kazasu.municipality.moving.pages.at_counter import AtCounterPages
from kazasu.municipality.moving.pages.moving_in import MovingInPages
from kazasu.municipality.moving.pages.moving_out import MovingOutPages
from kazasu.municipality.moving.pages.outstanding import OutstandingPages
from kazasu.municipality.moving.pages.residence_cards import ResidenceCardPages
from kazasu.municipality.moving.pages.walk_in import WalkInPages
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.service.arrivals import ArrivalDesk, due_of
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.moving.service.cards import CardsOfArrivals, ResidenceCards
from kazasu.municipality.moving.service.checking import Checking
from kazasu.municipality.moving.service.departures import Departures
from kazasu.municipality.moving.service.expecting import ExpectedArrivals
from kazasu.municipality.moving.service.moving_out import MovingOutDesk
from kazasu.municipality.moving.service.registering import Registering
from kazasu.municipality.moving.service.visits import VisitDesk
from kazasu.municipality.moving.service.walk_in import PaperCounter, WalkInDesk
from kazasu.municipality.moving.service.withdrawing import Withdrawing
from kazasu.municipality.moving.store import arrivals, notices, queues


def open_subject(city: CityContext) -> Subject:
    visits, notice_desk, departures = VisitDesk(city), MovingOutDesk(city), Departures(city)
    expected, registering = ExpectedArrivals(city, visits), Registering(city)
    cancelling, checking = Cancelling(city), Checking(city)
    papers, asking = PaperDesk(city), Asking(city)
    city.ports.offer(MOVERS_CARDS, CardsOfArrivals(city))
    city.ports.offer(DESK_CASES, cases.stands)
    city.ports.offer(GIVEN_BY, cases.given_by)
    city.ports.offer(ANNOUNCED, cases.announced)
    city.ports.offer(NEWBORN, cases.newborn_of)
    city.ports.offer(HEAD_SAID, cases.head_said)
    city.ports.offer(LEAVING, cases.Leaving(city))

    def pages(desk: DeskPages) -> None:
        desk.site.enter(MovingOutPages(desk, notice_desk, departures))
        desk.site.enter(MovingInPages(desk, ArrivalDesk(city), registering))
        desk.site.enter(ResidenceCardPages(desk, ResidenceCards(city)))
        desk.site.enter(OutstandingPages(desk, notice_desk, papers, asking, cancelling))
        desk.site.enter(AtCounterPages(desk, NoticeCounter(city)))
        desk.site.enter(WalkInPages(desk, WalkInDesk(city), PaperCounter(city)))

    return Subject(
        pages=pages,
        nav=[
            Link("/desk/out", Text("転出", "Moving out")),
            Link("/desk/in", Text("転入・転居", "Moving in")),
        ],
        queues=QUEUES,
        letters={
            NoticeOfMovingOut: notice_desk.receive,
            TransferConsumed: departures.consumed,
            WhereIsMover: asking.answer,
            MoverIsHere: asking.answered,
            NoticeOfMovedIn: departures.moved_in,
            VisitReservation: expected.reserve,
            CertificateOfMovingOut: expected.certificate,
            CertificateCancelled: expected.certificate_cancelled,
            ArrivedElsewhere: expected.arrived_elsewhere,
            CardContinuedBefore: expected.card_continued,
            ChangeVisit: expected.change_visit,
            WithdrawMove: Withdrawing(cancelling, expected).withdraw,
        },
        inquiries={
            VisitSlots: visits.slots,
            HoldVisit: visits.hold,
            RequestCertificateData: departures.send_elsewhere,
            RequestDataByPaper: papers.send_by_paper,
        },
        jobs={
            "check-notice": checking.check,
            "check-reservation": checking.check_reservation,
            "cancel-move": cancelling.cancel,
            "register-arrival": registering.complete,
        },
        names=_names,
        cities_due=queues.cities_due,
        by_date=[
            departures.depart,
            expected.note_missed,
            expected.note_expired,
            registering.complete_all,
        ],
    )


def _names(tx: Transaction, record_code: str) -> list[str]:
    """Audit rows name movers by their case as long as the register does not know them."""
    return [mover_in(case_id) for case_id in arrivals.cases_of(tx, record_code)]


def _late_notices(tx: Transaction, day: date) -> int:
    """By the very rule of the list, so that both say the same."""
    with tx.unseen():
        return _late((lists.due_of(one) for one in notices.among(tx, OPEN_OUT)), day)


def _late_arrivals(tx: Transaction, day: date) -> int:
    with tx.unseen():
        return _late((due_of(one) for one in arrivals.expected(tx, OPEN_IN)), day)


def _late(dues: Iterable[date | None], day: date) -> int:
    return sum(due is not None and due < day for due in dues)


def _arrivals_in(*states: InState) -> Callable[[Transaction, date], int]:
    return lambda tx, _: queues.arriving(tx, states)


QUEUES: Final = (
    Queue(
        "/desk/out",
        Text("転出届", "Notices of moving out"),
        Text("確認と判断を待っています", "waiting for checks and a decision"),
        lambda tx, _: queues.notices(tx),
    ),
    Queue(
        "/desk/out?show=late",
        Text("転出届のおくれ", "Notices of moving out that are late"),
        Text("判断か、届かない訂正", "to be decided, or a correction that nobody sends"),
        _late_notices,
    ),
    Queue(
        "/desk/in?show=late",
        Text("転入・転居のおくれ", "Arrivals that are late"),
        Text(
            "来なかった人と、14日を過ぎた人も",
            "also who did not come, and whose fourteen days are over",
        ),
        _late_arrivals,
    ),
    Queue(
        "/desk/in?date={today}&show=awaited",
        Text("きょう来る人", "Expected today"),
        count=lambda tx, day: queues.visiting(tx, EXPECTED, day),
    ),
    Queue(
        "/desk/in?show=awaited",
        Text("これから来る人", "Expected arrivals"),
        Text(
            "予約だけ、または証明書情報だけ届いた人も含みます",
            "with those of whom only one of two letters is here",
        ),
        _arrivals_in(*EXPECTED, InState.MISSED),
    ),
    Queue(
        "/desk/in?show=here",
        Text("仮登録・審査", "Identified or provisional"),
        count=_arrivals_in(*AT_THE_DESK),
    ),
    Queue(
        "/desk/overdue",
        Text("転入通知の未着", "Notices of moved-in overdue"),
        count=Departures.count_overdue,
    ),
    Queue(
        "/desk/paper",
        Text("紙の転出証明書を持って来た人", "A mover with a paper certificate of moving out"),
        roles=("counter",),
    ),
    Queue(
        "/desk/walk-in",
        Text("予定と違う市に来た人（行き先の変更）", "A mover who planned another city"),
        roles=("counter",),
    ),
)
