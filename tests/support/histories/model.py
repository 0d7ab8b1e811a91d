"""What the histories know of a family by themselves: who lives together and where, and the notice that is under way."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kazasu.society.stories import moving
from kazasu.society.stories.moves.cast import Member
from kazasu.society.stories.moves.tale import Party


@dataclass(eq=False)
class Group:
    """People who live together. The first is their head."""

    city: str
    people: tuple[Member, ...]
    moved: bool = False
    """At the address that a notice gave them; else where the country was founded with them."""
    waiting: frozenset[Member] = frozenset()
    """Whose card still carries the address before, or lost what it signed with when a move was given up after its day: what it signed with was revoked."""
    block: str = moving.BLOCK
    """Of the address that a notice gave them."""
    building: str = moving.BUILDING

    @property
    def address(self) -> tuple[str, ...]:
        """A family is founded in one house: whoever has not moved lives there."""
        return (self.city, self.block, self.building) if self.moved else (self.city,)

    @property
    def is_hidden(self) -> bool:
        return any(one.person.protected for one in self.people)

    @property
    def who_sign(self) -> list[Member]:
        return [one for one in self.people if one.signs and one not in self.waiting]

    def of(self, people: Sequence[Member]) -> "Group":
        """The same house, of these people alone."""
        return replace(self, people=tuple(people), waiting=self.waiting.intersection(people))


@dataclass(eq=False)
class Move:
    """A notice and how far it has come."""

    party: Party
    of: Group
    stands: str = "none"
    done: list[str] = field(default_factory=list)
    lost: bool = False
    """The card of who gave the notice is lost, and J-LIS was told: whatever it proves is not to be had until it is found."""


def headed_by(head: Member, people: Sequence[Member]) -> tuple[Member, ...]:
    """The same people, this one first."""
    return (head, *(one for one in people if one is not head))
