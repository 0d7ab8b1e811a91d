"""Every OAuth error that the source of the identity service can raise, read from the source itself."""

import ast
from pathlib import Path

import kazasu.identity

SOURCE = Path(kazasu.identity.__file__).parent
ANY = "?"


def raised():
    """``(error, description, place)``; places of f-strings are filled with ``x``."""
    found = set()
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        wrappers = dict(_wrappers(tree))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = f"{path.relative_to(SOURCE)}:{node.lineno}"
            if node.func.id == "OAuthError" and len(node.args) > 1:
                if isinstance(node.args[1], ast.Name):
                    continue  # a wrapper, whose callers are read instead
                found.add((_text(node.args[0]) or ANY, _text(node.args[1]), place))
            elif node.func.id in wrappers and node.args:
                found.add((wrappers[node.func.id], _text(node.args[0]), place))
    return sorted(found)


def _wrappers(tree):
    """Functions that only put the error's name to a description."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef) or len(node.args.args) != 1:
            continue
        last = node.body[-1]
        if (
            isinstance(last, ast.Return)
            and isinstance(last.value, ast.Call)
            and getattr(last.value.func, "id", "") == "OAuthError"
        ):
            yield node.name, _text(last.value.args[0])


def _text(node):
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "x" for part in node.values
        )
    return ""
