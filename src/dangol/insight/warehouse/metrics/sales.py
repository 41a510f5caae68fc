"""What was sold, and what was taken off for it: metrics of order lines."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import exact_sum, ratio
from dangol.insight.warehouse.metrics.registry import EVERYTHING, NOTHING, PEOPLE, Family, Metric, Unit

LINES = "lines"
RECEIPTS = EVERYTHING - {Family.GOODS}  # goods of several kinds lie on one receipt


def discounts(t: Any, where: Any = None) -> Any:
    return exact_sum(t.price_discount + t.coupon_discount + t.match_discount, where)


def gross(t: Any) -> Any:
    return exact_sum(t.amount, t.amount > 0)


def taken_back(t: Any) -> Any:
    return exact_sum(-t.amount, t.amount < 0)


def orders(t: Any) -> Any:
    return t.receipt_id.nunique(where=t.amount >= 0)


def buyers(t: Any) -> Any:
    return t.customer_key.nunique(where=t.amount > 0)


def _given(t: Any) -> Any:
    return discounts(t, t.amount >= 0)


def _couponed(t: Any) -> Any:
    return t.receipt_id.nunique(where=(t.amount >= 0) & (t.coupon_discount > 0))


def _quantity(t: Any, where: Any = None) -> Any:
    return t.quantity.sum(where=where).fill_null(0).cast("float64")


METRICS = (
    Metric(
        "net_revenue", LINES, Unit.MONEY, _("Net revenue"), _("Σ amount received − returns"),
        lambda t: exact_sum(t.amount),
    ),
    Metric("gross_sales", LINES, Unit.MONEY, _("Gross sales"), _("Σ amount of lines above 0"), gross),
    Metric("returns", LINES, Unit.MONEY, _("Returns"), _("−Σ amount of lines below 0"), taken_back),
    Metric(
        "return_rate", LINES, Unit.SHARE, _("Return rate"), _("returns ÷ gross sales"),
        lambda t: ratio(taken_back(t), gross(t)), adds_over=NOTHING,
    ),
    Metric(
        "returned_orders", LINES, Unit.COUNT, _("Receipts with a return"), _("distinct receipts with a line below 0"),
        lambda t: t.receipt_id.nunique(where=t.amount < 0), adds_over=RECEIPTS,
    ),
    Metric(
        "discounts", LINES, Unit.MONEY, _("Discounts given"),
        _("Σ price discount + coupon discount + discount by the maker − those of returned goods"), discounts,
    ),
    Metric(
        "price_discounts", LINES, Unit.MONEY, _("Price discounts"), _("Σ price discount − that of returned goods"),
        lambda t: exact_sum(t.price_discount),
    ),
    Metric(
        "coupon_discounts", LINES, Unit.MONEY, _("Coupon discounts"), _("Σ coupon discount − that of returned goods"),
        lambda t: exact_sum(t.coupon_discount),
    ),
    Metric(
        "match_discounts", LINES, Unit.MONEY, _("Discounts by the maker"),
        _("Σ discount by the maker − that of returned goods"),
        lambda t: exact_sum(t.match_discount),
    ),
    Metric(
        "discount_rate", LINES, Unit.SHARE, _("Discount rate"),
        _("discounts of lines that are not returns ÷ (gross sales + these discounts)"),
        lambda t: ratio(_given(t), gross(t) + _given(t)), adds_over=NOTHING,
    ),
    Metric(
        "coupon_orders", LINES, Unit.COUNT, _("Orders with a coupon"),
        _("distinct receipts with a coupon discount on a line that is not a return"), _couponed, adds_over=RECEIPTS,
    ),
    Metric(
        "coupon_order_share", LINES, Unit.SHARE, _("Share of orders with a coupon"), _("orders with a coupon ÷ orders"),
        lambda t: ratio(_couponed(t), orders(t)), adds_over=NOTHING,
    ),
    Metric(
        "fees", LINES, Unit.MONEY, _("Fees"), _("Σ delivery and membership fees within amounts"),
        lambda t: exact_sum(t.fee),
    ),
    Metric(
        "orders", LINES, Unit.COUNT, _("Orders"), _("distinct receipts with a line that is not a return"), orders,
        adds_over=RECEIPTS,
    ),
    Metric("units", LINES, Unit.COUNT, _("Units sold"), _("Σ quantity"), _quantity),
    Metric(
        "products", LINES, Unit.COUNT, _("Products sold"), _("distinct products on lines"),
        lambda t: t.product_id.nunique(), adds_over=frozenset({Family.GOODS}),
    ),
    Metric(
        "items", LINES, Unit.COUNT, _("Order lines"), _("lines that are not returns"),
        lambda t: t.line_id.count(where=t.amount >= 0),
    ),
    Metric(
        "items_per_order", LINES, Unit.NUMBER, _("Lines per order"), _("order lines ÷ orders"),
        lambda t: ratio(t.line_id.count(where=t.amount >= 0), orders(t)), adds_over=NOTHING,
    ),
    Metric(
        "average_price", LINES, Unit.MONEY, _("Average price of a unit"),
        _("gross sales ÷ Σ quantity of lines above 0"), lambda t: ratio(gross(t), _quantity(t, t.amount > 0)),
        adds_over=NOTHING,
    ),
    Metric(
        "average_order_value", LINES, Unit.MONEY, _("Average order value"), _("net revenue ÷ orders"),
        lambda t: ratio(exact_sum(t.amount), orders(t)), adds_over=NOTHING,
    ),
    Metric(
        "revenue_per_day", LINES, Unit.MONEY, _("Net revenue per day of business"),
        _("net revenue ÷ distinct days with a line"), lambda t: ratio(exact_sum(t.amount), t.day.nunique()),
        adds_over=NOTHING,
    ),
    Metric(
        "anonymous_share", LINES, Unit.SHARE, _("Share of anonymous sales"),
        _("gross sales without a customer ÷ gross sales"),
        lambda t: ratio(exact_sum(t.amount, (t.amount > 0) & t.identity_key.isnull()), gross(t)), adds_over=NOTHING,
    ),
    Metric(
        "buyers", LINES, Unit.COUNT, _("Buying customers"), _("distinct customers with a line above 0"), buyers,
        about_customers=True, adds_over=PEOPLE,
    ),
    Metric(
        "revenue_per_buyer", LINES, Unit.MONEY, _("Net revenue per buying customer"),
        _("net revenue of known customers ÷ buyers"), lambda t: ratio(exact_sum(t.amount), buyers(t)),
        about_customers=True, adds_over=NOTHING,
    ),
    Metric(
        "orders_per_buyer", LINES, Unit.NUMBER, _("Orders per buying customer"),
        _("orders of known customers ÷ buyers"), lambda t: ratio(orders(t), buyers(t)), about_customers=True,
        adds_over=NOTHING,
    ),
)  # fmt: skip
