"""Who may send a letter or ask an inquiry: as its contract says, and whom it must name."""

from collections.abc import Sequence
from operator import attrgetter

from kazasu.contracts.base import InstitutionId, Message


def may_speak(speaker: str, kinds: Sequence[str]) -> bool:
    """Is this institution of one of the kinds? ``city:141003`` is a ``city``."""
    return InstitutionId(speaker).kind in kinds


def of_case(message: Message, case: str) -> bool:
    """Is the message about the case that its envelope says? A message that names none: yes.

    Order and places are kept by the envelope's case: with another one inside, a letter would step out of its line.
    """
    return getattr(message, "case_id", case) == case


def names(message: Message, path: str, speaker: str) -> bool:
    """Does the field at ``path`` name the speaker, by its id or its tenant's code? No path: yes."""
    if not path:
        return True
    tenant = InstitutionId(speaker).tenant
    return attrgetter(path)(message) in ({speaker, tenant} if tenant else {speaker})
