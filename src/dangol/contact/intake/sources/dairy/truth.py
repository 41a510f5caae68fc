"""What is true of the dairy's customers and never written in its feeds: for proofs only."""

import numpy as np
import pyarrow as pa

from dangol.contact.intake.sources.dairy.assumptions import DIMENSIONS, LINES
from dangol.contact.intake.sources.dairy.traits import World


def truth(of: World, at: int) -> pa.Table:
    """One row per customer: rate, whether still with us at `at` (seconds), and true satisfaction.

    customer str; line str; rate float, purchases a week while a customer; hazard float, of leaving,
    a week; alive bool (registered and not yet gone, if no message is sent); spend float, mean goods
    value of a line in won; satisfaction float, mean over dimensions, and one column per dimension,
    on the scale 1 to 7; responsive, annoyed bool; lift float, extra purchases at full strength as
    part of the rate.
    """
    names = np.array([line.name for line in LINES], dtype=object)
    return pa.table(
        {
            "customer": of.people.external_id,
            "line": names[of.people.line],
            "rate": of.rate,
            "hazard": of.hazard,
            "alive": (of.begins <= at) & (of.gone > at),
            "spend": of.spend,
            "satisfaction": of.satisfaction.mean(axis=1),
            **{name: of.satisfaction[:, number] for number, name in enumerate(DIMENSIONS)},
            "responsive": of.responsive,
            "annoyed": of.annoyed,
            "lift": of.lift,
        }
    )
