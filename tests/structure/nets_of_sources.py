"""What a room's own sources are held to: who goes out, who opens a number, who looks without a record, who reads a query raw.

As :mod:`tests.structure.nets`: each rule gives sentences that say what is wrong and what to do.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tests.structure.nets import Finding

Modules = Mapping[Path, ast.Module]

GOES_OUT = {
    "urllib.request", "http.client", "socket", "ssl", "requests", "aiohttp", "urllib3", "smtplib", "ftplib", "telnetlib",
    "subprocess", "asyncio", "xmlrpc.client", "websockets",
}  # fmt: skip
"""Modules by which one reaches another machine, or a program that does."""
CALLS_OUT = {
    "get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "Client", "AsyncClient", "HTTPTransport",
}  # fmt: skip
"""Of httpx: what makes a connection. Its types and exceptions anybody may name."""
MAY_GO_OUT = ("foundation/", "app/", "cli/", "society/", "workbench/", "card/transports/")
"""The one way out, the process itself, commands, the sandbox's own browser, readers."""

MAY_OPEN_A_NUMBER = {
    "foundation/database/rows.py": "enciphers it into its column",
    "foundation/values/numbers.py": "writes it into a letter that is sealed to its receiver",
    "municipality/register/store.py": "the blind index of the register (住民基本台帳法 7条8号の2)",
    "municipality/moving/store/arrivals.py": "the certificate data of who arrives (同法施行令 23条)",
    "jukinet/numbers.py": "into the index of whose a number is (住民基本台帳法 30条の7第3項)",
    "card/client.py": "to the card itself",
    "card/making.py": "onto the card that is made",
    "cli/card/using.py": "the holder reads their own card",
}
"""Modules that take an individual number out of its type → why."""

KNOWS_UNSEEN_LETTERS = {
    "foundation/values/visible.py": "the one list",
    "foundation/values/names.py": "joins marks and selectors to the letter before them, to count and compare",
    "identity/clients/model.py": "a jti, of ASCII alone",
    "lab/inspector/redaction.py": "bytes that are no text, as Python writes them",
    "society/personas.py": "a name with a variation selector",
}
"""Modules that write such a letter, or the category of controls, into their code → why."""


def _of_rooms(modules: Modules, apart: Iterable[str]) -> Iterator[tuple[Path, ast.Module]]:
    for path, tree in modules.items():
        if not path.as_posix().startswith(tuple(apart)):
            yield path, tree


def going_out(modules: Modules) -> list[Finding]:
    """Connections that a room makes by itself, past deadlines, shares and the look at addresses."""
    found = []
    for path, tree in _of_rooms(modules, MAY_GO_OUT):
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    what = [one.name for one in names if one.name in GOES_OUT]
                case ast.ImportFrom(module=str(module), names=names):
                    whole = [f"{module}.{one.name}" for one in names]
                    what = [module] if module in GOES_OUT else [w for w in whole if w in GOES_OUT]
                    if module == "httpx":
                        what = [f"httpx.{one.name}" for one in names if one.name in CALLS_OUT]
                case ast.Call(func=ast.Attribute(value=ast.Name(id="httpx"), attr=attr)) if (
                    attr in CALLS_OUT
                ):
                    what = [f"httpx.{attr}"]
                case _:
                    what = []
            found += [
                Finding(
                    f"outward {path}",
                    f"{path}:{node.lineno} goes out by {one}, without a deadline for the whole and without a look at the address: "
                    "house.http() reaches institutions, house.outward addresses that parties gave",
                )
                for one in what
            ]
    return found


def numbers_opened(modules: Modules) -> list[Finding]:
    """Individual numbers that leave their type: from there on they are text, in whatever column."""
    return [
        Finding(
            f"reveal {path}",
            f"{path}:{node.lineno} opens an individual number (.reveal). Who need not see its digits hands on the type; who must "
            "stands in tests/structure/nets_of_sources.py MAY_OPEN_A_NUMBER with the article of law",
        )
        for path, tree in modules.items()
        if path.as_posix() not in MAY_OPEN_A_NUMBER
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "reveal"
    ]


def _mentions_request(node: ast.AST, also: set[str]) -> bool:
    for one in ast.walk(node):
        match one:
            case ast.Attribute(attr="query_params" | "path_params"):
                return True
            case ast.Attribute(attr="form", value=ast.Attribute(attr="state")):
                return True
            case ast.Name(id=name) if name in also:
                return True
    return False


def _guarded(function: ast.FunctionDef) -> set[int]:
    """What stands inside a try, or behind a condition of its own."""
    found = set()
    for one in ast.walk(function):
        bodies = one.body if isinstance(one, ast.Try) else []
        bodies = [one.body] if isinstance(one, ast.IfExp) else bodies
        found |= {id(inner) for body in bodies for inner in ast.walk(body)}
    return found


RAW = {"int", "float", "UUID", "Decimal", "fromisoformat", "strptime", "fromtimestamp", "b64decode", "loads"}  # fmt: skip


def raw_values(modules: Modules) -> list[Finding]:
    """What a stranger wrote, read by what raises on it: an incident instead of an answer."""
    found = []
    for path, tree in modules.items():
        for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
            guarded = _guarded(function)
            told: set[str] = set()
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and _mentions_request(node.value, told):
                    told |= {one.id for one in node.targets if isinstance(one, ast.Name)}
            found += [
                Finding(
                    f"raw {path}",
                    f"{path}:{node.lineno} reads what was sent by a bare {_called(node)}(…), which raises: a Form "
                    "(kazasu.foundation.web.forms) or kazasu.foundation.values.readable answers instead",
                )
                for node in ast.walk(function)
                if isinstance(node, ast.Call)
                and _called(node) in RAW
                and id(node) not in guarded
                and any(_mentions_request(one, told) for one in node.args)
            ]
    return found


