"""What programs get has one name for one thing: two shapes under one name would be told as one of them."""

from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from typing import Any, TypeAliasType, get_args, get_type_hints

from ninja import Schema
from pydantic import WithJsonSchema

from dangol.web.api import urls


def _all(kind: type[Schema]) -> set[type[Schema]]:
    return {kind}.union(*(_all(one) for one in kind.__subclasses__()))


def _choices(annotation: Any) -> Iterator[Any]:
    """The choices that a field's type names, however deep, but for those told in the field itself."""
    if any(isinstance(part, WithJsonSchema) for part in get_args(annotation)):
        return
    if isinstance(annotation, TypeAliasType):
        yield annotation
        yield from _choices(annotation.__value__)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield annotation
    for part in get_args(annotation):
        yield from _choices(part)


def test_every_shape_has_a_name_of_its_own() -> None:
    assert urls.ROOMS  # every room of the API is read, so every shape is there
    named = defaultdict(set)
    for shape in _all(Schema):
        if shape.__module__.startswith("dangol."):
            named[shape.__name__].add(f"{shape.__module__}.{shape.__qualname__}")
            for hint in get_type_hints(shape, include_extras=True).values():
                for one in _choices(hint):
                    named[one.__name__].add(f"{one.__module__}.{one.__name__}")
    assert {name: rooms for name, rooms in named.items() if len(rooms) > 1} == {}
