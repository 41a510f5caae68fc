"""The fields a rule may use: what each accepts, and the condition it becomes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.leaving.names import CHANCE, KIND
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import latest_run
from dangol.lib.errors import DangolError
from dangol.records.customers.line_names import LINES

REGIONS = ("I", "II", "III", "unknown")
UNKNOWN_REGION = gettext_lazy("unknown")
ANY = gettext_lazy("known")

type Rule = dict[str, Any]


class BadRule(DangolError):
    """A rule names a field that does not exist, or a value its field does not accept."""


class NotValuedYet(DangolError):
    """A rule asks for values before any customer has been valued."""


@dataclass(frozen=True)
class Field:
    """One field of a rule.

    label: its name in words; read: the rule's value in its one normal form, or BadRule; written: that value in words;
    condition: customers with that value; scored: whether it needs a run of values.
    """

    name: str
    label: str | Promise
    read: Callable[["Field", Any], Any]
    written: Callable[[Any], str]
    condition: Callable[[str, Any, Run | None], Q]
    scored: bool = False


def among_regions(field: Field, value: Any) -> list[str]:
    """A list of I, II, III, unknown."""
    words = a_list_of_words(field, value)
    if strange := [word for word in words if word not in REGIONS]:
        raise BadRule(
            _("%(field)s cannot be “%(value)s”. Choose from %(choices)s.")
            % {"field": field.label, "value": strange[0], "choices": ", ".join(REGIONS)}
        )
    return words


def a_list_of_words(field: Field, value: Any) -> list[str]:
    """A list of texts, each once; one text stands for a list of one."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not words or not all(isinstance(word, str) for word in words):
        raise BadRule(
            _("%(field)s needs a list of words, such as %(example)s, not %(value)s.")
            % {"field": field.label, "example": f'{{"{field.name}": ["…"]}}', "value": value}
        )
    return list(dict.fromkeys(words))


def a_range(field: Field, value: Any) -> list[float | None]:
    """[low, high], both included, either None for no limit; never empty."""
    ends = list(value) if isinstance(value, list | tuple) else []
    numbers = [end for end in ends if end is not None]
    if len(ends) != 2 or not all(_is_number(end) for end in numbers):
        raise BadRule(
            _("%(field)s needs a lowest and a highest number, such as [20, 60], not %(value)s.")
            % {"field": field.label, "value": value}
        )
    if len(numbers) == 2 and numbers[0] > numbers[1]:
        raise BadRule(
            _("%(field)s cannot run from %(low)s to %(high)s: write the lower number first.")
            % {"field": field.label, "low": f"{numbers[0]:g}", "high": f"{numbers[1]:g}"}
        )
    return [None if end is None else float(end) for end in ends]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _words(words: Sequence[str]) -> str:
    return ", ".join(words)


def _lines(words: Sequence[str]) -> str:
    return ", ".join(str(LINES.get(word, word)) for word in words)


def _regions(words: Sequence[str]) -> str:
    return ", ".join(str(UNKNOWN_REGION) if word == "unknown" else word for word in words)


def _span(ends: Sequence[float | None]) -> str:
    low, high = ends
    if low is None or high is None:
        return f"≤ {high:.4g}" if high is not None else f"≥ {low:.4g}" if low is not None else str(ANY)
    return f"{low:.4g}–{high:.4g}"


def _is_in(column: str) -> Callable[[str, Any, Run | None], Q]:
    return lambda _name, words, _run: Q(**{f"{column}__in": words})


def _scored(name: str, **limits: Any) -> Callable[[Run], Q]:
    # A list of keys read from the index on (run, name, text, value), not a look-up for every customer.
    return lambda run: Q(pk__in=Score.objects.filter(run=run, name=name, **limits).values("customer_id"))


def _text_is(name: str, words: Any, run: Run | None) -> Q:
    return _scored(name, text__in=words)(_valued(run))


def _value_within(name: str, ends: Any, run: Run | None) -> Q:
    low, high = ends
    limits = {"text": "", "value__isnull": False}
    limits |= {} if low is None else {"value__gte": low}
    limits |= {} if high is None else {"value__lte": high}
    return _scored(name, **limits)(_valued(run))


def _chance_within(name: str, ends: Any, _run: Run | None) -> Q:
    """By the last forecast: it has runs of its own, whatever the run of values is."""
    run = latest_run(KIND)
    if run is None:
        raise NotValuedYet(_("Nobody is foretold yet. Ask Insight who will come back first, then choose by it."))
    return _value_within(name, ends, run)


def _valued(run: Run | None) -> Run:
    if run is None:
        raise NotValuedYet(_("No customer is valued yet. Value the customers first, then choose by value."))
    return run


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("region", gettext_lazy("Region"), among_regions, _regions, _text_is, scored=True),
        Field("line", gettext_lazy("Line of business"), a_list_of_words, _lines, _is_in("line")),
        Field("customer_value", gettext_lazy("Value to the customer"), a_range, _span, _value_within, scored=True),
        Field("customer_equity", gettext_lazy("Value to the company"), a_range, _span, _value_within, scored=True),
        Field("unit", gettext_lazy("Unit"), a_list_of_words, _words, _is_in("unit__code")),
        Field("place", gettext_lazy("Place"), a_list_of_words, _words, _is_in("place")),
        Field(CHANCE, gettext_lazy("Likely to buy again"), a_range, _span, _chance_within, scored=True),
    )
}


def normal(rule: Rule) -> Rule:
    """The rule in its one normal form, fields in registry order. Raises BadRule."""
    if not isinstance(rule, dict):
        raise BadRule(_('A rule says for each field what is accepted, such as {"region": ["II"]}.'))
    if unknown := sorted(set(rule) - set(FIELDS)):
        raise BadRule(
            _("There is no field “%(name)s”. Fields: %(fields)s.") % {"name": unknown[0], "fields": ", ".join(FIELDS)}
        )
    return {name: field.read(field, rule[name]) for name, field in FIELDS.items() if name in rule}
