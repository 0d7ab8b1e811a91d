"""What the model knows, read at the network, in each register, and on the pages of everybody else."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from kazasu.society.stories.moves.doors import NOWHERE, Doors
from kazasu.society.stories.stage import Stage
from tests.support.histories.model import Group, Move
from tests.support.histories.steps import AWAY


class Reading:
    """
    Args:
        lived: institution ids of every city in which somebody ever lived, by card id.
    """

    def __init__(
        self, stage: Stage, doors: Doors, groups: Sequence[Group], lived: Mapping[str, set[str]]
    ) -> None:
        self._stage = stage
        self._doors = doors
        self._groups = groups
        self._lived = lived

    def everybody_is_where_they_should_be(self, move: Move) -> None:
        """By the network, as it answers for each card."""
        if move.stands in ("ended", "registered"):
            self._records_are_as_they_should_be(move)
        if move.party.is_protected and move.stands != "ended":
            self._nobody_else_reads_where(move)
        away = move.stands in AWAY and not move.party.is_within
        party = move.party
        for group in self._groups:
            for one in group.people:
                moving_now = one in party.going and away
                left = moving_now and self._stage.today > party.planned_day
                right = NOWHERE if left else group.city
                if moving_now and self._stage.today == party.planned_day:
                    continue  # closed in the course of that day
                if move.lost and one is party.applicant:
                    continue  # who asks by this card is told nothing
                self._doors.until(
                    f"the network to have {one.read} in {right or 'no city'}",
                    lambda one=one, right=right: self._doors.network(one) == right,
                )

    def _nobody_else_reads_where(self, move: Move) -> None:
        """Of a protected mover: not who lived with them, on any page of the portal; no clerk without a reason, on any page or list of
        the cities; nobody who looks for who lives at such an address."""
        party = move.party
        for city in sorted({party.old, party.planned, party.new}):
            paths = ["/desk/in", "/desk/out", "/desk/overdue", "/desk/cards", "/desk"]
            paths += [f"/desk/{way}/{party.case}" for way in ("out", "in")]
            for path in paths:
                page = self._doors.desk(city, path)
                assert not page.has(party.building), f"{path} of {city} says where they are"
            if city in self._lived[party.applicant.card_id]:
                page = self._doors.record(city, party.applicant).expect("protected: not shown")
                assert not page.has(party.building), f"their record at {city} says where they are"
        query = urlencode({"place": party.block, "purpose": "enquiry"})
        found = self._doors.desk(party.new, f"/desk/residents?{query}")
        assert not found.has(party.applicant.shown), "found by their address"
        for one in party.staying:
            knows = next(g for g in self._groups if one in g.people).building == party.building
            for path in ("/", "/accesses") if one.signs and not knows else ():
                page = self._doors.portal(one, path)
                assert not page.has(party.building), f"{one.read} reads where they are on {path}"

    def _records_are_as_they_should_be(self, move: Move) -> None:
        """Of everybody whom the notice concerned: open where they live, closed in every other city in which they ever did."""
        concerned = (*move.party.going, *move.party.staying)
        for group in self._groups:
            for one in (one for one in group.people if one in concerned):
                for city in sorted(self._lived[one.card_id]):
                    right = "Resident" if city == group.city else "Closed"
                    self._doors.until(
                        f"the record of {one.read} at {city} to say {right}",
                        lambda one=one, city=city, right=right: (
                            self._doors.stands(city, one) == right
                        ),
                    )
            if set(group.people) & set(concerned):
                self.lives_together(group)

    def lives_together(self, group: Group) -> None:
        head, *others = self._doors.household(group.city, group.people[0])
        known, *rest = [" ".join(one.read.split()) for one in group.people]
        assert (head, sorted(others)) == (known, sorted(rest)), "who lives together"
