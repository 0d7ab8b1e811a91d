"""How long certificates are good (公的個人認証法 5条); cards: :func:`kazasu.kit.periods.expiry_of_card`."""

from datetime import UTC, date, datetime, time

from kazasu.foundation.time.clock import JST
from kazasu.foundation.time.dates import birthday_in


def end_of_validity(issued: date, born: date, card_expires: date) -> datetime:
    """A certificate's last instant: 23:59:59 in Tokyo on the fifth birthday after issue, and never past the card."""
    year = issued.year
    birthdays = 0
    end = issued
    while birthdays < 5:
        birthday = birthday_in(born, year)
        if birthday > issued:
            birthdays += 1
            end = birthday
        year += 1
    last = min(end, card_expires)
    return datetime.combine(last, time(23, 59, 59), JST).astimezone(UTC)
