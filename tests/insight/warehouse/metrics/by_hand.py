"""Every metric and every dimension once more, in plain Python over lists of rows: what the engines are held against."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.insight.warehouse.metrics.world import Row, World, owner

SEOUL_IS_AHEAD = timedelta(hours=9)
YEAR = 365

type Rows = list[Row]
type Number = float | None


def local(at: datetime) -> datetime:
    return at + SEOUL_IS_AHEAD


class ByHand:
    """The tables of a world as metrics read them, each row with its customer (`who`) and its day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.customers = {row["customer_key"]: row for row in world["customers"]}
        self.products = {row["product_id"]: row for row in world["products"]}
        self.units = {row["unit_id"]: row for row in world["units"]}
        self.last = max(local(row["at"]).date() for row in world["lines"])
        self.days = self._days()
        self.first = {who: days[0] for who, days in self.days.items()}

    def rows(self, fact: str) -> Rows:
        made = getattr(self, f"_{fact}", None)
        return made() if made else self._fact(fact)

    def _fact(self, fact: str) -> Rows:
        return [
            {**row, "who": owner(row), "day": local(row["at"]).date(), "number": number}
            for number, row in enumerate(self.world[fact], start=1)
        ]

    def _days(self) -> dict[int, list[date]]:
        net: dict[tuple[int, date], int] = defaultdict(int)
        for row in self._fact("lines"):
            if row["who"]:
                net[row["who"], row["day"]] += row["amount"]
        days: dict[int, list[date]] = defaultdict(list)
        for (who, day), amount in sorted(net.items()):
            if amount > 0:
                days[who].append(day)
        return days

    def _purchases(self) -> Rows:
        found = []
        for who, days in self.days.items():
            for place, day in enumerate(days):
                gap = (day - days[place - 1]).days if place else None
                after = (days[place + 1] - day).days if place + 1 < len(days) else None
                found.append({"who": who, "day": day, "gap": gap, "after": after, "seen": (self.last - day).days})
        return found

    def _turns(self) -> Rows:
        found = []
        for row in self._purchases():
            if row["gap"] is None or row["gap"] > YEAR:
                found.append({**row, "turn": "new" if row["gap"] is None else "back"})
            if row["day"] + timedelta(days=YEAR) <= self.last and (row["after"] is None or row["after"] > YEAR):
                found.append({**row, "day": row["day"] + timedelta(days=YEAR), "turn": "gone"})
        return found

    def _registrations(self) -> Rows:
        told = {row["customer_key"] for row in self.world["identities"]}
        return [{"who": who, "day": self.customers[who]["registered_on"]} for who in told]

    def _year_on_year(self) -> Rows:
        lines = self._fact("lines")
        began = next_year(min(row["day"] for row in lines))
        now = [{**row, "now": row["amount"], "was": 0} for row in lines if row["day"] >= began]
        was = [{**row, "now": 0, "was": row["amount"], "day": next_year(row["day"])} for row in lines]
        return now + [row for row in was if row["day"] <= self.last]

    def _reached(self) -> Rows:
        return [row for row in self._fact("interactions") if row["who"]]

    def _service(self) -> Rows:
        sold = [{**row, "kind": ""} for row in self._fact("lines") if row["amount"] >= 0]
        wrong = [row for row in self._fact("interactions") if row["kind"] in ("complaint", "late_delivery")]
        return sold + [{**row, "receipt_id": None} for row in wrong]

    def _asked(self) -> Rows:
        asked = [row for row in self._fact("interactions") if row["kind"] == "survey_invitation"]
        return [{**row, "told": False} for row in asked] + [{**row, "told": True} for row in self._fact("answers")]

    def _told_and_answered(self) -> Rows:
        answers: dict[int, list[date]] = defaultdict(list)
        for step in self._fact("feedback_steps"):
            if step["state"] in ("answered", "settled"):
                answers[step["feedback_id"]].append(step["day"])
        return [
            {**row, "waited": (min(answers[row["number"]]) - row["day"]).days if row["number"] in answers else None}
            for row in self._fact("feedback")
        ]

    def _uses(self) -> Rows:
        met = [row for row in self._fact("interactions") if row["kind"] in ("visit", "inquiry")]
        return [*self._fact("loans"), *(row for row in met if row["direction"] == "in")]

    def _web_visits(self) -> Rows:
        found = []
        for row in self._reached():
            if row["direction"] == "in" and row["touchpoint"] == "web" and row["kind"] in ("visit", "clicked"):
                after = [(day - row["day"]).days for day in self.days.get(row["who"], [])]
                bought = any(0 <= days <= 7 for days in after)
                found.append({**row, "known": (self.last - row["day"]).days >= 7, "bought": bought})
        return found

    def _subscription_moves(self) -> Rows:
        found = []
        for number, begun in enumerate(self.world["subscriptions"], start=1):
            steps = [row for row in self._fact("subscription_steps") if row["subscription_id"] == number]
            spells: list[list[date | None]] = [[local(begun["at"]).date(), None]]
            ended = False
            for step in sorted(steps, key=lambda row: (row["at"], row["number"])):
                if step["kind"] == "ended":
                    spells[-1][1], ended = step["day"], True
                elif step["kind"] == "resumed" and ended:
                    spells.append([step["day"], None])
                    ended = False
            for first, last in spells:
                assert first is not None
                found.append({"who": owner(begun), "day": first, "change": 1})
                found += [{"who": owner(begun), "day": last, "change": -1}] if last else []
        return [row for row in found if row["day"] <= self.last]

    def _given(self) -> Rows:
        worth = [
            *(row | {"worth": off(row)} for row in self._fact("lines")),
            *(row | {"worth": row["amount"]} for row in self._fact("points") if row["kind"] == "granted"),
            *self._fact("interactions"),
        ]
        found = [row | {"what": self._what_for(row)} for row in worth if row["who"] and row["worth"]]
        came = [row | {"worth": 0, "what": row["turn"]} for row in self._turns() if row["turn"] != "gone"]
        again = [row | {"worth": 0, "what": "again"} for row in self._purchases() if row["gap"] is not None]
        return found + came + again

    def _outlay(self) -> Rows:
        """Costs beside what was given and who came: a cost is of nobody."""
        none = {"worth": 0, "what": "", "cost": 0, "purpose": ""}
        costs = [none | {**row, "cost": row["amount"]} for row in self._fact("costs")]
        return costs + [none | {**row, "cost": 0, "purpose": ""} for row in self._given()]

    def _what_for(self, row: Row) -> str:
        days = self.days.get(row["who"], [])
        if not days or row["day"] <= days[0]:
            return "win"
        last = max(day for day in days if day < row["day"])
        return "win_back" if (row["day"] - last).days > YEAR and (self.last - last).days >= YEAR else "keep"

    def part(self, row: Row, dimension: str) -> str:
        """The value of the dimension, as the text of what the engines say."""
        return str(getattr(self, f"_by_{dimension}", lambda one: one[PLAIN[dimension]] or "")(row))

    def _by_year(self, row: Row) -> str:
        return f"{row['day'].year}-01-01"

    def _by_quarter(self, row: Row) -> str:
        return f"{row['day'].year}-{(row['day'].month - 1) // 3 * 3 + 1:02}-01"

    def _by_month(self, row: Row) -> str:
        return f"{row['day']:%Y-%m}-01"

    def _by_day(self, row: Row) -> str:
        return f"{row['day']}"

    def _by_week(self, row: Row) -> str:
        return f"{row['day'] - timedelta(days=row['day'].weekday())}"

    def _by_weekday(self, row: Row) -> int:
        return int(row["day"].isoweekday())

    def _by_hour(self, row: Row) -> int:
        return local(row["at"]).hour

    def _by_line(self, row: Row) -> str:
        return self._customer(row, "line")

    def _by_place(self, row: Row) -> str:
        return self._customer(row, "place")

    def _by_province(self, row: Row) -> str:
        place = self._customer(row, "place")
        return place.split(" ")[0] if " " in place else ""

    def _by_age_band(self, row: Row) -> str:
        return self._customer(row, "age_band")

    def _by_own_unit(self, row: Row) -> str:
        return self._customer(row, "unit_code")

    def _by_registered_year(self, row: Row) -> str:
        return self._by_registered_month(row)[:4]

    def _by_registered_month(self, row: Row) -> str:
        return f"{self.customers[row['who']]['registered_on']:%Y-%m}" if row["who"] else ""

    def _by_cohort_year(self, row: Row) -> str:
        return self._by_cohort(row)[:4]

    def _by_cohort(self, row: Row) -> str:
        return f"{self.first[row['who']]:%Y-%m}" if row["who"] in self.first else ""

    def _by_months_since(self, row: Row) -> int:
        first = self.first[row["who"]]
        return int((row["day"].year - first.year) * 12 + row["day"].month - first.month)

    def _by_category(self, row: Row) -> str:
        return str(self.products.get(row.get("product_id"), {}).get("category", ""))

    def _by_category_1(self, row: Row) -> str:
        return self._by_category(row).split(" / ")[0]

    def _by_category_2(self, row: Row) -> str:
        return " / ".join(self._by_category(row).split(" / ")[:2])

    def _by_product(self, row: Row) -> str:
        return str(self.products.get(row.get("product_id"), {}).get("code", ""))

    def _by_channel(self, row: Row) -> str:
        return str(row.get("channel", ""))

    def _by_unit(self, row: Row) -> str:
        return str(self.units.get(row.get("unit_id"), {}).get("code", ""))

    def _by_unit_kind(self, row: Row) -> str:
        return str(self.units.get(row.get("unit_id"), {}).get("kind", ""))

    def _by_known(self, row: Row) -> str:
        return "known" if row["who"] else "anonymous"

    def _by_buyer(self, row: Row) -> str:
        if row["who"] not in self.first:
            return ""
        return "new" if row["day"] <= self.first[row["who"]] else "returning"

    def _by_campaign(self, row: Row) -> str:
        return str(row["campaign"] if "campaign" in row else row["source_ref"])

    def _customer(self, row: Row, name: str) -> str:
        return str(self.customers[row["who"]][name]) if row["who"] else ""


