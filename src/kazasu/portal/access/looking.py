"""Who looked at one's data: every institution is asked, side by side."""

from datetime import datetime
from typing import Final

import structlog

from kazasu.contracts.accesses import AccessesOf
from kazasu.contracts.base import AccessEntry, InstitutionId
from kazasu.contracts.jukinet import MunicipalitiesOf
from kazasu.exchange.accesses import entry
from kazasu.exchange.room import RoomContext
from kazasu.exchange.side_by_side import side_by_side
from kazasu.exchange.street import street
from kazasu.foundation import audit
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.portal.access.looks import Looks, merged
from kazasu.portal.move.answers import HandleFor
from kazasu.portal.move.sent import Move
from kazasu.portal.service import SELF, Moves

log = structlog.get_logger()
SHOWING: Final = Text("自分の情報の確認", "Looking at one's own data")
MOST_CASES: Final = 200
"""So many, the latest, are named where it is asked who looked."""


class Looking:
    """``resident`` is the identity service's pairwise subject."""

    def __init__(self, house: RoomContext, moves: Moves) -> None:
        self._house = house
        self._moves = moves
        self._inquirer = house.inquirer(SELF)

    def accesses(
        self, resident: str, handle_for: HandleFor, before: datetime | None = None
    ) -> Looks:
        """The latest accesses to the person's data everywhere, newest first; of those ``before`` an instant.

        All are asked side by side, each with the same deadline: one that is down costs no other's answer.
        """
        own = self._moves.own(
            resident,
            "accesses.read",
            lambda tx: [entry(row, SELF) for row in audit.accesses(tx, resident, before=before)],
        )
        silent = list[str]()

        def ask(institution: str) -> list[AccessEntry]:
            of_city = InstitutionId(institution).kind == "city"
            inquiry = AccessesOf(
                handle=handle_for(institution), before=before, cases=cases if of_city else ()
            )
            answer = self._inquirer.ask(inquiry, of=institution, purpose=SHOWING)
            return list(answer.entries)

        moves = self._moves.moves(resident)
        cases = tuple(one.case_id for one in moves[:MOST_CASES])
        whom = self._who_holds_data(moves, handle_for, silent)
        found, late = side_by_side(ask, whom)
        return merged([own, *found], silent + late)

    def _who_holds_data(
        self, moves: list[Move], handle_for: HandleFor, silent: list[str]
    ) -> list[str]:
        """Whom to ask: everyone in the directory; where there is one for each city, those that ever had something of the person.

        The network knows them for all; what the person's own notices say goes further (a notice that is not accepted yet) and is
        there when the network is not.
        """
        cities = {code for m in moves for code in m.ever}
        try:
            known = self._inquirer.ask(
                MunicipalitiesOf(handle=handle_for("jukinet")), of="jukinet", purpose=SHOWING
            )
            cities.update(map(str, known.municipality_codes))
        except Exception as error:
            # In one process its database's trouble comes as it is; it costs no other's answer.
            if not isinstance(error, Refusal):
                log.warning("no answer", asked="jukinet", why=type(error).__name__)
            silent.append("jukinet")
        keepers = [one for one in street() if not one.stateless and one.id != SELF]
        asked = [
            str(one.of(tenant))
            for one in keepers
            for tenant in (sorted(cities) if one.each else [""])
        ]
        return [one for one in asked if one in self._house.directory]
