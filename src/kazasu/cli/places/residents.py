"""Whose addresses the table knew and a newer one does not: how many in each municipality, and nobody by name."""

from collections import Counter
from contextlib import ExitStack

from kazasu.app.country import look
from kazasu.app.invariants import CheckerView
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import find_server
from kazasu.foundation.settings import Settings
from kazasu.foundation.values.places.importing.changes import Snapshot

_ROOM = "municipality"


def unplaced(settings: Settings, before: Snapshot, after: Snapshot) -> dict[str, int] | None:
    """Residents in force by the name of their municipality. None: there is no register here, or it cannot be seen whole.

    What was typed and stood in no table stands in none afterwards either, and is not counted.
    """
    if not settings.directory_file.exists():
        return None
    lost = Counter[str]()
    with ExitStack() as stack:
        try:
            server = stack.enter_context(find_server(settings))
            look(server)
        except Refusal:
            return None
        connection = stack.enter_context(server.connect(autocommit=False))
        sees_all = connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        connection.rollback()
        sight = CheckerView([connection])
        if sees_all != (True,) or _ROOM not in sight.rooms:
            return None
        for row in sight.rows(
            _ROOM,
            """SELECT c.city_ja, r.prefecture, r.city, r.town, count(*) AS people FROM resident r JOIN city c USING (municipality_code)
               WHERE r.state IN ('resident', 'leaving') GROUP BY c.city_ja, r.prefecture, r.city, r.town""",
        ):
            place = (row["prefecture"], row["city"], row["town"])
            if before.has(*place) and not after.has(*place):
                lost[row["city_ja"]] += row["people"]
    return dict(lost)
