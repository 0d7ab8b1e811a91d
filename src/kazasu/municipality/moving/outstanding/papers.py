"""転出証明書 on paper: given at the old city's desk, given again, and asked for by the city where somebody brings it.

The card's way (特例転入) ends; the paper has no last day (住民基本台帳法施行令 23条・24条). Issued again it says what it said at first, and the
one before holds no more (標準仕様書 4.1.3.0.3).
"""

import json
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from kazasu.contracts.jukinet import OpenForPaper
from kazasu.contracts.municipality import MoveNotice, PaperDataAnswer, RequestDataByPaper
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.room import tenant_of
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values import readable
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.visible import seen
from kazasu.kit import periods
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.faults import UNKNOWN_CASE
from kazasu.municipality.hall.model import CASES, Clerk
from kazasu.municipality.moving import hiding
from kazasu.municipality.moving.faults import NOBODY_TO_COME, PAPER_NOT_HEARD
from kazasu.municipality.moving.model import OUT_DESK, PAPERS, Leaver, MovingOut
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.service.departures import Departures, as_accepted
from kazasu.municipality.moving.store import notices, papers
from kazasu.municipality.moving.store.papers import Paper
from kazasu.municipality.register import protection
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import REASON_NEEDED
from kazasu.municipality.register.model import address_of
from kazasu.municipality.register.relationships import mover_of
from kazasu.municipality.register.veiling import Because

ISSUING: Final = Text("転出証明書（紙）の交付", "Issuing a paper certificate of moving out")
AWAIT: Final = desk("moving-out.await-paper", ISSUING, role="counter")
ISSUE: Final = desk("moving-out.issue-paper", ISSUING, role="counter", reasoned=True)
PRINT: Final = desk("moving-out.print-paper", Text("転出証明書の印字", "Printing a certificate of moving out"), role=CASES)  # fmt: skip
BY_PAPER: Final = action("municipality.moving-out.send-by-paper", "institution", shows="found")
HOW_TO_USE: Final = Text(
    "新しい市区町村の窓口へお持ちください。本人を確認できるものも必要です。期限はありませんが、引っ越したら早めに届け出てください",
    "Bring it to the counter of your new city, with something that shows who you are. It has no last day; give notice soon after you move",
)


