"""Which pairs are worth a comparison: those that share a key no more than a few share.

Every rule makes keys of a customer; customers who have one in common are compared. A key that many share (김민수, an
apartment building) would make a block whose pairs grow with its square, so each rule takes its smallest blocks first,
until its share of the work is used up. What was left out by that is told, not hidden: other rules still bring those
people together where anything rarer of theirs agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Rule → keys in SQL over `people`; a key with a part that is not known is no key.
RULES: dict[str, tuple[str, ...]] = {
    "phone": ("phone", "phone2"),
    "email": ("email", "email2"),
    "mailbox": ("CASE WHEN length(mailbox) > 4 THEN mailbox END",),
    "name and birth date": ("name || birth",),
    "birth date and first letter": ("birth || left(given_letters, 1)", "birth || left(letters, 1)"),
    "name and postcode": ("name || postcode", "name || place"),
    "address": ("address",),
    "house number and postcode": ("numbers || postcode", "numbers || place"),
    "name": ("name",),
    "family name and postcode": ("family || postcode", "family || place"),
    "given name and postcode": ("given || postcode", "given || place"),
    "birth date and place": ("birth || place", "birth || postcode"),
    "end of the phone and name": ("right(phone, 4) || name", "left(right(phone, 8), 4) || name"),
    "given name and birth month": ("given || left(birth, 6)", "given || right(birth, 4)"),
    "street": ("street || numbers", "street || left(letters, 2)"),
}
_EVERY = (
    "SELECT '0' AS match_key, a.unique_id AS join_key_l, b.unique_id AS join_key_r FROM people a, people b"
    " WHERE a.unique_id < b.unique_id"
)
EVERY_PAIR = 500_000  # of a shop of a thousand customers: there no key is needed
LARGEST = 400  # customers in one block


@dataclass(frozen=True)
class Capped:
    """A rule of which some blocks were left out: how many keys, of how many customers, the smallest of what size."""

    rule: str
    keys: int
    customers: int
    size: int


def pairs(engine: Any, *, budget: int) -> list[Capped]:
    """Make the table `blocked` of the pairs to compare; at most about `budget` of them."""
    customers = engine.execute("SELECT count(*) FROM people").fetchone()[0]
    if customers * (customers - 1) // 2 <= EVERY_PAIR:
        engine.execute(f"CREATE OR REPLACE TABLE blocked AS {_EVERY}")
        return []
    share = max(20_000, budget // len(RULES))
    engine.execute("CREATE OR REPLACE TABLE found (l BIGINT, r BIGINT)")
    capped = [found for rule, keys in RULES.items() if (found := _taken(engine, rule, keys, share))]
    engine.execute(
        "CREATE OR REPLACE TABLE blocked AS"
        " SELECT '0' AS match_key, l AS join_key_l, r AS join_key_r FROM (SELECT DISTINCT l, r FROM found)"
    )
    engine.execute("DROP TABLE found")
    return capped


def _taken(engine: Any, rule: str, keys: tuple[str, ...], share: int) -> Capped | None:
    union = " UNION ".join(
        f"SELECT hash({key}) AS key, unique_id AS id FROM people WHERE {key} IS NOT NULL" for key in keys
    )
    engine.execute(f"CREATE OR REPLACE TEMP TABLE keyed AS {union}")
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE blocks AS SELECT key, n, sum(n * (n - 1) / 2) OVER (ORDER BY n, key) AS work"
        " FROM (SELECT key, count(*) AS n FROM keyed GROUP BY key HAVING count(*) > 1)"
    )
    engine.execute(
        f"INSERT INTO found SELECT a.id, b.id FROM blocks JOIN keyed a USING (key) JOIN keyed b USING (key)"
        f" WHERE a.id < b.id AND n <= {LARGEST} AND work <= {share}"
    )
    keys_, customers, size = engine.execute(
        f"SELECT count(*), coalesce(sum(n), 0), min(n) FROM blocks WHERE n > {LARGEST} OR work > {share}"
    ).fetchone()
    return Capped(rule, int(keys_), int(customers), int(size)) if keys_ else None
