"""Pages that the code knows best: commands, letters and inquiries, the interface of the identity service."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import kazasu.contracts
from kazasu.cli.output.examples import examples_of, statuses_of
from kazasu.contracts.base import INQUIRIES, LETTERS, Message

OPENAPI: Final = "docs/reference/openapi.json"
"""As the running service answers it; a test compares them."""


def commands(_: Path) -> str:
    """Every command with its arguments, examples and exit statuses, as ``--help`` tells them."""
    from kazasu.cli.commands import COMMANDS, _parser  # noqa: PLC0415 - it knows this command, too

    parts = ["# コマンド / Commands\n\nWritten from the command line itself; `./kazasu COMMAND --help` says the same.\n"]  # fmt: skip
    for name, parser in _leaves(_parser(COMMANDS)):
        parts.append(f"## {name}\n\n{parser.description}\n\n```text\n{parser.format_usage().strip()}\n```\n")  # fmt: skip
        rows = [
            f"| {_code(', '.join(one.option_strings) or one.metavar or one.dest)} | {_cell(one.help or '')} |"
            for one in parser._actions
        ]
        parts.append("\n".join(["|  |  |", "|---|---|", *rows]) + "\n")
        examples = "\n".join(f"./kazasu {one}" for one in examples_of(name))
        parts.append(f"例 / examples:\n\n```sh\n{examples}\n```\n")
        statuses = [f"| `{n}` | {one.ja} / {one.en} |" for n, one in statuses_of(name).items()]
        parts.append("\n".join(["| 終了状態 / exit status |  |", "|---|---|", *statuses]) + "\n")
    return "\n".join(parts)


def _leaves(parser: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if parser.verbs is None:
        yield " ".join(path), parser
        return
    for name, one in parser.verbs.choices.items():
        yield from _leaves(one, (*path, name))


def messages(_: Path) -> str:
    """Letters and inquiries: who may send or ask, on what basis, with which fields."""
    for module in pkgutil.walk_packages(kazasu.contracts.__path__, "kazasu.contracts."):
        importlib.import_module(module.name)
    parts = ["# 手紙と照会 / Letters and inquiries\n\nWritten from `kazasu.contracts`: all that institutions may tell and ask one another.\n"]  # fmt: skip
    parts.append("## 手紙 / Letters\n")
    for kind, letter in sorted(LETTERS.items()):
        facts = f"送る / senders: {', '.join(letter.senders)}"
        parts.append(_message(kind, letter, facts, letter.named_in))
    parts.append("## 照会 / Inquiries\n")
    for kind, inquiry in sorted(INQUIRIES.items()):
        facts = f"尋ねる / askers: {', '.join(inquiry.askers)}; 根拠 / basis: {inquiry.basis}"
        parts.append(_message(kind, inquiry, facts, inquiry.named_in))
        parts.append(f"答え / answer:\n\n{_fields(inquiry.answer)}\n")
    return "\n".join(parts)


def _message(kind: str, message: type[Message], facts: str, named_in: str) -> str:
    said = " ".join((message.__doc__ or "").split())
    named = f"; {_code(named_in)} names who speaks" if named_in else ""
    return f"### {kind}\n\n{_plain(said)}\n\n{facts}{named}\n\n{_fields(message)}\n"


def _fields(message: type[Message]) -> str:
    rows = [
        f"| {_code(name)} | {_code(_type_of(field))} | {'' if field.get('required') else '–'} |"
        for name, field in _properties(message)
    ]
    return "\n".join(["| 項目 / field | 型 / type | 要る / needed |", "|---|---|---|", *rows])


def _properties(message: type[Message]) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = message.model_json_schema()
    for name, field in schema.get("properties", {}).items():
        yield name, field | {"required": name in schema.get("required", ())}


def _type_of(field: dict[str, Any]) -> str:
    """In one word or two: the kind, and the bound that matters."""
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        return " or ".join(_type_of(one) for one in field["anyOf"])
    if "enum" in field:
        return " or ".join(map(str, field["enum"]))
    if field.get("type") == "array":
        return f"list of {_type_of(field.get('items', {}))}"
    bound = f" ≤ {field['maxLength']}" if "maxLength" in field else ""
    return f"{field.get('format') or field.get('type') or field.get('const') or 'any'}{bound}"


def interface(root: Path) -> str:
    """The identity service's routes for programs, from its OpenAPI document."""
    document = json.loads((root / OPENAPI).read_text(encoding="utf-8"))
    parts = [
        "# 接続の口 / The interface for relying parties\n\n"
        "From the OpenAPI 3.1 document that the service publishes at `/api/openapi.json` "
        "({download}`openapi.json`). How it is used: [relying parties](../relying-parties.md).\n"
    ]
    rows = [
        f"| `{method.upper()}` | `{path}` | {_cell(operation.get('summary', ''))} | {'bearer' if operation.get('security') else ''} |"
        for path, operations in sorted(document["paths"].items())
        for method, operation in operations.items()
    ]
    table = ["| | path | | token |", "|---|---|---|---|", *rows]
    return "\n".join(parts) + "\n" + "\n".join(table) + "\n"


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|").replace("\n", " ")


def _plain(text: str) -> str:
    """Words of a docstring or help text, of which Markdown makes nothing."""
    return text.replace("``", "`").replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*")


GENERATED: Final[dict[str, Callable[[Path], str]]] = {
    "reference/commands.md": commands,
    "reference/messages.md": messages,
    "reference/api.md": interface,
}
"""Page of the site → what writes it."""
