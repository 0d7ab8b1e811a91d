"""A notice of moving in, or of a change of address, that comes after its fourteen days: taken all the same, and noted."""

from kazasu.foundation.time.dates import long_date
from kazasu.kit import periods
from kazasu.municipality.moving.model import Finding, MovingIn


def late(case: MovingIn) -> list[Finding]:
    """Only said where it is so: how many days, and that the court is told (届出期間経過通知; 住民基本台帳法 52条2項)."""
    if case.moved_on is None or case.notified_on is None:
        return []
    until = periods.moving_in_until(case.moved_on)
    days = (case.notified_on - until).days
    if days <= 0:
        return []
    return [Finding(
        "late", False,
        f"届出の期限（{long_date(until)}）を{days}日過ぎています。受理して、届出期間経過通知の対象として記録します",
        f"{days} day{'s' if days > 1 else ''} after the last day for the notice ({long_date(until, 'en')}): "
        "it is taken, and noted for the report of late notices",
        blocking=False,
    )]  # fmt: skip
