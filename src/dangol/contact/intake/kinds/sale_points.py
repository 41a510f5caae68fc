"""Bonus points that stand beside purchases: given for them, and used to pay for them."""

from collections.abc import Iterator

from django.utils.translation import ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Stage, Type, Unread

PART = 30_000
FIELDS = (
    Field("points_given", pgettext_lazy("column of a file", "Points given"), Type.MONEY, unread=Unread.LEAVE, words=(
        "적립포인트 적립금 적립금액 적립액 포인트적립 지급포인트 적립 pointsgiven pointsearned pointsgranted earnedpoints"
    )),
    Field("points_used", pgettext_lazy("column of a file", "Points used"), Type.MONEY, unread=Unread.LEAVE, words=(
        "사용포인트 포인트사용 포인트사용액 사용적립금 적립금사용 포인트결제 포인트결제액 pointsused pointsredeemed"
        " pointsspent usedpoints"
    )),
)  # fmt: skip
NAMES = tuple(field.name for field in FIELDS)


def told(given: Given) -> str:
    """SQL of the points of a row as whole minor units, with its own sign; nothing where the file has no such column."""
    return ", ".join(
        f"coalesce({given.minor(f'CASE WHEN turned THEN -{name} ELSE {name} END')}, 0) AS {name}"
        if name in given.mapping else f"0::BIGINT AS {name}"
        for name in NAMES
    )  # fmt: skip


def feeds(stage: Stage, given: Given, *, key: str) -> Iterator[Feed]:
    """What was given and used by people who are known. key: SQL for the receipt of a row.

    Given in a row that takes goods back are points taken back: they expire. An entry is known by what its row says, and
    by how many rows said the same before it.
    """
    parts = []
    if "points_given" in given.mapping:
        parts.append(
            ("points_given <> 0", "CASE WHEN points_given < 0 THEN 'expired' ELSE 'granted' END", "points_given")
        )
    if "points_used" in given.mapping:
        parts.append(("points_used > 0", "'redeemed'", "points_used"))
    if not parts:
        return
    said = f"concat_ws(chr(31), {key}, customer, time, coalesce(product, ''), description, quantity, minor)"
    entries = " UNION ALL ".join(
        f"SELECT row, md5(concat_ws(chr(31), {said}, {kind}, {amount})) AS said, {kind} AS kind, abs({amount}) AS amount"
        f" FROM lines WHERE accepted AND customer IS NOT NULL AND {some}"
        for some, kind, amount in parts
    )  # fmt: skip
    stage.make("given_points", entries)
    # A number for those alone that say the same: over all rows it would take the memory there is. The first has none,
    # so that it is the same entry in a file in which it stands alone.
    stage.make("same_points", "SELECT said FROM given_points GROUP BY said HAVING count(*) > 1")
    stage.make(
        "numbered_points",
        "SELECT row, kind, '-' || place AS place FROM"
        " (SELECT row, kind, row_number() OVER (PARTITION BY said ORDER BY row) AS place FROM given_points"
        " WHERE said IN (SELECT said FROM same_points)) WHERE place > 1",
    )
    query = """
        SELECT 'sale-' || said || coalesce(place, '') AS ref, customer, time, kind, amount
        FROM given_points JOIN (SELECT row, customer, time FROM lines) USING (row)
        LEFT JOIN numbered_points USING (row, kind) ORDER BY row, kind"""
    for part in stage.batches(query, PART):
        yield made("points", {name: part[name] for name in part.column_names})


def given_back(count: int) -> str:
    """What is said of so many rows that give used points back; "" for none."""
    said = ngettext(
        "%(count)s row gives used points back: that is not kept.",
        "%(count)s rows give used points back: that is not kept.",
        count,
    )
    return said % {"count": f"{count:,}"} if count else ""


NEGATIVE_USE = "accepted AND points_used < 0"
