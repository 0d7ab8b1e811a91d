"""Actions: what anybody does with personal data, declared once, with all that the record of it says.

An action is declared beside the code that does it, at import; doing it is one transaction with its audit row, which
:meth:`Action.by` makes. Nothing else makes one (``tests/structure/test_actions.py``), so no room can forget the purpose that
the resident reads, the role that a clerk needs, or the reason that a search of a register has to give.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Literal

from kazasu.foundation.audit import Access, Duty
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.text import Text

Who = Literal["resident", "customer", "clerk", "operator", "institution", "client", "system"]
Shows = Literal["asked", "found", "nobody"]
"""Whom its record names: those it is asked about, also those whose rows it reads, or nobody."""
THEMSELVES: Final = frozenset({"resident", "customer"})
"""Who acts on what is their own, and on nothing else."""
_AT_A_DESK: ContextVar[bool] = ContextVar("at_a_desk", default=False)
MOST_OF_A_REASON: Final = 200
REASON_NEEDED = define("actions.reason-needed", 422,
    "何のためかが書かれていません", "It does not say what this is for",
    "目的を選び、必要なら受付番号などを書いてください。本人が後で読みます", "Choose the purpose, and write a case number or a note. The person concerned reads it later", who="clerk", source="threat 19: purpose in each audit row")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One kind of act. Made by :func:`action` only."""

    name: str
    """``<room>.<thing>.<verb>``."""
    who: tuple[Who, ...]
    purpose: Text | None
    """Read by the resident; None: the institution that asks brings its own."""
    role: str
    """Which a clerk must hold at the moment of acting, several with a space between: one of them; empty: any post will do."""
    reasoned: bool
    """A reason or case must be given; it stands behind the purpose."""
    shows: Shows
    why: str
    """Why the record names nobody."""
    itself: str
    """``system:<what>``, where the room acts by itself."""
    emergency: bool = False
    """A look that who lacks the role may take of one person's record, once a second member of staff has agreed (kit.emergency)."""

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]

    @property
    def roles(self) -> tuple[str, ...]:
        """One of which a clerk must hold; none: any post will do."""
        return tuple(self.role.split())

    def is_for(self, held: Collection[str]) -> bool:
        """For what a page offers to who holds these roles; what is allowed is asked as it is done."""
        return not self.role or not set(self.roles).isdisjoint(held)

    @property
    def label(self) -> str:
        """Its name inside the room; names the transaction's crash points."""
        return self.name.partition(".")[2]

    def by(
        self,
        actor: str = "",
        *,
        subjects: Iterable[str] = (),
        case: str = "",
        fields: Sequence[str] = (),
        purpose: Text | None = None,
        reason: Text | str = "",
        duty: Duty | None = None,
    ) -> Access:
        """The record of doing it, to be written in the transaction that does it.

        Args:
            actor: ``clerk:<staff id>``, ``resident``, ``institution:<id>``, …; empty: the room itself.
            purpose: of who asks, where the action has none of its own.
            reason: what the actor gave as reason.
            duty: the post that a clerk must hold.

        Raises:
            Refusal: ``actions.reason-needed``.
            TypeError: this action is nobody's of that kind, or misses a purpose or a post; a resident's that does not say
                whose, or at a desk. Such a mistake of a room is an incident, and nothing was read.
        """
        actor, subjects = actor or self.itself, tuple(subjects)
        if actor.partition(":")[0] not in self.who:
            raise TypeError(f"{self.name} is not done by {actor!r}")
        if (actor.partition(":")[0] == "clerk") != (duty is not None):
            raise TypeError(f"{self.name}: who is a clerk has a post, and nobody else")
        said = self.purpose or purpose
        if said is None:
            raise TypeError(f"{self.name}: what for?")
        if duty is not None and duty.about and not self.emergency:
            raise TypeError(
                f"{self.name} is opened by no emergency: emergency=True in its declaration"
            )
        own = actor.partition(":")[0] in THEMSELVES
        if own:
            self._whose(subjects)
        return Access(
            actor, self.name, self._with(said, reason, agreed=bool(duty and duty.about)), tuple(filter(None, subjects)), case, tuple(fields),
            duty, self.shows == "nobody", own=own and self.shows == "asked",
        )  # fmt: skip

    def _whose(self, subjects: tuple[str, ...]) -> None:
        if not all(subjects):
            raise TypeError(
                f"{self.name}: '' is nobody. A page that acts for a person is declared for who is signed in, not public"
            )
        if self.shows == "asked" and not subjects:
            raise TypeError(
                f"{self.name}: whose? subjects=(…) names the person, or the action is declared with shows='found'"
            )
        if _AT_A_DESK.get():
            raise TypeError(
                f"{self.name} is the person's own act. At a desk it is a clerk's: an action of its own, "
                "and clerk.access(ACTION, …)"
            )

    def _with(self, said: Text, reason: Text | str, *, agreed: bool) -> Text:
        """``agreed``: an emergency look brings its own reason, which a second one agreed to."""
        ja, en = (" ".join(one.split())[:MOST_OF_A_REASON] for one in _both(reason))
        if self.reasoned and not ja and not agreed:
            raise Refusal(REASON_NEEDED)
        return Text(f"{said.ja}（{ja}）", f"{said.en} ({en})") if ja else said


@contextmanager
def at_a_desk() -> Iterator[None]:
    """Whatever is done inside is done by somebody who works here: no resident's action."""
    before = _AT_A_DESK.set(True)
    try:
        yield
    finally:
        _AT_A_DESK.reset(before)


def _both(reason: Text | str) -> tuple[str, str]:
    return (reason.ja, reason.en) if isinstance(reason, Text) else (reason, reason)


ACTIONS: Final[dict[str, Action]] = {}
"""All that were declared by what is imported, by name."""


def action(
    name: str,
    who: Who | tuple[Who, ...],
    purpose: Text | None = None,
    *,
    role: str | Sequence[str] = "",
    reasoned: bool = False,
    shows: Shows = "asked",
    why: str = "",
    itself: str = "",
    emergency: bool = False,
) -> Action:
    """Declare an action.

    Raises ``ValueError``: not ``<room>.<thing>.<verb>``, declared already, a role that nobody can hold, nobody is named
    and it does not say why, or an emergency opens what needs no role or tells nobody.
    """
    kinds = (who,) if isinstance(who, str) else who
    new = Action(
        name=name, who=kinds, purpose=purpose, role=role if isinstance(role, str) else " ".join(role), reasoned=reasoned, shows=shows, why=why,
        itself=f"system:{itself}" if itself else "", emergency=emergency,
    )  # fmt: skip
    if name in ACTIONS:
        raise ValueError(f"{name} is declared twice")
    if name.count(".") < 1 or not all(name.split(".")):
        raise ValueError(f"{name!r} is no <room>.<thing>.<verb>")
    if role and "clerk" not in kinds:
        raise ValueError(f"{name}: only clerks have roles")
    if ("system" in kinds) != bool(itself):
        raise ValueError(f"{name}: what the room does by itself says as what")
    if (shows == "nobody") != bool(why):
        raise ValueError(f"{name}: whose record names nobody says why")
    if emergency and (not role or not reasoned or shows == "nobody"):
        raise ValueError(
            f"{name}: an emergency opens what needs a role and a reason, and tells whose it is"
        )
    ACTIONS[name] = new
    return new
