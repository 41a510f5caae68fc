"""The demos load, go once round the loop and say what they found

`dangol demo --scenario … --no-serve --json`, each run into a fresh home. Counts are those of the answer's last line
and of the records it left; the real shop's must be those of the package it comes from.
"""

from __future__ import annotations

import sqlite3
from statistics import median
from typing import Any

from tests.bench import homes
from tests.bench.figures import Figure

RUNS = {"dairy": 3, "retail": 1}


def figures() -> list[Figure]:
    """Both demos: seconds, memory, what came out."""
    found = []
    for scenario, seconds, check in (("dairy", 60, _dairy), ("retail", 180, _retail)):
        runs = [homes.demo(scenario) for _ in range(RUNS[scenario])]
        times = sorted(run.seconds for run in runs)
        every = f"{median(run.working for run in runs):.1f} s at work"
        if len(times) > 1:
            every += f"; median of {len(times)}, {times[0]:.1f} to {times[-1]:.1f} s"
        peak = max(run.gigabytes for run in runs)
        found += [
            Figure.at_most(f"{scenario}: whole round", median(times), seconds, "s", every),
            Figure.at_most(f"{scenario}: peak memory", peak, 2.0, "GiB"),
            *check(runs[-1].answer),
        ]
    return found


def _dairy(answer: dict[str, Any]) -> list[Figure]:
    groups = answer["groups"]
    return [
        Figure.equal("dairy: customers of the mothers' club", groups["mothers_club"]["customers"], 6_000),
        Figure.equal("dairy: customers of home delivery", groups["home_delivery"]["customers"], 6_000),
        Figure.equal("dairy: region of the mothers' club", groups["mothers_club"]["region"], "I"),
        Figure.equal("dairy: region of home delivery", groups["home_delivery"]["region"], "II"),
        *_state(answer),
        _effect(answer),
    ]


def _retail(answer: dict[str, Any]) -> list[Figure]:
    campaign = answer["campaign"]
    covers = campaign["ci_low"] <= 0 <= campaign["ci_high"]
    told = "covers zero" if covers else "does not cover zero"
    return [
        Figure.equal("retail: households", answer["customers"], 2_469),
        Figure.equal("retail: lines", answer["lines"], 1_469_307),
        Figure.equal("retail: products sold", answer["products"], 68_509),
        Figure.equal("retail: households with demographics", _count(DEMOGRAPHICS), 801),
        Figure.equal("retail: campaigns of the shop's own", _count(CAMPAIGNS), 27),
        Figure.equal("retail: coupons redeemed", _count(REDEEMED), 2_102),
        Figure.within(
            "retail: rank correlation of customer value with spending", _count(CORRELATION), 0.935, 0.945, "",
            "one part of three is known: value follows spending",
        ),
        *_state(answer),
        _effect(answer),
        Figure.equal("retail: interval of a campaign nobody received", told, "covers zero"),
    ]  # fmt: skip


def _state(answer: dict[str, Any]) -> list[Figure]:
    name, regions = answer["scenario"], answer["regions"]
    told = ", ".join(f"{region} {count:,}" for region, count in regions.items())
    return [
        Figure(f"{name}: receipts", answer["transactions"]),
        Figure(f"{name}: net revenue", answer["net_revenue"]),
        Figure(f"{name}: discounts", answer["discounts"]),
        Figure(f"{name}: customers by region", told),
        Figure(f"{name}: equity of all customers", answer["equity_total"]),
    ]


def _effect(answer: dict[str, Any]) -> Figure:
    """The campaign's effect for each customer assigned, in the home's money."""
    campaign = answer["campaign"]
    remark = (
        f"95 % interval {campaign['ci_low']:,} to {campaign['ci_high']:,};"
        f" {campaign['treated']:,} treated, {campaign['held_out']:,} held out, {campaign['sent']:,} sent"
    )
    return Figure(f"{answer['scenario']}: effect per customer", campaign["effect"], remark=remark)


DEMOGRAPHICS = "SELECT count(*) FROM customers_customer WHERE attributes <> '{}'"
REDEEMED = "SELECT count(*) FROM ledger_interaction WHERE kind = 'coupon_redeemed'"
# "retail:mailing-18-1": the eighteenth campaign, the first household
CAMPAIGNS = (
    "SELECT count(DISTINCT substr(source_ref, 16, instr(substr(source_ref, 16), '-') - 1))"
    " FROM ledger_interaction WHERE kind = 'mailing'"
)
CORRELATION = (
    "SELECT json_extract(summary, '$.spending_correlation') FROM analysis_run"
    " WHERE kind = 'relationship' ORDER BY id DESC LIMIT 1"
)


def _count(sql: str) -> Any:
    """One number from the records of the real shop."""
    with sqlite3.connect(f"file:{homes.FOLDER / 'retail' / 'records.sqlite3'}?mode=ro", uri=True) as records:
        return records.execute(sql).fetchone()[0]
