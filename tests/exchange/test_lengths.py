"""What can be sealed can be opened: one limit, met by who sends and never by who receives."""

import pytest

from kazasu.contracts.accesses import AccessesOf
from kazasu.contracts.base import AccessEntry, AccessList
from kazasu.contracts.municipality import WithdrawMove
from kazasu.exchange import keys
from kazasu.exchange.carrier.inquiries import Answerer, Inquirer
from kazasu.exchange.carrier.letters import Post
from kazasu.exchange.room import tenant_of
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from tests.support.institutions import Institutions

TYP = "kazasu-test+jws"


@pytest.fixture
def institutions(clock):
    return Institutions(clock, "portal", "jukinet", "city:141003")


@pytest.fixture
def narrow(monkeypatch):
    """A limit that a test reaches in no time."""
    monkeypatch.setattr(keys, "MOST_SEALED", 20_000)


@pytest.mark.parametrize("length", [40_000, 128_001, 1_000_000, 2_200_000])
def test_all_that_is_sealed_is_opened(institutions, length):
    payload = b"x" * length
    sealed = institutions["portal"].seal(payload, TYP, "jukinet")
    assert institutions["jukinet"].open(sealed, TYP) == ("portal", payload)


def test_what_is_not_opened_is_not_sealed(institutions):
    portal, jukinet = institutions["portal"], institutions["jukinet"]
    longest = len(portal.seal(b"x" * 2_200_000, TYP, "jukinet"))
    assert longest <= keys.MOST_SEALED < longest * 1.03, "the longest message is nearly reached"
    with pytest.raises(Refusal) as refused:
        portal.seal(b"x" * 2_260_000, TYP, "jukinet")
    assert refused.value.fault.code == "exchange.too-large"
    assert jukinet.open(portal.seal(b"x", TYP, "jukinet"), TYP)[1] == b"x"


def test_who_was_sent_more_says_so(institutions):
    sealed = institutions["portal"].seal(b"x", TYP, "jukinet")
    with pytest.raises(Refusal) as refused:
        institutions["jukinet"].open(sealed + "x" * keys.MOST_SEALED, TYP)
    assert refused.value.fault.code == "exchange.too-large"


def test_a_letter_too_large_takes_its_change_with_it(databases, institutions, narrow):
    database = databases("portal")
    post = Post(institutions["portal"], lambda: None)
    letter = WithdrawMove.model_construct(
        case_id="MV-00000007", reason="x" * 30_000, at=database.clock.now()
    )

    def work(tx):
        tx.execute("CREATE TEMPORARY TABLE changed ON COMMIT PRESERVE ROWS AS SELECT 1 AS n")
        post.send(tx, letter, to="city:141003", case="MV-00000007")

    with pytest.raises(Refusal) as refused:
        database.run("test.send", work)
    assert refused.value.fault.code == "exchange.too-large"
    left = "SELECT count(*) FROM outbox"
    assert database.read("test", lambda tx: tx.value(left)) == 0


def test_an_answer_too_large_is_a_refusal_of_the_answerer(databases, institutions, clock, narrow):
    entry = AccessEntry(at=clock.now(), institution="jukinet", actor="x" * 100, action="a",
                        purpose_ja="x", purpose_en="x", record_id="1")  # fmt: skip
    answerer = Answerer(
        databases("jukinet"),
        {AccessesOf: lambda inquiry, asked: AccessList(entries=(entry,) * 100)},
        tenant_of,
        clock,
    )

    class Line:
        def inquire(self, of, sealed):
            return answerer.answer(institutions[of], sealed)

    asker = Inquirer(institutions["portal"], databases("portal"), "", Line(), clock)
    with pytest.raises(Refusal) as refused:
        asker.ask(AccessesOf(handle="h"), of="jukinet", purpose=Text("試験", "test"))
    assert refused.value.fault.code == "exchange.too-large"
    outcomes = [
        databases(room).read("test", lambda tx: tx.value("SELECT outcome FROM inquiry_log"))
        for room in ("portal", "jukinet")
    ]
    assert outcomes == ["exchange.too-large"] * 2
