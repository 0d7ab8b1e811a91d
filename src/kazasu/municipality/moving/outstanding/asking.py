"""転入通知未着照会: gone by the plan, and nobody tells that they arrived. The cities that expect them are asked, and answer by themselves from
what their own case says (標準仕様書 4.1.3.1.4)."""

from typing import Final, Literal

from kazasu.contracts.municipality import MoverIsHere, WhereIsMover, WhereMover
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.hall.context import CityContext, city_id, desk, own
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.moving.life import InState
from kazasu.municipality.moving.outstanding.papers import must_be_awaited
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.service.expecting import origin_of
from kazasu.municipality.moving.store import arrivals, notices, papers

ASKING: Final = Text("転入通知未着の照会", "Asking where somebody is whose arrival nobody tells")
ASK: Final = desk("moving-out.ask-around", ASKING, role="counter")
ASKED: Final = own("arrival.asked-after", ASKING)
ANSWERED: Final = own("moving-out.asked-around", ASKING)
WHERE: Final[dict[InState, WhereMover]] = {
    InState.RESERVED: "expected", InState.CERTIFICATE: "expected", InState.READY: "expected",
    InState.MISSED: "missed", InState.VISITED: "at-the-desk", InState.PROVISIONAL: "at-the-desk",
    InState.REGISTERING: "at-the-desk", InState.PARTLY: "expected", InState.REGISTERED: "registered", InState.EXPIRED: "expired",
    InState.WITHDRAWN: "given-up", InState.CANCELLED: "given-up", InState.DROPPED: "given-up",
    InState.ELSEWHERE: "elsewhere",
}  # fmt: skip
"""What a city says of its own case."""
LEFT_OUT: Final[Literal["left-out"]] = "left-out"
"""Of somebody whom a city did not register with the others of the notice."""
ANSWERS: Final[dict[WhereMover | Literal["left-out"], Text]] = {
    "unknown": Text("その件を知りません。来ていません", "does not know the case; nobody came"),
    "expected": Text("まだ来ていません（待っています）", "nobody came yet; they are expected"),
    "missed": Text("予約の日に来ませんでした", "they did not come on the day of their appointment"),
    "at-the-desk": Text("窓口に来ました。手続きの途中です", "they are at the counter; not registered yet"),
    "registered": Text("登録しました。転入通知が届きます", "registered; the notice of moved-in is on its way"),
    LEFT_OUT: Text(
        "ほかの人は登録しましたが、この人は登録していません。引っ越したかを本人に確かめてください",
        "registered others of the notice, but not this person: ask them whether they moved",
    ),
    "expired": Text("来ないまま、カードで転入できる期間が過ぎました", "nobody came before the period for arriving by card was over"),
    "given-up": Text("転入の届出は取り下げられました", "the arrival was taken back"),
    "elsewhere": Text("ほかの市区町村で登録されたと知らされています", "was told that they are registered elsewhere"),
}  # fmt: skip


class Asking:
    """照会."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def ask(self, tenant: str, clerk: Clerk, case_id: str, version: int) -> None:
        """Every city that has their data is asked; asked again it answers anew.

        Raises Refusal ``municipality.nobody-to-come``, ``municipality.changed-meanwhile``, ``municipality.wrong-state``.
        """

        def work(tx: Transaction) -> None:
            case = cases.notice_at(tx, case_id, version, "asked-around", clerk)
            must_be_awaited(tx, case_id)
            letter = WhereIsMover(case_id=case_id, from_municipality=MunicipalityCode(tenant))
            for city in notices.cities_with_data(tx, case_id):
                papers.ask(tx, case_id, city)
                self._city.post(tx).send(tx, letter, to=city_id(city), case=case_id)
            cases.turn(tx, case, "asked-around", by=clerk.staff_id)

        self._city.act(ASK, work, tenant=tenant, clerk=clerk, case=case_id, way="out")

    def answer(self, tx: Transaction, letter: WhereIsMover, received: Received) -> None:
        """Of a case of that very city; of another's nothing is known here."""
        tx.audit(ASKED.by(case=letter.case_id))
        case = arrivals.find(tx, letter.case_id)
        theirs = case is not None and origin_of(case) in ("", letter.from_municipality)
        where: WhereMover = WHERE[case.state] if case is not None and theirs else "unknown"
        people = arrivals.arrivers(tx, letter.case_id) if theirs else []
        reply = MoverIsHere(
            case_id=letter.case_id, to_municipality=MunicipalityCode(tx.tenant), where=where,
            registered=tuple(one.token for one in people if one.registered),
        )  # fmt: skip
        self._city.post(tx).send(tx, reply, to=received.sender, case=letter.case_id)

    def answered(self, tx: Transaction, letter: MoverIsHere, _: Received) -> None:
        """Kept where it was asked; of a city that was not asked it is of no account."""
        tx.audit(ANSWERED.by(case=letter.case_id))
        papers.answer(tx, letter.case_id, letter.to_municipality, letter.where, letter.registered)
