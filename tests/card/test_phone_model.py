"""Terms of the phone: certificates past their end are not shown as alive."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from kazasu.card.phone.model import Phone


@given(some.dates(date(2026, 1, 1), date(2040, 1, 1)), some.integers(-3, 3))
def test_certificates_end_with_their_last_day(ends, days):
    phone = Phone("key", "android", phone_id="p", expires_on=ends)
    assert phone.over(ends + timedelta(days=days)) == (days > 0)
    assert not Phone("key", "android").over(ends), "there are none"
