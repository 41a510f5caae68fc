"""The fields a rule may use: what each accepts, and the condition it becomes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dangol.decisions.segments import behind_numbers
from dangol.insight.analysis.groups.names import CELL, GROUPS_KIND, NO_PURCHASE, RFM_KIND
from dangol.insight.analysis.groups.words import SENSITIVITIES, STANDINGS, group_name
from dangol.insight.analysis.leaving.names import CHANCE, KIND
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship import lasso
from dangol.insight.relationship.core import names as core
from dangol.insight.relationship.core import words as core_words
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.shares import about_names
from dangol.insight.relationship.positioning import column as recommended
from dangol.insight.relationship.positioning.names import KIND as POSITIONING
from dangol.insight.relationship.positioning.names import PROGRAMME
from dangol.insight.relationship.stages.models import OF_TRACK, Step, Track
from dangol.insight.relationship.stages.names import CYCLE_FIELD, STAGE_FIELD
from dangol.insight.relationship.stages.names import KIND as STAGES
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


class NotGroupedYet(DangolError):
    """A rule asks for RFM or groups before anybody has looked for them."""


class NotStagedYet(NotGroupedYet):
    """A rule asks for stages before anybody's course was told."""


@dataclass(frozen=True)
class Field:
    """One field of a rule.

    label: its name in words; read: the rule's value in its one normal form, or BadRule; written: that value in words;
    condition: customers with that value; scored: whether a run works it out.
    """

    name: str
    label: str | Promise
    read: Callable[["Field", Any], Any]
    written: Callable[[Any], str]
    condition: Callable[[str, Any, Run | None], Q]
    scored: bool = False