PLAIN = {
    "contact_kind": "kind", "direction": "direction", "touchpoint": "touchpoint", "points_kind": "kind",
    "survey": "survey", "survey_dimension": "dimension", "item_class": "item_class",
    "arm": "arm", "period": "period", "withheld_for": "reason", "feedback_kind": "kind", "cost_channel": "channel",
    "cost_purpose": "purpose",
}  # fmt: skip


def answers(row: Row) -> bool:
    return row["kind"] in ("response", "clicked", "coupon_redeemed")


def next_year(day: date) -> date:
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def off(row: Row) -> int:
    return sum(row.get(name, 0) for name in ("price_discount", "coupon_discount", "match_discount"))


def total(rows: Iterable[Row], of: str | Callable[[Row], Any], where: Callable[[Row], bool] = lambda _: True) -> Any:
    told = (lambda row: row.get(of, 0)) if isinstance(of, str) else of
    return sum(told(row) for row in rows if where(row))


def many(rows: Iterable[Row], of: str, where: Callable[[Row], Any] = lambda _: True) -> int:
    return len({row[of] for row in rows if row.get(of) is not None and where(row)})


def count(rows: Iterable[Row], **where: Any) -> int:
    return sum(all(row[name] == value for name, value in where.items()) for row in rows)


def over(above: float, below: float) -> Number:
    return above / below if below else None


