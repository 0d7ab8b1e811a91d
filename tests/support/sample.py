"""Some of many for the normal run: others at each commit, so that all have their turn; ``--deep`` takes all."""

import hashlib
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def sample(of: Iterable[T], how_many: int, name: Callable[[T], str] = str) -> list[T]:
    def drawn(one: T) -> bytes:
        return hashlib.sha256((_commit() + name(one)).encode()).digest()

    return sorted(of, key=drawn)[:how_many]


@cache
def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        cwd=Path(__file__).parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout
