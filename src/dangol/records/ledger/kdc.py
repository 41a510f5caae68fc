"""The ten classes of the Korean decimal classification, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

CLASSES: Mapping[str, str | Promise] = {
    "0": pgettext_lazy("class of books", "General works"),
    "1": pgettext_lazy("class of books", "Philosophy"),
    "2": pgettext_lazy("class of books", "Religion"),
    "3": pgettext_lazy("class of books", "Social sciences"),
    "4": pgettext_lazy("class of books", "Natural sciences"),
    "5": pgettext_lazy("class of books", "Technology"),
    "6": pgettext_lazy("class of books", "Arts"),
    "7": pgettext_lazy("class of books", "Language"),
    "8": pgettext_lazy("class of books", "Literature"),
    "9": pgettext_lazy("class of books", "History"),
    "": pgettext_lazy("class of books", "Of no class"),
}
