"""Public data on who left and who agreed, as examples: words become numbers in the order of the alphabet."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from dangol.insight.analysis.prediction.examples import Examples


def examples_of(frame: Any, label: str) -> Examples:
    """Make examples of a table with a column that says yes or no."""
    columns = {name: _numbers(frame[name]) for name in frame.columns if name != label}
    happened = frame[label].str.lower().eq("yes").to_numpy()
    return Examples(tuple(columns), np.column_stack(list(columns.values())), happened)


def telco(folder: Path) -> Examples:
    """Read the customers of a telephone company, 26.5 % of whom left."""
    import pandas as pd

    frame = pd.read_csv(folder / "telco_churn_ibm" / "Telco-Customer-Churn.csv.gz")
    frame["TotalCharges"] = pd.to_numeric(frame["TotalCharges"], errors="coerce")
    return examples_of(frame.drop(columns="customerID"), "Churn")


def bank(folder: Path, name: str = "bank-additional-full") -> Examples:
    """Read the calls of a bank, 11 % of which ended with a yes; `duration` is known only after the call."""
    import pandas as pd

    with zipfile.ZipFile(folder / "bank_marketing_uci" / "bank-marketing.zip") as outer:
        path = next(path for path in outer.namelist() if path.endswith(f"{name}.csv"))
        return examples_of(pd.read_csv(io.BytesIO(outer.read(path)), sep=";"), "y")


def _numbers(column: Any) -> Any:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64)
    return column.astype("category").cat.codes.to_numpy(dtype=np.float64)
