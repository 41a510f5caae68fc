"""Decisions made without a person, told so that they can be contested: what came out, from which data, and why.

A room that decides about people registers an `Explainer` in its AppConfig.ready():

    explaining.register(Explainer("grade", _("Membership grade"), _("…the published criteria…"), explained=…))
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.functional import Promise

from dangol.records.rights.models import Review
from dangol.records.rights.queries import reviews_of

type Word = str | Promise


@dataclass(frozen=True)
class Explained:
    """One decision about one person.

    decision: the explainer's name; subject: opaquely which one; result: what came out; data: the main kinds of data;
    influence: how each worked; rule: by which version of which rule; review: what a person found who looked again.
    """

    decision: str
    subject: str
    at: datetime
    title: str
    result: str
    data: tuple[str, ...] = ()
    influence: tuple[str, ...] = ()
    rule: str = ""
    review: Review | None = None


@dataclass(frozen=True)
class Explainer:
    """A kind of decision: its name, its label, how it is decided for everybody, and the decisions about one person."""

    name: str
    label: Word
    criteria: Word
    explained: Callable[[int], list[Explained]]


EXPLAINERS: dict[str, Explainer] = {}


def register(explainer: Explainer) -> None:
    """Take a kind of decision into what can be explained."""
    EXPLAINERS[explainer.name] = explainer


def explained(customer_id: int) -> list[Explained]:
    """Every decision about the customer, the latest first, in the language in use."""
    reviews = reviews_of(customer_id)
    found = [one for explainer in EXPLAINERS.values() for one in explainer.explained(customer_id)]
    told = [replace(one, review=reviews.get((one.decision, one.subject))) for one in found]
    return sorted(told, key=lambda one: one.at, reverse=True)
