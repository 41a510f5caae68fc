"""Campaigns as the warehouse knows them: what facts of messages and arms are split by, under the mark they carry."""

from dangol.insight.warehouse.facts import Column, Dimension, Kind

CAMPAIGNS = Dimension(
    "campaigns",
    "campaigns_campaign",
    "LEFT JOIN catalog_offer o ON o.id = r.offer_id LEFT JOIN catalog_category c ON c.id = r.goods_id",
    (
        Column("campaign", Kind.TEXT, "'campaign:' || r.id"),
        Column("channel", Kind.TEXT, "r.channel"),
        Column("offer", Kind.TEXT, "o.code"),
        Column("category", Kind.TEXT, "c.path"),
        Column("launched_on", Kind.LOCAL_DAY, "r.launched_at"),
    ),
    {"campaigns_campaign": "r.id", "catalog_offer": "r.offer_id", "catalog_category": "r.goods_id"},
    dated=True,
)
