"""Two cities, the portal, J-LIS: the move by calls instead of pages, for rules, races and crashes.

Everything is real but the browser: the portal's own sending, the city's own desks, letters through
outbox and inbox, inquiries signed and sealed, PostgreSQL.
"""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from psycopg import connect

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.contracts.base import FourAttributes
from kazasu.contracts.municipality import Address, HoldVisit
from kazasu.exchange.carrier.inquiries import Asked, Inquirer
from kazasu.exchange.handles import seal_handle
from kazasu.exchange.keys import encrypt
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import next_open
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.jpki.issuing.model import Order
from kazasu.jpki.services import services
from kazasu.jukinet import founding as jukinet
from kazasu.kit.openid import Person, Signature, digest_of
from kazasu.municipality.cards.service import CardDesk
from kazasu.municipality.moving.entering import EnteredPerson, Entry
from kazasu.municipality.moving.service.arrivals import ArrivalDesk
from kazasu.municipality.moving.service.departures import Departures
from kazasu.municipality.moving.service.expecting import ExpectedArrivals
from kazasu.municipality.moving.service.moving_out import MovingOutDesk
from kazasu.municipality.moving.service.registering import Registering
from kazasu.municipality.moving.service.visits import VisitDesk
from kazasu.municipality.moving.store import arrivals, notices
from kazasu.municipality.register import relationships
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.heads import kin_of
from kazasu.municipality.register.model import address_of
from kazasu.portal.access.looking import Looking
from kazasu.portal.home import waiting
from kazasu.portal.move.answers import Answers, Member, notice_of
from kazasu.portal.move.document import document_of
from kazasu.portal.service import Moves
from kazasu.portal.store import Draft, draft, save_draft
from tests.support import pki
from tests.support.city import CLERK, NAMES, NEW, OLD, SINCE, TEST, City, code_of, reading


