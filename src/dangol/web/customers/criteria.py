"""What a list of customers is asked for: the words of its address, read and written."""

from dataclasses import dataclass, replace
from typing import Self

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.web.shell.words import REGIONS

SORTS: dict[str, str | Promise] = {
    "gap": _("Those who get too little first"),
    "equity": _("Most valuable first"),
    "name": _("By name"),
}


@dataclass(frozen=True)
class Criteria:
    """Text to find, regions and lines of business (none chosen means all), and the order. Pages count from 1."""

    text: str = ""
    regions: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    sort: str = "gap"
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """From an address; what it does not know is left out, so that an old bookmark still opens."""
        page, sort = query.get("page", ""), query.get("sort", "")
        return cls(
            text=query.get("q", "").strip()[:120],
            regions=tuple(region for region in REGIONS if region in query.getlist("region")),
            lines=tuple(dict.fromkeys(line for line in query.getlist("line") if line)),
            sort=sort if sort in SORTS else "gap",
            page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anybody is left out."""
        return bool(self.text or self.regions or self.lines)

    def without(self, field: str) -> Self:
        """The same with one filter dropped, from its first page."""
        return replace(self, **{field: type(getattr(self, field))()}, page=1)

    def address(self, *, page: int = 1) -> str:
        """The query string that asks for this."""
        query = QueryDict(mutable=True)
        if self.text:
            query["q"] = self.text
        query.setlist("region", list(self.regions))
        query.setlist("line", list(self.lines))
        if self.sort != "gap":
            query["sort"] = self.sort
        if page > 1:
            query["page"] = str(page)
        return "?" + query.urlencode()
