"""Why a column may stay once the person is gone, in words that are told to the person."""

from django.utils.translation import gettext_lazy as _

BOOKS = _("Money and counts stay for the books, without the person.")
WHEN = _("When it was: the counts of a month need it.")
CODE = _("A word of ours that many rows share; it names nobody.")
KEY = _("A number that leads to the emptied row alone.")
ONCE = _("So that the same row is not taken in twice.")
PROOF = _("What was answered, without whom: it proves that we asked.")
STAFF = _("Who of the staff wrote it down.")
MARK = _("A mark in its place, which nobody can read: a later file with this number brings nobody back.")
EMPTY_ROW = _("The row stays empty: purchases without a name point to it.")
