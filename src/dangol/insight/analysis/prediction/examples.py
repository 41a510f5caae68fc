"""What is learned from: customers at a cut-off, what was known of them then, and whether it happened afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]
type Rows = npt.NDArray[np.intp] | BoolArray

FEWEST = 100  # customers at a cut-off
FEWEST_OF_A_KIND = 20  # of those to whom it happened, and of the others


class CannotLearn(DangolError):
    """Nothing can be learned from these customers; the message says what is missing."""


@dataclass(frozen=True)
class Examples:
    """Customers in rows. values: (n, k), NaN where something is not known; happened: (n,)."""

    names: tuple[str, ...]
    values: Array
    happened: BoolArray

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.happened), len(self.names)):
            raise CannotLearn(
                f"{len(self.names)} names and {len(self.happened)} answers do not fit a table of {self.values.shape}."
            )

    def __len__(self) -> int:
        return len(self.happened)

    def of(self, rows: Rows) -> Examples:
        """Some of the customers."""
        return Examples(self.names, self.values[rows], self.happened[rows])

    def only(self, names: Sequence[str]) -> Examples:
        """Some of the columns, in this order."""
        places = [self.names.index(name) for name in names]
        return Examples(tuple(names), self.values[:, places], self.happened)

    def at_most(self, most: int, *, seed: int = 0) -> Examples:
        """All, or that many of them drawn by lot, the same for the same seed."""
        if len(self) <= most:
            return self
        return self.of(np.sort(np.random.default_rng(seed).choice(len(self), most, replace=False)))

    @property
    def telling(self) -> list[str]:
        """The columns that differ between customers: a constant tells nothing, nor does one never known."""
        known = ~np.isnan(self.values)
        low = np.min(self.values, axis=0, where=known, initial=np.inf)
        high = np.max(self.values, axis=0, where=known, initial=-np.inf)
        return [name for name, tells in zip(self.names, high > low, strict=True) if tells]


def refuse_unfit(examples: Examples, *, fewest: int = FEWEST, of_a_kind: int = FEWEST_OF_A_KIND) -> None:
    """Raise CannotLearn unless there is something to be learned from these customers."""
    yes = int(examples.happened.sum())
    if np.isinf(examples.values).any():
        endless = [name for name, bad in zip(examples.names, np.isinf(examples.values).any(axis=0), strict=True) if bad]
        raise CannotLearn(_("'%(column)s' holds a number without end; mend it first.") % {"column": endless[0]})
    if len(examples) < fewest:
        raise CannotLearn(
            _("Only %(customers)s customers can be learned from; at least %(needed)s are needed.")
            % {"customers": len(examples), "needed": fewest}
        )
    if min(yes, len(examples) - yes) < of_a_kind:
        raise CannotLearn(
            _(
                "Of %(customers)s customers %(yes)s did it and %(no)s did not; to tell them apart, at least %(needed)s"
                " of each are needed. Another length of time may give them."
            )
            % {"customers": len(examples), "yes": yes, "no": len(examples) - yes, "needed": of_a_kind}
        )
    if not examples.telling:
        raise CannotLearn(_("Nothing that is known differs between customers, so nothing tells them apart."))
