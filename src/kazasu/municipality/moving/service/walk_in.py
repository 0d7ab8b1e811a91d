"""A mover who stands at another city's desk than planned, or brings a paper certificate: the data are sent here."""

from typing import Final

from kazasu.contracts.jukinet import TRANSFER_UNKNOWN, OpenTransferOf
from kazasu.contracts.municipality import (
    CertificateDataAnswer,
    PaperDataAnswer,
    RequestCertificateData,
    RequestDataByPaper,
)
from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values import readable
from kazasu.kit.openid import Person
from kazasu.municipality.hall.context import CityContext, city_id, desk
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import Way
from kazasu.municipality.moving.faults import (
    DOCUMENT_NEEDED,
    LEAVES_THIS_CITY,
    NO_DEPARTURE,
    NOBODY_TO_COME,
    OLD_CITY_UNKNOWN,
    PAPER_NEEDED,
    PAPER_REPLACED,
    PAPER_UNKNOWN,
)
from kazasu.municipality.moving.model import IN_DESK, PAPERS, to_come
from kazasu.municipality.moving.rules import places
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import arrivals

WALKING_IN: Final = Text("予定と違う市での転入の確認", "A mover at another city than planned")
FETCH: Final = desk(
    "arrival.walk-in", WALKING_IN, role="counter", shows="nobody",
    why="nothing of this city's is read: the network and the old city are asked, and record whom they name",
)  # fmt: skip

PAPER_ROUTE: Final = Text("紙の転出証明書での転入の受付", "An arrival with a paper certificate")
BY_PAPER: Final = desk(
    "arrival.by-paper", PAPER_ROUTE, role="counter", shows="nobody",
    why="nothing of this city's is read: the old city is asked by the paper's number, and records whom it names",
)  # fmt: skip
DOCUMENT: Final = desk("arrival.documents", PAPER_ROUTE, role="counter")


class PaperCounter:
    """転入, with a paper certificate of moving out: without a card, or after the card's way is over."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def fetch(
        self, tenant: str, clerk: Clerk, number: str, old_city: str, case_id: str = ""
    ) -> str:
        """Ask the city that issued the paper for its data, which come by letter. Returns the case's number.

        Args:
            old_city: its name or code, as it stands on the paper.
            case_id: on whose page the number was typed; empty: on none.

        Raises Refusal ``kit.not-your-role``, ``municipality.case-held``, ``municipality.old-city-unknown``, ``municipality.leaves-this-city``,
        ``municipality.paper-unknown``, ``municipality.paper-replaced``, ``municipality.nobody-to-come``.
        """
        way: Way | None = "in" if case_id else None
        self._city.act(BY_PAPER, lambda _: None, tenant=tenant, clerk=clerk, case=case_id, way=way)  # fmt: skip
        code = places.named(self._city.directory, old_city)
        if not code:
            raise Refusal(OLD_CITY_UNKNOWN, area=old_city.strip())
        if code == tenant:
            raise Refusal(LEAVES_THIS_CITY)
        inquiry = RequestDataByPaper(number=readable.as_given(number, PAPERS))
        answer = self._city.inquirer(tenant).ask(inquiry, of=city_id(code), purpose=PAPER_ROUTE)
        return self._sent(answer, code)

    def _sent(self, answer: PaperDataAnswer, code: str) -> str:
        if answer.outcome == "sent" and answer.case_id is not None:
            return answer.case_id
        if answer.outcome == "replaced":
            raise Refusal(PAPER_REPLACED)
        if answer.outcome == "over":
            raise Refusal(NOBODY_TO_COME)
        name = self._city.entry(code).name
        raise Refusal(PAPER_UNKNOWN, municipality_ja=name.ja, municipality_en=name.en)

    def identify(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, who: str, document: str
    ) -> None:
        """One of the movers stands at the counter without a card: by which document the clerk knows is kept.

        Raises Refusal ``municipality.paper-needed``, ``municipality.document-needed``, ``municipality.changed-meanwhile``,
        ``municipality.wrong-state``.
        """

        def work(tx: Transaction) -> None:
            case = cases.arrival_at(tx, case_id, version, "shown-documents", clerk)
            if not case.paper:
                raise Refusal(PAPER_NEEDED)
            people = {str(one.token): one for one in to_come(arrivals.arrivers(tx, case_id))}
            if who not in people or document not in DOCUMENTS:
                raise Refusal(DOCUMENT_NEEDED)
            visit = {
                "token": who, "name": people[who].mover.name, "clerk": clerk.staff_id,
                "at": tx.now.isoformat(), "compared": [], "document": document,
            }  # fmt: skip
            cases.take_up(tx, case_id, clerk)
            cases.turn(tx, case, "shown-documents", by=clerk.staff_id, visit=visit)
            self._city.send_progress(tx, case_id, "visited", IN_DESK)

        self._city.act(DOCUMENT, work, tenant=tenant, clerk=clerk, case=case_id, way="in")


class WalkInDesk:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def fetch(self, tenant: str, clerk: Clerk, person: Person) -> CertificateDataAnswer:
        """Ask the network for the visitor's open transfer, then the city that they left for the data.

        Nothing of this city's is read or written: the certificate comes by letter. Returns whether the
        old city sends it, and by which case.

        Raises Refusal ``kit.not-your-role``, ``municipality.no-departure``, ``municipality.leaves-this-city``: it is this one.
        """
        self._city.act(FETCH, lambda _: None, tenant=tenant, clerk=clerk)
        code = self._city.record_code(tenant, person.resident_handle)
        inquirer = self._city.inquirer(tenant)
        try:
            transfer = inquirer.ask(
                OpenTransferOf(resident_record_code=code), of="jukinet", purpose=WALKING_IN
            )
        except Refusal as refusal:
            if refusal.fault.code != TRANSFER_UNKNOWN:
                raise
            raise Refusal(NO_DEPARTURE) from refusal
        if transfer.from_municipality == tenant:
            raise Refusal(LEAVES_THIS_CITY)
        request = RequestCertificateData(token=transfer.token, resident_record_code=code)
        old_city = city_id(transfer.from_municipality)
        return inquirer.ask(request, of=old_city, purpose=WALKING_IN)
