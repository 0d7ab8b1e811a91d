"""The visit as a calendar entry (RFC 5545), without anybody's name or address."""

from datetime import UTC, datetime, timedelta
from typing import Final

from kazasu.foundation.text import Language, Text
from kazasu.foundation.time.clock import JST
from kazasu.portal.model import Move, answers_from

LENGTH: Final = timedelta(minutes=30)
"""Of an appointment (simulated)."""
WHAT: Final = Text("窓口へ行く日（引越し）", "Visit to the counter (moving)")
BRING: Final = Text(
    "引っ越す人全員のマイナンバーカードと、数字4けたの暗証番号を持っていく",
    "Bring the My Number Cards of everybody who moves, and their PINs of four digits",
)
_LINE: Final = 73
"""Octets before a line is folded; RFC 5545 allows 75 with the leading space."""


def visit_entry(move: Move, language: Language, now: datetime) -> bytes:
    """One event with a reminder the day before; changed appointments replace the entry by its number.

    Raises ValueError for a move without an appointment.
    """
    answers = answers_from(move.answers)
    begins = datetime.fromisoformat(f"{answers.visit_date}T{answers.visit_starts}").replace(
        tzinfo=JST
    )
    place = Text(answers.office_ja or WHAT.ja, answers.office_en or WHAT.en).to(language)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kazasu//portal//EN", "BEGIN:VEVENT",
        f"UID:{move.case_id}@portal", f"DTSTAMP:{_utc(now)}", f"SEQUENCE:{int(now.timestamp())}",
        f"DTSTART:{_utc(begins)}", f"DTEND:{_utc(begins + LENGTH)}",
        f"SUMMARY:{_escaped(WHAT.to(language))}", f"LOCATION:{_escaped(place)}",
        f"DESCRIPTION:{_escaped(BRING.to(language))}",
        "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(WHAT.to(language))}", "TRIGGER:-P1D",
        "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(_folded(line) for line in lines)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for one in ("\\", ";", ","):
        text = text.replace(one, f"\\{one}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """No line longer than 75 octets, and none cut within a character."""
    rows, row = [], b""
    for letter in line:
        more = letter.encode()
        if len(row) + len(more) > _LINE:
            rows.append(row)
            row = b""
        row += more
    return b"\r\n ".join([*rows, row]) + b"\r\n"
