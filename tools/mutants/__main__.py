"""``python -m tools.mutants [NAME …]``: put each kept fault back and see that its tests catch it."""

import sys
import tempfile
from pathlib import Path

from tools.mutants import Tree, kept


def main() -> int:
    wanted = set(sys.argv[1:])
    mutants = [one for one in kept() if not wanted or one.name in wanted]
    survived = 0
    with tempfile.TemporaryDirectory(prefix="kazasu-mutants-") as folder:
        tree = Tree(Path(folder))
        for mutant in mutants:
            trouble = tree.caught(mutant)
            survived += bool(trouble)
            print(f"{'NOT CAUGHT' if trouble else 'caught    '} {mutant.name}: {mutant.fault}")
            if trouble:
                print(trouble)
    print(f"{len(mutants) - survived} of {len(mutants)} caught")
    return 1 if survived or not mutants else 0


if __name__ == "__main__":
    raise SystemExit(main())
