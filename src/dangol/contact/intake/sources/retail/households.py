"""Who bought: households without names or contacts, a third of them with coarse demographics."""

import json
from datetime import datetime

import pyarrow as pa

from dangol.contact.intake.sources.retail import contacts
from dangol.contact.intake.sources.retail.package import table
from dangol.contact.intake.sources.retail.shelves import new_ids


def customers(journal: pa.Table, since: datetime, until: datetime) -> dict[str, pa.Array]:
    """The households whose first line or mailing falls into [since, until).

    `attributes` is a JSON object of the demographics as written (age band, income band, home,
    marital status, size, composition, children), {} where none are known. When a household
    registered is not known: null.
    """
    seen = [journal.select(["household_id", "time"]), contacts.mailed()]
    ids = new_ids(pa.concat_tables(seen), "household_id", since, until)
    known = _demographics()
    attributes = [known.get(household, "{}") for household in ids.to_pylist()]
    return {"external_id": ids.cast(pa.string()), "attributes": pa.array(attributes, pa.string())}


def _demographics() -> dict[int, str]:
    """Each described household's attributes; what was not asked is left out."""
    rows = table("demographics").to_pylist()
    return {
        row.pop("household_id"): json.dumps({name: value for name, value in row.items() if value is not None})
        for row in rows
    }
