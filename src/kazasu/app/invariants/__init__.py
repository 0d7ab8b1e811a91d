"""What must hold over all institutions' databases together; read by nobody but the checker.

No institution may look into another's tables, so no institution could ever check this. The checker
reads as administrator, changes nothing and stores nothing. It runs over a country at rest: letters
on their way are no findings, letters that got lost are.
"""

from kazasu.app.invariants.checker_view import CheckerView, Invariant
from kazasu.app.invariants.letters import LETTERS
from kazasu.app.invariants.money import MONEY
from kazasu.app.invariants.moves import MOVES
from kazasu.app.invariants.registers import REGISTERS
from kazasu.app.invariants.registrations import REGISTRATIONS

INVARIANTS: tuple[Invariant, ...] = (*LETTERS, *REGISTRATIONS, *REGISTERS, *MOVES, *MONEY)

__all__ = ["INVARIANTS", "CheckerView", "Invariant"]
