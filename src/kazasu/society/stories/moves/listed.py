"""All moves that can be played, by name."""

from collections.abc import Mapping
from typing import Final

from kazasu.society.stories import MOVES
from kazasu.society.stories.moves.astray.by_paper import BY_PAPER
from kazasu.society.stories.moves.astray.correcting import CORRECT_ANEW
from kazasu.society.stories.moves.astray.given_up import GIVEN_UP
from kazasu.society.stories.moves.astray.otherwise import CORRECTION, ELSEWHERE, REJECTION
from kazasu.society.stories.moves.divided import DIVIDED
from kazasu.society.stories.moves.households import FAMILY, HEAD_LEAVES, JOINING, PART
from kazasu.society.stories.moves.people import FOREIGN, PROTECTED
from kazasu.society.stories.moves.tale import Story
from kazasu.society.stories.moves.within import WITHIN

_ALL: Final = {
    one.name: one
    for one in (
        FAMILY, PART, ELSEWHERE, GIVEN_UP, HEAD_LEAVES, JOINING, PROTECTED, FOREIGN, CORRECTION, REJECTION,
        WITHIN, BY_PAPER, CORRECT_ANEW, DIVIDED,
    )
}  # fmt: skip
BY_NAME: Final[Mapping[str, Story]] = {name: _ALL[name] for name in MOVES}