def a_list_of_words(field: Field, value: Any) -> list[str]:
    """A list of texts, each once; one text stands for a list of one."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not words or not all(isinstance(word, str) for word in words):
        raise BadRule(
            _("%(field)s needs a list of words, such as %(example)s, not %(value)s.")
            % {"field": field.label, "example": f'{{"{field.name}": ["…"]}}', "value": value}
        )
    return list(dict.fromkeys(words))


def one_of(known: Collection[str]) -> Callable[["Field", Any], list[str]]:
    """What reads a list of such words alone."""

    def read(field: Field, value: Any) -> list[str]:
        found = a_list_of_words(field, value)
        if strange := [word for word in found if word not in known]:
            raise BadRule(
                _("%(field)s cannot be “%(value)s”. Choose from %(choices)s.")
                % {"field": field.label, "value": strange[0], "choices": ", ".join(known)}
            )
        return found

    return read


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


def a_shape(field: Field, value: Any) -> list[list[float]]:
    """The corners of a shape drawn on the map, as pairs of numbers."""
    try:
        return [list(corner) for corner in lasso.corners(value)]
    except lasso.NoLasso as problem:
        raise BadRule(f"{field.label}: {problem}") from problem


def a_list_of_numbers(field: Field, value: Any) -> list[int]:
    """A list of numbers of rows, each once; one stands for a list of one, and 0 is the number of none."""
    numbers = [value] if isinstance(value, int) else value
    whole = isinstance(numbers, list | tuple) and all(isinstance(one, int) and one >= 0 for one in numbers)
    if not whole or not numbers or any(isinstance(one, bool) for one in numbers):
        raise BadRule(
            _("%(field)s needs a list of numbers, such as %(example)s, not %(value)s.")
            % {"field": field.label, "example": f'{{"{field.name}": [1]}}', "value": value}
        )
    return list(dict.fromkeys(numbers))


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


def _shape(corners: Sequence[Sequence[float]]) -> str:
    (left, right), (low, high) = ((min(ends), max(ends)) for ends in zip(*corners, strict=True))
    return _("within company %(left)s–%(right)s, customer %(low)s–%(high)s, %(n)s corners") % {
        "left": f"{left:g}", "right": f"{right:g}", "low": f"{low:g}", "high": f"{high:g}", "n": len(corners),
    }  # fmt: skip


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


def _inside(_name: str, outline: Any, run: Run | None) -> Q:
    return Q(pk__in=lasso.inside(_valued(run), lasso.corners(outline)).values("pk"))


def _chance_within(name: str, ends: Any, _run: Run | None) -> Q:
    """By the last forecast: it has runs of its own, whatever the run of values is."""
    run = latest_run(KIND)
    if run is None:
        raise NotValuedYet(_("Nobody is foretold yet. Ask Insight who will come back first, then choose by it."))
    return _value_within(name, ends, run)


def _recommended(name: str, words: Any, _run: Run | None) -> Q:
    """By the last portfolio: it has runs of its own, whatever the run of values is."""
    run = latest_run(POSITIONING)
    if run is None:
        raise NotValuedYet(_("Nothing is recommended for anybody yet. Ask what to do on the page What to do first."))
    return _text_is(name, words, run)


def _valued(run: Run | None) -> Run:
    if run is None:
        raise NotValuedYet(_("No customer is valued yet. Value the customers first, then choose by value."))
    return run


def _of_latest(kind: str, *names: str) -> Callable[[str, Any, Run | None], Q]:
    """By scores of the newest run of that kind; names: the scores themselves are what is asked for."""

    def condition(name: str, value: Any, _run: Run | None) -> Q:
        run = latest_run(kind)
        if run is None and kind == core.KIND:
            raise NotGroupedYet(_("Nobody has looked for core customers yet. Find them on the page Core customers."))
        if run is None:
            raise NotGroupedYet(_("Nobody has looked for groups yet. Look for them on the page Groups first."))
        if names:
            return Q(pk__in=Score.objects.filter(run=run, name__in=value).values("customer_id"))
        scored = _value_within if isinstance(value[0], float | None) else _text_is
        return scored(name, value, run)

    return condition


def _raises(_name: str, words: Any, _run: Run | None) -> Q:
    """Those whose need in one of these categories is large and little covered with us, by the newest run."""
    run = latest_run(core.KIND)
    if run is None:
        raise NotGroupedYet(_("Nobody has looked for core customers yet. Find them on the page Core customers."))
    return Q(pk__in=NeedShare.objects.filter(run=run, raises=True, about__in=words).values("customer"))


def _stands(track: Track) -> Callable[[str, Any, Run | None], Q]:
    """By the step that stands: courses are rows of their own, whatever the run of values is."""

    def condition(_name: str, words: Any, _run: Run | None) -> Q:
        if latest_run(STAGES) is None:
            raise NotStagedYet(_("Nobody’s course is told yet. Tell the stages on the page Stages first."))
        standing = Step.objects.filter(track=track, until=None, state__in=words)
        return Q(pk__in=standing.values("customer_id"))

    return condition


def _named(known: Mapping[str, Any]) -> Callable[[Sequence[str]], str]:
    return lambda found: ", ".join(str(known.get(word, word)) for word in found)


def _cells(found: Sequence[str]) -> str:
    never = pgettext("RFM", "Never bought")
    return ", ".join(never if cell == NO_PURCHASE else cell.replace("-", "·") for cell in found)


def _programmes(found: Sequence[str]) -> str:
    known = recommended.words()
    return ", ".join(str(known.get(code, code)) for code in found)


def _groups(found: Sequence[str]) -> str:
    return "; ".join(map(group_name, found))


def _grouped(name: str, label: str | Promise, known: Mapping[str, Any]) -> Field:
    return Field(name, label, one_of(known), _named(known), _of_latest(GROUPS_KIND), scored=True)


def _of_course(name: str, label: str | Promise, track: Track) -> Field:
    known = {state.value: state.label for state in OF_TRACK[track]}
    return Field(name, label, one_of(known), _named(known), _stands(track))


def _of_core(name: str, label: str | Promise, known: Collection[str], called: Callable[[str], str]) -> Field:
    return Field(
        name, label, one_of(known), lambda found: "; ".join(map(called, found)), _of_latest(core.KIND), scored=True
    )


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("region", gettext_lazy("Region"), one_of(REGIONS), _regions, _text_is, scored=True),
        Field("line", gettext_lazy("Line of business"), a_list_of_words, _lines, _is_in("line")),
        Field("customer_value", gettext_lazy("Value to the customer"), a_range, _span, _value_within, scored=True),
        Field("customer_equity", gettext_lazy("Value to the company"), a_range, _span, _value_within, scored=True),
        Field("lasso", gettext_lazy("Shape drawn on the map"), a_shape, _shape, _inside, scored=True),
        Field("unit", gettext_lazy("Unit"), a_list_of_words, _words, _is_in("unit__code")),
        Field("place", gettext_lazy("Place"), a_list_of_words, _words, _is_in("place")),
        Field("recency", gettext_lazy("RFM: how lately"), a_range, _span, _of_latest(RFM_KIND), scored=True),
        Field("frequency", gettext_lazy("RFM: how often"), a_range, _span, _of_latest(RFM_KIND), scored=True),
        Field("monetary", gettext_lazy("RFM: how much"), a_range, _span, _of_latest(RFM_KIND), scored=True),
        Field(CELL, gettext_lazy("RFM cell"), a_list_of_words, _cells, _of_latest(RFM_KIND), scored=True),
        Field(
            "group",
            gettext_lazy("Group found in the data"),
            a_list_of_words,
            _groups,
            _of_latest(GROUPS_KIND),
            scored=True,
        ),
        _grouped("standing", gettext_lazy("Standing"), STANDINGS),
        _grouped("sensitive", gettext_lazy("What they come for"), SENSITIVITIES),
        Field(
            "core",
            gettext_lazy("Core customer"),
            one_of(core_words.CRITERIA),
            _named(core_words.CRITERIA),
            _of_latest(core.KIND, *core_words.CRITERIA),
            scored=True,
        ),
        _of_course(STAGE_FIELD, gettext_lazy("Stage of the relationship"), Track.STAGE),
        _of_course(CYCLE_FIELD, gettext_lazy("Life cycle"), Track.CYCLE),
        _of_core(core.SET, gettext_lazy("Core criteria met"), core.SETS, core_words.set_name),
        _of_core(core.TENTH, gettext_lazy("Contribution"), core.TENTHS, core_words.tenth_name),
        Field(core.NEED_SHARE, gettext_lazy("Share of their need"), a_range, _span, _of_latest(core.KIND), scored=True),
        Field(
            core.NEED_RAISE,
            gettext_lazy("Large need, small share"),
            a_list_of_words,
            lambda found: _named(about_names())(found),
            _raises,
            scored=True,
        ),
        _of_core(core.FREQUENT, gettext_lazy("Frequent user"), (core.YES,), lambda _word: _("yes")),
        Field(CHANCE, gettext_lazy("Likely to buy again"), a_range, _span, _chance_within, scored=True),
        Field(PROGRAMME, gettext_lazy("What to do"), a_list_of_words, _programmes, _recommended, scored=True),
        Field(
            behind_numbers.FIELD,
            gettext_lazy("Behind a number"),
            a_list_of_numbers,
            behind_numbers.written,
            lambda _name, inquiries, _run: behind_numbers.found_by(inquiries),
        ),
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
