"""What is known of a customer, in the unit of the feature and the language in use."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.warehouse.features import FEATURES, Unit
from dangol.lib import money
from dangol.lib.languages import speaks


def label(name: str) -> str:
    """What a feature is called."""
    return str(FEATURES[name].label)


def amount(name: str, value: float) -> str:
    """A value of a feature in its unit."""
    unit = FEATURES[name].unit
    if unit is Unit.MONEY:
        return money.about(value, settings.DANGOL.currency, language=speaks())
    if unit is Unit.SHARE:
        return _signed(f"{100 * value:.0f}%")
    if unit is Unit.TIMES:
        return _("%(times)s times") % {"times": _signed(f"{value:,.1f}")}
    if unit is Unit.DAYS:
        return ngettext("%(days)s day", "%(days)s days", round(value)) % {"days": _counted(value)}
    return _counted(value)


def _counted(value: float) -> str:
    return _signed(f"{round(value):,}")


def _signed(number: str) -> str:
    return number.replace("-", money.MINUS)
