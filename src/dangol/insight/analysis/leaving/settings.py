"""What is asked: within how many days."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dangol.lib.settings import BadSettings

CHOICES = (14, 30, 60, 90, 180)
LOOK_BACK = 365


@dataclass(frozen=True)
class LeavingSettings:
    """days: who does not buy within so many days counts as having stayed away; back: at most so far is looked back."""

    days: int = 30
    back: int = LOOK_BACK

    def __post_init__(self) -> None:
        if not 7 <= self.days <= 365:
            raise BadSettings(_("Ask about 7 to 365 days."))
