"""Moves as the portal has them beside the cities: expected where they lead, told of by who has a part in them."""

from collections.abc import Iterator

from kazasu.app.invariants.checker_view import CheckerView, Invariant
from kazasu.foundation.text import Text


def _expected(sight: CheckerView) -> Iterator[str]:
    """Appointments and announcements that are kept where a correction led away from."""
    leads = {
        row["case_id"]: row["destination"]
        for row in sight.rows("portal", "SELECT case_id, destination FROM move")
    }
    for row in sight.rows(
        "municipality",
        """SELECT municipality_code, case_id FROM moving_in
           WHERE reservation IS NOT NULL AND state IN ('reserved', 'ready', 'missed')""",
    ):
        if leads.get(row["case_id"], row["municipality_code"]) != row["municipality_code"]:
            yield f"{row['municipality_code']} {row['case_id']}"


def _told(sight: CheckerView) -> Iterator[str]:
    """What is on a move's timeline of a city that never had anything of it."""
    for row in sight.rows(
        "portal",
        """SELECT DISTINCT e.case_id, e.institution FROM move_event e JOIN move m USING (case_id)
           WHERE e.institution <> 'portal'
             AND split_part(e.institution, ':', 2) NOT IN (m.origin, m.destination)
             AND NOT m.former @> to_jsonb(split_part(e.institution, ':', 2))
             AND NOT EXISTS (
                SELECT FROM move_event n WHERE n.case_id = e.case_id
                  AND (n.city = split_part(e.institution, ':', 2)
                       OR (n.event = 'redirected' AND n.institution = e.institution)))""",
    ):
        yield f"{row['institution']} {row['case_id']}"


MOVES = (
    Invariant(
        "expected-where-the-move-leads",
        Text("引越しの予約は、届出にある新しい市区町村だけが持っている",
             "A mover's appointment is kept by the new city of their notice alone"),
        ("portal", "municipality"), _expected,
    ),
    Invariant(
        "told-by-cities-of-the-move",
        Text("引越しの進みぐあいは、その引越しにかかわる市区町村だけが伝えている",
             "What a move's timeline says was told by cities that have a part in it"),
        ("portal",), _told,
    ),
)  # fmt: skip
