"""What a run has to say for itself: every fall-back and every gap, as a code with facts, told in words when read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NO_REFERENCE = "no_reference"

SENTENCES: dict[str, str | Promise] = {
    "too_few": gettext_lazy(
        "%(where)s: too few customers with sales (%(customers)s); a fit of its own needs %(needed)s."
    ),
    "no_fit": gettext_lazy("%(where)s: the rhythm of purchases could not be fitted."),
    "penalised": gettext_lazy(
        "%(where)s: the %(of)s fit has no plain maximum; it was drawn mildly to the data's own scale."
    ),
    "fell_back": gettext_lazy(
        "%(where)s: the %(of)s came closest to what customers bought, but finds no fit on these purchases. Values come "
        "from the BG/NBD."
    ),
    "model_changed": gettext_lazy(
        "%(where)s: the scales were frozen when values came from the %(was)s; now they come from the %(now)s. Re-base "
        "to compare like with like."
    ),
    "pooled": gettext_lazy("%(where)s: equity comes from the fit of all lines of business together."),
    "no_equity": gettext_lazy("%(where)s: the equity of %(customers)s customers is unknown."),
    NO_REFERENCE: gettext_lazy(
        "Active customers so far: %(active)s. From %(needed)s on they are ranked and the map is drawn."
    ),
    "part_unknown": gettext_lazy("%(part)s is unknown for everybody: nothing of the kind is on record."),
    "social_too_few": gettext_lazy(
        "%(answered)s active customers answered; estimates for the others need %(needed)s answers."
    ),
    "social_below_floor": gettext_lazy(
        "Answers cannot be foretold for the others: rank correlation %(correlation)s, needed %(floor)s. "
        "For %(unknown)s customers social value stays unknown."
    ),
    "new_part": gettext_lazy("%(part)s became known, so the scale of customer value was frozen anew."),
    "settings_changed": gettext_lazy(
        "The scales were frozen under other settings (%(names)s). Re-base to compare like with like."
    ),
    "spending": gettext_lazy(
        "Customer value follows spending (rank correlation %(correlation)s): those who buy more receive more."
    ),
    "objected": gettext_lazy("%(customers)s customers do not want to be valued by a program and were left out."),
    "children": gettext_lazy("%(customers)s children whose guardian has not agreed were left out."),
    "helpers": gettext_lazy("%(customers)s people who sell, deliver or work for the business were left out."),
    "now_by_use": gettext_lazy(
        "Values are now counted in uses and no longer in money, so all scales were frozen anew."
    ),
    "now_by_money": gettext_lazy(
        "Values are now counted in money and no longer in uses, so all scales were frozen anew."
    ),
    "strangers": gettext_lazy("%(customers)s customers of the warehouse are no longer on record and were left out."),
}

# What is said otherwise where nothing is sold.
OF_USES: dict[str, str | Promise] = {
    "too_few": gettext_lazy(
        "%(where)s: too few customers with a use (%(customers)s); a fit of its own needs %(needed)s."
    ),
    "no_fit": gettext_lazy("%(where)s: the rhythm of use could not be fitted."),
    "fell_back": gettext_lazy(
        "%(where)s: the %(of)s came closest to how customers came back, but finds no fit on these uses. Values come "
        "from the BG/NBD."
    ),
    "spending": gettext_lazy(
        "Customer value follows use (rank correlation %(correlation)s): those who come more receive more."
    ),
}

PART_NAMES: dict[str, str | Promise] = {
    "economic_value": gettext_lazy("Economic value"),
    "social_value": gettext_lazy("Social value"),
    "relationship_cost": gettext_lazy("Relationship cost"),
}


@dataclass(frozen=True)
class Note:
    """A code of SENTENCES with its facts, as kept in the run's summary."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"code": self.code, **self.facts}

    def told(self, *, by_use: bool = False) -> str:
        """The sentence, in the language in use; by_use: of a business that sells nothing."""
        facts = {name: _written(value) for name, value in self.facts.items()}
        facts["where"] = self.facts.get("line") or _("All customers")
        facts["part"] = str(PART_NAMES.get(str(self.facts.get("part", "")), ""))
        return str((OF_USES if by_use else {}).get(self.code, SENTENCES[self.code])) % facts


def from_json(kept: Mapping[str, Any]) -> Note:
    """The note again."""
    return Note(str(kept["code"]), {name: value for name, value in kept.items() if name != "code"})


def why_unranked(notes: Iterable[Mapping[str, Any]], *, by_use: bool = False) -> str:
    """Why nobody has a rank, by the notes that a run keeps: too few to be ranked among. Empty where somebody has."""
    return next((from_json(one).told(by_use=by_use) for one in notes if one["code"] == NO_REFERENCE), "")


def _written(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"