class Town(City):
    """A country of two cities, with the portal, the network and the certification service."""

    def __init__(self, databases, clock, households=1, size=2, protected=False, *, founded=False):
        """``founded``: open a country that is there already, as after a restart."""
        rooms = ("jpki", "jukinet", "municipality", "portal")
        super().__init__(
            databases, clock, households, size, protected, founded=founded, rooms=rooms
        )
        process, city = self.street.process, self.city
        self.visits = VisitDesk(city)
        self.out = MovingOutDesk(city)
        self.departures = Departures(city)
        self.expected = ExpectedArrivals(city, self.visits)
        self.arrivals = ArrivalDesk(city)
        self.registering = Registering(city)
        self.cards = CardDesk(city)
        self.portal = Moves(self.street.house("portal"))
        self.looking = Looking(self.street.house("portal"), self.portal)
        self.jpki = services(
            databases("jpki"), pki.authorities(clock), process.institution("jpki"), clock
        )

    def _found(self, residents):
        super()._found(residents)
        for code, rows in residents.items():
            self.databases.founder("jukinet").run(
                "found",
                lambda tx, rows=rows, code=code: jukinet.found(
                    tx,
                    [
                        jukinet.FoundingRegistration(
                            r.record_code, code, SINCE, r.individual_number
                        )
                        for r in rows
                    ],
                ),
            )

    # ------------------------------------------------------------ the resident

    def sign_in_key(self, resident, key=2, authentication=None):
        """A signing certificate for somebody, and one for signing in where a key of it is given. Returns the former's DER."""
        attributes = FourAttributes(
            name=resident.name, address=resident.address.line, birth_date=resident.birth_date,
            sex={"男": "1", "女": "2"}[resident.sex],
        )  # fmt: skip
        issued = self.jpki.issuing.issue(
            Order(
                card_id=f"{int(resident.resident_id):015d}",
                resident_record_code=resident.record_code,
                municipality_code=OLD,
                prefecture="Kanagawa-ken",
                city="Yokohama-shi",
                attributes=attributes,
                name_flags="0" * len(attributes.name),
                address_flags="0" * len(attributes.address),
                issued_on=date(2025, 6, 1),
                card_expires_on=date(2035, 4, 1),
                authentication_key=authentication,
                signing_key=pki.public(key),
            )
        )
        return issued.signing

    def submit(self, household=1, movers=None, *, moves_on=None, to=NEW, key=2, revision=1,
               case_id="", starts="09:00", tamper=False, meanwhile=None, visit_in=1):  # fmt: skip
        """Draft, hold, signature, letters: as the portal does it. Gives the case's number.

        ``meanwhile``: answers that are changed in another tab while the card signs.
        """
        everybody = self.members(household)
        going = everybody if movers is None else [everybody[m] for m in movers]
        applicant = going[0]
        case_id = case_id or f"MV-{uuid4().hex[:16]}"
        refs = self._references(everybody)
        visit = next_open(today(self.clock) + timedelta(days=visit_in))
        moves_on = moves_on or today(self.clock)
        answers = Answers(
            origin=OLD, old_address=applicant.address.line, head_name=everybody[0].name,
            together=True,
            members=tuple(
                Member(refs[m.resident_id], m.name, m.kana, m.birth_text, m.relationship,
                       m is applicant, True)
                for m in everybody
            ),
            chosen=tuple(refs[m.resident_id] for m in going), new_head=going[0].name,
            prefecture=NAMES[to][1], city=f"{NAMES[to][0]}中央区", town="大通", block="１番地",
            destination=to, move_date=moves_on.isoformat(), office="hall", office_ja="本庁",
            office_en="Hall", visit_date=visit.isoformat(), visit_starts=starts,
        )  # fmt: skip
        hold = self.hold(case_id, visit, starts, to)
        answers = replace(answers, hold_id=str(hold.hold_id))
        resident = f"sub-{household}"
        draft = Draft(case_id, revision, answers)
        self._keep(resident, draft)
        document = _written(draft)
        certificate = pki.b64(self._certificate(applicant, key)).encode()
        end = b" " if tamper else b""
        signature = Signature(
            value=pki.b64(pki.sign(key, document)),
            signed_at=self.clock.now(),
            certificates={
                who: encrypt(certificate, who, self.street.directory)
                for who in (f"city:{OLD}", f"city:{to}")
            },
            digest=digest_of(document + end),
        )
        if meanwhile:
            self._keep(resident, replace(draft, answers=replace(answers, **meanwhile)))
        self.portal.send(
            resident, case_id, lambda draft: _written(draft) + end, signature, revision
        )
        return case_id

    def sent(self, case_id):
        """How often it was sent, and the telephone number of its draft."""
        sql = "SELECT (SELECT count(*) FROM move WHERE case_id = %s)"
        count = self.street.databases("portal").read(
            "test.sent", lambda tx: tx.value(sql, (case_id,)), access=reading()
        )
        found = self.street.databases("portal").read(
            "test.draft", lambda tx: draft(tx, "sub-1"), access=reading()
        )
        return count, found.answers.phone

    def _keep(self, resident, draft):
        self.street.databases("portal").run(
            "test.draft", lambda tx: save_draft(tx, resident, draft), access=reading()
        )

    def _certificate(self, resident, key):
        """Issued once for each key, even over a restart."""
        known = self.databases.__dict__.setdefault("issued", {})
        if key not in known:
            known[key] = self.sign_in_key(resident, key)
        return known[key]

    def _references(self, residents):
        return self.databases("municipality").run(
            "test.members",
            lambda tx: {
                r.resident_id: register_store.member_id(tx, r.resident_id) for r in residents
            },
            tenant=OLD,
            access=reading(),
        )

    def hold(self, case_id, on, starts="09:00", city=NEW):
        inquiry = HoldVisit(case_id=case_id, office_id="hall", date=on, starts=starts)
        return self.visits.hold(inquiry, asked("portal", f"city:{city}"))

    # ------------------------------------------------------------ the desks

    def out_case(self, case_id):
        return self._read(OLD, lambda tx: notices.find(tx, case_id))

    def arrival(self, case_id, city=NEW):
        return self._read(city, lambda tx: arrivals.find(tx, case_id))

    def people(self, case_id, city=NEW):
        return self._read(city, lambda tx: arrivals.arrivers(tx, case_id))

    def accept(self, case_id, clerk=CLERK, new_head="", related=None, because="本人の申出"):
        """``related``: 続柄 of the others who stay to the new head; without it what follows for certain, else a lodger's."""
        case = self.out_case(case_id)
        if related is None:
            related = self.stand_to(new_head)
        self.out.accept(
            OLD, clerk, case_id, case.version, new_head, related=related, related_because=because
        )

    def stand_to(self, head, city=OLD):
        """The others of a household, as they would stand to this one of them: certain or, for a test, a lodger."""
        if not head:
            return {}

        def work(tx):
            new = register_store.by_id(tx, head)
            members = register_store.household(tx, new.household_number)
            return {
                one.resident_id: relationships.standing(kin_of(new), "男", kin_of(one)).relationship
                or "同居人"
                for one in members
                if one.resident_id != head
            }

        return self._read(city, work)

    def visit(self, case_id, number=10, city=NEW, **changes):
        """Person ``number`` holds their card at the desk."""
        person = self.holding(number, city, **changes)
        return self.arrivals.receive_visitor(
            city, CLERK, case_id, self.arrival(case_id, city).version, person
        )

    def holding(self, number, city=NEW, **changes):
        """Person ``number`` with their card at the reader of a city's desk."""
        institution = self.street.process.institution("jpki")
        found = self.by_code.get(code_of(number))
        handle = seal_handle(institution, code_of(number), f"city:{city}", self.clock)
        facts = {
            "name": found.name if found else "他人",
            "address": found.address.line if found else "",
            "birth_date": found.birth_date if found else date(2000, 1, 1),
            "sex": {"男": "1", "女": "2"}[found.sex] if found else "1",
        } | changes
        return Person(
            subject="s", acr="aal3", amr=(), auth_time=self.clock.now(), access_token="",
            access_until=self.clock.now(), id_token="", resident_handle=handle, **facts,
        )  # fmt: skip

    def enter(self, case_id, city=NEW, **changes):
        """``changes``: of the entry. Who joins a household lives where it does, and an address elsewhere is said."""
        people = self.people(case_id, city)
        entry = Entry(
            moved_on=today(self.clock),
            address=self.elsewhere(city),
            people=tuple(
                EnteredPerson(p.token, True, p.mover.relationship, p.mover.relationship == "世帯主")
                for p in people
            ),
            because="本人の申出",
        )  # fmt: skip
        if (joins := changes.get("joins_household")) and "address" not in changes:
            changes["address"] = self.home_of(joins, city)
        self.arrivals.enter(
            city, CLERK, case_id, self.arrival(case_id, city).version, replace(entry, **changes)
        )

    def home_of(self, household, city=NEW):
        """The address of a household; of one that nobody lives in, some address of the city."""
        members = self._read(city, lambda tx: register_store.household(tx, household))
        if members:
            return address_of(members[0], MunicipalityCode(city))
        return self.elsewhere(city)

    @staticmethod
    def elsewhere(city=NEW, block="１番地"):
        """An address of the city where nobody lives."""
        name, prefecture, *_ = NAMES[city]
        return Address(
            municipality_code=MunicipalityCode(city), prefecture=prefecture,
            city=f"{name}{'中区' if city == OLD else '中央区'}", town="大通", block=block,
        )  # fmt: skip

    def register(
        self, case_id, city=NEW, care="", named=(), related=None, left_out="別の日に来る", **changes
    ):
        """``changes``: what the page says otherwise than was entered."""
        if related is None:
            related = self.stand_to(named[0], city) if named and city == OLD else {}
        case = self.arrival(case_id, city)
        shown = replace(entered(case), **changes)
        self.registering.register(
            city, CLERK, case_id, case.version, shown, care, named, related, left_out, "本人の申出"
        )

    def to_the_desk(self, **more):
        """Submitted, accepted, arrived at the new city, visitor identified."""
        case = self.submit(**more)
        self.settle()
        self.accept(case)
        self.settle()
        self.clock.set(self.clock.now() + timedelta(days=1))
        self.settle()
        self.visit(case, self.applicant(more.get("household", 1)))
        return case

    @staticmethod
    def applicant(household):
        return household * 10

    def moved(self, **more):
        case = self.to_the_desk(**more)
        self.enter(case)
        self.register(case)
        self.settle()
        return case

    def first_page(self, household=1):
        """What waits on the portal's first page for who gives the notices of a household."""
        return waiting(None, self.portal.moves(f"sub-{household}"), today(self.clock))

    def broken(self):
        """Invariants that do not hold, with what breaks them; of all rooms, by their own tables."""
        rooms = ("jpki", "jukinet", "municipality", "portal")
        connections = [connect(self.databases.url(room)) for room in rooms]
        try:
            sight = CheckerView(connections)
            found = {
                i.name: sorted(i.violations(sight)) for i in INVARIANTS if i.can_be_seen(sight)
            }
        finally:
            for connection in connections:
                connection.close()
        return {name: what for name, what in found.items() if what}

    def between(self, monkeypatch, kind, act):
        """Do ``act`` once, right after the first inquiry of this kind was answered: what a second thread could do just then."""
        ask, waiting = Inquirer.ask, [act]

        def asked(inquirer, inquiry, **more):
            answer = ask(inquirer, inquiry, **more)
            if inquiry.kind == kind.kind and waiting:
                waiting.pop()()
            return answer

        monkeypatch.setattr(Inquirer, "ask", asked)

    def states(self, number):
        """Where a person is: their record's state in each city."""
        return {
            city: found.state if (found := self.resident(number, city)) else None
            for city in (OLD, NEW)
        }


def entered(case):
    """The entry of a case, as its page shows it."""
    empty = {"municipality_code": NEW, "prefecture": "", "city": "", "town": ""}
    kept = case.entry or {"address": empty, "people": [], "joins_household": ""}
    return Entry(
        moved_on=case.moved_on,
        address=Address.model_validate(kept["address"]),
        people=tuple(
            EnteredPerson(UUID(one["token"]), True, one["relationship"], one["is_head"])
            for one in kept["people"]
        ),
        joins_household=kept["joins_household"],
        because=kept.get("because", ""),
    )


def asked(asker, institution):
    return Asked(institution, asker, uuid4(), "system", TEST)


def _written(draft):
    """What the portal has signed."""
    return document_of(notice_of(draft.case_id, draft.answers), draft.answers, {})
