"""What groups are looked for in: how lately, how often, how much at once, with discounts or without; standardised.

Purchases are whole numbers, shares of few purchases are made of few steps, and a single basket has the price of some
product. Taken as they stand, such steps look like groups. So for the search each customer's habit is drawn from what
their purchases leave open: rates from a gamma, shares from a beta, baskets from a log-normal distribution, each around
everybody's (empirical Bayes, by moments). Afterwards everybody is placed by what their purchases make the likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]

NAMES = ("recency", "frequency", "basket", "discount")
FARTHEST = (
    6.0  # standard deviations; what lies farther counts as that far. A nearer edge would gather a crowd of its own
)
LEAST_SPREAD = 1e-9
TELLING = 0.05  # least share of purchases with a discount, and of those without, for discounts to tell customers apart
MEMORY = (2.0, 100.0)  # purchases that everybody's share counts for, at least and at most
SHAPE = (0.2, 20.0)  # of the gamma of rates
SEVERAL, MANY = 3, 10  # purchases: up to the first a basket is uncertain, from the second on it is as good as known


@dataclass(frozen=True)
class Habits:
    """Of each customer: days since the last purchase, purchases, net revenue, purchases with a discount; of a year."""

    days_since_last: Array
    purchases: Array
    revenue: Array
    off_days: Array

    def __len__(self) -> int:
        return len(self.purchases)

    def of(self, which: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Habits:
        """Some of them."""
        return Habits(self.days_since_last[which], self.purchases[which], self.revenue[which], self.off_days[which])


@dataclass(frozen=True)
class Usual:
    """Everybody's habits. share: of purchases with a discount, weighing as many purchases as `memory`; mean, shape: of
    the gamma of purchases a year; basket: mean of log baskets, between: its variance between customers, within: that of
    one customer's purchases.
    """

    share: float
    memory: float
    mean: float
    shape: float
    basket: float
    between: float
    within: float


@dataclass(frozen=True)
class Scale:
    """How features were standardised: by the median and the spread of some customers. names: those that vary at all."""

    names: tuple[str, ...]
    middle: Array
    spread: Array
    usual: Usual

    def standardised(self, habits: Habits) -> Array:
        """A row a customer, a column a feature, none farther than six from the middle, never NaN."""
        return self._scaled(_likeliest(habits, self.usual))

    def drawn(self, habits: Habits, draw: np.random.Generator) -> Array:
        """The same drawn from what the purchases leave open, for the search."""
        return self._scaled(_drawn(habits, self.usual, draw))

    def _scaled(self, columns: dict[str, Array]) -> Array:
        table = np.column_stack([columns[name] for name in self.names]) if self.names else np.empty((0, 0))
        scaled: Array = np.clip((table - self.middle) / self.spread, -FARTHEST, FARTHEST)
        return scaled


def scale_of(habits: Habits, draw: np.random.Generator) -> Scale:
    """The scale of these customers, drawn as they are searched; what does not vary is left out."""
    usual = _usual(habits)
    columns = _drawn(habits, usual, draw)
    middles = {name: float(np.median(column)) for name, column in columns.items()}
    spreads = {name: _spread(column) for name, column in columns.items()}
    telling = TELLING <= usual.share <= 1 - TELLING
    names = tuple(name for name in NAMES if spreads[name] > LEAST_SPREAD and (telling or name != "discount"))
    return Scale(names, np.array([middles[name] for name in names]), np.array([spreads[name] for name in names]), usual)


def _likeliest(habits: Habits, usual: Usual) -> dict[str, Array]:
    rate = (habits.purchases + usual.shape) / (1 + usual.shape / usual.mean)
    share = (habits.off_days + usual.share * usual.memory) / (habits.purchases + usual.memory)
    middle, _open = _basket(habits, usual)
    return {
        "recency": np.log1p(habits.days_since_last + 0.5), "frequency": np.log(rate), "basket": middle,
        "discount": _turned(share),
    }  # fmt: skip


def _drawn(habits: Habits, usual: Usual, draw: np.random.Generator) -> dict[str, Array]:
    size = len(habits)
    found = _likeliest(habits, usual)
    middle, left_open = _basket(habits, usual)
    if 0 < usual.share < 1:
        with_off = habits.off_days + usual.share * usual.memory
        without = habits.purchases - habits.off_days + (1 - usual.share) * usual.memory
        found["discount"] = _turned(draw.beta(with_off, without))
    rate = draw.gamma(habits.purchases + usual.shape) / (1 + usual.shape / usual.mean)
    return found | {
        "recency": np.log1p(habits.days_since_last + draw.random(size)),
        "frequency": np.log(np.maximum(rate, 0.01)),
        "basket": middle + np.sqrt(left_open) * draw.standard_normal(size),
    }


def _basket(habits: Habits, usual: Usual) -> tuple[Array, Array]:
    """The log of what a customer usually spends at once, and the variance that their purchases leave open."""
    seen = np.log(np.maximum(habits.revenue / habits.purchases, 1.0))
    noise = usual.within / habits.purchases
    weight = usual.between / np.maximum(usual.between + noise, LEAST_SPREAD)
    return weight * seen + (1 - weight) * usual.basket, weight * noise


def _usual(habits: Habits) -> Usual:
    n = habits.purchases
    mean, variance = float(n.mean()), float(n.var())
    shape = mean**2 / (variance - mean) if variance > mean else SHAPE[1]
    baskets = np.log(np.maximum(habits.revenue / n, 1.0))
    whole, several, many = baskets, baskets[n <= SEVERAL], baskets[n >= MANY]
    within = 0.0
    if min(len(several), len(many)) > 1:
        within = max(float(several.var() - many.var()), 0.0) * float(n[n <= SEVERAL].mean())
    between = max(float(whole.var()) - within * float(np.mean(1 / n)), float(whole.var()) / 10)
    share, memory = _everybodys_share(habits)
    return Usual(share, memory, mean, float(np.clip(shape, *SHAPE)), float(whole.mean()), between, within)


def _turned(share: Array) -> Array:
    """A share on a scale on which chance spreads it alike everywhere (arcsine of the root)."""
    turned: Array = np.arcsin(np.sqrt(np.clip(share, 0.0, 1.0)))
    return turned


def _spread(column: Array) -> float:
    """Half the distance between the 16th and the 84th of a hundred: a standard deviation that outliers do not move."""
    low, high = np.quantile(column, [0.16, 0.84])
    return float(high - low) / 2 or float(column.std())


def _everybodys_share(habits: Habits) -> tuple[float, float]:
    """The share of purchases with a discount, and how many purchases it weighs for one customer (by moments).

    Beta-binomial: the shares of customers vary more than chance alone would have it, by 1 ÷ (memory + 1).
    """
    n, k = habits.purchases, habits.off_days
    share = float(k.sum() / n.sum()) if n.sum() else 0.0
    several = n > 1
    if not 0 < share < 1 or several.sum() < 2:
        return share, MEMORY[1]
    n, k = n[several], k[several]
    between = float(np.sum((k - n * share) ** 2 / n) / (share * (1 - share)) - len(n))
    room = float(np.sum(n - 1))
    alike = min(max(between / room, 1 / (MEMORY[1] + 1)), 1 / (MEMORY[0] + 1))
    return share, 1 / alike - 1
