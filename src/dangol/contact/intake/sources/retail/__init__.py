"""Keeps the real shop: The Complete Journey, one year of 2,469 households at a grocer, read where it lies.

Called by: intake, through `source_named("retail")`.
Must never know: Django, a database, a clock, the other sources.
"""

from dangol.contact.intake.sources.retail.journey import Retail
from dangol.contact.intake.sources.retail.package import MissingPackage

__all__ = ["MissingPackage", "Retail"]
