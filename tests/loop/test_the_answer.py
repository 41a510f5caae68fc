"""What `dangol demo --json` answers, against the business it loaded."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

pytestmark = pytest.mark.browser  # shares the loaded business with the walks


@pytest.fixture
def answer(loaded: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(loaded.stdout.splitlines()[-1])
    return told


def test_has_the_promised_keys(answer: dict[str, Any]) -> None:
    assert set(answer) == {
        "scenario", "as_of", "customers", "transactions", "lines", "products", "net_revenue", "discounts",
        "regions", "equity_total", "groups", "campaign", "seconds",
    }  # fmt: skip
    assert set(answer["campaign"]) == {
        "outcome", "audience", "treated", "held_out", "sent", "effect", "ci_low", "ci_high",
    }  # fmt: skip


def test_counts_twelve_thousand_customers_each_in_one_region(answer: dict[str, Any]) -> None:
    assert answer["customers"] == 12_000 == sum(answer["regions"].values())


def test_puts_the_club_in_region_one_and_home_delivery_in_region_two(answer: dict[str, Any]) -> None:
    groups = answer["groups"]
    assert {name: group["region"] for name, group in groups.items()} == {"mothers_club": "I", "home_delivery": "II"}
    for group in groups.values():
        assert 0 <= group["customer_value"] <= 100
        assert 0 <= group["customer_equity"] <= 100


def test_assigns_everybody_to_one_arm_and_sends_to_the_treated_alone(answer: dict[str, Any]) -> None:
    campaign = answer["campaign"]
    assert campaign["audience"] == campaign["treated"] + campaign["held_out"]
    assert 0 < campaign["sent"] <= campaign["treated"]
    assert campaign["held_out"] / campaign["audience"] == pytest.approx(0.1, abs=0.03)
    assert campaign["ci_low"] < campaign["effect"] < campaign["ci_high"]
