"""What, how and where: dimensions of what was sold."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.history import firsts
from dangol.insight.warehouse.metrics.registry import Family, Split
from dangol.insight.warehouse.queries import Lake

SALES = frozenset({"lines", "year_on_year"})
TOLD = frozenset({"feedback", "told_and_answered"})
THINGS = SALES | TOLD | {"subscriptions"}
BETWEEN = " / "  # what stands between the levels of a category's path


def looked_up(table: str, key: str, name: str, told: Callable[[Any], Any]) -> Callable[[Lake, Any], Any]:
    """A column that is worked out from another table of the lake, "" where that has no such row."""

    def column(lake: Lake, rows: Any) -> Any:
        found = lake.table(table)
        joined = rows.left_join(found.select(key, **{name: told(found)}), key)
        return joined.mutate(**{name: joined[name].fill_null("")}).drop(f"{key}_right")

    return column


def upper_levels(path: Any, levels: int) -> Any:
    """The first levels of a category's path; the whole of a path that has no more."""
    import ibis

    ends = path.find(BETWEEN)
    for _level in range(levels - 1):
        rest = path.substr(ends + len(BETWEEN)).find(BETWEEN)
        ends = ibis.ifelse((ends < 0) | (rest < 0), -1, ends + len(BETWEEN) + rest)
    return ibis.ifelse(ends < 0, path, path.substr(0, ends))


def _of_goods(name: str, told: Callable[[Any], Any]) -> Callable[[Lake, Any], Any]:
    return looked_up("products", "product_id", name, told)


def _as_it_is(_lake: Lake, rows: Any) -> Any:
    return rows


def _known(_lake: Lake, rows: Any) -> Any:
    import ibis

    return rows.mutate(known=ibis.ifelse(rows.identity_key.isnull(), "anonymous", "known"))


def _buyer(lake: Lake, rows: Any) -> Any:
    import ibis

    people = lake.table("identities").inner_join(firsts(lake), "customer_key")
    joined = rows.left_join(people.select("identity_key", "first_day"), "identity_key")
    buyer = ibis.cases(
        (joined.first_day.isnull(), ""), (joined.day <= joined.first_day, "new"), else_="returning"
    )  # fmt: skip
    return joined.mutate(buyer=buyer).drop("identity_key_right", "first_day")


SPLITS = (
    Split("category_1", _("Category, first level"), _of_goods("category_1", lambda t: upper_levels(t.category, 1)),
          SALES, Family.GOODS, hierarchy="goods", level=0, meaning=_("the first level of the category's path")),
    Split("category_2", _("Category, first two levels"),
          _of_goods("category_2", lambda t: upper_levels(t.category, 2)), SALES, Family.GOODS, hierarchy="goods",
          level=1, meaning=_("the first two levels of the category's path")),
    Split("category", _("Category"), _of_goods("category", lambda t: t.category), SALES, Family.GOODS,
          hierarchy="goods", level=2, meaning=_("the product's category path")),
    Split("product", _("Product"), _of_goods("product", lambda t: t.code), THINGS, Family.GOODS, hierarchy="goods",
          level=3, meaning=_("the product's code")),
    Split("channel", _("Sales channel"), _as_it_is, SALES, Family.SALE,
          meaning=_("where the sale was made: shop, app, delivery …")),
    Split("unit_kind", _("Kind of shop or dealer"), looked_up("units", "unit_id", "unit_kind", lambda t: t.kind),
          SALES | TOLD, Family.SALE, hierarchy="units", level=0,
          meaning=_("`head_office`, `region`, `dealer` or `shop`")),
    Split("unit", _("Shop or dealer"), looked_up("units", "unit_id", "unit", lambda t: t.code), SALES | TOLD,
          Family.SALE, hierarchy="units", level=1,
          meaning=_("code of the shop or dealer that sold, or of which was told")),
    Split("known", _("Known or anonymous"), _known, SALES, Family.SALE,
          meaning=_("`known` where the sale has a customer, else `anonymous`")),
    Split("buyer", _("New or returning"), _buyer, frozenset({"lines"}), Family.SALE,
          meaning=_("`new` up to the customer's first day with net revenue above 0, `returning` after it")),
)  # fmt: skip
