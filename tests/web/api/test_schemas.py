"""What programs get has one name for one thing: two shapes under one name would be told as one of them."""

from collections import defaultdict

from ninja import Schema

from dangol.web.api import urls


def _all(kind: type[Schema]) -> set[type[Schema]]:
    return {kind}.union(*(_all(one) for one in kind.__subclasses__()))


def test_every_shape_has_a_name_of_its_own() -> None:
    assert urls.ROOMS  # every room of the API is read, so every shape is there
    named = defaultdict(set)
    for shape in _all(Schema):
        if shape.__module__.startswith("dangol."):
            named[shape.__name__].add(shape.__module__)
    assert {name: rooms for name, rooms in named.items() if len(rooms) > 1} == {}
