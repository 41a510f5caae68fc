"""Reading the product tree."""

from dangol.records.catalog.actions import LEVEL
from dangol.records.catalog.models import Category


def kinds_of_goods() -> list[Category]:
    """The top of the product tree: what a business would call the kinds of goods it sells."""
    return list(Category.objects.filter(parent=None).order_by("path"))


def with_those_below(category_id: int) -> list[int]:
    """The ids of a category and of everything below it; none where it is not there."""
    paths = dict(Category.objects.values_list("pk", "path"))
    top = paths.get(category_id)
    return [pk for pk, path in paths.items() if top and (path == top or path.startswith(top + LEVEL))]
