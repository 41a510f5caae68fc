"""No template names what nobody gives it. What a page leaves out on purpose says what stands there instead:
`|default:""`.

Django writes nothing in its place, so that a sentence loses its day and no test sees it.
"""

from __future__ import annotations

import sys

import pytest
from django.template import engines
from django.template.base import FilterExpression

_INSTEAD = {"default", "default_if_none"}


class _Nobodys(str):
    """What Django writes where a template names what nobody gives; it asks first whether there is anything to write."""

    __slots__ = ()

    def __bool__(self) -> bool:
        asking = sys._getframe(1)
        named = asking.f_locals.get("self")
        if isinstance(named, FilterExpression) and asking.f_code is FilterExpression.resolve.__code__:
            told = {filter_._filter_name for filter_, _words in named.filters}
            if not told & _INSTEAD:
                raise AssertionError(f"A template names {named.token}, which nobody gives it. Or say |default:… there.")
        return False


def told_of_what_nobody_gives(patch: pytest.MonkeyPatch) -> None:
    """From here on each such page fails."""
    patch.setattr(engines["django"].engine, "string_if_invalid", _Nobodys())  # type: ignore[attr-defined]
