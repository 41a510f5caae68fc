"""What a file says of a whole order, on its first line or on each: what was taken off, what the goods came to, what was
given back. Each is shared out over the lines, so that their sum is what was kept. What stands with one line is its own.
"""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from dangol.contact.intake.kinds.buyers import RECEIPT
from dangol.contact.intake.kinds.kind import Field, Given, Stage, Type, Unread

FIELDS = (
    Field("order_discount", pgettext_lazy("column of a file", "Discount on the whole order"), Type.MONEY,
          unread=Unread.LEAVE, words="회원등급추가할인금액 주문할인금액 orderdiscount"),
    Field("order_coupon", pgettext_lazy("column of a file", "Coupon on the whole order"), Type.MONEY,
          unread=Unread.LEAVE, words=(
        # Of Cafe24 as ordered, and as it stands now: those on single products are in them.
        "쿠폰할인금액최초 쿠폰할인금액최종 주문서쿠폰할인금액 주문쿠폰할인금액 ordercoupon"
    )),
    # Under subtotal stands that of a line elsewhere: a file is taken so where its other columns tell of orders.
    Field("order_amount", pgettext_lazy("column of a file", "What the goods of the order came to"), Type.MONEY,
          unread=Unread.LEAVE),
    Field("refund", pgettext_lazy("column of a file", "Money given back of the order"), Type.MONEY,
          unread=Unread.LEAVE, words="refundedamount"),
)  # fmt: skip
NAMES = tuple(field.name for field in FIELDS)
APP = Field("app_discount", pgettext_lazy("column of a file", "App discount on the product"), Type.MONEY,
            unread=Unread.LEAVE, words="앱상품할인금액 앱상품할인 appitemdiscount appdiscount")  # fmt: skip
_OFF = ("discount", APP.name)  # what was taken off a line
_GIVEN_BACK = re.compile("환불(금액|액)$")  # what Cafe24 says of an order whose state may say it, too
_AS_IT_STANDS = "최종"  # of a coupon: what is left of it, it may be, when a part of the order was called off
_PAID = re.compile("결제|paid|실매출|순매출|실판매|netamount|netsales", re.IGNORECASE)
# Such amounts stand before the discount of their line; elsewhere they are what was paid.
_BEFORE_DISCOUNT = {"amount": "상품구매금액", "unit_price": "옵션+판매가"}


def of_shopify(settled: Mapping[str, str]) -> dict[str, str]:
    """What the columns of an order mean beside those of its lines: what is paid for the way is not in those."""
    lines = {name: heading for name, heading in settled.items() if name not in ("amount", "fee", "discount")}
    return lines | {"receipt": "Name", "customer": "Email", "order_amount": "Subtotal"}


def of_whole(settled: Mapping[str, str]) -> bool:
    """Whether the amount of an export of Cafe24 is that of the order, repeated on each of its lines."""
    return settled["unit_price"].startswith("옵션+판매가") and settled.get("amount", "").startswith("총")


def without_what_is_off(settled: Mapping[str, str]) -> dict[str, str]:
    """The columns without what was taken off where the amount says what was paid: it is out of that already."""
    if not _PAID.search(re.sub(r"[\s_]", "", settled.get("amount", ""))):
        return dict(settled)
    return {name: heading for name, heading in settled.items() if name not in ("order_discount", "order_coupon")}


def off(given: Given) -> str:
    """SQL of what was taken off a line, as it is written: a discount, and what an app takes off beside it."""
    parts = [f"abs(coalesce({name}, 0))" for name in _OFF if name in given.mapping]
    return " + ".join(parts) or "0"


def paid(value: str, given: Given) -> str:
    """SQL of what was paid for a line: of amounts before its discount, less that."""
    told = "amount" if "amount" in given.mapping else "unit_price"
    if not set(_OFF) & set(given.mapping) or not given.mapping[told].startswith(_BEFORE_DISCOUNT[told]):
        return value
    return f"CASE WHEN {value} > 0 THEN {value} - least({value}, {off(given)}) ELSE {value} END"


def left_alone(given: Given) -> Iterator[str]:
    """What a file says of money given back that is not taken off, in a sentence."""
    columns = [one for one in given.left if _GIVEN_BACK.search(re.sub(r"\s", "", one))]
    if columns and "refund" not in given.mapping:
        yield _(
            "%(columns)s: not taken off, as orders whose state says that they were sent back are left out already."
            " Where money was given back and no state says so, choose “Money given back of the order” for the column."
        ) % {"columns": ", ".join(columns)}


