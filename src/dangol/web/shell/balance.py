"""The geometry of the balance mark: ○ value to the customer, ■ value to the company, on one 0–100 line."""

from dataclasses import dataclass

from dangol.web.shell.words import region_class


@dataclass(frozen=True)
class Stub:
    """An interval on the line."""

    x1: float
    x2: float


@dataclass(frozen=True)
class Balance:
    """Where everything stands, in the mark's own units. `x_cv` is None when that side is unknown."""

    width: int
    height: int
    margin: float
    radius: float
    region: str
    cv: float | None
    ce: float | None
    cv_range: tuple[float, float] | None = None
    ce_range: tuple[float, float] | None = None

    def x(self, score: float) -> float:
        """The place of a score 0–100 on the line."""
        inner = self.width - 2 * self.margin
        return round(self.margin + inner * min(max(score, 0.0), 100.0) / 100, 1)

    @property
    def y(self) -> float:
        return self.height / 2

    @property
    def end(self) -> float:
        return self.width - self.margin

    @property
    def x_cv(self) -> float | None:
        return None if self.cv is None else self.x(self.cv)

    @property
    def x_ce(self) -> float | None:
        return None if self.ce is None else self.x(self.ce)

    @property
    def side(self) -> float:
        return self.radius * 2

    @property
    def square(self) -> tuple[float, float]:
        """The upper left corner of ■."""
        return (round((self.x_ce or 0) - self.radius, 1), self.y - self.radius)

    @property
    def middle(self) -> float:
        """Where the words about the gap stand: between the two, clear of both ends."""
        at = (self.x(self.cv or 0) + self.x(self.ce or 0)) / 2
        room = self.width * 0.27
        return round(min(max(at, room), self.width - room), 1)

    @property
    def css(self) -> str:
        return region_class(self.region)

    @property
    def stubs(self) -> list[Stub]:
        ranges = [pair for pair in (self.cv_range, self.ce_range) if pair is not None]
        return [Stub(self.x(low), self.x(high)) for low, high in ranges]

    @property
    def quarters(self) -> list[tuple[int, float]]:
        return [(score, self.x(score)) for score in (0, 25, 50, 75, 100)]

    @property
    def gap(self) -> float | None:
        """Points between the two sides, positive where the customer gets more."""
        return None if self.cv is None or self.ce is None else self.cv - self.ce


def number(value: object) -> float | None:
    """A number, or None for what a template could not find (it hands over an empty text)."""
    return float(value) if isinstance(value, int | float) else None


def pair(low: float | None, high: float | None) -> tuple[float, float] | None:
    """An interval, or None where either end is missing."""
    return None if low is None or high is None else (low, high)
