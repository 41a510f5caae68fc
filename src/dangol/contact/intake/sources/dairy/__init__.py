"""Keeps the simulated dairy: a mothers' club and home delivery, two years of history, known truth.

Called by: intake, through `source_named("dairy")`, and by proofs that need the truth.
Must never know: Django, a database, a clock, the other sources.
"""

from dangol.contact.intake.sources.dairy.business import Dairy
from dangol.contact.intake.sources.dairy.response import UnknownCustomers

__all__ = ["Dairy", "UnknownCustomers"]
