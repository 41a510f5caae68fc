"""What customers answered when they were asked: metrics of survey answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import ratio
from dangol.insight.warehouse.metrics.registry import NOTHING, PEOPLE, Metric, Unit
from dangol.insight.warehouse.metrics.sources import MADE
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.service import EXPECTED
from dangol.insight.warehouse.surveys import INVITATION

INDEX = 100


def asked(lake: Lake) -> Any:
    """Whom we asked and who answered, one under the other: identity_key, at, day, answered."""
    import ibis

    met, answers = lake.table("interactions"), lake.table("answers")
    met = met.filter(met.kind == INVITATION, met.direction == "out")
    told = met.select("identity_key", "at", "day", answered=ibis.literal(False))
    return told.union(answers.select("identity_key", "at", "day", answered=ibis.literal(True)))


MADE["asked"] = asked


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
)  # fmt: skip
