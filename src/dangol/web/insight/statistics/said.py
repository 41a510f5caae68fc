"""An answer as it is shown: the sentence first, then figures, what was checked, and what to keep in mind.

Plain texts and numbers throughout, so that a work beside the pages can hand it over, and the API tell it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from dangol.web.shell.charts import Chart, Spec, Table


@dataclass(frozen=True)
class Figure:
    """One number with what it is called."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Checked:
    """An assumption, whether it holds, and what was found."""

    fine: bool
    text: str


@dataclass(frozen=True)
class Picture:
    """The picture of an answer with its table; numeric: columns set to the right."""

    finding: str
    unit: str
    spec: Spec
    columns: list[str]
    rows: list[list[Any]]
    numeric: list[int]
    alt: str = ""

    def chart(self, *, provenance: list[str], downloads: dict[str, str]) -> Chart:
        """As the shell frames it."""
        return Chart(
            name="answer", finding=self.finding, unit=self.unit, spec=self.spec, alt=self.alt or self.finding,
            provenance=provenance, table=Table(self.columns, self.rows, frozenset(self.numeric)), downloads=downloads,
        )  # fmt: skip


@dataclass(frozen=True)
class Way:
    """Where to look further."""

    label: str
    address: str


@dataclass(frozen=True)
class Answer:
    """sentence: the answer; verdict: unlikely, chance, among_many or built_in, with its sentence; numbers: for
    programs; ways: where each of them can be looked into.
    """

    sentence: str
    verdict: str = ""
    judged: str = ""
    warnings: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    checks: list[Checked] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    picture: Picture | None = None
    numbers: dict[str, Any] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)

    def kept(self) -> dict[str, Any]:
        """As a work hands it over."""
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """From what a work handed over."""
        picture = kept["picture"]
        return cls(**kept | {
            "figures": [Figure(**one) for one in kept["figures"]], "checks": [Checked(**one) for one in kept["checks"]],
            "picture": Picture(**picture) if picture else None, "ways": [Way(**one) for one in kept["ways"]],
        })  # fmt: skip
