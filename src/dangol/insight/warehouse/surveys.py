"""What was asked and answered up to a day, customer by customer, as it was written."""

from datetime import date

import pyarrow as pa

from dangol.insight.warehouse.queries import Lake

INVITATION = "survey_invitation"


def answers_to_surveys(lake: Lake, *, as_of: date) -> pa.Table:
    """Every answer in figures of a customer, the oldest first.

    Columns customer_key, line, unit_code (empty where the customer has none), survey, item, dimension, score,
    scale_min, scale_max, day.
    """
    units = lake.table("customers").select("customer_key", "unit_code")
    answers = lake.of_customers("answers").inner_join(units, "customer_key")
    kept = answers.filter(answers.day <= as_of).order_by("at", "answer_id")
    return lake.arrow(
        kept.select(
            "customer_key", "line", "survey", "item", "dimension", "score", "scale_min", "scale_max", "day",
            unit_code=kept.unit_code.fill_null(""),
        )
    )  # fmt: skip


def invitations_to_surveys(lake: Lake, *, as_of: date) -> pa.Table:
    """Whom we asked to answer, and when: columns customer_key, day."""
    met = lake.of_customers("interactions")
    asked = met.filter(met.kind == INVITATION, met.direction == "out", met.day <= as_of)
    return lake.arrow(asked.select("customer_key", "day").distinct().order_by("day", "customer_key"))
