"""A second opinion on both sides' value from feeds alone, with no code of Dangol's own.

pandas and scipy only: BG/NBD by maximum likelihood, Gamma-Gamma's expected spend by moments, percentiles
against all active customers, equal weights, an unknown part counted as 50.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, gammaln
from scipy.stats import rankdata

YEAR = timedelta(days=365)
MINUTE = 200
MARGIN = 0.3


def frames(feeds):
    """Feeds as data frames by kind, those of one kind one after the other."""
    tables: dict[str, list[pd.DataFrame]] = {}
    for feed in feeds:
        tables.setdefault(feed.kind, []).append(feed.table.to_pandas())
    return {kind: pd.concat(parts, ignore_index=True) for kind, parts in tables.items()}


def values(tables: Mapping[str, pd.DataFrame], as_of: datetime) -> pd.DataFrame:
    """line, cv and ce (percentiles) of every customer who bought in the year before `as_of`."""
    equity = pd.concat(
        _equity(tables["transactions"], members, as_of)
        for _, members in tables["customers"].groupby("line")["external_id"]
    )
    who = equity.index
    parts = [_percentile(_economic(tables, as_of).reindex(who, fill_value=0.0)),
             _percentile(_social(tables["answers"]).reindex(who)).fillna(50.0),
             100 - _percentile(_cost(tables, as_of).reindex(who, fill_value=0.0))]  # fmt: skip
    line = tables["customers"].set_index("external_id")["line"].reindex(who)
    return pd.DataFrame({"line": line, "cv": _percentile(sum(parts)), "ce": _percentile(equity),
                         "e": parts[0], "s": parts[1], "c": parts[2], "equity": equity})  # fmt: skip


def _percentile(values: pd.Series) -> pd.Series:
    known = values.dropna()
    ranks = pd.Series((rankdata(known) - 0.5) / len(known) * 100, known.index)
    return ranks.reindex(values.index)


def _last_year(rows: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    return rows[(rows["time"] >= as_of - YEAR) & (rows["time"] < as_of)]


def _economic(tables: Mapping[str, pd.DataFrame], as_of: datetime) -> pd.Series:
    lines, points, contacts = (_last_year(tables[kind], as_of) for kind in ("transactions", "points", "interactions"))
    discounts = lines[["price_discount", "coupon_discount", "match_discount"]].sum(axis=1)
    sign = points["kind"].map({"granted": 1, "expired": -1, "redeemed": 0})
    return (
        discounts.groupby(lines["customer"]).sum()
        .add((points["amount"] * sign).groupby(points["customer"]).sum(), fill_value=0)
        .add(contacts.groupby("customer")["worth"].sum(), fill_value=0)
    )  # fmt: skip


def _social(answers: pd.DataFrame) -> pd.Series:
    share = (answers["score"] - answers["scale_min"]) / (answers["scale_max"] - answers["scale_min"])
    return share.groupby([answers["customer"], answers["dimension"]]).mean().groupby("customer").mean()


def _cost(tables: Mapping[str, pd.DataFrame], as_of: datetime) -> pd.Series:
    lines, contacts = (_last_year(tables[kind], as_of) for kind in ("transactions", "interactions"))
    given_back = lines["amount"].clip(upper=0).abs()
    return (
        (lines["fee"] + given_back).groupby(lines["customer"]).sum()
        .add(contacts.groupby("customer")["minutes"].sum() * MINUTE, fill_value=0)
    )  # fmt: skip


def _equity(lines: pd.DataFrame, members: pd.Series, as_of: datetime) -> pd.Series:
    """Margin expected over three years at 10 % a year, of those who bought within a year."""
    bought = lines[lines["customer"].isin(set(members)) & (lines["amount"] > 0) & (lines["time"] < as_of)]
    days = bought.assign(day=bought["time"].dt.normalize()).groupby(["customer", "day"])["amount"].sum()
    each = days.reset_index().groupby("customer")
    first, last, count, spend = (each["day"].min(), each["day"].max(), each.size(), each["amount"].mean())
    x, t_x, age = count - 1, (last - first).dt.days / 7, (as_of - first).dt.days / 7
    r, alpha, a, b = _bg_nbd(x.to_numpy(float), t_x.to_numpy(float), age.to_numpy(float))
    odds = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x), 0.0)
    alive = 1 / (1 + odds)
    rate = (r + x) / (alpha + age)
    leaves = rate * a / (a + b + x)
    weeks = np.arange(156) + 0.5
    still = np.exp(-np.outer(leaves, weeks)) * 1.1 ** (-weeks / 52)
    shrunk = (spend * count + spend.mean() * 2) / (count + 2)
    equity = MARGIN * shrunk * rate * alive * still.sum(axis=1)
    return equity[last >= as_of - YEAR]


def _bg_nbd(x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
    def loss(log: np.ndarray) -> float:
        r, alpha, a, b = np.exp(log)
        stay = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age)
        left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
        both = np.where(x > 0, np.logaddexp(stay, left), stay)
        return -float(np.mean(gammaln(r + x) - gammaln(r) + r * np.log(alpha) + both))

    return np.exp(minimize(loss, np.log([1.0, 5.0, 1.0, 5.0]), method="L-BFGS-B").x)
