"""Who looked, as the portal gathers it: everybody is asked, and who is down is named and costs nobody else's answer."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from kazasu.contracts.base import AccessEntry
from kazasu.exchange.faults import UNREACHABLE
from kazasu.exchange.handles import seal_handle, seal_subject
from kazasu.exchange.street import institution, street
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.portal.access import looks
from kazasu.portal.pages.accesses import Accesses, PeriodForm
from tests.support.town import CLERK, NEW, OLD, Town, code_of


def test_everybody_answers_or_is_named(databases, clock):
    town = Town(databases, clock)
    case = town.submit()
    town.settle()
    town.out.look(OLD, CLERK, case)
    process = town.street.process

    def handle_for(audience):
        kind = audience.partition(":")[0]
        if institution(kind).by_record_code:
            return seal_handle(process.institution("jpki"), code_of(10), audience, clock)
        raise AssertionError(
            f"{audience} is opened by no process here, so nobody can name a person to it"
        )

    page = town.looking.accesses("sub-1", handle_for)
    entries, silent = page.entries, page.silent
    answered = {entry.institution for entry in entries}
    assert {"portal", "jukinet", f"city:{OLD}"} <= answered
    assert "municipality.out.case" in {entry.action for entry in entries}
    assert [entry.at for entry in entries] == sorted((e.at for e in entries), reverse=True)
    keepers = {one.id for one in street() if not one.stateless and not one.by_record_code}
    assert set(silent) == keepers - {"portal"}


def test_one_that_is_down_costs_no_others_answer(databases, clock, monkeypatch):
    town = Town(databases, clock)
    case = town.submit()
    town.settle()
    town.out.look(OLD, CLERK, case)
    process = town.street.process
    way = town.looking._inquirer._transport

    class WithoutJpki:
        def inquire(self, to, sealed):
            if to == "jpki":
                raise Refusal(UNREACHABLE)
            return way.inquire(to, sealed)

    monkeypatch.setattr(town.looking._inquirer, "_transport", WithoutJpki())

    def handle_for(audience):
        if institution(audience.partition(":")[0]).by_record_code:
            return seal_handle(process.institution("jpki"), code_of(10), audience, clock)
        return seal_subject(process.institution("jpki"), "sub", audience, clock)

    page = town.looking.accesses("sub-1", handle_for)
    entries, silent = page.entries, page.silent
    assert "jpki" in silent
    assert {f"city:{OLD}", "jukinet"} <= {entry.institution for entry in entries}
    assert f"city:{NEW}" not in silent


def test_who_moved_in_anothers_notice_reads_what_the_city_they_left_did(databases, clock):
    """They have no notice of their own, and are registered elsewhere today: the network knows where they were."""
    town = Town(databases, clock)
    town.moved()
    process = town.street.process

    def handle_for(audience):
        if institution(audience.partition(":")[0]).by_record_code:
            return seal_handle(process.institution("jpki"), code_of(11), audience, clock)
        return seal_subject(process.institution("jpki"), "sub", audience, clock)

    found = town.looking.accesses("sub-who-sent-nothing", handle_for).entries
    assert {f"city:{OLD}", f"city:{NEW}"} <= {one.institution for one in found}


def looked(second, institution="jpki", action="jpki.status.read", actor="institution:bank"):
    at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=second)
    return AccessEntry(
        at=at, institution=institution, actor=actor, action=action, purpose_ja="試験", purpose_en="Test",
        record_id=str(second),
    )  # fmt: skip


@given(st.lists(st.lists(st.integers(0, 10_000), unique=True, max_size=30), max_size=4))
def test_every_record_is_on_exactly_one_page(kept):
    """However many one institution has: what is older stands on a later page."""
    rooms = [sorted(map(looked, one), key=lambda row: row.at, reverse=True) for one in kept]
    with patch.object(looks.audit, "MOST_ACCESSES", 5):
        pages, before = [], None
        while True:
            answers = [[r for r in one if before is None or r.at < before][:5] for one in rooms]
            page = looks.merged(answers, [])
            pages += page.entries
            before = page.older
            if before is None:
                break
    assert pages == sorted(pages, key=lambda row: row.at, reverse=True)
    assert sorted(r.at for r in pages) == sorted(r.at for one in rooms for r in one)


@pytest.mark.parametrize(
    "action",
    [
        "exchange.accesses.read", "jpki.own-cards.read", "identity.handle.issue", "identity.handle.subject",
        "jpki.person.address",
    ],
)  # fmt: skip
def test_what_the_portal_asks_for_its_reader_is_nobody_elses_look(action):
    """Opening the page told the bank who they are, though they have no account there: that is the page's own question."""
    asked = looked(1, institution="identity", action=action, actor="institution:portal")
    (day,) = looks.by_day([asked])
    assert [(len(one.others), len(one.own), one.asked) for one in day.groups] == [(0, 0, [asked])]
    assert looks.is_own(asked)
    assert not looks.is_own(looked(1, action=action, actor="institution:bank"))
    assert not looks.is_own(looked(1, actor="institution:portal"))


def test_a_day_folds_ones_own_clicks_and_puts_others_first():
    rows = [
        looked(9, institution="bank", actor="customer"),
        looked(8, institution="jpki"),
        looked(7, institution="portal", actor="resident", action="portal.move.read"),
    ]
    (day,) = looks.by_day(rows)
    assert [(one.institution, len(one.others), len(one.own)) for one in day.groups] == [
        ("jpki", 1, 0), ("bank", 0, 1), ("portal", 0, 1),
    ]  # fmt: skip


def test_days_are_those_of_japan():
    rows = [looked(15 * 3600), looked(15 * 3600 - 1)]
    assert [day.on.isoformat() for day in looks.by_day(rows)] == ["2026-11-24", "2026-11-23"]


def test_the_file_opens_in_a_spreadsheet_and_calculates_nothing():
    row = looked(1).model_copy(update={"purpose_ja": "=1+1"})
    content = looks.as_csv([row])
    assert content.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in content.decode("utf-8-sig")


def test_the_same_reason_is_one_line_and_no_record_is_lost():
    rows = [looked(n) for n in (9, 8, 7)]
    (day,) = looks.by_day(rows)
    (line,) = day.groups[0].others
    assert line.latest == rows[0]
    assert line.entries == rows


# ---------------------------------------------------------------- a period


@given(
    seconds=st.lists(st.integers(-5 * 86400, 5 * 86400), unique=True, max_size=40),
    since=st.none() | st.integers(-5, 5),
    length=st.none() | st.integers(0, 5),
    most=st.integers(1, 7),
)
def test_a_file_holds_all_of_its_period_and_nothing_else(seconds, since, length, most):
    """However many pages it has; days are those of Japan."""
    day = date(2026, 11, 24)
    first = None if since is None else day + timedelta(days=since)
    last = None if length is None else (first or day) + timedelta(days=length)
    rows = sorted(map(looked, seconds), key=lambda one: one.at, reverse=True)
    period = looks.Period(first, last)

    def look(before):
        return looks.merged([[one for one in rows if before is None or one.at < before][:most]], [])

    with patch.object(looks.audit, "MOST_ACCESSES", most), patch.object(looks, "MOST_PAGES", 99):
        found = looks.gathered(look, period)
    wanted = [
        one for one in rows
        if (first is None or civil(one.at) >= first) and (last is None or civil(one.at) <= last)
    ]  # fmt: skip
    assert found.entries == wanted


def test_a_file_that_would_never_end_is_refused():
    with pytest.raises(Refusal) as refused:
        looks.gathered(lambda _: looks.Looks([], looked(1).at, []), looks.Period())
    assert refused.value.fault.code == "portal.too-many-records"


TWO_DAYS = ("since=2026-11-23", "since=2026-11-23&until=2026-11-23")


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", []), ("since=2026-11-23&until=2026-11-23", []), ("since-year=令和8&since-month=11&since-day=23", []),
        ("since=2026-11-24&until=2026-11-23", ["until"]), ("since=2026-02-30", ["since"]), ("until=yesterday", ["until"]),
        ("since=30+Foo+2026", ["since"]), ("since=23+November+2026", []), ("until=9999-12-31", ["until"]), ("since=0001-01-01", ["since"]),
    ],
)  # fmt: skip
def test_a_period_has_days_that_there_are_in_their_order(query, wrong):
    """What cannot be read stands at its field as it was typed, and is no period."""
    request = Request({"type": "http", "query_string": quote(query, safe="=&+").encode()})
    request.state.reading = SimpleNamespace(words="en")
    found, shown = PeriodForm.sought(request)
    assert [one.name for one in shown.errors] == wrong
    assert (found is None) == bool(wrong)
    if found:
        assert found.address() in ("", *TWO_DAYS)
    typed = [value for name in wrong for value in getattr(shown, name).parts]
    assert any(typed) == bool(wrong)


def test_who_did_not_answer_is_in_the_file():
    assert (
        "did not answer" in looks.as_csv([looked(1)], ["bank"]).decode("utf-8-sig").splitlines()[-1]
    )
    last = looks.as_rows([looked(1)], ["bank"])[-1]
    assert (last["institution"], last["at"]) == ("bank", None)


def test_a_file_of_a_period_that_cannot_be_read_is_refused():
    """A file has no field to say it at."""
    request = Request({"type": "http", "query_string": b"since=yesterday"})
    request.state.reading = SimpleNamespace(words="en")
    with pytest.raises(Refusal) as refused:
        Accesses._all(SimpleNamespace(), request)
    assert refused.value.fault.code == "portal.no-such-period"


def test_who_is_named_in_a_file_has_a_name_in_both_languages():
    names = {"bank": Text("銀行", "Bank"), "institution:bank": Text("銀行", "Bank")}
    row = looked(1, institution="bank")
    given = ([row], ["pay"], lambda key: names.get(key, Text("支払", "Pay")), names.__getitem__)
    lines = looks.as_csv(*given).decode("utf-8-sig").splitlines()
    assert lines[0].startswith(
        "at,institution,institution_ja,institution_en,actor,actor_ja,actor_en,"
    )
    assert ",bank,銀行,Bank,institution:bank,銀行,Bank,試験,Test,1" in lines[1]
    assert lines[2].startswith(",pay,支払,Pay,,,,")
    first, last = looks.as_rows(*given)
    assert (first["institution_en"], first["actor_ja"], last["institution_ja"]) == (
        "Bank",
        "銀行",
        "支払",
    )
