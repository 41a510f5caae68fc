"""What customers answered when they were asked, and what they told us of themselves: metrics of both."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import ratio
from dangol.insight.warehouse.metrics.registry import NOTHING, PEOPLE, Metric, Unit
from dangol.insight.warehouse.metrics.sources import MADE
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.service import EXPECTED
from dangol.insight.warehouse.surveys import INVITATION

INDEX = 100
ANSWERED = ("answered", "settled")  # steps after which nobody waits for an answer


def asked(lake: Lake) -> Any:
    """Whom we asked and who answered, one under the other: identity_key, at, day, answered."""
    import ibis

    met, answers = lake.table("interactions"), lake.table("answers")
    met = met.filter(met.kind == INVITATION, met.direction == "out")
    told = met.select("identity_key", "at", "day", answered=ibis.literal(False))
    return told.union(answers.select("identity_key", "at", "day", answered=ibis.literal(True)))


def told_and_answered(lake: Lake) -> Any:
    """Everything told us, with `waited`: the days until it was first answered or settled, null where it was not yet."""
    told, steps = lake.table("feedback"), lake.table("feedback_steps")
    answers = steps.filter(steps.state.isin(ANSWERED)).group_by("feedback_id").aggregate(first_day=steps.day.min())
    both = told.left_join(answers, "feedback_id").drop("feedback_id_right")
    return both.mutate(waited=both.first_day.delta(both.day, unit="day").cast("float64")).drop("first_day")


MADE |= {"asked": asked, "told_and_answered": told_and_answered}


def _place(t: Any) -> Any:
    return (t.score - t.scale_min) / (t.scale_max - t.scale_min).nullif(0)


def _expected(t: Any) -> Any:
    return t.dimension.startswith(EXPECTED)


def _index(t: Any) -> Any:
    return INDEX * _place(t).mean(where=(t.dimension != "") & ~_expected(t))


METRICS = (
    Metric("answers", "answers", Unit.COUNT, _("Survey answers"), _("answers to survey items"), lambda t: t.count()),
    Metric(
        "respondents", "answers", Unit.COUNT, _("Customers who answered"), _("distinct customers with a survey answer"),
        lambda t: t.customer_key.nunique(), about_customers=True, adds_over=PEOPLE,
    ),
    Metric(
        "satisfaction", "answers", Unit.SHARE, _("Mean survey score"),
        _("mean of (score − lowest) ÷ (highest − lowest) of the item's scale"), lambda t: _place(t).mean(),
        adds_over=NOTHING,
    ),
    Metric(
        "csi", "answers", Unit.POINTS, _("Satisfaction index"),
        _("100 × mean of (score − lowest) ÷ (highest − lowest) of items about a side of the service, expectations"
        " left out"),
        _index, adds_over=NOTHING,
    ),
    Metric(
        "expectation_gap", "answers", Unit.POINTS, _("Satisfaction against expectation"),
        _("satisfaction index − 100 × the same mean of expectations"),
        lambda t: _index(t) - INDEX * _place(t).mean(where=_expected(t)), adds_over=NOTHING,
    ),
    Metric(
        "top_two_share", "answers", Unit.SHARE, _("Share of the two best answers"),
        _("answers one step below the highest or better ÷ answers"),
        lambda t: ratio(t.answer_id.count(where=t.score >= t.scale_max - 1), t.answer_id.count()), adds_over=NOTHING,
    ),
    Metric(
        "survey_response_rate", "asked", Unit.SHARE, _("Share of invited customers who answered"),
        _("distinct customers asked and answering in the period ÷ distinct customers asked in it"),
        lambda t: ratio(t.count(where=t.invited & t.told), t.count(where=t.invited)),
        about_customers=True, adds_over=NOTHING,
        each=lambda rows, by: rows.group_by(*by, "customer_key").aggregate(
            invited=(~rows.answered).any(), told=rows.answered.any()
        ),
    ),
    Metric(
        "feedback", "feedback", Unit.COUNT, _("Customer feedback"), _("what was told us in own words, of every kind"),
        lambda t: t.count(),
    ),
    Metric(
        "feedback_customers", "feedback", Unit.COUNT, _("Customers who told us something"),
        _("distinct customers with feedback"), lambda t: t.customer_key.nunique(), about_customers=True,
        adds_over=PEOPLE,
    ),
    Metric(
        "feedback_answered_share", "told_and_answered", Unit.SHARE, _("Share of feedback answered"),
        _("feedback answered or settled by today ÷ feedback"), lambda t: ratio(t.waited.count(), t.count()),
        adds_over=NOTHING,
    ),
    Metric(
        "days_to_answer", "told_and_answered", Unit.NUMBER, _("Days until feedback is answered"),
        _("mean of the days from feedback to its first answer or settlement; what waits is left out"),
        lambda t: t.waited.mean(), adds_over=NOTHING,
    ),
)  # fmt: skip
