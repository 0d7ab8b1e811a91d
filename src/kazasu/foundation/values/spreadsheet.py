"""Tables for spreadsheets: CSV that opens with its Japanese, and in which no cell begins a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_csv(
    head: Sequence[str],
    rows: Iterable[Sequence[str | int]],
    above: Sequence[Sequence[str]] = (),
) -> bytes:
    """RFC 4180, UTF-8 with a byte order mark. Numbers stay numbers; text gets a leading ' where it would be a formula.

    ``above``: what the table is of, one line each before its head, filled with empty cells to the table's width: every
    line of a file has as many cells (RFC 4180 §2.4).
    """
    out = io.StringIO()
    written = csv.writer(out)
    for line in above:
        cells = [plain(one) for one in line]
        written.writerow([*cells, *[""] * (len(head) - len(cells))])
    written.writerow(head)
    for row in rows:
        written.writerow([one if isinstance(one, int) else plain(one) for one in row])
    return out.getvalue().encode("utf-8-sig")


def plain(cell: str) -> str:
    """A cell that no spreadsheet calculates."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
