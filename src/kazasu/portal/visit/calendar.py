"""The visit as a calendar entry (RFC 5545), without anybody's name or address of a home."""

from datetime import UTC, datetime, timedelta
from typing import Final

from kazasu.contracts.offices import OfficeFound
from kazasu.foundation.text import Language, Text
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.places.readings import roman_address
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import paper_first

LENGTH: Final = timedelta(minutes=30)
"""Of an appointment (simulated)."""
WHAT: Final = Text("窓口へ行く日（引越し）", "Visit to the counter (moving)")
BRING: Final = Text(
    "引っ越す人全員のマイナンバーカードと、数字4けたの暗証番号を持っていく",
    "Bring the My Number Cards of everybody who moves, and their PINs of four digits",
)
WITH_PAPER: Final = Text(
    "紙の転出証明書、本人を確認できるもの、引っ越す人のマイナンバーカードと数字4けたの暗証番号を持っていく",
    "Bring the paper certificate of moving out, something that shows who you are, and the My Number Cards of those who move with their PINs of four digits",
)
RESIDENCE: Final = Text(
    "在留カードまたは特別永住者証明書も持っていく",
    "Bring the residence cards or special permanent resident certificates, too",
)
CASE: Final = Text("受付番号：{case}", "Case: {case}")
COUNTER: Final = Text("{number}番の窓口", "counter No. {number}")
_LINE: Final = 73
"""Octets before a line is folded; RFC 5545 allows 75 with the leading space."""


def visit_entry(
    move: Move,
    language: Language,
    now: datetime,
    first: Text | None = None,
    found: OfficeFound | None = None,
) -> bytes:
    """One event with a reminder the day before; changed appointments replace the entry by its number.

    Args:
        first: what has to come before the counter can do anything.
        found: the office with its address and its counter, where the city tells them.

    Raises ValueError for a move without an appointment.
    """
    answers = move.to_be_done
    begins = datetime.fromisoformat(f"{answers.visit_date}T{answers.visit_starts}").replace(
        tzinfo=JST
    )
    said = [first, paper_first(move), WITH_PAPER if move.visits_by_paper else BRING]
    said += [RESIDENCE] if any(one.residence_card for one in answers.movers) else []
    said.append(CASE.fill(case=move.case_id))
    told = "\n".join(one.to(language) for one in said if one)
    name = Text(answers.office_ja or WHAT.ja, answers.office_en or WHAT.en).to(language)
    place = _place(name, found, language)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kazasu//portal//EN", "BEGIN:VEVENT",
        f"UID:{move.case_id}@portal", f"DTSTAMP:{_utc(now)}", f"SEQUENCE:{int(now.timestamp())}",
        f"DTSTART:{_utc(begins)}", f"DTEND:{_utc(begins + LENGTH)}",
        f"SUMMARY:{_escaped(WHAT.to(language))}", f"LOCATION:{_escaped(place)}",
        f"DESCRIPTION:{_escaped(told)}",
        "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(WHAT.to(language))}", "TRIGGER:-P1D",
        "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(_folded(line) for line in lines)


def _place(name: str, found: OfficeFound | None, language: Language) -> str:
    """The office, its counter and its address, as a map reads it."""
    if found is None:
        return name
    counter = COUNTER.fill(number=found.plan.moving).to(language) if found.plan else ""
    address = found.office.address
    if language == "en" and (read := roman_address(address)):
        address = f"{read} ({address})"
    return ", ".join(one for one in (name, counter, address) if one)


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
