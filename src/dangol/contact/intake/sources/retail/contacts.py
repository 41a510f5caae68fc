"""The grocer's own campaigns: what it mailed to whom, and which coupons came back."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.feeds import TIME
from dangol.contact.intake.sources.retail.package import table
from dangol.contact.intake.sources.retail.tills import within

COLUMNS = ("ref", "customer", "time", "direction", "kind", "touchpoint", "text", "minutes", "worth", "campaign")


def interactions(since: datetime, until: datetime) -> dict[str, pa.ChunkedArray]:
    """Mailings (household × campaign, dated at the campaign's start) and coupons redeemed, in [since, until)."""
    rows = pa.concat_tables([_mailings(), _redemptions()])
    rows = rows.filter(within(rows["time"], since, until))
    rows = rows.sort_by([("time", "ascending"), ("ref", "ascending")])
    return {name: rows[name] for name in COLUMNS}


def mailed() -> pa.Table:
    """When each household was mailed: household_id, time (the start of the campaign)."""
    sent = _sent()
    return pa.table({"household_id": sent["household_id"], "time": sent["start_date"].cast(TIME)})


def _sent() -> pa.Table:
    return table("campaigns").join(table("campaign_descriptions"), "campaign_id")


def _mailings() -> pa.Table:
    """One outward row for each household of each of the 27 campaigns."""
    sent = _sent()
    campaign, household = _text(sent, "campaign_id"), _text(sent, "household_id")
    return _rows(
        ref=pc.binary_join_element_wise("mailing", campaign, household, "-"),
        customer=household,
        time=sent["start_date"].cast(TIME),
        direction="out",
        kind="mailing",
        touchpoint="mail",
        text=pc.binary_join_element_wise("Campaign ", campaign, " (", sent["campaign_type"], ")", ""),
        campaign=pc.binary_join_element_wise("Campaign", campaign, " "),
    )


def _redemptions() -> pa.Table:
    """One inward row for each of the 2,102 coupons that came back."""
    back = table("coupon_redemptions")
    campaign, household, coupon = (_text(back, name) for name in ("campaign_id", "household_id", "coupon_upc"))
    day = pc.strftime(back["redemption_date"], format="%Y%m%d")
    return _rows(
        ref=pc.binary_join_element_wise("coupon", campaign, household, coupon, day, "-"),
        customer=household,
        time=back["redemption_date"].cast(TIME),
        direction="in",
        kind="coupon_redeemed",
        touchpoint="till",
        text=pc.binary_join_element_wise("Coupon", coupon, "of campaign", campaign, " "),
        campaign=pc.binary_join_element_wise("Campaign", campaign, " "),
    )


def _text(rows: pa.Table, name: str) -> pa.ChunkedArray:
    return rows[name].cast(pa.string())


def _rows(*, customer: pa.ChunkedArray, time: pa.ChunkedArray, **texts: pa.ChunkedArray | str) -> pa.Table:
    """The columns of interactions that took no recorded time and gave no money."""
    count = len(customer)
    columns: dict[str, pa.ChunkedArray | pa.Array] = {"customer": customer, "time": time}
    for name, text in texts.items():
        columns[name] = pa.repeat(text, count) if isinstance(text, str) else text
    columns["minutes"] = pa.repeat(pa.scalar(0.0), count)
    columns["worth"] = pa.repeat(pa.scalar(0, pa.int64()), count)
    return pa.table(columns).select(COLUMNS)
