"""Inquiries from both sides: who may ask, once, freshly, recorded before anything leaves."""

from datetime import timedelta
from uuid import UUID

import pytest

from kazasu.contracts.jpki.validation import AddressPerson, SealedPerson
from kazasu.contracts.jukinet import (
    ConsumeTransfers,
    MoverTransfer,
    WhereRegistered,
    WhereRegisteredAnswer,
)
from kazasu.exchange.carrier.inquiries import Answerer, Inquirer
from kazasu.exchange.handles import open_handle, seal_handle
from kazasu.exchange.room import tenant_of
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import MunicipalityCode, ResidentRecordCode
from tests.support.institutions import Institutions

PURPOSE = Text("試験", "test")
PERSON = ResidentRecordCode("24727059608")
NOBODY = define("test.nobody", 404,
    "{who} はいません", "no {who}",
    "確認", "check")  # fmt: skip


class World:
    def __init__(self, databases, clock):
        self.clock = clock
        self.asker_db, self.answerer_db = databases("portal"), databases("jukinet")
        self.institutions = Institutions(clock, "portal", "jukinet", "jpki", "city:141003")
        self.asked = []
        self.sent = []
        handlers = {WhereRegistered: self.handle, ConsumeTransfers: self.consume}
        self.answerer = Answerer(self.answerer_db, handlers, tenant_of, clock)

    def handle(self, inquiry, asked):
        if inquiry.handle == "nobody":
            raise Refusal(NOBODY, who="こと")
        self.asked.append(asked)
        return WhereRegisteredAnswer(
            municipality_code=MunicipalityCode("141003"), since="2020-04-01"
        )

    def consume(self, inquiry, asked):
        self.asked.append(asked)
        raise Refusal(NOBODY, who="札")

    def deliver(self, to, sealed):
        raise NotImplementedError

    def inquire(self, of, sealed):
        self.sent.append(sealed)
        return self.answerer.answer(self.institutions[of], sealed)

    def inquirer(self, who="portal"):
        return Inquirer(self.institutions[who], self.asker_db, tenant_of(who), self, self.clock)

    def log(self, database):
        rows = "SELECT direction || ' ' || peer || ' ' || outcome FROM inquiry_log ORDER BY at"
        return database.read("test", lambda tx: tx.column(rows))


@pytest.fixture
def world(databases, clock):
    return World(databases, clock)


def test_question_and_answer_leave_a_record_on_both_sides(world):
    answer = world.inquirer().ask(WhereRegistered(handle="h"), of="jukinet", purpose=PURPOSE)
    assert answer.municipality_code == "141003"
    assert world.asked[0].asker == "portal"
    assert world.asked[0].purpose == PURPOSE
    assert world.log(world.asker_db) == ["asked jukinet answered"]
    assert world.log(world.answerer_db) == ["answered portal answered"]


def test_the_other_sides_refusal_comes_with_its_code_and_facts(world):
    with pytest.raises(Refusal) as refused:
        world.inquirer().ask(WhereRegistered(handle="nobody"), of="jukinet", purpose=PURPOSE)
    assert refused.value.fault.code == "test.nobody"
    assert refused.value.title.ja == "こと はいません"
    assert world.log(world.answerer_db) == ["answered portal test.nobody"]


def test_who_has_no_basis_gets_nothing(world):
    with pytest.raises(Refusal) as refused:
        world.inquirer("city:141003").ask(
            WhereRegistered(handle="h"), of="jukinet", purpose=PURPOSE
        )
    assert refused.value.fault.code == "exchange.not-allowed-to-ask"
    assert world.asked == []


@pytest.mark.parametrize(
    ("city", "code", "heard"),
    [("011002", "exchange.not-allowed-to-ask", 0), ("141003", "test.nobody", 1)],
)
def test_a_city_asks_in_its_own_name_only(world, city, code, heard):
    mover = MoverTransfer(token=UUID(int=1), request_id=UUID(int=2), resident_record_code=PERSON)
    inquiry = ConsumeTransfers(movers=(mover,), municipality_code=city, moved_on="2026-11-21")
    with pytest.raises(Refusal) as refused:
        world.inquirer("city:141003").ask(inquiry, of="jukinet", purpose=PURPOSE)
    assert refused.value.fault.code == code
    assert len(world.asked) == heard


def test_an_inquiry_is_answered_once_and_only_while_fresh(world):
    world.inquirer().ask(WhereRegistered(handle="h"), of="jukinet", purpose=PURPOSE)
    asker, jukinet = world.institutions["portal"], world.institutions["jukinet"]

    def outcome(sealed):
        return asker.open(world.answerer.answer(jukinet, sealed), "kazasu-answer+jws")[1]

    assert b"exchange.stale-inquiry" in outcome(world.sent[0])
    world.clock.advance(timedelta(minutes=6))
    assert b"exchange.stale-inquiry" in outcome(world.sent[0])
    assert len(world.asked) == 1


def test_what_is_not_handled_is_said(world):
    with pytest.raises(Refusal) as refused:
        world.inquirer().ask(
            AddressPerson(person_ref="p", audience="portal"), of="jukinet", purpose=PURPOSE
        )
    assert refused.value.fault.code == "exchange.unknown-kind"


def test_nobody_is_asked_inside_a_transaction(world):
    with pytest.raises(RuntimeError):
        world.asker_db.run(
            "test",
            lambda _: world.inquirer().ask(
                WhereRegistered(handle="h"), of="jukinet", purpose=PURPOSE
            ),
        )


def test_an_answer_by_somebody_else_is_not_believed(world):
    class Liar(World):
        def inquire(self, of, sealed):
            content = (
                b'{"irt":"%s","iss":"jpki","aud":"portal","answer":{}}' % str(UUID(int=0)).encode()
            )
            return world.institutions["jpki"].seal(content, "kazasu-answer+jws", "portal")

    liar = object.__new__(Liar)
    liar.__dict__ = world.__dict__
    with pytest.raises(Refusal) as refused:
        Inquirer(world.institutions["portal"], world.asker_db, "", liar, world.clock).ask(
            WhereRegistered(handle="h"), of="jukinet", purpose=PURPOSE
        )
    assert refused.value.fault.code == "exchange.bad-signature"


def test_a_handle_opens_for_its_audience_only_and_not_for_long(world):
    handle = seal_handle(world.institutions["jpki"], PERSON, "city:141003", world.clock)
    assert PERSON not in handle
    opened = open_handle(world.institutions["city:141003"], handle, world.clock)
    assert opened.resident_record_code == PERSON
    for institution, code in (("portal", "bad-handle"), ("jukinet", "bad-handle")):
        with pytest.raises(Refusal) as refused:
            open_handle(world.institutions[institution], handle, world.clock)
        assert refused.value.fault.code == f"exchange.{code}"
    forged = seal_handle(world.institutions["portal"], PERSON, "city:141003", world.clock)
    with pytest.raises(Refusal) as refused:
        open_handle(world.institutions["city:141003"], forged, world.clock)
    assert refused.value.fault.code == "exchange.bad-handle"
    world.clock.advance(timedelta(minutes=31))
    with pytest.raises(Refusal) as refused:
        open_handle(world.institutions["city:141003"], handle, world.clock)
    assert refused.value.fault.code == "exchange.stale-handle"


def test_sealed_person_is_all_that_identity_gets():
    assert set(SealedPerson.model_fields) == {"handle"}
