"""Validity of certificates and cards, over leap days and year ends."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import age, birthday_in
from kazasu.jpki.certificates.validity import end_of_validity
from kazasu.kit.periods import expiry_of_card

births = st.dates(date(1900, 1, 1), date(2025, 12, 31))


def test_the_published_example():
    """Born 17 February, issued 2025-10-27: to 2030-02-17 (card §1)."""
    end = end_of_validity(date(2025, 10, 27), date(1990, 2, 17), date(2040, 1, 1))
    assert civil(end) == date(2030, 2, 17)
    assert (end.hour, end.minute, end.second) == (14, 59, 59)


@given(births, st.integers(0, 40_000))
def test_ends_on_the_fifth_birthday_and_never_past_the_card(born, days):
    issued = born + timedelta(days=days % 36_000)
    far = civil(end_of_validity(issued, born, date(2200, 1, 1)))
    passed = [birthday_in(born, y) for y in range(issued.year, issued.year + 8)]
    assert [b for b in passed if issued < b <= far] == [b for b in passed if b > issued][:5]
    card = expiry_of_card(issued, born)
    assert civil(end_of_validity(issued, born, card)) <= card


@given(births, st.integers(0, 36_000))
def test_a_card_lasts_to_the_tenth_birthday_or_the_fifth_for_minors(born, days):
    issued = born + timedelta(days=days)
    years = 10 if age(born, issued) >= 18 else 5
    end = expiry_of_card(issued, born)
    birthdays = [birthday_in(born, y) for y in range(issued.year, issued.year + 12)]
    assert [b for b in birthdays if b > issued][years - 1] == end
