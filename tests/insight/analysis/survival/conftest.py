"""The customers of a telephone company, read once for all tests of contracts."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

# what is known of a customer: the column and the value that counts as 1
MARKS = {
    "one_year": ("Contract", "One year"),
    "two_years": ("Contract", "Two year"),
    "fibre": ("InternetService", "Fiber optic"),
    "no_internet": ("InternetService", "No"),
    "by_check": ("PaymentMethod", "Electronic check"),
    "paperless": ("PaperlessBilling", "Yes"),
    "partner": ("Partner", "Yes"),
    "dependents": ("Dependents", "Yes"),
    "senior": ("SeniorCitizen", "1"),
    "security": ("OnlineSecurity", "Yes"),
    "support": ("TechSupport", "Yes"),
    "backup": ("OnlineBackup", "Yes"),
    "lines": ("MultipleLines", "Yes"),
}


@dataclass(frozen=True)
class Telco:
    """One entry per customer: months with us, whether left, covariates; held: a part that no fit may see."""

    months: npt.NDArray[np.float64]
    ended: npt.NDArray[np.float64]
    covariates: dict[str, npt.NDArray[np.float64]]
    held: npt.NDArray[np.bool_]

    def part(self, some: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[np.float64]]:
        return {name: column[some] for name, column in self.covariates.items()}


@pytest.fixture(scope="session")
def telco(real_data: Path) -> Telco:
    """All 7,043 customers of the sample, three of ten held out."""
    with gzip.open(real_data / "telco_churn_ibm" / "Telco-Customer-Churn.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    covariates = {"monthly": np.array([float(row["MonthlyCharges"]) for row in rows])}
    for name, (column, value) in MARKS.items():
        covariates[name] = np.array([float(row[column] == value) for row in rows])
    return Telco(
        months=np.array([float(row["tenure"]) for row in rows]),
        ended=np.array([float(row["Churn"] == "Yes") for row in rows]),
        covariates=covariates,
        held=np.random.default_rng(1).random(len(rows)) < 0.3,
    )
