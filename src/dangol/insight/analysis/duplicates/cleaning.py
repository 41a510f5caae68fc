"""What customers say, made comparable: one row a customer, empty where nothing is known or what is said tells nobody
from another."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pyarrow as pa

from dangol.insight.analysis.duplicates.names import Name, cleaned

# What comes from the store; every column but the first and `gender` is text, "" where nothing is known.
TOLD = pa.schema([
    ("id", pa.int64()), ("name", pa.string()), ("birth", pa.string()), ("gender", pa.string()),
    ("phone", pa.string()), ("phone2", pa.string()), ("email", pa.string()), ("email2", pa.string()),
    ("place", pa.string()), ("postcode", pa.string()), ("address", pa.string()), ("occupation", pa.string()),
])  # fmt: skip
# More customers than this with one number, address or home: it is the shop's, or a building's, and says nothing.
MOST_WITH_ONE = 30
# A day on which more than one in this many were born is what a form filled in by itself.
BORN_ON_ONE_DAY = 200

PEOPLE = r"""
CREATE OR REPLACE TABLE people AS
WITH plain AS (
    SELECT id, name, gender, place, postcode, occupation,
           replace(birth, '-', '') AS birth,
           CASE WHEN starts_with(phone, '+8250') THEN '' ELSE phone END AS phone,
           CASE WHEN starts_with(phone2, '+8250') THEN '' ELSE phone2 END AS phone2,
           lower(trim(email)) AS email, lower(trim(email2)) AS email2,
           regexp_replace(lower(address), '[^\p{L}\p{N}]+', ' ', 'g') AS address
    FROM told
), tidy AS (
    SELECT * EXCLUDE (address, place, postcode, occupation),
           nullif(trim(regexp_replace(address, '(특별시|광역시|특별자치시|특별자치도)', '', 'g')), '') AS address,
           nullif(regexp_replace(lower(place), '[^\p{L}\p{N}]+', '', 'g'), '') AS place,
           nullif(regexp_replace(lower(postcode), '[^\p{L}\p{N}]+', '', 'g'), '') AS postcode,
           nullif(regexp_replace(lower(occupation), '[^\p{L}\p{N}]+', '', 'g'), '') AS occupation
    FROM plain
)
SELECT id AS unique_id,
       nullif(n.whole, '') AS name, nullif(n.family, '') AS family, nullif(n.given, '') AS given,
       nullif(n.letters, '') AS letters, nullif(n.given_letters, '') AS given_letters, n.hangul,
       nullif(n.given_letters, '') AS called, count(*) OVER (PARTITION BY n.given) AS given_n,
       nullif(birth, '') AS birth, nullif(gender, '') AS gender,
       nullif(phone, '') AS phone, nullif(phone2, '') AS phone2,
       nullif(email, '') AS email, nullif(email2, '') AS email2,
       nullif(split_part(split_part(email, '@', 1), '+', 1), '') AS mailbox,
       place, postcode, address, occupation,
       nullif(trim(regexp_replace(address, '[0-9]+', '', 'g')), '') AS street,
       nullif(array_to_string(regexp_extract_all(address, '[0-9]+'), '-'), '') AS numbers
FROM tidy LEFT JOIN names n ON n.told = tidy.name
"""


def lay_out(engine: Any, told: pa.Table) -> None:
    """Make the table `people` of what was told; what too many share is emptied."""
    engine.register("told", told)
    engine.register("names", _names(told["name"]))
    engine.execute(PEOPLE)
    for column in ("phone", "phone2", "email", "email2"):
        first = column.rstrip("2")
        engine.execute(
            f"UPDATE people SET {column} = NULL WHERE {column} IN"
            f" (SELECT {first} FROM people GROUP BY {first} HAVING count(*) > {MOST_WITH_ONE})"
        )
    engine.execute(
        "UPDATE people SET birth = NULL WHERE birth IN (SELECT birth FROM people GROUP BY birth"
        f" HAVING count(*) > greatest(10, (SELECT count(*) FROM people) / {BORN_ON_ONE_DAY}))"
    )
    engine.unregister("told")
    engine.unregister("names")


def _names(column: pa.ChunkedArray) -> pa.Table:
    told = column.unique().to_pylist()
    found = [cleaned(text or "") for text in told]
    named = {part.name: pa.array([getattr(name, part.name) for name in found]) for part in fields(Name)}
    return pa.table({"told": pa.array(told, pa.string()), **named})