def judged(given: Given) -> str:
    """SQL of the columns of an order that the file has, as whole minor units."""
    return "".join(f", abs({given.minor(name)}) AS {name}" for name in NAMES if name in given.mapping)


def share_out(stage: Stage, given: Given) -> None:
    """Take off the lines of each order what is said of the whole of it, each its part; the parts add up exactly."""
    given.notes.extend(left_alone(given))
    if "receipt" not in given.mapping or not set(NAMES) & set(given.mapping):
        return
    stage.make(
        "orders",
        f"""
        SELECT whole, worth, stands, stands_whole, off,
          CASE WHEN stands THEN least(back, worth - off) ELSE 0 END AS back
        FROM (
          SELECT *, least(worth, CASE WHEN goods IS NULL THEN discounts ELSE greatest(worth - goods, 0) END) AS off
          FROM (
            SELECT {RECEIPT} AS whole, bool_or(accepted) AS stands, bool_and(accepted) AS stands_whole,
              sum(minor) AS worth,
              {_said("order_amount", given)} AS goods,
              coalesce({_said("order_discount", given)}, 0) + coalesce({_said("order_coupon", given)}, 0) AS discounts,
              coalesce({_said("refund", given)}, 0) AS back
            FROM lines WHERE {_bought(given)} GROUP BY whole))
        WHERE off > 0 OR (stands AND least(back, worth - off) > 0)""",  # noqa: S608 -- our own names
    )
    counted = (
        "count(*), count(*) FILTER (off > 0 AND stands), count(*) FILTER (back > 0),"
        " count(*) FILTER (off > 0 AND stands AND NOT stands_whole)"
    )
    some, discounted, refunded, in_part = stage.one(f"SELECT {counted} FROM orders")  # noqa: S608 -- our own words
    if some:
        _share(stage, given)
    stage.engine.execute("DROP TABLE orders")
    _tell(given, discounted, refunded)
    if in_part and _AS_IT_STANDS in given.mapping.get("order_coupon", ""):
        given.notes.append(_in_part(given, in_part))


def _bought(given: Given) -> str:
    """SQL of the rows of an order as it was bought: what was called off since had its share, too."""
    still = "(accepted OR undone)" if "state" in given.mapping else "accepted"
    return f"receipt IS NOT NULL AND minor > 0 AND {still}"


def _said(name: str, given: Given) -> str:
    return f"max({name})" if name in given.mapping else "NULL::BIGINT"


def _share(stage: Stage, given: Given) -> None:
    """A line takes what is due up to it less what was due before it: rounded so, nothing is left over."""
    stage.engine.execute(f"""
        UPDATE lines SET minor = minor - share, discount = discount + given FROM (
          SELECT row, ((off + back) * upto // worth - (off + back) * (upto - minor) // worth)::BIGINT AS share,
            (off * upto // worth - off * (upto - minor) // worth)::BIGINT AS given
          FROM (SELECT row, minor, off::HUGEINT AS off, back::HUGEINT AS back, worth::HUGEINT AS worth,
              sum(minor) OVER (PARTITION BY whole ORDER BY row) AS upto
            FROM (SELECT row, minor, {RECEIPT} AS whole FROM lines WHERE {_bought(given)}) JOIN orders USING (whole))
        ) AS shares WHERE lines.row = shares.row""")  # noqa: S608 -- our own names


def _in_part(given: Given, orders: int) -> str:
    told = ngettext(
        "%(count)s order was called off in part, and “%(column)s” does not say whether the coupon of what was called"
        " off is in it: it was shared out over all lines, so that what is left may count too high.",
        "%(count)s orders were called off in part, and “%(column)s” does not say whether the coupon of what was called"
        " off is in it: it was shared out over all lines, so that what is left may count too high.",
        orders,
    )
    return told % {"count": f"{orders:,}", "column": given.mapping["order_coupon"]}


def _tell(given: Given, discounted: int, refunded: int) -> None:
    if discounted:
        told = ngettext(
            "%(count)s order has a discount on the whole of it: each of its lines was given its share.",
            "%(count)s orders have a discount on the whole of them: each of their lines was given its share.",
            discounted,
        )
        given.notes.append(told % {"count": f"{discounted:,}"})
    if refunded:
        told = ngettext(
            "%(count)s order had part of its money given back, and the file does not say for what: it was taken off"
            " each of its lines by its share.",
            "%(count)s orders had part of their money given back, and the file does not say for what: it was taken off"
            " each of their lines by its share.",
            refunded,
        )
        given.notes.append(told % {"count": f"{refunded:,}"})
