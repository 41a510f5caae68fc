"""What stands beside the price of a purchase: coupons, fees within the amount, bonus points given and used."""

from collections.abc import Iterator

from django.utils.translation import ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Stage, Type, Unread

PART = 30_000
FREE = ("무료", "무료배송", "무배", "면제", "없음", "free", "freeshipping", "freedelivery")
FIELDS = (
    Field("coupon", pgettext_lazy("column of a file", "Coupon discount"), Type.MONEY, unread=Unread.LEAVE, words=(
        # Under 쿠폰 or coupon alone stands which one it was, more often than not.
        "쿠폰할인 쿠폰할인액 쿠폰할인금액 쿠폰사용액 쿠폰금액 coupondiscount couponamount"
    )),
    Field("fee", pgettext_lazy("column of a file", "Delivery or membership fee"), Type.MONEY, unread=Unread.LEAVE,
          nothing=FREE, words=(
        "배송비 배송료 배달비 배달료 배달팁 택배비 택배요금 운송비 운임 배송비합계 배송비금액 추가배송비 회비 연회비"
        " 가입비 deliveryfee deliverycharge deliverycost shippingfee shippingcost shippingcharge shipping freight"
        " postage membershipfee fee fees"
    )),
    Field("points_given", pgettext_lazy("column of a file", "Points given"), Type.MONEY, unread=Unread.LEAVE, words=(
        "적립포인트 적립금 적립금액 적립액 포인트적립 지급포인트 적립 pointsgiven pointsearned pointsgranted"
        " earnedpoints"
    )),
    Field("points_used", pgettext_lazy("column of a file", "Points used"), Type.MONEY, unread=Unread.LEAVE, words=(
        "사용포인트 포인트사용 포인트사용액 사용적립금 적립금사용 포인트결제 포인트결제액 pointsused pointsredeemed"
        " pointsspent usedpoints"
    )),
)  # fmt: skip
POINTS = ("points_given", "points_used")
OF_A_LINE = {"coupon": "coupon_discount", "fee": "fee"}  # field → column of the feed
NAMES = tuple(field.name for field in FIELDS)
# It is part of the amount: what is more than that is the fee of a whole receipt, or none.
_FEE_LEFT = "coalesce(charged <> 0 AND (charged > abs(minor) OR charged < least(minor, 0)), false)"
PLACES_NAMED = 3  # rows that are told for a fee that was left out


def read(given: Given) -> str:
    """SQL of what the coupon took off, without a sign, and of the fee; 0 where the file has no such column."""
    coupon = f"coalesce(abs({given.minor('coupon')}), 0)" if "coupon" in given.mapping else "0"
    return f"{coupon} AS cut, {_signed('fee', given)} AS charged"


def judged(given: Given) -> str:
    """SQL of coupon, fee and points as whole minor units, those of goods that come back with their sign: of those alone
    that the file has, for every column takes a piece of the memory. A fee that cannot be is 0, and `fee_left`.
    """
    found = {
        "coupon": "CASE WHEN minor < 0 OR quantity < 0 THEN -cut ELSE cut END",
        "fee": f"CASE WHEN {_FEE_LEFT} THEN 0 ELSE charged END",
        **{name: _signed(name, given) for name in POINTS},
    }
    kept = "".join(f", ({found[name]})::BIGINT AS {name}" for name in NAMES if name in given.mapping)
    return kept + (f", {_FEE_LEFT} AS fee_left" if "fee" in given.mapping else "")


def received(given: Given) -> str:
    """SQL of those of them that stand with the line of a receipt."""
    return "".join(f", {name} AS {column}" for name, column in OF_A_LINE.items() if name in given.mapping)


def _signed(name: str, given: Given) -> str:
    turned = f"CASE WHEN turned THEN -{name} ELSE {name} END"
    return f"coalesce({given.minor(turned)}, 0)" if name in given.mapping else "0"


def feeds(stage: Stage, given: Given, *, key: str) -> Iterator[Feed]:
    """The points that were given and used by people who are known. key: SQL for the receipt of a row.

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
        f"SELECT row, md5(concat_ws(chr(31), {said}, {kind}, {amount})) AS said, {kind} AS kind,"  # noqa: S608
        f" abs({amount}) AS amount FROM lines WHERE accepted AND customer IS NOT NULL AND {some}"
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


def tell(stage: Stage, given: Given, *, key: str) -> None:
    """Note what has to be known of fees and points. key: SQL for the receipt of a row."""
    if "fee" in given.mapping:
        _tell_fees_left(stage, given)
    if {"fee", "receipt"} <= set(given.mapping):
        _tell_repeated_fees(stage, given, key)
    if "points_used" in given.mapping:
        _tell_given_back(stage, given)


def _tell_fees_left(stage: Stage, given: Given) -> None:
    """A fee that stands on each row of a receipt may be more than what one of them sold: that counts all the same."""
    count = stage.one("SELECT count(*) FROM lines WHERE accepted AND fee_left")[0]
    if count:
        first = f"SELECT row FROM lines WHERE accepted AND fee_left ORDER BY row LIMIT {PLACES_NAMED}"  # noqa: S608
        rows = [str(row) for (row,) in stage.engine.execute(first).fetchall()]
        told = ngettext(
            "%(count)s row has a fee above its amount, or below nothing where something was bought (row %(rows)s): it"
            " was taken without the fee.",
            "%(count)s rows have fees above their amounts, or below nothing where something was bought (rows %(rows)s):"
            " they were taken without the fees.",
            count,
        )
        given.notes.append(told % {"count": f"{count:,}", "rows": ", ".join(rows)})


def _tell_repeated_fees(stage: Stage, given: Given, key: str) -> None:
    """Many exports repeat the fee of an order on each of its rows."""
    count = stage.one(f"""
        SELECT count(*) FROM (SELECT hash({key}) AS whole FROM lines
          WHERE accepted AND receipt IS NOT NULL AND NOT fee_left GROUP BY whole HAVING count(*) > 1
          AND min(fee) > 0 AND min(fee) = max(fee))""")[0]  # noqa: S608
    if count:
        told = ngettext(
            "%(count)s receipt has the same fee on each of its rows: it counts each time. Leave it on one row if it was"
            " paid once.",
            "%(count)s receipts have the same fee on each of their rows: it counts each time. Leave it on one row if it"
            " was paid once.",
            count,
        )
        given.notes.append(told % {"count": f"{count:,}"})


def _tell_given_back(stage: Stage, given: Given) -> None:
    count = stage.one("SELECT count(*) FROM lines WHERE accepted AND points_used < 0")[0]
    if count:
        told = ngettext(
            "%(count)s row gives used points back: that is not kept.",
            "%(count)s rows give used points back: that is not kept.",
            count,
        )
        given.notes.append(told % {"count": f"{count:,}"})
