"""Lists of people that programs take out of the house: with a reason, as on the pages."""

from typing import Any, Literal

from ninja import Field

from dangol.web.api.doors import Reason, Sent, valid
from dangol.web.shell.taking_away import TakeForm


class Take(Sent):
    """Why, in which form, and the password of the file (Excel alone carries one)."""

    reason: Reason
    kind: Literal["csv", "xlsx"] = "csv"
    password: str = Field("", max_length=128)


def form(told: Take) -> Any:
    """The page's form, found sound. Raises WrongValues."""
    made = TakeForm(told.model_dump(include={"reason", "kind", "password"}))
    valid(made)
    return made
