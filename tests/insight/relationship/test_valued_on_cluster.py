"""With a Spark cluster as the engine everybody is valued and scored on its workers, and comes to the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings as DjangoSettings

from dangol.insight.analysis.groups.names import CELL
from dangol.insight.analysis.groups.scoring import score_rfm
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.actions import value_customers
from dangol.insight.warehouse.engine import Spark
from dangol.insight.warehouse.rfm import SCORED
from tests.insight.relationship.world import SETTINGS, TODAY, full_shop, values

pytestmark = [pytest.mark.spark, pytest.mark.django_db(transaction=True)]

VALUES = (
    "equity", "customer_equity", "customer_value", "p_alive", "region", "potential", "potential_low", "commitment",
)  # fmt: skip


def told(run: Run, *names: str) -> dict[str, list[Any]]:
    return {name: values(run, name) for name in names}


def test_values_and_rfm(
    lake_folder: Path, spark_url: str, settings: DjangoSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, worked = Spark.shared_out, list[int]()

    def counted(self: Spark, work: Callable[..., Any], rows: Any, makes: Any) -> Any:
        worked.append(rows.num_rows)
        return shared(self, work, rows, makes)

    monkeypatch.setattr(Spark, "shared_out", counted)
    here = told(full_shop().valued(), *VALUES)
    rfm = scored(score_rfm(as_of=TODAY, at=TODAY, by=None))
    assert not worked

    settings.DANGOL_ENGINE = spark_url
    later = TODAY + timedelta(hours=1)
    there = told(value_customers(settings=SETTINGS, as_of=TODAY, at=later, by=None), *VALUES)
    assert len(worked) == 2  # the club and the delivery
    assert sum(worked) == len(here["equity"]) > 200
    for name in VALUES:
        assert there[name] == pytest.approx(here[name], rel=1e-9), name
    assert scored(score_rfm(as_of=TODAY, at=later, by=None)) == rfm
    assert len(rfm[CELL]) == 240


def scored(run: Run) -> dict[str, list[Any]]:
    cells = Score.objects.filter(run=run, name=CELL).order_by("customer").values_list("text", flat=True)
    return {**told(run, *SCORED), CELL: list(cells)}
