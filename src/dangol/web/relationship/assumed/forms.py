"""The numbers that can be tried; an empty one stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from dangol.insight.relationship.assumed.numbers import CHANGEABLE, checked, with_numbers
from dangol.insight.relationship.settings import ValueSettings
from dangol.lib.settings import BadSettings


class SettingsForm(forms.Form):
    """One field for each, told within its bounds."""

    def __init__(self, told: Mapping[str, Any], now: ValueSettings) -> None:
        super().__init__({name: told.get(name) for name in CHANGEABLE})
        self.now = now
        for name in CHANGEABLE:
            self.fields[name] = forms.FloatField(required=False)

    def clean(self) -> dict[str, Any]:
        """What is wrong stands beside its number."""
        for name, number in self.told.items():
            try:
                if number != getattr(self.now, name):
                    checked(name, number)
            except BadSettings as error:
                self.add_error(name, str(error))
        return self.cleaned_data

    @property
    def told(self) -> dict[str, float]:
        """Those that were told."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}

    @property
    def wanted(self) -> ValueSettings:
        """The settings with these numbers; the form must be valid. Raises BadSettings."""
        return with_numbers(self.now, self.told)
