"""How far a customer is identified, in words: by what, since when, and what would help where something is missing."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.relationship.identified import (
    IDENTIFIED,
    NAME_ONLY,
    NO_TASTES,
    NOT_WHO,
    NUMBER_ONLY,
    STATES,
    Standing,
)

HELPS: dict[str, str | Promise] = {
    NO_TASTES: gettext_lazy("Import sales that tell the product, or ask which topics they like."),
    NOT_WHO: gettext_lazy("Ask for their name at the next visit, or import a list of customers with names."),
    NAME_ONLY: gettext_lazy("Import sales that tell their number, or merge them with whoever buys."),
    NUMBER_ONLY: gettext_lazy("Import a list of customers with names, and sales that tell this number."),
}


@dataclass(frozen=True)
class Known:
    """What stands on the profile."""

    standing: Standing

    @property
    def label(self) -> str | Promise:
        return STATES[self.standing.state]

    @property
    def since(self) -> datetime | None:
        return self.standing.since

    @property
    def help(self) -> str | Promise:
        return "" if self.standing.state == IDENTIFIED else HELPS[self.standing.state]

    @property
    def made_of(self) -> str:
        """What is known of them, each part that there is."""
        one = self.standing
        categories = ngettext("%(n)d category", "%(n)d categories", one.categories) % {"n": one.categories}
        products = ngettext("%(n)d product", "%(n)d products", one.products) % {"n": one.products}
        parts = [
            (one.named, _("name")),
            (one.numbers, ngettext("%(n)d number", "%(n)d numbers", one.numbers) % {"n": one.numbers}),
            (one.ways, ngettext("%(n)d contact", "%(n)d contacts", one.ways) % {"n": one.ways}),
            (one.purchases, ngettext("%(n)d purchase", "%(n)d purchases", one.purchases) % {"n": one.purchases}),
            (one.loans, ngettext("%(n)d loan", "%(n)d loans", one.loans) % {"n": one.loans}),
            (one.products, categories if one.categories else products),
            (one.topics, ngettext("%(n)d topic", "%(n)d topics", one.topics) % {"n": one.topics}),
        ]
        return ", ".join(words for there, words in parts if there)
