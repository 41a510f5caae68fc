"""Choices told where they stand.

The description of the API knows shapes by the bare name of their class. Choices that live within a table share names
(the kind of a unit, of a demand, of a role), and one would be told for all of them.
"""

from __future__ import annotations

from enum import Enum

from pydantic import WithJsonSchema


def told_here(choices: type[Enum]) -> WithJsonSchema:
    """The choices in the field itself instead of under their name; for `Annotated`."""
    return WithJsonSchema({"type": "string", "title": choices.__name__, "enum": [one.value for one in choices]})
