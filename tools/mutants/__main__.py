"""``python -m tools.mutants [NAME …] [--part K/N] [--green]``: put each kept fault back and see that its tests catch it."""

import argparse
import tempfile
from pathlib import Path

from tests.support.folders import in_memory
from tools.mutants import Tree, ended_as_by_ctrl_c, kept


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tools.mutants")
    asked.add_argument("names", nargs="*", metavar="NAME", help="none: all of them")
    asked.add_argument(
        "--part", default="1/1", metavar="K/N", help="every Nth, from the Kth: for several at once"
    )
    asked.add_argument(
        "--green",
        action="store_true",
        help="the suite has just passed on this tree: their tests are not run without the fault first",
    )
    given = asked.parse_args()
    first, _, step = given.part.partition("/")
    mutants = [one for one in kept() if not given.names or one.name in given.names][
        int(first) - 1 :: int(step)
    ]
    survived = 0
    in_memory()
    ended_as_by_ctrl_c()
    with (
        tempfile.TemporaryDirectory(prefix="kazasu-mutants-") as folder,
        Tree(Path(folder)) as tree,
    ):
        if given.green:
            tree.believe_green(mutants)
        elif len(mutants) > 1:
            tree.learn_green(mutants)
        for mutant in mutants:
            trouble = tree.caught(mutant)
            survived += bool(trouble)
            print(
                f"{'NOT CAUGHT' if trouble else 'caught    '} {mutant.name}: {mutant.fault}",
                flush=True,
            )
            if trouble:
                print(trouble, flush=True)
    print(f"{len(mutants) - survived} of {len(mutants)} caught")
    return 1 if survived or not mutants else 0


if __name__ == "__main__":
    raise SystemExit(main())
