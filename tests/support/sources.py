"""A module's source as a tree, for tests that walk the house."""

import ast
import gc
from pathlib import Path


def tree_of(path: Path) -> ast.Module:
    """Not while rubbish is collected: that lets another thread in, which formats a traceback and parses, too, and CPython
    before 3.11.8 counts the depth of both together (python/cpython#106905)."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        if collecting:
            gc.enable()
