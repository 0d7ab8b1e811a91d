"""How long certificates and cards are good (公的個人認証法 5条; municipal §1.2)."""

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


def expiry_of_card(issued: date, born: date, age: int) -> date:
    """A card's last day: 10th birthday after issue, 5th for who is under 18 (municipal §1.2)."""
    years = 10 if age >= 18 else 5
    first = birthday_in(born, issued.year)
    start = issued.year + (0 if first > issued else 1)
    return birthday_in(born, start + years - 1)