def mean(values: Sequence[float]) -> Number:
    return math.fsum(values) / len(values) if values else None


def known(rows: Rows) -> Rows:
    return [row for row in rows if row["who"]]


def sold(row: Row) -> bool:
    return bool(row["amount"] > 0)


def stays(row: Row) -> bool:
    return bool(row["amount"] >= 0)


def orders(rows: Rows) -> int:
    return many(rows, "receipt_id", stays)


def each(rows: Rows) -> dict[int, Rows]:
    found: dict[int, Rows] = defaultdict(list)
    for row in rows:
        found[row["who"]].append(row)
    return found


def nets(rows: Rows) -> list[int]:
    return sorted(net for net in (total(mine, "amount") for mine in each(known(rows)).values()) if net >= 0)


def gini(rows: Rows) -> Number:
    x = nets(rows)
    differences = sum(abs(one - other) for one in x for other in x)
    return over(differences, 2 * len(x) * sum(x))


def share_of_top(rows: Rows) -> Number:
    x = nets(rows)[::-1]
    left, held = len(x) / 5, 0.0
    for one in x:
        held += one * max(0.0, min(1.0, left))
        left -= 1
    return over(held, sum(x))


def came_back(rows: Rows, pick: Callable[[Rows], Row | None]) -> Number:
    chosen = [one for one in (pick(mine) for mine in each(rows).values()) if one and one["seen"] >= YEAR]
    again = [one for one in chosen if one["after"] is not None and one["after"] <= YEAR]
    return over(len(again), len(chosen))