class PaperDesk:
    """転出証明書."""

    def __init__(self, city: CityContext) -> None:
        self._city = city
        self._departures = Departures(city)

    def issue(self, tenant: str, clerk: Clerk, case_id: str, version: int, because: str) -> str:
        """Give those who have not arrived a paper, after the network has opened their transfers for it. Returns its number.

        The network is asked first: who is cancelled or has arrived meanwhile gets none. Dying between the two leaves a transfer that
        is open to a paper which nobody has; pressed again it is given.

        Raises Refusal ``municipality.reason-needed``, ``municipality.nobody-to-come``, ``municipality.paper-not-heard``,
        ``municipality.changed-meanwhile``, ``kit.not-your-role``.
        """
        if not seen(because):
            raise Refusal(REASON_NEEDED)

        def waiting(tx: Transaction) -> list[Leaver]:
            cases.notice_at(tx, case_id, version, "paper-issued", clerk)
            return must_be_awaited(tx, case_id)

        tokens = [
            one.token
            for one in self._city.act(
                AWAIT, waiting, tenant=tenant, clerk=clerk, case=case_id, way="out"
            )
        ]
        answer = self._city.inquirer(tenant).ask(
            OpenForPaper(tokens=tuple(tokens)), of="jukinet", purpose=ISSUING
        )
        if len(answer.movers) < len(tokens):
            raise Refusal(PAPER_NOT_HEARD)
        opened = {one.token for one in answer.movers if one.state == "OPEN"}

        def work(tx: Transaction) -> str:
            case = cases.notice_at(tx, case_id, version, "paper-issued", clerk)
            going = [one for one in must_be_awaited(tx, case_id) if one.token in opened]
            if not going:
                raise Refusal(NOBODY_TO_COME)  # the network's word of it is on its way here
            number = give(tx, case, going, clerk)
            cases.turn(tx, case, "paper-issued", by=clerk.staff_id)
            casework_store.write(tx, "out", case_id, clerk.staff_id, "note", because)
            self._city.send_progress(tx, case_id, "paper-issued", OUT_DESK, HOW_TO_USE)
            return number

        return self._city.act(
            ISSUE, work, tenant=tenant, clerk=clerk, case=case_id, way="out", reason=because
        )

    def to_print(self, tenant: str, clerk: Clerk, case_id: str) -> tuple[Paper, Because]:
        """The one that holds now, and why its places are hidden. Raises Refusal ``municipality.unknown-case``, ``municipality.case-held``."""

        def work(tx: Transaction) -> tuple[Paper, Because]:
            case = cases.notice(tx, case_id)
            found = papers.of_case(tx, case_id)
            if not found:
                raise Refusal(UNKNOWN_CASE)
            ids = register_store.residents_of_members(tx, case.notice["member_ids"])
            movers = register_store.several(tx, ids)
            return found[-1], hiding.of_notice(movers, protection.around(tx, movers))

        return self._city.act(PRINT, work, tenant=tenant, clerk=clerk, case=case_id, way="out")

    def send_by_paper(self, inquiry: RequestDataByPaper, asked: Asked) -> PaperDataAnswer:
        """A mover brings the paper to another city's counter: the data of all of it who have not arrived follow there."""
        tenant, to = tenant_of(asked.institution), tenant_of(asked.asker)

        def work(tx: Transaction) -> PaperDataAnswer:
            paper = papers.find(tx, readable.as_given(inquiry.number, PAPERS))
            if paper is None:
                return PaperDataAnswer(outcome="unknown")
            if papers.of_case(tx, paper.case_id)[-1].number != paper.number:
                return PaperDataAnswer(outcome="replaced")
            going = [one for one in notices.leavers(tx, paper.case_id) if one.on_the_way]
            if not going or to == tenant:
                return PaperDataAnswer(outcome="over")
            self._departures.send_data(tx, going[0], to, paper.number)
            return PaperDataAnswer(outcome="sent", case_id=paper.case_id)

        return self._city.answer(BY_PAPER, work, asked)


def must_be_awaited(tx: Transaction, case_id: str) -> list[Leaver]:
    """Those of an accepted notice who have not arrived. Raises Refusal ``municipality.nobody-to-come``."""
    if found := [one for one in notices.leavers(tx, case_id) if one.on_the_way]:
        return found
    raise Refusal(NOBODY_TO_COME)


def give(tx: Transaction, case: MovingOut, going: Sequence[Leaver], clerk: Clerk) -> str:
    """Write the next paper of this notice: the first as the register is now, another one as the first was. Returns its number."""
    before = papers.of_case(tx, case.case_id)
    paper = Paper(
        readable.new(PAPERS), case.case_id, len(before) + 1,
        before[0].content if before else _content(tx, case, going),
        case.applicant_id, civil(tx.now), clerk.staff_id,
    )  # fmt: skip
    papers.add(tx, paper)
    return paper.number


def _content(tx: Transaction, case: MovingOut, going: Sequence[Leaver]) -> dict[str, Any]:
    """What is printed (住民基本台帳法施行令 23条2項), but for the individual number: it goes by the letter, between the cities alone."""
    notice = MoveNotice.model_validate(case.notice)
    tokens: dict[str, UUID] = {one.resident_id: one.token for one in going}
    people, head = as_accepted(tx, case, register_store.several(tx, list(tokens)))
    return {
        "old_address": address_of(people[0], MunicipalityCode(tx.tenant)).line,
        "new_address": notice.new_address.line,
        "planned_on": notice.move_date.isoformat(),
        "ex_officio": bool(case.ex_officio),
        "special": not case.for_paper
        and periods.transfer_usable_until(notice.move_date) >= civil(case.decided_at or tx.now),
        "people": [
            json.loads(
                mover_of(one, tokens[one.resident_id], head).model_dump_json(
                    exclude={"individual_number", "token"}
                )
            )
            for one in people
        ],
    }
