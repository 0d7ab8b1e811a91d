"""Files that are written whole or not at all; the private ones for their owner's eyes alone: keys, counters, passwords, people.

Nothing else in the country writes a file in its place (tests/structure/test_sources.py): whoever reads meanwhile would find half
of it, and a power cut or a full disk would leave that half for good.
"""

import os
import secrets
from pathlib import Path


def write_private(path: Path, content: str | bytes) -> None:
    """:func:`write_whole` with mode 0600 from its first byte."""
    write_whole(path, content, mode=0o600)


def write_whole(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Whole or not at all, also over a power cut: who reads has the old one or the new one. A missing folder is made.

    The draft beside it is ``<name>.<random>.new``; one that a killed process left is in nobody's way.

    Args:
        mode: less what the process's umask takes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
