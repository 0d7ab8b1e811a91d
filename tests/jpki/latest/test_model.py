"""The rules, both sides of each border."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jpki.latest import ConsentTerms
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import months_after
from kazasu.jpki.latest import model

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2050, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SUBSETS = [c for n in range(1, 5) for c in combinations(model.ITEMS, n)]
ANNA = FourAttributes(name="あ", address="い", birth_date=NOW.date(), sex="2")


def terms(**changes):
    values = {
        "request_id": uuid4(), "party": "RP1", "items": ("name",), "purpose": "legal-duty",
        "until": NOW + timedelta(days=1),
    }  # fmt: skip
    return ConsentTerms(**values | changes)


@given(INSTANTS, st.integers(1, 120))
def test_months_go_to_the_same_day_or_the_last_of_the_month(start, months):
    end = months_after(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.time() == start.time()
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(INSTANTS)
def test_a_term_ends_after_now_and_within_sixty_months(now):
    longest = months_after(now, model.MOST_MONTHS)
    instant = timedelta(microseconds=1)
    for good in (now + instant, longest):
        model.check_terms(terms(until=good), now)
    for bad in (now, now - instant, longest + instant):
        with pytest.raises(Refusal, match="until"):
            model.check_terms(terms(until=bad), now)


@pytest.mark.parametrize("items", [("name", "name"), ("name", "address", "name")])
def test_an_item_is_named_once(items):
    with pytest.raises(Refusal, match="items"):
        model.check_terms(terms(items=items), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"items": ()}, {"items": ("name",) * 5}, {"items": ("kana",)}, {"items": ("individual_number",)},
        {"purpose": ""}, {"purpose": "marketing"}, {"party": ""}, {"party": "a b"}, {"party": "x" * 256},
        {"until": datetime(2027, 1, 1)}, {"form": "attribute-consent/0"}, {"request_id": "1"},  # noqa: DTZ001
    ],
    ids=str,
)  # fmt: skip
def test_terms_have_closed_lists(changes):
    with pytest.raises(ValueError, match=next(iter(changes))):
        terms(**changes)


@given(st.sampled_from(SUBSETS), st.none() | st.sampled_from(SUBSETS))
def test_never_more_than_was_consented_to(consented, asked):
    if asked is not None and not set(asked) <= set(consented):
        with pytest.raises(Refusal) as refused:
            model.wanted(consented, asked)
        assert refused.value.fault.code == "jpki.not-consented"
        assert set(refused.value.facts["items"].split(", ")) == set(asked) - set(consented)
        return
    assert set(model.wanted(consented, asked)) == set(consented if asked is None else asked)


@given(st.sampled_from(SUBSETS))
def test_supplied_is_what_was_asked_and_nothing_beside(items):
    found = model.supplied(ANNA, items).model_dump()
    names = {"birthdate": "birth_date", "gender": "sex"}
    wanted = {names.get(item, item) for item in items}
    assert {name for name, value in found.items() if value is not None} == wanted
    assert all(found[name] == getattr(ANNA, name) for name in wanted)


@given(st.integers(1, 3), st.none() | st.integers(1, 3))
def test_changed_means_another_certificate(held, current):
    state = model.change_of(held, current)
    assert (state == "pending") == (current is None)
    assert (state == "unchanged") == (current == held)
    assert state in ("pending", "unchanged", "changed")


@given(
    now=INSTANTS, revoked=st.none() | INSTANTS, end=INSTANTS, held=st.booleans(),
    reason=st.sampled_from(["affiliation_changed", "superseded"]),
)  # fmt: skip
def test_a_certificates_state(now, revoked, end, held, reason):
    state, why = model.certificate_state(
        now, revoked_at=revoked, reason=reason, held=held, not_after=end
    )
    if revoked is not None and revoked <= now:
        assert (state, why) == ("REVOKED", reason)
    elif now > end:
        assert (state, why) == ("EXPIRED", "")
    elif held:
        assert (state, why) == ("REVOKED", "certificate_hold")
    else:
        assert (state, why) == ("GOOD", "")


def test_a_certificates_state_at_its_borders():
    def state(**facts):
        base = {"revoked_at": None, "reason": "", "held": False, "not_after": NOW}
        return model.certificate_state(NOW, **base | facts)[0]

    instant = timedelta(microseconds=1)
    assert state() == "GOOD"
    assert state(not_after=NOW - instant) == "EXPIRED"
    assert state(revoked_at=NOW) == "REVOKED"
    assert state(revoked_at=NOW + instant) == "GOOD"
    assert state(revoked_at=NOW - instant, not_after=NOW - instant) == "REVOKED"
    assert state(held=True, not_after=NOW - instant) == "EXPIRED"
