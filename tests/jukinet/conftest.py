"""A register with three cities and a few people."""

import json
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest
from tests.support.institutions import Institutions

from kazasu.contracts import jukinet as contract
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.carrier.letters import TYP, Post, Received
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.values.numbers import MunicipalityCode, ResidentRecordCode
from kazasu.jukinet import store
from kazasu.jukinet.api import Answers
from kazasu.jukinet.founding import FoundingRegistration, found
from kazasu.jukinet.news import News
from kazasu.jukinet.service import Register

YOKOHAMA, SAPPORO, FUKUOKA = (MunicipalityCode(c) for c in ("141003", "011002", "401307"))
CITIES = (YOKOHAMA, SAPPORO, FUKUOKA)
SINCE = date(2020, 4, 1)
TEST = Access("system:test", "jukinet.test", Text("試験", "Test"))


def person(number):
    return ResidentRecordCode.from_body(f"{number:010d}")


@dataclass
class World:
    """The register from outside: its clients' letters and questions."""

    register: Register
    answers: Answers
    database: object
    clock: object
    institutions: Institutions
    news: News

    def letter(self, handler, letter, city, sent_at=None):
        received = Received(
            "jukinet", f"city:{city}", uuid4(), "MV-test-case", sent_at or self.clock.now()
        )
        self.database.run("test.letter", lambda tx: handler(tx, letter, received))

    def asked(self, who):
        return Asked("jukinet", who, uuid4(), "clerk", Text("転入届", "Moving in"))

    def open(self, who, old=YOKOHAMA, new=SAPPORO, *, token=None, planned=None, expires=None):
        token = token or uuid4()
        letter = contract.TransferOpened(
            token=token,
            case_id="MV-test-case",
            resident_record_code=who,
            from_municipality=old,
            to_municipality=new,
            planned_date=planned or date(2026, 11, 20),
            expires_on=expires or date(2026, 12, 20),
        )
        self.letter(self.register.open_transfer, letter, old)
        return token

    def depart(self, who, token, city=YOKOHAMA, on=date(2026, 11, 20), *, ex_officio=False):
        letter = contract.DepartureEffective(
            token=token, resident_record_code=who, municipality_code=city, on=on, ex_officio=ex_officio
        )  # fmt: skip
        self.letter(self.register.depart, letter, city)

    def change(self, who, what, city=YOKOHAMA, on=date(2026, 11, 1), sent_at=None):
        letter = contract.RegistrationChanged(
            resident_record_code=who, municipality_code=city, what=what, on=on
        )
        self.letter(self.register.change, letter, city, sent_at)

    def consume(
        self, who, token, city=SAPPORO, *, request: UUID | None = None, on=None, by_paper=False
    ):
        """One mover alone. Gives the transfer as it is then."""
        mover = contract.MoverTransfer(
            token=token, request_id=request or uuid4(), resident_record_code=who
        )
        inquiry = contract.ConsumeTransfers(
            movers=(mover,), municipality_code=city, moved_on=on or date(2026, 11, 21), by_paper=by_paper
        )  # fmt: skip
        answer = self.answers.consume_transfers(inquiry, self.asked(f"city:{city}"))
        done = self.transfer(token)
        assert answer.movers == (contract.MoverEpoch(token=token, epoch=done.epoch),)
        assert done.settled_by == f"city:{city}"
        return done

    def give_paper(self, token, city=YOKOHAMA):
        """Gives the state as it then is; None: nobody has opened it."""
        inquiry = contract.OpenForPaper(tokens=(token,))
        answer = self.answers.open_for_paper(inquiry, self.asked(f"city:{city}"))
        return next((one.state for one in answer.movers), None)

    def cancel(self, token, city=YOKOHAMA):
        [state] = self.cancel_all([token], city)
        return state

    def consume_all(self, movers, city=SAPPORO, on=None):
        """``movers``: {person: token}. Gives the epochs."""
        inquiry = contract.ConsumeTransfers(
            movers=tuple(
                contract.MoverTransfer(
                    token=token, request_id=uuid5(NAMESPACE_URL, f"{city}:{token}"),
                    resident_record_code=who,
                )
                for who, token in movers.items()
            ),
            municipality_code=city,
            moved_on=on or date(2026, 11, 21),
        )  # fmt: skip
        answer = self.answers.consume_transfers(inquiry, self.asked(f"city:{city}"))
        return {one.token: one.epoch for one in answer.movers}

    def cancel_all(self, tokens, city=YOKOHAMA):
        """Gives the states as they then are."""
        inquiry = contract.CancelTransfers(tokens=tuple(tokens), request_id=uuid4())
        answer = self.answers.cancel_transfers(inquiry, self.asked(f"city:{city}"))
        return [one.state for one in answer.movers]

    def registrations(self, who):
        """[(city, since, until)] oldest first."""
        rows = self.database.read("test", lambda tx: store.registrations(tx, who), access=TEST)
        return [(r.municipality_code, r.since, r.until) for r in rows]

    def epoch(self, who):
        return self.database.read("test", lambda tx: store.epoch(tx, who), access=TEST)

    def transfer(self, token):
        return self.database.read(
            "test", lambda tx: store.transfer_by_token(tx, token), access=TEST
        )

    def transfer_of(self, who):
        """The last one of this person."""
        return self.database.read("test", lambda tx: store.latest_transfer_of(tx, who), access=TEST)

    def state(self, token):
        return self.transfer(token).state

    def told_to_jpki(self):
        """Number of letters in the outbox to the public-key service."""
        return self.database.read(
            "test", lambda tx: tx.value("SELECT count(*) FROM outbox WHERE recipient = 'jpki'")
        )

    def told_to(self, institution):
        """Bodies of the letters to an institution, a city by its code, opened as it opens them."""
        receiver = self.institutions[
            institution if institution == "jpki" else f"city:{institution}"
        ]
        rows = self.database.read(
            "test",
            lambda tx: tx.column(
                "SELECT sealed FROM outbox WHERE recipient = %s ORDER BY seq", (receiver.id,)
            ),
        )
        return [json.loads(receiver.open(one, TYP, "jukinet")[1])["body"] for one in rows]

    def today(self):
        return today(self.clock)


def make_world(databases, people=8):
    clock = databases.clock
    institutions = Institutions(
        clock, "jukinet", "jpki", "portal", *(f"city:{code}" for code in CITIES)
    )
    database = databases("jukinet")
    databases.founder("jukinet").run(
        "found",
        lambda tx: found(
            tx, [FoundingRegistration(person(n), YOKOHAMA, SINCE) for n in range(people)]
        ),
    )
    news = News(database, Post(institutions["jukinet"], lambda: None))
    register = Register(database, news, institutions.directory)
    answers = Answers(register, database, institutions["jukinet"], clock)
    return World(register, answers, database, clock, institutions, news)


@pytest.fixture
def world(databases):
    return make_world(databases)
