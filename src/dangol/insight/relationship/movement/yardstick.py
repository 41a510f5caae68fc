"""What places are measured by: the frozen scales and the settings. Places on two yardsticks cannot be compared.

Settings that are as they come are left out, so that one that is added later changes no yardstick.
"""

from __future__ import annotations

import json
from dataclasses import fields
from hashlib import sha256

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.models import Reference
from dangol.insight.relationship.settings import ValueSettings


def yardstick_of(run: Run) -> str:
    """The yardstick of a valuation, in sixteen letters."""
    scales = dict(Reference.objects.filter(run__lte=run.pk).order_by("pk").values_list("part", "pk"))
    usual = ValueSettings().as_parameters()
    own = settings_of(run).as_parameters()
    changed = {
        name: value if isinstance(value, str) else float(value) for name, value in own.items() if value != usual[name]
    }
    return sha256(json.dumps([scales, changed], sort_keys=True).encode()).hexdigest()[:16]


def settings_of(run: Run) -> ValueSettings:
    """What a valuation assumed."""
    names = [field.name for field in fields(ValueSettings)]
    return ValueSettings(**{name: run.parameters[name] for name in names if name in run.parameters})
