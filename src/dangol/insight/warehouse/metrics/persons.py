"""Who: what the lake knows of the customers."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.history import firsts
from dangol.insight.warehouse.metrics.registry import Family, Split
from dangol.insight.warehouse.queries import Lake


def with_person(lake: Lake, rows: Any, people: Any, name: str) -> Any:
    """The rows with a column of their customer, "" where there is none. people: a customer_key and that column."""
    key = "customer_key"
    if key not in rows.columns:
        key = "identity_key"
        people = lake.table("identities").inner_join(people, "customer_key").select(key, name)
    joined = rows.left_join(people, key)
    return joined.mutate(**{name: joined[name].fill_null("")}).drop(f"{key}_right")


def of_person(name: str, told: Callable[[Any], Any]) -> Callable[[Lake, Any], Any]:
    """A column that is worked out from the table of customers."""

    def column(lake: Lake, rows: Any) -> Any:
        people = lake.table("customers")
        return with_person(lake, rows, people.select("customer_key", **{name: told(people)}), name)

    return column


def before_space(text: Any) -> Any:
    """What stands before the first space, "" where there is none."""
    import ibis

    found = text.find(" ")
    return ibis.ifelse(found > 0, text.substr(0, found), "")


def year_of(day: Any) -> Any:
    """The year of a day as four figures."""
    return day.year().cast("string")


def month_of(day: Any) -> Any:
    """The month of a day as 2026-09."""
    return year_of(day) + "-" + day.month().cast("string").lpad(2, "0")


def _first_purchase(name: str, told: Callable[[Any], Any]) -> Callable[[Lake, Any], Any]:
    def column(lake: Lake, rows: Any) -> Any:
        people = firsts(lake)
        return with_person(lake, rows, people.select("customer_key", **{name: told(people.first_day)}), name)

    return column


SPLITS = (
    Split("line", _("Line of business"), of_person("line", lambda t: t.line), family=Family.PERSON,
          meaning=_("the customer's line of business")),
    Split("province", _("Province or city"), of_person("province", lambda t: before_space(t.place)),
          family=Family.PERSON, hierarchy="place", level=0,
          meaning=_("what stands before the district in the customer's place")),
    Split("place", _("District"), of_person("place", lambda t: t.place), family=Family.PERSON, hierarchy="place",
          level=1, meaning=_("the customer's district")),
    Split("age_band", _("Age band"), of_person("age_band", lambda t: t.age_band), family=Family.PERSON,
          meaning=_("ten years of age on the day of the refresh: `0-19`, `20-29` … `70+`")),
    Split("own_unit", _("Shop or dealer of the customer"), of_person("own_unit", lambda t: t.unit_code),
          family=Family.PERSON, meaning=_("code of the shop or dealer whose customer it is")),
    Split("registered_year", _("Year of registration"),
          of_person("registered_year", lambda t: year_of(t.registered_on)), family=Family.PERSON,
          hierarchy="registration", level=0, meaning=_("the year in which the customer was registered")),
    Split("registered_month", _("Month of registration"),
          of_person("registered_month", lambda t: month_of(t.registered_on)), family=Family.PERSON,
          hierarchy="registration", level=1, meaning=_("the month in which the customer was registered: 2026-09")),
    Split("cohort_year", _("Year of the first purchase"), _first_purchase("cohort_year", year_of),
          family=Family.PERSON, hierarchy="cohort", level=0,
          meaning=_("the year of the customer's first day with net revenue above 0")),
    Split("cohort", _("Month of the first purchase"), _first_purchase("cohort", month_of), family=Family.PERSON,
          hierarchy="cohort", level=1,
          meaning=_("the month of the customer's first day with net revenue above 0: 2026-09")),
)  # fmt: skip