def last_old(rows: Rows) -> Row | None:
    old = [row for row in rows if row["seen"] >= YEAR]
    return max(old, key=lambda row: row["day"]) if old else None


def very_first(rows: Rows) -> Row | None:
    return next((row for row in rows if row["gap"] is None), None)


def both(rows: Rows, asked: Callable[[Row], bool], told: Callable[[Row], bool]) -> Number:
    people = [mine for mine in each(rows).values() if any(map(asked, mine))]
    return over(sum(any(map(told, mine)) for mine in people), len(people))


def place(row: Row) -> float:
    return float((row["score"] - row["scale_min"]) / (row["scale_max"] - row["scale_min"]))


def index(rows: Rows) -> Number:
    found = mean([place(row) for row in rows if row["dimension"] and not row["dimension"].startswith("expected_")])
    return None if found is None else 100 * found


def gap(rows: Rows) -> Number:
    seen, hoped = index(rows), mean([place(row) for row in rows if row["dimension"].startswith("expected_")])
    return None if seen is None or hoped is None else seen - 100 * hoped


def points(kind: str) -> Callable[[Rows], int]:
    return lambda rows: total(rows, "amount", lambda row: row["kind"] == kind)


def given(what: str) -> Callable[[Rows], int]:
    return lambda rows: total(rows, "worth", lambda row: row["what"] == what)


def spent(purpose: str) -> Callable[[Rows], int]:
    return lambda rows: total(rows, "amount", lambda row: row["purpose"] == purpose)


def for_each(rows: Rows, purpose: str, customers: int, more: Callable[[Rows], int] | None = None) -> Number:
    """Unknown where no cost was entered for the purpose."""
    costs = [row["cost"] for row in rows if row["purpose"] == purpose]
    return over(sum(costs) + (more(rows) if more else 0), customers) if costs else None


def growth(rows: Rows) -> Number:
    was = total(rows, "was")
    return total(rows, "now") / was - 1 if was else None