def deaf_waits(modules: Modules) -> list[Finding]:
    """Waits that only a signal ends: one that comes just before them is never looked at, and the process stays."""
    return [
        Finding(
            f"deaf {path}",
            f"{path}:{node.lineno} waits for a signal without an end: use until_ended() (kazasu.cli.processes.signals)",
        )
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and not node.args
        and not node.keywords
        and ast.unparse(node.func).removeprefix("threading.") in ("Event().wait", "signal.pause")
    ]


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def unrecorded_looks(modules: Modules, personal: Mapping[str, set[str]]) -> list[Finding]:
    """Glances at tables of people: they hold no record, so the database shows them nothing.

    ``personal``: by the folder of a room, its tables that are closed without one.
    """
    found = []
    for folder, tables in personal.items():
        inside = {
            path: tree for path, tree in modules.items() if path.as_posix().startswith(folder)
        }
        named = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE)\s+({'|'.join(sorted(tables)) or '$^'})\b")
        functions = {
            (path.stem, node.name): node
            for path, tree in inside.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
        }
        for path, tree in inside.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and _called(node) == "glance":
                    found += [
                        Finding(
                            f"glance {path}",
                            f"{path}:{node.lineno} glances at {table}, which is personal and shows nothing without a record: "
                            "database.read(…, access=ACTION.by(…)), or a SECURITY DEFINER function in the migration that tells "
                            "no more than what is due",
                        )
                        for table in sorted(_tables(node, path.stem, functions, named))
                    ]
    return found


def _tables(call: ast.AST, module: str, functions, named: re.Pattern[str]) -> set[str]:
    """Tables in the statements of this call, and of the functions that it names: here, or in the module that it says."""
    found: set[str] = set()
    wanted = [call]
    for one in ast.walk(call):
        match one:
            case ast.Name(id=name):
                wanted += [functions[key] for key in [(module, name)] if key in functions]
            case ast.Attribute(value=ast.Name(id=where), attr=name):
                keys = [key for key in functions if key[1] == name and where.endswith(key[0])]
                wanted += [functions[key] for key in keys]
    for node in wanted:
        for one in ast.walk(node):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                found |= set(named.findall(one.value))
    return found


def unseen_letters(modules: Modules, unseen: Callable[[str], str]) -> list[Finding]:
    """Lists of one's own of letters that cannot be seen: they let through what the one list does not."""
    found = []
    for path, tree in modules.items():
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)) if path.as_posix() not in KNOWS_UNSEEN_LETTERS:
                    listed = any(ord(c) > 0xA0 and unseen(c) for c in text)
                    wrong = text == "Cf" or (
                        listed and bool(unseen(text))
                    )  # 葛 with its selector is no list
                case ast.Attribute(attr="isprintable"):
                    wrong = path.as_posix() not in KNOWS_UNSEEN_LETTERS
                case _:
                    continue
            if wrong:
                what = (
                    "its own list of letters that nobody sees: ask kazasu.foundation.values.visible"
                )
                found.append(Finding(f"unseen {path}", f"{path}:{node.lineno} has {what}"))
    return found


WRITES_IN_PLACE = {
    "foundation/private_files.py": "the one writer",
    "foundation/crash.py": "the harness's own list of points; a line is added",
    "foundation/postgres/cluster.py": "a cluster that is not in its place yet",
    "foundation/postgres/user.py": "a lock; nothing stands in it",
    "foundation/postgres/embedded.py": "a draft, renamed into its place",
    "card/chip/image.py": "a lock; nothing stands in it",
    "card/transports/own_pcscd.py": "a folder of the daemon's own, new each time, and its log",
    "cli/launcher/environment.py": "before the environment is there: a lock, and notes that are made anew when they do not read",
    "cli/launcher/prerequisites.py": "a download that its mark of the end belongs to",
    "cli/processes/houses.py": "a log",
    "cli/pki/authorities.py": "the folder of a rehearsal, gone with it",
    "cli/room/writing.py": "a new room's sources, into a folder of their own",
    "cli/output/logs.py": "a log",
    "cli/faults.py": "the file that the person named, which may be /dev/stdout",
    "cli/rp.py": "the file that the person named, which may be /dev/stdout",
    "cli/card/using.py": "the file that the person named, which may be /dev/stdout",
    "cli/docs/__init__.py": "the documentation as it is built",
    "cli/docs/gathering.py": "the documentation as it is built",
    "cli/docs/site.py": "the documentation as it is built",
}
"""Modules that write a file where it stands → why nobody reads half of it."""


def writes_in_place(modules: Modules) -> list[Finding]:
    """Files that whoever reads them meanwhile, or after a power cut, finds empty or half written."""
    found = []
    for path, tree in modules.items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and path.as_posix() not in WRITES_IN_PLACE
                and _writes(node)
            ):
                what = (
                    "writes a file in its place: foundation.private_files.write_whole() replaces it"
                )
                found.append(Finding(f"in place {path}", f"{path}:{node.lineno} {what}"))
    return found


def _writes(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in ("write_text", "write_bytes"):
        return True
    modes = [*call.args[:2], *(one.value for one in call.keywords if one.arg == "mode")]
    return name in ("open", "fdopen") and any(
        isinstance(one, ast.Constant)
        and re.fullmatch(r"[rwaxbt+]*[wax+][rwaxbt+]*", str(one.value))
        for one in modes
    )
