"""The messages of the treaties, and an example of each, made from its contract alone."""

import importlib
import pkgutil
import types
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError

import kazasu.contracts
from kazasu.contracts.base import Message
from kazasu.foundation.values.numbers import (
    SEALED,
    IndividualNumber,
    MunicipalityCode,
    ResidentRecordCode,
)

YOKOHAMA = MunicipalityCode("141003")
EXAMPLES: tuple[object, ...] = (
    ResidentRecordCode("24727059608"),
    IndividualNumber.from_body("12345678901"),
    YOKOHAMA,
    UUID(int=7),
    datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
    date(2026, 11, 24),
    1,
    "MV-00000007",
    "portal",
    "09:00",
)
"""The first that fits is taken; a type that none fits gets an example here."""


def kinds(base: type[Message]) -> list[type[Any]]:
    """All letters, or all inquiries, that the contracts declare."""
    for module in pkgutil.walk_packages(kazasu.contracts.__path__, "kazasu.contracts."):
        importlib.import_module(module.name)
    seen, waiting = set(), list(base.__subclasses__())
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if cls.__module__.startswith("kazasu.contracts") and not cls.__subclasses__():
            seen.add(cls)
    return sorted((cls for cls in seen if "[" not in cls.__name__), key=lambda cls: cls.__name__)


def example(model: type[BaseModel]) -> dict[str, Any]:
    """A body that fits the contract, as it stands in the envelope. What has a default is left out."""
    return {
        name: _value(field.rebuild_annotation())
        for name, field in model.model_fields.items()
        if field.is_required()
    }


def speaking_of(model: type[Message], path: str, speaker: str) -> dict[str, Any]:
    """An example whose field at ``path`` names the institution ``speaker``, by id or code."""
    for name in (speaker.partition(":")[2], speaker):
        body = example(model)
        inner = body
        *way, last = path.split(".")
        for step in way:
            inner = inner[step]
        inner[last] = name
        try:
            model.model_validate(body)
        except ValidationError:
            continue
        return body
    raise AssertionError(f"{model.__name__}.{path} cannot name {speaker}")


def _value(annotation: Any) -> Any:
    arguments, origin = get_args(annotation), get_origin(annotation)
    if origin is Annotated and get_origin(arguments[0]) is tuple:  # a list with an end
        return _value(arguments[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return example(annotation)
    if origin is Literal:
        return arguments[0]
    if origin in (Union, types.UnionType):
        return _value(next(one for one in arguments if one is not type(None)))
    if origin is tuple:
        return [_value(one) for one in arguments if one is not Ellipsis]
    return _first_fitting(annotation)


def _first_fitting(annotation: Any) -> Any:
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    for one in EXAMPLES:
        document = TypeAdapter(type(one)).dump_python(one, mode="json", context=SEALED)
        try:
            adapter.validate_python(document)
        except ValidationError:
            continue
        return document
    raise AssertionError(f"tests/support/messages.py has no example of {annotation}")