METRICS: Mapping[str, Callable[[Rows], Any]] = {
    "net_revenue": lambda t: total(t, "amount"),
    "gross_sales": lambda t: total(t, "amount", sold),
    "returns": lambda t: -total(t, "amount", lambda row: row["amount"] < 0),
    "return_rate": lambda t: over(-total(t, "amount", lambda row: row["amount"] < 0), total(t, "amount", sold)),
    "returned_orders": lambda t: many(t, "receipt_id", lambda row: row["amount"] < 0),
    "discounts": lambda t: total(t, off),
    "price_discounts": lambda t: total(t, "price_discount"),
    "coupon_discounts": lambda t: total(t, "coupon_discount"),
    "match_discounts": lambda t: total(t, "match_discount"),
    "discount_rate": lambda t: over(total(t, off, stays), total(t, "amount", sold) + total(t, off, stays)),
    "coupon_orders": lambda t: many(t, "receipt_id", lambda row: stays(row) and row.get("coupon_discount", 0) > 0),
    "coupon_order_share": lambda t: over(METRICS["coupon_orders"](t), orders(t)),
    "fees": lambda t: total(t, "fee"),
    "orders": orders,
    "units": lambda t: total(t, lambda row: round(row["quantity"] * 1000)) / 1000,
    "products": lambda t: many(t, "product_id"),
    "items": lambda t: sum(map(stays, t)),
    "items_per_order": lambda t: over(sum(map(stays, t)), orders(t)),
    "average_price": lambda t: over(total(t, "amount", sold), total(t, "quantity", sold)),
    "average_order_value": lambda t: over(total(t, "amount"), orders(t)),
    "revenue_per_day": lambda t: over(total(t, "amount"), many(t, "day")),
    "anonymous_share": lambda t: over(
        total(t, "amount", lambda row: sold(row) and not row["who"]), total(t, "amount", sold)
    ),
    "buyers": lambda t: many(t, "who", sold),
    "revenue_per_buyer": lambda t: over(total(known(t), "amount"), many(t, "who", sold)),
    "orders_per_buyer": lambda t: over(orders(known(t)), many(t, "who", sold)),
    "net_revenue_year_before": lambda t: total(t, "was"),
    "revenue_growth": growth,
    "registrations": len,
    "customers": len,
    "new_customers": lambda t: count(t, turn="new"),
    "lapsed_customers": lambda t: count(t, turn="gone"),
    "reactivated_customers": lambda t: count(t, turn="back"),
    "customer_growth": lambda t: len(t) - 2 * count(t, turn="gone"),
    "active_customers": lambda t: len(t) - 2 * count(t, turn="gone"),
    "purchase_days": len,
    "purchasers": lambda t: many(t, "who"),
    "returning_customers": lambda t: many(t, "who", lambda row: row["gap"] is not None),
    "returning_share": lambda t: over(many(t, "who", lambda row: row["gap"] is not None), many(t, "who")),
    "purchase_gap": lambda t: mean([row["gap"] for row in t if row["gap"] is not None]),
    "retention": lambda t: came_back(t, last_old),
    "second_purchase_rate": lambda t: came_back(t, very_first),
    "gini": gini,
    "top_fifth_share": share_of_top,
    "repeat_rate": lambda t: over(sum(len(mine) > 1 for mine in each(t).values()), len(each(t))),
    "points_granted": points("granted"),
    "points_redeemed": points("redeemed"),
    "points_expired": points("expired"),
    "points_liability": lambda t: points("granted")(t) - points("redeemed")(t) - points("expired")(t),
    "redemption_rate": lambda t: over(points("redeemed")(t), points("granted")(t)),
    "redeemers": lambda t: many(t, "who", lambda row: row["kind"] == "redeemed"),
    "given_to_win": given("win"),
    "given_to_keep": given("keep"),
    "given_to_win_back": given("win_back"),
    "cost_to_win": lambda t: over(given("win")(t), count(t, what="new")),
    "cost_to_keep": lambda t: over(given("keep")(t), many(t, "who", lambda row: row["what"] == "again")),
    "cost_to_win_back": lambda t: over(given("win_back")(t), count(t, what="back")),
    "spent": lambda t: total(t, "amount"),
    "spent_to_win": spent("win"),
    "spent_to_keep": spent("keep"),
    "spent_to_win_back": spent("win_back"),
    "spent_jointly": spent("joint"),
    "spent_per_won": lambda t: for_each(t, "win", count(t, what="new")),
    "spent_per_kept": lambda t: for_each(t, "keep", many(t, "who", lambda row: row["what"] == "again")),
    "spent_per_won_back": lambda t: for_each(t, "win_back", count(t, what="back")),
    "outlay_per_won": lambda t: for_each(t, "win", count(t, what="new"), given("win")),
    "outlay_per_kept": lambda t: for_each(t, "keep", many(t, "who", lambda row: row["what"] == "again"), given("keep")),
    "outlay_per_won_back": lambda t: for_each(t, "win_back", count(t, what="back"), given("win_back")),
    "contacts": len,
    "inward_contacts": lambda t: count(t, direction="in"),
    "outward_contacts": lambda t: count(t, direction="out"),
    "complaints": lambda t: count(t, kind="complaint"),
    "inquiries": lambda t: count(t, kind="inquiry", direction="in"),
    "visits": lambda t: count(t, kind="visit", direction="in"),
    "late_deliveries": lambda t: count(t, kind="late_delivery"),
    "gifts": lambda t: count(t, kind="gift"),
    "referrals": lambda t: count(t, kind="referral", direction="in"),
    "survey_invitations": lambda t: count(t, kind="survey_invitation", direction="out"),
    "benefits": lambda t: total(t, "worth"),
    "customer_minutes": lambda t: float(total(t, "minutes")),
    "reached_customers": lambda t: many(t, "who", lambda row: row["direction"] == "out"),
    "complaining_customers": lambda t: many(t, "who", lambda row: row["kind"] == "complaint"),
    "response_rate": lambda t: both(t, lambda row: row["direction"] == "out", answers),
    "complaint_rate": lambda t: over(count(t, kind="complaint"), many(t, "receipt_id")),
    "late_delivery_rate": lambda t: over(count(t, kind="late_delivery"), many(t, "receipt_id")),
    "web_visits": len,
    "web_visitors": lambda t: many(t, "who"),
    "web_visits_per_visitor": lambda t: over(len(t), many(t, "who")),
    "web_visit_minutes": lambda t: over(float(total(t, "minutes")), len(t)),
    "web_answers": lambda t: count(t, kind="clicked"),
    "web_buying_share": lambda t: over(sum(row["known"] and row["bought"] for row in t), count(t, known=True)),
    "answers": len,
    "respondents": lambda t: many(t, "who"),
    "satisfaction": lambda t: mean([place(row) for row in t]),
    "csi": index,
    "expectation_gap": gap,
    "top_two_share": lambda t: over(sum(row["score"] >= row["scale_max"] - 1 for row in t), len(t)),
    "survey_response_rate": lambda t: both(t, lambda row: not row["told"], lambda row: row["told"]),
    "feedback": len,
    "feedback_customers": lambda t: many(t, "who"),
    "feedback_answered_share": lambda t: over(sum(row["waited"] is not None for row in t), len(t)),
    "days_to_answer": lambda t: mean([row["waited"] for row in t if row["waited"] is not None]),
    "subscriptions_begun": lambda t: count(t, change=1),
    "subscriptions_ended": lambda t: count(t, change=-1),
    "subscriptions_running": lambda t: total(t, "change"),
    "subscription_pauses": lambda t: count(t, kind="paused"),
    "subscribing_customers": lambda t: many(t, "who"),
    "loans": len,
    "borrowers": lambda t: many(t, "who"),
    "loans_per_borrower": lambda t: over(len(t), many(t, "who")),
    "uses": len,
    "users": lambda t: many(t, "who"),
    "treated": lambda t: count(t, arm="treated"),
    "held_out": lambda t: count(t, arm="held_out"),
    "held_out_share": lambda t: over(count(t, arm="held_out"), len(t)),
    "campaign_customers": lambda t: many(t, "who"),
    "withheld": len,
    "withheld_customers": lambda t: many(t, "who"),
}
