"""``kazasu clock`` reads what people write, in Japan's time."""

from datetime import UTC, datetime, timedelta

import pytest

from kazasu.cli.clock import read_time
from kazasu.foundation.faults import Refusal

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("+3d", NOW + timedelta(days=3)),
        ("+12h", NOW + timedelta(hours=12)),
        ("+30m", NOW + timedelta(minutes=30)),
        ("2027-03-31", datetime(2027, 3, 30, 15, 0, tzinfo=UTC)),
        ("令和9年3月31日", datetime(2027, 3, 30, 15, 0, tzinfo=UTC)),
        ("2027/3/31", datetime(2027, 3, 30, 15, 0, tzinfo=UTC)),
        ("2027-03-31T09:00", datetime(2027, 3, 31, 0, 0, tzinfo=UTC)),
        ("2027-03-31T09:00+00:00", datetime(2027, 3, 31, 9, 0, tzinfo=UTC)),
    ],
)
def test_reads(given, meant):
    assert read_time(given, NOW) == meant


@pytest.mark.parametrize(
    "given",
    ["", "tomorrow", "+3w", "-1d", "令和9年3月", "令和9年2月29日", "令和9年4月上旬", "2027-02-29", "9999-12-31T23:59:59", "2127-01-01", "1925-12-31",
     "0001-01-01T00:00:00+14:00", "+200000d", "+999999999d", "+" + "9" * 5_000 + "m", "9" * 5_000],
)  # fmt: skip
def test_refuses(given):
    with pytest.raises(Refusal) as refusal:
        read_time(given, NOW)
    assert refusal.value.fault.code == "cli.bad-time"
